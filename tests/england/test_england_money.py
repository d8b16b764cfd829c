"""Money: stages make lines, lines make totals, and each unit cost says where it belongs."""

import numpy as np
import pytest
from england_cases import (
    BEGINS,
    ENGLAND,
    FILES,
    OBSERVED,
    PARAMETERS,
    VALUE,
    in_year,
    projected,
    under,
)

import caresim as cs
from caresim.england import England

LINES = {
    "looked_after_spend": (
        "foster_spend", "residential_spend", "supported_spend", "leaving_care_spend",
        "other_care_spend",
    ),
    "safeguarding_spend": (
        "referral_spend", "support_spend", "enquiry_spend", "plan_spend", "agency_spend",
    ),
    "programme_spend": (
        "return_support_spend", "conference_spend", "kinship_support_spend",
        "parent_help_spend", "adopter_spend", "leaver_support_spend", "step_down_spend",
        "edge_of_care_spend", "carer_programmes_spend", "foster_pay_spend", "worker_spend",
    ),
    "carer_programmes_spend": (
        "foster_recruitment_spend", "foster_approval_spend", "carer_support_spend",
        "foster_room_spend",
    ),
    "statutory_spend": (
        "looked_after_spend", "safeguarding_spend", "youth_justice_spend", "programme_spend",
    ),
    "early_help_spend": (
        "sure_start_spend", "family_support_spend", "young_people_spend",
        "other_early_help_spend",
    ),
    "total_spend": ("statutory_spend", "early_help_spend"),
}  # fmt: skip
# Each stage: what it is counted by, and what one of them costs at the price level of 2013
STAGES = {
    "referral_spend": ("referrals", "cost_per_referral"),
    "support_spend": ("support", "cost_per_support_year"),
    "enquiry_spend": ("section_47_enquiries", "cost_per_enquiry"),
    "plan_spend": ("protection_plans", "cost_per_plan_year"),
    "agency_spend": ("agency_workers", "agency_premium"),
    "other_care_spend": ("looked_after", "cost_per_other_care_year"),
}


@pytest.mark.parametrize("scenario", [None, *FILES])
@pytest.mark.parametrize("line", LINES)
def test_parts_add_up_to_their_line(scenario, line):
    run = projected(scenario)
    parts = sum(run.values(part) for part in LINES[line])
    np.testing.assert_allclose(parts, run.values(line), rtol=1e-12)


def test_every_amount_of_money_belongs_to_one_line_but_capital_which_is_in_none():
    spent = {name for name in England.variables if name.endswith("_spend")}
    placed = [part for parts in LINES.values() for part in parts]
    assert set(placed) | {"total_spend", "homes_capital_spend"} == spent
    assert len(placed) == len(set(placed)), "counted twice"


@pytest.mark.parametrize("scenario", [None, *FILES])
@pytest.mark.parametrize("by", ["line", "stage"])
def test_each_division_adds_up_to_total_spending_in_every_year(scenario, by):
    run = projected(scenario)
    parts = sum(run.yearly(part.name) for part in England.spending_by[by])
    np.testing.assert_allclose(parts, run.yearly("total_spend"), rtol=1e-9)


@pytest.mark.parametrize("by", ["line", "stage"])
def test_a_division_says_where_the_money_goes_in_words_and_in_cash(by):
    real, cash = (cs.spending(projected(), by, prices=prices) for prices in ("real", "cash"))
    assert len(real.columns) == len(England.spending_by[by]) + 1
    assert real.columns[-2:].to_list() == ["New programmes", "Total"]
    assert (real["New programmes"] == 0).all()
    level = projected().yearly("general_prices")[:, 0]
    for label in real.columns:
        np.testing.assert_allclose(cash[label], real[label] * level, rtol=1e-9)


def test_stages_are_those_of_the_lines():
    """What safeguarding and looked-after children cost is the sum of their stages."""
    run = projected()
    line, stage = (cs.spending(run, by) for by in ("line", "stage"))
    care = ["Foster care", "Children's homes", "Supported accommodation", "Leaving care",
            "Other spending on looked-after children"]  # fmt: skip
    np.testing.assert_allclose(stage[care].sum(axis=1), line["Looked-after children"], rtol=1e-9)
    before = stage.loc[:, "Referrals and assessments":"Extra cost of agency workers"]
    np.testing.assert_allclose(before.sum(axis=1), line["Safeguarding"], rtol=1e-9)
    early = line.loc[:, "Sure Start and under-fives":"Other early-help spending"]
    np.testing.assert_allclose(early.sum(axis=1), stage["Early-help spending"], rtol=1e-9)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_costs_its_activity_times_its_unit_cost_at_the_price_of_work(stage):
    """Step by step, a level at the mean of the step's two ends."""
    counted, cost = STAGES[stage]
    run = cs.run(ENGLAND, until="2012-03-31", steps_per_year=64, every="step")
    activity = run.values(counted)
    if not England.variables[counted].is_rate:
        activity = (activity[1:] + activity[:-1]) / 2 / 64
    price = run.values("work_price")
    expected = activity * VALUE[cost] * (price[1:] + price[:-1]) / 2
    np.testing.assert_allclose(run.values(stage), expected, rtol=1e-3)


