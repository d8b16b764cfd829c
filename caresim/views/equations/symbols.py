"""How quantities and parameters are written in formulas: names in words, elements as subscripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caresim.language.dimensions import At, Dimension, Divided
from caresim.language.expressions import Expr, walk
from caresim.language.lags import Delay
from caresim.language.model import Model
from caresim.language.parameters import ParameterRef
from caresim.language.variables import Variable
from caresim.views.equations.pieces import ATOM, Piece, named, words

__all__ = ["Element", "Free", "Symbols"]

Element = tuple[str | None, Dimension, str]  # of one name, or of all names where it is None
Free = Mapping[Element, str]  # elements that are written as an index


class Symbols:
    """The names of one model as formulas write them.

    A name is set in words, ``early_help_level`` as *early help level*: quantities upright,
    parameters in italics. A quantity over a dimension has an index, such as *a* for ages.
    """

    def __init__(self, model: type[Model]) -> None:
        groups = model.groups.values()
        dimensions = tuple(dict.fromkeys(d for group in groups for d in group.dimensions))
        self.indices = _indices(dimensions)
        self._homes: dict[int, tuple[Divided, At]] = {
            id(part): (group, dict(zip(group.dimensions, key, strict=True)))
            for group in groups
            for key, part in group.elements.items()
        }
        self._parameters = model.parameters.by_element()
        self._found: dict[int, tuple[Expr, tuple[Element, ...]]] = {}
        delays = [v for v in (*groups, *model.variables.values()) if isinstance(v, Delay)]
        self._delays: dict[int, Expr] = {
            id(part.outflow): part
            for d in delays
            for part in (d, *d.scalars)
            if isinstance(part, Delay)
        }

    def home(self, node: Expr) -> tuple[Expr, At]:
        """Return the quantity over dimensions that an element is of, and which element it is."""
        return self._homes.get(id(node), (node, {}))

    def parameter(self, name: str) -> tuple[str, At]:
        """Return the name that parameters by element share, and which element one is of."""
        return self._parameters.get(name, (name, {}))

    def delay_of(self, node: Expr) -> Expr | None:
        """Return the delay that an expression is the outflow of, None for any other."""
        return self._delays.get(id(node))

    def elements_in(self, term: Expr) -> tuple[Element, ...]:
        """Return the elements that are named in a term, in order of appearance."""
        if id(term) not in self._found:
            self._found[id(term)] = term, tuple(self._elements_in(term))
        return self._found[id(term)][1]

    def _elements_in(self, term: Expr) -> Iterator[Element]:
        for node in [self._delays[id(term)]] if id(term) in self._delays else walk(term):
            if isinstance(node, Divided) and node.dimensions:
                yield from self.elements_in(next(iter(node.elements.values())))
            else:
                stem, place = self._element(node)
                yield from ((stem, dimension, element) for dimension, element in place.items())

    def _element(self, node: Expr) -> tuple[str, At]:
        """Return the name that a quantity or parameter shares with others, and its elements."""
        if isinstance(node, ParameterRef):
            return self.parameter(node.name)
        group, place = self.home(node)
        return getattr(group, "name", None) or "", place

    def write(self, node: Expr, free: Free) -> Piece | None:
        """Return a named quantity, a parameter or an outflow of a delay; None for anything else."""
        if id(node) in self._delays:
            inner = self.write(self._delays[id(node)], free)
            text, width = (inner.text, inner.width) if inner else ("", 0)
            return Piece(rf"\text{{outflow}}\left({text}\right)", ATOM, width + 9)
        if isinstance(node, Divided) and node.dimensions:
            key, first = next(iter(node.elements.items()))
            own: Free = {
                (None, d, e): self.indices[d] for d, e in zip(node.dimensions, key, strict=True)
            }
            return self.write(first, {**own, **free})
        if not isinstance(node, ParameterRef | Variable):
            return None
        stem, place = self._element(node)
        marks = [
            free.get((stem, d, e)) or free.get((None, d, e)) or rf"\text{{{words(e)}}}"
            for d, e in place.items()
        ]
        return named("textit" if isinstance(node, ParameterRef) else "text", stem, marks)


def _indices(dimensions: tuple[Dimension, ...]) -> dict[Dimension, str]:
    """Return a letter for each dimension: the first of its label that is still free."""
    found: dict[Dimension, str] = {}
    for dimension in dimensions:
        letters = [c for c in dimension.label.lower() if c.isascii() and c.isalpha() and c != "t"]
        spare = [c for c in (*letters, *"ijklmnpqrs") if c not in found.values()]
        found[dimension] = spare[0]
    return found
