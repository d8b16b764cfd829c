"""Writes results to a folder: tables, figures, a page, and a record of how they came about."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caresim.language.model import Model
from caresim.language.published import NOT_SCORED, published
from caresim.study.against import assumed_by, is_same
from caresim.study.workers import workers
from caresim.views.files.claim import Place, claimed
from caresim.views.files.names import stems
from caresim.views.files.whole import write_all
from caresim.views.plot.drawing import Drawing
from caresim.views.plot.notes import inputs_print
from caresim.views.report.believed import believed_text
from caresim.views.report.doubted import doubt_lines
from caresim.views.report.places import (
    draw_projection,
    has_projection,
    projected_of,
    projection_csv,
)
from caresim.views.report.ruled import ruled_csv
from caresim.views.report.summary import summary_html
from caresim.views.report.tables import annual_csv, columns_csv, intervals_csv, spending_csv
from caresim.views.report.years import table_years

if TYPE_CHECKING:
    from caresim.engine.run import Run
    from caresim.study.results import Results

__all__ = [
    "at_prices",
    "prepare_figures",
    "write_results",
]

RECORD = "run.json"
ON_PAGE = 2
PAGE_WIDTH = 6.5  # inches, the text width of an A4 page
GREEN_BOOK_RATE = 0.035  # a year, real: HM Treasury, The Green Book 2022, social time preference
Files = dict[str, str | bytes]


def write_results(
    results: Results,
    folder: Path | Place,
    *,
    figures: bool = True,
    prices: str = "real",
    years: Sequence[str] | None = None,
    overwrite: bool = False,
) -> list[Path]:
    """Write tables, figures, a one-page summary and ``run.json`` for projections.

    ``folder`` may be claimed already, as by ``with claimed(folder) as place``; ``years`` are those
    of the summary's tables, which always show the last too. Raises CaresimError when a result
    exists already and ``overwrite`` is not set, RunError for cash without a price level and for a
    year that the runs do not show.
    """
    table_years(results.runs, years)
    with claimed(folder, overwrite=overwrite) as place:
        files = _files(results, figures=figures, prices=prices, years=years)
        return write_all(files, place, RECORD, _record(at_prices(results, prices)))


def _files(results: Results, *, figures: bool, prices: str, years: Sequence[str] | None) -> Files:
    """Return every file but the record."""
    as_made, results = results, at_prices(results, prices)
    names = _figures(results) if figures else []
    with workers(len(names) + bool(names)) as pool:
        pending = [pool.submit(_draw, results, name) for name in names]
        spent = pool.submit(_spending, as_made)
        drawn = dict(zip(names, (task.result() for task in pending), strict=True))
    files: Files = {}
    for stem, run in zip(_stems(results), results.runs, strict=True):
        files[f"{stem}_annual.csv"] = annual_csv(run)
        if run.name in results.ensembles:
            files[f"{stem}_intervals.csv"] = intervals_csv(results.ensembles[run.name])
    files |= _hubverse(results) | spent.result()
    files["columns.csv"] = columns_csv(results.model, results.baseline.price_base)
    if place := projected_of(results):
        files["projection.csv"] = projection_csv(place, results.model)
    if results.ruled:
        files["rules.csv"] = ruled_csv(results.ruled)
    files["summary.html"] = _summary(results, list(drawn.values())[:ON_PAGE], years)
    for name, drawing in drawn.items():
        files |= drawing.files(name)
    return files


def at_prices(results: Results, prices: str) -> Results:
    """Return projections with money in cash, or as they are."""
    return replace(
        results,
        runs=tuple(run.at_prices(prices) for run in results.runs),
        ensembles={name: run.at_prices(prices) for name, run in results.ensembles.items()},
        ruled=tuple(one.at_prices(prices) for one in results.ruled),
    )


def prepare_figures() -> None:
    """Load what draws figures, which takes about as long as an ensemble."""
    importlib.import_module("caresim.views.plot.figure")


def _stems(results: Results) -> list[str]:
    """Return a file name for each run."""
    return stems(run.name for run in results.runs)


def _figures(results: Results) -> list[str]:
    """Return the names of the figures; the first two stand on the page.

    Of a place alone the first is what is projected for it, whose bands hold what it will count.
    """
    differences = ["differences"] if len(results.runs) > 1 else []
    spending = ["spending"] if results.model.spending_by else []
    costs = ["costs"] if results.model.cost_names() else []
    if not has_projection(results):
        return ["caseloads", *differences, *costs, *spending]
    if differences:
        return ["caseloads", *differences, "projection", *costs, *spending]
    return ["projection", *costs, *spending, "caseloads"]


def _draw(results: Results, name: str) -> Drawing:
    from caresim.views import plot

    if name == "projection":
        return draw_projection(results, PAGE_WIDTH)
    options: dict[str, Any] = {"width": PAGE_WIDTH}
    if results.score:
        options["score"] = results.score.rows()
    if name == "spending":
        return Drawing.of(plot.spending(results.baseline, **options))
    options["bands"] = results.ensembles
    if name == "costs":
        rate = None if results.baseline.prices == "cash" else GREEN_BOOK_RATE
        options |= {"cumulative": True, "discount": rate}
    return Drawing.of(getattr(plot, name)(*results.runs, **options))


def _spending(results: Results) -> Files:
    """Return the table of spending of each run, real and in cash."""
    if not results.model.spending_by:
        return {}
    pairs = zip(_stems(results), results.runs, strict=True)
    return {f"{stem}_spending.csv": spending_csv(run) for stem, run in pairs}


def _hubverse(results: Results) -> Files:
    """Return the quantiles of all scenarios as one table of the hubverse, where there are draws."""
    from caresim.views.report.hubverse import scenario_csv

    pairs = zip(_stems(results), results.runs, strict=True)
    drawn = {s: results.ensembles[r.name] for s, r in pairs if r.name in results.ensembles}
    text = scenario_csv(drawn)
    return {"hubverse.csv": text} if text else {}


def _summary(results: Results, drawn: Sequence[Drawing], years: Sequence[str] | None) -> str:
    return summary_html(
        results.runs,
        ensembles=results.ensembles,
        score=results.score.rows() if results.score else None,
        explanations=_explanations(results),
        evens=results.evens,
        figures=drawn,
        years=years,
        turn=results.turn,
        priced=results.priced,
        ruled=results.ruled,
        believed=results.believed,
        doubt=results.doubt,
    )


def _explanations(results: Results) -> dict[str, str]:
    """Return by run name what a scenario does beside the baseline, whose summary is enough."""
    from caresim.study.scenario.explained import explain, extended

    base, texts = results.baseline, {}
    for run in results.runs:
        if plan := run.scenario:
            first = "" if is_same(plan.parent, base.scenario) else extended(plan)
            told = explain(plan, results.model, brief=True)
            texts[run.name] = f"{first}\n{told}".strip()
    if base.scenario and assumed_by(results.model, base.scenario):  # which the page then tells
        texts[base.name] = base.scenario.summary
    return texts


def _record(results: Results) -> dict[str, object]:
    """Return versions, inputs and warnings as plain data, without a time of day."""
    return {
        "runs": [
            {"name": run.name, "file": _name_of(results.files.get(run.name)), **run.provenance}
            for run in results.runs
        ],
        "compared_with": _compared_with(results),
        "ensembles": [_ensemble(run) for run in results.ensembles.values()],
        "inputs": inputs_print(results.runs),
        "baseline_turns": str(results.turn) if results.turn else None,
        "place_price": str(results.priced) if results.priced else None,
        "break_evens": [str(even) for even in results.evens],
        "doubt": doubt_lines(results.doubt, results.model),
        "beliefs": [believed_text(one, results.model) for one in results.believed],
        "out_of_sample_score": results.score.rows() if results.score else _unscored(results.model),
    }


def _compared_with(results: Results) -> dict[str, object] | None:
    """Return the name, the file and the assumptions of the baseline, None of a run alone."""
    if len(results.runs) == 1:
        return None
    base = results.baseline
    assumed = assumed_by(results.model, base.scenario)
    file = _name_of(results.files.get(base.name))
    return {"name": base.name, "file": file, "assumes": list(assumed)}


def _unscored(model: Model) -> str | list[str] | None:
    if model.stands_for is not None:
        return list(model.stands_for.score)
    return NOT_SCORED if published(model).is_unscored else None


def _ensemble(run: Run) -> dict[str, object]:
    kept = ("runs", "draws", "computed_with", "notices", "prices")
    told = {key: run.provenance[key] for key in kept if key in run.provenance}
    return {"name": run.name, **told}


def _name_of(path: Path | None) -> str | None:
    return path.name if path else None
