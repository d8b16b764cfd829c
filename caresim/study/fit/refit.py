"""Fits single draws anew, within bounds: damped Gauss–Newton with each draw's own Jacobian.

Steps with the Jacobian of the best fit fail where a draw ends at a bound, and where equations kink
between the best fit and the draw. Each draw here minimises its own ``|residuals − noise|²``. A
number at a bound that the misfit pushes outwards is held there (an active set), so that a solution
at a bound is a solution. Where no step helps though the ground slopes, there is a kink, and slopes
are taken over a wider stretch: across the kink they point along it. Source: Levenberg 1944 and
Marquardt 1963, with the scaling of Moré 1978; steps in between carry the Jacobian on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.study.fit.misfit import Misfit

__all__ = ["AT", "refitted"]

Values = NDArray[np.float64]
TOGETHER = 100  # draws whose Jacobians are computed in one batch
MOST = 60
STILL = 1e-3  # largest step of a draw that is solved, in prior standard deviations
FIRST_DAMPING, LEAST_DAMPING, MOST_DAMPING = 1e-2, 1e-6, 1e8
EASED, HARDENED = 0.2, 6.0  # what the damping is multiplied by after a good and a bad step
GENTLE = 1.0  # damping up to which a short step means that the ground is level
# Fall of the misfit, half a sum of squares, that is not worth another step: it moves a draw by less
# than a third of its spread in one direction; means and spreads stay the same to three figures
GAIN = 5e-2
# Reach of the differences, in prior standard deviations: to one side, then to both sides of a kink
DIFFERENCES = (1e-4, 1e-2, 1e-1)
AT = 1e-9  # a number this near to its bound, in prior standard deviations, is at it


@dataclass
class _Draws:
    """Some draws on their way: columns of numbers, what they leave, and how carefully they go."""

    x: Values  # (parameters, draws)
    centres: Values  # of their priors, (parameters, draws)
    left: Values  # misses less noise, (figures, draws)
    damping: Values
    solved: NDArray[np.bool_]
    stage: NDArray[np.intp]  # which of the differences
    fixed: NDArray[np.bool_]  # (parameters, draws), what stays where it is

    @property
    def misfit(self) -> Values:
        """Half the sum of squares of each draw, infinite where it cannot be computed."""
        return _halves(self.left, self.x - self.centres)


@dataclass
class _Slopes:
    """Jacobians of the figures, (draws, figures, parameters), and their squares JᵀJ."""

    jacobians: Values
    squares: Values

    def carry(self, at: NDArray[np.intp], moved: Values, change: Values) -> None:
        """Make those of draws agree with the steps just taken (Broyden 1965).

        ``moved`` and ``change`` are the steps, (parameters, draws), and what they did.
        """
        held, steps = self.jacobians[at], moved.T
        missed = change.T - np.matmul(held, steps[:, :, None])[:, :, 0]
        missed /= (steps**2).sum(axis=1)[:, None]
        turned = np.matmul(held.transpose(0, 2, 1), missed[:, :, None])[:, :, 0]
        turned += 0.5 * (missed**2).sum(axis=1)[:, None] * steps
        self.jacobians[at] += missed[:, :, None] * steps[:, None, :]
        cross = turned[:, :, None] * steps[:, None, :]
        self.squares[at] += cross + cross.transpose(0, 2, 1)


def _halves(left: Values, pulled: Values) -> Values:
    halves = 0.5 * ((left**2).sum(axis=0) + (pulled**2).sum(axis=0))
    return np.where(np.isfinite(halves), halves, np.inf)


def refitted(
    problem: Misfit, start: Values, noise: Values, fixed: NDArray[np.bool_] | None = None
) -> tuple[Values, NDArray[np.bool_]]:
    """Return the draws that minimise the misfit to ``noise``, and which of them are solved.

    ``start`` has shape (parameters, draws), ``noise`` (figures + priors, draws); what is ``fixed``
    of a draw, of the shape of ``start``, stays where it starts.
    """
    still = np.zeros(start.shape, dtype=bool) if fixed is None else fixed
    parts = [
        _solve(problem, start[:, part], noise[:, part], still[:, part])
        for part in (slice(i, i + TOGETHER) for i in range(0, start.shape[1], TOGETHER))
    ]
    if not parts:
        return start, np.zeros(0, dtype=bool)
    return np.hstack([part.x for part in parts]), np.hstack([part.solved for part in parts])


def _solve(problem: Misfit, start: Values, noise: Values, fixed: NDArray[np.bool_]) -> _Draws:
    low, high = (bound[:, None] for bound in problem.bounds())
    count, x = start.shape[1], np.clip(start, low, high)
    wanted, centres = noise[: problem.n_figures], noise[problem.n_figures :]
    draws = _Draws(
        x,
        centres,
        problem.misses(problem.natural(x), spoiled=True) - wanted,
        np.full(count, FIRST_DAMPING),
        np.zeros(count, bool),
        np.zeros(count, int),
        fixed,
    )
    for _ in range(MOST):
        going = ~draws.solved & np.isfinite(draws.misfit)
        if not going.any():
            break
        for stage in np.unique(draws.stage[going]):
            at = np.flatnonzero(going & (draws.stage == stage))
            _step(problem, draws, at, wanted, (low, high))
    return draws


def _step(
    problem: Misfit,
    draws: _Draws,
    at: NDArray[np.intp],
    wanted: Values,
    ends: tuple[Values, Values],
) -> None:
    """Take a step with each of the draws ``at``, all of one stage; keep those that help."""
    here = draws.left[:, at] + wanted[:, at]
    slopes = _slopes(problem, draws.x[:, at], here, draws.stage[at[0]], ends)
    waiting, fresh = np.arange(len(at)), np.ones(len(at), dtype=bool)
    while waiting.size:
        now = at[waiting]
        x, before = draws.x[:, now], draws.misfit[now]
        tried = np.clip(x + _damped(slopes, waiting, draws, now, ends), *ends)
        left = problem.misses(problem.natural(tried), spoiled=True) - wanted[:, now]
        halves = _halves(left, tried - draws.centres[:, now])
        better = np.isfinite(halves) & (halves < before)
        short = np.abs(tried - x).max(axis=0) < STILL
        short |= better & (before - halves < GAIN)
        good = better & ~short
        change = left - draws.left[:, now]
        slopes.carry(waiting[good], (tried - x)[:, good], change[:, good])
        draws.x[:, now[better]], draws.left[:, now[better]] = tried[:, better], left[:, better]
        # what a Jacobian that was only carried along says is not the last word
        _settle(draws, now, better, short & fresh[waiting])
        on = good | (~better & ~short & fresh[waiting])
        fresh[waiting] &= ~better
        waiting = waiting[on]


def _settle(
    draws: _Draws, now: NDArray[np.intp], better: NDArray[np.bool_], short: NDArray[np.bool_]
) -> None:
    """Mark what is solved, go on to wider differences beside a kink, and set the damping."""
    last = len(DIFFERENCES) - 1
    level = draws.damping[now] <= GENTLE
    draws.solved[now] = short & (level | (draws.stage[now] == last))
    draws.damping[now] *= np.where(better, EASED, HARDENED)
    np.clip(draws.damping, LEAST_DAMPING, MOST_DAMPING, out=draws.damping)
    stuck = now[short & ~draws.solved[now]]
    draws.stage[stuck] += 1
    draws.damping[stuck] = FIRST_DAMPING


def _damped(
    slopes: _Slopes,
    waiting: NDArray[np.intp],
    draws: _Draws,
    now: NDArray[np.intp],
    ends: tuple[Values, Values],
) -> Values:
    """Return the step of each draw, shape (parameters, draws), zero for what a bound holds."""
    x, left, (low, high) = draws.x[:, now], draws.left[:, now], ends
    turned = slopes.jacobians[waiting].transpose(0, 2, 1)
    down = np.matmul(turned, left.T[:, :, None])[:, :, 0].T + x - draws.centres[:, now]
    held = ((x <= low + AT) & (down > 0)) | ((x >= high - AT) & (down < 0)) | draws.fixed[:, now]
    free, index = ~held.T, np.arange(len(x))
    matrix = slopes.squares[waiting]
    matrix[:, index, index] += 1.0  # the pull of the priors
    scale = matrix[:, index, index] * draws.damping[now][:, None]
    matrix *= free[:, :, None] & free[:, None, :]
    matrix[:, index, index] += np.where(free, scale, 1.0)
    right = np.where(free, -down.T, 0.0)[:, :, None]
    return np.asarray(np.linalg.solve(matrix, right)[:, :, 0].T)


def _slopes(
    problem: Misfit, x: Values, here: Values, stage: int, ends: tuple[Values, Values]
) -> _Slopes:
    """Return the differences of each draw; ``here`` are its misses at ``x``."""
    low, high = ends
    reach = DIFFERENCES[stage]
    above = np.minimum(x + reach, high)
    if stage:
        below = np.maximum(x - reach, low)
        change = problem.moved(x, above) - problem.moved(x, below)
        width = above - below
    else:  # away from an upper bound
        end = np.where(x + reach <= high, above, x - reach)
        change, width = problem.moved(x, end) - here[:, :, None], end - x
    slopes = change / width.T[None, :, :]
    jacobians = np.ascontiguousarray(np.where(np.isfinite(slopes), slopes, 0.0).transpose(1, 0, 2))
    return _Slopes(jacobians, np.matmul(jacobians.transpose(0, 2, 1), jacobians))
