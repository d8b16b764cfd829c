"""Running a model under a scenario: what may be given, what comes back, what a run says."""

import datetime as dt
import json

import numpy as np
import pytest
from policy_model import FILE, MODEL, Policy

import caresim as cs
from caresim.engine.prepare import available_targets
from caresim.england import England
from caresim.language import ParameterError, RunError, ScenarioError
from caresim.study.draws import Draws
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import read_scenario
from caresim.study.scenario.scenario import Scenario
from caresim.study.simulate import run

HIGHER = Scenario("More returns", "A test.", [Change("return_rate", "set", 0.2, "2015-04-01")])
UNTIL = "2020-03-31"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(FILE, encoding="utf-8")
    return file


# The scenario


def test_without_a_scenario_current_policy_is_run():
    result = run(MODEL, until=UNTIL)
    assert result.name == "Current policy"
    assert result.scenario is None
    assert result.provenance["scenario"] is None


def test_a_path_a_text_and_a_scenario_give_the_same_run(path):
    by_path, by_text, by_object = (run(MODEL, s) for s in (path, str(path), read_scenario(path)))
    for result in (by_path, by_text):
        assert result.name == by_object.name == "Early help first"
        np.testing.assert_array_equal(result.values("care"), by_object.values("care"))
        assert result.provenance == by_object.provenance


def test_a_scenario_changes_what_comes_after_it_and_nothing_before():
    base, more = run(MODEL, until=UNTIL), run(MODEL, HIGHER, until=UNTIL)
    before, after = slice(None, 7), slice(7, None)  # the start and six years; then from 2015-16
    np.testing.assert_array_equal(base.values("care")[before], more.values("care")[before])
    assert (more.values("care")[after] < base.values("care")[after]).all()


def test_a_fault_of_a_file_is_told_before_anything_is_run(path):
    path.write_text(FILE.replace("early_help_budget", "early_help_budgt"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"policy\.toml, change 1: 'early_help_budgt' is not a"):
        run(MODEL, path)


def test_a_change_after_the_end_of_the_run_is_refused():
    with pytest.raises(ScenarioError, match="begins on 2015-04-01, outside the run"):
        run(MODEL, HIGHER, until="2015-03-31")


@pytest.mark.parametrize("wrong", [3, ["policy.toml"], {"return_rate": 0.2}, Change])
def test_what_is_no_scenario_is_refused(wrong):
    with pytest.raises((RunError, ScenarioError)):
        run(MODEL, wrong, until=UNTIL)


# The model


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [(Policy, r"Policy\(\)"), ("England", r"MyModel\(\)"), (None, r"MyModel\(\)")],
    ids=["a class", "a name", "nothing"],
)
def test_what_is_no_model_is_refused_with_what_to_write(wrong, hint):
    with pytest.raises(RunError, match=f"run takes a model such as {hint}, not"):
        run(wrong)


def test_a_model_with_other_values_gives_another_run():
    quick = Policy(return_rate=0.5)
    assert run(quick, until=UNTIL).values("care")[-1] < run(MODEL, until=UNTIL).values("care")[-1]
    with pytest.raises(ParameterError, match="outside its bounds"):
        Policy(return_rate=3)


# When, how and what


def test_a_run_goes_to_the_model_s_own_end_unless_told():
    assert run(MODEL).clock.save_dates[-1] == dt.date(2035, 3, 31)
    for until in (UNTIL, dt.date(2020, 3, 31)):
        assert run(MODEL, until=until).clock.financial_years[-1] == "2019-20"


@pytest.mark.parametrize("until", ["2020-12-31", "2009-03-31", "1999-03-31", "2020", 2020])
def test_an_end_that_is_no_later_31_march_is_refused(until):
    with pytest.raises(RunError, match="until"):
        run(MODEL, until=until)


