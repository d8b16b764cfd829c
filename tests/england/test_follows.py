"""Series of England that follow from others do so in the model, whatever its numbers."""

import numpy as np
import pytest

import caresim as cs
from caresim.england import England, observed
from caresim.study.fit.misfit import Misfit

ESTIMATED = England.parameters.estimated()


@pytest.fixture(scope="module")
def runs():
    """Yearly values of all fitted series in forty draws of what is estimated."""
    drawn = cs.draws(England(), 40, seed=3, given="prior")
    names = sorted({n for f in England.follows for n in (f.name, *f.same_year, *f.year_before)})
    simulate = cs.prepare(England(), outputs=names, until="2020-03-31")
    return simulate({name: drawn.columns[name] for name in ESTIMATED})


@pytest.mark.parametrize("follows", England.follows, ids=lambda f: f.name)
def test_it_is_a_fixed_sum_of_what_it_follows_from(follows, runs):
    """In each year an affine function of the others explains all of its spread over the draws."""
    for year in range(1, len(runs[follows.name])):
        others = [runs[n][year] for n in follows.same_year]
        others += [runs[n][year - 1] for n in follows.year_before]
        terms = np.column_stack([*others, np.ones(40)])
        values = runs[follows.name][year]
        weights, *_ = np.linalg.lstsq(terms, values, rcond=None)
        missed = np.abs(terms @ weights - values).max() / values.mean()
        assert missed < 1e-8, f"{follows.name} in year {year}: {missed:.1e} of it is left over"
        assert np.abs(np.abs(weights[:-1]) - 1).max() < 1e-5, f"weights are 1 or −1: {weights}"


def test_each_year_with_all_its_figures_takes_one_from_their_number():
    problem = Misfit.of(England(), observed(), ESTIMATED)
    assert (problem.n_figures, problem.n_free, len(problem.series)) == (527, 430, 62)
    assert problem.taken_by_sums().sum() == pytest.approx(97)
