"""Scenarios and a model: what the engine makes of them, and what the model refuses."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_model import CLOCK, MODEL

from caresim.engine.paths import Shift, paths_of
from caresim.language import ScenarioError
from caresim.study.scenario.binding import check_scenario, shifts_of
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

BUDGET = "early_help_budget"


def values(name, *changes):
    """Return the path of a parameter under some changes, shape (steps, 3)."""
    shifts = shifts_of(Scenario("S", changes=changes), MODEL)
    paths, _ = paths_of(MODEL.parameters, shifts, CLOCK)
    own = MODEL.parameters[name].value
    return paths[name].values(own if isinstance(own, float) else 0.0)


def test_a_change_holds_from_the_start_of_a_day_to_the_end_of_another():
    ends = Change(BUDGET, "scale", 1.1, "2026-04-01", until="2027-03-31")
    begins = Change(BUDGET, "set", 3e9, "2027-04-01", 2)
    assert shifts_of(Scenario("S", changes=[ends, begins]), MODEL) == (
        Shift(BUDGET, "scale", 1.1, 2026.0, 0.0, 2027.0),
        Shift(BUDGET, "set", 3e9, 2027.0, 2.0, math.inf),
    )


def test_the_name_of_a_choice_becomes_its_number():
    change = Change("funding_rule", "set", "residual", "2027-04-01")
    assert shifts_of(Scenario("S", changes=[change]), MODEL)[0].amount == 1.0


amounts = st.floats(-1e8, 1e8)
days = st.dates(dt.date(2010, 4, 1), dt.date(2028, 3, 31))
ramps = st.sampled_from([0.0, 0.5, 3.0])


@given(amounts, amounts, days, days, ramps)
def test_two_additions_commute(first, second, one_day, other_day, ramp):
    a, b = Change(BUDGET, "add", first, one_day, ramp), Change(BUDGET, "add", second, other_day)
    if a.effect != b.effect:
        assert values(BUDGET, a, b) == pytest.approx(values(BUDGET, b, a), rel=1e-12)


@given(st.sampled_from(["set", "add", "scale"]), st.floats(0.1, 10), days, ramps)
def test_a_change_that_ends_goes_back_exactly(verb, amount, begins, ramp):
    until = begins.replace(year=begins.year + 4, day=1)
    moved = values("caseload", Change("caseload", verb, amount, begins, ramp, until))
    own = paths_of(MODEL.parameters, (), CLOCK)[0]["caseload"].values(0.0)
    after = CLOCK.moments[:, 0] > until.year + 1
    assert np.array_equal(moved[after], own[after])


@given(st.floats(0.1, 10), days, ramps)
def test_a_factor_and_its_inverse_change_nothing_in_the_end(factor, begins, ramp):
    there = Change("return_rate", "scale", factor, begins, ramp)
    back = Change("return_rate", "scale", 1 / factor, begins.replace(year=2033, day=1))
    path = values("return_rate", there, back)
    assert path[-1] == pytest.approx([0.1] * 3, rel=1e-12)


@pytest.mark.parametrize(
    "change",
    [
        Change(BUDGET, "set", 10e9, "2027-04-01"),
        Change("seen_share", "add", 0.7, "2027-04-01", 8),
        Change(BUDGET, "add", 5e8, "2009-04-01", 20, "2050-03-31"),
        Change("funding_rule", "set", 1, "2027-04-01"),
    ],
)
def test_a_change_up_to_its_bounds_and_within_the_run_passes(change):
    check_scenario(Scenario("S", changes=[change]), MODEL, "2009-03-31", dt.date(2035, 3, 31))


def test_only_the_values_in_force_have_to_keep_the_bounds():
    raised = Change("seen_share", "scale", 5, "2027-04-01")
    halved = Change("seen_share", "scale", 0.5, "2027-04-01")
    check_scenario(Scenario("S", changes=[raised, halved]), MODEL)


# What a model refuses


def message_of(verb, *arguments):
    with pytest.raises(ScenarioError) as caught:
        verb(*arguments)
    message = str(caught.value)
    assert "\n" not in message
    return message


def bind(*changes):
    message = message_of(check_scenario, Scenario("S", changes=[*changes]), MODEL)
    return message.removeprefix("scenario 'S', ")


@pytest.mark.parametrize(
    ("arguments", "start", "end"),
    [
        (
            ("retrn_rate", "set", 1),
            "'retrn_rate' is not a par",
            "Policy; did you mean 'return_rate' (rate of return home, now 0.10 per year)?",
        ),
        (("zzz", "set", 1), "'zzz' is not", "'caresim levers' lists what a scenario can change"),
        (("reentry_rate", "set", 1), "'reentry_rate' is an estimated number", "'return_rate'"),
        (
            ("care_0", "set", 1),
            "'care_0' is a fixed number of Policy, not a lever",
            "on the same quantity, 'care', are",
        ),
        (("return_rate", "set", "high"), "'set' must be a number for 'return_rate'", "not 'high'"),
        (("funding_rule", "set", "residul"), "'set' must be 'ring-", "did you mean 'residual'?"),
        (("funding_rule", "set", 0.5), "'funding_rule' is a switch", "without 'over_years'"),
        (("funding_rule", "scale", 1), "'funding_rule' is a switch", "without 'over_years'"),
    ],
)
def test_what_a_model_does_not_take_is_refused_with_advice(arguments, start, end):
    message = bind(Change("caseload", "scale", 1.1, "2027-04-01"), Change(*arguments, "2027-04-01"))
    assert message.startswith(f"change 2: {start}")
    assert end in message


def test_levers_are_checked_when_shifts_are_made():
    scenario = Scenario("S", changes=[Change("care_0", "set", 1, "2027-04-01")])
    assert "not a lever" in message_of(shifts_of, scenario, MODEL)


def test_a_switch_does_not_ramp():
    assert "is a switch" in bind(Change("funding_rule", "set", "residual", "2027-04-01", 3))


@pytest.mark.parametrize("day", ["2009-03-31", "2035-04-01", "1950-01-01"])
def test_a_change_outside_the_run_is_refused(day):
    message = bind(Change("return_rate", "set", 1, day))
    assert f"begins on {day}, outside the run from 2009-04-01 to 2035-03-31" in message


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        (
            [("return_rate", "set", 3, "2027-04-01")],
            (
                "change 1: 'set' takes 'return_rate' to 3 per year on 2027-04-01, outside its "
                "bounds of 0 to 2 per year"
            ),
        ),
        (
            [("early_help_budget", "add", 9e9, "2027-04-01", 5)],
            (
                "change 1: 'add' takes 'early_help_budget' to £11bn a year at 2019-20 prices on "
                "2032-03-31, outside its bounds of £0 to £10bn a year at 2019-20 prices"
            ),
        ),
        (
            [("seen_share", "add", 0.3, f"{year}-04-01") for year in (2027, 2029, 2028)],
            "change 3: 'add' takes 'seen_share' to 120 % on 2029-04-01",
        ),
        ([("caseload", "scale", 3, "2010-04-01")], "change 1: 'scale' takes 'caseload' to 57"),
        (  # the first one breaks them; what follows only adds to it
            [("return_rate", "set", 3, "2027-04-01"), ("return_rate", "add", 1, "2027-04-01")],
            "change 1: 'set' takes 'return_rate' to 4 per year on 2027-04-01",
        ),
        (  # the first one comes to the very bound, which is allowed
            [("seen_share", "set", 1, "2027-04-01"), ("seen_share", "add", 0.1, "2028-04-01")],
            "change 2: 'add' takes 'seen_share' to 110 % on 2028-04-01",
        ),
        (  # of two levers the one that leaves its bounds is named
            [("seen_share", "set", 0.5, "2027-04-01"), ("return_rate", "set", 3, "2027-04-01")],
            "change 2: 'set' takes 'return_rate' to 3 per year",
        ),
        ([("place_cost", "scale", 1e308, "2027-04-01")], "to an infinite amount"),
        ([("return_rate", "add", -0.2, "2027-04-01", 0, "2027-05-31")], "to -0.10 per year"),
    ],
)
def test_a_value_outside_the_bounds_at_any_time_names_the_change_and_the_value(changes, fragment):
    assert fragment in bind(*(Change(*arguments) for arguments in changes))
