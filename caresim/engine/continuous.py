"""A model in continuous time, between the steps of a run, for solvers that choose their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.compile import Program, compile_model
from caresim.engine.paths import Shift
from caresim.language.expressions import Call, Number, walk
from caresim.language.model import Model, equations_of
from caresim.language.parameters import Series

__all__ = ["JUST", "Continuous", "reason_of"]

Values = NDArray[np.float64]
JUST = 1e-9  # years: the moment just before or after a date


def reason_of(fault: Exception) -> str:
    """Return why an equation has no value; plain floats turn a root of less than zero complex."""
    return "a power of a negative number" if isinstance(fault, TypeError) else str(fault)


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
        constants = program.functions["floats"]["constants"](still)
        return cls(model, program, tuple(shifts), constants)

    def drivers(self, time: float, within: float) -> list[float]:
        """Return the values of the parameters that move."""
        return [self._value(name, time, within) for name in self.program.moving]

    def opening(self, time: float) -> list[float]:
        """Return the stocks at the start, before any change of the first day."""
        drivers = self.drivers(time, time - JUST)
        levels = self.program.functions["floats"]["initial"](time, self.constants, drivers)
        named = dict(zip(self.program.stocks, levels, strict=True))
        return [float(level) for level in {**named, **(self.model.starting or {})}.values()]

    def given(self, time: float, within: float) -> Sequence[float]:
        """Return what depends on no stock."""
        drivers = self.drivers(time, within)
        return tuple(self.program.functions["floats"]["given"](time, self.constants, drivers))

    def rates(self, stocks: Values, given: Sequence[float]) -> tuple[Any, Any]:
        """Return the net change of each stock and the recorded rates, both per year."""
        step = self.program.functions["floats"]["rates"]
        net, rates = step(stocks.tolist(), self.constants, given)
        return net, rates

    def levels(self, time: float, stocks: Values, within: float) -> Sequence[float]:
        """Return the recorded levels."""
        read = self.program.functions["floats"]["levels"]
        return tuple(read(time, stocks.tolist(), self.constants, self.drivers(time, within)))

    def bends(self, first: float, last: float) -> list[float]:
        """Return the moments at which a parameter or a dated path jumps or bends, ends included."""
        found = {first, last, *_dates_in_equations(self.model)}
        for shift in self.shifts:
            found |= {shift.begins, shift.begins + shift.over, shift.ends}
        for entry in self.model.parameters.values():
            if isinstance(entry.value, Series):
                found |= set(entry.value.times)
        found |= {float(year) for year in range(round(first), round(last))}
        return sorted({round(moment, 9) for moment in found if first <= moment <= last})

    def _value(self, name: str, time: float, within: float) -> float:
        entry = self.model.parameters[name].value
        value = _dated(entry, time, within) if isinstance(entry, Series) else entry
        for shift in self.shifts:
            if shift.parameter == name and shift.begins <= within < shift.ends:
                goal = {"set": shift.amount, "add": value + shift.amount}
                share = min((time - shift.begins) / shift.over, 1.0) if shift.over > 0 else 1.0
                value += share * (goal.get(shift.verb, value * shift.amount) - value)
        return value


def _dated(series: Series, time: float, within: float) -> float:
    if not series.held:
        return float(np.interp(time, series.times, series.values))
    known = np.searchsorted(series.times, np.floor(within), side="right") - 1
    return series.values[max(int(known), 0)]


def _dates_in_equations(model: Model) -> set[float]:
    """Return the moments that paths in the equations name: only dates and spans carry a year."""
    found: set[float] = set()
    for node in walk(*(e for v in model.variables.values() for e in equations_of(v))):
        if isinstance(node, Call):
            dates = [n.value for n in walk(node) if isinstance(n, Number) and "year" in str(n.unit)]
            found |= set(dates)
            if node.function == "smooth_step":
                found.add(sum(dates))  # its end stands as a beginning and a span
    return found
