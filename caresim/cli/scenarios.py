"""Commands for scenarios: run, check, explain, list them, and what they may change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caresim.cli.app import Against, ByFile, Files, Named, Out, Overwrite, Until, Vintaged, served
from caresim.cli.console import say, say_lines

if TYPE_CHECKING:
    from caresim.engine.notices import Notice
    from caresim.language.model import Model
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
    "place",
    "mixed",
)  # kinds of notices that the terminal shows too
LIMITS = "bounds"  # and of single runs this kind: a check that holds, a limit that is reached
MOST_LISTED = 24  # files that are listed one by one
OF_ONE_RUN = ("_annual", "_intervals", "_spending")  # ends of the names of tables
__all__ = [
    "Drawn",
    "Mixed",
    "Prices",
    "Seeded",
    "WithFigures",
    "Years",
    "check",
    "check_step",
    "explain",
    "levers",
    "project_to",
    "run",
    "scenarios",
]

Drawn = Annotated[
    int, typer.Option(help="Runs behind each interval; 0 for none.", min=0, max=100_000)
]
Seeded = Annotated[int, typer.Option(help="Seed of the draws.", min=0)]
WithFigures = Annotated[bool, typer.Option(help="Draw the figures.")]
Prices = Annotated[str, typer.Option(help="Money at real prices or in cash.", metavar="real|cash")]
Mixed = Annotated[
    str | None,
    typer.Option(help="Insure levels against a break: mix in a trend.", metavar="damped"),
]
Years = Annotated[
    str | None,
    typer.Option(
        help="Years of the summary's tables, with commas; the last is always there.",
        metavar="YEAR,YEAR",
    ),
]


def run(
    files: Files,
    out: Out,
    against: Against = None,
    until: Until = None,
    draws: Drawn = 100,
    seed: Seeded = 1,
    figures: WithFigures = True,
    prices: Prices = "real",
    years: Years = None,
    mix: Mixed = None,
    model: ByFile = "",
    vintage: Vintaged = None,
    overwrite: Overwrite = False,
) -> None:
    """Project scenarios against what they extend: tables, figures and a one-page summary."""
    project_to(
        out, lambda: served(model, vintage), files, against=against, until=until, draws=draws,
        seed=seed, figures=figures, prices=prices, years=years, mix=mix, overwrite=overwrite,
    )  # fmt: skip


def project_to(
    out: Path,
    asked: Callable[[], Model],
    files: Sequence[Path],
    *,
    against: Path | None,
    until: str | None,
    draws: int,
    seed: int,
    figures: bool,
    prices: str,
    years: str | None,
    mix: str | None,
    overwrite: bool,
) -> None:
    """Project scenarios of the model that is ``asked`` for, write all of it, and say what it is."""
    from caresim.engine.prices import check_prices
    from caresim.study.question import Question
    from caresim.study.results import project
    from caresim.study.workers import workers
    from caresim.views.files.claim import claimed
    from caresim.views.report.results import prepare_figures, write_results
    from caresim.views.report.years import asked_years

    check_prices(prices)
    known = asked()
    clock = Question.of(known, until=until, mix=mix).clock
    chosen = None if years is None else asked_years(years, clock)
    with claimed(out, overwrite=overwrite) as place:
        results = project(
            known,
            files,
            against=against,
            until=until,
            n_draws=draws,
            seed=seed,
            mix=mix,
            executor=workers,
            meanwhile=prepare_figures if figures else None,
        )
        written = write_results(results, place, figures=figures, prices=prices, years=chosen)
    for line in _listed(written):
        say(f"  {line}")
    if draws and not results.ensembles:
        say("Note: no parameter has a prior to draw from, so that there are no intervals.")
    _say_results(results, prices)
    count = len(results.runs) - 1
    which = f" in {known.stands_for.name}" if known.stands_for is not None else ""
    say(f"Results for {count or 1} scenario{'s' * (count > 1)}{which} are in {out}")


def _say_results(results: Results, prices: str) -> None:
    """Say what scenarios were compared with, what they do in a place, and what was found."""
    from caresim.views.report.results import at_prices

    if len(results.runs) > 1:
        say(f"Compared with {results.baseline.name}.")
    if results.model.stands_for is not None:
        _say_changes(results)
    _say_found(at_prices(results, prices))


def _say_changes(results: Results) -> None:
    """Say what each scenario changes, and how large that is in the place that runs are of."""
    from caresim.study.scenario.explained import explain as in_words

    for shown in results.runs[1:]:
        if shown.scenario is not None:
            say_lines(f"{shown.name}: {in_words(shown.scenario, results.model, brief=True)}")


def _say_found(results: Results) -> None:
    """Say what a reader should know of the runs, what breaks even, who pays, and how good it is."""
    from caresim.study.break_even.answer import told_together
    from caresim.views.report.believed import believed_text
    from caresim.views.report.doubted import doubt_lines
    from caresim.views.report.ruled import ruled_text

    shown = (*results.runs, *results.ensembles.values())
    _say(notice for result in shown for notice in result.warnings if notice.kind in SAID)
    # of draws some are at a limit in most scenarios, which the page says
    _say(notice for run in results.runs for notice in run.warnings if notice.kind == LIMITS)
    for line in told_together(results.evens):
        say_lines(line)
    for line in doubt_lines(results.doubt, results.model):
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
