"""The expression graph: what the right-hand side of an equation is, before it has any numbers.

Every node knows its unit, so an equation that does not agree fails on the line that declares it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from caresim.language.errors import ModelError, UnitError, quoted
from caresim.language.units import ONE, Unit

__all__ = [
    "Binary",
    "Call",
    "Expr",
    "Negative",
    "Number",
    "Operand",
    "Table",
    "Time",
    "as_expr",
    "is_zero",
    "time",
    "walk",
]

COMPARISONS = ("<", "<=", ">", ">=")
_UFUNCS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "float_power": "**",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}


class Expr:
    """A node of an equation; arithmetic on it builds larger nodes."""

    unit: Unit
    children: tuple[Expr, ...] = ()

    def __add__(self, other: Operand) -> Expr:
        return Binary("+", self, other)

    def __radd__(self, other: Operand) -> Expr:
        return Binary("+", other, self)

    def __sub__(self, other: Operand) -> Expr:
        return Binary("-", self, other)

    def __rsub__(self, other: Operand) -> Expr:
        return Binary("-", other, self)

    def __mul__(self, other: Operand) -> Expr:
        return Binary("*", self, other)

    def __rmul__(self, other: Operand) -> Expr:
        return Binary("*", other, self)

    def __truediv__(self, other: Operand) -> Expr:
        return Binary("/", self, other)

    def __rtruediv__(self, other: Operand) -> Expr:
        return Binary("/", other, self)

    def __pow__(self, other: Operand) -> Expr:
        return Binary("**", self, other)

    def __rpow__(self, other: Operand) -> Expr:
        return Binary("**", other, self)

    def __neg__(self) -> Expr:
        return Negative(self)

    def __lt__(self, other: Operand) -> Expr:
        return Binary("<", self, other)

    def __le__(self, other: Operand) -> Expr:
        return Binary("<=", self, other)

    def __gt__(self, other: Operand) -> Expr:
        return Binary(">", self, other)

    def __ge__(self, other: Operand) -> Expr:
        return Binary(">=", self, other)

    def __bool__(self) -> bool:
        message = (
            f"{quoted(self)} has no value yet, so if, and, or, not, min() and max() cannot use it; "
            "write where(condition, a, b), minimum(a, b) or maximum(a, b)"
        )
        raise ModelError(message)

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Expr:
        """Take over arithmetic that a NumPy number starts; refuse everything else with advice."""
        symbol = _UFUNCS.get(function.__name__)
        if symbol is None or method != "__call__" or len(inputs) != len(("left", "right")):
            message = (
                f"{quoted(self)} has no value yet, so NumPy's {function.__name__} cannot use it; "
                "write exp, log, maximum, minimum or where from caresim.language"
            )
            raise ModelError(message)
        return Binary(symbol, *inputs)

    def __float__(self) -> float:
        message = f"{quoted(self)} has no value yet; write exp, log, … from caresim.language for it"
        raise ModelError(message)

    def __str__(self) -> str:
        from caresim.language.rendering import render

        return render(self)

    def __repr__(self) -> str:
        return f"<{self} [{self.unit}]>"


Operand = Expr | float | int


class Number(Expr):
    """A literal number; zero takes any unit, every other is dimensionless unless it says so."""

    def __init__(self, value: float, unit: Unit = ONE) -> None:
        self.value = value
        self.unit = unit


class Time(Expr):
    """The running date in years: 2009.0 at the end of 31 March 2009."""

    unit = Unit.parse("year")


time = Time()


class Negative(Expr):
    """An expression with its sign turned."""

    def __init__(self, operand: Expr) -> None:
        self.children = (operand,)
        self.unit = operand.unit


class Binary(Expr):
    """Two operands joined by ``+ - * / **`` or a comparison."""

    def __init__(self, symbol: str, left: Operand, right: Operand) -> None:
        self.symbol = symbol
        self.children = (as_expr(left), as_expr(right))
        self.unit = _binary_unit(symbol, *self.children)


class Call(Expr):
    """A function of expressions, one of :data:`FUNCTIONS`."""

    def __init__(self, function: str, *arguments: Operand) -> None:
        self.function = function
        self.children = tuple(as_expr(argument) for argument in arguments)
        self.unit = FUNCTIONS[function](self.children)


class Table(Expr):
    """Straight lines between the points of a look-up, level beyond its ends; a pure number."""

    def __init__(self, x: Operand, points: tuple[tuple[float, float], ...]) -> None:
        self.children = (as_expr(x),)
        self.points = points
        self.unit = _looked_up(self.children[0])

    @property
    def symbol(self) -> tuple[str, tuple[tuple[float, float], ...]]:
        """What tells two tables of one quantity apart."""
        return "look_up", self.points


def as_expr(value: Any) -> Expr:
    """Return an expression for a number or an expression; refuse anything else with advice."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = f"an equation is made of numbers and named quantities, not {value!r}"
        raise ModelError(message)
    return Number(value if isinstance(value, int) else float(value))  # not NumPy's: its repr


