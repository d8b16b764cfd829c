"""The tables of a fit: errors, bias and changes by hand, and what was learned of each parameter."""

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import Flow, Model, Observed, Parameter, Parameters, Prior, Stock, cloud
from caresim.language.observed import Observation
from caresim.study.fit.learned import learned_shares, set_back
from caresim.study.fit.table import (
    correlation_table,
    fit_table,
    parameter_table,
    percentage_error,
)


class Growing(Model):
    """A stock that grows by 100 a year, and two numbers with priors."""

    parameters = p = Parameters(
        {
            "start": Parameter("start", 900.0, "child", role="estimated", bounds=(1.0, 5000.0),
                               prior=Prior("lognormal", 1000, 1.2)),
            "into": Parameter("into", 100.0, "child/year", role="estimated",
                              bounds=(-999.0, 999.0), prior=Prior("normal", 90, 20)),
        }
    )  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.into)


RUN = execute(Growing(), Clock(2009, 2013, 4))  # 1000, 1100, 1200, 1300


def table_of(*rows, run=RUN):
    figures = [
        Observation(series, year, value, "", "", "", "", "", "", tolerance=tolerance)
        for series, year, value, tolerance in rows
    ]
    return fit_table(run, Observed(tuple(figures)))


def test_errors_are_percentages_of_the_figures():
    assert percentage_error(np.array([110.0, 90.0]), np.array([100.0, 100.0])) == pytest.approx(10)
    assert percentage_error(np.array([100.0]), np.array([200.0])) == pytest.approx(50)


def test_a_row_holds_error_bias_and_changes():
    row = table_of(
        ("care", "2009-10", 1250.0, 0.1), ("care", "2010-11", 1000.0, 0.1),
        ("care", "2012-13", 1300.0, 0.1),
    ).loc["care"]  # fmt: skip
    assert (row["from"], row.to, row.points) == ("2009-10", "2012-13", 3)
    assert row.mape == pytest.approx((20 + 10 + 0) / 3)
    assert row.bias == pytest.approx((-20 + 10 + 0) / 3)
    assert row.data_change == pytest.approx(4.0)
    assert row.model_change == pytest.approx(30.0)


def test_a_year_without_a_tolerance_counts_in_the_changes_and_not_in_the_errors():
    row = table_of(
        ("care", "2009-10", 500.0, 0.0), ("care", "2010-11", 1100.0, 0.1),
        ("care", "2011-12", 1200.0, 0.1),
    ).loc["care"]  # fmt: skip
    assert (row["from"], row.points) == ("2010-11", 2)
    assert row.mape == pytest.approx(0, abs=1e-9)
    assert row.data_change == pytest.approx(140.0)
    assert row.model_change == pytest.approx(20.0)


def test_only_series_with_a_used_figure_within_the_run_have_a_row():
    table = table_of(
        ("care", "2010-11", 1100.0, 0.1), ("arrived", "2010-11", 100.0, 0.0),
        ("teachers", "2010-11", 5.0, 0.1), ("arrived", "2030-31", 5.0, 0.1),
    )  # fmt: skip
    assert list(table.index) == ["care"]
    assert table.index.name == "series"


def test_an_ensemble_is_judged_by_its_median():
    columns = {"start": np.array([900.0, 100.0, 4000.0])}
    many = execute(Growing(), Clock(2009, 2013, 4), (), columns, outputs=["care"])
    row = table_of(("care", "2009-10", 1000.0, 0.1), run=many).loc["care"]
    assert row.mape == pytest.approx(0, abs=1e-9)


@pytest.fixture
def learned():
    covariance = np.diag([1 / 4**2, 1.0])  # in standard deviations of the priors
    points = {"start": np.log(900 / 1000) / np.log(1.2), "into": 0.5}
    how = {"start": "estimated", "into": "at its prior"}
    shares = {"start": 0.75, "into": 0.0}
    return parameter_table(Growing(), points, covariance, how, shares, ("into",))


