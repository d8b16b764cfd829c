"""The loop of the readable way: one run on floats, or many on arrays, and why one cannot be made.

Rates are summed over a step with the same weights as the stocks, so that opening + inflows −
outflows = closing holds to rounding.
"""

from __future__ import annotations

import datetime as dt
import math
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.paths import Path
from caresim.engine.python.blame import Tried, blamed
from caresim.engine.python.source import functions_of
from caresim.engine.record import CHUNK, BelowZero, FaultyRun, Job, Record
from caresim.language.dates import date_of
from caresim.language.errors import RunError

__all__ = ["explain", "record_readably"]

Values = NDArray[np.float64]
Read = Callable[[Path], tuple[Any, Any]]  # slope and level of a path at some moments
MIDDLE, LAST = 1, 2  # moments of a step


def record_readably(job: Job, columns: Mapping[str, Values], n_runs: int) -> Record:
    """Return the record of some runs; ``columns`` are of shape (runs,), of chance (years, runs).

    Raises RunError that names stock, date and the first run in which a stock falls below zero or an
    equation has no value.
    """
    if n_runs == 1:
        return explain(job, columns, 0, 1)
    cuts = [*range(0, n_runs, CHUNK), n_runs]
    return Record.joined([_side_by_side(job, columns, *part) for part in pairwise(cuts)])


def explain(job: Job, columns: Mapping[str, Values], run: int, n_runs: int) -> Record:
    """Return the record of one of some runs, computed alone on floats.

    Raises RunError that says why where it cannot be finished.
    """
    single: dict[str, Any] = {name: values[..., run] for name, values in columns.items()}
    single |= {name: float(value) for name, value in single.items() if not np.ndim(value)}
    integration = _Integration(job, single, None)
    which = f" in run {run}" if n_runs > 1 else ""
    try:
        return integration.whole()
    except _Stopped as stop:
        why = integration.blamed(single) if stop.has_no_value else ""
        said = f"on {date_of(integration.now)}{which} {why}" if why else ""
        message = said or stop.text.replace("{which}", which)
        if stop.below:
            raise BelowZero(message, run, *stop.below) from None
        raise RunError(message) from None
    except (ArithmeticError, ValueError) as fault:
        why = integration.blamed(single)
        said = f"on {date_of(integration.now)}{which} {why}" if why else ""
        raise RunError(said or _explained(fault, integration.now, which)) from fault


def _side_by_side(job: Job, columns: Mapping[str, Values], first: int, last: int) -> Record:
    """Return the record of some runs on arrays; halve them until a fault stands alone."""
    if last - first == 1:
        return explain(job, columns, first, np.shape(next(iter(columns.values())))[-1])
    part = {name: np.asarray(values)[..., first:last] for name, values in columns.items()}
    try:
        return _Integration(job, part, last - first).whole()
    except (_Stopped, FaultyRun, ArithmeticError):
        middle = (first + last) // 2
        halves = ((first, middle), (middle, last))
        return Record.joined([_side_by_side(job, columns, *half) for half in halves])


class _Stopped(Exception):  # noqa: N818  (a message within this module)
    """A stock or a result that is no number to go on with; ``text`` has a place for the run.

    ``below`` is the stock that fell below zero, its level and the day, empty for another fault.
    """

    def __init__(
        self,
        text: str,
        *,
        has_no_value: bool = False,
        below: tuple[()] | tuple[str, float, dt.date] = (),
    ) -> None:
        super().__init__(text)
        self.text, self.has_no_value, self.below = text, has_no_value, below


