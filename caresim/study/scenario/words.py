"""The changes of a scenario in plain English: amounts with units, days, one sentence a change."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from typing import TYPE_CHECKING

from caresim.language.dates import date_of, start_of
from caresim.language.parameters import Parameter
from caresim.language.units import Unit

if TYPE_CHECKING:
    from caresim.study.scenario.scenario import Change

__all__ = ["amount_text", "ramp_end", "reasons", "sentence", "shown", "value_text"]

# Not from `calendar`, whose names follow the language of the machine
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
PLURALS = {"child": "children", "person": "people"}
SHORT_FORMS = ((1e9, "bn"), (1e6, "m"))
LONGEST_SHOWN = 60
EVERY_MONTH_HAS = 28


def shown(value: object) -> str:
    """Return a value as a message shows it: short, and on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        text = str(value) if isinstance(value, int | float | dt.date | dt.time) else repr(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        text = "a number of thousands of digits"
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def value_text(
    value: float, parameter: Parameter | None = None, price_year: str = "", *, step: bool = False
) -> str:
    """Return an amount with its unit: ``"£500m a year at 2019-20 prices"``, ``"25 %"``.

    A step from one share to another is in percentage points.
    """
    amount = amount_text(value, parameter)
    if parameter is None or amount.startswith("'"):
        return amount
    if step and _is_share(parameter):
        return amount.replace("%", "percentage points")
    unit = Unit.parse(parameter.unit)
    if any(power not in (-1, 1) for _, power in unit.powers):
        return f"{amount} {unit}"
    above = [word for word, power in unit.powers if power > 0]
    below = [word for word, power in unit.powers if power < 0]
    words = [_plural(word, value) for word in above if word != "GBP"]
    prices = f"at {price_year} prices" if "GBP" in above and price_year else ""
    return " ".join(part for part in (amount, *words, _per(above, below), prices) if part)


def amount_text(value: float, parameter: Parameter | None = None) -> str:
    """Return an amount without its unit: ``"£500m"``, ``"25 %"``, ``"0.10"``, ``"'residual'"``."""
    if not math.isfinite(value):
        return "an infinite amount"
    if parameter is None:
        return _plain(value)
    if named := [name for name, number in parameter.choices if number == value]:
        return f"'{named[0]}'"
    if _is_share(parameter):
        return f"{value * 100:.6g} %"
    return _money(value) if Unit.parse(parameter.unit).power_of("GBP") == 1 else _plain(value)


def sentence(change: Change, parameter: Parameter | None = None, price_year: str = "") -> str:
    """Return one change as one English sentence, without its reasons."""
    subject = _subject(change, parameter)
    until = f", until {_last_day(change.until)}" if change.until else ""
    return f"{subject} {_predicate(change, parameter, price_year)}{until}."


def reasons(change: Change) -> str:
    """Return why a change is made and where its figure comes from, as far as it says."""
    given = (("Why", change.why), ("Source", change.source))
    return " ".join(f"{k}: {' '.join(v.split()).rstrip('.')}." for k, v in given if v.strip())


def ramp_end(change: Change) -> dt.date:
    """Return the day on which a change has its full effect: the same day, whole months later."""
    months = round(change.over_years * 12, 6)
    day = change.begins
    if months == int(months) and day.day <= EVERY_MONTH_HAS:
        years, month = divmod(day.month - 1 + int(months), 12)
        return day.replace(year=day.year + years, month=month + 1)
    return date_of(start_of(day) + change.over_years) + dt.timedelta(days=1)


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
        factor = _plain(change.amount)
        return f"is multiplied by {factor}{_when(change)} ({_compared(change.amount)})"
    if change.amount == 0:
        return f"stays as it is (nothing is added){_when(change)}"
    verb = "rises by" if change.amount > 0 else "falls by"
    amount = value_text(abs(change.amount), parameter, price_year, step=True)
    return f"{verb} {amount}{_when(change)}"


def _when(change: Change) -> str:
    begins = _first_day(change.begins)
    if not change.over_years:
        return f" from {begins}"
    return f", in a straight line from {begins} to {_first_day(ramp_end(change))}"


def _compared(factor: float) -> str:
    if factor == 1:
        return "no change"
    return f"{abs(factor - 1) * 100:.6g} % {'higher' if factor > 1 else 'lower'}"


def _first_day(day: dt.date) -> str:
    month = f"{MONTHS[day.month - 1]} {day.year}"
    return month if day.day == 1 else f"{day.day} {month}"


def _last_day(day: dt.date) -> str:
    month = f"{MONTHS[day.month - 1]} {day.year}"
    last = calendar.monthrange(day.year, day.month)[1]
    return f"the end of {month}" if day.day == last else f"{day.day} {month}"


def _is_share(parameter: Parameter) -> bool:
    low, high = parameter.bounds or (0.0, float("inf"))
    if parameter.choices or parameter.name.endswith("_elasticity"):  # % for each %, not a share
        return False
    return Unit.parse(parameter.unit).is_one and 0 <= low < high <= 1


def _plain(value: float) -> str:
    if abs(value) >= 1000:  # noqa: PLR2004
        return f"{value:,.2f}".removesuffix(".00")
    text = f"{value:.6g}"
    return f"{value:.2f}" if 0 < abs(value) < 1 and len(text.lstrip("-")) < len("0.10") else text


def _money(value: float) -> str:
    sign = "−" if value < 0 else ""
    for size, letters in SHORT_FORMS:
        if abs(value) >= size:
            return f"{sign}£{abs(value) / size:,.6g}{letters}"
    return f"{sign}£{f'{abs(value):,.2f}'.removesuffix('.00')}"


def _plural(word: str, value: float) -> str:
    return word if value == 1 else PLURALS.get(word, f"{word}s")


def _per(above: list[str], below: list[str]) -> str:
    others = " ".join(f"per {word}" for word in below if word != "year")
    year = ("a year" if above else "per year") if "year" in below else ""
    return f"{others} {year}".strip()
