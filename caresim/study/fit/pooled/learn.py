"""How places vary, learned from all of them: expectation and maximisation in turn.

Each turn takes what the figures leave of each place, and finds the spread that makes all of them
together most likely (empirical Bayes: the spread is then taken as known).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from caresim.study.fit.pooled.place import Layout, Place
from caresim.study.fit.pooled.settled import Settled
from caresim.study.fit.pooled.spread import Spread, level_covariances

__all__ = ["learned"]

Values = NDArray[np.float64]
LONGEST, SHORTEST = 0.99, 0.0  # memory of a level from year to year
NARROWEST, WIDEST = 0.003, 2.0  # of a spread in logarithms
WIDEST_PRIOR = 0.5  # half-normal, so that a spread that the figures say nothing of stays small


def learned(
    layout: Layout, places: Sequence[Place], found: Sequence[Settled], spread: Spread
) -> Spread:
    """Return the spread under which what was found of all places is most likely."""
    levels = [_level(k, layout, places, found, spread) for k in range(len(layout.levels))]
    common, slope, lasting, passing, memory, brief = (
        np.array(part) for part in zip(*levels, strict=True)
    )
    noise, counting = _noises(layout, places, found, spread)
    return spread.with_levels(
        common=common,
        slope=slope,
        lasting=lasting,
        passing=passing,
        memory=memory,
        brief=brief,
        starts=_root_mean(found, layout.of_starts),
        apart=_root_mean(found, layout.of_apart),
        noise=noise,
        counting=counting,
    )


def _root_mean(found: Sequence[Settled], part: slice) -> Values:
    squares = [one.x[part] ** 2 + np.diag(one.covariance)[part] for one in found]
    return np.asarray(np.clip(np.sqrt(np.mean(squares, axis=0)), NARROWEST, WIDEST))


def _level(
    k: int, layout: Layout, places: Sequence[Place], found: Sequence[Settled], spread: Spread
) -> tuple[Values, float, float, float, float, float]:
    """Return mean by year, slope, and the four numbers of the spread of one level."""
    own = slice(layout.of_level(k).start, layout.of_level(k).start + layout.fitted)
    means = np.array([one.x[own] for one in found])
    traits = np.array([place.covariate for place in places])
    about = traits - traits.mean()
    slope = float(about @ (means - means.mean(axis=0)).mean(axis=1) / max(about @ about, 1e-12))
    common = (means - slope * traits[:, None]).mean(axis=0)
    left = means - slope * traits[:, None] - common
    products = left[:, :, None] * left[:, None, :]
    products += np.array([one.covariance[own, own] for one in found])
    breaks = np.array([place.breaks[k][: layout.fitted] for place in places])
    sizes = np.array([place.size for place in places])
    start = spread.lasting[k], spread.passing[k], spread.memory[k], spread.brief[k]
    return common, slope, *_most_likely(breaks, sizes, products, start)


def _most_likely(
    breaks: NDArray[np.bool_],
    sizes: Values,
    squares: Values,
    start: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    """Return lasting, passing, memory and brief under which deviations are most likely.

    ``squares`` are products of deviations, shape (places, years, years).
    """

    def cost(asked: Values) -> float:
        lasting, passing, memory, brief = _natural(asked)
        whole = level_covariances(lasting, passing, memory, brief, breaks, sizes)
        size = np.linalg.slogdet(whole)[1].sum()
        misfit = np.einsum("pij,pji->", np.linalg.inv(whole), squares)
        prior = (lasting**2 + passing**2 + brief**2) / WIDEST_PRIOR**2
        return float(0.5 * (size + misfit + prior))

    lasting, passing, memory, brief = start
    at = np.array([np.log(lasting), np.log(passing), memory, np.log(brief)])
    width = (np.log(NARROWEST), np.log(WIDEST))
    limits = [width, width, (SHORTEST, LONGEST), width]
    return _natural(minimize(cost, at, method="L-BFGS-B", bounds=limits).x)


def _natural(asked: Values) -> tuple[float, float, float, float]:
    lasting, passing, brief = np.exp(asked[[0, 1, 3]]).tolist()
    return lasting, passing, float(asked[2]), brief


def _noises(
    layout: Layout, places: Sequence[Place], found: Sequence[Settled], spread: Spread
) -> tuple[Values, Values]:
    """Return by series how far figures miss what is computed, in general and by their size."""
    pairs = []
    for k in range(len(layout.series)):
        logs = np.concatenate([place.figures[k] for place in places])
        there = np.isfinite(logs)
        squares = np.concatenate([(s.weights * s.squares)[k] for s in found])[there]
        start = float(spread.noise[k]), float(spread.counting[k])
        pairs.append(_noise(np.exp(-logs[there]), squares, start))
    noise, counting = zip(*pairs, strict=True)
    return np.array(noise), np.array(counting)


def _noise(inverse: Values, squares: Values, start: tuple[float, float]) -> tuple[float, float]:
    def cost(asked: Values) -> float:
        noise, counting = np.exp(asked)
        spread = noise**2 + counting**2 * inverse
        return 0.5 * float((np.log(spread) + squares / spread).sum())

    limits = [(np.log(NARROWEST), np.log(WIDEST)), (np.log(0.05), np.log(20.0))]
    at = np.clip(np.log(start), *np.transpose(limits))
    end = minimize(cost, at, method="L-BFGS-B", bounds=limits).x
    return float(np.exp(end[0])), float(np.exp(end[1]))
