"""A pulse of children, followed on its own: returned home, and started on a protection plan."""

from itertools import pairwise

import numpy as np
import pytest
from england_cases import ENGLAND

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift

PER_YEAR = 64
CLOCK = Clock(2009, 2035, PER_YEAR, PER_YEAR)  # saved at every step
SENT = 2020  # by then every path of the model is level and the first stocks are long gone
STEP = 1 / PER_YEAR


def pulse(parameter, size, into, out, *others):
    """Follow a rate that is zero but for one step, so that no second round follows.

    Returns what flows in and out because of that step, from its beginning on: the difference of
    two runs, with the step and without.
    """
    closed = [Shift(parameter, "set", 0.0, 2009.0), *others]
    opened = [*closed, Shift(parameter, "set", size, SENT, ends=SENT + STEP)]
    with_pulse, without = (execute(ENGLAND, CLOCK, shifts) for shifts in (opened, closed))
    first = (SENT - 2009) * PER_YEAR
    return [(with_pulse.values(n) - without.values(n))[first:, 0] for n in (into, out)]


def share_back(*others):
    """Return the share of children returned home who are back in care after so many years."""
    returned, back = pulse("return_factor", 1.0, "returns_home", "reentries", *others)
    assert np.count_nonzero(returned) == 1, "the returns are no single pulse"
    gone = np.cumsum(back) / returned.sum()
    return lambda years: gone[round(years * PER_YEAR)]


@pytest.fixture(scope="module")
def back_in_care():
    return share_back()


@pytest.mark.parametrize(
    ("years", "share"),
    [
        pytest.param(0.25, 0.12, id="after three months"),
        pytest.param(1, 0.20, id="after one year"),
        pytest.param(5, 0.30, id="after five years"),
        pytest.param(6, 1 / 3, id="after six years"),
    ],
)
def test_children_returned_home_are_back_in_care(back_in_care, years, share):
    assert back_in_care(years) == pytest.approx(share, abs=0.02)


def test_most_of_those_who_come_back_do_so_within_two_years(back_in_care):
    # 83 % of those back by five years, of children returned in 2006-07
    assert back_in_care(2) / back_in_care(5) == pytest.approx(0.83, abs=0.1)


def test_supported_families_see_fewer_children_back_by_what_the_lever_says(back_in_care):
    back = share_back(Shift("return_support_share", "set", 1.0, 2009.0))
    value = {name: ENGLAND.parameters[name].value for name in ENGLAND.parameters}
    moved = value["high_risk_share"] * value["return_support_effect"]  # from high to low risk
    rates = (value["high_risk_reentry_rate"], value["low_risk_reentry_rate"])
    leaving = [rate + 1 / value["settling_time"] for rate in rates]
    high, low = (rate / out * (1 - np.exp(-out)) for rate, out in zip(rates, leaving, strict=True))
    assert back_in_care(1) - back(1) == pytest.approx(moved * (high - low), rel=0.02)


@pytest.fixture(scope="module")
def plan():
    share = ENGLAND.parameters["plan_share"].value
    return pulse("plan_share", share, "protection_plan_starts", "protection_plan_ends")


def test_a_pulse_of_plans_starts_and_ends_whole(plan):
    started, ended = plan
    # the enquiries that are open when the pulse closes do not start plans after it
    assert np.count_nonzero(started) == 1
    assert ended.sum() == pytest.approx(started.sum(), rel=1e-3)


def test_a_plan_lasts_three_quarters_of_a_year(plan):
    _, ended = plan
    years = np.arange(len(ended)) * STEP  # from the middle of the pulse to the middle of a step
    mean = (ended * years).sum() / ended.sum()
    assert mean == pytest.approx(0.77, abs=0.1)


# Lengths in years of plans that ended in 2019-20: up to 3 months, 3–6, 6–12, 1–2 years, longer
ENDS = [0, 0.25, 0.5, 1, 2, np.inf]
PUBLISHED = {"≤ 3 months": 18.7, "3–6": 11.4, "6–12": 42.3, "1–2 years": 24.0, "> 2 years": 3.6}


def shares_by_length(plan):
    _, ended = plan
    years = np.arange(len(ended)) * STEP
    bins = [(a <= years) & (years < b) for a, b in pairwise(ENDS)]
    return dict(zip(PUBLISHED, (100 * ended[b].sum() / ended.sum() for b in bins), strict=True))


def test_the_lengths_of_plans_are_near_the_published_ones(plan):
    """One early group and a third-order delay meet each share within eight points, no closer."""
    shares = shares_by_length(plan)
    assert shares == pytest.approx(PUBLISHED, abs=8), f"{shares} against {PUBLISHED}"


def test_most_plans_last_six_to_twelve_months(plan):
    shares = shares_by_length(plan)
    assert max(shares, key=shares.get) == "6–12", shares


def test_plans_have_become_shorter_since_2009():
    times = [ENGLAND.parameters[f"plan_long_time_{end}"].value for end in ("start", "end")]
    assert times[1] < times[0], times
