"""Figures that came out later: read with what the model says of their series, laid over its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from caresim.language.csv_rows import Row
from caresim.language.dates import year_end
from caresim.language.errors import did_you_mean
from caresim.language.model import Model
from caresim.language.observed import NEEDED, Observation, Observed, read_observed

__all__ = ["GIVEN_BY_USER", "TOLERANCE", "Later", "later_figures", "read_completed"]

GIVEN_BY_USER = "given by the user"
# For a series that the model has no figures of. The shipped tolerances run from 0.4 % to 10 %, half
# of them up to 3 %: a count that nobody has judged yet is no better than the middle of those.
TOLERANCE = 0.03
OF_SERIES = ("unit", "kind", "price_base", "definition")
OF_FILE = ("status", "release")


@dataclass(frozen=True)
class Later:
    """Figures laid over those of a model, and how many were added, replaced and taken out."""

    figures: Observed
    added: int
    replaced: int
    withdrawn: int

    def __str__(self) -> str:
        parts = [f"{self.added} added", f"{self.replaced} replaced"]
        parts += [f"{self.withdrawn} taken out"] * (self.withdrawn > 0)
        disturbed = sum(bool(row.cause) for row in self.figures.observations)
        parts += [f"{disturbed} of all disturbed"] * (disturbed > 0)
        return f"{len(self.figures.observations)} figures: {', '.join(parts)}"


def read_completed(path: Path, model: Model) -> Observed:
    """Read figures, of which a model says what is left out: all but series, year and value.

    Unit, kind, price base and definition are those of the series; the tolerance is that of its own
    figure of the year or its last one, ``TOLERANCE`` without any. A column that is there is taken
    as it stands, with its empty cells.

    Raises CaresimError that names row and column of a series that the model has not.
    """
    known = model.observed.series if model.observed is not None else {}

    def completed(row: Row) -> Row:
        own = known.get(row["series"], {})
        if "tolerance" not in row.cells and not own and row["series"] not in model.variables:
            near = did_you_mean(row["series"], [*model.variables, *known])
            what = f"{type(model).__name__} has no quantity and no figures of this name"
            raise row.fault("series", f"{what}{near or '; take the row out'}")
        return replace(row, cells={**_said(row, own, model, path.name), **row.cells})

    return read_observed(path, NEEDED, completed)


def _said(row: Row, own: Mapping[str, Observation], model: Model, file: str) -> dict[str, str]:
    """Return what is known of a figure without its file, by column."""
    said = dict.fromkeys(OF_FILE, GIVEN_BY_USER) | {"address": file}
    said |= _of_quantity(row["series"], model)
    if not own:
        return said
    same = own.get(row["year"])
    last = own[max(own, key=year_end)]
    said |= {key: getattr(last, key) for key in OF_SERIES if getattr(last, key)}
    fitted = [one for one in own.values() if one.tolerance]
    usual = max(fitted, key=lambda one: year_end(one.year)).tolerance if fitted else 0.0
    said["tolerance"] = repr(same.tolerance if same else usual)
    if same is not None:
        said["cause"] = same.cause
        first = same.first_published
        said |= {} if first is None else {"first_published": repr(first)}
    return said


def _of_quantity(name: str, model: Model) -> dict[str, str]:
    variable = model.variables.get(name)
    if variable is None:
        return {}
    is_money = bool(variable.unit.power_of("GBP"))
    return {
        "unit": str(variable.unit),
        "kind": "flow" if variable.is_rate else "stock",
        "price_base": model.parameters.price_year if is_money else "",
        "tolerance": repr(TOLERANCE),
    }


def later_figures(figures: Observed, own: Observed | None) -> Later:
    """Return figures laid over a model's own: the same series and year replaces, others are added.

    A sign that there is no figure takes the model's out. Within a series years stand in order.
    """
    known = {(row.series, row.year): row for row in (own.observations if own else ())}
    given = {(row.series, row.year): row for row in figures.observations}
    gone = [key for key in figures.absent if key in known]
    rows = {key: row for key, row in (known | given).items() if key not in figures.absent}
    places = {name: at for at, name in enumerate(dict.fromkeys(name for name, _ in rows))}
    ordered = sorted(rows.values(), key=lambda row: (places[row.series], year_end(row.year)))
    absent = {k: v for k, v in (own.absent if own else {}).items() if k not in given}
    replaced = sum(key in known for key in given)
    return Later(
        Observed(tuple(ordered), {**absent, **figures.absent}),
        added=len(given) - replaced,
        replaced=replaced,
        withdrawn=len(gone),
    )
