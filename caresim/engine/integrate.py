"""Euler and Runge–Kutta 4 over one run (floats) or many (arrays over the run axis).

Rates are summed over a step with the same weights as the stocks, so that opening + inflows −
outflows = closing holds to rounding.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.compile import Program
from caresim.language.dates import date_of
from caresim.language.errors import RunError

__all__ = ["METHODS", "STABILITY", "Record", "integrate"]

METHODS = ("rk4", "euler")
# Largest (rate × step) of a first-order outflow that each method keeps stable
STABILITY = {"rk4": 2.785, "euler": 2.0}
ROUNDING = -1e-9  # a stock this little below zero is empty
TINY = 1e-300

Values = Sequence[Any]
Drivers = Callable[[int, int], Values]  # step, moment (0 first, 1 middle, 2 last) → driver values


@dataclass
class Record:
    """What a run saves: levels (moments, runs), rates summed between moments, and turnover."""

    levels: dict[str, NDArray[np.float64]]
    rates: dict[str, NDArray[np.float64]]
    turnover: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Work:
    """What every step of one integration needs."""

    program: Program
    functions: dict[str, Callable[..., Any]]
    constants: Values
    drivers: Drivers
    clock: Clock
    n_runs: int


def integrate(
    program: Program,
    target: str,
    clock: Clock,
    parameters: Values,
    drivers: Drivers,
    n_runs: int,
    method: str = "rk4",
) -> Record:
    """Run a program over the clock and return what it records.

    ``parameters`` holds the values of ``program.still``, each a float or an array (runs,);
    ``drivers(step, moment)`` those of ``program.moving``.

    Raises RunError that names stock, date and run when a stock falls below zero or an equation has
    no value.
    """
    functions = program.functions[target]
    advance = {"rk4": _rk4, "euler": _euler}[method]
    record = _blank(program, clock, n_runs)
    time = clock.time(0)
    k = 0
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
            constants = functions["constants"](parameters)
            stocks = list(functions["initial"](time, constants, drivers(0, 0)))
            work = _Work(program, functions, constants, drivers, clock, n_runs)
            _guard(stocks, work, 0)
            _save(record, work, stocks, 0)
            sums: list[Any] = [0.0] * len(program.recorded_rates)
            for k in range(clock.n_steps):
                stocks, sums = advance(work, stocks, sums, k)
                _guard(stocks, work, k + 1)
                if (k + 1) % clock.steps_per_save == 0:
                    sums = _save(record, work, stocks, k + 1, sums)
    except (ArithmeticError, ValueError, TypeError) as fault:
        raise RunError(_explained(fault, clock.time(k))) from fault
    return record


def _euler(work: _Work, y: list[Any], sums: list[Any], k: int) -> tuple[list[Any], list[Any]]:
    h = work.clock.step
    rates = work.functions["rates"]
    net, rate = rates(work.clock.time(k), y, work.constants, work.drivers(k, 0))
    stocks = [a + h * b for a, b in zip(y, net, strict=True)]
    return stocks, [a + h * b for a, b in zip(sums, rate, strict=True)]


def _rk4(work: _Work, y: list[Any], sums: list[Any], k: int) -> tuple[list[Any], list[Any]]:
    h = work.clock.step
    half, sixth = h / 2, h / 6
    rates, constants, drivers = work.functions["rates"], work.constants, work.drivers
    start, middle, end = (work.clock.time(k + part) for part in (0, 0.5, 1))
    between = drivers(k, 1)
    n1, r1 = rates(start, y, constants, drivers(k, 0))
    n2, r2 = rates(middle, [a + half * b for a, b in zip(y, n1, strict=True)], constants, between)
    n3, r3 = rates(middle, [a + half * b for a, b in zip(y, n2, strict=True)], constants, between)
    n4, r4 = rates(end, [a + h * b for a, b in zip(y, n3, strict=True)], constants, drivers(k, 2))
    stocks = [
        a + sixth * (p + 2.0 * (q + r) + s) for a, p, q, r, s in zip(y, n1, n2, n3, n4, strict=True)
    ]
    summed = [
        a + sixth * (p + 2.0 * (q + r) + s)
        for a, p, q, r, s in zip(sums, r1, r2, r3, r4, strict=True)
    ]
    return stocks, summed


def _blank(program: Program, clock: Clock, n_runs: int) -> Record:
    moments = len(clock.save_dates)
    return Record(
        {name: np.empty((moments, n_runs)) for name in program.recorded_levels},
        {name: np.empty((moments - 1, n_runs)) for name in program.recorded_rates},
        dict.fromkeys(program.drained, 0.0),
    )


def _save(
    record: Record, work: _Work, stocks: list[Any], k: int, sums: list[Any] | None = None
) -> list[Any]:
    """Write one saved moment and return fresh sums."""
    at = k // work.clock.steps_per_save
    # the last moment of the step before, so that a change of 1 April is not read on 31 March
    drivers = work.drivers(k - 1, 2) if k else work.drivers(0, 0)
    arguments = (work.clock.time(k), stocks, work.constants, drivers)
    levels = work.functions["levels"](*arguments)
    for name, level in zip(record.levels, levels, strict=True):
        record.levels[name][at] = level
    for name, rate in zip(record.rates, sums or (), strict=False):
        record.rates[name][at - 1] = rate
    leaving = work.functions["outflows"](*arguments)
    held = dict(zip(work.program.stocks, stocks, strict=True))
    for name, flow in zip(work.program.drained, leaving, strict=True):
        share = np.max(flow / np.maximum(held[name], TINY))
        record.turnover[name] = max(record.turnover[name], float(share))
    return [0.0] * len(record.rates)


def _guard(stocks: list[Any], work: _Work, k: int) -> None:
    """Stop at a stock that fell below zero or has no value."""
    for i, stock in enumerate(stocks):
        signed = work.program.signed[i]
        floor = -np.inf if signed else ROUNDING
        if isinstance(stock, int | float):
            good = floor <= stock < np.inf
        else:
            good = bool(stock.min() >= floor) and (not signed or bool(np.isfinite(stock).all()))
        if not good:
            _fallen(work, i, np.atleast_1d(stock), k)


def _fallen(work: _Work, i: int, stock: NDArray[np.float64], k: int) -> None:
    worst = int(np.argmin(np.where(np.isnan(stock), -np.inf, stock)))
    day = date_of(work.clock.time(k))
    run = f" in run {worst}" if work.n_runs > 1 else ""
    message = (
        f"the stock '{work.program.stocks[i]}' came to {stock[worst]:,.6g} on {day}{run}: its "
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
