"""What the figures of one place leave of its unknowns, given how places vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.study.fit.pooled.place import Layout, Place
from caresim.study.fit.pooled.spread import FREEDOM, Spread

__all__ = ["Linear", "Settled", "settle"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Linear:
    """A place near some unknowns ``x``: its series there, and how they follow from the unknowns.

    ``computed`` has shape (series, years), ``slopes`` (series, years, unknowns).
    """

    x: Values
    computed: Values
    slopes: Values


@dataclass(frozen=True, eq=False)
class Settled:
    """Mean and covariance of a place's unknowns, and the weight and squared miss of each figure.

    ``weights`` and ``squares`` have the shape of the figures; a figure that is far away has a
    small weight. ``squares`` hold what is uncertain of the place, too.
    """

    x: Values
    covariance: Values
    weights: Values
    squares: Values


def settle(
    layout: Layout, place: Place, near: Linear, spread: Spread, weights: Values | None = None
) -> Settled:
    """Return what the figures leave of a place; ``weights`` are those of a step before."""
    there = np.isfinite(place.figures)
    fitted = place.figures.shape[1]
    slopes = near.slopes[:, :fitted][there]
    target = place.figures[there] - near.computed[:, :fitted][there] + slopes @ near.x
    spreads = spread.variance(place.figures)[there]
    kept = np.ones(len(target)) if weights is None else weights[there]
    mean, before = spread.mean(layout, place), spread.covariance(layout, place)
    # in the space of the figures, so that what is certain beforehand needs no inverse
    crossed = before @ slopes.T
    gain = np.linalg.solve(slopes @ crossed + np.diag(spreads / kept), crossed.T).T
    x = mean + gain @ (target - slopes @ mean)
    after = before - gain @ crossed.T
    miss = target - slopes @ x
    loose = np.einsum("ij,jk,ik->i", slopes, after, slopes)
    squares = miss**2 + np.maximum(loose, 0.0)
    again = (FREEDOM + 1) / (FREEDOM + squares / spreads)
    return Settled(x, after, _back(again, there), _back(squares, there))


def _back(values: Values, there: NDArray[np.bool_]) -> Values:
    whole = np.full(there.shape, np.nan)
    whole[there] = values
    return whole
