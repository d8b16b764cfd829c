"""What is known before a run begins: parameters that move, and all that follows from time alone.

Paths of policy, prices and population depend on no stock. They are computed for many moments at
once, so that a step only computes what children in the system decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.paths import Path

__all__ = ["Ahead", "Drivers"]

Values = NDArray[np.float64]
MOMENTS = 3  # of a step: first, middle, last
BLOCK = 20_000  # numbers of one quantity that are computed at once


@dataclass(frozen=True)
class Drivers:
    """The parameters that move, each a path and a base value (a float, or an array over runs)."""

    paths: Sequence[Path]
    bases: Sequence[float | Values]

    def at(self, k: int, moment: int) -> list[Any]:
        """Return the values at one moment of step ``k``, floats or arrays over runs."""
        return [
            float(path.slope[k, moment]) * base + float(path.level[k, moment])
            for path, base in zip(self.paths, self.bases, strict=True)
        ]

    def before(self) -> list[Any]:
        """Return the values at the start of the run, before any change of its first day."""
        return [
            path.before[0] * base + path.before[1]
            for path, base in zip(self.paths, self.bases, strict=True)
        ]

    def over(self, first: int, last: int) -> list[Values]:
        """Return the values at all moments of some steps: shape (moments, 1) or (moments, runs)."""
        return [
            path.slope[first:last].reshape(-1, 1) * base + path.level[first:last].reshape(-1, 1)
            for path, base in zip(self.paths, self.bases, strict=True)
        ]


class Ahead:
    """The given values of each moment, computed a block of steps at a time."""

    def __init__(
        self,
        given: Callable[..., Any],
        constants: Sequence[Any],
        drivers: Drivers,
        clock: Clock,
        n_runs: int,
    ) -> None:
        self.given, self.constants, self.drivers, self.clock = given, constants, drivers, clock
        self.steps = max(1, min(clock.steps_per_year, BLOCK // (MOMENTS * n_runs)))
        self.first = self.last = 0
        self.rows: list[tuple[Any, ...]] = []

    def __call__(self, k: int, moment: int) -> tuple[Any, ...]:
        """Return the given values at one moment of step ``k``."""
        if not self.first <= k < self.last:
            self._load(k, min(k + self.steps, self.clock.n_steps))
        return self.rows[MOMENTS * (k - self.first) + moment]

    def _load(self, first: int, last: int) -> None:
        try:
            self.rows = self._rows(first, last)
        except ArithmeticError:
            # one step at a time, so that a fault is dated
            last = first + 1
            self.rows = self._rows(first, last)
        self.first, self.last = first, last

    def _rows(self, first: int, last: int) -> list[tuple[Any, ...]]:
        times = self.clock.moments[first:last].reshape(-1, 1)
        values = self.given(times, self.constants, self.drivers.over(first, last))
        return list(zip(*(_by_moment(value, len(times)) for value in values), strict=True))


def _by_moment(value: Any, count: int) -> Sequence[Any]:
    """Return a value for each moment: floats where all runs share it, else rows over the runs."""
    table = np.broadcast_to(value, (count, np.shape(value)[-1] if np.ndim(value) else 1))
    return table[:, 0].tolist() if table.shape[1] == 1 else list(table)
