"""Draws of what the data leave uncertain, by randomise-then-optimise.

Each draw disturbs every figure and every prior by its own tolerance and solves the fit again. With
the Jacobian's QR factors fixed at the best fit, all draws solve together in a few batched runs.
Source: Bardsley, Solonen, Haario and Laine 2014, Randomize-then-optimize, SIAM Journal on
Scientific Computing 36(4). A normal approximation would be wrong here: rates of leaving care trade
off along curves, and it gives one draw in ten 4 % too many looked-after children.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.errors import ParameterError
from caresim.study.draws import Draws, check_count
from caresim.study.misfit import Misfit, number_of, whiten

if TYPE_CHECKING:
    from caresim.study.calibrate import Fit

__all__ = ["sample"]

Values = NDArray[np.float64]
BLOCK = 250  # draws that are solved together; fixed, so that a draw is the same in any sample
STEPS = 40  # most draws need about 15
SOLVED = 1e-3  # the last step of a draw, in prior standard deviations
LEAST_SOLVED = 0.5
NOTED = 0.05


def sample(fit: Fit, n: int, *, seed: int) -> Draws:
    """Return ``n`` draws of the estimated parameters; draw i is the same for every ``n``.

    A draw that a bound keeps from its solution is passed over, and said when that is common.

    Raises ParameterError when fewer than half of the draws can be solved.
    """
    check_count(n)
    fit.check_seen()
    problem = Misfit.of(fit.model, fit.observed, fit.names)
    best = np.array([whiten(number_of(entry), entry) for entry in problem.entries])
    directions, triangle = np.linalg.qr(fit.jacobian)
    rng = np.random.default_rng([seed, 1])
    kept: list[Values] = []
    tried = 0
    while sum(part.shape[1] for part in kept) < n:
        noise = rng.standard_normal((BLOCK, len(fit.residuals))).T
        kept.append(_solve(problem, best, directions, triangle, noise))
        tried += BLOCK
        solved = sum(part.shape[1] for part in kept)
        if solved < LEAST_SOLVED * tried:
            message = f"only {solved} of {tried} draws could be solved; check bounds and tolerances"
            raise ParameterError(message)
    columns = problem.natural(np.hstack(kept)[:, :n])
    rounded = {name: _rounded(column) for name, column in columns.items()}
    return Draws(rounded, "posterior", seed, _passed_over(solved, tried))


def _solve(
    problem: Misfit,
    best: Values,
    directions: Values,
    triangle: Values,
    noise: Values,
) -> Values:
    """Solve Qᵀ(r(x) − noise) = 0 for each column by chord steps; return the solved."""
    low, high = (bound[:, None] for bound in problem.bounds())
    target = _project(directions, noise)
    # one linear step to start from
    x = np.clip(best[:, None] + np.linalg.solve(triangle, target), low, high)
    step = np.zeros_like(x)
    for _ in range(STEPS):
        gap = _project(directions, problem.residuals(x)) - target
        step = np.linalg.solve(triangle, gap)
        x = np.clip(x - step, low, high)
    return x[:, np.abs(step).max(axis=0) < SOLVED]


def _project(directions: Values, columns: Values) -> Values:
    # einsum adds in one order whatever the number of threads, unlike a matrix product
    return np.asarray(np.einsum("rp,rn->pn", directions, columns))


def _rounded(values: Values) -> Values:
    """Return the values to six figures, as draws are shipped."""
    return np.array([float(f"{value:.6g}") for value in values])


def _passed_over(solved: int, tried: int) -> tuple[Notice, ...]:
    if tried - solved <= NOTED * tried:
        return ()
    text = f"{tried - solved} of {tried} draws lay against a parameter's bound and were passed over"
    return (Notice("draws", "posterior", text),)
