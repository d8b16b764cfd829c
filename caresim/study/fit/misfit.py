"""What a calibration minimises: residuals of figures and priors, and their Jacobian.

Residuals of figures are shares of the figure in units of their scale: the tolerance that is listed,
times a factor for each series that is estimated (:mod:`caresim.study.fit.scales`). Parameters are
whitened: 0 is the centre of the prior and 1 its standard deviation, on the prior's
own scale (logarithmic for a lognormal prior, through its quantiles for one that is not normal).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.errors import ParameterError, RunError
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter, Prior
from caresim.study.fit.counted import Counted, Sum, counted_figures, sums_of
from caresim.study.held import freed
from caresim.study.simulator import Simulator, prepare

__all__ = [
    "Misfit",
    "natural_at",
    "number_of",
    "prior_of",
    "run_observed_years",
    "whiten",
]

Values = NDArray[np.float64]
FARTHEST = 8.0  # from the centre of a prior: where it ends, it is infinitely far away
WIGGLE = 1e-3  # half-width of the central differences, in prior standard deviations
STEPS_PER_YEAR = 16


@dataclass(frozen=True, eq=False)
class Misfit:
    """The figures to meet and the parameters to meet them with.

    ``series`` are the figures that count, ``sums`` those among them that add up, ``factors`` what
    the listed widths of a series are multiplied by, 1 where it says nothing.
    """

    model: Model
    observed: Observed
    names: tuple[str, ...]
    entries: tuple[Parameter, ...]
    series: dict[str, Counted]
    sums: tuple[Sum, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        model: Model,
        observed: Observed,
        names: tuple[str, ...],
        factors: Mapping[str, float] | None = None,
    ) -> Misfit:
        """Collect the figures that count; raise ParameterError when there is none."""
        series = counted_figures(model, observed)
        return cls(model, observed, names, tuple(model.parameters[n] for n in names), series,
                   sums_of(model, observed), dict(factors or {}))  # fmt: skip

    @property
    def n_figures(self) -> int:
        """Number of figures, which the first rows of the residuals belong to."""
        return sum(map(len, self.series.values()))

    @property
    def n_years(self) -> int:
        """Number of financial years that are run."""
        return len(self._simulate.years)

    @cached_property
    def rows(self) -> dict[str, slice]:
        """The rows of each series among the residuals."""
        ends = np.cumsum([0, *map(len, self.series.values())]).tolist()
        return {name: slice(*ends[i : i + 2]) for i, name in enumerate(self.series)}

    @cached_property
    def widths(self) -> Values:
        """Standard deviation of each figure that counts, as a share of it."""
        return np.concatenate([self.width_of(name) for name in self.series])

    def width_of(self, name: str) -> Values:
        """Return the standard deviation of each figure of a series, as a share of it."""
        return self.series[name].widths * self.factors.get(name, 1.0)

    @property
    def n_free(self) -> int:
        """Number of figures less the sums among them."""
        return self.n_figures - len(self.sums)

    def taken_by_sums(self) -> Values:
        """Return how much of each figure the sums take, from 0 to 1; all together their number."""
        if not self.sums:
            return np.zeros(self.n_figures)
        spread = np.concatenate([of.values for of in self.series.values()]) * self.widths
        rows = np.zeros((len(self.sums), self.n_figures))
        for row, (now, past) in zip(rows, self.sums, strict=True):
            row[[*now]], row[[*past]] = spread[[*now]], -spread[[*past]]
        return np.asarray((np.linalg.qr(rows.T)[0] ** 2).sum(axis=1))

    @cached_property
    def here(self) -> Values:
        """The values of the model's parameters, whitened."""
        x = np.array([whiten(number_of(entry), entry) for entry in self.entries])
        return np.asarray(np.clip(x, -FARTHEST, FARTHEST))

    def with_factors(self, factors: Mapping[str, float]) -> Misfit:
        """Return the same figures with other scales; what is prepared for runs is shared."""
        changed = replace(self, factors=dict(factors))
        vars(changed)["_simulate"] = self._simulate
        return changed

    @cached_property
    def _simulate(self) -> Simulator:
        until = _last_date(self.observed)
        model = freed(self.model, self.names)
        return prepare(model, outputs=list(self.series), until=until, steps_per_year=STEPS_PER_YEAR)

    def natural(self, x: Values) -> dict[str, Values]:
        """Return parameter columns for whitened columns, shape (parameters, runs)."""
        return {e.name: natural_at(row, e) for e, row in zip(self.entries, x, strict=True)}

    def residuals(self, x: Values, *, spoiled: bool = False) -> Values:
        """Return residuals for whitened columns: shape (figures + priors, runs).

        A run that cannot be made, or that ends in no finite number, raises RunError; ``spoiled``
        leaves NaN in its column instead.
        """
        left = np.vstack([self.misses(self.natural(x), spoiled=spoiled), x])
        return np.where(np.isnan(left).any(axis=0), np.nan, left) if spoiled else left

    def misses(self, columns: Mapping[str, Values], *, spoiled: bool = False) -> Values:
        """Return how far columns of values are from the figures, in their scales.

        The shape is (figures, runs); runs that cannot be made are as those of :meth:`residuals`.
        """
        result = self._simulate.each(columns) if spoiled else self._simulate(columns)
        parts = [
            (result[name][of.index] / of.values[:, None] - 1) / self.width_of(name)[:, None]
            for name, of in self.series.items()
        ]
        missed = np.vstack(parts)
        if spoiled:
            return np.where(np.isfinite(missed).all(axis=0), missed, np.nan)
        if odd := [n for n, part in zip(self.series, parts, strict=True) if not _finite(part)]:
            message = f"'{odd[0]}' is no finite number in a year with a figure"
            raise RunError(message)
        return missed

    def moved(self, x: Values, end: Values) -> Values:
        """Return the misses with one number at a time moved to its ``end``, NaN where none is.

        ``x`` and ``end`` have shape (parameters, draws), the result (figures, draws, parameters).
        """
        count, draws = x.shape
        here, there = self.natural(x), self.natural(end)
        columns = {}
        for i, name in enumerate(self.names):
            column = np.repeat(here[name][:, None], count, axis=1)
            column[:, i] = there[name]
            columns[name] = column.ravel()
        return self.misses(columns, spoiled=True).reshape(-1, draws, count)

    def half_squares(self, x: Values) -> float:
        """Return half the sum of squared residuals at a whitened point, priors included."""
        return float(0.5 * (self.residuals(x[:, None], spoiled=True) ** 2).sum())

    def natural_values(self, x: Values) -> dict[str, float]:
        """Return the values of the parameters at a whitened point."""
        return {name: float(column[0]) for name, column in self.natural(x[:, None]).items()}

    def values_said(self, x: Values, at: Sequence[int]) -> str:
        """Return some of the parameters with their values at a whitened point."""
        natural = self.natural(x[:, None])
        named = (self.entries[i].name for i in at)
        return ", ".join(f"{name} = {natural[name][0]:.6g}" for name in named)

    def bounds(self) -> tuple[Values, Values]:
        """Return the bounds on the whitened scale."""
        return self._bounds

    @cached_property
    def _bounds(self) -> tuple[Values, Values]:
        ends = [[whiten(end, entry) for end in _range(entry)] for entry in self.entries]
        found = np.array([low for low, _ in ends]), np.array([high for _, high in ends])
        for bound in found:
            bound.setflags(write=False)  # all who ask get the same
        return found

    def jacobian(self, x: Values) -> Values:
        """Return central differences, all columns in one batched run.

        They are one-sided at a bound, and where the model cannot run to one side. Raises RunError
        that names the parameter where it can to neither.
        """
        low, high = self.bounds()
        count = len(x)
        if not count:
            return np.zeros((self.n_figures, 0))
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


def _finite(values: Values) -> bool:
    return bool(np.isfinite(values).all())


def _range(entry: Parameter) -> tuple[float, float]:
    return entry.bounds or (-np.inf, np.inf)


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


def prior_of(entry: Parameter) -> Prior:
    """Return the prior of a number that is uncertain; raise ParameterError when it has none."""
    if entry.prior is None:
        message = f"'{entry.name}' has no prior"
        raise ParameterError(message)
    return entry.prior


def natural_at(x: Values, entry: Parameter) -> Values:
    """Return the values of a parameter at distances from the centre of its prior."""
    return np.asarray(np.clip(prior_of(entry).continuous.natural(x), *_range(entry)))


def whiten(value: float, entry: Parameter) -> float:
    """Return a value as its distance from the prior's centre in standard deviations."""
    return float(prior_of(entry).standard(value))
