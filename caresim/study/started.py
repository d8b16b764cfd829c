"""Where a projection starts: at the last figures, from which what a model misses of them fades.

A figure is what the model has, times what counting and all that is not in the model make of it. Of
that the last figure tells, and each later year keeps half of the year before: a projection begins
at the figure and goes over to the model. In draws each year also adds chance, so that what figures
have beside the model stays as wide as their tolerances (an autoregression of memory one half in
logarithms). A factor is the same in every scenario, so that differences stay the model's; it is
put on the result and moves nothing inside, so that stocks and flows add up without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.language.published import differing, published
from caresim.language.walks import Chance
from caresim.study.futures import normals_of

__all__ = ["KEPT", "Beginning", "Start", "starts_of"]

Values = NDArray[np.float64]
KEPT = 0.5  # of what a figure has beside the model, from one year to the next
BESIDE = Chance(KEPT, math.sqrt(1 - KEPT**2))


@dataclass(frozen=True)
class Start:
    """The last figure of a quantity: its value, the year that it is of or ends, its tolerance."""

    name: str
    value: float
    year: int
    width: float
    is_rate: bool

    def logs(self, model: Values, years: int, seed: int | None) -> Values:
        """Return what the figures have beside the model, in logarithms: shape (years + 1, runs).

        ``model`` is what the model has of the last figure, shape (runs,). The first row is of the
        year of the figure; with a ``seed`` chance is added from the next year on.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            last = np.log(self.value / model)
        last = np.where(np.isfinite(last), last, 0.0)
        left = last * KEPT ** np.arange(years + 1)[:, None]
        if seed is not None and years:
            later = range(self.year, self.year + years)
            normal = normals_of(self.name, seed, later, len(model))
            left[1:] += self.width * BESIDE.path(normal)
        return np.asarray(left)

    def factors(self, clock: Clock, logs: Values) -> Values:
        """Return the factors of a quantity as a run saves it, 1 before its last figure."""
        ends = np.arange(self.year, self.year + len(logs))
        if self.is_rate:
            # a year as a whole, by the 31 March that ends it
            year = np.ceil(clock.save_times[1:] - 1e-9).astype(int)
            at = np.clip(year - self.year, 0, len(logs) - 1)
            return np.asarray(np.where((year < self.year)[:, None], 1.0, np.exp(logs[at])))
        times = clock.save_times
        at = np.clip(np.searchsorted(ends, times, side="right") - 1, 0, len(ends) - 1)
        after = np.minimum(at + 1, len(ends) - 1)
        share = np.clip(times - ends[at], 0.0, 1.0)[:, None]
        between = logs[at] * (1 - share) + logs[after] * share
        return np.asarray(np.where((times < self.year)[:, None], 1.0, np.exp(between)))


@dataclass(frozen=True, eq=False)
class Beginning:
    """Where the projections of a model begin: the last figures of some quantities.

    ``model`` has the numbers that were fitted to the figures, which ``is_own`` says are those of
    the model that is asked; ``clock`` ends with the last year that has a figure.
    """

    model: Model
    clock: Clock
    starts: Mapping[str, Start]
    is_own: bool

    @classmethod
    def of(cls, model: Model, names: Iterable[str], clock: Clock) -> Beginning:
        """Return where some quantities of a model begin that is run over a clock.

        Nowhere where its numbers are not fitted to figures, and for what has none.
        """
        fitted = _fitted(model)
        figures = published(fitted).figures
        is_fitted = fitted.vintage is not None or fitted.figures_basis is not None
        found = starts_of(fitted, figures) if is_fitted else {}
        kept = {n: found[n] for n in names if n in found and found[n].year <= clock.last_year}
        last = max((start.year for start in kept.values()), default=clock.last_year)
        short = replace(clock, last_year=last, saves_per_year=1, cuts=())
        return cls(fitted, short, kept, fitted is model)

    @property
    def names(self) -> list[str]:
        """The quantities that have a figure to begin at."""
        return list(self.starts)

    @property
    def last(self) -> int:
        """The end of the last year with a figure, from which on changes change no beginning."""
        return self.clock.last_year

    def factors(self, base: Run, clock: Clock, runs: int, seed: int | None) -> dict[str, Values]:
        """Return the factor of each quantity over a clock, for what the fitted model has.

        With a ``seed`` chance is added, which is the same for any scenario.
        """
        found = {}
        for name, start in self.starts.items():
            values = base.yearly(name)[start.year - clock.first_year - 1]
            model = np.broadcast_to(values, runs)
            logs = start.logs(model, clock.last_year - start.year, seed)
            found[name] = start.factors(clock, logs)
        return found


def _fitted(model: Model) -> Model:
    """Return a model with the numbers that its figures belong to, in place of its caller's."""
    names = differing(model)
    if not names or not set(names) <= set(model.set_by_caller):
        return model
    basis = model.figures_basis or type(model).parameters
    return model.with_numbers(model.parameters.with_entries({n: basis[n] for n in names}))


def starts_of(model: Model, observed: Observed | None) -> dict[str, Start]:
    """Return the last figure of each quantity that a model is fitted to, disturbed ones aside.

    Where a model names headlines, it is of these alone.
    """
    found, also = {}, {variable.name for variable in model.scored}
    headlines = {each.name for group in model.headlines.values() for each in group}
    for name, rows in (observed.series if observed is not None else {}).items():
        variable = model.variables.get(name)
        if headlines and name not in headlines:
            continue  # parts and totals, such as of spending, go on adding up
        if variable is not None and (row := _last(rows, whole=name in also)) is not None:
            end = year_end(row.year)
            found[name] = Start(name, row.value, end, row.width, variable.is_rate)
    return found


def _last(rows: Mapping[str, Observation], *, whole: bool) -> Observation | None:
    usable = [row for row in rows.values() if (row.tolerance or whole) and not row.cause]
    return max(usable, key=lambda row: year_end(row.year), default=None)
