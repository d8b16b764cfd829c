"""Look-up tables: an effect given by points, and the notice where one is used beyond its ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import reduce
from itertools import pairwise
from typing import Any

from caresim.language.calls import maximum
from caresim.language.dates import end_of, parse_date
from caresim.language.errors import ModelError, came, quoted, trait
from caresim.language.expressions import Expr, Number, Operand, Table, Time, as_expr, walk
from caresim.language.kinds import finite, real
from caresim.language.variables import Check, Defined, Stock, Variable

__all__ = ["beyond_check", "table"]

Point = Sequence[Any]  # (x, y); x may be a date


def table(x: Operand, points: Sequence[Point]) -> Expr:
    """Return a pure number by straight lines between points, level beyond the first and the last.

    ``table(caseload, [(0, 1.0), (0.5, 0.9), (1, 0.4)])``: ``x`` is a pure number, or a time in
    years. Over ``time`` a point may stand at a date, ``("2019-03-31", 1.0)``. A run says when a
    table was used beyond its ends.

    Raises ModelError unless there are two points or more, in order; UnitError for another unit.
    """
    x = as_expr(x)
    read = tuple((_along(x, place), _number(value)) for place, value in _pairs(points))
    if len(read) < len(("first", "last")):
        message = (
            f"a table needs at least two points, such as [(0, 1.0), (1, 0.4)], not {came(points)}"
        )
        raise ModelError(message)
    for (before, _), (after, _) in pairwise(read):
        if after <= before:
            message = f"the points of a table go up in x, but {after:g} comes after {before:g}"
            raise ModelError(message)
    return Table(x, read)


def beyond_check(variable: Variable) -> tuple[Check, ...]:
    """Return the check that a table in an equation is beyond its ends; nothing without tables."""
    nodes = walk(*(root for part in variable.parts for root in _roots(part)))
    found = {str(node): node for node in nodes if isinstance(node, Table)}
    if not found:
        return ()
    beyond = reduce(maximum, (_beyond(node) for node in found.values()))
    check = Check(f"{variable.label}: its table is used beyond its ends", beyond > 0)
    check.name = f"{variable.name}_beyond_table"
    return (check,)


def _roots(part: Variable) -> tuple[Expr, ...]:
    if isinstance(part, Stock):
        return (part.initial,)
    return (part.expression,) if isinstance(part, Defined) else ()


def _beyond(node: Table) -> Expr:
    """Return how far the input is beyond the table, a pure number, below zero inside it."""
    (x,) = node.children
    first, last = (Number(node.points[i][0], x.unit) for i in (0, -1))
    return maximum(first - x, x - last) / Number(1.0, x.unit)


def _pairs(points: Any) -> list[list[Any]]:
    """Return pairs given as lists, tuples, rows of an array, or a column by its index."""
    if isinstance(points, Mapping) or trait(points, "items") is not None:
        points = points.items()
    with suppress(TypeError):  # from what holds nothing
        pairs = [["one text"] if isinstance(point, str) else [*point] for point in points]
        if all(len(pair) == len(("x", "y")) for pair in pairs):
            return pairs
    message = f"the points of a table are pairs (x, y), not {came(points)}"
    raise ModelError(message)


def _along(x: Expr, place: float | str) -> float:
    if real(place) is not None:
        return _number(place)
    if not isinstance(x, Time):
        message = (
            "only a table over time has points at dates, all others at numbers, but "
            f"{came(place)} is a point of {quoted(x)}"
        )
        raise ModelError(message)
    return end_of(parse_date(place, "a point of a table", ModelError))


def _number(value: Any) -> float:
    if (number := finite(value)) is None:
        message = f"the points of a table are finite numbers, not {came(value)}"
        raise ModelError(message)
    return number
