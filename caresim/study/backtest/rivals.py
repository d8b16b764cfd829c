"""What a projection has to beat: plain ways to continue a series, from its published figures alone.

They were written down before a score was taken, in their strongest form: each sees every published
figure of the series up to the origin, those too that the model is not fitted to.

``last_value``         the last figure; band normal in logs, h × the mean square of past changes
``trend``              last figure + h × the mean change of the last five years
``damped_trend``       the same with 0.8 + 0.8² + … + 0.8^h in place of h
``holt_damped_trend``  Holt's trend, damped (Gardner and McKenzie 1985), smoothed by least squares
``random_walk``        a walk in logs without drift: the last figure, and a band from the standard
                       deviation of the series' own changes, exact for such a walk (Student's t)

A disturbed figure is no level to go on from and no change to go on with, so that none of them sees
it: from a disturbed origin they go on from the figure before it, over as many years more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import year_end
from caresim.language.observed import Observation

__all__ = ["RIVALS", "Continued", "carried_on", "continue_series"]

Values = NDArray[np.float64]
WINDOW = 5  # changes that a trend is the mean of
DAMPING = 0.8
SHARES = np.round(np.arange(0.05, 1.001, 0.05), 2)  # smoothing of Holt's level and trend
DAMPINGS = (0.8, 0.85, 0.9, 0.95, 0.98)


@dataclass(frozen=True)
class Continued:
    """A series continued: its point at each horizon, and where there is a band its spread in logs.

    ``freedom`` is the degrees of freedom of Student's t, infinite for a normal band.
    """

    point: Values
    spread: Values | None = None
    freedom: float = np.inf


def carried_on(figures: Iterable[Observation]) -> list[Observation]:
    """Return the figures that a series is continued from, in order: those that nothing disturbed.

    Only where every figure is disturbed are they all taken.
    """
    rows = sorted(figures, key=lambda row: year_end(row.year))
    return [row for row in rows if not row.cause] or rows


def continue_series(
    name: str, years: Sequence[int], values: Sequence[float], horizons: Sequence[int]
) -> Continued:
    """Continue a series by one of the rivals, from figures of rising years, all above 0.

    With too few figures for a rival the last value is kept, without a band.
    """
    steps = np.asarray(horizons, dtype=float)
    return RIVALS[name](np.asarray(years, dtype=float), np.asarray(values, dtype=float), steps)


def _last_value(years: Values, values: Values, steps: Values) -> Continued:
    point = np.full(len(steps), values[-1])
    if len(values) < 2:  # noqa: PLR2004  (a change needs two figures)
        return Continued(point)
    yearly = np.diff(np.log(values)) / np.sqrt(np.diff(years))
    return Continued(point, np.sqrt(steps * np.mean(yearly**2)))


def _trend(years: Values, values: Values, steps: Values) -> Continued:
    return Continued(values[-1] + _change(years, values) * steps)


def _damped_trend(years: Values, values: Values, steps: Values) -> Continued:
    return Continued(values[-1] + _change(years, values) * _damped(DAMPING, steps))


def _change(years: Values, values: Values) -> float:
    """Return the mean change a year over the last five years, or over what there is of them."""
    first = int(np.argmax(years >= years[-1] - WINDOW))
    span = years[-1] - years[first]
    return float((values[-1] - values[first]) / span) if span else 0.0


def _damped(share: float, steps: Values) -> Values:
    """Return share + share² + … + share^h for each horizon."""
    return np.asarray(share * (1 - share**steps) / (1 - share))


def _holt_damped_trend(years: Values, values: Values, steps: Values) -> Continued:
    """Smooth by the level, trend and damping with the least sum of squared one-step errors.

    It begins at the first figure with the first change; gaps between years are filled by a straight
    line.
    """
    full = np.interp(np.arange(years[0], years[-1] + 1), years, values)
    if len(full) < 3:  # noqa: PLR2004  (one step needs a level and a trend before it)
        return Continued(np.full(len(steps), values[-1]))
    a, b, share = (g.ravel() for g in np.meshgrid(SHARES, SHARES, DAMPINGS, indexing="ij"))
    level, slope = np.full(a.shape, full[1]), np.full(a.shape, full[1] - full[0])
    errors = np.zeros(a.shape)
    for value in full[2:]:
        ahead = level + share * slope
        errors += (value - ahead) ** 2
        now = ahead + a * (value - ahead)
        slope = share * slope + b * (now - level - share * slope)
        level = now
    best = int(np.argmin(errors))
    return Continued(level[best] + slope[best] * _damped(float(share[best]), steps))


def _random_walk(years: Values, values: Values, steps: Values) -> Continued:
    point = np.full(len(steps), values[-1])
    if len(values) < 3:  # noqa: PLR2004  (a spread about the mean needs two changes)
        return Continued(point)
    changes, gaps = np.diff(np.log(values)), np.diff(years)
    mean = changes.sum() / gaps.sum()
    freedom = len(changes) - 1
    variance = np.sum((changes - mean * gaps) ** 2 / gaps) / freedom
    return Continued(point, np.sqrt(steps * variance), float(freedom))


RIVALS: dict[str, Callable[[Values, Values, Values], Continued]] = {
    "last_value": _last_value,
    "trend": _trend,
    "damped_trend": _damped_trend,
    "holt_damped_trend": _holt_damped_trend,
    "random_walk": _random_walk,
}