class _Integration:
    """One run on floats, or ``n_runs`` on arrays, under way."""

    def __init__(self, job: Job, columns: Mapping[str, Any], n_runs: int | None) -> None:
        self.job, self.clock, self.program, self.n_runs = job, job.clock, job.program, n_runs
        self.k = 0  # steps taken
        self.functions = functions_of(job.program, "floats" if n_runs is None else "arrays")
        self.still = [job.value(name, columns) for name in job.program.still]
        self.bases = [job.value(name, columns) for name in job.program.moving]
        self.chances = [columns[name] for name in job.program.chances]  # (years, …)
        self.record = Record.blank(job.program, job.clock, n_runs or 1)
        self.floors = np.array(job.floors).reshape(-1, *([1] if n_runs else []))
        self.tried: list[Tried] = []  # the last moments at which one run has computed rates
        self.stocks: Sequence[Any] | None = None
        self.ahead: list[Sequence[Any]] = []  # the given values of some moments
        self.first = 0  # the step with which they begin

    @property
    def now(self) -> float:
        """The coordinate of the moment."""
        return self.clock.time(self.k)

    def blamed(self, columns: Mapping[str, Any]) -> str:
        """Return which quantity first had no value, and why; empty where none is found."""
        return blamed(self.job, columns, self.k, self.tried, self.stocks)

    def whole(self) -> Record:
        """Take all steps and return what they leave."""
        with np.errstate(divide="raise", invalid="raise", over="raise", under="ignore"):
            self.constants = self.functions["constants"](self.still)
            self.stocks = stocks = self._opening()
            self._guard(stocks)
            self._save(0, stocks)
            for at, last in enumerate(self.clock.steps_to_saves.tolist()[1:], 1):
                sums: list[Any] = [0.0] * len(self.program.recorded_rates)
                while self.k < last:
                    stocks, added = self._step(stocks)
                    self.stocks = stocks
                    sums = [total + rate for total, rate in zip(sums, added, strict=True)]
                    self.k += 1
                    self._guard(stocks)
                for (name, rows), total in zip(self.record.rates.items(), sums, strict=True):
                    rows[at - 1] = self._sound(name, total)
                self._save(at, stocks)
        return self.record

    def _opening(self) -> list[Any]:
        stocks = self.functions["initial"](self.now, self.constants, self._before())
        starting = self.job.model.starting or {}
        return [starting.get(n, y) for n, y in zip(self.program.stocks, stocks, strict=True)]

    def _before(self) -> list[Any]:
        """Return what moves at the start of the run, before any change of its first day."""
        return self._drivers(lambda path: path.before, lambda path: path.before, self.now, 0)

    def _drivers(self, at: Read, inside: Read, within: Any, years: Any) -> list[Any]:
        """Return what moves: each parameter, what is read inside a step for all of it, and chance.

        ``at`` and ``inside`` read slope and level of a path, ``within`` is a time inside the step,
        ``years`` the financial year.
        """
        names, paths = self.program.moving, zip(self.job.moving, self.bases, strict=True)
        known = dict(zip(names, paths, strict=True))

        def value(name: str, read: Read) -> Any:
            path, base = known[name]
            slope, level = read(path)
            return slope * base + level

        held = [value(name, inside) if name else within for name in self.program.inside]
        come = [path[years] for path in self.chances]
        return [*(value(name, at) for name in names), *held, *come]

    def _step(self, stocks: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Return the stocks after one step, and what the recorded rates come to over it."""
        length, here, n = float(self.clock.lengths[self.k]), stocks, len(stocks)
        self.tried = []
        given, totals = self._given(self.k), [0.0] * (n + len(self.program.recorded_rates))
        for i, stage in enumerate(self.job.stages):
            if not self.n_runs:
                self.tried.append(Tried(self.k, stage.moment, here))
            nets, rates, *watched = self.functions["rates"](
                here, self.constants, given[stage.moment]
            )
            if watched and i == 0:
                self._see(*watched)
            weight, reach = length * stage.weight, length * stage.reach
            slopes = (*nets, *rates)
            totals = [total + weight * s for total, s in zip(totals, slopes, strict=True)]
            here = [y + reach * net for y, net in zip(stocks, nets, strict=True)]
        return [y + change for y, change in zip(stocks, totals, strict=False)], totals[n:]

    def _see(self, watched: Sequence[Any]) -> None:
        """Keep the first step at whose beginning a watched value is above 0."""
        for first, value in zip(self.record.seen.values(), watched, strict=True):
            if np.any(value > 0) if self.n_runs else value > 0:
                first[(value > 0) & (first > self.k)] = self.k

    def _given(self, k: int) -> Sequence[Sequence[Any]]:
        """Return the given values at the three moments of a step."""
        if not self.first <= k < self.first + len(self.ahead) // 3:
            self._look_ahead(k)
        at = 3 * (k - self.first)
        return self.ahead[at : at + 3]

    def _look_ahead(self, first: int) -> None:
        """Compute what hangs on no stock: for one run at all moments at once, else step by step."""
        last = first + 1 if self.n_runs else self.clock.n_steps
        try:
            self.ahead = self._rows(first, last)
        except ArithmeticError:
            self.ahead = self._rows(first, first + 1)  # so that a fault is dated
        self.first = first

    def _rows(self, first: int, last: int) -> list[Sequence[Any]]:
        times = self._flat(self.clock.moments[first:last])
        drivers = self._drivers(
            lambda p: (self._flat(p.slope[first:last]), self._flat(p.level[first:last])),
            lambda p: (self._held(p.slope[first:last]), self._held(p.level[first:last])),
            self._held(self.clock.moments[first:last]),
            np.repeat(self.clock.years[first:last], 3),
        )
        values = functions_of(self.program, "arrays")["given"](times, self.constants, drivers)
        shape = (len(times), *([self.n_runs] if self.n_runs else []))
        spread = [np.broadcast_to(value, shape) for value in values]
        rows = [list(s) if self.n_runs else s.tolist() for s in spread]
        return list(zip(*rows, strict=True)) if rows else [()] * len(times)

    def _flat(self, grid: Values) -> Values:
        """Return the values of some steps at their three moments, one below the other."""
        return grid.reshape(-1, *([1] if self.n_runs else []))

    def _held(self, grid: Values) -> Values:
        """Return the values in the middle of some steps for all moments of each."""
        return self._flat(grid[:, [MIDDLE] * 3])

    def _save(self, at: int, stocks: Sequence[Any]) -> None:
        """Write one saved moment."""
        # the last moment of the step before, so that a change of 1 April is not read on 31 March
        drivers = self._ending(self.k - 1) if self.k else self._before()
        arguments = (self.now, stocks, self.constants, drivers)
        levels, shares = self.functions["levels"](*arguments)
        for (name, rows), level in zip(self.record.levels.items(), levels, strict=True):
            rows[at] = self._sound(name, level)
        turnover = self.record.turnover
        for name, share in zip(self.program.drained, shares, strict=True):
            turnover[name] = max(turnover[name], float(np.max(share)))

    def _ending(self, k: int) -> list[Any]:
        """Return what moves at the last moment of a step."""
        return self._drivers(
            lambda path: (float(path.slope[k, LAST]), float(path.level[k, LAST])),
            lambda path: (float(path.slope[k, MIDDLE]), float(path.level[k, MIDDLE])),
            float(self.clock.moments[k, MIDDLE]),
            self.clock.years[k],
        )

    def _sound(self, name: str, value: Any) -> Any:
        """Return a recorded value; stop at one that is beyond what numbers can hold."""
        if np.isfinite(value).all():
            return value
        message = (
            f"'{name}' came to {value} on {date_of(self.now)}{{which}}, beyond what numbers hold"
        )
        raise _Stopped(message, has_no_value=True)

    def _guard(self, stocks: Sequence[Any]) -> None:
        """Stop at a stock that fell below zero or has no value."""
        if self.n_runs:
            levels = np.array([np.broadcast_to(level, self.n_runs) for level in stocks])
        else:
            levels = np.array(stocks, dtype=float)
        held = (self.floors <= levels) & (levels < math.inf) if len(stocks) else np.array([True])
        if held.all():
            return
        if self.n_runs:
            raise FaultyRun(int(np.argmin(held.all(axis=0))))
        raise self._stopped(int(np.argmin(held)), stocks)

    def _stopped(self, worst: int, stocks: Sequence[Any]) -> _Stopped:
        """Return what to say of a stock that is below zero or has no value."""
        stock, level = f"the stock '{self.program.stocks[worst]}'", stocks[worst]
        when = f"on {date_of(self.now)}{{which}}"
        if not math.isfinite(level):
            message = f"{stock} came to {level} {when}, beyond what numbers hold"
            return _Stopped(message, has_no_value=True)
        if not self.k:
            return _Stopped(
                f"{stock} starts at {level:,.6g} {when}, below zero: see what it starts with, or "
                "declare it with signed=True"
            )
        return _Stopped(
            f"{stock} came to {level:,.6g} {when}: its outflows take more than it holds; make each "
            "outflow a share of the stock per year, or take more steps a year",
            below=(self.program.stocks[worst], float(level), date_of(self.now)),
        )


def _explained(fault: Exception, time: float, which: str) -> str:
    """Say at which date and in which generated line an equation had no value."""
    line = ""
    for frame, number in traceback.walk_tb(sys.exc_info()[2]):
        file = frame.f_code.co_filename
        if file.startswith("<caresim"):
            line = traceback.FrameSummary(file, number, "").line or ""
    where = f" in '{line}'" if line else ""
    return f"on {date_of(time)}{which} an equation has no value{where}: {fault}"
