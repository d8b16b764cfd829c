"""What ships beside the model is what the code makes of it: fit, posterior and backtest."""

from pathlib import Path

import numpy as np
import pytest
from england_cases import ENGLAND, OBSERVED, PARAMETERS, VINTAGE

import caresim as cs
from caresim.england import England
from caresim.language.walks import sizes_in


@pytest.fixture(scope="module")
def fit():
    return cs.calibrate(ENGLAND, OBSERVED, progress=False)


@pytest.fixture(scope="module")
def shipped():
    text = (VINTAGE / "posterior.csv").read_text(encoding="utf-8")
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


def test_the_pages_count_parameters_and_figures_as_they_are(fit):
    root = Path(__file__).parents[2]
    readme, page = (
        " ".join((root / name).read_text(encoding="utf-8").split())
        for name in ("README.md", "docs/calibration.md")
    )
    learned, every = len(fit.estimated), len(fit.names)
    figures = f"{fit.n_points} official figures"
    assert f"{learned} of {every} parameters are learned from {figures}" in readme
    assert f"{every} numbers with `role" in page
    assert f"may be fitted; {learned} are, to {figures} of {fit.n_series} series" in page
    assert f"{fit.n_free} of the {fit.n_points} figures are free" in page


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
    spread = dict(zip(fit.joint.names, np.sqrt(np.diag(fit.covariance)), strict=True))
    apart = {}
    for name, value in fit.values.items():
        ends = PARAMETERS[name].prior.standard([value, again.values[name]])
        apart[name] = abs(np.diff(ends)[0]) / spread[name]
    far = {name: f"{distance:.2f} sd" for name, distance in apart.items() if distance > 0.1}
    assert not far, "the same misfit with other numbers"


ADVICE = "run `caresim backtest --out DIR` and ship its backtest.csv"


@pytest.fixture(scope="module")
def backtest():
    return cs.Backtest.of(ENGLAND)


def differences(kept, fresh):
    """Return how far the points of two backtests lie apart, in % of the kept ones."""
    keys = ["given", "origin", "series", "horizon"]
    both = kept.table.merge(fresh.table, "right", on=keys, suffixes=("", "_new"))
    return 100 * (both["model_new"] / both["model"] - 1).abs()


@pytest.mark.parametrize("given", ["rule", pytest.param("actual", marks=pytest.mark.slow)])
def test_the_shipped_backtest_is_that_of_a_fresh_one(backtest, given):
    fresh = cs.backtest(
        ENGLAND, OBSERVED, origins=["2013-14"], given=given, draws=0, progress=False
    )
    apart = differences(backtest, fresh)
    assert apart.max() < 0.05, f"{ADVICE}\n{apart.sort_values().tail(3).to_string()}"
    # where the fit goes on for a thousand steps, by the sixth digit and less
    assert fresh.draws["converged"].all(), fresh.draws


@pytest.mark.slow
def test_every_origin_of_the_shipped_backtest_is_that_of_a_fresh_one(backtest):
    fresh = cs.backtest(ENGLAND, OBSERVED, given="both", draws=250, progress=False)
    assert differences(backtest, fresh).max() < 0.05, ADVICE
    assert len(fresh) == len(backtest)
    bands = backtest.quantiles() / fresh.quantiles() - 1
    assert np.nanmax(np.abs(bands)) < 0.01, ADVICE


def test_the_shipped_backtest_scores_no_year_that_it_is_fitted_to(backtest):
    table = backtest.table
    assert (table["origin"] < table["year"]).all()
    assert table["year"].max() == "2019-20", "later years are the test, and not looked up"
    assert backtest.origins == tuple(f"{y}-{y - 1999:02d}" for y in range(2012, 2019))
    assert backtest.horizons == (1, 2, 3, 4, 5)
    assert backtest.given == ("rule", "actual")


def test_every_fit_came_to_its_end_and_every_draw_of_every_origin_could_be_solved(backtest):
    told = backtest.draws
    assert told["converged"].all(), told
    assert (told["draws"] == 250).all(), told
    assert (told["tried"] == 250).all(), told


