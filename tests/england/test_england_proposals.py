"""Published proposals and decisions are said as scenarios, each by a file of its own, and run."""

import math
from pathlib import Path

import pytest
from england_cases import ENGLAND

import caresim as cs
from caresim.language.scope import scope_of

FOLDER = Path(__file__).parent / "proposals"
FILES = {int(file.name[:2]): file for file in sorted(FOLDER.glob("*.toml"))}
TOLD = {one.number: one for one in scope_of(ENGLAND).proposals}


def test_there_is_a_file_for_each_that_is_said_and_a_reason_for_each_that_is_not():
    assert list(TOLD) == [*range(1, 25)]
    assert set(FILES) == {number for number, one in TOLD.items() if one.said != "not"}


def test_most_are_said_in_full_and_hardly_any_not_at_all():
    said = [one.said for one in TOLD.values()]
    assert said.count("fully") >= 12
    assert said.count("not") <= 2


@pytest.mark.parametrize("number", FILES)
def test_a_proposal_runs_and_each_of_its_changes_changes_something(number):
    plan = cs.read_scenario(FILES[number], ENGLAND)
    result = cs.run(ENGLAND, plan)
    assert not [str(n) for n in result.warnings if n.kind in ("identical", "idle")]
    assert all(math.isfinite(x) for x in result.annual().loc["2034-35"])
    assert len(cs.explain(plan, ENGLAND).splitlines()) >= 2 + len(plan.own_changes)


@pytest.mark.parametrize("number", FILES)
def test_a_file_is_called_as_the_table_calls_it(number):
    plan = cs.read_scenario(FILES[number], ENGLAND)
    assert plan.name == TOLD[number].name
    assert plan.summary
    assert all(change.why and change.source for change in plan.changes)
