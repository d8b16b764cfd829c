"""Scores of projections as plain functions on arrays.

Sources: Gneiting and Raftery 2007, Strictly proper scoring rules, JASA 102; Bracher, Ray, Gneiting
and Reich 2021, Evaluating epidemic forecasts in an interval format, PLOS Computational Biology 17.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "LEVELS",
    "QUANTILES",
    "geometric_ratio",
    "inside",
    "interval_score",
    "percentage_errors",
    "resampled_coverage",
    "slope",
    "weighted_interval_score",
]

Values = NDArray[np.float64]
LEVELS = (50, 80, 90, 95)  # % of central bands
# The ends of those bands and the median, as shares
QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
RESAMPLES = 2_000


def percentage_errors(projected: Values, actual: Values) -> Values:
    """Return 100 × (projected ÷ actual − 1), with its sign."""
    return np.asarray(100 * (projected / actual - 1))


def ends(level: int) -> tuple[int, int]:
    """Return where the ends of a central band stand among ``QUANTILES``."""
    tail = round((1 - level / 100) / 2, 6)
    return QUANTILES.index(tail), QUANTILES.index(round(1 - tail, 6))


def inside(quantiles: Values, actual: Values, level: int) -> Values:
    """Return 1 where a figure lies inside a central band, 0 outside, NaN where there is no band.

    ``quantiles`` has shape (cases, ``QUANTILES``), ``actual`` (cases,).
    """
    low, high = (quantiles[:, i] for i in ends(level))
    held = (actual >= low) & (actual <= high)
    return np.where(np.isfinite(low + high), held.astype(float), np.nan)


def interval_score(low: Values, high: Values, actual: Values, alpha: float) -> Values:
    """Return the width of a band, and 2/alpha × the distance of a figure outside it."""
    below, above = np.maximum(low - actual, 0), np.maximum(actual - high, 0)
    return np.asarray(high - low + 2 / alpha * (below + above))


def weighted_interval_score(quantiles: Values, actual: Values) -> Values:
    """Return the weighted interval score of each case over the bands and the median.

    ``quantiles`` has shape (cases, ``QUANTILES``). Give logarithms of both to weigh a series of
    money and one of children alike.
    """
    total = 0.5 * np.abs(actual - quantiles[:, QUANTILES.index(0.5)])
    for level in LEVELS:
        alpha = 1 - level / 100
        low, high = (quantiles[:, i] for i in ends(level))
        total = total + alpha / 2 * interval_score(low, high, actual, alpha)
    return np.asarray(total / (len(LEVELS) + 0.5))


def geometric_ratio(first: Values, second: Values) -> float:
    """Return the geometric mean of first ÷ second over pairs; one without scores counts as 1."""
    if not len(first):
        return float("nan")
    scored = np.isfinite(first) & np.isfinite(second) & (first > 0) & (second > 0)
    logs = np.zeros(len(first))
    logs[scored] = np.log(first[scored] / second[scored])
    return float(np.exp(logs.mean()))


def slope(projected: Values, actual: Values) -> float:
    """Return the slope of actual on projected growth, in logs: 1 is the right size, 0 no skill."""
    if len(projected) < 3 or np.ptp(projected) < 1e-12:  # noqa: PLR2004  (two make any line)
        return float("nan")
    centred = projected - projected.mean()
    return float(centred @ (actual - actual.mean()) / (centred @ centred))


def resampled_coverage(
    held: Values, series: Sequence[str] | NDArray[np.str_], *, seed: int = 1, level: int = 80
) -> tuple[float, float]:
    """Return the central interval of a coverage when whole series are drawn again, as shares.

    Errors of one series hang together over origins and horizons, so that a series, not a figure, is
    what is resampled. NaN for fewer than two series.
    """
    names, where = np.unique(np.asarray(series), return_inverse=True)
    if len(names) < 2:  # noqa: PLR2004
        return float("nan"), float("nan")
    scored = np.isfinite(held)
    hits = np.bincount(where[scored], held[scored], len(names))
    counts = np.bincount(where[scored], minlength=len(names))
    drawn = np.random.default_rng(seed).integers(len(names), size=(RESAMPLES, len(names)))
    shares = hits[drawn].sum(axis=1) / np.maximum(counts[drawn].sum(axis=1), 1)
    tail = (1 - level / 100) / 2
    low, high = np.quantile(shares, [tail, 1 - tail])
    return float(low), float(high)
