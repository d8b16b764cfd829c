"""Graphical functions: values at even distances, so that no reader can misplace a point.

XMILE has unevenly spaced points as well, but PySD takes them for evenly spaced wherever there is a
scale, and other readers ask for one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.language.errors import ExportError
from caresim.language.expressions import Table, Time

__all__ = ["Curve", "curve_of_table", "curve_over_time"]

MOST = 2000  # points of a look-up, unless it has more itself
SHOWN = 6  # of the points of a look-up that is refused
ROUNDING = 1e-15  # of the largest value: a point this near to a line lies on it
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Values at even distances from ``first`` to ``last``, straight between, level beyond."""

    first: float
    last: float
    values: tuple[float, ...]

    @property
    def is_level(self) -> bool:
        """True when all values are one."""
        return len(set(self.values)) == 1


def curve_over_time(levels: Floats, clock: Clock) -> Curve:
    """Return what gives the level of every step; shape (steps + 1,), the last at the end.

    A jump becomes a line one step long, which no step of Euler looks into.
    """
    spacing = math.gcd(*_corners(levels))
    values = tuple(levels[::spacing].tolist())
    return Curve(float(clock.first_year), float(clock.last_year), values)


def curve_of_table(node: Table, name: str, clock: Clock) -> Curve:
    """Return a look-up at the widest even distance that meets all its points.

    A look-up over time whose points meet none has a value at every step instead. Raises ExportError
    for any other that would take more than 2,000 points.
    """
    xs, ys = np.array(node.points).T
    if places := _even_places(xs):
        return Curve(float(xs[0]), float(xs[-1]), tuple(_filled(places, ys.tolist())))
    if isinstance(node.children[0], Time):
        times = clock.first_year + np.arange(clock.n_steps + 1) / clock.steps_per_year
        return curve_over_time(np.interp(times, xs, ys), clock)
    shown = ", ".join(map(repr, xs[:SHOWN].tolist())) + ", …" * (len(xs) > SHOWN)
    message = (
        f"the look-up of '{name}' cannot be exported: its points are not at even distances, and "
        f"{MOST:,} evenly spaced ones do not meet {shown}; round them to fewer digits, and write "
        "a jump with where(…)"
    )
    raise ExportError(message)


def _even_places(xs: Floats) -> list[int]:
    """Return where the points stand on the coarsest even grid, to rounding; empty if on none."""
    along, span = xs - xs[0], xs[-1] - xs[0]
    slack = 4 * np.spacing(np.abs(xs).max())
    for parts in range(len(xs) - 1, max(MOST, len(xs))):
        places = np.rint(along * parts / span)
        if np.all(np.abs(places * span / parts - along) <= slack) and np.all(np.diff(places) > 0):
            return [int(place) for place in places]
    return []


def _filled(places: Sequence[int], ys: Sequence[float]) -> Iterable[float]:
    """Yield the value at every place of the grid, between points by fractions of the decimals."""
    for (i, before), (j, after) in pairwise(zip(places, ys, strict=True)):
        low, high = Fraction(repr(before)), Fraction(repr(after))
        yield from (float(low + (high - low) * Fraction(k, j - i)) for k in range(j - i))
    yield ys[-1]


def _corners(levels: Floats) -> list[int]:
    """Return the steps between whose levels all others lie on straight lines, to rounding.

    From each corner the line is drawn as far as one slope meets every level passed on the way.
    """
    slack = ROUNDING * float(np.max(np.abs(levels)))
    kept, low, high = [0], -np.inf, np.inf
    for i in range(1, len(levels)):
        run, rise = i - kept[-1], levels[i] - levels[kept[-1]]
        if not low <= rise / run <= high:
            kept.append(i - 1)
            low, high = -np.inf, np.inf
            run, rise = 1, levels[i] - levels[i - 1]
        low, high = max(low, (rise - slack) / run), min(high, (rise + slack) / run)
    return [*kept, len(levels) - 1]
