"""Periods in equations: the dates of smooth steps, and of years that have passed."""

from __future__ import annotations

from caresim.language.expressions import Binary, Call, Expr, Number, Time, is_zero, walk

__all__ = ["elapsed_between", "is_carried", "span_of"]


def span_of(progress: Expr) -> tuple[float, float] | None:
    """Return the first and last moment of a smooth step, None for a progress of another form."""
    if isinstance(progress, Binary) and progress.symbol == "/":
        since, years = progress.children
        if isinstance(since, Binary) and since.symbol == "-" and isinstance(years, Number):
            now, begin = since.children
            if _is_now(now) and isinstance(begin, Number):
                return begin.value, begin.value + years.value
    return None


def elapsed_between(node: Expr) -> tuple[float, float] | None:
    """Return both ends of the years that have passed, ``max(min(t, end) - begin, 0)``, or None."""
    if not isinstance(node, Call) or node.function != "maximum" or not is_zero(node.children[1]):
        return None
    match node.children[0]:
        case Binary(
            symbol="-",
            children=(Call(function="minimum", children=(now, Number() as end)), Number() as begin),
        ):
            return (begin.value, end.value) if _is_now(now) else None
    return None


def is_carried(path: Expr) -> bool:
    """Return whether a smooth step, or years that have passed, are carried on beyond figures."""
    return any(_is_carried(node) for node in walk(path))


def _is_carried(node: Expr) -> bool:
    return isinstance(node, Call) and node.function == "carried"


def _is_now(node: Expr) -> bool:
    """Return whether a node is the date, as it is or in a path that figures know to a moment."""
    return isinstance(node.children[0] if _is_carried(node) else node, Time)
