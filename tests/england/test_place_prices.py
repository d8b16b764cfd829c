"""Prices of places: a trend that fades, shortage, a level, a cap and the providers who leave."""

import numpy as np
import pytest
from england_cases import BEGINS, ENGLAND, OBSERVED, VALUE, change, in_year, projected, under

import caresim as cs
from caresim.england import England

RATE, EARNINGS, HALF = (
    VALUE[n] for n in ("residential_trend_rate", "earnings_growth", "trend_half_life")
)
NO_SHORTAGE = {"price_sensitivity": 0.0}
CAP = 200_000
CAPPED = ("residential_price_cap", "set", CAP, BEGINS)


def trend_by_hand(years):
    """Return the log of the trend since March 2014, some years after March 2020."""
    faded = HALF / np.log(2) * (1 - 0.5 ** (years / HALF))
    return 6 * RATE + EARNINGS * years + (RATE - EARNINGS) * faded


# The trend


@pytest.mark.parametrize("year", [2014, 2020, 2030, 2035])
def test_the_trend_sets_in_in_2014_and_fades_to_the_growth_of_earnings(year):
    expected = 0 if year == 2014 else trend_by_hand(year - 2020)
    index = projected()["residential_index"].loc[f"{year}-03-31"]
    assert np.log(index) == pytest.approx(expected, abs=1e-6)


def test_after_a_half_life_half_of_the_trend_above_earnings_is_left():
    run = cs.run(England(trend_half_life=8.0), until="2036-03-31")
    left, index = run["trend_left"], np.log(run["residential_index"])
    assert [left.loc[f"{y}-03-31"] for y in (2020, 2028, 2036)] == pytest.approx([1, 0.5, 0.25])
    growth = index.diff()  # of a year, so half a year behind its end
    assert growth.loc["2020-03-31"] == pytest.approx(RATE)
    assert growth.loc["2028-03-31":"2029-03-31"].mean() == pytest.approx(
        (RATE + EARNINGS) / 2, rel=1e-3
    )


@pytest.mark.parametrize(("known", "rises"), [(2013, False), (2014, False), (2016, True)])
def test_who_knows_no_year_of_the_trend_carries_none_on(known, rises):
    """A fit to figures up to a year: what had not begun by then is not known to come."""
    run = cs.run(England(figures_end=float(known), earnings_growth=0.0), until="2018-03-31")
    assert (run["residential_index"].iloc[-1] > 1.01) == rises


def test_held_flat_the_trend_stops_on_the_day_and_nothing_jumps():
    flat = under(("residential_price_trend", "set", "flat", BEGINS))
    usual, index = projected()["residential_index"], flat["residential_index"]
    np.testing.assert_array_equal(index.loc[:"2027-03-31"], usual.loc[:"2027-03-31"])
    assert np.ptp(index.loc["2027-03-31":]) == 0
    assert flat["residential_price"].loc["2035-03-31"] == pytest.approx(
        flat["residential_price_new"].loc["2035-03-31"], rel=0.005
    )


def test_growth_that_a_scenario_adds_comes_on_top_of_the_trend():
    more = under(("residential_price_growth", "set", 0.02, BEGINS))
    ratio = more["residential_index"] / projected()["residential_index"]
    assert np.log(ratio.loc["2035-03-31"]) == pytest.approx(8 * 0.02, abs=1e-6)
    assert (ratio.loc[:"2027-03-31"] == 1).all()


# Shortage, level and renewal


def test_places_that_are_missing_make_homes_dearer():
    """Step by step, the price at the mean of the step's two ends."""
    run = cs.run(ENGLAND, until="2021-03-31", every="step")
    before = VALUE["cost_per_residential_year"] * run.values("residential_index")
    asked = before * (1 + VALUE["price_sensitivity"] * run.values("homes_shortage"))
    found = run.values("residential_price_asked") * 16
    np.testing.assert_allclose(found, (asked[1:] + asked[:-1]) / 2, rtol=2e-3)
    assert (asked / before).max() > 1.03


