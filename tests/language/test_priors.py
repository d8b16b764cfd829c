"""Priors: what each family says, held against SciPy, and the scale on which fits work."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from caresim.language import Parameter, ParameterError, Prior

EXAMPLES = {
    "lognormal": Prior("lognormal", 0.2, 1.5),
    "normal": Prior("normal", 3.0, 0.5),
    "uniform": Prior("uniform", 1.0, 4.0),
    "beta": Prior("beta", 0.08, 0.015),
    "beta with a long tail": Prior("beta", 0.25, 0.2),
    "beta at both ends": Prior("beta", 0.5, 0.4),
    "half_normal": Prior("half_normal", 0.2),
}
WITH_ZERO = {
    "an effect that may be none": Prior("half_normal", 0.2, zero=0.33),
    "a share that may be none": Prior("beta", 0.25, 0.15, zero=0.6),
    "a multiple that may be none": Prior("lognormal", 0.4, 1.8, zero=0.25),
    "of either sign": Prior("normal", -0.1, 0.2, zero=0.5),
}
ORACLE = {
    "lognormal": lambda median, spread: stats.lognorm(math.log(spread), scale=median),
    "normal": stats.norm,
    "uniform": lambda low, high: stats.uniform(low, high - low),
    "beta": lambda mean, sd: stats.beta(*exponents(mean, sd)),
    "half_normal": lambda sd: stats.halfnorm(scale=sd),
}
SHARES = np.linspace(0.001, 0.999, 97)


def exponents(mean, sd):
    both = mean * (1 - mean) / sd**2 - 1
    return mean * both, (1 - mean) * both


def oracle(prior):
    """Return SciPy's distribution of a prior without its point at zero."""
    return ORACLE[prior.kind](*prior.numbers.values())


@st.composite
def families(draw, *kinds):
    """Return any prior of a kind, of whatever size."""
    kind = draw(st.sampled_from(kinds or tuple(ORACLE)))
    size, share = draw(st.floats(1e-3, 1e3)), draw(st.floats(0.01, 0.99))
    middle = draw(st.floats(-1e3, 1e3))
    numbers = {
        "lognormal": (size, 1 + 3 * share),
        "normal": (middle, size),
        "uniform": (middle, middle + size),
        "beta": (share, draw(st.floats(0.05, 0.9)) * math.sqrt(share * (1 - share))),
        "half_normal": (size,),
    }
    return Prior(kind, *numbers[kind])


# What a prior says


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        (Prior("lognormal", 0.1, 1.3), "lognormal(median 0.1, spread 1.3)"),
        (Prior("beta", 0.08, 0.015), "beta(mean 0.08, sd 0.015)"),
        (Prior("half_normal", 0.2), "half-normal(sd 0.2)"),
        (Prior("half_normal", 0.2, zero=0.33), "half-normal(sd 0.2), 0 with probability 0.33"),
        (Prior("normal", 1, 2, zero=0.5), "normal(mean 1, sd 2), 0 with probability 0.5"),
    ],
)
def test_a_prior_reads_as_it_is_declared(prior, said):
    assert str(prior) == said


@pytest.mark.parametrize("prior", [*EXAMPLES.values(), *WITH_ZERO.values()], ids=str)
def test_a_prior_can_be_made_again_from_how_it_is_shown(prior):
    assert eval(repr(prior)) == prior  # noqa: S307  our own text


def test_a_prior_of_two_numbers_is_shown_as_before_so_that_fingerprints_stay():
    assert repr(Prior("normal", 1, 0.5)) == "Prior(kind='normal', first=1.0, second=0.5)"


@pytest.mark.parametrize("name", EXAMPLES)
def test_quantiles_are_those_of_scipy(name):
    prior = EXAMPLES[name]
    np.testing.assert_allclose(
        prior.quantiles(SHARES), oracle(prior).ppf(SHARES), rtol=1e-8, atol=1e-12
    )


# SciPy itself finds no quantile of a share next to nothing
STARTS = st.just(0.0) | st.floats(1e-12, 0.9)


@settings(max_examples=150)
@given(families(), STARTS, st.floats(0.1, 1.0))
def test_quantiles_cut_at_bounds_are_those_of_scipy(prior, start, width):
    whole = oracle(prior)
    low, high = whole.ppf([start, min(start + width, 1.0)])
    found = prior.quantiles(SHARES, (low, high))
    assert ((low <= found) & (found <= high)).all()
    below, above = whole.cdf([low, high])
    expected = whole.ppf(below + SHARES * (above - below))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7 * np.abs(expected).max())


