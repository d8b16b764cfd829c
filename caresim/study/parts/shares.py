"""How large a place is against the whole: its share of the figures, year by year.

A figure that is missing is taken from the years beside it, so that the sum of all places is of all
of them; a suppressed one counts as three, the middle of the one to five that are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import financial_year, year_end
from caresim.language.parts import Line, Parts, Size
from caresim.language.place_figures import POPULATION, Area, PlaceFigures

__all__ = ["Shares"]

Values = NDArray[np.float64]
TOLD_AS = 3.0  # a suppressed figure, of one to five
FIRST_YEARS = 3  # that say what a place starts with
LEAST = 0.02  # of a place's share of its people: no size is smaller, so that all can be divided by


@dataclass(frozen=True, eq=False)
class Shares:
    """The shares of all places in the figures of the whole, as known to a financial year.

    With ``people_later`` the number of people is known as long as there are figures, as a given
    path of a projection is.
    """

    parts: Parts
    year: str
    people_later: bool = False

    @cached_property
    def figures(self) -> PlaceFigures:
        """The figures to that year, and of people after it where they are given."""
        known = self.parts.figures.until(self.year)
        if not self.people_later:
            return known
        later = {**known.values, POPULATION: self.parts.figures.values[POPULATION]}
        return PlaceFigures(later, known.suppressed)

    @cached_property
    def _years(self) -> dict[str, list[int]]:
        """The years in which a series has figures, as they end."""
        return {
            series: sorted({year_end(year) for years in areas.values() for year in years})
            for series, areas in self.figures.values.items()
        }

    @cached_property
    def _filled(self) -> dict[str, dict[str, Values]]:
        return {series: self._fill(series) for series in self.figures.values}

    def _fill(self, series: str) -> dict[str, Values]:
        """Return each place's figures in all years of a series, 0 where it did not exist."""
        years = self._years[series]
        hidden = {(a, y) for a, s, y in self.figures.suppressed if s == series}
        filled = {}
        for area in self.parts.areas:
            known = {year_end(y): v for y, v in self.figures.of(area.code, series).items()}
            known |= {year_end(y): TOLD_AS for a, y in hidden if a == area.code}
            if not known:
                continue
            times = sorted(known)
            row = np.interp(years, times, [known[time] for time in times])
            filled[area.code] = np.where([_exists(area, year) for year in years], row, 0.0)
        return filled

    def by_year(self, area: str, series: Sequence[str]) -> dict[int, float]:
        """Return a place's share of some series, added up, by the year in which a year ends.

        It is at least a fiftieth of its share of people, and empty where it has no figure.
        """
        key = area, tuple(series)
        if key not in self._known:
            self._known[key] = self._at_least(area, series)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, tuple[str, ...]], dict[int, float]]:
        return {}

    @cached_property
    def _wholes(self) -> dict[str, Values]:
        return {
            series: sum(rows.values(), start=np.zeros(1)) for series, rows in self._filled.items()
        }

    def _at_least(self, area: str, series: Sequence[str]) -> dict[int, float]:
        found = self._plain(area, series)
        if tuple(series) == (POPULATION,):
            return found
        people = self._plain(area, (POPULATION,))
        floor = LEAST * float(np.mean([*people.values()])) if people else 0.0
        return {year: max(share, floor) for year, share in found.items()}

    def _plain(self, area: str, series: Sequence[str]) -> dict[int, float]:
        rows = [self._filled.get(name, {}) for name in series]
        if not all(area in row for row in rows):
            return {}
        years = [
            year for year in self._years[series[0]] if all(year in self._years[s] for s in series)
        ]
        own, whole = np.zeros(len(years)), np.zeros(len(years))
        for name, row in zip(series, rows, strict=True):
            places = [self._years[name].index(year) for year in years]
            own += row[area][places]
            whole += self._wholes[name][places]
        place = next(one for one in self.parts.areas if one.code == area)
        pairs = zip(years, own, whole, strict=True)
        return {year: float(o / w) for year, o, w in pairs if w > 0 and _exists(place, year)}

    def share(self, area: str, size: Size, use: str, year: int | None = None) -> float:
        """Return the share by which a number of a use is as large as the place."""
        found = self.by_year(area, size.series)
        known = {y: s for y, s in found.items() if s > 0} or found
        years, shares = list(known), list(known.values())
        if use == "start":
            return float(np.mean(shares[:FIRST_YEARS]))
        if use == "level":
            return float(np.mean(shares))
        if use == "dated" and year is not None:
            return float(np.interp(year, years, shares))
        return shares[-1]

    def line(self, area: str, line: Line, year: int) -> float | None:
        """Return a place's own share of a line, against that of all places; None where unknown."""
        if area not in self._filled.get(line.part, {}):
            return None
        part, of = self.by_year(area, (line.part,)), self.by_year(area, line.of)
        years = sorted(part.keys() & of.keys())
        return float(np.interp(year, years, [part[y] / of[y] for y in years]))

    def said(self, area: str, size: Size) -> str:
        """Return the share of a scenario's amounts in words."""
        last = min(max(self.by_year(area, size.series)), year_end(self.year))
        share = self.share(area, size, "policy")
        whole = f"{self.parts.whole}'s"
        return f"{100 * share:.2g} % of {whole} {size.called} in {financial_year(last)}"


def _exists(area: Area, year: int) -> bool:
    """Return whether a place is one in a year; a figure of before or after is of its land."""
    lasts = not area.last_year or year <= year_end(area.last_year)
    return lasts and (not area.first_year or year >= year_end(area.first_year))
