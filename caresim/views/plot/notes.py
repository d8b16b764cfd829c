"""The small print below figures: what bands are, where figures come from, how good it has been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from caresim.engine.notices import Notice
from caresim.engine.run import Run
from caresim.language.amounts import percent
from caresim.language.dates import year_end
from caresim.language.model import Model
from caresim.language.observed import Observation

__all__ = [
    "band_note",
    "collected",
    "notices_note",
    "origin_note",
    "score_note",
    "sources_note",
]

# More would crowd out the figure; the report and Run.warnings hold them all
MOST_NOTICES = 3


def collected(runs: Sequence[Run]) -> dict[Notice, list[str]]:
    """Return each notice once, with the names of the runs it comes from, in order.

    Levers may share a text, which is then said for all of them. That the step was checked is said
    once: stays differ a little from run to run.
    """
    found: dict[Notice, list[str]] = {}
    texts: dict[str, Notice] = {}
    for run in runs:
        for notice in run.warnings:
            text = notice.kind if notice.kind == "checked" else notice.text
            names = found.setdefault(texts.setdefault(text, notice), [])
            if run.name not in names:
                names.append(run.name)
    return found


def band_note(runs: Sequence[Run], bands: Mapping[str, Run], level: float) -> str:
    """Return what lines and bands are; empty when there are none to explain."""
    sizes = {run.n_runs for run in (*runs, *bands.values()) if run.n_runs > 1}
    if not sizes:
        return "Single runs, without their uncertainty; give draws for bands."
    counts = " or ".join(f"{n:,}" for n in sorted(sizes))
    lines = "lines are their medians" if not bands else "lines are single runs"
    if bands and any(run.n_runs > 1 for run in runs):
        lines = "lines are single runs, or medians where a run is itself an ensemble"
    origin = origin_note([*runs, *bands.values()])
    return (
        f"Bands hold {percent(level)} of {counts} draws of the parameters{origin}; "
        f"{lines}. Doubt about the model's structure is not in them."
    )


def origin_note(runs: Sequence[Run]) -> str:
    """Return what goes behind "draws of the parameters" where some are from priors."""
    drawn = [run.provenance.get("draws") or {} for run in runs]
    from_prior = any(draws.get("origin") == "prior" for draws in drawn)
    return " from their priors, before the data" if from_prior else ""


def notices_note(runs: Sequence[Run]) -> str:
    """Return what was assumed and the first other notices, and how many more there are."""
    found = list(collected(runs))
    assumed = [n.subject.replace("_", " ") for n in found if n.kind == "assumption"]
    others = [n for n in found if n.kind not in {"assumption", "checked"}]
    texts = list(dict.fromkeys(str(n).rstrip(".") for n in others))
    more = len(texts) - MOST_NOTICES
    parts = [f"Continued by assumption: {', '.join(assumed)}."] if assumed else []
    if texts:
        tail = f"; and {more} more in the runs' warnings" if more > 0 else ""
        parts.append("Note: " + "; ".join(texts[:MOST_NOTICES]) + tail + ".")
    return " ".join(parts)


def sources_note(figures: Sequence[Observation]) -> list[str]:
    """Return the last definition of a series and the releases behind it, the latest first."""
    rows = sorted(figures, key=lambda row: year_end(row.year), reverse=True)
    definition = next((row.definition for row in rows if row.definition), "")
    releases = list(dict.fromkeys(row.release for row in rows if row.release))
    more = len(releases) - MOST_NOTICES
    tail = f"; and {more} more" if more > 0 else ""
    source = f"Source: {'; '.join(releases[:MOST_NOTICES])}{tail}." if releases else ""
    return [definition, source]


def score_note(
    model: Model, score: Sequence[Mapping[str, Any]] | None, names: Sequence[str]
) -> str:
    """Return the out-of-sample errors of some series in one sentence; empty without a score.

    Without rows of its own it takes the backtest that ships with the model.
    """
    if score is None:
        from caresim.study.backtest import Backtest  # loads the calibration

        shipped = Backtest.of(model)
        score = shipped.rows() if shipped else ()
    told = [row for row in score if row["series"] in names]
    if not told:
        return ""
    parts = [
        f"{label_of(model, str(row['series']))} {float(row['model']):.1f} % "
        f"({float(row['last_value']):.1f} %)"
        for row in told
    ]
    of = f", fitted to {told[0]['origins']}" if "origins" in told[0] else ""
    return f"Mean error out of sample{of} (in brackets the last value's): {'; '.join(parts)}."


def label_of(model: Model, name: str) -> str:
    """Return what a quantity is called in words, or its name when the model has none such."""
    return model.variables[name].label if name in model.variables else name
