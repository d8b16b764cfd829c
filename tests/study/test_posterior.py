"""Draws of what the data leave uncertain: exact for a model that is linear in its parameters."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import (
    Flow,
    Model,
    Observed,
    Parameter,
    ParameterError,
    Parameters,
    Prior,
    Stock,
    cloud,
)
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2017)]
COUNTS = np.array([1030.0, 1075.0, 1180.0, 1205.0, 1310.0, 1340.0, 1475.0, 1480.0])
TOLERANCE = 0.02
START, GROWTH = (1000.0, 30.0), (40.0, 20.0)  # mean and sd of the priors


def parameters(start_bounds=(0.0, 2000.0)):
    return Parameters(
        {
            "start": Parameter("start", float(sum(start_bounds) / 2), "child", role="estimated",
                               bounds=start_bounds, prior=Prior("normal", *START)),
            "growth": Parameter("growth", GROWTH[0], "child/year", role="estimated",
                                bounds=(-500.0, 500.0), prior=Prior("normal", *GROWTH)),
        }
    )  # fmt: skip


class Line(Model):
    """A stock that grows along a straight line: its figures are linear in both parameters."""

    parameters = p = parameters()
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.growth)


def line(**options):
    model = Line()
    model.parameters = parameters(**options)
    return model


OBSERVED = Observed(
    tuple(
        Observation("care", year, count, "", "", "", "", "", "", tolerance=TOLERANCE)
        for year, count in zip(YEARS, COUNTS, strict=True)
    )
)


def fitted(model):
    """Return the fit with the tolerances as they are listed, for which there are formulas."""
    return calibrate(model, OBSERVED, scales="listed", least_learned=0, progress=False)


@pytest.fixture(scope="module")
def fit():
    return fitted(line())


@pytest.fixture(scope="module")
def exact():
    """Mean and covariance of start and growth by the formula for linear regression."""
    design = np.column_stack([np.ones(8), np.arange(1, 9)])
    weights = 1 / (TOLERANCE * COUNTS) ** 2
    precision = design.T @ (weights[:, None] * design) + np.diag([START[1] ** -2, GROWTH[1] ** -2])
    pulled = design.T @ (weights * COUNTS) + [START[0] / START[1] ** 2, GROWTH[0] / GROWTH[1] ** 2]
    covariance = np.linalg.inv(precision)
    return covariance @ pulled, covariance


N = 2_000


@pytest.fixture(scope="module")
def drawn(fit):
    return fit.draws(N, seed=1)


def test_the_best_fit_is_the_exact_mean(fit, exact):
    mean, _ = exact
    assert list(fit.values.values()) == pytest.approx(list(mean), rel=1e-5)


def test_the_curvature_gives_the_exact_covariance(fit, exact):
    widths = np.array([START[1], GROWTH[1]])  # it is in standard deviations of the priors
    np.testing.assert_allclose(fit.covariance, exact[1] / np.outer(widths, widths), rtol=1e-6)


def test_draws_have_the_exact_mean_within_sampling_error(drawn, exact):
    mean, covariance = exact
    for i, column in enumerate(drawn.columns.values()):
        error = np.sqrt(covariance[i, i] / N)
        assert abs(column.mean() - mean[i]) < 4 * error, list(drawn.columns)[i]


def test_draws_have_the_exact_spread_and_correlation_within_sampling_error(drawn, exact):
    _, covariance = exact
    found = np.cov(np.array(list(drawn.columns.values())))
    np.testing.assert_allclose(np.diag(found), np.diag(covariance), rtol=4 * np.sqrt(2 / N))
    expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert expected < -0.5, "the two trade off, or there would be nothing to test"
    correlation = found[0, 1] / np.sqrt(found[0, 0] * found[1, 1])
    assert correlation == pytest.approx(expected, abs=4 * (1 - expected**2) / np.sqrt(N))


def test_draws_have_the_exact_shape(drawn, exact):
    mean, covariance = exact
    for i, (name, column) in enumerate(drawn.columns.items()):
        normal = stats.norm(mean[i], np.sqrt(covariance[i, i]))
        assert stats.kstest(column, normal.cdf).pvalue > 0.01, name


def test_draws_of_a_projection_spread_as_the_formula_says(drawn, exact):
    """The spread of the 2030 figure follows from the covariance: start + 21 years of growth."""
    columns = drawn.columns
    clock = Clock.between("2009-03-31", "2030-03-31", 4)
    run = execute(line(), clock, (), columns, outputs=["care"])
    weights = np.array([1, 21])
    spread = np.sqrt(weights @ exact[1] @ weights)
    assert run.values("care")[-1].std() == pytest.approx(spread, rel=4 / np.sqrt(2 * N))


# Which draws come


def test_draw_i_is_the_same_for_any_number_of_draws(fit, drawn):
    for n in (1, 40, 250, 251, 600):
        few = fit.draws(n, seed=1)
        assert few.n_runs == n
        for name, column in few.columns.items():
            np.testing.assert_array_equal(column, drawn.columns[name][:n], err_msg=f"{name}, {n}")


def test_another_seed_gives_other_draws(fit, drawn):
    other = fit.draws(100, seed=2)
    assert np.mean(other.columns["start"] == drawn.columns["start"][:100]) < 0.05


def test_draws_say_where_they_are_from(fit):
    found = fit.draws(30, seed=9)
    told = found.as_dict()
    assert (told["origin"], told["seed"], told["runs"]) == ("posterior", 9, 30)
    assert found.notices == ()


def test_draws_are_rounded_to_six_figures_as_they_are_shipped(drawn):
    for value in drawn.columns["start"][:50]:
        assert value == float(f"{value:.6g}")


# Bounds


def cut(exact, below, above):
    """Return bounds so many standard deviations around the mean of start, and the fit in them."""
    mean, covariance = exact
    low, high = (round(mean[0] + far * np.sqrt(covariance[0, 0])) for far in (below, above))
    return low, high, fitted(line(start_bounds=(low, high)))


def expected_at(exact, bound):
    """Return the share of draws that would be beyond a bound from above, by another way.

    The prior's centre of a draw comes from the prior within its bounds, which is cut here.
    """
    mean, covariance = exact
    rng = np.random.default_rng(7)
    weight = covariance[0, 0] / START[1] ** 2  # of the prior's centre in the draw, growth free
    cut_prior = stats.truncnorm(-np.inf, (bound - START[0]) / START[1], *START)
    centres = cut_prior.rvs(200_000, random_state=rng)
    rest = np.sqrt(covariance[0, 0] - weight**2 * START[1] ** 2)
    drawn = mean[0] + weight * (centres - START[0]) + rest * rng.standard_normal(200_000)
    return float((drawn >= bound).mean())


def test_draws_beyond_a_bound_rest_on_it(exact):
    _, high, fit = cut(exact, -20, 1)
    drawn = fit.draws(500, seed=1)
    assert drawn.n_runs == 500
    assert drawn.solved == (500, 500)
    on = drawn.columns["start"] >= high
    assert drawn.columns["start"].max() == high
    assert on.mean() == pytest.approx(expected_at(exact, high), abs=0.03)


def test_how_many_draws_lie_on_a_bound_is_said(exact):
    _, high, fit = cut(exact, -20, -1)
    drawn = fit.draws(500, seed=1)
    on = drawn.columns["start"] >= high
    (notice,) = drawn.notices
    told = f"{on.sum()} of 500 draws lie on a parameter's bound: start ({on.sum()})"
    assert str(notice) == told


def test_what_the_figures_do_not_narrow_comes_out_as_its_prior_within_its_bounds():
    """A number that moves no figure, with a prior that a bound cuts in the middle."""
    entries = {
        **parameters().entries,
        "growth": Parameter("growth", 50.0, "child/year", role="estimated", bounds=(40.0, 500.0),
                            prior=Prior("normal", 40.0, 20.0)),
    }  # fmt: skip
    model = line()
    model.parameters = Parameters(entries)
    one = Observed((replace(OBSERVED.observations[0], tolerance=0.9),))
    fit = calibrate(model, one, scales="listed", least_learned=0, progress=False)
    found = fit.draws(1_000, seed=1).columns["growth"]
    half = stats.truncnorm(0, np.inf, 40.0, 20.0)
    assert stats.kstest(found, half.cdf).pvalue > 0.01, "half of a normal distribution"


def test_what_a_bound_holds_leaves_the_others_at_their_best_given_it(exact):
    """On the bound growth is drawn from the line of best fit given start, as the formula says."""
    mean, covariance = exact
    _, high, fit = cut(exact, -20, 0.5)
    columns = fit.draws(N, seed=1).columns
    on = columns["start"] >= high
    given = mean[1] + covariance[0, 1] / covariance[0, 0] * (high - mean[0])
    spread = np.sqrt(covariance[1, 1] - covariance[0, 1] ** 2 / covariance[0, 0])
    found = columns["growth"][on]
    assert abs(found.mean() - given) < 4 * spread / np.sqrt(on.sum())
    assert found.std() == pytest.approx(spread, rel=4 / np.sqrt(2 * on.sum()))


def test_a_bound_that_is_far_away_changes_no_draw(exact, drawn):
    _, _, fit = cut(exact, -20, 12)
    for name, column in fit.draws(N, seed=1).columns.items():
        np.testing.assert_allclose(column, drawn.columns[name], rtol=1e-5, err_msg=name)


def test_a_fit_between_narrow_bounds_is_drawn_from_and_says_so(exact):
    low, high, fit = cut(exact, -0.3, 0.3)
    drawn = fit.draws(500, seed=1)
    on = (drawn.columns["start"] <= low) | (drawn.columns["start"] >= high)
    assert on.mean() == pytest.approx(2 * stats.norm.cdf(-0.3), abs=0.08)
    assert "lie on a parameter's bound" in str(drawn.notices)


def test_draws_of_a_fit_at_a_bound_reach_inside_it(exact):
    """The Jacobian of a fit at a bound serves as well: each draw is solved on its own."""
    _, high, fit = cut(exact, -20, -1)
    assert fit.at_bound == ("start",)
    found = fit.draws(N, seed=1).columns["start"]
    assert (found >= high).mean() == pytest.approx(expected_at(exact, high), abs=0.03)
    assert (found < high).any()


@pytest.mark.parametrize("count", [0, -1, 2.5, "9"])
def test_a_number_of_draws_that_is_none_is_refused(fit, count):
    with pytest.raises(ParameterError, match="whole number from 1"):
        fit.draws(count, seed=1)
