"""Parameters that move: the points of a graphical function give what Euler reads at every step."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from caresim.engine.clock import Clock
from caresim.engine.paths import Shift, paths_of
from caresim.language import Aux, Flow, Model, Parameter, Parameters, Series, Stock, cloud
from caresim.views.xmile_paths import _corners, moving_parameters

CLOCK = Clock.between("2009-03-31", "2019-03-31", 16)
STEPS = CLOCK.moments[:, 0]
YEARS = tuple(float(year) for year in range(2009, 2015))
p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("held", Series(YEARS, (5.0, 4.0, 4.5, 3.0, 3.0, 2.0), held=True)),
            Parameter("dated", Series((2009.249, 2012.3, 2016.0), (1.0, 2.0, 1.7), held=False)),
            Parameter("still", 3.0),
        )
    }
)


class Moved(Model):
    """One stock that every parameter feeds."""

    parameters = p
    start, until = "2009-03-31", "2019-03-31"
    level = Stock("Level", "1", p.still)
    everything = Aux("All", p.held * p.dated * p.still)
    flow = Flow("Nothing", cloud >> level, 0)


def moving(*shifts):
    return moving_parameters(Moved(), shifts, CLOCK)


def read(path, times=STEPS):
    xs, ys = zip(*path.points, strict=True)
    return np.interp(times, xs, ys)


def engine_reads(name, *shifts):
    paths, _ = paths_of(p, shifts, CLOCK)
    value = p[name].value
    return paths[name].values(0.0 if isinstance(value, Series) else value)[:, 0]


moments = st.floats(2007, 2020)
shifts = st.builds(
    Shift,
    parameter=st.sampled_from(["held", "dated", "still"]),
    verb=st.sampled_from(["set", "add", "scale"]),
    amount=st.floats(0.1, 10),
    begins=moments,
    over=st.sampled_from([0.0, 0.0, 0.5, 1.7, 3.0]),
    ends=st.one_of(st.just(np.inf), st.floats(2015, 2021)),
)


@given(st.lists(shifts, max_size=3))
@example([Shift("still", "set", 1.0, 2009.0)])
@example([Shift("held", "scale", 2.0, 2010.0, 3.0), Shift("held", "add", 1.0, 2011.0, 2.0)])
def test_the_points_give_what_euler_reads_at_every_step(chain):
    for name, path in moving(*chain).items():
        ours = engine_reads(name, *chain)
        assert read(path) == pytest.approx(ours, rel=4e-15), f"{name} under {chain}"


def test_only_what_moves_has_points():
    assert set(moving()) == {"held", "dated"}
    assert set(moving(Shift("still", "add", 1.0, 2012.0))) == {"held", "dated", "still"}


def test_dated_values_keep_their_own_dates():
    points = moving()["dated"].points
    assert points == (
        (2009.0, 1.0), (2009.249, 1.0), (2012.3, 2.0), (2016.0, 1.7), (2019.0, 1.7),
    )  # fmt: skip


def test_a_held_value_jumps_within_the_step_before_its_year():
    points = moving()["held"].points
    assert points[:3] == ((2009.0, 5.0), (2010 - 1 / 16, 5.0), (2010.0, 4.0))
    assert points[-2:] == ((2014.0, 2.0), (2019.0, 2.0)), "level to the end of the run"
    assert (2013.0, 3.0) not in points, "two years with one value need no point between"


def test_a_ramp_has_a_point_at_each_end_and_none_between():
    path = moving(Shift("still", "add", 2.0, 2012.0, over=2.0))["still"]
    assert path.points == ((2009.0, 3.0), (2012.0, 3.0), (2014.0, 5.0), (2019.0, 5.0))
    assert path.is_shifted
    assert not path.jumps_at_start


def test_a_step_on_the_first_day_is_told_from_the_value_before():
    path = moving(Shift("still", "set", 7.0, 2009.0))["still"]
    assert path.is_level
    assert (path.points[0][1], path.before) == (7.0, 3.0)
    assert path.jumps_at_start


def test_a_change_that_changes_nothing_is_level():
    path = moving(Shift("still", "scale", 1.0, 2012.0))["still"]
    assert path.is_level
    assert not path.jumps_at_start


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_corners_hold_both_ends_and_give_back_every_point(levels):
    x, y = np.arange(len(levels)) / 16, np.array(levels)
    kept = _corners(x, y)
    assert kept == sorted(set(kept))
    assert (kept[0], kept[-1]) == (0, len(levels) - 1)
    slack = 1e-14 * max(1e-300, np.abs(y).max())
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= slack


@given(st.floats(-1e9, 1e9), st.floats(0.001, 1e6))
def test_a_straight_line_keeps_its_ends_alone(first, slope):
    x = np.arange(200) / 16
    assert _corners(x, first + slope * x) == [0, 199]


def test_a_slow_curve_does_not_drift_away_from_its_points():
    x = np.arange(20_000) / 4096
    y = 1 + 1e-9 * x**2
    kept = _corners(x, y)
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= 2e-15
