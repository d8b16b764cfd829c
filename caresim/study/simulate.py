"""Runs a model under a scenario, once or for many draws of its parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.execute import execute
from caresim.engine.notices import Notice
from caresim.engine.run import Run
from caresim.language.model import Model
from caresim.study.held import held_notices
from caresim.study.question import Question
from caresim.study.scenario.binding import changes_nothing
from caresim.study.scenario.scenario import Scenario

if TYPE_CHECKING:
    from caresim.study.draws import Draws

__all__ = ["answered", "run"]

Values = NDArray[np.float64]
Columns = Mapping[str, Values]


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
) -> Run:
    """Project a model to a 31 March, under a scenario and for each draw of its parameters.

    ``scenario`` is a :class:`Scenario`, the name of one that comes with the model, the path of a
    scenario file, or None for current policy;
    ``until`` defaults to the model's own horizon; ``every`` is ``"year"``, ``"quarter"``,
    ``"month"`` or ``"step"``. A step ends on each day on which a change or an equation jumps. A
    single run stores every quantity, an ensemble the published outputs and the stocks unless
    ``outputs`` names others. Results have shape (moments, runs). What the caller of the model set
    keeps its value under draws.

    ``target`` is ``"compiled"``, machine code, or ``"python"``, generated Python that can be read
    and stepped through; None takes machine code wherever it can be had, for any number of runs.
    They agree to 1e-12. The first run compiles, England in about a second, and leaves the code to
    later processes; without llvmlite the first run says once, in a UserWarning, that Python runs.

    Raises ScenarioError for a scenario that cannot be used, RunError for a run that cannot be made
    or finished.

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
    )
    return answered(asked, outputs, target)


def answered(
    asked: Question, outputs: Sequence[str] | None = None, target: str | None = None
) -> Run:
    """Return the run of a question, with its scenario and draws in the record."""
    return _with_origin(asked.run(outputs, target), asked)


def _is_identical(asked: Question, scenario: Scenario, result: Run) -> bool:
    """Return True when a scenario leaves every published output as it is without it.

    A lever may move and still do nothing, such as a total budget that nothing is paid from. Single
    runs tell, at the parameters' own values; of a lever that is drawn too, its least and greatest.
    """
    model, clock = asked.model, result.clock  # the grid of both
    # in the same way, which rounds in the same way
    how = {"method": asked.method, "target": result.provenance["computed_with"]}
    ends = _ends_of_drawn(scenario, asked.columns)
    if changes_nothing(scenario, model, clock, ends):
        return True
    shown = model.published_names()
    # what is stored may move the last bit of all else, so both store the same
    stored = tuple(result.outputs)
    if ends or result.n_runs > 1 or not set(shown) <= set(stored):
        stored = shown
        result = execute(model, clock, asked.shifts, ends, outputs=shown, **how)
    without = execute(model, clock, (), ends, outputs=stored, **how)
    return all(np.array_equal(result.values(n), without.values(n)) for n in shown)


def _ends_of_drawn(scenario: Scenario, columns: Columns) -> dict[str, Values]:
    """Return the least and the greatest draw of each lever that a scenario changes."""
    changed = {change.parameter for change in scenario.changes} & set(columns)
    return {name: np.array([np.min(columns[name]), np.max(columns[name])]) for name in changed}


def _caveats(scenario: Scenario, model: Model) -> list[Notice]:
    """Return what a reader should know of the levers that a scenario pulls, each text once."""
    texts: dict[str, str] = {}
    for change in scenario.changes:
        texts.setdefault(model.parameters[change.parameter].caveat, change.parameter)
    return [Notice("caveat", name, text) for text, name in texts.items() if text]


def _with_origin(result: Run, asked: Question) -> Run:
    """Add scenario and draws to the provenance, and say when a scenario changes nothing."""
    scenario, draws = asked.scenario, asked.draws
    notices = list(result.warnings)
    if scenario and scenario.changes and _is_identical(asked, scenario, result):
        text = f"the scenario '{scenario.name}' changes nothing: it is identical to current policy"
        notices.append(Notice("identical", scenario.name, text))
    if scenario:
        notices.extend((*_caveats(scenario, result.model), *scenario.notices))
    if draws is not None:
        notices.extend((*draws.notices, *held_notices(draws, result.model)))
    origin = {
        "scenario": scenario.as_dict() if scenario else None,
        "draws": draws.as_dict() if draws is not None else None,
        "notices": [{"kind": n.kind, "subject": n.subject, "text": n.text} for n in notices],
    }
    return replace(
        result,
        warnings=tuple(notices),
        provenance={**result.provenance, **origin},
        scenario=scenario,
    )
