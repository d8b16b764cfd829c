"""One run on plain floats by the generated source as it stands: slow, and the one that explains.

Rates are summed over a step with the same weights as the stocks, so that opening + inflows −
outflows = closing holds to rounding.
"""

from __future__ import annotations

import ast
import functools
import math
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from caresim.engine.ahead import Ahead, Drivers
from caresim.engine.compile import Program
from caresim.engine.continuous import reason_of
from caresim.engine.record import EMPTY, STAGES, Job, Record
from caresim.language.dates import date_of
from caresim.language.errors import RunError

__all__ = ["record_carefully"]


def record_carefully(job: Job, columns: Mapping[str, Any], run: int | None = None) -> Record:
    """Return the record of one run; ``columns`` holds floats, ``run`` is its number if of many.

    Raises RunError that names stock, date and run when a stock falls below zero or an equation has
    no value.
    """
    integration = _Integration(job, columns, run)
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
            return integration.whole()
    except (ArithmeticError, ValueError, TypeError) as fault:
        raise RunError(_explained(fault, job, integration.k, run)) from fault


@functools.lru_cache(maxsize=64)
def _rates_of(program: Program) -> Callable[..., Any]:
    """Return ``rates`` in which the root of a negative number fails, and is not complex."""
    functions = program.functions["floats"]
    tree = _Powers().visit(ast.parse(program.source))
    namespace = {**functions, "_power": math.pow}
    file = functions["rates"].__code__.co_filename
    code = compile(ast.fix_missing_locations(tree), file, "exec")
    exec(code, namespace)
    return namespace["rates"]


class _Powers(ast.NodeTransformer):
    """Writes powers as calls; every line keeps its number, so that a fault shows it."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        call = ast.Call(ast.Name("_power", ast.Load()), [node.left, node.right], [])
        return ast.copy_location(call, node)


class _Integration:
    """One run under way."""

    def __init__(self, job: Job, columns: Mapping[str, Any], run: int | None) -> None:
        self.job, self.run, self.k = job, run, 0
        self.columns = columns
        program = job.program
        self.functions = program.functions["floats"]
        self.floors = job.floors
        self.drivers = Drivers(job.moving, [job.value(n, columns) for n in program.moving])
        self.record = Record.blank(program, job.clock, 1)

    def whole(self) -> Record:
        """Take all steps and return what they leave."""
        job, clock = self.job, self.job.clock
        program = job.program
        constants = self.functions["constants"]([job.value(n, self.columns) for n in program.still])
        stocks: Sequence[float] = self._first(constants)
        given = program.functions["numpy"]["given"]
        ahead = Ahead(given, constants, self.drivers, clock)
        self._guard(stocks)
        self._save(stocks, constants)
        for first in range(0, clock.n_steps, clock.steps_per_save):
            last = first + clock.steps_per_save
            sums = [0.0] * len(program.recorded_rates)
            while self.k < last:
                stocks, added = self._step(stocks, constants, ahead.rows(self.k))
                sums = [total + rate for total, rate in zip(sums, added, strict=True)]
                self.k += 1
                self._guard(stocks)
            for (name, rates), total in zip(self.record.rates.items(), sums, strict=True):
                rates[first // clock.steps_per_save] = self._sound(name, total)
            self._save(stocks, constants)
        return self.record

    def _step(
        self, stocks: Sequence[float], constants: Any, rows: Sequence[Any]
    ) -> tuple[Sequence[float], list[float]]:
        """Return the stocks after one step, and what the recorded rates come to over it."""
        step, here = self.job.clock.step, stocks
        slopes = []
        for moment, weight, reach in STAGES[self.job.method]:
            nets, rates = _rates_of(self.job.program)(here, constants, rows[moment])
            slopes.append([step * weight * slope for slope in (*nets, *rates)])
            here = [y + step * reach * net for y, net in zip(stocks, nets, strict=True)]
        changes = [sum(of_stages) for of_stages in zip(*slopes, strict=True)]
        closing = [y + change for y, change in zip(stocks, changes, strict=False)]
        return closing, changes[len(stocks) :]

    def _first(self, constants: Any) -> tuple[float, ...]:
        time = self.job.clock.time(0)
        stocks = self.functions["initial"](time, constants, self.drivers.before())
        starting = self.job.model.starting or {}
        names = self.job.program.stocks
        return tuple(starting.get(n, y) for n, y in zip(names, stocks, strict=True))

    def _save(self, stocks: Sequence[float], constants: Any) -> None:
        """Write one saved moment."""
        job, k = self.job, self.k
        # the last moment of the step before, so that a change of 1 April is not read on 31 March
        drivers = self.drivers.at(k - 1, 2) if k else self.drivers.before()
        arguments = (job.clock.time(k), stocks, constants, drivers)
        levels = self.functions["levels"](*arguments)
        for (name, rows), level in zip(self.record.levels.items(), levels, strict=True):
            rows[k // job.clock.steps_per_save] = self._sound(name, level)
        held = dict(zip(job.program.stocks, stocks, strict=True))
        leaving = self.functions["outflows"](*arguments)
        turnover = self.record.turnover
        for name, flow in zip(job.program.drained, leaving, strict=True):
            if held[name] > EMPTY:
                turnover[name] = max(turnover[name], flow / held[name])

    def _sound(self, name: str, value: float) -> float:
        """Return a recorded value; stop at one that is beyond what numbers can hold."""
        if math.isfinite(value):
            return value
        day = date_of(self.job.clock.time(self.k))
        message = f"'{name}' came to {value} on {day}{_which(self.run)}, beyond what numbers hold"
        raise RunError(message)

    def _guard(self, stocks: Sequence[float]) -> None:
        """Stop at a stock that fell below zero or has no value."""
        for name, level, floor in zip(self.job.program.stocks, stocks, self.floors, strict=True):
            if not floor <= level < math.inf:
                message = (
                    f"the stock '{name}' came to {level:,.6g} on "
                    f"{date_of(self.job.clock.time(self.k))}{_which(self.run)}: its outflows take "
                    "more than it holds; make each outflow a share of the stock per year, or take "
                    "more steps a year"
                )
                raise RunError(message)


def _which(run: int | None) -> str:
    return "" if run is None else f" in run {run}"


def _explained(fault: Exception, job: Job, k: int, run: int | None) -> str:
    """Say at which date and in which generated line an equation had no value."""
    line = ""
    for frame, number in traceback.walk_tb(sys.exc_info()[2]):
        file = frame.f_code.co_filename
        if file.startswith("<caresim"):
            line = traceback.FrameSummary(file, number, "").line or ""
    where = f" in '{line}'" if line else ""
    day = date_of(job.clock.time(k))
    return f"on {day}{_which(run)} an equation has no value{where}: {reason_of(fault)}"
