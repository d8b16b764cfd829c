"""What a regression of a panel finds: estimates, and errors that hold together within units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from caresim.language.errors import ParameterError, did_you_mean

__all__ = ["Estimates", "Sample", "clustered"]

Values = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows of a regression, one for each unit and year with all its figures.

    ``terms`` is rows × terms, named by ``names``. Errors are grouped by ``unit``; a ``level`` is a
    unit or, where its figures jump, the years on one side of the jump. ``dropped`` counts by reason
    the cells that are not rows.
    """

    outcome: Values
    terms: Values
    names: tuple[str, ...]
    unit: Index
    level: Index
    year: Index
    weights: Values
    dropped: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Estimates:
    """What a regression finds of each term, in units of the outcome for one unit of the term.

    ``covariance`` is terms × terms, from sums of errors over units (CR1); intervals take Student's
    t with ``units`` − 1 degrees of freedom. ``years`` are those of the rows, ``dropped`` counts by
    reason the cells that are not rows.
    """

    names: tuple[str, ...]
    values: Values
    covariance: Values
    n: int
    units: int
    years: tuple[int, ...]
    dropped: Mapping[str, int]

    @property
    def errors(self) -> Values:
        """The standard error of each term."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def __getitem__(self, name: str) -> float:
        return float(self.values[self._place(name)])

    def error(self, name: str) -> float:
        """Return the standard error of a term."""
        return float(self.errors[self._place(name)])

    def interval(self, name: str, coverage: float = 0.95) -> tuple[float, float]:
        """Return low and high of a term; ``coverage`` is a share, such as 0.95."""
        return self._around(self[name], self.error(name), coverage)

    def total(
        self, names: Sequence[str], coverage: float = 0.95
    ) -> tuple[float, float, tuple[float, float]]:
        """Return the sum of terms, its standard error and its interval."""
        places = [self._place(name) for name in names]
        value = float(self.values[places].sum())
        error = float(np.sqrt(max(self.covariance[np.ix_(places, places)].sum(), 0.0)))
        return value, error, self._around(value, error, coverage)

    def _around(self, value: float, error: float, coverage: float) -> tuple[float, float]:
        if not 0 < coverage < 1:
            raise ParameterError(f"an interval covers a share such as 0.95, not {coverage}")
        reach = float(stats.t.ppf((1 + coverage) / 2, self.units - 1)) * error
        return value - reach, value + reach

    def _place(self, name: str) -> int:
        if name not in self.names:
            near = did_you_mean(name, self.names)
            message = f"the regression has no term '{name}'{near}; it has {', '.join(self.names)}"
            raise ParameterError(message)
        return self.names.index(name)


def clustered(bread: Values, scores: Values, unit: Index, n_numbers: int) -> Values:
    """Return the covariance of estimates whose errors hold together within units (CR1).

    ``scores`` is rows × terms, ``bread`` the inverse of their slopes. ``n_numbers`` counts what was
    estimated, without levels and trends of units, which grow with the units.
    """
    n, groups = len(unit), int(unit.max()) + 1
    sums = np.zeros((groups, scores.shape[1]))
    np.add.at(sums, unit, scores)
    factor = groups / (groups - 1) * (n - 1) / (n - n_numbers)
    return np.asarray(factor * bread @ (sums.T @ sums) @ bread)
