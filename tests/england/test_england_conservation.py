"""Children are conserved and no stock or flow turns negative, whatever the levers say."""

import datetime as dt

import numpy as np
import pytest
from england_cases import (
    CHILD_FLOWS,
    CHILD_STOCKS,
    ENGLAND,
    FILES,
    LEVERS,
    PARAMETERS,
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

LARGEST_GAP = 1e-9


def check(run):
    """Check that a run keeps its books and has no negative child anywhere."""
    assert largest_gap(run) <= LARGEST_GAP
    assert not below_zero(run, CHILD_STOCKS)
    assert not below_zero(run, CHILD_FLOWS)
    for name in run.outputs:
        assert np.isfinite(run.values(name)).all(), f"{name} has no value at some time"


@pytest.mark.parametrize("scenario", FILES)
def test_every_shipped_scenario_keeps_its_books_to_2050(scenario):
    check(projected(scenario, until="2050-03-31"))


def test_current_policy_with_a_residual_budget_keeps_its_books():
    check(projected(crowding_out="residual", until="2050-03-31"))


def test_children_change_in_number_only_by_what_crosses_the_border_of_the_model():
    run = projected(until="2050-03-31")
    stocks = sum(run.values(name)[:, 0] for name in CHILD_STOCKS)
    flows = [flow for flow in England.flows() if flow.name in CHILD_FLOWS]
    into = sum(run.values(f.name)[:, 0] for f in flows if f.pipe.start is None)
    out = sum(run.values(f.name)[:, 0] for f in flows if f.pipe.end is None)
    np.testing.assert_allclose(np.diff(stocks), into - out, rtol=1e-6, atol=1e-4)


def ends_of(entry):
    return [name for name, _ in entry.choices] or list(entry.bounds)


EXTREMES = [
    pytest.param(name, end, first, id=f"{name}={end} from {first[:4]}")
    for name, entry in LEVERS.items()
    for end in ends_of(entry)
    for first in ("2009-04-01", "2027-04-01")
]


@pytest.mark.parametrize(("name", "value", "first"), EXTREMES)
def test_each_lever_at_each_of_its_bounds_keeps_the_books(name, value, first):
    check(under((name, "set", value, first)))


def test_a_total_budget_of_nothing_leaves_early_help_at_its_floor():
    run = under(
        ("crowding_out", "set", "residual", "2027-04-01"),
        ("total_budget", "set", 0, "2027-04-01"),
    )
    check(run)
    spent = run.annual().early_help_spend.loc["2027-28":]
    np.testing.assert_allclose(spent, PARAMETERS["early_help_floor"].value, rtol=1e-12)


def test_without_early_help_its_effects_stop_at_the_least_that_was_observed():
    run = under(("early_help_budget", "set", 0, "2027-04-01"), until="2100-03-31")
    check(run)
    assert run["early_help_capacity"].iloc[-1] < 1
    assert run["early_help_level"].iloc[-1] == PARAMETERS["early_help_least"].value


def test_without_referrals_and_arrivals_every_child_stock_drains():
    model = England(arrivals_start=0, arrivals_end=0, uncounted_care_entries=0)
    run = execute(model, Clock(2009, 2129, 16), [Shift("child_population", "set", 0.0, 2020.0)])
    check(run)
    left = {name: float(run.values(name)[-1, 0]) for name in CHILD_STOCKS}
    assert max(left.values()) < 1, f"a century later some are left: {left}"


def test_with_a_tiny_population_only_arrivals_are_in_care():
    run = execute(ENGLAND, Clock(2009, 2080, 16), [Shift("child_population", "set", 1.0, 2020.0)])
    check(run)
    table = run.annual().iloc[-1]
    assert table.referrals < 1
    assert table.protection_plans < 1
    assert table.care_starts == pytest.approx(
        PARAMETERS["arrivals_end"].value + table.reentries, rel=1e-3
    )


def test_no_returns_home_means_no_re_entries_once_those_at_home_have_settled():
    run = under(("return_factor", "set", 0, "2015-04-01"), until="2100-03-31")
    table = run.annual().iloc[-1]
    assert table.returns_home == 0
    assert table.reentries < 1


def test_every_other_number_at_each_of_its_bounds_gives_a_run():
    """One ensemble: each bounded number in turn at its low and high bound, the rest as shipped."""
    entries = {
        name: entry
        for name, entry in PARAMETERS.items()
        if entry.role != "lever" and entry.bounds and not entry.is_dated
    }
    columns = {name: np.repeat([entry.value], 2 * len(entries)) for name, entry in entries.items()}
    for i, (name, entry) in enumerate(entries.items()):
        columns[name][2 * i : 2 * i + 2] = entry.bounds
    run = execute(ENGLAND, Clock(2009, 2035, 32), (), columns, outputs=list(England.variables))
    assert largest_gap(run) <= LARGEST_GAP
    assert not below_zero(run, CHILD_STOCKS)


def test_draws_from_the_posterior_have_no_negative_flow_at_any_bound_of_the_threshold():
    draws = cs.draws(ENGLAND, 250, seed=1, given="posterior")
    for factor in LEVERS["investigation_factor"].bounds:
        plan = policy(("investigation_factor", "set", factor, "2027-04-01"))
        run = cs.run(ENGLAND, plan, draws=draws, outputs=CHILD_FLOWS)
        assert not below_zero(run, CHILD_FLOWS), f"at a factor of {factor}"


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_draws_from_the_priors_have_no_negative_flow(factor):
    draws = cs.draws(ENGLAND, 300, seed=1)
    plan = policy(("investigation_factor", "set", factor, "2009-04-01"))
    run = cs.run(ENGLAND, plan, draws=draws, outputs=CHILD_FLOWS)
    assert not below_zero(run, CHILD_FLOWS)


def test_shares_that_are_cut_off_are_said():
    draws = cs.draws(ENGLAND, 300, seed=1)
    plan = policy(("investigation_factor", "set", 2.0, "2009-04-01"))
    names = ["to_enquiry", "assessment_closed_share"]
    run = cs.run(ENGLAND, plan, draws=draws, outputs=names)
    cut = (sum(run.values(name) for name in names) > 1 - 1e-9).any(axis=0)
    assert cut.any(), "no draw is cut off any more: choose another seed"
    assert "bounds" in {notice.kind for notice in run.warnings}, f"{cut.sum()} of 300 draws"


# Any scenario that the bounds allow


@st.composite
def changes(draw):
    name = draw(st.sampled_from(sorted(LEVERS)))
    entry = LEVERS[name]
    day = draw(st.dates(dt.date(2009, 4, 1), dt.date(2033, 3, 31))).isoformat()
    if entry.choices:
        return (name, "set", draw(st.sampled_from([label for label, _ in entry.choices])), day)
    ramp = draw(st.sampled_from([0, 0.25, 1, 5]))
    return (name, "set", draw(st.floats(*entry.bounds)), day, ramp)


@settings(max_examples=30)
@given(st.lists(changes(), min_size=1, max_size=5, unique_by=lambda change: change[0]))
def test_any_levers_within_their_bounds_keep_the_books(chosen):
    check(under(*chosen))
