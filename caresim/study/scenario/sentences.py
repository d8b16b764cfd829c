"""One change as one English sentence, with its days and amounts in words."""

from __future__ import annotations

import calendar
import datetime as dt

from caresim.language.amounts import plain, value_text
from caresim.language.dates import MONTHS
from caresim.language.parameters import Parameter
from caresim.study.scenario.change import Change

__all__ = ["DIGITS", "first_day", "reasons", "sentence"]

DIGITS = 4  # of an amount that was brought to other prices


def sentence(
    change: Change,
    parameter: Parameter | None = None,
    price_year: str = "",
    worth: float | None = None,
) -> str:
    """Return one change as one English sentence, without its reasons.

    ``worth`` is its amount at the price year of the parameters, where it was given at another.
    """
    subject = _subject(change, parameter)
    until = f", until {_last_day(change.until)}" if change.until else ""
    said = f"{subject} {_predicate(change, parameter, change.prices or price_year)}{until}"
    if not change.prices or worth is None:
        return f"{said}."
    real = value_text(float(f"{abs(worth):.{DIGITS}g}"), parameter, price_year)
    return f"{said} ({real})."


def reasons(change: Change) -> str:
    """Return why a change is made and where its figure comes from, as far as it says."""
    given = (("Why", change.why), ("Source", change.source))
    return " ".join(f"{k}: {' '.join(v.split()).rstrip('.')}." for k, v in given if v.strip())


def _subject(change: Change, parameter: Parameter | None) -> str:
    meaning = parameter.meaning.strip().rstrip(".") if parameter else ""
    meaning += "," if "," in meaning else ""  # closes a clause, as in "Budget, in cash, rises"
    return meaning[:1].upper() + meaning[1:] if meaning else f"'{change.parameter}'"


def _predicate(change: Change, parameter: Parameter | None, price_year: str) -> str:
    if isinstance(change.amount, str):
        return f"is set to '{change.amount}'{_when(change)}"
    if change.verb == "set":
        verb = "moves to" if change.over_years else "is set to"
        return f"{verb} {value_text(change.amount, parameter, price_year)}{_when(change)}"
    if change.verb == "scale":
        factor = plain(change.amount)
        return f"is multiplied by {factor}{_when(change)} ({_compared(change.amount)})"
    if change.amount == 0:
        return f"stays as it is (nothing is added){_when(change)}"
    verb = "rises by" if change.amount > 0 else "falls by"
    amount = value_text(abs(change.amount), parameter, price_year, step=True)
    return f"{verb} {amount}{_when(change)}"


def _when(change: Change) -> str:
    begins = first_day(change.begins)
    if not change.over_years:
        return f" from {begins}"
    return f", in a straight line from {begins} to {first_day(change.full_from)}"


def _compared(factor: float) -> str:
    if factor == 1:
        return "no change"
    return f"{abs(factor - 1) * 100:.6g} % {'higher' if factor > 1 else 'lower'}"


def first_day(day: dt.date) -> str:
    """Return the day on which something begins: ``"April 2027"``, ``"15 April 2027"``."""
    month = f"{MONTHS[day.month - 1]} {day.year}"
    return month if day.day == 1 else f"{day.day} {month}"


def _last_day(day: dt.date) -> str:
    month = f"{MONTHS[day.month - 1]} {day.year}"
    last = calendar.monthrange(day.year, day.month)[1]
    return f"the end of {month}" if day.day == last else f"{day.day} {month}"
