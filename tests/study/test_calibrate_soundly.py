"""A fit goes on where the model cannot run, and names the parameter that was tried."""

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
    RunError,
    Stock,
    cloud,
    log,
    where,
)
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate
from caresim.study.fit.misfit import Misfit
from caresim.views.report.listing import fit_text


def rate(value=150.0, prior=None, bounds=(0.0, 600.0), name="leave_rate"):
    prior = prior or Prior("normal", 150.0, 100.0)
    return Parameter(name, value, "child/year", "", "estimated", bounds, prior)


def kids(**entries):
    """Return a model whose stock empties, so that it cannot run, from 200 a year on."""
    known = {
        "kids_0": Parameter("kids_0", 1000.0, "child"),
        "come_rate": Parameter("come_rate", 100.0, "child/year"),
        "leave_rate": rate(),
    }

    class Kids(Model):
        """Children of whom a number leaves, however many there are."""

        parameters = p = Parameters({**known, **entries})
        start, until = "2010-03-31", "2020-03-31"
        kids = Stock("Kids", "child", p.kids_0)
        come = Flow("Come", cloud >> kids, p.come_rate)
        leave = Flow("Leave", kids >> cloud, p.leave_rate)

    return Kids()


def figure(year, value, **more):
    texts = ("child", "stock", "", "f", "r", "a")
    name = f"{year}-{(year + 1) % 100:02d}"
    return Observation("kids", name, value, *texts, **{"tolerance": 0.01, **more})


def figures(fall=70.0):
    return Observed(tuple(figure(y, 1000 - fall * (y - 2009)) for y in range(2011, 2020)))


def fit_to(model, observed=None, **options):
    return calibrate(model, observed or figures(), progress=False, **options)


def test_starts_at_which_the_model_cannot_run_are_passed_over_and_named():
    one, many = fit_to(kids()), fit_to(kids(), starts=10)
    assert many.values["leave_rate"] == pytest.approx(one.values["leave_rate"], rel=1e-5)
    assert one.passed_over == ()
    assert 0 < len(many.passed_over) < 10
    for told in many.passed_over:
        name, value = told.split(":")[0].split(" = ")
        assert name == "leave_rate"
        assert float(value) > 200
        assert "'kids' came to" in told
    lines = " ".join(fit_text(many, None).split())
    assert f"{len(many.passed_over)} starts were passed over, where the model cannot" in lines
    assert "passed over" not in fit_text(one, None)


def test_the_best_start_wins_wherever_it_stands_among_those_that_fail():
    fit = fit_to(kids(leave_rate=rate(value=500.0)), starts=10)
    assert fit.values["leave_rate"] == pytest.approx(fit_to(kids()).values["leave_rate"], rel=1e-4)
    assert fit.passed_over[0].startswith("leave_rate = 500: ")


@pytest.mark.parametrize(
    ("starts", "said"), [(1, "at the start of the fit"), (4, "at any of 4 starts of the fit")]
)
def test_where_the_model_runs_nowhere_the_parameters_that_were_tried_are_named(starts, said):
    prior = Prior("uniform", 400.0, 600.0)
    with pytest.raises(ParameterError) as caught:
        fit_to(kids(leave_rate=rate(500.0, prior)), starts=starts)
    message = str(caught.value)
    assert message.startswith(f"the model cannot be run {said}, as with leave_rate = 500: ")
    assert "'kids' came to" in message
    assert message.endswith("give these parameters other values, or other priors")


@pytest.mark.parametrize("fall", [99.0, 99.9, 99.99])
def test_steps_at_which_the_model_cannot_run_are_passed_over(fall):
    """The best fit lies just below the rate from which on the stock is emptied."""
    fit = fit_to(kids(), figures(fall))
    assert np.isfinite(fit.residuals).all()
    assert np.isfinite(fit.jacobian).all()
    assert fit.values["leave_rate"] == pytest.approx(100 + fall, abs=2.0)


