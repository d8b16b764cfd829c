"""The functions that equations may call, and paths between dates."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from caresim.language.dates import Period
from caresim.language.dimensions import Dimension, Divided, at, dimensions_of, in_words, keys_of
from caresim.language.errors import ModelError, came, quoted
from caresim.language.expressions import Call, Expr, Number, Operand, as_expr, moment_at, time
from caresim.language.parameters import ParameterRef

__all__ = [
    "elapsed",
    "exp",
    "log",
    "maximum",
    "minimum",
    "share",
    "smooth_step",
    "total",
    "where",
]

Known = Expr | str | dt.date | None  # up to when figures know a path


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


def share(part: Operand, *, of: Operand) -> Expr:
    """Return ``part`` of a whole in the same unit as a pure number, 0 where the whole is nothing.

    ``share(in_homes, of=total(care))`` needs no guard for a model without children.
    """
    return Call("share", part, of)


def where(condition: Expr, a: Operand, b: Operand) -> Expr:
    """Return ``a`` where a comparison holds and ``b`` elsewhere; both are computed.

    A switch is a condition too: ``where(p.early_help_on, effect, 1)`` where it is above 0.

    Raises ModelError for anything else in place of the condition.
    """
    if _is_switch(condition):
        return Call("where", condition > 0, a, b)
    # a copy, so that a comparison that is also used as a number is another node there
    return Call("where", copy.copy(as_expr(condition)), a, b)


def _is_switch(condition: Any) -> bool:
    """Return whether a condition is a parameter that is a switch, off at 0 and on at 1."""
    parts = condition.scalars if isinstance(condition, Divided) else ()
    switches = [part for part in parts if isinstance(part, ParameterRef)]
    if not switches or len(switches) < len(parts):
        return False
    for part in switches:
        entry = part.collection[part.name]
        settings = {value for _, value in entry.choices}
        if not part.unit.is_one or settings - {0.0, 1.0}:
            has = "other settings" if part.unit.is_one else f"the unit [{part.unit}]"
            message = f"{quoted(part)} is no switch of 0 and 1, it has {has}; write a comparison"
            raise ModelError(message)
    return True


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
    if over is not None and not isinstance(over, Dimension):
        message = f"total goes over a Dimension, such as over=age, not {came(over)}"
        raise ModelError(message)
    if over is not None and over not in found:
        message = f"total over {over}: {quoted(term)} is over {in_words(found)}"
        raise ModelError(message)
    return [at(term, place) for _, place in keys_of((over,) if over else found)]


def smooth_step(
    first: Operand,
    last: Operand,
    begins: str | Period,
    ends: str | None = None,
    *,
    known_to: Known = None,
) -> Expr:
    """Return a path that leaves ``first`` at one date and settles at ``last`` at another.

    It follows 3u² - 2u³ in between, where u runs from 0 to 1, so that it starts and ends level.
    ``smooth_step(1, p.rise, period)`` takes a Period; ``smooth_step(1, p.rise, "2013-03-31",
    "2015-03-31")`` two dates, of which each means the end of its day.

    ``known_to`` is the moment to which figures know the path, a parameter in years or a date. After
    it the path goes on at a pace around the half of it that had run by then, 0 up to a quarter and
    1 from three quarters on: a change that has only begun is not carried on, without a cliff.

    Raises ModelError when the dates are not in order, UnitError for a moment that is no time.
    """
    opening, closing = _span(begins, ends)
    begin = Number(opening, time.unit)
    progress = _moment(opening, closing, known_to) - begin
    progress = progress / Number(closing - opening, time.unit)
    return _caused(Call("smooth_step", first, last, progress), begins)


def elapsed(begins: str | Period, ends: str | None = None, *, known_to: Known = None) -> Expr:
    """Return the years that have passed since one date, 0 before it and still after another.

    Takes a Period, or two dates, of which each means the end of its day. After ``known_to`` years
    are counted at the pace that :func:`smooth_step` goes on at.

    Raises ModelError when the dates are not in order, UnitError for a moment that is no time.
    """
    opening, closing = _span(begins, ends)
    begin, end = Number(opening, time.unit), Number(closing, time.unit)
    passed = minimum(_moment(opening, closing, known_to), end) - begin
    return _caused(Call("maximum", passed, 0), begins)


def _moment(opening: float, closing: float, known_to: Known) -> Expr:
    """Return the moment of a path that it is now, as far as the path is carried on."""
    if known_to is None:
        return time
    ends = (Number(opening, time.unit), Number(closing, time.unit))
    return Call("carried", time, moment_at(known_to, "<="), *ends)


def _span(begins: str | Period, ends: str | None) -> tuple[float, float]:
    if isinstance(begins, Period) and ends is not None:
        message = f"a Period has both dates, so {came(ends)} is one too many"
        raise ModelError(message)
    if not isinstance(begins, Period) and ends is None:
        message = f"a path takes a Period, or two dates; {came(begins)} is one"
        raise ModelError(message)
    if isinstance(begins, Period):
        return begins.opening, begins.closing
    period = Period(begins, ends, "said nowhere")  # type: ignore[arg-type]
    return period.opening, period.closing


def _caused(call: Call, period: str | Period) -> Call:
    call.period = period if isinstance(period, Period) else None
    return call
