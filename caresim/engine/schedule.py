"""What a program computes, sorted by how often: ahead of all, once a run, each step, each save.

The targets that run many runs side by side (NumPy and compiled) are written from it.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.compile import Program
from caresim.engine.record import EMPTY
from caresim.engine.tape import MOMENT, RUN, STATE, TIME, Op, Tape, Value
from caresim.engine.targets import ARRAYS

__all__ = ["Phase", "Schedule", "evaluate", "schedule_of"]

Values = NDArray[np.float64]
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": np.divide, "**": np.power,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "negative": operator.neg, **ARRAYS,
}  # fmt: skip


@dataclass(frozen=True)
class Phase:
    """Values that are wanted together, and the operations behind them, each kind in its place.

    ``columns`` are the values of time alone that the rest needs: the columns of a table with one
    row for each moment. ``once`` and ``moments`` are the values of a run, and of a run at a moment,
    that later operations need.
    """

    tape: Tape
    wanted: tuple[Value, ...]

    @cached_property
    def live(self) -> list[int]:
        """Places of all operations, in an order to compute."""
        return self.tape.needed(self.wanted)

    def of(self, *kinds: int) -> list[int]:
        """Return the places of the operations of some kinds, inputs left out."""
        ops = self.tape.ops
        return [i for i in self.live if self.tape.kinds[i] in kinds and ops[i].symbol != "input"]

    def crossing(self, kind: int) -> list[int]:
        """Return the places of values of one kind that another kind, or the result, takes."""
        taken = {value for value in self.wanted if isinstance(value, int)}
        for i in self.live:
            if self.tape.kinds[i] != kind:
                taken.update(arg for arg in self.tape.ops[i].args if isinstance(arg, int))
        return [i for i in self.live if i in taken and self.tape.kinds[i] == kind]

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

    def table(
        self,
        time: Values,
        slopes: Sequence[Values],
        levels: Sequence[Values],
        known: Mapping[str, float],
    ) -> Values:
        """Return the columns at some moments: shape (moments, columns)."""
        given: dict[str, Any] = {
            "time": {None: time}, "slope": slopes, "level": levels, "parameter": known,
        }  # fmt: skip
        places = self.tape.needed(self.columns)
        inputs = {i: self.tape.ops[i].extra for i in places if self.tape.ops[i].symbol == "input"}
        values = {i: given[what][which] for i, (what, which) in inputs.items()}
        evaluate(self.tape, places, values)
        made = np.empty((len(time), len(self.columns)))
        for j, place in enumerate(self.columns):
            made[:, j] = values[place]
        return made


@functools.lru_cache(maxsize=64)
def schedule_of(
    program: Program, dated: frozenset[str], drawn: frozenset[str] | None, starting: frozenset[str]
) -> Schedule:
    """Return the schedule of a program, made once; the arguments are those of Schedule."""
    return Schedule(program, dated, drawn, starting)


class Schedule:
    """The phases of a program: ``start``, ``step`` and ``save``.

    ``start`` gives the stocks; ``step`` their net changes and then the recorded rates; ``save`` the
    recorded levels and then the turnover of each drained stock. ``dated`` names the moving
    parameters that have dated values, and so no base value; ``drawn`` those that differ between
    runs, all if None; ``starting`` the stocks whose first level is given and not computed.
    """

    def __init__(
        self,
        program: Program,
        dated: frozenset[str] = frozenset(),
        drawn: frozenset[str] | None = None,
        starting: frozenset[str] = frozenset(),
    ) -> None:
        tape = Tape(program.source)
        self.tape, self.n_drained = tape, len(program.drained)
        names = (*program.still, *program.moving)
        place = {
            name: tape.input(RUN if drawn is None or name in drawn else TIME, ("parameter", name))
            for name in names
        }
        self.parameters = {n: i for n, i in place.items() if tape.kind(i) == RUN}
        drivers = [
            _driver(tape, i, None if name in dated else place[name])
            for i, name in enumerate(program.moving)
        ]
        time = tape.input(TIME, ("time", None))
        self.stocks = [tape.input(STATE, ("stock", name)) for name in program.stocks]
        self.starting = {
            n: tape.input(RUN, ("starting", n)) for n in program.stocks if n in starting
        }
        constants = tape.call("constants", parameters=[place[name] for name in program.still])
        ahead = {"time": time, "constants": constants, "drivers": drivers}
        given = tape.call("given", **ahead)
        nets, rates = tape.call("rates", stocks=self.stocks, constants=constants, given=given)
        levels = tape.call("levels", stocks=self.stocks, **ahead)
        leaving = tape.call("outflows", stocks=self.stocks, **ahead)
        held = dict(zip(program.stocks, self.stocks, strict=True))
        shares = [
            _share(tape, held[name], flow)
            for name, flow in zip(program.drained, leaving, strict=True)
        ]
        first = dict(zip(program.stocks, tape.call("initial", **ahead), strict=True))
        self.start = Phase(tape, tuple({**first, **self.starting}.values()))
        self.step = Phase(tape, (*nets, *rates))
        self.save = Phase(tape, (*levels, *shares))


def _driver(tape: Tape, number: int, base: int | None) -> Value:
    """Return a moving parameter at a moment: slope × base + level, the level where it is dated."""
    level = tape.input(TIME, ("level", number))
    if base is None:
        return level
    slope = tape.input(TIME, ("slope", number))
    return tape.add("+", tape.add("*", slope, base), level)


def _share(tape: Tape, stock: int, flow: Value) -> Value:
    """Return what leaves a stock a year as a share of what it holds, 0 where that is nothing."""
    add = tape.add
    return add("where", add(">", stock, EMPTY), add("/", flow, add("maximum", stock, EMPTY)), 0.0)


def evaluate(tape: Tape, places: Sequence[int], values: dict[int, Any]) -> Mapping[int, Any]:
    """Compute operations on arrays, adding to ``values`` what is not there."""
    for i in places:
        if i not in values:
            values[i] = apply(tape.ops[i], [values[a] if isinstance(a, int) else a
                                            for a in tape.ops[i].args])  # fmt: skip
    return values


def apply(op: Op, args: Sequence[Any]) -> Any:
    """Return the value of one operation on arrays."""
    return ARITHMETIC[op.symbol](*args, *(op.extra or ()))
