"""Projecting scenario files together: what they are compared with, their draws and their names."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress

import numpy as np
import pytest
from policy_model import FILE, MODEL

from caresim.england import England
from caresim.language import RunError, ScenarioError
from caresim.study.backtest import Backtest
from caresim.study.results import project
from caresim.study.workers import InTurn

ENGLAND = England()
CHANGE = """
[[change]]
parameter = "return_rate"
set       = {amount}
from      = 2027-04-01
why       = "A test"
source    = "assumption"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, stem, name, *, extends=None, amount=None):
    lines = [f'name = "{name}"', *([f'extends = "{extends}"'] if extends else [])]
    text = "\n".join(lines) + (CHANGE.format(amount=amount) if amount else "")
    path = folder / f"{stem}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def family(folder):
    """A baseline with a change of its own, and two scenarios that extend it."""
    return (
        write(folder, "plan", "The plan", amount=0.15),
        write(folder, "more", "More", extends="plan", amount=0.3),
        write(folder, "less", "Less", extends="plan", amount=0.05),
    )


def names(results):
    return [run.name for run in results.runs]


# The baseline


def test_the_file_that_all_extend_is_the_baseline(family):
    base, *files = family
    results = project(MODEL, files, n_draws=0)
    assert names(results) == ["The plan", "More", "Less"]
    assert results.baseline is results.runs[0]
    assert results.baseline.scenario.changes[0].amount == 0.15
    assert results.files == {"The plan": base, "More": files[0], "Less": files[1]}


def test_one_file_that_extends_another_is_compared_with_it(family):
    assert names(project(MODEL, [family[1]], n_draws=0)) == ["The plan", "More"]


@pytest.mark.parametrize("at", [0, 1, 2], ids=["first", "in the middle", "last"])
def test_the_baseline_among_the_files_is_not_run_twice(family, at):
    base, *files = family
    files.insert(at, base)
    assert names(project(MODEL, files, n_draws=0)) == ["The plan", "More", "Less"]


def test_a_file_that_extends_none_is_compared_with_the_model_as_it_ships(family):
    results = project(MODEL, family[:1], n_draws=0)
    assert names(results) == ["Current policy", "The plan"]
    assert results.baseline.scenario is None
    assert results.files == {"Current policy": None, "The plan": family[0]}


def test_files_that_extend_none_are_compared_with_the_model_as_it_ships(folder):
    files = [write(folder, s, s.upper(), amount=a) for s, a in (("a", 0.2), ("b", 0.3))]
    assert names(project(MODEL, files, n_draws=0)) == ["Current policy", "A", "B"]


def test_files_that_extend_different_ones_are_compared_with_the_model_as_it_ships(family, folder):
    write(folder, "other", "The other plan", amount=0.2)
    stranger = write(folder, "third", "Third", extends="other", amount=0.25)
    results = project(MODEL, [family[1], stranger], n_draws=0)
    assert names(results) == ["Current policy", "More", "Third"]


def test_a_chain_is_compared_with_its_nearest_link(family, folder):
    last = write(folder, "last", "Last", extends="more", amount=0.4)
    assert names(project(MODEL, [last], n_draws=0)) == ["More", "Last"]


def test_the_baseline_is_known_under_another_spelling_of_its_path(family):
    base, more, less = family
    other = os.path.relpath(base)
    assert names(project(MODEL, [other, more, less], n_draws=0)) == ["The plan", "More", "Less"]


# Names


def test_two_files_of_one_name_are_refused(family, folder):
    twin = write(folder, "twin", "More", extends="plan", amount=0.2)
    with pytest.raises(ScenarioError, match="two of the scenarios are called 'More'; give each"):
        project(MODEL, [family[1], twin], n_draws=0)


def test_a_file_named_like_its_baseline_is_refused(family, folder):
    twin = write(folder, "twin", "The plan", extends="plan", amount=0.2)
    with pytest.raises(ScenarioError, match="two of the scenarios are called 'The plan'"):
        project(MODEL, [twin], n_draws=0)


def test_a_file_given_twice_is_refused(family):
    with pytest.raises(ScenarioError, match="two of the scenarios are called 'More'"):
        project(MODEL, [family[1], family[1]], n_draws=0)


def test_a_scenario_with_changes_is_not_called_like_the_model_as_it_ships(folder):
    file = write(folder, "a", "Current policy", amount=0.2)
    with suppress(ScenarioError):  # a refusal would do as well
        found = names(project(MODEL, [file], n_draws=0))
        assert len(set(found)) == len(found), found


