"""Quantiles of projections as rows of one value each, in the columns of the hubverse.

https://docs.hubverse.io/en/latest/user-guide/model-output.html: columns that name the task, and
``output_type``, ``output_type_id`` and ``value``. A horizon is whole years here, and a day a
31 March.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.csv_text import table_text
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import CaresimError, RunError
from caresim.language.model import Model
from caresim.language.published import published
from caresim.study.backtest.scores import QUANTILES

__all__ = ["COLUMNS", "Row", "csv_text", "day", "last_observed", "projected_rows", "task_rows"]

Values = NDArray[np.float64]
Row = tuple[str | int | float, ...]
COLUMNS = (
    "origin_date",
    "location",
    "target",
    "horizon",
    "target_end_date",
    "output_type",
    "output_type_id",
    "value",
)


def projected_rows(
    run: Run,
    outputs: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
    location: str | None = None,
) -> list[Row]:
    """Return the quantiles of an ensemble by output and year, in the order of ``COLUMNS``.

    ``outputs`` are the published ones by default, ``years`` those after the last observed figure,
    from whose 31 March horizons count. ``location`` is by default that of the model.
    Levels stand on 31 March, rates are summed over the year; values have six figures.

    Raises RunError for a single run, CaresimError for a year that is no projection of the run.
    """
    if run.n_runs == 1:
        message = f"'{run.name}' is a single run, which has no quantiles; run it with draws"
        raise RunError(message)
    origin, within = _origin(run), run.clock.financial_years
    chosen = [y for y in within if year_end(y) > origin] if years is None else list(years)
    for year in chosen:
        _check_year(year, origin, within)
    rows: list[Row] = []
    shown = [n for n in run.model.published_names() if n in run.outputs]
    for name in shown if outputs is None else outputs:
        table = np.quantile(run.yearly(name), QUANTILES, axis=1)
        for year in chosen:
            place = published(run.model).location if location is None else location
            rows += task_rows(origin, place, name, year, table[:, within.index(year)])
    return rows


def last_observed(model: Model) -> str | None:
    """Return the financial year of the last figure that a model has, None without figures."""
    if model.observed is None or not model.observed.observations:
        return None
    return max((row.year for row in model.observed.observations), key=year_end)


def task_rows(
    origin: int, location: str, target: str, year: str, quantiles: Iterable[float]
) -> list[Row]:
    """Return a row for each quantile of one target and year; none where they are not known.

    ``origin`` is the calendar year of the origin's 31 March.
    """
    values = [float(f"{value:.6g}") for value in quantiles]
    if not np.isfinite(values).all():
        return []
    end = year_end(year)
    task = (day(origin), location, target, end - origin, day(end), "quantile")
    return [(*task, share, value) for share, value in zip(QUANTILES, values, strict=True)]


def day(year: int) -> str:
    """Return the 31 March of a calendar year as an ISO date."""
    return f"{year}-03-31"


def csv_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as CSV, numbers with six figures."""
    shown = ([f"{x:.6g}" if isinstance(x, float) else x for x in row] for row in rows)
    return table_text(columns, shown)


def _origin(run: Run) -> int:
    """Return the calendar year from whose 31 March a run projects: last figure, or the start."""
    last = last_observed(run.model)
    start = year_end(run.clock.financial_years[0]) - 1
    return max(year_end(last), start) if last else start


def _check_year(year: str, origin: int, within: Sequence[str]) -> None:
    if year_end(year) <= origin:
        message = (
            f"{year} is no year to project: the last figures are those of {financial_year(origin)}"
        )
        raise CaresimError(message)
    if year not in within:
        message = f"the run ends with {within[-1]}, before {year}; run it until a later 31 March"
        raise CaresimError(message)
