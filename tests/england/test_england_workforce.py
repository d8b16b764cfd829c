"""Workers: what they can complete, what their posts cost, and what caseload and turnover do."""

import datetime as dt

import numpy as np
import pytest
from england_cases import (
    BEGINS,
    ENGLAND,
    PARAMETERS,
    VALUE,
    change,
    in_year,
    projected,
    under,
    with_numbers,
)

import caresim as cs
from caresim.language.dates import start_of

LATER = "2034-35"
POSTS = PARAMETERS["social_worker_posts"].value.values[-1]
EXTRA = "extra_social_workers"


def to(posts, day=BEGINS):
    """Return the change to so many posts, as so many more than those of record."""
    return (EXTRA, "set", float(posts) - POSTS, day)


def series(run, name):
    return run.values(name)[:, 0]


# What workers can complete

ALONE = {  # only new referrals come, as many in each year, and none leads to an enquiry
    "child_population": 12e6, "early_help_on": 0, "alarm_referral_effect": 0,
    "rereferral_rate_start": 0, "investigated_share": 0, "escalation_rate": 0,
    "poverty_change": 0, "agency_cover": 1, "trust_on": 0,
}  # fmt: skip


def to_assess(run, year):
    """Return the children of a year who are referred and not closed at the door."""
    return sum(in_year(run, f"{kind}_assessed", year) for kind in ("new_referrals", "rereferrals"))


def test_children_beyond_what_workers_complete_wait_and_their_number_grows_by_the_difference():
    """Constant inflow R and n workers who complete m each: the queue grows by R − n·m a year."""
    run = with_numbers(2035, work_most=10, **ALONE)
    completed = POSTS * VALUE["direct_work_share"] * 10
    come = to_assess(run, LATER)
    assert come > 1.5 * completed
    assert come == pytest.approx(to_assess(run, "2029-30"), rel=1e-9), "not constant"
    queue = run["assessment"]
    grown = queue.loc["2035-03-31"] - queue.loc["2034-03-31"]
    assert grown == pytest.approx(come - completed, rel=1e-6)
    assert in_year(run, "assessed", LATER) == pytest.approx(completed, rel=1e-6)


def test_with_workers_enough_everyone_referred_is_assessed():
    run = with_numbers(2035, work_most=60, **ALONE)
    come, done = to_assess(run, LATER), in_year(run, "assessed", LATER)
    assert done == pytest.approx(come, rel=1e-3)
    assert series(run, "work_done_share").min() == 1


def test_assessments_and_enquiries_share_what_workers_complete_as_they_are_due():
    run = with_numbers(2030, work_most=20)
    done = series(run, "work_done_share")[-3:]
    assert (done < 1).all()
    # for the mean of a year, in which both move little
    both = in_year(run, "assessed", "2028-29") + in_year(run, "enquiries_ended", "2028-29")
    assert both == pytest.approx(in_year(run, "work_capacity", "2028-29"), rel=1e-9)


def test_the_past_and_current_policy_do_not_feel_the_limit():
    run = under(every="quarter")
    assert (series(run, "work_done_share") == 1).all()
    room = (run["work_capacity"] / run["work_due"]).min()
    assert room > 1.5, f"workers could complete {room:.2f} times what is due"
    assert "work_limited" not in {notice.subject for notice in run.warnings}


@pytest.mark.parametrize("none", [to(0), (EXTRA, "set", -50_000, BEGINS)])
def test_without_posts_enquiries_fall_by_nine_tenths_within_two_years(none):
    run, usual = under(none, every="quarter"), under(every="quarter")
    for name in ("enquiries_ended", "assessed"):
        left = run[name].loc["2029-03-31"] / usual[name].loc["2029-03-31"]
        assert left < 0.1, f"{name}: {left:.0%} is left"
    assert "work_limited" in {notice.subject for notice in run.warnings}
    lost = [name for name in run.outputs if not np.isfinite(run.values(name)).all()]
    assert not lost, f"no value at some time: {lost}"


# More posts, and fewer


def test_more_posts_lower_caseload_the_time_of_assessments_and_turnover_and_fewer_raise_them():
    usual = under()
    for posts, sign in ((1.2 * POSTS, -1), (0.8 * POSTS, 1)):
        run = under(to(posts))
        for name in ("caseload", "assessment_time_felt", "turnover_rate"):
            moved = sign * change(run, usual, name, LATER)
            assert moved > 1, f"{name} {sign * moved:+.1f} % at {posts:,.0f} posts"


@pytest.mark.parametrize(
    ("posts", "line"),
    [(0, "pay_saved"), (35_000, "pay_saved"), (45_000, "worker_spend")],
)
def test_posts_added_cost_and_posts_cut_save_and_neither_does_both(posts, line):
    run = under(to(posts))
    lines = {name: in_year(run, name, LATER) for name in ("pay_saved", "worker_spend")}
    assert lines.pop(line) > 1e8
    assert [*lines.values()] == [0]


