"""Which way a model is run: by the number of runs and what is installed, or as it is asked for."""

import numpy as np
import pytest
from rich_model import CLOCK, SHIFTS, Rich, ran

from caresim.engine import prepare
from caresim.engine.clock import Clock
from caresim.engine.prepare import (
    FEW_RUNS,
    MOST_FLOAT_RUNS,
    TARGET_NAMES,
    Prepared,
    available_targets,
)
from caresim.language import Flow, Model, Parameters, RunError, Stock, cloud, minimum

INSTALLED = available_targets()
needs_compiler = pytest.mark.skipif("compiled" not in INSTALLED, reason="needs llvmlite")


class Small(Model):
    parameters = p = Parameters.of(start=(2.0, "child"), rate=(0.5, "1/year"))
    care = Stock("Care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate)


def chosen(n_runs, **options):
    return Prepared(Rich(), CLOCK, **options).chosen(n_runs)


@pytest.mark.parametrize(
    ("installed", "most", "beyond"),
    [(True, FEW_RUNS, "compiled"), (False, MOST_FLOAT_RUNS, "numpy")],
)
def test_the_choice_hangs_on_the_number_of_runs_and_on_what_is_installed(
    installed, most, beyond, monkeypatch
):
    monkeypatch.setattr(prepare, "is_available", lambda: installed)
    assert {chosen(n) for n in range(1, most + 1)} == {"floats"}
    assert {chosen(n) for n in (most + 1, 100, 10**6)} == {beyond}


@pytest.mark.parametrize("n_runs", [1, FEW_RUNS, FEW_RUNS + 1, MOST_FLOAT_RUNS + 1])
def test_the_choice_hangs_on_nothing_else(n_runs):
    usual = chosen(n_runs)
    for change in SHIFTS.values():
        assert chosen(n_runs, shifts=change) == usual
    for outputs in (["care"], None):
        assert chosen(n_runs, outputs=outputs, method="euler") == usual
    assert Prepared(Small(), Clock(2000, 2050, 64)).chosen(n_runs) == usual


@needs_compiler
def test_many_calls_are_worth_compiling_for():
    assert chosen(1, often=True) == "compiled"


def test_without_a_compiler_many_calls_change_nothing(monkeypatch):
    monkeypatch.setattr(prepare, "is_available", lambda: False)
    assert chosen(1, often=True) == "floats"


@pytest.mark.parametrize("target", INSTALLED)
def test_what_is_asked_for_is_what_runs_and_what_the_record_says(target):
    for n_runs in (1, 5, 20):
        assert ran(target, n_runs).provenance["computed_with"] == target


@pytest.mark.parametrize("n_runs", [1, FEW_RUNS, FEW_RUNS + 1, MOST_FLOAT_RUNS + 1])
def test_the_record_says_which_was_chosen(n_runs):
    assert ran(None, n_runs).provenance["computed_with"] == chosen(n_runs)


@pytest.mark.parametrize("target", ["Compiled", "llvm", "", 3])
def test_a_target_that_is_not_known_is_refused(target):
    with pytest.raises(RunError, match="target is one of 'floats', 'numpy', 'compiled', not "):
        ran(target)


def test_what_is_available_is_a_part_of_what_there_is(monkeypatch):
    assert set(available_targets()) <= set(TARGET_NAMES)
    monkeypatch.setattr(prepare, "is_available", lambda: False)
    assert available_targets() == ("floats", "numpy")


class Hidden(Model):
    """A product that may pass what numbers can hold, where nothing comes of it."""

    parameters = p = Parameters.of(start=(2.0, "1"), rate=(0.5, "1/year"), large=(1.0, "1"))
    care = Stock("Care", "1", p.start)
    left = Flow("Left", care >> cloud, care * p.rate * minimum(care * p.large * p.large, 1))


@pytest.mark.parametrize("target", INSTALLED)
def test_what_floats_get_over_stops_no_target(target):
    draws = {"large": np.array([1.0, 1e200, 1.0])}
    expected, _ = Prepared(Hidden(), CLOCK, target="floats").record(draws, 3)
    found, _ = Prepared(Hidden(), CLOCK, target=target).record(draws, 3)
    for name, values in expected.levels.items():
        np.testing.assert_allclose(found.levels[name], values, rtol=1e-12)


@needs_compiler
@pytest.mark.parametrize("version", ["0.44.0", "0.9", "unknown"])
def test_an_llvmlite_that_is_too_old_counts_as_none(version, monkeypatch):
    import llvmlite

    monkeypatch.setattr(llvmlite, "__version__", version)
    assert chosen(MOST_FLOAT_RUNS + 1) == "numpy"
    with pytest.raises(RunError, match=r"needs llvmlite 0\.45 or newer.*pip install"):
        Prepared(Small(), CLOCK, target="compiled")
