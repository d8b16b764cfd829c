"""Euler and Runge–Kutta 4 over one run (floats) or many (arrays over the run axis).

Rates are summed over a step with the same weights as the stocks, so that opening + inflows −
outflows = closing holds to rounding.
"""

from __future__ import annotations

import math
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.ahead import Ahead, Drivers
from caresim.engine.clock import Clock
from caresim.engine.compile import Program
from caresim.language.dates import date_of
from caresim.language.errors import RunError

__all__ = ["METHODS", "STABILITY", "Record", "integrate"]

METHODS = ("rk4", "euler")
# Largest (rate × step) of a first-order outflow that each method keeps stable
STABILITY = {"rk4": 2.785, "euler": 2.0}
ROUNDING = -1e-9  # a stock this little below zero is empty
EMPTY = 1e-6  # below this a stock has no turnover to speak of

Values = Sequence[Any]


@dataclass
class Record:
    """What a run saves: levels (moments, runs), rates summed between moments, and turnover."""

    levels: dict[str, NDArray[np.float64]]
    rates: dict[str, NDArray[np.float64]]
    turnover: dict[str, float] = field(default_factory=dict)


class _Floats:
    """Vectors of plain floats, for one run."""

    def stack(self, values: Values) -> Any:
        return values

    def along(self, y: Any, h: float, slope: Any) -> Any:
        return [a + h * b for a, b in zip(y, slope, strict=True)]

    def blend(self, y: Any, h: float, slopes: Sequence[Any]) -> Any:
        return [a + h * (p + 2.0 * (q + r) + s) for a, p, q, r, s in zip(y, *slopes, strict=True)]

    def zeros(self, count: int) -> Any:
        return [0.0] * count

    def faulty(self, y: Any, floors: Sequence[float]) -> int | None:
        for i, (value, floor) in enumerate(zip(y, floors, strict=True)):
            if not floor <= value < math.inf:
                return i
        return None


class _Arrays:
    """Vectors of rows, one column a run."""

    def __init__(self, n_runs: int) -> None:
        self.n_runs = n_runs

    def stack(self, values: Values) -> Any:
        rows = np.empty((len(values), self.n_runs))
        for i, value in enumerate(values):
            rows[i] = value
        return rows

    def along(self, y: Any, h: float, slope: Any) -> Any:
        return y + h * slope

    def blend(self, y: Any, h: float, slopes: Sequence[Any]) -> Any:
        p, q, r, s = slopes
        return y + h * (p + 2.0 * (q + r) + s)

    def zeros(self, count: int) -> Any:
        return np.zeros((count, self.n_runs))

    def faulty(self, y: Any, floors: Sequence[float]) -> int | None:
        good = (y >= np.array(floors)[:, None]) & (y < np.inf)
        return None if good.all() else int(np.argmin(good.all(axis=1)))


@dataclass(frozen=True)
class _Work:
    """What every step of one integration needs."""

    program: Program
    functions: dict[str, Callable[..., Any]]
    constants: Values
    drivers: Drivers
    ahead: Ahead
    clock: Clock
    vectors: _Floats | _Arrays
    run: int | None

    def slopes(self, k: int, moment: int, y: Any) -> tuple[Any, Any]:
        """Return the net changes and the recorded rates at one moment of step ``k``."""
        net, rates = self.functions["rates"](y, self.constants, self.ahead(k, moment))
        return self.vectors.stack(net), self.vectors.stack(rates)


