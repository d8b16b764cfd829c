r"""Expressions as LaTeX, one form for each kind of node.

Only what MathJax as GitHub runs it and KaTeX both take: no ``\operatorname``, no macros, no signs
that need a backslash inside text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from caresim.language.dates import end_of
from caresim.language.dimensions import Dimension
from caresim.language.errors import ExportError
from caresim.language.expressions import (
    Binary,
    Call,
    Expr,
    Negative,
    Number,
    Table,
    Time,
    time,
)
from caresim.language.functions import FUNCTIONS
from caresim.language.walks import Chance
from caresim.views.equations.periods import elapsed_between, is_carried, span_of
from caresim.views.equations.pieces import (
    ADDED,
    ATOM,
    CASES,
    COMPARED,
    DIVIDED,
    MULTIPLIED,
    RAISED,
    Piece,
    between,
    bracketed,
    day_text,
    decimal,
    function,
    joined,
    literal,
    sum_over,
    wrapped,
)  # fmt: skip
from caresim.views.equations.sums import terms_over
from caresim.views.equations.symbols import Element, Free, Symbols

__all__ = ["Writer"]

WIDEST_INSIDE = 60  # letters of a sum within a formula before it is stacked
CALENDAR = (1900, 2200)  # a literal in years between these is a date, any other a span
Form = Callable[[Any, Free], Piece]


class Writer:
    """Writes the equation of one quantity, and keeps the look-up tables that it meets.

    ``over`` are the dimensions of the quantity, whose letters stand for its own element.
    """

    def __init__(self, symbols: Symbols, over: Sequence[Dimension] = ()) -> None:
        self.symbols = symbols
        self.over = tuple(over)
        self.tables: dict[tuple[Any, ...], Table] = {}
        self._made: dict[tuple[int, frozenset[tuple[Element, str]]], tuple[Expr, Piece]] = {}
        self._forms: dict[type[Expr], Form] = {
            Number: lambda node, _: _number(node),
            Time: lambda *_: Piece("t", ATOM, 1),
            Chance: lambda node, _: _chance(node),
            Negative: self._negative,
            Binary: self._binary,
            Call: self._call,
            Table: self._table,
        }

    def piece(self, node: Expr, free: Free | None = None) -> Piece:
        """Return an expression as LaTeX; ``free`` holds elements to write as an index.

        Raises ExportError for a kind of node that has no form here.
        """
        free = free or {}
        key = id(node), frozenset(free.items())
        if key not in self._made:  # a wide sum is written again, in lines, and so is all in it
            self._made[key] = node, self._piece(node, free)
        return self._made[key][1]

    def _piece(self, node: Expr, free: Free) -> Piece:
        if (named := self.symbols.write(node, free)) is not None:
            return named
        for kind in type(node).__mro__:
            if kind in self._forms:
                return self._forms[kind](node, free)
        message = f"'{node}' cannot be written as a formula: {type(node).__name__} has no LaTeX"
        raise ExportError(message)

    def inside(self, node: Expr, needed: int, free: Free | None = None) -> Piece:
        """Return an operand, in brackets where it binds more weakly than needed.

        A long sum is stacked in lines.
        """
        piece = self.piece(node, free)
        if piece.strength == ADDED and piece.width > WIDEST_INSIDE:
            lines = wrapped(list(self.terms(node, free)), WIDEST_INSIDE)
            if len(lines) > 1:
                body = r" \\ ".join(f"&{line}" for line in lines)
                text = rf"\begin{{aligned}} {body} \end{{aligned}}"
                piece = Piece(text, ADDED, WIDEST_INSIDE)
        return bracketed(piece, needed)

    def terms(self, node: Expr, free: Free | None = None) -> Iterator[tuple[str, Piece]]:
        """Yield the terms of a sum with their signs; one for anything else."""
        free = free or {}
        if isinstance(node, Binary) and node.symbol in "+-":
            left, right = node.children
            yield from self.terms(left, free)
            if node.symbol == "+" and not isinstance(right, Negative | Number):
                yield from self.terms(right, free)
            elif node.symbol == "+":
                yield "+", self.inside(right, MULTIPLIED, free)
            else:
                yield "-", self.inside(right, MULTIPLIED, free)
        elif isinstance(node, Call) and node.function == "total":
            yield from (("+", term) for term in self._summed(node.children, free))
        elif isinstance(node, Negative):
            yield "-", self.inside(node.children[0], MULTIPLIED, free)
        else:
            yield "+", self.inside(node, ADDED, free)

    def factors(self, node: Expr) -> Iterator[Piece]:
        """Yield the factors of a product; one for anything else."""
        if isinstance(node, Binary) and node.symbol == "*":
            yield from self.factors(node.children[0])
            yield from self.factors(node.children[1])
        else:
            yield self.inside(node, MULTIPLIED)

    def table_name(self, node: Table) -> str:
        """Return the letter of a look-up table: *f*, or *f* with a number after the first."""
        self.tables.setdefault(node.points, node)
        number = list(self.tables).index(node.points)
        return f"f_{{{number + 1}}}" if number else "f"

    def _negative(self, node: Negative, free: Free) -> Piece:
        inner = self.inside(node.children[0], MULTIPLIED, free)
        return Piece(f"-{inner.text}", ADDED, inner.width + 1)

    def _binary(self, node: Binary, free: Free) -> Piece:
        left, right = node.children
        if node.is_comparison:
            a, b = self.inside(left, ADDED, free), self.inside(right, ADDED, free)
            text = rf"{a.text} {FUNCTIONS[node.symbol].latex} {b.text}"
            return Piece(text, COMPARED, a.width + b.width + 3)
        if node.symbol == "/":
            return self._fraction(left, [right], free)
        if node.symbol == "**":
            a, b = self.inside(left, ATOM, free), self.inside(right, ADDED, free)
            return Piece(f"{a.text}^{{{b.text}}}", RAISED, a.width + b.width * 3 // 4)
        if node.symbol in "+-":
            return joined(list(self.terms(node, free)))
        a, b = self.inside(left, MULTIPLIED, free), self.inside(right, MULTIPLIED, free)
        sign = FUNCTIONS["*"].latex
        return Piece(f"{a.text} {sign} {b.text}", MULTIPLIED, a.width + b.width + 3)

    def _fraction(self, above: Expr, below: list[Expr], free: Free) -> Piece:
        """Return ``a / b / c`` as one fraction."""
        if isinstance(above, Binary) and above.symbol == "/":
            return self._fraction(above.children[0], [above.children[1], *below], free)
        a = self.inside(above, ADDED, free)
        needed = ADDED if len(below) == 1 else MULTIPLIED
        parts = [self.inside(part, needed, free) for part in below]
        b = r" \times ".join(part.text for part in parts)
        width = max(a.width, sum(part.width + 3 for part in parts) - 3)
        return Piece(rf"\frac{{{a.text}}}{{{b}}}", DIVIDED, width)

    def _call(self, node: Call, free: Free) -> Piece:
        if (years := elapsed_between(node)) is not None:
            return between(_known("elapsed", node), years)
        if node.function == "total":
            return joined([("+", term) for term in self._summed(node.children, free)])
        if node.function == "where":
            return self._cases(node, free)
        if node.function == "share":
            return self._fraction(node.children[0], [node.children[1]], free)
        if node.function == "smooth_step":
            return self._smooth_step(node, free)
        name = FUNCTIONS[node.function].latex
        return function(name, *(self.inside(child, ADDED, free) for child in node.children))

    def _cases(self, node: Call, free: Free) -> Piece:
        condition, a, b = (self.piece(child, free) for child in node.children)
        a, b = bracketed(a, ADDED), bracketed(b, ADDED)
        rows = rf"{a.text} & \text{{if }} {condition.text} \\ {b.text} & \text{{otherwise}}"
        width = max(a.width, b.width) + condition.width + 6
        return Piece(rf"\begin{{cases}} {rows} \end{{cases}}", CASES, width)

    def _smooth_step(self, node: Call, free: Free) -> Piece:
        first, last, progress = node.children
        a, b = self.inside(first, ADDED, free), self.inside(last, ADDED, free)
        way = Piece(rf"{a.text} \to {b.text}", ATOM, a.width + b.width + 3)
        if (days := span_of(progress)) is not None:
            name = between(_known("smooth step", progress), days)
            return Piece(rf"{name.text}\left({way.text}\right)", ATOM, name.width + way.width + 2)
        return function(FUNCTIONS["smooth_step"].latex, way, self.inside(progress, ADDED, free))

    def _table(self, node: Table, free: Free) -> Piece:
        return function(self.table_name(node), self.inside(node.children[0], ADDED, free))

    def _summed(self, terms: Sequence[Expr], free: Free) -> Iterator[Piece]:
        """Yield the terms of a total, those that go over all elements of a dimension as one."""

        def write(term: Expr, loose: Collection[Element]) -> Piece:
            letters = {element: self.index(element[1]) for element in loose}
            return self.inside(term, MULTIPLIED, {**free, **letters})

        for term, order, written in terms_over(terms, self.symbols, write):
            if written is not None:
                yield sum_over(map(self.index, order), written)
            else:
                yield self.inside(term, MULTIPLIED if term is not terms[0] else ADDED, free)

    def index(self, dimension: Dimension) -> str:
        """Return the letter of a dimension in a sum, with a prime where the quantity has it."""
        return self.symbols.indices[dimension] + ("'" if dimension in self.over else "")


def _known(name: str, path: Expr) -> str:
    return f"{name}, as known," if is_carried(path) else name


def _chance(node: Chance) -> Piece:
    """Return how far chance has come: W of a walk, Z of a noise with its memory, N of events."""
    if node.memory == 1:
        return Piece("W(t)", ATOM, 4)
    if node.name.startswith("events"):
        return Piece("N(t)", ATOM, 4)
    kept = rf"_{{{node.memory:g}}}" if node.memory else ""
    return Piece(rf"Z{kept}(t)", ATOM, 4)


def _number(node: Number) -> Piece:
    if node.day is not None:
        return literal(day_text(end_of(node.day)))
    if node.unit != time.unit:
        return decimal(node.value)
    if CALENDAR[0] < node.value < CALENDAR[1]:
        return literal(day_text(node.value))
    amount = decimal(node.value)
    years = "year" if node.value == 1 else "years"
    return Piece(rf"{amount.text}\,\text{{{years}}}", MULTIPLIED, amount.width + 6)
