"""Published proposals and decisions can be said as scenarios, if some by a stand-in, and run."""

import math

import pytest

import caresim as cs
from caresim.england import England

ENGLAND = England()
APRIL = "2027-04-01"
HELP, SUPPORT, KIN = "early_help_budget", "return_support_share", "kinship_support_share"
UNDER_FIVES, YOUNG = "extra_under_fives", "extra_young_people"
NUMBERS = "extra_foster_approvals"
CARERS, CONFERENCES, PARENTS = "foster_application_factor", "conference_share", "parent_help_share"
POSTS, POVERTY, HOMES = "extra_social_workers", "poverty_change", "residential_price_growth"


def by_year(lever, amounts, prices):
    """Return a change for each financial year, as a table of a file stands for."""
    return [
        cs.Change(lever, "add", amount, f"{year}-04-01", until=f"{year + 1}-03-31", prices=prices)
        for year, amount in amounts.items()
    ]


def change(*arguments, **others):
    return [cs.Change(*arguments, **others)]


STAYING_PUT = "8 staying put"
POLICIES = {
    "1 Family Help": by_year(HELP, {2027: 46e6, 2028: 987e6, 2029: 1257e6, 2030: 233e6}, "2022-23"),
    "2 regional care co-operatives": [
        *change(HOMES, "set", -0.05, APRIL, until="2029-03-31"),
        *change(CARERS, "set", 1.2, APRIL, 2),
    ],
    "3 windfall tax spent on early help": change(HELP, "add", 100e6, APRIL, until="2032-03-31"),
    "4 3,000 more carers a year": change(NUMBERS, "set", 3_000, APRIL, until="2030-03-31"),
    "5 allowance for all guardians": change(KIN, "set", "100 %", APRIL, 2),
    "6 workforce": [
        *change(POSTS, "add", 1_000, APRIL, 2),
        *change("direct_work_share", "set", 0.7, APRIL),
        *change("turnover_factor", "set", 0.9, APRIL, 2),
    ],
    "7 expert lead practitioners": change(POSTS, "add", 300, APRIL, 1),
    STAYING_PUT: change("places_per_household_factor", "scale", 0.985, APRIL),
    "9 early-intervention grant": change(HELP, "add", 1.7e9, APRIL, prices="2020-21"),
    "10 a billion at once, and more": [
        *change(HELP, "add", 1e9, APRIL, prices="2021-22"),
        *change(HELP, "add", 600e6, "2028-04-01", prices="2021-22"),
    ],
    "11 a duty to provide early help": change(HELP, "set", 4e9, APRIL, 5, prices="2019-20"),
    "12 hubs in every area": by_year(
        UNDER_FIVES, {2026: 167e6, 2027: 167e6, 2028: 167e6}, "2025-26"
    ),
    "13 support for every return": [
        *change(SUPPORT, "set", "100 %", APRIL, 2),
        *change("cost_per_return_package", "set", 7_857, APRIL, prices="2022-23"),
    ],
    "14 drug and alcohol courts": change(PARENTS, "set", 0.2, APRIL, 3),
    "15 support after each removal": [
        *change(PARENTS, "set", 1.0, APRIL, 1),
        *change("cost_per_parent_helped", "set", 12_000, APRIL),
    ],
    "16 No Wrong Door everywhere": change(
        YOUNG, "add", 84e6, APRIL, until="2032-03-31", prices="2019-20"
    ),
    "17 10,000 more foster places": [
        *change(CARERS, "set", 1.1, APRIL, until="2029-03-31"),
        *change("places_per_household_factor", "set", 1.02, APRIL, 2),
        *change("carer_support_share", "set", 0.02, APRIL, until="2029-03-31"),
    ],
    "18 homes refurbished": change(HOMES, "add", -0.01, APRIL),
    "19 meetings before proceedings": change(CONFERENCES, "set", 0.8, APRIL, 1),
    "20 an end of profit": change(HOMES, "set", -0.03, APRIL, until="2030-03-31"),
    "21 the two-child limit ended": change(POVERTY, "set", -2.5, APRIL, 1),
    "22 allowances up 12.43 %": change("foster_allowance_rise", "set", 0.02, APRIL),
    "23 at most 15 cases": change(POSTS, "add", 2_600, APRIL, 4),
    "24 more families for life": change(KIN, "set", 0.5, APRIL, 2),
}  # fmt: skip


@pytest.mark.parametrize("name", POLICIES)
def test_a_proposal_runs_and_each_of_its_changes_changes_something(name):
    plan = cs.Scenario(name, changes=POLICIES[name])
    result = cs.run(ENGLAND, plan)
    assert [n.kind for n in result.warnings if n.kind in ("identical", "idle")] == []
    assert all(math.isfinite(x) for x in result.annual().loc["2034-35"])
    assert len(cs.explain(plan, ENGLAND).splitlines()) >= 2 + len(plan.changes)


def test_fewer_places_are_felt_only_where_foster_homes_run_short():
    """By 2035 homes stand empty at present policy: a few places that are held leave enough."""
    poorer = change(POVERTY, "set", 5, APRIL)
    for others, short in (([], False), (poorer, True)):
        fewer, usual = (
            cs.run(
                ENGLAND, cs.Scenario("A test", changes=[*others, *own]) if others or own else None
            )
            for own in (POLICIES[STAYING_PUT], [])
        )
        assert fewer["foster_places"].iloc[-1] < 0.995 * usual["foster_places"].iloc[-1]
        assert bool(fewer["shortage"].iloc[-1] > 300) is short
        more = fewer["residential_children"].iloc[-1] - usual["residential_children"].iloc[-1]
        assert bool(more > 300) is short, f"{more:.0f} more in residential care"


def test_there_are_twenty_four():
    assert [int(name.split()[0]) for name in POLICIES] == [*range(1, 25)]
