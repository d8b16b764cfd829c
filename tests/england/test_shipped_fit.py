"""What ships beside the model is what the code makes of it: fit, posterior and score."""

import numpy as np
import pytest
from england_cases import ENGLAND, FOLDER, OBSERVED, PARAMETERS

import caresim as cs
from caresim.england import England


@pytest.fixture(scope="module")
def fit():
    return cs.calibrate(ENGLAND, OBSERVED, progress=False)


@pytest.fixture(scope="module")
def shipped():
    text = (FOLDER / "posterior.csv").read_text(encoding="utf-8")
    names = text.splitlines()[0].split(",")
    rows = np.loadtxt(text.splitlines()[1:], delimiter=",", ndmin=2)
    return dict(zip(names, rows.T, strict=True))


def test_a_calibration_from_the_shipped_values_leaves_them(fit, shipped):
    assert fit.converged
    moved = {}
    for name, value in fit.values.items():
        before = PARAMETERS[name].value
        allowed = max(1e-3 * abs(before), 0.05 * shipped[name].std())
        if abs(value - before) > allowed:
            moved[name] = (before, value)
    assert not moved, f"run `caresim calibrate` and ship its values: {moved}"


def test_no_parameter_is_driven_to_a_bound(fit):
    assert fit.at_bound == ()


def test_there_are_fewer_parameters_than_figures(fit):
    assert len(fit.names) * 4 < fit.n_points, repr(fit)


def test_the_prior_alone_fits_much_worse(fit):
    """The data, not the priors, make the fit: at the priors' centres the error is far larger."""
    priors = England(**{name: PARAMETERS[name].prior.first for name in fit.names})
    table = cs.run(priors, until="2020-03-31").annual()
    for name in ("looked_after", "section_47_enquiries"):
        errors = np.abs(table[name] / OBSERVED[name].loc[table.index] - 1)
        assert errors.mean() > 0.05, name


@pytest.mark.slow
def test_a_calibration_from_the_centres_of_the_priors_ends_at_the_same_fit(fit):
    start = England(**{name: PARAMETERS[name].prior.middle for name in fit.names})
    again = cs.calibrate(start, OBSERVED, progress=False)
    assert again.converged
    assert again.misfit == pytest.approx(fit.misfit, abs=0.5)
    spread = dict(zip(fit.names, np.sqrt(np.diag(fit.covariance)), strict=True))
    apart = {}
    for name, value in fit.values.items():
        ends = np.array([value, again.values[name]])
        scale = np.log(ends) if PARAMETERS[name].prior.is_log else ends
        apart[name] = abs(np.diff(scale)[0]) / spread[name]
    far = {name: f"{distance:.2f} sd" for name, distance in apart.items() if distance > 0.1}
    assert not far, "the same misfit with other numbers"


def test_the_shipped_score_is_that_of_a_fresh_backtest():
    fresh = cs.backtest(ENGLAND, OBSERVED, progress=False).table()
    kept = cs.Score.of(ENGLAND).table()
    assert list(kept.index) == list(fresh.index)
    for column in ("model", "no_change"):
        difference = (kept[column] - fresh[column]).abs()
        assert difference.max() < 0.005, (
            f"run `caresim calibrate` and ship its score; {column} differs by\n"
            f"{difference.sort_values().tail(3).to_string()}"
        )


def test_the_shipped_score_fits_no_year_that_it_scores():
    for row in cs.Score.of(ENGLAND).rows:
        assert row["fitted_to"] < row["scored_from"] <= row["scored_to"] <= "2019-20", row


def test_the_model_projects_children_in_care_far_better_than_no_change():
    score = cs.Score.of(ENGLAND).table()
    for name in ("looked_after", "section_47_enquiries", "statutory_spend"):
        assert score.model[name] < score.no_change[name] / 2, score.loc[name]


# The posterior


def test_the_shipped_draws_are_of_the_estimated_parameters(shipped):
    assert tuple(shipped) == PARAMETERS.estimated()
    assert {len(column) for column in shipped.values()} == {1000}


@pytest.mark.parametrize("name", PARAMETERS.estimated())
def test_every_shipped_draw_is_within_its_bounds(shipped, name):
    low, high = PARAMETERS[name].bounds
    assert low <= shipped[name].min()
    assert shipped[name].max() <= high


def test_the_shipped_draws_lie_around_the_shipped_values(shipped):
    far = {}
    for name, column in shipped.items():
        distance = (np.median(column) - PARAMETERS[name].value) / column.std()
        if abs(distance) > 0.5:
            far[name] = f"{distance:+.2f} sd"
    assert not far


def test_the_draws_are_narrower_than_the_priors(shipped):
    def width(name, values):  # on the scale of the prior, where a shift of the centre is no matter
        return np.std(np.log(values) if ENGLAND.parameters[name].prior.is_log else values)

    prior = cs.draws(ENGLAND, 1000, seed=1).columns
    ratios = {name: width(name, c) / width(name, prior[name]) for name, c in shipped.items()}
    wider = {name: round(ratio, 2) for name, ratio in ratios.items() if ratio > 1.1}
    assert not wider
    assert np.median(list(ratios.values())) < 0.5, "the data teach most parameters"


# How far the ends of the 80 % interval may lie from the published figure
WIDEST = {"looked_after": 0.03, "protection_plans": 0.05, "children_in_need": 0.05}


@pytest.fixture(scope="module")
def sampled():
    draws = cs.draws(ENGLAND, 1000, seed=1, given="posterior")
    return cs.run(ENGLAND, draws=draws, until="2020-03-31", outputs=list(WIDEST))


@pytest.mark.parametrize("name", WIDEST)
def test_the_interval_for_2019_20_lies_around_the_published_figure(sampled, name):
    run, widest = sampled, WIDEST[name]
    low, middle, high = (run.annual(q).loc["2019-20", name] for q in (0.1, 0.5, 0.9))
    published = OBSERVED[name]["2019-20"]
    assert published * (1 - widest) < low < middle < high < published * (1 + widest)
    assert (high - low) / middle > 0.002, "a spread of nothing is no interval"


@pytest.mark.slow
def test_the_shipped_draws_are_those_of_a_fresh_calibration(fit, shipped):
    fresh = fit.draws(1000, seed=1)
    for name, column in fresh.columns.items():
        near = 1e-3 * column.std()  # a draw may lie next to zero
        np.testing.assert_allclose(shipped[name], column, rtol=1e-3, atol=near, err_msg=name)
