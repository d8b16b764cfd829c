"""A scenario in plain English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from caresim.language.amounts import value_text
from caresim.language.errors import CaresimError, ScenarioError
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.study.arguments import model_of
from caresim.study.idle import idle_notices
from caresim.study.question import Question
from caresim.study.scenario.binding import lever_of, shifts_of
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import STAYS, Scenario
from caresim.study.scenario.sentences import DIGITS, reasons, sentence

__all__ = ["explain", "extended"]


def explain(
    scenario: Scenario | str | Path, model: Model | None = None, *, brief: bool = False
) -> str:
    """Return name, summary and what is assumed, and one English sentence for each change.

    The changes of a scenario that it extends are counted, its own told with their reasons. With a
    model, parameters are called by their meaning, amounts carry their units, and notes say which
    changes change nothing; ``brief`` leaves out the name, the count, the reasons and the notes.
    Raises ScenarioError for what is no scenario or model, and for a parameter that the model does
    not have.
    """
    plan = scenario_of(scenario, model if isinstance(model, Model) else None)
    if plan is None:
        message = "explain takes a scenario or the path of a file, not None"
        raise ScenarioError(message)
    if model is not None:
        model_of(model, "explain", ScenarioError)
    head = [" ".join(plan.summary.split()), _assumed(plan, model)]
    head += [] if brief else [extended(plan)]
    lines = [*([] if brief else [plan.name]), *filter(None, head), *([] if brief else [""])]
    if not plan.changes:
        return "\n".join(lines if brief and lines else [*lines, STAYS])
    notes = [] if model is None or brief else [f"Note: {text}." for text in _idle(plan, model)]
    told = _told(plan, model, with_reasons=not brief)
    return "\n".join([*lines, *told, *([""] if notes else []), *notes])


def _told(plan: Scenario, model: Model | None, *, with_reasons: bool) -> Iterator[str]:
    """Yield a sentence for each change that the scenario makes itself, numbered."""
    price_year = model.parameters.price_year if model else ""
    shifts = shifts_of(plan, model) if model else ()
    before = len(plan.changes) - len(plan.own_changes)
    for i, (place, change) in enumerate(plan.placed()):
        parameter = lever_of(change.parameter, place, model) if model else None
        if i < before:
            continue
        factor = _factor(change, model)
        worth = shifts[i].amount / factor if shifts and factor else None
        own = _own_amount(shifts[i].amount, parameter, model) if factor != 1 and shifts else ""
        yield f"{i - before + 1}. {sentence(change, parameter, price_year, worth)}{own}"
        if with_reasons and reasons(change):
            yield f"   {reasons(change)}"


def _factor(change: Change, model: Model | None) -> float:
    """Return what an amount is multiplied by for a place of a whole, 1 where it is not."""
    if model is None or model.stands_for is None or change.verb == "scale":
        return 1.0
    return model.stands_for.factor(change.parameter)


def _own_amount(amount: float, parameter: Parameter | None, model: Model | None) -> str:
    """Return how large an amount of the whole is in a place, and by which share."""
    if parameter is None or model is None or model.stands_for is None:
        return ""
    shown = value_text(float(f"{abs(amount):.{DIGITS}g}"), parameter, model.parameters.price_year)
    return f" In {model.stands_for.name}: {shown}, {model.stands_for.said[parameter.name]}."


def _assumed(plan: Scenario, model: Model | None) -> str:
    """Return the sentences of a scenario, of one without changes those of the model."""
    told = plan.assumes or (model.unchanged.assumes if model and not plan.changes else ())
    return " ".join(told)


def extended(plan: Scenario) -> str:
    """Return how many changes come first with a scenario that this one extends, if any do."""
    count = len(plan.changes) - len(plan.own_changes)
    if plan.parent is None or not count:
        return ""
    changes = "the one change" if count == 1 else f"the {count} changes"
    return f"On top of {changes} of '{plan.parent.name}':"


def _idle(plan: Scenario, model: Model) -> list[str]:
    try:
        return [str(notice) for notice in idle_notices(Question.of(model, plan))]
    except CaresimError:  # what a run refuses can be explained all the same
        return []
