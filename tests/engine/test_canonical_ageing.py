"""An ageing chain over a dimension against the matrix exponential."""

import numpy as np
import pytest
from canonical import START, TARGET_NAMES
from canonical_lags import linear

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import Aux, Dimension, Flow, Model, Parameters, Stock, cloud, total

every_target = pytest.mark.parametrize("target", TARGET_NAMES)
AGES = ("0–4", "5–9", "10–15", "16–17")
NAMES = ("0_4", "5_9", "10_15", "16_17")
FIRST = np.array([40.0, 60.0, 120.0, 90.0])
ENTERING = np.array([30.0, 10.0, 25.0, 15.0])
LEAVING = np.array([0.5, 0.2, 0.15, 0.3])
AGEING = np.array([1 / 5, 1 / 5, 1 / 6, 1 / 2])
age = Dimension("Age", AGES)


def by_age(name, values, unit):
    return {f"{name}_{part}": (value, unit) for part, value in zip(NAMES, values, strict=True)}


class Ageing(Model):
    """Children enter and leave at every age and grow older; the eldest leave at 18."""

    parameters = p = Parameters.of(
        **by_age("care_start", FIRST, "child"),
        **by_age("entering", ENTERING, "child/year"),
        **by_age("leaving", LEAVING, "1/year"),
        **by_age("ageing", AGEING, "1/year"),
        dimensions=age,
    )
    care = Stock("Looked after", "child", p.care_start, over=age)
    starts = Flow("Starts", cloud >> care, p.entering)
    ceases = Flow("Ceases", care >> cloud, care * p.leaving)
    grown = Flow("Growing older", care.ageing(then=cloud), care * p.ageing)
    everyone = Aux("All looked after", total(care))
    teens = Aux("16 and over", care["16–17"])


def solution(t, first=FIRST, leaving=LEAVING):
    matrix = np.diag(-(leaving + AGEING)) + np.diag(AGEING[:-1], -1)
    return linear(matrix, ENTERING, first, t)


@every_target
def test_an_ageing_chain_meets_the_matrix_exponential(target):
    run = execute(Ageing(), Clock(START, START + 10, 32), target=target)
    exact = solution(np.arange(11.0))
    for name, values in zip(NAMES, exact, strict=True):
        got = run.values(f"care_{name}")[:, 0]
        np.testing.assert_allclose(got, values, rtol=1e-8, err_msg=name)
    np.testing.assert_allclose(run.values("everyone")[:, 0], exact.sum(axis=0), rtol=1e-8)
    np.testing.assert_array_equal(run.values("teens"), run.values("care_16_17"))


@every_target
def test_every_run_of_a_batch_ages_by_its_own_numbers(target):
    factors = np.array([0.5, 1.0, 2.0])
    columns = {f"leaving_{name}": rate * factors for name, rate in zip(NAMES, LEAVING, strict=True)}
    clock, names = Clock(START, START + 10, 32), [f"care_{name}" for name in NAMES]
    run = execute(Ageing(), clock, (), columns, outputs=names, target=target)
    for i, factor in enumerate(factors):
        exact = solution(np.arange(11.0), leaving=LEAVING * factor)
        got = np.array([run.values(name)[:, i] for name in names])
        np.testing.assert_allclose(got, exact, rtol=1e-7, err_msg=f"run {i}")


@every_target
def test_a_cohort_is_conserved_as_it_grows_older(target):
    closed = {f"{what}_{name}": 0.0 for what in ("entering", "leaving") for name in NAMES}
    run = execute(Ageing(**closed), Clock(START, START + 10, 8), target=target)
    gone = np.cumsum([0, *run.values("grown_16_17")[:, 0]])
    np.testing.assert_allclose(run.values("everyone")[:, 0] + gone, FIRST.sum(), rtol=1e-13)


@pytest.mark.parametrize(("method", "ratio", "steps"), [("euler", 2, 64), ("rk4", 16, 8)])
def test_the_error_falls_with_the_order_of_the_method(method, ratio, steps):
    exact = solution(np.arange(6.0)).sum(axis=0)
    errors = []
    for n in (1, 2, 4):
        run = execute(Ageing(), Clock(START, START + 5, n * steps), method=method)
        errors.append(np.abs(run.values("everyone")[:, 0] - exact).max())
    assert np.divide(errors[:-1], errors[1:]) == pytest.approx([ratio, ratio], rel=0.12), errors
