"""The formula of each kind of quantity, in rows that fit the width of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from caresim.language.expressions import Binary, Expr, Number, Time, is_zero
from caresim.language.lags import Delay, Smooth
from caresim.language.variables import Check, Flow, Stock, Variable
from caresim.views.equations.latex import Writer
from caresim.views.equations.pieces import ADDED, MULTIPLIED, Piece, day_text, decimal, wrapped
from caresim.views.equations.stocks import flows_of
from caresim.views.equations.symbols import Symbols

__all__ = ["formula"]

WIDEST = 92  # letters that a line of a page holds
LEAST_ROOM = 50
POINTS_A_LINE = 6


def formula(variable: Variable, symbols: Symbols, flows: Sequence[Flow]) -> str:
    """Return the equations of one quantity as LaTeX: in rows where there are several."""
    writer = Writer(symbols, variable.dimensions)
    forms: dict[type, Callable[[Any, Writer, Sequence[Flow]], list[str]]] = {
        Stock: _stock,
        Delay: _delay,
        Smooth: _smooth,
        Check: lambda v, w, _: _equal(w.piece(v), v.expression, w, sign=r":\quad"),
    }
    write = next((f for kind, f in forms.items() if isinstance(variable, kind)), _defined)
    rows = [*write(variable, writer, flows), *_points(writer)]
    if len(rows) == 1:
        return rows[0].replace("&", "", 1)
    return _aligned(rows)


def _aligned(rows: Iterable[str]) -> str:
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def _defined(variable: Any, writer: Writer, _: Sequence[Flow]) -> list[str]:
    return _equal(writer.piece(variable), variable.expression, writer)


def _equal(left: Piece, right: Expr, writer: Writer, sign: str = "=") -> list[str]:
    """Return an equation in rows that fit a page: long sums and products are broken."""
    whole = writer.piece(right)
    room = max(WIDEST - left.width, LEAST_ROOM)
    if whole.width <= room:
        return [f"{left.text} &{sign} {whole.text}"]
    if whole.strength == ADDED:
        return _rows(left, list(writer.terms(right)), room, sign)
    if whole.strength == MULTIPLIED:
        return _rows(left, [(r"\times", f) for f in writer.factors(right)], room, sign)
    if left.width + whole.width <= WIDEST + 6:
        return [f"{left.text} &{sign} {whole.text}"]
    return [f"&{left.text} {sign}", rf"&\qquad {whole.text}"]


def _rows(left: Piece, terms: Sequence[tuple[str, Piece]], room: int, sign: str = "=") -> list[str]:
    first, *others = wrapped(terms, room)
    return [f"{left.text} &{sign} {first}", *(rf"&\qquad {{}} {line}" for line in others)]


def _stock(stock: Stock, writer: Writer, flows: Sequence[Flow]) -> list[str]:
    level = writer.piece(stock)
    change = Piece(rf"\frac{{d}}{{dt}}\,{level.text}", MULTIPLIED, level.width + 3)
    rows = _change(change, flows_of(stock, flows, writer))
    return [*rows, *_equal(_at_start(level), stock.initial, writer)]


def _change(left: Piece, terms: list[tuple[str, Piece]]) -> list[str]:
    if not terms:
        return [f"{left.text} &= 0"]
    return _rows(left, terms, max(WIDEST - left.width, LEAST_ROOM))


def _at_start(level: Piece) -> Piece:
    return Piece(rf"{level.text}(t_{{0}})", level.strength, level.width + 4)


def _delay(delay: Delay, writer: Writer, flows: Sequence[Flow]) -> list[str]:
    """Return the stages once: what enters, what passes on, what leaves, and the start."""
    level, leaving = writer.piece(delay), writer.piece(delay.outflow)
    n = delay.order
    entering = [term for term in flows_of(delay, flows, writer) if term[0] == "+"]
    head = [rf"{level.text} &= \sum_{{i=1}}^{{{n}}} x_{{i}}"] if n > 1 else []
    x = ("x_{1}", f"x_{{{n}}}") if n > 1 else (level.text, level.text)
    out = [_rate(x[0], n, delay.time, writer), _rate(x[1], n, delay.time, writer)]
    change = Piece(rf"\frac{{d}}{{dt}}\,{x[0]}", MULTIPLIED, 5)
    rows = _change(change, [*entering, ("-", out[0])])
    if n > 1:
        rows.append(_later(n, delay.time, writer))
    whole = n == 1 or is_zero(delay.initial)
    start = delay.initial if whole else Binary("/", delay.initial, Number(n))
    first = Piece("x_{i}", MULTIPLIED, 2) if n > 1 else level
    return [
        *head,
        *rows,
        f"{leaving.text} &= {out[1].text}",
        *_equal(_at_start(first), start, writer),
    ]


def _smooth(smooth: Smooth, writer: Writer, _: Sequence[Flow]) -> list[str]:
    level, n = writer.piece(smooth), smooth.order
    source = writer.inside(smooth.initial if smooth.source is None else smooth.source, ADDED)
    x = ("x_{1}", f"x_{{{n}}}") if n > 1 else (level.text, level.text)
    first = _rate(rf"\left({source.text} - {x[0]}\right)", n, smooth.over, writer)
    rows = [rf"\frac{{d}}{{dt}}\,{x[0]} &= {first.text}"]
    if n > 1:
        rows = [f"{level.text} &= {x[1]}", *rows, _later(n, smooth.over, writer)]
    if smooth.only_while is not None:
        held = writer.inside(smooth.only_while, ADDED).text
        rows.append(rf"&\quad\text{{while }} {held}\text{{, else as it was}}")
    start = Piece("x_{i}", MULTIPLIED, 2) if n > 1 else level
    return [*rows, *_equal(_at_start(start), smooth.initial, writer)]


def _rate(amount: str, order: int, over: Expr, writer: Writer) -> Piece:
    """Return what passes a stage in a year: ``n x / T``."""
    time = writer.inside(over, ADDED)
    times = f"{order}\\," if order > 1 else ""
    bare = amount if order > 1 else amount.removeprefix(r"\left(").removesuffix(r"\right)")
    return Piece(rf"\frac{{{times}{bare}}}{{{time.text}}}", MULTIPLIED, max(time.width, 10))


def _point(x: float, y: float, *, dated: bool) -> str:
    place = rf"\text{{{day_text(x)}}}" if dated else decimal(x).text
    return rf"\left({place},\ {decimal(y).text}\right)"


def _later(order: int, over: Expr, writer: Writer) -> str:
    """Return what changes the stages after the first."""
    before, here = ("1", "2") if order == len((1, 2)) else ("i-1", "i")
    rate = _rate(rf"\left(x_{{{before}}} - x_{{{here}}}\right)", order, over, writer)
    which = "" if order == len((1, 2)) else rf" \qquad i = 2, \dots, {order}"
    return rf"\frac{{d}}{{dt}}\,x_{{{here}}} &= {rate.text}{which}"


def _points(writer: Writer) -> list[str]:
    """Return the points of each look-up table that a formula names."""
    rows = []
    for table in writer.tables.values():
        dated = isinstance(table.children[0], Time)
        points = [_point(x, y, dated=dated) for x, y in table.points]
        chunks = [points[i : i + POINTS_A_LINE] for i in range(0, len(points), POINTS_A_LINE)]
        lines = [r",\ ".join(chunk) for chunk in chunks]
        rows.append(rf"{writer.table_name(table)} &:\ {lines[0]}")
        rows += [rf"&\quad {line}" for line in lines[1:]]
    return rows
