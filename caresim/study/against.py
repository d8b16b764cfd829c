"""What scenarios are compared with: the nearest one that all of them extend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from caresim.language.model import Model
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import Scenario

__all__ = ["assumed_by", "compared_with", "differing", "first_day_of", "is_same"]


def compared_with(
    model: Model, plans: Sequence[Scenario], against: Scenario | str | Path | None = None
) -> Scenario | None:
    """Return what scenarios are compared with, None for the model as it is.

    ``against`` chooses it. Otherwise it is the nearest scenario that all of them extend; one that
    extends none takes part in this where the others extend it. Where there is no such, it is one of
    them that changes nothing, or the model as it is.

    Raises ScenarioError for an ``against`` that cannot be used.
    """
    if against is not None:
        return scenario_of(against, model)
    trails = [plan.trail or (plan,) for plan in plans]
    shared = (
        one
        for one in (trails[0] if any(plan.trail for plan in plans) else ())
        if all(any(is_same(one, other) for other in trail) for trail in trails)
    )
    return next(shared, None) or next((plan for plan in plans if not plan.changes), None)


def is_same(one: Scenario | None, other: Scenario | None) -> bool:
    """Return whether two scenarios are one: of the same file, or made alike."""
    if one is None or other is None:
        return one is other
    if one.path and other.path:
        return one.path.resolve() == other.path.resolve()
    return one == other


def differing(plan: Scenario, before: Scenario | None) -> list[Change]:
    """Return the changes of a scenario that what it is compared with does not make too."""
    shared = {change.effect for change in before.changes} if before else set()
    return [change for change in plan.changes if change.effect not in shared]


def first_day_of(plan: Scenario, before: Scenario | None) -> dt.date | None:
    """Return the day of the first of those changes, None where there is none."""
    return min((change.begins for change in differing(plan, before)), default=None)


def assumed_by(model: Model, plan: Scenario | None) -> tuple[str, ...]:
    """Return the sentences on what is assumed: the nearest of the scenario, or the model's."""
    links = () if plan is None else (plan, *plan.trail)
    return next((tuple(one.assumes) for one in links if one.assumes), model.unchanged.assumes)
