"""The expression graph: what the right-hand side of an equation is, before it has any numbers.

Every node knows its unit, so an equation that does not agree fails on the line that declares it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from caresim.language.dates import Period, end_of, parse_date, start_of
from caresim.language.errors import CaresimError, ModelError, UnitError, came, quoted
from caresim.language.functions import FUNCTIONS
from caresim.language.kinds import finite, real
from caresim.language.rendering import render
from caresim.language.units import ONE, Unit
from caresim.language.walking import MOST_WRITTEN, walk, written_size

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

# which of NumPy's functions stands for which operator
_UFUNCS = {row.array: row.name for row in FUNCTIONS.values() if row.binds} | {"float_power": "**"}


class Expr:
    """A node of an equation; arithmetic on it builds larger nodes."""

    unit: Unit
    children: tuple[Expr, ...] = ()
    literal: float | None = None  # the value of a number
    is_comparison = False
    function = ""  # the row of FUNCTIONS that computes it from its children; none for a leaf

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
        if (size := written_size(self)) > MOST_WRITTEN:
            return f"an expression of {size:.3g} operations"
        return render(self)

    def __repr__(self) -> str:
        return f"<{self} [{self.unit}]>"


Operand = Expr | float | int


class Number(Expr):
    """A literal number; zero takes any unit, every other is dimensionless unless it says so.

    One that stands for the beginning or end of a ``day`` knows which.
    """

    def __init__(self, value: float, unit: Unit = ONE, day: dt.date | None = None) -> None:
        self.value = self.literal = value
        self.unit = unit
        self.day = day


class Time(Expr):
    """The running date in years: 2009.0 at the end of 31 March 2009.

    It compares with dates: ``time >= "2012-04-01"`` holds from this day on and ``time < …`` before
    it, ``time > "2012-03-31"`` when this day is over and ``time <= …`` until it is.
    """

    name = "time"
    unit = Unit.parse("year")

    def __lt__(self, other: Operand | str | dt.date) -> Expr:
        return Binary("<", self, moment_at(other, "<"))

    def __le__(self, other: Operand | str | dt.date) -> Expr:
        return Binary("<=", self, moment_at(other, "<="))

    def __gt__(self, other: Operand | str | dt.date) -> Expr:
        return Binary(">", self, moment_at(other, ">"))

    def __ge__(self, other: Operand | str | dt.date) -> Expr:
        return Binary(">=", self, moment_at(other, ">="))


time = Time()


def moment_at(value: Any, symbol: str = ">=") -> Operand:
    """Return the moment that a date stands for beside a comparison; an expression as it is.

    ``>=`` and ``<`` take the beginning of the day, ``>`` and ``<=`` its end. Raises ModelError for
    what is no date, UnitError for a number, whose unit is not that of time.
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, int | float):
        message = (
            f"time is compared with a date, such as time {symbol} '2012-04-01', or with a "
            f"parameter in [year], not with {value!r}"
        )
        raise UnitError(message)
    try:
        day = parse_date(value, "what time is compared with")
    except CaresimError as fault:
        raise ModelError(str(fault)) from None
    at = start_of if symbol in (">=", "<") else end_of
    return Number(at(day), time.unit, day)


class Negative(Expr):
    """An expression with its sign turned."""

    function = "negative"

    def __init__(self, operand: Expr) -> None:
        self.children = (operand,)
        self.unit = FUNCTIONS["negative"].unit(self.children)


class Binary(Expr):
    """Two operands joined by ``+ - * / **`` or a comparison."""

    def __init__(self, symbol: str, left: Operand, right: Operand) -> None:
        self.symbol = self.function = symbol
        self.children = (as_expr(left), as_expr(right))
        self.unit = FUNCTIONS[symbol].unit(self.children)
        self.is_comparison = FUNCTIONS[symbol].is_comparison


class Call(Expr):
    """A function of expressions, one of :data:`caresim.language.functions.FUNCTIONS`.

    A path between two dates has the ``period`` that says why.
    """

    period: Period | None = None

    def __init__(self, function: str, *arguments: Operand) -> None:
        self.function = function
        self.children = tuple(as_expr(argument) for argument in arguments)
        self.unit = FUNCTIONS[function].unit(self.children)


class Table(Expr):
    """Straight lines between the points of a look-up, level beyond its ends; a pure number."""

    function = "look_up"

    def __init__(self, x: Operand, points: tuple[tuple[float, float], ...]) -> None:
        self.children = (as_expr(x),)
        self.points = points
        self.unit = FUNCTIONS["look_up"].unit(self.children)

    @property
    def symbol(self) -> tuple[str, tuple[tuple[float, float], ...]]:
        """What tells two tables of one quantity apart."""
        return "look_up", self.points


def as_expr(value: Any) -> Expr:
    """Return an expression for a number or an expression; refuse anything else with advice."""
    if isinstance(value, Expr):
        return value
    if (number := finite(value)) is None:
        kind = "finite numbers" if real(value) is not None else "numbers"
        message = f"an equation is made of {kind} and named quantities, not {came(value)}"
        raise ModelError(message)
    # Python's, also where NumPy's came, whose repr is another
    return Number(value if isinstance(value, int) else number)


def is_zero(node: Expr) -> bool:
    """Return True for a literal zero, which takes any unit."""
    return node.literal == 0
