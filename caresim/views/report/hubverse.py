"""Projections and backtests as tables of the hubverse, which the evaluators of forecasts read.

The format is that of the hubverse schemas v6.0.0 (https://github.com/hubverse-org/schemas): a file
of quantiles for each origin and model, what came about as target data, and the settings of a hub.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError
from caresim.language.model import Model
from caresim.language.published import published
from caresim.study.backtest.table import WITH_BANDS, Backtest
from caresim.study.quantile_rows import COLUMNS, Row, csv_text, day, projected_rows, task_rows
from caresim.views.report.hubverse_config import hub_config

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "backtest_tables",
    "hub_files",
    "oracle_table",
    "projection_table",
    "scenario_csv",
    "time_series_table",
]

TEAM = "caresim"
ORACLE = ("location", "target", "target_end_date", "oracle_value")
SERIES = ("target_end_date", "target", "location", "observation")
WITH_SCENARIO = (COLUMNS[0], "scenario_id", *COLUMNS[1:])


def projection_table(
    run: Run,
    outputs: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
    location: str | None = None,
) -> pd.DataFrame:
    """Return the quantiles of an ensemble as a model-output table, a row for each value.

    ``outputs`` are the published ones by default, ``years`` those after the last observed figure,
    whose 31 March is the ``origin_date``. Raises RunError for a single run, CaresimError for a year
    that the run does not project.
    """
    return _frame(COLUMNS, projected_rows(run, outputs, years, location))


def scenario_csv(runs: Mapping[str, Run]) -> str:
    """Return the projections of scenarios as one model-output CSV, empty where there are none.

    ``runs`` maps a ``scenario_id`` to an ensemble, as a scenario hub tells scenarios apart.
    """
    rows = [(row[0], name, *row[1:]) for name, run in runs.items() for row in projected_rows(run)]
    return csv_text(WITH_SCENARIO, rows) if rows else ""


# A backtest


def backtest_tables(
    backtest: Backtest, location: str | None = None
) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the model-output tables of a backtest by origin (a date) and model.

    The models are ``caresim-model`` (``caresim-model_actual`` for projections with what is given as
    it came about) and the rivals with bands, ``caresim-last_value`` and ``caresim-random_walk``. A
    backtest without draws has no quantiles of the model, so that the rivals alone have tables.
    ``location`` is by default the name of the model. Raises CaresimError without any quantile.
    """
    return {key: _frame(COLUMNS, rows) for key, rows in _by_model(backtest, location).items()}


def oracle_table(backtest: Backtest, location: str | None = None) -> pd.DataFrame:
    """Return what came about as an oracle output: one value for each target and year."""
    return _frame(ORACLE, _oracle_rows(backtest, location))


def time_series_table(backtest: Backtest, location: str | None = None) -> pd.DataFrame:
    """Return what came about as a time series of target data."""
    return _frame(SERIES, _series_rows(backtest, location))


def hub_files(backtest: Backtest, model: Model, location: str | None = None) -> dict[str, str]:
    """Return the files of a hub that holds a backtest, by their path within the hub.

    They are a CSV of quantiles for each origin and model, the target data, and the settings that
    hubUtils, hubData and hubEvals look for; the model lends labels and units of its quantities.
    Raises CaresimError for a backtest without any quantile.
    """
    location = published(model).location if location is None else location
    tables = _by_model(backtest, location)
    files = {
        f"model-output/{name}/{origin}-{name}.csv": csv_text(COLUMNS, rows)
        for (origin, name), rows in tables.items()
    }
    files["target-data/oracle-output.csv"] = csv_text(ORACLE, _oracle_rows(backtest, location))
    files["target-data/time-series.csv"] = csv_text(SERIES, _series_rows(backtest, location))
    rows = [row for table in tables.values() for row in table]
    return files | hub_config(model, rows)


def _by_model(backtest: Backtest, location: str | None) -> dict[tuple[str, str], list[Row]]:
    """Return the rows of each origin and model that has quantiles."""
    place = backtest.name if location is None else location
    found: dict[tuple[str, str], list[Row]] = {}
    for name, method, part in _parts(backtest):
        asked = zip(part.table["origin"], part.table["series"], part.table["year"], strict=True)
        for (origin, target, year), quantiles in zip(asked, part.quantiles(method), strict=True):
            rows = task_rows(year_end(origin), place, target, year, quantiles)
            if rows:
                found.setdefault((day(year_end(origin)), name), []).extend(rows)
    if not found:
        message = "the backtest has no bands; make it with draws, or with series of more figures"
        raise CaresimError(message)
    return dict(sorted(found.items()))


def _parts(backtest: Backtest) -> Iterator[tuple[str, str, Backtest]]:
    """Yield the name of each model of the hub, its method, and its part of the backtest.

    What is given after the origin is nothing to the rivals, which are taken once.
    """
    for method in WITH_BANDS:
        for given in backtest.given if method == "model" else backtest.given[:1]:
            ending = "" if given == "rule" or method != "model" else f"_{given}"
            yield f"{TEAM}-{method}{ending}", method, backtest.only(given=given)


def _actual(backtest: Backtest) -> dict[tuple[str, str], float]:
    """Return the figures by target and year; each stands in the rows of several origins."""
    columns = (backtest.table[name] for name in ("series", "year", "actual"))
    return {(str(s), str(y)): float(value) for s, y, value in zip(*columns, strict=True)}


def _oracle_rows(backtest: Backtest, location: str | None) -> list[Row]:
    place = backtest.name if location is None else location
    figures = _actual(backtest).items()
    return sorted((place, name, day(year_end(year)), value) for (name, year), value in figures)


def _series_rows(backtest: Backtest, location: str | None) -> list[Row]:
    oracle = _oracle_rows(backtest, location)
    return sorted((end, target, place, value) for place, target, end, value in oracle)


def _frame(columns: Sequence[str], rows: Sequence[Row]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns))
