"""Family group conferences: the trial's days in care, entries only put off, and who has one now."""

import numpy as np
import pytest
from england_cases import AGES, BEGINS, ENGLAND, VALUE, by_age, in_year, projected, under

import caresim as cs

LATER = "2034-35"
ALL = ("conference_share", "set", 1, BEGINS)
QUARTER = ("conference_share", "set", 1, "2018-01-01", 0, "2018-03-31")
PLAN = "conferences_everywhere"
POOL = tuple(f"put_off_{age}" for age in AGES)


def per_conference(**values):
    """Return the children fewer in care after a year, in points, and days saved in 21 months.

    For each conference of one quarter, that every family without one has; after its middle.
    """
    run, base = (
        under(*changes, until="2020-03-31", every="step", **values) for changes in ([QUARTER], [])
    )
    held = float(run.values("further_conferences").sum())
    fewer = base["looked_after"] - run["looked_after"]
    times = np.array(run.clock.save_times)
    day = 2018 + 1.5 / 12
    year_on = np.interp(day + 1, times, fewer)
    until = np.linspace(2018, day + 1.75, 1000)
    days = np.trapezoid(np.interp(until, times, fewer), until) * 365.25
    assert held > 3000, "conferences of a quarter"
    return 100 * year_on / held, days / held


def test_a_conference_saves_as_many_days_in_care_as_in_the_trial():
    """115 against 87 days over 12 to 21 months: 28 fewer."""
    _, days = per_conference()
    assert days == pytest.approx(28, abs=3), f"{days:.1f} days a conference"


@pytest.mark.parametrize(("share", "expected"), [(0.0, 40), (0.5, 27), (1.0, 14)])
def test_the_more_is_only_put_off_the_fewer_days_a_conference_saves(share, expected):
    _, days = per_conference(put_off_share=share)
    assert days == pytest.approx(expected, abs=1.5), f"{days:.1f} days a conference"


def test_fewer_are_missing_a_year_later_than_in_the_trial_as_entry_comes_at_once_here():
    points, _ = per_conference()
    assert 3 < points < 8.6, f"{points:.2f} points of the trial's 8.6"


def test_over_the_years_as_many_come_after_all_as_were_put_off_but_for_those_who_turn_18():
    run = under(QUARTER, until="2035-03-31")
    off = by_age(run, "entries_put_off").sum()
    came = run.values("came_after_all").sum()
    assert off > 100
    out = run.values("put_off_grown_older_16_17").sum()
    assert came + out == pytest.approx(off, rel=1e-4)
    assert came > 0.9 * off, "hardly anybody turns 18 first"
    left = by_age(run, "put_off")[-1, 0]
    assert left < 1e-3 * off


def test_after_twice_the_time_86_in_100_have_come():
    """1 − e⁻²: of children whose entry was put off by a pulse, at 0–9."""
    run = under(QUARTER, until="2025-03-31", every="step", home_ageing_rate_0_9=0.03)
    times, pool = np.array(run.clock.save_times), run["put_off_0_9"].to_numpy()
    start = int(np.searchsorted(times, 2018.25))
    ratio = np.interp(2020.25, times, pool) / pool[start]
    assert ratio == pytest.approx(np.exp(-2 * (1 / VALUE["put_off_time"] + 0.03)), rel=0.01)
    assert VALUE["put_off_time"] == 1


def test_what_is_put_off_is_its_share_of_what_conferences_avert_at_each_age():
    run, base = under(ALL), projected()
    for age in AGES:
        kept = run[f"plan_to_care_{age}"].iloc[-1] / run[f"plan_to_care_unhelped_{age}"].iloc[-1]
        off = in_year(run, f"entries_put_off_{age}", LATER)
        entered = in_year(run, f"care_entries_from_plans_{age}", LATER)
        expected = VALUE["put_off_share"] * entered * (1 / kept - 1)
        assert off == pytest.approx(expected, rel=1e-3), age
    assert base.values("came_after_all").max() == 0, "nobody by present practice"