def edged(edge):
    """Return a model that has no value where its rate is above an edge."""

    class Edged(Model):
        """Children who leave, at a rate that has an end."""

        parameters = p = Parameters({
            "kids_0": Parameter("kids_0", 1000.0, "child"),
            "edge": Parameter("edge", edge, "1/year"),
            "unit": Parameter("unit", 1.0, "1/year"),
            "leave_rate": Parameter("leave_rate", 0.1, "1/year", "", "estimated", (0.0, 2.0),
                                    Prior("normal", 0.1, 0.1)),
        })  # fmt: skip
        start, until = "2010-03-31", "2020-03-31"
        kids = Stock("Kids", "child", p.kids_0)
        beside = Aux("Not a number beyond the edge", log((p.edge - p.leave_rate) / p.unit))
        leave = Flow("Leave", kids >> cloud, kids * p.leave_rate * where(beside < 99, 1, 2))

    return Edged()


def fading(rate):
    values = {y: 1000 * np.exp(-rate * (y - 2009)) for y in range(2011, 2020)}
    return Observed(tuple(figure(year, value) for year, value in values.items()))


def test_slopes_are_taken_to_the_side_at_which_the_model_runs():
    model = edged(0.10001)  # nearer than the differences reach
    problem = Misfit.of(model, fading(0.1), ("leave_rate",))
    apart = Misfit.of(edged(5.0), fading(0.1), ("leave_rate",))
    at = np.array([0.0])
    with pytest.raises(RunError):
        problem.residuals(np.array([[2e-3]]))
    np.testing.assert_allclose(problem.jacobian(at), apart.jacobian(at), rtol=2e-3)


@pytest.mark.parametrize("rate", [0.08, 0.1, 0.12])
def test_a_fit_beside_an_edge_ends_at_the_figures_or_at_the_edge(rate):
    fit = fit_to(edged(0.11), fading(rate))
    assert fit.values["leave_rate"] == pytest.approx(min(rate, 0.11), abs=2e-3)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"value": 0.0}, "the figure of 'kids' for 2013-14 is 0; a figure with a tolerance is"),
        ({"value": -5.0}, "the figure of 'kids' for 2013-14 is -5; a figure with a tolerance is"),
        ({"value": float("nan")}, "the figure of 'kids' for 2013-14 is nan"),
        ({"value": float("inf")}, "the figure of 'kids' for 2013-14 is inf"),
        ({"tolerance": float("nan")}, "the tolerance of the figure of 'kids' for 2013-14 is nan"),
        ({"tolerance": -0.01}, "the tolerance of the figure of 'kids' for 2013-14 is -0.01"),
    ],
)
def test_a_figure_that_no_error_can_be_taken_from_is_named(changed, reason):
    given = {"value": 700.0, **changed}
    rows = (*figures().observations[:2], figure(2013, given.pop("value"), **given))
    with pytest.raises(ParameterError) as caught:
        Misfit.of(kids(), Observed(rows), ("leave_rate",))
    assert reason in str(caught.value)


class Twins(Model):
    """Two rates that no figure tells apart, but for their priors."""

    parameters = t = Parameters({
        name: rate(30.0, Prior("uniform", 0.0, 300.0), (0.0, 300.0), name)
        for name in ("one", "other")
    } | {"kids_0": Parameter("kids_0", 1000.0, "child")})  # fmt: skip
    start, until = "2010-03-31", "2020-03-31"
    kids = Stock("Kids", "child", t.kids_0)
    leave = Flow("Leave", kids >> cloud, t.one + t.other)


def test_what_figures_do_not_tell_apart_is_as_unsure_as_its_priors_and_hangs_together():
    fit = fit_to(Twins(), figures())
    assert fit.values["one"] == pytest.approx(fit.values["other"], rel=1e-3), "alike, as priors are"
    ((one, other, together),) = fit.correlated
    assert (one, other) == ("one", "other")
    assert together < -0.99
    assert (fit.parameters().learned < 0.5).all()


def test_what_figures_do_not_tell_apart_is_named_and_the_fit_is_shown_all_the_same():
    exact = Observed(tuple(replace(row, tolerance=1e-9) for row in figures().observations))
    fit = fit_to(Twins(), exact, most_steps=20)  # beside which a prior is lost in rounding
    assert fit.values["one"] + fit.values["other"] == pytest.approx(70, abs=1)
    for asked in (lambda: fit.covariance, fit.parameters, lambda: fit.draws(3, seed=1)):
        with pytest.raises(ParameterError, match="neither figures nor priors tell 'one' and"):
            asked()
    text = fit_text(fit, None)
    assert "kids" in text
    assert "How sure the estimates are cannot be told: neither figures nor priors" in text
