"""A model that nothing changes: what that is called, and what it assumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caresim.language.errors import ModelError, came
from caresim.language.kinds import text_of
from caresim.language.plain_text import check_plain

__all__ = ["SENTENCES", "Unchanged", "sentences_in"]

SENTENCES = "a list of sentences, each with a full stop at its end"


@dataclass(frozen=True)
class Unchanged:
    """What a model is called where no scenario changes it, and what it then assumes.

    ``name`` stands in tables and figures (``"Policy of March 2020"``); ``assumes`` are sentences on
    what a reader would ask first, which pages show wherever this is the baseline.

    Raises ModelError for a name that is none, and for what are no sentences.
    """

    name: str = "Current policy"
    assumes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        what = "the name of Unchanged"
        name = " ".join(text_of(self.name, what, "Policy of 2020", ModelError).split())
        if not name:
            message = f"{what} is a text such as 'Policy of 2020', not {came(self.name)}"
            raise ModelError(message)
        check_plain(name, what, ModelError, name=True)
        told = sentences_in(self.assumes)
        if told is None:
            message = f"'assumes' of Unchanged is {SENTENCES}, not {came(self.assumes)}"
            raise ModelError(message)
        for text in told:
            check_plain(text, "'assumes' of Unchanged", ModelError)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "assumes", told)


def sentences_in(given: Any) -> tuple[str, ...] | None:
    """Return whole sentences, each on one line; None for anything else."""
    if not isinstance(given, tuple | list):
        return None
    texts = [" ".join(text.split()) if isinstance(text, str) else "" for text in given]
    return tuple(texts) if all(text.endswith(".") and len(text) > 1 for text in texts) else None
