"""Fits many places together: each to its own figures, all with the spread that they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.study.fit.one_thread import one_thread
from caresim.study.fit.pooled.learn import learned
from caresim.study.fit.pooled.place import Layout, Place
from caresim.study.fit.pooled.settled import Linear, Settled, settle
from caresim.study.fit.pooled.spread import Spread, start_spread

__all__ = ["Pooled", "pooled", "slopes_of"]

Values = NDArray[np.float64]
ROUNDS = 10  # of computing the places anew
TURNS = 6  # of learning the spread in each
CLOSE = 0.01  # change of a level, in logarithms, at which a place is found
WIGGLE = 0.02
SLOWS = 1.2  # a place that goes farther than before takes shorter steps
SHORTEST = 0.125
FARTHEST = 1.5  # that a level may move in one round


@dataclass(frozen=True, eq=False)
class Pooled:
    """What was found of all places: ``found`` in the order of ``places``, and their ``spread``.

    ``near`` holds where each was computed last; ``moved`` how far its levels went in the last
    round, in logarithms.
    """

    layout: Layout
    places: tuple[Place, ...]
    found: tuple[Settled, ...]
    near: tuple[Linear, ...]
    spread: Spread
    moved: Values

    def place(self, name: str) -> int:
        """Return the position of a place."""
        return [place.name for place in self.places].index(name)


def pooled(
    layout: Layout,
    places: Sequence[Place],
    slopes: Values,
    *,
    spread: Spread | None = None,
    step: Callable[[float], None] = lambda _: None,
) -> Pooled:
    """Fit the levels of all places to their figures, with the spread that they show together.

    ``slopes`` says how each series follows from the unknowns, shape (series, years, unknowns): that
    of the whole, with which each place is computed anew until it stays or the rounds are over. A
    ``spread`` that is given is kept. Deterministic.
    """
    with one_thread():
        now = start_spread(layout) if spread is None else spread
        points = [now.mean(layout, place) for place in places]
        weights: list[Values | None] = [None] * len(places)
        moved, part = np.full(len(places), np.inf), np.ones(len(places))
        near: list[Linear] = []
        found: list[Settled] = []
        for _ in range(ROUNDS):
            near = [
                Linear(x, place.computed(layout, x), slopes)
                for place, x in zip(places, points, strict=True)
            ]
            for _ in range(TURNS):
                found = [
                    settle(layout, place, at, now, w)
                    for place, at, w in zip(places, near, weights, strict=True)
                ]
                weights = [one.weights for one in found]
                if spread is None:
                    now = learned(layout, places, found, now)
            steps = [one.x - x for one, x in zip(found, points, strict=True)]
            before, moved = moved, np.array([np.abs(one).max() for one in steps])
            slow = np.maximum(part / 2, SHORTEST)
            part = np.where(moved > SLOWS * before, slow, np.minimum(part * 1.5, 1.0))
            points = [
                x + p * np.clip(one, -FARTHEST, FARTHEST)
                for x, p, one in zip(points, part, steps, strict=True)
            ]
            step(float(moved.max()))
            if moved.max() < CLOSE:
                break
        return Pooled(layout, tuple(places), tuple(found), tuple(near), now, moved)


def slopes_of(layout: Layout, place: Place, x: Values | None = None) -> Values:
    """Return how the series of a place follow from its unknowns near ``x``, by default all 0.

    The shape is (series, years, unknowns).
    """
    x = np.zeros(layout.n_unknown) if x is None else x
    slopes = np.zeros((len(layout.series), len(layout.years), layout.n_unknown))
    for i in range(layout.n_unknown):
        up, down = x.copy(), x.copy()
        up[i], down[i] = x[i] + WIGGLE, x[i] - WIGGLE
        change = place.computed(layout, up) - place.computed(layout, down)
        slopes[:, :, i] = change / (2 * WIGGLE)
    return slopes
