"""The rivals of a projection: plain continuations, held against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from caresim.study.backtest.rivals import RIVALS, continue_series

YEARS = [2010, 2011, 2012, 2013, 2014, 2015, 2016]
VALUES = [90.0, 100.0, 104.0, 110.0, 109.0, 115.0, 121.0]
HORIZONS = (1, 2, 3, 4, 5)


def points(name, years=YEARS, values=VALUES):
    return continue_series(name, years, values, HORIZONS).point


def test_the_last_value_is_kept():
    assert points("last_value") == pytest.approx([121.0] * 5)


def test_a_trend_is_the_mean_change_of_the_last_five_years():
    change = (121 - 100) / 5
    assert points("trend") == pytest.approx([121 + change * h for h in HORIZONS])


def test_a_damped_trend_adds_ever_smaller_changes():
    change = (121 - 100) / 5
    sums = [0.8, 1.44, 1.952, 2.3616, 2.68928]
    assert points("damped_trend") == pytest.approx([121 + change * s for s in sums])


def test_a_trend_takes_what_years_there_are():
    assert points("trend", YEARS[:3], VALUES[:3])[0] == pytest.approx(104 + 7)
    assert points("trend", YEARS[:1], VALUES[:1])[4] == 90


def test_years_without_a_figure_count_as_time():
    """Ten years apart, a rise of 100 is 10 a year; a window of five years sees no such figure."""
    assert points("trend", [2010, 2014], [100.0, 140.0])[0] == pytest.approx(150)
    assert points("trend", [2000, 2010], [100.0, 200.0])[0] == pytest.approx(200)


def test_holt_follows_a_straight_line_and_damps_what_comes_after():
    line = [100.0 + 10 * i for i in range(7)]
    found = points("holt_damped_trend", YEARS, line)
    steps = np.diff([line[-1], *found])
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all(), "each further year adds less"
    assert found[0] == pytest.approx(line[-1] + 10, abs=1.0)


def test_holt_is_the_best_of_its_grid_by_brute_force():
    best = (np.inf, None)
    shares = np.arange(1, 21) / 20
    for a in shares:
        for b in shares:
            for share in (0.8, 0.85, 0.9, 0.95, 0.98):
                level, slope, error = VALUES[1], VALUES[1] - VALUES[0], 0.0
                for value in VALUES[2:]:
                    ahead = level + share * slope
                    error += (value - ahead) ** 2
                    level, before = ahead + a * (value - ahead), level
                    slope = b * (level - before) + (1 - b) * share * slope
                if error < best[0]:
                    best = (error, level + slope * np.cumsum(share ** np.arange(1, 6)))
    assert points("holt_damped_trend") == pytest.approx(best[1])


def test_the_band_of_the_last_value_is_the_mean_square_of_past_changes():
    found = continue_series("last_value", YEARS, VALUES, HORIZONS)
    square = np.mean(np.diff(np.log(VALUES)) ** 2)
    assert found.spread == pytest.approx(np.sqrt(square * np.array(HORIZONS)))
    assert found.freedom == np.inf


def test_the_band_of_a_random_walk_is_the_sd_of_past_changes():
    found = continue_series("random_walk", YEARS, VALUES, HORIZONS)
    sd = np.diff(np.log(VALUES)).std(ddof=1)
    assert found.spread == pytest.approx(sd * np.sqrt(HORIZONS))
    assert found.freedom == 5
    assert found.point == pytest.approx([121.0] * 5)


def test_a_random_walk_is_held_by_its_own_bands_as_often_as_they_say():
    """4,000 walks of ten figures, each forecast by itself: Student's t makes the bands exact."""
    rng = np.random.default_rng(5)
    n, figures = 4_000, 10
    logs = np.cumsum(rng.normal(0, 0.05, (n, figures + 5)), axis=1) + 7
    ratios = []
    for walk in logs:
        found = continue_series("random_walk", range(figures), np.exp(walk[:figures]), (1, 3, 5))
        actual = walk[[figures, figures + 2, figures + 4]]
        ratios.append((actual - np.log(found.point)) / found.spread)
    for level in (0.5, 0.8, 0.9, 0.95):
        reach = stats.t(figures - 2).ppf((1 + level) / 2)
        share = (np.abs(ratios) < reach).mean(axis=0)
        error = np.sqrt(level * (1 - level) / n)
        assert np.abs(share - level).max() < 4 * error, (level, share)


@given(
    name=st.sampled_from(sorted(RIVALS)),
    values=st.lists(st.floats(1, 1e6), min_size=1, max_size=12),
    unit=st.floats(1e-3, 1e3),
)
def test_rivals_do_not_care_for_units(name, values, unit):
    """In thousands or in single children, a rival says the same."""
    years = list(range(2000, 2000 + len(values)))
    plain = continue_series(name, years, values, HORIZONS)
    scaled = continue_series(name, years, [v * unit for v in values], HORIZONS)
    assert np.isfinite(plain.point).all()
    np.testing.assert_allclose(
        scaled.point, plain.point * unit, rtol=1e-6, atol=1e-6 * max(values) * unit
    )
