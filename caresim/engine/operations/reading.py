"""Reads the equations of a model into a list of operations."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from caresim.engine.operations.listed import MOMENT, RUN, STATE, TIME, Operations
from caresim.language.expressions import Expr, Number, Table, Time, walk
from caresim.language.model import Model, dependency_order, equations_of
from caresim.language.parameters import ParameterRef
from caresim.language.variables import Stock, Variable
from caresim.language.walks import Moving

__all__ = ["BY_CHANCE", "INSIDE", "MOVING", "PARAMETER", "STOCK", "TIME_NAME", "Reading"]

# The names of inputs: ("parameter", its name) and so on; those inside a step are of its middle
PARAMETER, MOVING, STOCK, TIME_NAME = "parameter", "moving", "stock", ("time", "")
INSIDE = "inside"
BY_CHANCE = "by chance"  # how far the chance of a factor has come, with the name of the factor
AT_START = "_at_start"


class Reading:
    """The quantities of a model as places in a list of operations.

    ``moving`` are the parameters with a path, of which ``dated`` have no base value. ``chances``
    are what moves by chance; all else of its kind is still. ``at_start``
    reads the values before the first step, in which a stock stands for what it starts with.

    A comparison that hangs on no stock is read in the middle of a step for all of it: a step ends
    where it changes, and at that very moment both sides of the change are to be had.
    """

    def __init__(
        self,
        operations: Operations,
        model: type[Model],
        moving: Collection[str],
        dated: Collection[str],
        chances: Collection[str] = (),
        *,
        at_start: bool = False,
        inside: bool = False,
    ) -> None:
        self.operations, self.model, self.variables = operations, model, model.variables
        self.moving, self.dated, self.at_start = moving, dated, at_start
        self.chances = chances
        self._taken = {*model.variables, *model.parameters}
        self._is_inside = inside
        self._inside: Reading | None = None  # the same quantities in the middle of a step
        self._read: dict[str, int] = {}  # quantities
        self._nodes: dict[int, int] = {}

    def places(self, names: Sequence[str]) -> list[int]:
        """Return the places of some quantities, and of all that they are computed from."""
        unknown = [name for name in names if name not in self._read]
        for name in dependency_order(self.variables, unknown, at_start=self.at_start):
            self._quantity(name)
        return [self._quantity(name) for name in names]

    def within(self, name: str, functions: Collection[str]) -> list[int]:
        """Return where some functions stand that a quantity, which was read, is written with."""
        variable = self.variables[name]
        if isinstance(variable, Stock) and not self.at_start:
            return []  # its equation is of the start alone
        nodes = walk(next(equations_of(variable)))
        return [self._nodes[id(node)] for node in nodes if node.function in functions]

    def _quantity(self, name: str) -> int:
        if name not in self._read:
            variable = self.variables[name]
            if isinstance(variable, Stock) and not self.at_start:
                self._read[name] = self.operations.input(STATE, (STOCK, name))
            elif isinstance(variable, Moving):
                self._read[name] = self._by_chance(name, variable)
            else:
                self._read[name] = self._equation(name, next(equations_of(variable)))
        return self._read[name]

    def _by_chance(self, name: str, factor: Moving) -> int:
        if name not in self.chances:
            return self.operations.number(factor.still)
        self._nodes[id(factor.chance)] = self.operations.input(MOMENT, (BY_CHANCE, name))
        return self._equation(name, factor.expression)

    def _equation(self, name: str, expression: Expr) -> int:
        place = self.operations.as_number(self._expression(expression))
        name = name + AT_START if self.at_start else name
        is_named = not self._is_inside and not (self.at_start and name in self._taken)
        if self.operations[place].args and is_named:
            self.operations.names.setdefault(place, name)
        return place

    def _expression(self, root: Expr) -> int:
        for node in walk(root):
            if id(node) not in self._nodes:
                self._nodes[id(node)] = self._node(node)
        return self._nodes[id(root)]

    def _node(self, node: Expr) -> int:
        operations = self.operations
        if isinstance(node, Number):
            return operations.number(node.value)
        if isinstance(node, Time):
            return operations.input(TIME, (INSIDE, "") if self._is_inside else TIME_NAME)
        if isinstance(node, ParameterRef):
            return self._parameter(node.name)
        if isinstance(node, Variable):
            return self._quantity(node.name or "")
        places = [self._nodes[id(child)] for child in node.children]
        extra = tuple(zip(*node.points, strict=True)) if isinstance(node, Table) else None
        place = operations.add(node.function, *places, extra=extra)
        if node.is_comparison and not self._is_inside and operations[place].kind in (TIME, MOMENT):
            return self._within()._expression(node)  # noqa: SLF001  (of its own class)
        return place

    def _within(self) -> Reading:
        if self._inside is None:
            how = (self.operations, self.model, self.moving, self.dated, self.chances)
            self._inside = Reading(*how, at_start=self.at_start, inside=True)
        return self._inside

    def _parameter(self, name: str) -> int:
        if name not in self.moving:
            return self.operations.input(RUN, (PARAMETER, name))
        what = INSIDE if self._is_inside else MOVING
        return self.operations.input(TIME if name in self.dated else MOMENT, (what, name))
