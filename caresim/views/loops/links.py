"""Which quantity acts on which, and whether more of one means more or less of the other.

Quantities over a dimension count as one, and so do the stages of a smooth or delay.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.continuous import Continuous
from caresim.engine.execute import execute
from caresim.engine.operations.listed import applied
from caresim.engine.paths import JUST
from caresim.language.expressions import Expr, Number, Table, Time, walk
from caresim.language.lags import Delay
from caresim.language.model import Model
from caresim.language.parameters import ParameterRef
from caresim.language.structure import dependency_order
from caresim.language.variables import Check, Defined, Flow, Variable
from caresim.language.walking import folded
from caresim.language.walks import Chance

__all__ = ["Links"]

MOMENTS, STEPS_PER_YEAR = 5, 16
CHANGES, NOTHING = (1e-4, 1.0, 1e6), 1e-12  # of an input, and what is rounding of a result
Values = NDArray[np.float64]
Known = Mapping[str, Any]


class Links:
    """The links between the quantities of a model, with their signs."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.owner = model.makers()
        self.nodes = {
            top.name or "": top for top in self.owner.values() if not isinstance(top, Check)
        }
        self._readings: dict[tuple[str, str], list[tuple[Defined, Variable]]] = {}
        self._moves: dict[tuple[str, str], set[int]] = {}
        for name, variable in type(model).variables.items():
            if isinstance(variable, Defined) and not isinstance(variable, Check):
                self._read(self._name(name), variable)
            if isinstance(variable, Flow):
                self._move(self._name(name), variable)
        found: dict[str, dict[str, None]] = {name: {} for name in self.nodes}
        for a, b in (*self._readings, *self._moves):
            found[a][b] = None
        self.graph = {name: tuple(following) for name, following in found.items()}

    def _name(self, name: str | None) -> str:
        return self.owner[name or ""].name or ""

    def _read(self, name: str, variable: Defined) -> None:
        for node in walk(variable.expression):
            if isinstance(node, Variable) and self._name(node.name) != name:
                link = (self._name(node.name), name)
                self._readings.setdefault(link, []).append((variable, node))

    def _move(self, name: str, flow: Flow) -> None:
        """Note what a flow does to the sum of the stocks at its ends."""
        ends = ["" if s is None else self._name(s.name) for s in (flow.pipe.start, flow.pipe.end)]
        for end in {*ends} - {"", name}:
            self._moves.setdefault((name, end), set()).add((ends[1] == end) - (ends[0] == end))

    def sign(self, source: str, target: str) -> int | None:
        """Return 1 where more of one quantity means more of another, -1 where it means less.

        None where it differs between elements or moments, or cannot be told. Judged at the start
        and along the default run.
        """
        found = set(self._moves.get((source, target), ())) - {0}
        if isinstance(self.nodes[target], Delay) and (source, target) in self._readings:
            return None  # its time: how it acts on the sum of the stages depends on their past
        found |= self._read_signs((source, target))
        return found.pop() if len(found) == 1 else None

    def _read_signs(self, link: tuple[str, str]) -> set[int]:
        """Return the signs of the changes of all equations behind a link.

        Looks further where nothing changes: at the middle of what the default run switches off,
        and at larger changes, as of money that is nothing beside a total.
        """
        readings = self._readings.get(link, ())
        for change, on in itertools.product(CHANGES, (False, True)):
            known = {**self._known, **self._halfway} if on else self._known
            found = {s for v, node in readings for s in self._slopes(v, node, known, change)}
            if found:
                return found
        return set()

    @staticmethod
    def _slopes(variable: Defined, node: Variable, known: Known, change: float) -> Iterator[int]:
        """Yield the signs of the change of an equation for a relative change of one input."""
        name = node.name or ""
        x = np.asarray(known[name], dtype=float)
        step = change * np.where(x == 0, 1.0, np.abs(x))
        with np.errstate(all="ignore"):
            low, here, high = (
                np.asarray(_value(variable.expression, {**known, name: x + s}), dtype=float)
                for s in (-step, 0.0, step)
            )
            for before, after in ((low, here), (here, high)):
                rise = np.nan_to_num(after - before, posinf=0.0, neginf=0.0)
                real = np.abs(rise) > NOTHING * (np.abs(after) + np.abs(before))
                yield from map(int, np.sign(rise[real]))

    @cached_property
    def _known(self) -> dict[str, Any]:
        """The values of all parameters and quantities at some moments of the default run."""
        model = self.model
        clock = Clock.between(model.start, model.until, STEPS_PER_YEAR)
        stocks = [stock.name or "" for stock in model.stocks()]
        run = execute(model, clock, outputs=stocks)
        days = np.unique(np.linspace(0, clock.n_saves - 1, MOMENTS).round().astype(int))
        times = [float(clock.first_year + day) for day in days]
        continuous = Continuous.of(model)
        moving = continuous.program.moving
        paths = np.array([continuous.drivers(t, t + JUST)[: len(moving)] for t in times]).T
        known: dict[str, Any] = {name: entry.value for name, entry in model.parameters.items()}
        known |= dict(zip(moving, paths, strict=True))
        known |= {name: run.values(name)[days, 0] for name in stocks}
        known[""] = np.array(times)
        variables = type(model).variables
        with np.errstate(all="ignore"):
            for name in dependency_order(variables, list(variables)):
                equation = variables[name]
                if isinstance(equation, Defined):
                    known[name] = _value(equation.expression, known) + 0.0 * known[""]
        return known

    @cached_property
    def _halfway(self) -> dict[str, float]:
        """Middles of the bounds of parameters that stand at a bound, as switches do."""
        found = {}
        for name, entry in self.model.parameters.items():
            if entry.bounds and entry.value in entry.bounds:
                found[name] = sum(entry.bounds) / 2
        return found


def _value(node: Expr, known: Known) -> Any:
    """Return the value of an expression; ``known`` has the time under an empty name."""

    def computed(part: Expr, parts: Sequence[Any]) -> Any:
        if isinstance(part, Number):
            return part.value
        if isinstance(part, Chance):
            return 0.0
        if isinstance(part, Time | Variable | ParameterRef):
            return known["" if isinstance(part, Time) else part.name or ""]
        points = zip(*part.points, strict=True) if isinstance(part, Table) else ()
        return applied(part.function, *parts, *points) * (1.0 if part.is_comparison else 1)

    return folded(node, computed)
