"""Profiles of a number: exact for a model that is linear, and honest at bounds and kinks."""

import functools
from dataclasses import replace

import numpy as np
import pytest

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
    maximum,
)
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate
from caresim.study.fit.misfit import Misfit

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2017)]
COUNTS = (1030.0, 1075.0, 1180.0, 1205.0, 1310.0, 1340.0, 1475.0, 1480.0)
NINETY = 1.6449


def estimated(name, unit, low, high, mean, sd):
    prior = Prior("normal", mean, sd)
    return Parameter(name, mean, unit, role="estimated", bounds=(low, high), prior=prior)


def observed(name="care", counts=COUNTS):
    return Observed(
        tuple(
            Observation(name, year, count, "", "", "", "", "", "", tolerance=0.02)
            for year, count in zip(YEARS, counts, strict=True)
        )
    )


class Line(Model):
    """A stock that grows along a straight line: its figures are linear in both parameters."""

    parameters = p = Parameters({
        "start": estimated("start", "child", 0.0, 2000.0, 1000.0, 30.0),
        "growth": estimated("growth", "child/year", -500.0, 500.0, 40.0, 20.0),
        "unseen": estimated("unseen", "1/year", -9.0, 9.0, 1.0, 0.5),
        "weak": Parameter("weak", 1.0, "child", bounds=(0.0, 9.0),
                          prior=Prior("normal", 1.0, 0.5)),
        "known": Parameter("known", 1.0, "child", exact="definition"),
        "chosen": Parameter("chosen", 1.0, "child", role="lever", bounds=(0.0, 9.0)),
        "bare": Parameter("bare", 1.0, "child"),
    })  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.growth)
    apart = Aux("Apart", care * p.unseen)
    beside = Aux("Beside", p.weak + p.known + p.chosen + p.bare)


