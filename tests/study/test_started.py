"""Projections start at the last figures, and what is beside the model is halved each year."""

import numpy as np
import pytest

import caresim as cs
from caresim.language import (
    Flow,
    Model,
    Observed,
    Parameter,
    Parameters,
    Prior,
    Stock,
    Walk,
    cloud,
)
from caresim.language.observed import Observation
from caresim.study.started import KEPT

p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("come", 100.0, "child/year", role="estimated", bounds=(1, 1000),
                      prior=Prior("lognormal", 100, 1.2)),
            Parameter("leave", 0.5, "1/year", role="lever", bounds=(0.01, 5)),
            Parameter("size", 0.05, role="estimated", bounds=(0.001, 1),
                      prior=Prior("lognormal", 0.05, 1.5)),
            Parameter("begin", 200.0, "child"),
        )
    }
)  # fmt: skip


class Home(Model):
    """A stock that is filled and left."""

    parameters = p
    start, until = "2009-03-31", "2020-03-31"
    care = Stock("In care", "child", p.begin)
    chance = Walk("Chance in coming", p.size)
    coming = Flow("Coming", cloud >> care, p.come * chance)
    leaving = Flow("Leaving", care >> cloud, care * p.leave)


def figure(series, year, value, kind, unit, cause=""):
    return Observation(series, year, value, unit, kind, "", "final", "a release", "an address",
                       tolerance=0.02, cause=cause)  # fmt: skip


YEARS = ("2009-10", "2010-11", "2011-12", "2012-13", "2013-14")
CARE, COMING = (201, 199, 202, 204, 210), (101, 99, 100, 108)
FIGURES = Observed(
    (
        *(figure("care", *pair, "stock", "child") for pair in zip(YEARS, CARE, strict=True)),
        *(figure("coming", *pair, "flow", "child/year") for pair in zip(YEARS, COMING)),  # noqa: B905
        figure("coming", "2013-14", 150, "flow", "child/year", cause="a disturbance"),
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def fitted():
    return cs.calibrate(Home(), FIGURES, progress=False)


@pytest.fixture(scope="module")
def model(fitted):
    return fitted.model


def test_a_stock_and_a_flow_begin_at_their_last_figure_and_halve_what_is_left(model):
    run, plain = cs.run(model), cs.run(model, from_figures=False)
    for name, figure_, at in (("care", 210, 4), ("coming", 108, 3)):
        left = np.log(run.yearly(name)[:, 0] / plain.yearly(name)[:, 0])
        assert not left[:at].any()
        assert run.yearly(name)[at, 0] == pytest.approx(figure_, rel=1e-12)
        expected = np.log(figure_ / plain.yearly(name)[at, 0]) * KEPT ** np.arange(len(left) - at)
        np.testing.assert_allclose(left[at:], expected, atol=1e-13)


def test_a_disturbed_figure_is_no_start(model):
    assert cs.run(model)["coming"].iloc[4] < 120


def test_what_has_no_figure_and_the_ledger_are_the_models(model):
    run, plain = cs.run(model), cs.run(model, from_figures=False)
    np.testing.assert_array_equal(run.values("leaving"), plain.values("leaving"))
    assert run.ledger().gap.abs().max() < 1e-9
    np.testing.assert_array_equal(run.levels["care"], plain.levels["care"])
    assert run.dataset["care"].to_numpy()[5, 0] == pytest.approx(210)


def test_months_lie_between_the_years(model):
    run, plain = (cs.run(model, every="quarter", from_figures=flag) for flag in (True, False))
    left = np.log(run.values("care") / plain.values("care"))[:, 0]
    assert not left[:20].any()
    np.testing.assert_allclose(left[22], (left[20] + left[24]) / 2, rtol=2e-3)
    flow = np.log(run.values("coming") / plain.values("coming"))[:, 0]
    np.testing.assert_allclose(flow[12:16], flow[12])
    np.testing.assert_allclose(flow[16:20], flow[12] / 2)


def test_a_scenario_has_the_factor_of_the_baseline_also_where_it_changes_the_past(model):
    base = cs.run(model)
    for begins in ("2011-04-01", "2016-04-01"):
        more = cs.Scenario("More", changes=[cs.Change("leave", "set", 0.6, begins)])
        run, plain = cs.run(model, more), cs.run(model, more, from_figures=False)
        factors = run.values("care") / plain.values("care")
        np.testing.assert_allclose(factors, base.start["care"], rtol=1e-13)


def test_a_value_of_the_callers_moves_what_is_beside_it_by_the_same_factor(model):
    other = model.with_values(leave=0.6)
    run, plain = cs.run(other), cs.run(other, from_figures=False)
    factors = run.values("care") / plain.values("care")
    np.testing.assert_allclose(factors, cs.run(model).start["care"], rtol=1e-13)


def test_every_draw_begins_at_the_figure_and_goes_on_by_chance(fitted):
    sample = fitted.draws(200, seed=1)
    run = cs.run(fitted.model, draws=sample)
    np.testing.assert_allclose(run.yearly("care")[4], 210, rtol=1e-12)
    plain = cs.run(fitted.model, draws=sample, from_figures=False)
    beside = np.log(run.yearly("care") / plain.yearly("care"))
    spread = beside[-1].std()
    assert spread == pytest.approx(0.02, rel=0.2)  # the tolerance, once the start is forgotten
    again = cs.run(fitted.model, draws=fitted.draws(50, seed=1))
    np.testing.assert_array_equal(again.yearly("care"), run.yearly("care")[:, :50])


def test_numbers_that_are_not_of_the_figures_start_nowhere():
    assert not cs.run(Home()).start
    other = Home().with_figures(FIGURES).with_numbers(Parameters(dict(p.entries)))
    changed = other.with_numbers(other.parameters.replaced({"come": 130.0}))
    assert not cs.run(changed).start


def test_what_is_no_flag_is_refused(model):
    with pytest.raises(cs.RunError, match="from_figures is True or False, not 'yes'"):
        cs.run(model, from_figures="yes")
