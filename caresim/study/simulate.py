"""Runs a model under a scenario, once or for many draws of its parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caresim.engine.notices import Notice
from caresim.engine.run import Run
from caresim.language.model import Model
from caresim.language.published import published
from caresim.study.drawn_changes import drawn_change_notices
from caresim.study.held import held_names, held_notices, outside_notices
from caresim.study.idle import idle_notices
from caresim.study.mixed import mix_notice
from caresim.study.question import Question
from caresim.study.scenario.scenario import Scenario

if TYPE_CHECKING:
    from caresim.study.draws import Draws

__all__ = ["answered", "run"]


def run(
    model: Model,
    scenario: Scenario | str | Path | None = None,
    *,
    until: str | dt.date | None = None,
    draws: Draws | None = None,
    method: str = "rk4",
    steps_per_year: int = 16,
    outputs: Sequence[str] | None = None,
    every: str = "year",
    target: str | None = None,
    name: str | None = None,
    from_figures: bool = True,
    mix: str | None = None,
) -> Run:
    """Project a model to a 31 March, under a scenario and for each draw of its parameters.

    ``scenario`` is a :class:`Scenario`, the name of one that comes with the model, the path of a
    scenario file, or None for the model as it is;
    ``until`` defaults to the model's own horizon; ``every`` is ``"year"``, ``"quarter"``,
    ``"month"`` or ``"step"``. A step ends on each day on which a change or an equation jumps. A
    single run stores every quantity, an ensemble the published outputs and the stocks unless
    ``outputs`` names others. Results have shape (moments, runs). What the caller of the model set
    keeps its value under draws, which are taken for the model that they were made for. ``name`` is
    what tables and figures call the run, by default as the scenario: two runs of one scenario on
    two models need two names.

    Where the model's numbers are fitted to figures, each quantity that has some begins at its last
    figure: what that has beside the model is halved each year, the same in every scenario, and
    tables and figures show the quantity so. ``from_figures=False`` leaves the model as it is.
    ``mix="damped"`` is insurance: for five years each is the log mean of the model's and the damped
    trend's, by one factor for all scenarios and draws, so that ratios stay the model's.

    ``target`` is ``"compiled"``, machine code, or ``"python"``, generated Python that can be read
    and stepped through; None takes machine code wherever it can be had, for any number of runs.
    They agree to 1e-12. The first run compiles, England in about a second, and leaves the code to
    later processes; without llvmlite the first run says once, in a UserWarning, that Python runs.

    Raises ScenarioError for a scenario that cannot be used, ParameterError for draws that were made
    for something else, RunError for a run that cannot be made or finished.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> table = cs.run(England(), until="2030-03-31").annual()
    >>> table.index[-1]
    '2029-30'
    """
    asked = Question.of(
        model,
        scenario,
        until=until,
        steps_per_year=steps_per_year,
        every=every,
        draws=draws,
        method=method,
        name=name,
        from_figures=from_figures,
        mix=mix,
    )
    return answered(asked, outputs, target)


def answered(
    asked: Question, outputs: Sequence[str] | None = None, target: str | None = None
) -> Run:
    """Return the run of a question, with its scenario and draws in the record."""
    return _with_origin(asked.run(outputs, target), asked)


def _caveats(scenario: Scenario, model: Model) -> list[Notice]:
    """Return what a reader should know of the levers that a scenario pulls, each text once."""
    texts: dict[str, str] = {}
    for change in scenario.changes:
        texts.setdefault(model.parameters[change.parameter].caveat, change.parameter)
    return [Notice("caveat", name, text) for text, name in texts.items() if text]


def _told(draws: Draws, model: Model) -> dict[str, Any]:
    """Return where draws come from, and what was not drawn since a caller set it."""
    fixed = held_names(draws, model)
    return {**draws.as_dict(), **({"not_drawn": list(fixed)} if fixed else {})}


def _with_origin(result: Run, asked: Question) -> Run:
    """Add scenario and draws to the provenance, and say when a scenario changes nothing."""
    scenario, draws = asked.scenario, asked.draws
    note = published(result.model).note
    # the first, for figures have room for few
    notices = [Notice("changed", type(result.model).__name__, note)] if note else []
    notices += [mix_notice()] if asked.mix and result.start else []
    notices += result.warnings
    computed = replace(asked, clock=result.clock)
    notices.extend(idle_notices(computed, result.provenance["computed_with"]))
    if result.model.stands_for is not None:
        notices += [
            Notice("place", result.model.stands_for.code, text)
            for text in result.model.stands_for.notes
        ]
    if scenario:
        notices.extend((*_caveats(scenario, result.model), *scenario.notices))
    if draws is not None:
        said = (held_notices(draws, result.model), outside_notices(draws, result.model))
        notices.extend((*draws.notices, *said[0], *said[1]))
    entries = result.model.parameters
    notices.extend(drawn_change_notices(entries, asked.shifts, asked.clock, asked.columns))
    origin = {
        "scenario": scenario.as_dict() if scenario else None,
        "draws": None if draws is None else _told(draws, result.model),
        **({"mix": asked.mix} if asked.mix else {}),
        "notices": [{"kind": n.kind, "subject": n.subject, "text": n.text} for n in notices],
    }
    return replace(
        result,
        warnings=tuple(notices),
        provenance={**result.provenance, **origin},
        scenario=scenario,
    )
