"""Regressions of a panel against cases by hand and an independent library."""

from dataclasses import replace

import numpy as np
import pytest
from made_panels import made

from caresim.language.errors import ParameterError
from caresim.study.fit.one_thread import one_thread
from caresim.study.panel.estimates import Sample
from caresim.study.panel.regress import regress
from caresim.study.panel.within import swept, year_columns


def small(y, x, units=3):
    years = len(y) // units
    unit, year = np.repeat(np.arange(units), years), np.tile(np.arange(years), units)
    x = np.asarray(x, dtype=float).reshape(len(y), -1)
    names = tuple("xz"[: x.shape[1]])
    return Sample(np.asarray(y, float), x, names, unit, unit, year, np.ones(len(y)), {})


X = np.array([0.0, 1, 5, 2, 2, 3, 4, 1, 1])
UNIT, YEAR = np.repeat([0, 1, 2], 3), np.tile([0, 1, 2], 3)


@pytest.mark.parametrize(
    ("effects", "rest"),
    [
        ("unit", 10 * UNIT),
        ("unit and year", 10 * UNIT + YEAR**2),
        ("unit and trend", UNIT * YEAR + UNIT),
    ],
)
def test_an_exact_effect_is_found_under_levels_years_or_trends(effects, rest):
    assert regress(small(2 * X + rest, X), effects)["x"] == pytest.approx(2)


def test_two_units_and_two_years_are_a_difference_of_differences():
    found = regress(small([1, 2, 4, 9], [0, 0, 0, 1], units=2))
    assert found["x"] == pytest.approx((9 - 4) - (2 - 1))


def test_the_standard_error_is_that_of_sums_over_units_by_hand():
    y = np.array([1.0, 2, 4, 2, 2, 5, 0, 1, 0])
    found = regress(small(y, X), "unit")
    x = X - np.repeat(X.reshape(3, 3).mean(axis=1), 3)
    e = y - np.repeat(y.reshape(3, 3).mean(axis=1), 3) - found["x"] * x
    sums = (x * e).reshape(3, 3).sum(axis=1)
    expected = np.sqrt(3 / 2 * 8 / 7 * (sums**2).sum()) / (x**2).sum()
    assert found.error("x") == pytest.approx(expected)
    low, high = found.interval("x", 0.95)
    assert (high - low) / 2 == pytest.approx(4.302653 * expected)  # t with 3 − 1 degrees


def test_sweeping_out_a_line_of_each_group_is_least_squares_on_each():
    rng = np.random.default_rng(2)
    values, weights = rng.normal(size=9), rng.random(9) + 0.5
    left = swept(values[:, None], UNIT, weights, YEAR.astype(float))[:, 0]
    for group in range(3):
        own = group == UNIT
        line = np.polyfit(YEAR[own], values[own], 1, w=np.sqrt(weights[own]))
        assert np.allclose(left[own], values[own] - np.polyval(line, YEAR[own]))


def dummies(sample, *, trend=False):
    units = (sample.unit[:, None] == np.unique(sample.unit)).astype(float)
    lines = [units[:, :-1] * sample.year[:, None]] if trend else []
    return np.hstack([sample.terms, units, year_columns(sample.year), *lines])


