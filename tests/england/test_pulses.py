"""Pulses: some children are followed on their own, through the model's own stocks and rates.

Each pulse is the difference of two runs, with some more children at one place or moment and
without. The curves that it traces are published.
"""

from itertools import pairwise

import numpy as np
import pytest
from england_cases import AGES, ENGLAND, VALUE, by_age

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift

PER_YEAR = 64
CLOCK = Clock(2009, 2027, PER_YEAR, PER_YEAR)  # saved at every step
SENT = 2020  # by then every path of the model is level and the first stocks are long gone
STEP = 1 / PER_YEAR


WATCHED = (
    "returns_home", "reentries", "protection_plan_starts", "protection_plan_ends",
    "guardian_breakdowns", "guardians", "care_new", "care_settled",
    "asylum_care", "asylum_care_stage_1", "asylum_leavers",
)  # fmt: skip


def run_of(model=ENGLAND, shifts=()):
    return execute(model, CLOCK, shifts, outputs=WATCHED)


def pulse(parameter, size, into, out, *others):
    """Follow what a rate that is zero but for one step sends, so that no second round follows.

    Returns what flows in and out because of that step, from its beginning on.
    """
    closed = [Shift(parameter, "set", 0.0, 2009.0), *others]
    opened = [*closed, Shift(parameter, "set", size, SENT, ends=SENT + STEP)]
    with_pulse, without = run_of(shifts=opened), run_of(shifts=closed)
    first = (SENT - 2009) * PER_YEAR
    return [(with_pulse.values(n) - without.values(n))[first:, 0] for n in (into, out)]


def more_at_start(shifts=(), **levels):
    """Return a run with some stocks 1,000 children larger at the start, and the run without."""
    usual = run_of(shifts=shifts)
    more = {name: float(usual.values(name)[0, 0]) + extra for name, extra in levels.items()}
    return run_of(ENGLAND.with_start(**more), shifts), usual


# Children returned home


def share_back(*others):
    """Return the share of children returned home who are back in care after so many years."""
    returned, back = pulse("return_factor", 1.0, "returns_home", "reentries", *others)
    assert np.count_nonzero(returned) == 1, "the returns are no single pulse"
    gone = np.cumsum(back) / returned.sum()
    return lambda years: 100 * gone[round(years * PER_YEAR)]


@pytest.fixture(scope="module")
def back_in_care():
    return share_back()


@pytest.mark.parametrize(
    ("years", "percent"), [(0.25, 12), (1, 20), (5, 30), (6, 33.3)], ids="{}".format
)
def test_children_returned_home_are_back_in_care(back_in_care, years, percent):
    back = back_in_care(years)
    assert back == pytest.approx(percent, abs=1.5), f"{back:.1f} % after {years} years"


def test_most_of_those_who_come_back_do_so_within_two_years(back_in_care):
    # 83 % of those back by five years, of children returned in 2006-07
    share = 100 * back_in_care(2) / back_in_care(5)
    assert share == pytest.approx(83, abs=10), f"{share:.0f} %"


def test_supported_families_see_fewer_children_back_by_what_the_lever_says(back_in_care):
    """All that support moves from high to low risk, at the rates at which either comes back."""
    back = share_back(Shift("return_support_share", "set", 1.0, 2009.0))
    moved = 100 * VALUE["high_risk_share"] * VALUE["return_support_effect"]
    high = 1 - np.exp(-VALUE["high_risk_reentry_rate"])
    fewer = back_in_care(1) - back(1)
    assert fewer == pytest.approx(moved * high, rel=0.06), f"{fewer:.2f} points"


# Plans

ENDS = [0, 0.25, 0.5, 1, 2, np.inf]  # years
PUBLISHED = {"≤ 3 months": 18.7, "3–6": 11.4, "6–12": 42.3, "1–2 years": 24.0, "> 2 years": 3.6}


@pytest.fixture(scope="module")
def plan():
    """Plans started in one step of 2020, when the lengths are those of 2019-20."""
    name = "child_protection_plan_share_start"
    return pulse(name, VALUE[name], "protection_plan_starts", "protection_plan_ends")


