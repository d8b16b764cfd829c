"""Conservation: whatever the levers say, children neither vanish nor fall below zero."""

import datetime as dt

import numpy as np
import pytest
from england_cases import (
    BEGINS,
    CHILD_FLOWS,
    CHILD_STOCKS,
    EACH_FILE,
    ENGLAND,
    LEVERS,
    PARAMETERS,
    assert_sound,
    below_zero,
    largest_gap,
    policy,
    projected,
    under,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.england import England
from caresim.study.scenario.binding import check_scenario, shifts_of

CLOCK = Clock(2009, 2035, 16)
STILL = {name: entry for name, entry in LEVERS.items() if not entry.is_dated}
DATED = {name: entry for name, entry in LEVERS.items() if entry.is_dated}
EVERYTHING = list(England.variables)


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_every_shipped_scenario_is_sound_to_2050(scenario):
    assert_sound(projected(scenario, until="2050-03-31"))


def test_current_policy_with_a_residual_budget_is_sound():
    assert_sound(projected(crowding_out="residual", until="2050-03-31"))


# Levers at their bounds: from a day on, many runs side by side


def corners(columns, first, shifts=()):
    """Return one run a column of constant levers, which stand as shipped before a day."""
    before = [Shift(name, "set", PARAMETERS[name].value, 2009.0, ends=first) for name in columns]
    return execute(ENGLAND, CLOCK, [*before, *shifts], columns, outputs=EVERYTHING)


@pytest.mark.parametrize("first", [2009.0, 2027.0])
def test_each_lever_at_each_of_its_bounds_is_sound(first):
    ends = [(name, bound) for name, entry in STILL.items() for bound in entry.bounds]
    columns = {name: np.full(len(ends), entry.value) for name, entry in STILL.items()}
    for run, (name, bound) in enumerate(ends):
        columns[name][run] = bound
    assert_sound(corners(columns, first))


DATED_ENDS = [(name, bound) for name, entry in DATED.items() for bound in entry.bounds]


@pytest.mark.parametrize(("name", "bound"), DATED_ENDS)
def test_each_dated_lever_at_each_of_its_bounds_is_sound(name, bound):
    assert_sound(under((name, "set", bound, BEGINS)))


def test_three_levers_at_their_bounds_at_once_are_sound_whichever_they_are():
    """200 runs: three random levers, each at a random bound, all others as shipped."""
    rng = np.random.default_rng(1)
    columns = {name: np.full(200, entry.value, dtype=float) for name, entry in STILL.items()}
    for run in range(200):
        for name in rng.choice(sorted(STILL), size=3, replace=False):
            columns[name][run] = rng.choice(STILL[name].bounds)
    assert_sound(corners(columns, 2020.0))


@pytest.mark.parametrize("seed", range(4))
def test_all_levers_at_random_bounds_at_once_are_sound(seed):
    """50 runs each: every constant lever at one of its bounds, every dated one as well."""
    rng = np.random.default_rng(seed)
    shifts = [Shift(n, "set", rng.choice(e.bounds), 2015.0 + seed) for n, e in DATED.items()]
    columns = {name: rng.choice(entry.bounds, size=50) for name, entry in STILL.items()}
    assert_sound(corners(columns, 2012.0 + seed, shifts))


def test_more_poverty_with_its_largest_effect_and_less_with_it_are_sound():
    effects = [name for name in STILL if name.startswith("poverty_entry_effect")]
    assert len(effects) == 3
    columns = {name: np.repeat(STILL[name].bounds, 2) for name in effects}
    columns["poverty_change"] = np.tile(STILL["poverty_change"].bounds, 2)
    assert_sound(corners(columns, 2020.0))


def test_the_fastest_work_that_levers_allow_is_not_too_fast_for_the_step():
    most = {"extra_social_workers", "direct_work_share", "assessment_elasticity"}
    columns = {name: np.array([STILL[name].bounds[1]]) for name in most}
    assert_sound(corners(columns, 2020.0))


# Any scenario that the file format admits


@st.composite
def changes(draw):
    """A change within bounds, in any verb, on any day, as a step or a ramp, for good or not."""
    name = draw(st.sampled_from(sorted(LEVERS)))
    entry = LEVERS[name]
    day = draw(st.dates(dt.date(2009, 4, 1), dt.date(2033, 3, 31)))
    if entry.choices:
        return (name, "set", draw(st.sampled_from([label for label, _ in entry.choices])), day)
    low, high = entry.bounds
    ramp = draw(st.sampled_from([0, 0.25, 1, 5]))
    until = draw(st.none() | st.dates(day + dt.timedelta(days=5 * 366 + 1), dt.date(2039, 1, 1)))
    verb = draw(st.sampled_from(["set", "add", "scale"]))
    goal = draw(st.sampled_from([low, high]) | st.floats(low, high))
    now = entry.value.values[-1] if entry.is_dated else entry.value
    if entry.is_dated and verb != "set":  # a path moves within its bounds: lower it at most by half
        return (name, "scale", draw(st.floats(0.5, 1)), day, ramp, until)
    amount = {"set": goal, "add": goal - now, "scale": goal / now if now else 1.0}[verb]
    return (name, verb, amount, day, ramp, until)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(changes(), min_size=1, max_size=6, unique_by=lambda change: change[0]))
def test_any_scenario_within_the_bounds_is_sound(chosen):
    plan = policy(*chosen)
    check_scenario(plan, ENGLAND)
    moving = [Shift(name, "add", 0.0, 2009.0) for name in LEVERS]  # one compiled step for all
    assert_sound(execute(ENGLAND, CLOCK, [*moving, *shifts_of(plan, ENGLAND)]))


# Any numbers that the file of parameters admits


def test_every_other_number_at_each_of_its_bounds_is_sound():
    """One ensemble: each bounded number in turn at its low and high bound, the rest as shipped."""
    entries = {
        name: entry
        for name, entry in PARAMETERS.items()
        if entry.role != "lever" and entry.bounds and not entry.is_dated
    }
    columns = {name: np.repeat([entry.value], 2 * len(entries)) for name, entry in entries.items()}
    for i, (name, entry) in enumerate(entries.items()):
        columns[name][2 * i : 2 * i + 2] = entry.bounds
    run = execute(ENGLAND, Clock(2009, 2035, 32), (), columns, outputs=EVERYTHING)
    assert largest_gap(run) <= 1e-9
    assert not below_zero(run, CHILD_STOCKS)


@pytest.mark.parametrize("factor", LEVERS["investigation_factor"].bounds)
@pytest.mark.parametrize("given", ["posterior", "prior"])
def test_draws_have_no_negative_flow_at_any_threshold(factor, given):
    draws = cs.draws(ENGLAND, 250, seed=1, given=given)
    plan = policy(("investigation_factor", "set", factor, "2009-04-01"))
    run = cs.run(ENGLAND, plan, draws=draws, outputs=CHILD_FLOWS)
    assert not below_zero(run, CHILD_FLOWS)


def test_shares_that_are_cut_off_are_said():
    draws = cs.draws(ENGLAND, 300, seed=1, given="prior")
    plan = policy(("investigation_factor", "set", 2.0, "2009-04-01"))
    run = cs.run(ENGLAND, plan, draws=draws, outputs=["to_enquiry"])
    cut = (run.values("to_enquiry") > 1 - 1e-9).any(axis=0)
    assert cut.any(), "no draw is cut off any more: choose another seed"
    assert "assessments_cut_off" in {notice.subject for notice in run.warnings}
