"""What a child-year in care costs and saves: averages add up to the line, margins foretell it."""

import pytest
from england_cases import AGES, ENGLAND, in_year, projected, under

import caresim as cs

AT_ONCE = {
    "foster_response": 0.0,
    "idle_most": 1.0,
    "price_time": 0.2,
    "placement_time": 0.05,
    "homes_response_time": 20.0,
}
FEWER = ("teenage_needs_factor", "scale", 0.995, "2014-04-01")


def mean(run, name, year):
    """Return the mean of a level between the two ends of a financial year."""
    at = run.clock.financial_years.index(year)
    return float(run[name].iloc[at : at + 2].mean())


@pytest.mark.parametrize("year", ["2010-11", "2019-20", "2034-35"])
def test_children_times_their_average_cost_is_the_line_but_for_who_has_left(year):
    run = projected()
    spent = sum(
        mean(run, f"looked_after_aged_{age}", year) * in_year(run, f"child_year_cost_{age}", year)
        for age in AGES
    )
    left = in_year(run, "leaving_care_spend", year)
    assert spent + left == pytest.approx(in_year(run, "looked_after_spend", year), rel=2e-3)


@pytest.mark.parametrize("year", ["2018-19", "2019-20", "2020-21"])
@pytest.mark.parametrize("sensitivity", [0.0, 0.4])
def test_what_one_child_fewer_saves_is_what_spending_falls_by(year, sensitivity):
    """With the carers and homes of the day, and prices that follow at once; leavers apart."""
    numbers = {**AT_ONCE, "price_sensitivity": sensitivity}
    run, base = under(FEWER, **numbers), under(**numbers)
    fewer = {
        age: mean(base, f"looked_after_aged_{age}", year)
        - mean(run, f"looked_after_aged_{age}", year)
        for age in AGES
    }
    before, after = (
        in_year(one, "looked_after_spend", year) - in_year(one, "leaving_care_spend", year)
        for one in (base, run)
    )
    told = sum(n * in_year(base, f"child_year_saved_{age}", year) for age, n in fewer.items())
    assert sum(fewer.values()) > 30
    assert told == pytest.approx(before - after, rel=0.08)


def test_at_the_margin_a_child_saves_the_average_while_places_suffice():
    run = projected()
    for age in AGES:
        cost, saved = (
            in_year(run, f"child_year_{what}_{age}", "2009-10") for what in ("cost", "saved")
        )
        assert saved == pytest.approx(cost, rel=1e-6)


def test_where_homes_are_short_a_child_fewer_lets_a_young_person_in_and_prices_ease():
    run, still = projected(), under(price_sensitivity=0.0)
    year = "2019-20"
    assert in_year(run, "homes_shortage", year) > 0.05
    assert in_year(still, "home_year_cost", year) == pytest.approx(
        in_year(still, "supported_price", year)
    )
    assert in_year(run, "child_year_saved_10_15", year) > in_year(
        still, "child_year_saved_10_15", year
    )


def test_a_cap_that_binds_keeps_a_missing_home_from_making_others_dearer():
    run = under(("residential_price_cap", "set", 180_000, "2018-04-01"))
    assert in_year(run, "home_made_dearer", "2019-20") == 0
    assert in_year(projected(), "home_made_dearer", "2019-20") > 20_000


def test_both_stand_by_age_in_a_table_of_one_call():
    asked = ["child_year_cost", "child_year_saved"]
    table = cs.run(ENGLAND, until="2021-03-31", outputs=asked).annual()
    for what in ("cost", "saved"):
        assert {f"child_year_{what}_{age}" for age in AGES} <= set(table.columns)
    units = table.attrs["units"]
    assert units["child_year_saved_0_9"] == "GBP/child/year, 2019-20 prices"
