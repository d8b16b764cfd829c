"""Growth curves with crossed lags: slopes of the likelihood, and known numbers given back."""

import numpy as np
import pytest

from caresim.language.errors import ParameterError
from caresim.study.panel.growth import OWN, _Model, crossed_growth, to_exposure, to_outcome

YEARS = tuple(range(2011, 2017))
EFFECT, OWN_LAG = -0.3, 0.2


def made(seed, units=400, gaps=0.0):
    """Return outcome and exposure of units that each grow by a line, with lags around it."""
    rng = np.random.default_rng(seed)
    n = len(YEARS)
    y, x = np.empty((units, n)), np.empty((units, n))
    base, line = rng.normal(size=units) * 0.3, rng.normal(size=units) * 0.03
    spend, cut = 0.5 * base + rng.normal(size=units) * 0.2, rng.normal(size=units) * 0.03
    y[:, 0] = base + rng.normal(size=units) * 0.1
    x[:, 0] = spend + rng.normal(size=units) * 0.15
    for t in range(1, n):
        own = base + t * line + OWN_LAG * y[:, t - 1]
        y[:, t] = own + EFFECT * x[:, t - 1] + rng.normal(size=units) * 0.1
        x[:, t] = spend + t * cut + rng.normal(size=units) * 0.15
    y[rng.random(y.shape) < gaps] = np.nan
    return y, x


def test_the_slopes_of_the_likelihood_are_those_of_small_steps():
    y, x = made(1, units=30, gaps=0.1)
    model = _Model(np.hstack([y, x]), YEARS)
    at = np.array([place.start for place in model.places]) + 0.003
    slopes = model.scores(at)[1]
    for place in range(0, len(at), 5):
        step = np.zeros(len(at))
        step[place] = 1e-6
        small = (model.scores(at + step)[0] - model.scores(at - step)[0]) / 2e-6
        assert slopes[place] == pytest.approx(small, rel=1e-4, abs=1e-2)
    assert np.allclose(model.scores_of_each(at).sum(axis=0), slopes)


@pytest.mark.parametrize("gaps", [0.0, 0.08])
def test_known_lags_are_given_back(gaps):
    found = crossed_growth(*made(2, gaps=gaps), YEARS)
    assert abs(found[OWN] - OWN_LAG) < 3 * found.error(OWN)
    for year in YEARS[1:]:
        assert abs(found[to_outcome(year)] - EFFECT) < 3 * found.error(to_outcome(year))
        assert abs(found[to_exposure(year)]) < 3 * found.error(to_exposure(year))
        assert found.error(to_outcome(year)) < 0.1
    assert found.units == 400


def test_a_unit_without_figures_is_dropped_and_told():
    y, x = made(3, units=200)
    y[0], x[0] = np.nan, np.nan
    found = crossed_growth(y, x, YEARS)
    assert (found.units, found.dropped) == (199, {"unit without figures": 1})


def test_three_years_are_too_few():
    with pytest.raises(ParameterError, match="at least 4 years"):
        crossed_growth(np.ones((5, 3)), np.ones((5, 3)), (1, 2, 3))


def common(seed):
    """Return outcome and exposure with no effect on each other, which years move for all alike."""
    rng = np.random.default_rng(seed)
    shape = 300, len(YEARS)
    base = rng.normal(size=(300, 1)) * 0.3
    y = base + 0.1 * rng.normal(size=shape) + np.array([0, -0.05, 0.08, 0.0, 0.1, 0.03])
    x = 6 + base + 0.2 * rng.normal(size=shape) - np.array([0, 0.2, 0.3, 0.35, 0.45, 0.55])
    return 6 + y, x


def to(outcome, exposure):
    found = crossed_growth(outcome, exposure, YEARS)
    names = [to_outcome(year) for year in YEARS[1:]]
    return np.array([found[name] for name in names]), np.array([found.error(n) for n in names])


def test_the_unit_of_money_matters_until_what_years_do_to_all_alike_is_taken_out():
    """The curves have no levels of years: crossed lags take their place, times the log itself."""
    y, x = common(5)
    pounds, error = to(y, x)
    thousands, wrong = to(y, x - np.log(1000))
    assert np.abs(pounds - thousands).max() > 2 * error.max()
    assert np.abs(thousands / wrong).max() > 3  # and there is no effect
    out, error = to(y - y.mean(axis=0), x - x.mean(axis=0))
    assert np.all(np.abs(out) < 3 * error)
