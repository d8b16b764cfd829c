"""Foster carers: from enquiries to households, the places that they offer, and what keeps them."""

from itertools import pairwise

import pytest
from england_cases import BEGINS, ENGLAND, FEWER_FIT, VALUE, in_year, projected, under

import caresim as cs

LATER = "2034-35"


def approvals(enquiries):
    run = under(("foster_application_factor", "set", enquiries, BEGINS))
    return in_year(run, "foster_approvals", "2029-30")


def carers_more(*changes):
    """Return by how many households there are more in March 2035, with all that is changed."""
    later = [cs.Change(*c, BEGINS) for c in changes]
    run = cs.run(ENGLAND, cs.Scenario("A test", changes=later), outputs=["foster_carers"])
    return run["foster_carers"].iloc[-1] - projected()["foster_carers"].iloc[-1]


# Recruitment


def test_further_enquiries_bring_fewer_carers_than_present_ones_and_ever_fewer():
    brought = [approvals(x) for x in (1, 1.2, 1.4, 1.6)]
    steps = [later - before for before, later in pairwise(brought)]
    assert steps[0] > steps[1] > steps[2] > 0, steps
    assert steps[0] < 0.3 * 0.2 * brought[0], "three tenths of the average at most"


def test_enquiries_of_28_per_cent_more_bring_about_as_few_approvals_as_at_agencies():
    more = 100 * (approvals(1.28) / approvals(1) - 1)
    assert -5 < more < 10, f"{more:.1f} % more approvals; agencies had 1 %"


def test_what_is_printed_of_enquiries_and_of_same_year_approvals_is_found_by_one_call():
    """A quarter of applications are approved in their year, half of all who are approved in it."""
    run = cs.run(ENGLAND, outputs=["foster_enquiries", "foster_approved_within_year"])
    year = "2018-19"
    # an eighth fewer, as no shortage adds to those that come by themselves
    assert in_year(run, "foster_enquiries", year) == pytest.approx(127_850, rel=0.14)
    assert in_year(run, "foster_approved_within_year", year) == pytest.approx(2_415, rel=0.15)
    both = in_year(projected(), "foster_approvals", year)
    assert 0.4 < in_year(run, "foster_approved_within_year", year) / both < 0.65


# Loss


def test_without_a_policy_foster_carers_stay_within_three_per_cent_of_2020():
    carers = projected()["foster_carers"]
    part = carers.loc["2020-03-31":"2030-03-31"] / carers.loc["2020-03-31"]
    assert part.between(0.97, 1.03).all(), part.to_string()


def test_relatives_stop_three_times_as_soon_as_other_carers():
    run, year = projected(), "2018-19"
    lost = [in_year(run, name, year) for name in ("kinship_carer_losses", "foster_losses")]
    households = [run[name].loc["2019-03-31"] for name in ("kinship_carers", "foster_carers")]
    relatives, others = (part / whole for part, whole in zip(lost, households, strict=True))
    assert 2.5 < relatives / others < 4


def test_support_keeps_carers_as_far_as_it_is_paid_for():
    share = ("carer_support_share", "set", 0.5)
    paid = VALUE["carer_support_dose"]
    full = carers_more(share)
    nothing, half, double = (
        carers_more(share, ("cost_per_carer_supported_year", "set", amount))
        for amount in (0, paid / 2, 2 * paid)
    )
    assert nothing == pytest.approx(0, abs=1e-6)
    assert 0.4 * full < half < 0.6 * full
    assert double == pytest.approx(full, rel=1e-9)


# Places


def test_a_place_is_filled_vacant_or_not_to_be_had():
    run = projected()
    by_others = run["foster_children"] - run["kinship_foster_children"]
    parts = by_others + run["foster_places_vacant"] + run["foster_places_not_available"]
    places = run["foster_carers_approved_for"]
    assert (parts - places).abs().max() < 1e-6
    shares = [
        float(part.loc["2019-03-31"] / run["foster_places_approved"].loc["2019-03-31"])
        for part in (
            run["foster_children"], run["foster_places_vacant"], run["foster_places_not_available"]
        )
    ]  # fmt: skip
    assert shares == pytest.approx([0.62, 0.18, 0.18], abs=0.03)


def test_places_stand_vacant_while_children_have_no_foster_home():
    """Where fewer of the vacant places fit a child than in the single run."""
    run = projected(**FEWER_FIT)
    assert run["shortage"].loc["2019-03-31"] > 300
    assert run["foster_places_vacant"].loc["2019-03-31"] > 10_000


def test_higher_pay_brings_places_over_one_to_two_years():
    run = under(("foster_allowance_rise", "set", 0.1, BEGINS))
    more = (run["foster_pay_places"] - 1) / (1.1 ** VALUE["foster_pay_elasticity"] - 1)
    assert more.loc["2027-03-31"] == 0
    assert 0.4 < more.loc["2028-03-31"] < 0.6
    assert more.loc["2030-03-31"] > 0.8
