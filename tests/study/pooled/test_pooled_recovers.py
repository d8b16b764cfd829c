"""A pooled fit of made-up places: known levels and spreads come back, with honest intervals."""

from functools import cache

import numpy as np
import pytest
from made_places import LAYOUT, TRUE, YEARS, made, slopes

from caresim.study.fit.pooled.fit import pooled

N = 80
FITTED = np.r_[0:YEARS, YEARS + 2 : 2 * YEARS + 2]  # where levels with figures stand
AHEAD = np.r_[YEARS : YEARS + 2, 2 * YEARS + 2 : 2 * YEARS + 4]
START, APART = [LAYOUT.n_moving], [LAYOUT.n_moving + 1]


@cache
def fit(seed=1, n=N):
    places, truth = made(seed, n)
    return pooled(LAYOUT, places, slopes()), truth


def misses(fitted, truth):
    """Return how far what was found is from the truth, and its standard deviation."""
    found = np.array([one.x for one in fitted.found])
    sds = np.sqrt([np.diag(one.covariance) for one in fitted.found])
    return found - truth, sds


def test_levels_come_back_much_nearer_than_they_vary():
    miss, _ = misses(*fit())
    assert np.sqrt((miss[:, FITTED] ** 2).mean()) < 0.06, "levels vary by 0.3"
    assert np.sqrt((miss[:, START] ** 2).mean()) < 0.07, "starts vary by 0.2"
    assert np.sqrt((miss[:, APART] ** 2).mean()) < 0.045, "ways to count vary by 0.1"


def test_it_ends_when_no_place_moves_any_more():
    assert fit()[0].moved.max() < 0.01


def test_the_common_path_comes_back():
    fitted, truth = fit()
    means = np.array([truth[:, LAYOUT.of_level(k)][:, :YEARS].mean(axis=0) for k in range(2)])
    traits = np.mean([place.covariate for place in fitted.places])
    found = fitted.spread.common + fitted.spread.slope[:, None] * traits
    assert found == pytest.approx(means, abs=0.03), "means over the places themselves"


def test_the_slope_of_the_covariate_is_that_of_the_true_levels():
    fitted, truth = fit()
    traits = np.array([place.covariate for place in fitted.places])
    for k in range(2):
        levels = truth[:, LAYOUT.of_level(k)][:, :YEARS].mean(axis=1)
        by_hand = np.polyfit(traits, levels, 1)[0]
        assert fitted.spread.slope[k] == pytest.approx(by_hand, abs=0.2)


def test_how_places_vary_comes_back():
    spread = fit()[0].spread
    whole = np.hypot(spread.lasting, spread.passing)
    assert whole == pytest.approx(np.hypot(TRUE.lasting, TRUE.passing), rel=0.2)
    assert spread.memory == pytest.approx(TRUE.memory, abs=0.25)
    assert spread.brief[0] == pytest.approx(TRUE.brief[0], abs=0.03)
    assert spread.brief[1] < 0.05, "the second level has no chance of one year"
    assert spread.starts == pytest.approx(TRUE.starts, rel=0.25)
    assert spread.apart == pytest.approx(TRUE.apart, rel=0.3)


def test_how_far_figures_miss_comes_back():
    """Noise and counting can hardly be told apart; what they make of a usual figure can.

    Nor can the noise of arrivals and the chance of one year in them; their sum can.
    """
    spread = fit()[0].spread
    usual = np.log(np.array([[4000.0], [8000.0], [4000.0]]))
    (found, true) = (one.variance(usual).ravel() for one in (spread, TRUE))
    assert np.sqrt(found[1:]) == pytest.approx(np.sqrt(true[1:]), rel=0.35)
    arrivals = np.sqrt([found[0] + spread.brief[0] ** 2, true[0] + TRUE.brief[0] ** 2])
    assert arrivals[0] == pytest.approx(arrivals[1], rel=0.2)


@pytest.mark.parametrize(
    ("part", "low", "high"),
    [(FITTED, 0.75, 0.85), (AHEAD, 0.7, 0.88), (START, 0.65, 0.92), (APART, 0.65, 0.92)],
    ids=["fitted years", "years ahead", "starts", "ways to count"],
)
def test_intervals_of_80_percent_hold_about_as_often(part, low, high):
    miss, sds = misses(*fit())
    held = np.mean(np.abs(miss / sds)[:, part] < 1.2816)
    assert low <= held <= high, f"80 % intervals hold {held:.0%}"


@pytest.mark.slow
def test_intervals_hold_over_fifty_panels():
    """The spread is taken as known, so intervals are somewhat narrow where there are few places."""
    found = [misses(*fit(seed, 30)) for seed in range(100, 150)]
    z = np.concatenate([np.abs(miss / sds) for miss, sds in found])
    for part, name in ((FITTED, "fitted"), (AHEAD, "ahead"), (START, "start"), (APART, "apart")):
        held = {k: np.mean(z[:, part] < q) for k, q in ((50, 0.674), (80, 1.282), (95, 1.96))}
        assert 0.42 <= held[50] <= 0.55, f"{name}: {held}"
        assert 0.71 <= held[80] <= 0.84, f"{name}: {held}"
        assert 0.89 <= held[95] <= 0.97, f"{name}: {held}"


def test_it_is_the_same_to_the_bit_every_time():
    one, two = (pooled(LAYOUT, made(3, 5)[0], slopes()) for _ in range(2))
    for a, b in zip(one.found, two.found, strict=True):
        assert a.x.tobytes() == b.x.tobytes()
        assert a.covariance.tobytes() == b.covariance.tobytes()
    for name in ("common", "slope", "lasting", "passing", "memory", "brief", "noise", "counting"):
        assert getattr(one.spread, name).tobytes() == getattr(two.spread, name).tobytes(), name


def test_a_spread_that_is_given_is_kept():
    assert pooled(LAYOUT, made(3, 4)[0], slopes(), spread=TRUE).spread is TRUE


def test_with_the_spread_given_a_place_does_not_depend_on_the_others():
    places, _ = made(4, 6)
    among = pooled(LAYOUT, places, slopes(), spread=TRUE)
    alone = pooled(LAYOUT, places[2:3], slopes(), spread=TRUE)
    assert alone.found[0].x == pytest.approx(among.found[2].x, abs=0.01)


def test_places_are_found_by_name():
    fitted, _ = fit()
    assert fitted.place("place 7") == 7


def test_each_round_is_told():
    told = []
    fitted = pooled(LAYOUT, made(3, 4)[0], slopes(), spread=TRUE, step=told.append)
    assert told[-1] == fitted.moved.max()
    assert told[-1] < told[0]
