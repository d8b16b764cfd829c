"""The numbers behind figures and tables: medians over runs."""

import numpy as np
import pytest

from caresim.views.series import middle


@pytest.mark.parametrize("n_runs", [1, 2, 5, 8])
@pytest.mark.parametrize("years", [(), (3,)], ids=["one year", "several years"])
def test_the_middle_is_the_median_over_the_runs(n_runs, years):
    values = np.random.default_rng(n_runs).normal(size=(*years, n_runs))
    np.testing.assert_array_equal(middle(values), np.median(values, axis=-1))


def test_a_run_without_a_number_has_no_middle():
    assert np.isnan(middle(np.array([np.nan])))
    assert np.isnan(middle(np.array([1.0, np.nan, 3.0])))
