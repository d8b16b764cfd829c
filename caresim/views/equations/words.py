"""Expressions in plain words: what a reader of the field says in place of a formula.

Quantities stand in italics under their labels; a parameter is said by its meaning, with its value
and unit in brackets where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from caresim.language.dates import end_of
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
from caresim.language.parameters import Parameter
from caresim.language.walks import Chance
from caresim.views.equations.latex import CALENDAR
from caresim.views.equations.names import Names, Open, all_of
from caresim.views.equations.periods import elapsed_between, is_carried, span_of
from caresim.views.equations.sums import terms_over
from caresim.views.equations.symbols import Element, Symbols
from caresim.views.equations.values import day_said

__all__ = ["Said", "Words"]

PHRASE, SUM, PRODUCT, ATOM = range(4)  # how strongly each holds together
WIDEST = 240  # letters: a longer sum or product has its terms on lines of their own
COMPLETE = ("a", "all", "how", "if", "read", "the", "what", "whether")  # need no "the" before
COMPARED = {"<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least"}


class Said(NamedTuple):
    """Part of an equation in words, and how strongly it holds together."""

    text: str
    strength: int


class Words:
    """Says expressions of one model in words.

    ``numbers`` are the values to say; ``shown`` makes text fit for where it stands.
    """

    def __init__(
        self,
        symbols: Symbols,
        numbers: Mapping[str, Parameter],
        shown: Callable[[str], str] = str,
    ) -> None:
        self.symbols, self.names = symbols, Names(symbols, numbers, shown)
        self._forms: dict[type[Expr], Callable[[Any, Open], Said]] = {
            Number: lambda node, _: _number(node),
            Time: lambda *_: Said("the date in years", ATOM),
            Chance: lambda node, _: Said(_chance(node), ATOM),
            Negative: self._negative,
            Binary: self._binary,
            Call: self._call,
            Table: self._table,
        }
        self._calls: dict[str, Callable[[Call, Open], Said]] = {
            "total": self._total,
            "where": self._where,
            "share": self._share,
            "smooth_step": self._path,
            "carried": self._carried,
            "maximum": self._limited,
            "minimum": self._limited,
            "exp": self._exponential,
            "log": lambda node, to: self._function("the natural logarithm of", node, to),
        }

    def text(self, node: Expr) -> str:
        """Return an expression in words.

        Raises ExportError for a kind of node, or a function, that has no words here.
        """
        return self.said(node).text

    def lines(self, node: Expr) -> list[str]:
        """Return an expression as lines: a long sum or product has one for each term."""
        text = self.text(node)
        if len(text) <= WIDEST or self.names.said(node, frozenset()) is not None:
            return [text]
        terms = list(self._terms(node, frozenset()))
        if len(terms) > 1:
            (_, first), *others = terms
            return [first, *(f"{sign} {term}" for sign, term in others)]
        above, below = self._factors(node)
        if len(above) > 1 and not below:
            first, *more = (self.inside(f, ATOM) for f in above if f.literal != 1)
            return [first, *(f"× {factor}" for factor in more)]
        if isinstance(node, Call) and node.function == "where":
            return self._branches(node, frozenset())
        return [text]

    def said(self, node: Expr, to: Open = frozenset()) -> Said:
        """Return an expression in words; ``to`` holds the elements that stand for all."""
        if (delay := self.symbols.delay_of(node)) is not None:
            return Said(f"what leaves {self.said(delay, to).text} after its time", ATOM)
        if (named := self.names.said(node, to)) is not None:
            return Said(named, ATOM)
        for kind in type(node).__mro__:
            if kind in self._forms:
                return self._forms[kind](node, to)
        message = f"'{node}' cannot be said in words: {type(node).__name__} has none"
        raise ExportError(message)

    def inside(self, node: Expr, needed: int, to: Open = frozenset()) -> str:
        """Return an operand, in brackets where it holds together more weakly than needed."""
        said = self.said(node, to)
        return said.text if said.strength >= needed else f"({said.text})"

    def _negative(self, node: Negative, to: Open) -> Said:
        return Said(f"−{self.inside(node.children[0], PRODUCT, to)}", SUM)

    def _binary(self, node: Binary, to: Open) -> Said:
        if node.is_comparison:
            left, right = (self.inside(child, SUM, to) for child in node.children)
            return Said(f"{left} {COMPARED[node.symbol]} {_with_article(right)}", PHRASE)
        if node.symbol == "**":
            return self._power(node, to)
        if node.symbol in "+-":
            return _joined(list(self._terms(node, to)))
        return self._product(node, to)

    def _terms(self, node: Expr, to: Open) -> Iterator[tuple[str, str]]:
        """Yield the terms of a sum with their signs."""
        if isinstance(node, Binary) and node.symbol in "+-":
            left, right = node.children
            yield from self._terms(left, to)
            if node.symbol == "+" and not isinstance(right, Negative):
                yield from self._terms(right, to)
            else:
                yield {"-": "−"}.get(node.symbol, "+"), self.inside(right, PRODUCT, to)
        elif isinstance(node, Call) and node.function == "total":
            yield from (("+", term.text) for term in self._summed(node, to, PRODUCT))
        else:
            yield "+", self.inside(node, PRODUCT, to)

    def _product(self, node: Expr, to: Open) -> Said:
        above, below = self._factors(node)
        above = [factor for factor in above if factor.literal != 1] or above[:1]
        product = " × ".join(self.inside(factor, ATOM, to) for factor in above)
        if not below:
            return Said(product, PRODUCT)
        under = " × ".join(self.inside(factor, ATOM, to) for factor in below)
        return Said(f"{product} ÷ {under if len(below) == 1 else f'({under})'}", PRODUCT)

    def _factors(self, node: Expr) -> tuple[list[Expr], list[Expr]]:
        """Return what is multiplied, and what it is divided by."""
        is_outflow = self.symbols.delay_of(node) is not None
        if isinstance(node, Binary) and node.symbol in "*/" and not is_outflow:
            (above, below), (more, less) = map(self._factors, node.children)
            if node.symbol == "/":
                more, less = less, more
            return above + [f for f in more if f.literal != 1], below + less
        return [node], []

    def _power(self, node: Binary, to: Open) -> Said:
        base, exponent = node.children
        if exponent.literal is not None or not base.unit.is_one:
            text = (
                f"{self.inside(base, ATOM, to)} to the power of {self.inside(exponent, ATOM, to)}"
            )
            return Said(text, PRODUCT)
        falls = isinstance(exponent, Negative)
        size = exponent.children[0] if isinstance(exponent, Negative) else exponent
        by = self.names.value(size, to, unit=" %") or f"{self.inside(size, ATOM, to)} %"
        of = self.inside(base, ATOM, to)
        way = "falls" if falls else "rises"
        text = f"a factor that is 1 while {of} is 1, and {way} by {by} for each 1 % more of it"
        return Said(text, PHRASE)

    def _call(self, node: Call, to: Open) -> Said:
        if (years := elapsed_between(node)) is not None:
            first, last = map(day_said, years)
            most = f"{years[1] - years[0]:.3g}"
            how = _carried_on(node)
            return Said(f"the years passed since {first} (at most {most}, on {last}{how})", ATOM)
        if node.function not in self._calls:
            message = f"the function '{node.function}' has no words: give it a form in words.py"
            raise ExportError(message)
        return self._calls[node.function](node, to)

    def _function(self, name: str, node: Expr, to: Open) -> Said:
        return Said(f"{name} {self.inside(node.children[0], ATOM, to)}", PRODUCT)

    def _total(self, node: Call, to: Open) -> Said:
        parts = list(self._summed(node, to, PRODUCT))
        if len(parts) == 1:
            return parts[0]
        return Said(" + ".join(part.text for part in parts), SUM)

    def _summed(self, node: Call, to: Open, needed: int) -> Iterator[Said]:
        """Yield the terms of a total, those over all elements of a dimension as one."""

        def write(term: Expr, loose: Collection[Element]) -> Said:
            return self.said(term, to | frozenset(loose))

        for term, order, written in terms_over(node.children, self.symbols, write):
            if written is None:
                yield Said(self.inside(term, needed, to), needed)
            elif written.strength == ATOM:
                yield Said(f"{written.text} ({all_of(order)} together)", ATOM)
            else:
                yield Said(f"({written.text}, {all_of(order)} together)", ATOM)

    def _share(self, node: Call, to: Open) -> Said:
        part, whole = (self.inside(child, ATOM, to) for child in node.children)
        return Said(f"{part} as a share of {whole}", PHRASE)

    def _where(self, node: Call, to: Open) -> Said:
        return Said(" ".join(self._branches(node, to)), PHRASE)

    def _branches(self, node: Call, to: Open) -> list[str]:
        """Return a condition, and what holds where it is met and where it is not."""
        condition, a, b = node.children
        said = self.names.switched_on(condition, to) or self.said(condition, to).text
        return [f"if {said}:", f"{self.said(a, to).text};", f"else {self.inside(b, SUM, to)}"]

    def _limited(self, node: Call, to: Open) -> Said:
        of, limit = node.children
        if self._is_plain(of) and not self._is_plain(limit):
            of, limit = limit, of
        inner = self.said(of, to)
        again = isinstance(of, Call) and of.function in ("maximum", "minimum")
        text = inner.text if inner.strength >= SUM or again else f"({inner.text})"
        way = "below" if node.function == "maximum" else "above"
        most = _with_article(self.inside(limit, SUM, to))
        return Said(f"{text}, {'and' if again else 'but'} not {way} {most}", PHRASE)

    def _is_plain(self, node: Expr) -> bool:
        return node.literal is not None or bool(self.names.value(node, frozenset()))

    def _path(self, node: Call, to: Open) -> Said:
        first, last, progress = node.children
        a, b = (
            self.names.value(level, to, brief=True) or self.inside(level, SUM, to)
            for level in (first, last)
        )
        if (days := span_of(progress)) is None:
            way = self.inside(progress, ATOM, to)
            return Said(f"{a}, moving smoothly to {b} as {way} goes from 0 to 1", PHRASE)
        begins, ends = map(day_said, days)
        cause = node.period
        why = f" ({self.names.shown(cause.cause)})" if cause else ""
        how = _carried_on(progress)
        text = f"{a} until {begins}, then moving to {b} by {ends}{how}, and level from there{why}"
        return Said(text, PHRASE)

    def _carried(self, node: Call, to: Open) -> Said:
        now, known_to, first, last = (self.inside(child, ATOM, to) for child in node.children)
        how = f"carried on as far as a path from {first} to {last} had run"
        return Said(f"{now}, after {known_to} {how}", PHRASE)

    def _exponential(self, node: Call, to: Open) -> Said:
        above, below = self._factors(node.children[0])
        spans = [elapsed_between(factor) for factor in above]
        if len(above) == len(("rate", "years")) and not below and any(spans):
            rate = above[0] if spans[1] else above[1]
            first, last = map(day_said, next(span for span in spans if span))
            rate_said = self.inside(rate, ATOM, to)
            how = "".join(map(_carried_on, above))
            way = f"growing until {last}{how and how + ','} and level from there"
            return Said(f"1 until {first}, then {way}, at {rate_said}", PHRASE)
        return self._function("the number whose natural logarithm is", node, to)

    def _table(self, node: Table, to: Open) -> Said:
        dated = isinstance(node.children[0], Time)
        points = ", ".join(f"{y:g} at {day_said(x) if dated else f'{x:g}'}" for x, y in node.points)
        of = "the date" if dated else self.inside(node.children[0], ATOM, to)
        return Said(f"read off straight lines over {of}: {points}, and level beyond", PHRASE)


def _carried_on(path: Expr) -> str:
    return ", as far as figures know the way" if is_carried(path) else ""


def _with_article(text: str) -> str:
    """Return words that begin with the meaning of a number as they stand after "at most"."""
    first = text.partition(" ")[0]
    return f"the {text}" if first.isalpha() and first not in COMPLETE else text


def _joined(terms: list[tuple[str, str]]) -> Said:
    (_, first), *others = terms
    return Said(first + "".join(f" {sign} {term}" for sign, term in others), SUM)


def _chance(node: Chance) -> str:
    return f"{node.said}, 0 in the middle and up to the last figures"


def _number(node: Number) -> Said:
    if node.day is not None:
        return Said(day_said(end_of(node.day)), ATOM)
    if node.unit == time.unit and CALENDAR[0] < node.value < CALENDAR[1]:
        return Said(day_said(node.value), ATOM)
    years = "" if node.unit != time.unit else " year" if node.value == 1 else " years"
    return Said(f"{node.value:,.12g}{years}".replace("-", "−"), ATOM if node.value >= 0 else SUM)
