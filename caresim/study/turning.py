"""Why a projection turns: the given path or the driver without which it would not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.paths import Shift
from caresim.engine.run import Run
from caresim.language.dates import date_of, end_of, financial_year, parse_date, year_end
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.language.rounding import said
from caresim.language.shown import counted_word
from caresim.study.question import Question

if TYPE_CHECKING:
    from caresim.study.scenario.scenario import Scenario

__all__ = ["Turn", "turn_of"]

LEAST = 0.005  # of the level at the turn: what is less is no turn
MOST_OF_IT = 0.5  # of what comes after the turn, which the reason has to explain
NONE = "No single given path makes it turn, nor anything else from outside."
PART_OF_IT = 0.2  # and what is named beside it, or without any
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """Where a quantity of a run turns, and the given path or the driver that turns it.

    ``at`` is the level in the year of the turn and ``end`` that in the ``last``; ``at_without`` and
    ``without`` are what they would be were ``path`` held at its last known value, of the day
    ``known``, rather than to change by ``change`` (a share) as is assumed; where it is a driver,
    ``is_driver``, held as it is on that day. ``path`` is None where none explains half of it;
    ``parts`` are others that explain a fifth or more. ``least`` is what numbers are rounded to.
    """

    quantity: str
    run: str
    year: str
    last: str
    at: float
    end: float
    path: str | None = None
    known: dt.date | None = None
    change: float = 0.0
    at_without: float = 0.0
    without: float = 0.0
    least: float = 0.0
    is_driver: bool = False
    parts: tuple[Turn, ...] = ()

    def __str__(self) -> str:
        word = "peak" if self.at > self.end else "low point"
        way = "down" if self.at > self.end else "up"
        head = (
            f"{self.quantity} under {self.run}: {word} of {self._said(self.at)} in {self.year}, "
            f"then {way} to {self._said(self.end)} in {self.last}."
        )
        main = f"The reason is {self.cause()}." if self.path else NONE
        return " ".join((head, main, *(f"A part of it is {one.cause()}." for one in self.parts)))

    def cause(self) -> str:
        """Return what turns it, as it stands in a sentence, and to what it would come without."""
        assert self.known is not None  # noqa: S101
        day = f"{self.known.day} {self.known:%B %Y}"
        comes = f"the projection would come to {self._said(self.without)} in {self.last}"
        if self.is_driver:
            return f"'{self.path}', which acts from outside: held as on {day}, {comes}"
        moves = "rise" if self.change > 0 else "fall"
        size = said(abs(self.change) * 100, figures=2)
        return (
            f"the given path of '{self.path}', assumed to {moves} by {size} % after {day}: held at "
            f"its level of that day, {comes}"
        )

    def _said(self, value: float) -> str:
        return said(value, least=self.least)


def turn_of(
    model: Model,
    scenario: Scenario | None = None,
    *,
    until: str | dt.date | None = None,
    mix: str | None = None,
) -> Turn | None:
    """Return where the main quantity of a model turns after the last published year, and why.

    It is run again with each given path held at its last known value, and with each driver of the
    model turned off after the last published year, one at a time. None where it goes on rising or
    falling, or the model publishes nothing.
    """
    asked = Question.of(model, scenario, verb="turn_of", until=until, mix=mix)
    name = next(iter(model.compared_names()), "")
    first = _first_projected(asked)
    if not name or first is None:
        return None
    run = asked.run([name])
    values = run.yearly(name)[first:, 0]
    at = _turn_in(values)
    if at is None:
        return None
    years = asked.clock.financial_years[first:]
    variable = model.variable(name)
    found = Turn(
        variable.label, asked.name, years[at], years[-1], float(values[at]), float(values[-1]),
        least=model.shown_rounding().get(counted_word(variable.unit), 0.0),
    )  # fmt: skip
    tried = [_held_at(found, asked, entry, name, run) for entry in _given(asked)]
    tried += _without_drivers(found, asked, name, years[0])
    named = sorted((turn for turn in tried if _explained(turn) >= PART_OF_IT), key=_explained)[::-1]
    if named and _explained(named[0]) >= MOST_OF_IT:
        return replace(named[0], parts=tuple(named[1:]))
    return replace(found, parts=tuple(named))


def _first_projected(asked: Question) -> int | None:
    """Return the place of the last published year, or of the first year without any."""
    figures = asked.model.observed
    if figures is None or not figures.observations:
        return None
    last = financial_year(max(year_end(row.year) for row in figures.observations))
    years = asked.clock.financial_years
    return years.index(last) if last in years else None


def _turn_in(values: Values) -> int | None:
    """Return the place of the peak or trough within a row, None where it is at either end."""
    for at in (int(values.argmax()), int(values.argmin())):
        gap = abs(values[[0, -1]] - values[at]).min()
        if 0 < at < len(values) - 1 and gap > LEAST * abs(values[at]):
            return at
    return None


def _given(asked: Question) -> Iterator[Parameter]:
    """Yield the dated parameters whose assumed path moves and that the scenario leaves alone."""
    changed = {shift.parameter for shift in asked.shifts}
    for entry in asked.model.parameters.values():
        if isinstance(entry.value, Series) and entry.name not in changed:
            known, held = _last_known(entry, entry.value)
            pairs = zip(entry.value.times, entry.value.values, strict=True)
            if any(value != held for time, value in pairs if time >= known):
                yield entry


def _last_known(entry: Parameter, series: Series) -> tuple[float, float]:
    """Return when a path was last known, and its value then."""
    known = end_of(parse_date(entry.assumed_from)) if entry.assumed_from else series.ends
    if series.held:
        at = int(np.searchsorted(series.times, known)) - 1
        return known, series.values[max(0, at)]
    return known, float(np.interp(known, series.times, series.values))


def _held_at(turn: Turn, asked: Question, entry: Parameter, name: str, run: Run) -> Turn:
    """Return a turn with what would come of it were a path held at its last known value.

    It begins as the ``run`` that turns does, whose figures are not those of another path.
    """
    series = entry.value
    assert isinstance(series, Series)  # noqa: S101
    known, held = _last_known(entry, series)
    kept = [(t, v) for t, v in zip(series.times, series.values, strict=True) if t < known]
    times, values = zip(*kept, (known, held), strict=True)
    level = replace(entry, value=replace(series, times=times, values=values))
    model = asked.model.with_numbers(asked.model.parameters.with_entries({entry.name: level}))
    alone = replace(asked, model=model, from_figures=False).run([name])
    again = replace(alone, start=run.start).yearly(name)[:, 0]
    return replace(
        turn,
        path=entry.meaning or entry.name,
        known=date_of(known),
        change=series.values[-1] / held - 1 if held else 0.0,
        at_without=float(again[asked.clock.financial_years.index(turn.year)]),
        without=float(again[-1]),
    )


def _without_drivers(turn: Turn, asked: Question, name: str, year: str) -> Iterator[Turn]:
    """Yield a turn with what would come of it were a driver left as it is at the end of a year."""
    changed, begins = {shift.parameter for shift in asked.shifts}, float(year_end(year))
    for driver in asked.model.drivers:
        off = dict(asked.model.parameters[driver.switch].choices).get("off")
        if off is None or driver.switch in changed:
            continue
        still = replace(asked, shifts=(*asked.shifts, Shift(driver.switch, "set", off, begins)))
        again = still.run([name]).yearly(name)[:, 0]
        yield replace(
            turn,
            path=driver.name,
            is_driver=True,
            known=date_of(begins),
            at_without=float(again[asked.clock.financial_years.index(turn.year)]),
            without=float(again[-1]),
        )


def _explained(turn: Turn) -> float:
    """Return the share of what comes after the turn that does not where a path is held."""
    return 1 - (turn.without - turn.at_without) / (turn.end - turn.at)
