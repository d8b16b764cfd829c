"""Estimates how far a model may be from the figures of each series, its scale, with a prior.

The listed tolerance of a figure is a judgement: it counts as much as four figures would. The scale
of a series is the listed one times a factor f, with

    f² = (Σ (miss / tolerance)² + 4) / (figures − leverage + 4),

where the leverage is what the fit takes from the figures for its parameters, and what sums among
figures take (:mod:`caresim.study.fit.counted`). That is the mode of a scaled inverse chi-squared
prior of four degrees of freedom, centred at the tolerance, after the figures (Gelman and others
2013, Bayesian Data Analysis, 2.6 and 14.2), with the curvature of the parameters counted as by
restricted maximum likelihood. No scale falls below half a percent, or the
tolerance where that is less: figures are rounded and revised later, mostly by 0.1 to 0.7 % (the
root mean square of a series' ``first_published`` against its newest figures). Steps of the fit and
factors take turns until both are still.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from caresim.study.fit.minimum import gauss_newton, minimum
from caresim.study.fit.misfit import Misfit

__all__ = ["FLOOR", "PRIOR_FIGURES", "scaled"]

Values = NDArray[np.float64]
PRIOR_FIGURES = 4.0  # how many figures the listed tolerance counts for
FLOOR = 0.005  # share of a figure below which nothing is known of it
MOST = 60
STILL = 1e-6  # largest change of a factor, as a share, that ends the turns
DIGITS = 4  # of a factor, so that it is the same wherever a fit begins


def scaled(problem: Misfit, start: Values) -> tuple[Misfit, Values]:
    """Return the problem with estimated scales and its minimum, from a start near by."""
    x = start
    for _ in range(MOST):
        here, jacobian = problem.residuals(x[:, None])[:, 0], problem.jacobian(x)
        factors = _factors(problem, here, jacobian)
        changes = [factors[n] / problem.factors.get(n, 1.0) for n in problem.series]
        by = np.concatenate(
            [*(np.full(len(f), c) for f, c in zip(problem.series.values(), changes, strict=True)),
             np.ones(len(x))]
        )  # fmt: skip
        problem = problem.with_factors(factors)
        x = gauss_newton(problem, x, here / by, jacobian / by[:, None])
        if max(abs(change - 1) for change in changes) < STILL:
            break
    rounded = {name: float(f"{factor:.{DIGITS}g}") for name, factor in problem.factors.items()}
    problem = problem.with_factors(rounded)
    return problem, minimum(problem, x).x


def _factors(problem: Misfit, here: Values, jacobian: Values) -> dict[str, float]:
    """Return the factor of each series for the misses at a point and their leverage there."""
    taken = _leverage(jacobian)[: problem.n_figures] + problem.taken_by_sums()
    found = {}
    for name, rows in problem.rows.items():
        of, before = problem.series[name], problem.factors.get(name, 1.0)
        squares = float(((here[rows] * before) ** 2).sum())
        left = max(len(of) - float(taken[rows].sum()), 0.0)
        factor = np.sqrt((squares + PRIOR_FIGURES) / (left + PRIOR_FIGURES))
        found[name] = float(max(factor, min(FLOOR / of.widths.min(), 1.0)))
    return found


def _leverage(jacobian: Values) -> Values:
    """Return how much of each residual the parameters can take away, from 0 to 1."""
    directions, _ = np.linalg.qr(jacobian)
    return np.asarray((directions**2).sum(axis=1))
