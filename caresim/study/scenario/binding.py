"""Binds scenarios to a model: levers, dates and bounds, and the shifts that the engine applies."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.cuts import bends_of
from caresim.engine.paths import Shift, paths_of
from caresim.language.amounts import amount_text, value_text
from caresim.language.dates import date_of, end_of, start_of
from caresim.language.errors import ParameterError, ScenarioError, did_you_mean
from caresim.language.faults import Faults
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Parameters, Series
from caresim.study.arguments import shown
from caresim.study.scenario.advice import no_lever
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario
from caresim.study.scenario.worth import check_percent, real_amount

__all__ = ["check_scenario", "lever_of", "path_values", "shifts_of"]

CHECKED_STEPS = 48  # moments a year at which bounds are checked


def shifts_of(scenario: Scenario, model: Model) -> tuple[Shift, ...]:
    """Return the changes as the engine takes them, in the order of the scenario.

    Raises ScenarioError for a parameter that is unknown or not a lever, and for a setting that a
    switch does not have.
    """
    return tuple(_shift(change, place, model) for place, change in scenario.placed())


def check_scenario(
    scenario: Scenario,
    model: Model,
    start: str | dt.date | None = None,
    until: str | dt.date | None = None,
) -> None:
    """Check a scenario against a model and the dates of a run (the model's own by default).

    Raises ScenarioError for every parameter that is unknown or not a lever, every change that
    begins outside the run, and a value that leaves its parameter's bounds at any time. What it
    extends may go on beyond the run.
    """
    clock = Clock.between(start or model.start, until or model.until, CHECKED_STEPS)
    faults = Faults(str(scenario.path or f"scenario '{scenario.name}'"), ScenarioError)
    by_name: dict[str, list[tuple[str, Shift] | None]] = {}
    inherited = len(scenario.changes) - len(scenario.own_changes)
    for number, (place, change) in enumerate(scenario.placed()):
        own = by_name.setdefault(change.parameter, [])
        own.append(None)
        with faults.kept():
            shift = _shift(change, place, model)
            if number >= inherited or change.begins <= date_of(clock.last_year):
                _check_dates(place, change, clock)
            own[-1] = place, shift
    shifts = [pair[1] for own in by_name.values() for pair in own if pair is not None]
    clock = clock.cut_at(bends_of(shifts))  # a value that lasts a day has bounds too
    for name, own in by_name.items():
        placed = [pair for pair in own if pair is not None]
        if len(placed) == len(own):  # a change that is left out might bring others out of bounds
            with faults.kept():
                _check_bounds(model.parameters[name], model.parameters.price_year, placed, clock)
    faults.tell()


def lever_of(name: str, place: str, model: Model) -> Parameter:
    """Return what a scenario may change: a lever of the model, an effect or a cost.

    Raises ScenarioError that names the place and the levers that are near in name.
    """
    if name in model.parameters and model.parameters[name].is_open:
        return model.parameters[name]
    raise ScenarioError(f"{place}: {no_lever(name, model)}")


def _shift(change: Change, place: str, model: Model) -> Shift:
    parameter = lever_of(change.parameter, place, model)
    check_percent(change, parameter, place, model)
    amount = real_amount(change, _setting(change, parameter, place), parameter, place, model)
    if model.stands_for is not None and change.verb != "scale":
        amount *= model.stands_for.factor(parameter.name)
    ends = end_of(change.until) if change.until else math.inf
    begins = start_of(change.begins)
    return Shift(change.parameter, change.verb, amount, begins, change.over_years, ends)


def _setting(change: Change, parameter: Parameter, place: str) -> float:
    choices = dict(parameter.choices)
    try:
        amount = parameter.number(change.amount)
    except ParameterError:
        near = did_you_mean(str(change.amount), choices)
        allowed = " or ".join(f"'{name}'" for name in choices) or "a number"
        ends = " and ".join(f"{value:g}" for value in sorted(choices.values()))
        allowed += f" or a number between {ends}" if parameter.between else ""
        message = (
            f"{place}: '{change.verb}' must be {allowed} for '{parameter.name}', "
            f"not {shown(change.amount)}{near}"
        )
        raise ScenarioError(message) from None
    stepwise = change.verb == "set" and not change.over_years
    if choices and not parameter.between and not (stepwise and amount in choices.values()):
        settings = " or ".join(f"'{name}'" for name in choices)
        message = (
            f"{place}: '{parameter.name}' is a switch and has nothing between its settings; "
            f"use 'set' with {settings}, without 'over_years'"
        )
        raise ScenarioError(message)
    return amount


def _check_dates(place: str, change: Change, clock: Clock) -> None:
    first = date_of(clock.first_year) + dt.timedelta(days=1)
    last = date_of(clock.last_year)
    if not first <= change.begins <= last:
        message = (
            f"{place}: the change of '{change.parameter}' begins on {change.begins}, outside the "
            f"run from {first} to {last}; change its date or the run's"
        )
        raise ScenarioError(message)


def _base(parameter: Parameter) -> float:
    return 0.0 if isinstance(parameter.value, Series) else float(parameter.value)


def path_values(
    parameter: Parameter, shifts: Sequence[Shift], clock: Clock, base: float
) -> NDArray[np.float64]:
    """Return the values of one parameter under its shifts from a base, shape (steps, 3)."""
    own = [shift for shift in shifts if shift.parameter == parameter.name]
    with np.errstate(over="ignore", invalid="ignore"):  # what is beyond numbers is out of bounds
        paths, _ = paths_of(Parameters({parameter.name: parameter}), own, clock)
        if parameter.name not in paths:
            return np.full_like(clock.moments, base)
        return paths[parameter.name].values(base)


def _check_bounds(
    parameter: Parameter, price_year: str, placed: list[tuple[str, Shift]], clock: Clock
) -> None:
    """Raise ScenarioError that names the change which first takes the parameter out of bounds."""
    low, high = parameter.bounds or (-math.inf, math.inf)
    slack = 1e-9 * max(abs(low), abs(high))
    shifts = [shift for _, shift in placed]
    base = _base(parameter)
    values = path_values(parameter, shifts, clock, base)
    excess = np.nan_to_num(np.maximum(low - values, values - high), nan=math.inf)
    worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
    if excess[worst] <= slack:
        return
    count = len(placed)
    while count > 1:
        before = path_values(parameter, shifts[: count - 1], clock, base)[worst]
        if low <= before <= high:
            break
        count -= 1
    place, shift = placed[count - 1]
    day = date_of(float(clock.moments[worst])) + dt.timedelta(days=1 if worst[1] == 0 else 0)
    reached = value_text(float(values[worst]), parameter, price_year)
    bounds = f"{amount_text(low, parameter)} to {value_text(high, parameter, price_year)}"
    message = (
        f"{place}: '{shift.verb}' takes '{parameter.name}' to {reached} on {day}, outside its "
        f"bounds of {bounds}; choose an amount that keeps within them"
    )
    raise ScenarioError(message)