@pytest.mark.parametrize(
    ("every", "per_year"), [("year", 1), ("quarter", 4), ("month", 12), ("step", 16)]
)
def test_results_are_kept_every_year_quarter_or_step(every, per_year):
    result = run(MODEL, until="2011-03-31", every=every)
    assert len(result["care"]) == 2 * per_year + 1
    assert len(result["home"]) == 2 * per_year
    yearly = run(MODEL, until="2011-03-31")
    # most months end between two of sixteen steps, and so end one more
    rounding = 1e-7 if every == "month" else 1e-12
    np.testing.assert_allclose(result.yearly("home"), yearly.yearly("home"), rtol=rounding)
    np.testing.assert_allclose(result.yearly("care"), yearly.yearly("care"), rtol=rounding)


def test_an_unknown_interval_is_refused_with_those_there_are():
    with pytest.raises(RunError, match="'year', 'quarter', 'month', 'step', not 'day'"):
        run(MODEL, every="day")


def test_method_and_steps_are_taken_and_recorded():
    result = run(MODEL, until=UNTIL, method="euler", steps_per_year=8)
    assert (result.provenance["method"], result.provenance["steps_per_year"]) == ("euler", 8)
    assert not np.array_equal(result.values("care"), run(MODEL, until=UNTIL).values("care"))
    with pytest.raises(RunError, match="'rk4', 'euler', not 'rk45'"):
        run(MODEL, method="rk45")


def test_only_the_outputs_asked_for_are_kept():
    result = run(MODEL, until=UNTIL, outputs=["home"])
    assert result.outputs == ("home",)
    with pytest.raises(RunError, match=r"'care' was not stored .*outputs=\['care'\]"):
        result.values("care")
    with pytest.raises(RunError, match="did you mean 'care'"):
        run(MODEL, outputs=["caer"])
    with pytest.raises(RunError, match=r"write outputs=\['home'\]"):
        run(MODEL, outputs="home")


# Draws


DRAWS = Draws({"reentry_rate": np.linspace(0, 0.5, 12)}, "prior", 4)


def test_each_draw_is_the_run_of_a_model_with_its_values():
    many = run(MODEL, HIGHER, until=UNTIL, draws=DRAWS)
    assert many.n_runs == 12
    for i, rate in enumerate(DRAWS.columns["reentry_rate"]):
        alone = run(Policy(reentry_rate=rate), HIGHER, until=UNTIL)
        np.testing.assert_allclose(many.values("care")[:, [i]], alone.values("care"), rtol=1e-12)


def test_draws_of_a_lever_are_scaled_by_the_scenario_not_lost():
    drawn = Draws({"return_rate": np.array([0.1, 0.2])}, "prior", 1)
    double = Scenario("Double", changes=[Change("return_rate", "scale", 2, "2009-04-01")])
    many = run(MODEL, double, until=UNTIL, draws=drawn)
    alone = run(Policy(return_rate=0.4), until=UNTIL)
    np.testing.assert_allclose(many.values("care")[:, [1]], alone.values("care"), rtol=1e-12)


def test_draws_that_the_model_does_not_have_are_refused():
    with pytest.raises(ParameterError, match="no parameter 'retrn_rate'; did you mean"):
        run(MODEL, draws=Draws({"retrn_rate": np.ones(3)}, "prior", 1))


def test_draws_of_a_dated_parameter_are_refused():
    with pytest.raises(RunError, match="'caseload' has dated values and cannot be drawn"):
        run(MODEL, draws=Draws({"caseload": np.ones(3)}, "prior", 1))


# What a run says of itself


def kinds(result):
    return [notice.kind for notice in result.warnings]


@pytest.mark.parametrize(
    "change",
    [
        ("return_rate", "set", 0.1, "2015-04-01"),
        ("return_rate", "scale", 1, "2015-04-01"),
        ("early_help_budget", "add", 0, "2015-04-01"),
        ("funding_rule", "set", "ring-fenced", "2015-04-01"),
    ],
    ids=["set to what it is", "scaled by one", "nothing added", "the present setting"],
)
def test_a_scenario_that_changes_nothing_says_so(change):
    result = run(MODEL, Scenario("Idle", changes=[Change(*change)]), until=UNTIL)
    (notice,) = (n for n in result.warnings if n.kind == "identical")
    assert notice.subject == "Idle"
    assert str(notice) == ("the scenario 'Idle' changes nothing: it is identical to Current policy")
    np.testing.assert_array_equal(result.values("care"), run(MODEL, until=UNTIL).values("care"))


