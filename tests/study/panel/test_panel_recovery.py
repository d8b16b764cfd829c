"""A made-up panel with a known effect gives it back, within intervals that hold as they say."""

import numpy as np
import pytest
from made_panels import EFFECT, LATER, made

from caresim.study.fit.one_thread import one_thread
from caresim.study.panel.regress import regress

COVERAGE = 0.9


@pytest.fixture(autouse=True)
def single():
    """Small matrices are slower on two threads."""
    with one_thread():
        yield


def held(panels, method="within", effects="unit and year"):
    """Return which panels' intervals hold the effect of the same year, and that of both."""
    now, both = [], []
    for seed in range(panels):
        found = regress(made(seed), effects, method)
        low, high = found.interval("now", COVERAGE)
        now.append(low <= EFFECT <= high)
        _, _, (low, high) = found.total(["now", "before"], COVERAGE)
        both.append(low <= EFFECT + LATER <= high)
    return np.mean(now), np.mean(both)


def test_of_fifty_panels_84_to_96_percent_of_the_intervals_hold_the_effect():
    now, both = held(50)
    assert 0.84 <= now <= 0.96
    assert 0.84 <= both <= 0.96


def test_of_four_hundred_panels_about_nine_tenths_do():
    now, both = held(400)
    assert 0.86 <= now <= 0.94
    assert 0.86 <= both <= 0.94


def test_robust_intervals_hold_as_well():
    now, both = held(100, "robust")
    assert 0.84 <= now <= 0.96
    assert 0.84 <= both <= 0.97


def test_trends_of_units_leave_the_effect_in_place():
    now, _ = held(100, effects="unit, year and trend")
    assert 0.84 <= now <= 0.96


def test_estimates_are_right_on_average():
    found = [regress(made(seed)).values for seed in range(200)]
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert np.all(np.abs(np.mean(found, axis=0) - [EFFECT, LATER]) < 3 * error)


def test_errors_are_as_large_as_the_estimates_scatter():
    found = [regress(made(seed)) for seed in range(200)]
    scatter = np.std([f.values for f in found], axis=0)
    told = np.mean([f.errors for f in found], axis=0)
    assert np.allclose(told, scatter, rtol=0.12)


def test_without_levels_of_units_the_effect_would_be_lost():
    """Units that spend more have a higher outcome: pooled, more spending seems to raise it."""
    sample = made(3)
    pooled = np.polyfit(sample.terms[:, 0], sample.outcome, 1)[0]
    assert pooled > 0 > regress(sample)["now"]
