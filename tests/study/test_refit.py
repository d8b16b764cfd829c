"""Draws fitted anew: at bounds, beside kinks, and where a run cannot be made."""

import numpy as np
import pytest

from caresim.language import (
    Aux,
    Flow,
    Model,
    Observed,
    Parameter,
    Parameters,
    Prior,
    Stock,
    cloud,
    maximum,
)
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate
from caresim.study.fit.misfit import Misfit
from caresim.study.fit.refit import refitted

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2017)]
COUNTS = [130.0, 165.0, 205.0, 240.0, 285.0, 330.0, 365.0, 410.0]


def entry(name, value, unit, low, high, sd):
    return Parameter(
        name, value, unit, role="estimated", bounds=(low, high), prior=Prior("normal", value, sd)
    )


class Kinked(Model):
    """Children wait only where there are more than places: the best fit lies at the kink."""

    parameters = p = Parameters({
        "growth": entry("growth", 40.0, "child/year", 0.0, 100.0, 20.0),
        "places": entry("places", 410.0, "child", 0.0, 1000.0, 60.0),
        "start": Parameter("start", 90.0, "child"),
    })  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.growth)
    waiting = Aux("Waiting", maximum(care - p.places, 0))
    counted = Aux("Counted, those who wait twice", care + 4 * waiting)


OBSERVED = Observed(
    tuple(
        Observation("counted", year, count, "", "", "", "", "", "", tolerance=0.02)
        for year, count in zip(YEARS, COUNTS, strict=True)
    )
)


@pytest.fixture(scope="module")
def fit():
    return calibrate(Kinked(), OBSERVED, progress=False)


@pytest.fixture(scope="module")
def problem(fit):
    return fit.joint.problem


@pytest.fixture(scope="module")
def noise(fit):
    return np.random.default_rng(3).standard_normal((len(fit.joint.residuals), 60))


def misfits(problem, x, noise):
    return 0.5 * ((problem.residuals(x) - noise) ** 2).sum(axis=0)


def test_beside_a_kink_steps_with_the_jacobian_of_the_best_fit_end_elsewhere(problem, fit, noise):
    """A draw's own Jacobian is needed: with that of the best fit many draws end higher up."""
    directions, triangle = np.linalg.qr(fit.joint.jacobian)
    low, high = (bound[:, None] for bound in problem.bounds())
    x = np.zeros((2, 60))
    for _ in range(40):
        step = np.linalg.solve(triangle, directions.T @ (problem.residuals(x) - noise))
        x = np.clip(x - step, low, high)
    own, _ = refitted(problem, np.zeros((2, 60)), noise)
    worse = misfits(problem, x, noise) > misfits(problem, own, noise) + 0.1
    assert worse.mean() > 0.1, "else there is nothing to repair"


def test_no_point_around_a_draw_is_better(problem, noise):
    """A search over a fine grid around each: lowest there, on either side of the kink."""
    found, solved = refitted(problem, np.zeros((2, 60)), noise)
    assert solved.all()
    side = np.linspace(-0.2, 0.2, 41)
    around = np.array([g.ravel() for g in np.meshgrid(side, side, indexing="ij")])
    for i in range(0, 60, 6):
        best = misfits(problem, found[:, [i]] + around, noise[:, [i]]).min()
        assert misfits(problem, found[:, [i]], noise[:, [i]])[0] < best + 0.01, f"draw {i}"


def test_all_draws_of_a_kinked_fit_can_be_solved(fit):
    drawn = fit.draws(200, seed=1)
    assert drawn.solved == (200, 200)
    assert drawn.columns["places"].std() > 5


def test_a_draw_stays_within_its_bounds_and_stops_there(problem, noise):
    found, solved = refitted(problem, np.full((2, 60), 5.0), noise - 150.0)
    low, high = (bound[:, None] for bound in problem.bounds())
    assert solved.all()
    assert ((found >= low) & (found <= high)).all()
    assert (found[0] <= low[0] + 1e-9).any(), "far too few children: growth rests on nothing"


def test_the_same_draw_comes_out_in_any_company(problem, noise):
    many, _ = refitted(problem, np.zeros((2, 60)), noise)
    for i in (0, 25, 59):
        alone, _ = refitted(problem, np.zeros((2, 1)), noise[:, [i]])
        np.testing.assert_allclose(alone[:, 0], many[:, i], rtol=1e-9, atol=1e-12)


def test_nothing_to_fit_gives_nothing(problem, noise):
    found, solved = refitted(problem, np.zeros((2, 0)), noise[:, :0])
    assert found.shape == (2, 0)
    assert solved.shape == (0,)


class Draining(Model):
    """A stock that a large outflow empties below zero, at which a run cannot go on."""

    parameters = p = Parameters({
        "loss": entry("loss", 50.0, "child/year", 0.0, 200.0, 40.0),
        "start": Parameter("start", 800.0, "child"),
    })  # fmt: skip
    care = Stock("In care", "child", p.start)
    left = Flow("Left", care >> cloud, p.loss)


def test_a_run_that_cannot_be_made_spoils_its_own_column_alone():
    figures = Observed(
        tuple(
            Observation("care", year, 800 - 50.0 * (i + 1), "", "", "", "", "", "", tolerance=0.05)
            for i, year in enumerate(YEARS)
        )
    )
    problem = Misfit.of(Draining(), figures, ("loss",))
    x = np.array([[0.0, 3.0, 0.5, 3.5]])  # 170 and 190 a year leave less than nothing
    residuals = problem.residuals(x, spoiled=True)
    assert np.isnan(residuals[:, [1, 3]]).any(axis=0).all()
    np.testing.assert_array_equal(residuals[:, [0, 2]], problem.residuals(x[:, [0, 2]]))
    fit = calibrate(Draining(), figures, progress=False)
    assert fit.draws(50, seed=1).columns["loss"].max() < 100