def integrate(
    program: Program,
    target: str,
    clock: Clock,
    parameters: Values,
    drivers: Drivers,
    n_runs: int,
    method: str = "rk4",
    *,
    run: int | None = None,
) -> Record:
    """Run a program over the clock and return what it records.

    ``parameters`` holds the values of ``program.still``, each a float or an array (runs,), and
    ``drivers`` those of ``program.moving``; ``run`` numbers a run of an ensemble.

    Raises RunError that names stock, date and run when a stock falls below zero or an equation has
    no value.
    """
    functions = program.functions[target]
    vectors = _Floats() if target == "floats" else _Arrays(n_runs)
    advance = {"rk4": _rk4, "euler": _euler}[method]
    floors = [-math.inf if signed else ROUNDING for signed in program.signed]
    record = _blank(program, clock, n_runs)
    k = 0
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
            constants = functions["constants"](parameters)
            first = functions["initial"](clock.time(0), constants, drivers.before())
            stocks = vectors.stack(first)
            ahead = Ahead(program.functions["numpy"]["given"], constants, drivers, clock, n_runs)
            work = _Work(program, functions, constants, drivers, ahead, clock, vectors, run)
            _guard(work, stocks, floors, 0)
            sums = _save(record, work, stocks, 0, None)
            for k in range(clock.n_steps):
                stocks, sums = advance(work, stocks, sums, k)
                _guard(work, stocks, floors, k + 1)
                if (k + 1) % clock.steps_per_save == 0:
                    sums = _save(record, work, stocks, k + 1, sums)
    except (ArithmeticError, ValueError, TypeError) as fault:
        raise RunError(_explained(fault, clock.time(k))) from fault
    return record


def _euler(work: _Work, y: Any, sums: Any, k: int) -> tuple[Any, Any]:
    h, along = work.clock.step, work.vectors.along
    net, rates = work.slopes(k, 0, y)
    return along(y, h, net), along(sums, h, rates)


def _rk4(work: _Work, y: Any, sums: Any, k: int) -> tuple[Any, Any]:
    h, along, blend = work.clock.step, work.vectors.along, work.vectors.blend
    n1, r1 = work.slopes(k, 0, y)
    n2, r2 = work.slopes(k, 1, along(y, h / 2, n1))
    n3, r3 = work.slopes(k, 1, along(y, h / 2, n2))
    n4, r4 = work.slopes(k, 2, along(y, h, n3))
    return blend(y, h / 6, (n1, n2, n3, n4)), blend(sums, h / 6, (r1, r2, r3, r4))


def _blank(program: Program, clock: Clock, n_runs: int) -> Record:
    moments = len(clock.save_dates)
    return Record(
        {name: np.empty((moments, n_runs)) for name in program.recorded_levels},
        {name: np.empty((moments - 1, n_runs)) for name in program.recorded_rates},
        dict.fromkeys(program.drained, 0.0),
    )


def _save(record: Record, work: _Work, stocks: Any, k: int, sums: Any) -> Any:
    """Write one saved moment and return fresh sums."""
    at = k // work.clock.steps_per_save
    # the last moment of the step before, so that a change of 1 April is not read on 31 March
    drivers = work.drivers.at(k - 1, 2) if k else work.drivers.before()
    arguments = (work.clock.time(k), stocks, work.constants, drivers)
    for name, level in zip(record.levels, work.functions["levels"](*arguments), strict=True):
        record.levels[name][at] = level
    if sums is not None:
        for name, rate in zip(record.rates, sums, strict=True):
            record.rates[name][at - 1] = rate
    held = dict(zip(work.program.stocks, stocks, strict=True))
    leaving = work.functions["outflows"](*arguments)
    for name, flow in zip(work.program.drained, leaving, strict=True):
        level = np.maximum(held[name], EMPTY)
        share = np.max(np.where(level > EMPTY, flow / level, 0.0))
        record.turnover[name] = max(record.turnover[name], float(share))
    return work.vectors.zeros(len(record.rates))


def _guard(work: _Work, stocks: Any, floors: list[float], k: int) -> None:
    """Stop at a stock that fell below zero or has no value."""
    fault = work.vectors.faulty(stocks, floors)
    if fault is None:
        return
    values = np.atleast_1d(stocks[fault])
    worst = int(np.argmin(np.where(np.isfinite(values), values, -np.inf)))
    day = date_of(work.clock.time(k))
    number = worst if len(values) > 1 else work.run
    run = "" if number is None else f" in run {number}"
    message = (
        f"the stock '{work.program.stocks[fault]}' came to {values[worst]:,.6g} on {day}{run}: its "
        "outflows take more than it holds; make each outflow a share of the stock per year, "
        "or take more steps a year"
    )
    raise RunError(message)


def _explained(fault: Exception, time: float) -> str:
    """Say at which date and in which generated line an equation had no value."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    lines = [f.line for f in frames if f.filename.startswith("<caresim")]
    where = f" in '{lines[-1]}'" if lines and lines[-1] else ""
    return f"on {date_of(time)} an equation has no value{where}: {fault}"
