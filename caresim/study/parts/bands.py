"""Bands of what a place will count: what its levels leave open, and how far figures miss them.

The first is normal in logarithms; the second is a Student's t, since a council's figure is now and
then far away. Their sum has no formula, so its quantiles are read from a table by how much of the
whole is the second, which is made of midpoints of both and the same on every machine.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from caresim.study.fit.pooled.spread import FREEDOM

__all__ = ["SHARES", "quantiles_of"]

Values = NDArray[np.float64]
SHARES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
ANGLES = 33  # rows of the table
POINTS = 801  # midpoints of each


def quantiles_of(centre: Values, loose: Values, noise: Values) -> Values:
    """Return quantiles of a count, shape (*shape of the centre, shares).

    ``centre`` is in children, ``loose`` and ``noise`` are spreads in logarithms.
    """
    size = np.hypot(loose, noise)
    angle = np.arctan2(noise, loose) / (np.pi / 2) * (ANGLES - 1)
    table = _table()
    steps = np.arange(ANGLES)
    found = np.stack([np.interp(angle, steps, table[:, i]) for i in range(len(SHARES))], axis=-1)
    return np.asarray(np.asarray(centre)[..., None] * np.exp(size[..., None] * found))


@functools.cache
def _table() -> Values:
    """Return quantiles of cos·normal + sin·t for angles from 0 to a right one."""
    shares = (np.arange(POINTS) + 0.5) / POINTS
    normal, far = stats.norm.ppf(shares), stats.t.ppf(shares, FREEDOM)
    rows = []
    for angle in np.linspace(0, np.pi / 2, ANGLES):
        sums = (np.cos(angle) * normal[:, None] + np.sin(angle) * far[None, :]).ravel()
        rows.append(np.quantile(sums, SHARES))
    return np.array(rows)
