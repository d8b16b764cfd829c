"""What policies do: the direction of each effect, its delay, and the loops that strengthen it."""

import numpy as np
import pandas as pd
import pytest
from england_cases import FILES, PARAMETERS, policy, projected, under

import caresim as cs
from caresim.england import England

BEGINS = "2027-04-01"
BILLION = 1e9


def difference(run, base, name, year="2034-35"):
    return float(run.annual().loc[year, name] - base.annual().loc[year, name])


# (scenario, output, +1 for more and −1 for less by 2034-35)
DIRECTIONS = [
    ("early_help_first", "referrals", -1),
    ("early_help_first", "section_47_enquiries", -1),
    ("early_help_first", "looked_after", -1),
    ("early_help_first", "statutory_spend", -1),
    ("cut_early_help", "referrals", +1),
    ("cut_early_help", "section_47_enquiries", +1),
    ("cut_early_help", "looked_after", +1),
    ("cut_early_help", "statutory_spend", +1),
    ("fewer_reentries", "reentries", -1),
    ("fewer_reentries", "looked_after", -1),
    ("faster_reunification", "returns_home", +1),
    ("faster_reunification", "looked_after", -1),
    ("faster_reunification", "reentries", +1),
    ("faster_reunification", "home_at_risk", +1),
]


@pytest.mark.parametrize(("scenario", "name", "sign"), DIRECTIONS)
def test_a_scenario_moves_an_output_the_expected_way(scenario, name, sign):
    change = difference(projected(scenario), projected(), name)
    size = abs(change) / projected().annual().loc["2034-35", name]
    assert np.sign(change) == sign, f"{name} changes by {change:+,.0f}"
    assert size > 1e-4, f"{name} hardly moves: {change:+,.1f}"


@pytest.mark.parametrize("scenario", [name for name in FILES if name != "baseline"])
def test_no_scenario_moves_the_years_before_it_begins(scenario):
    tables = [run.annual().loc[:"2026-27"] for run in (projected(scenario), projected())]
    np.testing.assert_array_equal(*tables)


def test_the_baseline_file_is_current_policy():
    np.testing.assert_array_equal(projected("baseline").annual(), projected().annual())


@pytest.mark.parametrize("scenario", FILES)
def test_a_scenario_says_once_what_the_effects_of_its_levers_rest_on(scenario):
    run = projected(scenario)
    pulled = {change.parameter for change in run.scenario.changes}
    expected = {PARAMETERS[name].caveat for name in pulled} - {""}
    said = [notice.text for notice in run.warnings if notice.kind == "caveat"]
    assert sorted(said) == sorted(expected)


@pytest.mark.parametrize(
    ("factor", "sign"), [pytest.param(0.8, -1, id="higher"), pytest.param(1.25, +1, id="lower")]
)
def test_a_threshold_moves_enquiries_more_than_plans(factor, sign):
    run = under(("investigation_factor", "set", factor, BEGINS))
    enquiries, plans = (
        difference(run, projected(), name) / projected().annual().loc["2034-35", name]
        for name in ("section_47_enquiries", "protection_plan_starts")
    )
    assert sign * enquiries > sign * plans > 0, f"enquiries {enquiries:+.1%}, plans {plans:+.1%}"


def test_early_help_acts_with_a_lag():
    more = under(("early_help_budget", "add", 0.5 * BILLION, BEGINS), every="quarter")
    base = under(every="quarter")
    for name in ("referrals", "section_47_enquiries", "looked_after"):
        effect = (more[name] - base[name]).loc["2027-06-01":]
        first_half, last = effect.iloc[1], effect.iloc[-1]
        assert last < 0, f"{name} does not fall"
        assert abs(first_half) < 0.1 * abs(last), f"{name}: {first_half:.1f} of {last:.1f}"


def test_each_further_pound_of_early_help_does_less():
    runs = [under(("early_help_budget", "add", n * BILLION, BEGINS)) for n in (1, 2, 3)]
    fewer = [-difference(run, projected(), "referrals") for run in runs]
    first, second, third = np.diff([0, *fewer])
    assert first > second > third > 0, f"fewer referrals with each billion in all: {fewer}"


