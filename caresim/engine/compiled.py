"""Many runs side by side in machine code, on all processors."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.kernel import Kernel, load
from caresim.engine.kernel_source import kernel_source
from caresim.engine.record import STAGES, FaultyRun, Job, Record
from caresim.engine.schedule import Schedule, schedule_of
from caresim.engine.tables import Tables

__all__ = ["Compiled", "processors"]

Values = NDArray[np.float64]
# Runs in a block: two registers of the widest kind, so that one is computed while the other waits.
# The width changes no bit of a result.
FEW, MANY = 2, 16
RUNS_FOR_THREADS = 64  # a thread takes longer to start than fewer runs take


class Compiled:
    """A job made ready for machine code; the parameters of its runs may all differ."""

    def __init__(self, job: Job) -> None:
        starting = frozenset(job.model.starting or ())
        self.job = job
        self.schedule = schedule_of(job.program, job.dated, None, starting)
        self.tables = Tables.of(job, self.schedule)
        stages = STAGES[job.method]
        weights, reaches = (np.zeros(4), np.zeros(4))
        weights[: len(stages)] = [weight * job.clock.step for _, weight, _ in stages]
        reaches[: len(stages)] = [reach * job.clock.step for _, _, reach in stages]
        self.tableau = np.concatenate([weights, reaches])
        tables = self.tables
        self.fixed = [
            _address(a) for a in (tables.start, tables.steps, tables.saves, tables.restarts)
        ]
        self.floors = job.floors
        values = {name: job.value(name, {}) for name in self.schedule.parameters}
        levels = {name: (job.model.starting or {})[name] for name in self.schedule.starting}
        self.shared = np.array([*values.values(), *levels.values()], dtype=float)[:, None]
        self.place = {name: i for i, name in enumerate(self.schedule.parameters)}

    def record(self, columns: Mapping[str, Values], n_runs: int) -> Record:
        """Return the record of some runs; raise FaultyRun for one that cannot be finished."""
        lanes = FEW if n_runs <= FEW else MANY
        program, clock = self.job.program, self.job.clock
        blocks = -(-n_runs // lanes)
        room = blocks * lanes
        parameters = np.repeat(self.shared, room, axis=1)
        for name, values in columns.items():
            if name in self.place:  # the last run fills up the last block
                parameters[self.place[name], :n_runs] = values
                parameters[self.place[name], n_runs:] = values[-1]
        levels = np.empty((len(program.recorded_levels), clock.n_saves, room))
        rates = np.empty((len(program.recorded_rates), clock.n_saves - 1, room))
        turnover = np.empty((len(program.drained), room))
        faults = np.zeros(blocks, dtype=np.int64)
        self._call(lanes, blocks, parameters, levels, rates, turnover, faults)
        if faults.any():
            block = int(np.argmax(faults != 0))
            mask = int(faults[block])
            first = (mask & -mask).bit_length() - 1
            raise FaultyRun(min(block * lanes + first, n_runs - 1))
        return Record(
            {name: levels[i, :, :n_runs] for i, name in enumerate(program.recorded_levels)},
            {name: rates[i, :, :n_runs] for i, name in enumerate(program.recorded_rates)},
            dict(zip(program.drained, turnover.max(axis=1).tolist(), strict=True)),
        )

    def _call(self, lanes: int, blocks: int, parameters: Values, *results: NDArray[Any]) -> None:
        """Run the blocks, on several threads where that is quicker; each run is the same on any."""
        kernel, clock = _kernel(self.schedule, self.floors, lanes), self.job.clock
        given = (_address(parameters), *self.fixed)
        pointers = (*given, *(_address(a) for a in results), _address(self.tableau))
        stages = len(STAGES[self.job.method])
        numbers = (blocks * lanes, clock.n_steps, clock.steps_per_save, stages)
        count = min(processors(), blocks) if blocks * lanes >= RUNS_FOR_THREADS else 1
        cuts = [blocks * i // count for i in range(count + 1)]
        held = (self, parameters, results)

        def run(first: int, last: int, _held: Any = held) -> None:
            # arrays stay as long as a thread writes to them, also when this call is interrupted
            kernel(*pointers, first, last, *numbers)

        threads = [threading.Thread(target=run, args=cut) for cut in pairwise(cuts[1:])]
        for thread in threads:
            thread.start()
        run(*cuts[:2])
        for thread in threads:
            thread.join()


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


@functools.lru_cache(maxsize=64)
def _kernel(schedule: Schedule, floors: tuple[float, ...], lanes: int) -> Kernel:
    return load(kernel_source(schedule, floors, lanes))


def processors() -> int:
    """Return the number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not told on this system
        return os.cpu_count() or 1
