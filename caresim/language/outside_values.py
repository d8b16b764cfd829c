"""Values that stand outside the table of their parameter: dated ones in a CSV, and fitted ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caresim.language.csv_rows import Row, Table, csv_kind, read_table
from caresim.language.dates import parse_date, year_end
from caresim.language.errors import CaresimError, ParameterError, did_you_mean, shown
from caresim.language.faults import Faults

__all__ = ["Outside", "with_names"]

DATED = ("series", "year", "value")
SPARE = ("unit", "kind", "price_base", "status", "release", "address", "definition", "note",
         "tolerance", "first_published")  # fmt: skip
FILE = csv_kind("a CSV file of dated values")


@dataclass(frozen=True)
class Outside:
    """What tables of parameters take from elsewhere: fitted values, and rows of CSV files."""

    fitted: Mapping[str, float] | None = None
    _files: dict[Path, Table] = field(default_factory=dict)  # each is read once

    def completed(self, name: str, table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
        """Return the table of a parameter with the values that it takes from elsewhere.

        ``from`` names a CSV file, from ``folder``, whose rows of the series ``name`` are the dated
        values; an estimated parameter without a value of its own takes the fitted one.

        Raises ParameterError, and CaresimError that names the CSV file, row and column.
        """
        own = {key: value for key, value in table.items() if value is not None}
        if "from" in own:
            own["values"] = self._dated(name, own, folder)
            del own["from"]
        if own.get("role") == "estimated" and "values" not in own:
            own["value"] = self._fitted(name, own)
        return own

    def _fitted(self, name: str, table: Mapping[str, Any]) -> Any:
        known = self.fitted or {}
        if "value" in table and name in known:
            message = "the fitted values give it as well; leave out the 'value'"
            raise ParameterError(message)
        if "value" not in table and name not in known:
            where = "a 'value'" if self.fitted is None else "a fitted value or a 'value' of its own"
            message = f"'{name}' is estimated and needs {where}"
            raise ParameterError(message)
        return table["value"] if "value" in table else known[name]

    def _dated(self, name: str, table: Mapping[str, Any], folder: Path) -> dict[str, float]:
        """Return the rows of a series as a table of dated values."""
        path = folder / _file_of(table)
        if path not in self._files:
            self._files[path] = read_table(path, DATED, SPARE, kind=FILE)
            self._files[path].faults.tell()
        found: dict[str, float] = {}
        faults = Faults(path.name)
        for row in self._files[path]:
            if row["series"] == name:
                with faults.kept():
                    _check_row(row, table, found)
                    found[row["year"]] = row.needed("value")
        faults.tell()
        if not found:
            near = did_you_mean(name, {row["series"] for row in self._files[path]})
            message = f"{path.name} has no row of the series '{name}'{near}"
            raise ParameterError(message)
        return found


def with_names(elements: Any) -> Any:
    """Return elements given as a list of their names as a table, in which they have no number."""
    if isinstance(elements, list) and all(isinstance(name, str) for name in elements):
        return dict.fromkeys(elements)
    if isinstance(elements, dict):
        return {name: with_names(value) for name, value in elements.items()}
    return elements


def _file_of(table: Mapping[str, Any]) -> str:
    if spare := {"value", "values"} & set(table):
        message = f"give either 'from' or '{min(spare)}'"
        raise ParameterError(message)
    if not isinstance(table["from"], str):
        message = f"'from' is the name of a CSV file, not {shown(table['from'])}"
        raise ParameterError(message)
    return table["from"]


def _check_row(row: Row, table: Mapping[str, Any], found: Mapping[str, float]) -> None:
    try:
        year_end(row["year"]) if len(row["year"]) == len("2019-20") else parse_date(row["year"])
    except CaresimError as fault:
        raise row.fault("year", fault) from None
    if row["year"] in found:
        raise row.fault("year", f"a second value for {row['year']}")
    if row.get("unit") and row["unit"] != table.get("unit"):
        what = f"{row['unit']!r} is not the unit of the parameter, {table.get('unit')!r}"
        raise row.fault("unit", what)
