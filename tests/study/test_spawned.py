"""Verbs as tasks of spawned processes, which share nothing: what goes there and back is whole."""

import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.study.results import project

ROOT = Path(__file__).parents[2]
EARLY_HELP, SUPPORT = (
    ROOT / "scenarios" / f"{name}.toml"
    for name in ("early_help_first", "return_support_everywhere")
)
ENGLAND = England()
UNTIL = "2029-03-31"

# A person's own model and program, in a file of their own whose path has blanks and umlauts
PROGRAM = '''
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import set_start_method

import caresim as cs
from caresim.language import Flow, Model, Observed, Parameter, Parameters, Prior, Stock, cloud
from caresim.language.observed import Observation


class Leaving(Model):
    """Children who leave care at a rate to be estimated."""

    parameters = p = Parameters({
        "rate": Parameter("rate", 0.3, "1/year", role="estimated", bounds=(0.01, 2.0),
                          prior=Prior("lognormal", 0.3, 5)),
        "start": Parameter("start", 1000.0, "child"),
    })
    start, until = "2009-03-31", "2019-03-31"
    care = Stock("In care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate)


def figures():
    table = cs.run(Leaving(rate=0.2)).annual()
    rows = [(n, year, table.loc[year, n]) for n in ("care", "left") for year in table.index]
    return Observed(tuple(
        Observation(name, year, value, "", "", "", "", "", "", tolerance=0.01)
        for name, year, value in rows
    ))


def answers(pool):
    """Return what the verbs answer, asked here for None."""

    def ask(verb, *given):
        return pool.submit(verb, *given).result() if pool else verb(*given)

    model, seen = Leaving(), figures()
    score = cs.backtest(
        model, seen, origins=["2013-14", "2014-15"], draws=20, progress=False, given="actual",
        executor=pool,
    )
    fit = ask(fitted, model, seen)
    draws = ask(drawn, model)
    run = ask(ran, model, draws)
    return {
        "score": score.text(),
        "fit": fit.values["rate"],
        "posterior": ask(fit_draws, fit).text(),
        "prior": draws.fingerprint,
        "run": run.values("care").tolist(),
    }


def fitted(model, seen):
    return cs.calibrate(model, seen, progress=False)


def fit_draws(fit):
    return fit.draws(20, seed=1)


def drawn(model):
    return cs.draws(model, 20, seed=1)


def ran(model, draws):
    return cs.run(model, draws=draws)


if __name__ == "__main__":
    set_start_method("spawn")
    with ProcessPoolExecutor(2) as pool:
        print(json.dumps([answers(pool), answers(None)]))
'''


@pytest.fixture(scope="module")
def pool():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as spawned:
        yield spawned


@pytest.fixture(scope="module")
def draws():
    return cs.draws(ENGLAND, 3, seed=1, given="posterior")


@pytest.fixture(scope="module")
def early(draws):
    return cs.run(ENGLAND, EARLY_HELP, until=UNTIL, draws=draws)


def same(a, b):
    assert a.outputs == b.outputs
    for name in a.outputs:
        np.testing.assert_array_equal(a.values(name), b.values(name), err_msg=name)


def test_a_run_comes_back_as_it_would_be_here(pool, draws, early):
    there = pool.submit(cs.run, ENGLAND, EARLY_HELP, until=UNTIL, draws=draws).result()
    same(there, early)
    assert there.provenance == early.provenance
    assert there.warnings == early.warnings


def test_runs_from_elsewhere_are_compared_with_those_made_here(pool, draws, early):
    there = pool.submit(cs.run, ENGLAND, until=UNTIL, draws=draws).result()
    here = cs.run(ENGLAND, until=UNTIL, draws=draws)
    mixed, plain = (cs.compare(base, early, at=[UNTIL]) for base in (there, here))
    assert mixed.equals(plain)


def test_draws_are_the_same_elsewhere(pool, draws):
    there = pool.submit(cs.draws, ENGLAND, 3, seed=1, given="posterior").result()
    assert there.fingerprint == draws.fingerprint


def test_a_prepared_model_that_was_called_here_is_called_elsewhere():
    simulate = cs.prepare(ENGLAND, outputs=["looked_after", "total_spend"], until=UNTIL)
    values = {"plan_care_share": np.array([0.12, 0.14])}
    here = simulate(values)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:  # which it may end
        there = alone.submit(simulate, values).result()
    for name, numbers in here.items():
        np.testing.assert_array_equal(there[name], numbers)


def test_a_prepared_model_is_called_elsewhere(pool):
    simulate = cs.prepare(ENGLAND, outputs=["looked_after", "total_spend"], until=UNTIL)
    values = {"plan_care_share": np.array([0.12, 0.14])}
    there, here = pool.submit(simulate, values).result(), simulate(values)
    for name, numbers in here.items():
        np.testing.assert_array_equal(there[name], numbers)


@pytest.mark.slow
def test_a_break_even_is_the_same_elsewhere(pool):
    here = cs.break_even(ENGLAND, SUPPORT, at=UNTIL)
    there = pool.submit(cs.break_even, ENGLAND, SUPPORT, at=UNTIL).result()
    assert (there.value, str(there)) == (here.value, str(here))


@pytest.mark.slow
def test_a_fit_that_was_made_elsewhere_is_whole_here(pool):
    figures = ENGLAND.observed.until("2012-13")
    options = {"progress": False, "most_steps": 1}
    there = pool.submit(cs.calibrate, ENGLAND, figures, **options).result()
    here = cs.calibrate(ENGLAND, figures, **options)
    assert there.values == here.values
    np.testing.assert_array_equal(there.jacobian, here.jacobian)
    same(there.run, here.run)


def test_a_projection_of_files_takes_spawned_processes(pool):
    here, there = (
        project(ENGLAND, [EARLY_HELP], until=UNTIL, n_draws=3, executor=executor)
        for executor in (None, pool)
    )
    assert list(there.ensembles) == list(here.ensembles)
    for name, run in here.ensembles.items():
        same(there.ensembles[name], run)
        assert there.ensembles[name].model is ENGLAND


@pytest.mark.slow
def test_a_backtest_of_england_takes_spawned_processes(pool):
    options = {"origins": ["2016-17", "2017-18"], "horizons": [1], "draws": 0, "progress": False}
    here, there = (cs.backtest(ENGLAND, executor=executor, **options) for executor in (None, pool))
    assert there.text() == here.text()


def test_a_program_with_a_model_of_its_own_gives_the_same_in_spawned_processes(tmp_path):
    folder = tmp_path / "Mein Ordner ü"
    folder.mkdir()
    (folder / "mein modell ß.py").write_text(PROGRAM, encoding="utf-8")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    told = subprocess.run(
        [sys.executable, "mein modell ß.py"],
        cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True,
        encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    spawned, alone = json.loads(told.stdout)
    assert spawned == alone
    assert spawned["fit"] == pytest.approx(0.2, rel=1e-3)
