"""The figures of places, as a table has them: a row for each place and series, a column a year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from caresim.language.csv_rows import csv_kind, read_table
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ModelError

__all__ = ["POPULATION", "SUPPRESSED", "Area", "PlaceFigures", "read_areas", "read_figures"]

SUPPRESSED = "x"  # a small number that was counted and not told
FIGURES = csv_kind("a CSV file of the figures of places")
AREAS = csv_kind("a CSV file of places")
POPULATION = "population"


@dataclass(frozen=True)
class Area:
    """One place: its code, name and further names, and the years in which it is one.

    ``facts`` are its further columns as texts; ``before`` and ``after`` name, by code, what it was
    made of and what it became.
    """

    code: str
    name: str
    numbers: tuple[str, ...]
    first_year: str
    last_year: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    facts: Mapping[str, str] = field(compare=False)

    def fact(self, name: str) -> float:
        """Return a fact as a number, NaN where it has none."""
        text = self.facts.get(name, "")
        return float(text) if text else math.nan


@dataclass(frozen=True, eq=False)
class PlaceFigures:
    """The figures of places: ``values`` by series, place and financial year.

    What was published and suppressed is among ``suppressed``; what was not published is nowhere.
    """

    values: Mapping[str, Mapping[str, Mapping[str, float]]]
    suppressed: frozenset[tuple[str, str, str]]

    def of(self, area: str, series: str) -> Mapping[str, float]:
        """Return the figures of a place by year, empty where it has none."""
        return self.values.get(series, {}).get(area, {})

    def total(self, series: str) -> dict[str, float]:
        """Return the sum over places by year."""
        return self._totals.get(series, {})

    @cached_property
    def _totals(self) -> dict[str, dict[str, float]]:
        totals: dict[str, dict[str, float]] = {}
        for series, areas in self.values.items():
            sums = totals.setdefault(series, {})
            for years in areas.values():
                for year, value in years.items():
                    sums[year] = sums.get(year, 0.0) + value
        return totals

    @property
    def areas(self) -> tuple[str, ...]:
        """The places that have figures, by code."""
        return tuple(dict.fromkeys(a for areas in self.values.values() for a in areas))

    def until(self, year: str) -> PlaceFigures:
        """Return the figures to a financial year."""
        last = year_end(year)
        kept = {
            series: {
                area: {y: v for y, v in years.items() if year_end(y) <= last}
                for area, years in areas.items()
            }
            for series, areas in self.values.items()
        }
        hidden = frozenset(cell for cell in self.suppressed if year_end(cell[2]) <= last)
        return PlaceFigures(kept, hidden)


def read_areas(path: Path) -> tuple[Area, ...]:
    """Read places; raise CaresimError that names file and row of all faults."""
    needed = ("code", "name", "dfe_code", "first_year", "last_year", "predecessors", "successors")
    table = read_table(path, needed, None, kind=AREAS)
    return tuple(
        Area(
            row["code"],
            row["name"],
            tuple(filter(None, (row["dfe_code"], *row.get("other_codes").split(";")))),
            row["first_year"],
            row["last_year"],
            tuple(filter(None, row["predecessors"].split(";"))),
            tuple(filter(None, row["successors"].split(";"))),
            dict(row.cells),
        )
        for row in table
    )


def read_figures(path: Path, population: Path) -> PlaceFigures:
    """Read the figures of places, and how many live there at the middle of calendar years.

    The latter stand under ``population`` with the financial year that begins in it. Raises
    CaresimError that names file, row and column of what is no number.
    """
    values: dict[str, dict[str, dict[str, float]]] = {}
    hidden: set[tuple[str, str, str]] = set()
    for area, series, year, text in _cells(path, ("area", "series")):
        if text == SUPPRESSED:
            hidden.add((area, series, year))
            continue
        values.setdefault(series, {}).setdefault(area, {})[year] = _number(path, area, year, text)
    for area, _, year, text in _cells(population, ("area",)):
        known = values.setdefault(POPULATION, {}).setdefault(area, {})
        known[financial_year(int(year) + 1)] = _number(population, area, year, text)
    return PlaceFigures(values, frozenset(hidden))


def _cells(path: Path, keys: Sequence[str]) -> Iterable[tuple[str, str, str, str]]:
    table = read_table(path, keys, None, kind=FIGURES)
    years = [column for column in table.columns if column not in keys]
    for row in table:
        for year in years:
            if text := row[year]:
                yield row["area"], row.get("series"), year, text


def _number(path: Path, area: str, year: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        message = f"{path}, {area}, {year}: a number is needed, not '{text}'"
        raise ModelError(message)
    return number