def test_a_baseline_file_alone_is_run_once(folder):
    file = write(folder, "baseline", "Current policy")
    assert names(project(MODEL, [file], n_draws=0)) == ["Current policy"]


# Draws and score


SCENARIOS = ("early_help_first.toml", "fewer_reentries.toml")


@pytest.fixture(scope="module")
def england(request):
    files = [request.config.rootpath / "scenarios" / name for name in SCENARIOS]
    return project(ENGLAND, files, until="2030-03-31", n_draws=6, seed=2)


def test_every_run_has_its_ensemble_of_the_same_draws(england):
    assert list(england.ensembles) == names(england)
    for run in england.ensembles.values():
        assert run.n_runs == 6
        told = run.provenance["draws"]
        assert (told["origin"], told["seed"], told["runs"]) == ("posterior", 2, 6)
        assert set(run.outputs) == set(ENGLAND.published_names())
    assert len({r.provenance["draws"]["fingerprint"] for r in england.ensembles.values()}) == 1
    early, base = (england.ensembles[name] for name in ("Early help first", "Current policy"))
    # paired: before the policy begins, draw i is the same to the last digit
    np.testing.assert_array_equal(early.yearly("referrals")[:18], base.yearly("referrals")[:18])
    assert not np.array_equal(early.yearly("referrals")[-1], base.yearly("referrals")[-1])


def test_the_score_of_the_model_comes_along(england):
    assert england.score.text() == Backtest.of(ENGLAND).text()
    assert england.model is ENGLAND


def test_without_draws_there_are_no_ensembles(family):
    results = project(MODEL, family, n_draws=0)
    assert results.ensembles == {}
    assert results.score is None


def test_all_runs_end_on_the_day_asked_for(england):
    runs = (*england.runs, *england.ensembles.values())
    assert {run.clock.financial_years[-1] for run in runs} == {"2029-30"}


# Executors


def opener(asked):
    """Return a function that opens an executor and writes down for how many tasks."""
    return lambda tasks: asked.append(tasks) or nullcontext(InTurn())


@pytest.mark.parametrize(("meanwhile", "tasks"), [(None, 1), (dict, 2)])
def test_an_executor_is_opened_for_as_many_tasks_as_there_are(folder, meanwhile, tasks):
    file, asked = write(folder, "baseline", "Current policy"), []
    options = {"until": "2012-03-31", "n_draws": 2, "meanwhile": meanwhile}
    project(ENGLAND, [file], executor=opener(asked), **options)
    assert asked == [tasks]


def test_without_draws_no_other_process_is_asked_for(family):
    asked = []
    project(MODEL, family, n_draws=0, executor=opener(asked), meanwhile=dict)
    assert asked == [0]


def test_an_executor_that_is_handed_over_gives_the_same_and_stays_open(england, request):
    files = [request.config.rootpath / "scenarios" / name for name in SCENARIOS]
    with ThreadPoolExecutor(1) as pool:
        results = project(
            ENGLAND, files, until="2030-03-31", n_draws=6, seed=2, executor=pool
        )  # fmt: skip
        assert pool.submit(len, "open").result() == 4
    for name, run in england.ensembles.items():
        other = results.ensembles[name]
        np.testing.assert_array_equal(other.yearly("referrals"), run.yearly("referrals"))


# Faults


def test_a_fault_in_any_file_stops_everything(family, folder):
    broken = write(folder, "broken", "Broken", extends="plan", amount=99)
    with pytest.raises(ScenarioError, match=r"broken\.toml, change 1: 'set' takes 'return_rate'"):
        project(MODEL, [family[1], broken], n_draws=0)


def test_a_missing_file_is_named(family):
    with pytest.raises(ScenarioError, match=r"moer\.toml does not exist; did you mean 'more"):
        project(MODEL, ["moer.toml"], n_draws=0)


def test_an_end_that_is_no_31_march_is_refused(family):
    with pytest.raises(RunError, match="until must be a 31 March"):
        project(MODEL, family, until="2030-12-31", n_draws=0)


def test_a_whole_policy_file_goes_through(folder):
    path = folder / "policy.toml"
    path.write_text(FILE, encoding="utf-8")
    results = project(MODEL, [str(path)], n_draws=0)
    assert names(results) == ["Current policy", "Early help first"]
