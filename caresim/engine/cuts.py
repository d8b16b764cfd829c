"""The moments at which a step of a run has to end: where a scenario or an equation jumps.

A method of integration takes a step for smooth. Where a value jumps inside one, part of a step's
worth lands on the wrong side of the date; so the grid is cut there. Changes bring their dates. In
equations it is each comparison that hangs on time and parameters alone that jumps, whatever it is
written with: ``time >= 2012.5``, ``time - p.begins > p.waiting``, a lever that passes a level on
its ramp. Those are found by their values, at moments that know every date of model and scenario,
and then narrowed down; so are ``minimum`` and ``maximum`` of times, which bend there. What is drawn
never cuts the grid, so that a run is the same to the last bit alone and among others: where the
moment itself is drawn, the middle of a step decides for the whole of it, and a notice says so.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import SAME, Clock, together
from caresim.engine.notices import Notice
from caresim.engine.operations.listed import INPUT, NUMBER, STATE, Operations, applied
from caresim.engine.operations.reading import INSIDE, PARAMETER, TIME_NAME, Reading
from caresim.engine.paths import Shift, affine
from caresim.language.expressions import Table, Time, walk
from caresim.language.functions import COMPARISONS
from caresim.language.model import Model, equations_of
from caresim.language.parameters import Series

__all__ = ["bends_of", "cut_clock"]

Values = NDArray[np.float64]
Columns = Mapping[str, Values]
MOST_CUTS = 2000  # of a run: five a month over thirty years
BENT = ("minimum", "maximum")
CARRIED = ("carried",)  # a path known to a moment, written with them
HALVINGS = 50  # of a step of years, to below what tells two moments apart


def bends_of(shifts: Sequence[Shift]) -> list[float]:
    """Return the moments at which changes begin, are in full force, and end."""
    found = {m for s in shifts for m in (s.begins, s.begins + s.over, s.ends)}
    return sorted(moment for moment in found if math.isfinite(moment))


def cut_clock(
    model: Model, clock: Clock, shifts: Sequence[Shift], columns: Columns | None = None
) -> tuple[Clock, list[Notice]]:
    """Return the clock with the end of a step wherever a run jumps, and what to say of the rest.

    ``columns`` are the drawn parameters. Notices name what jumps at a moment that is drawn, and a
    model with more dates than a grid holds.
    """
    turns = _turns(model, clock, tuple(shifts), columns or {})
    found, corners = [*bends_of(shifts), *turns.moments], _corners(model, clock)
    cut = clock.cut_at([*found, *corners])
    notices = [_drawn_day(model, name) for name in turns.drawn]
    if clock.fixed or len(cut.cuts) - len(clock.cuts) <= MOST_CUTS:
        return cut, notices
    text = (
        f"changes, equations and dated values turn on {len(cut.cuts):,} days between two steps, "
        f"more than the {MOST_CUTS:,} at which a step can be cut: what lies between steps is read "
        "at the beginning, the middle and the end of each; take more steps a year"
    )
    notice = Notice("date", type(model).__name__, text)
    return clock.cut_at(found[:MOST_CUTS]), [*notices, notice]


def _drawn_day(model: Model, name: str) -> Notice:
    text = (
        f"'{model.variable(name).label}' changes on a day that is drawn: in each run it changes "
        "with the step that this day lies in, up to half a step early or late"
    )
    return Notice("date", name, text)


def _corners(model: Model, clock: Clock) -> list[float]:
    """Return the points of dated lines that are as good as jumps: nearer than a step."""
    tables = [[x for x, _ in node.points] for node in _switches(type(model)).tables]
    series = [entry.value for entry in model.parameters.entries.values()]
    lines = [list(s.times) for s in series if isinstance(s, Series) and not s.held]
    return [
        moment
        for points in (*tables, *lines)
        for pair in pairwise(points)
        if pair[1] - pair[0] < clock.step - SAME
        for moment in pair
    ]


@dataclass(frozen=True)
class _Switch:
    """A comparison, or a bend, that hangs on no stock: its place, and what it hangs on."""

    place: int
    on_time: bool
    parameters: frozenset[str]
    bends: bool = False


@dataclass(frozen=True, eq=False)
class _Switches:
    """A model as operations, with its comparisons that hang on no stock and its dates."""

    operations: Operations
    places: Mapping[str, int]
    listed: tuple[_Switch, ...]
    tables: tuple[Table, ...]
    numbers: tuple[float, ...]

    def owner(self, switch: _Switch) -> str:
        """Return the name of the quantity that a comparison belongs to."""
        needs = {name: self.operations.needed([place]) for name, place in self.places.items()}
        return min((n for n in needs if switch.place in needs[n]), key=lambda n: len(needs[n]))


@functools.lru_cache(maxsize=64)
def _switches(model: type[Model]) -> _Switches:
    operations, names = Operations(), list(model.variables)
    reading = Reading(operations, model, (), ())
    places = dict(zip(names, reading.places(names), strict=True))
    nodes = list(walk(*(e for v in model.variables.values() for e in equations_of(v))))
    tables = [node for node in nodes if isinstance(node, Table)]
    live = operations.needed(list(places.values()))
    bends = {place for name in names for place in reading.within(name, BENT)}
    carried = {place for name in names for place in reading.within(name, CARRIED)}
    bends |= {i for i in operations.needed(carried) if operations[i].symbol in BENT}
    switches = [
        _switch(operations, place)
        for place in live
        if operations[place].kind != STATE
        and (operations[place].symbol in COMPARISONS or place in bends)
    ]
    numbers = [o.extra for o in operations.listed if o.symbol == NUMBER]
    return _Switches(
        operations,
        places,
        tuple(switch for switch in switches if switch.on_time or not switch.bends),
        tuple(node for node in tables if isinstance(node.children[0], Time)),
        (*numbers, *(x for node in tables for x, _ in node.points)),
    )


def _switch(operations: Operations, place: int) -> _Switch:
    needed = (operations[i] for i in operations.needed([place]))
    inputs = [operation.extra for operation in needed if operation.symbol == INPUT]
    named = frozenset(name for what, name in inputs if what == PARAMETER)
    on_time = TIME_NAME in inputs or (INSIDE, "") in inputs
    return _Switch(place, on_time, named, operations[place].symbol in BENT)


@dataclass(frozen=True)
class _Turns:
    """When comparisons change, and the quantities of those that change when it is drawn."""

    moments: tuple[float, ...] = ()
    drawn: tuple[str, ...] = ()


def _turns(model: Model, clock: Clock, shifts: tuple[Shift, ...], columns: Columns) -> _Turns:
    known, entries = _switches(type(model)), model.parameters.entries
    moving = {name for name, entry in entries.items() if entry.is_dated}
    moving |= {shift.parameter for shift in shifts}
    moments, drawn = list[float](), list[str]()
    for switch in known.listed:
        if not (switch.on_time or switch.parameters & moving):
            continue
        own = {name: entries[name].value for name in sorted(switch.parameters)}
        moved = tuple(shift for shift in shifts if shift.parameter in own)
        ends = [{n: float(end(columns[n])) for n in own if n in columns} for end in (min, max)]
        found = (_changes(type(model), switch, (*(own | e).items(),), moved, clock) for e in ends)
        if not ends[0]:
            moments += next(found)
        elif not switch.bends and any(found):
            drawn.append(known.owner(switch))
    return _Turns(tuple(moments), tuple(dict.fromkeys(drawn)))


@functools.lru_cache(maxsize=4096)
def _changes(
    model: type[Model],
    switch: _Switch,
    values: tuple[tuple[str, float | Series], ...],
    shifts: tuple[Shift, ...],
    clock: Clock,
) -> tuple[float, ...]:
    """Return when a comparison changes; kept, as few hang on what a scenario changes."""
    known, own = _switches(model), dict(values)
    times = _times(known.numbers, own, shifts, clock)
    return tuple(_Course(known.operations, switch.place, own, shifts).changes(times))


def _times(
    numbers: Sequence[float],
    values: Mapping[str, float | Series],
    shifts: Sequence[Shift],
    clock: Clock,
) -> Values:
    """Return moments between which a comparison changes once at most, as far as dates tell."""
    dates = [time for v in values.values() for time in (v.times if isinstance(v, Series) else (v,))]
    found = (*numbers, *dates, *bends_of(shifts))
    inside = [moment for moment in found if clock.first_year < moment < clock.last_year]
    marks = together(clock.edges, inside)
    return together(marks, (marks[1:] + marks[:-1]) / 2)


@dataclass(frozen=True)
class _Course:
    """A comparison as time goes by, for some values of the parameters."""

    operations: Operations
    place: int
    values: Mapping[str, float | Series]
    shifts: tuple[Shift, ...]

    def changes(self, times: Values) -> list[float]:
        """Return the moments from which on it is another than before."""
        holds = self._holds(times)
        at = np.flatnonzero(holds[1:] != holds[:-1])
        low, high, before = times[at], times[at + 1], holds[at]
        for _ in range(HALVINGS if len(at) else 0):
            middle = (low + high) / 2
            is_before = self._holds(middle) == before
            low, high = np.where(is_before, middle, low), np.where(is_before, high, middle)
        return [float(moment) for moment in high]

    def _holds(self, times: Values) -> NDArray[np.bool_]:
        operation = self.operations[self.place]

        def given(name: tuple[str, Any]) -> Any:
            return self._value(name[1], times) if name[0] == PARAMETER else times

        with np.errstate(all="ignore"):
            sides = self.operations.values(operation.args, given)
            holds = applied(">" if operation.symbol in BENT else operation.symbol, *sides)
        return np.asarray(np.broadcast_to(holds, times.shape))

    def _value(self, name: str, times: Values) -> Any:
        value = self.values[name]
        own = [shift for shift in self.shifts if shift.parameter == name]
        if isinstance(value, Series):
            return affine(value, own, times, times)[1]
        slope, level = affine(None, own, times, times)
        return slope * value + level