def test_a_scenario_that_sets_the_posts_of_record_is_told_which_lever_to_take():
    with pytest.raises(cs.ScenarioError, match=f"not a lever.*'{EXTRA}'.*are given"):
        under(("social_worker_posts", "set", 30_000, BEGINS))


@pytest.mark.parametrize("posts", [36_000, 30_000, 20_000, 5_000, 0])
def test_a_cut_saves_in_its_first_year_no_more_than_those_cost_who_left(posts):
    run, usual = under(to(posts)), under()
    left = sum(in_year(run, name, "2027-28") for name in ("leavers", "redundancies"))
    left += in_year(usual, "agency_workers", "2026-27") - in_year(run, "agency_workers", "2027-28")
    cost = VALUE["cost_per_social_worker"] * in_year(run, "work_price", "2027-28")
    saved = in_year(run, "pay_saved", "2027-28")
    assert 0 < saved <= left * cost, f"£{saved / 1e6:,.0f}m of £{left * cost / 1e6:,.0f}m"


def test_a_cut_saves_in_the_end_what_the_posts_cost_in_which_somebody_worked():
    run = under(to(30_000))
    cost = VALUE["cost_per_social_worker"] * in_year(run, "work_price", LATER)
    worked = in_year(run, "posts_worked_share", LATER)
    assert 0.98 < worked < 1
    saved = in_year(run, "pay_saved", LATER)
    assert saved == pytest.approx((POSTS - 30_000) * worked * cost, rel=1e-3)
    before = [in_year(run, name, LATER) for name in ("work_cost", "pay_saved")]
    lines = ("referral_spend", "support_spend", "enquiry_spend", "plan_spend")
    spent = sum(in_year(run, name, LATER) for name in lines)
    assert spent == pytest.approx(before[0] - before[1], rel=1e-4), "the saving is in the lines"


def test_a_cut_that_saves_more_than_the_work_costs_is_said_and_ends_at_nothing():
    run = under(to(0))
    assert "pay_saved_beyond_work" in {notice.subject for notice in run.warnings}
    assert series(run, "safeguarding_spend").min() >= 0


def test_workers_beyond_a_lowered_number_of_posts_leave_as_the_redundancy_time_says():
    """By s' = −ts − (s − n)/τ, which closes in on n/(1 + tτ) at the rate t + 1/τ."""
    run = under(to(10_000, "2027-03-31"), every="quarter", workforce_on="off")
    staff, rate = run["social_workers"], in_year(run, "turnover_rate", LATER)
    pace = rate + 1 / VALUE["redundancy_time"]
    goal = 10_000 / VALUE["redundancy_time"] / pace
    start = staff.loc["2027-03-31"]
    assert start > 30_000
    expected = goal + (start - goal) * np.exp(-pace)
    assert staff.loc["2028-03-31"] == pytest.approx(expected, rel=1e-3)
    assert run["redundancies"].loc[:"2026-12-31"].max() == 0


# Switches freeze what they govern

SWITCHES = {
    "workforce_on": ("caseload_felt", ("turnover_rate", "assessment_time_felt")),
    "caseload_outcomes_on": (
        "caseload_outcomes",
        ("rereferrals_hurried", "unsafe_returns_hurried"),
    ),
}


@pytest.mark.parametrize("day", ["2011-07-01", "2018-04-01", "2027-10-01"])
@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_turned_at_any_date_freezes_caseload_at_the_value_of_that_day(switch, day):
    more = ("poverty_change", "set", 5, "2010-04-01")  # so that caseload moves
    state, acts = SWITCHES[switch]
    run = under(more, (switch, "set", "off", day), every="step")
    usual = under(more, every="step")
    on, off = series(usual, state), series(run, state)
    first = int(np.flatnonzero(on != off)[0])  # the day, or the end of the step in which it lies
    began = start_of(dt.date.fromisoformat(day))
    assert 0 < usual.clock.save_times[first] - began < 0.2, "not at the day"
    assert np.ptp(off[first:]) == 0, f"{state} moves on"
    low, high = sorted(on[first - 1 : first + 1])  # it stays where it was within the step
    assert low - 1e-3 <= off[first] <= high + 1e-3, f"{state} jumps"
    assert high - low < 0.05, "too much moves in one step to see a jump"
    assert np.ptp(on[first:]) > 0.1, "nothing would have moved"
    for name in acts:
        steps = np.abs(np.diff(series(run, name)[first - 1 : first + 2]))
        assert steps.max() < 0.01, f"{name} jumps"


# What caseload and turnover do to children


