"""The equations of a model computed one by one at one moment: slow, and each knows its name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from caresim.language.errors import quoted
from caresim.language.expressions import Expr, Table, walk
from caresim.language.functions import FUNCTIONS
from caresim.language.structure import equations_of
from caresim.language.variables import Stock, Variable

__all__ = ["Evaluated", "first_fault"]

DIVISION = "a division by zero"
BEYOND = "a result beyond what numbers hold"
LOGARITHM = "the logarithm of what is not above 0"
Leaf = Callable[[Expr], float]  # the value of a stock, a parameter or the time


class Evaluated:
    """Values of quantities, in an order in which each comes after what it is computed from."""

    def __init__(self, variables: Mapping[str, Variable], leaf: Leaf) -> None:
        self.variables, self.leaf = variables, leaf
        self.values: dict[str, float] = {}

    def add(self, name: str) -> float:
        """Compute one quantity, a stock by its equation for the start, and return its value."""
        expression = next(equations_of(self.variables[name]))
        self.values[name] = float(self.value(expression))
        return self.values[name]

    def value(self, root: Expr) -> Any:
        """Return the value of an expression of quantities that are computed."""
        found: dict[int, Any] = {}
        for node in walk(root):
            found[id(node)] = self._node(node, found)
        return found[id(root)]

    def _node(self, node: Expr, found: Mapping[int, Any]) -> Any:
        if node.literal is not None:
            return node.literal
        if isinstance(node, Variable) and node.name in self.values:
            return self.values[node.name]
        if not node.function:
            return self.leaf(node)
        arguments = [found[id(child)] for child in node.children]
        points = zip(*node.points, strict=True) if isinstance(node, Table) else ()
        return _applied(node.function, *arguments, *points)


def _applied(name: str, *arguments: Any) -> Any:
    row = FUNCTIONS[name]
    if row.number:
        try:
            return row.number(*arguments)
        except ZeroDivisionError:
            raise ZeroDivisionError(DIVISION) from None
        except OverflowError:
            raise OverflowError(BEYOND) from None
        except ValueError as fault:
            raise ValueError(LOGARITHM if name == "log" else str(fault)) from None
    return row.expanded(_applied, *arguments) if row.expanded else math.nan


def first_fault(
    variables: Mapping[str, Variable], order: Iterable[str], leaf: Leaf
) -> tuple[str, str] | None:
    """Return the first quantity that has no value, and why; None where all have one."""
    evaluated = Evaluated(variables, leaf)
    for name in order:
        variable = variables[name]
        equation = quoted(next(equations_of(variable)))
        try:
            value = evaluated.add(name)
        except (ArithmeticError, ValueError) as fault:
            return name, f"{fault} in {equation}"
        if not math.isfinite(value):
            start = " at the start" if isinstance(variable, Stock) else ""
            return name, f"{equation}{start} comes to {value}"
    return None
