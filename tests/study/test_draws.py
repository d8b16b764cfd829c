"""Draws of parameters: the same first draws for any number, within bounds, as their priors say."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import caresim as cs
from caresim.england import England
from caresim.language import (
    Flow,
    Model,
    Parameter,
    ParameterError,
    Parameters,
    Prior,
    Series,
    Stock,
    cloud,
)
from caresim.study.drawing import SAID_UNTIL, draws, quantiles
from caresim.study.draws import Draws

ENGLAND = England()
SWITCHED = {"alarm_loop_on"}
PRIORS = {
    "log_rate": (Prior("lognormal", 0.2, 1.5), None),
    "log_cut": (Prior("lognormal", 0.2, 1.5), (0.15, 0.25)),
    "level": (Prior("normal", 3.0, 0.5), None),
    "level_cut": (Prior("normal", 3.0, 0.5), (2.9, 4.0)),
    "level_far": (Prior("normal", 0.0, 1.0), (3.0, 9.0)),
    "even": (Prior("uniform", 1.0, 2.0), None),
    "even_cut": (Prior("uniform", 1.0, 2.0), (1.5, 3.0)),
    "share": (Prior("beta", 0.25, 0.2), None),
    "share_cut": (Prior("beta", 0.25, 0.1), (0.2, 0.5)),
    "half": (Prior("half_normal", 0.2), None),
    "half_cut": (Prior("half_normal", 0.2), (0.1, 0.5)),
}
ENTRIES = {
    name: Parameter(name, bounds[0] if bounds else 1.0, bounds=bounds, prior=prior)
    for name, (prior, bounds) in PRIORS.items()
}


class Small(Model):
    """A stock with one parameter that has a prior, one that has none, and a dated one."""

    parameters = p = Parameters(
        {
            "rate": Parameter("rate", 0.2, "1/year", prior=Prior("lognormal", 0.2, 1.5)),
            "start": Parameter("start", 100.0, "child"),
            "into": Parameter("into", Series((2009.0, 2019.0), (20.0, 10.0), held=False),
                              "child/year", prior=Prior("normal", 20, 1)),
        }
    )  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)


def distribution(name):
    """Return SciPy's distribution for a prior cut at its bounds, on the natural scale."""
    prior, bounds = PRIORS[name]
    low, high = bounds or (-np.inf, np.inf)
    if prior.kind == "uniform":
        low, high = max(low, prior.first), min(high, prior.second)
        return stats.uniform(low, high - low).cdf
    if prior.kind == "beta":
        both = prior.first * (1 - prior.first) / prior.second**2 - 1
        whole = stats.beta(prior.first * both, (1 - prior.first) * both)
        below, above = whole.cdf(low), whole.cdf(high)
        return lambda x: (whole.cdf(x) - below) / (above - below)
    if prior.kind == "half_normal":
        return stats.truncnorm(max(low, 0) / prior.first, high / prior.first, 0, prior.first).cdf
    centre, width = prior.centre_and_width()
    logs = prior.kind == "lognormal"
    if logs:
        low, high = np.log(max(low, 1e-300)), np.log(high)
    cut = stats.truncnorm((low - centre) / width, (high - centre) / width, centre, width)
    return (lambda x: cut.cdf(np.log(x))) if logs else cut.cdf


@pytest.mark.parametrize("name", PRIORS)
def test_a_quantile_has_its_share_of_the_prior_below_it(name):
    shares = np.linspace(0.001, 0.999, 101)
    found = distribution(name)(quantiles(ENTRIES[name], shares))
    np.testing.assert_allclose(found, shares, atol=1e-6)


@pytest.mark.parametrize("name", PRIORS)
def test_draws_follow_their_prior(name):
    model = Small()
    model.parameters = Parameters(ENTRIES)
    sample = draws(model, 4_000, seed=1).columns[name]
    test = stats.kstest(sample, distribution(name))
    assert test.pvalue > 0.01, f"Kolmogorov–Smirnov distance {test.statistic:.3f}"


