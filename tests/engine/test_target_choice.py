"""Which way a model is run: by what this machine has, or as it is asked for."""

import numpy as np
import pytest
from rich_model import CLOCK, SHIFTS, Rich, ran

from caresim.engine import prepare
from caresim.engine.prepare import TARGET_NAMES, Prepared, available_targets
from caresim.language import Flow, Model, Parameters, RunError, Stock, cloud, minimum

INSTALLED = available_targets()
USUAL = INSTALLED[-1]


def test_machine_code_is_the_default_wherever_there_can_be_any():
    assert Prepared(Rich(), CLOCK).target == USUAL
    for n_runs in (1, 2, 40):
        assert ran(None, n_runs).provenance["computed_with"] == USUAL


def test_the_choice_hangs_on_nothing_else():
    for change in SHIFTS.values():
        assert Prepared(Rich(), CLOCK, change, outputs=["care"], method="euler").target == USUAL


def test_without_a_compiler_everything_is_readable(monkeypatch):
    monkeypatch.setattr(prepare, "hindrance", lambda: "there is no compiler here")
    prepare._say_once.cache_clear()
    with pytest.warns(UserWarning, match="more slowly and with equal results: there is no comp"):
        assert Prepared(Rich(), CLOCK).target == "python"
    assert available_targets() == ("python",)
    prepare._say_once.cache_clear()


@pytest.mark.parametrize("target", INSTALLED)
def test_what_is_asked_for_is_what_runs_and_what_the_record_says(target):
    for n_runs in (1, 5, 20):
        assert ran(target, n_runs).provenance["computed_with"] == target


@pytest.mark.parametrize("former", ["floats", "numpy"])
def test_the_names_that_two_ways_had_are_those_of_the_one_that_they_are_now(former):
    with pytest.warns(FutureWarning, match=f"target='{former}' is now called target='python'"):
        assert ran(former, 3).provenance["computed_with"] == "python"


@pytest.mark.parametrize("target", ["Compiled", "llvm", "", 3])
def test_a_target_that_is_not_known_is_refused(target):
    with pytest.raises(RunError, match="target is one of 'python', 'compiled', not "):
        ran(target)


def test_what_is_available_is_a_part_of_what_there_is():
    assert set(available_targets()) <= set(TARGET_NAMES)


class Hidden(Model):
    """A product that may pass what numbers can hold, where nothing comes of it."""

    parameters = p = Parameters.of(start=(2.0, "1"), rate=(0.5, "1/year"), large=(1.0, "1"))
    care = Stock("Care", "1", p.start)
    left = Flow("Left", care >> cloud, care * p.rate * minimum(care * p.large * p.large, 1))


@pytest.mark.parametrize("target", INSTALLED)
def test_what_floats_get_over_stops_no_target(target):
    draws = {"large": np.array([1.0, 1e200, 1.0])}
    alone = [
        Prepared(Hidden(), CLOCK, target="python").record({"large": draws["large"][i : i + 1]}, 1)
        for i in range(3)
    ]
    found, _ = Prepared(Hidden(), CLOCK, target=target).record(draws, 3)
    for name, values in found.levels.items():
        for i, (record, _) in enumerate(alone):
            np.testing.assert_allclose(values[:, i], record.levels[name][:, 0], rtol=1e-12)
