"""Levers: each moves what it says, in the right direction, and none of them changes the past.

Effects are those of 2034-35 against current policy, of changes made on 1 April 2027. Sizes, lags
and costs are in test_england_effects.py.
"""

import numpy as np
import pandas as pd
import pytest
from england_cases import (
    BEGINS,
    FEWER_FIT,
    FILES,
    LEVERS,
    PARAMETERS,
    VALUE,
    change,
    projected,
    under,
)
from england_policies import LATER, POLICIES, SAME, with_policy

EFFECTS = [
    (name, output, sign) for name, (_, does) in POLICIES.items() for output, sign in does.items()
]


@pytest.mark.parametrize(("name", "output", "sign"), EFFECTS)
def test_a_lever_moves_an_output_the_expected_way(name, output, sign):
    percent = change(with_policy(name), projected(), output, LATER)
    if sign == SAME:
        assert abs(percent) < 0.01, f"{output} {percent:+.3f} %"
    else:
        assert sign * percent > 0.1, f"{output} {percent:+.3f} %"


def test_more_foster_carers_move_children_from_homes_while_there_is_a_shortage():
    begins = ("extra_foster_approvals", "set", 500, "2020-04-01")
    run, base = under(begins, **FEWER_FIT), under(**FEWER_FIT)
    assert base["shortage"].loc["2020-03-31":"2022-03-31"].min() > 100
    for output, least, most in (
        ("residential_children", -1.5, -0.4),
        ("residential_price", -0.5, -0.05),
        ("foster_children", 0.1, 0.5),
        ("looked_after", 0, 0),
    ):
        percent = change(run, base, output, "2021-22")
        assert least <= percent <= most, f"{output} {percent:+.3f} %"


@pytest.mark.parametrize("name", POLICIES)
def test_a_lever_leaves_all_before_its_start_untouched(name):
    """To the last bit, in every quantity of the model."""
    run, base = with_policy(name), projected()
    years = 2027 - 2009
    for quantity in base.outputs:
        count = years + (quantity in base.levels)
        same = np.array_equal(run.values(quantity)[:count], base.values(quantity)[:count])
        assert same, f"'{quantity}' differs before {BEGINS}"


@pytest.mark.parametrize("scenario", [name for name in FILES if name != "baseline"])
def test_no_scenario_file_moves_the_years_before_it_begins(scenario):
    first = min(change.begins for change in projected(scenario).scenario.changes)
    years = [y for y in projected().annual().index if int(y[:4]) + 1 <= first.year]
    tables = [run.annual().loc[years] for run in (projected(scenario), projected())]
    np.testing.assert_array_equal(*tables)


# What each lever says of itself

ENDINGS = ("_effect", "_uptake", "_elasticity")
EFFECT_SIZES = tuple(name for name, entry in LEVERS.items() if entry.role != "lever")
SWITCHES = tuple(name for name in LEVERS if name.endswith("_on"))
# what a programme pays, on which its effect depends: test_doses.py
PAID = tuple(name for name in LEVERS if name.startswith("cost_per_") and not PARAMETERS[name].prior)
PULLED = [name for name in LEVERS if name not in (*EFFECT_SIZES, *SWITCHES)]


def test_every_policy_above_pulls_a_lever_and_hardly_a_lever_is_left_out():
    pulled = {policy[0][0] for policy in POLICIES.values()}
    others = {"total_budget", "crowding_out", "youth_justice_budget",
              "extra_price_growth", "caseload_wanted", "court_reach",
              "extra_lines_within", "practice_lasting_share", *PAID}  # fmt: skip
    assert pulled | others == set(PULLED)


@pytest.mark.parametrize("name", PULLED)
def test_a_lever_says_on_what_it_acts_how_late_and_at_what_cost(name):
    entry = LEVERS[name]
    for key in ("acts_on", "lag", "cost"):
        assert len(getattr(entry, key)) > 5, f"'{name}' has no '{key}'"
    if entry.cost.startswith("cost_per_"):
        assert entry.cost in PARAMETERS
    if entry.effect:
        assert entry.effect in PARAMETERS
        assert PARAMETERS[entry.effect].prior, "an effect has a range"


@pytest.mark.parametrize("name", EFFECT_SIZES)
def test_the_size_of_an_effect_or_a_cost_says_what_it_rests_on(name):
    assert len(LEVERS[name].source) > 20
    assert LEVERS[name].grade in ("trial", "observational", "assumption")


def test_only_what_sizes_an_effect_or_prices_a_unit_has_their_roles():
    """So that whoever asks for levers gets levers."""
    for name, entry in LEVERS.items():
        is_size = name.startswith("poverty_entry_effect") or name.endswith(ENDINGS)
        is_cost = name.startswith("cost_per_") and name not in PAID
        role = "effect" if is_size else "cost" if is_cost else "lever"
        assert entry.role == role, name


# What a run says of levers


@pytest.mark.parametrize("scenario", FILES)
def test_a_run_says_once_what_the_effects_of_its_levers_rest_on(scenario):
    run = projected(scenario)
    pulled = {change.parameter for change in run.scenario.changes}
    expected = {PARAMETERS[name].caveat for name in pulled} - {""}
    said = [notice.text for notice in run.warnings if notice.kind == "caveat"]
    assert sorted(said) == sorted(expected)


@pytest.mark.parametrize(
    "change_of",
    [("total_budget", "add", 1e9, BEGINS), ("return_support_effect", "set", 0.6, BEGINS)],
)
def test_a_lever_that_does_nothing_where_it_stands_is_called_identical(change_of):
    """A total budget under a ring fence; an effect on support that nobody gets."""
    run = under(change_of)
    np.testing.assert_array_equal(run.annual(), projected().annual())
    assert "identical" in {notice.kind for notice in run.warnings}


def test_a_floor_that_is_reached_is_said_and_a_small_budget_is_no_floor():
    starved = under(("crowding_out", "set", "residual", BEGINS), ("total_budget", "set", 0, BEGINS))
    assert starved.annual().early_help_spend.loc["2027-28":].unique() == VALUE["early_help_floor"]
    assert "early_help_at_floor" in {notice.subject for notice in starved.warnings}
    small = under(("early_help_budget", "set", 0.8 * VALUE["early_help_floor"], BEGINS))
    assert small.annual().early_help_spend.iloc[-1] < VALUE["early_help_floor"]
    assert "early_help_at_floor" not in {notice.subject for notice in small.warnings}


@pytest.mark.parametrize(
    ("lever", "name"),
    [("return_factor", "home_at_risk"), ("early_help_budget", "family_support_capacity_stage_1")],
)
def test_a_change_on_the_first_day_leaves_the_day_before_as_it_was(lever, name):
    run = under((lever, "set", 0.0, "2009-04-01"))
    assert run[name].index[0] == pd.Timestamp("2009-03-31")
    assert run[name].iloc[0] == projected()[name].iloc[0]
