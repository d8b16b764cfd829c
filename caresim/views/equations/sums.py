"""Sums that are written out by element, found again as one term over all elements."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from caresim.language.dimensions import At, Dimension, keys_of
from caresim.language.expressions import Expr
from caresim.views.equations.symbols import Element, Symbols

__all__ = ["terms_over"]

Written = TypeVar("Written")
Write = Callable[[Expr, Collection[Element]], Written]  # a term, and the elements it leaves open


def terms_over(
    terms: Sequence[Expr], symbols: Symbols, write: Write[Written]
) -> Iterator[tuple[Expr, tuple[Dimension, ...], Written | None]]:
    """Yield the terms of a total; those that go over all elements of dimensions as one.

    Of such a sum come its first term, its dimensions, and what ``write`` makes of all its terms
    alike; of any other term no dimensions, and None.
    """
    start = 0
    while start < len(terms):
        order, written, count = _over_elements(terms[start:], symbols, write)
        yield terms[start], order, written
        start += count


def _over_elements(
    terms: Sequence[Expr], symbols: Symbols, write: Write[Written]
) -> tuple[tuple[Dimension, ...], Written | None, int]:
    """Return the dimensions that the next terms write out, the one term, and how many they are."""
    loose = dict.fromkeys(d for _, d, _ in symbols.elements_in(terms[0]))
    for size in range(len(loose), 0, -1):
        for order in itertools.permutations(loose, size):
            places = [place for _, place in keys_of(order)]
            if 1 < len(places) <= len(terms):
                written = _written(terms[: len(places)], places, symbols, write)
                if len(written) == 1:
                    return order, written.pop(), len(places)
    return (), None, 1


def _written(
    terms: Sequence[Expr], places: Sequence[At], symbols: Symbols, write: Write[Written]
) -> set[Written]:
    """Return the terms with the element that each is of left open; one if they agree."""
    named = [set(symbols.elements_in(term)) for term in terms]
    fixed = set.intersection(*named)
    return {
        write(term, [e for e in own - fixed if place.get(e[1]) == e[2]])
        for term, place, own in zip(terms, places, named, strict=True)
    }
