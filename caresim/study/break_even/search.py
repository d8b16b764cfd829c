"""The effect at which a policy pays for itself, for effects that no trial has measured."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.dates import financial_year, start_of
from caresim.language.errors import ModelError, ParameterError, RunError, ScenarioError
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.language.units import Unit
from caresim.study.against import compared_with, differing
from caresim.study.arguments import model_of, rate_of, text_of
from caresim.study.break_even.answer import BreakEven, NotFound
from caresim.study.break_even.roots import Sums, roots_of
from caresim.study.held import freed, held_notices
from caresim.study.question import Question
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import Scenario
from caresim.study.simulator import Simulator

if TYPE_CHECKING:
    from caresim.study.draws import Draws

__all__ = ["assumed_effects", "break_even", "effects_of", "look_for"]

Values = NDArray[np.float64]
EXAMPLE = "name_of_a_parameter"
NO_PLAN = "break_even takes a scenario or the path of a file, not None"
POINTS = 9  # of the grid over the bounds of the effect


def break_even(
    model: Model,
    scenario: Scenario | str | Path,
    effect: str | None = None,
    *,
    outcome: str | None = None,
    against: Scenario | str | Path | None = None,
    at: str | dt.date | None = None,
    discount: float = 0.035,
    draws: Draws | None = None,
) -> BreakEven:
    """Find the value of an effect at which a scenario costs no more and no less than a baseline.

    The difference of ``outcome`` (a rate, by default the model's ``spending_total``) is added up
    from the financial year of the first change to the 31 March ``at``, the model's horizon by
    default, and discounted to its first year. ``effect`` names a parameter with bounds, within
    which the value is looked for; by default it is the one that the levers of the scenario name as
    theirs. It is compared with the nearest scenario that it extends, or the model as it is, unless
    ``against`` chooses another; both take the same effect. ``draws`` gives a value for each draw,
    in which the draws of the effect, and of what the caller set, are unused.

    Raises ScenarioError for a scenario that cannot be used, ParameterError for an effect and for
    draws that were made for something else, RunError for an outcome or a date.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> plan = cs.Scenario("Half", changes=[
    ...     cs.Change("return_support_share", "set", 0.5, "2027-04-01")])
    >>> found = cs.break_even(England(), plan, "return_support_effect")
    >>> found.table().shape
    (10, 8)
    """
    plan = scenario_of(scenario, model_of(model, "break_even"))
    if plan is None:
        raise ScenarioError(NO_PLAN)
    before = compared_with(model, [plan], against)
    ask = partial(Question.of, model, verb="break_even", until=at, end="at", draws=draws)
    asked, compared = (ask(one, beside=(plan, before)) for one in (plan, before))
    entry = _effect(effect, changes := _own_changes(plan, before), plan, model)
    added, rate = _rate(model, outcome), rate_of(discount)
    outputs = list(dict.fromkeys([*model.published_names(), added.name]))  # code is shared
    base, run = (_many(one, outputs, entry.name) for one in (compared, asked))
    first = financial_year(math.floor(start_of(min(change.begins for change in changes))) + 1)
    sums = Sums(base, run, entry.name, added.name, first, rate, asked.drawn)
    grid = _grid(entry)
    found = sums(np.repeat(grid[:, None], sums.n_draws, axis=1))
    return BreakEven(
        scenario=plan.name,
        baseline=compared.name,
        effect=entry,
        outcome=added,
        price_year=model.parameters.price_year,
        discount=rate,
        years=sums.years,
        effects=grid,
        sums=found,
        roots=roots_of(grid, found[:, -1], lambda effects: sums(effects[None])[0, -1]),
        notices=_notices(asked, entry.name),
        from_nothing=_from_nothing(entry, [*changes, *_gone(plan, before)], sums, model),
    )


def _grid(effect: Parameter) -> Values:
    """Return the values of an effect that are tried first: over its bounds, and its own."""
    low, high = effect.bounds or (-math.inf, math.inf)
    return np.unique([*np.linspace(low, high, POINTS), effect.value])


def _from_nothing(effect: Parameter, changes: Sequence[Change], sums: Sums, model: Model) -> bool:
    """Return whether a scenario's one lever does nothing but cost where its effect is 0.

    Another lever, or another effect of the same, would act all the same; a cost is no effect.
    """
    low = effect.bounds[0] if effect.bounds else 1.0
    is_alone = len({change.parameter for change in changes}) == 1
    if low or not is_alone or Unit.parse(effect.unit).power_of("GBP"):
        return False
    units = {name: model.variable(name).unit for name in model.published_names()}
    counted = [name for name, unit in units.items() if not unit.power_of("GBP")]
    return sums.moves_nothing_else(low, counted)


def assumed_effects(
    model: Model, plans: Iterable[Scenario], baseline: Scenario | None = None
) -> list[tuple[Scenario, Parameter]]:
    """Return the effects that scenarios rest on and no study has measured, with their scenarios.

    Of levers that the baseline pulls in the same way there are none, nor are there any in a model
    without a total of spending.
    """
    return [
        (plan, effect)
        for plan in plans
        if model.spending_name()
        for effect in effects_of(model, plan, baseline)
        if effect.grade == "assumption"
    ]


def look_for(
    model: Model,
    against: Scenario | None,
    until: str | dt.date | None,
    pair: tuple[Scenario, Parameter],
) -> BreakEven | NotFound:
    """Return the break-even of a scenario and an effect, or why none could be looked for."""
    plan, effect = pair
    base = against or Scenario(model.unchanged.name)  # and not what the one plan extends
    try:
        return break_even(model, plan, effect.name, against=base, at=until)
    except (ParameterError, RunError) as fault:
        return NotFound(plan.name, effect, str(fault).rstrip("."))


def effects_of(
    model: Model, scenario: Scenario, baseline: Scenario | None = None
) -> tuple[Parameter, ...]:
    """Return the effects that the levers of a scenario name as theirs, each once.

    An effect that the scenario sets itself is not among them, nor is that of a lever which it pulls
    as its baseline does.
    """
    changed = {change.parameter for change in scenario.changes}
    own = dict.fromkeys(change.parameter for change in differing(scenario, baseline))
    pulled = [model.parameters[name] for name in own if name in model.parameters]
    names = dict.fromkeys(lever.effect for lever in pulled)
    return tuple(model.parameters[name] for name in names if name and name not in changed)


def _many(asked: Question, outputs: list[str], effect: str) -> Simulator:
    """Return a question made ready to be asked for each draw and each effect."""
    free = freed(asked.model, [*asked.columns, effect])
    return Simulator.of(replace(asked, model=free), outputs)


def _notices(asked: Question, effect: str) -> tuple[Notice, ...]:
    """Say what of the draws was not used, but for the effect, of which none is."""
    if asked.draws is None:
        return ()
    held = held_notices(replace(asked.draws, columns=_without(asked.draws, effect)), asked.model)
    return (*asked.draws.notices, *held)


def _without(sample: Draws, name: str) -> dict[str, Values]:
    return {other: column for other, column in sample.columns.items() if other != name}


def _gone(plan: Scenario, before: Scenario | None) -> list[Change]:
    """Return the changes of a baseline that a scenario does without."""
    return differing(before, plan) if before else []


def _own_changes(plan: Scenario, before: Scenario | None) -> list[Change]:
    """Return the changes that the baseline does not make too; raise RunError for none."""
    if own := differing(plan, before):
        return own
    message = f"'{plan.name}' changes nothing that its baseline does not; there is nothing to break"
    raise RunError(f"{message} even")


def _effect(name: str | None, changes: Sequence[Change], plan: Scenario, model: Model) -> Parameter:
    """Return the effect to vary; raise ParameterError where it cannot be."""
    if name is None:
        entry = _only_effect(changes, plan, model)
    else:
        entry = model.parameters[text_of(name, "effect", EXAMPLE, ParameterError)]
    fault = ""
    if not isinstance(entry.value, float):
        fault = "has dated values"
    elif entry.choices:
        fault = "is a switch"
    elif not entry.bounds or not all(map(math.isfinite, entry.bounds)):
        fault = "has no bounds to look within"
    elif any(change.parameter == entry.name for change in plan.changes):
        fault = f"is set by '{plan.name}' itself"
    if fault:
        message = f"the effect '{entry.name}' {fault}; name a number with bounds that stays free"
        raise ParameterError(message)
    return entry


def _only_effect(changes: Sequence[Change], plan: Scenario, model: Model) -> Parameter:
    own = Scenario(plan.name, changes=[*changes])
    effects = [entry.name for entry in effects_of(model, own)]
    if len(effects) == 1:
        return model.parameters[effects[0]]
    listed = " and ".join(f"'{name}'" for name in effects)
    said = f"name several effects, {listed}" if effects else "name no effect"
    example = effects[0] if effects else EXAMPLE
    message = f"the levers of '{plan.name}' {said}; say which one: effect='{example}'"
    raise ParameterError(message)


def _rate(model: Model, outcome: str | None) -> Parameter:
    """Return what is added up, in the unit of its sum; raise RunError for no rate of the model."""
    whole = model.spending_name()
    if outcome is None and not whole:
        message = (
            f"{type(model).__name__} does not say what all its spending is: give outcome the name "
            'of a rate, or the class spending_total = "the name of an amount in GBP/year"'
        )
        raise RunError(message)
    try:
        variable = model.variable(
            whole if outcome is None else text_of(outcome, "outcome", whole or "a_rate")
        )
    except ModelError as fault:
        raise RunError(str(fault)) from None
    if not variable.is_rate:
        message = (
            f"'{outcome}' is a level on a day [{variable.unit}] and cannot be added up over years; "
            f"take a rate such as '{whole or 'a flow'}'"
        )
        raise RunError(message)
    unit = str(variable.unit * Unit.parse("year"))
    return Parameter(variable.name or "", 0.0, unit, variable.label)
