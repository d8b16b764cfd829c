"""The functions that equations may call, and paths between dates."""

from __future__ import annotations

import copy

from caresim.language.dates import end_of, parse_date
from caresim.language.dimensions import Dimension, at, dimensions_of, in_words, keys_of
from caresim.language.errors import ModelError, quoted
from caresim.language.expressions import Call, Expr, Number, Operand, as_expr, time

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
    # a copy, so that a comparison that is also used as a number is another node there
    return Call("where", copy.copy(condition), a, b)


def total(*terms: Operand, over: Dimension | None = None) -> Expr:
    """Return the sum of quantities in the same unit, over all elements of their dimensions.

    ``over`` adds up one dimension and leaves the others. (A class body cannot use ``sum``.)

    Raises ModelError when there is nothing to add, or a term is not over the dimension.
    """
    if not terms:
        message = "total() needs at least one quantity"
        raise ModelError(message)
    return Call("total", *(part for term in terms for part in _parts(as_expr(term), over)))


def _parts(term: Expr, over: Dimension | None) -> list[Expr]:
    found = dimensions_of(term)
    if over is not None and over not in found:
        message = f"total over {over}: {quoted(term)} is over {in_words(found)}"
        raise ModelError(message)
    return [at(term, place) for _, place in keys_of((over,) if over else found)]


def smooth_step(first: Operand, last: Operand, begins: str, ends: str) -> Expr:
    """Return a path that leaves ``first`` at one date and settles at ``last`` at another.

    It follows 3u² - 2u³ in between, where u runs from 0 to 1, so that it starts and ends level.

    Raises ModelError when the dates are not in order.
    """
    opening, closing = _span(begins, ends)
    moment = Number(opening, time.unit)
    progress = (time - moment) / Number(closing - opening, time.unit)
    return Call("smooth_step", first, last, progress)


def elapsed(begins: str, ends: str) -> Expr:
    """Return the years that have passed since one date, 0 before it and still after another.

    Raises ModelError when the dates are not in order.
    """
    opening, closing = _span(begins, ends)
    begin, end = Number(opening, time.unit), Number(closing, time.unit)
    return maximum(minimum(time, end) - begin, 0)


def _span(begins: str, ends: str) -> tuple[float, float]:
    opening, closing = (end_of(parse_date(d, "the date of a path")) for d in (begins, ends))
    if closing <= opening:
        message = f"a path ends after it begins, but {ends} is not after {begins}"
        raise ModelError(message)
    return opening, closing