@settings(max_examples=100)
@given(st.sampled_from(sorted(PRIORS)), st.floats(0, 1))
def test_a_quantile_stays_within_the_bounds_even_at_the_ends(name, share):
    low, high = PRIORS[name][1] or (-np.inf, np.inf)
    value = quantiles(ENTRIES[name], np.array([share]))[0]
    assert np.isfinite(value)
    assert low <= value <= high


def as_first_released(prior, bounds, shares):
    """Return quantiles as they were computed before there were beta and half-normal priors."""
    low, high = bounds or (-np.inf, np.inf)
    if prior.kind == "uniform":
        first, last = max(low, prior.first), min(high, prior.second)
        return first + shares * (last - first)
    centre, width = prior.first, prior.second
    if logs := prior.kind == "lognormal":
        centre, width = math.log(centre), math.log(width)
        low, high = np.log(max(low, 1e-300)), np.log(high)
    bell = NormalDist(centre, width)
    below, above = bell.cdf(low), bell.cdf(high)
    inside = np.clip(below + shares * (above - below), 1e-300, 1 - 1e-16)
    normal = np.clip([bell.inv_cdf(share) for share in inside], low, high)
    return np.exp(normal) if logs else normal


@pytest.mark.parametrize(
    "name",
    [name for name, (prior, _) in PRIORS.items() if prior.kind not in ("beta", "half_normal")],
)
def test_draws_of_the_first_three_families_stay_the_same_to_the_last_bit(name):
    shares = np.linspace(0, 1, 101)
    expected = as_first_released(*PRIORS[name], shares)
    np.testing.assert_array_equal(quantiles(ENTRIES[name], shares), expected)


def test_quantiles_of_a_parameter_without_a_prior_are_refused():
    with pytest.raises(ParameterError, match="'start' has no prior"):
        quantiles(Small().parameters["start"], np.array([0.5]))


# Draws of a model


@pytest.mark.parametrize("given", ["prior", "posterior"])
def test_the_first_draws_are_the_same_for_any_number(given):
    few, many = (draws(ENGLAND, n, seed=3, given=given) for n in (20, 400))
    assert list(few.columns) == list(many.columns)
    for name, column in few.columns.items():
        np.testing.assert_array_equal(column, many.columns[name][:20], err_msg=name)


@pytest.mark.parametrize("given", ["prior", "posterior"])
def test_a_seed_gives_the_same_draws_and_another_seed_others(given):
    one, again, other = (draws(ENGLAND, 50, seed=seed, given=given) for seed in (1, 1, 2))
    for name, column in one.columns.items():
        np.testing.assert_array_equal(column, again.columns[name])
        is_drawn = name not in SWITCHED  # which turn with the structure alone
        assert not (is_drawn and np.array_equal(column, other.columns[name])), name


@pytest.mark.parametrize("given", ["prior", "posterior"])
def test_the_order_of_the_parameters_is_no_matter(given):
    turned = England()
    entries = dict(reversed(turned.parameters.entries.items()))
    turned.parameters = Parameters(entries, turned.parameters.price_year)
    one, other = (draws(model, 50, seed=1, given=given) for model in (ENGLAND, turned))
    assert given == "posterior" or list(one.columns) != list(other.columns)
    for name, column in one.columns.items():
        np.testing.assert_array_equal(column, other.columns[name], err_msg=name)


def test_a_parameter_s_draws_do_not_hang_on_the_others():
    alone = England()
    kept = {n: e for n, e in alone.parameters.items() if n == "plan_care_share"}
    alone.parameters = Parameters(kept)
    np.testing.assert_array_equal(
        draws(alone, 50, seed=1, given="prior").columns["plan_care_share"],
        draws(ENGLAND, 50, seed=1, given="prior").columns["plan_care_share"],
    )


