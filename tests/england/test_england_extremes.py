"""Extreme conditions: what the model does where nobody has been, and why that is right.

Numbers are set from 31 March 2020 on, beyond their bounds where the condition asks for it; every
run is also checked for conservation and for children below zero.
"""

import numpy as np
import pytest
from england_cases import (
    AGES,
    CHILD_STOCKS,
    VALUE,
    assert_sound,
    by_age,
    change,
    in_year,
    under,
    with_numbers,
)

LAST = "2039-40"
SOON = VALUE["high_risk_reentry_rate"]
COMING_IN = {"child_population": 0, "asylum_arrivals_given": 0, "uncounted_care_entries": 0}


def extreme(until=2040, **numbers):
    """Return a sound run with numbers set from March 2020, and the same run without."""
    runs = with_numbers(until, **numbers), with_numbers(until)
    assert_sound(runs[0])
    return runs


# Nobody comes in


def test_with_nobody_coming_in_every_place_drains():
    run, _ = extreme(2140, **COMING_IN)
    left = {name: float(run.values(name)[-1, 0]) for name in CHILD_STOCKS}
    assert max(left.values()) < 2, f"120 years later some are left: {left}"


def test_with_nobody_coming_in_the_short_places_are_empty_within_ten_years():
    """Open cases go first, then care; care leavers and guardianships last the longest."""
    run, usual = extreme(2140, **COMING_IN)
    fast = ("section_47_enquiries", "protection_plans", "referrals")
    assert max(change(run, usual, name, "2029-30") for name in fast) < -99.9
    assert -95 < change(run, usual, "looked_after", "2029-30") < -80
    assert change(run, usual, "guardians", "2029-30") > -50


def test_with_nobody_coming_in_statutory_spending_falls_to_what_is_given():
    run, _ = extreme(2140, **COMING_IN)
    spent = in_year(run, "statutory_spend", "2138-39") - in_year(run, "agency_spend", "2138-39")
    assert spent == pytest.approx(in_year(run, "youth_justice_spend", "2138-39"), rel=1e-4)


def test_without_a_child_population_only_asylum_seeking_children_and_the_uncounted_come_in():
    run, _ = extreme(2140, child_population=0)
    assert in_year(run, "referrals", "2138-39") < 1e-6
    come = in_year(run, "care_starts", "2138-39") - in_year(run, "reentries", "2138-39")
    come -= by_age(run, "guardian_breakdowns")[-2, 0]
    given = in_year(run, "asylum_arrivals", "2138-39")
    assert come == pytest.approx(given, rel=1e-6), f"{come:.1f} against {given:.1f} arrivals"


# Nothing is done for families


def test_without_early_help_its_effects_stop_at_the_least_that_was_observed_and_it_is_said():
    run = under(("early_help_budget", "set", 0, "2020-04-01"), until="2050-03-31")
    assert_sound(run)
    assert run["early_help_level"].iloc[-1] == VALUE["early_help_least"]
    assert "early_help_below_evidence" in {notice.subject for notice in run.warnings}


def test_without_early_help_referrals_rise_by_its_elasticity():
    run, usual = extreme(early_help_budget=0)
    fall = in_year(usual, "early_help_level", LAST) - VALUE["early_help_least"]
    expected = 100 * (np.exp(fall * VALUE["early_help_referral_elasticity"]) - 1)
    rise = change(run, usual, "referrals_kept", LAST)
    assert rise == pytest.approx(expected, rel=1e-6), f"{rise:.1f} % against {expected:.1f} %"
    assert change(run, usual, "looked_after", LAST) > 10


# Nobody does the work


def test_without_social_workers_work_stops_and_children_wait():
    run, usual = extreme(extra_social_workers=-50_000)
    assert in_year(run, "social_workers", LAST) < 0.01 * in_year(usual, "social_workers", LAST)
    for name in ("assessed", "enquiries_ended"):
        assert change(run, usual, name, "2022-23") < -95, f"{name} goes on"
        assert change(run, usual, name, LAST) < -99.9, f"{name} goes on"
    come = in_year(run, "assessment", LAST) - in_year(run, "assessment", "2038-39")
    to_assess = sum(in_year(run, f"{n}_assessed", LAST) for n in ("new_referrals", "rereferrals"))
    assert come == pytest.approx(to_assess, rel=0.01), "all wait who are not closed at the door"
    assert "work_limited" not in {n.subject for n in usual.warnings}
    assert {"strain_beyond_evidence", "work_limited"} <= {n.subject for n in run.warnings}


def test_without_social_workers_what_caseload_does_ends_at_the_limit_of_the_evidence():
    run, _ = extreme(extra_social_workers=-50_000)
    assert run["strain"].iloc[-1] == pytest.approx(VALUE["strain_most"], rel=1e-9)
    slow = VALUE["strain_most"] ** VALUE["assessment_elasticity"]
    assert run["assessment_time_felt"].iloc[-1] == pytest.approx(VALUE["assessment_time"] * slow)


# Home and back


