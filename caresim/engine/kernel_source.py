"""Writes the whole simulation of a program as one LLVM function over blocks of runs.

A block holds as many runs as a vector has places, so every operation works on all of them; its
stocks, constants and sums stay in the cache from the first step to the last. The arithmetic is
strict: each place of a vector gives the same bits, whatever its neighbours and the processor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from caresim.engine.kernel_frame import FRAME
from caresim.engine.kernel_maths import literal, maths
from caresim.engine.kernel_section import Section, Shape, Source
from caresim.engine.schedule import Phase, Schedule
from caresim.engine.tape import MOMENT, RUN, STATE

__all__ = ["kernel_source"]


def kernel_source(schedule: Schedule, floors: Sequence[float], lanes: int) -> str:
    """Return the LLVM source that runs a schedule over blocks of ``lanes`` runs.

    ``floors`` holds, for each stock, the level that it may not fall below.
    """
    return maths(lanes) + _Kernel(schedule, floors, lanes).text()


def from_room(array: str, index: int) -> Source:
    """Return what loads a vector of a local array."""
    return lambda section: section.load(array, index)


def from_given(base: str, index: int) -> Source:
    """Return what loads a value of a moment, whose first one stands at ``base``."""
    return lambda section: section.load("given", section.new(f"add i64 {base}, {index}"))


def from_table(table: str, start: str, column: int) -> Source:
    """Return what spreads a number of a row of a table, which begins at ``start``."""
    return lambda section: section.spread(table, section.new(f"add i64 {start}, {column}"))


def from_runs(array: str, row: int) -> Source:
    """Return what loads this block's part of a row of an array over all runs."""

    def load(section: Section) -> str:
        address = section.outside(array, str(row))
        return section.new(f"load {section.shape.vector}, ptr {address}, align 8")

    return load


