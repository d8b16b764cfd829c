"""Levels of local.py: at 1 they change nothing, and each moves what it says."""

import pytest
from council_cases import ENGLAND, PARTS, digest, ran

import caresim as cs

LEVELS = {level.parameter: level for level in PARTS.levels}
MOVES = {  # level: what rises with it in the years after, and what falls
    "local_referrals": (("referrals", "children_in_need", "section_47_enquiries"), ()),
    "local_support_ends": ((), ("children_in_need",)),
    "local_enquiries": (("section_47_enquiries", "protection_plans"), ()),
    "local_plans": (("protection_plans", "protection_plan_starts"), ()),
    "local_entries": (("care_starts", "looked_after"), ()),
    "local_exits": (("care_ceases",), ("looked_after",)),
}


def year(run, name, which="2011-12"):
    return float(run.yearly(name)[run.clock.financial_years.index(which), 0])


@pytest.fixture(scope="module")
def england():
    return ran("England")


def test_every_level_is_looked_at():
    assert set(MOVES) == set(LEVELS)


def test_every_level_of_england_is_one():
    assert {name: ENGLAND.parameters[name].value for name in LEVELS} == dict.fromkeys(LEVELS, 1.0)


def test_levels_of_one_change_no_bit(england):
    assert digest(cs.run(ENGLAND.with_values(**dict.fromkeys(LEVELS, 1.0)))) == digest(england)


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_moves_what_it_says(england, level):
    run = cs.run(ENGLAND.with_values(**{level: 1.1}))
    up, down = MOVES[level]
    for name in up:
        assert year(run, name) > 1.01 * year(england, name), f"{level} up a tenth, {name} not"
    for name in down:
        assert year(run, name) < 0.99 * year(england, name), f"{level} up a tenth, {name} as well"


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_moves_nothing_that_comes_before_it(england, level):
    """What children meet later does not change how many were referred before, trust aside."""
    order = ["referrals", "section_47_enquiries", "protection_plan_starts", "care_starts"]
    at = {"local_enquiries": 1, "local_plans": 2, "local_entries": 3, "local_exits": 3}
    run = cs.run(ENGLAND.with_values(**{level: 1.1}), until="2012-03-31")
    for name in order[: at.get(level, 0)]:
        change = year(run, name, "2009-10") / year(england, name, "2009-10") - 1
        assert abs(change) < 0.005, f"{level} up a tenth moves {name} by {change:.2%} in a year"


def test_referrals_of_a_tenth_more_are_a_tenth_more_at_once(england):
    run = cs.run(ENGLAND.with_values(local_referrals=1.1))
    assert year(run, "referrals", "2009-10") > 1.06 * year(england, "referrals", "2009-10")
