"""Scales of series: estimated, with the tolerance as a prior and a floor."""

import numpy as np
import pytest

from caresim.language import Flow, Model, Observed, Parameter, Parameters, Prior, Stock, cloud
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate
from caresim.study.fit.scales import FLOOR, PRIOR_FIGURES

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2049)]


class Line(Model):
    """A stock that grows along a straight line."""

    parameters = p = Parameters({
        "start": Parameter("start", 1000.0, "child", role="estimated", bounds=(0.0, 9000.0),
                           prior=Prior("normal", 1000.0, 300.0)),
        "growth": Parameter("growth", 40.0, "child/year", role="estimated", bounds=(-500.0, 500.0),
                            prior=Prior("normal", 40.0, 30.0)),
    })  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.growth)


def figures(noise, tolerance=0.02, seed=1, years=YEARS):
    rng = np.random.default_rng(seed)
    return Observed(tuple(
        Observation("care", year, (1000 + 40 * (i + 1)) * (1 + noise * rng.standard_normal()),
                    "", "", "", "", "", "", tolerance=tolerance)
        for i, year in enumerate(years)
    ))  # fmt: skip


def fitted(observed, **options):
    return calibrate(Line(), observed, progress=False, **options)


@pytest.mark.parametrize("noise", [0.01, 0.02, 0.06])
def test_forty_figures_tell_how_far_the_model_is_from_them(noise):
    found = fitted(figures(noise)).scales["care"]
    # the tolerance counts as four figures beside forty, less two that the parameters take
    expected = np.sqrt((38 * noise**2 + PRIOR_FIGURES * 0.02**2) / 42)
    assert found == pytest.approx(expected, rel=3 / np.sqrt(2 * 38))


def test_the_scale_is_where_its_formula_holds():
    """By hand: squared misses in tolerances and leverage at the joint fit give the factor again."""
    observed = figures(0.05, years=YEARS[:9])
    fit = fitted(observed)
    factor = fit.joint.problem.factors["care"]
    misses = fit.joint.residuals[:9] * factor
    directions, _ = np.linalg.qr(fit.joint.jacobian)
    left = 9 - (directions[:9] ** 2).sum()
    again = np.sqrt(((misses**2).sum() + PRIOR_FIGURES) / (left + PRIOR_FIGURES))
    assert again == pytest.approx(factor, rel=1e-3)


def test_two_figures_hardly_move_the_scale_from_the_tolerance():
    found = fitted(figures(0.2, years=YEARS[:2])).scales["care"]
    assert 0.015 < found < 0.04


def test_no_scale_is_below_what_published_figures_are_worth():
    assert fitted(figures(0.0)).scales["care"] == pytest.approx(FLOOR, rel=0.3)
    assert fitted(figures(0.0)).scales["care"] >= FLOOR * (1 - 1e-4)


def test_a_tolerance_below_the_floor_stays_the_least_scale():
    assert fitted(figures(0.0, tolerance=0.001)).scales["care"] == pytest.approx(0.001, rel=1e-3)


def test_listed_scales_are_the_tolerances():
    assert fitted(figures(0.06), scales="listed").scales == {"care": 0.02}


def test_squared_misses_over_figures_are_near_one_with_estimated_scales():
    assert fitted(figures(0.06)).chi_squared == pytest.approx(1.0, abs=0.1)
    assert fitted(figures(0.06), scales="listed").chi_squared > 5


def test_scales_are_the_same_wherever_the_fit_begins():
    observed = figures(0.05)
    one, other = (
        calibrate(Line(start=start, growth=growth), observed, progress=False)
        for start, growth in ((1000.0, 40.0), (600.0, 5.0))
    )
    assert one.scales == other.scales
    assert one.values == pytest.approx(other.values, rel=1e-5)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"scales": "guessed"}, "scales is"), ({"least_learned": 1.5}, "share from 0 to 1")],
)
def test_what_a_fit_cannot_learn_by_is_refused(options, said):
    with pytest.raises(Exception, match=said):
        fitted(figures(0.02), **options)