class _Kernel:
    """The text of one function, section by section."""

    def __init__(self, schedule: Schedule, floors: Sequence[float], lanes: int) -> None:
        self.schedule, self.floors, self.shape = schedule, floors, Shape(lanes)
        self.once = sorted({*schedule.step.once, *schedule.save.once})
        inputs = (*schedule.parameters.values(), *schedule.starting.values())
        self.inputs = {place: from_runs("parameters", i) for i, place in enumerate(inputs)}
        self.n_stocks = len(schedule.stocks)
        self.n_rates = len(schedule.step.wanted) - self.n_stocks
        self.n_levels = len(schedule.save.wanted) - schedule.n_drained

    def text(self) -> str:
        """Return the whole function."""
        lanes = self.shape.lanes
        return FRAME.substitute(
            L=lanes, V=self.shape.vector, M=self.shape.mask, all=2**lanes - 1,
            room=self._room(), begin=self._begin(), clear=self._clear(), carry=self._carry(),
            moment=self._moment(), stage=self._stage(), advance=self._advance(),
            save=self._save(), sums=self._sums(), guard=self._guard(), finish=self._finish(),
        )  # fmt: skip

    def _room(self) -> str:
        n = self.n_stocks
        sizes = {
            "stocks": n, "here": n, "total": n, "sums": self.n_rates, "once": len(self.once),
            "given": 3 * len(self.schedule.step.moments), "share": self.schedule.n_drained,
            "poison": 1,
        }  # fmt: skip
        vector = self.shape.vector
        return "\n".join(
            f"  %{name} = alloca [{size} x {vector}], align 64" for name, size in sizes.items()
        )

    def _section(self, name: str, state: str = "") -> Section:
        """Return an empty section that knows the values of a run and, if asked, its stocks."""
        section = Section(self.schedule.tape, self.shape, name)
        section.sources.update((p, from_room("once", i)) for i, p in enumerate(self.once))
        if state:
            stocks = enumerate(self.schedule.stocks)
            section.sources.update((place, from_room(state, i)) for i, place in stocks)
        return section

    def _read_table(self, section: Section, phase: Phase, table: str, row: str) -> None:
        """Let a section find the values of time alone in a row of a table."""
        start = section.new(f"mul i64 {row}, {len(phase.columns)}")
        columns = enumerate(phase.columns)
        section.sources.update((place, from_table(table, start, j)) for j, place in columns)

    def _begin(self) -> str:
        """Compute what stays the same over a run, and the stocks at its start."""
        start = self.schedule.start
        section = Section(self.schedule.tape, self.shape, "begin", self.inputs)
        self._read_table(section, start, "starts", "0")
        section.store(literal(0), "poison", 0)
        section.compute(i for p in (self.schedule.step, self.schedule.save) for i in p.of(RUN))
        for i, place in enumerate(self.once):
            section.store(section.number(place), "once", i)
        section.compute(start.of(RUN, MOMENT))
        for i, value in enumerate(start.wanted):
            section.store(section.value(value), "stocks", i)
        for name, count in (("sums", self.n_rates), ("share", self.schedule.n_drained)):
            for i in range(count):
                section.store(literal(0), name, i)
        return section.text()

    def _clear(self) -> str:
        section = self._section("clear")
        for i in range(self.n_stocks):
            section.store(section.load("stocks", i), "here", i)
            section.store(literal(0), "total", i)
        return section.text()

    def _carry(self) -> str:
        """Begin a step with the values that the step before ended with."""
        section, count = self._section("carry"), len(self.schedule.step.moments)
        for j in range(count):
            section.store(section.load("given", 2 * count + j), "given", j)
        return section.text()

    def _moment(self) -> str:
        """Compute what depends on a run and a moment, and on no stock."""
        step, section = self.schedule.step, self._section("moment")
        self._read_table(section, step, "steps", "%moment_row")
        section.compute(step.of(MOMENT))
        base = section.new(f"mul i64 %m, {len(step.moments)}")
        for j, place in enumerate(step.moments):
            section.store(section.number(place), "given", section.new(f"add i64 {base}, {j}"))
        return section.text()

    def _stage(self) -> str:
        """Compute the slopes at one stage of a step, and where the next stage stands."""
        step, n, section = self.schedule.step, self.n_stocks, self._section("stage", "here")
        self._read_table(section, step, "steps", "%stage_row")
        base = section.new(f"mul i64 %s_moment, {len(step.moments)}")
        given = enumerate(step.moments)
        section.sources.update((place, from_given(base, j)) for j, place in given)
        section.compute(step.of(STATE))
        weight = section.spread("tableau", "%s")
        reach = section.spread("tableau", section.new("add i64 %s, 4"))
        slopes = [section.value(value) for value in step.wanted]
        for i, slope in enumerate(slopes[:n]):
            section.store(_plus(section, ("total", i), weight, slope), "total", i)
            section.store(_plus(section, ("stocks", i), reach, slope), "here", i)
        for j, slope in enumerate(slopes[n:]):
            section.store(_plus(section, ("sums", j), weight, slope), "sums", j)
        return section.text()

    def _advance(self) -> str:
        section = self._section("advance")
        for i in range(self.n_stocks):
            moved = section.both("fadd", section.load("stocks", i), section.load("total", i))
            section.store(moved, "stocks", i)
        return section.text()

    def _save(self) -> str:
        """Write the recorded levels, and keep the largest turnover of each stock."""
        save, section = self.schedule.save, self._section("save", "stocks")
        self._read_table(section, save, "saves", "%at")
        section.compute(save.of(MOMENT, STATE))
        values = [section.value(value) for value in save.wanted]
        for i, value in enumerate(values[: self.n_levels]):
            section.watch(value)
            row = section.new(f"add i64 %at, {section.new(f'mul i64 %n_saves, {i}')}")
            _write(section, value, "levels", row)
        for i, share in enumerate(values[self.n_levels :]):
            old = section.load("share", i)
            more = section.both("fcmp ogt", share, old)
            section.store(section.chosen(more, share, old), "share", i)
        return section.text()

    def _sums(self) -> str:
        section = self._section("sums")
        for j in range(self.n_rates):
            row = section.new(f"add i64 %before, {section.new(f'mul i64 %spans, {j}')}")
            total = section.load("sums", j)
            section.watch(total)
            _write(section, total, "rates", row)
            section.store(literal(0), "sums", j)
        return section.text()

    def _guard(self) -> str:
        """Find the runs with a stock below its floor, or with a value that does not exist."""
        section, mask = self._section("guard"), self.shape.mask
        good = section.both("fcmp oeq", section.load("poison", 0), literal(0))
        for i, floor in enumerate(self.floors):
            level = section.load("stocks", i)
            for test, bound in (("oge", floor), ("olt", math.inf)):
                held = section.both(f"fcmp {test}", level, literal(bound))
                good = section.new(f"and {mask} {good}, {held}")
        section.lines.append(f"  %good = or {mask} {good}, zeroinitializer")
        return section.text()

    def _finish(self) -> str:
        section = self._section("finish")
        for i in range(self.schedule.n_drained):
            _write(section, section.load("share", i), "turnover", str(i))
        return section.text()


def _plus(section: Section, start: tuple[str, int], step: str, slope: str) -> str:
    """Return a local vector plus a step along a slope."""
    return section.both("fadd", section.load(*start), section.both("fmul", step, slope))


def _write(section: Section, value: str, array: str, row: str) -> None:
    address = section.outside(array, row)
    section.lines.append(f"  store {section.shape.vector} {value}, ptr {address}, align 8")