def test_a_level_is_paid_as_contracts_are_renewed():
    time = VALUE["price_time"]
    run = under(("residential_price_level", "set", 0.9, BEGINS), every="quarter")
    ratio = run["residential_contracts"] / under(every="quarter")["residential_contracts"]
    years = np.arange(1, 33) / 4
    expected = 1 - 0.1 * (1 - np.exp(-years / time))
    np.testing.assert_allclose(ratio.loc["2027-04-01":], expected, rtol=5e-3)


def test_foster_care_and_supported_accommodation_stay_level_unless_work_gets_dearer():
    for name in ("foster_price", "supported_price"):
        assert np.ptp(projected()[name]) == 0
        dearer = under(("extra_price_growth", "set", 0.02, BEGINS))
        assert np.log(dearer[name].iloc[-1] / projected()[name].iloc[-1]) == pytest.approx(
            8 * 0.02, rel=0.15
        ), "a level over the year"


# The cap


def test_a_cap_is_what_a_new_contract_costs_at_most_and_prices_come_down_to_it():
    run = under(CAPPED)
    new, paid = run["residential_price_new"], run["residential_contracts"]
    assert new.loc["2028-03-31":].max() == CAP
    assert (paid.loc["2027-03-31":].diff().dropna() < 0).all()
    assert CAP < paid.iloc[-1] < 1.01 * CAP


def test_without_a_cap_no_provider_leaves():
    assert (projected()["providers_staying"] == 1).all()
    dearer = under(("residential_price_growth", "set", 0.15, BEGINS), until="2050-03-31")
    assert (dearer["providers_staying"] == 1).all(), "the default meets no price"


@pytest.mark.parametrize("elasticity", [0.0, 0.5, 2.0])
def test_under_a_cap_places_leave_by_the_assumed_elasticity_as_contracts_end(elasticity):
    run = under(CAPPED, provider_elasticity=elasticity)
    asked = (CAP / run["residential_price_asked"].loc["2032-03-31":]) ** elasticity
    staying = run["providers_staying"]
    assert staying.loc["2027-03-31"] == 1
    np.testing.assert_allclose(staying.loc["2032-03-31":], asked, atol=0.05)
    assert (staying.diff().dropna() <= 1e-12).all()


# What is published of it


@pytest.mark.parametrize("series", ["residential_price", "foster_price"])
def test_the_published_unit_cost_of_a_week_is_that_of_a_year_here(series):
    for row in OBSERVED.series[series].values():
        week = float(row.note.split("£")[1].split(" ")[0].replace(",", ""))
        deflator = ENGLAND.parameters["gdp_deflator"].value.dated()[row.year]
        assert row.value == pytest.approx(week * 365 / 7 / deflator, abs=1), row.year


@pytest.mark.parametrize("series", ["residential_price", "foster_price"])
def test_a_year_in_a_place_costs_what_was_published(series):
    for year, value in OBSERVED.points(series).items():
        assert in_year(projected(), series, year) == pytest.approx(value, rel=0.03), year


def test_the_rise_of_prices_of_homes_is_that_of_the_figures_and_shortage_is_a_part_of_it():
    known = OBSERVED.points("residential_price")
    risen = known["2019-20"] / known["2016-17"]
    run = projected()
    assert in_year(run, "residential_price", "2019-20") / in_year(
        run, "residential_price", "2016-17"
    ) == pytest.approx(risen, rel=0.03)
    without = under(**NO_SHORTAGE)
    assert change(without, run, "residential_price", "2019-20") < -1


# Providers who leave


def test_under_a_cap_places_are_missing_and_young_people_give_way():
    run, base = under(CAPPED), projected()
    fewer = run["homes_places"] / base["homes_places"]
    assert (fewer.loc[:"2027-03-31"] == 1).all()
    assert 0.7 < fewer.loc["2035-03-31"] < 0.95
    assert run["homes_shortage"].iloc[-1] > base["homes_shortage"].iloc[-1] + 0.05
    assert run["supported_children"].iloc[-1] > base["supported_children"].iloc[-1] + 300
    none = under(CAPPED, provider_elasticity=0.0)
    np.testing.assert_allclose(none["homes_places"], base["homes_places"], rtol=1e-9)