def test_an_interval_is_on_the_scale_of_the_prior(learned):
    start, into = learned.loc["start"], learned.loc["into"]
    factor = 1.2 ** (1.2816 / 4)
    assert (start["value"], start.unit) == (900.0, "child")
    assert (start.low, start.high) == pytest.approx((900 / factor, 900 * factor))
    assert (into.low, into.high) == pytest.approx((100 - 1.2816 * 20, 100 + 1.2816 * 20))


def test_a_row_says_what_was_learned_and_how_the_number_is_known(learned):
    assert learned.learned.to_dict() == pytest.approx({"start": 0.75, "into": 0.0})
    assert learned.how.to_dict() == {"start": "estimated", "into": "at its prior"}


@pytest.mark.parametrize(("sd", "share"), [(1.0, 0.0), (0.5, 0.5), (0.1, 0.9)])
def test_what_is_learned_is_how_much_narrower_the_figures_make_a_number(sd, share):
    """One figure whose slope leaves a spread of so many prior widths."""
    slope = np.sqrt(1 / sd**2 - 1)
    jacobian = np.array([[slope], [1.0]])
    assert learned_shares(jacobian, 1) == pytest.approx([share], abs=1e-9)


def test_two_that_only_their_sum_tells_of_are_set_back_one_by_one():
    """Each is weak while both are free; with one at its prior the other is well known."""
    jacobian = np.array([[10.0, 9.0, 0.0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    shares = learned_shares(jacobian, 1)
    assert (shares < 0.5).all(), "at once, none would be left"
    names, centre = ("first", "second", "unseen"), np.zeros(3)
    assert set_back(jacobian, centre, 1, names, 0.5) == ("first",)
    assert set_back(jacobian, centre, 1, names, 0.0) == names
    assert set_back(jacobian, centre, 1, names, 0.5, needed=("unseen",)) == ("first", "unseen")


def test_what_the_figures_contradict_is_not_set_back_though_they_narrow_it_little():
    """Narrowed by a third; its centre is one or four of the spreads left away from the figures."""
    jacobian = np.array([[1.0], [1.0]])
    assert learned_shares(jacobian, 1) == pytest.approx([1 - np.sqrt(0.5)])
    assert set_back(jacobian, np.array([0.7]), 1, ("rate",), 0.5) == ()
    assert set_back(jacobian, np.array([2.8]), 1, ("rate",), 0.5) == ("rate",)


def test_where_one_goes_to_its_centre_the_others_follow_before_they_are_judged():
    """Only their sum is known: with the second at its centre the first has all of it."""
    jacobian = np.array([[0.9, 0.8], [1, 0], [0, 1]])
    x = np.array([1.0, 0.9])
    assert set_back(jacobian, x, 1, ("first", "second"), 0.5) == ()
    assert set_back(jacobian, 1.6 * x, 1, ("first", "second"), 0.5) == ("first",)


def test_the_shift_is_the_distance_from_the_prior_in_its_widths(learned):
    assert learned.loc["start", "shift"] == pytest.approx(np.log(900 / 1000) / np.log(1.2))
    assert learned.loc["into", "shift"] == pytest.approx(0.5)


def test_prior_and_bound_are_told(learned):
    assert learned.prior.to_dict() == {
        "start": "lognormal(median 1000, spread 1.2)", "into": "normal(mean 90, sd 20)",
    }  # fmt: skip
    assert learned.at_bound.to_dict() == {"start": False, "into": True}


def test_correlations_are_the_covariance_without_the_widths():
    table = correlation_table(("a", "b"), np.array([[4.0, -3.0], [-3.0, 9.0]]))
    assert table.index.name == "parameter"
    assert list(table.columns) == ["a", "b"]
    np.testing.assert_allclose(table, [[1.0, -0.5], [-0.5, 1.0]])
