"""What a calibration minimises: residuals of figures and priors, and their Jacobian.

Parameters are whitened: 0 is the centre of the prior and 1 its standard deviation, on the prior's
own scale (logarithmic for a lognormal prior).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.errors import ParameterError, RunError
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.language.parameters import Parameter
from caresim.study.held import freed
from caresim.study.simulator import Simulator, prepare

__all__ = ["Misfit", "number_of", "run_observed_years", "scale_of", "to_scale", "whiten"]

Values = NDArray[np.float64]
WIGGLE = 1e-3  # half-width of the central differences, in prior standard deviations
STEPS_PER_YEAR = 16


@dataclass(frozen=True, eq=False)
class Misfit:
    """The figures to meet and the parameters to meet them with."""

    model: Model
    observed: Observed
    names: tuple[str, ...]
    entries: tuple[Parameter, ...]
    series: dict[str, tuple[NDArray[np.int64], Values, Values]]  # years, values, tolerances

    @classmethod
    def of(cls, model: Model, observed: Observed, names: tuple[str, ...]) -> Misfit:
        """Collect the figures with a tolerance; raise ParameterError when there is none."""
        first = year_end(f"{model.start[:4]}-{(int(model.start[:4]) + 1) % 100:02d}")
        series = {}
        for name, years in observed.series.items():
            used = [o for o in years.values() if o.tolerance and year_end(o.year) >= first]
            if used and name in model.variables:
                _check_usable(used)
                index = np.array([year_end(o.year) - first for o in used])
                values = np.array([o.value for o in used])
                series[name] = (index, values, values * np.array([o.width for o in used]))
        if not series:
            message = "no observed figure has a tolerance and the name of a quantity of the model"
            raise ParameterError(message)
        return cls(model, observed, names, tuple(model.parameters[n] for n in names), series)

    @cached_property
    def _simulate(self) -> Simulator:
        until = _last_date(self.observed)
        model = freed(self.model, self.names)
        return prepare(model, outputs=list(self.series), until=until, steps_per_year=STEPS_PER_YEAR)

    def natural(self, x: Values) -> dict[str, Values]:
        """Return parameter columns for whitened columns, shape (parameters, runs)."""
        columns = {}
        for entry, row in zip(self.entries, x, strict=True):
            centre, width = scale_of(entry)
            scaled = centre + width * row
            low, high = _range(entry)
            natural = np.exp(scaled) if entry.prior and entry.prior.is_log else scaled
            columns[entry.name] = np.clip(natural, low, high)
        return columns

    def residuals(self, x: Values, *, spoiled: bool = False) -> Values:
        """Return residuals for whitened columns: shape (figures + priors, runs).

        A run that cannot be made, or that ends in no finite number, raises RunError; ``spoiled``
        leaves NaN in its column instead.
        """
        columns = self.natural(x)
        result = self._simulate.each(columns) if spoiled else self._simulate(columns)
        parts = [
            (result[name][index] - values[:, None]) / tolerance[:, None]
            for name, (index, values, tolerance) in self.series.items()
        ]
        kinds = [e.prior.kind if e.prior else "" for e in self.entries]
        has_pull = np.array([kind in {"normal", "lognormal"} for kind in kinds], dtype=float)
        left = np.vstack([*parts, x * has_pull[:, None]])
        if spoiled:
            return np.where(np.isfinite(left).all(axis=0), left, np.nan)
        if odd := [n for n, part in zip(self.series, parts, strict=True) if not _finite(part)]:
            message = f"'{odd[0]}' is no finite number in a year with a figure"
            raise RunError(message)
        return left

    def values_said(self, x: Values, at: Sequence[int]) -> str:
        """Return some of the parameters with their values at a whitened point."""
        natural = self.natural(x[:, None])
        named = (self.entries[i].name for i in at)
        return ", ".join(f"{name} = {natural[name][0]:.6g}" for name in named)

    def bounds(self) -> tuple[Values, Values]:
        """Return the bounds on the whitened scale."""
        ends = [[whiten(end, entry) for end in _range(entry)] for entry in self.entries]
        return np.array([low for low, _ in ends]), np.array([high for _, high in ends])

    def jacobian(self, x: Values) -> Values:
        """Return central differences, all columns in one batched run.

        They are one-sided at a bound, and where the model cannot run to one side. Raises RunError
        that names the parameter where it can to neither.
        """
        low, high = self.bounds()
        count = len(x)
        above = np.minimum(x[:, None] + WIGGLE * np.eye(count), high[:, None])
        below = np.maximum(x[:, None] - WIGGLE * np.eye(count), low[:, None])
        values = self.residuals(np.hstack([above, below]), spoiled=True)
        if lost := np.flatnonzero(np.isnan(values[0])).tolist():
            if both := [i for i in lost if i + count in lost]:
                message = f"the model runs to neither side of {self.values_said(x, both[:1])}"
                raise RunError(message)
            values[:, lost] = self.residuals(x[:, None])
            above[:, [i for i in lost if i < count]] = x[:, None]
            below[:, [i - count for i in lost if i >= count]] = x[:, None]
        width = np.diag(above) - np.diag(below)
        return np.asarray((values[:, :count] - values[:, count:]) / width)


def _check_usable(figures: Sequence[Observation]) -> None:
    """Raise ParameterError for a figure that no relative error can be taken from."""
    for row in figures:
        where = f"the figure of '{row.series}' for {row.year}"
        if not (math.isfinite(row.value) and row.value > 0):
            message = f"{where} is {row.value:g}; a figure with a tolerance is a number above 0"
            raise ParameterError(message)
        if not (math.isfinite(row.tolerance) and row.tolerance > 0):
            message = f"the tolerance of {where} is {row.tolerance:g}; it is a share, such as 0.01"
            raise ParameterError(message)


def _finite(values: Values) -> bool:
    return bool(np.isfinite(values).all())


def _range(entry: Parameter) -> tuple[float, float]:
    """Return the values a parameter may take: its bounds, and the ends of a uniform prior."""
    low, high = entry.bounds or (-np.inf, np.inf)
    if entry.prior and entry.prior.kind == "uniform":
        return max(low, entry.prior.first), min(high, entry.prior.second)
    return low, high


def run_observed_years(
    model: Model,
    observed: Observed,
    columns: dict[str, Values] | None,
    outputs: list[str] | None = None,
) -> Run:
    """Run the model over the observed years, once or for parameter columns."""
    clock = Clock.between(model.start, _last_date(observed), STEPS_PER_YEAR)
    return execute(model, clock, (), columns, outputs=outputs, name="Fitted model")


def _last_date(observed: Observed) -> str:
    return f"{max(year_end(o.year) for o in observed.observations)}-03-31"


def number_of(entry: Parameter) -> float:
    """Return the value of an estimated parameter; raise ParameterError when it is dated."""
    if isinstance(entry.value, float):
        return entry.value
    message = f"'{entry.name}' has dated values and cannot be estimated"
    raise ParameterError(message)


def scale_of(entry: Parameter) -> tuple[float, float]:
    """Return centre and width of the prior on its own scale."""
    if entry.prior is None:
        message = f"'{entry.name}' has no prior"
        raise ParameterError(message)
    return entry.prior.centre_and_width()


def to_scale(value: float, entry: Parameter) -> float:
    """Return a value on the scale of its prior."""
    return float(np.log(value)) if entry.prior and entry.prior.is_log else value


def whiten(value: float, entry: Parameter) -> float:
    """Return a value as its distance from the prior's centre in standard deviations."""
    centre, width = scale_of(entry)
    smallest = 1e-300 if entry.prior and entry.prior.is_log else -np.inf
    return (to_scale(max(value, smallest), entry) - centre) / width
