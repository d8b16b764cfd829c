"""Values that people try where a change takes another, and what to write in their place.

Advice is filled with what the change holds already, and is written as a file or as Python has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from caresim.language.dates import financial_year
from caresim.study.scenario.literals import (
    Write,
    day_text,
    financial_year_of,
    literal,
    number_in,
    number_text,
    percent_text,
)

__all__ = [
    "by_year",
    "cash_advice",
    "first_of",
    "prices_advice",
    "several_advice",
    "table_advice",
    "value_advice",
    "year_meant",
    "years_long",
]

Table = Mapping[str, Any]
VERBS = ("set", "add", "scale")
RANGE = ("low", "central", "high", "min", "max", "mean", "median", "sd", "lower", "upper", "middle")
FIRST = dt.date(2027, 4, 1)  # of examples, where a change says none
LONGEST_LIST = LONGEST_RAMP = 50


def value_advice(key: str, value: object, table: Table, write: Write) -> str:
    """Return what to write in place of a value that a key does not take; empty if unknown."""
    if key in VERBS:
        return _amount(key, value, table, write)
    if key in ("from", "until"):
        return _date(key, value, write)
    if key == "over_years" and isinstance(value, str) and (number := years_long(value)) is not None:
        return f"write {write({key: number})}"
    return prices_advice(value, table, write) if key == "prices" else ""


def by_year(value: object) -> dict[str, float]:
    """Return amounts by financial year, in their order; empty where it is no such table."""
    if not isinstance(value, dict) or not value:
        return {}
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in value.values())
    named = all(financial_year_of(key) == key for key in value)
    return dict(sorted(value.items())) if numbers and named else {}


# Amounts


def _amount(key: str, value: object, table: Table, write: Write) -> str:
    if isinstance(value, bool):
        return f"a switch takes the name of its setting, such as {write({'set': 'on'})}"
    if isinstance(value, str):
        return _in_text(key, value, write)
    if isinstance(value, list | tuple):
        return several_advice(key, [*value], table, write)
    return table_advice(key, value, table, write) if isinstance(value, dict) else ""


def _in_text(key: str, value: str, write: Write) -> str:
    if found := percent_text(value):
        sign, share = found
        more = f"{write({'scale': 1 + share})} for {_percent(abs(share))} "
        more += "more" if share >= 0 else "less"
        if key == "scale":
            return f"write {more}" + (
                "" if sign else f", or {write({key: share})} for {_percent(share)} of what it is"
            )
        points = f"{write({'add': share})} for {_percent(share)[:-2]} percentage points of a share"
        return f"write {points}, or {more}"
    if key == "set" and "=" not in value and number_text(value) is None:
        return ""
    number = number_in(value)
    return "" if number is None else f"take away the quotes and write {write({key: number})}"


def _percent(share: float) -> str:
    return f"{100 * share:.6g} %"


def several_advice(key: str, values: list[Any], table: Table, write: Write) -> str:
    """Return what to write in place of a list of amounts: a range, or amounts by year."""
    numbers = [number for number in map(number_in, values) if number is not None]
    if len(numbers) != len(values) or not values or len(values) > LONGEST_LIST:
        return "give one number"
    if len(values) <= len(("low", "high")):
        return _range(key, numbers, write)
    first = first_of(table)
    years = [financial_year(first.year + 1 + i) for i in range(len(values))]
    filled = write({key: dict(zip(years, numbers, strict=True))})
    return f"for amounts of years that follow each other write {filled}; for a range, a file each"


def _range(key: str, ends: list[Any], write: Write) -> str:
    each = " and ".join(write({key: end}) for end in ends)
    if len(ends) == 1:
        return f"write {each}"
    middle = write({key: (ends[0] + ends[-1]) / 2})
    return f"a change has one value: write {middle}, and for the range a file each with {each}"


def table_advice(key: str, value: dict[str, Any], table: Table, write: Write) -> str:
    """Return what to write in place of a table of amounts that is none by financial year."""
    if any(str(name).lower() in RANGE for name in value):
        ends = [number for number in map(number_in, value.values()) if number is not None]
        return _range(key, ends[:3], write) if ends else "give one number"
    named = {year_meant(name): amount for name, amount in value.items()}
    if value and all(named) and len(named) == len(value):
        amounts = {n: number_in(a) for n, a in named.items()}
        if by_year(amounts):
            return f"amounts by year go under financial years: write {write({key: amounts})}"
    example = {
        financial_year(first_of(table).year + 1): 1,
        financial_year(first_of(table).year + 2): 2,
    }
    return f"a table holds an amount for each financial year, such as {write({key: example})}"


def year_meant(name: object) -> str:
    """Return the financial year that a text or a number means, or nothing."""
    if years := financial_year_of(name):
        return years
    day = day_text(name)
    return financial_year(day.year + (1 if (day.month, day.day) >= (4, 1) else 0)) if day else ""


def first_of(table: Table) -> dt.date:
    """Return the day on which a change begins, or that of examples."""
    given = table.get("from", table.get("begins"))
    return given if isinstance(given, dt.date) else day_text(given) or FIRST


# Dates and lengths of time


def _date(key: str, value: object, write: Write) -> str:
    if isinstance(value, dt.datetime):
        return f"leave out the time of day: {write({key: value.date()})}"
    day = day_text(value, last=key == "until")
    if day is None:
        return ""
    if str(value).strip().isdecimal():
        return f"write the whole day: {write({key: day})}"
    if str(day) == str(value).strip():
        return f"take away the quotes: {write({key: day})}"
    return f"write {write({key: day})}"


def years_long(value: object) -> float | None:
    """Return the number of years that a value means, ``"3 years"``, as far as a ramp may be."""
    if isinstance(value, str):
        value = value.lower().strip().removesuffix("years").removesuffix("year").strip()
    number = number_in(value)
    return number if number is not None and 0 <= number <= LONGEST_RAMP else None


def prices_advice(value: object, table: Table, write: Write) -> str:
    """Return what to write in place of prices that are no financial year."""
    if str(value).lower() in ("cash", "nominal", "current"):
        return cash_advice(value, table, write)
    if str(value).lower() in ("real", "constant"):
        return "leave it out, as amounts are at the price year of the parameters unless it is given"
    year = year_meant(value)
    return f"write {write({'prices': year})}" if year else ""


def cash_advice(_: object, table: Table, write: Write) -> str:
    """Return how to give a sum in cash."""
    verb = next((v for v in ("add", "set") if v in table), "add")
    first = first_of(table)
    years = [financial_year(first.year + 1), financial_year(first.year + 2)]
    amount = table.get(verb, table.get("amount"))
    number = number_in(amount)
    cash = "" if number is None else f"{verb} = {{ {years[0]} = {literal(number)}, … }} with "
    return (
        f"write {write({'prices': years[0]})} for a sum that keeps what it is worth in that year, "
        f'or in a file {cash}prices = "cash" and the sum of each year'
    )
