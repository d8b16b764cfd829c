"""One origin: the model fitted to what was known then, projected on, and the rivals beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import financial_year, year_end
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.study.backtest.given import model_at
from caresim.study.backtest.rivals import RIVALS, carried_on, continue_series
from caresim.study.backtest.scores import QUANTILES
from caresim.study.draws import with_priors
from caresim.study.fit.calibrate import LEAST_LEARNED, SCALES, calibrate
from caresim.study.fit.fit import Fit
from caresim.study.futures import RATES
from caresim.study.simulator import prepare
from caresim.study.started import Start, starts_of

__all__ = ["Origin", "project_from", "quantile_columns", "scored_series"]

Values = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """What a backtest is asked for at one origin: the last fitted year and how to go on from it.

    ``first`` takes figures as first published where they are known; ``draws`` is how many draws
    make the bands, 0 for none; ``scales`` and ``least_learned`` are those of a calibration.
    """

    year: str
    given: str
    horizons: tuple[int, ...]
    draws: int
    seed: int
    widen: float
    first: bool
    scales: str = SCALES[0]
    least_learned: float = LEAST_LEARNED


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
    """Return a row for each series and horizon that has a figure to be scored against.

    A disturbed figure is none: no projection of what is usual could meet it but by chance.
    """
    known = observed.as_known(origin.year) if origin.first else observed.until(origin.year)
    series = [n for n in scored_series(model, observed) if origin.year in observed.series[n]]
    there = model_at(model, origin.year, origin.given, origin.widen)
    how: Row = {"scales": origin.scales, "least_learned": origin.least_learned}
    fit = calibrate(there, known, progress=False, **how)
    facts = _facts(fit, known, origin)
    last = max(year_end(row.year) for row in observed.observations)
    until = min(year_end(origin.year) + max(origin.horizons), last)
    points, quantiles, facts["draws"], facts["tried"] = _projected(fit, series, until, origin)
    facts |= _disturbed(observed, series, origin)
    rows = []
    for name in series:
        carried = carried_on(known.series[name].values())
        rivals = _rivals(carried, origin)
        for k, horizon in enumerate(origin.horizons):
            year = financial_year(year_end(origin.year) + horizon)
            if year not in observed.series[name] or observed.series[name][year].cause:
                continue
            place = year_end(origin.year) + horizon - int(model.start[:4]) - 1
            model_point = float(points[name][place, 0])
            row: Row = {
                "given": origin.given, "origin": origin.year, "series": name,
                "horizon": horizon, "year": year, **facts,
                "last": carried[-1].value,
                "actual": observed.series[name][year].value,
                "model": model_point,
                **dict(zip(quantile_columns("model"), quantiles[name][place], strict=True)),
                **{key: float(values[k]) for key, values in rivals.items()},
            }  # fmt: skip
            row["median"] = float(np.median([row["model"], row["damped_trend"], row["last_value"]]))
            rows.append(row)
    return rows


def _facts(fit: Fit, known: Observed, origin: Origin) -> Row:
    """Return what a reader should know of a fit."""
    used = [row for row in known.observations if row.tolerance]
    return {
        "figures": fit.n_points,
        "first_published": origin.first * sum(row.first_published is not None for row in used),
        "parameters": len(fit.estimated),
        "converged": int(fit.converged),
    }


def _projected(
    fit: Fit, series: list[str], until: int, origin: Origin
) -> tuple[dict[str, Values], dict[str, Values], int, int]:
    """Return the best fit projected, quantiles over the draws (years, quantiles), and their counts.

    A draw that the model cannot run with is left out and counts as not solved.
    """
    simulate = prepare(fit.model, outputs=series, until=f"{until}-03-31")
    starts = starts_of(fit.model, fit.observed)
    points = _started(simulate(), starts, fit.model, None)
    blank = {name: np.full((len(points[name]), len(QUANTILES)), np.nan) for name in series}
    if not origin.draws:
        return points, blank, 0, 0
    draws = fit.draws(origin.draws, seed=origin.seed)
    solved, tried = draws.solved or (origin.draws, origin.draws)
    seed = origin.seed if RATES in draws.chance else None
    many = simulate.each(simulate.drawn(with_priors(fit.model, draws)))
    many = _started(many, starts, fit.model, seed)
    fine = np.isfinite(np.vstack([many[name] for name in series])).all(axis=0)
    quantiles = {
        name: np.quantile(many[name][:, fine], QUANTILES, axis=1).T if fine.any() else blank[name]
        for name in series
    }
    return points, quantiles, int(fine.sum()), origin.draws + tried - solved


def _started(
    results: dict[str, Values], starts: Mapping[str, Start], model: Model, seed: int | None
) -> dict[str, Values]:
    """Return yearly results that begin at the last figures; with a seed chance is added."""
    found, first = dict(results), int(model.start[:4])
    for name, start in starts.items():
        if name not in results:
            continue
        values = results[name]
        at = start.year - first - 1
        logs = start.logs(values[at], len(values) - 1 - at, seed)
        found[name] = np.vstack([values[:at], values[at:] * np.exp(logs)])
    return found


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
