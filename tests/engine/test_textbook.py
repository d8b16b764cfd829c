"""Textbook models against their closed forms, or a tight solution by SciPy."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import gammainc

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import (
    Aux,
    Delay,
    Flow,
    Model,
    Parameters,
    Smooth,
    Stock,
    cloud,
    smooth_step,
)

YEARS = np.arange(11)
CLOCK = Clock(2000, 2010, 128)


def levels(run, name):
    return run.values(name)[:, 0]


def test_exponential_decay():
    class Decay(Model):
        parameters = p = Parameters.of(start=(500.0, "child"), rate=(0.7, "1/year"))
        care = Stock("Care", "child", p.start)
        left = Flow("Left", care >> cloud, care * p.rate)

    run = execute(Decay(), CLOCK)
    exact = 500 * np.exp(-0.7 * YEARS)
    np.testing.assert_allclose(levels(run, "care"), exact, rtol=1e-9)
    np.testing.assert_allclose(run.values("left")[:, 0], -np.diff(exact), rtol=1e-9)


def test_two_tanks_in_series():
    class Tanks(Model):
        parameters = p = Parameters.of(
            start=(100.0, "litre"), fast=(1.2, "1/year"), slow=(0.4, "1/year")
        )
        upper = Stock("Upper", "litre", p.start)
        lower = Stock("Lower", "litre", 0)
        falling = Flow("Falling", upper >> lower, upper * p.fast)
        leaving = Flow("Leaving", lower >> cloud, lower * p.slow)

    run = execute(Tanks(), CLOCK)
    exact = 100 * 1.2 / (1.2 - 0.4) * (np.exp(-0.4 * YEARS) - np.exp(-1.2 * YEARS))
    np.testing.assert_allclose(levels(run, "upper"), 100 * np.exp(-1.2 * YEARS), rtol=1e-7)
    np.testing.assert_allclose(levels(run, "lower"), exact, rtol=1e-7)


def test_logistic_growth():
    class Growth(Model):
        parameters = p = Parameters.of(
            start=(10.0, "fish"), most=(1000.0, "fish"), rate=(0.9, "1/year")
        )
        fish = Stock("Fish", "fish", p.start)
        net = Flow("Net growth", cloud >> fish, p.rate * fish * (1 - fish / p.most))

    exact = 1000 / (1 + 99 * np.exp(-0.9 * YEARS))
    np.testing.assert_allclose(levels(execute(Growth(), CLOCK), "fish"), exact, rtol=1e-9)


def test_harmonic_oscillator_returns_and_keeps_its_energy():
    class Spring(Model):
        parameters = p = Parameters.of(start=(1.0, "metre"), frequency=(2.0, "1/year"))
        place = Stock("Place", "metre", p.start, signed=True)
        speed = Stock("Speed", "metre/year", 0, signed=True)
        moving = Flow("Moving", cloud >> place, speed)
        pulled = Flow("Pulled", speed >> cloud, p.frequency**2 * place)

    run = execute(Spring(), CLOCK)
    place, speed = levels(run, "place"), levels(run, "speed")
    np.testing.assert_allclose(place, np.cos(2 * YEARS), atol=1e-7)
    np.testing.assert_allclose(speed, -2 * np.sin(2 * YEARS), atol=1e-7)
    np.testing.assert_allclose(place**2 + (speed / 2) ** 2, 1, atol=1e-7)


def solved(slope, start):
    found = solve_ivp(slope, (0, 10), start, "DOP853", YEARS, rtol=1e-12, atol=1e-12)
    return found.y


def test_an_epidemic_agrees_with_scipy():
    class Epidemic(Model):
        parameters = p = Parameters.of(
            well_0=(990.0, "person"), ill_0=(10.0, "person"),
            contact=(1.8, "1/year"), recovery=(0.5, "1/year"),
        )  # fmt: skip
        well = Stock("Susceptible", "person", p.well_0)
        ill = Stock("Infected", "person", p.ill_0)
        past = Stock("Recovered", "person", 0)
        share = Aux("Share infected", ill / (well + ill + past))
        caught = Flow("Infections", well >> ill, p.contact * well * share)
        recovered = Flow("Recoveries", ill >> past, ill * p.recovery)

    def slope(_, y):
        caught, recovered = 1.8 * y[0] * y[1] / sum(y), 0.5 * y[1]
        return [-caught, caught - recovered, recovered]

    run = execute(Epidemic(), CLOCK)
    for name, exact in zip(("well", "ill", "past"), solved(slope, [990, 10, 0]), strict=True):
        np.testing.assert_allclose(levels(run, name), exact, rtol=1e-8, err_msg=name)


def test_hares_and_foxes_agree_with_scipy_and_keep_their_invariant():
    class Cycle(Model):
        parameters = p = Parameters.of(
            hares_0=(30.0, "hare"), foxes_0=(4.0, "fox"), births=(0.9, "1/year"),
            eaten=(0.15, "1/fox/year"), gain=(0.03, "1/hare/year"), deaths=(0.6, "1/year"),
        )  # fmt: skip
        hares = Stock("Hares", "hare", p.hares_0)
        foxes = Stock("Foxes", "fox", p.foxes_0)
        born = Flow("Born", cloud >> hares, hares * p.births)
        taken = Flow("Eaten", hares >> cloud, hares * foxes * p.eaten)
        raised = Flow("Raised", cloud >> foxes, foxes * hares * p.gain)
        died = Flow("Died", foxes >> cloud, foxes * p.deaths)

    def slope(_, y):
        return [0.9 * y[0] - 0.15 * y[0] * y[1], 0.03 * y[0] * y[1] - 0.6 * y[1]]

    run = execute(Cycle(), CLOCK)
    hares, foxes = levels(run, "hares"), levels(run, "foxes")
    np.testing.assert_allclose([hares, foxes], solved(slope, [30, 4]), rtol=1e-7)
    invariant = 0.03 * hares - 0.6 * np.log(hares) + 0.15 * foxes - 0.9 * np.log(foxes)
    np.testing.assert_allclose(invariant, invariant[0], rtol=1e-7)


@pytest.mark.parametrize("order", [1, 3, 12])
def test_a_delay_lets_a_pulse_out_along_a_gamma_distribution(order):
    """Everyone enters over the first step; a pulse that short leaves as a gamma distribution."""

    class Pulse(Model):
        parameters = p = Parameters.of(
            span=(4.0, "year"), inflow=(12800.0, "child/year"), none=(0.0, "child")
        )
        waiting = Delay("Waiting", "child", p.none, time=p.span, order=order)
        into = Flow("In", cloud >> waiting, p.inflow)
        out = Flow("Out", waiting >> cloud, waiting.outflow)

    run = execute(Pulse(), CLOCK, [Shift("inflow", "set", 0.0, 2000 + 1 / 128)])
    left = np.cumsum(run.values("out")[:, 0])
    exact = 100 * gammainc(order, order * (YEARS[1:] - 0.5 / 128) / 4)
    assert run.values("into")[:, 0] == pytest.approx([100.0] + 9 * [0.0])
    np.testing.assert_allclose(left, exact, atol=1e-3)
    np.testing.assert_allclose(levels(run, "waiting")[1:], 100 - left, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("order", [1, 3, 12])
def test_a_delay_that_starts_full_passes_all_of_it_on(order):
    """Equal stages empty as the mean of gamma distributions of orders 1 to n."""

    class Emptying(Model):
        parameters = p = Parameters.of(span=(4.0, "year"), start=(60.0, "child"))
        waiting = Delay("Waiting", "child", p.start, time=p.span, order=order)
        out = Flow("Out", waiting >> cloud, waiting.outflow)

    run = execute(Emptying(), CLOCK)
    stages = np.arange(1, order + 1)[:, None]
    exact = 60 * (1 - gammainc(stages, order * YEARS / 4).mean(axis=0))
    np.testing.assert_allclose(levels(run, "waiting"), exact, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("order", [1, 2])
def test_a_smooth_follows_a_step_as_an_erlang_distribution(order):
    class Lag(Model):
        parameters = p = Parameters.of(level=(1.0, "GBP"), span=(2.0, "year"))
        felt = Smooth("Felt", p.level, p.span, order=order)

    run = execute(Lag(), CLOCK, [Shift("level", "set", 5.0, 2001.0)])
    since = np.maximum(YEARS - 1, 0)
    exact = 1 + 4 * gammainc(order, order * since / 2)
    np.testing.assert_allclose(levels(run, "felt"), exact, rtol=1e-8)


@pytest.mark.parametrize("order", [1, 2])
def test_a_smooth_of_a_level_input_stays_level(order):
    class Level(Model):
        parameters = p = Parameters.of(level=(3.0, "GBP"), span=(2.0, "year"))
        felt = Smooth("Felt", p.level, p.span, order=order)

    np.testing.assert_allclose(levels(execute(Level(), CLOCK), "felt"), 3.0, rtol=1e-14)


def test_a_smooth_step_follows_its_cubic_between_two_levels():
    class Reform(Model):
        parameters = p = Parameters.of(before=(2.0, "GBP"), after=(6.0, "GBP"))
        price = Aux("Price", smooth_step(p.before, p.after, "2002-03-31", "2006-03-31"))

    u = np.clip((YEARS - 2) / 4, 0, 1)
    prices = levels(execute(Reform(), CLOCK), "price")
    np.testing.assert_allclose(prices, 2 + 4 * (3 * u**2 - 2 * u**3), rtol=1e-14)
    assert prices[4] == 4.0, "half-way after two of four years"


def test_a_constant_inflow_is_summed_exactly():
    class Filling(Model):
        parameters = p = Parameters.of(rate=(7.0, "child/year"))
        care = Stock("Care", "child", 0)
        into = Flow("In", cloud >> care, p.rate)

    run = execute(Filling(), CLOCK)
    np.testing.assert_allclose(run.values("into")[:, 0], 7, rtol=1e-12)
    assert math.isclose(levels(run, "care")[-1], 70, rel_tol=1e-12)
