"""Effects of levers: their size, their lag, and what they cost."""

import numpy as np
import pandas as pd
import pytest
from england_cases import AGES, BEGINS, VALUE, by_age, change, in_year, projected, under
from england_policies import BILLION, LATER, with_policy

# Sizes


def test_a_conference_for_all_keeps_out_of_care_as_many_as_in_the_trial():
    """Randomised in 21 areas: 36.2 % against 44.8 % in care a year later, 19.2 % fewer.

    Of those who have none today: the quarter who have one are in the figures already. Trust aside,
    which moves with enquiries that end without a plan, by 2e-8 in that quarter.
    """
    assert pytest.approx(19.2, abs=0.05) == 100 * (1 - 36.2 / 44.8)
    run = under(("conference_share", "set", 1, BEGINS), every="quarter", trust_on="off")
    base = under(every="quarter", trust_on="off")
    quarter = (2027 - 2009) * 4  # the first one that the lever is on
    ratio = (
        by_age(run, "plan_to_care")[quarter + 1, 0] / by_age(base, "plan_to_care")[quarter + 1, 0]
    )
    left = (1 - 0.192) / (1 - VALUE["conference_present_share"] * 0.192)
    assert left == pytest.approx(0.849, abs=0.001)
    assert ratio == pytest.approx(left, rel=1e-9), f"{1 - ratio:.1%} fewer"
    entries = [by_age(r, "care_entries_from_plans")[quarter, 0] for r in (run, base)]
    assert entries[0] / entries[1] == pytest.approx(left, abs=0.002)


def test_half_the_conferences_keep_half_as_many():
    half = under(("conference_share", "set", 0.5, BEGINS))
    kept = half["conferences_kept"].iloc[-1]
    effect, present = VALUE["conference_effect"], VALUE["conference_present_share"]
    assert kept == pytest.approx(1 - effect / 2 / (1 - present * effect))


def test_support_for_all_who_return_takes_its_share_off_high_risk():
    run = with_policy("return support")
    ratio = run["to_high_risk"].iloc[-1] / projected()["to_high_risk"].iloc[-1]
    # caseload, which acts on it too, is lower by a trifle where fewer come back
    assert ratio == pytest.approx(1 - VALUE["return_support_effect"], rel=1e-3)


def test_support_for_all_guardians_brings_more_orders_and_fewer_breakdowns():
    run = with_policy("kinship support")
    rates = [r["guardianship_rate"].iloc[-1] for r in (run, projected())]
    assert rates[0] / rates[1] == pytest.approx(1 + VALUE["kinship_support_uptake"])
    rates = [r["breakdown_rate_now"].iloc[-1] for r in (run, projected())]
    assert rates[0] / rates[1] == pytest.approx(1 - VALUE["kinship_support_effect"])


def test_five_points_more_poverty_raise_entries_under_16_beyond_referrals_and_none_above():
    run, base = with_policy("more poverty"), projected()
    for age in AGES:
        found = run[f"poverty_effect_{age}"].iloc[-1] / base[f"poverty_effect_{age}"].iloc[-1]
        assert found == pytest.approx(1 + 5 * VALUE[f"poverty_entry_effect_{age}"]), age
    assert VALUE["poverty_entry_effect_16_17"] == 0


def test_each_further_pound_of_early_help_does_less():
    runs = [under(("early_help_budget", "add", n * BILLION, BEGINS)) for n in (1, 2, 3)]
    fewer = [-change(run, projected(), "referrals", LATER) for run in runs]
    first, second, third = np.diff([0, *fewer])
    assert first > second > third > 0, f"% fewer referrals with each billion in all: {fewer}"


def test_a_threshold_moves_enquiries_more_than_plans_either_way():
    for factor, sign in ((0.8, -1), (1.25, 1)):
        run = under(("investigation_factor", "set", factor, BEGINS))
        enquiries, plans = (
            sign * change(run, projected(), name, "2028-29")
            for name in ("section_47_enquiries", "protection_plan_starts")
        )
        assert enquiries > 1.4 * plans > 0, f"at {factor}: {enquiries:.1f} and {plans:.1f} %"


# Lags: which part of the effect of 2034-35 is there when


def reached(name, output, years):
    """Return the effect on a level some years after the start, as a part of that in March 2035."""
    effect = with_policy(name, every="quarter")[output] - under(every="quarter")[output]
    return effect.loc[pd.Timestamp(f"{2027 + years}-03-31")] / effect.iloc[-1]


LAGS = [
    # years after the start, and between which parts of its later effect a lever is then
    ("more family support", "family_support_level", 1, 0.5, 0.75),
    ("more for young people", "young_people_level", 1, 0.45, 0.7),
    ("more for under-fives", "under_fives_level", 1, 0, 0.25),
    ("more for under-fives", "under_fives_level", 3, 0.5, 0.85),
    ("more for under-fives", "under_fives_past", 5, 0, 0.4),
    ("early help", "looked_after", 2, 0.15, 0.4),
    ("help for parents", "parents_helped", 2, 0.55, 0.75),
    ("conferences", "conferences_kept", 1, 1, 1),
    ("return support", "to_high_risk", 1, 1.002, 1.004),  # and less as caseload falls later
    ("higher threshold", "threshold", 1, 1, 1.2),
    ("more social workers", "social_workers", 1, 0.4, 0.7),
    ("more social workers", "social_workers", 4, 0.95, 1.01),
    ("direct work", "caseload", 1, 0.95, 1.05),
    ("foster recruitment", "foster_carers", 1, 0, 0.3),
    ("more poverty", "poverty_effect_0_9", 1, 1, 1),
    ("dearer homes", "residential_price", 1, 0, 0.1),
    ("cheaper homes", "residential_price", 1, 0.35, 0.55),
    ("cheaper homes", "residential_price", 4, 0.7, 0.95),
    ("a shock", "alarm", 1, 1, 20),
]