def test_support_for_returns_is_paid_for():
    run = projected("fewer_reentries")
    table = run.annual()
    package, share = PARAMETERS["cost_per_return_package"].value, 0.8
    paid = run["return_support_spend"].iloc[-1]
    assert paid == pytest.approx(table.returns_home.iloc[-1] * share * package, rel=1e-9)


# The crowding-out loop

CUT = 0.5 * BILLION


def lost(rule, **values):
    """Return what early help loses by 2034-35 when £0.5bn is taken away, and the run."""
    model = England(crowding_out=rule, **values)
    lever = "total_budget" if rule == "residual" else "early_help_budget"
    cut = cs.run(model, policy((lever, "add", -CUT, BEGINS)))
    base = cs.run(model)
    return -difference(cut, base, "early_help_spend"), difference(cut, base, "looked_after")


def test_with_a_ring_fence_a_cut_stays_what_it_was():
    taken, _ = lost("ring-fenced")
    assert taken == pytest.approx(CUT, rel=1e-9)


def test_with_a_residual_budget_a_cut_grows_by_the_cost_of_what_it_causes():
    fenced, more_fenced = lost("ring-fenced")
    residual, more_residual = lost("residual")
    assert residual > 1.1 * fenced, f"£{residual / BILLION:.3f}bn after £{CUT / BILLION}bn"
    assert more_residual > 1.1 * more_fenced > 0, f"{more_residual:.0f} against {more_fenced:.0f}"


def test_the_cut_stops_growing_when_the_loop_is_opened():
    effects = [name for name in PARAMETERS if name.startswith("early_help_") and
               name.endswith("_elasticity")]  # fmt: skip
    assert len(effects) == 3
    taken, more = lost("residual", **dict.fromkeys(effects, 0.0))
    assert taken == pytest.approx(CUT, rel=1e-9)
    assert more == pytest.approx(0, abs=1e-6)


# What a change may not do


def test_price_growth_from_a_day_on_raises_prices_from_that_day_on():
    run = under(("extra_price_growth", "set", 0.02, BEGINS), every="quarter")
    price = run["unit_price"]
    before, after = price.loc["2027-03-31"], price.loc["2027-06-01":].iloc[0]
    assert after / before - 1 < 0.01, f"prices jump by {after / before - 1:.0%} in one quarter"


@pytest.mark.parametrize(
    ("lever", "value", "name"),
    [
        ("return_factor", 0.0, "home_at_risk"),
        ("early_help_budget", 0.0, "early_help_capacity_stage_1"),
        ("early_help_budget", 0.0, "early_help_capacity_stage_2"),
    ],
)
def test_a_change_on_the_first_day_leaves_the_day_before_as_it_was(lever, value, name):
    run = under((lever, "set", value, "2009-04-01"))
    assert run[name].index[0] == projected()[name].index[0] == pd.Timestamp("2009-03-31")
    assert run[name].iloc[0] == pytest.approx(projected()[name].iloc[0])


@pytest.mark.parametrize(
    "change",
    [("total_budget", "add", 1e9, BEGINS), ("return_support_effect", "set", 0.6, BEGINS)],
    ids=["a total budget under a ring fence", "an effect on support that nobody gets"],
)
def test_a_run_identical_to_current_policy_says_so(change):
    run = under(change)
    same = np.array_equal(run.annual(), projected().annual())
    assert not same or "identical" in {notice.kind for notice in run.warnings}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [("crowding_out", "set", "residual", BEGINS), ("total_budget", "set", 0, BEGINS)],
            id="early_help_floor",
        ),
        pytest.param([("early_help_budget", "set", 0, BEGINS)], id="early_help_least"),
    ],
)
def test_a_floor_that_is_reached_is_said(changes):
    assert "bounds" in {notice.kind for notice in under(*changes, until="2050-03-31").warnings}


def test_a_small_ring_fenced_budget_is_not_called_a_floor():
    run = under(("early_help_budget", "set", 0.8 * PARAMETERS["early_help_floor"].value, BEGINS))
    assert run.annual().early_help_spend.iloc[-1] < PARAMETERS["early_help_floor"].value
    assert "early_help_at_floor" not in {notice.subject for notice in run.warnings}
