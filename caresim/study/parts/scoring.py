"""Scores projections for places: from each origin, against rivals and with their bands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from caresim.language.dates import financial_year, year_end
from caresim.language.model import Model
from caresim.language.parts import Parts
from caresim.study.parts.fitted import FittedParts, fit_parts, whole_as_of
from caresim.study.parts.rivals import rivals_of

__all__ = ["HORIZONS", "ORIGINS", "complete", "score_origin"]

ORIGINS = ("2014-15", "2015-16", "2016-17", "2017-18")
HORIZONS = (1, 2, 3, 4)
WHOLE_YEARS = 8  # to the last, that a place has all core figures in, to be scored
Row = dict[str, Any]


def score_origin(model: Model, origin: str, last: str) -> tuple[list[Row], float]:
    """Fit all places to figures to an origin, project on, and return a row for each target.

    Targets are the series that a backtest pools first, to the ``last`` year, of the places that
    have every figure; what is given goes on from the origin by rule (:mod:`.backtest.given`).
    With the rows comes how far the levels of the place that settled least still moved.
    """
    horizons = [h for h in HORIZONS if year_end(origin) + h <= year_end(last)]
    whole = whole_as_of(model, origin)
    found = fit_parts(model, origin, ahead=max(horizons), whole=whole)
    names = [v.name or "" for v in next(iter(model.headlines.values()))]
    scored = complete(found.parts, last)
    targets = [name for name in names if name in found.parts.series]
    rows = [
        row
        for i, area in enumerate(found.areas)
        if area.code in scored
        for row in _rows(model, found, i, targets, horizons)
    ]
    return rows, float(found.fit.moved.max())


def complete(parts: Parts, last: str) -> frozenset[str]:
    """Return the places that have every core figure in the eight years to the last."""
    end = year_end(last)
    years = [financial_year(year) for year in range(end - WHOLE_YEARS + 1, end + 1)]
    return frozenset(
        area.code
        for area in parts.areas
        if all(
            year in parts.figures.of(area.code, series) for series in parts.core for year in years
        )
    )


def _rows(
    model: Model, found: FittedParts, i: int, names: Sequence[str], horizons: Sequence[int]
) -> Iterator[Row]:
    """Yield what is projected for one place, and what came."""
    parts, layout, area = found.parts, found.fit.layout, found.areas[i]
    path = found.path(i)
    loose, noise = found.spreads(i, path)
    end = year_end(found.year)
    at = [layout.years.index(end + h) for h in (0, *horizons)]
    assert model.observed is not None  # noqa: S101  (a model with places has figures)
    for name in names:
        k = layout.series.index(name)
        figures = {
            year_end(y): v for y, v in parts.figures.of(area.code, parts.series[name]).items()
        }
        own = {year: value for year, value in figures.items() if year <= end and value > 0}
        known = model.observed.until(found.year).points(name)
        whole = {year_end(year): value for year, value in known.items()}
        rivals = rivals_of(own, whole, found.projected[k, at], end, horizons)
        for j, horizon in enumerate(horizons):
            here = at[j + 1]
            yield {
                "origin": found.year,
                "area": area.code,
                "series": name,
                "horizon": horizon,
                "actual": figures[end + horizon],
                "model": float(path[k, here]),
                "loose": float(loose[k, here]),
                "noise": float(noise[k, here]),
                **{rival: float(np.asarray(values)[j]) for rival, values in rivals.items()},
            }
