"""Observed series: official figures with unit, definition and source, one value a year."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Observation", "Observed"]

COLUMNS = ("series", "year", "value", "unit", "kind", "price_base", "status", "release", "address")


@dataclass(frozen=True)
class Observation:
    """One official figure; flows count a financial year, stocks stand on its last day.

    ``tolerance`` is the relative standard deviation that a calibration grants the figure, which is
    an assumption; 0 keeps the figure out of calibrations.
    """

    series: str
    year: str
    value: float
    unit: str
    kind: str
    price_base: str
    status: str
    release: str
    address: str
    definition: str = ""
    note: str = ""
    tolerance: float = 0.0


@dataclass(frozen=True, eq=False)
class Observed:
    """Official figures, read like a table: ``observed()["looked_after"]["2019-20"]``."""

    observations: tuple[Observation, ...]

    @classmethod
    def read(cls, path: str | Path) -> Observed:
        """Read a CSV with one row for each series and year.

        Raises CaresimError that names file and row.
        """
        path = Path(path)
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if missing := [c for c in COLUMNS if c not in (reader.fieldnames or ())]:
                message = f"{path.name}: the column '{missing[0]}' is missing"
                raise CaresimError(message)
            rows = [_observation(path.name, i, row) for i, row in enumerate(reader, 2)]
        seen: set[tuple[str, str]] = set()
        for i, row in enumerate(rows, 2):
            if (row.series, row.year) in seen:
                message = f"{path.name}, row {i}: a second figure for {row.series} {row.year}"
                raise CaresimError(message)
            seen.add((row.series, row.year))
        return cls(tuple(rows))

    @cached_property
    def series(self) -> dict[str, dict[str, Observation]]:
        """Return series → year → figure."""
        table: dict[str, dict[str, Observation]] = {}
        for row in self.observations:
            table.setdefault(row.series, {})[row.year] = row
        return table

    def points(self, series: str) -> dict[str, float]:
        """Return year → value of one series; empty when it is not observed."""
        return {year: row.value for year, row in self.series.get(series, {}).items()}

    def until(self, year: str) -> Observed:
        """Return the figures up to and including one financial year."""
        last = year_end(year)
        return Observed(tuple(o for o in self.observations if year_end(o.year) <= last))

    def annual(self) -> pd.DataFrame:
        """Return the figures by financial year (rows) and series (columns), NaN where none."""
        import pandas as pd

        years = sorted({row.year for row in self.observations}, key=year_end)
        columns = {name: pd.Series(self.points(name), dtype=float) for name in self.series}
        return pd.DataFrame(columns, index=pd.Index(years, name="financial_year"))

    def sources(self) -> pd.DataFrame:
        """Return one row for each figure, with unit, price base, status, release and address."""
        import pandas as pd

        return pd.DataFrame([vars(row) for row in self.observations])

    @property
    def columns(self) -> pd.Index:
        """Return the names of the series."""
        return self.annual().columns

    @property
    def loc(self) -> object:
        """Select as in the annual table: ``observed().loc["2019-20", "looked_after"]``."""
        return self.annual().loc

    def __contains__(self, name: object) -> bool:
        return name in self.series

    def __getitem__(self, name: str) -> pd.Series:
        if name not in self.series:
            message = f"no observed series '{name}'{did_you_mean(name, self.series)}"
            raise CaresimError(message)
        return self.annual()[name].dropna()

    def __repr__(self) -> str:
        return f"<Observed: {len(self.series)} series, {len(self.observations)} figures>"

    def _repr_html_(self) -> str:
        return str(self.annual().T.to_html(float_format="{:,.0f}".format, na_rep="–"))


def _observation(file: str, row_number: int, row: dict[str, str]) -> Observation:
    try:
        year_end(row["year"])
        fields = {key: row.get(key) or "" for key in Observation.__dataclass_fields__}
        numbers = {"value": float(row["value"]), "tolerance": float(row.get("tolerance") or 0)}
        return Observation(**{**fields, **numbers})  # type: ignore[arg-type]
    except (CaresimError, ValueError, TypeError) as fault:
        message = f"{file}, row {row_number}: {fault}"
        raise CaresimError(message) from None
