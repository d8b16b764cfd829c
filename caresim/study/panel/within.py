"""What is left of figures within units, once their levels, and their own trends, are taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["group_means", "numbered", "swept", "year_columns"]

Values = NDArray[np.float64]
Index = NDArray[np.int64]
NO_SPREAD = 1e-12  # of a time in years: all rows of a group are of one year


def numbered(labels: NDArray[np.generic]) -> Index:
    """Return for each row the number of its label, from 0."""
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64).ravel()


def group_means(columns: Values, group: Index, weights: Values) -> Values:
    """Return rows × columns of the weighted mean of each row's group."""
    sums = np.zeros((group.max() + 1, columns.shape[1]))
    np.add.at(sums, group, columns * weights[:, None])
    total = np.bincount(group, weights=weights)
    return np.asarray((sums / total[:, None])[group])


def swept(columns: Values, group: Index, weights: Values, time: Values | None = None) -> Values:
    """Return columns less the level of each group and, given a ``time``, less its straight line.

    Exact for weighted least squares on an intercept, and a slope, for every group.
    """
    left = columns - group_means(columns, group, weights)
    if time is None:
        return left
    apart = time[:, None] - group_means(time[:, None], group, weights)
    products = group_means(apart * left, group, weights)
    squares = group_means(apart**2, group, weights)
    slopes = np.divide(products, squares, out=np.zeros_like(products), where=squares > NO_SPREAD)
    return left - apart * slopes


def year_columns(year: Index) -> Values:
    """Return a column of 0 and 1 for each year but the first."""
    every = np.unique(year)[1:]
    return np.asarray(year[:, None] == every[None, :], dtype=float)
