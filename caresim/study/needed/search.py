"""What would have to be true for a target: of each lever, of all together, of each effect."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from caresim.engine.notices import Notice
from caresim.language.errors import RunError
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.language.reach import levers_behind
from caresim.study.against import compared_with
from caresim.study.arguments import day_of, number_of, output_of
from caresim.study.break_even.search import effects_of
from caresim.study.held import held_notices
from caresim.study.needed.answer import Needed
from caresim.study.needed.look import Look, each_way
from caresim.study.needed.moved import Moved
from caresim.study.needed.need import Need
from caresim.study.question import Question
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import Scenario

if TYPE_CHECKING:
    from caresim.study.draws import Draws

__all__ = ["needed"]

YEARS_BEFORE = 5  # that every lever of a model has to act in, unless told
SHARE = "change is a share such as -0.2 for a fifth less"


def needed(
    model: Model,
    scenario: Scenario | str | Path | None,
    output: str,
    *,
    change: float,
    by: str | dt.date,
    against: Scenario | str | Path | None = None,
    begins: str | dt.date | None = None,
    draws: Draws | None = None,
) -> Needed:
    """Find what would have to be true for an output to be some share lower or higher by a day.

    ``change`` is the share, -0.2 for a fifth less, against the scenario that ``scenario`` extends,
    else against the model as it is, or ``against`` another; ``by`` is a 31 March, on which a level
    stands and with which the year of a rate ends. Asked are each lever of the scenario alone, as a
    multiple of its own move; all together, by one multiple, each lever stopping at its bound; and
    each effect that the scenario leans on: those that its levers name, and those that within their
    bounds change what it does by a tenth. Nothing is looked for outside bounds. With None for
    ``scenario`` each lever of the model is moved alone, on the day ``begins``, by default five
    years before ``by``. ``draws`` gives an answer for each draw, in which the draws of what is
    looked for, and of what the caller set, are unused.

    Raises ScenarioError for a scenario that cannot be used, ParameterError for draws that were made
    for something else, RunError for all else, such as a change of 0.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> ask = {"change": -0.2, "by": "2032-03-31"}
    >>> found = cs.needed(England(), "return_support_everywhere", "looked_after", **ask)
    >>> found["return_support_share"].value is None
    True
    """
    Question.of(model, verb="needed", until=by, end="by", draws=draws)
    day, target, entry = day_of(by, "by"), _target(change), output_of(model, output)
    first = None if begins is None else day_of(begins, "begins")
    plan = scenario_of(scenario, model)
    before = compared_with(model, [plan] if plan else [], against)
    if plan is None:
        first = first or _years_before(day, model)
        moving = _every_lever(model, before, entry.name, first, day)
    else:
        first, moving = _first_move(plan, before, day, first), [plan]
    asked = [_pair(model, before, entry.name, day, draws, made) for made in moving]
    looks, moved = [Look(moved, target) for _, moved in asked], asked[0][1]
    needs = _of_plan(looks[0], plan, before) if plan else each_way(looks)
    return Needed(
        scenario=plan.name if plan else "",
        baseline=before.name if before else model.unchanged.name,
        output=entry,
        by=day,
        target=target,
        begins=first,
        before=moved.before[0],
        written=looks[0].written() if plan else np.zeros(moved.n_draws),
        needs=tuple(needs),
        price_year=model.parameters.price_year,
        is_rate=model.variable(entry.name).is_rate,
        notices=_notices(asked[0][0], moved),
    )


def _of_plan(look: Look, plan: Scenario, before: Scenario | None) -> list[Need]:
    """Return what is needed of the levers of a scenario, of all together, of its effects."""
    if not look.moved.moves:
        message = f"'{plan.name}' moves no lever from where it is anyway"
        raise RunError(message)
    named = effects_of(look.moved.model, plan, before)
    return [*look.levers(), *look.together(), *look.effects(named)]


def _pair(
    model: Model,
    before: Scenario | None,
    output: str,
    by: dt.date,
    draws: Draws | None,
    plan: Scenario,
) -> tuple[Question, Moved]:
    """Return what is asked of a scenario, and how its levers move an output from another."""
    until = max(by, day_of(model.until, "until"))  # which may hold changes after the day
    ask = partial(Question.of, model, verb="needed", until=until, draws=draws)
    asked, compared = (ask(one, beside=(plan, before)) for one in (plan, before))
    moved = Moved.of(asked, compared, output, by)
    if not moved.before.all():
        message = f"'{output}' is 0 under {compared.name}, and there is no share of that"
        raise RunError(message)
    return asked, moved


# What was asked


def _target(change: object) -> float:
    share = number_of(change, SHARE, lambda share: -1 <= share <= 10)  # noqa: PLR2004
    if share == 0:
        message = f"{SHARE}; 0 is where it is without any change"
        raise RunError(message)
    return share


def _years_before(day: dt.date, model: Model) -> dt.date:
    first = day_of(model.start, "start")
    return max(dt.date(day.year - YEARS_BEFORE, 4, 1), first + dt.timedelta(days=1))


def _every_lever(
    model: Model, before: Scenario | None, output: str, begins: dt.date, by: dt.date
) -> list[Scenario]:
    """Return each lever that acts on an output moved up as far as can be, and down."""
    if begins > by:
        message = f"begins ({begins}) must be a day before by ({by})"
        raise RunError(message)
    behind = [model.parameters[name] for name in levers_behind(model, [output])]
    levers = [entry for entry in behind if entry.role == "lever"]
    if not levers:
        message = f"no lever of {type(model).__name__} acts on '{output}'"
        raise RunError(message)
    first = before.changes if before else ()
    up, down = (
        [Change(lever.name, "set", end, begins) for lever, end in ends]
        for ends in (_ends(levers, 1), _ends(levers, 0))
    )
    return [
        Scenario("Every lever up", changes=[*first, *up]),
        Scenario("Every lever down", changes=[*first, *down]),
    ]


def _ends(levers: Sequence[Parameter], which: int) -> Iterator[tuple[Parameter, float]]:
    """Yield levers with an end of their bounds, or a setting."""
    for lever in levers:
        ends = sorted([value for _, value in lever.choices] or lever.bounds or ())
        end = ends[-which]  # the last for 1, the first for 0
        if math.isfinite(end):
            yield lever, end


def _first_move(
    plan: Scenario, before: Scenario | None, by: dt.date, begins: dt.date | None
) -> dt.date:
    """Return the day of the first change that is not made anyway; raise RunError for none."""
    if begins is not None:
        message = "begins is for the levers of a model without a scenario; leave it out"
        raise RunError(message)
    sides = [{change.effect: change.begins for change in p.changes} for p in (plan, before) if p]
    shared = set.intersection(*map(set, sides)) if before else set()
    own = [day for side in sides for effect, day in side.items() if effect not in shared]
    if not own:
        message = f"'{plan.name}' changes nothing that is not changed without it as well"
        raise RunError(message)
    if min(own) > by:
        message = f"by ({by}) comes before the first change of '{plan.name}' ({min(own)})"
        raise RunError(f"{message}; take a later 31 March")
    return min(own)


def _notices(asked: Question, moved: Moved) -> tuple[Notice, ...]:
    """Say what of the draws was not used: what was set, and what is moved."""
    if asked.draws is None:
        return ()
    lost = [name for name in asked.columns if name in moved.moves]
    texts = [
        Notice("fixed", name, f"'{name}': moved from its own value, so that its draws are unused")
        for name in lost
    ]
    sample = replace(
        asked.draws,
        columns={n: column for n, column in asked.draws.columns.items() if n not in lost},
    )
    return (*asked.draws.notices, *held_notices(sample, asked.model), *texts)
