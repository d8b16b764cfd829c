"""The model between its steps: against the grid of the engine, and where it jumps and bends."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.engine.clock import Clock
from caresim.engine.continuous import Continuous
from caresim.engine.paths import Shift, paths_of
from caresim.language import (
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Stock,
    cloud,
    maximum,
    smooth_step,
    time,
)


class Years(Model):
    """What the models of this file share: ten years."""

    start, until = "2009-03-31", "2019-03-31"


class Moved(Model):
    """Parameters that move in every way."""

    parameters = p = Parameters(
        {
            "lined": Parameter("lined", Series((2008.5, 2010.25, 2012.0), (1, 4, 2), held=False)),
            "held": Parameter("held", Series((2010.0, 2011.0), (1, 4), held=True)),
            "plain": Parameter("plain", 3.0),
            "rate": Parameter("rate", 1.0, "1/year"),
        }
    )
    level = Stock("Level", "1", 0)
    risen = Flow("Risen", cloud >> level, p.rate * p.lined * maximum(p.held, p.plain))


CLOCK = Clock(2009, 2014, 8)
shifts = st.lists(
    st.builds(
        Shift,
        st.sampled_from(["lined", "held", "plain"]),
        st.sampled_from(["set", "add", "scale"]),
        st.floats(-2, 2),
        begins=st.integers(-8, 40).map(lambda k: 2009 + k / 8),
        over=st.sampled_from([0.0, 0.25, 1.0, 3.0]),
        ends=st.one_of(st.just(math.inf), st.integers(0, 48).map(lambda k: 2009 + k / 8)),
    ),
    max_size=4,
)


@given(shifts)
def test_parameters_between_steps_are_those_of_the_grid_on_its_moments(changes):
    system = Continuous.of(Moved(), changes)
    paths, _ = paths_of(Moved.parameters, changes, CLOCK)
    bases = {"plain": 3.0}
    for name, column in zip(system.program.moving, range(len(system.program.moving)), strict=True):
        grid = paths[name].values(bases.get(name, 0.0))
        for k, moments in enumerate(CLOCK.moments):
            found = [system.drivers(moment, moments[1])[column] for moment in moments]
            assert found == pytest.approx(grid[k], rel=1e-12, abs=1e-12), (name, k)


@given(shifts)
def test_the_moment_before_the_start_is_that_of_the_grid(changes):
    system = Continuous.of(Moved(), changes)
    paths, _ = paths_of(Moved.parameters, changes, CLOCK)
    before = [paths[n].before[0] * 3.0 * (n == "plain") + paths[n].before[1]
              for n in system.program.moving]  # fmt: skip
    assert system.drivers(2009.0, 2009.0 - 1e-9) == pytest.approx(before, rel=1e-7, abs=1e-7)


def test_every_jump_and_bend_ends_a_stretch():
    class Bent(Moved):
        late = Stock("Late", "1", 0)
        rise = Flow(
            "Rise", cloud >> late, Moved.p.rate * smooth_step(0, 1, "2012-06-30", "2013-09-30")
        )

    changes = [Shift("plain", "set", 1.0, 2009.3, over=0.5, ends=2013.7)]
    bends = Continuous.of(Bent(), changes).bends(2009.0, 2014.0)
    dates = [2012 + 91 / 365, 2013 + 183 / 365]
    expected = [*range(2009, 2015), 2009.3, 2009.8, 2010.25, 2013.7, *dates]
    assert bends == pytest.approx(sorted(expected), abs=1e-9)


def test_time_itself_is_a_moment_between_steps():
    class Clocked(Years):
        parameters = p = Parameters.of(year=(1.0, "year"))
        turns = Stock("Turns", "1", 0)
        passed = Flow("Passed", cloud >> turns, time / p.year / p.year)

    system = Continuous.of(Clocked())
    net, _ = system.rates(np.zeros(1), system.given(2009.123, 2009.5))
    assert net[0] == pytest.approx(2009.123)


class Draining(Years):
    """A stock that leaks, from a start that a change of the first day would move."""

    parameters = p = Parameters.of(first=(8.0, "child"), rate=(0.5, "1/year"))
    care = Stock("Care", "child", p.first)
    home = Stock("Home", "child", care / 2)
    left = Flow("Left", care >> home, care * p.rate)
    passed = Flow("Passed", home >> cloud, home * p.rate)


def test_the_opening_is_that_of_the_equations_before_any_change_of_the_first_day():
    system = Continuous.of(Draining(), [Shift("first", "set", 100.0, 2009.0)])
    assert system.opening(2009.0) == [8.0, 4.0]
    began = Continuous.of(Draining(), [Shift("first", "set", 100.0, 2008.0)])
    assert began.opening(2009.0) == [100.0, 50.0]


def test_a_start_by_hand_replaces_the_equation_of_that_stock_alone():
    assert Continuous.of(Draining().with_start(home=1.0)).opening(2009.0) == [8.0, 1.0]


def test_rates_and_levels_are_those_of_a_run_at_its_start():
    system = Continuous.of(Draining(), (), ["left", "passed", "care"])
    here = np.array(system.opening(2009.0))
    net, rates = system.rates(here, system.given(2009.0, 2009.5))
    assert (net, rates) == ((-4.0, 2.0), (4.0, 2.0))
    assert system.levels(2009.0, here, 2009.5) == (8.0,)
