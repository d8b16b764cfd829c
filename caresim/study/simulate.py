"""Runs a model under a scenario, once or for many draws of its parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.notices import Notice
from caresim.engine.run import Run
from caresim.language.errors import RunError, ScenarioError
from caresim.language.model import Model
from caresim.study.held import held_columns, held_notices
from caresim.study.scenario import (
    Scenario,
    changes_nothing,
    check_scenario,
    read_scenario,
    shifts_of,
)

if TYPE_CHECKING:
    from caresim.study.draws import Draws

__all__ = ["CURRENT_POLICY", "run"]

CURRENT_POLICY = "Current policy"
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

    ``scenario`` is a :class:`Scenario`, the name of one that comes with caresim, the path of a
    scenario file, or None for current policy;
    ``until`` defaults to the model's own horizon; ``every`` is ``"year"``, ``"quarter"`` or
    ``"step"``. A single run stores every quantity, an ensemble the published outputs and the stocks
    unless ``outputs`` names others. Results have shape (moments, runs). ``target`` asks for
    ``"floats"``, ``"numpy"`` or ``"compiled"`` (which needs llvmlite) in place of the
    quickest; they agree to 1e-12. What the caller of the model set keeps its value under draws.

    Raises ScenarioError for a scenario that cannot be used, RunError for a run that cannot be made
    or finished.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> table = cs.run(England(), until="2030-03-31").annual()
    >>> table.index[-1]
    '2029-30'
    """
    if not isinstance(model, Model):
        hint = f"{model.__name__}()" if isinstance(model, type) else "England()"
        message = f"run takes a model such as {hint}, not {model!r}"
        raise RunError(message)
    if draws is not None and not hasattr(draws, "columns"):
        message = (
            f"draws takes parameter draws, such as cs.draws(model, 100, seed=1), not {draws!r}"
        )
        raise RunError(message)
    clock = Clock.between(model.start, until or model.until, steps_per_year, every)
    plan = read_scenario(scenario) if isinstance(scenario, str | Path) else scenario
    if plan is not None and not isinstance(plan, Scenario):
        message = f"a scenario is a Scenario or the path of a file, not {plan!r}"
        raise ScenarioError(message)
    if plan is not None:
        check_scenario(plan, model, clock.save_dates[0], clock.save_dates[-1])
    result = execute(
        model,
        clock,
        shifts_of(plan, model) if plan else (),
        held_columns(draws, model),
        name=plan.name if plan else CURRENT_POLICY,
        method=method,
        outputs=outputs,
        target=target,
    )
    return _with_origin(result, plan, draws, clock)


def _is_identical(scenario: Scenario, result: Run, clock: Clock, draws: Draws | None) -> bool:
    """Return True when a scenario leaves every published output as it is without it.

    A lever may move and still do nothing, such as a total budget that nothing is paid from. Single
    runs tell, at the parameters' own values; of a lever that is drawn too, its least and greatest.
    """
    model = result.model
    ends = _ends_of_drawn(scenario, held_columns(draws, model))
    if changes_nothing(scenario, model, clock, ends):
        return True
    shown = model.published_names()
    method = result.provenance["method"]
    # what is stored may move the last bit of all else, so both store the same
    stored = tuple(result.outputs)
    if ends or result.n_runs > 1 or not set(shown) <= set(stored):
        stored = shown
        shifts = shifts_of(scenario, model)
        result = execute(model, clock, shifts, ends, outputs=shown, method=method)
    without = execute(model, clock, (), ends, outputs=stored, method=method)
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


def _with_origin(result: Run, scenario: Scenario | None, draws: Draws | None, clock: Clock) -> Run:
    """Add scenario and draws to the provenance, and say when a scenario changes nothing."""
    notices = list(result.warnings)
    if scenario and scenario.changes and _is_identical(scenario, result, clock, draws):
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
