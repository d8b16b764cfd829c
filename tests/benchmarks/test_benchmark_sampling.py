"""The fit and the chain that are timed find the parameters that made the points."""

import numpy as np
import pytest
import time_sampling


@pytest.fixture(scope="module")
def simulate():
    ways = time_sampling.simulators([])
    return ways.get(time_sampling.COMPILED, ways[time_sampling.PYTHON])


def test_eighty_points_are_made_and_are_the_same_each_time(simulate):
    points = time_sampling.made_points(simulate)
    assert points.shape == (80,)
    np.testing.assert_array_equal(points, time_sampling.made_points(simulate))
    exact = simulate(time_sampling.CENTRE[:, None])[:, 0]
    spread = np.std(points / exact - 1)
    assert 0.015 < spread < 0.025, f"noise of 2 % came out as {spread:.1%}"


def test_a_fit_reaches_the_points_in_a_few_jacobians(simulate):
    jacobian = len(time_sampling.CENTRE)
    runs = time_sampling.fit(simulate)
    assert 2 * (jacobian + 1) <= runs <= 12 * (jacobian + 1)


def test_a_fit_to_a_model_that_does_not_answer_fails():
    answers = iter([1.0])  # the points, and from then on twice as much, whatever the parameters

    def simulate(params):
        return np.full((80, params.shape[1]), next(answers, 2.0))

    with pytest.raises(RuntimeError, match=r"the fit ends \d+ squares from 80 points"):
        time_sampling.fit(simulate)


def test_a_chain_stays_within_the_priors(simulate):
    pytest.importorskip("emcee")
    sampler, first = time_sampling._sampler(simulate)
    sampler.run_mcmc(first, 10)
    chain = sampler.get_chain(flat=True)
    assert chain.shape == (640, 15)
    assert np.abs(chain).max() < time_sampling.REACH
    assert np.isfinite(sampler.get_log_prob()).all()


def test_a_walker_beyond_the_priors_is_refused(simulate):
    pytest.importorskip("emcee")
    sampler, _ = time_sampling._sampler(simulate)
    walkers = np.zeros((2, 15))
    walkers[1, 3] = 2 * time_sampling.REACH
    inside, outside = sampler.compute_log_prob(walkers)[0]
    assert np.isfinite(inside)
    assert outside == -np.inf