def test_draws_from_the_priors_are_independent():
    table = draws(ENGLAND, 2_000, seed=1, given="prior").frame()
    correlation = table.corr().to_numpy() - np.eye(table.shape[1])
    assert np.abs(correlation).max() < 0.1


@pytest.mark.parametrize("given", ["prior", "posterior"])
def test_every_draw_is_within_the_bounds_of_its_parameter(given):
    for name, column in draws(ENGLAND, 1_000, seed=1, given=given).columns.items():
        low, high = ENGLAND.parameters[name].bounds
        assert low <= column.min(), name
        assert column.max() <= high, name


def test_draws_take_every_parameter_with_a_prior_but_no_dated_one():
    assert list(draws(Small(), 3, seed=1).columns) == ["rate"]
    wanted = {name for name, entry in ENGLAND.parameters.items() if entry.prior}
    assert set(draws(ENGLAND, 3, seed=1, given="prior").columns) == wanted
    published = draws(ENGLAND, 3, seed=1, given="posterior", structure="as published")
    assert set(published.columns) == wanted
    assert set(draws(ENGLAND, 3, seed=1, given="posterior").columns) == {*wanted, *SWITCHED}


def test_a_prior_draw_is_a_draw_whatever_the_value_of_the_model():
    other = ENGLAND.with_numbers(ENGLAND.parameters.replaced({"plan_care_share": 0.2}))
    np.testing.assert_array_equal(
        draws(other, 9, seed=1, given="prior").columns["plan_care_share"],
        draws(ENGLAND, 9, seed=1, given="prior").columns["plan_care_share"],
    )


# From the shipped posterior


def rows(sample, names):
    return {tuple(row) for row in np.column_stack([sample.columns[n] for n in names]).tolist()}


def test_a_posterior_draw_is_one_shipped_row_with_all_its_correlations():
    head, *lines = ENGLAND.posterior_file.read_text(encoding="utf-8").splitlines()
    names = head.split(",")
    shipped = {tuple(float(x) for x in line.split(",")) for line in lines}
    drawn = rows(draws(ENGLAND, 200, seed=4, structure="as published"), names)
    assert len(drawn) == 200, "no row comes twice while there are fresh ones"
    assert drawn <= shipped


def test_what_moves_no_figure_is_drawn_from_its_prior_beside_the_posterior():
    posterior = draws(ENGLAND, 50, seed=1, given="posterior").columns
    prior = draws(ENGLAND, 50, seed=1, given="prior").columns
    np.testing.assert_array_equal(posterior["conference_effect"], prior["conference_effect"])
    assert not np.array_equal(posterior["plan_care_share"], prior["plan_care_share"])


def test_more_draws_than_are_shipped_of_a_structure_repeat_and_say_so():
    assert draws(ENGLAND, 1_000, seed=1, given="posterior").notices == ()
    (notice,) = draws(ENGLAND, 1_200, seed=1, given="posterior").notices
    assert notice.text == (
        "only 250 draws of a structure are shipped; 300 were asked for, so some repeat"
    )


def test_more_draws_than_are_shipped_repeat_and_say_so():
    how = {"seed": 1, "given": "posterior", "structure": "as published"}
    some, more = draws(ENGLAND, 1_000, **how), draws(ENGLAND, 1_200, **how)
    assert some.notices == ()
    assert more.n_runs == 1_200
    (notice,) = more.notices
    assert notice.kind == "draws"
    assert str(notice) == "only 1,000 draws are shipped; 1,200 were asked for, so some repeat"


def test_the_notice_of_repeated_draws_reaches_the_run():
    more = draws(ENGLAND, 1_005, seed=1, given="posterior")
    run = cs.run(ENGLAND, draws=more, until="2010-03-31", outputs=["looked_after"])
    assert more.notices[0] in run.warnings
    assert more.notices[0].text in [n["text"] for n in run.provenance["notices"]]


# What cannot be drawn


