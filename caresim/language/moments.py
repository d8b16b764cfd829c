"""What begins and ends on a day: steps and pulses in equations."""

from __future__ import annotations

import datetime as dt
from typing import Any

from caresim.language.calls import where
from caresim.language.dates import parse_date
from caresim.language.errors import CaresimError, ModelError, UnitError, quoted
from caresim.language.expressions import Expr, moment_at, time

__all__ = ["pulse", "step"]

MOST_DAYS = 36_525  # a hundred years


def step(begins: str | dt.date | Expr) -> Expr:
    """Return 0 before a day and 1 from its beginning on: ``step("2012-04-01") * p.rise``.

    ``begins`` is a date, or a parameter in years. Raises ModelError for what is no date, UnitError
    for a quantity in another unit.
    """
    return where(time >= _moment(begins, "step"), 1, 0)


def pulse(
    begins: str | dt.date, *, days: int | None = None, until: str | dt.date | None = None
) -> Expr:
    """Return 1 on some days and 0 on all others: ``pulse("2028-01-01", days=90) * p.rate``.

    It lasts for ``days``, the first one included, or to the end of the day ``until``. A flow of an
    amount a year then moves its share for these days in 365, or in 366 in a leap year.

    Raises ModelError for what is no date, a pulse without an end, and one that ends before it
    begins.
    """
    first = _day(begins, "begins")
    if (days is None) == (until is None):
        message = "a pulse has one end: pulse('2028-01-01', days=90) or until='2028-03-30'"
        raise ModelError(message)
    last = _day(until, "until") if days is None else first + dt.timedelta(days=_count(days) - 1)
    if last < first:
        message = f"a pulse ends after it begins, but until ({last}) is before {first}"
        raise ModelError(message)
    return where(time >= first, where(time <= last, 1, 0), 0)


def _moment(begins: Any, word: str) -> Any:
    moment = moment_at(begins)
    if isinstance(moment, Expr) and moment.unit != time.unit:
        message = (
            f"{word} takes a date or a quantity in [year], but {quoted(moment)} is in "
            f"[{moment.unit}]"
        )
        raise UnitError(message)
    return moment


def _day(value: Any, what: str) -> dt.date:
    try:
        return parse_date(value, f"the '{what}' of a pulse")
    except CaresimError as fault:
        raise ModelError(str(fault)) from None


def _count(days: Any) -> int:
    if isinstance(days, bool) or not hasattr(days, "__index__") or not 1 <= days <= MOST_DAYS:
        message = f"a pulse lasts a whole number of days from 1 to {MOST_DAYS:,}, not {days!r}"
        raise ModelError(message)
    return int(days)
