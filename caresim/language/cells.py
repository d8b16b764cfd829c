"""The cells of tables that people save: numbers as they write them, and signs for none.

A comma may part thousands or decimals, and so may a point. In a table whose columns are parted by
commas it is a comma that parts thousands, as in "1,020". In any other a cell that can be read in
one way, as ``0,01`` or ``0.01`` can, tells how the whole table is meant; without one, or with both,
a number that could be two is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

__all__ = ["THOUSANDS", "is_absent", "number_of", "parted_by_commas", "plain_numbers"]

THOUSANDS, DECIMALS, UNKNOWN = "thousands", "decimals", "unknown"

LONGEST = 40  # of a cell in a sentence
# Signs of official statistics for what is suppressed, not applicable or not there
ABSENT = {"c", "x", "z", "k", "u", "low", "*", ":", ".", "..", "...", "…"}
ABSENT |= {"n/a", "na", "nan", "#n/a"}
_PLAIN = re.compile(r"[-+]?(\d+(_\d+)*\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
_WITH_COMMA = re.compile(r"[-+]?(\d+|[1-9]\d{0,2}(\.\d{3})+)?,\d+([eE][-+]?\d+)?", re.ASCII)
_WITH_POINT = re.compile(r"[-+]?\d*\.\d+([eE][-+]?\d+)?", re.ASCII)
_POINT_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
_ROW = re.compile(rf"({_PLAIN.pattern}\n)+", re.ASCII)
_TYPED = str.maketrans({"\u2212": "-", "\u2013": "-"})  # the minus of typesetters


def is_absent(text: str) -> bool:
    """Return True for a sign that says that there is no number, alone or in square brackets."""
    sign = text.casefold()
    return sign in ABSENT or (sign[:1] + sign[-1:] == "[]" and sign[1:-1] in ABSENT)


def parted_by_commas(cells: Iterable[str]) -> str:
    """Return what commas part in the numbers of a table, as far as its cells prove it."""
    commas = points = False
    for cell in cells:
        commas = commas or bool(_WITH_COMMA.fullmatch(cell) and not _THOUSANDS.fullmatch(cell))
        points = points or bool(_WITH_POINT.fullmatch(cell) and not _POINT_GROUPS.fullmatch(cell))
    if commas == points:
        return UNKNOWN
    return DECIMALS if commas else THOUSANDS


def plain_numbers(cells: Sequence[str]) -> list[float] | None:
    """Return cells that are all numbers and nothing else, None where a cell has to be looked at."""
    if not _ROW.fullmatch("".join(f"{cell}\n" for cell in cells)):
        return None
    numbers = [float(cell) for cell in cells]
    return numbers if all(map(math.isfinite, numbers)) else None


def number_of(text: str, *, comma: str) -> float:
    """Return a cell as a number.

    ``comma`` says what a comma parts: ``"thousands"``, ``"decimals"`` or ``"unknown"``. Raises
    ValueError with what is wrong and what to do.
    """
    written = text.translate(_TYPED) if not text.isascii() else text
    if comma != THOUSANDS and _POINT_GROUPS.fullmatch(written):
        message = f"{text!r} may be {written} or {written.replace('.', '')}"
        raise ValueError(f"{message}; write it without the point, or with other decimals")
    if comma == DECIMALS and _WITH_COMMA.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    elif _THOUSANDS.fullmatch(written):
        if comma == UNKNOWN and "." not in written and written.count(",") == 1:
            message = f"{text!r} may be {written.replace(',', '')} or {written.replace(',', '.')}"
            raise ValueError(f"{message}; write it without the comma, or with other decimals")
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