def test_children_whose_entry_was_put_off_count_as_care_starts_and_as_taken_into_care():
    run = under(ALL)
    came = in_year(run, "came_after_all", LATER)
    routes = ("plans", "investigation")
    courts = sum(in_year(run, f"care_entries_from_{r}_{a}", LATER) for r in routes for a in AGES)
    assert came > 300
    assert in_year(run, "taken_into_care", LATER) == pytest.approx(courts + came, rel=1e-9)


def test_the_break_even_in_the_share_that_is_only_put_off_is_told():
    """At £1,500 one pays for itself whatever is put off; at £6,000 not if most of it is."""
    found = cs.break_even(ENGLAND, PLAN, "put_off_share")
    text = str(found)
    assert "put off' from 0 % to 100 %" in text
    assert "saves" in text
    assert "at every value" in text
    dear = cs.Scenario(
        "Dear", changes=[cs.Change("conference_share", "set", 1, BEGINS),
                         cs.Change("cost_per_conference", "set", 6_000, BEGINS)]
    )  # fmt: skip
    crossed = cs.break_even(ENGLAND, dear, "put_off_share")
    assert 0.3 < crossed.value < 0.95, f"£6,000 pays while {crossed.value:.0%} or less is put off"


# Present coverage


def test_no_more_families_are_offered_a_conference_than_have_none_and_it_is_said():
    run, three_quarters = under(ALL), under(("conference_share", "set", 0.75, BEGINS))
    for name in ("conferences_held", "looked_after", "conference_spend"):
        np.testing.assert_array_equal(run.values(name), three_quarters.values(name))
    assert run["conferences_held"].iloc[-1] == 1 - VALUE["conference_present_share"]
    said = [{n.subject for n in one.warnings} for one in (run, three_quarters)]
    assert ["conferences_beyond_all" in names for names in said] == [True, False]


def test_what_is_offered_now_changes_nothing_of_today_and_nothing_of_what_one_more_does():
    """It bounds how many more there can be: one conference averts 0.448 times 19.2 %."""
    for present in (0.0, 0.25, 0.6):
        base, run = (
            under(*changes, conference_present_share=present)
            for changes in ([], [("conference_share", "set", 0.2, BEGINS)])
        )
        np.testing.assert_array_equal(
            base.values("looked_after"), projected().values("looked_after")
        )
        unhelped = in_year(run, "protection_plan_ends", LATER) * sum(
            run[f"plan_to_care_unhelped_{age}"].iloc[-1] - run[f"plan_to_care_{age}"].iloc[-1]
            for age in AGES
        )
        averted = unhelped / in_year(run, "further_conferences", LATER)
        assert averted == pytest.approx(0.448 * 0.192, rel=5e-3), f"{present:.0%} now"


# What is paid


@pytest.mark.parametrize(("paid", "part"), [(0, 0), (750, 0.5), (1500, 1), (20_000, 1)])
def test_a_conference_does_what_is_paid_for_up_to_its_dose(paid, part):
    run = under(ALL, ("cost_per_conference", "set", paid, BEGINS))
    fewer = 1 - run["conferences_kept"].iloc[-1]
    whole = 1 - under(ALL)["conferences_kept"].iloc[-1]
    assert fewer == pytest.approx(part * whole, abs=1e-12)
    spent = in_year(run, "conference_spend", LATER)
    assert spent == pytest.approx(paid * in_year(run, "further_conferences", LATER))


def test_every_draw_puts_off_a_share_between_none_and_all():
    draws = cs.draws(ENGLAND, 400, seed=1, given="prior")
    low, high = np.quantile(draws.columns["put_off_share"], [0.05, 0.95])
    assert (low, high) == pytest.approx((0.135, 0.865), abs=0.04), "Beta(2, 2)"


def test_nobody_is_below_zero_in_the_pool_or_among_closed_cases_where_all_is_put_off():
    run = under(("conference_share", "set", 1, "2010-04-01", 0, "2012-03-31"), put_off_share=1.0)
    lowest = {name: run.values(name).min() for name in (*POOL, "recently_closed")}
    assert min(lowest.values()) >= 0, lowest
    assert run.values(POOL[0]).max() > 100
