"""Every canonical model meets its solution in every target, alone and in a batch."""

from itertools import pairwise

import numpy as np
import pytest
from canonical import CASES, START, TARGET_NAMES, Case, errors_of
from canonical_lags import LAGS
from canonical_swings import SWINGS

from caresim.engine.clock import Clock
from caresim.engine.execute import execute

ALL = {**CASES, **SWINGS, **LAGS}
every_case = pytest.mark.parametrize("case", ALL)
every_target = pytest.mark.parametrize("target", TARGET_NAMES)


def assert_within(case, run, expected, column=0):
    errors = errors_of(run, expected, column)
    worst = max(errors, key=errors.get)
    assert errors[worst] <= case.within, (
        f"run {column}: '{worst}' is off by {errors[worst]:.1e} of its largest value, "
        f"more than {case.within:.0e}\n{run.values(worst)[:, column]}\n{expected[worst]}"
    )


@every_target
@every_case
def test_rk4_meets_the_solution(case, target):
    known = ALL[case]
    run = execute(known.model(), known.clock(), target=target)
    assert_within(known, run, known.expected())


@every_target
@every_case
def test_every_run_of_a_batch_meets_the_solution_of_its_own_parameters(case, target):
    known = ALL[case]
    rng = np.random.default_rng(7)
    columns = {
        name: entry.value * rng.uniform(0.95, 1.05, 5)
        for name, entry in known.model.parameters.items()
    }
    names = list(known.model.variables)
    run = execute(known.model(), known.clock(), (), columns, outputs=names, target=target)
    for column in range(5):
        own = {name: values[column] for name, values in columns.items()}
        assert_within(known, run, known.expected(**own), column)


@every_target
@pytest.mark.parametrize("case", ["epidemic", "prey", "Solow", "stock management"])
def test_a_run_is_the_same_bit_for_bit_in_a_wide_batch_and_alone(case, target):
    """Wide enough for several blocks of lanes and for threads; the last block is not full."""
    known, n = ALL[case], 149
    rng = np.random.default_rng(8)
    columns = {
        name: entry.value * rng.uniform(0.95, 1.05, n)
        for name, entry in known.model.parameters.items()
    }
    names, clock = list(known.model.variables), Clock(START, START + 2, 8)
    wide = execute(known.model(), clock, (), columns, outputs=names, target=target)
    for place in (0, 1, 15, 16, 100, n - 1):
        single = {name: values[place : place + 1] for name, values in columns.items()}
        alone = execute(known.model(), clock, (), single, outputs=names, target=target)
        for name in names:
            np.testing.assert_array_equal(
                wide.values(name)[:, place], alone.values(name)[:, 0], f"{name}, run {place}"
            )


def sizes_of_error(known: Case, method, first):
    """Return the root mean square error at three steps, each half of the one before."""
    expected = known.expected()
    runs = [execute(known.model(), known.clock(first * n), method=method) for n in (1, 2, 4)]
    return [
        np.sqrt(np.mean([np.mean(((run.values(name)[:, 0] - values) / np.abs(values).max()) ** 2)
                         for name, values in expected.items()]))
        for run in runs
    ]  # fmt: skip


# The bands hold what the next term of the error adds at these steps, and no other whole order:
# a method of order three would give 8, one of order five 32.
@pytest.mark.parametrize(("method", "ratio", "band"), [("rk4", 16, 0.15), ("euler", 2, 0.03)])
@every_case
def test_half_the_step_cuts_the_error_by_the_order_of_the_method(case, method, ratio, band):
    known = ALL[case]
    errors = sizes_of_error(known, method, known.orders[method == "euler"])
    assert errors[-1] > 1e-12, "too near rounding to show an order: start from fewer steps"
    for coarse, fine in pairwise(errors):
        assert coarse / fine == pytest.approx(ratio, rel=band), errors


def test_both_methods_meet_as_steps_grow():
    known = CASES["decay"]
    euler, rk4 = (
        execute(known.model(), known.clock(n), method=method).values("care")[-1, 0]
        for method, n in (("euler", 4096), ("rk4", 16))
    )
    assert euler == pytest.approx(rk4, rel=1e-3)


@every_target
def test_the_published_teacup_comes_out_digit_for_digit(target):
    """The rows that PySD's documentation prints: Euler, eight steps to a unit of time."""
    clock = Clock(START, START + 30, 8, saves_per_year=8)
    run = execute(CASES["teacup"].model(), clock, method="euler", target=target)
    rows = np.round(run.values("tea")[:, 0], 6)
    assert rows[:5].tolist() == [180.0, 178.625, 177.267188, 175.926348, 174.602268]
    assert rows[-5:].tolist() == [75.651312, 75.580671, 75.510912, 75.442026, 75.374001]
