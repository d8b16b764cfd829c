"""One origin: the model fitted to what was known then, projected on, and the rivals beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.beliefs import Belief
from caresim.language.dates import financial_year, year_end
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.study.backtest.given import GIVEN, model_at
from caresim.study.backtest.projecting import Fitted, projected
from caresim.study.backtest.rivals import RIVALS, carried_on, continue_series
from caresim.study.backtest.scores import QUANTILES
from caresim.study.fit.calibrate import LEAST_LEARNED, SCALES, calibrate
from caresim.study.fit.fit import Fit
from caresim.study.mixed import logs_of_mix
from caresim.study.otherwise import otherwise

__all__ = ["Origin", "project_from", "quantile_columns", "scored_series"]

Values = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """What a backtest is asked for at one origin: the last fitted year and how to go on from it.

    ``ways`` are those in which what is given goes on; a fit knows no more than goes on by rule.
    ``first`` takes figures as first published where they are known; ``draws`` is how many draws
    make the bands, 0 for none; ``scales`` and ``least_learned`` are those of a calibration.
    ``structures`` are the model's rival structures, the draws of which make the bands in turn.
    """

    year: str
    ways: tuple[str, ...]
    horizons: tuple[int, ...]
    draws: int
    seed: int
    widen: float
    first: bool
    scales: str = SCALES[0]
    least_learned: float = LEAST_LEARNED
    structures: tuple[Belief | None, ...] = (None,)


def scored_series(model: Model, observed: Observed) -> tuple[str, ...]:
    """Return the series to score: those that are fitted, and those that the model adds to them."""
    also = {variable.name for variable in model.scored}
    return tuple(
        name
        for name, points in observed.series.items()
        if name in model.variables
        and (name in also or any(point.tolerance for point in points.values()))
    )


def quantile_columns(name: str) -> list[str]:
    """Return the columns of the quantiles of a method: ``model_q0.025`` and so on."""
    return [f"{name}_q{share:g}" for share in QUANTILES]


def project_from(model: Model, observed: Observed, origin: Origin) -> list[Row]:
    """Return a row for each way, series and horizon that has a figure to be scored against.

    A disturbed figure is none: no projection of what is usual could meet it but by chance.
    """
    known = observed.as_known(origin.year) if origin.first else observed.until(origin.year)
    series = [n for n in scored_series(model, observed) if origin.year in observed.series[n]]
    there = model_at(model, origin.year, GIVEN[0], origin.widen)
    how: Row = {"scales": origin.scales, "least_learned": origin.least_learned}
    fits = [
        calibrate(otherwise(there, rival), known, progress=False, **how)
        for rival in origin.structures
    ]
    how_many = (origin.draws, origin.seed)
    fitted = [Fitted.of(f, origin.structures, k, *how_many) for k, f in enumerate(fits)]
    last = max(year_end(row.year) for row in observed.observations)
    until = min(year_end(origin.year) + max(origin.horizons), last)
    facts = _facts(fitted[0].fit, known, origin) | _disturbed(observed, series, origin)
    rivals = {name: _rivals(carried_on(known.series[name].values()), origin) for name in series}
    rows, first = [], int(model.start[:4]) + 1
    for way in origin.ways:
        given = model_at(model, origin.year, way, origin.widen).parameters
        found = projected(fitted, given, series, until)
        counts = {"draws": found.draws, "tried": found.tried}
        mixed = {
            name: _mixed(path, known.series[name].values(), first)
            for name, path in found.points["model"].items()
        }
        for name, k, year in _scored(observed, series, origin):
            place = year_end(year) - first
            carried = carried_on(known.series[name].values())
            row: Row = {
                "given": way, "origin": origin.year, "series": name,
                "horizon": origin.horizons[k], "year": year, **facts, **counts,
                "last": carried[-1].value,
                "actual": observed.series[name][year].value,
                **{head: float(points[name][place]) for head, points in found.points.items()},
                **dict(zip(quantile_columns("model"), found.quantiles[name][place], strict=True)),
                **{key: float(values[k]) for key, values in rivals[name].items()},
            }  # fmt: skip
            row["median"] = float(np.median([row["model"], row["damped_trend"], row["last_value"]]))
            row["mixed"] = float(mixed[name][place])
            rows.append(row)
    return rows


def _scored(
    observed: Observed, series: Sequence[str], origin: Origin
) -> Iterator[tuple[str, int, str]]:
    """Yield each series, place of a horizon and year that has a figure to be scored against."""
    for name in series:
        for k, horizon in enumerate(origin.horizons):
            year = financial_year(year_end(origin.year) + horizon)
            if year in observed.series[name] and not observed.series[name][year].cause:
                yield name, k, year


def _mixed(path: Values, figures: Iterable[Observation], first: int) -> Values:
    """Return yearly points, the first of the year that ends in ``first``, mixed as levels are."""
    rows = carried_on(figures)
    at = year_end(rows[-1].year) - first
    return np.concatenate([path[:at], path[at:] * np.exp(logs_of_mix(rows, path[at:]))])


def _facts(fit: Fit, known: Observed, origin: Origin) -> Row:
    """Return what a reader should know of a fit."""
    used = [row for row in known.observations if row.tolerance]
    return {
        "figures": fit.n_points,
        "first_published": origin.first * sum(row.first_published is not None for row in used),
        "parameters": len(fit.estimated),
        "converged": int(fit.converged),
    }


def _disturbed(observed: Observed, series: Sequence[str], origin: Origin) -> Row:
    """Return how many figures are not scored since something disturbed them.

    Figures of which none is disturbed have no such column.
    """
    if not any(row.cause for row in observed.observations):
        return {}
    ahead = [financial_year(year_end(origin.year) + horizon) for horizon in origin.horizons]
    rows = [observed.series[name].get(year) for name in series for year in ahead]
    return {"disturbed": sum(row is not None and bool(row.cause) for row in rows)}


def _rivals(points: Sequence[Observation], origin: Origin) -> dict[str, Values]:
    """Return point, spread and freedom of each rival, each of shape (horizons,)."""
    years, values = [year_end(row.year) for row in points], [row.value for row in points]
    horizons = [year_end(origin.year) - years[-1] + horizon for horizon in origin.horizons]
    found: dict[str, Values] = {}
    for name in RIVALS:
        continued = continue_series(name, years, values, horizons)
        found[name] = continued.point
        if name in ("last_value", "random_walk"):
            blank = np.full(len(horizons), np.nan)
            found[f"{name}_spread"] = blank if continued.spread is None else continued.spread
            found[f"{name}_freedom"] = np.full(len(horizons), continued.freedom)
    return found
