"""Holds a model against a review: what its checks measure, beside the figure or the sign asked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from caresim.language.errors import CaresimError, ModelError
from caresim.language.faults import Faults
from caresim.language.kinds import finite
from caresim.language.model import Model
from caresim.language.scope import Scope, ScopeCheck
from caresim.study.against import compared_with
from caresim.study.effects.declared import DIFFERENCE, PER_CENT, Replay, Window
from caresim.study.effects.played import Ensemble, last_year, measured, replayed
from caresim.study.effects.reader import replay_of
from caresim.study.scenario.reading import read_scenario

__all__ = ["ScopeAnswer", "answers"]

NOTHING = 0.001  # per cent, which counts as no change


@dataclass(frozen=True)
class ScopeAnswer:
    """A check and what the model says to it, in the unit of its figure; for a sign in per cent."""

    check: ScopeCheck
    value: float

    @property
    def sign(self) -> str:
        """The sign of what the model says, "0" for practically nothing."""
        return "0" if abs(self.value) <= NOTHING else "+" if self.value > 0 else "-"

    @property
    def met(self) -> bool | None:
        """Whether the model has the sign, or comes near enough; None where nobody holds it to."""
        check = self.check
        if check.not_held:
            return None
        if check.figure is None or check.tolerance is None:
            return self.sign == check.sign
        return abs(self.value - check.figure) <= check.tolerance


@dataclass(frozen=True)
class _Asked:
    """A check of one row, where it stands, and how it is replayed; a parameter has no replay."""

    row: int
    place: str
    check: ScopeCheck
    replay: Replay | None


def answers(model: Model, scope: Scope) -> dict[int, tuple[ScopeAnswer, ...]]:
    """Return what a model says to the checks of each row, by its number, in single runs.

    Raises ModelError that names all checks that cannot be made.
    """
    faults, asked = Faults(str(scope.file), ModelError), []
    for row in scope.rows:
        for number, check in enumerate(row.checks, 1):
            place = f"{scope.file}, row {row.number}, check {number}"
            with faults.kept():
                asked.append(_Asked(row.number, place, check, _replay(model, check, place)))
    faults.tell()
    replays = [one.replay for one in asked if one.replay]
    played = Ensemble(model, replays, None, end_together=True)
    played.outputs += [n for one in asked for n in one.check.over if n not in played.outputs]
    found: dict[int, tuple[ScopeAnswer, ...]] = {row.number: () for row in scope.rows}
    for one in asked:
        with faults.kept():
            found[one.row] += (ScopeAnswer(one.check, _value(model, one, played)),)
    faults.tell()
    return found


def _replay(model: Model, check: ScopeCheck, place: str) -> Replay | None:
    """Return how a check is replayed; raise ModelError where the model lacks what it names."""
    try:
        if check.parameter:
            _number(model, check)
            return None
        replay = replay_of(place, _table(check))
        for name in (*replay.outputs, *check.over):
            model.variable(name)
        if check.scenario:
            plan = read_scenario(check.scenario, model)
            base = compared_with(model, [plan])
            without = (*(base.changes if base else ()), *replay.against)
            replay = replace(replay, changes=(*plan.changes, *replay.changes), against=without)
    except CaresimError as fault:
        said = str(fault)
        message = said if said.startswith(place) else f"{place}: {said}"
        raise ModelError(message) from None
    return replay


def _table(check: ScopeCheck) -> dict[str, Any]:
    """Return a check as the table of a replay, which has words for what a scope need not say."""
    measure = PER_CENT if check.measure == PER_CENT else DIFFERENCE
    return {**check.replay, "measure": measure, "unit": check.unit or "%", "note": check.what}


def _number(model: Model, check: ScopeCheck) -> float:
    number = finite(model.parameters[check.parameter].value)
    if number is None:
        message = f"'{check.parameter}' has dated values; check an output that follows it"
        raise ModelError(message)
    return number * float(check.replay.get("times", 1.0))


def _value(model: Model, one: _Asked, played: Ensemble) -> float:
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            value = _measure(model, one.check, one.replay, played)
    except CaresimError as fault:
        message = f"{one.place}: {fault}"
        raise ModelError(message) from None
    if not math.isfinite(value):
        message = f"{one.place}: it divides by zero; check outputs, changes and window"
        raise ModelError(message)
    return value


def _measure(model: Model, check: ScopeCheck, replay: Replay | None, played: Ensemble) -> float:
    """Return what a check measures of a parameter, or of the runs that it asks for."""
    if replay is None:
        return _number(model, check)
    if check.measure in (DIFFERENCE, PER_CENT):
        return float(replayed(replay, played)[0])
    run = played.run(replay.changes, last_year(replay.window))

    def total(names: tuple[str, ...], window: Window) -> float:
        return float(sum(measured(run, name, window)[0] for name in names))

    now = total(replay.outputs, replay.window)
    if check.measure == "share":
        return float(100 * np.float64(now) / total(check.over, replay.window))
    if check.since:
        times = np.float64(now) / total(replay.outputs, Window(years=(check.since,)))
        return float(100 * (times - 1) if check.measure == "growth" else times)
    return now * replay.times / replay.per