def fitted(model, figures=None, starts=1):
    """Return the fit with the tolerances as they are listed, for which there are formulas."""
    return calibrate(
        model, figures or observed(), scales="listed", least_learned=0, progress=False,
        starts=starts,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fit():
    return fitted(Line())


@pytest.fixture(scope="module")
def growth(fit):
    return fit.profile("growth")


def spread_of(fit, name):
    """Return the standard deviation of a number by the curvature, in its unit."""
    i = fit.joint.names.index(name)
    return np.sqrt(fit.covariance[i, i]) * {"start": 30.0, "growth": 20.0, "unseen": 0.5}[name]


def test_the_rise_of_a_linear_model_is_the_exact_parabola(fit, growth):
    away = (growth.values - fit.values["growth"]) / spread_of(fit, "growth")
    assert away == pytest.approx(np.linspace(-2.5, 2.5, 9), abs=1e-4)
    assert growth.rise == pytest.approx(away**2, abs=2e-4)


@pytest.mark.parametrize("name", ["start", "growth", "unseen"])
def test_the_interval_of_a_linear_model_is_1_645_standard_deviations(fit, name):
    low, high = fit.profile(name).interval
    best, spread = fit.model.parameters[name].value, spread_of(fit, name)
    assert (low, high) == pytest.approx((best - NINETY * spread, best + NINETY * spread), rel=1e-3)


def test_figures_and_priors_add_up_to_the_rise_and_each_is_what_it_says(fit, growth):
    problem = fit.joint.problem
    # by the formula: the start that is best for each growth, with eight figures and two priors
    years, counts = np.arange(1, 9), np.array(COUNTS)
    weights = 1 / (0.02 * counts) ** 2
    for value, figures, priors in zip(growth.values, growth.figures, growth.priors, strict=True):
        start = ((weights * (counts - value * years)).sum() + 1000 / 900) / (
            weights.sum() + 1 / 900
        )
        squares = (weights * (start + value * years - counts) ** 2).sum()
        own = ((start - 1000) / 30) ** 2 + ((value - 40) / 20) ** 2
        best = fit.joint.residuals**2
        assert figures == pytest.approx(squares - best[: problem.n_figures].sum(), abs=1e-3)
        assert priors == pytest.approx(own - best[problem.n_figures :].sum(), abs=1e-3)
    assert growth.prior == pytest.approx(((growth.values - 40) / 20) ** 2)


def test_what_moves_along_has_the_slope_of_the_regression(fit, growth):
    i, j = (fit.joint.names.index(name) for name in ("growth", "start"))
    (first, slope), *_ = growth.trades
    assert first == "start"
    assert slope == pytest.approx(fit.covariance[i, j] / fit.covariance[i, i], rel=1e-3)
    assert "it trades off against start (−" in growth.sentence()


def test_the_sentence_says_share_interval_and_prior(fit, growth):
    low, high = growth.interval
    text = growth.sentence()
    assert f"the figures narrow growth by {100 * fit.learned['growth']:.0f} %: 90 % from" in text
    assert f"{low:.3g}" in text
    assert f"{high:.3g}" in text
    assert "(its prior: 7.1 children a year to 72.9 children a year)" in text
    assert text in repr(growth)
    assert text in growth._repr_html_()


def test_a_number_that_no_figure_tells_of_has_the_profile_of_its_prior(fit):
    flat = fit.profile("unseen")
    assert flat.figures == pytest.approx(np.zeros(9), abs=1e-4)
    assert flat.rise == pytest.approx(flat.prior, abs=1e-4)
    assert flat.interval == pytest.approx(flat.prior_interval, rel=1e-3)
    assert flat.sentence().startswith("the figures narrow unseen by 0 %")
    assert flat.sentence().endswith("it trades off against no other number")


def test_the_table_has_a_row_for_each_point(growth):
    table = growth.table()
    assert table.index.name == "value"
    assert list(table.columns) == ["standard", "rise", "figures", "priors", "prior"]
    assert table.index.to_numpy() == pytest.approx(growth.values)
    assert (table["figures"] + table["priors"]).to_numpy() == pytest.approx(growth.rise)


def test_more_points_draw_the_same_curve(fit, growth):
    fine = fit.profile("growth", points=17)
    assert fine.rise[::2] == pytest.approx(growth.rise, abs=1e-4)
    assert fine.interval == pytest.approx(growth.interval, rel=1e-3)


def bounded(low, high):
    model = Line()
    entry = replace(model.parameters["growth"], bounds=(low, high), value=(low + high) / 2)
    return model.with_numbers(model.parameters.with_entries({"growth": entry}))


def test_points_stay_within_bounds_and_an_interval_that_ends_at_one_says_so():
    fit = fitted(bounded(60.0, 500.0))  # free it is at 64 with a spread of 4
    profile = fit.profile("growth")
    assert profile.values.min() == pytest.approx(60.0)
    assert len(profile.values) == 9
    assert fit.joint.x[fit.joint.names.index("growth")] in profile.x
    assert profile.interval[0] == pytest.approx(60.0)
    assert profile.open_ends == ("lower",)
    assert "its lower end is not reached" in profile.sentence()


def test_a_best_fit_at_a_bound_has_points_on_one_side_alone():
    profile = fitted(bounded(80.0, 500.0)).profile("growth")
    assert profile.values[0] == pytest.approx(80.0)
    assert profile.interval[0] == pytest.approx(80.0)
    assert (np.diff(profile.rise) > 0).all(), "steeper from the bound on"
    assert profile.open_ends == ("lower",)


def entry(name, unit, high, mean, sd):
    return estimated(name, unit, 0.0, high, mean, sd)


class Kinked(Model):
    """Children wait only where there are more than places: the best fit lies at the kink."""

    parameters = p = Parameters({
        "growth": entry("growth", "child/year", 100.0, 40.0, 20.0),
        "places": entry("places", "child", 1000.0, 410.0, 60.0),
        "start": Parameter("start", 90.0, "child"),
    })  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.growth)
    waiting = Aux("Waiting", maximum(care - p.places, 0))
    counted = Aux("Counted, those who wait twice", care + 4 * waiting)


