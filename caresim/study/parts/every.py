"""All places of a model: fitted, projected and scored, by several processes, and resumable."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ModelError
from caresim.language.model import Model
from caresim.language.parts import Parts, parts_of_model
from caresim.study.arguments import model_of
from caresim.study.parts.costs import cost_factors
from caresim.study.parts.fitted import FittedParts, fit_parts
from caresim.study.parts.kept import fitted_text, last_year
from caresim.study.parts.local import local_numbers
from caresim.study.parts.places import level_numbers
from caresim.study.parts.score import score_text
from caresim.study.parts.scoring import ORIGINS, score_origin
from caresim.study.pieces import keep_piece, key_of, read_piece
from caresim.study.workers import opened, workers

__all__ = ["EveryPlace", "fit_every"]

UNTIL = 2035  # the year in which projections for places end
DIGITS = 4


@dataclass(frozen=True)
class EveryPlace:
    """What is kept of all places, as the texts of files by their names.

    ``fitted.csv`` holds the levels, ``score.csv`` a row for each target of the score, and
    ``spread.csv`` how places vary. ``moved`` is how far the levels of each place still went in the
    last round of the fit, in logarithms, by the last year with figures.
    """

    files: Mapping[str, str]
    moved: Mapping[str, float]


def fit_every(
    model: Model,
    *,
    origins: Sequence[str] = ORIGINS,
    parts: str | Path | None = None,
    progress: bool = True,
) -> EveryPlace:
    """Fit all places of a model to their figures, and score the same from each of some years.

    ``parts`` is a folder that keeps what is done, so that a call that was stopped goes on from
    there. The tasks run in processes of their own, as many as there are processors; the result is
    the same on any number. Deterministic.

    Raises ModelError for a model without places, or that is one.
    """
    known = model_of(model, "fit_every", ModelError)
    parts_of_model(known)
    folder = None if parts is None else Path(parts)
    asked = [last_year(known), *origins]
    with opened(workers, len(asked)) as pool:
        pending = [pool.submit(_task, known, year, folder) for year in asked]
        found = dict(zip(asked, _results(pending, shown=progress), strict=True))
    fitted = found[asked[0]]
    rows = [row for origin in origins for row in found[origin]["rows"]]
    files = {"fitted.csv": fitted["fitted"], "spread.csv": fitted["spread"]}
    return EveryPlace(
        {**files, "score.csv": score_text(rows)} if rows else files,
        {year: piece["moved"] for year, piece in found.items()},
    )


def _results(pending: Sequence[Any], *, shown: bool) -> list[Any]:
    from tqdm.auto import tqdm

    bar = tqdm(pending, desc="fitting places", unit=" years", disable=not shown, leave=False)
    return [task.result() for task in bar]


def _task(model: Model, year: str, folder: Path | None) -> Any:
    """Return what is wanted of one year, from its piece where that is there."""
    assert model.observed is not None  # noqa: S101  (a model with places has figures)
    declared = parts_of_model(model)
    key = key_of(model, model.observed, year, _digest(declared))
    kept = read_piece(folder, f"places_{year}", key)
    if kept is not None:
        return kept
    last = last_year(model)
    made = _fitted(model, year) if year == last else _scored(model, year, last)
    keep_piece(folder, f"places_{year}", key, made)
    return made


def _digest(parts: Parts) -> str:
    digest = hashlib.sha256()
    for name in ("parts.toml", *parts.files):
        digest.update((parts.folder / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _scored(model: Model, year: str, last: str) -> dict[str, Any]:
    rows, moved = score_origin(model, year, last)
    return {"rows": rows, "moved": moved}


def _fitted(model: Model, year: str) -> dict[str, Any]:
    found = fit_parts(model, year, ahead=UNTIL - year_end(year), whole=model, people_later=True)
    costs = {area.code: _costs(model, found, i) for i, area in enumerate(found.areas)}
    return {
        "fitted": fitted_text(found, costs),
        "spread": _spread_text(found),
        "moved": float(found.fit.moved.max()),
    }


def _costs(model: Model, found: FittedParts, i: int) -> dict[str, float]:
    parts, layout, area = found.parts, found.fit.layout, found.areas[i]
    numbers = local_numbers(model, parts, area.code, found.shares)
    own = model.with_numbers(model.parameters.with_entries(numbers))
    x = found.fit.found[i].x
    levels = x[: layout.n_moving].reshape(len(layout.levels), len(layout.years))
    more = level_numbers(own, layout, levels, x[layout.of_starts], parts)
    placed = own.with_numbers(own.parameters.with_entries(more))
    return cost_factors(model, placed, parts, area.code, found.shares)


def _spread_text(found: FittedParts) -> str:
    """Return how places vary as CSV: a row for each number, by level, start or series."""
    layout, spread = found.fit.layout, found.fit.spread
    of_levels = {
        "slope": spread.slope,
        "lasting": spread.lasting,
        "passing": spread.passing,
        "memory": spread.memory,
        "brief": spread.brief,
    }
    of_series = {"noise": spread.noise, "counting": spread.counting}
    rows = [
        (kind, n, "", v)
        for kind, vs in of_levels.items()
        for n, v in zip(layout.levels, vs, strict=True)
    ]
    rows += [
        (kind, n, "", v)
        for kind, vs in of_series.items()
        for n, v in zip(layout.series, vs, strict=True)
    ]
    rows += [("start", n, "", v) for n, v in zip(layout.starts, spread.starts, strict=True)]
    rows += [("apart", n, "", v) for n, v in zip(layout.apart, spread.apart, strict=True)]
    for name, path in zip(layout.levels, spread.common, strict=True):
        years = layout.years[: layout.fitted]
        rows += [("common", name, financial_year(y), v) for y, v in zip(years, path, strict=True)]
    lines = [
        f"{kind},{name},{year},{np.round(value, DIGITS):g}" for kind, name, year, value in rows
    ]
    return "\n".join(["kind,name,year,value", *lines]) + "\n"
