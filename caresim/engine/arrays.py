"""Many runs side by side with NumPy: one array element a run."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.buffers import Buffered, buffered
from caresim.engine.record import CHUNK, STAGES, FaultyRun, Job, Record
from caresim.engine.schedule import Schedule, evaluate, schedule_of
from caresim.engine.tables import Tables
from caresim.engine.tape import MOMENT, RUN, STATE

__all__ = ["Arrays"]

Values = NDArray[np.float64]
MOMENTS = 3
LINE = 8  # numbers in a cache line


class Arrays:
    """A job made ready for NumPy, for runs that differ in some drawn parameters."""

    def __init__(self, job: Job, drawn: frozenset[str]) -> None:
        starting = frozenset(job.model.starting or ())
        self.job = job
        self.schedule = schedule = schedule_of(job.program, job.dated, drawn, starting)
        self.tables = Tables.of(job, schedule)
        self.rows = self.tables.steps.tolist()
        self.moment, self.stage, self.save = _functions(schedule)

    def record(self, columns: Mapping[str, Values], n_runs: int) -> Record:
        """Return the record of some runs; raise FaultyRun for one that cannot be finished."""
        record = Record.blank(self.job.program, self.job.clock, n_runs)
        for first in range(0, n_runs, CHUNK):
            part = slice(first, min(first + CHUNK, n_runs))
            drawn = {name: np.asarray(values)[part] for name, values in columns.items()}
            _Chunk(self, record, part, drawn).whole()
        return record


def aligned(rows: int, n_runs: int) -> Values:
    """Return zeros whose rows begin on a cache line, each on another line of its page.

    NumPy's own arrays begin in the middle of a line, which makes its loops half as fast.
    """
    lines = -(-n_runs // LINE) | 1
    room = np.zeros(rows * lines * LINE + LINE)
    first = (-room.ctypes.data % (8 * LINE)) // 8
    return room[first : first + rows * lines * LINE].reshape(rows, lines * LINE)[:, :n_runs]


@functools.lru_cache(maxsize=64)
def _functions(schedule: Schedule) -> tuple[Buffered, Buffered, Buffered]:
    """Return what computes the values of a moment, of a stage of a step, and to save."""
    step, save, stocks = schedule.step, schedule.save, schedule.stocks
    return (
        buffered(step, (MOMENT,), step.moments, stocks),
        buffered(step, (STATE,), step.wanted, stocks),
        buffered(save, (MOMENT, STATE), save.wanted, stocks),
    )


class _Chunk:
    """Some runs under way."""

    def __init__(
        self, arrays: Arrays, record: Record, part: slice, drawn: Mapping[str, Values]
    ) -> None:
        self.arrays, self.record, self.part = arrays, record, part
        self.n_runs = n = part.stop - part.start
        job, schedule = arrays.job, arrays.schedule
        self.values: dict[int, Any] = {
            place: drawn.get(name, job.value(name, {}))
            for name, place in schedule.parameters.items()
        }
        starting = job.model.starting or {}
        self.values |= {place: starting[name] for name, place in schedule.starting.items()}
        self.floors = np.array(job.floors)[:, None]
        n_stocks, n_slopes = len(schedule.stocks), len(schedule.step.wanted)
        self.stocks, self.here, self.total = (aligned(n_stocks, n) for _ in range(3))
        self.slopes, self.sums = aligned(n_slopes, n), aligned(n_slopes - n_stocks, n)
        self.saved = aligned(len(schedule.save.wanted), n)
        self.given = [aligned(len(schedule.step.moments), n) for _ in range(MOMENTS)]
        parts = (arrays.moment, arrays.stage, arrays.save)
        self.work = list(aligned(max(p.n_work for p in parts), n))
        self.masks = [np.empty(n, dtype=bool) for _ in range(max(p.n_masks for p in parts))]

    def whole(self) -> None:
        """Take all steps."""
        with np.errstate(all="ignore"):
            self._begin()
        self._guard(*(np.isfinite(value)[None] for value in self.values.values()))
        try:
            with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
                self._all_steps()
        except FloatingPointError:
            raise FaultyRun(self.part.start + self._without_value()) from None

    def _without_value(self) -> int:
        """Return the first run with a value that does not exist: NumPy has written it already."""
        rows = [*self.work, *self.slopes, *self.saved, *self.stocks, *np.vstack(self.given)]
        sound = np.logical_and.reduce([np.isfinite(row) for row in rows])
        return int(np.argmin(sound))

    def _all_steps(self) -> None:
        clock = self.arrays.job.clock
        self._save(0)
        for k in range(clock.n_steps):
            self._given(k)
            self._step(k)
            if (k + 1) % clock.steps_per_save == 0:
                self._save(k + 1)

    def _begin(self) -> None:
        """Compute what stays the same over a run, and the stocks at its start."""
        schedule, values = self.arrays.schedule, self.values
        once = [i for p in (schedule.step, schedule.save) for i in p.of(RUN)]
        evaluate(schedule.tape, sorted(set(once)), values)
        start = schedule.start
        row = self.arrays.tables.start[0].tolist()
        known = {**values, **dict(zip(start.columns, row, strict=True))}
        evaluate(schedule.tape, start.of(RUN, MOMENT), known)
        for i, value in enumerate(start.wanted):
            self.stocks[i] = known[value] if isinstance(value, int) else value
        self.once = self._kept(schedule.step.once)
        self.once_saved = self._kept(schedule.save.once)

    def _kept(self, places: Sequence[int]) -> list[Values]:
        kept = aligned(len(places), self.n_runs)
        for row, place in zip(kept, places, strict=True):
            row[:] = self.values[place]
        return list(kept)

    def _compute(
        self, part: Buffered, row: Any, once: Any, given: Any, stocks: Any, out: Any
    ) -> None:
        part.compute(row, once, given, stocks, out, self.work, self.masks)

    def _given(self, k: int) -> None:
        """Compute what depends on a run and a moment; a step begins as the last one ended."""
        if not len(self.given[0]):
            return
        moments = [0, 1, 2]
        if not self.arrays.tables.restarts[k]:
            self.given[0], self.given[2] = self.given[2], self.given[0]
            moments = [1, 2]
        for m in moments:
            row = self.arrays.rows[MOMENTS * k + m]
            self._compute(self.arrays.moment, row, self.once, (), (), self.given[m])

    def _step(self, k: int) -> None:
        job = self.arrays.job
        step, n_stocks = job.clock.step, len(self.stocks)
        here: Values = self.stocks
        nets, rates = self.slopes[:n_stocks], self.slopes[n_stocks:]
        for number, (moment, weight, reach) in enumerate(STAGES[job.method]):
            row = self.arrays.rows[MOMENTS * k + moment]
            self._compute(self.arrays.stage, row, self.once, self.given[moment], here, self.slopes)
            if reach:
                here = np.multiply(nets, reach * step, out=self.here)
                here += self.stocks
            if number:
                nets *= weight * step
                self.total += nets
            else:
                np.multiply(nets, weight * step, out=self.total)
            rates *= weight * step
            self.sums += rates
        self.stocks += self.total
        self._guard(self.stocks >= self.floors, self.stocks < np.inf)

    def _save(self, k: int) -> None:
        """Write one saved moment, and keep the largest turnover of each stock."""
        record, clock = self.record, self.arrays.job.clock
        at = k // clock.steps_per_save
        row = self.arrays.tables.saves[at].tolist()
        self._compute(self.arrays.save, row, self.once_saved, (), self.stocks, self.saved)
        self._guard(self.stocks >= self.floors, np.isfinite(self.saved))
        for level, values in zip(record.levels.values(), self.saved, strict=False):
            level[at, self.part] = values
        for name, shares in zip(record.turnover, self.saved[len(record.levels) :], strict=True):
            record.turnover[name] = max(record.turnover[name], float(shares.max()))
        if k:
            self._guard(np.isfinite(self.sums))
            for rate, values in zip(record.rates.values(), self.sums, strict=True):
                rate[at - 1, self.part] = values
            self.sums[:] = 0.0

    def _guard(self, *sound: NDArray[np.bool_]) -> None:
        """Stop at a run with a stock below its floor, or with a value that does not exist."""
        if all(part.all() for part in sound):
            return
        bad = ~np.logical_and.reduce([part.all(axis=0) for part in sound])
        raise FaultyRun(self.part.start + int(np.argmax(bad)))
