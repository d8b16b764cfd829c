"""Drivers: what acts on a model with a memory of its own, and is acted on by nothing in it."""

from __future__ import annotations

from dataclasses import dataclass

from caresim.language.feedbacks import check_said

__all__ = ["Driver"]


@dataclass(frozen=True)
class Driver:
    """What acts on a model from outside and lasts, listed in its class attribute ``drivers``.

    It closes no loop: that is a :class:`Feedback`. ``text`` says in words what it does, and
    ``switch`` names the parameter that turns it on and off.

    Raises ModelError when a text is missing, or the grade is not one of those of parameters.
    """

    name: str
    switch: str
    text: str
    grade: str
    evidence: str

    def __post_init__(self) -> None:
        check_said("driver", self, ("name", "switch", "text", "evidence"))
