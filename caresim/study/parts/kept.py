"""The levels of all places as a file keeps them, and how far each is known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.language.csv_rows import csv_kind, read_table
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ModelError
from caresim.language.figures import last_fitted
from caresim.language.model import Model
from caresim.language.parts import Parts
from caresim.study.parts.fitted import FittedParts

__all__ = ["KeptPlace", "fitted_text", "last_year", "read_fitted"]

Values = NDArray[np.float64]
FITTED = csv_kind("a CSV file of fitted levels", ModelError)
LEVEL, START, COST, LOOSE, NOISE = "level", "start", "cost", "loose", "noise"
DIGITS = 4


@dataclass(frozen=True, eq=False)
class KeptPlace:
    """One place: its levels by year as multiples of the whole's, starts, costs and spreads.

    ``levels`` maps a parameter to a value for each of ``years``, as they end; ``starts`` and
    ``costs`` are factors by name. ``loose`` and ``noise`` are, by series and year, the two spreads
    of its figures in logarithms, from the last year with figures on
    (:meth:`caresim.study.parts.fitted.FittedParts.spreads`).
    """

    years: tuple[int, ...]
    levels: Mapping[str, tuple[float, ...]]
    starts: Mapping[str, float]
    costs: Mapping[str, float]
    loose: Mapping[str, tuple[float, ...]]
    noise: Mapping[str, tuple[float, ...]]


def fitted_text(found: FittedParts, costs: Mapping[str, Mapping[str, float]]) -> str:
    """Return what was found of all places as CSV: a row for each place, kind and name.

    ``costs`` holds by place the factors of its unit costs.
    """
    layout = found.fit.layout
    years = ",".join(map(financial_year, layout.years))
    lines = [f"area,kind,name,{years}"]
    for i, area in enumerate(found.areas):
        lines += [
            f"{area.code},{kind},{name},{','.join(cells)}"
            for kind, name, cells in _rows(found, i, costs.get(area.code, {}))
        ]
    return "\n".join(lines) + "\n"


def _rows(
    found: FittedParts, i: int, costs: Mapping[str, float]
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield kind, name and cells by year; what is one for all years stands in the first."""
    layout, x = found.fit.layout, found.fit.found[i].x
    blank = [""] * (len(layout.years) - 1)
    for k, name in enumerate(layout.levels):
        yield LEVEL, name, [f"{v:.{DIGITS}g}" for v in np.exp(x[layout.of_level(k)])]
    for name, value in zip(layout.starts, x[layout.of_starts], strict=True):
        yield START, name, [f"{np.exp(value):.{DIGITS}g}", *blank]
    for name, factor in costs.items():
        yield COST, name, [f"{factor:.{DIGITS}g}", *blank]
    spreads = dict(zip((LOOSE, NOISE), found.spreads(i, found.path(i)), strict=True))
    for k, name in enumerate(layout.series):
        if name not in layout.apart:
            for kind, values in spreads.items():
                before = [""] * (layout.fitted - 1)
                yield kind, name, [*before, *(f"{v:.3g}" for v in values[k, layout.fitted - 1 :])]


def last_year(model: Model) -> str:
    """Return the last year with a figure that the model is fitted to."""
    last = "" if model.observed is None else last_fitted(model.observed)
    if not last:
        message = f"{type(model).__name__} has no figures, and so no places of its own"
        raise ModelError(message)
    return last


@cache
def read_fitted(parts: Parts, folder: Path | None = None) -> Mapping[str, KeptPlace]:
    """Return the places that were fitted, by code: those of a folder, or that come with the model.

    Raises ModelError for a file that is no such.
    """
    path = (folder or parts.folder) / "fitted.csv"
    table = read_table(path, ("area", "kind", "name"), None, kind=FITTED)
    years = [column for column in table.columns if column not in ("area", "kind", "name")]
    known: dict[str, dict[str, dict[str, tuple[float, ...]]]] = {}
    for row in table:
        kinds = known.setdefault(row["area"], {})
        cells = (row.number(year) for year in years)
        values = tuple(math.nan if cell is None else cell for cell in cells)
        kinds.setdefault(row["kind"], {})[row["name"]] = values
    table.faults.tell()
    ends = tuple(map(year_end, years))
    return {area: _place(ends, kinds) for area, kinds in known.items()}


def _place(
    years: tuple[int, ...], kinds: Mapping[str, Mapping[str, tuple[float, ...]]]
) -> KeptPlace:
    first = {
        kind: {name: values[0] for name, values in kinds.get(kind, {}).items()}
        for kind in (START, COST)
    }
    return KeptPlace(
        years=years,
        levels=kinds.get(LEVEL, {}),
        starts=first[START],
        costs=first[COST],
        loose=kinds.get(LOOSE, {}),
        noise=kinds.get(NOISE, {}),
    )
