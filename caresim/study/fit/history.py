"""Whether draws meet history: how far they are from the figures, beside the best fit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.language.model import Model
from caresim.language.observed import Observed, judged
from caresim.study.draws import Draws
from caresim.study.fit.misfit import Misfit, run_observed_years

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "met_history"]

Values = NDArray[np.float64]
SHARES = (0.05, 0.5, 0.95)
WORSE = 1.5  # times the error of the best fit that the median draw may have


@dataclass(frozen=True, eq=False)
class History:
    """How draws meet the figures that were fitted.

    ``chi_squared`` holds, for each draw, the sum of its squared misses in the scales of the series
    over the number of ``figures`` that are free; ``errors`` the mean absolute percentage errors of
    each series, that of the best fit and those of the draws.
    """

    figures: int
    chi_squared: Values = field(repr=False)
    errors: dict[str, tuple[float, Values]] = field(repr=False)

    @property
    def quantiles(self) -> tuple[float, float, float]:
        """The 5 %, 50 % and 95 % quantiles of ``chi_squared``."""
        low, middle, high = np.quantile(self.chi_squared, SHARES).tolist()
        return low, middle, high

    def table(self) -> pd.DataFrame:
        """Return one row a series: error of the best fit, of the draws median and 90 %, in %."""
        import pandas as pd

        rows = {}
        for name, (best, drawn) in self.errors.items():
            low, middle, high = np.quantile(drawn, SHARES).tolist()
            ratio = middle / best if best else np.inf
            rows[name] = {"best": best, "median": middle, "low": low, "high": high, "ratio": ratio}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("series")

    def worse(self, series: Collection[str]) -> tuple[str, ...]:
        """Return which series half of the draws miss by over 1.5 times the best fit's error."""
        return tuple(
            name
            for name, (best, drawn) in self.errors.items()
            if name in series and np.median(drawn) > WORSE * best
        )

    def sentence(self) -> str:
        """Say how far the draws are from the figures, in their scales."""
        low, middle, high = self.quantiles
        return (
            f"draws meet history: squared misses over {self.figures} free figures "
            f"{middle:.2f} (5 to 95 %: {low:.2f} to {high:.2f}; 1 is as expected)"
        )

    def __repr__(self) -> str:
        return f"<History: {len(self.chi_squared):,} {self.sentence()}>"


def met_history(problem: Misfit, model: Model, draws: Draws) -> History:
    """Run draws over the years of the figures and hold them against these.

    ``problem`` has the figures that count and their scales, ``model`` is that of the best fit.
    """
    observed = problem.observed
    names = [
        name
        for name, rows in observed.series.items()
        if name in model.variables and any(row.tolerance for row in rows.values())
    ]
    drawn = run_observed_years(model, observed, draws.columns, names)
    best = run_observed_years(model, observed, None, names)
    squares = np.zeros(draws.n_runs)
    for name, of in problem.series.items():
        missed = drawn.yearly(name)[of.index] / of.values[:, None] - 1
        squares += ((missed / problem.width_of(name)[:, None]) ** 2).sum(axis=0)
    errors = {}
    for name in names:
        years = _years(observed, name)
        at = [drawn.clock.financial_years.index(year) for year in years]
        values = np.array([observed.series[name][year].value for year in years])[:, None]
        one, many = (
            100 * np.abs(r.yearly(name)[at] / values - 1).mean(axis=0) for r in (best, drawn)
        )
        errors[name] = float(one[0]), many
    return History(problem.n_free, squares / problem.n_free, errors)


def _years(observed: Observed, name: str) -> list[str]:
    return [row.year for row in judged(observed.series[name].values())]
