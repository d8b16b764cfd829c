"""The functions that equations may call, and paths between dates."""

from __future__ import annotations

from caresim.language.dates import end_of, parse_date
from caresim.language.errors import ModelError
from caresim.language.expressions import Call, Expr, Number, Operand, time
from caresim.language.units import Unit

__all__ = [
    "elapsed",
    "exp",
    "log",
    "maximum",
    "minimum",
    "smooth_step",
    "total",
    "where",
]


def exp(x: Operand) -> Expr:
    """Return e to the power of a pure number."""
    return Call("exp", x)


def log(x: Operand) -> Expr:
    """Return the natural logarithm of a pure number."""
    return Call("log", x)


def maximum(a: Operand, b: Operand) -> Expr:
    """Return the larger of two quantities in the same unit."""
    return Call("maximum", a, b)


def minimum(a: Operand, b: Operand) -> Expr:
    """Return the smaller of two quantities in the same unit."""
    return Call("minimum", a, b)


def where(condition: Expr, a: Operand, b: Operand) -> Expr:
    """Return ``a`` where the comparison holds and ``b`` elsewhere; both are computed."""
    return Call("where", condition, a, b)


def total(*terms: Operand) -> Expr:
    """Return the sum of quantities in the same unit (a class body cannot use ``sum`` over names).

    Raises ModelError when there is nothing to add.
    """
    if not terms:
        message = "total() needs at least one quantity"
        raise ModelError(message)
    return Call("total", *terms)


def smooth_step(first: Operand, last: Operand, begins: str, ends: str) -> Expr:
    """Return a path that leaves ``first`` at one date and settles at ``last`` at another.

    It follows 3u² - 2u³ in between, where u runs from 0 to 1, so that it starts and ends level.

    Raises ModelError when the dates are not in order.
    """
    opening, closing = _span(begins, ends)
    year = Unit.parse("year")
    moment = _in(year, opening)
    progress = (time - moment) / _in(year, closing - opening)
    return Call("smooth_step", first, last, progress)


def elapsed(begins: str, ends: str) -> Expr:
    """Return the years that have passed since one date, 0 before it and still after another.

    Raises ModelError when the dates are not in order.
    """
    opening, closing = _span(begins, ends)
    year = Unit.parse("year")
    return maximum(minimum(time, _in(year, closing)) - _in(year, opening), 0)


def _span(begins: str, ends: str) -> tuple[float, float]:
    opening, closing = (end_of(parse_date(d, "the date of a path")) for d in (begins, ends))
    if closing <= opening:
        message = f"a path ends after it begins, but {ends} is not after {begins}"
        raise ModelError(message)
    return opening, closing


def _in(unit: Unit, value: float) -> Number:
    """Return a literal that carries a unit (dates and spans only)."""
    number = Number(value)
    number.unit = unit
    return number
