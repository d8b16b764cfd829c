"""Many runs side by side in machine code, on all processors."""

from __future__ import annotations

import functools
import hashlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path as File
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.machine import maths, section, simulation
from caresim.engine.machine.kernel import Kernel, load, register_width
from caresim.engine.machine.lowering import LEVEL, SLOPE, Part, Schedule, schedule_of
from caresim.engine.machine.simulation import STAGES, kernel_source, working_set
from caresim.engine.operations.reading import INSIDE
from caresim.engine.paths import Path
from caresim.engine.record import FaultyRun, Job, Record
from caresim.language import functions

__all__ = ["Compiled", "processors"]

Values = NDArray[np.float64]
CACHE = 24 * 1024  # bytes of the nearest cache that the vectors of a stage may fill
MOST_REGISTERS = 2  # for a value of a block, so that one is computed while the other waits
RUNS_FOR_THREADS = 64  # a thread takes longer to start than fewer runs take
NUMBER_BYTES = 8
MIDDLE, LAST = 1, 2  # moments of a step


class Compiled:
    """A job made ready for machine code; the parameters of its runs may all differ."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.schedule = schedule_of(job.program, frozenset(job.model.starting or ()))
        self.lanes = _lanes(self.schedule)
        self.tables = tables = _tables(self.schedule, tuple(job.moving), job.clock)
        clock = job.clock
        scales = np.zeros((2, STAGES))
        for i, stage in enumerate(job.stages):
            scales[:, i] = stage.weight, stage.reach
        self.tableau = clock.lengths[:, None] * scales.ravel()
        self.due = np.zeros(clock.n_steps, dtype=np.uint8)
        self.due[clock.steps_to_saves[1:] - 1] = 1
        self.restarts = tables.restarts.copy()
        if job.program.chances:  # which jump with the year
            self.restarts[1:] |= np.diff(clock.years) > 0
        timed = (tables.start, tables.steps, tables.saves, self.tableau, self.restarts, self.due)
        self.fixed = [_address(array) for array in (*timed, clock.years)]
        self.floors = job.floors
        values = {name: job.value(name, {}) for name in self.schedule.parameters}
        levels = {name: (job.model.starting or {})[name] for name in self.schedule.starting}
        self.shared = np.array([*values.values(), *levels.values()], dtype=float)[:, None]
        self.place = {name: i for i, name in enumerate(self.schedule.parameters)}

    def __reduce__(self) -> tuple[type[Compiled], tuple[Job]]:
        return Compiled, (self.job,)  # addresses mean nothing in another process

    def record(self, columns: Mapping[str, Values], n_runs: int) -> Record:
        """Return the record of some runs; raise FaultyRun for one that cannot be finished."""
        program, clock = self.job.program, self.job.clock
        lanes = self.lanes if n_runs > register_width() else register_width()
        blocks = -(-n_runs // lanes)
        room = blocks * lanes
        parameters = np.repeat(self.shared, room, axis=1)
        for name, values in columns.items():
            if name in self.place:  # the last run fills up the last block
                parameters[self.place[name], :n_runs] = values
                parameters[self.place[name], n_runs:] = values[-1]
        chances = self._chances(columns, n_runs, room)
        levels = np.empty((len(program.recorded_levels), clock.n_saves, room))
        rates = np.empty((len(program.recorded_rates), clock.n_saves - 1, room))
        # what was seen stands below: a row for each drained stock, then for each watched value
        turnover = np.empty((len(program.drained) + len(program.watched), room))
        faults = np.zeros(blocks, dtype=np.int64)
        self._call(lanes, blocks, (parameters, chances), levels, rates, turnover, faults)
        if faults.any():
            block = int(np.argmax(faults != 0))
            mask = int(faults[block])
            first = (mask & -mask).bit_length() - 1
            raise FaultyRun(min(block * lanes + first, n_runs - 1))
        return Record(
            {name: levels[i, :, :n_runs] for i, name in enumerate(program.recorded_levels)},
            {name: rates[i, :, :n_runs] for i, name in enumerate(program.recorded_rates)},
            dict(zip(program.drained, turnover.max(axis=1).tolist(), strict=False)),
            dict(zip(program.watched, turnover[len(program.drained) :, :n_runs], strict=True)),
        )

    def _chances(self, columns: Mapping[str, Values], n_runs: int, room: int) -> Values:
        """Return how far chance has come: a row for each year and factor, a column for each run."""
        names = self.job.program.chances
        rows = np.empty((self.job.clock.n_years, len(names), room))
        for i, name in enumerate(names):
            rows[:, i, :n_runs] = columns[name]
            rows[:, i, n_runs:] = columns[name][:, -1:]
        return rows

    def _call(
        self, lanes: int, blocks: int, given: tuple[Values, Values], *results: NDArray[Any]
    ) -> None:
        """Run the blocks, on several threads where that is quicker; each run is the same on any."""
        kernel, clock = _kernel(self.schedule, self.floors, lanes), self.job.clock
        ends = [[_address(array) for array in arrays] for arrays in (given, results)]
        pointers = (*ends[0], *self.fixed, *ends[1])
        room = blocks * lanes
        numbers = (room, clock.n_steps, clock.n_saves, len(self.job.stages))
        count = min(processors(), blocks) if room >= RUNS_FOR_THREADS else 1
        cuts = [blocks * i // count for i in range(count + 1)]
        held = (self, given, results)

        def run(first: int, last: int, _held: Any = held) -> None:
            # arrays stay as long as a thread writes to them, also when this call is interrupted
            kernel(*pointers, first, last, *numbers)

        threads = [threading.Thread(target=run, args=cut) for cut in pairwise(cuts[1:])]
        for thread in threads:
            thread.start()
        run(*cuts[:2])
        for thread in threads:
            thread.join()


@dataclass(frozen=True)
class _Tables:
    """The values of time alone: a row for each moment: the start, three a step, the saved moments.

    ``restarts`` says, for each step, whether it begins with other values than the step before ended
    with, as at a jump of policy.
    """

    start: Values
    steps: Values
    saves: Values
    restarts: NDArray[np.uint8]


@functools.lru_cache(maxsize=16)
def _tables(schedule: Schedule, paths: tuple[Path, ...], clock: Clock) -> _Tables:
    """Compute the tables of a schedule; kept, since many runs differ in what is drawn alone.

    Raises FaultyRun where a value of time alone does not exist, which fails every run.
    """
    moments, count, n_steps = clock.moments, len(paths), clock.n_steps
    shape = (count, n_steps, 3)
    grids = [np.array([p.slope for p in paths]), np.array([p.level for p in paths])]
    slopes, levels = (grid.reshape(shape) for grid in grids)
    first = [np.array([[p.before[i]] for p in paths]).reshape(count, 1) for i in (0, 1)]
    # saved values stand before any change of that day, as the last moment of the step does
    before = clock.steps_to_saves[1:] - 1
    saved = [[np.hstack([f, g[:, before, m]]) for f, g in zip(first, (slopes, levels), strict=True)]
             for m in (LAST, MIDDLE)]  # fmt: skip
    flat = [grid.reshape(count, 3 * n_steps) for grid in (slopes, levels)]
    held = [grid[:, :, [MIDDLE] * 3].reshape(count, 3 * n_steps) for grid in (slopes, levels)]
    days = clock.edges[clock.steps_to_saves]
    within = np.append(days[:1], moments[before, MIDDLE])
    at_start = _Given(days[:1], *first), _Given(days[:1], *first)
    in_steps = _Given(moments.ravel(), *flat), _Given(moments[:, [MIDDLE] * 3].ravel(), *held)
    at_saves = _Given(days, *saved[0]), _Given(within, *saved[1])
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
            start = _table(schedule.start, *at_start)
            steps = _table(schedule.step, *in_steps)
            saves = _table(schedule.save, *at_saves)
    except FloatingPointError:
        raise FaultyRun(0) from None
    by_step = steps.reshape(clock.n_steps, 3, -1)
    restarts = np.ones(clock.n_steps, dtype=np.uint8)
    restarts[1:] = (by_step[1:, 0] != by_step[:-1, 2]).any(axis=1)
    return _Tables(start, steps, saves, restarts)


@dataclass(frozen=True)
class _Given:
    """Some moments, and the slope and level of each path there: shape (paths, moments)."""

    times: Values
    slopes: Values
    levels: Values


def _table(part: Part, at: _Given, inside: _Given) -> Values:
    """Return the values of time alone at some moments: shape (moments, columns).

    ``inside`` stands in the middle of the step that each moment belongs to.
    """

    def given(name: tuple[str, Any]) -> Any:
        what, which = name
        if what not in (SLOPE, LEVEL):
            return (inside if what == INSIDE else at).times
        of, number = which
        there = inside if of == INSIDE else at
        return (there.slopes if what == SLOPE else there.levels)[number]

    made = np.empty((len(at.times), len(part.columns)))
    for j, value in enumerate(part.operations.values(part.columns, given)):
        made[:, j] = value
    return made


def _lanes(schedule: Schedule) -> int:
    """Return how many runs a block holds: as many as the nearest cache takes, a register at least.

    The width changes no bit of a result.
    """
    register, fits = register_width(), CACHE // NUMBER_BYTES // max(working_set(schedule), 1)
    registers = min(max(fits // register, 1), MOST_REGISTERS)
    return register << registers.bit_length() - 1  # a power of two, as processors like it


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


@functools.lru_cache(maxsize=64)
def _kernel(schedule: Schedule, floors: tuple[float, ...], lanes: int) -> Kernel:
    def source() -> str:
        return kernel_source(schedule, floors, lanes)

    return load(source, "\n".join([_writers(), schedule.description, repr((floors, lanes))]))


@functools.cache
def _writers() -> str:
    """Return a digest of what writes the source of a kernel, which a kept one was made by too."""
    digest = hashlib.sha256()
    for module in (functions, maths, section, simulation):
        digest.update(File(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def processors() -> int:
    """Return the number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not told on this system
        return os.cpu_count() or 1
