"""Takes a fit to the very point where no step is left, wherever it came from.

Trust-region steps end when the misfit no longer falls, and along a flat valley that is a little way
off. Full Gauss–Newton steps go on to where they vanish; mixing each with the one before (Anderson
1965, depth one) takes about ten.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import RunError
from caresim.study.fit.misfit import Misfit

__all__ = ["settled"]

Values = NDArray[np.float64]
MOST = 60
STILL = 1e-9  # largest step, in prior standard deviations
WORSE = 1e-4  # share by which the misfit may rise: where equations have a kink, steps end beside it


def settled(problem: Misfit, start: Values) -> Values:
    """Return the point at which steps from ``start`` end.

    That is ``start`` itself where they do not end, or where they lead to what cannot be run.
    """
    try:
        return _settled(problem, start)
    except RunError:
        return start


def _settled(problem: Misfit, start: Values) -> Values:
    low, high = problem.bounds()
    margin = 1e-5 * (high - low)
    free = (start > low + margin) & (start < high - margin)
    x = start
    point, step = start, np.zeros(0)
    for _ in range(MOST):
        found = _step(problem, x, free)
        if np.abs(found).max(initial=0.0) < STILL:
            return x if _misfit(problem, x) <= _misfit(problem, start) * (1 + WORSE) else start
        reached = x + found
        mixed = reached if not step.size else reached - _share(found, step) * (reached - point)
        point, step = reached, found
        x = np.clip(mixed, low, high)
    return start


def _step(problem: Misfit, x: Values, free: NDArray[np.bool_]) -> Values:
    """Return the Gauss–Newton step of the parameters that no bound holds."""
    jacobian = problem.jacobian(x)[:, free]
    step = np.zeros_like(x)
    step[free] = np.linalg.lstsq(jacobian, -problem.residuals(x[:, None])[:, 0], rcond=None)[0]
    return step


def _share(found: Values, before: Values) -> float:
    """Return how much of the point before to mix in, so that the mixed steps nearly cancel."""
    change = found - before
    return float(found @ change) / max(float(change @ change), 1e-300)


def _misfit(problem: Misfit, x: Values) -> float:
    return float(0.5 * (problem.residuals(x[:, None]) ** 2).sum())
