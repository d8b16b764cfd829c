"""Numbers, percentages, dates and years as people write them, and how a file or Python has them."""

from __future__ import annotations

import datetime as dt
import numbers
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from caresim.language.dates import MONTHS, year_end
from caresim.language.errors import CaresimError
from caresim.study.arguments import shown

__all__ = [
    "FIRST_YEAR", "LAST_YEAR", "Percent", "Write", "day_text", "financial_year_of", "in_file",
    "in_python", "literal", "number_in", "number_text", "percent_text", "year_days",
]  # fmt: skip

Write = Callable[[Mapping[str, Any]], str]
VERBS = ("set", "add", "scale")
ARGUMENTS = {"from": "begins"}
SIZES = {"bn": 1e9, "b": 1e9, "billion": 1e9, "m": 1e6, "mn": 1e6, "million": 1e6}
SIZES |= {"k": 1e3, "thousand": 1e3, "": 1.0}
GROUPED, LARGEST = 1000, 1e15
FIRST_YEAR, LAST_YEAR = 1900, 2200
MINUS = str.maketrans({"−": "-", "–": "-"})
_PERCENT = re.compile(r"([-+]?)\s*(\d+(?:\.\d+)?)\s*(?:%|per ?cent|pct)", re.IGNORECASE)
_NUMBER = re.compile(
    r"([-+]?)\s*[£$€]?\s*(\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d[\d_]*(?:\.\d+)?|\.\d+)\s*"
    r"(bn|b|billion|mn|m|million|k|thousand|)\s*(?:(?:a|per|/)\s*(?:year|annum)|p\.?a\.?)?",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:fy\s*)?(\d{4})\s*[-–/]\s*(\d{2}|\d{4})", re.IGNORECASE)
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_WORDED = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([a-z]{3,9})\.?,?\s+(\d{4})", re.IGNORECASE)
_LOOSE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")


class Percent(float):
    """A share that was written as a percentage: ``"50 %"`` is 0.5, with what was written."""

    written: str

    def __new__(cls, value: float, written: str) -> Self:
        """Return the share and remember the text."""
        made = super().__new__(cls, value)
        made.written = written
        return made

    def __reduce__(self) -> tuple[type[Percent], tuple[float, str]]:
        return Percent, (float(self), self.written)


def percent_text(text: object) -> tuple[str, float] | None:
    """Return the sign and the share of a percentage, ``("+", 0.1)`` for ``"+10 %"``."""
    found = _PERCENT.fullmatch(text.strip().translate(MINUS)) if isinstance(text, str) else None
    if not found:
        return None
    share = float(found[2]) / 100
    return found[1], float(f"{-share if found[1] == '-' else share:.12g}")


def number_in(value: object) -> float | None:
    """Return the number that a value is or holds in words, None where advice cannot show it."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    try:
        number = float(value) if is_number else number_text(value)  # type: ignore[arg-type]
    except OverflowError:
        return None
    return number if number is not None and abs(number) <= LARGEST else None


def number_text(text: object) -> float | None:
    """Return the number that a text holds: ``"£2bn"``, ``"2,000,000"``, ``"500k"``."""
    found = _NUMBER.fullmatch(text.strip().translate(MINUS)) if isinstance(text, str) else None
    if not found:
        return None
    size = float(re.sub(r"[, _]", "", found[2])) * SIZES[found[3].lower()]
    return -size if found[1] == "-" else size


def day_text(text: object, *, last: bool = False) -> dt.date | None:
    """Return the day that a text means: ``"April 2027"``, ``"1/4/2027"``, ``"2027-28"``, 2027.

    Of a month or a year it is the first day, or the ``last``; years are financial ones.
    """
    try:
        return _day(str(text).strip(), last=last)
    except ValueError:  # of days and months that there are not
        return None


def _day(said: str, *, last: bool) -> dt.date | None:
    if years := financial_year_of(said):
        return year_days(years)[last]
    if said.isdecimal() and len(said) == len("2027"):
        return dt.date(int(said), 3, 31) if last else dt.date(int(said), 4, 1)
    if found := _SLASHED.fullmatch(said):
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    if found := _LOOSE.fullmatch(said):
        return _month_day(int(found[1]), int(found[2]), found[3], last=last)
    if found := _WORDED.fullmatch(said):
        month = [name[:3].lower() for name in MONTHS].index(found[2][:3].lower()) + 1
        return _month_day(int(found[3]), month, found[1], last=last)
    return None


def _month_day(year: int, month: int, day: str | None, *, last: bool) -> dt.date:
    if day:
        return dt.date(year, month, int(day))
    if not last:
        return dt.date(year, month, 1)
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def financial_year_of(text: object) -> str:
    """Return the financial year that a text means, ``"2027-28"`` for ``"2027/28"``, or nothing.

    It is one between 1900 and 2200.
    """
    found = _YEARS.fullmatch(str(text).strip())
    if not found or not FIRST_YEAR <= int(found[1]) < LAST_YEAR:
        return ""
    name = f"{found[1]}-{found[2][-2:]}"
    try:
        year_end(name)
    except CaresimError:  # of a month, such as 2027-04
        return ""
    return name


def year_days(name: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a financial year."""
    ends = year_end(name)
    return dt.date(ends - 1, 4, 1), dt.date(ends, 3, 31)


def literal(value: object) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and abs(value) <= LARGEST:
        number = float(f"{value:.10g}")
        grouped = f"{number:,.10g}" if abs(number) < GROUPED else f"{number:_.10f}".rstrip("0")
        return grouped.rstrip(".")
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {literal(one)}' for key, one in value.items())} }}"
    if isinstance(value, dt.date | int | float):
        return shown(value)
    return f'"{shown(value)[1:-1]}"' if isinstance(value, str) else "…"


def in_file(pairs: Mapping[str, Any]) -> str:
    """Return keys with their values as a file has them: ``add = 5, from = 2027-04-01``."""
    return ", ".join(f"{key} = {literal(value)}" for key, value in pairs.items())


def in_python(pairs: Mapping[str, Any]) -> str:
    """Return the same as arguments in Python: ``verb="add", amount=5, begins="2027-04-01"``."""
    return ", ".join(_argument(key, value) for key, value in pairs.items())


def _argument(key: str, value: object) -> str:
    said = f'"{value}"' if isinstance(value, dt.date) else literal(value)
    if key in VERBS:
        return f'verb="{key}", amount={said}'
    return f"{ARGUMENTS.get(key, key)}={said}"
