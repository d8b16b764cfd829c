"""One number of a model: its meaning, unit, role, bounds, prior and source."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from caresim.language.dates import date_of, financial_year
from caresim.language.errors import ParameterError, UnitError, came
from caresim.language.functions import FUNCTIONS
from caresim.language.kinds import finite, items_of, real, text_of
from caresim.language.plain_text import check_plain
from caresim.language.priors import Prior
from caresim.language.units import Unit

__all__ = ["GRADES", "ROLES", "Parameter", "Series", "is_reserved"]

ROLES = ("lever", "effect", "cost", "estimated", "fixed")
OPEN = ROLES[:3]  # to scenarios
CONTINUES = ("level", "growth", "zero")
EXACT = ("definition", "limit")
GRADES = ("measured", "estimated", "trial", "observational", "assumption")
RESERVED = {*filter(str.isidentifier, FUNCTIONS)} - {"negative", "share"}  # written as signs
RESERVED |= {"time", "stocks", "constants", "drivers", "given", "parameters"}
RESERVED |= {"initial", "rates", "levels", "outflows"}
TEXTS = ("name", "unit", "meaning", "role", "source", "address", "grade", "note", "assumed_from",
         "continues", "caveat", "acts_on", "lag", "cost", "line", "effect", "exact")  # fmt: skip
EXAMPLES = {"name": "stay", "unit": "1/year", "role": "lever", "assumed_from": "2025-03-31"}
_SHARE = re.compile(r"Share of\b")
_NO_SHARE = re.compile(r"\bin (%|percentage points)|\b(multiple|Rise|Fall|Fewer|More)\b")
_HOISTED = re.compile(r"^(constant|given|shared)_\d+$")


@dataclass(frozen=True)
class Series:
    """Dated values: straight lines between dates, or one value held over each financial year."""

    times: tuple[float, ...]
    values: tuple[float, ...]
    held: bool

    def __post_init__(self) -> None:
        if not isinstance(self.held, bool):
            message = f"'held' of a Series is True or False, not {came(self.held)}"
            raise ParameterError(message)
        for key in ("times", "values"):
            given = items_of(
                getattr(self, key), f"the {key} of a Series are a list", ParameterError
            )
            numbers = tuple(map(finite, given))
            if None in numbers or not numbers:
                wrong = came(given[numbers.index(None)]) if numbers else "none"
                message = f"the {key} of a Series are finite numbers, not {wrong}"
                raise ParameterError(message)
            object.__setattr__(self, key, numbers)
        if len(self.times) != len(self.values):
            message = (
                f"a Series has a value for each of its times, not {len(self.values)} for "
                f"{len(self.times)}"
            )
            raise ParameterError(message)
        if any(after <= before for before, after in pairwise(self.times)):
            message = f"the times of a Series increase, not {came(list(self.times))}"
            raise ParameterError(message)

    @property
    def ends(self) -> float:
        """Return the coordinate after which the last value is simply kept."""
        return self.times[-1] + (1.0 if self.held else 0.0)

    def dated(self) -> dict[str, float]:
        """Return the values by date, or by financial year, as a parameter file writes them."""
        names = [financial_year(int(t) + 1) if self.held else str(date_of(t)) for t in self.times]
        return dict(zip(names, self.values, strict=True))


@dataclass(frozen=True)
class Parameter:
    """One number of a model, with everything a reader needs to judge it.

    ``role`` says who may change it. A scenario may change a ``"lever"``, which somebody can pull,
    and an ``"effect"`` or a ``"cost"``, the size of an effect and a unit cost that are taken from
    elsewhere and could be otherwise; a fit changes what is ``"estimated"``; ``"fixed"`` stays.
    ``grade`` says what it rests on: a figure that was ``"measured"``, a fit to figures, by which it
    is ``"estimated"``, a ``"trial"``, an ``"observational"`` study, or an ``"assumption"``.
    ``value`` is a float or, for a dated parameter, a :class:`Series`; ``choices`` names the
    settings of a switch, which takes nothing else unless numbers ``between`` them mean something
    too; ``assumed_from`` is the date after which dated values are an assumption;
    ``caveat`` is said on every run whose scenario changes the parameter; ``vintages`` gives, by
    financial year, the value that the figures up to that year would have set; ``continues`` says
    how dated values went on as seen from a year before their end: ``"level"`` at the last known,
    ``"growth"`` at the mean growth of five years, ``"zero"`` for events. For a lever,
    ``acts_on`` and ``lag`` say in words where and when it acts, ``effect`` names the parameter of
    its effect size, and ``cost`` that of its cost, or says it in words; for a unit cost, ``line``
    names the observed spending that it belongs to. ``exact`` says why a fixed number has no prior
    and is not drawn: by ``"definition"`` it could be no other, or it is a technical ``"limit"``, at
    which a quantity is cut off so that the model runs.
    """

    name: str
    value: float | Series
    unit: str = "1"
    meaning: str = ""
    role: str = "fixed"
    bounds: tuple[float, float] | None = None
    prior: Prior | None = None
    source: str = ""
    address: str = ""
    grade: str = "assumption"
    note: str = ""
    assumed_from: str = ""
    continues: str = "level"
    caveat: str = ""
    choices: tuple[tuple[str, float], ...] = ()
    vintages: tuple[tuple[str, float], ...] = ()
    acts_on: str = ""
    lag: str = ""
    cost: str = ""
    line: str = ""
    effect: str = ""
    exact: str = ""
    between: bool = False

    def __post_init__(self) -> None:
        _settle(self)
        _check(self)

    @property
    def is_open(self) -> bool:
        """True for what a scenario may change: a lever, an effect or a cost."""
        return self.role in OPEN

    @property
    def is_dated(self) -> bool:
        """True when the parameter has its own path over time."""
        return isinstance(self.value, Series)

    def with_value(self, value: float | str) -> Parameter:
        """Return the parameter with another constant value (or the name of a choice).

        Raises ParameterError when the value is not a finite number within the bounds.
        """
        return replace(self, value=self.number(value))

    def number(self, value: float | str) -> float:
        """Return a value as a number, reading the name of a choice where there are any."""
        choices = dict(self.choices)
        if isinstance(value, str):
            if value not in choices:
                known = ", ".join(f"'{name}'" for name in choices) or "a number"
                message = f"'{self.name}' cannot be {came(value)}; it takes {known}"
                raise ParameterError(message)
            return choices[value]
        if (number := real(value)) is None:
            message = f"'{self.name}' takes a number, not {came(value)}"
            raise ParameterError(message)
        return number


def is_reserved(name: str) -> bool:
    """Return True for a name that generated source uses itself."""
    return keyword.iskeyword(name) or name in RESERVED or bool(_HOISTED.match(name))


def _settle(p: Parameter) -> None:
    """Turn what came from Python, NumPy or pandas into texts, floats and tuples."""
    for key in TEXTS:
        text = text_of(getattr(p, key), f"'{key}' of a parameter", EXAMPLES.get(key, ""),
                       ParameterError)  # fmt: skip
        object.__setattr__(p, key, text)
    if not isinstance(p.value, Series):
        number = real(p.value)
        if number is None:
            message = f"'{p.name}' takes a number, or a Series of dated ones, not {came(p.value)}"
            raise ParameterError(message)
        object.__setattr__(p, "value", number)
    if p.prior is not None and not isinstance(p.prior, Prior):
        message = f"'{p.name}': a prior is Prior('normal', 1.0, 0.1), not {came(p.prior)}"
        raise ParameterError(message)
    if p.bounds is not None:
        ends = items_of(p.bounds, f"'{p.name}': 'bounds' is (low, high)", ParameterError)
        numbers = [real(end) for end in ends]
        low, high = numbers if len(numbers) == len(("low", "high")) else (None, None)
        if low is None or high is None or not low < high:
            message = f"'{p.name}': 'bounds' is (low, high), not {came(p.bounds)}"
            raise ParameterError(message)
        object.__setattr__(p, "bounds", (low, high))
    for key in ("choices", "vintages"):
        object.__setattr__(p, key, _pairs(p, key))


def _pairs(p: Parameter, key: str) -> tuple[tuple[str, float], ...]:
    given = getattr(p, key)
    given = tuple(given.items()) if isinstance(given, Mapping) else given
    said = f"'{p.name}': '{key}' are pairs of a text and a number, such as (('on', 1.0),)"
    pairs = [
        tuple(pair) if isinstance(pair, list | tuple) else (pair,)
        for pair in items_of(given, said, ParameterError)
    ]
    for pair in pairs:
        if len(pair) != len(("text", "number")) or not isinstance(pair[0], str):
            message = f"{said}, not {came(pair)}"
            raise ParameterError(message)
    numbers = [finite(number) for _, number in pairs]
    if None in numbers:
        message = f"{said}, not {came(pairs[numbers.index(None)])}"
        raise ParameterError(message)
    return tuple((str(text), float(number)) for text, number in pairs)


def _check(p: Parameter) -> None:
    """Check one parameter as a whole; raise ParameterError with what to do."""
    try:
        Unit.parse(p.unit)
    except UnitError as fault:
        message = f"'{p.name}': {fault}"
        raise ParameterError(message) from None
    if p.name.startswith("_") or not p.name.isidentifier() or is_reserved(p.name):
        message = f"'{p.name}' cannot name a parameter: use lower-case words joined by underscores"
        raise ParameterError(message)
    _check_texts(p)
    values = p.value.values if isinstance(p.value, Series) else (p.value,)
    for value in values:
        _check_value(p, value)
    _check_prior(p)
    _check_settings(p, values)
    for key, allowed in (("role", ROLES), ("grade", GRADES), ("continues", CONTINUES)):
        if getattr(p, key) not in allowed:
            message = f"'{key}' is one of {', '.join(allowed)}, not {came(getattr(p, key))}"
            raise ParameterError(message)
    _check_role(p)
    if p.continues != "level" and not isinstance(p.value, Series):
        message = f"'{p.name}' has one value, and 'continues' is for dated values"
        raise ParameterError(message)
    if p.continues == "growth" and min(values) <= 0:
        message = f"'{p.name}' continues by its growth and needs values above 0"
        raise ParameterError(message)


def _check_value(p: Parameter, value: float) -> None:
    if not math.isfinite(value):
        message = f"'{p.name}' must be a finite number, not {value}"
        raise ParameterError(message)
    if p.bounds and not p.bounds[0] <= value <= p.bounds[1]:
        low, high = p.bounds
        message = f"'{p.name}' = {value:g} is outside its bounds [{low:g}, {high:g}] {p.unit}"
        raise ParameterError(message)
    if Unit.parse(p.unit).is_one and not 0 <= value <= 1 and is_said_share(p):
        message = (
            f"'{p.name}' = {value:g} is no share: by its name or meaning it is one, from 0 to 1"
        )
        raise ParameterError(message)


def is_said_share(p: Parameter) -> bool:
    """Return whether words say that a pure number is a share of a whole, which is from 0 to 1."""
    if p.choices or _NO_SHARE.search(p.meaning) or p.name.endswith("_elasticity"):
        return False
    if p.bounds and not (0 <= p.bounds[0] < p.bounds[1] <= 1):  # which says what it may be
        return False
    return p.name.endswith("_share") or bool(_SHARE.match(p.meaning))


def _check_prior(p: Parameter) -> None:
    """Refuse a prior of which next to nothing lies within the bounds."""
    if p.prior and (fault := p.prior.why_not_within(*(p.bounds or (-math.inf, math.inf)))):
        message = f"'{p.name}': {fault}; change one of them"
        raise ParameterError(message)


def _check_texts(p: Parameter) -> None:
    for key in TEXTS:
        check_plain(getattr(p, key), f"the {key} of '{p.name}'", ParameterError)
    for label, _ in p.choices:
        check_plain(label, f"a choice of '{p.name}'", ParameterError, name=True)


def _check_settings(p: Parameter, values: tuple[float, ...]) -> None:
    settings = dict(p.choices)
    if not isinstance(p.between, bool) or (p.between and not settings):
        message = f"'{p.name}': 'between' is true or false, and goes with 'choices'"
        raise ParameterError(message)
    if settings and not p.between and (between := set(values) - set(settings.values())):
        known = " or ".join(f"{value:g} ('{label}')" for label, value in settings.items())
        message = f"'{p.name}' is a switch, {known}, and has nothing between, as {min(between):g}"
        raise ParameterError(message)


def _check_role(p: Parameter) -> None:
    if p.role == "estimated" and not (p.bounds and p.prior):
        message = f"'{p.name}' is estimated and needs 'bounds' and 'prior'"
        raise ParameterError(message)
    if p.role == "estimated" and p.prior and p.prior.zero:
        message = (
            f"'{p.name}' is estimated, and its prior has a point at zero: an indicator is drawn, "
            "never fitted; leave 'zero' out, or give it another role, with which it is drawn"
        )
        raise ParameterError(message)
    if p.is_open and not p.bounds:
        kind = "an effect" if p.role == "effect" else f"a {p.role}"
        message = f"'{p.name}' is {kind} and needs 'bounds', so that absurd values are refused"
        raise ParameterError(message)
    if p.exact and p.exact not in EXACT:
        message = f"'exact' is one of {', '.join(EXACT)}, not {came(p.exact)}"
        raise ParameterError(message)
    if p.exact and (p.role != "fixed" or p.prior):
        other = "a 'prior'" if p.prior else f"the role '{p.role}'"
        message = f"'{p.name}' has both 'exact', so is never drawn, and {other}; take one out"
        raise ParameterError(message)
