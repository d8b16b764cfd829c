"""Feedbacks: the loops that a model's author names, and the switch that turns each one off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from caresim.language.errors import ModelError, came
from caresim.language.parameter_entry import GRADES
from caresim.language.plain_text import check_plain

__all__ = ["Feedback", "check_said"]


@dataclass(frozen=True)
class Feedback:
    """A loop of a model that a reader should know of, listed in its class attribute ``feedbacks``.

    ``loop`` says it in words, ``switch`` names the parameter that turns it on and off, and
    ``through`` the quantities that it runs through, in order, where a figure is wanted.

    Raises ModelError when a text is missing, or the grade is not one of those of parameters.
    """

    name: str
    switch: str
    loop: str
    grade: str
    evidence: str
    through: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_said("feedback", self, ("name", "switch", "loop", "evidence"))
        is_list = isinstance(self.through, tuple | list)
        if not is_list or not all(isinstance(name, str) for name in self.through):
            message = (
                f"feedback '{self.name}': 'through' is a tuple of names, such as "
                f'("care", "caseload"), not {came(self.through)}'
            )
            raise ModelError(message)


def check_said(kind: str, of: Any, keys: Iterable[str]) -> None:
    """Refuse a declaration without its words, or of a grade that parameters do not have.

    ``keys`` name its texts. Raises ModelError.
    """
    for key in keys:
        text = getattr(of, key)
        if not isinstance(text, str) or not text.strip():
            message = f"a {kind} says its '{key}' in words, not {came(text)}"
            raise ModelError(message)
        check_plain(text, f"the '{key}' of a {kind}", ModelError, name=key == "name")
    if not isinstance(of.grade, str) or of.grade not in GRADES:
        message = f"{kind} '{of.name}': 'grade' is one of {', '.join(GRADES)}, not {came(of.grade)}"
        raise ModelError(message)
