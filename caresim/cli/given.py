"""What a call was given: an empty value, as of a variable that is not set, is not "not given"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from caresim.language.errors import CaresimError

__all__ = ["refuse_empty"]


def refuse_empty(words: Sequence[str]) -> None:
    """Raise CaresimError for an empty word of a call, with the option that it is the value of."""
    for before, word in pairwise(["", *words]):
        option, sign, value = word.partition("=")
        is_option = option.startswith("--") and sign
        if (value if is_option else word).strip():
            continue
        named = option if is_option else before if before.startswith("-") else ""
        what = f"the value of {named} is empty" if named else "a name or file is empty"
        message = f"{what}: leave it out, or see that the variable it comes from is set"
        raise CaresimError(message)