@pytest.mark.parametrize("count", [0, -1, 2.0, True, "9", None])
def test_a_number_of_draws_that_is_none_is_refused(count):
    with pytest.raises(ParameterError, match=f"a whole number from 1, not {count!r}"):
        draws(ENGLAND, count, seed=1)


def test_an_unknown_kind_of_draws_is_refused():
    with pytest.raises(ParameterError, match="'prior' or 'posterior', not 'both'"):
        draws(ENGLAND, 5, seed=1, given="both")


# What is taken unless told


def test_the_posterior_is_taken_where_there_is_one_and_a_notice_says_so():
    sample = draws(ENGLAND, 20, seed=1)
    told = draws(ENGLAND, 20, seed=1, given="posterior")
    assert sample.origin == "posterior"
    assert sample.fingerprint == told.fingerprint
    (notice,) = set(sample.notices) - set(told.notices)
    assert str(notice) == (
        "drawn from the posterior, what the figures left; given='prior' takes the priors"
    )
    run = cs.run(ENGLAND, draws=sample, until="2010-03-31", outputs=["looked_after"])
    assert notice in run.warnings


def test_a_model_without_a_posterior_is_drawn_from_its_priors_and_says_so():
    (notice,) = draws(Small(), 3, seed=1).notices
    assert str(notice) == "drawn from the priors, since Small has no posterior"
    assert draws(Small(), 3, seed=1, given="prior").notices == ()


def test_the_release_that_no_longer_says_which_was_taken_is_not_yet_here():
    now = tuple(int(part) for part in cs.__version__.split(".")[:2])
    gone = tuple(int(part) for part in SAID_UNTIL.split("."))
    assert now < gone, "take the notice out of cs.draws, as was promised"


def test_a_model_without_priors_is_refused():
    class Bare(Model):
        parameters = p = Parameters.of(rate=(0.1, "1/year"), start=(5.0, "child"))
        care = Stock("In care", "child", p.start)
        left = Flow("Left", care >> cloud, care * p.rate)

    with pytest.raises(ParameterError, match="no parameter of Bare has a prior"):
        draws(Bare(), 5, seed=1)


def test_a_model_without_a_posterior_says_what_to_do():
    with pytest.raises(ParameterError, match=r"Small has no posterior; calibrate it and use fit\."):
        draws(Small(), 5, seed=1, given="posterior")


# The object


def test_draws_show_themselves():
    sample = draws(ENGLAND, 1_000, seed=7, given="prior")
    assert len(sample) == sample.n_runs == len(sample.frame()) == 1_000
    assert f"{len(sample.columns)} parameters from the prior, seed 7" in repr(sample)
    told = {"origin": "prior", "seed": 7, "runs": 1_000, "fingerprint": sample.fingerprint}
    told["chance"] = ["rates", "shocks", "givens"]
    assert sample.as_dict() == {**told, "made_for": sample.made_for.as_dict()}
    html = sample._repr_html_()
    assert "&lt;Draws: 1,000" in html
    assert "plan_care_share" in html


def test_a_fingerprint_is_shared_by_equal_draws_only():
    one, again, other = (draws(ENGLAND, 20, seed=seed) for seed in (1, 1, 2))
    assert one.fingerprint == again.fingerprint != other.fingerprint
    moved = {name: column + 1e-12 for name, column in one.columns.items()}
    assert Draws(moved, "prior", 1).fingerprint != one.fingerprint
    renamed = {f"{name}_x": column for name, column in one.columns.items()}
    assert Draws(renamed, "prior", 1).fingerprint != one.fingerprint


def test_the_text_of_draws_is_a_csv_to_six_figures():
    sample = Draws({"a": np.array([1 / 3, 2.0]), "b": np.array([1e9 / 7, -1.0])}, "prior", 1)
    assert sample.text() == "a,b\n0.333333,1.42857e+08\n2,-1\n"


def test_no_draws_at_all_have_no_length():
    assert Draws({}, "prior", 1).n_runs == 0
