"""Later values of what is given from outside: population, budgets, arrivals, posts, shocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from caresim.language.csv_rows import Row, read_table
from caresim.language.dates import date_of, end_of, parse_date, year_end
from caresim.language.errors import CaresimError, UnitError, did_you_mean
from caresim.language.faults import Faults
from caresim.language.model import Model
from caresim.language.outside_values import DATED, FILE, SPARE
from caresim.language.parameters import Parameter, Parameters, Series
from caresim.language.units import Unit

__all__ = ["LaterPaths", "later_paths", "paths_behind"]

ASSUMED = "assumed"  # the status of a value that nobody knows yet


@dataclass(frozen=True)
class LaterPaths:
    """A model's parameters with later dated values, and how many were added and replaced."""

    parameters: Parameters
    added: int
    replaced: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        many = "1 given path" if len(self.names) == 1 else f"{len(self.names)} given paths"
        return f"{many}: {self.added} values added, {self.replaced} replaced"


@dataclass(frozen=True)
class _Value:
    row: Row
    time: float
    value: float


def later_paths(path: Path, known: Parameters, of: str) -> LaterPaths:
    """Read dated values, ``series,year,value``, and lay them over those of a model's parameters.

    A value of a date or financial year that a path has replaces it, others are added. Up to the
    last one whose ``status`` is not "assumed" a path is known, and what the model assumed for that
    time is so no longer.

    Raises CaresimError that names file, row and column of all that is wrong, at most ten.
    """
    table = read_table(path, DATED, SPARE, kind=FILE)
    given: dict[str, dict[float, _Value]] = {}
    for row in table:
        with table.faults.kept():
            entry = _entry(row, known, of)
            value = _value(row, entry, known.price_year)
            if value.time in given.setdefault(entry.name, {}):
                raise row.fault("year", f"a second value of '{entry.name}' for {row['year']}")
            given[entry.name][value.time] = value
    if not table.rows and not table.faults.found:
        table.faults.found.append(f"{table.file} holds no value below its headings")
    made = {name: _laid_over(known[name], values, table.faults) for name, values in given.items()}
    table.faults.tell()
    counts = [len(of.keys() & set(_series(known[name]).times)) for name, of in given.items()]
    return LaterPaths(
        known.with_entries({name: _sourced(entry, path.name) for name, entry in made.items()}),
        added=sum(map(len, given.values())) - sum(counts),
        replaced=sum(counts),
        names=tuple(given),
    )


def _entry(row: Row, known: Parameters, of: str) -> Parameter:
    """Return the dated parameter that a row is of."""
    name = row["series"]
    dated = [each.name for each in known.values() if each.is_dated]
    if name not in known:
        what = f"{of} has no parameter of this name"
        raise row.fault("series", what + (did_you_mean(name, dated) or _listed(dated)))
    entry = known[name]
    if not entry.is_dated:
        what = f"'{name}' is one number and has no dated values"
        raise row.fault("series", what + _listed(dated))
    return entry


def _listed(dated: Sequence[str]) -> str:
    return f"; those with dated values are {', '.join(dated)}" if dated else ""


def _value(row: Row, entry: Parameter, price_year: str) -> _Value:
    time = _time(row, held=_series(entry).held)
    value, unit = row.needed("value"), row.get("unit")
    if unit and not _same(unit, entry.unit):
        what = f"{unit!r} is not the unit of '{entry.name}', {entry.unit!r}"
        raise row.fault("unit", f"{what}; convert its numbers")
    base = row.get("price_base")
    if base and base != price_year and Unit.parse(entry.unit).power_of("GBP"):
        raise row.fault("price_base", f"{base} prices, but money is at {price_year}; convert it")
    low, high = entry.bounds or (value, value)
    if not low <= value <= high:
        raise row.fault("value", f"{value:g} is outside {low:g} to {high:g} of '{entry.name}'")
    return _Value(row, time, value)


def _time(row: Row, *, held: bool) -> float:
    """Return where in time a value stands, by financial year or by date as its path goes."""
    try:
        return year_end(row["year"]) - 1.0 if held else end_of(parse_date(row["year"], "the day"))
    except CaresimError as fault:
        kind = "financial years" if held else "dates"
        raise row.fault("year", f"{fault}; '{row['series']}' goes by {kind}") from None


def _same(unit: str, other: str) -> bool:
    try:
        return Unit.parse(unit) == Unit.parse(other)
    except UnitError:
        return False


def _laid_over(entry: Parameter, given: dict[float, _Value], faults: Faults) -> Parameter:
    """Return a parameter with later values, known up to the last of them that is not assumed."""
    series = _series(entry)
    values = dict(zip(series.times, series.values, strict=True))
    values |= {time: one.value for time, one in given.items()}
    times = tuple(sorted(values))
    gaps = [after for before, after in pairwise(times) if after - before != 1]
    if series.held and gaps:
        row = next(one.row for time, one in sorted(given.items()) if time >= gaps[0] - 1)
        what = f"'{entry.name}' has a value for each financial year, without a gap before this one"
        faults.found.append(str(row.fault("year", what)))
    made = replace(series, times=times, values=tuple(values[time] for time in times))
    return replace(entry, value=made, assumed_from=_assumed_from(entry, made, given))


def _assumed_from(entry: Parameter, made: Series, given: dict[float, _Value]) -> str:
    """Return the day after which a path is assumed, empty where it is known to its end."""
    length = 1.0 if made.held else 0.0
    seen = [t + length for t, one in given.items() if one.row.get("status") != ASSUMED]
    known = max([*seen, known_to(entry)])
    return str(date_of(known)) if known < made.ends else ""


def known_to(entry: Parameter) -> float:
    """Return the coordinate up to which a dated parameter is known."""
    assumed = entry.assumed_from
    return end_of(parse_date(assumed)) if assumed else _series(entry).ends


def paths_behind(model: Model, last: int) -> list[str]:
    """Return the given paths that are not known up to the last figure, each with its last day."""
    entries = [entry for entry in model.parameters.values() if entry.is_dated]
    behind = [entry for entry in entries if known_to(entry) < last]
    return [f"{entry.name} (known to {date_of(known_to(entry))})" for entry in behind]


def _sourced(entry: Parameter, file: str) -> Parameter:
    """Return a parameter that says where its later values come from."""
    return replace(entry, source="; ".join(filter(None, (entry.source, f"later values: {file}"))))


def _series(entry: Parameter) -> Series:
    assert isinstance(entry.value, Series)  # noqa: S101
    return entry.value
