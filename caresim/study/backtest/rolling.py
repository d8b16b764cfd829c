"""Goes through the origins of a backtest: side by side, and on from where it was left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caresim.language.dates import financial_year, year_end
from caresim.language.errors import CaresimError
from caresim.language.figures import check_figures
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.study.arguments import (
    count_of,
    counts_of,
    figures_of,
    model_of,
    names_of,
    path_of,
    word_of,
)
from caresim.study.backtest.given import GIVEN, model_at
from caresim.study.backtest.origin import Origin, project_from, scored_series
from caresim.study.backtest.table import METHODS, Backtest
from caresim.study.fit.calibrate import LEAST_LEARNED, SCALES, checked_learning
from caresim.study.pieces import keep_piece, key_of, read_piece
from caresim.study.structures import structures_in
from caresim.study.workers import opened, workers

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from caresim.study.workers import Open

__all__ = ["backtest", "checked_origins", "default_origins"]

LEAST_YEARS = 4  # figures that a default origin has of most series
HORIZONS = (1, 2, 3, 4, 5)
BOTH = "both"
FIGURES = ("first published", "newest")


def backtest(
    model: Model,
    observed: Observed | None = None,
    *,
    origins: Sequence[str] | None = None,
    horizons: Sequence[int] = HORIZONS,
    given: str = "rule",
    figures: str = "first published",
    draws: int = 250,
    widen: float = 1.0,
    scales: str = SCALES[0],
    least_learned: float = LEAST_LEARNED,
    seed: int = 1,
    progress: bool = True,
    executor: Executor | Open | None = None,
    parts: str | Path | None = None,
) -> Backtest:
    """Fit a model to the figures up to each origin, project on, and score the projections.

    ``origins`` are last fitted years, by default all with four years of figures up to them and one
    after. A fit starts from the centres of the priors, whose widths ``widen`` multiplies; a fixed
    number that rests on later figures takes its vintage. ``scales`` and ``least_learned`` are those
    of :func:`calibrate`. It sees figures as ``"first published"``
    where that is known, or the ``"newest"``; what came about is the newest. After an origin what is
    given from outside goes on by one ``"rule"`` (each entry's ``continues``), or on the
    ``"actual"`` path that came about; ``"both"`` does both. ``draws`` of the posterior make the
    bands, of the model's rival structures in turn, 0 for none. ``executor`` takes the origins (by
    default processes, where they start at once); ``parts`` is a folder that keeps each origin when
    it is done, so that a backtest that was stopped goes on from there.

    Raises CaresimError for a year, horizon or word that cannot be used, or nothing to score.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> score = cs.backtest(England(), origins=["2017-18"], draws=0, progress=False)
    >>> bool(score.only("five").pooled("model") < 10)
    True
    """
    model_of(model, "backtest", CaresimError)
    known = figures_of(observed, "backtest", CaresimError)
    observed = model.observed if known is None else known
    observed = _checked_figures(model, observed)
    first = word_of(figures, "figures", FIGURES, CaresimError) == FIGURES[0]
    ways = GIVEN if word_of(given, "given", (*GIVEN, BOTH), CaresimError) == BOTH else (given,)
    draws = count_of(draws, "draws", error=CaresimError)
    seed = count_of(seed, "seed", error=CaresimError)
    years = checked_origins(origins, model, observed)
    model_at(model, years[0], GIVEN[0], widen)  # refuses what every origin would
    _refuse_set(model)
    ahead = _checked_horizons(horizons)
    scales, least = checked_learning(scales, least_learned)
    structures = structures_in(model) if draws else (None,)  # rivals are for bands
    how = (tuple(ways), ahead, draws, seed, widen, first, scales, least, structures)
    tasks = [Origin(year, *how) for year in years]
    folder = None if parts is None else path_of(parts, "parts", "a folder")
    parts_of = _done(model, observed, tasks, executor, folder, progress)
    rows = [row for part in parts_of for row in part]
    return _scored([row for way in ways for row in rows if row["given"] == way], model, years)


def _checked_figures(model: Model, observed: Observed | None) -> Observed:
    """Return figures that can be scored; raise CaresimError where there are none."""
    if observed is None or not scored_series(model, observed):
        message = "backtest needs observed figures with a tolerance of the model's quantities"
        raise CaresimError(message)
    check_figures(observed, model, "the figures", whole=False)
    return observed


def _scored(rows: Sequence[dict[str, Any]], model: Model, years: Sequence[str]) -> Backtest:
    if not rows:
        last = f"nothing to score: no series has a figure of {years[-1]}"
        message = f"{last} and a later one that nothing disturbed"
        raise CaresimError(message)
    return Backtest.of_rows(rows, model)


def _refuse_set(model: Model) -> None:
    """Refuse a value of the caller's that no fit would take notice of."""
    if again := [n for n in model.set_by_caller if model.parameters[n].role == "estimated"]:
        message = (
            f"'{again[0]}' was set where the model was made, and a backtest estimates it anew at "
            "each origin; leave it as it is, or give it the role 'fixed' by with_parameters"
        )
        raise CaresimError(message)


