"""The quick way to make one run on plain floats: all that hangs on no stock is computed ahead.

It computes in another order than the generated source, and gives up at the first sign of a fault.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.ahead import Drivers
from caresim.engine.compile import Program
from caresim.engine.record import EMPTY, STAGES, FaultyRun, Job, Record
from caresim.engine.regrouped import regrouped
from caresim.engine.schedule import Phase, evaluate
from caresim.engine.tape import MOMENT, RUN, STATE, Tape
from caresim.engine.unrolled import Stages, advance_of

__all__ = ["record_quickly"]

Values = NDArray[np.float64]
MOMENTS = 3  # of a step: first, middle, last


def record_quickly(job: Job, columns: Mapping[str, Any]) -> Record:
    """Return the record of one run; ``columns`` holds floats.

    Raises FaultyRun, or what Python and NumPy raise, for a run that may have a fault.
    """
    with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
        return _Run(job, columns).whole()


@dataclass(frozen=True)
class _Plan:
    """How the steps of a program are taken: the same for all runs."""

    step: Phase
    advance: Callable[..., Any]

    @functools.cached_property
    def ahead(self) -> list[int]:
        """Places of what a step needs that hangs on no stock."""
        return [place for place in self.step.live if self.step.tape.kinds[place] != STATE]


@dataclass(frozen=True)
class _Inputs:
    """A tuple that a generated function takes; those of its values that it reads are inputs."""

    tape: Tape
    kind: int
    name: str

    def __getitem__(self, index: int) -> int:
        return self.tape.input(self.kind, (self.name, index))


@functools.lru_cache(maxsize=128)
def _plan_of(program: Program, floors: tuple[float, ...], stages: Stages) -> _Plan:
    tape = Tape(program.source)
    stocks = [tape.input(STATE, ("stock", name)) for name in program.stocks]
    constants, given = _Inputs(tape, RUN, "constant"), _Inputs(tape, MOMENT, "given")
    nets, rates = tape.call("rates", stocks=stocks, constants=constants, given=given)
    step = Phase(tape, regrouped(tape, [*nets, *rates]))
    return _Plan(step, advance_of(step, stocks, floors, stages))


class _Run:
    """One run under way."""

    def __init__(self, job: Job, columns: Mapping[str, Any]) -> None:
        self.job, self.clock, self.program = job, job.clock, job.program
        self.plan = _plan_of(job.program, job.floors, STAGES[job.method])
        self.floats, self.arrays = (job.program.functions[name] for name in ("floats", "numpy"))
        self.drivers = Drivers(job.moving, [job.value(n, columns) for n in job.program.moving])
        constants = self.floats["constants"]([job.value(n, columns) for n in job.program.still])
        # refuses the complex root of a negative number, and makes floats of whole numbers
        self.constants: list[float] = np.array(constants, dtype=float).tolist()

    def whole(self) -> Record:
        """Take all steps and return what they leave."""
        per_save = self.clock.steps_per_save
        drivers = self.drivers.over(0, self.clock.n_steps)
        once, rows = self._ahead(drivers)
        goes_on = [*(rows[1:, 0] == rows[:-1, 2]).all(axis=1).tolist(), False]
        stocks: Sequence[float] = self._start()
        saved, sums = [stocks], []
        for first in range(0, self.clock.n_steps, per_save):
            part = slice(first, first + per_save)
            steps = _steps(rows[part], goes_on[part])
            advanced = self.plan.advance(stocks, once, steps, self.clock.step)
            if advanced is None:
                raise FaultyRun(0)
            stocks, added = advanced
            saved.append(stocks)
            sums.append(added)
        return self._record(_sound(saved), _sound(sums), drivers)

    def _start(self) -> list[float]:
        time, starting = self.clock.time(0), self.job.model.starting or {}
        levels = self.floats["initial"](time, self.constants, self.drivers.before())
        named = dict(zip(self.program.stocks, levels, strict=True))
        stocks = [float(level) for level in {**named, **starting}.values()]
        if not all(floor <= y for floor, y in zip(self.job.floors, stocks, strict=True)):
            raise FaultyRun(0)
        return stocks

    def _ahead(self, drivers: Sequence[Values]) -> tuple[list[float], Values]:
        """Return what is computed once, and the rows of each step: shape (steps, 3, given)."""
        step, times = self.plan.step, self.clock.moments.ravel()
        known = {"constant": self.constants, "given": self._given(times, drivers)}
        values: dict[int, Any] = {}
        for place in self.plan.ahead:
            op = step.tape.ops[place]
            if op.symbol == "input":
                name, index = op.extra
                values[place] = known[name][index]
        evaluate(step.tape, self.plan.ahead, values)
        rows = np.empty((len(step.moments), len(times)))
        for row, place in zip(rows, step.moments, strict=True):
            row[:] = values[place]
        once = _sound([values[place] for place in step.once])
        table = np.ascontiguousarray(_sound(rows).T)
        return once.tolist(), table.reshape(self.clock.n_steps, MOMENTS, len(rows))

    def _given(self, times: Values, drivers: Sequence[Values]) -> Sequence[Any]:
        return tuple(self.arrays["given"](times, self.constants, drivers))

    def _record(self, stocks: Values, sums: Values, drivers: Sequence[Values]) -> Record:
        program, clock = self.program, self.clock
        # the last moment of the step before, so that a change of 1 April is not read on 31 March
        ends = slice(MOMENTS * clock.steps_per_save - 1, None, MOMENTS * clock.steps_per_save)
        at_saves = [
            np.append(first, values[ends])
            for first, values in zip(self.drivers.before(), drivers, strict=True)
        ]
        days = np.array([clock.time(k * clock.steps_per_save) for k in range(clock.n_saves)])
        arguments = days, stocks.T, self.constants, at_saves
        levels = np.empty((len(program.recorded_levels), clock.n_saves))
        for row, level in zip(levels, self.arrays["levels"](*arguments), strict=True):
            row[:] = level
        held = dict(zip(program.stocks, stocks.T, strict=True))
        leaving = zip(program.drained, self.arrays["outflows"](*arguments), strict=True)
        return Record(
            dict(zip(program.recorded_levels, _sound(levels)[:, :, None], strict=True)),
            dict(zip(program.recorded_rates, sums.T[:, :, None], strict=True)),
            {name: _turnover(held[name], flow) for name, flow in leaving},
        )


def _turnover(held: Values, flow: Any) -> float:
    """Return the largest share of a stock that leaves it in a year."""
    is_held = held > EMPTY
    shares = np.divide(flow, held, out=np.zeros_like(held), where=is_held)
    return float(shares.max(initial=0.0))


def _steps(rows: Values, goes_on: Sequence[bool]) -> list[tuple[list[float], ...]]:
    """Return the three rows of each step; one that begins as the last ended has the same list."""
    firsts, middles = rows[:, 0].tolist(), rows[:, 1].tolist()
    following = [*firsts[1:], None]
    lasts = [
        row if same and row is not None else rows[k, 2].tolist()
        for k, (row, same) in enumerate(zip(following, goes_on, strict=True))
    ]
    return list(zip(firsts, middles, lasts, strict=True))


def _sound(values: Any) -> Values:
    """Return values as an array; give up where one is beyond what numbers can hold."""
    array = np.array(values, dtype=float)
    if not np.isfinite(array).all():
        raise FaultyRun(0)
    return array
