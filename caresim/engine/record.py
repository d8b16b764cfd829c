"""What the runs of a request have in common, and what they leave."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.methods import METHODS, Stage
from caresim.engine.operations.program import Program
from caresim.engine.paths import Path
from caresim.language.errors import RunError
from caresim.language.model import Model
from caresim.language.parameters import Series

__all__ = ["CHUNK", "BelowZero", "FaultyRun", "Job", "Record"]

Values = NDArray[np.float64]
CHUNK = 5_000  # runs side by side in Python: more do not stay in the cache
ROUNDING = -1e-9  # a stock this little below zero is empty


class FaultyRun(Exception):  # noqa: N818  (a message between modules, not an error of the user)
    """A run of an ensemble cannot be finished; run alone in Python it says why.

    Of several in machine code it is the first in time of the first block with one.
    """

    def __init__(self, run: int) -> None:
        super().__init__(f"run {run} cannot be finished")
        self.run = run


class BelowZero(RunError):  # noqa: N818  (what happened, as the public error says it)
    """A run cannot be finished, since a stock fell below zero; finer steps may bear it.

    ``run`` is its number, ``stock`` the name, ``level`` and ``day`` what it came to and when.
    """

    def __init__(self, message: str, run: int, stock: str, level: float, day: dt.date) -> None:
        super().__init__(message)
        self.run, self.stock, self.level, self.day = run, stock, level, day

    def __reduce__(self) -> tuple[type[RunError], tuple[str]]:
        return RunError, (str(self),)  # what another process is told is the sentence


@dataclass
class Record:
    """What a run saves: levels (moments, runs), rates summed between moments, and turnover.

    ``seen`` holds for each watched value and run the first step that begins with it above 0, and
    infinity where none does.
    """

    levels: dict[str, Values]
    rates: dict[str, Values]
    turnover: dict[str, float] = field(default_factory=dict)
    seen: dict[str, Values] = field(default_factory=dict)

    @classmethod
    def blank(cls, program: Program, clock: Clock, n_runs: int) -> Record:
        """Return a record with room for some runs."""
        moments = clock.n_saves
        return cls(
            {name: np.empty((moments, n_runs)) for name in program.recorded_levels},
            {name: np.empty((moments - 1, n_runs)) for name in program.recorded_rates},
            dict.fromkeys(program.drained, 0.0),
            {name: np.full(n_runs, np.inf) for name in program.watched},
        )

    @classmethod
    def joined(cls, parts: Sequence[Record]) -> Record:
        """Return the record of several parts side by side."""
        if len(parts) == 1:
            return parts[0]
        first = parts[0]
        return cls(
            {name: np.hstack([p.levels[name] for p in parts]) for name in first.levels},
            {name: np.hstack([p.rates[name] for p in parts]) for name in first.rates},
            {name: max(p.turnover[name] for p in parts) for name in first.turnover},
            {name: np.concatenate([p.seen[name] for p in parts]) for name in first.seen},
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
    def stages(self) -> tuple[Stage, ...]:
        """The stages of a step."""
        return METHODS[self.method].stages

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