@given(families(), STARTS, st.floats(0.01, 1.0))
def test_the_share_between_two_values_is_that_of_scipy(prior, start, width):
    whole = oracle(prior)
    low, high = whole.ppf([start, min(start + width, 1.0)])
    assert prior.share_within(low, high) == pytest.approx(
        whole.cdf(high) - whole.cdf(low), abs=1e-9
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_middle_is_the_median_and_of_a_normal_prior_its_mean(name):
    assert EXAMPLES[name].middle == pytest.approx(oracle(EXAMPLES[name]).median(), rel=1e-12)


@given(families("beta", "half_normal", "normal"))
def test_mean_and_sd_are_those_of_the_distribution(prior):
    whole = oracle(prior)
    if prior.kind == "half_normal":  # its sd is that of the whole bell
        assert (whole.mean(), whole.std()) == pytest.approx(
            (prior.first * math.sqrt(2 / math.pi), prior.first * math.sqrt(1 - 2 / math.pi))
        )
        sample = prior.quantiles(np.linspace(0.00005, 0.99995, 10_000))
        assert math.sqrt((sample**2).mean()) == pytest.approx(prior.first, rel=1e-3)
    else:
        assert (whole.mean(), whole.std()) == pytest.approx((prior.first, prior.second))


# A point at zero


@pytest.mark.parametrize("name", WITH_ZERO)
def test_a_point_at_zero_takes_its_share_and_leaves_the_rest_as_it_is(name):
    prior = WITH_ZERO[name]
    values = prior.quantiles((np.arange(20_000) + 0.5) / 20_000)
    assert (np.diff(values) >= 0).all(), "a greater share has a greater quantile"
    assert (values == 0).mean() == pytest.approx(prior.zero, abs=1e-4)
    rest = values[values != 0]
    evenly = (np.arange(len(rest)) + 0.5) / len(rest)
    np.testing.assert_allclose(oracle(prior).cdf(rest), evenly, atol=2e-4)


def test_the_lowest_shares_of_what_begins_at_zero_are_zero():
    prior = WITH_ZERO["an effect that may be none"]
    assert prior.quantiles([0.0, 0.1, 0.3299]).tolist() == [0.0, 0.0, 0.0]
    assert prior.quantiles(0.3301) > 0


def test_bounds_cut_what_lies_beside_a_point_at_zero_and_not_the_point():
    prior = Prior("normal", 0.0, 1.0, zero=0.4)
    values = prior.quantiles((np.arange(10_000) + 0.5) / 10_000, (-0.5, 2.0))
    assert (values.min(), values.max()) == pytest.approx((-0.5, 2.0), abs=2e-3)
    assert (values == 0).mean() == pytest.approx(0.4, abs=1e-4)
    below = stats.norm.cdf(0) - stats.norm.cdf(-0.5)
    inside = stats.norm.cdf(2) - stats.norm.cdf(-0.5)
    assert (values < 0).mean() == pytest.approx(0.6 * below / inside, abs=2e-4)


@pytest.mark.parametrize(
    ("prior", "middle"),
    [
        (Prior("half_normal", 0.2, zero=0.5), 0.0),
        (Prior("half_normal", 0.2, zero=0.9), 0.0),
        (Prior("half_normal", 0.2, zero=0.2), stats.halfnorm(scale=0.2).ppf(0.3 / 0.8)),
        (Prior("normal", 5.0, 1.0, zero=0.2), stats.norm(5, 1).ppf(0.3 / 0.8)),
        (Prior("normal", -5.0, 1.0, zero=0.2), stats.norm(-5, 1).ppf(0.5 / 0.8)),
    ],
    ids=str,
)
def test_the_middle_with_a_point_at_zero_is_the_median_of_the_whole(prior, middle):
    assert prior.middle == pytest.approx(middle, rel=1e-9)


def test_the_share_between_two_values_counts_a_point_at_zero_among_them():
    prior = Prior("half_normal", 1.0, zero=0.3)
    assert prior.share_within(-1, 9) == pytest.approx(1)
    assert prior.share_within(0, 1) == pytest.approx(0.3 + 0.7 * stats.halfnorm.cdf(1))
    assert prior.share_within(0.5, 1) == pytest.approx(
        0.7 * np.diff(stats.halfnorm.cdf([0.5, 1]))[0]
    )


@pytest.mark.parametrize("name", WITH_ZERO)
def test_a_prior_with_a_point_at_zero_has_no_scale_to_fit_on(name):
    prior = WITH_ZERO[name]
    for ask in (prior.standard, prior.natural):
        with pytest.raises(ParameterError, match=r"drawn, never fitted.*take .*\.continuous"):
            ask(0.1)
    assert prior.continuous.zero == 0
    assert prior.continuous.natural(prior.continuous.standard(0.2)) == pytest.approx(0.2)


# Wider priors


@pytest.mark.parametrize(
    ("prior", "wider"),
    [
        (Prior("normal", 3, 0.5), Prior("normal", 3, 1)),
        (Prior("lognormal", 3, 1.5), Prior("lognormal", 3, 2.25)),
        (Prior("uniform", 1, 2), Prior("uniform", 1, 2)),
        (Prior("half_normal", 0.2), Prior("half_normal", 0.4)),
        (Prior("half_normal", 0.2, zero=0.3), Prior("half_normal", 0.4, zero=0.3)),
        (Prior("beta", 0.08, 0.015), Prior("beta", 0.08, 0.03)),
        (Prior("beta", 0.5, 0.25), Prior("beta", 0.5, math.sqrt(1 / 12))),  # flat, and no wider
        (Prior("beta", 0.5, 0.4), Prior("beta", 0.5, 0.4)),  # more at its ends already
    ],
    ids=str,
)
def test_a_prior_is_widened_as_far_as_it_stays_what_it_is(prior, wider):
    found = prior.widened(2)
    assert (found.kind, found.zero) == (wider.kind, wider.zero)
    assert found.numbers == pytest.approx(wider.numbers)
    assert found.middle == pytest.approx(wider.middle)


@given(families("beta"), st.floats(0.1, 10))
def test_a_beta_with_one_peak_keeps_it_however_wide(prior, factor):
    assume(min(exponents(*prior.numbers.values())) >= 1)
    assert min(exponents(*prior.widened(factor).numbers.values())) > 1 - 1e-9


# The scale of a fit


@settings(max_examples=300)
@given(families(), st.floats(-5, 5))
def test_a_value_taken_to_the_scale_of_a_fit_and_back_is_the_same(prior, x):
    value = prior.natural(x)
    scale = abs(float(value)) + (abs(prior.second or 0.0) if prior.kind == "uniform" else 0.0)
    assert prior.natural(prior.standard(value)) == pytest.approx(
        float(value), rel=1e-7, abs=1e-9 * scale
    )


@settings(max_examples=300)
@given(families("half_normal", "lognormal", "normal", "uniform"), st.floats(-4.5, 4.5))
def test_a_number_of_a_standard_normal_comes_back(prior, x):
    assert float(prior.standard(prior.natural(x))) == pytest.approx(x, abs=1e-4)


@given(families(), st.lists(st.floats(-8, 8), min_size=2, max_size=9))
def test_a_greater_number_of_a_standard_normal_is_no_smaller_value(prior, numbers):
    values = prior.natural(np.sort(numbers))
    assert np.isfinite(values).all()
    slack = 1e-9 * np.abs(values).max()
    assert (np.diff(values) >= -slack).all()


@pytest.mark.parametrize("name", EXAMPLES)
def test_on_the_scale_of_a_fit_every_prior_is_a_standard_normal(name):
    prior = EXAMPLES[name]
    x = prior.standard(prior.quantiles(SHARES))
    np.testing.assert_allclose(x, stats.norm.ppf(SHARES), atol=1e-7)
    assert prior.natural(0.0) == pytest.approx(prior.middle)


@pytest.mark.parametrize("name", EXAMPLES)
def test_values_beyond_the_range_have_a_place_on_the_scale_all_the_same(name):
    x = EXAMPLES[name].standard(np.array([-1e9, -1.0, 0.0, 1.0, 7.0, 1e9]))
    assert np.isfinite(x).all()
    assert (np.diff(x) >= 0).all()


# What is refused


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("beta", 0.0, 0.1), "a beta prior needs a mean between 0 and 1, not 0 and 0.1"),
        (("beta", 1.0, 0.1), "a beta prior needs a mean between 0 and 1"),
        (("beta", 8.0, 0.1), "a beta prior needs a mean between 0 and 1, not 8"),
        (("beta", 0.5, 0.5), "clearly below √(mean × (1 − mean)), here 0.5, not 0.5 and 0.5"),
        (("beta", 0.1, 0.4), "clearly below √(mean × (1 − mean)), here 0.3, not 0.1 and 0.4"),
        (("beta", 0.5, 0.0), "an sd above 0"),
        (("beta", 0.5, -0.1), "an sd above 0"),
        (("beta", 0.5, 1e-300), "an sd above 0"),
        (("beta", 1e-300, 1e-200), "clearly below √(mean × (1 − mean))"),
        (("beta", 0.5), "the sd of a beta prior is a finite number, not None"),
        (("half_normal", 0.0), "a half-normal prior needs an sd above 0, not 0"),
        (("half_normal", -1.0), "a half-normal prior needs an sd above 0, not -1"),
        (("half_normal", 0.2, 0.3), "takes sd alone, not 0.3 beside it; a point at zero is said"),
        (("half_normal", math.nan), "the sd of a half-normal prior is a finite number, not nan"),
        (("half_normal", "wide"), "the sd of a half-normal prior is a finite number, not 'wide'"),
        (("normal", 1.0), "the sd of a normal prior is a finite number, not None"),
        (("half-normal", 1.0), "a prior is one of lognormal, normal, uniform, beta, half_normal"),
    ],
)
def test_numbers_that_make_no_prior_are_refused(given, message):
    with pytest.raises(ParameterError) as caught:
        Prior(*given)
    assert message in str(caught.value)


