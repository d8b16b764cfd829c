"""The way from the door to the plan: more of a pressure never gives less of what it presses on."""

import numpy as np
import pytest
from england_cases import BEGINS, LEVERS, VALUE, change, in_year, projected, under, with_numbers

PRESSED = ("looked_after", "protection_plans", "section_47_enquiries")
UNTIL = "2050-03-31"
FALL = 1e-4  # of the step before, 0.01 %
FIRST, LATER = "2027-28", "2034-35"
TOGETHER = {
    "investigation": ("investigation_after_referral", "investigation_from_support"),
    "section_47_enquiries": ("child_protection_conferences", "enquiries_without_conference"),
    "enquiries_ended": ("referral_enquiries_ended", "support_enquiries_ended"),
    "protection_plans": tuple(f"protection_plans_aged_{a}" for a in ("0_9", "10_15", "16_17")),
}


def steps(*changes_of_each, name):
    """Return by what share a quantity rises from one run to the next, at every year."""
    levels = np.array([under(*changes, until=UNTIL)[name] for changes in changes_of_each])
    return levels[1:] / levels[:-1] - 1


def told(rises, levels):
    step, year = np.unravel_index(rises.argmin(), rises.shape)
    return f"falls by {-rises.min():.3%} at {levels[step + 1]:g}, {year} years after the start"


# Pressures


@pytest.mark.parametrize("first", ["2009-04-01", "2021-04-01"])
@pytest.mark.parametrize("name", PRESSED)
def test_more_investigation_never_gives_less(name, first):
    factors = np.linspace(*LEVERS["investigation_factor"].bounds, 13)
    pulled = [(("investigation_factor", "set", f, first),) for f in factors]
    rises = steps(*pulled, name=name)
    assert rises.min() > -FALL, told(rises, factors)
    assert rises[:, -1].min() > 0.001, "the lever hardly moves it"


SHOCKS = np.concatenate([np.linspace(0, 1, 5), np.arange(2, 11)])  # a year, each year to 2050
# Most by which further shocks lower it, in %, from its highest, where no posts are added
FEWER = {
    "looked_after": (4.2, 0.3),
    "protection_plans": (0.45, 0.1),
    "section_47_enquiries": (0, 0.01),
}


def shocked(posts):
    """Return the changes of each number of shocks, with posts in proportion to them."""
    return [
        (
            ("shocks", "set", s, "2021-04-01"),
            ("extra_social_workers", "set", posts * s / 10, "2021-04-01"),
        )
        for s in SHOCKS
    ]


@pytest.mark.parametrize("name", PRESSED)
def test_more_shocks_never_give_less_where_posts_are_raised_with_the_work(name):
    rises = steps(*shocked(LEVERS["extra_social_workers"].bounds[1]), name=name)
    assert rises.min() > -FALL, told(rises, SHOCKS)
    assert rises[:, -1].min() > 0, "the shocks hardly move it"


@pytest.mark.parametrize("name", PRESSED)
def test_without_further_posts_more_shocks_give_less_only_where_workers_cannot_complete_all(name):
    """More who are referred leave less for enquiries, as both share what workers complete.

    From two shocks a year on, children wait by 2040, millions of them by 2050.
    """
    rises = steps(*shocked(0), name=name)
    done = np.array([under(*c, until=UNTIL)["work_done_share"] for c in shocked(0)])
    limited = (done[1:] < 1)[:, -rises.shape[1] :]  # of flows, whole years
    assert rises[~limited].min() > -FALL, "it falls where workers complete all"
    assert set(SHOCKS[1:][limited.any(axis=1)]) == {*range(2, 11)}
    levels = np.array([under(*c, until=UNTIL)[name] for c in shocked(0)])
    fall = 100 * (1 - levels / np.maximum.accumulate(levels, axis=0)).max()
    size, within = FEWER[name]
    assert fall == pytest.approx(size, abs=within), f"{fall:.2f} % below its highest"


def test_conferences_and_plans_rise_with_enquiries_and_less_than_in_proportion():
    before = projected()
    for factor in (1.25, 1.5, 2):
        run = under(("investigation_factor", "set", factor, BEGINS))
        enquiries, conferences, plans = (
            change(run, before, name, LATER)
            for name in (
                "section_47_enquiries",
                "child_protection_conferences",
                "protection_plan_starts",
            )
        )
        assert 0 < conferences < 0.8 * enquiries, f"{conferences:.1f} and {enquiries:.1f} %"
        assert plans == pytest.approx(conferences, rel=1e-9), "plans follow conferences"


