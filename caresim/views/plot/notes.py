"""The small print below figures: what bands are, where figures come from, how good it has been."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from caresim.engine.notices import Notice
from caresim.engine.run import Run
from caresim.language.amounts import percent
from caresim.language.dates import year_end
from caresim.language.model import Model
from caresim.language.observed import Observation
from caresim.language.published import NOT_SCORED, published
from caresim.study.run_names import distinct_names

__all__ = [
    "band_note",
    "changed_note",
    "collected",
    "inputs_print",
    "notices_note",
    "origin_note",
    "score_notes",
    "sources_note",
    "stamp",
]

INPUTS = (
    "equations", "parameters", "start", "until", "steps_per_year", "method", "scenario", "draws",
    "prices",
)  # fmt: skip
MOST_SOURCES = 3
TOLD_APART = ("assumption", "changed", "checked", "mixed")  # kinds of notices
MOST_PATHS = 2  # named in small print; the report names all


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
        return "Single runs, without their uncertainty."
    counts = " or ".join(f"{n:,}" for n in sorted(sizes))
    lines = "lines are their medians" if not bands else "lines are single runs"
    if bands and any(run.n_runs > 1 for run in runs):
        lines = "lines are single runs, or medians where a run is itself an ensemble"
    shown = [*runs, *bands.values()]
    drawn = f"the parameters{origin_note(shown)}{_beside_parameters(shown)}"
    return f"Bands hold {percent(level)} of {counts} draws of {drawn}; {lines}."


def _beside_parameters(runs: Sequence[Run]) -> str:
    """Return what draws hold beside parameters: rival structures, and chance."""
    drawn = [run.provenance.get("draws") or {} for run in runs]
    parts = {"structures": "structures", "chance": "chance"}
    held = [word for key, word in parts.items() if any(draws.get(key) for draws in drawn)]
    return f", with {' and '.join(held)}" if held else ""


def origin_note(runs: Sequence[Run]) -> str:
    """Return what goes behind "draws of the parameters" where some are from priors."""
    drawn = [run.provenance.get("draws") or {} for run in runs]
    from_prior = any(draws.get("origin") == "prior" for draws in drawn)
    return " from their priors, before the data" if from_prior else ""


def changed_note(runs: Sequence[Run]) -> str:
    """Return how models are not as their class publishes them, and which levels are mixed.

    Empty where all are as published, and the model's.
    """
    each = list({(run.name, published(run.model).label): run for run in runs}.values())
    found: dict[str, list[str]] = {}
    for run, name in zip(each, distinct_names(each), strict=True):
        for notice in run.warnings:
            if notice.kind == "changed":
                found.setdefault(str(notice), []).append(name)
    told = [
        text if len(where) == len(each) else _beside_others(text, where)
        for text, where in found.items()
    ]
    mixed = [run.name for run in runs if any(one.kind == "mixed" for one in run.warnings)]
    if mixed:
        whose = "" if len(mixed) == len(runs) else f"{', '.join(dict.fromkeys(mixed))}: "
        told.append(f"{whose}levels are mixed with the damped trend, as insurance")
    return " ".join(f"Note: {text.rstrip('.')}." for text in told)


def _beside_others(text: str, where: Sequence[str]) -> str:
    """Say which runs are of a changed model, where points of the published one may be drawn."""
    told, _, shown = text.partition("; shown without ")
    own = "; published figures and scores are not of it" if shown else ""
    return f"{', '.join(where)}: {told}{own}"


def notices_note(runs: Sequence[Run]) -> str:
    """Return which paths had to be continued, or how many, and the first other notice in full."""
    found = list(collected(runs))
    known = runs[0].model.parameters
    subjects = [n.subject for n in found if n.kind == "assumption"]
    assumed = [(known[s].meaning if s in known else "") or s.replace("_", " ") for s in subjects]
    texts = list(dict.fromkeys(str(n) for n in found if n.kind not in TOLD_APART))
    many = f"{len(assumed)} given paths" if len(assumed) > MOST_PATHS else "; ".join(assumed)
    parts = [f"Continued by assumption: {many}."] if assumed else []
    if texts:
        more = f" ({len(texts) - 1} more in Run.warnings)" if len(texts) > 1 else ""
        parts.append(f"Note: {texts[0].rstrip('.')}{more}.")
    return " ".join(parts)


def sources_note(figures: Sequence[Observation]) -> list[str]:
    """Return the last definition of a series and the releases behind it, the latest first."""
    rows = sorted(figures, key=lambda row: year_end(row.year), reverse=True)
    definition = next((row.definition for row in rows if row.definition), "")
    releases = list(dict.fromkeys(row.release for row in rows if row.release))
    more = len(releases) - MOST_SOURCES
    tail = f"; and {more} more" if more > 0 else ""
    source = f"Source: {'; '.join(releases[:MOST_SOURCES])}{tail}." if releases else ""
    return [definition, source]


def stamp(runs: Sequence[Run]) -> str:
    """Return what a page or figure was made with: version, equations, and a print of the inputs.

    The print is of everything the runs were given: parameters, scenarios, draws, dates and steps.
    """
    first = runs[0].provenance
    known = [f"caresim {first['caresim']}" if "caresim" in first else "caresim"]
    known.append(f"{type(runs[0].model).__name__} {first.get('equations', '')}".rstrip())
    return f"{', '.join(known)}, inputs {inputs_print(runs)}"


def inputs_print(runs: Sequence[Run]) -> str:
    """Return a short fingerprint of what runs were given, the same on every machine."""
    told = [[run.name, {k: run.provenance.get(k) for k in INPUTS} | _mix(run)] for run in runs]
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _mix(run: Run) -> dict[str, str]:
    """Return what levels are mixed with, nothing where they are the model's."""
    return {"mix": run.provenance["mix"]} if "mix" in run.provenance else {}


def score_notes(model: Model, score: Sequence[Mapping[str, Any]] | None) -> dict[str, str]:
    """Return by series how far it was off out of sample, a few words each; empty without a score.

    Without rows of its own it takes the backtest that ships with the model; a vintage without one
    says so.
    """
    if score is None:
        from caresim.study.backtest import Backtest  # loads the calibration

        shipped = Backtest.of(model)
        score = shipped.rows() if shipped else ()
        own = published(model)
        if own.is_unscored and own.figures is not None:
            return dict.fromkeys(own.figures.series, NOT_SCORED.capitalize())
    return {
        str(row["series"]): f"Out of sample {float(row['model']):.1f} % off (last value "
        f"{float(row['last_value']):.1f} %)"
        for row in score
    }


def label_of(model: Model, name: str) -> str:
    """Return what a quantity is called in words, or its name when the model has none such."""
    return model.variables[name].label if name in model.variables else name
