"""Parameters that move: their graphical functions give what Euler reads at every step."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from caresim.engine.clock import Clock
from caresim.engine.paths import Shift, paths_of
from caresim.language import Aux, Flow, Model, Parameter, Parameters, Series, Stock, cloud
from caresim.views.xmile.paths import moving_parameters

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


def places(curve):
    return np.linspace(curve.first, curve.last, len(curve.values))


def read(path):
    return np.interp(STEPS, places(path.curve), path.curve.values)


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


def test_dated_values_between_steps_have_a_point_at_every_step():
    curve = moving()["dated"].curve
    assert len(curve.values) == CLOCK.n_steps + 1
    assert curve.values[:5] == pytest.approx((1, 1, 1, 1, 1 + 0.001 / 3.051))
    assert (curve.values[-1], curve.is_level) == (1.7, False)


def test_a_held_value_jumps_within_the_step_before_its_year():
    curve = moving()["held"].curve
    assert (curve.first, curve.last, len(curve.values)) == (2009, 2019, CLOCK.n_steps + 1)
    assert curve.values[:16] == (5.0,) * 16
    assert curve.values[16:32] == (4.0,) * 16
    assert curve.values[80:] == (2.0,) * 81, "level to the end of the run"


def test_a_ramp_has_points_as_far_apart_as_its_ends_allow():
    path = moving(Shift("still", "add", 2.0, 2012.0, over=2.0))["still"]
    assert path.curve.values == (3, 3, 3, 3, 4, 5, 5, 5, 5, 5, 5), "one a year"
    assert path.is_shifted
    assert not path.jumps_at_start
    quick = moving(Shift("still", "add", 2.0, 2012.0, over=0.75))["still"]
    assert len(quick.curve.values) == 41, "one a quarter"


def test_a_step_on_the_first_day_is_told_from_the_value_before():
    path = moving(Shift("still", "set", 7.0, 2009.0))["still"]
    assert path.curve.is_level
    assert (path.curve.values[0], path.before) == (7.0, 3.0)
    assert path.jumps_at_start


def test_a_change_that_changes_nothing_is_level():
    path = moving(Shift("still", "scale", 1.0, 2012.0))["still"]
    assert path.curve.is_level
    assert not path.jumps_at_start