def test_without_returns_home_nobody_comes_back_once_those_at_home_have_settled():
    run, usual = extreme(2140, return_factor=0)
    assert in_year(run, "returns_home", "2020-21") == 0
    later = [in_year(run, "reentries", year) for year in ("2019-20", "2020-21", "2029-30")]
    assert later[0] > later[1] > later[2] > 0
    assert in_year(run, "reentries", "2138-39") < 1
    assert change(run, usual, "looked_after", LAST) > 15


def test_where_all_return_to_care_each_return_home_is_undone():
    run, usual = extreme(2140, high_risk_share=1, low_risk_reentry_rate=SOON)
    returned, back = in_year(run, "returns_home", "2138-39"), in_year(run, "reentries", "2138-39")
    assert back == pytest.approx(returned, rel=1e-3), f"{returned:.0f} home, {back:.0f} back"
    assert change(run, usual, "home_at_risk", "2138-39") < -90
    assert change(run, usual, "looked_after", "2138-39") > 15


def test_without_re_entry_those_at_high_risk_stay_home_and_care_shrinks():
    run, usual = extreme(high_risk_reentry_rate=0, low_risk_reentry_rate=0)
    assert in_year(run, "reentries", "2020-21") == 0
    assert change(run, usual, "looked_after", LAST) < -5
    starts = in_year(usual, "care_starts", "2020-21") - in_year(run, "care_starts", "2020-21")
    assert starts == pytest.approx(in_year(usual, "reentries", "2020-21"), rel=0.05)


# Homes and placements


def test_without_foster_carers_all_but_relatives_children_live_in_homes_dearer_till_more_open():
    run, usual = extreme(foster_application_share=0, foster_loss_rate=4)
    assert in_year(run, "foster_carers", LAST) < 1e-6
    relatives = in_year(run, "kinship_foster_children", LAST)
    assert in_year(run, "foster_children", LAST) == pytest.approx(relatives, rel=1e-6)
    assert change(run, usual, "residential_children", LAST) > 300
    missing, new = "homes_shortage", "residential_price_new"
    assert in_year(run, missing, "2020-21") > 0.7
    assert in_year(run, missing, LAST) < 0.01
    before = VALUE["cost_per_residential_year"] * in_year(run, "residential_index", "2021-22")
    price = before * (1 + VALUE["price_sensitivity"] * in_year(run, missing, "2021-22"))
    assert in_year(run, new, "2021-22") == pytest.approx(price, rel=0.02)
    assert price > 1.2 * in_year(usual, new, "2021-22"), f"£{price:,.0f} a year"
    assert change(run, usual, new, LAST) == pytest.approx(0, abs=0.1)
    assert change(run, usual, "looked_after", LAST) == pytest.approx(0, abs=1e-9), (
        "where a child lives changes what it costs, not whether it is in care"
    )


def test_with_foster_homes_for_all_there_is_no_shortage_and_the_price_goes_by_its_trend():
    run, _ = extreme(extra_foster_approvals=5_000)
    assert in_year(run, "shortage", LAST) == pytest.approx(0, abs=1e-9)
    price = VALUE["cost_per_residential_year"] * in_year(run, "residential_index", LAST)
    assert in_year(run, "residential_price_new", LAST) == pytest.approx(price, rel=0.02)


# Programmes for all, with effects of a half to all


def test_with_all_parents_helped_fully_repeat_proceedings_stop():
    run, usual = extreme(parent_help_share=1, parent_help_effect=1)
    kept = in_year(run, "repeats_kept_0_9", LAST)
    assert kept == pytest.approx(1 - VALUE["mothers_return_share"], rel=1e-3)
    for age in AGES[1:]:
        assert in_year(run, f"repeats_kept_{age}", LAST) == 1, "help acts on the next child only"
    assert change(run, usual, "care_entries_from_plans_0_9", LAST) == pytest.approx(-24, abs=1.2)


def test_with_all_guardians_supported_fully_nobody_comes_back_from_one():
    run, _ = extreme(kinship_support_share=1, kinship_support_effect=1)
    assert by_age(run, "guardian_breakdowns")[-1, 0] == 0


def test_where_every_enquiry_finds_a_plan_shares_are_cut_off_and_it_is_said():
    every = {
        "child_protection_conference_share": 1,
        "child_protection_conference_capacity": 1e12,
        "child_protection_plan_share_start": 1,
        "child_protection_plan_end": 1,
    }
    run, usual = extreme(**every, investigation_factor=0.5)
    found = (
        in_year(run, "protection_plan_starts", LAST)
        + by_age(run, "care_entries_from_investigation")[-1, 0]
    )
    enquiries = in_year(run, "section_47_enquiries", LAST)
    assert found == pytest.approx(enquiries, rel=0.02), f"{found:.0f} of {enquiries:.0f}"
    assert "enquiries_cut_off" in {notice.subject for notice in run.warnings}
    assert change(run, usual, "protection_plan_starts", LAST) > 10


def test_ten_times_the_children_and_workers_give_ten_times_the_referrals():
    """In the long run: at first the cases that come back are those of before."""
    many = {"child_population": 10 * 11_557_700, "social_worker_posts": 10 * 36_683.8}
    run, usual = extreme(2140, **many)
    ratio = in_year(run, "referrals", "2138-39") / in_year(usual, "referrals", "2138-39")
    assert ratio == pytest.approx(10, rel=0.01), f"{ratio:.2f}"
