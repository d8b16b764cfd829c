"""How far an output is from where it would be, for any multiple of a scenario's moves, in batches.

A column of a lever says how much of the scenario's own move is made: 0 leaves the lever where it is
in what the scenario is compared with, 1 takes it where the scenario does. So that one preparation
serves all levers, all multiples and all draws.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from caresim.engine.prepare import Prepared
from caresim.language.dates import end_of
from caresim.language.errors import RunError
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.study.question import Question

__all__ = ["Move", "Moved"]

Values = NDArray[np.float64]
Columns = Mapping[str, Values]
MOST = 1000.0  # multiples of a move, where no bound comes before
JUST_AFTER = 1e-6  # years


@dataclass(frozen=True)
class Move:
    """What a scenario does to one lever.

    ``start`` and ``full`` are where the lever is without and with it: on the day that is asked
    about, or where the move is over by then, when it was greatest; ``most`` is the greatest
    multiple of the move that keeps it within its bounds at every moment.
    """

    lever: Parameter
    start: float
    full: float
    most: float

    @property
    def is_switch(self) -> bool:
        """Whether nothing is between its settings."""
        return bool(self.lever.choices) and not self.lever.between

    def value(self, multiple: float) -> float:
        """Return where a multiple of the move takes the lever, within its bounds."""
        low, high = self.lever.bounds or (-math.inf, math.inf)
        return min(max(self.start + multiple * (self.full - self.start), low), high)


@dataclass(frozen=True, eq=False)
class Moved:
    """An output on 31 March ``by``, or over the year that ends then, as levers are moved."""

    prepared: Prepared
    output: str
    by: dt.date
    drawn: Columns

    @classmethod
    def of(cls, asked: Question, compared: Question, output: str, by: dt.date) -> Moved:
        """Return what a question asks, against another that is asked over the same days."""
        prepared = asked.prepared([output], since=compared.shifts)
        drawn = {n: column for n, column in asked.drawn.items() if n not in prepared.ways}
        return cls(prepared, output, by, drawn)

    @property
    def model(self) -> Model:
        """The model that is run."""
        return self.prepared.model

    @property
    def n_draws(self) -> int:
        """Number of draws, 1 without any."""
        return int(np.shape(next(iter(self.drawn.values()), (0.0,)))[-1])

    @cached_property
    def moves(self) -> dict[str, Move]:
        """What the scenario moves, by the name of the lever."""
        until = self.prepared.clock.moments.ravel() <= end_of(self.by) + JUST_AFTER
        found = {}
        for name, path in self.prepared.ways.items():
            entry = self.model.parameters[name]
            at = _shown(np.abs(path.slope.ravel()), until)
            start, move = path.level.ravel()[at], path.slope.ravel()[at]
            most = _most(path.slope, path.level, entry)
            found[name] = Move(entry, float(start), float(start + move), most)
        return found

    @cached_property
    def before(self) -> Values:
        """The output without the scenario, shape (1, draws)."""
        return self.levels({}, 1)

    def change(self, moved: Columns, others: Columns | None = None) -> Values:
        """Return how far the output is from where it would be, as a share, shape (places, draws).

        ``moved`` holds multiples of moves by lever, ``others`` values of other parameters, each of
        shape (places, draws); what they leave out is not moved. NaN where a run cannot be finished.
        """
        others = others or {}
        places = len(next(iter([*moved.values(), *others.values()])))
        before = self.levels(others, places) if others else self.before
        after = self.levels({**moved, **others}, places)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(after / before - 1)

    def levels(self, columns: Columns, places: int) -> Values:
        """Return the output for some columns of shape (places, draws)."""
        flat = {name: np.tile(column, places) for name, column in self.drawn.items()}
        flat |= {name: np.zeros(places * self.n_draws) for name in self.prepared.ways}
        flat |= {name: np.asarray(column).ravel() for name, column in columns.items()}
        return self._run(flat, places * self.n_draws).reshape(places, self.n_draws)

    def _run(self, columns: Columns, runs: int) -> Values:
        """Return the output of runs; of several, one that cannot be finished spoils no other."""
        try:
            record, _ = self.prepared.record(columns, runs)
        except RunError:
            if runs == 1:
                return np.full(1, math.nan)
            half = runs // 2
            parts = [
                ({name: column[..., at] for name, column in columns.items()}, count)
                for at, count in ((slice(half), half), (slice(half, None), runs - half))
            ]
            return np.hstack([self._run(*part) for part in parts])
        clock = self.prepared.clock
        year = round(end_of(self.by)) - clock.first_year
        if self.output in record.levels:
            return np.asarray(record.levels[self.output][year])
        return np.asarray(record.rates[self.output][year - 1])


def _shown(sizes: Values, until: NDArray[np.bool_]) -> int:
    """Return the moment at which a move is told: the last that counts, if the lever is moved."""
    last = int(np.flatnonzero(until)[-1])
    return last if sizes[last] else int(np.argmax(np.where(until, sizes, -1.0)))


def _most(slope: Values, level: Values, entry: Parameter) -> float:
    """Return the greatest multiple of a move that stays within bounds; what is written does."""
    moves = slope != 0
    low, high = entry.bounds or (-math.inf, math.inf)
    ahead = np.where(slope > 0, high, low)[moves]
    room = (ahead - level[moves]) / slope[moves]
    return min(max(float(room.min()), 1.0), MOST)
