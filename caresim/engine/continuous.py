"""A model in continuous time, between the steps of a run, for solvers that choose their own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import SAME, Clock
from caresim.engine.cuts import cut_clock
from caresim.engine.operations.program import Program, compile_model
from caresim.engine.paths import JUST, Shift, affine
from caresim.engine.python.source import Functions, functions_of
from caresim.language.expressions import Call, Number, walk
from caresim.language.model import Model, equations_of
from caresim.language.parameters import Series

__all__ = ["Continuous"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Continuous:
    """A model in continuous time: its parameters and its stocks' net change at any moment.

    ``within`` says on which side of a jump a moment is read: it is any other moment that no jump
    divides from it.
    """

    model: Model
    program: Program
    shifts: tuple[Shift, ...]
    constants: Sequence[Any]

    @classmethod
    def of(
        cls, model: Model, shifts: Sequence[Shift] = (), outputs: Sequence[str] = ()
    ) -> Continuous:
        """Compile a model for the parameters that move and the outputs to record."""
        moving = {name for name, entry in model.parameters.items() if entry.is_dated}
        moving |= {shift.parameter for shift in shifts}
        program = compile_model(type(model), moving, outputs)
        still = [model.parameters[name].value for name in program.still]
        constants = functions_of(program, "floats")["constants"](still)
        return cls(model, program, tuple(shifts), constants)

    @property
    def functions(self) -> Functions:
        """The functions of the program on floats."""
        return functions_of(self.program, "floats")

    def drivers(self, time: float, within: float) -> list[float]:
        """Return the values of the parameters that move."""
        held = [self._value(n, within, within) if n else within for n in self.program.inside]
        return [*(self._value(name, time, within) for name in self.program.moving), *held]

    def opening(self, time: float) -> list[float]:
        """Return the stocks at the start, before any change of the first day."""
        drivers = self.drivers(time, time - JUST)
        levels = self.functions["initial"](time, self.constants, drivers)
        named = dict(zip(self.program.stocks, levels, strict=True))
        return [float(level) for level in {**named, **(self.model.starting or {})}.values()]

    def given(self, time: float, within: float) -> Sequence[float]:
        """Return what depends on no stock."""
        drivers = self.drivers(time, within)
        return tuple(self.functions["given"](time, self.constants, drivers))

    def rates(self, stocks: Values, given: Sequence[float]) -> tuple[Any, Any]:
        """Return the net change of each stock and the recorded rates, both per year."""
        step = self.functions["rates"]
        net, rates, *_ = step(stocks.tolist(), self.constants, given)
        return net, rates

    def levels(self, time: float, stocks: Values, within: float) -> Sequence[float]:
        """Return the recorded levels."""
        read = self.functions["levels"]
        levels, _ = read(time, stocks.tolist(), self.constants, self.drivers(time, within))
        return tuple(levels)

    def bends(self, first: float, last: float) -> list[float]:
        """Return the moments at which a parameter or a dated path jumps or bends, ends included."""
        found = {first, last, *_dates_in_equations(self.model)}
        for shift in self.shifts:
            found |= {shift.begins, shift.begins + shift.over, shift.ends}
        for entry in self.model.parameters.values():
            if isinstance(entry.value, Series):
                found |= set(entry.value.times)
        found |= {float(year) for year in range(round(first), round(last))}
        clock, _ = cut_clock(self.model, Clock(round(first), round(last), 1), self.shifts)
        inside = sorted(moment for moment in found | set(clock.cuts) if first <= moment <= last)
        return [a for a, b in pairwise([*inside, math.inf]) if b - a > SAME]

    def _value(self, name: str, time: float, within: float) -> float:
        value = self.model.parameters[name].value
        own = [shift for shift in self.shifts if shift.parameter == name]
        if isinstance(value, Series):
            return float(affine(value, own, time, within)[1])
        slope, level = affine(None, own, time, within)
        return float(slope * value + level)


def _dates_in_equations(model: Model) -> set[float]:
    """Return the moments that paths in the equations name: only dates and spans carry a year."""
    found: set[float] = set()
    for node in walk(*(e for v in model.variables.values() for e in equations_of(v))):
        if isinstance(node, Call):
            dates = [n.value for n in walk(node) if isinstance(n, Number) and "year" in str(n.unit)]
            found |= set(dates)
            if node.function == "smooth_step":
                found.add(sum(dates[-2:]))  # its end stands as a beginning and a span
    return found
