"""Dimensions: one equation for each age, each placement, each region.

A quantity over a dimension is a template, and so is an equation that uses one. When the class is
made, each template is written out once for each element, as plain quantities.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from caresim.language.errors import ModelError, came, did_you_mean, quoted, shown, trait
from caresim.language.expressions import Expr, walk
from caresim.language.plain_text import check_plain
from caresim.language.walking import folded

__all__ = [
    "Array",
    "At",
    "Dimension",
    "Divided",
    "Key",
    "Over",
    "at",
    "dimensions_of",
    "element_name",
    "in_words",
    "keys_of",
    "settled",
    "slug",
]

Key = tuple[str, ...]  # one element of each dimension


@dataclass(frozen=True)
class Dimension:
    """What quantities are divided by: ``Dimension("Age", ["0–9", "10–15", "16–17"])``.

    The order is that of :meth:`Place.ageing`. Names in the model and in results end in the element
    in lower case, with an underscore for all but letters and digits: ``care_16_17``.

    Raises ModelError when there are no elements, or two that would have the same name.
    """

    label: str
    elements: Sequence[str]

    def __post_init__(self) -> None:
        is_listed = isinstance(self.elements, Iterable) and trait(self.elements, "ndim", 1) == 1
        if (
            not is_listed
            or isinstance(self.elements, str | bytes | set | frozenset | Mapping)
            or not (isinstance(self.label, str) and self.label.strip())
        ):
            message = (
                'a dimension is a label and a list: Dimension("Age", ["0–9", "10–17"]), not '
                f"{came(self.label)} and {came(self.elements)}"
            )
            raise ModelError(message)
        named = tuple(self._checked(element) for element in self.elements)
        object.__setattr__(self, "elements", named)
        if not self.elements:
            message = f"the dimension '{self.label}' has no elements"
            raise ModelError(message)
        for text in (self.label, *self.elements):
            check_plain(text, f"{shown(text)} of a dimension", ModelError, name=True)
        slugs = [(slug(element), element) for element in self.elements]
        for (name, one), (same, other) in itertools.combinations(slugs, 2):
            if name == same:
                message = f"{self.label}: '{one}' and '{other}' would both be called '{name}'"
                raise ModelError(message)

    def _checked(self, element: object) -> str:
        if (text := _as_named(element)) is None:
            message = f"{self.label}: an element is a text or a whole number, not {came(element)}"
            raise ModelError(message)
        return text

    def after(self, element: str) -> str | None:
        """Return the next element, None for the last."""
        position = self.elements.index(element) + 1
        return self.elements[position] if position < len(self.elements) else None

    def __str__(self) -> str:
        return self.label


def _as_named(element: Any) -> str | None:
    """Return an element as a text, also where it is given as a whole number such as a year."""
    if isinstance(element, str):
        return str(element)
    is_whole = isinstance(element, Integral) and not isinstance(element, bool)
    return str(int(element)) if is_whole else None


At = Mapping[Dimension, str]  # the element of some dimensions
Over = Dimension | Sequence[Dimension] | None  # how a quantity states its dimensions


class Divided(Expr):
    """A quantity that may stand for one in each element of its dimensions."""

    name: str | None = None
    dimensions: tuple[Dimension, ...] = ()

    @property
    def elements(self) -> Mapping[Key, Expr]:
        """The quantity of each element, by the names of the elements."""
        raise NotImplementedError

    @property
    def scalars(self) -> tuple[Expr, ...]:
        """The quantities of all elements, in order; a quantity without dimensions itself."""
        return tuple(self.elements.values()) if self.dimensions else (self,)

    def select(self, place: At) -> Expr:
        """Return what stands at some elements; over the dimensions that ``place`` leaves open."""
        rest = tuple(d for d in self.dimensions if d not in place)
        found = {
            tuple(e for e, d in zip(key, self.dimensions, strict=True) if d in rest): part
            for key, part in self.elements.items()
            if all(place.get(d, e) == e for d, e in zip(self.dimensions, key, strict=True))
        }
        return self.rest(rest, found, ", ".join(place.values())) if rest else found[()]

    def rest(self, dimensions: tuple[Dimension, ...], found: Mapping[Key, Expr], of: str) -> Expr:
        """Return the part over some of the dimensions."""
        return Array(f"{self}[{of}]", dimensions, found)

    def __getitem__(self, names: str | Key) -> Any:
        """Return one element, ``care["16–17"]``; of two dimensions, ``care["16–17", "Settled"]``.

        Raises ModelError for a name that no dimension has, or that two have.
        """
        place: dict[Dimension, str] = {}
        for given in names if isinstance(names, tuple) else (names,):
            name: Any = _as_named(given) or given
            place[self._dimension_with(name, place)] = name
        return self.select(place)

    def __iter__(self) -> Iterator[Expr]:
        """Refuse ``sum(care)`` and loops, which the square brackets would seem to allow."""
        message = (
            f"{quoted(self)} is an equation, not a list: write total({self}) for the sum over it"
        )
        raise ModelError(message)

    def _dimension_with(self, name: Any, taken: At) -> Dimension:
        if not self.dimensions:
            message = f"{quoted(self)} is not over a dimension, so it has no element {came(name)}"
            raise ModelError(message)
        found = [d for d in self.dimensions if name in d.elements and d not in taken]
        if len(found) > 1:
            message = (
                f"{quoted(self)}: both {in_words(found)} have an element '{name}'; "
                "rename one of them"
            )
            raise ModelError(message)
        if not found:
            known = [e for d in self.dimensions if d not in taken for e in d.elements]
            near = did_you_mean(str(name), known)
            of = in_words([d for d in self.dimensions if d not in taken])
            message = f"{quoted(self)} has no element {came(name)} of {of}{near}"
            raise ModelError(message)
        return found[0]


class Array(Divided):
    """Quantities by element, such as the parameters ``rate_0_9``, ``rate_10_15`` and so on."""

    def __init__(
        self, name: str, dimensions: tuple[Dimension, ...], elements: Mapping[Key, Expr]
    ) -> None:
        self.name = name
        self.dimensions = dimensions
        self._elements = elements
        self.unit = next(iter(elements.values())).unit

    @property
    def elements(self) -> Mapping[Key, Expr]:
        """The quantity of each element."""
        return self._elements


def slug(element: str) -> str:
    """Return an element as it stands in names: ``0_9`` for ``"0–9"``.

    Raises ModelError when nothing is left of it, or when it has letters beyond a to z.
    """
    name = re.sub(r"[^a-z0-9]+", "_", str(element).lower()).strip("_")
    if not name or any(c.isalnum() and not c.isascii() for c in str(element)):
        message = f"'{element}' cannot be part of a name: use the letters a to z and digits in it"
        raise ModelError(message)
    return name


def element_name(name: str, *elements: str) -> str:
    """Return the name of a quantity or parameter of some elements: ``care_16_17``."""
    return "_".join((name, *map(slug, elements)))


def keys_of(dimensions: Sequence[Dimension]) -> Iterator[tuple[Key, dict[Dimension, str]]]:
    """Yield each combination of elements, as a key and by dimension; the last one runs fastest."""
    for key in itertools.product(*(d.elements for d in dimensions)):
        yield key, dict(zip(dimensions, key, strict=True))


def dimensions_of(*nodes: Expr) -> tuple[Dimension, ...]:
    """Return the dimensions that expressions are over, in the order in which they come."""
    leaves = (node for node in walk(*nodes) if isinstance(node, Divided))
    return tuple(dict.fromkeys(d for leaf in leaves for d in leaf.dimensions))


def at(node: Expr, place: At) -> Expr:
    """Return an expression as it stands at some elements; what has no dimensions stays itself."""

    def placed(part: Expr, parts: Sequence[Expr]) -> Expr:
        if isinstance(part, Divided) and any(d in place for d in part.dimensions):
            return part.select({d: place[d] for d in part.dimensions if d in place})
        return with_children(part, parts)

    return folded(node, placed)


def with_children(node: Expr, children: Sequence[Expr]) -> Expr:
    """Return an expression of other parts, and the same one where they are the same."""
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    made = copy(node)
    made.children = tuple(children)
    return made


def in_words(dimensions: Sequence[Dimension]) -> str:
    """Return the labels: ``Age and Phase``."""
    return " and ".join(d.label for d in dimensions) or "no dimension"


def settled(
    what: str,
    over: Over,
    found: tuple[Dimension, ...],
    *,
    wider: bool = False,
) -> tuple[Dimension, ...]:
    """Return the dimensions of a quantity: what it states, or else what its equation is over.

    ``wider`` lets it state more than its equation has. Raises ModelError when the two disagree.
    """
    if over is None:
        return found
    loose = not isinstance(over, Sequence) or isinstance(over, str | bytes)
    stated: tuple[Any, ...] = (over,) if loose else tuple(over)  # type: ignore[arg-type]
    if not all(isinstance(d, Dimension) for d in stated):
        message = f"{what}: over takes a Dimension or several, such as over=age, not {came(over)}"
        raise ModelError(message)
    if not set(found) <= set(stated) or (set(stated) - set(found) and not wider):
        message = (
            f"{what} is over {in_words(stated)} but its equation over {in_words(found)}: "
            'say over= the same, or take one element, such as care["0–9"], or total(…)'
        )
        raise ModelError(message)
    return stated