def test_nothing_is_spent_on_programmes_that_no_scenario_starts():
    assert np.all(projected().values("programme_spend") == 0)


def test_work_costs_what_it_cost_in_2013_at_a_price_of_one():
    price = projected()["work_price"]
    assert price.loc["2013-03-31"] == pytest.approx(1)
    freeze, rise = VALUE["pay_freeze_rate"], VALUE["price_growth_rate"]
    assert price.iloc[0] == pytest.approx(np.exp(4 * freeze))
    assert price.iloc[-1] == pytest.approx(np.exp(6 * rise))


def test_further_growth_of_prices_compounds_from_its_day_on():
    more = under(("extra_price_growth", "set", 0.02, BEGINS))
    ratio = (more["work_price"] / projected()["work_price"]).loc["2027-03-31":]
    np.testing.assert_allclose(ratio, np.exp(0.02 * np.arange(len(ratio))), rtol=1e-9)


# Unit costs


def test_fitted_unit_costs_name_the_observed_line_they_were_estimated_from():
    costs = [name for name in PARAMETERS.estimated() if name.startswith("cost_per_")]
    assert len(costs) == 9
    for name in costs:
        line = PARAMETERS[name].line
        assert line in OBSERVED.series, f"{name} names '{line}'"
        assert any(row.tolerance for row in OBSERVED.series[line].values()), f"{line} is not fitted"


@pytest.mark.parametrize("name", [n for n in PARAMETERS if PARAMETERS[n].line])
def test_a_line_that_a_unit_cost_names_takes_it_up(name):
    """£ more for each one is more money in that line, and in no other."""
    line = PARAMETERS[name].line
    dearer = cs.run(ENGLAND.with_values(**{name: 1.01 * VALUE[name]}))
    moved = {
        other for other in ("looked_after_spend", "safeguarding_spend")
        if in_year(dearer, other, "2019-20") > in_year(projected(), other, "2019-20")
    }  # fmt: skip
    whole = next(name for name in ("looked_after_spend", "safeguarding_spend")
                 if line in (name, *LINES[name]))  # fmt: skip
    assert moved == {whole}


def test_care_costs_stand_in_the_order_that_everyone_knows():
    other, foster, residential = (
        VALUE[f"cost_per_{kind}_year"] for kind in ("other_care", "foster", "residential")
    )
    assert other < foster < residential / 2
    assert VALUE["cost_per_referral"] < VALUE["cost_per_enquiry"] < VALUE["cost_per_plan_year"]


def test_a_package_cost_is_the_published_one_at_the_price_year():
    deflator = PARAMETERS["gdp_deflator"].value.dated()
    cost = 7_857 * deflator["2019-20"] / deflator["2022-23"]
    assert VALUE["cost_per_return_package"] == pytest.approx(cost, abs=1)


# Prices in the whole economy


def test_cash_is_the_real_amount_times_the_deflator():
    deflator = PARAMETERS["gdp_deflator"].value.dated()
    assert deflator["2019-20"] == 1
    run = projected()
    level = run.yearly("general_prices")[:, 0]
    for year, price in zip(run.clock.financial_years, level, strict=True):
        assert price == pytest.approx(deflator[year], rel=1e-9), year
    real, cash = run.annual(), run.annual(prices="cash")
    np.testing.assert_allclose(cash.total_spend, real.total_spend * level, rtol=1e-9)
    np.testing.assert_array_equal(cash.looked_after, real.looked_after)


def test_money_is_real_and_does_not_hang_on_the_deflator():
    assert ENGLAND.price_level == "general_prices"
    assert projected().price_year == PARAMETERS.price_year == "2019-20"
    for name in England.variables:
        if name.endswith("_spend"):
            assert "gdp_deflator" not in str(England.variables[name].expression), name