def default_origins(model: Model, observed: Observed) -> tuple[str, ...]:
    """Return the last fitted years with four years of figures up to them and one after."""
    first = int(model.start[:4]) + 1
    ends = {
        year_end(row.year)
        for row in observed.observations
        if row.tolerance and year_end(row.year) >= first
    }
    if not ends:
        return ()
    return tuple(financial_year(y) for y in range(min(ends) + LEAST_YEARS - 1, max(ends)))


def checked_origins(
    origins: Sequence[str] | None, model: Model, observed: Observed
) -> tuple[str, ...]:
    """Return the last fitted years in order; raise CaresimError where figures cannot give them."""
    given = (
        default_origins(model, observed)
        if origins is None
        else names_of(origins, "origins", "2014-15", "financial years", CaresimError)
    )
    years = tuple(dict.fromkeys(sorted(given, key=year_end)))
    ends = [year_end(row.year) for row in observed.observations if row.tolerance]
    span = f"the figures run from {financial_year(min(ends))} to {financial_year(max(ends))}"
    if not years:
        message = f"no year leaves four years of figures to fit and one to score: {span}"
        raise CaresimError(message)
    for year in years:
        if not min(ends) <= year_end(year) < max(ends):
            message = f"a score fitted to {year} needs figures up to that year and after it: {span}"
            raise CaresimError(message)
    return years


def _checked_horizons(horizons: Sequence[int]) -> tuple[int, ...]:
    said = "horizons are whole numbers of years from 1"
    found = counts_of(horizons, said, 1, CaresimError)
    if not found:
        message = f"{said}, at least one"
        raise CaresimError(message)
    return tuple(sorted(set(found)))


def _done(
    model: Model,
    observed: Observed,
    tasks: Sequence[Origin],
    executor: Executor | Open | None,
    folder: Path | None,
    progress: bool,  # noqa: FBT001
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of each task in order; those that a folder holds are read from it."""
    from tqdm.auto import tqdm

    keys = [_key(model, observed, task) for task in tasks]
    kept = [read_piece(folder, _name(t), key) for t, key in zip(tasks, keys, strict=True)]
    pairs = zip(tasks, keys, strict=True)
    waiting = [pair for pair, rows in zip(pairs, kept, strict=True) if rows is None]
    with opened(workers if executor is None else executor, len(waiting)) as pool:
        made = partial(_made, model, observed, folder)
        pending = iter([pool.submit(made, task, key) for task, key in waiting])
        shown = tqdm(total=len(tasks), desc="backtest", unit=" origins", disable=not progress)
        for rows in kept:
            found = next(pending).result() if rows is None else rows
            shown.update()
            yield found
        shown.close()


def _made(
    model: Model, observed: Observed, folder: Path | None, task: Origin, key: str
) -> list[dict[str, Any]]:
    """Return the rows of an origin, kept as soon as they are there."""
    rows = project_from(model, observed, task)
    keep_piece(folder, _name(task), key, rows)
    return rows


def _key(model: Model, observed: Observed, task: Origin) -> str:
    """Return a digest of all that the rows of an origin depend on."""
    return key_of(model, observed, task, [variable.name for variable in model.scored], METHODS)


def _name(task: Origin) -> str:
    return task.year
