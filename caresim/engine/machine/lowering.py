"""The operations of a program as machine code takes them, sorted by how often they are computed.

Each value is the same to rounding: divisions by what changes less often or is shared become
products, small powers too, and what has no form in LLVM is written in others.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from caresim.engine.operations.listed import (
    INPUT,
    MOMENT,
    NUMBER,
    RUN,
    STATE,
    TIME,
    Operation,
    Operations,
)
from caresim.engine.operations.program import Phase, Program
from caresim.engine.operations.reading import BY_CHANCE, INSIDE, MOVING, PARAMETER, STOCK
from caresim.language.functions import FUNCTIONS

__all__ = ["LEVEL", "SLOPE", "STARTING", "Part", "Schedule", "schedule_of"]

# The names of further inputs: of a path its slope and level, and given first levels of stocks
SLOPE, LEVEL, STARTING = "slope", "level", "starting"
MOST_PRODUCTS = 4  # a power up to this one is written as products


class Part(Phase):
    """A phase, and the values that one kind of operation hands to another.

    ``columns`` are those of time alone: the columns of a table with one row for each moment.
    ``once`` and ``moments`` are those of a run, and of a run at a moment.
    """

    @cached_property
    def columns(self) -> list[int]:
        """Places of the values of time alone that a table holds."""
        return self.crossing(TIME)

    @cached_property
    def once(self) -> list[int]:
        """Places of the values of a run that are computed before its first step."""
        return self.crossing(RUN)

    @cached_property
    def moments(self) -> list[int]:
        """Places of the values of a run at a moment that a step takes."""
        return self.crossing(MOMENT)


@functools.lru_cache(maxsize=64)
def schedule_of(program: Program, starting: frozenset[str]) -> Schedule:
    """Return the schedule of a program, made once."""
    return Schedule(program, starting)


class Schedule:
    """The phases of a program as machine code takes them: ``start``, ``step`` and ``save``.

    ``starting`` names the stocks whose first level is given and not computed.
    """

    def __init__(self, program: Program, starting: frozenset[str]) -> None:
        self.program = program
        self.operations = operations = Operations()
        lowered = _Lowering(program, operations).places
        first = dict(zip(program.stocks, program.start.wanted, strict=True))
        self.starting = {
            name: operations.input(RUN, (STARTING, name))
            for name in program.stocks
            if name in starting
        }
        begins = [self.starting.get(name, lowered[place]) for name, place in first.items()]
        self.start = Part(operations, tuple(begins))
        self.step = Part(operations, tuple(lowered[place] for place in program.step.wanted))
        self.save = Part(operations, tuple(lowered[place] for place in program.save.wanted))
        self.stocks = [operations.input(STATE, (STOCK, name)) for name in program.stocks]
        names = (*program.still, *(n for n in program.moving if n not in program.dated))
        self.parameters = {name: operations.input(RUN, (PARAMETER, name)) for name in names}
        self.chances = [operations.input(MOMENT, (BY_CHANCE, name)) for name in program.chances]

    @cached_property
    def description(self) -> str:
        """What tells two schedules apart: all that is computed, and in which order."""
        lines = [f"{o.symbol} {o.args} {o.kind} {o.extra!r}" for o in self.operations.listed]
        parts = [part.wanted for part in (self.start, self.step, self.save)]
        inputs = [*self.parameters.values(), *self.starting.values(), self.chances]
        rest = (parts, inputs, self.stocks, len(self.program.drained), len(self.program.watched))
        return "\n".join([*lines, repr(rest)])


class _Lowering:
    """Writes the operations of one list into another."""

    def __init__(self, program: Program, operations: Operations) -> None:
        self.program, self.new = program, operations
        self.number = {name: i for i, name in enumerate(program.moving)}
        self.places: dict[int, int] = {}
        listed = program.operations
        # of a step alone: what is done once may take its time
        divisions = [listed[i] for i in program.step.live if listed[i].symbol == "/"]
        self.divisors = Counter(division.args[1] for division in divisions)
        for place in sorted({*program.start.live, *program.step.live, *program.save.live}):
            self.places[place] = self._lowered(listed[place])

    def _lowered(self, old: Operation) -> int:
        if old.symbol == NUMBER:
            return self.new.number(old.extra)
        if old.symbol == INPUT:
            return self._input(old)
        args = [self.places[arg] for arg in old.args]
        row, add = FUNCTIONS[old.symbol], self.new.add
        if old.symbol == "**" and (exponent := self.new.value(args[1])) is not None:
            return self._power(args[0], exponent)
        if old.symbol == "/" and self._is_better_multiplied(old, args):
            return add("*", args[0], add("/", 1.0, args[1]))
        if old.symbol == "where":
            args[0] = self._condition(args)
        # written here and not in the list, so that the Python of a run keeps the name
        if not row.llvm and row.expanded:
            return int(row.expanded(add, *args, *(old.extra or ())))
        return add(old.symbol, *args, extra=old.extra)

    def _is_better_multiplied(self, division: Operation, args: Sequence[int]) -> bool:
        """Return whether a reciprocal serves: made less often, or shared by several divisions."""
        # rounded twice in place of once, which is within what the two ways may differ by
        is_steadier = self._kind(args[1]) < self._kind(args[0])
        return is_steadier or self.divisors[division.args[1]] > 1

    def _kind(self, place: int) -> int:
        return self.new[place].kind

    def _input(self, old: Operation) -> int:
        """Return an input; a parameter that moves is slope × base + level, its level if dated."""
        what, name = old.extra
        if what not in (MOVING, INSIDE) or not name:
            return self.new.input(old.kind, old.extra)
        # slope and level are of time alone and come from a table; only the base is of a run
        level = self.new.input(TIME, (LEVEL, (what, self.number[name])))
        if name in self.program.dated:
            return level
        base = self.new.input(RUN, (PARAMETER, name))
        slope = self.new.input(TIME, (SLOPE, (what, self.number[name])))
        return self.new.add("+", self.new.add("*", slope, base), level)

    def _condition(self, args: Sequence[int]) -> int:
        """Return a truth value; one that is computed less often is handed on as a number."""
        truth = args[0]
        if self.new[truth].is_comparison and self._kind(truth) < self.new.kind_of(args):
            return self.new.as_number(truth)
        return truth

    def _power(self, base: int, exponent: float) -> int:
        add = self.new.add
        # products round two or three times where a power takes a logarithm and an exponential
        if exponent < 0 and -exponent <= MOST_PRODUCTS and exponent == round(exponent):
            return add("/", 1.0, self._power(base, -exponent))
        if exponent in range(1, MOST_PRODUCTS + 1):
            half = self._power(base, float(exponent // 2)) if exponent > 1 else base
            squared = add("*", half, half) if exponent > 1 else base
            return add("*", squared, base) if exponent % 2 and exponent > 1 else squared
        return add("**", base, float(exponent))
