"""Calibration on a model whose truth is known: it finds it and says how sure it is."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import (
    Aux,
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
from caresim.study.fit import calibrate as calibrating
from caresim.study.fit.calibrate import calibrate

TOLERANCE = 0.02
TRUTH = {"return_rate": 0.31, "reentry_rate": 0.12}
YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2019)]


def estimated(name, value, bounds, prior):
    return Parameter(name, value, "1/year", role="estimated", bounds=bounds, prior=prior)


p = Parameters(
    {
        entry.name: entry
        for entry in (
            estimated("return_rate", 0.2, (0.01, 1.5), Prior("lognormal", 0.25, 3)),
            estimated("reentry_rate", 0.2, (0.01, 1.5), Prior("lognormal", 0.15, 3)),
            estimated("unseen_rate", 0.9, (0.1, 1.0), Prior("normal", 0.4, 0.1)),
            Parameter("start", 1000.0, "child"),
            Parameter("into", 100.0, "child/year"),
            Parameter("settled_rate", 0.3, "1/year"),
        )
    }
)


class TwoStocks(Model):
    """Children in care and at home, between which they move at two unknown rates."""

    parameters = p
    care = Stock("In care", "child", p.start)
    home = Stock("At home", "child", p.start)
    arrived = Flow("Came into care", cloud >> care, p.into)
    returned = Flow("Returned home", care >> home, care * p.return_rate)
    reentered = Flow("Back in care", home >> care, home * p.reentry_rate)
    settled = Flow("Settled", home >> cloud, home * p.settled_rate)
    unseen = Aux("No figure tells of this", home * p.unseen_rate)


MODEL = TwoStocks()


def model_with(**entries):
    """Return the model with some entries of its parameters exchanged."""
    model = TwoStocks()
    model.parameters = Parameters({**model.parameters.entries, **entries})
    return model


def figure(series, year, value, tolerance=TOLERANCE):
    return Observation(series, year, value, "", "", "", "", "", "", tolerance=tolerance)


def run_of(**values):
    return execute(TwoStocks(**values), Clock.between("2009-03-31", "2019-03-31", 16))


def figures(noise_seed=None, tolerance=TOLERANCE, **truth):
    """Return what an office would publish of a true model, with noise of the tolerance or none."""
    run = run_of(**(truth or TRUTH))
    rng = np.random.default_rng(noise_seed)
    return Observed(
        tuple(
            figure(name, year, value * (1 + TOLERANCE * noise), tolerance)
            for name in ("care", "returned", "reentered")
            for year, value, noise in zip(
                YEARS,
                run.yearly(name)[:, 0],
                np.zeros(10) if noise_seed is None else rng.standard_normal(10),
                strict=True,
            )
        )
    )


def fit_to(observed, model=MODEL, **options):
    return calibrate(model, observed, progress=False, **options)


def test_exact_figures_give_back_the_truth():
    fit = fit_to(figures())
    assert fit.converged
    assert fit.at_bound == ()
    for name, true in TRUTH.items():
        assert fit.values[name] == pytest.approx(true, rel=2e-3), name
    assert fit.table().mape.max() < 0.1


def test_noisy_figures_give_the_truth_within_what_the_fit_says_it_may_be_off():
    fit = fit_to(figures(noise_seed=1))
    for i, (name, true) in enumerate(TRUTH.items()):
        sd = np.sqrt(fit.covariance[i, i])  # of the logarithm: both priors are lognormal
        distance = (np.log(fit.values[name]) - np.log(true)) / sd
        assert abs(distance) < 3, f"{name} is {distance:.1f} standard deviations off"
        assert sd < 0.05, f"{name} was hardly learned"


def test_more_noise_is_less_sure():
    sure = fit_to(figures())
    doubtful = fit_to(figures(tolerance=3 * TOLERANCE))
    ratio = np.sqrt(doubtful.covariance[0, 0] / sure.covariance[0, 0])
    assert ratio == pytest.approx(3, rel=0.05)


@pytest.mark.slow
def test_an_interval_of_80_percent_holds_the_truth_in_80_percent_of_repetitions():
    """40 worlds, each with its truth drawn from the priors and its own noise."""
    rng = np.random.default_rng(8)
    by_curvature, by_draws = [], []
    for repetition in range(40):
        truth = {
            "return_rate": 0.25 * 1.3 ** rng.standard_normal(),
            "reentry_rate": 0.15 * 1.3 ** rng.standard_normal(),
        }
        fit = fit_to(figures(noise_seed=100 + repetition, **truth))
        table = fit.parameters()
        sample = fit.draws(250, seed=repetition)
        for name, true in truth.items():
            by_curvature.append(table.low[name] < true < table.high[name])
            low, high = np.quantile(sample.columns[name], [0.1, 0.9])
            by_draws.append(low < true < high)
    # 80 intervals: 3 standard deviations of their share are 0.13
    assert np.mean(by_curvature) == pytest.approx(0.8, abs=0.13)
    assert np.mean(by_draws) == pytest.approx(0.8, abs=0.13)


# What the priors do


def test_a_parameter_without_figures_goes_to_the_centre_of_its_prior():
    fit = fit_to(figures())
    assert MODEL.parameters["unseen_rate"].value == 0.9
    assert fit.values["unseen_rate"] == pytest.approx(0.4, abs=1e-4)
    row = fit.parameters().loc["unseen_rate"]
    assert row.learned == pytest.approx(0, abs=1e-3)
    assert row["shift"] == pytest.approx(0, abs=1e-3)
    assert row.low == pytest.approx(0.4 - 1.2816 * 0.1, abs=1e-3)


def test_a_narrow_prior_holds_against_few_figures():
    def fitted(sd):
        entry = estimated("return_rate", 0.2, (0.01, 1.5), Prior("normal", 0.2, sd))
        return fit_to(figures(), model_with(return_rate=entry)).values["return_rate"]

    assert fitted(1e-5) == pytest.approx(0.2, abs=1e-3)
    assert 0.2 < fitted(5e-3) < fitted(2e-2) < TRUTH["return_rate"] + 1e-3


def test_the_misfit_is_what_the_fit_made_smallest():
    observed = figures(noise_seed=2)
    fit = fit_to(observed)
    assert fit.misfit == pytest.approx(0.5 * (fit.residuals**2).sum())
    # by hand: half the squares of figures in tolerances and of priors in standard deviations
    run = run_of(**fit.values)
    squares = [
        ((run.yearly(o.series)[YEARS.index(o.year), 0] / o.value - 1) / TOLERANCE) ** 2
        for o in observed.observations
    ]
    squares += [
        (np.log(fit.values[name] / centre) / np.log(3)) ** 2
        for name, centre in (("return_rate", 0.25), ("reentry_rate", 0.15))
    ]
    squares.append(((fit.values["unseen_rate"] - 0.4) / 0.1) ** 2)
    assert fit.misfit == pytest.approx(0.5 * sum(squares), rel=1e-4)


# Bounds


def test_a_parameter_driven_to_a_bound_is_reported():
    entry = estimated("return_rate", 0.2, (0.01, 0.25), Prior("lognormal", 0.2, 3))
    fit = fit_to(figures(), model_with(return_rate=entry))
    assert fit.at_bound == ("return_rate",)
    assert fit.values["return_rate"] == pytest.approx(0.25, abs=1e-3)
    assert "1 at a bound" in repr(fit)
    assert fit.parameters().at_bound.to_dict() == {
        "return_rate": True, "reentry_rate": False, "unseen_rate": False,
    }  # fmt: skip


def test_a_parameter_at_a_bound_of_many_figures_is_reported_too():
    entry = estimated("return_rate", 0.2, (0.01, 0.2345678), Prior("lognormal", 0.2, 3))
    assert fit_to(figures(), model_with(return_rate=entry)).at_bound == ("return_rate",)


def uniform_model(bounds, low, high):
    prior = Prior("uniform", low, high)
    names = ("return_rate", "unseen_rate")
    return model_with(**{n: estimated(n, (low + high) / 2, bounds, prior) for n in names})


def test_a_wide_uniform_prior_hardly_pulls_against_figures():
    """A fit works where every prior is a standard normal, so that draws are even over the range."""
    fit = fit_to(figures(), uniform_model((0.01, 1.5), 0.01, 1.5))
    assert fit.values["return_rate"] == pytest.approx(TRUTH["return_rate"], rel=1e-3)


def test_a_fit_stays_within_the_range_of_a_uniform_prior():
    fit = fit_to(figures(), uniform_model((0.01, 1.5), 0.1, 0.25))
    assert fit.values["return_rate"] <= 0.25


def test_what_no_figure_tells_of_is_drawn_evenly_from_a_uniform_prior():
    fit = fit_to(figures(), uniform_model((0.01, 1.5), 0.01, 1.5))
    unseen = fit.parameters().loc["unseen_rate"]
    assert (unseen.value, unseen.learned) == pytest.approx((0.755, 0), abs=1e-3)
    sample = fit.draws(1_000, seed=1).columns["unseen_rate"]
    assert stats.kstest(sample, stats.uniform(0.01, 1.49).cdf).pvalue > 0.01


# Which figures count


def test_figures_without_a_tolerance_are_not_used():
    absurd = tuple(figure("home", year, 1e9, 0.0) for year in YEARS)
    with_absurd = fit_to(Observed((*figures().observations, *absurd)))
    without = fit_to(figures())
    assert with_absurd.values == without.values
    assert (with_absurd.n_points, with_absurd.n_series) == (30, 3)
    assert "home" not in with_absurd.table().index


@pytest.mark.parametrize(
    ("spare", "said"),
    [
        (figure("care", "2008-09", 1000.0), "care 2008-09: it is before the run"),
        (figure("teachers", "2012-13", 5.0), "teachers 2012-13: TwoStocks has no quantity"),
    ],
)
def test_a_figure_that_is_of_no_use_is_refused_and_left_out_without_a_tolerance(spare, said):
    with pytest.raises(ParameterError, match=f"^the figures, {said}"):
        fit_to(Observed((spare, *figures().observations)))
    fit = fit_to(Observed((replace(spare, tolerance=0.0), *figures().observations)))
    assert fit.n_points == 30
    assert fit.values == fit_to(figures()).values


def test_the_model_s_own_figures_are_taken_when_none_are_given():
    class Watched(TwoStocks):
        observed = figures()

    assert calibrate(Watched(), progress=False).values == fit_to(figures()).values


def test_stocks_are_met_on_31_march_and_flows_over_the_year():
    fit = fit_to(figures())
    run = run_of(**fit.values)
    for name in ("care", "returned"):
        np.testing.assert_allclose(fit.run.yearly(name), run.yearly(name), rtol=1e-12)
        np.testing.assert_allclose(
            fit.run.yearly(name)[:, 0], list(figures().points(name).values()), rtol=1e-3
        )


# The same every time


def test_a_fit_is_the_same_twice():
    one, other = fit_to(figures(noise_seed=3)), fit_to(figures(noise_seed=3))
    assert one.values == other.values
    np.testing.assert_array_equal(one.residuals, other.residuals)
    np.testing.assert_array_equal(one.jacobian, other.jacobian)


def test_a_fit_does_not_hang_on_the_order_of_the_figures():
    observed = figures(noise_seed=3)
    turned = Observed(tuple(reversed(observed.observations)))
    one, other = fit_to(observed), fit_to(turned)
    for name, value in one.values.items():
        assert other.values[name] == pytest.approx(value, rel=1e-5), name


def test_a_fit_started_elsewhere_comes_to_the_same_place():
    one = fit_to(figures(noise_seed=3))
    other = fit_to(figures(noise_seed=3), TwoStocks(return_rate=1.4, reentry_rate=0.02))
    for name, value in one.values.items():
        assert other.values[name] == pytest.approx(value, rel=1e-4), name


def test_further_starts_keep_the_best_and_follow_the_seed():
    observed = figures(noise_seed=3)
    one = fit_to(observed)
    many, again = (fit_to(observed, starts=4, seed=5) for _ in range(2))
    assert many.misfit <= one.misfit * (1 + 1e-9)
    assert many.values == again.values
    # cut short, the starts end in different places
    one, many = (fit_to(observed, starts=n, seed=5, most_steps=2) for n in (1, 6))
    assert many.misfit < one.misfit


def test_as_many_starts_are_made_as_are_asked_for(monkeypatch):
    tried = []
    solve = calibrating._solve
    monkeypatch.setattr(
        calibrating, "_solve", lambda *given: tried.append(given[1]) or solve(*given)
    )
    fit_to(figures(), starts=3, seed=5, most_steps=1)
    assert len(tried) == len({tuple(start) for start in tried}) == 3


def test_a_fit_that_ran_out_of_steps_says_so():
    fit = fit_to(figures(), TwoStocks(return_rate=1.4, reentry_rate=0.02), most_steps=2)
    assert not fit.converged
    assert "NOT converged" in repr(fit)
    assert "NOT" not in repr(fit_to(figures()))


# What comes back


def test_the_fit_holds_the_model_with_its_values_to_six_figures():
    fit = fit_to(figures(noise_seed=1))
    assert fit.names == ("return_rate", "reentry_rate", "unseen_rate")
    assert isinstance(fit.model, TwoStocks)
    for name, value in fit.values.items():
        assert fit.model.parameters[name].value == value == float(f"{value:.6g}")
    assert MODEL.parameters["return_rate"].value == 0.2, "the model given stays as it is"


def test_the_jacobian_has_a_row_for_each_figure_and_each_prior():
    fit = fit_to(figures())
    assert fit.residuals.shape == (30 + 3,)
    assert fit.jacobian.shape == (30 + 3, 3)
    np.testing.assert_allclose(fit.jacobian[30:], np.eye(3), atol=1e-9)
    np.testing.assert_allclose(fit.jacobian[:30, 2], 0, atol=1e-9)


def test_parameters_that_only_their_sum_tells_of_are_named_as_hardly_told_apart():
    class Both(Model):
        """Children who leave at two rates of which only the sum can be seen."""

        parameters = q = Parameters(
            {
                "first_rate": estimated("first_rate", 0.2, (0.0, 1.0), Prior("normal", 0.2, 0.1)),
                "second_rate": estimated("second_rate", 0.2, (0.0, 1.0), Prior("normal", 0.2, 0.1)),
                "start": Parameter("start", 1000.0, "child"),
            }
        )
        care = Stock("In care", "child", q.start)
        left = Flow("Left", care >> cloud, care * (q.first_rate + q.second_rate))

    fit = fit_to(Observed((figure("care", "2009-10", 1000 * np.exp(-0.4), 0.001),)), Both())
    ((first, second, strength),) = fit.correlated
    assert (first, second) == ("first_rate", "second_rate")
    assert -1 < strength < -0.9
    assert fit.correlations().loc[first, second] == strength
    assert fit_to(figures()).correlated == ()


def test_parameters_that_the_data_do_not_narrow_are_set_by_their_prior():
    assert fit_to(figures()).set_by_prior == ("unseen_rate",)


def test_a_fit_shows_itself():
    fit = fit_to(figures())
    assert repr(fit).startswith("<Fit: 3 parameters to 30 figures of 3 series, misfit ")
    html = fit._repr_html_()
    assert "&lt;Fit: 3 parameters" in html
    assert "returned" in html


def test_progress_is_shown_when_asked_for_and_only_then(capsys):
    fit_to(figures())
    assert capsys.readouterr().err == ""
    calibrate(MODEL, figures())
    assert "calibrating" in capsys.readouterr().err
