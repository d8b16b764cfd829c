"""What figures do to a place: outliers, breaks, gaps, and a place with hardly any."""

from dataclasses import replace

import numpy as np
import pytest
from made_places import LAYOUT, TRUE, YEARS, made, slopes

from caresim.study.fit.pooled.fit import pooled


def found(places, i=0, spread=TRUE):
    """Return levels by year of one place, as logarithms, and their standard deviations."""
    one = pooled(LAYOUT, places, slopes(), spread=spread).found[i]
    sds = np.sqrt(np.diag(one.covariance))
    return one.x[: LAYOUT.n_moving].reshape(2, -1), sds[: LAYOUT.n_moving].reshape(2, -1)


@pytest.fixture(scope="module")
def place():
    return made(5, 1)[0][0]


def changed(place, *cells, **more):
    figures = place.figures.copy()
    for series, year, value in cells:
        figures[series, year] = value
    return replace(place, figures=figures, **more)


def test_a_gross_outlier_moves_a_level_little(place):
    """A figure of 20 times as many stocks is rather a slip of a pen than what happened."""
    wrong = changed(place, (1, 5, place.figures[1, 5] + np.log(20)))
    moved = np.abs(found([wrong])[0] - found([place])[0])[:, :YEARS]
    assert moved.max() < 0.08, f"levels moved by {moved.max():.3f} for a figure off by 3"


def test_a_far_figure_has_a_small_weight(place):
    wrong = changed(place, (1, 5, place.figures[1, 5] + np.log(20)))
    weights = pooled(LAYOUT, [wrong], slopes(), spread=TRUE).found[0].weights
    assert weights[1, 5] < 0.02
    assert np.delete(weights[1], 5).min() > 0.1


def jumping(marked):
    """Return a place whose arrivals are 2.5 times as many from one year on."""
    breaks = np.zeros((1, 2, len(LAYOUT.years)), dtype=bool)
    breaks[0, 0, 6] = marked
    place = made(6, 1, breaks=breaks)[0][0]
    level = np.zeros((2, len(LAYOUT.years)))
    level[0, 6:] = np.log(2.5)
    x = np.concatenate([level.ravel(), [0, 0]])
    return replace(place, figures=place.computed(LAYOUT, x)[:, :YEARS], covariate=0.0), level


def test_a_marked_break_does_not_bend_the_years_around_it():
    """With figures of the stock alone, a memory rounds off a jump; a mark says that it is one."""
    spread = replace(
        TRUE,
        common=np.zeros((2, YEARS)),
        lasting=np.full(2, 0.1),
        passing=np.array([0.5, 0.003]),
        memory=np.full(2, 0.95),
        brief=np.full(2, 0.003),
        noise=np.array([0.3, 0.03, 0.3]),
    )
    bent = {}
    for marked in (True, False):
        place, truth = jumping(marked)
        miss = np.abs(found([place], spread=spread)[0] - truth)
        bent[marked] = miss[0, 5:7].max()
    assert bent[True] < 0.5 * bent[False], f"off by {bent} at the jump, marked or not"


def test_a_break_is_followed_though_the_mark_is_wrong(place):
    """A mark where nothing happened costs little."""
    breaks = place.breaks.copy()
    breaks[0, 6] = True
    marked, plain = found([replace(place, breaks=breaks)])[0], found([place])[0]
    assert np.abs(marked - plain)[:, :YEARS].max() < 0.06


def test_missing_figures_are_no_figures(place):
    """A gap widens what is known of its year, and the years beside say where it is."""
    gap = changed(place, *((series, 4, np.nan) for series in range(3)))
    levels, sds = found([gap])
    known, near = found([place])
    assert (sds[:, 4] > 1.3 * near[:, 4]).all()
    assert np.abs(levels - known)[:, 4].max() < 2.5 * sds[:, 4].max()
    at = pooled(LAYOUT, [gap], slopes(), spread=TRUE).found[0]
    assert np.isnan(at.weights[:, 4]).all()
    assert np.isnan(at.squares[:, 4]).all()
    assert np.isfinite(np.delete(at.weights, 4, axis=1)).all()


def test_a_place_without_figures_is_as_its_covariate_says():
    place = replace(made(7, 1)[0][0], figures=np.full((3, YEARS), np.nan), covariate=0.2)
    fitted = pooled(LAYOUT, [place], slopes(), spread=TRUE).found[0]
    assert fitted.x == pytest.approx(TRUE.mean(LAYOUT, place))
    assert fitted.covariance == pytest.approx(TRUE.covariance(LAYOUT, place))


def test_a_place_with_one_figure_stays_near_the_others():
    places, _ = made(8, 16)
    figures = np.full((3, YEARS), np.nan)
    figures[0, 3] = places[0].figures[0, 3]
    lonely = replace(places[0], figures=figures, covariate=0.0)
    fitted = pooled(LAYOUT, [lonely, *places[1:]], slopes())
    levels = fitted.found[0].x[: LAYOUT.n_moving].reshape(2, -1)[:, :YEARS]
    assert np.abs(levels[1] - fitted.spread.common[1]).max() < 0.05, "nothing is said of leaving"
    away = np.abs(levels[0] - fitted.spread.common[0])
    assert away.argmax() == 3, "the year of the figure is farthest from the others"
    sds = np.sqrt(np.diag(fitted.found[0].covariance))[:YEARS]
    assert sds[3] < sds[0]


def test_a_place_with_one_figure_does_not_move_the_spread():
    places, _ = made(8, 16)
    figures = np.full((3, YEARS), np.nan)
    figures[0, 3] = places[0].figures[0, 3] + 0.5
    with_it = pooled(LAYOUT, [*places[1:], replace(places[0], figures=figures)], slopes()).spread
    without = pooled(LAYOUT, places[1:], slopes()).spread
    assert with_it.common == pytest.approx(without.common, abs=0.03)
    assert with_it.noise == pytest.approx(without.noise, abs=0.01)


def test_the_chance_of_a_year_is_larger_in_a_small_place(place):
    small, large = (TRUE.covariance(LAYOUT, replace(place, size=s))[0, 0] for s in (0.25, 4.0))
    assert small - large == pytest.approx(TRUE.brief[0] ** 2 * (4 - 0.25))


def test_levels_ahead_forget_and_are_known_less(place):
    """Each year a level keeps its memory's part of what does not last."""
    plain = np.zeros((2, YEARS))
    spread = replace(TRUE, common=plain, brief=np.full(2, 1e-4), slope=np.zeros(2))
    levels, sds = found([place], spread=spread)
    assert (np.diff(sds[0, YEARS - 1 :]) > 0).all(), sds[0, YEARS - 1 :]
    for k in range(2):
        first, second = np.diff(levels[k, YEARS - 1 :])
        assert second == pytest.approx(TRUE.memory[k] * first, abs=2e-3)
