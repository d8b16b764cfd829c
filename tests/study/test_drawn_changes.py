"""What a scenario does to a parameter that is drawn: it fixes it, or changes each draw."""

import numpy as np
import pytest
from policy_model import MODEL, Policy

import caresim as cs
from caresim.study.draws import Draws
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

LOW, HIGH = Policy.parameters["return_rate"].bounds
RATES = np.array([0.1, 0.2, 0.9 * HIGH])


def ran(*changes, model=MODEL, rates=RATES):
    plan = Scenario("A", changes=[Change("return_rate", *change) for change in changes])
    sample = Draws({"return_rate": rates}, "prior", 1)
    return cs.run(model, plan, draws=sample, until="2020-03-31")


def said(run, kind):
    return [str(n) for n in run.warnings if n.kind == kind and n.subject == "return_rate"]


def test_a_value_that_a_scenario_sets_is_the_same_in_every_draw_and_said():
    run = ran(("set", 0.3, "2010-04-01"))
    (text,) = said(run, "fixed")
    assert text == "'return_rate': set by the scenario and then the same in every draw"
    assert said(run, "bounds") == []
    again = ran(("set", 0.3, "2010-04-01"), ("scale", 2.0, "2012-04-01"))
    assert len(said(again, "fixed")) == 1, "to scale what is set leaves it the same in all"


def test_a_value_that_is_set_for_a_time_is_the_same_in_every_draw_for_that_time():
    change = Change("return_rate", "set", 0.3, "2012-04-01", until="2014-03-31")
    sample = Draws({"return_rate": RATES}, "prior", 1)
    run = cs.run(MODEL, Scenario("A", changes=[change]), draws=sample, until="2020-03-31")
    assert said(run, "fixed") == [
        "'return_rate': set by the scenario and for a time the same in every draw"
    ]


@pytest.mark.parametrize("change", [("scale", 1.05, "2012-04-01"), ("add", 0.01, "2012-04-01")])
def test_a_change_of_each_draw_within_the_bounds_says_nothing(change):
    run = ran(change)
    assert said(run, "fixed") == said(run, "bounds") == []


@pytest.mark.parametrize(
    "changes",
    [
        [("scale", 2.0, "2012-04-01")],
        [("add", 0.5 * HIGH, "2012-04-01")],
        [("scale", 2.0, "2012-04-01", 3)],
        [("scale", 2.0, "2012-04-01"), ("set", 0.3, "2015-04-01")],
    ],
    ids=["scale", "add", "a ramp", "until it is set"],
)
def test_draws_that_a_change_takes_out_of_their_bounds_are_counted(changes):
    (text,) = said(ran(*changes), "bounds")
    assert "under the scenario in 1 of 3 draws" in text
    assert f"{LOW:g} to {HIGH:g}" in text


def test_draws_that_were_out_of_bounds_before_are_not_the_scenario_s_doing():
    run = ran(("scale", 1.01, "2012-04-01"), rates=np.array([0.1, 0.2, 1.5 * HIGH]))
    assert not any("under the scenario" in text for text in said(run, "bounds"))


def test_what_the_caller_set_is_one_number_that_the_scenario_check_has_seen():
    run = ran(("scale", 1.5, "2012-04-01"), model=Policy(return_rate=0.2))
    assert said(run, "bounds") == []
    assert all("set by the caller" in text for text in said(run, "fixed"))