WAITING = (130.0, 165.0, 205.0, 240.0, 285.0, 330.0, 365.0, 410.0)


@pytest.mark.parametrize("name", ["growth", "places"])
def test_beside_a_kink_each_point_is_the_lowest_that_a_fine_grid_finds(name):
    fit = kinked(starts=8)
    problem, profile = fit.joint.problem, fit.profile(name)
    i = fit.joint.names.index(name)
    lowest = (fit.joint.residuals**2).sum()
    grid = np.zeros((2, 4_001))
    grid[1 - i] = np.linspace(-4, 4, 4_001)
    for x, rise in zip(profile.x, profile.rise, strict=True):
        grid[i] = x
        best = (problem.residuals(grid) ** 2).sum(axis=0).min() - lowest
        assert rise == pytest.approx(best, abs=0.02), f"{name} held at {x:.3f}"


@functools.cache
def kinked(starts):
    return fitted(Kinked(), observed("counted", WAITING), starts)


def test_a_better_fit_than_that_of_the_calibration_is_said():
    """One start ends in the higher of two valleys, with all places free."""
    one, several = kinked(starts=1), kinked(starts=8)
    assert several.misfit < one.misfit - 0.3, "else there is nothing to say"
    (notice,) = one.profile("places", points=41).notices
    assert str(notice).startswith("a point lies 0.59 below the best fit, from which the rise")
    assert several.profile("places", points=41).notices == ()


def test_beside_a_kink_the_interval_is_not_that_of_the_curvature():
    """Too few places cost at once; where there are enough, more cost nothing but their prior."""
    fit = kinked(starts=8)
    profile, best = fit.profile("places"), fit.values["places"]
    low, high = profile.interval
    assert high - best > 5 * (best - low)
    assert profile.open_ends == (), "the range has grown until the rise holds 90 %"
    assert profile.learned < 0.6
    assert profile.by_curvature > 0.9
    assert "(91 % by the curvature at the best fit)" in profile.sentence()


def test_a_point_that_cannot_be_solved_is_left_out_and_counted(fit, monkeypatch):
    """The model itself refuses to run above a growth, as a model with a check does."""
    whole = Misfit.residuals

    def refusing(self, x, *, spoiled=False):
        left = whole(self, x, spoiled=spoiled)
        lost = x[1] > fit.joint.x[1] + 2 * np.sqrt(fit.covariance[1, 1])
        return np.where(lost, np.nan, left) if spoiled else left

    monkeypatch.setattr(Misfit, "residuals", refusing)
    profile = fit.profile("growth")
    assert len(profile.values) == 8
    assert profile.tried == 9
    (notice,) = profile.notices
    assert str(notice) == "1 of 9 points could not be solved and are left out"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("growht", r"Line has no parameter 'growht'; did you mean 'growth'\?"),
        ("chosen", "'chosen' has no profile: it is a lever, which is chosen"),
        ("known", r"'known' has no profile: it is exact \(definition\)"),
        ("bare", "'bare' has no profile: it has no prior, and so is certain"),
        ("weak", "'weak' has no profile: it moves no figure enough to be learned; it is drawn"),
        (3, "name is a text"),
    ],
)
def test_what_is_no_uncertain_number_is_refused_with_the_reason(fit, name, why):
    with pytest.raises(ParameterError, match=why):
        fit.profile(name)


def test_what_the_caller_set_is_certain_and_says_so():
    fit = fitted(Line(weak=2.0))
    with pytest.raises(ParameterError, match="it is set by the caller of the model"):
        fit.profile("weak")


@pytest.mark.parametrize("points", [2, 0, 2.5, "nine"])
def test_fewer_than_three_points_are_refused(fit, points):
    with pytest.raises(ParameterError, match="points"):
        fit.profile("growth", points=points)
