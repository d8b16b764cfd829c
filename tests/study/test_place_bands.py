"""Bands and rivals of a place's projection: against simulation, and cases worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.study.fit.pooled.spread import FREEDOM
from caresim.study.parts.bands import SHARES, quantiles_of
from caresim.study.parts.rivals import RIVALS, rivals_of

MIDDLE = SHARES.index(0.5)
N = 400_000


@pytest.mark.parametrize(
    ("loose", "noise"), [(0.2, 0.0), (0.0, 0.1), (0.1, 0.1), (0.3, 0.05), (0.02, 0.2), (0.06, 0.1)]
)
def test_quantiles_are_those_of_a_large_sample(loose, noise):
    rng = np.random.default_rng(1)
    sample = loose * rng.normal(size=N) + noise * rng.standard_t(FREEDOM, size=N)
    found = np.log(quantiles_of(np.array(1.0), np.array(loose), np.array(noise)))
    size = np.hypot(loose, noise)
    assert found / size == pytest.approx(np.quantile(sample, SHARES) / size, rel=0.02, abs=0.02)


def test_quantiles_have_the_shape_of_what_is_asked():
    centre = np.full((3, 4), 50.0)
    assert quantiles_of(centre, centre / 500, centre / 400).shape == (3, 4, len(SHARES))


@given(st.floats(0.5, 1e5), st.floats(0, 1), st.floats(0.001, 1))
def test_quantiles_rise_about_the_centre_alike_on_both_sides(centre, loose, noise):
    found = quantiles_of(np.array(centre), np.array(loose), np.array(noise))
    assert (np.diff(found) > 0).all()
    assert found[MIDDLE] == pytest.approx(centre, rel=1e-3 * np.hypot(loose, noise) + 1e-9)
    logs = np.log(found / centre)
    assert logs == pytest.approx(-logs[::-1], abs=1e-3)


def test_what_is_certain_has_no_band():
    assert quantiles_of(np.array(7.0), np.array(0.0), np.array(0.0)) == pytest.approx(7.0)


WHOLE = {2014: 1000.0, 2015: 1000.0}
FLAT = np.array([1000.0, 1000.0, 1000.0])


def test_the_last_value_stays():
    found = rivals_of({2014: 90.0, 2015: 100.0}, WHOLE, FLAT, 2015, (1, 2))
    assert found["last_value"] == pytest.approx([100, 100])


def test_the_last_value_grows_as_the_whole_is_projected_to():
    projected = np.array([1000.0, 1100.0, 1210.0])
    found = rivals_of({2014: 90.0, 2015: 100.0}, WHOLE, projected, 2015, (1, 2))
    assert found["whole_projected"] == pytest.approx([110, 121])


def test_a_figure_older_than_the_origin_is_carried_to_it():
    """From 2013 two more years: the last value as it is, the projection from the origin on."""
    projected = np.array([1000.0, 1100.0])
    found = rivals_of({2012: 90.0, 2013: 100.0}, WHOLE, projected, 2015, (1,))
    assert found["last_value"] == pytest.approx([100])
    assert found["whole_projected"] == pytest.approx([110])


def test_a_place_that_does_not_change_goes_on_so():
    own = dict.fromkeys(range(2010, 2016), 80.0)
    found = rivals_of(own, WHOLE, FLAT, 2015, (1, 2))
    for name in RIVALS:
        assert found[name] == pytest.approx([80, 80]), name


def test_a_trend_goes_on_and_is_damped():
    own = {year: 100.0 + 10 * (year - 2015) for year in range(2010, 2016)}
    found = rivals_of(own, WHOLE, FLAT, 2015, (1, 2, 3))["damped_trend"]
    steps = np.diff([100.0, *found])
    assert (steps > 0).all()
    assert (steps <= 10 + 1e-9).all()
    assert (np.diff(steps) < 0).all(), "each step is smaller than the one before"


def test_a_trend_ends_at_one_child():
    own = {2011 + i: value for i, value in enumerate((50.0, 38.0, 26.0, 14.0, 2.0))}
    found = rivals_of(own, WHOLE, FLAT, 2015, (1, 2))["damped_trend"]
    assert (found >= 1).all()


def test_the_trend_of_the_whole_is_that_of_its_own_figures():
    whole = {year: 1000.0 * 1.02 ** (year - 2010) for year in range(2010, 2016)}
    found = rivals_of({2015: 100.0}, whole, FLAT, 2015, (1, 2))
    own = rivals_of({**whole}, whole, FLAT, 2015, (1, 2))["damped_trend"]
    assert found["whole_damped"] == pytest.approx(100 * own / whole[2015])
    assert found["last_value"] == pytest.approx([100, 100])
