"""Look-ups at, between and beyond their points, in time and in what the model holds."""

from itertools import pairwise

import numpy as np
import pytest
from canonical import START, TARGET_NAMES, errors_of, solved

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import Aux, Flow, Model, Parameters, Stock, cloud, table, time

every_target = pytest.mark.parametrize("target", TARGET_NAMES)
ON_STEPS = ((1.0, 2.0), (3.0, 6.0), (4.0, 3.0))
OFF_STEPS = ((0.5317, 2.0), (2.7183, 6.0), (3.1416, 3.0), (4.4444, 7.0))


def heights(points, x):
    return np.interp(x, *zip(*points, strict=True))


def area(points, x):
    """Return the integral of a broken line from 0 to each x."""
    knots = np.union1d(x, [0.0, *(knot for knot, _ in points)])
    pieces = np.diff(knots) * (heights(points, knots[1:]) + heights(points, knots[:-1])) / 2
    return np.interp(x, knots, np.cumsum([0, *pieces]))


def filled_by(points):
    class Filled(Model):
        parameters = p = Parameters.of(rate=(10.0, "child/year"))
        pace = Aux("Pace", table(time, [(START + x, y) for x, y in points]))
        care = Stock("Care", "child", 0)
        into = Flow("In", cloud >> care, p.rate * pace)

    return Filled()


@every_target
@pytest.mark.parametrize("points", [ON_STEPS, OFF_STEPS], ids=["on steps", "off steps"])
def test_a_table_of_time_is_read_at_every_moment_and_level_beyond_its_ends(points, target):
    clock = Clock(START, START + 5, 16, saves_per_year=16)
    run = execute(filled_by(points), clock, target=target)
    x = np.arange(5 * 16 + 1) / 16
    np.testing.assert_allclose(run.values("pace")[:, 0], heights(points, x), rtol=1e-12)


@every_target
def test_rk4_sums_a_table_exactly_when_its_points_are_on_steps(target):
    run = execute(filled_by(ON_STEPS), Clock(START, START + 5, 2), target=target)
    exact = np.diff(area(ON_STEPS, np.arange(6.0))) * 10
    np.testing.assert_allclose(run.values("into")[:, 0], exact, rtol=1e-13)


@every_target
@pytest.mark.parametrize("steps", [4, 16, 64])
def test_points_between_steps_are_not_moved_to_steps(steps, target):
    """A corner within a step costs at most its bend times the step squared; a moved one, more."""
    run = execute(filled_by(OFF_STEPS), Clock(START, START + 5, steps), target=target)
    exact = area(OFF_STEPS, np.arange(6.0)) * 10
    got = run.values("care")[:, 0]
    # Simpson's rule over a corner: at most bend × step² / 24, from the Peano kernel
    bends = np.abs(np.diff(slopes(OFF_STEPS))).sum() * 10
    assert np.abs(got - exact).max() <= bends / steps**2 / 24
    moved = [(round(x * steps) / steps, y) for x, y in OFF_STEPS]
    assert np.abs(area(moved, np.arange(6.0)) * 10 - exact).max() > bends / steps**2 / 24


def slopes(points):
    return [0.0, *((b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)), 0.0]


CROWDING = ((0.0, 1.0), (0.37, 0.8), (0.71, 0.45), (1.0, 0.0))


class Crowded(Model):
    """Growth that a table of the share of places taken slows down."""

    parameters = p = Parameters.of(few=(10.0, "fish"), most=(1000.0, "fish"), rate=(0.9, "1/year"))
    fish = Stock("Fish", "fish", p.few)
    room = Aux("Effect of room", table(fish / p.most, CROWDING))
    net = Flow("Net growth", cloud >> fish, p.rate * fish * room)


def crowded(q):
    def slope(_, y):
        return q["rate"] * y * heights(CROWDING, y / q["most"])

    fish = solved(slope, [q["few"]], np.arange(11.0))[0]
    return {"fish": fish, "net": np.diff(fish)}


@every_target
def test_growth_along_a_table_meets_a_tight_solution_in_a_batch(target):
    columns = {
        "few": np.array([5.0, 10.0, 400.0]),
        "most": np.array([900.0, 1000.0, 2000.0]),
        "rate": np.array([0.6, 0.9, 1.2]),
    }
    clock, names = Clock(START, START + 10, 256), ["fish", "net", "room"]
    run = execute(Crowded(), clock, (), columns, outputs=names, target=target)
    for i in range(3):
        expected = crowded({name: float(values[i]) for name, values in columns.items()})
        errors = errors_of(run, expected, i)
        assert max(errors.values()) < 2e-7, (i, errors)


@every_target
@pytest.mark.parametrize("x", [-5.0, -1.0, -0.25, 0.0, 0.3, 1.0, 1.5, 2.0, 7.0])
def test_a_table_takes_points_of_either_sign_and_an_expression(x, target):
    points = [(-1, 4.0), (-0.5, -3.0), (1, 0.0), (2, 8.5)]

    class Looked(Model):
        parameters = p = Parameters.of(x=x, rate=(0.0, "1/year"))
        level = Stock("Level", "1", p.x, signed=True)
        none = Flow("None", cloud >> level, level * p.rate)
        found = Aux("Found", 2 * table(level, points) - table(-level, points) ** 2)

    run = execute(Looked(), Clock(START, START + 1, 1), target=target)
    expected = 2 * heights(points, x) - heights(points, -x) ** 2
    assert run.values("found")[:, 0] == pytest.approx([expected] * 2, rel=1e-14)
