"""How an amount is said: with its unit, its sign, and as many figures as a reader needs."""

from __future__ import annotations

import math
import re

from caresim.language.parameters import Parameter, Series
from caresim.language.units import Unit

__all__ = [
    "amount_text", "counted", "few_figures", "is_share", "may_be_percent", "percent", "plain",
    "plural", "says_share", "signed", "unit_words", "value_text",
]  # fmt: skip

PLURALS = {"child": "children", "person": "people"}
SHORT_FORMS = ((1e9, "bn"), (1e6, "m"))
_SHARE = re.compile(r"^(Share|Rise|Fall|Fewer|More)\b|\bas a share of\b")
_IN_PERCENT = re.compile(r"\bin (%|percentage points)")


def value_text(
    value: float, parameter: Parameter | None = None, price_year: str = "", *, step: bool = False
) -> str:
    """Return an amount with its unit: ``"£500m a year at 2019-20 prices"``, ``"25 %"``.

    A step from one share to another is in percentage points.
    """
    amount = amount_text(value, parameter)
    if parameter is None or amount.startswith("'"):
        return amount
    if step and is_share(parameter):
        return amount.replace("%", "percentage points")
    unit = Unit.parse(parameter.unit)
    if any(power not in (-1, 1) for _, power in unit.powers):
        return f"{amount} {unit}"
    above = [word for word, power in unit.powers if power > 0]
    below = [word for word, power in unit.powers if power < 0]
    words = [plural(word, value) for word in above if word != "GBP"]
    prices = f"at {price_year} prices" if "GBP" in above and price_year else ""
    return " ".join(part for part in (amount, *words, _per(above, below), prices) if part)


def amount_text(value: float, parameter: Parameter | None = None) -> str:
    """Return an amount without its unit: ``"£500m"``, ``"25 %"``, ``"0.10"``, ``"'residual'"``."""
    if not math.isfinite(value):
        return "an infinite amount"
    if parameter is None:
        return plain(value)
    if named := [name for name, number in parameter.choices if number == value]:
        return f"'{named[0]}'"
    if is_share(parameter):
        return f"{value * 100:.6g} %"
    return _money(value) if Unit.parse(parameter.unit).power_of("GBP") == 1 else plain(value)


def few_figures(value: float, *, digits: int = 2) -> str:
    """Return a number with a few figures and a true minus sign."""
    return f"{float(f'{value:.{digits}g}'):,.10g}".replace("-", "−")


def signed(value: float, places: int, form: str = "{}") -> str:
    """Return a number with + or a true minus sign, and zero with neither: ``"+£1.20bn"``.

    ``form`` is what stands around the number.
    """
    shown = f"{abs(value):,.{places}f}"
    is_zero = not shown.strip("0.,")
    sign = "" if is_zero else "+" if value > 0 else "−"
    return sign + form.format(shown)


def counted(unit: Unit) -> str:
    """Return what a unit counts, for a rate over a year as for a level."""
    return str(unit * Unit.parse("year") if unit.power_of("year") == -1 else unit)


def percent(share: float) -> str:
    """Return a share in words for readers: ``"80 %"``, ``"3.5 %"``."""
    return f"{100 * share:.4g} %"


def is_share(parameter: Parameter) -> bool:
    """Return whether a number without unit is a share or a relative change, to be said in %.

    Bounds within 0 and 1 say so, or the words: "Share of …", "…, as a share of …", "Rise of …".
    """
    if parameter.choices or not Unit.parse(parameter.unit).is_one:
        return False
    if parameter.name.endswith("_elasticity") or _IN_PERCENT.search(parameter.meaning):
        return False  # % for each %, or percentage points already
    low, high = parameter.bounds or (0.0, math.inf)
    if 0 <= low < high <= 1:
        return True
    value = parameter.value
    most = max(map(abs, value.values)) if isinstance(value, Series) else abs(value)
    named = "share" in parameter.name.split("_")
    return most <= 1 and (named or says_share(parameter.meaning))


def may_be_percent(parameter: Parameter) -> bool:
    """Return whether a percentage says a value without doubt: of a share, a factor or a rate."""
    per_year = Unit.parse("1/year")
    unit = Unit.parse(parameter.unit)
    counts_percent = _IN_PERCENT.search(parameter.meaning) or parameter.choices
    return unit in (Unit(), per_year) and not counts_percent


def says_share(words: str) -> bool:
    """Return whether a label or meaning is that of a share or of a relative change."""
    return bool(_SHARE.search(words)) and "multiple" not in words


def plain(value: float) -> str:
    """Return a pure number: ``"1,250"``, ``"0.10"``."""
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


def plural(word: str, value: float = 2) -> str:
    """Return a word of a unit as it stands beside a number: ``"children"`` unless it is one."""
    return word if value == 1 else PLURALS.get(word, f"{word}s")


def unit_words(unit: Unit) -> str:
    """Return a unit as people say it: ``"children per worker"``, ``"£ per child a year"``.

    Empty for a number without unit; a unit with higher powers stays as it is written.
    """
    if any(power not in (-1, 1) for _, power in unit.powers):
        return str(unit)
    above = [word for word, power in unit.powers if power > 0]
    below = [word for word, power in unit.powers if power < 0]
    words = ["£" if word == "GBP" else plural(word) for word in above]
    return " ".join(part for part in (*words, _per(above, below)) if part)


def _per(above: list[str], below: list[str]) -> str:
    others = " ".join(f"per {word}" for word in below if word != "year")
    year = ("a year" if above else "per year") if "year" in below else ""
    return f"{others} {year}".strip()
