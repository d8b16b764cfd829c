"""The values of time alone that the steps of many runs share, at every moment of a clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.engine.record import FaultyRun, Job
from caresim.engine.schedule import Phase, Schedule

__all__ = ["Tables"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Tables:
    """One row for each moment: the start, three a step, and the saved moments.

    ``restarts`` says, for each step, whether it begins with other values than the step before ended
    with, as at a jump of policy.
    """

    start: Values
    steps: Values
    saves: Values
    restarts: NDArray[np.uint8]

    @classmethod
    def of(cls, job: Job, schedule: Schedule) -> Tables:
        """Compute the tables of a schedule under the paths of a job.

        Raises FaultyRun where a value of time alone does not exist, which fails every run.
        """
        try:
            with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
                return cls._computed(job, schedule)
        except FloatingPointError:
            raise FaultyRun(0) from None

    @classmethod
    def _computed(cls, job: Job, schedule: Schedule) -> Tables:
        clock, paths = job.clock, job.moving
        moments = clock.moments.ravel()
        before = np.arange(1, clock.n_saves) * clock.steps_per_save - 1
        first = [np.array([[p.before[i]] for p in paths]).reshape(len(paths), 1) for i in (0, 1)]
        grids = [
            np.array([getattr(p, name) for p in paths]).reshape(len(paths), clock.n_steps, 3)
            for name in ("slope", "level")
        ]
        # saved values stand before any change of that day, as the last moment of the step does
        saved = [np.hstack([f, g[:, before, 2]]) for f, g in zip(first, grids, strict=True)]
        steps = _table(
            schedule.step, job, moments, [g.reshape(len(paths), len(moments)) for g in grids]
        )
        by_step = steps.reshape(clock.n_steps, 3, -1)
        restarts = np.ones(clock.n_steps, dtype=np.uint8)
        restarts[1:] = (by_step[1:, 0] != by_step[:-1, 2]).any(axis=1)
        days = np.array([clock.time(k * clock.steps_per_save) for k in range(clock.n_saves)])
        return cls(
            start=_table(schedule.start, job, days[:1], first),
            steps=steps,
            saves=_table(schedule.save, job, days, saved),
            restarts=restarts,
        )


def _table(phase: Phase, job: Job, times: Values, paths: list[Values]) -> Values:
    slopes, levels = paths
    known = {name: job.value(name, {}) for name in (*job.program.still, *job.program.moving)}
    return phase.table(times, list(slopes), list(levels), known)
