"""One number of a model: its meaning, unit, role, bounds, prior and source."""

from __future__ import annotations

import keyword
import math
import re
from dataclasses import dataclass, replace

from caresim.language.dates import date_of, financial_year
from caresim.language.errors import ParameterError
from caresim.language.functions import FUNCTIONS
from caresim.language.plain_text import check_plain
from caresim.language.units import Unit

__all__ = ["GRADES", "PRIORS", "ROLES", "Parameter", "Prior", "Series", "is_reserved"]

ROLES = ("lever", "effect", "cost", "estimated", "fixed")
OPEN = ROLES[:3]  # to scenarios
TEXTS = ("meaning", "source", "address", "note", "caveat", "acts_on", "lag", "cost", "line")
CONTINUES = ("level", "growth", "zero")
GRADES = ("measured", "trial", "observational", "assumption")
RESERVED = {*filter(str.isidentifier, FUNCTIONS)} - {"negative", "share"}  # written as signs
RESERVED |= {"time", "stocks", "constants", "drivers", "given", "parameters"}
RESERVED |= {"initial", "rates", "levels", "outflows"}
_HOISTED = re.compile(r"^(constant|given|shared)_\d+$")
PRIORS = {"lognormal": ("median", "spread"), "normal": ("mean", "sd"), "uniform": ("low", "high")}


@dataclass(frozen=True)
class Prior:
    """What is believed before the data.

    ``lognormal`` (median, spread as a factor), ``normal`` (mean, sd) or ``uniform`` (low, high);
    always cut at the parameter's bounds.
    """

    kind: str
    first: float
    second: float

    def __post_init__(self) -> None:
        fault = {
            "lognormal": self.first <= 0 or self.second <= 1,
            "normal": self.second <= 0,
            "uniform": self.second <= self.first,
        }[self.kind]
        if fault or not math.isfinite(self.first + self.second):
            needs = {
                "lognormal": "a median above 0 and a spread above 1",
                "normal": "an sd above 0",
                "uniform": "a low below its high",
            }[self.kind]
            message = f"a {self.kind} prior needs {needs}, not {self.first:g} and {self.second:g}"
            raise ParameterError(message)

    @property
    def is_log(self) -> bool:
        """True when the prior is normal in the logarithm of the parameter."""
        return self.kind == "lognormal"

    @property
    def middle(self) -> float:
        """Return the centre of the prior on the natural scale."""
        centre = self.centre_and_width()[0]
        return math.exp(centre) if self.is_log else centre

    def widened(self, factor: float) -> Prior:
        """Return the prior with its width multiplied; a uniform range stays as it is."""
        if self.kind == "uniform":
            return self
        width = self.second**factor if self.is_log else self.second * factor
        return Prior(self.kind, self.first, width)

    def centre_and_width(self) -> tuple[float, float]:
        """Return mean and standard deviation on the prior's own scale (logarithmic or not)."""
        if self.kind == "lognormal":
            return math.log(self.first), math.log(self.second)
        if self.kind == "normal":
            return self.first, self.second
        return (self.first + self.second) / 2, (self.second - self.first) / math.sqrt(12)

    def __str__(self) -> str:
        names = PRIORS[self.kind]
        return f"{self.kind}({names[0]} {self.first:g}, {names[1]} {self.second:g})"


@dataclass(frozen=True)
class Series:
    """Dated values: straight lines between dates, or one value held over each financial year."""

    times: tuple[float, ...]
    values: tuple[float, ...]
    held: bool

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
    ``value`` is a float or, for a dated parameter, a :class:`Series`; ``choices`` names the
    settings of a switch; ``assumed_from`` is the date after which dated values are an assumption;
    ``caveat`` is said on every run whose scenario changes the parameter; ``vintages`` gives, by
    financial year, the value that the figures up to that year would have set; ``continues`` says
    how dated values went on as seen from a year before their end: ``"level"`` at the last known,
    ``"growth"`` at the mean growth of five years, ``"zero"`` for events. For a lever,
    ``acts_on`` and ``lag`` say in words where and when it acts, ``effect`` names the parameter of
    its effect size, and ``cost`` that of its cost, or says it in words; for a unit cost, ``line``
    names the observed spending that it belongs to.
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

    def __post_init__(self) -> None:
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
                message = f"'{self.name}' cannot be {value!r}; it takes {known}"
                raise ParameterError(message)
            return choices[value]
        if isinstance(value, bool) or not isinstance(value, int | float):
            message = f"'{self.name}' takes a number, not {value!r}"
            raise ParameterError(message)
        return float(value)


def is_reserved(name: str) -> bool:
    """Return True for a name that generated source uses itself."""
    return keyword.iskeyword(name) or name in RESERVED or bool(_HOISTED.match(name))


def _check(p: Parameter) -> None:
    """Check one parameter as a whole; raise ParameterError with what to do."""
    Unit.parse(p.unit)
    if p.name.startswith("_") or not p.name.isidentifier() or is_reserved(p.name):
        message = f"'{p.name}' cannot name a parameter: use lower-case words joined by underscores"
        raise ParameterError(message)
    _check_texts(p)
    values = p.value.values if isinstance(p.value, Series) else (p.value,)
    for value in values:
        if not math.isfinite(value):
            message = f"'{p.name}' must be a finite number, not {value}"
            raise ParameterError(message)
        if p.bounds and not p.bounds[0] <= value <= p.bounds[1]:
            low, high = p.bounds
            message = f"'{p.name}' = {value:g} is outside its bounds [{low:g}, {high:g}] {p.unit}"
            raise ParameterError(message)
    _check_settings(p, values)
    for key, allowed in (("role", ROLES), ("grade", GRADES), ("continues", CONTINUES)):
        if getattr(p, key) not in allowed:
            message = f"'{key}' is one of {', '.join(allowed)}, not {getattr(p, key)!r}"
            raise ParameterError(message)
    _check_role(p)
    if p.continues != "level" and not isinstance(p.value, Series):
        message = f"'{p.name}' has one value, and 'continues' is for dated values"
        raise ParameterError(message)
    if p.continues == "growth" and min(values) <= 0:
        message = f"'{p.name}' continues by its growth and needs values above 0"
        raise ParameterError(message)


def _check_texts(p: Parameter) -> None:
    for key in TEXTS:
        check_plain(getattr(p, key), f"the {key} of '{p.name}'", ParameterError)
    for label, _ in p.choices:
        check_plain(label, f"a choice of '{p.name}'", ParameterError, name=True)


def _check_settings(p: Parameter, values: tuple[float, ...]) -> None:
    settings = dict(p.choices)
    if settings and (between := set(values) - set(settings.values())):
        known = " or ".join(f"{value:g} ('{label}')" for label, value in settings.items())
        message = f"'{p.name}' is a switch, {known}, and has nothing between, as {min(between):g}"
        raise ParameterError(message)


def _check_role(p: Parameter) -> None:
    if p.role == "estimated" and not (p.bounds and p.prior):
        message = f"'{p.name}' is estimated and needs 'bounds' and 'prior'"
        raise ParameterError(message)
    if p.is_open and not p.bounds:
        kind = "an effect" if p.role == "effect" else f"a {p.role}"
        message = f"'{p.name}' is {kind} and needs 'bounds', so that absurd values are refused"
        raise ParameterError(message)
