"""Scenarios under each rule of a model, such as who pays: the rule begins with the scenario.

Until its first change a scenario is what it is compared with, and both go by the same rule from
that day on, so that their difference is the scenario's under that rule. One that sets the rule
itself is compared as it stands, under its own alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from caresim.engine.run import Run
from caresim.language.errors import RunError
from caresim.language.model import Model
from caresim.language.rules import Rules
from caresim.study.against import compared_with, first_day_of
from caresim.study.arguments import model_of
from caresim.study.compare import compare
from caresim.study.question import Question
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from caresim.study.draws import Draws

__all__ = ["Case", "UnderRule", "cases_of", "under_rules"]

Plan = Scenario | None
Runs = Callable[[Plan], Run]
OWN = "it sets the rule itself"


@dataclass(frozen=True)
class Case:
    """A scenario and its baseline under one rule, in words; ``begins`` is the day of the rule."""

    name: str
    said: str
    begins: dt.date | None
    base: Plan
    plan: Plan


@dataclass(frozen=True, eq=False)
class UnderRule:
    """The runs of a scenario and its baseline under one rule, with their draws if there are any.

    ``said`` is the rule in words, ``begins`` its first day, None where a scenario sets it itself.
    """

    scenario: str
    said: str
    begins: dt.date | None
    base: Run
    run: Run
    base_ensemble: Run | None = None
    run_ensemble: Run | None = None

    def at_prices(self, prices: str) -> UnderRule:
        """Return the same with money in cash, or as it is."""
        runs = ("base", "run", "base_ensemble", "run_ensemble")
        made = {key: run.at_prices(prices) for key in runs if (run := getattr(self, key))}
        return replace(self, **made)


def under_rules(
    model: Model,
    *scenarios: Scenario | str | Path,
    against: Scenario | str | Path | None = None,
    until: str | dt.date | None = None,
    at: Sequence[str | dt.date] | None = None,
    draws: Draws | None = None,
    level: float = 0.8,
) -> pd.DataFrame:
    """Compare scenarios with a baseline under each rule of the model, such as who pays.

    A model says in ``rules`` which lever that is; England's is ``crowding_out``: early help has its
    own budget, or the total is fixed. The rule begins with the first change of each scenario, in
    its baseline as well; that is the nearest scenario that all of them extend, or the model as it
    is, unless ``against`` chooses another. A scenario that sets the rule itself stands under its
    own alone. Returns a table as :func:`caresim.compare` does, with the
    rule after the scenario in its index, of the quantities that the model shows under rules.

    Raises RunError for a model without rules and for no scenario, and as :func:`caresim.run` and
    :func:`caresim.compare` do.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> table = cs.under_rules(England(), "early_help_first")
    >>> table.index.unique("rule").to_list()
    ['early help has its own budget', 'the total is fixed']
    """
    import pandas as pd

    rules = _rules_of(model_of(model, "under_rules"))
    plans = [plan for given in scenarios if (plan := scenario_of(given, model))]
    base = compared_with(model, plans, against)
    cases = cases_of(model, plans, base)
    if not cases:
        message = "under_rules takes scenarios with changes, such as 'a_policy.toml'"
        raise RunError(message)
    beside = [plan for case in cases for plan in (case.base, case.plan)]
    runs = _kept(
        lambda plan: Question.of(model, plan, until=until, draws=draws, beside=beside).run(
            rules.names
        )
    )
    tables = {
        (case.name, case.said): compare(
            runs(case.base), runs(case.plan), at=at, level=level
        ).droplevel("scenario")
        for case in cases
    }
    table = pd.concat(tables, names=["scenario", "rule"])
    table.attrs.update(next(iter(tables.values())).attrs)
    return table


def _rules_of(model: Model) -> Rules:
    if model.rules is None:
        of = type(model).__name__
        message = f"{of} declares no rules; give the class rules = Rules(…), a lever and its words"
        raise RunError(message)
    return model.rules


def _kept(make: Runs) -> Runs:
    """Return a function that makes the run of a plan once."""
    known: list[tuple[Plan, Run]] = []

    def run(plan: Plan) -> Run:
        for one, made in known:
            if one is plan:
                return made
        known.append((plan, make(plan)))
        return known[-1][1]

    return run


def cases_of(model: Model, plans: Iterable[Scenario], base: Plan) -> tuple[Case, ...]:
    """Return each scenario under each rule of the model, none where the model has no rules.

    Scenarios whose rule begins on the same day share their baseline.
    """
    rules = model.rules
    if rules is None:
        return ()
    shared: dict[tuple[str, dt.date], Plan] = {}
    cases: list[Case] = []
    for plan in plans:
        begins = first_day_of(plan, base)
        if begins is None:
            continue
        changes = (*plan.changes, *(base.changes if base else ()))
        if any(change.parameter == rules.parameter for change in changes):
            cases.append(Case(plan.name, OWN, None, base, plan))
            continue
        for setting, said in rules.said.items():
            key = setting, begins
            if key not in shared:
                shared[key] = _ruled(model, base, setting, begins)
            cases.append(
                Case(plan.name, said, begins, shared[key], _ruled(model, plan, setting, begins))
            )
    return tuple(cases)


def _ruled(model: Model, plan: Plan, setting: str, begins: dt.date) -> Plan:
    """Return a plan with a rule from a day on: itself where the model goes by that rule anyway."""
    parameter = _rules_of(model).parameter
    entry = model.parameters[parameter]
    if entry.value == entry.number(setting):
        return plan
    rule = Change(parameter, "set", setting, begins)
    if plan is None:
        return Scenario(model.unchanged.name, changes=[rule])
    before = Scenario(plan.name, changes=[rule, *(plan.parent.changes if plan.parent else ())])
    return Scenario(plan.name, summary=plan.summary, changes=plan.own_changes, extends=before)
