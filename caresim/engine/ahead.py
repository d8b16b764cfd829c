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


@dataclass(frozen=True)
class Drivers:
    """The parameters that move in one run, each a path and a base value."""

    paths: Sequence[Path]
    bases: Sequence[float]

    def at(self, k: int, moment: int) -> list[float]:
        """Return the values at one moment of step ``k``."""
        return [
            float(path.slope[k, moment]) * base + float(path.level[k, moment])
            for path, base in zip(self.paths, self.bases, strict=True)
        ]

    def before(self) -> list[float]:
        """Return the values at the start of the run, before any change of its first day."""
        return [
            path.before[0] * base + path.before[1]
            for path, base in zip(self.paths, self.bases, strict=True)
        ]

    def over(self, first: int, last: int) -> list[Values]:
        """Return the values at all moments of some steps, each of shape (moments,)."""
        return [
            path.slope[first:last].ravel() * base + path.level[first:last].ravel()
            for path, base in zip(self.paths, self.bases, strict=True)
        ]


class Ahead:
    """The given values of each moment, computed for all steps at once."""

    def __init__(
        self, given: Callable[..., Any], constants: Sequence[Any], drivers: Drivers, clock: Clock
    ) -> None:
        self.given, self.constants, self.drivers, self.clock = given, constants, drivers, clock
        self.first = self.last = 0
        self.table: list[tuple[Any, ...]] = []

    def rows(self, k: int) -> list[tuple[Any, ...]]:
        """Return the given values of the three moments of a step."""
        if not self.first <= k < self.last:
            self._load(k)
        at = MOMENTS * (k - self.first)
        return self.table[at : at + MOMENTS]

    def _load(self, first: int) -> None:
        last = self.clock.n_steps
        try:
            self.table = self._rows(first, last)
        except ArithmeticError:
            # one step at a time, so that a fault is dated
            last = first + 1
            self.table = self._rows(first, last)
        self.first, self.last = first, last

    def _rows(self, first: int, last: int) -> list[tuple[Any, ...]]:
        times = self.clock.moments[first:last].ravel()
        values = self.given(times, self.constants, self.drivers.over(first, last))
        return list(zip(*(np.broadcast_to(v, times.shape).tolist() for v in values), strict=True))
