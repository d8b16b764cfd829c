"""Observed series: official figures with unit, definition and source, one value a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from caresim.language.csv_rows import Row, csv_kind, read_table
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, came, did_you_mean
from caresim.language.kinds import items_of, path_of, real, text_of
from caresim.language.notebook import shown_in_notebooks
from caresim.language.plain_text import hidden_in

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DISTURBED", "NEEDED", "Observation", "Observed", "judged", "read_observed"]

TEXTS = ("series", "year", "unit", "kind", "price_base", "status", "release", "address",
         "definition", "note", "cause")  # fmt: skip
COLUMNS = ("series", "year", "value", "unit", "kind", "price_base", "status", "release", "address")
SPARE = ("definition", "note", "tolerance", "first_published", "cause")
NEEDED = ("series", "year", "value")  # where a model says the rest
# A disturbed figure holds something that the model has not, and how much it cannot tell itself. So
# it says a quarter as much about the level as others do: missed by four tolerances it counts as an
# ordinary one missed by one, and still it holds a fit that would go anywhere.
DISTURBED = 4.0

FILE = csv_kind("a CSV file of figures")


@dataclass(frozen=True)
class Observation:
    """One official figure; flows count a financial year, stocks stand on its last day.

    ``tolerance`` is the relative standard deviation that a calibration grants the figure, which is
    an assumption; 0 keeps the figure out of calibrations. ``first_published`` is the figure as it
    first came out, before later releases revised it, None where that is not known. ``cause`` says
    what disturbed the figure, such as a pandemic or another way of counting, empty for none.
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
    cause: str = ""

    @property
    def width(self) -> float:
        """The tolerance that a fit grants: of a disturbed figure ``DISTURBED`` times its own."""
        return self.tolerance * (DISTURBED if self.cause else 1.0)

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
    """Official figures, read like a table: ``observed()["looked_after"]["2019-20"]``.

    ``absent`` are the series and years whose figure is suppressed or not there, and the sign that
    the file has for it.
    """

    observations: tuple[Observation, ...]
    absent: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = items_of(self.observations, "figures are a list of Observation", CaresimError)
        if odd := [row for row in rows if not isinstance(row, Observation)]:
            message = f"figures are a list of Observation, without {came(odd[0])}"
            raise CaresimError(message)
        object.__setattr__(self, "observations", tuple(rows))

    @classmethod
    def read(cls, path: str | Path) -> Observed:
        """Read a CSV with one row for each series and year.

        Every figure stands on a line of its own. One whose value is a sign that there is none, such
        as ``c`` or ``:``, is among the ``absent``. Raises CaresimError that names file and row of
        all that is wrong, at most ten.
        """
        return read_observed(path, COLUMNS)

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
        absent = {key: sign for key, sign in self.absent.items() if year_end(key[1]) <= last}
        return Observed(tuple(o for o in self.observations if year_end(o.year) <= last), absent)

    def as_known(self, year: str) -> Observed:
        """Return the figures up to a year as they first came out, the newest where that is unknown.

        What a reader of that year had: later revisions are left out as far as they are recorded.
        """
        known = self.until(year)
        return Observed(
            tuple(
                row if row.first_published is None else replace(row, value=row.first_published)
                for row in known.observations
            ),
            known.absent,
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
        absent = f", {len(self.absent)} suppressed or absent" if self.absent else ""
        return f"<Observed: {len(self.series)} series, {len(self.observations)} figures{absent}>"

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        return str(self.annual().T.to_html(float_format="{:,.0f}".format, na_rep="–"))


def judged(rows: Iterable[Observation]) -> list[Observation]:
    """Return the figures that an error is taken over: fitted and undisturbed, else what there is.

    Only where no figure is fitted, or every fitted one is disturbed, are the others taken.
    """
    every = list(rows)
    fitted = [row for row in every if row.tolerance] or every
    return [row for row in fitted if not row.cause] or fitted


def read_observed(
    path: str | Path, needed: Sequence[str], completed: Callable[[Row], Row] = lambda row: row
) -> Observed:
    """Read figures as :meth:`Observed.read` does, from a file with the columns that are needed.

    ``completed`` adds to a row what the file leaves out.
    """
    path = path_of(path, "a file of figures", "a CSV file")
    others = [column for column in (*COLUMNS, *SPARE) if column not in needed]
    table = read_table(path, needed, others, kind=FILE)
    found: dict[tuple[str, str], Observation | str] = {}
    for row in table:
        with table.faults.kept():
            figure = _observation(row, completed)
            name = row["series"], row["year"]
            if name in found:
                message = f"{table.file}, row {row.line}: a second figure for {' '.join(name)}"
                raise CaresimError(message)
            found[name] = figure
    table.faults.tell()
    figures = [figure for figure in found.values() if not isinstance(figure, str)]
    absent = {name: sign for name, sign in found.items() if isinstance(sign, str)}
    return Observed(tuple(figures), absent)


def _observation(row: Row, completed: Callable[[Row], Row]) -> Observation | str:
    """Return the figure of a row, or the sign that it has in place of one."""
    for column in ("series", "year"):
        if hidden := hidden_in(row[column], name=True):
            raise row.fault(column, f"holds {hidden}; take it out")
    try:
        year_end(row["year"])
    except CaresimError as fault:
        raise row.fault("year", fault) from None
    if not row["series"]:
        raise row.fault("series", "a name is needed, and there is none")
    if not row["value"]:
        raise row.fault("value", "a figure is needed; write ':' where there is none")
    row = completed(row)
    texts = {key: row.get(key) for key in TEXTS}
    value, first = row.number("value"), row.number("first_published")
    tolerance = row.number("tolerance") or 0.0
    if value is None:
        return row["value"]
    return Observation(**texts, value=value, tolerance=tolerance, first_published=first)
