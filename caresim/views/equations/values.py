"""What a parameter is worth, said where it is used: its value, its unit, and who may change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from caresim.language.amounts import plural, value_text
from caresim.language.dates import FIRST_YEAR, LAST_YEAR, MONTHS, date_of
from caresim.language.parameters import Parameter, Series
from caresim.language.units import Unit

__all__ = [
    "MARKS",
    "amount_said",
    "day_said",
    "mark_of",
    "range_said",
    "unit_said",
    "value_said",
    "values_said",
]

DIGITS, DIGITS_GIVEN = 3, 4  # of an estimate, and of a number from elsewhere; the file has all
DAYS_A_YEAR, MONTHS_A_YEAR = 365.25, 12
DAYS_UP_TO, MONTHS_UP_TO = 0.25, 2.0  # years: what is said in days, and in months
RARE = 0.2  # a year: a rate below is said as a share, one above with the time that it means
ALL_UP_TO = 6  # dated values: so many are said one by one
MARKS = {
    "lever": ("ˡ", "a lever, which a scenario may change"),
    "effect": ("ᵒ", "the size of an effect, which a scenario may change"),
    "cost": ("ᶜ", "a unit cost, which a scenario may change"),
    "estimated": ("ᵉ", "estimated, by fitting the model to official figures"),
    "assumed": ("ᵃ", "assumed: no measurement stands behind it"),
}  # a fixed number from a source has none


def mark_of(entry: Parameter) -> str:
    """Return the small letter that says what kind of number a parameter is."""
    assumed = entry.role == "fixed" and entry.grade == "assumption"
    return MARKS.get("assumed" if assumed else entry.role, ("", ""))[0]


def values_said(
    entries: Sequence[Parameter], price_year: str = "", *, brief: bool = False
) -> list[str]:
    """Return the values of a parameter at its elements, all in one way."""
    if len(entries) == 1:
        return [value_said(entries[0], price_year, brief=brief)]
    often = any(abs(value) >= RARE for entry in entries for value in _numbers(entry))
    return [value_said(entry, price_year, brief=True, often=often) for entry in entries]


def value_said(
    entry: Parameter, price_year: str = "", *, brief: bool = False, often: bool = False
) -> str:
    """Return the value of a parameter with its unit in words; of many dated ones those that tell.

    A ``brief`` one says nothing twice, and a rate is no share where others are ``often``.
    """
    if not isinstance(entry.value, Series):
        return amount_said(entry.value, entry, price_year, brief=brief, often=often)
    dated = list(entry.value.dated().items())
    numbers = [value for _, value in dated]
    if len(set(numbers)) == 1:
        return amount_said(numbers[0], entry, price_year, brief=True)
    often = often or max(map(abs, numbers)) >= RARE

    def said(value: float) -> str:
        return amount_said(value, entry, price_year, brief=True, often=often)

    when = "in" if entry.value.held else "on"
    usual, n = Counter(numbers).most_common(1)[0]
    if entry.value.held and len(dated) > ALL_UP_TO and n > len(dated) / 2:  # events, by year
        others = [f"{said(value)} {when} {_day(day)}" for day, value in dated if value != usual]
        if len(others) <= ALL_UP_TO:
            return f"{', '.join(others)}, else {said(usual) if usual else 0}"
    return ", ".join(
        f"{word}{said(value)} {when} {_day(day)}" for word, (day, value) in _telling(dated)
    )


def _telling(dated: Sequence[tuple[str, float]]) -> list[tuple[str, tuple[str, float]]]:
    """Return all values where they are few, else first, last, lowest and highest, said so."""
    numbers = [value for _, value in dated]
    ends = {0: "", len(dated) - 1: ""}
    extremes = {
        numbers.index(min(numbers)): "lowest with ",
        numbers.index(max(numbers)): "highest with ",
    }
    shown = dict.fromkeys(range(len(dated)), "") if len(dated) <= ALL_UP_TO else extremes | ends
    return [(shown[i], dated[i]) for i in sorted(shown)]


def amount_said(
    value: float,
    entry: Parameter,
    price_year: str = "",
    *,
    brief: bool = False,
    often: bool = False,
) -> str:
    """Return one amount of a parameter: ``"17.9 %"``, ``"0.13 years, about 47 days"``, a date."""
    unit = Unit.parse(entry.unit)
    if unit == Unit.parse("year") and FIRST_YEAR < value < LAST_YEAR:  # no stay is so long
        return day_said(value)
    digits = DIGITS if entry.role == "estimated" else DIGITS_GIVEN
    value = float(f"{value:.{digits}g}")
    if unit == Unit.parse("1/year"):
        return _rate(value, brief=brief, often=often)
    said = value_text(value, entry, price_year)
    said = f"−{said[1:]}" if said.startswith("-") else said
    return said if brief or entry.choices or unit != Unit.parse("year") else _time(said, value)


def range_said(low: float, high: float, entry: Parameter) -> str:
    """Return two amounts of a parameter, what they share once: ``"0 to 20 %"``."""
    often = max(abs(low), abs(high)) >= RARE
    ends = (amount_said(value, entry, brief=True, often=often) for value in (low, high))
    (first, _, of), (last, _, unit) = (end.partition(" ") for end in ends)
    one = {of, of.replace("children", "child")} & {unit, unit.replace("children", "child")}
    return f"{first} to {last} {unit}".strip() if one else f"{first} {of} to {last} {unit}".strip()


def unit_said(unit: str | Unit, name: str = "", price_year: str = "") -> str:
    """Return a unit in words: ``"children a year"``, ``"£ a year at 2019-20 prices"``.

    ``name`` is that of the quantity: one with ``share`` in it is a share.
    """
    unit = Unit.parse(unit)
    if unit.is_one:
        return "a share" if "share" in name.split("_") else "a number"
    times = {"year": {-1, -2, 1}}
    if any(power not in times.get(word, {-1, 1}) for word, power in unit.powers):
        return str(unit)
    above = [word for word, power in unit.powers if power > 0]
    below = [word for word, power in unit.powers if power < 0]
    counted = ["£" if word == "GBP" else plural(word) for word in above]
    per = [f"per {word}" for word in below if word != "year"]
    year = ["a year"] if "year" in below else []
    year += ["and year"] if unit.power_of("year") < -1 else []
    year = ["a rate", *year] if not above and not per else year
    prices = [f"at {price_year} prices"] if "GBP" in above and price_year else []
    return " ".join(part for part in (*counted, *per, *year, *prices) if part)


def day_said(coordinate: float) -> str:
    """Return a date: ``31 March 2009`` for 2009.0."""
    day = date_of(coordinate)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _day(name: str) -> str:
    """Return the name of a financial year, or a date in words."""
    year, _, rest = name.partition("-")
    month, _, day = rest.partition("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}" if day else name


def _numbers(entry: Parameter) -> tuple[float, ...]:
    return entry.value.values if isinstance(entry.value, Series) else (entry.value,)


def _time(said: str, years: float) -> str:
    if 0 < years < DAYS_UP_TO:
        return f"{said}, about {years * DAYS_A_YEAR:.0f} days"
    if DAYS_UP_TO <= years < MONTHS_UP_TO and years != 1:
        return f"{said}, about {years * MONTHS_A_YEAR:.0f} months"
    return said


def _rate(value: float, *, brief: bool, often: bool) -> str:
    """Return a rate, a small one as a share and a large one with the time that it means."""
    plain = f"{value:g} a year".replace("-", "−")
    if value == 0 or often or (brief and abs(value) >= RARE):
        return plain
    if abs(value) < RARE:
        return f"{value * 100:.4g} % a year".replace("-", "−")
    years = 1 / value
    if value < 0 or value == 1:
        return plain
    time = f"{years:.2g} years" if years >= MONTHS_UP_TO else f"{years * MONTHS_A_YEAR:.0f} months"
    if years < DAYS_UP_TO:
        time = f"{years * DAYS_A_YEAR:.0f} days"
    return f"{plain}, after {time} on average"
