"""Trust: enquiries that end without a plan are remembered, and may lower the take-up of help."""

import numpy as np
import pytest
from england_cases import ENGLAND, PARAMETERS, VALUE, change, in_year, projected, under

import caresim as cs
from caresim.england import England

LATER = "2034-35"
FEWER = ("investigation_factor", "set", 0.7, "2027-04-01")
MORE = ("investigation_factor", "set", 1.4, "2027-04-01")
WARY = {"trust_effect": 0.5}


def test_take_up_starts_at_one_and_falls_as_more_enquiries_end_without_a_plan():
    run = projected(**WARY)
    assert run["take_up"].iloc[0] == pytest.approx(1, abs=1e-12)
    wary = [in_year(run, "wary_share", year) for year in ("2009-10", "2018-19")]
    taken = [in_year(run, "take_up", year) for year in ("2009-10", "2018-19")]
    assert wary[1] > 1.8 * wary[0]
    assert taken[1] < taken[0] - 0.03, f"take-up {taken[0]:.3f}, then {taken[1]:.3f}"


def test_by_default_it_moves_next_to_nothing_and_at_no_effect_nothing():
    off, none = projected(trust_on="off"), projected(trust_effect=0.0)
    assert none["take_up"].to_numpy() == pytest.approx(1, abs=1e-12)
    # take-up counts at the door and straight on entries, so that care moves by both
    for name, most in (("referrals", 0.3), ("section_47_enquiries", 0.3), ("looked_after", 0.5)):
        assert 0 < change(projected(), off, name, LATER) < most, name
        assert change(none, off, name, LATER) == pytest.approx(0, abs=1e-9), name


@pytest.mark.parametrize("name", ["new_referrals", "children_in_need", "looked_after"])
def test_where_it_costs_trust_investigating_more_brings_more_of_each_and_less_brings_fewer(name):
    """What trust adds to what a threshold does by itself: the loop closes on referrals."""
    for threshold, sign in ((MORE, 1), (FEWER, -1)):
        wary, sure = (
            change(under(threshold, **values), under(**values), name, LATER)
            for values in (WARY, {"trust_effect": 0.0})
        )
        assert sign * (wary - sure) > 0.05, f"{wary:+.2f} % and {sure:+.2f} % without"


def test_the_memory_holds_what_came_in_and_has_not_faded():
    """A first-order memory by hand, in small steps, of the model's own enquiries."""
    run = projected(steps=64)
    asked = run.yearly("investigated_without_plan")[:, 0]
    population = run.yearly("children_once_investigated_without_plan")[:, 0] / (
        run.yearly("enquiries_remembered")[:, 0] * VALUE["trust_time"]
    )
    held, time = VALUE["enquiries_without_plan_reference"], VALUE["trust_time"]
    for year in range(11):
        rate = asked[year] / population[year]
        held = rate + (held - rate) * np.exp(-1 / time)
    assert run["enquiries_remembered"].loc["2020-03-31"] == pytest.approx(held, rel=0.01)


@pytest.mark.parametrize("day", ["2014-04-01", "2027-04-01"])
def test_turned_off_at_any_date_take_up_stays_what_it_is_that_day(day):
    run = under(("trust_on", "set", "off", day), **WARY)
    taken = run["take_up"]
    before, since = taken.loc[:day].iloc[-1], taken.loc[day:]
    assert since.to_numpy() == pytest.approx(before, abs=1e-9)
    assert abs(projected(**WARY)["take_up"].iloc[-1] - before) > 1e-4, "nothing to freeze"


def test_help_acts_in_proportion_to_its_take_up_and_the_money_stays():
    run, base = projected(**WARY), projected(trust_on="off")
    kept = run["take_up"].loc["2020-03-31"]
    felt = run["early_help_level"] / base["early_help_level"]
    assert felt.loc["2020-03-31"] == pytest.approx(kept, rel=1e-9)
    np.testing.assert_array_equal(run.values("early_help_spend"), base.values("early_help_spend"))


def test_take_up_falls_no_further_when_all_families_that_help_is_for_are_wary():
    run = cs.run(England(trust_effect=0.9, trust_time=15, help_share=0.05), outputs=["take_up"])
    assert run["take_up"].min() >= 0
    assert "all_wary" in {notice.subject for notice in run.warnings}


def test_a_third_of_the_draws_have_no_effect_and_half_are_below_the_value_used():
    prior = PARAMETERS["trust_effect"].prior
    drawn = cs.draws(ENGLAND, 2_000, seed=1, given="prior").columns["trust_effect"]
    assert np.mean(drawn == 0) == pytest.approx(1 / 3, abs=0.03)
    assert np.mean(drawn <= VALUE["trust_effect"]) == pytest.approx(0.5, abs=0.03)
    assert prior.zero == 0.33


def test_the_scenario_shows_more_referrals_and_enquiries_by_lost_trust_alone():
    run, base = projected("investigation_costs_trust"), projected("current_policy_2026")
    for name in ("referrals", "section_47_enquiries", "looked_after"):
        assert change(run, base, name, LATER) > 0.2, name


def test_the_break_even_of_an_effect_that_no_lever_names_is_asked_for_by_its_name():
    """Fewer enquiries save money at any size, and the more, the more an enquiry costs trust."""
    plan = cs.Scenario("Fewer", changes=[cs.Change(*FEWER)])
    found = cs.break_even(ENGLAND, plan, "trust_effect")
    assert found.effect.name == "trust_effect"
    assert np.diff(found.sums[:, -1, 0]).max() < 0, "the more it costs trust, the more is saved"
