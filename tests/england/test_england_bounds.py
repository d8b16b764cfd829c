"""Within the bounds of the levers nothing impossible: no spending below zero, no share above 1."""

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.england import England

ENGLAND = England()
LEVERS = {n: e for n, e in ENGLAND.parameters.items() if e.is_open}
USUAL = cs.run(ENGLAND)
FROM = "2027-04-01"
GAINS = "statutory spending may fall under a fixed total, and early help then gains"
FREE = {  # signed by nature: growth of prices, and workers more or fewer than on record
    "extra_price_rises": "a growth that may be a fall",
    "price_rises": "a growth that may be a fall",
    "price_moves": "the price closes in from above too",
    "foster_home_missing_cost": "a cap may make a home cheaper than foster care",
    "price_growth": "a logarithm",
    "workers_beyond_record": "more posts or fewer than those of record",
    **dict.fromkeys(
        ("under_fives_asked", "family_support_asked", "young_people_asked", "other_asked"),
        "more may be taken from a line than it has, which the check says",
    ),
    "lines_taken": "a line may be cut within the total, and the others gain",
    "early_help_owed": GAINS,
    "early_help_giving": GAINS,
    "early_help_given_up": GAINS,
    "early_help_given_up_stage_1": GAINS,
    "early_help_left": "statutory duty may take more than there is, and early help has its floor",
    "enquiries_without_plan": "plans follow enquiries by three weeks, in which these may halve",
}
CHANGE = re.compile(r"_stage_\d+_change$")  # of a smooth, which falls as well as rises
SHARES = [
    name
    for name, variable in ENGLAND.variables.items()
    if str(variable.unit) == "1"
    and "share" in variable.label.lower()
    and not isinstance(variable, cs.language.Check)
    and USUAL.values(name).max() <= 1
]


def ends(name):
    entry = LEVERS[name]
    return [value for _, value in entry.choices] or list(entry.bounds)


def under(*levers):
    changes = [cs.Change(name, "set", value, FROM) for name, value in levers]
    return cs.run(ENGLAND, cs.Scenario("At the bounds", changes=changes))


def out_of_range(run):
    """Return the quantities that are below zero, though they never are, or shares above 1."""
    found = {}
    for name in ENGLAND.variables:
        values, usual = run.values(name), USUAL.values(name)
        least = values.min()
        free = name in FREE or CHANGE.search(name)
        if not free and usual.min() >= 0 and least < -1e-9 * max(1.0, usual.max()):
            found[name] = least
    return found | {n: run.values(n).max() for n in SHARES if run.values(n).max() > 1 + 1e-9}


def impossible(*levers):
    """Return what is out of range; nothing where the scenario is refused."""
    try:
        return out_of_range(under(*levers))
    except cs.CaresimError:
        return {}


SINGLE = [(name, value) for name in LEVERS for value in ends(name)]
PAIRS = [
    ((one, low), (other, high))
    for one, other in itertools.combinations(LEVERS, 2)
    for low in ends(one)
    for high in ends(other)
]
FEW = [PAIRS[i] for i in np.random.default_rng(14).permutation(len(PAIRS))[:25]]


def test_the_shares_and_levers_that_are_looked_at_are_there():
    assert len(SHARES) > 15
    assert len(LEVERS) > 30
    assert out_of_range(USUAL) == {}


@pytest.mark.parametrize("lever", SINGLE, ids=lambda pair: f"{pair[0]}={pair[1]:g}")
def test_a_lever_at_its_bound_gives_nothing_impossible(lever):
    assert impossible(lever) == {}


@pytest.mark.parametrize("pair", FEW, ids=lambda p: " ".join(f"{n}={v:g}" for n, v in p))
def test_two_levers_at_their_bounds_give_nothing_impossible(pair):
    assert impossible(*pair) == {}


@pytest.mark.slow
def test_all_pairs_and_many_triples_at_their_bounds_give_nothing_impossible():
    rng = np.random.default_rng(15)
    pairs = {n: v for pair in PAIRS[::3] for n, v in [(pair, impossible(*pair))] if v}
    triples = {}
    for _ in range(300):
        names = rng.choice(sorted(LEVERS), 3, replace=False)
        levers = tuple((str(n), float(rng.choice(ends(n)))) for n in names)
        if found := impossible(*levers):
            triples[levers] = found
    assert pairs == {}
    assert triples == {}


# Nothing is said where nothing happens


def test_nothing_of_the_posts_is_said_of_current_policy_and_nothing_spent():
    for name in ("worker_spend", "pay_saved", "workers_beyond_record", "redundancies"):
        assert np.abs(USUAL.values(name)).max() == 0, name
    ours = {"pay_saved_beyond_work", "posts_below_staff", "work_limited",
            "spending_below_zero", "plans_cut_off", "plans_beyond_enquiries",
            "in_need_beyond_population"}  # fmt: skip
    assert ours <= {check.name for check in ENGLAND.checks()}
    assert ours.isdisjoint({notice.subject for notice in USUAL.warnings})


# Joint bounds, where single ones do not suffice

POOR = {
    "poverty_change": 20.0,
    **{f"poverty_entry_effect_{age}": 0.1 for age in ("0_9", "10_15", "16_17")},
    "plan_care_share": 0.3,
    "court_route_end": 3.0,
}


def test_plans_that_end_in_care_are_no_more_than_do_not_go_on_to_support():
    run = cs.run(England(**POOR))
    ages = [run.values(f"plan_to_care_{age}") for age in ("0_9", "10_15", "16_17")]
    assert sum(ages).max() == pytest.approx(1 - ENGLAND.parameters["plan_support_share"].value)
    assert run.values("plan_closed_share").min() >= -1e-12
    assert "plans_cut_off" in {notice.subject for notice in run.warnings}
    for name in ("early_plans_closed", "long_plans_closed", "extended_plans_closed"):
        assert run.values(name).min() >= -1e-6, name


def test_the_limit_is_no_matter_where_it_is_not_reached():
    assert (USUAL.values("plan_to_care_limit") == 1).all()


IMPOSSIBLE = {
    "more in need than there are": ({"child_population": 0}, "in_need_beyond_population"),
    "a line of spending below zero": (
        {"youth_justice_budget": -1e6}, "spending_below_zero"),
    "a total below zero": ({"youth_justice_budget": -2e10}, "spending_below_zero"),
}  # fmt: skip


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_other_numbers_than_ours_make_impossible_is_said(case):
    """A file of parameters has its own bounds, or none."""
    numbers, check = IMPOSSIBLE[case]
    entries = {
        name: replace(ENGLAND.parameters[name], value=float(value), bounds=None, role="fixed",
                      prior=None, assumed_from="", continues="level")
        for name, value in numbers.items()
    }  # fmt: skip
    model = cs.with_parameters(ENGLAND, ENGLAND.parameters.with_entries(entries))
    run = cs.run(model, outputs=["looked_after"])
    assert check in {notice.subject for notice in run.warnings}
