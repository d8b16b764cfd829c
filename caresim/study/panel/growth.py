"""Two growth curves with own and crossed lags, by full-information likelihood.

An autoregressive latent trajectory: each unit has a level and a straight line of its own in outcome
and in exposure; around them each depends on the year before, the outcome on itself (one number for
all years) and on the exposure, the exposure on the outcome (each free from year to year). Lags act
on the figures themselves, so that years have no levels of their own: what all units do together is
told by the curves and by the crossed lags.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from caresim.language.errors import ParameterError
from caresim.study.panel.estimates import Estimates

__all__ = ["OWN", "crossed_growth", "to_exposure", "to_outcome"]

Values = NDArray[np.float64]
Index = NDArray[np.int64]
LEVELS = 5  # level and line of the outcome; level, line and common bend of the exposure
STEP = 1e-5
FEWEST_YEARS = 4
OWN = "own"


@dataclass(frozen=True)
class _Place:
    """Where a number stands: in which matrix, and at which cells."""

    name: str
    matrix: str
    cells: tuple[tuple[int, int], ...]
    start: float


def crossed_growth(outcome: Values, exposure: Values, years: Sequence[int]) -> Estimates:
    """Return own and crossed lags of two series, each units × years, nan where not known.

    Terms are "own", "exposure to outcome YEAR" and "outcome to exposure YEAR", by the year of what
    is acted on; errors hold for units of any distribution. Units without any figure are dropped.
    Raises ParameterError for fewer than four years or a likelihood without a maximum.
    """
    if len(years) < FEWEST_YEARS or outcome.shape != exposure.shape:
        raise ParameterError(
            f"growth takes two tables of units × at least {FEWEST_YEARS} years, not "
            f"{outcome.shape} and {exposure.shape}"
        )
    data = np.hstack([outcome, exposure])
    seen = ~np.isnan(data).all(axis=1)
    model = _Model(data[seen], tuple(int(year) for year in years))
    found = model.fitted()
    covariance = model.covariance(found)
    kept = [i for i, place in enumerate(model.places) if place.matrix == "paths"]
    names = tuple(model.places[i].name for i in kept)
    return Estimates(
        names, found[kept], covariance[np.ix_(kept, kept)], int((~np.isnan(data)).sum()),
        int(seen.sum()), tuple(int(year) for year in years),
        {"unit without figures": int((~seen).sum())} if not seen.all() else {},
    )  # fmt: skip


def to_outcome(year: int) -> str:
    """Return the name of the lag from the exposure to the outcome of a year."""
    return f"exposure to outcome {year}"


def to_exposure(year: int) -> str:
    """Return the name of the lag from the outcome to the exposure of a year."""
    return f"outcome to exposure {year}"


class _Model:
    """The numbers of the model, its mean and covariance, and the likelihood of the data."""

    def __init__(self, data: Values, years: tuple[int, ...]) -> None:
        self.years, self.n = years, len(years)
        self.loadings = _loadings(self.n)
        self.places = [*self._paths(), *self._means(data), *self._spreads(data)]
        patterns: dict[bytes, list[int]] = {}
        for row, known in enumerate(~np.isnan(data)):
            patterns.setdefault(known.tobytes(), []).append(row)
        self.patterns = [
            (np.flatnonzero(np.frombuffer(key, dtype=bool)), np.array(rows))
            for key, rows in patterns.items()
        ]
        self.data = data

    def _paths(self) -> list[_Place]:
        n = self.n
        own = tuple((t, t - 1) for t in range(1, n))
        to = [
            _Place(to_outcome(self.years[t]), "paths", ((t, n + t - 1),), 0.0) for t in range(1, n)
        ]
        back = [
            _Place(to_exposure(self.years[t]), "paths", ((n + t, t - 1),), 0.0) for t in range(1, n)
        ]
        return [_Place(OWN, "paths", own, 0.1), *to, *back]

    def _means(self, data: Values) -> list[_Place]:
        first = np.nanmean(data[:, 0]), np.nanmean(data[:, self.n])
        starts = (float(first[0]), 0.0, float(first[1]), 0.0, 0.0)
        return [_Place(f"mean {i}", "means", ((i, 0),), start) for i, start in enumerate(starts)]

    def _spreads(self, data: Values) -> list[_Place]:
        n, half = self.n, np.nanvar(data, axis=0) / 2
        levels = [
            _Place(f"levels {i} {j}", "levels", _both(i, j), self._start(half, i, j))
            for i in range(LEVELS - 1)
            for j in range(i + 1)
        ]
        alone = [_Place(f"noise {i}", "noise", ((i, i),), float(half[i])) for i in range(2 * n)]
        next_ = [
            _Place(f"noise {i} {i + 1}", "noise", _both(i, i + 1), 0.0)
            for i in range(2 * n - 1)
            if i != n - 1
        ]
        same = tuple(cell for t in range(1, n) for cell in _both(t, n + t))
        return [*levels, *alone, *next_, _Place("noise of a year", "noise", same, 0.0)]

    def _start(self, half: Values, i: int, j: int) -> float:
        if i != j:
            return 0.0
        level = float(half[0] if i < 2 else half[self.n])  # noqa: PLR2004  (two of the outcome)
        return level if i % 2 == 0 else level / self.n**2

    def matrices(self, numbers: Values) -> dict[str, Values]:
        n = 2 * self.n
        shapes = {
            "paths": (n, n),
            "means": (LEVELS, 1),
            "levels": (LEVELS, LEVELS),
            "noise": (n, n),
        }
        found = {name: np.zeros(shape) for name, shape in shapes.items()}
        for place, number in zip(self.places, numbers, strict=True):
            for cell in place.cells:
                found[place.matrix][cell] = number
        return found

    def moments(self, numbers: Values) -> tuple[Values, Values, Values, Values]:
        """Return what carries paths and levels through, and the mean and covariance they give."""
        parts = self.matrices(numbers)
        through = np.asarray(np.linalg.inv(np.eye(2 * self.n) - parts["paths"]))
        carried = through @ self.loadings
        mean = (carried @ parts["means"])[:, 0]
        inner = self.loadings @ parts["levels"] @ self.loadings.T + parts["noise"]
        return through, carried, mean, through @ inner @ through.T

    def scores(self, numbers: Values) -> tuple[float, Values]:
        """Return minus the log likelihood, infinite where a covariance is none, and its slopes."""
        moments = self.moments(numbers)
        value, slopes = 0.0, np.zeros(len(numbers))
        for known, rows in self.patterns:
            solved, inverse, own = self._solved(known, rows, moments)
            value += own
            if not np.isfinite(own):
                return np.inf, slopes
            by_spread = 0.5 * (len(rows) * inverse - solved.T @ solved)
            slopes += self._slopes(known, -solved.sum(axis=0), by_spread, moments)
        return value, slopes

    def scores_of_each(self, numbers: Values) -> Values:
        """Return units × numbers of the slopes of minus the log likelihood of each unit."""
        moments = self.moments(numbers)
        slopes = np.zeros((len(self.data), len(numbers)))
        for known, rows in self.patterns:
            solved, inverse, _ = self._solved(known, rows, moments)
            for row, one in zip(rows, solved, strict=True):
                by_spread = 0.5 * (inverse - np.outer(one, one))
                slopes[row] = self._slopes(known, -one, by_spread, moments)
        return slopes

    def _solved(
        self, known: Index, rows: Index, moments: tuple[Values, ...]
    ) -> tuple[Values, Values, float]:
        """Return what is unexplained over its covariance, the inverse, and minus the likelihood."""
        block = moments[3][np.ix_(known, known)]
        try:
            root = np.linalg.cholesky(block)
        except np.linalg.LinAlgError:
            return block, block, np.inf
        inverse = np.asarray(np.linalg.inv(block))
        apart = self.data[np.ix_(rows, known)] - moments[2][known]
        solved = np.asarray(apart @ inverse)
        size = 2 * np.log(np.diag(root)).sum() + len(known) * np.log(2 * np.pi)
        return solved, inverse, 0.5 * float((solved * apart).sum() + len(rows) * size)

    def _slopes(
        self, known: Index, mean_part: Values, spread_part: Values, moments: tuple[Values, ...]
    ) -> Values:
        through, carried, mean, spread = moments
        by_mean, by_spread = np.zeros(2 * self.n), np.zeros((2 * self.n, 2 * self.n))
        by_mean[known] = mean_part
        by_spread[np.ix_(known, known)] = spread_part
        turned = through.T @ by_spread
        slopes = {
            "paths": 2 * turned @ spread + np.outer(through.T @ by_mean, mean),
            "means": (carried.T @ by_mean)[:, None],
            "levels": carried.T @ by_spread @ carried,
            "noise": turned @ through,
        }
        return np.array(
            [sum(slopes[place.matrix][cell] for cell in place.cells) for place in self.places]
        )

    def fitted(self) -> Values:
        start = np.array([place.start for place in self.places])
        size = np.array([_size(place) for place in self.places])
        found = optimize.minimize(
            lambda scaled: _scaled(self.scores(scaled * size), size),
            start / size, jac=True, method="BFGS", options={"maxiter": 3000, "gtol": 1e-4},
        )  # fmt: skip
        if not np.isfinite(found.fun) or np.abs(found.jac).max() > 1.0:
            raise ParameterError(
                "the likelihood of the growth curves has no maximum that was found; take fewer or "
                "other years"
            )
        return np.asarray(found.x * size)

    def covariance(self, numbers: Values) -> Values:
        """Return the covariance of the numbers that holds for any distribution of the units."""
        size = np.array([_size(place) for place in self.places])
        curvature = np.empty((len(numbers), len(numbers)))
        for i in range(len(numbers)):
            step = np.zeros(len(numbers))
            step[i] = STEP * size[i]
            above, below = self.scores(numbers + step)[1], self.scores(numbers - step)[1]
            curvature[i] = (above - below) / (2 * step[i])
        scores = self.scores_of_each(numbers)
        inverse = np.linalg.inv((curvature + curvature.T) / 2)
        return np.asarray(inverse @ (scores.T @ scores) @ inverse)


def _scaled(found: tuple[float, Values], size: Values) -> tuple[float, Values]:
    return found[0], found[1] * size


def _size(place: _Place) -> float:
    """Return how large a step of a number is large, so that all numbers are of one size."""
    return {"paths": 0.05, "means": 0.1, "levels": 0.01, "noise": 0.01}[place.matrix]


def _both(i: int, j: int) -> tuple[tuple[int, int], ...]:
    return ((i, j),) if i == j else ((i, j), (j, i))


def _loadings(n: int) -> Values:
    time = np.arange(n, dtype=float)
    loadings = np.zeros((2 * n, LEVELS))
    loadings[:n, 0] = loadings[n:, 2] = 1
    loadings[:n, 1] = loadings[n:, 3] = time
    loadings[n:, 4] = time**2
    return loadings
