"""Finds where a misfit is least: trust-region steps within the bounds, then to the very point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.study.fit.misfit import Misfit
from caresim.study.fit.settle import settled

__all__ = ["MOST_STEPS", "Minimum", "gauss_newton", "minimum"]

Values = NDArray[np.float64]
MOST_STEPS = 400  # few fits of England take more, and those move the sixth digit of the misfit
# Where last digits are left open, a misfit that falls by less in so many steps is at its end
CRAWL, LATE = 1e-6, 10
MARGIN = 1e-6  # of the distance of the bounds that a start keeps from them
SHORTER = (1.0, 0.5, 0.25, 0.1, 0.03)  # what is tried of a step


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where a start leads to, in how many steps, and if they came to an end."""

    x: Values
    steps: int
    converged: bool


def minimum(
    problem: Misfit,
    start: Values,
    step: Callable[[float], None] | None = None,
    most: int = MOST_STEPS,
    *,
    exact: bool = True,
) -> Minimum:
    """Return the least misfit from a start; raise RunError where the model cannot run at it.

    ``step`` is told the misfit at each step; unless ``exact`` the last digits are left open.
    """
    if not start.size:
        return Minimum(start, 0, converged=True)
    from scipy.optimize import least_squares

    low, high = problem.bounds()
    fallen: list[float] = []

    def residuals(x: Values) -> Values:
        # where the model cannot run there is NaN, from which the solver steps back
        return np.asarray(problem.residuals(x[:, None], spoiled=True)[:, 0])

    def jacobian(x: Values) -> Values:
        matrix = problem.jacobian(x)
        fallen.append(float(0.5 * (residuals(x) ** 2).sum()))
        if step:
            step(fallen[-1])
        return matrix

    margin = np.where(np.isfinite(high - low), MARGIN * (high - low), 0.0)
    inside = np.clip(start, low + margin, high - margin)
    problem.residuals(inside[:, None])  # says why where the model cannot run at the start
    result = least_squares(
        residuals, inside, jac=jacobian, bounds=(low, high), x_scale="jac", max_nfev=most,
        ftol=1e-10, xtol=1e-8, gtol=1e-8,
    )  # fmt: skip
    fall = fallen[-LATE - 1] - fallen[-1] if len(fallen) > LATE else np.inf
    crawls = not exact and fall <= CRAWL * fallen[-1]
    converged = crawls or bool(result.success and result.status > 0)
    x = settled(problem, result.x) if exact else result.x
    return Minimum(x, int(result.njev), converged)


def gauss_newton(problem: Misfit, x: Values, here: Values, jacobian: Values) -> Values:
    """Return where one Gauss–Newton step within the bounds leads, shortened until it helps.

    ``here`` and ``jacobian`` are the residuals and their slopes at ``x``.
    """
    low, high = problem.bounds()
    slope = jacobian.T @ here
    free = ~(((x <= low) & (slope > 0)) | ((x >= high) & (slope < 0)))
    step = np.zeros_like(x)
    step[free] = np.linalg.lstsq(jacobian[:, free], -here, rcond=None)[0]
    tried = np.clip(x[:, None] + step[:, None] * np.array(SHORTER), low[:, None], high[:, None])
    sums = (problem.residuals(tried, spoiled=True) ** 2).sum(axis=0)
    better = np.flatnonzero(sums < (here**2).sum())
    return np.asarray(tried[:, better[0]]) if better.size else x