def is_zero(node: Expr) -> bool:
    """Return True for a literal zero, which takes any unit."""
    return isinstance(node, Number) and node.value == 0


def _same_unit(nodes: tuple[Expr, ...], what: str) -> Unit:
    """Return the one unit of all nodes; literal zeros agree with anything."""
    measured = [node for node in nodes if not is_zero(node)] or list(nodes)
    for node in measured[1:]:
        if node.unit != measured[0].unit:
            message = (
                f"{what}: {quoted(measured[0])} is in [{measured[0].unit}] "
                f"but {quoted(node)} is in [{node.unit}]"
            )
            raise UnitError(message)
    return measured[0].unit


def _binary_unit(symbol: str, left: Expr, right: Expr) -> Unit:
    if symbol == "*":
        return left.unit * right.unit
    if symbol == "/":
        return left.unit / right.unit
    if symbol == "**":
        return _power_unit(left, right)
    unit = _same_unit((left, right), f"'{symbol}' needs equal units")
    return ONE if symbol in COMPARISONS else unit


def _power_unit(base: Expr, exponent: Expr) -> Unit:
    if not exponent.unit.is_one:
        message = f"an exponent is a pure number, but {quoted(exponent)} is in [{exponent.unit}]"
        raise UnitError(message)
    if base.unit.is_one:
        return ONE
    if isinstance(exponent, Number):
        return base.unit ** Fraction(exponent.value).limit_denominator(100)
    message = (
        f"{quoted(base)} is in [{base.unit}]: divide it by a reference before raising it to a power"
    )
    raise UnitError(message)


def _pure(children: tuple[Expr, ...]) -> Unit:
    for child in children:
        if not child.unit.is_one:
            message = f"exp and log take pure numbers, but {quoted(child)} is in [{child.unit}]"
            raise UnitError(message)
    return ONE


def _either(children: tuple[Expr, ...]) -> Unit:
    if not isinstance(children[0], Binary) or children[0].symbol not in COMPARISONS:
        message = f"the first argument of where is a comparison, not {quoted(children[0])}"
        raise ModelError(message)
    return _same_unit(children[1:], "where needs equal units")


def _looked_up(x: Expr) -> Unit:
    if not x.unit.is_one and x.unit != Time.unit:
        message = (
            f"a table takes a pure number or a time in years, but {quoted(x)} is in [{x.unit}]: "
            "divide it by a reference"
        )
        raise UnitError(message)
    return ONE


FUNCTIONS: dict[str, Callable[[tuple[Expr, ...]], Unit]] = {
    "exp": _pure,
    "log": _pure,
    "maximum": lambda children: _same_unit(children, "maximum needs equal units"),
    "minimum": lambda children: _same_unit(children, "minimum needs equal units"),
    "total": lambda children: _same_unit(children, "total needs equal units"),
    "where": _either,
    "smooth_step": lambda children: _same_unit(children[:2], "smooth_step needs equal units"),
}


def walk(*roots: Expr) -> Iterator[Expr]:
    """Yield every node below the roots once, children before parents, not entering variables."""
    seen: set[int] = set()
    stack: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.children))
