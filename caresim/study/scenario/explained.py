"""A scenario in plain English."""

from __future__ import annotations

from pathlib import Path

from caresim.language.errors import CaresimError, ScenarioError
from caresim.language.model import Model
from caresim.study.arguments import model_of
from caresim.study.idle import idle_notices
from caresim.study.question import Question
from caresim.study.scenario.binding import lever_of, shifts_of
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import Scenario
from caresim.study.scenario.sentences import reasons, sentence

__all__ = ["explain"]


def explain(
    scenario: Scenario | str | Path, model: Model | None = None, *, brief: bool = False
) -> str:
    """Return name and summary, and one English sentence for each change with its reasons.

    With a model, parameters are called by their meaning, amounts carry their units, and notes say
    which changes change nothing; ``brief`` leaves out the name, the reasons and the notes. Raises
    ScenarioError for what is no scenario or model, and for a parameter that the model does not
    have.
    """
    plan = scenario_of(scenario, model if isinstance(model, Model) else None)
    if plan is None:
        message = "explain takes a scenario or the path of a file, not None"
        raise ScenarioError(message)
    if model is not None:
        model_of(model, "explain", ScenarioError)
    summary = [" ".join(plan.summary.split())] if plan.summary else []
    lines = [*summary] if brief else [plan.name, *summary, ""]
    if not plan.changes:
        if brief and summary:
            return summary[0]
        return "\n".join([*lines, "No changes: current policy continues."])
    price_year = model.parameters.price_year if model else ""
    shifts = shifts_of(plan, model) if model else ()
    for number, (place, change) in enumerate(plan.placed(), 1):
        parameter = lever_of(change.parameter, place, model) if model else None
        worth = shifts[number - 1].amount if shifts else None
        lines.append(f"{number}. {sentence(change, parameter, price_year, worth)}")
        lines.extend([f"   {reasons(change)}"] if reasons(change) and not brief else [])
    notes = [] if model is None or brief else [f"Note: {text}." for text in _idle(plan, model)]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _idle(plan: Scenario, model: Model) -> list[str]:
    try:
        return [str(notice) for notice in idle_notices(Question.of(model, plan))]
    except CaresimError:  # what a run refuses can be explained all the same
        return []
