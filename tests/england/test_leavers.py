"""Leaving care: how many, at what cost, and who stays put with former carers."""

import numpy as np
import pytest
from england_cases import BEGINS, OBSERVED, VALUE, in_year, projected, under

HELD = ("staying_put", "foster_places_held")


def errors(name):
    """Return the errors in %, year by year, of a stock or a flow against its figures."""
    run, found = projected(), {}
    is_stock = next(iter(OBSERVED.series[name].values())).kind == "stock"
    for year, figure in OBSERVED.points(name).items():
        day = f"{int(year[:4]) + 1}-03-31"
        value = run[name].loc[day] if is_stock else in_year(run, name, year)
        found[year] = 100 * (value / figure - 1)
    return found


@pytest.mark.parametrize(("name", "within"), [("care_leavers_19_21", 5), ("leaving_care_spend", 4),
                                              ("staying_put", 5)])  # fmt: skip
def test_published_counts_and_their_cost_are_met(name, within):
    found = errors(name)
    mean = np.mean(np.abs([*found.values()]))
    assert mean <= within, f"{mean:.1f} %: {found}"


def test_every_care_leaver_came_from_care_and_moves_on():
    run = projected()
    came = run.values("ageing_outs") + run.values("left_early")
    went = run.values("moved_on_at_21") + run.values("moved_on_later")
    held = run.values("leavers_to_21") + run.values("leavers_past_21")
    np.testing.assert_allclose(np.diff(held, axis=0), came - went, atol=1e-6)


def test_nobody_is_supported_past_21_before_the_law():
    later = projected()["leavers_past_21"]
    assert (later.loc[:"2017-03-31"] == 0).all()
    assert later.loc["2020-03-31"] > 1_000


def test_care_leavers_with_an_open_case_are_part_of_children_in_need():
    run = projected()
    leavers = VALUE["leaver_case_share"] * (run["leavers_to_21"] + run["leavers_past_21"])
    others = run["children_in_need"] - run["open_cases"] - run["looked_after"]
    np.testing.assert_allclose(others, leavers, rtol=1e-9)
    older = run["open_cases"] * run["older_case_share"] + run["looked_after_aged_16_17"]
    np.testing.assert_allclose(run["in_need_16_plus"] - older, leavers, rtol=1e-9)


# Staying put


def test_the_share_and_the_rate_give_what_was_counted_at_18_and_at_19_and_20():
    """1,980 of 3,410 who may stay at 18, 1,890 of 6,760 at 19 and 20, on 31 March 2020."""
    stay, leave = VALUE["staying_put_share"], VALUE["staying_put_leaving_rate"]
    first = stay * (1 - np.exp(-leave)) / leave
    next_two = stay * (np.exp(-leave) - np.exp(-3 * leave)) / (2 * leave)
    assert first == pytest.approx(1_980 / 3_410, abs=0.01)
    assert next_two == pytest.approx(1_890 / 6_760, abs=0.01)


def test_staying_longer_holds_more_places_and_each_further_year_fewer():
    held = [under(("staying_put_until", "set", age, BEGINS))["foster_places_held"].iloc[-1]
            for age in (21, 23, 25)]  # fmt: skip
    to_23, to_25 = np.diff(held)
    assert to_23 > 2 * to_25 > 0, f"places held: {held}"
    assert 200 < to_23 < 500, "two in five of some 700 young people"


def test_staying_put_until_23_is_felt_over_two_years():
    run = under(("staying_put_until", "set", 23, BEGINS))
    more = run["staying_put"] - projected()["staying_put"]
    assert more.loc["2027-03-31"] == 0
    assert 0.3 < more.loc["2028-03-31"] / more.iloc[-1] < 0.6
    assert more.loc["2030-03-31"] / more.iloc[-1] > 0.75


def test_nobody_who_stays_is_counted_twice():
    run = under(("staying_put_share", "set", 1, BEGINS), ("staying_put_until", "set", 25, BEGINS))
    base = projected()
    for name in ("care_leavers", "children_in_need", "looked_after"):
        np.testing.assert_allclose(run[name], base[name], rtol=1e-12)
    assert (run["staying_put"] < run["leavers_to_21"] + run["leavers_past_21"]).all()


def test_a_place_with_former_carers_costs_what_it_costs():
    run, base = under(("staying_put_until", "set", 25, BEGINS)), projected()
    year, line = "2034-35", "leaving_care_spend"
    more = in_year(run, line, year) - in_year(base, line, year)
    places = np.mean((run["staying_put"] - base["staying_put"]).iloc[-2:])
    price = in_year(run, "work_price", year)
    assert more == pytest.approx(places * VALUE["cost_per_staying_put_year"] * price, rel=0.01)


# More support


def test_support_for_all_care_leavers_costs_it_and_saves_nothing():
    run = under(("leaver_support_share", "set", 1, BEGINS))
    year = "2034-35"
    leavers = (run["leavers_to_21"] + run["leavers_past_21"]).iloc[-2:].mean()
    spent = in_year(run, "leaver_support_spend", year)
    assert spent == pytest.approx(leavers * VALUE["cost_per_leaver_supported_year"], rel=0.01)
    more = in_year(run, "total_spend", year) - in_year(projected(), "total_spend", year)
    assert more == pytest.approx(spent, rel=1e-9)
    fewer = run["leavers_without_work"].iloc[-1] / projected()["leavers_without_work"].iloc[-1]
    assert fewer == pytest.approx(1 - VALUE["leaver_support_effect"])
