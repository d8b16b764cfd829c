"""Orders of convergence: halving the step halves Euler's error and cuts RK4's sixteen-fold."""

from itertools import pairwise

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import Flow, Model, Parameters, Stock, cloud


class Decay(Model):
    """A stock that empties, and one that it fills."""

    parameters = p = Parameters.of(start=(100.0, "child"), rate=(0.8, "1/year"))
    care = Stock("Care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate)


def error(method, steps, shifts, exact):
    run = execute(Decay(), Clock(2000, 2004, steps), shifts, method=method)
    return abs(run.values("care")[-1, 0] - exact)


STEPPED = [Shift("rate", "set", 0.3, 2001.0), Shift("rate", "scale", 3.0, 2002.0, ends=2003.0)]
CASES = {
    "constant rate": ([], 4 * 0.8),
    "stepped rate": (STEPPED, 0.8 + 0.3 + 0.9 + 0.3),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("method", "ratio", "steps"), [("euler", 2, 64), ("rk4", 16, 8)])
def test_the_error_falls_with_the_order_of_the_method(case, method, ratio, steps):
    shifts, exponent = CASES[case]
    exact = 100 * np.exp(-exponent)
    errors = [error(method, n, shifts, exact) for n in (steps, 2 * steps, 4 * steps)]
    for coarse, fine in pairwise(errors):
        assert coarse / fine == pytest.approx(ratio, rel=0.12), errors


def test_a_ramp_that_starts_and_ends_on_steps_keeps_fourth_order():
    ramp = [Shift("rate", "add", 0.4, 2001.0, over=2.0)]
    exact = 100 * np.exp(-(0.8 * 4 + 0.4 + 0.4))  # 0.4 over the ramp's mean of two years, then one
    errors = [error("rk4", n, ramp, exact) for n in (8, 16, 32)]
    for coarse, fine in pairwise(errors):
        assert coarse / fine == pytest.approx(16, rel=0.15), errors


def test_a_jump_acts_from_its_step_on_and_not_before():
    class Filling(Model):
        parameters = p = Parameters.of(rate=(1.0, "child/year"))
        care = Stock("Care", "child", 0)
        into = Flow("In", cloud >> care, p.rate)

    for method in ("rk4", "euler"):
        shifts = [Shift("rate", "set", 5.0, 2002.0, ends=2003.0)]
        run = execute(Filling(), Clock(2000, 2004, 4), shifts, method=method)
        np.testing.assert_allclose(run.values("into")[:, 0], [1, 1, 5, 1], rtol=1e-14)


def test_both_methods_meet_as_steps_grow():
    euler, rk4 = (
        execute(Decay(), Clock(2000, 2004, n), method=method).values("care")[-1, 0]
        for method, n in (("euler", 4096), ("rk4", 16))
    )
    assert euler == pytest.approx(rk4, rel=1e-3)
