"""The linear algebra of a pooled fit against slow and plain ways to the same, written here."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_places import LAYOUT, TRUE, YEARS, covariance_by_hand, made, slopes
from scipy.stats import multivariate_normal

from caresim.study.fit.pooled.fit import slopes_of
from caresim.study.fit.pooled.learn import learned
from caresim.study.fit.pooled.settled import FREEDOM, Linear, settle
from caresim.study.fit.pooled.spread import level_covariances, start_spread

SLOPES = slopes()
SPREADS = st.floats(0.003, 1.5)


def near(place, x):
    return Linear(x, place.computed(LAYOUT, x), SLOPES)


def stacked(place, at):
    """Return figures and slopes as one long vector and matrix of y = H x + error."""
    there = np.isfinite(place.figures)
    h = at.slopes[:, :YEARS][there]
    return h, place.figures[there] - at.computed[:, :YEARS][there] + h @ at.x


def textbook(place, at, spread, weights):
    """Return posterior mean and covariance by inverses, as a textbook has them."""
    h, y = stacked(place, at)
    there = np.isfinite(place.figures)
    precision = np.diag(weights[there] / spread.variance(place.figures)[there])
    before = np.linalg.inv(spread.covariance(LAYOUT, place))
    after = np.linalg.inv(before + h.T @ precision @ h)
    mean = spread.mean(LAYOUT, place)
    return after @ (before @ mean + h.T @ precision @ y), after


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("gaps", [False, True])
def test_a_place_settles_where_the_textbook_says(seed, gaps):
    (place,), truth = made(seed, 1)
    rng = np.random.default_rng(seed)
    if gaps:
        hidden = rng.random(place.figures.shape) < 0.4
        place = replace(place, figures=np.where(hidden, np.nan, place.figures))
    weights = rng.uniform(0.1, 1.2, place.figures.shape)
    at = near(place, truth[0])
    found = settle(LAYOUT, place, at, TRUE, weights)
    mean, covariance = textbook(place, at, TRUE, weights)
    assert found.x == pytest.approx(mean, abs=1e-8)
    assert found.covariance == pytest.approx(covariance, abs=1e-9)


def test_weights_are_those_of_a_student_s_t():
    (place,), truth = made(4, 1)
    at = near(place, truth[0])
    found = settle(LAYOUT, place, at, TRUE)
    h, y = stacked(place, at)
    for i, cell in enumerate(zip(*np.nonzero(np.isfinite(place.figures)), strict=True)):
        loose = h[i] @ found.covariance @ h[i]
        square = (y[i] - h[i] @ found.x) ** 2 + loose
        assert found.squares[cell] == pytest.approx(square)
        variance = TRUE.variance(place.figures)[cell]
        weight = (FREEDOM + 1) / (FREEDOM + square / variance)
        assert found.weights[cell] == pytest.approx(weight)


@given(
    st.tuples(SPREADS, SPREADS, st.floats(0, 0.99), SPREADS),
    st.lists(st.booleans(), min_size=1, max_size=8),
    st.floats(0.05, 20),
)
def test_covariances_of_a_level_are_those_of_a_loop(numbers, breaks, size):
    whole = level_covariances(*numbers, np.array([breaks]), np.array([size]))[0]
    assert whole == pytest.approx(covariance_by_hand(*numbers, breaks, size))
    assert np.linalg.eigvalsh(whole).min() > 0


def test_covariances_of_several_places_are_each_its_own():
    breaks = np.array([[False, False, True], [False, True, False]])
    both = level_covariances(0.2, 0.3, 0.5, 0.1, breaks, np.array([1.0, 4.0]))
    for i, size in enumerate((1.0, 4.0)):
        assert both[i] == pytest.approx(covariance_by_hand(0.2, 0.3, 0.5, 0.1, breaks[i], size))


def test_slopes_are_how_series_follow():
    (place,), truth = made(5, 1)
    found = slopes_of(LAYOUT, place, truth[0])
    step = np.random.default_rng(1).normal(size=LAYOUT.n_unknown) * 1e-3
    moved = place.computed(LAYOUT, truth[0] + step) - place.computed(LAYOUT, truth[0] - step)
    assert 2 * found @ step == pytest.approx(moved, abs=2e-6)
    years = len(LAYOUT.years)
    later = found[:, :, LAYOUT.of_level(0)]
    assert not later[:, *np.triu_indices(years, 1)].any(), "no year follows from a later one"


def likelihood(places, nears, spread):
    """Return the logarithm of how likely figures and spread are, where errors are normal."""
    told = -0.5 * np.sum(spread.lasting**2 + spread.passing**2 + spread.brief**2) / 0.5**2
    for place, at in zip(places, nears, strict=True):
        h, y = stacked(place, at)
        errors = np.diag(spread.variance(place.figures)[np.isfinite(place.figures)])
        whole = h @ spread.covariance(LAYOUT, place) @ h.T + errors
        told += multivariate_normal.logpdf(y, h @ spread.mean(LAYOUT, place), whole)
    return told


@pytest.mark.parametrize(("seed", "n", "shift"), [(1, 5, 0.0), (2, 15, 0.0), (3, 15, 0.2)])
def test_learning_never_makes_the_figures_less_likely(seed, n, shift):
    """Each turn is one of expectation and maximisation, also where traits are not centred."""
    places, truth = made(seed, n)
    places = [replace(place, covariate=place.covariate + shift) for place in places]
    nears = [near(place, x) for place, x in zip(places, truth, strict=True)]
    spread = start_spread(LAYOUT)
    told = [likelihood(places, nears, spread)]
    for _ in range(12):
        found = [settle(LAYOUT, p, at, spread) for p, at in zip(places, nears, strict=True)]
        normal = [replace(one, weights=np.ones_like(one.weights)) for one in found]
        spread = learned(LAYOUT, places, normal, spread)
        told.append(likelihood(places, nears, spread))
    assert np.diff(told).min() > -0.02, f"log likelihood by turn: {np.round(told, 3)}"
    assert told[-1] > told[0] + 20


def test_what_is_common_fades_by_half_a_year_after_the_figures():
    (place,), _ = made(6, 1)
    place = replace(place, covariate=0.0)
    path = TRUE.mean(LAYOUT, place)[LAYOUT.of_level(0)]
    usual = TRUE.common[0].mean()
    assert path[:YEARS] == pytest.approx(TRUE.common[0])
    assert path[YEARS:] - usual == pytest.approx((path[YEARS - 1] - usual) * np.array([0.5, 0.25]))