@pytest.mark.parametrize(("name", "output", "years", "low", "high"), LAGS)
def test_a_lever_acts_after_the_lag_that_it_states(name, output, years, low, high):
    part = reached(name, output, years)
    assert low - 1e-9 <= part <= high + 1e-9, f"{part:.0%} of its effect after {years} years"


# Costs, in the year 2034-35


def programme(name, line):
    run = with_policy(name)
    spent = in_year(run, line, LATER)
    assert spent == pytest.approx(in_year(run, "programme_spend", LATER)), "and nothing else"
    return run, spent


def test_return_support_costs_a_package_for_each_child_who_returns():
    run, spent = programme("return support", "return_support_spend")
    expected = in_year(run, "returns_home", LATER) * VALUE["cost_per_return_package"]
    assert spent == pytest.approx(expected, rel=1e-6), f"£{spent / 1e6:.1f}m"


def test_kinship_support_costs_a_year_of_it_for_each_child_with_a_guardian():
    run, spent = programme("kinship support", "kinship_support_spend")
    guardians = run["guardians"].iloc[-2:].mean()
    expected = guardians * VALUE["cost_per_kinship_support_year"]
    assert spent == pytest.approx(expected, rel=0.01), f"£{spent / 1e6:.1f}m"


def test_conferences_cost_one_for_each_family_that_is_offered_one():
    """44.8 % of those offered one would be in care a year later without it, as in the trial."""
    run, spent = programme("conferences", "conference_spend")
    offered = spent / VALUE["cost_per_conference"]
    assert offered == pytest.approx(in_year(run, "further_conferences", LATER), rel=1e-9)
    entries = by_age(run, "care_entries_from_plans")[-1, 0] / (1 - VALUE["conference_effect"])
    families = (1 - VALUE["conference_present_share"]) * entries / 0.448
    assert VALUE["pre_proceedings_care_share"] == 0.448
    assert offered == pytest.approx(families, rel=1e-3), f"{offered:,.0f} conferences"


def test_help_for_parents_costs_it_for_each_young_child_taken_into_care():
    run, spent = programme("help for parents", "parent_help_spend")
    children = sum(
        in_year(run, f"care_entries_from_{route}_0_9", LATER)
        for route in ("plans", "investigation")
    )
    expected = children * VALUE["cost_per_parent_helped"]
    assert spent == pytest.approx(expected, rel=1e-6), f"£{spent / 1e6:.1f}m"


def test_foster_recruitment_costs_the_applications_that_its_enquiries_would_bring_at_present():
    _, spent = programme("foster recruitment", "foster_recruitment_spend")
    sought = 0.5 * VALUE["foster_enquiries_start"] * VALUE["foster_application_share"]
    assert spent == pytest.approx(sought * VALUE["cost_per_foster_application"], rel=1e-9)


def test_carers_in_numbers_cost_each_of_them_once():
    _, spent = programme("carers in numbers", "foster_approval_spend")
    assert spent == pytest.approx(3000 * VALUE["cost_per_extra_foster_approval"], rel=1e-9)


def test_support_of_carers_costs_a_year_of_it_for_each_household():
    run, spent = programme("carers supported", "carer_support_spend")
    carers = run["foster_carers"].iloc[-2:].mean()
    expected = carers * VALUE["cost_per_carer_supported_year"]
    assert spent == pytest.approx(expected, rel=0.01), f"£{spent / 1e6:.1f}m"


def test_higher_pay_costs_its_share_of_what_foster_care_costs():
    run, spent = programme("carers paid more", "foster_pay_spend")
    paid = in_year(run, "foster_spend", LATER) * VALUE["foster_pay_share"]
    assert spent == pytest.approx(0.2 * paid, rel=1e-6), f"£{spent / 1e6:.1f}m"


def test_room_for_more_costs_a_year_for_each_place_that_is_added():
    run, spent = programme("room for more in foster homes", "foster_room_spend")
    added = run["foster_offered"].iloc[-2:].mean() * (1 - 1 / 1.1)
    expected = added * VALUE["cost_per_foster_place_added_year"]
    assert spent == pytest.approx(expected, rel=0.01), f"£{spent / 1e6:.1f}m"


def test_more_social_workers_cost_those_who_work_whether_from_an_agency_or_not():
    run, spent = programme("more social workers", "worker_spend")
    found = 5000 * in_year(run, "posts_worked_share", LATER)
    assert 4900 < found < 5000
    expected = found * VALUE["cost_per_social_worker"] * in_year(run, "work_price", LATER)
    assert spent == pytest.approx(expected, rel=1e-3), f"£{spent / 1e6:.1f}m"


def test_early_help_costs_what_is_added_to_its_budget():
    more = in_year(with_policy("early help"), "early_help_spend", LATER)
    assert more - in_year(projected(), "early_help_spend", LATER) == pytest.approx(0.5 * BILLION)
