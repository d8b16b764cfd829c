"""Scenarios under each rule of a model: from their first change on, in the baseline as well."""

import datetime as dt

import pytest
from ruled_model import DEARER, FIXED, LATER, Ruled

import caresim as cs
from caresim.language import Model, RunError, Stock
from caresim.study.results import project
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario
from caresim.study.under_rules import cases_of

MODEL = Ruled()
FIRST, SECOND = MODEL.rules.said.values()


def runs(name, *changes):
    """Return a run with one setting of the rule from a day on, and further changes."""
    return cs.run(MODEL, Scenario(name, changes=changes))


def test_the_difference_is_that_of_two_runs_under_the_same_rule():
    table = cs.under_rules(MODEL, DEARER, LATER)
    assert list(table.index.names) == ["scenario", "rule", "financial_year", "output"]
    for plan in (DEARER, LATER):
        rule = Change("who", "set", "fixed", plan.changes[0].begins)
        by_hand = cs.compare(runs("Base", rule), runs("By hand", rule, *plan.changes))
        shown = table.loc[plan.name, SECOND]
        for name in MODEL.rules.names:
            expected = by_hand.loc["By hand", "2013-14", name]
            assert tuple(shown.loc["2013-14", name]) == pytest.approx(tuple(expected), rel=1e-12)
        own = cs.compare(cs.run(MODEL), cs.run(MODEL, plan)).loc[plan.name]
        assert table.loc[plan.name, FIRST].to_numpy() == pytest.approx(
            own.loc[[("2013-14", name) for name in MODEL.rules.names]].to_numpy(), rel=1e-12
        )


def test_help_bears_its_part_of_a_dearer_year_where_the_rule_says_so():
    table = cs.under_rules(MODEL, DEARER)["difference"]
    own, fixed = (table.loc["Dearer", rule, "2013-14", "help_spend"] for rule in (FIRST, SECOND))
    assert own == 0
    assert fixed == pytest.approx(-0.01 * cs.compare(cs.run(MODEL), cs.run(MODEL, DEARER))
                                  .loc["Dearer", "2013-14", "care_spend"].difference)  # fmt: skip


def test_a_scenario_that_sets_the_rule_stands_under_its_own_alone():
    table = cs.under_rules(MODEL, FIXED, DEARER)
    assert table.loc["Fixed"].index.unique("rule").to_list() == ["it sets the rule itself"]
    assert len(table.loc["Dearer"].index.unique("rule")) == 2


def test_a_rule_that_the_caller_set_is_where_the_model_stands():
    first = cs.under_rules(Ruled(who="fixed"), DEARER).loc["Dearer", SECOND]
    by_hand = cs.compare(cs.run(Ruled(who="fixed")), cs.run(Ruled(who="fixed"), DEARER))
    assert first.difference.loc["2013-14", "total_spend"] == pytest.approx(
        by_hand.loc["Dearer", "2013-14", "total_spend"].difference
    )


def test_draws_are_shared_and_give_intervals():
    draws = cs.draws(MODEL, 30, seed=1)
    table = cs.under_rules(MODEL, DEARER, draws=draws)
    assert (table.low <= table.high).all()
    width = (table.high - table.low).loc["Dearer", SECOND, "2013-14", "total_spend"]
    assert 0 < width < 0.2 * table.difference.loc["Dearer", SECOND, "2013-14", "total_spend"]


def test_of_a_baseline_and_a_scenario_that_extends_it_the_rule_begins_with_what_is_its_own():
    plan = Scenario("Both", changes=[*DEARER.changes, *LATER.changes])
    cases = cases_of(MODEL, [plan], DEARER)
    assert {case.begins for case in cases} == {dt.date(2012, 4, 1)}
    assert cases[0].base is DEARER, "the model goes by the first rule of itself"
    assert [c.parameter for c in cases[1].base.changes] == ["who", "price"]


def test_scenarios_of_one_day_share_their_baseline():
    other = Scenario("Cheaper", changes=[Change("price", "set", 5.0, "2011-04-01")])
    cases = cases_of(MODEL, [DEARER, other, LATER], None)
    bases = [case.base for case in cases if case.said == SECOND]
    assert bases[0] is bases[1]
    assert bases[2] is not bases[0]


class Bare(Model):
    """A model without rules."""

    care = Stock("In care", "1", 1)


def test_a_model_without_rules_says_how_to_declare_them():
    assert cases_of(Bare(), [Scenario("None")], None) == ()
    with pytest.raises(RunError, match=r"Bare declares no rules; give the class rules = Rules"):
        cs.under_rules(Bare(), Scenario("None"))


def test_nothing_to_show_is_refused():
    with pytest.raises(RunError, match="under_rules takes scenarios with changes"):
        cs.under_rules(MODEL)
    with pytest.raises(RunError, match="under_rules takes scenarios with changes"):
        cs.under_rules(MODEL, Scenario("As it is"))


# Beside the runs of a projection


@pytest.mark.parametrize("n_draws", [0, 8])
def test_a_projection_has_each_scenario_under_each_rule(tmp_path, n_draws):
    path = tmp_path / "dearer.toml"
    path.write_text(
        'name = "Dearer"\n[[change]]\nparameter = "price"\nset = 20\nfrom = 2011-04-01\n'
        'why = "A test"\nsource = "assumption"\n',
        encoding="utf-8",
    )
    results = project(MODEL, [path], n_draws=n_draws)
    assert [one.said for one in results.ruled] == [FIRST, SECOND]
    own, other = results.ruled
    assert own.base is results.baseline
    assert own.run is results.runs[1]
    assert set(results.ensembles) == ({run.name for run in results.runs} if n_draws else set())
    table = cs.under_rules(MODEL, DEARER)["difference"]
    for one in (own, other):
        made = cs.compare(one.base, one.run)["difference"]
        assert made.loc["Dearer", "2013-14", "total_spend"] == pytest.approx(
            table.loc["Dearer", one.said, "2013-14", "total_spend"]
        )
        assert (one.run_ensemble is not None) == bool(n_draws)