@pytest.mark.parametrize("zero", [1, 1.0, 1.5, -0.1, math.nan, math.inf, None, "a third", True])
def test_a_point_at_zero_has_a_probability(zero):
    with pytest.raises(ParameterError, match="zero"):
        Prior("half_normal", 0.2, zero=zero)


@pytest.mark.parametrize("bounds", [(0.1, 1.0), (-1.0, -0.1)])
def test_bounds_that_do_not_hold_a_point_at_zero_are_refused(bounds):
    prior = Prior("normal", bounds[0], 0.5, zero=0.3)
    with pytest.raises(
        ParameterError, match=r"'a': the prior .* has a point at zero outside the b"
    ):
        Parameter("a", bounds[0], bounds=bounds, prior=prior)
    assert Parameter("a", 0.0, bounds=(-1.0, 1.0), prior=prior).prior == prior


APART = [
    (Prior("beta", 0.08, 0.015), (0.5, 1.0)),
    (Prior("beta", 0.08, 0.015), (2.0, 3.0)),
    (Prior("beta", 0.9, 0.02), (-1.0, 0.5)),
    (Prior("half_normal", 0.2), (-2.0, -1.0)),
    (Prior("half_normal", 0.2), (1.0, 2.0)),
    (Prior("half_normal", 0.2, zero=0.5), (-1.0, 0.0)),
]


