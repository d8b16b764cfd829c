"""Dates as decimal years that turn on 31 March, periods, and the names of financial years.

The coordinate is 2009.0 at midnight after 31 March 2009, so that whole numbers are the ends of
financial years. The last moment of 31 March and the first of 1 April are the same instant.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import Any

from caresim.language.errors import CaresimError, ModelError, came, trait

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MONTHS",
    "SPAN",
    "Period",
    "date_of",
    "days_of",
    "end_of",
    "financial_year",
    "label_of",
    "march_31",
    "parse_date",
    "start_of",
    "year_end",
]

# Not from `calendar`, whose names follow the language of the machine
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
DAY = 24 * 60 * 60  # seconds
MIDNIGHT = 1e-7  # days: a moment nearer than this to one is midnight
QUARTERS = {1.0: (6, 30), 2.0: (9, 30), 3.0: (12, 31)}
FIRST_YEAR, LAST_YEAR = 1900, 2200
SPAN = f"dates are from {FIRST_YEAR} to {LAST_YEAR}"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINANCIAL_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})")
_MEANT = re.compile(r"(?:FY ?)?([0-9]{4}) ?[-/–_] ?(?:[0-9]{2})?([0-9]{2})", re.IGNORECASE)


def parse_date(
    value: Any, what: str = "the value", error: type[CaresimError] = CaresimError
) -> dt.date:
    """Read a day: an ISO date, ``"2030-03-31"``, or a date of Python, NumPy or pandas.

    A bare year, a time of day and a period longer than a day are refused. Raises ``error`` that
    names ``what`` and shows the value.
    """
    day = _day(value)
    if day is None:
        advice = _advice(value)
        message = f"{what} must be a date such as 2030-03-31, not {came(value)}{advice}"
        raise error(message)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"{what} must be a date such as 2030-03-31, not {day}; {SPAN}"
        raise error(message)
    return day


def _day(value: Any) -> dt.date | None:
    """Return what a value says of one day, None where it says no day, or more than a day."""
    try:
        if isinstance(value, str):
            return dt.date.fromisoformat(value) if _DATE.fullmatch(value) else None
        if trait(trait(value, "dtype"), "kind") == "M" and value.ndim == 0:
            value = value.astype("datetime64[us]").item()  # as NumPy has dates
        elif trait(value, "start_time") and trait(value, "end_time"):  # a period of pandas
            begins, ends = value.start_time.date(), value.end_time.date()
            value = begins if begins == ends else None
        if isinstance(value, dt.datetime):
            value = value.date() if value.time() == dt.time() else None
    except (ValueError, AttributeError, OverflowError):  # from one that is no day at all
        return None
    is_day = isinstance(value, dt.date) and isinstance(value.year, int)  # pandas has one without
    return dt.date(value.year, value.month, value.day) if is_day else None


def _advice(value: Any) -> str:
    year = str(value) if isinstance(value, str | Integral) else ""
    if year.isdecimal() and len(year) == len("2030"):
        return f"; write '{year}-03-31'"
    if isinstance(value, dt.datetime) and isinstance(value.year, int):
        return "; leave out the time of day"
    return ""


def march_31(value: Any, what: str, error: type[CaresimError] = CaresimError) -> dt.date:
    """Read the end of a financial year; raise ``error`` for another day, with the nearest one."""
    day = parse_date(value, what, error)
    if (day.month, day.day) != (3, 31):
        message = (
            f"{what} must be a 31 March, the end of a financial year; "
            f"{day} is not: take {date_of(round(end_of(day)))}"
        )
        raise error(message)
    return day


def start_of(date: dt.date) -> float:
    """Return the coordinate of the first moment of a day: 2027.0 for 1 April 2027."""
    year = date.year if (date.month, date.day) >= (4, 1) else date.year - 1
    opening = dt.date(year, 4, 1)
    length = (dt.date(year + 1, 4, 1) - opening).days
    return year + (date - opening).days / length


def end_of(date: dt.date) -> float:
    """Return the coordinate of the last moment of a day: 2027.0 for 31 March 2027."""
    return start_of(date + dt.timedelta(days=1))


def date_of(time: float) -> dt.date:
    """Return the day that ends nearest to a coordinate: 31 March 2027 for 2027.0.

    Quarters of a year are those of the calendar: 31 December 2027 for 2027.75.
    """
    year = int(time // 1)
    if (quarter := 4 * (time - year)) in QUARTERS:
        return dt.date(year, *QUARTERS[quarter])
    length = (dt.date(year + 1, 4, 1) - dt.date(year, 4, 1)).days
    return dt.date(year, 3, 31) + dt.timedelta(days=round((time - year) * length))


def days_of(year: int) -> int:
    """Return how many days the year from a coordinate to the next has, 365 or 366."""
    return (dt.date(year + 1, 4, 1) - dt.date(year, 4, 1)).days


def label_of(time: float) -> dt.datetime:
    """Return what a moment is called: the day that ends with it, else the day and its time.

    31 March 2009 without a time of day for 2009.0, and 23 April 2009, 19:30 for 2009.0625.
    """
    year = int(time // 1)
    days = (time - year) * days_of(year)
    opening = dt.datetime(year, 4, 1)  # noqa: DTZ001  (a date of a model is nowhere in the world)
    if abs(days - round(days)) < MIDNIGHT:
        return opening + dt.timedelta(days=round(days) - 1)
    return opening + dt.timedelta(seconds=round(days * DAY))


def financial_year(ending: int) -> str:
    """Return the name of the financial year that ends on 31 March: ``"2019-20"`` for 2020."""
    return f"{ending - 1}-{ending % 100:02d}"


def year_end(name: str) -> int:
    """Return the calendar year in which a financial year ends: 2020 for ``"2019-20"``.

    Raises CaresimError for anything that is not two consecutive years.
    """
    match = _FINANCIAL_YEAR.fullmatch(name) if isinstance(name, str) else None
    if not match or (int(match[1]) + 1) % 100 != int(match[2]):
        meant = _MEANT.fullmatch(name.strip()) if isinstance(name, str) else None
        near = meant and (int(meant[1]) + 1) % 100 == int(meant[2])
        example = f"{meant[1]}-{meant[2]}" if meant and near else "2019-20"
        message = f"{came(name)} is not a financial year; write it as '{example}'"
        raise CaresimError(message)
    if not FIRST_YEAR <= int(match[1]) + 1 <= LAST_YEAR:
        message = f"{came(name)} is no year of a run; {SPAN}"
        raise CaresimError(message)
    return int(match[1]) + 1


@dataclass(frozen=True)
class Period:
    """Two dates and what happened: ``Period("2009-03-31", "2013-03-31", "Pay freeze")``.

    As everywhere in equations, a date means the end of its day: 31 March 2009 is where the
    financial year 2009-10 begins. ``cause`` says in words why something changes in these years.

    Raises ModelError when a date or the cause is missing, or the dates are not in order.
    """

    begins: str
    ends: str
    cause: str

    def __post_init__(self) -> None:
        if not isinstance(self.cause, str) or not self.cause.strip():
            message = f"a period says its cause in words, not {came(self.cause)}"
            raise ModelError(message)
        for key in ("begins", "ends"):
            day = parse_date(getattr(self, key), "the date of a path", ModelError)
            object.__setattr__(self, key, str(day))
        if self.closing <= self.opening:
            message = f"a path ends after it begins, but {self.ends} is not after {self.begins}"
            raise ModelError(message)

    @cached_property
    def opening(self) -> float:
        """The coordinate of the end of the first day."""
        return end_of(parse_date(self.begins, "the date of a path"))

    @cached_property
    def closing(self) -> float:
        """The coordinate of the end of the last day."""
        return end_of(parse_date(self.ends, "the date of a path"))

    def __str__(self) -> str:
        first, last = (parse_date(day) for day in (self.begins, self.ends))
        return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}: {self.cause}"
