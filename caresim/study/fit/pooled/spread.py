"""How levels of places vary: what all places together show, and the prior of each from it.

A level of a place is, in logarithms, the mean of all places in that year, what its covariate says,
a part that stays for good (``lasting``), one that forgets slowly (its spread is ``passing`` and its
correlation from year to year ``memory``), and the chance of one year (``brief``, for a place of the
usual size; its variance falls with size, as that of counts does). A marked break ends the memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from caresim.study.fit.pooled.place import Layout, Place

__all__ = ["FREEDOM", "Spread", "level_covariances", "start_spread"]

Values = NDArray[np.float64]
FREEDOM = 4.0  # of Student's t, by which figures miss what is computed: far misses count little
FADING = 0.5  # of what all places have in common beside the whole, a year after the last figure
LEAST = 1e-3


@dataclass(frozen=True, eq=False)
class Spread:
    """What all places show of each level, start and series; all of it in logarithms.

    ``common`` is the mean of each level by fitted year, shape (levels, fitted years), and ``slope``
    what a unit of the covariate adds. ``lasting``, ``passing``, ``memory`` and ``brief`` are by
    level. ``noise`` and ``counting`` are by series: the variance of a figure is noise² +
    counting² / figure.
    """

    common: Values
    slope: Values
    lasting: Values
    passing: Values
    memory: Values
    brief: Values
    starts: Values
    apart: Values
    noise: Values
    counting: Values

    def mean(self, layout: Layout, place: Place) -> Values:
        """Return what is expected of the unknowns of a place before its figures.

        After the last fitted year, what the places have in common beside their mean over the years
        fades by half a year, as the whole's own miss is taken to.
        """
        x = np.zeros(layout.n_unknown)
        ahead = len(layout.years) - layout.fitted
        usual = self.common.mean(axis=1)
        for k in range(len(layout.levels)):
            left = (self.common[k, -1] - usual[k]) * FADING ** np.arange(1, ahead + 1)
            path = np.concatenate([self.common[k], usual[k] + left])
            x[layout.of_level(k)] = path + self.slope[k] * place.covariate
        return x

    def covariance(self, layout: Layout, place: Place) -> Values:
        """Return how the unknowns of a place vary about that, shape (unknowns, unknowns)."""
        whole = np.zeros((layout.n_unknown, layout.n_unknown))
        for k in range(len(layout.levels)):
            part = layout.of_level(k)
            numbers = self.lasting[k], self.passing[k], self.memory[k], self.brief[k]
            whole[part, part] = level_covariances(
                *numbers, place.breaks[k][None], np.array([place.size])
            )[0]
        for part, spread in ((layout.of_starts, self.starts), (layout.of_apart, self.apart)):
            whole[part, part] = np.diag(spread**2)
        return whole

    def variance(self, figures: Values) -> Values:
        """Return the variance of figures that are given as logarithms, shape (series, years)."""
        return np.asarray(self.noise[:, None] ** 2 + self.counting[:, None] ** 2 * np.exp(-figures))

    def with_levels(self, **changed: Values) -> Spread:
        """Return the spread with some of it exchanged."""
        return replace(self, **changed)


def level_covariances(
    lasting: float,
    passing: float,
    memory: float,
    brief: float,
    breaks: NDArray[np.bool_],
    sizes: Values,
) -> Values:
    """Return the covariance of a level over years, shape (places, years, years).

    ``breaks`` has shape (places, years), ``sizes`` (places,).
    """
    years = np.arange(breaks.shape[1])
    apart = np.abs(years[:, None] - years[None, :])
    pieces = np.cumsum(breaks, axis=1)
    together = pieces[:, :, None] == pieces[:, None, :]
    kept = np.where(together, memory**apart, 0.0)
    chance = (brief**2 / sizes + LEAST**2)[:, None, None] * np.eye(len(years))
    return np.asarray(lasting**2 + passing**2 * kept + chance)


def start_spread(layout: Layout) -> Spread:
    """Return a wide spread to begin from."""
    n, fitted = len(layout.levels), layout.fitted
    return Spread(
        common=np.zeros((n, fitted)),
        slope=np.zeros(n),
        lasting=np.full(n, 0.25),
        passing=np.full(n, 0.25),
        memory=np.full(n, 0.8),
        brief=np.full(n, 0.1),
        starts=np.full(len(layout.starts), 0.3),
        apart=np.full(len(layout.apart), 0.1),
        noise=np.full(len(layout.series), 0.05),
        counting=np.full(len(layout.series), 1.0),
    )