def test_the_model_is_not_the_best_of_the_methods_and_says_so(backtest):
    five = backtest.only("five", given="rule").errors().loc["pooled"]
    assert five["damped_trend"] < five["model"] < five["last_value"]
    assert "a damped trend by" in backtest.line()


# The posterior

# England's figures pull the effect of early help on referrals up, and leave an eighth of the draws
# at none: two centres, and a wider spread than that of either. And draws by disturbing and fitting
# again are not exact where little is learned and the model bends (docs/known_issues.md)
WIDER = {
    "early_help_referral_elasticity": 1.3,
    "under_fives_detection_effect": 1.55,
}


def test_the_shipped_draws_are_of_all_that_is_uncertain_and_moves_a_figure(fit, shipped):
    # how large chance is moves no figure: it is learned from what the fit misses, after all else
    assert tuple(shipped) == (*fit.joint.names, *sizes_in(ENGLAND))
    fitted = tuple(name for name in PARAMETERS.estimated() if name not in sizes_in(ENGLAND))
    assert tuple(shipped)[: len(fitted)] == fitted == fit.names
    assert {len(column) for column in shipped.values()} == {1000}


def test_every_shipped_draw_is_within_its_bounds(shipped):
    for name, column in shipped.items():
        low, high = PARAMETERS[name].bounds
        assert low <= column.min() <= column.max() <= high, name


def test_the_shipped_draws_lie_around_the_best_fit_with_all_of_them_free(fit, shipped):
    best = fit.joint.problem.natural_values(fit.joint.x)
    best = {**best, **fit.sizes.values}  # which are beside the numbers that are free together
    far = {}
    for name, column in shipped.items():
        if PARAMETERS[name].prior.zero:
            continue  # the point at zero draws the median from the fit, which has none
        distance = (np.median(column) - best[name]) / column.std()
        if abs(distance) > 0.5:
            far[name] = f"{distance:+.2f} sd"
    assert not far


def test_the_shipped_draws_meet_the_figures(fit):
    """As the calibration prints it: the median of squared misses over free figures is near 1."""
    history = fit.history(cs.draws(ENGLAND, 1000, seed=1, given="posterior"))
    low, middle, high = history.quantiles
    assert low > 0.8
    assert 0.8 < middle < 1.2
    assert high < 1.5
    ten = [variable.name for variable in England.headlines["ten"]]
    assert history.worse(ten) == (), "half of the draws miss a series by over 1.5 times the fit's"


def test_the_draws_are_no_wider_than_the_priors(fit, shipped):
    def width(name, values):  # on the scale of the prior, where a shift of the centre is no matter
        return np.std(np.log(values) if ENGLAND.parameters[name].prior.is_log else values)

    prior = cs.draws(ENGLAND, 1000, seed=1, given="prior").columns
    ratios = {name: width(name, c) / width(name, prior[name]) for name, c in shipped.items()}
    limits = dict.fromkeys(ratios, 1.2) | WIDER
    wider = {name: round(ratio, 2) for name, ratio in ratios.items() if ratio > limits[name]}
    assert not wider, "beyond what a thousand draws of what is hardly narrowed scatter by"
    estimated = [ratios[name] for name in fit.estimated]
    assert np.median(estimated) < 0.3, "the data teach what is estimated"


# How far the ends of the 80 % interval may lie from the published figure; plans fell after 2017-18,
# for which the model has no cause
WIDEST = {"looked_after": 0.03, "protection_plans": 0.06, "children_in_need": 0.05}


@pytest.fixture(scope="module")
def sampled():
    draws = cs.draws(ENGLAND, 1000, seed=1, given="posterior")
    # where the fit puts it: a projection begins at the figure itself, in every draw
    return cs.run(
        ENGLAND, draws=draws, until="2020-03-31", outputs=list(WIDEST), from_figures=False
    )


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
