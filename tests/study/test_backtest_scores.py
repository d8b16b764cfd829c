"""Scores of projections, against scoringrules, by hand, and on made-up truths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from caresim.study.backtest.scores import (
    LEVELS,
    QUANTILES,
    geometric_ratio,
    inside,
    interval_score,
    percentage_errors,
    resampled_coverage,
    slope,
    weighted_interval_score,
)

RNG = np.random.default_rng(2)
CASES = 400
MIDDLES, SPREADS = RNG.normal(10, 3, CASES), RNG.uniform(0.1, 2, CASES)
FORECASTS = MIDDLES[:, None] + SPREADS[:, None] * stats.norm.ppf(QUANTILES)
ACTUAL = RNG.normal(10, 4, CASES)


def test_interval_scores_are_those_of_scoringrules():
    rules = pytest.importorskip("scoringrules")
    for alpha in (0.05, 0.1, 0.2, 0.5):
        low, high = FORECASTS[:, 1], FORECASTS[:, -2]
        expected = rules.interval_score(ACTUAL, low, high, alpha)
        np.testing.assert_allclose(interval_score(low, high, ACTUAL, alpha), expected, rtol=1e-9)


def test_weighted_interval_scores_are_those_of_scoringrules():
    rules = pytest.importorskip("scoringrules")
    middle = QUANTILES.index(0.5)
    from_actual = FORECASTS - ACTUAL[:, None]
    lows, highs = from_actual[:, :middle][:, ::-1], from_actual[:, middle + 1 :]
    alphas = np.array([1 - level / 100 for level in LEVELS])
    # version 0.10 on NumPy adds the median where its distance is meant: seen from the figure, with
    # the distance in its place, both are the same
    distance = np.abs(from_actual[:, middle])
    expected = rules.weighted_interval_score(np.zeros(CASES), distance, lows, highs, alphas)
    np.testing.assert_allclose(weighted_interval_score(FORECASTS, ACTUAL), expected, rtol=1e-9)


def test_a_weighted_interval_score_is_twice_the_mean_pinball_loss():
    """An identity of Bracher and others 2021: the same score by quantiles."""
    shares, error = np.array(QUANTILES), ACTUAL[:, None] - FORECASTS
    pinball = np.maximum(shares * error, (shares - 1) * error)
    expected = 2 * pinball.mean(axis=1)
    np.testing.assert_allclose(weighted_interval_score(FORECASTS, ACTUAL), expected, rtol=1e-12)


@given(shift=st.floats(0.05, 3), spread=st.floats(0.3, 3))
def test_the_true_forecast_has_the_best_score(shift, spread):
    """Scores are proper: moving a band, or widening it, makes the mean score worse."""
    truth = stats.norm.ppf((np.arange(2_000) + 0.5) / 2_000)
    bands = np.tile(stats.norm.ppf(QUANTILES), (2_000, 1))
    best = weighted_interval_score(bands, truth).mean()
    assert best <= weighted_interval_score(bands + shift, truth).mean()
    assert best <= weighted_interval_score(bands * spread, truth).mean() + 1e-9


def test_a_percentage_error_has_a_sign_and_is_of_the_actual():
    assert percentage_errors(np.array([110.0, 90.0]), np.array([100.0, 120.0])) == pytest.approx(
        [10.0, -25.0]
    )


def test_bands_hold_a_true_forecast_as_often_as_they_say():
    n = 20_000
    actual = np.random.default_rng(4).normal(size=n)
    bands = np.tile(stats.norm.ppf(QUANTILES), (n, 1))
    for level in LEVELS:
        share = inside(bands, actual, level).mean()
        assert share == pytest.approx(level / 100, abs=4 * np.sqrt(0.25 / n))


def test_where_there_is_no_band_nothing_is_inside_or_outside():
    bands = np.array([stats.norm.ppf(QUANTILES), np.full(len(QUANTILES), np.nan)])
    held = inside(bands, np.zeros(2), 80)
    assert held[0] == 1
    assert np.isnan(held[1])


def test_the_interval_of_a_coverage_is_that_of_whole_series():
    """Twenty figures of each of ten series, all inside or all outside together."""
    held = np.repeat([1.0] * 5 + [0.0] * 5, 20)
    low, high = resampled_coverage(held, np.repeat([f"s{i}" for i in range(10)], 20))
    tail = stats.binom(10, 0.5).ppf([0.1, 0.9]) / 10
    assert (low, high) == pytest.approx(tuple(tail), abs=0.011)
    apart = resampled_coverage(held, np.array([f"s{i}" for i in range(200)]))
    assert apart[1] - apart[0] < (high - low) / 3, "as single figures the same data look certain"


def test_one_series_has_no_interval_of_its_coverage():
    assert np.isnan(resampled_coverage(np.ones(5), ["a"] * 5)).all()


def test_a_ratio_is_the_geometric_mean_and_a_missing_pair_counts_as_one():
    assert geometric_ratio(np.array([2.0, 8.0]), np.array([1.0, 1.0])) == pytest.approx(4)
    with_missing = geometric_ratio(np.array([4.0, np.nan]), np.array([1.0, 1.0]))
    assert with_missing == pytest.approx(2)
    assert np.isnan(geometric_ratio(np.array([]), np.array([])))


def test_a_slope_of_one_is_the_right_size_and_of_a_half_too_much_growth():
    growth = np.array([0.0, 0.1, 0.3, -0.2])
    assert slope(growth, growth + 0.05) == pytest.approx(1)
    assert slope(2 * growth, growth) == pytest.approx(0.5)
    assert np.isnan(slope(np.zeros(4), growth)), "no growth projected, no slope"
