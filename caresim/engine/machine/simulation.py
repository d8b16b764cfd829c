"""Writes the whole simulation of a program as one LLVM function over blocks of runs.

A block holds as many runs as a vector has places, so every operation works on all of them; its
stocks, constants and sums stay in the cache from the first step to the last. Each place of a vector
gives the same bits, whatever its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from string import Template

from caresim.engine.machine.lowering import Part, Schedule
from caresim.engine.machine.maths import literal, maths
from caresim.engine.machine.section import Section, Shape, Source
from caresim.engine.operations.listed import MOMENT, RUN, STATE

__all__ = ["STAGES", "kernel_source", "working_set"]

INFINITE = "0x7FF0000000000000"
STAGES = 4  # most of any method; the tableau has room for the weights and reaches of as many
# The loops: blocks of runs, steps, moments, stages, and what to save. Each word after a dollar sign
# is a section below. L is how many runs are in a block, V the type of a vector of numbers, M of
# truth values.
FRAME = Template("""
declare i1 @llvm.vector.reduce.and.v${L}i1($M)
declare $V @llvm.sqrt.v${L}f64($V)
declare $V @llvm.fmuladd.v${L}f64($V, $V, $V)

define void @run(ptr %parameters, ptr %chances, ptr %starts, ptr %steps, ptr %saves, ptr %tableau,
                 ptr %restarts, ptr %due, ptr %years, ptr %levels, ptr %rates, ptr %turnover,
                 ptr %faults, i64 %first, i64 %last, i64 %stride, i64 %n_steps, i64 %n_saves,
                 i64 %stages) {
entry:
$room
  %spans = sub i64 %n_saves, 1
  br label %block
block:
  %b = phi i64 [ %first, %entry ], [ %b_next, %block_end ]
  %column = mul i64 %b, $L
$begin
  br label %saving
loop:
$clear
  %restarting = getelementptr i8, ptr %restarts, i64 %k
  %restart = load i8, ptr %restarting
  %jump = icmp ne i8 %restart, 0
  %m_first = select i1 %jump, i64 0, i64 1
  %k3 = mul i64 %k, 3
  %k8 = mul i64 %k, 8
  %parity = and i64 %k, 1
  br label %moment
moment:
  %m = phi i64 [ %m_first, %loop ], [ %m_next, %moment ]
  %moment_row = add i64 %k3, %m
$moment
  %m_next = add i64 %m, 1
  %more_moments = icmp slt i64 %m_next, 3
  br i1 %more_moments, label %moment, label %stage
stage:
  %s = phi i64 [ 0, %moment ], [ %s_next, %stage ]
  %s_next = add i64 %s, 1
  %s_moment = lshr i64 %s_next, 1
  %stage_row = add i64 %k3, %s_moment
$stage
  %more_stages = icmp slt i64 %s_next, %stages
  br i1 %more_stages, label %stage, label %ended
ended:
$advance
  %done = add i64 %k, 1
  %at_next = add i64 %at_now, 1
  %ending = getelementptr i8, ptr %due, i64 %k
  %saves_here = load i8, ptr %ending
  %is_due = icmp ne i8 %saves_here, 0
  br i1 %is_due, label %saving, label %guard
saving:
  %saved = phi i64 [ 0, %block ], [ %done, %ended ]
  %at = phi i64 [ 0, %block ], [ %at_next, %ended ]
$save
  %is_first = icmp eq i64 %saved, 0
  br i1 %is_first, label %guard, label %summing
summing:
  %before = sub i64 %at, 1
$sums
  br label %guard
guard:
  %k = phi i64 [ %done, %ended ], [ %saved, %saving ], [ %saved, %summing ]
  %at_now = phi i64 [ %at_now, %ended ], [ %at, %saving ], [ %at, %summing ]
$guard
  %fine = call i1 @llvm.vector.reduce.and.v${L}i1($M %good)
  br i1 %fine, label %next, label %fault
next:
  %more = icmp slt i64 %k, %n_steps
  br i1 %more, label %loop, label %block_end
fault:
  %whose = getelementptr i64, ptr %faults, i64 %b
  %bits = bitcast $M %good to i$L
  %wide = zext i$L %bits to i64
  %mask = xor i64 %wide, $all
  store i64 %mask, ptr %whose
  br label %block_end
block_end:
$finish
  %b_next = add i64 %b, 1
  %more_blocks = icmp slt i64 %b_next, %last
  br i1 %more_blocks, label %block, label %exit
exit:
  ret void
}
""")


def kernel_source(schedule: Schedule, floors: Sequence[float], lanes: int) -> str:
    """Return the LLVM source that runs a schedule over blocks of ``lanes`` runs.

    ``floors`` holds, for each stock, the level that it may not fall below.
    """
    return maths(lanes) + _Kernel(schedule, floors, lanes).text()


def working_set(schedule: Schedule) -> int:
    """Return how many vectors the stages of a step read and write."""
    step = schedule.step
    return 3 * len(schedule.stocks) + len(step.wanted) + len(step.once) + 3 * len(step.moments)


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


def from_year(start: str, column: int) -> Source:
    """Return what loads this block's part of what chance has come to in a year.

    The rows of a year begin at ``start``, one for each factor.
    """

    def load(section: Section) -> str:
        address = section.outside("chances", section.new(f"add i64 {start}, {column}"))
        return section.new(f"load {section.shape.vector}, ptr {address}, align 8")

    return load


class _Kernel:
    """The text of one function, section by section."""

    def __init__(self, schedule: Schedule, floors: Sequence[float], lanes: int) -> None:
        self.schedule, self.floors, self.shape = schedule, floors, Shape(lanes)
        self.once = sorted({*schedule.step.once, *schedule.save.once})
        # in the order in which the rows of the array of parameters are filled
        inputs = (*schedule.parameters.values(), *schedule.starting.values())
        self.inputs = {place: from_runs("parameters", i) for i, place in enumerate(inputs)}
        self.n_drained = len(schedule.program.drained)
        self.n_stocks = len(schedule.stocks)
        self.n_watched = len(schedule.program.watched)
        self.n_rates = len(schedule.step.wanted) - self.n_stocks - self.n_watched
        self.n_levels = len(schedule.save.wanted) - self.n_drained

    def text(self) -> str:
        """Return the whole function."""
        lanes = self.shape.lanes
        return FRAME.substitute(
            L=lanes, V=self.shape.vector, M=self.shape.mask, all=2**lanes - 1,
            room=self._room(), begin=self._begin(), clear=self._clear(),
            moment=self._moment(), stage=self._stage(), advance=self._advance(),
            save=self._save(), sums=self._sums(), guard=self._guard(), finish=self._finish(),
        )  # fmt: skip

    def _room(self) -> str:
        n = self.n_stocks
        sizes = {
            # "stocks" stand where the step began, "here" where a stage does; "total" gathers what
            # the stages add, so that a method of any order needs the same room
            "stocks": n, "here": n, "total": n, "sums": self.n_rates, "once": len(self.once),
            "given": 3 * len(self.schedule.step.moments), "share": self.n_drained,
            "when": self.n_watched, "poison": 1,
        }  # fmt: skip
        vector = self.shape.vector
        return "\n".join(
            f"  %{name} = alloca [{size} x {vector}], align 64" for name, size in sizes.items()
        )

    def _section(self, name: str, state: str = "") -> Section:
        """Return an empty section that knows the values of a run and, if asked, its stocks."""
        section = Section(self.schedule.operations, self.shape, name)
        section.sources.update((p, from_room("once", i)) for i, p in enumerate(self.once))
        if state:
            stocks = enumerate(self.schedule.stocks)
            section.sources.update((place, from_room(state, i)) for i, place in stocks)
        return section

    def _read_table(self, section: Section, phase: Part, table: str, row: str) -> None:
        """Let a section find the values of time alone in a row of a table."""
        start = section.new(f"mul i64 {row}, {len(phase.columns)}")
        columns = enumerate(phase.columns)
        section.sources.update((place, from_table(table, start, j)) for j, place in columns)

    def _read_chances(self, section: Section, year: str) -> None:
        """Let a section find how far chance has come in a financial year."""
        chances = self.schedule.chances
        if chances:
            start = section.new(f"mul i64 {year}, {len(chances)}")
            section.sources.update((p, from_year(start, j)) for j, p in enumerate(chances))

    def _year(self, section: Section, index: str) -> str:
        """Return the financial year at a place of the list of them."""
        address = section.new(f"getelementptr i64, ptr %years, i64 {index}")
        return section.new(f"load i64, ptr {address}")

    def _begin(self) -> str:
        """Compute what stays the same over a run, and the stocks at its start."""
        schedule, start = self.schedule, self.schedule.start
        section = Section(schedule.operations, self.shape, "begin")
        section.sources.update(self.inputs)
        self._read_table(section, start, "starts", "0")
        self._read_chances(section, "0")
        section.store(literal(0), "poison", 0)
        # also what only a step or a save takes: it is the same at every one of them
        every = sorted({i for p in (schedule.step, schedule.save) for i in p.of(RUN)})
        section.compute(every, (*self.once, *start.live))
        for i, place in enumerate(self.once):
            section.store(section.value(place), "once", i)
        # the start is one moment, so what hangs on time is computed here with the rest
        section.compute(start.of(RUN, MOMENT), start.wanted)
        for i, place in enumerate(start.wanted):
            section.store(section.value(place), "stocks", i)
        for name, count in (("sums", self.n_rates), ("share", self.n_drained)):
            for i in range(count):
                section.store(literal(0), name, i)
        for i in range(self.n_watched):
            section.store(literal(math.inf), "when", i)
        return section.text()

    def _clear(self) -> str:
        section = self._section("clear")
        for i in range(self.n_stocks):
            section.store(section.load("stocks", i), "here", i)
            section.store(literal(0), "total", i)
        return section.text()

    def _moment(self) -> str:
        """Compute what depends on a run and a moment, and on no stock."""
        step, section = self.schedule.step, self._section("moment")
        self._read_table(section, step, "steps", "%moment_row")
        self._read_chances(section, self._year(section, "%k"))
        section.compute(step.of(MOMENT), step.moments)
        # a jump at a date makes both ends anew, else the first is the last of the step before
        base = self._slot(section, "%m")
        for j, place in enumerate(step.moments):
            section.store(section.value(place), "given", section.new(f"add i64 {base}, {j}"))
        return section.text()

    def _slot(self, section: Section, moment: str) -> str:
        """Return where the values of a moment begin.

        Those of both ends change places from step to step, so that a step finds its first values
        where the step before left its last.
        """
        end = section.new(f"xor i64 %parity, {section.new(f'lshr i64 {moment}, 1')}")
        is_middle = section.new(f"icmp eq i64 {moment}, 1")
        slot = section.new(f"select i1 {is_middle}, i64 2, i64 {end}")
        return section.new(f"mul i64 {slot}, {len(self.schedule.step.moments)}")

    def _stage(self) -> str:
        """Compute the slopes at one stage of a step, and where the next stage stands."""
        step, n, section = self.schedule.step, self.n_stocks, self._section("stage", "here")
        self._read_table(section, step, "steps", "%stage_row")
        base = self._slot(section, "%s_moment")
        given = enumerate(step.moments)
        section.sources.update((place, from_given(base, j)) for j, place in given)
        section.compute(step.of(STATE), step.wanted)
        here = section.new("add i64 %k8, %s")
        weight = section.spread("tableau", here)
        # the last stage reaches nowhere: its reach is 0, and "here" is not read again
        reach = section.spread("tableau", section.new(f"add i64 {here}, {STAGES}"))
        slopes = [section.value(value) for value in step.wanted]
        for i, slope in enumerate(slopes[:n]):
            section.store(_plus(section, ("total", i), weight, slope), "total", i)
            section.store(_plus(section, ("stocks", i), reach, slope), "here", i)
        # a rate over a year is added up with the weights of the method, so that what flows and what
        # the stocks gained agree to rounding
        for j, slope in enumerate(slopes[n : n + self.n_rates]):
            section.store(_plus(section, ("sums", j), weight, slope), "sums", j)
        self._see(section, slopes[n + self.n_rates :])
        return section.text()

    def _see(self, section: Section, watched: Sequence[str]) -> None:
        """Keep the first step at whose beginning each watched value is above 0."""
        if not watched:
            return
        begins = section.new("icmp eq i64 %s, 0")
        number = section.new("sitofp i64 %k to double")
        # the later stages stand beside the path of the run, so what they see does not count
        counted = section.new(f"select i1 {begins}, double {number}, double {INFINITE}")
        step = section.everywhere(counted)
        for i, value in enumerate(watched):
            known = section.load("when", i)
            holds = section.both("fcmp ogt", value, literal(0))
            found = section.chosen(holds, step, literal(math.inf))
            sooner = section.both("fcmp olt", found, known)
            section.store(section.chosen(sooner, found, known), "when", i)

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
        # of the step that ends there, and of the first at the start
        self._read_chances(section, self._year(section, self._before(section)))
        section.compute(save.of(MOMENT, STATE), save.wanted)
        values = [section.value(value) for value in save.wanted]
        for i, value in enumerate(values[: self.n_levels]):
            # what is recorded and not a number is a fault, also where no stock takes it up
            section.watch(value)
            row = section.new(f"add i64 %at, {section.new(f'mul i64 %n_saves, {i}')}")
            _write(section, value, "levels", row)
        for i, share in enumerate(values[self.n_levels :]):
            old = section.load("share", i)
            # also false where a share is not a number, which keeps the largest that was one
            more = section.both("fcmp ogt", share, old)
            section.store(section.chosen(more, share, old), "share", i)
        return section.text()

    def _before(self, section: Section) -> str:
        """Return the number of the step that ends at a save, 0 at the start."""
        last = section.new("sub i64 %saved, 1")
        is_start = section.new("icmp eq i64 %saved, 0")
        return section.new(f"select i1 {is_start}, i64 0, i64 {last}")

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
            # ordered comparisons are false for what is not a number, which is a fault then too
            for test, bound in (("oge", floor), ("olt", math.inf)):
                held = section.both(f"fcmp {test}", level, literal(bound))
                good = section.new(f"and {mask} {good}, {held}")
        section.lines.append(f"  %good = or {mask} {good}, zeroinitializer")
        return section.text()

    def _finish(self) -> str:
        section = self._section("finish")
        for i in range(self.n_drained):
            _write(section, section.load("share", i), "turnover", str(i))
        for i in range(self.n_watched):
            _write(section, section.load("when", i), "turnover", str(self.n_drained + i))
        return section.text()


def _plus(section: Section, start: tuple[str, int], step: str, slope: str) -> str:
    """Return a local vector plus a step along a slope."""
    return section.product_plus(step, slope, section.load(*start))


def _write(section: Section, value: str, array: str, row: str) -> None:
    address = section.outside(array, row)
    section.lines.append(f"  store {section.shape.vector} {value}, ptr {address}, align 8")
