"""Yearly figures of many units: series by series a table of units and years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.language.csv_rows import Row, csv_kind, read_table
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ParameterError, did_you_mean, shown

__all__ = ["Figures", "read_figures", "read_prices", "year_of"]

Values = NDArray[np.float64]
Marks = NDArray[np.bool_]
COLUMNS = ("area_code", "series", "year", "value")
FIGURES = csv_kind("a CSV file of yearly figures", ParameterError)
PRICES = csv_kind("a CSV file of prices", ParameterError)
_MOMENT = re.compile(r"(\d{4})(-\d{2}-\d{2})?")


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


def year_of(text: str) -> int:
    """Return the year in which the financial year of a figure ends: 2016 for "2015-16".

    A calendar year stands for its middle, and a day for itself; both lie in the financial year that
    ends in the spring after: 2016 for "2015" and for "2015-09-30". Raises ParameterError otherwise.
    """
    moment = _MOMENT.fullmatch(text)
    if moment and not (moment[2] and moment[2] < "-04"):
        return int(moment[1]) + 1
    if moment:
        return int(moment[1])
    try:
        return year_end(text)
    except CaresimError as fault:
        raise ParameterError(str(fault)) from None


def read_figures(*paths: str | Path) -> Figures:
    """Read CSV files with the columns area_code, series, year and value, others passed over.

    A row with an empty value was published without it. Raises ParameterError that names file and
    row of what cannot be read, and of a figure that stands twice.
    """
    found: dict[tuple[str, str, int], float | None] = {}
    for path in paths:
        table = read_table(Path(path), COLUMNS, None, kind=FIGURES)
        for row in table:
            with table.faults.kept():
                key = row["area_code"], row["series"], _year(row)
                if key in found:
                    raise row.fault("value", f"{', '.join(map(str, key))} stands twice")
                found[key] = row.number("value")
        table.faults.tell()
    return _arranged(found)


def read_prices(path: str | Path, series: str) -> dict[int, float]:
    """Read a price index from a CSV file with the columns series, year and value.

    Returns the index by the year in which its financial year ends. Raises ParameterError where the
    file has none of it.
    """
    needed = ("series", "year", "value")
    table = read_table(Path(path), needed, None, kind=PRICES)
    prices = {_year(row): row.needed("value") for row in table if row["series"] == series}
    if not prices:
        raise ParameterError(f"{path} has no series {shown(series)}; name the price index it has")
    return prices


def _year(row: Row) -> int:
    try:
        return year_of(row["year"])
    except ParameterError as fault:
        raise row.fault("year", fault) from None


def _arranged(found: Mapping[tuple[str, str, int], float | None]) -> Figures:
    units = {unit: place for place, unit in enumerate(sorted({key[0] for key in found}))}
    years = {year: place for place, year in enumerate(sorted({key[2] for key in found}))}
    names = sorted({key[1] for key in found})
    shape = len(units), len(years)
    values = {name: np.full(shape, np.nan) for name in names}
    hidden = {name: np.zeros(shape, dtype=bool) for name in names}
    for (unit, name, year), value in found.items():
        cell = units[unit], years[year]
        if value is None:
            hidden[name][cell] = True
        else:
            values[name][cell] = value
    return Figures(tuple(units), tuple(years), values, hidden)
