"""Yearly figures of many units: series by series a table of units and years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.language.csv_rows import Row, csv_kind, read_table
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ParameterError, did_you_mean, shown

__all__ = ["Figures", "read_figures", "read_prices"]

Values = NDArray[np.float64]
Marks = NDArray[np.bool_]
Cells = dict[tuple[str, str], dict[int, float]]
AREA, SERIES = "area", "series"
FIGURES = csv_kind("a CSV file of yearly figures", ParameterError)
PRICES = csv_kind("a CSV file of prices", ParameterError)


@dataclass(frozen=True, eq=False)
class Figures:
    """Series by name, each an array of units × years; what was not published is nan.

    ``years`` are those in which financial years end. ``hidden`` marks figures that were published
    without their value, being small.
    """

    units: tuple[str, ...]
    years: tuple[int, ...]
    values: Mapping[str, Values]
    hidden: Mapping[str, Marks]

    def series(self, name: str, *, hidden_as: float | None = None) -> Values:
        """Return units × years of a series, with ``hidden_as`` for what was published unsaid.

        Raises ParameterError for a series that the figures do not have.
        """
        if name not in self.values:
            near = did_you_mean(name, self.values)
            raise ParameterError(f"the figures have no series '{name}'{near}")
        values = self.values[name].copy()
        if hidden_as is not None:
            values[self.hidden[name]] = hidden_as
        return values

    def without(self, units: Sequence[str]) -> Figures:
        """Return the figures without some units; raise ParameterError for one that is not there."""
        for unit in units:
            if unit not in self.units:
                near = did_you_mean(unit, self.units)
                raise ParameterError(f"the figures have no unit '{unit}'{near}")
        kept = np.array([unit not in set(units) for unit in self.units])
        return Figures(
            tuple(unit for unit in self.units if unit not in set(units)),
            self.years,
            {name: values[kept] for name, values in self.values.items()},
            {name: marks[kept] for name, marks in self.hidden.items()},
        )


def read_figures(path: str | Path, **single: str | Path) -> Figures:
    """Read a CSV file with the columns area and series, and one for each financial year.

    A cell is a number, a sign such as x where the figure was published without it, or empty. Each
    of ``single`` names a series that has a file of its own: a column area and one for each calendar
    year, whose middle lies in the financial year that ends in the next; of its areas and years
    those of ``path`` are taken. Raises ParameterError that names file and row of what cannot be
    read, and of a series that stands twice.
    """
    table = read_table(Path(path), (AREA, SERIES), None, kind=FIGURES)
    years = {column: _year_end(table.file, column) for column in table.columns[2:]}
    found: Cells = {}
    for row in table:
        with table.faults.kept():
            _take(found, row, row[SERIES], years)
    table.faults.tell()
    areas = {area for area, _ in found}
    for name, file in single.items():
        _take_single(found, name, Path(file), set(years.values()))
    found = {key: cells for key, cells in found.items() if key[0] in areas}
    return _arranged(found, sorted(years.values()))


def read_prices(path: str | Path, series: str) -> dict[int, float]:
    """Read a price index from a CSV file with the columns series, year and value.

    Returns the index by the year in which its financial year ends. Raises ParameterError where the
    file has none of it.
    """
    table = read_table(Path(path), (SERIES, "year", "value"), None, kind=PRICES)
    prices = {
        _year_end(table.file, row["year"]): row.needed("value")
        for row in table
        if row[SERIES] == series
    }
    if not prices:
        raise ParameterError(f"{path} has no series {shown(series)}; name the price index it has")
    return prices


def _year_end(file: str, text: str) -> int:
    try:
        return year_end(text)
    except CaresimError as fault:
        raise ParameterError(f"{file}: {fault}") from None


def _take(found: Cells, row: Row, name: str, years: Mapping[str, int]) -> None:
    """Take the cells of a row: a number, nan where it was hidden, nothing where it is empty."""
    cells = found.setdefault((row[AREA], name), {})
    if cells:
        raise row.fault(SERIES, f"{name} of {row[AREA]} stands twice; keep one of the two")
    for column, year in years.items():
        if row[column]:
            number = row.number(column)
            cells[year] = np.nan if number is None else number


def _take_single(found: Cells, name: str, path: Path, kept: set[int]) -> None:
    table = read_table(path, (AREA,), None, kind=FIGURES)
    years = {}
    for column in table.columns[1:]:
        if not (column.isascii() and column.isdecimal()):
            raise ParameterError(f"{path.name}: the column {shown(column)} is no calendar year")
        if int(column) + 1 in kept:
            years[column] = int(column) + 1
    for row in table:
        with table.faults.kept():
            _take(found, row, name, years)
    table.faults.tell()


def _arranged(found: Cells, years: Sequence[int]) -> Figures:
    units = {unit: place for place, unit in enumerate(sorted({key[0] for key in found}))}
    places = {year: place for place, year in enumerate(years)}
    names = sorted({key[1] for key in found})
    values = {name: np.full((len(units), len(years)), np.nan) for name in names}
    hidden = {name: np.zeros((len(units), len(years)), dtype=bool) for name in names}
    for (unit, name), cells in found.items():
        for year, number in cells.items():
            values[name][units[unit], places[year]] = number
            hidden[name][units[unit], places[year]] = np.isnan(number)
    return Figures(tuple(units), tuple(years), values, hidden)
