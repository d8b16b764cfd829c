"""Draws of what the data leave uncertain: every uncertain number of a draw is fitted anew, jointly.

Each draw has figures of its own, disturbed by the scales of their series, and prior centres of its
own, drawn from the priors within their bounds, and minimises its own misfit with its own Jacobian
(:mod:`caresim.study.fit.refit`). So each draw meets history, and what the figures do not narrow
comes out as its prior by itself. Source: randomised maximum likelihood, Kitanidis 1995 and Oliver,
He and Reynolds 1996; exact for a model that is linear in its numbers (Bardsley and others 2014).

Three shorter ways were tried and lost. Steps with the Jacobian of the best fit for all draws solve
a third to a half of them. To fix a weak number and shake it afterwards moves the last figure; to
draw weak numbers first and fit the rest leaves squared misses two to four times as large.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.study.arguments import count_of
from caresim.study.draws import Draws, number_of_draws
from caresim.study.fit.joint import Joint
from caresim.study.fit.misfit import Misfit
from caresim.study.fit.one_thread import one_thread
from caresim.study.fit.refit import AT, refitted
from caresim.study.made_for import MadeFor

__all__ = ["sample"]

Values = NDArray[np.float64]
BLOCK = 100  # draws that are solved together; fixed, so that a draw is the same in any sample
NOWHERE = -38.0  # of a standard normal: the least number with anything below it
LEAST_SOLVED = 0.5
MOST_NAMED = 3
NOTED = 0.05  # share of draws on a bound from which it is said


def sample(joint: Joint, n: int, *, seed: int, model: Model) -> Draws:
    """Return ``n`` draws of all uncertain numbers; draw i is the same for every ``n``.

    ``model`` is that at the best fit, which the draws are made for. ``solved`` of the result counts
    the draws that were tried for them. One that cannot be solved is passed over, with a notice;
    another says when many lie on a bound.

    Raises ParameterError when fewer than half of the draws can be solved.
    """
    n, seed = number_of_draws(n), count_of(seed, "seed", error=ParameterError)
    problem, rng = joint.problem, np.random.default_rng([seed, 1])
    kept: list[Values] = []
    tried = solved = 0
    with one_thread():
        while solved < n:
            noise = rng.standard_normal((BLOCK, len(joint.residuals))).T
            noise[problem.n_figures :] = _within_bounds(problem, noise[problem.n_figures :])
            start, none = _straight(joint, noise), _without(problem, model, rng)
            start[none] = noise[problem.n_figures :][none] = NOWHERE
            x, done = refitted(problem, start, noise, none)
            kept.append(np.where(none, -np.inf, x)[:, done])
            tried, solved = tried + BLOCK, solved + int(done.sum())
            if solved < LEAST_SOLVED * tried:
                message = f"only {solved} of {tried} draws could be solved"
                raise ParameterError(f"{message}; check bounds and tolerances")
    x = np.hstack(kept)[:, :n]
    natural = problem.natural(np.maximum(x, NOWHERE))
    rounded = {
        name: _rounded(np.where(np.isneginf(row), 0.0, natural[name]))
        for name, row in zip(problem.names, x, strict=True)
    }
    notices = (*_passed_over(solved, tried), *_on_bounds(problem, x))
    made_for = MadeFor.of(model).without_figures()
    return Draws(rounded, "posterior", seed, notices, (solved, tried), made_for)


def _within_bounds(problem: Misfit, normal: Values) -> Values:
    """Return draws of the priors, cut at their bounds, for draws of a standard normal."""
    from scipy.special import ndtr, ndtri

    ends = [bound[:, None] for bound in problem.bounds()]
    low, high = map(ndtr, ends)
    return np.asarray(np.clip(ndtri(low + ndtr(normal) * (high - low)), *ends))


def _without(problem: Misfit, model: Model, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return in which draws a number is zero, by the point at zero of its prior."""
    none = np.zeros((len(problem.names), BLOCK), dtype=bool)
    for row, name in zip(none, problem.names, strict=True):
        prior = model.parameters[name].prior
        if prior and prior.zero:
            row[:] = rng.random(BLOCK) < prior.zero
    return none


def _straight(joint: Joint, noise: Values) -> Values:
    """Return where the draws would be, were the model linear."""
    low, high = (bound[:, None] for bound in joint.problem.bounds())
    directions, triangle = np.linalg.qr(joint.jacobian)
    # einsum adds in one order whatever the number of threads, unlike a matrix product
    target = np.einsum("rp,rn->pn", directions, noise - joint.residuals[:, None])
    return np.clip(joint.x[:, None] + np.linalg.solve(triangle, target), low, high)


def _rounded(values: Values) -> Values:
    """Return the values to six figures, as draws are shipped."""
    return np.array([float(f"{value:.6g}") for value in values])


def _passed_over(solved: int, tried: int) -> tuple[Notice, ...]:
    if solved == tried:
        return ()
    text = f"{tried - solved} of {tried} draws could not be solved and were passed over"
    return (Notice("draws", "posterior", text),)


def _on_bounds(problem: Misfit, x: Values) -> tuple[Notice, ...]:
    low, high = (bound[:, None] for bound in problem.bounds())
    on = np.isfinite(x) & ((x <= low + AT) | (x >= high - AT))
    count = int(on.any(axis=0).sum())
    if count <= NOTED * x.shape[1]:
        return ()
    often = np.argsort(-on.sum(axis=1), kind="stable")[:MOST_NAMED]
    named = ", ".join(f"{problem.names[i]} ({on[i].sum()})" for i in often if on[i].any())
    text = f"{count} of {x.shape[1]} draws lie on a parameter's bound: {named}"
    return (Notice("draws", "posterior", text),)
