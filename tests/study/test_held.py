"""What the caller of a model sets wins over draws, and the run says so; a fit's values do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_model import MODEL, Policy

import caresim as cs
from caresim.england import England
from caresim.language import (
    Flow,
    Model,
    Observed,
    Parameter,
    ParameterError,
    Parameters,
    Prior,
    Stock,
    cloud,
)
from caresim.language.observed import Observation
from caresim.study.drawing import draws
from caresim.study.draws import Draws
from caresim.study.fit.calibrate import calibrate
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario
from caresim.study.simulate import run
from caresim.study.vintage import with_parameters

UNTIL = "2020-03-31"


def drawn(name, value, unit):
    return Parameter(name, value, unit, "", "estimated", (0.0, 9.0), Prior("lognormal", value, 2))


class Home(Model):
    """A stock that two rates empty."""

    parameters = p = Parameters(
        {
            "start": Parameter("start", 100.0, "child"),
            "leaving": drawn("leaving", 0.2, "1/year"),
            "return_rate": drawn("return_rate", 0.1, "1/year"),
        }
    )
    until = UNTIL
    care = Stock("In care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.leaving)
    home = Flow("Home", care >> cloud, care * p.return_rate)


SAMPLE = draws(Home(), 12, seed=1)
FIGURES = Observed(
    tuple(
        Observation(
            "care", year, value, "child", "", "", "read", "Release", "example.org", tolerance=0.02
        )
        for year, value in (("2009-10", 74.0), ("2010-11", 55.0), ("2011-12", 41.0))
    )
)


def fixed(result):
    return [notice for notice in result.warnings if notice.kind == "fixed"]


# Which values the caller set


def test_a_model_knows_what_the_caller_set_and_keeps_knowing_it():
    assert Home().set_by_caller == ()
    model = Home(leaving=0.3).with_start(care=50.0).with_values(return_rate=0.2, leaving=0.4)
    assert model.with_start(care=10.0).set_by_caller == ("leaving", "return_rate")


def test_values_of_a_file_are_not_set_by_the_caller():
    model = with_parameters(Home(leaving=0.3), Home().parameters)
    assert model.set_by_caller == ()


# Draws that hold what the caller set


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 5.0), st.sampled_from(["leaving", "return_rate"]))
def test_a_value_that_the_caller_set_is_in_every_run(value, name):
    found = run(Home(**{name: value}), draws=SAMPLE)
    other = next(other for other in SAMPLE.columns if other != name)
    for i in range(SAMPLE.n_runs):
        alone = run(Home(**{name: value, other: SAMPLE.columns[other][i]}))
        np.testing.assert_allclose(found.values("care")[:, [i]], alone.values("care"), rtol=1e-12)


def test_the_run_names_what_was_not_drawn_and_keeps_the_number_of_runs():
    found = run(Home(leaving=0.3, return_rate=0.5), draws=SAMPLE)
    (notice,) = fixed(found)
    assert notice.subject == "leaving, return_rate"
    assert str(notice) == (
        "'leaving' at 0.3, 'return_rate' at 0.5: set by the caller and kept in every run, "
        "in place of what was drawn"
    )
    assert found.n_runs == SAMPLE.n_runs
    assert found.provenance["set_by_caller"] == ["leaving", "return_rate"]
    assert {"kind": "fixed", "subject": notice.subject, "text": notice.text} in (
        found.provenance["notices"]
    )


def test_a_run_of_the_model_as_it_ships_says_nothing_of_the_kind():
    found = run(Home(), draws=SAMPLE)
    assert fixed(found) == []
    assert "set_by_caller" not in found.provenance
    assert fixed(run(Home(start=50.0), draws=SAMPLE)) == [], "it was not drawn"
    assert fixed(run(Home(leaving=0.3))) == [], "nothing was drawn"


def test_with_and_without_a_value_set_the_same_draws_are_compared():
    more = run(Home(leaving=0.4), draws=SAMPLE)
    table = cs.compare(run(Home(), draws=SAMPLE), more)
    assert table.loc[("Current policy (leaving = 0.4)", "2019-20", "care"), "difference"] < 0


# Draws made for the model


def test_what_the_caller_set_is_not_drawn_and_the_rest_is_as_without_it():
    sample = draws(Home(leaving=0.3), 12, seed=1)
    assert list(sample.columns) == ["return_rate"]
    np.testing.assert_array_equal(sample.columns["return_rate"], SAMPLE.columns["return_rate"])
    (notice,) = [n for n in sample.notices if n.kind == "fixed"]
    assert str(notice) == "'leaving': set by the caller and not drawn"
    by_left_out, by_held = (run(Home(leaving=0.3), draws=s) for s in (sample, SAMPLE))
    np.testing.assert_allclose(by_left_out.values("care"), by_held.values("care"), rtol=1e-12)


def test_the_posterior_leaves_it_out_and_says_that_the_rest_does_not_follow():
    usual = draws(England(), 5, seed=1, given="posterior")
    sample = draws(England(plan_care_share=0.14), 5, seed=1, given="posterior")
    assert set(usual.columns) - set(sample.columns) == {"plan_care_share"}
    found = run(England(plan_care_share=0.14), draws=sample, until="2011-03-31")
    (notice,) = fixed(found)
    assert "'plan_care_share': set by the caller and not drawn" in str(notice)
    assert "the other draws ignore the value of 'plan_care_share'" in str(notice)


def test_what_has_a_prior_alone_is_left_out_of_posterior_draws_with_a_word():
    model = England(parent_help_effect=0.1, plan_care_share=0.14)
    (notice,) = (n for n in draws(model, 5, seed=1).notices if n.kind == "fixed")
    assert notice.subject == "parent_help_effect, plan_care_share"
    assert str(notice).endswith("; the other draws ignore the value of 'plan_care_share'")
    (alone,) = (n for n in draws(England(parent_help_effect=0.1), 5, seed=1).notices[:1])
    assert str(alone) == "'parent_help_effect': set by the caller and not drawn"


def test_where_the_caller_set_all_that_could_be_drawn_it_is_said():
    with pytest.raises(ParameterError, match=r"the caller set 'leaving', 'return_rate'; run it"):
        draws(Home(leaving=0.3, return_rate=0.5), 5, seed=1)


# A fit


def test_a_fit_draws_what_it_found_even_where_the_caller_set_it_before():
    fit = calibrate(Home(leaving=0.4, start=100.0), FIGURES, progress=False)
    assert fit.model.set_by_caller == ("start",), "the fit left it alone"
    sample = fit.draws(20, seed=1)
    found = run(fit.model, draws=sample)
    assert fixed(found) == []
    assert np.ptp(found.values("care")[-1]) > 0


# Scenarios of a lever that is drawn, and of one that is set

LEVER = Draws({"return_rate": np.array([0.1, 0.2, 0.4])}, "prior", 1)
CHANGES = {"set": 0.3, "add": 0.05, "scale": 2}


def double(model, change, sample=None):
    return run(model, Scenario("A", changes=[change]), until=UNTIL, draws=sample)


@pytest.mark.parametrize("verb", CHANGES)
def test_a_scenario_changes_each_draw_of_a_lever_as_it_would_alone(verb):
    change = Change("return_rate", verb, CHANGES[verb], "2015-04-01")
    many = double(MODEL, change, LEVER)
    for i, rate in enumerate(LEVER.columns["return_rate"]):
        alone = double(Policy(return_rate=rate), change)
        np.testing.assert_allclose(many.values("care")[:, [i]], alone.values("care"), rtol=1e-12)


@pytest.mark.parametrize("verb", CHANGES)
def test_a_scenario_starts_from_what_the_caller_set_not_from_the_draws(verb):
    change = Change("return_rate", verb, CHANGES[verb], "2015-04-01")
    many = double(Policy(return_rate=0.7), change, LEVER)
    alone = double(Policy(return_rate=0.7), change)
    for i in range(3):
        np.testing.assert_allclose(many.values("care")[:, [i]], alone.values("care"), rtol=1e-12)


@pytest.mark.parametrize(
    ("verb", "amount", "idle"), [("set", 0.1, False), ("scale", 1, True), ("add", 0, True)]
)
def test_a_lever_set_to_its_usual_value_does_something_where_it_is_drawn(verb, amount, idle):
    change = Change("return_rate", verb, amount, "2015-04-01")
    said = [n.kind for n in double(MODEL, change, LEVER).warnings]
    assert ("identical" in said) is idle
    held = double(Policy(return_rate=0.1), change, LEVER)
    assert "identical" in [n.kind for n in held.warnings], "the caller set it to that"
