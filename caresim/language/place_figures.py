"""The figures of places, as a table has them: a row for each place and series, a column a year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from caresim.language.csv_rows import Row, Table, csv_kind, read_table
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import CaresimError, ModelError, came

__all__ = [
    "POPULATION",
    "SUPPRESSED",
    "Area",
    "PlaceFigures",
    "read_areas",
    "read_breaks",
    "read_figures",
]

SUPPRESSED = "x"  # a small number that was counted and not told
FIGURES = csv_kind("a CSV file of the figures of places", ModelError)
AREAS = csv_kind("a CSV file of places", ModelError)
BREAKS = csv_kind("a CSV file of breaks", ModelError)
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
        """Return a fact as a number, NaN where it has none; raise ModelError for another text."""
        text = self.facts.get(name, "")
        try:
            return float(text) if text else math.nan
        except ValueError:
            message = f"'{name}' of {self.name} is {came(text)}, and no number"
            raise ModelError(message) from None


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
    """Read places; raise CaresimError that names file, row and column of all faults."""
    needed = ("code", "name", "dfe_code", "first_year", "last_year", "predecessors", "successors")
    table = read_table(path, needed, None, kind=AREAS)
    found: dict[str, Area] = {}
    for row in table:
        with table.faults.kept():
            area = _area(row)
            if area.code in found:
                raise row.fault("code", f"{area.code} stands twice")
            found[area.code] = area
    table.faults.tell()
    return tuple(found.values())


def _area(row: Row) -> Area:
    for column in ("code", "name"):
        if not row[column]:
            raise row.fault(column, "a text is needed")
    for column in ("first_year", "last_year"):
        if row[column]:
            _checked_year(row, column, row[column])
    return Area(
        row["code"],
        row["name"],
        tuple(filter(None, (row["dfe_code"], *row.get("other_codes").split(";")))),
        row["first_year"],
        row["last_year"],
        tuple(filter(None, row["predecessors"].split(";"))),
        tuple(filter(None, row["successors"].split(";"))),
        dict(row.cells),
    )


def _checked_year(row: Row, column: str, year: str) -> None:
    try:
        year_end(year)
    except CaresimError as fault:
        raise row.fault(column, fault) from None


def read_breaks(path: Path) -> frozenset[tuple[str, str, str]]:
    """Read in which years figures jump: place, series and year of each.

    Raises CaresimError that names file, row and column of all faults.
    """
    table = read_table(path, ("area", "series", "year"), None, kind=BREAKS)
    for row in table:
        with table.faults.kept():
            _checked_year(row, "year", row["year"])
    table.faults.tell()
    return frozenset((row["area"], row["series"], row["year"]) for row in table)


def read_figures(path: Path, population: Path) -> PlaceFigures:
    """Read the figures of places, and how many live there at the middle of calendar years.

    The latter stand under ``population`` with the financial year that begins in it. Raises
    CaresimError that names file, row and column of what is no number, and what stands twice.
    """
    values: dict[str, dict[str, dict[str, float]]] = {}
    hidden: set[tuple[str, str, str]] = set()
    own = read_table(path, ("area", "series"), None, kind=FIGURES)
    years = {c: _named(own, c, c) for c in own.columns if c not in ("area", "series")}
    for row, cells in _cells(own, years, hides=True):
        key = row["area"], row["series"]
        places = values.setdefault(row["series"], {})
        places[row["area"]] = {y: v for y, v in cells.items() if v is not None}
        hidden |= {(*key, year) for year, value in cells.items() if value is None}
    people = read_table(population, ("area",), None, kind=FIGURES)
    begins = {c: _named(people, c, _after(c)) for c in people.columns if c != "area"}
    for row, cells in _cells(people, begins, hides=False):
        known = {y: v for y, v in cells.items() if v is not None}
        values.setdefault(POPULATION, {})[row["area"]] = known
    return PlaceFigures(values, frozenset(hidden))


def _after(column: str) -> str:
    """Return the financial year that begins in a calendar year."""
    is_year = len(column) == len("2020") and column.isdecimal()
    return financial_year(int(column) + 1) if is_year else column


def _named(table: Table, column: str, year: str) -> str:
    """Return the financial year of a column; raise CaresimError for one that is none."""
    try:
        year_end(year)
    except CaresimError as fault:
        message = f"{table.file}, column '{column}': {fault}"
        raise table.faults.error(message) from None
    return year


def _cells(
    table: Table, years: Mapping[str, str], *, hides: bool
) -> list[tuple[Row, dict[str, float | None]]]:
    """Return each row with its numbers by financial year, None for a suppressed one."""
    found: dict[tuple[str, str], tuple[Row, dict[str, float | None]]] = {}
    for row in table:
        key = row["area"], row.get("series")
        with table.faults.kept():
            if key in found:
                raise row.fault("area", f"{' '.join(filter(None, key))} stands twice")
            found[key] = (
                row,
                {
                    year: None if hides and row[column] == SUPPRESSED else _number(row, column)
                    for column, year in years.items()
                    if row[column]
                },
            )
    table.faults.tell()
    return [*found.values()]


def _number(row: Row, column: str) -> float:
    try:
        number = float(row[column])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise row.fault(column, f"a number is needed, not {came(row[column])}")
    return number
