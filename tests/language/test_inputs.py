"""What moves a model from outside: steps, ramps, pulses and dated values; and lags of any order."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import gammainc

import caresim as cs
from caresim.language import Aux, Delay, Flow, Model, Parameters, Smooth, Stock, cloud
from caresim.language.dates import end_of

FILE = """
[level]
meaning = "Places a year"
value = 100
unit = "child/year"
role = "lever"
bounds = [0, 1000]
source = "assumption"

[interpolated]
meaning = "A path between dates"
values = { 2010-03-31 = 10, 2012-03-31 = 30 }
unit = "child/year"
role = "fixed"
source = "assumption"

[held]
meaning = "A value a year"
values = { 2010-11 = 10, 2011-12 = 30 }
unit = "child/year"
role = "fixed"
source = "assumption"
"""
ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
DAYS = [dt.date(year, *day) for year in range(2010, 2015) for day in ENDS]
QUARTERS = [*(end_of(day) for day in DAYS), 2015.0]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    path = tmp_path_factory.mktemp("inputs") / "parameters.toml"
    path.write_text(FILE, encoding="utf-8")
    p = Parameters.read(path)

    class Places(Model):
        parameters = p
        start = "2010-03-31"
        until = "2015-03-31"
        made = Stock("Places made", "child", 0)
        making = Flow("Making places", cloud >> made, p.level)
        on_a_line = Flow("Along a line", cloud >> made, p.interpolated)
        in_steps = Flow("In steps", cloud >> made, p.held)

    return Places


def made_by_quarter(places, *change, **until):
    scenario = cs.Scenario("A change", changes=[cs.Change("level", *change, **until)])
    return cs.run(places(), scenario, every="quarter").values("making")[:, 0]


def quarterly(level_at):
    """Return the exact sum of a path of straight pieces with knots at quarters."""
    ends = pairwise(QUARTERS)
    return np.array([(level_at(t) + level_at(u - 1e-12)) / 2 * (u - t) for t, u in ends])


def test_a_step_holds_from_its_day_on(places):
    made = made_by_quarter(places, "set", 300, "2012-04-01")
    np.testing.assert_allclose(made, quarterly(lambda t: 300 if t >= 2012 else 100), rtol=1e-9)


def test_a_ramp_rises_in_a_straight_line_over_its_years(places):
    made = made_by_quarter(places, "add", 200, "2011-04-01", over_years=2)
    exact = quarterly(lambda t: 100 + 200 * np.clip((t - 2011) / 2, 0, 1))
    np.testing.assert_allclose(made, exact, rtol=1e-9)


def test_a_pulse_holds_between_its_two_days_and_is_taken_back_whole(places):
    made = made_by_quarter(places, "scale", 4, "2012-04-01", until="2013-03-31")
    exact = quarterly(lambda t: 400 if 2012 <= t < 2013 else 100)
    np.testing.assert_allclose(made, exact, rtol=1e-9)


def test_a_ramp_that_ends_falls_back_at_once(places):
    made = made_by_quarter(places, "set", 300, "2011-04-01", over_years=2, until="2014-03-31")
    exact = quarterly(lambda t: 100 + 200 * np.clip((t - 2011) / 2, 0, 1) * (t < 2014))
    np.testing.assert_allclose(made, exact, rtol=1e-9)


def test_dated_values_are_joined_by_lines_or_held_over_their_year(places):
    run = cs.run(places(), every="quarter")
    line = quarterly(lambda t: np.interp(t, [2010, 2012], [10, 30]))
    np.testing.assert_allclose(run.values("on_a_line")[:, 0], line, rtol=1e-9)
    steps = quarterly(lambda t: 10 if t < 2011 else 30)
    np.testing.assert_allclose(run.values("in_steps")[:, 0], steps, rtol=1e-9)


ORDERS = (1, 3, 12, 30)
lags = Parameters.of(
    inflow=(100.0, "child/year"), nothing=(0.0, "child/year"), span=(2.0, "year"),
)  # fmt: skip


class Lags(Model):
    """Lags of every order side by side."""

    parameters = lags
    until = "2015-03-31"
    delay_1 = Delay("By one stage", "child", 0, time=lags.span, order=1)
    delay_3 = Delay("By three", "child", 0, time=lags.span)
    delay_12 = Delay("By twelve", "child", 0, time=lags.span, order=12)
    delay_30 = Delay("By thirty", "child", 0, time=lags.span, order=30)
    in_1 = Flow("Into one", cloud >> delay_1, lags.inflow)
    in_3 = Flow("Into three", cloud >> delay_3, lags.inflow)
    in_12 = Flow("Into twelve", cloud >> delay_12, lags.inflow)
    in_30 = Flow("Into thirty", cloud >> delay_30, lags.inflow)
    out_1 = Flow("Out of one", delay_1 >> cloud, delay_1.outflow)
    out_3 = Flow("Out of three", delay_3 >> cloud, delay_3.outflow)
    out_12 = Flow("Out of twelve", delay_12 >> cloud, delay_12.outflow)
    out_30 = Flow("Out of thirty", delay_30 >> cloud, delay_30.outflow)
    smooth_1 = Smooth("By one step", lags.inflow, lags.span, 1, initial=lags.nothing)
    smooth_3 = Smooth("By three", lags.inflow, lags.span, 3, initial=lags.nothing)
    smooth_12 = Smooth("By twelve", lags.inflow, lags.span, 12, initial=lags.nothing)
    smooth_30 = Smooth("By thirty", lags.inflow, lags.span, 30, initial=lags.nothing)


@pytest.fixture(scope="module")
def lagged():
    return cs.run(Lags(), steps_per_year=128)


@pytest.mark.parametrize("order", ORDERS)
def test_a_smooth_of_any_order_follows_a_step_as_an_erlang_distribution(lagged, order):
    years = np.arange(7)
    exact = 100 * gammainc(order, order * years / 2)
    found = lagged.values(f"smooth_{order}")[:, 0]
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("order", ORDERS)
def test_a_delay_of_any_order_holds_who_have_not_left_by_its_distribution(lagged, order):
    """Those inside are inflow times the integral of the survival, ∫ 1 − P(order, order·t/2) dt."""
    years = np.linspace(0, 6, 60_001)
    survival = 1 - gammainc(order, order * years / 2)
    inside = 100 * np.concatenate([[0], np.cumsum((survival[1:] + survival[:-1]) / 2 * 1e-4)])
    found = lagged.values(f"delay_{order}")[:, 0]
    np.testing.assert_allclose(found, inside[::10_000], rtol=1e-5)


def test_lags_of_many_orders_stand_in_one_model():
    assert len(Lags.stocks()) == 2 * sum(ORDERS)
    assert Aux("Last", Lags.delay_30.outflow).unit == Lags.out_30.unit
