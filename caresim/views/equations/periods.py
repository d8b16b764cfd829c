"""Periods in equations: the dates of smooth steps, and of years that have passed."""

from __future__ import annotations

from caresim.language.expressions import Binary, Call, Expr, Number, Time, is_zero, walk

__all__ = ["elapsed_between", "span_of"]


def span_of(progress: Expr) -> tuple[float, float] | None:
    """Return the first and last moment of a smooth step, None for a progress of another form."""
    if isinstance(progress, Binary) and progress.symbol == "/":
        since, years = progress.children
        if isinstance(since, Binary) and since.symbol == "-" and isinstance(years, Number):
            now, begin = since.children
            if isinstance(now, Time) and isinstance(begin, Number):
                return begin.value, begin.value + years.value
    return None


def elapsed_between(node: Expr) -> tuple[float, float] | None:
    """Return both ends of the years that have passed, ``max(min(t, end) - begin, 0)``, or None."""
    if not isinstance(node, Call) or node.function != "maximum" or not is_zero(node.children[1]):
        return None
    match list(walk(node.children[0])):
        case [Time(), Number() as end, Call(function="minimum"), Number() as begin, Binary() as b]:
            return (begin.value, end.value) if b.symbol == "-" else None
    return None
