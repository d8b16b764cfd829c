"""Graphical functions: evenly spaced values that give back every point they were made from."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.engine.clock import Clock
from caresim.language import Parameters, elapsed, table, time
from caresim.language.errors import ExportError
from caresim.views.xmile.curves import MOST, _corners, curve_of_table, curve_over_time

CLOCK = Clock.between("2009-03-31", "2019-03-31", 16)
STEPS = np.append(CLOCK.moments[:, 0], 2019.0)
p = Parameters.of(a=2.0)


def curve_of(points, x=p.a):
    return curve_of_table(table(x, points), "effect", CLOCK)


def read(curve, xs):
    return np.interp(xs, np.linspace(curve.first, curve.last, len(curve.values)), curve.values)


# Look-ups


def test_even_points_stay_as_they_are():
    curve = curve_of([(0, 1.0), (0.1, 0.7), (0.2, 0.4), (0.3, 0.35)])
    assert (curve.first, curve.last) == (0.0, 0.3)
    assert curve.values == (1.0, 0.7, 0.4, 0.35)


def test_uneven_points_are_filled_up_at_the_widest_distance_that_meets_them_all():
    curve = curve_of([(0.5, 1.2), (1, 1), (1.75, 0.4)])
    assert curve.values == (1.2, 1.1, 1.0, 0.8, 0.6, 0.4), "in quarters"


def test_values_between_points_are_those_of_decimals():
    curve = curve_of([(0, 1), (1, 0), (1.1, 0)])
    # float arithmetic would give 0.30000000000000004 and the like
    assert curve.values == (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0, 0.0)


def test_thirds_are_even_though_no_decimal_holds_them():
    assert curve_of([(0, 1), (1 / 3, 0.5), (1, 0.2)]).values == (1, 0.5, 0.35, 0.2)


decimals = st.integers(-200, 200).map(lambda n: n / 100)


@given(st.lists(st.tuples(decimals, decimals), min_size=2, max_size=8, unique_by=lambda q: q[0]))
def test_a_look_up_of_decimals_gives_back_its_points_and_the_lines_between(points):
    points.sort()
    xs, ys = zip(*points, strict=True)
    curve = curve_of(points)
    assert read(curve, xs) == pytest.approx(ys, rel=1e-9, abs=1e-9)
    between = np.linspace(xs[0], xs[-1], 97)
    assert read(curve, between) == pytest.approx(np.interp(between, xs, ys), rel=1e-9, abs=1e-9)
    needed = {Fraction(repr(x)) - Fraction(repr(xs[0])) for x in xs}
    spacing = Fraction(repr(xs[-1])) - Fraction(repr(xs[0]))
    coarser = (spacing / n for n in range(1, len(curve.values) - 1))
    assert not any(all(x % wide == 0 for x in needed) for wide in coarser), "a wider one would do"


def test_a_look_up_with_many_even_points_keeps_them_all():
    points = [(i / 1500, i % 7) for i in range(3001)]
    assert curve_of(points).values == tuple(float(y) for _, y in points)


def test_points_that_need_too_many_are_refused_with_advice():
    exact = [(0, 1), (1 / (MOST - 1), 1), (1, 0)]
    assert len(curve_of(exact).values) == MOST
    with pytest.raises(ExportError, match=r"'effect' cannot .* 2,000 .* meet 0\.0, 0\.0005, 1\.0;"):
        curve_of([(0, 1), (0.0005, 1), (1, 0)])


@pytest.mark.parametrize("near", [np.nextafter(1, 2), 1 + 1e-12])
def test_a_jump_between_points_that_nearly_touch_is_refused(near):
    with pytest.raises(ExportError, match=r"write a jump with where\(…\)$"):
        curve_of([(0, 1), (1, 1), (float(near), 0), (2, 0)])


def test_a_long_list_of_points_is_cut_short_in_the_refusal():
    with pytest.raises(ExportError, match=r"meet 0\.0, 1\.0, 4\.0, 9\.0, 16\.0, 25\.0, …; round"):
        curve_of([(i * i, i) for i in range(60)])


# Look-ups over time


def test_a_look_up_over_time_keeps_its_own_distance_where_it_has_one():
    curve = curve_of([("2010-03-31", 1), ("2012-03-31", 0.5), ("2013-03-31", 0.25)], time)
    assert (curve.first, curve.last, curve.values) == (2010, 2013, (1, 0.75, 0.5, 0.25))


def test_a_look_up_over_time_at_odd_dates_has_a_value_at_every_step():
    points = [("2010-11-11", 1.0), ("2012-02-29", 0.5), ("2016-08-08", 0.25)]
    curve = curve_of(points, time)
    assert (curve.first, curve.last) == (2009, 2019)
    xs, ys = zip(*table(time, points).points, strict=True)
    assert read(curve, STEPS) == pytest.approx(np.interp(STEPS, xs, ys), rel=4e-15)


def test_a_look_up_of_time_that_went_by_has_no_steps_to_stand_on():
    awkward = [(0, 1), (0.123456, 0.5), (1, 0.2)]
    with pytest.raises(ExportError, match="'effect' cannot be exported"):
        curve_of(awkward, elapsed("2009-03-31", "2012-03-31"))


# Levels over time


@given(st.lists(st.floats(-1e6, 1e6), min_size=161, max_size=161))
def test_levels_without_a_pattern_are_kept_as_they_are(levels):
    curve = curve_over_time(np.array(levels), CLOCK)
    assert (curve.first, curve.last) == (2009, 2019)
    assert np.abs(read(curve, STEPS) - levels).max() <= 1e-14 * max(1e-300, np.abs(levels).max())


@pytest.mark.parametrize(("knot", "count"), [(80, 3), (32, 6), (8, 21), (10, 17), (3, 161)])
def test_points_stand_as_far_apart_as_all_corners_allow(knot, count):
    curve = curve_over_time(np.minimum(np.arange(161), knot) * 0.1, CLOCK)
    assert len(curve.values) == count
    assert read(curve, STEPS) == pytest.approx(np.minimum(np.arange(161), knot) * 0.1, rel=4e-15)


def test_a_level_path_says_so():
    assert curve_over_time(np.full(161, 3.3), CLOCK).is_level
    assert not curve_over_time(np.linspace(0, 1, 161), CLOCK).is_level


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_corners_hold_both_ends_and_give_back_every_level(levels):
    y = np.array(levels)
    kept = _corners(y)
    assert kept == sorted(set(kept))
    assert (kept[0], kept[-1]) == (0, len(levels) - 1)
    slack = 1e-14 * max(1e-300, np.abs(y).max())
    assert np.abs(np.interp(np.arange(len(y)), kept, y[kept]) - y).max() <= slack


@given(st.floats(-1e9, 1e9), st.floats(0.001, 1e6))
def test_a_straight_line_keeps_its_ends_alone(first, slope):
    assert _corners(first + slope * np.arange(200) / 16) == [0, 199]


def test_a_slow_curve_does_not_drift_away_from_its_corners():
    x = np.arange(20_000)
    y = 1 + 1e-9 * (x / 4096) ** 2
    kept = _corners(y)
    assert np.abs(np.interp(x, kept, y[kept]) - y).max() <= 2e-15