def test_the_limit_of_conferences_is_that_of_their_number():
    run = projected()
    ended = run["enquiries_ended"]
    sought = ended * VALUE["child_protection_conference_share"]
    held = sought / (1 + sought / VALUE["child_protection_conference_capacity"])
    np.testing.assert_allclose(run["child_protection_conferences"], held, rtol=1e-3)


# Enquiries by origin


def test_a_supported_child_whose_enquiry_finds_nothing_goes_back_to_support():
    """Where no enquiry finds anything, more of them take nobody out of support."""
    nothing = {"child_protection_conference_share": 0, "investigation_care_share": 0}
    few, many = (with_numbers(2040, escalation_rate=rate, **nothing) for rate in (0.1, 0.6))
    both = [
        run.values("support")[:, 0] + run.values("investigation_from_support")[:, 0]
        for run in (few, many)
    ]
    assert many.values("escalations")[-1, 0] > 4 * few.values("escalations")[-1, 0]
    assert (both[1] >= both[0] * (1 - 1e-9)).all()
    # support stops nowhere while an enquiry lasts, so that those under one stay a little longer
    assert (both[1] < 1.15 * both[0]).all()


def test_no_case_closes_as_an_enquiry_during_support_ends():
    run = with_numbers(2040, investigated_share=0)
    assert in_year(run, "support_enquiries_ended", LATER) > 10_000
    assert in_year(run, "referral_enquiries_closed", LATER) < 1e-6
    back = in_year(run, "support_resumed", LATER)
    assert back > 0.4 * in_year(run, "support_enquiries_ended", LATER)


def test_more_investigation_takes_a_part_of_support_and_not_half_of_it():
    twice = under(("investigation_factor", "set", 2, BEGINS))
    assert -25 < change(twice, projected(), "support", LATER) < 0


@pytest.mark.parametrize("whole", TOGETHER)
def test_parts_add_up_to_what_is_published(whole):
    run = under(until=UNTIL)
    parts = sum(run[part] for part in TOGETHER[whole])
    np.testing.assert_allclose(parts, run[whole], rtol=1e-12)


# The door


def test_more_closed_at_the_door_are_fewer_in_need_at_once_and_more_referred_again():
    """Most come back within the second year; later fewer open cases close, and fewer of those."""
    base, closed = projected("current_policy_2026"), projected("more_closed_at_the_door")
    in_need = [change(closed, base, "children_in_need", year) for year in (FIRST, LATER)]
    assert -10 < in_need[0] < -0.5, f"{in_need[0]:+.2f} % in the first year"
    again = [change(closed, base, "rereferrals", year) for year in (FIRST, "2028-29", LATER)]
    assert min(again) > 0.5, f"{again}"
    assert 1.5 < again[1] == max(again) < 3, f"{again}"
    twice = in_year(closed, "closed_at_door_share", LATER)
    assert twice == pytest.approx(2 * in_year(base, "closed_at_door_share", LATER), rel=1e-9)


def test_with_all_closed_at_the_door_nobody_is_assessed():
    run = with_numbers(2040, closed_at_door_share_start=1, closed_at_door_end=1)
    assert in_year(run, "assessed", LATER) < 1e-6
    closed, referred = (
        in_year(run, name, LATER) for name in ("referrals_closed_at_door", "referrals")
    )
    assert closed == pytest.approx(referred, rel=1e-9)


# Plans


def test_repeat_plans_take_the_places_of_first_ones():
    few, many = (under(former_plans_0=VALUE["former_plans_0"], repeat_odds_start=odds)
                 for odds in (0.1, 0.2))  # fmt: skip
    for name in ("protection_plan_starts", "protection_plans", "looked_after"):
        np.testing.assert_allclose(many[name], few[name], rtol=1e-12, err_msg=name)
    assert (many["repeat_plans"] > 1.3 * few["repeat_plans"]).all()


def test_shares_of_repeats_are_those_of_their_wholes():
    run = projected()
    for share, part, whole in (
        ("rereferral_share", "rereferrals", "referrals"),
        ("repeat_plan_share", "repeat_plans", "protection_plan_starts"),
    ):
        # the shares are those of 31 March, the others those of the whole year
        np.testing.assert_allclose(run[share][1:], run[part] / run[whole], rtol=0.05)


def test_plans_at_16_and_over_tripled_as_those_of_children_under_ten_hardly_rose():
    grown = {
        age: in_year(projected(), f"protection_plans_aged_{age}", "2019-20")
        / in_year(projected(), f"protection_plans_aged_{age}", "2009-10")
        for age in ("0_9", "10_15", "16_17")
    }
    assert grown["16_17"] == pytest.approx(2420 / 780, rel=0.15)
    assert grown["10_15"] == pytest.approx(1.58, rel=0.1)
    assert grown["0_9"] == pytest.approx(33_310 / 28_320, rel=0.1)