@pytest.mark.parametrize(("prior", "bounds"), APART, ids=str)
def test_a_prior_with_next_to_nothing_within_the_bounds_is_refused(prior, bounds):
    with pytest.raises(ParameterError, match=r"'a': the prior .* lies outside the bounds"):
        Parameter("a", bounds[1], bounds=bounds, prior=prior)


@given(families("beta"), st.floats(-0.2, 1.0), st.floats(0.001, 1.2))
def test_bounds_are_taken_where_something_of_a_beta_lies_within(prior, low, width):
    inside = np.diff(oracle(prior).cdf([low, low + width]))[0]
    assume(not 0.5e-4 < inside < 2e-4)
    fault = prior.why_not_within(low, low + width)
    assert (fault == "") == (inside > 1e-4), f"{inside:.2g} lie within"


@pytest.mark.parametrize("name", WITH_ZERO)
def test_what_is_estimated_has_no_point_at_zero(name):
    prior = WITH_ZERO[name]
    with pytest.raises(
        ParameterError, match=r"'a' is estimated.*drawn, never fitted; leave 'zero' "
    ):
        Parameter("a", 0.1, role="estimated", bounds=(-1.0, 2.0), prior=prior)
    estimated = Parameter("a", 0.1, role="estimated", bounds=(-1, 2), prior=prior.continuous)
    assert estimated.prior == prior.continuous
    for role in ("lever", "effect", "cost", "fixed"):
        assert Parameter("a", 0.1, role=role, bounds=(-1.0, 2.0), prior=prior).prior == prior
