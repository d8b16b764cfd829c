"""Draws are for what they were made for: the same equations, figures and numbers, or refused."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    Flow,
    Model,
    Observed,
    Parameter,
    ParameterError,
    Parameters,
    Prior,
    RunError,
    Stock,
    cloud,
)
from caresim.language.observed import Observation
from caresim.language.renamed import Renamed
from caresim.study.drawing import origin_of
from caresim.study.draws import draws_for
from caresim.study.effects.replaying import effects
from caresim.study.ledger import freeze
from caresim.study.results import project
from caresim.study.vintage import with_parameters

BOUNDS = {"leaving": (0.02, 2.0), "arrivals": (10.0, 90.0)}


def drawn(name, value, unit, spread=1.5):
    prior = Prior("lognormal", value, spread)
    return Parameter(name, value, unit, "", "estimated", BOUNDS[name], prior)


class Town(Model):
    """A stock with an inflow and an outflow, both drawn, from a fixed start."""

    parameters = p = Parameters(
        {
            "start_level": Parameter("start_level", 100.0, "child"),
            "leaving": drawn("leaving", 0.2, "1/year"),
            "arrivals": drawn("arrivals", 30.0, "child/year"),
        }
    )
    until = "2015-03-31"
    care = Stock("In care", "child", p.start_level)
    came = Flow("Came", cloud >> care, p.arrivals)
    left = Flow("Left", care >> cloud, care * p.leaving)


class Titled(Town):
    """The same town under another title."""

    title = "Another town"


class Longer(Town):
    """A town with one quantity more."""

    twice = Aux("Twice as many in care", Town.care * 2)


TOWN = Town()
SAMPLE = cs.draws(TOWN, 12, seed=1)


def figures(*values):
    rows = (
        Observation("care", f"{2009 + i}-{10 + i}", v, "child", "", "", "read", "Release",
                    "example.org", tolerance=0.02)
        for i, v in enumerate(values)
    )  # fmt: skip
    return Observed(tuple(rows))


SEEN = figures(118.0, 125.0, 130.0, 134.0, 137.0)


def laid_over(**changes):
    """Return the town with keys of its numbers exchanged, as a file of parameters does."""
    entries = {n: replace(Town.parameters[n], **keys) for n, keys in changes.items()}
    return with_parameters(TOWN, Parameters(entries))


OTHERS = {
    "another value": (laid_over(leaving={"value": 0.3}), "'leaving' is 0.3 where it was 0.2"),
    "another value of what is not drawn": (
        laid_over(start_level={"value": 50.0}), "'start_level' is 50 where it was 100"),
    "another prior": (
        laid_over(leaving={"prior": Prior("normal", 0.2, 0.01)}), "'leaving' is normal(mean 0.2"),
    "other bounds": (
        laid_over(leaving={"bounds": (0.1, 0.5)}), "within 0.1 to 0.5 where it was within 0.02 to"),
    "two other values": (
        laid_over(leaving={"value": 0.3}, arrivals={"value": 40.0}),
        "'leaving' is 0.3 where it was 0.2, 'arrivals' is 40 where it was 30"),
    "other equations": (Longer(), "Longer has other equations than Town"),
    "another model": (England(), "England has other equations than Town"),
}  # fmt: skip
VERBS = {
    "run": lambda model, sample: cs.run(model, draws=sample),
    "Simulator": lambda model, sample: cs.prepare(
        model, outputs=[model.example_name()], until="2011-03-31")(sample),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("case", OTHERS)
def test_draws_of_something_else_are_refused_with_the_difference_and_the_way_out(case, verb):
    model, reason = OTHERS[case]
    with pytest.raises(ParameterError) as fault:
        VERBS[verb](model, SAMPLE)
    assert reason in str(fault.value)
    assert "draw for this model, cs.draws(model, n, seed=…, given='prior')" in str(fault.value)


def test_more_differences_than_a_sentence_holds_are_counted():
    changes = {"leaving": 0.3, "arrivals": 40.0, "start_level": 90.0}
    model = laid_over(**{name: {"value": value} for name, value in changes.items()})
    with pytest.raises(ParameterError, match=r"and 1 more"):
        cs.run(model, draws=SAMPLE)


@pytest.mark.parametrize("model", [Town(), Titled(), laid_over(leaving={"source": "Another"}),
                                   Town(leaving=0.4), TOWN.with_values(start_level=40.0),
                                   TOWN.with_start(care=80.0)], ids=str)  # fmt: skip
def test_what_draws_do_not_depend_on_is_no_difference(model):
    assert draws_for(model, SAMPLE) is SAMPLE
    assert cs.run(model, draws=SAMPLE).n_runs == 12


def test_draws_by_hand_are_for_any_model_that_has_the_names():
    sample = cs.Draws({"leaving": np.array([0.1, 0.3])}, "hand", 1)
    assert sample.made_for is None
    assert cs.run(Longer(), draws=sample).n_runs == 2
    lost = cs.Draws({"leavign": np.array([0.1, 0.3])}, "hand", 1)
    with pytest.raises(ParameterError, match="no parameter 'leavign'; did you mean 'leaving'"):
        cs.run(TOWN, draws=lost)


def test_draws_tell_what_they_were_made_for_and_keep_it_on_the_way_to_another_process():
    told = SAMPLE.as_dict()["made_for"]
    assert told["model"] == "Town"
    assert told == cs.run(TOWN, draws=SAMPLE).provenance["draws"]["made_for"]
    sent = pickle.loads(pickle.dumps(SAMPLE))  # noqa: S301
    assert sent.made_for.fingerprint == told["fingerprint"]
    assert draws_for(TOWN, sent) is sent


def test_a_fingerprint_differs_where_draws_may_not_be_shared_and_nowhere_else():
    def of(model):
        return cs.draws(model, 2, seed=1).made_for.fingerprint

    same = {of(TOWN), of(Titled()), of(laid_over(leaving={"note": "x"}))}
    assert len(same) == 1
    names = ["another value", "another prior", "other bounds", "other equations"]
    assert len(same | {of(OTHERS[name][0]) for name in names}) == 5


# What a caller set


def test_what_the_caller_of_the_draws_set_is_said_where_it_is_not_set():
    sample = cs.draws(Town(leaving=0.4), 12, seed=1)
    assert list(sample.columns) == ["arrivals"]
    there, here = cs.run(Town(leaving=0.4), draws=sample), cs.run(TOWN, draws=sample)
    said = [str(n) for n in here.warnings if n.kind == "fixed"]
    assert any("set in the model that the draws were made for, and so not drawn here" in t
               for t in said)  # fmt: skip
    for run in (there, here):
        assert run.provenance["draws"]["not_drawn"] == ["leaving"]
    assert not np.array_equal(there.values("care"), here.values("care"))


def test_the_record_names_what_was_drawn_in_vain():
    assert "not_drawn" not in cs.run(TOWN, draws=SAMPLE).provenance["draws"]
    run = cs.run(Town(leaving=0.4), draws=SAMPLE)
    assert run.provenance["draws"]["not_drawn"] == ["leaving"]


def test_a_value_set_under_a_former_name_of_its_draws_is_kept():
    row = Renamed("parameter", "exit_rate", "leaving", "9.9")
    model = Town(leaving=0.5)
    model.parameters = replace(model.parameters, renamed=(row,), _refs={})
    sample = cs.Draws({"exit_rate": np.array([0.1, 0.3])}, "hand", 1)
    with pytest.warns(FutureWarning, match="'leaving'"):
        run = cs.run(model, draws=sample)
    alone = cs.run(model).values("care")[:, [0, 0]]
    np.testing.assert_allclose(run.values("care"), alone, rtol=1e-12)


def test_a_simulator_keeps_what_the_caller_set_under_draws_and_refuses_it_in_columns():
    simulate = cs.prepare(Town(leaving=0.4), outputs=["care"])
    found = simulate(SAMPLE)["care"]
    run = cs.run(Town(leaving=0.4), draws=SAMPLE)
    np.testing.assert_allclose(found, run.values("care")[1:], rtol=1e-12)
    with pytest.raises(RunError, match=r"'leaving' was set to 0\.4 where the model was made"):
        simulate(SAMPLE.columns)
    assert simulate({"arrivals": SAMPLE.columns["arrivals"]})["care"].shape == found.shape


def test_a_backtest_refuses_a_value_that_it_would_estimate_anew():
    with pytest.raises(cs.CaresimError, match="'leaving' was set where the model was made, and a"):
        cs.backtest(Town(leaving=0.4), SEEN, draws=0, progress=False)


# A fit


def test_a_fit_to_other_figures_gives_bands_around_its_own_best_fit():
    low, high = (
        cs.calibrate(TOWN, figures(*(f * v for v in (118.0, 125.0, 130.0, 134.0))), progress=False)
        for f in (0.8, 1.2)
    )
    for fit in (low, high):
        many = cs.run(fit.model, draws=fit.draws(100, seed=1)).values("care")
        line = cs.run(fit.model).values("care")[:, 0]
        bottom, middle, top = np.quantile(many, (0.1, 0.5, 0.9), axis=1)
        np.testing.assert_allclose(middle, line, rtol=0.02)
        assert ((bottom <= line) & (line <= top))[1:].all()
    apart = cs.run(high.model).values("care")[-1, 0] / cs.run(low.model).values("care")[-1, 0]
    assert apart > 1.3, "the two fits are told apart"


def test_draws_of_a_fit_are_of_the_fitted_model_and_of_no_other():
    fit = cs.calibrate(TOWN, SEEN, progress=False)
    sample = fit.draws(20, seed=1)
    assert sample.made_for.vintage == ""
    assert draws_for(fit.model, sample) is sample
    with pytest.raises(ParameterError, match=r"made for something else: Town has other numbers"):
        cs.run(TOWN, draws=sample)


# A posterior that is another's

ENGLAND = England()


class SeenOtherwise(England):
    observed = Observed(England.observed.observations[1:])


class Dearer(England):
    """England at another cost, laid over the class once it is made."""


Dearer.parameters = England.parameters.replaced({"cost_per_conference": 2_000})


class Wider(England):
    twice = Aux("Twice as many", England.looked_after * 2)


class Named(England):
    title = "England under another name"


def with_a_number(name, **keys):
    entry = replace(England.parameters[name], **keys)
    return with_parameters(ENGLAND, England.parameters.with_entries({name: entry}))


ALIEN = {
    "a file of other numbers": (
        with_a_number("plan_care_share", value=0.14), "'plan_care_share' is 0.14"),
    "another prior": (
        with_a_number("plan_care_share", prior=Prior("normal", 0.14, 0.02)),
        "'plan_care_share' is normal"),
    "other numbers of the class": (Dearer(), "'cost_per_conference' is 2000 where it was 1500"),
    "other figures": (SeenOtherwise(), "SeenOtherwise has other figures than England"),
    "other equations": (Wider(), "Wider has other equations than England"),
    "the numbers of a fit": (
        ENGLAND.with_numbers(England.parameters.replaced({"plan_care_share": 0.15})),
        "'plan_care_share'"),
}  # fmt: skip


@pytest.mark.parametrize("given", ["posterior", None])
@pytest.mark.parametrize("case", ALIEN)
def test_a_posterior_of_something_else_is_refused_with_the_way_out(case, given):
    model, reason = ALIEN[case]
    with pytest.raises(ParameterError) as fault:
        cs.draws(model, 5, seed=1, given=given)
    assert reason in str(fault.value)
    assert "use fit.draws(n, seed=…), or draw from its priors, given='prior'" in str(fault.value)


@pytest.mark.parametrize("case", ALIEN)
def test_its_priors_can_be_drawn(case):
    model, _ = ALIEN[case]
    assert cs.draws(model, 5, seed=1, given="prior").n_runs == 5
    assert origin_of(model) == "prior"


@pytest.mark.parametrize(
    "model", [England(plan_care_share=0.14), Named(), with_parameters(ENGLAND, England.parameters)]
)
def test_a_model_that_is_the_same_or_whose_caller_set_a_value_keeps_the_posterior(model):
    assert cs.draws(model, 5, seed=1).origin == origin_of(model) == "posterior"


def test_verbs_that_draw_by_themselves_take_the_priors_then_and_say_so():
    model, _ = ALIEN["a file of other numbers"]
    results = project(model, ["conferences_everywhere"], n_draws=3, until="2030-03-31")
    for run in results.ensembles.values():
        assert run.provenance["draws"]["origin"] == "prior"
        assert any("for the posterior is another's: England has other numbers: 'plan_care_share'"
                   in str(notice) for notice in run.warnings), run.name  # fmt: skip
    assert "3 draws of the prior" in effects(model, draws=3, only=["poverty_entries"]).drawn


def test_a_promise_is_made_with_a_posterior_of_the_model_alone():
    model, reason = ALIEN["a file of other numbers"]
    with pytest.raises(cs.CaresimError, match=reason):
        freeze(model, ["2020-21"], draws=3)


def test_a_promise_names_what_its_caller_set():
    found = freeze(England(plan_care_share=0.14), ["2020-21"], draws=3)
    assert found.facts["set_by_caller"] == {"plan_care_share": 0.14}
    assert "set_by_caller" not in freeze(ENGLAND, ["2020-21"], draws=3).facts


# What shows that it is done

SET = {
    "parent_help_effect": 0.1,
    "plan_care_share": 0.14,
    "cost_per_foster_year": 30_000,
    "high_risk_share": 0.25,
}
SHOWN = {"cost_per_foster_year": "looked_after_spend"}
PARENTS = cs.Scenario("Help", changes=[cs.Change("parent_help_share", "set", 1.0, "2022-04-01")])


@pytest.mark.parametrize("name", SET)
def test_england_with_a_value_differs_under_draws_as_single_runs_do(name):
    output = SHOWN.get(name, "looked_after")
    sample = cs.draws(ENGLAND, 30, seed=1)

    def last(model, draws=None):
        run = cs.run(model, PARENTS, until="2030-03-31", draws=draws, outputs=[output])
        return run.values(output)[-1]

    alone = float(last(England(**{name: SET[name]}))[0] - last(ENGLAND)[0])
    paired = float(np.median(last(England(**{name: SET[name]}), sample) - last(ENGLAND, sample)))
    assert alone
    assert paired == pytest.approx(alone, rel=0.5)
