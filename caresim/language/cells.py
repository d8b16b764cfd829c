"""The cells of tables that people save: numbers as they write them, and signs for none.

A comma may part thousands or decimals. In a table whose columns are parted by commas it parts
thousands, as in "1,020"; in any other it parts decimals where some cell of the table proves it, as
``0,01`` does, and else a number with a comma is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

__all__ = ["has_decimal_commas", "is_absent", "number_of"]

LONGEST = 40  # of a cell in a sentence
# Signs of official statistics for what is suppressed, not applicable or not there
ABSENT = {"c", "x", "z", "k", "u", "low", "*", ":", ".", "..", "...", "…"}
ABSENT |= {"n/a", "na", "nan", "#n/a"}
_PLAIN = re.compile(r"[-+]?(\d+(_\d+)*\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
_WITH_COMMA = re.compile(r"[-+]?(\d+|[1-9]\d{0,2}(\.\d{3})+)?,\d+([eE][-+]?\d+)?", re.ASCII)
_POINT_OR_GROUP = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
_TYPED = str.maketrans({"\u2212": "-", "\u2013": "-"})  # the minus of typesetters


def is_absent(text: str) -> bool:
    """Return True for a sign that says that there is no number, alone or in square brackets."""
    sign = text.casefold()
    return sign in ABSENT or (sign[:1] + sign[-1:] == "[]" and sign[1:-1] in ABSENT)


def has_decimal_commas(cells: Iterable[str]) -> bool:
    """Return True where a cell is a number whose comma can only part decimals."""
    return any(_WITH_COMMA.fullmatch(cell) and not _THOUSANDS.fullmatch(cell) for cell in cells)


def number_of(text: str, *, comma: str) -> float:
    """Return a cell as a number.

    ``comma`` says what a comma parts: ``"thousands"``, ``"decimals"`` or ``"unknown"``. Raises
    ValueError with what is wrong and what to do.
    """
    written = text.translate(_TYPED) if not text.isascii() else text
    if comma == "decimals":
        if _POINT_OR_GROUP.fullmatch(written):
            message = f"{text!r} may be {written} or {written.replace('.', '')}"
            raise ValueError(f"{message}, for commas part decimals in this file; write no point")
        if _WITH_COMMA.fullmatch(written):
            written = written.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(written):
        if comma == "unknown":
            message = f"{text!r} may have decimals or thousands behind its comma; write it without"
            raise ValueError(message)
        written = written.replace(",", "")
    if not _PLAIN.fullmatch(written):
        raise ValueError(f"{_short(text)} is not a number{_advice(written)}")
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(f"{_short(text)} is beyond all numbers")
    return number


def _advice(text: str) -> str:
    """Say what to write in place of what is nearly a number."""
    if text in ("-", "--", "—"):
        return ", and may mean none or unknown; write 0 or ':'"
    if text.startswith("#"):
        return "; mend the formula that the table was saved with"
    bare = text.strip("£$€%()' \u00a0\u202f").replace("\u00a0", " ").replace("\u202f", " ")
    if bare != text and _PLAIN.fullmatch(bare.replace(",", "")):
        return "; write it without sign or brackets, and a share as 0.25"
    if _PLAIN.fullmatch(re.sub("[ ,']", "", bare)):
        return "; write it without blanks and commas, its decimals behind a point"
    return ""


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
