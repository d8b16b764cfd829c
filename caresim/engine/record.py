"""What the runs of a request have in common, and what they leave."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.compile import Program
from caresim.engine.paths import Path
from caresim.language.model import Model
from caresim.language.parameters import Series

__all__ = [
    "CHUNK",
    "EMPTY",
    "METHODS",
    "ROUNDING",
    "STABILITY",
    "STAGES",
    "FaultyRun",
    "Job",
    "Record",
]

Values = NDArray[np.float64]

# For each method its stages: which moment of the step (0 first, 1 middle, 2 last), the weight of
# the slope, in steps, and how far to go with it to the next stage, in steps
STAGES: dict[str, tuple[tuple[int, float, float], ...]] = {
    "rk4": ((0, 1 / 6, 0.5), (1, 1 / 3, 0.5), (1, 1 / 3, 1.0), (2, 1 / 6, 0.0)),
    "euler": ((0, 1.0, 0.0),),
}
METHODS = tuple(STAGES)
# Largest (rate × step) of a first-order outflow that each method keeps stable
STABILITY = {"rk4": 2.785, "euler": 2.0}
ROUNDING = -1e-9  # a stock this little below zero is empty
EMPTY = 1e-6  # below this a stock has no turnover to speak of
# Runs at once in NumPy: more do not stay in the cache, fewer pay for Python at each operation
CHUNK = 5_000


class FaultyRun(Exception):  # noqa: N818  (a message between modules, not an error of the user)
    """A run of an ensemble cannot be finished; run alone on floats it says why.

    Among several it is the first in time of those that are computed together: 5,000 runs in NumPy,
    a block of 16 in machine code. Floats name the first in number.
    """

    def __init__(self, run: int) -> None:
        super().__init__(f"run {run} cannot be finished")
        self.run = run


@dataclass
class Record:
    """What a run saves: levels (moments, runs), rates summed between moments, and turnover."""

    levels: dict[str, Values]
    rates: dict[str, Values]
    turnover: dict[str, float] = field(default_factory=dict)

    @classmethod
    def blank(cls, program: Program, clock: Clock, n_runs: int) -> Record:
        """Return a record with room for some runs."""
        moments = clock.n_saves
        return cls(
            {name: np.empty((moments, n_runs)) for name in program.recorded_levels},
            {name: np.empty((moments - 1, n_runs)) for name in program.recorded_rates},
            dict.fromkeys(program.drained, 0.0),
        )


@dataclass(frozen=True)
class Job:
    """A program, its clock, the paths of the parameters that move, and the method."""

    model: Model
    program: Program
    clock: Clock
    paths: Mapping[str, Path]
    method: str

    @property
    def dated(self) -> frozenset[str]:
        """Moving parameters with dated values, which have no base value."""
        entries = self.model.parameters
        return frozenset(
            name for name in self.program.moving if isinstance(entries[name].value, Series)
        )

    @property
    def moving(self) -> list[Path]:
        """The path of each moving parameter, in the order of the program."""
        return [self.paths[name] for name in self.program.moving]

    @property
    def floors(self) -> tuple[float, ...]:
        """The level that each stock may not fall below."""
        return tuple(-math.inf if signed else ROUNDING for signed in self.program.signed)

    def value(self, name: str, columns: Mapping[str, Any]) -> Any:
        """Return a parameter's value: as it is drawn, or as the model has it."""
        if name in columns:
            return columns[name]
        value = self.model.parameters[name].value
        return 0.0 if isinstance(value, Series) else value