@pytest.fixture(scope="module")
def lengths(plan):
    _, ended = plan
    years = np.arange(len(ended)) * STEP
    bins = [(a <= years) & (years < b) for a, b in pairwise(ENDS)]
    return dict(zip(PUBLISHED, (100 * ended[b].sum() / ended.sum() for b in bins), strict=True))


def test_a_pulse_of_plans_starts_and_ends_whole(plan):
    started, ended = plan
    # the enquiries that are open when the pulse closes do not start plans after it
    assert np.count_nonzero(started) == 1
    assert ended.sum() == pytest.approx(started.sum(), rel=1e-3)


@pytest.mark.parametrize("length", PUBLISHED)
def test_plans_last_as_long_as_those_that_ended_in_2019_20(lengths, length):
    found = lengths[length]
    assert found == pytest.approx(PUBLISHED[length], abs=2), f"{found:.1f} % of plans"


def test_a_plan_lasts_three_quarters_of_a_year(plan):
    _, ended = plan
    mean = (ended * np.arange(len(ended))).sum() * STEP / ended.sum()
    assert mean == pytest.approx(0.77, abs=0.05), f"{mean:.3f} years"


def test_plans_have_become_shorter_since_2009():
    assert VALUE["plan_long_end"] < 1


# Guardians


def test_guardianships_break_down_for_six_in_a_hundred_within_five_years():
    """5.9 % of 320 children; who turns 18 in between is gone and does not come back."""
    more, usual = more_at_start(guardians=1000)
    back = np.cumsum(by_age(more, "guardian_breakdowns") - by_age(usual, "guardian_breakdowns"))
    found = 100 * back[5 * PER_YEAR - 1] / 1000
    assert found == pytest.approx(5.9, abs=1), f"{found:.2f} %"


# Time in care


def left_care(age):
    """Return the share of 1,000 children new in care who have left after so many years.

    With no way back, so that each is followed through one stay.
    """
    ways_back = ("high_risk_reentry_rate", "low_risk_reentry_rate", "breakdown_rate")
    shut = [Shift(name, "set", 0.0, 2009.0 + STEP) for name in ways_back]
    more, usual = more_at_start(shut, **{f"care_new_{age}": 1000})
    still = sum(by_age(more, f"care_{p}") - by_age(usual, f"care_{p}") for p in ("new", "settled"))
    return lambda years: 100 - still[round(years * PER_YEAR), 0] / 10


@pytest.fixture(scope="module")
def left():
    """Children by the ages of those who started in 2009-10: 52, 33 and 15 %."""
    first = {age: left_care(age) for age in AGES}
    starts = {age: ENGLAND.observed[f"care_starts_aged_{age}"]["2009-10"] for age in AGES}
    every = sum(starts.values())
    first["all"] = lambda years: sum(starts[a] * first[a](years) for a in AGES) / every
    return first


@pytest.mark.parametrize(("years", "low", "high"), [(1, 40, 55), (5, 80, 90)])
def test_about_half_leave_care_within_a_year_and_most_within_five(left, years, low, high):
    """Published lengths of stays that ended: about half, and 85 to 87 %."""
    found = left["all"](years)
    assert low < found < high, f"{found:.1f} % left within {years} years"


def test_the_oldest_leave_soonest_because_they_turn_eighteen(left):
    shares = {age: left[age](2) for age in AGES}
    assert max(shares, key=shares.get) == "16_17", shares


def test_asylum_seeking_children_stay_until_they_are_eighteen():
    more, usual = more_at_start(asylum_care_stage_1=1000)
    gone = np.cumsum(more.values("asylum_leavers") - usual.values("asylum_leavers"))
    years = np.arange(1, len(gone) + 1) * STEP
    mean = (np.diff(gone, prepend=0) * years).sum() / gone[-1]
    assert gone[-1] == pytest.approx(1000, rel=1e-3)
    assert mean == pytest.approx(VALUE["asylum_time"], abs=2 * STEP), f"{mean:.2f} years"
