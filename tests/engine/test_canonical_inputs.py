"""Steps, ramps, pulses and dated values against the integrals that they have on paper."""

from itertools import pairwise

import numpy as np
import pytest
from canonical import START, TARGET_NAMES, Decay
from canonical_lags import filling
from scipy.special import gammainc

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Smooth,
    Stock,
    cloud,
    smooth_step,
)

YEARS = np.arange(6.0)
CLOCK = Clock(START, START + 5, 16)
every_target = pytest.mark.parametrize("target", TARGET_NAMES)
every_method = pytest.mark.parametrize("method", ["rk4", "euler"])


class Filling(Model):
    """What enters in a year is the integral of the rate."""

    parameters = p = Parameters.of(rate=(1.0, "child/year"))
    care = Stock("Care", "child", 0)
    into = Flow("In", cloud >> care, p.rate)


def change(verb, amount, begins, *, over=0.0, ends=np.inf, of="rate"):
    return Shift(of, verb, amount, START + begins, over, START + ends)


STEPS = {
    "nothing": ([], [1, 1, 1, 1, 1]),
    "a step": ([change("set", 5.0, 2)], [1, 1, 5, 5, 5]),
    "a step from the start": ([change("add", 2.0, 0)], [3, 3, 3, 3, 3]),
    "a pulse": ([change("scale", 4.0, 2, ends=3)], [1, 1, 4, 1, 1]),
    "a pulse of one step": ([change("set", 17.0, 3, ends=3 + 1 / 16)], [1, 1, 1, 2, 1]),
    "a step from amid a year": ([change("set", 5.0, 1.25)], [1, 4, 5, 5, 5]),
    "two pulses": ([change("add", 1.0, 0.5, ends=2), change("add", 2.0, 1.5, ends=3)],
                   [1.5, 3, 3, 1, 1]),
    "a pulse on a step": ([change("set", 2.0, 1), change("scale", 3.0, 2, ends=4)],
                          [1, 2, 6, 6, 2]),
}  # fmt: skip
RAMPS = {
    "a ramp": ([change("add", 4.0, 1, over=2)], [1, 2, 4, 5, 5]),
    "a ramp from before the start": ([change("add", 4.0, -1, over=2)], [4, 5, 5, 5, 5]),
    "a ramp taken back": ([change("set", 5.0, 1, over=2, ends=2)], [1, 2, 1, 1, 1]),
    "a ramp still rising": ([change("scale", 11.0, 0, over=5)], [2, 4, 6, 8, 10]),
}


@every_target
@every_method
@pytest.mark.parametrize("case", STEPS)
def test_either_method_sums_a_stepped_rate_exactly(case, method, target):
    shifts, sums = STEPS[case]
    run = execute(Filling(), CLOCK, shifts, method=method, target=target)
    np.testing.assert_allclose(run.values("into")[:, 0], sums, rtol=1e-14)
    np.testing.assert_allclose(run.values("care")[:, 0], np.cumsum([0, *sums]), rtol=1e-14)


@every_target
@pytest.mark.parametrize("case", RAMPS)
def test_rk4_sums_a_ramp_exactly(case, target):
    shifts, sums = RAMPS[case]
    run = execute(Filling(), CLOCK, shifts, target=target)
    np.testing.assert_allclose(run.values("into")[:, 0], sums, rtol=1e-14)


@every_target
def test_euler_is_behind_on_a_ramp_by_half_a_step_of_its_rise(target):
    shifts, sums = RAMPS["a ramp"]
    run = execute(Filling(), CLOCK, shifts, method="euler", target=target)
    behind = np.array([0, 2, 2, 0, 0]) / 16 / 2  # the ramp rises by two a year for two years
    np.testing.assert_allclose(run.values("into")[:, 0], np.array(sums) - behind, rtol=1e-14)


@every_target
def test_a_change_acts_on_each_run_of_a_batch_through_its_own_value(target):
    rates = np.array([0.5, 1.0, 3.0])
    shifts = [change("scale", 2.0, 1, over=2), change("add", 1.0, 4)]
    run = execute(Filling(), CLOCK, shifts, {"rate": rates}, outputs=["into"], target=target)
    expected = np.outer([1, 1.25, 1.75, 2, 2], rates) + np.array([[0], [0], [0], [0], [1]])
    np.testing.assert_allclose(run.values("into"), expected, rtol=1e-14)


# --- the order of the method survives what changes on a step

SWITCHED = [change("set", 0.3, 1), change("scale", 3.0, 2, ends=3)]
CHANGED = {
    "steps": (SWITCHED, 0.7 + 0.3 + 0.9 + 0.3 + 0.3),
    "a ramp": ([change("add", 0.4, 1, over=2)], 5 * 0.7 + 0.4 + 2 * 0.4),
}