def test_two_changes_that_cancel_each_other_change_nothing():
    there, back = (Change("return_rate", "add", x, "2015-04-01") for x in (0.1, -0.1))
    assert "identical" in kinds(run(MODEL, Scenario("Idle", changes=[there, back]), until=UNTIL))


@pytest.mark.parametrize("target", available_targets())
def test_a_lever_that_moves_and_does_nothing_is_seen_in_either_way(target):
    """The budget of both is spent on nothing unless one crowds out the other."""
    idle = Scenario("Idle", changes=[Change("total_budget", "scale", 1.1, "2027-04-01")])
    assert "identical" in kinds(run(England(), idle, until="2030-03-31", target=target))


def test_a_scenario_that_changes_something_or_has_no_changes_does_not_say_so():
    assert "identical" not in kinds(run(MODEL, HIGHER, until=UNTIL))
    assert "identical" not in kinds(run(MODEL, Scenario("Current policy"), until=UNTIL))


def test_the_provenance_is_plain_data_that_json_gives_back_whole(path):
    plan = read_scenario(path)
    result = run(MODEL, plan, draws=DRAWS, method="euler", steps_per_year=8)
    record = result.provenance
    assert json.loads(json.dumps(record)) == record
    assert record["scenario"] == plan.as_dict()
    assert record["draws"] == DRAWS.as_dict()
    assert record["caresim"] == cs.__version__
    assert record["model"] == "Policy"
    assert (record["start"], record["until"]) == ("2009-03-31", "2035-03-31")
    assert record["parameters"]["return_rate"] == 0.1
    caseload = record["parameters"]["caseload"]
    assert list(caseload.values()) == [20.0, 10.0]
    assert next(iter(caseload)).startswith("20"), "each value has its date"
    assert record["runs"] == 12


def test_the_provenance_is_enough_to_make_the_run_again(path):
    first = run(MODEL, path, steps_per_year=8)
    record = json.loads(json.dumps(first.provenance))
    numbers = {n: v for n, v in record["parameters"].items() if not isinstance(v, dict)}
    plan = record["scenario"]
    again = run(
        Policy(**numbers),
        Scenario(plan["name"], plan["summary"], [Change(**c) for c in plan["changes"]]),
        until=record["until"],
        method=record["method"],
        steps_per_year=record["steps_per_year"],
    )
    np.testing.assert_array_equal(again.values("care"), first.values("care"))


def test_every_warning_is_in_the_provenance():
    result = run(MODEL, HIGHER, until="2035-03-31")
    assert result.warnings, "the caseload is not known to 2035"
    told = [(n["kind"], n["subject"], n["text"]) for n in result.provenance["notices"]]
    assert told == [(n.kind, n.subject, n.text) for n in result.warnings]


def test_runs_of_one_model_have_one_fingerprint_of_its_equations():
    plain, other = run(MODEL, until=UNTIL), run(MODEL, HIGHER, until=UNTIL)
    some = run(MODEL, until=UNTIL, outputs=["care"])
    assert len({r.provenance["equations"] for r in (plain, other, some)}) == 1


@pytest.mark.parametrize("target", available_targets())
def test_a_target_may_be_asked_for_and_the_record_says_so(target):
    usual, asked = run(MODEL), run(MODEL, target=target)
    assert asked.provenance["computed_with"] == target
    assert ("llvmlite" in asked.provenance) == (target == "compiled")
    for name in MODEL.published_names():
        np.testing.assert_allclose(asked.values(name), usual.values(name), rtol=1e-12)


def test_an_unknown_target_is_refused():
    with pytest.raises(RunError, match="target is one of 'python', 'compiled', not 'gpu'"):
        run(MODEL, target="gpu")