@pytest.mark.parametrize("trend", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_least_squares_is_that_of_statsmodels_with_a_column_for_each_unit(trend, weighted):
    sm = pytest.importorskip("statsmodels.api", reason="the independent library is not installed")
    sample = made(5)
    sample = sample if weighted else replace(sample, weights=np.ones(len(sample.outcome)))
    found = regress(sample, "unit, year and trend" if trend else "unit and year")
    columns = dummies(sample, trend=trend)
    other = sm.WLS(sample.outcome, columns, weights=sample.weights)
    other = other.fit(cov_type="cluster", cov_kwds={"groups": sample.unit})
    n, k = len(sample.outcome), 2 + len(np.unique(sample.year)) - 1 - trend
    scale = np.sqrt((n - np.linalg.matrix_rank(columns)) / (n - k - 1))
    assert np.allclose(found.values, other.params[:2], rtol=1e-8)
    assert np.allclose(found.errors, other.bse[:2] * scale, rtol=1e-6)


def test_least_squares_is_that_of_linearmodels():
    panel = pytest.importorskip("linearmodels.panel", reason="the library is not installed")
    import pandas as pd

    sample = replace(made(6), weights=np.ones(len(made(6).outcome)))
    index = pd.MultiIndex.from_arrays([sample.unit, sample.year])
    y = pd.Series(sample.outcome, index=index, name="y")
    x = pd.DataFrame(sample.terms, index=index, columns=["now", "before"])
    other = panel.PanelOLS(y, x, entity_effects=True, time_effects=True)
    other = other.fit(
        cov_type="clustered", cluster_entity=True, group_debias=True, auto_df=False,
        count_effects=False,
    )  # fmt: skip
    years = 9 - 1 + 1  # we count the levels of years, and one for all
    scale = np.sqrt((other.nobs - 2) / (other.nobs - 2 - years))
    assert np.allclose(regress(sample).values, other.params, rtol=1e-8)
    assert np.allclose(regress(sample).errors, other.std_errors * scale, rtol=2e-3)


def counts(seed):
    sample, rng = made(seed), np.random.default_rng(seed)
    outcome = rng.poisson(np.exp(1 + sample.outcome) * sample.weights) / sample.weights
    return replace(sample, outcome=outcome)


def test_counts_are_poisson_regression_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api", reason="the independent library is not installed")
    sample = counts(7)
    found = regress(sample, "unit and year", "counts")
    other = sm.GLM(
        sample.outcome, dummies(sample), family=sm.families.Poisson(), var_weights=sample.weights
    ).fit(tol=1e-12, maxiter=200)
    assert np.allclose(found.values, other.params[:2], rtol=1e-6)


def test_a_unit_without_any_count_says_nothing_and_is_told():
    sample = counts(8)
    sample.outcome[:] += 1  # so that no other unit is without any
    sample.outcome[sample.unit == 0] = 0
    found = regress(sample, "unit and year", "counts")
    assert found.dropped["no count at its level"] == (sample.unit == 0).sum()
    others = sample.unit != 0
    rest = Sample(
        sample.outcome[others], sample.terms[others], sample.names, sample.unit[others],
        sample.level[others], sample.year[others], sample.weights[others], {},
    )  # fmt: skip
    assert np.allclose(found.values, regress(rest, "unit and year", "counts").values, atol=1e-8)


def test_within_and_between_finds_within_what_least_squares_finds():
    sample = replace(made(9), weights=np.ones(len(made(9).outcome)))
    hybrid = regress(sample, "unit and year", "hybrid")
    assert np.allclose(hybrid.values[:2], regress(sample).values, rtol=1e-6)
    assert hybrid.names[2:] == ("now, between units", "before, between units")


def test_an_outlier_hardly_moves_the_robust_estimate():
    sample = replace(made(10), weights=np.ones(len(made(10).outcome)))
    spoilt = replace(sample, outcome=sample.outcome.copy())
    far = np.argmax(np.abs(sample.terms[:, 0] - sample.terms[:, 0].mean()))
    spoilt.outcome[far] += 20
    with one_thread():
        shift = {
            method: abs(
                regress(spoilt, method=method)["now"] - regress(sample, method=method)["now"]
            )
            for method in ("within", "robust")
        }
    assert shift["robust"] < shift["within"] / 10


def test_a_new_level_takes_a_jump_out():
    y = 2 * X + 10 * UNIT
    y[4:6] += 100
    sample = small(y, X)
    cut = replace(sample, level=sample.unit * 2 + (np.arange(9) > 3) * (sample.unit == 1))
    assert regress(cut, "unit")["x"] == pytest.approx(2)
    assert regress(cut, "unit").dropped == {"alone at its level": 1}
    assert regress(cut, "unit").units == 3


@pytest.mark.parametrize(
    ("x", "effects", "method", "said"),
    [
        (UNIT, "unit", "within", "'x' cannot be told from the effects"),
        (YEAR, "unit and year", "within", "'x' cannot be told"),
        (np.column_stack([X, 2 * X]), "unit", "within", "'x', 'z' cannot be told"),
        (X, "units", "within", "'units' is no effects; they are 'unit'"),
        (X, "unit", "median", "'median' is no method; they are 'within'"),
        (X, "unit and trend", "hybrid", "no trends of units"),
    ],
)
def test_what_cannot_be_done_is_said(x, effects, method, said):
    with pytest.raises(ParameterError, match=said):
        regress(small(X + UNIT, x), effects, method)


def test_one_unit_is_too_few():
    with pytest.raises(ParameterError, match="fewer than two units"):
        regress(small(X, X, units=1))


def test_counts_are_not_below_zero():
    with pytest.raises(ParameterError, match="below zero"):
        regress(small(X - 3, X), "unit", "counts")


def test_an_unknown_term_and_a_coverage_of_95_are_refused():
    found = regress(small(2 * X + UNIT, X), "unit")
    with pytest.raises(ParameterError, match=r"no term 'y'.*it has x"):
        found["y"]
    with pytest.raises(ParameterError, match=r"a share such as 0\.95, not 95"):
        found.interval("x", 95)
