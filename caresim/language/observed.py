"""Observed series: official figures with unit, definition and source, one value a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from caresim.language.csv_rows import read_rows
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, came, did_you_mean
from caresim.language.kinds import items_of, path_of, real, text_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Observation", "Observed"]

TEXTS = ("series", "year", "unit", "kind", "price_base", "status", "release", "address",
         "definition", "note")  # fmt: skip
COLUMNS = ("series", "year", "value", "unit", "kind", "price_base", "status", "release", "address")


@dataclass(frozen=True)
class Observation:
    """One official figure; flows count a financial year, stocks stand on its last day.

    ``tolerance`` is the relative standard deviation that a calibration grants the figure, which is
    an assumption; 0 keeps the figure out of calibrations. ``first_published`` is the figure as it
    first came out, before later releases revised it, None where that is not known.
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
    first_published: float | None = None

    def __post_init__(self) -> None:
        for key in TEXTS:
            text = text_of(getattr(self, key), f"'{key}' of a figure", key, CaresimError)
            object.__setattr__(self, key, text)
        year_end(self.year)
        for key in ("value", "tolerance", "first_published"):
            given = getattr(self, key)
            number = real(given)
            if number is None and (key != "first_published" or given is not None):
                message = f"{self.series} {self.year}: '{key}' is a number, not {came(given)}"
                raise CaresimError(message)
            object.__setattr__(self, key, number)


@dataclass(frozen=True, eq=False)
class Observed:
    """Official figures, read like a table: ``observed()["looked_after"]["2019-20"]``."""

    observations: tuple[Observation, ...]

    def __post_init__(self) -> None:
        rows = items_of(self.observations, "figures are a list of Observation", CaresimError)
        if odd := [row for row in rows if not isinstance(row, Observation)]:
            message = f"figures are a list of Observation, without {came(odd[0])}"
            raise CaresimError(message)
        object.__setattr__(self, "observations", tuple(rows))

    @classmethod
    def read(cls, path: str | Path) -> Observed:
        """Read a CSV with one row for each series and year.

        Every figure stands on a line of its own. Raises CaresimError that names file and row.
        """
        path = path_of(path, "a file of figures", "a CSV file")
        found = {i: _observation(path.name, i, row) for i, row in read_rows(path, COLUMNS)}
        seen: set[tuple[str, str]] = set()
        for i, figure in found.items():
            if (figure.series, figure.year) in seen:
                message = f"{path.name}, row {i}: a second figure for {figure.series} {figure.year}"
                raise CaresimError(message)
            seen.add((figure.series, figure.year))
        return cls(tuple(found.values()))

    @cached_property
    def series(self) -> dict[str, dict[str, Observation]]:
        """Return series → year → figure."""
        table: dict[str, dict[str, Observation]] = {}
        for row in self.observations:
            table.setdefault(row.series, {})[row.year] = row
        return table

    def points(self, series: str) -> dict[str, float]:
        """Return year → value of one series; empty when it is not observed."""
        text_of(series, "the name of a series", "referrals", CaresimError)
        return {year: row.value for year, row in self.series.get(series, {}).items()}

    def until(self, year: str) -> Observed:
        """Return the figures up to and including one financial year."""
        last = year_end(year)
        return Observed(tuple(o for o in self.observations if year_end(o.year) <= last))

    def as_known(self, year: str) -> Observed:
        """Return the figures up to a year as they first came out, the newest where that is unknown.

        What a reader of that year had: later revisions are left out as far as they are recorded.
        """
        rows = self.until(year).observations
        return Observed(
            tuple(
                row if row.first_published is None else replace(row, value=row.first_published)
                for row in rows
            )
        )

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
        return isinstance(name, str) and name in self.series

    def __iter__(self) -> Iterator[str]:
        return iter(self.series)

    def __len__(self) -> int:
        return len(self.series)

    def __bool__(self) -> bool:
        return bool(self.observations)

    def __getitem__(self, name: str) -> pd.Series:
        text_of(name, "the name of a series", "referrals", CaresimError)
        if name not in self.series:
            message = f"no observed series {came(name)}{did_you_mean(name, self.series)}"
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
        numbers: dict[str, float | None] = {"value": float(row["value"])}
        numbers["tolerance"] = float(row.get("tolerance") or 0)
        first = row.get("first_published")
        numbers["first_published"] = float(first) if first else None
        return Observation(**{**fields, **numbers})  # type: ignore[arg-type]
    except (CaresimError, ValueError, TypeError) as fault:
        message = f"{file}, row {row_number}: {fault}"
        raise CaresimError(message) from None