def test_the_centre_of_a_prior_with_a_point_at_zero_is_its_median_and_is_what_runs():
    for name in ("caseload_rereferral_elasticity", "caseload_return_elasticity"):
        entry = PARAMETERS[name]
        assert entry.prior.zero == pytest.approx(0.33)
        assert entry.value == pytest.approx(entry.prior.middle, abs=0.001)
    zeros = [n for n, e in PARAMETERS.items() if e.role == "estimated" and e.prior.zero]
    assert zeros == [], "a number that is estimated has no point at zero"


def test_a_higher_caseload_brings_more_back_by_its_elasticity():
    fewer = to(0.7 * POSTS, "2025-04-01")
    run, usual = under(fewer), under()
    more = in_year(run, "hurry", LATER) / in_year(usual, "hurry", LATER)
    assert more > 1.4
    for name, size in (
        ("rereferrals_hurried", "caseload_rereferral_elasticity"),
        ("unsafe_returns_hurried", "caseload_return_elasticity"),
    ):
        ratio = in_year(run, name, LATER) / in_year(usual, name, LATER)
        assert ratio == pytest.approx(more ** VALUE[size], rel=1e-4), name
    for name in ("referrals", "looked_after", "children_in_need"):
        assert change(run, usual, name, LATER) > 0, name


def test_below_the_caseload_at_which_it_was_seen_nothing_gets_better():
    run = under((EXTRA, "set", 50_000, "2025-04-01"))
    assert in_year(run, "caseload", LATER) < VALUE["caseload_seen_least"]
    least = VALUE["caseload_seen_least"] / VALUE["caseload_reference"]
    assert in_year(run, "hurry", LATER) == pytest.approx(least, rel=1e-12)


def test_ten_points_more_turnover_keep_a_fortieth_of_planned_exits_back():
    """Assessments and outcomes aside: −2.5 % for home, adoption and a guardian."""
    factor = ("turnover_factor", "set", 1 + 0.1 / VALUE["turnover_rate_usual"], "2025-04-01")
    off = {"workforce_on": "off", "caseload_outcomes_on": "off"}
    run, usual = under(factor, **off), under(**off)
    points = in_year(run, "turnover_rate", LATER) - in_year(usual, "turnover_rate", LATER)
    assert points == pytest.approx(0.1, abs=0.01)
    for name in ("early_return_rate_now_10_15", "late_return_rate_now",
                 "adoption_decision_rate_now", "order_rate_0_9"):  # fmt: skip
        moved = change(run, usual, name, LATER)
        assert moved == pytest.approx(-2.5 * points / 0.1, abs=0.05), f"{name} {moved:+.2f} %"
    assert change(run, usual, "looked_after", LATER) > 0


# The third who do not work directly with families


def test_more_direct_work_makes_nothing_worse_in_the_end_and_hardly_anything_before():
    """Assessed sooner, some children come into care sooner, once; fewer then come back at all."""
    run, usual = (projected(name) for name in ("more_direct_work", "current_policy_2026"))
    for name in ("caseload", "children_in_need", "referrals", "looked_after", "total_spend"):
        assert change(run, usual, name, LATER) < 0, name
        most = max(change(run, usual, name, f"{year}-{year - 1999}") for year in range(2027, 2034))
        assert most < 0.1, f"{name} rises by {most:.2f} % on the way"


def test_without_what_caseload_does_to_outcomes_more_direct_work_has_no_lasting_benefit():
    """The break-even: an elasticity of nothing leaves children sooner in care, and no fewer."""
    off = {"caseload_rereferral_elasticity": 0.0, "caseload_return_elasticity": 0.0,
           "turnover_exit_effect": 0.0}  # fmt: skip
    run, usual = (projected(name, **off) for name in ("more_direct_work", "current_policy_2026"))
    assert 0 < change(run, usual, "looked_after", LATER) < 0.25


# Posts for a caseload


@pytest.mark.parametrize("wanted", [12, 15, 20])
def test_with_the_posts_needed_caseload_is_what_is_wanted(wanted):
    needed = in_year(under(caseload_wanted=wanted), "posts_needed", LATER)
    run = under(to(needed, "2025-04-01"))
    assert in_year(run, "caseload", LATER) == pytest.approx(wanted, rel=0.05)
    again = with_numbers(2035, caseload_wanted=wanted, social_worker_posts=needed)
    of_itself = in_year(again, "posts_needed", LATER)
    found = in_year(again, "caseload", LATER) * needed / of_itself
    assert found == pytest.approx(wanted, rel=0.01), f"{found:.2f} cases"


def test_a_lower_caseload_wanted_takes_more_posts_and_acts_on_nothing_else():
    run = under(("caseload_wanted", "set", 15, BEGINS))
    more = change(run, under(), "posts_needed", LATER)
    assert more == pytest.approx(100 * (16.9 / 15 - 1), abs=1)
    moved = [n for n in ENGLAND.published_names()
             if n != "posts_needed" and abs(change(run, under(), n, LATER)) > 0]  # fmt: skip
    assert moved == []
