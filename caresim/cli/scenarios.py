"""Commands for scenarios: run, check, explain, list them, and what they may change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caresim.cli.app import Against, ByFile, Files, Named, Out, Overwrite, Until, Vintaged, served
from caresim.cli.console import say, say_lines

if TYPE_CHECKING:
    from caresim.engine.notices import Notice
    from caresim.study.question import Question
    from caresim.study.results import Results
    from caresim.study.scenario.scenario import Scenario

SAID = (
    "file",
    "changed",
    "identical",
    "idle",
    "draws",
    "fixed",
)  # kinds of notices that the terminal shows too
LIMITS = "bounds"  # and of single runs this kind: a check that holds, a limit that is reached
MOST_LISTED = 24  # files that are listed one by one
OF_ONE_RUN = ("_annual", "_intervals", "_spending")  # ends of the names of tables
__all__ = ["check", "check_step", "explain", "levers", "run", "scenarios"]


def run(
    files: Files,
    out: Out,
    against: Against = None,
    until: Until = None,
    draws: Annotated[
        int, typer.Option(help="Runs behind each interval; 0 for none.", min=0, max=100_000)
    ] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    figures: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
    prices: Annotated[
        str, typer.Option(help="Money at real prices or in cash.", metavar="real|cash")
    ] = "real",
    years: Annotated[
        str | None,
        typer.Option(
            help="Years of the summary's tables, with commas; the last is always there.",
            metavar="YEAR,YEAR",
        ),
    ] = None,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Project scenarios against what they extend: tables, figures and a one-page summary."""
    from caresim.engine.prices import check_prices
    from caresim.study.question import Question
    from caresim.study.results import project
    from caresim.study.workers import workers
    from caresim.views.files.claim import claimed
    from caresim.views.report.results import at_prices, prepare_figures, write_results
    from caresim.views.report.years import asked_years

    check_prices(prices)
    known = served(model, vintage)
    chosen = None if years is None else asked_years(years, Question.of(known, until=until).clock)
    with claimed(out, overwrite=overwrite) as place:
        results = project(
            known,
            files,
            against=against,
            until=until,
            n_draws=draws,
            seed=seed,
            executor=workers,
            meanwhile=prepare_figures if figures else None,
        )
        written = write_results(results, place, figures=figures, prices=prices, years=chosen)
    for line in _listed(written):
        say(f"  {line}")
    if draws and not results.ensembles:
        say("Note: no parameter has a prior to draw from, so that there are no intervals.")
    if len(results.runs) > 1:
        say(f"Compared with {results.baseline.name}.")
    _say_found(at_prices(results, prices))
    count = len(results.runs) - 1
    say(f"Results for {count or 1} scenario{'s' * (count > 1)} are in {out}")


def _say_found(results: Results) -> None:
    """Say what a reader should know of the runs, what breaks even, who pays, and how good it is."""
    from caresim.study.break_even.answer import told_together
    from caresim.views.report.believed import believed_text
    from caresim.views.report.ruled import ruled_text

    shown = (*results.runs, *results.ensembles.values())
    _say(notice for result in shown for notice in result.warnings if notice.kind in SAID)
    # of draws some are at a limit in most scenarios, which the page says
    _say(notice for run in results.runs for notice in run.warnings if notice.kind == LIMITS)
    for line in told_together(results.evens):
        say_lines(line)
    for found in results.believed:
        say_lines(believed_text(found, results.model))
    if table := ruled_text(results.ruled):
        say_lines(table)
    _say_score(results)


def check(files: Files, until: Until = None, model: ByFile = "", vintage: Vintaged = None) -> None:
    """Check scenario files, and whether each change changes anything."""
    from caresim.study.question import Question

    known = served(model, vintage)
    for file in files:
        asked = Question.of(known, file, until=until)
        if asked.scenario is not None:
            say(f"{file}: '{asked.name}' is valid, {_count(asked.scenario)}")
            _say([*asked.scenario.notices, *_idle(asked)])


def _count(plan: Scenario) -> str:
    """Return how many changes a scenario makes, and how many those before it."""
    count, before = len(plan.own_changes), len(plan.changes) - len(plan.own_changes)
    told = f"{count} change{'s' * (count != 1)}"
    return f"{told} on top of {before} of '{plan.parent.name}'" if plan.parent and before else told


def explain(file: Annotated[Path, Named], model: ByFile = "", vintage: Vintaged = None) -> None:
    """Say in English sentences what a scenario changes."""
    from caresim.study.question import Question
    from caresim.study.scenario.explained import explain as in_words
    from caresim.study.scenario.reading import read_scenario

    known = served(model, vintage)
    scenario = read_scenario(file, known)
    Question.of(known, scenario)  # refuses what a run would
    say_lines(in_words(scenario, known))
    _say(scenario.notices)


def scenarios(model: ByFile = "") -> None:
    """List the scenarios that come with the model, which are known by name."""
    from caresim.study.scenario.shipped import scenarios as shipped

    say_lines(repr(shipped(served(model))))


def levers(model: ByFile = "", vintage: Vintaged = None) -> None:
    """List the parameters that scenarios may change, with value, unit and bounds."""
    from caresim.views.report.listing import levers_text

    say_lines(levers_text(served(model, vintage)))


def check_step(
    file: Annotated[Path | None, Named] = None,
    until: Until = None,
    steps: Annotated[int, typer.Option(help="Steps a year.", min=1, max=2048)] = 16,
    model: ByFile = "",
    vintage: Vintaged = None,
) -> None:
    """Measure what the step changes: against half of it and against an adaptive solver."""
    from caresim.study.step_check import check_step as measure

    say_lines(str(measure(served(model, vintage), file, until=until, steps_per_year=steps)))


def _idle(asked: Question) -> list[Notice]:
    """Return what changes nothing, or why a run of the scenario cannot be finished."""
    from caresim.engine.notices import Notice
    from caresim.language.errors import RunError
    from caresim.study.idle import idle_notices

    try:
        return idle_notices(asked)
    except RunError as fault:
        text = f"a run of '{asked.name}' cannot be finished: {fault}".rstrip(".")
        return [Notice("bounds", asked.name, text)]


def _say_score(results: Results) -> None:
    """Say how far projections have been off, or that nobody has measured it."""
    from caresim.language.published import NOT_SCORED, published

    own = published(results.model)
    if results.score:
        say(f"{results.score.line()}.")
    elif own.is_unscored:
        say(f"{own.name}: {NOT_SCORED}.")


def _listed(written: Sequence[Path]) -> list[str]:
    """Return the files by name; of many, those of single runs as one line."""
    single = [path for path in written if path.stem.endswith(OF_ONE_RUN)]
    if len(written) <= MOST_LISTED:
        return [str(path) for path in written]
    ends = ", ".join(end for end in OF_ONE_RUN if any(p.stem.endswith(end) for p in single))
    more = f"{len(single)} tables, one a run of each kind ({ends})"
    return [*(str(path) for path in written if path not in single), more]


def _say(notices: Iterable[Notice]) -> None:
    for notice in dict.fromkeys(notices):
        say(f"Note: {notice}.")