@pytest.mark.parametrize(
    ("method", "ratio", "steps"), [("euler", 2, 64), ("rk4", 16, 8)], ids=["euler", "rk4"]
)
@pytest.mark.parametrize("case", CHANGED)
def test_the_error_falls_with_the_order_of_the_method(case, method, ratio, steps):
    shifts, exponent = CHANGED[case]
    runs = [
        execute(Decay(), Clock(START, START + 5, n * steps), shifts, method=method)
        for n in (1, 2, 4)
    ]
    errors = [abs(run.values("care")[-1, 0] - 500 * np.exp(-exponent)) for run in runs]
    for coarse, fine in pairwise(errors):
        assert coarse / fine == pytest.approx(ratio, rel=0.12), errors


@every_target
def test_each_run_decays_by_its_own_rate_until_a_step_sets_it(target):
    columns = {"rate": np.array([0.2, 0.7, 1.1]), "start_0": np.array([100.0, 500.0, 900.0])}
    clock = Clock(START, START + 5, 64)
    run = execute(Decay(), clock, SWITCHED, columns, outputs=["care"], target=target)
    exact = columns["start_0"] * np.exp(-columns["rate"] - 0.3 - 0.9 - 0.3 - 0.3)
    np.testing.assert_allclose(run.values("care")[-1], exact, rtol=1e-8)


# --- paths that the model itself gives


def dated(held, *points):
    times, values = zip(*points, strict=True)
    return Series(tuple(START + t for t in times), tuple(map(float, values)), held=held)


def filled_by(series):
    class Dated(Model):
        parameters = p = Parameters({"rate": Parameter("rate", series, "child/year")})
        care = Stock("Care", "child", 0)
        into = Flow("In", cloud >> care, p.rate)

    return Dated()


@every_target
def test_dated_values_are_joined_by_straight_lines_and_level_beyond_their_ends(target):
    model = filled_by(dated(False, (1, 2.0), (3, 6.0), (4, 3.0)))
    run = execute(model, CLOCK, target=target)
    np.testing.assert_allclose(run.values("into")[:, 0], [2, 3, 5, 4.5, 3], rtol=1e-14)


@every_target
@every_method
def test_held_values_last_a_financial_year_each(method, target):
    model = filled_by(dated(True, (1, 2.0), (2, 6.0), (3, 3.0)))
    run = execute(model, CLOCK, method=method, target=target)
    np.testing.assert_allclose(run.values("into")[:, 0], [2, 2, 6, 3, 3], rtol=1e-14)


@every_target
def test_a_smooth_step_follows_its_cubic_between_two_levels(target):
    class Reform(Model):
        parameters = p = Parameters.of(before=(2.0, "GBP"), after=(6.0, "GBP"))
        price = Aux("Price", smooth_step(p.before, p.after, "2010-03-31", "2013-03-31"))

    u = np.clip((YEARS - 1) / 3, 0, 1)
    prices = execute(Reform(), CLOCK, target=target).values("price")[:, 0]
    np.testing.assert_allclose(prices, 2 + 4 * (3 * u**2 - 2 * u**3), rtol=1e-14)


# --- what lags make of an input


def lagging(order):
    class Lagging(Model):
        parameters = p = Parameters.of(level=(1.0, "GBP"), span=(2.0, "year"))
        felt = Smooth("Felt", p.level, p.span, order=order)

    return Lagging()


@every_target
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_smooth_follows_a_step_as_a_gamma_distribution(order, target):
    clock = Clock(START, START + 5, 64)
    run = execute(lagging(order), clock, [change("set", 5.0, 1, of="level")], target=target)
    exact = 1 + 4 * gammainc(order, order * np.maximum(YEARS - 1, 0) / 2)
    np.testing.assert_allclose(run.values("felt")[:, 0], exact, rtol=1e-8)


@every_target
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_smooth_of_a_level_input_stays_level(order, target):
    run = execute(lagging(order), CLOCK, target=target)
    np.testing.assert_allclose(run.values("felt")[:, 0], 1.0, rtol=1e-14)


@every_target
def test_a_smooth_comes_to_trail_a_ramp_by_its_time(target):
    clock = Clock(START, START + 5, 64)
    ramp = [change("add", 10.0, 0, over=5, of="level")]
    felt = execute(lagging(1), clock, ramp, target=target).values("felt")[:, 0]
    np.testing.assert_allclose(felt, 1 + 2 * (YEARS - 2 + 2 * np.exp(-YEARS / 2)), rtol=1e-9)


@every_target
@pytest.mark.parametrize("order", range(1, 13))
def test_a_pulse_leaves_a_delay_along_a_gamma_distribution(order, target):
    """A pulse of one step is what has entered until its end, less what has until its start."""
    known, width = filling(order), 1 / 128
    pulse = [change("set", 0.0, width, of="inflow")]
    run = execute(known.model(), known.clock(128), pulse, target=target)
    gone = np.cumsum(run.values("out")[:, 0])
    t = np.arange(1.0, known.years + 1)
    entered = 30 * width

    def left(since):  # 30 a year have entered for a while: what of them is gone by now
        here, later = (gammainc(n, order * since / 4) for n in (order, order + 1))
        return 30 * (since * here - 4 * later)

    np.testing.assert_allclose(gone, left(t) - left(t - width), atol=1e-7 * entered)
    np.testing.assert_allclose(run.values("waiting")[1:, 0] + gone, entered, rtol=1e-12)
