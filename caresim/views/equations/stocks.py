"""What changes a stock, as one sum of its flows, written once for all elements of its dimensions.

A flow that touches some elements only has a condition behind it: ``[p = First]`` is 1 in that
element and 0 elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from caresim.language.dimensions import Dimension, Divided, Key
from caresim.language.pipes import Place
from caresim.language.variables import Flow
from caresim.views.equations.latex import Writer
from caresim.views.equations.pieces import ATOM, Piece, named, sum_over, words

__all__ = ["Pair", "flows_of", "touches"]

Pair = tuple[Key, Key]  # an element of the stock, and the element of the flow that touches it
Terms = list[tuple[str, Piece]]


def flows_of(place: Place, flows: Sequence[Flow], writer: Writer) -> Terms:
    """Return what flows into and out of a stock or delay, with signs."""
    return [
        (sign, term)
        for sign, flow, pairs in touches(place, flows)
        for term in _Touch(place, flow, pairs, writer).terms()
    ]


def touches(place: Place, flows: Sequence[Flow]) -> Iterator[tuple[str, Flow, list[Pair]]]:
    """Yield what flows into a stock or delay, then what flows out, with the elements that meet."""
    keys = {id(part): key for key, part in place.elements.items()} if place.dimensions else {}
    keys = keys or {id(place): ()}
    for sign, end in (("+", "target"), ("-", "source")):
        for flow in flows:
            parts = flow.elements.items() if flow.dimensions else [((), flow)]
            pairs = [
                (keys[id(there)], key)
                for key, part in parts
                if id(there := getattr(part.pipe, end)) in keys
            ]
            if pairs:
                yield sign, flow, pairs


@dataclass(frozen=True)
class _Touch:
    """Where one flow enters or leaves one stock."""

    place: Divided
    flow: Flow
    pairs: list[Pair]
    writer: Writer

    def terms(self) -> Iterator[Piece]:
        """Yield one term for all elements where a rule covers them, else one for each element."""
        marks = [self._mark(i, d) for i, d in enumerate(self.flow.dimensions)]
        touched = [self._touched(d) for d in self.place.dimensions]
        summed = [d for d, mark in zip(self.flow.dimensions, marks, strict=True) if mark == "sum"]
        expected = prod(map(len, touched)) * prod(len(d.elements) for d in summed)
        if None not in marks and expected == len(set(self.pairs)):
            letters = [
                self.writer.index(d) if mark == "sum" else str(mark)
                for d, mark in zip(self.flow.dimensions, marks, strict=True)
            ]
            term = named("text", self.flow.name or "", letters)
            if summed:
                term = sum_over(map(self.writer.index, summed), term)
            shifted = {d for d, mark in zip(self.flow.dimensions, marks, strict=True)
                       if str(mark).endswith("- 1")}  # fmt: skip
            yield self._where(term, touched, shifted)
            return
        for of_place, of_flow in self.pairs:
            term = named("text", self.flow.name or "", [_text(e) for e in of_flow])
            yield self._where(term, [(e,) for e in of_place], set())

    def _mark(self, position: int, dimension: Dimension) -> str | None:
        """Return the subscript of the flow for one dimension; None where no rule gives it."""
        own = [key[position] for _, key in self.pairs]
        if dimension in self.place.dimensions:
            letter = self.writer.symbols.indices[dimension]
            there = [key[self.place.dimensions.index(dimension)] for key, _ in self.pairs]
            if own == there:
                return letter
            if [dimension.after(e) for e in own] == there:
                return f"{letter} - 1"
        elif set(own) == set(dimension.elements) and len(dimension.elements) > 1:
            return "sum"
        return _text(own[0]) if len(set(own)) == 1 else None

    def _touched(self, dimension: Dimension) -> tuple[str, ...]:
        position = self.place.dimensions.index(dimension)
        found = {key[position] for key, _ in self.pairs}
        return tuple(e for e in dimension.elements if e in found)

    def _where(
        self, term: Piece, touched: Sequence[tuple[str, ...]], shifted: set[Dimension]
    ) -> Piece:
        """Return a term with the elements that it is for; what comes from before has none."""
        conditions = []
        for dimension, elements in zip(self.place.dimensions, touched, strict=True):
            first_has_none = dimension in shifted and elements == tuple(dimension.elements[1:])
            if len(elements) < len(dimension.elements) and not first_has_none:
                letter = self.writer.symbols.indices[dimension]
                conditions.append(f"{letter} {_among(dimension, elements)}")
        if not conditions:
            return term
        text = r",\ ".join(conditions)
        width = term.width + len(text.replace(r"\text", ""))
        return Piece(rf"{term.text}\,\left[{text}\right]", ATOM, width)


def _among(dimension: Dimension, elements: tuple[str, ...]) -> str:
    left_out = [e for e in dimension.elements if e not in elements]
    if len(elements) == 1:
        return f"= {_text(elements[0])}"
    if len(left_out) == 1:
        return rf"\ne {_text(left_out[0])}"
    return rf"\in {', '.join(map(_text, elements))}"


def _text(element: str) -> str:
    return rf"\text{{{words(element)}}}"
