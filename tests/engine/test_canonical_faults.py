"""Faults that other simulators of such models have had, each kept out by a test."""

import math

import numpy as np
import pytest
from canonical import START, TARGET_NAMES, Decay

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import Aux, Flow, Model, Parameters, RunError, Stock, cloud

every_target = pytest.mark.parametrize("target", TARGET_NAMES)
ONE_YEAR = Clock(START, START + 1, 1)


class Powers(Model):
    """Powers whose base, exponent or sign is easily lost when an equation is written out."""

    parameters = p = Parameters.of(a=2.0, b=1.5, rate=(0.0, "1/year"))
    x = Stock("X", "1", p.a, signed=True)
    y = Stock("Y", "1", p.b, signed=True)
    still = Flow("Nothing", cloud >> x, x * p.rate)
    sum_squared = Aux("Square of a sum", (x + y) ** 2)
    product_cubed = Aux("Cube of a product", (x * y) ** 3)
    quotient_rooted = Aux("Root of a quotient", (x / y) ** 0.5)
    of_a_power = Aux("Power of a power", (x**y) ** 3)
    to_a_power = Aux("Power to a power", x ** (y**3))
    minus_square = Aux("Minus a square", -(x**2))
    square_of_minus = Aux("Square of a negative", (-x) ** 2)
    to_minus = Aux("To a negative power", x ** (-y))
    to_a_sum = Aux("Power to a sum", x ** (y + 1))
    difference = Aux("Difference of differences", x - (y - (x - y)))
    quotient = Aux("Quotient of quotients", x / (y / (x / y)))
    scaled = Aux("A power in a product", 3 * (x - y) ** 2 / (1 + y) ** 2)
    constant = Aux("The same of constants alone", (p.a + p.b) ** 2 / -(p.a**2))


VALUES = {
    "sum_squared": 3.5**2,
    "product_cubed": 27.0,
    "quotient_rooted": (2 / 1.5) ** 0.5,
    "of_a_power": 2**4.5,
    "to_a_power": 2**3.375,
    "minus_square": -4.0,
    "square_of_minus": 4.0,
    "to_minus": 2**-1.5,
    "to_a_sum": 2**2.5,
    "difference": 1.0,
    "quotient": 2 / (1.5 / (2 / 1.5)),
    "scaled": 3 * 0.25 / 6.25,
    "constant": -12.25 / 4,
}


@every_target
@pytest.mark.parametrize("n_runs", [1, 5])
def test_a_power_keeps_the_brackets_of_its_base(n_runs, target):
    columns = {"a": np.full(n_runs, 2.0)}
    run = execute(Powers(), ONE_YEAR, (), columns, outputs=list(VALUES), target=target)
    got = {name: run.values(name)[0].tolist() for name in VALUES}
    assert got == {name: pytest.approx([v] * n_runs, rel=1e-14) for name, v in VALUES.items()}


@every_target
@pytest.mark.parametrize("n_runs", [1, 5])
@pytest.mark.parametrize("steps", [1, 2, 4])
def test_a_step_of_either_method_is_its_polynomial_in_rate_and_step(steps, n_runs, target):
    """One step multiplies a decaying stock by what the method makes of exp(-rate × step)."""
    z = -0.7 / steps
    factor = {"rk4": sum(z**k / math.factorial(k) for k in range(5)), "euler": 1 + z}
    columns = {"rate": np.full(n_runs, 0.7)}
    for method, one_step in factor.items():
        run = execute(Decay(), Clock(START, START + 1, steps), (), columns,
                      outputs=["care"], method=method, target=target)  # fmt: skip
        expected = [500 * one_step**steps] * n_runs
        assert run.values("care")[-1].tolist() == pytest.approx(expected, rel=1e-14), method
        assert run.provenance["method"] == method
        assert run.provenance["computed_with"] == target


@pytest.mark.parametrize("method", ["RK4", "rk45", "Euler", "", None])
def test_a_method_that_is_not_known_is_refused_and_not_replaced(method):
    with pytest.raises(RunError, match="method is one of"):
        execute(Decay(), ONE_YEAR, method=method)


def test_rk4_is_what_runs_when_nothing_is_said():
    plain, asked = execute(Decay(), ONE_YEAR), execute(Decay(), ONE_YEAR, method="rk4")
    assert plain.provenance["method"] == "rk4"
    assert (plain.values("care") == asked.values("care")).all()


OTHER_RUNS = {
    "other parameters": lambda: {"model": Decay(rate=1.4, start_0=10.0)},
    "draws": lambda: {"columns": {"rate": np.array([0.1, 0.9])}, "outputs": ["care"]},
    "a step": lambda: {"shifts": [Shift("rate", "set", 0.1, START + 1.0)]},
    "a change from the start": lambda: {"shifts": [Shift("start_0", "set", 9.0, START - 1.0)]},
    "Euler": lambda: {"method": "euler"},
    "a run that fails": lambda: {"model": Decay(rate=40.0), "method": "euler"},
}


@every_target
@pytest.mark.parametrize("other", OTHER_RUNS)
def test_nothing_of_one_run_reaches_the_next(other, target):
    model, clock = Decay(), Clock(START, START + 4, 4)
    before = execute(model, clock, target=target)
    options = {"model": model, "clock": clock, "target": target, **OTHER_RUNS[other]()}
    try:
        between = execute(**options)
    except RunError:
        assert other == "a run that fails"
    else:
        assert (between.values("care")[-1] != before.values("care")[-1]).all(), "the same run"
    for name in ("care", "left"):
        kept = before.values(name).copy()
        after = execute(model, clock, target=target)
        assert (after.values(name) == kept).all(), name
        assert (before.values(name) == kept).all(), f"{name} of the earlier run was written over"


@every_target
def test_a_run_leaves_the_draws_that_it_is_given_as_they_are(target):
    columns = {"rate": np.array([0.1, 0.9]), "start_0": np.array([100.0, 7.0])}
    kept = {name: values.copy() for name, values in columns.items()}
    shifts = [Shift("rate", "scale", 2.0, START + 1.0), Shift("start_0", "add", 5.0, START - 1.0)]
    execute(Decay(), Clock(START, START + 4, 4), shifts, columns, target=target)
    for name, values in kept.items():
        np.testing.assert_array_equal(columns[name], values)
    assert Decay().parameters["rate"].value == 0.7
