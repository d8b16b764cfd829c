"""A list of single operations: each written once, in an order to compute, and of one kind.

The kind says how often an operation has to be computed: never again, for each moment, for each run,
for each moment of each run, or at each stage of a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from caresim.language.functions import FUNCTIONS

__all__ = [
    "ALWAYS",
    "INPUT",
    "MOMENT",
    "NUMBER",
    "RUN",
    "STATE",
    "TIME",
    "Operation",
    "Operations",
    "applied",
]

# What a value depends on: nothing, time, the run, both, or the stocks
ALWAYS, TIME, RUN, MOMENT, STATE = range(5)
NUMBER, INPUT = "number", "input"


@dataclass(frozen=True)
class Operation:
    """One operation: a row of FUNCTIONS, a number or an input, and the places of its arguments.

    ``extra`` is the value of a number, the name of an input, or the points of a look-up.
    """

    symbol: str
    args: tuple[int, ...]
    kind: int
    extra: Any = None

    @property
    def is_comparison(self) -> bool:
        """True for a truth value, which only ``where`` takes."""
        return self.symbol in FUNCTIONS and FUNCTIONS[self.symbol].is_comparison


class Operations:
    """Operations by place; ``names`` holds what the model calls their values."""

    def __init__(self) -> None:
        self.listed: list[Operation] = []
        self.names: dict[int, str] = {}
        self._places: dict[tuple[Any, ...], int] = {}
        self._truths: set[int] = set()

    def __getitem__(self, place: int) -> Operation:
        return self.listed[place]

    def number(self, value: float) -> int:
        """Return the place of a number."""
        # by its digits, as 0.0 equals -0.0 and no NaN equals itself
        return self._place((NUMBER, repr(value)), Operation(NUMBER, (), ALWAYS, float(value)))

    def input(self, kind: int, name: Any) -> int:
        """Return the place of a value that is given from outside."""
        return self._place((INPUT, name), Operation(INPUT, (), kind, name))

    def add(self, symbol: str, *args: float, extra: Any = None) -> int:
        """Return the place of an operation, appended unless it is there already.

        Arguments are places, or numbers as floats. What hangs on numbers alone is computed now.
        """
        row = FUNCTIONS[symbol]
        places = tuple(self.number(a) if isinstance(a, float) else int(a) for a in args)
        if row.number is None and row.expanded is not None:
            return int(row.expanded(self.add, *places))
        held = places[:1] if symbol == "where" else ()  # a condition stays a truth value
        if not self._truths.isdisjoint(places):
            places = (*held, *map(self.as_number, places[len(held) :]))
        # a condition on numbers alone was folded into 1 or 0 as its operation was added
        if held and (truth := self.value(held[0])) is not None:
            return places[1] if truth else places[2]
        if (value := self._folded(symbol, places, extra)) is not None:
            return self.number(value)
        kind = self.kind_of(places)
        place = self._place((symbol, places, extra), Operation(symbol, places, kind, extra))
        if row.is_comparison:
            self._truths.add(place)
        return place

    def as_number(self, place: int) -> int:
        """Return the place of a value as a number: 1 where a comparison holds, 0 elsewhere."""
        return self.add("where", place, 1.0, 0.0) if place in self._truths else place

    def kind_of(self, places: Iterable[int]) -> int:
        """Return what hangs on some values hangs on."""
        kinds = {self.listed[place].kind for place in places}
        # time and a run together are a moment of a run, though neither kind alone says so
        most = max(kinds, default=ALWAYS)
        return MOMENT if {TIME, RUN} <= kinds and most < STATE else most or RUN

    def needed(self, wanted: Iterable[int]) -> list[int]:
        """Return the places that some values are computed from, those included, in order."""
        seen: set[int] = set()
        rest = list(wanted)
        while rest:
            place = rest.pop()
            if place not in seen:
                seen.add(place)
                rest.extend(self[place].args)
        # an operation stands after its arguments, so the order of places is one to compute in
        return sorted(seen)

    def value(self, place: int) -> float | None:
        """Return the value of a number, None for anything else."""
        return self[place].extra if self[place].symbol == NUMBER else None

    def values(self, wanted: Sequence[int], given: Callable[[Any], Any]) -> list[Any]:
        """Return some values, computed by NumPy; ``given(name)`` returns those of inputs."""
        found: dict[int, Any] = {}
        for place in self.needed(wanted):
            operation = self[place]
            if operation.symbol == NUMBER:
                found[place] = operation.extra
            elif operation.symbol == INPUT:
                found[place] = given(operation.extra)
            else:
                args = [found[arg] for arg in operation.args]
                found[place] = applied(operation.symbol, *args, *(operation.extra or ()))
        return [found[place] for place in wanted]

    def _folded(self, symbol: str, places: tuple[int, ...], extra: Any) -> float | None:
        """Return the value of an operation on numbers alone, None where it has to be computed."""
        number, args = FUNCTIONS[symbol].number, [self.listed[place] for place in places]
        if number is None or not all(arg.symbol == NUMBER for arg in args):
            return None
        try:
            return float(number(*(arg.extra for arg in args), *(extra or ())))
        except (ArithmeticError, ValueError, TypeError):
            return None  # it fails each time it is computed, and says so then

    def _place(self, key: tuple[Any, ...], operation: Operation) -> int:
        if key not in self._places:
            self._places[key] = len(self.listed)
            self.listed.append(operation)
        return self._places[key]


def applied(name: str, *arguments: Any) -> Any:
    """Return the value of a function of the language on arrays."""
    row = FUNCTIONS[name]
    if not row.array and row.expanded is not None:
        return row.expanded(applied, *arguments)
    return getattr(np, row.array)(*arguments)
