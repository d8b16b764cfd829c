"""Regression of an answer on what may drive it: one after the other, the strongest first.

Greedy forward selection by least squares. Columns stand as normal scores of their ranks (van der
Waerden), so that a relation need not be straight and an odd draw weighs little; the answer stands
as it is, so that shares are of its own variance. A column that adds no more than the largest of as
many random ones would in one case of twenty is not taken: the gain of a random column, as a share
of what was left, is of a beta distribution, and that of the largest of many follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.study.drivers.candidates import STRUCTURE, Candidate, is_still

__all__ = ["Choice", "chosen", "scores_of"]

Values = NDArray[np.float64]
CASE = 0.05  # in which the largest of as many random columns adds as much
NOTHING = 1e-10  # of a sum of squares: what is left is rounding


@dataclass(frozen=True, eq=False)
class Choice:
    """What was chosen: a candidate, its gain of R², and the answer at both its ends.

    ``alone`` is the R² of the candidate by itself, which is more than its gain where others that
    were taken before go with it. All others that were chosen are at their means. ``settings`` of a
    structure are the two between which the answer differs most.
    """

    of: Candidate
    share: float
    alone: float
    at_low: float
    at_high: float
    settings: tuple[str, ...] = ()


def chosen(
    answer: Values, candidates: Sequence[Candidate], most: int | None = None
) -> list[Choice]:
    """Return what drives an answer of shape (runs,), the strongest first, at most ``most``."""
    centred = answer - answer.mean()
    whole, runs = float(centred @ centred), len(answer)
    blocks = [_block(one) for one in candidates]
    left, rest, used = list(blocks), centred, 1
    taken: list[int] = []
    gains: list[float] = []
    while not is_still(answer) and (most is None or len(taken) < most):
        remains = float(rest @ rest)
        best = _best(left, blocks, rest, runs - used) if remains > NOTHING * whole else None
        if best is None:
            break
        basis = _basis(left[best], blocks[best])
        rest = rest - basis @ (basis.T @ rest)
        gains.append((remains - float(rest @ rest)) / whole)
        left = [block - basis @ (basis.T @ block) for block in left]
        used += basis.shape[1]
        taken.append(best)
    effects = _effects(centred, [blocks[i] for i in taken])
    middle = float(answer.mean())
    alone = _gains(blocks, blocks, centred)[0] / (whole or 1.0)
    return [
        _choice(candidates[i], (gain, float(alone[i])), middle, blocks[i], effect)
        for i, gain, effect in zip(taken, gains, effects, strict=True)
    ]


def scores_of(column: Values) -> Values:
    """Return the normal scores of the ranks of a column, equal ones alike, shape (runs,)."""
    from scipy.special import ndtri

    _, place, count = np.unique(column, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2  # of the ranks of each value
    return np.asarray(ndtri(middle[place] / len(column)))


def _block(candidate: Candidate) -> Values:
    """Return a candidate as centred columns: one, or of a structure one for each but the first."""
    if candidate.kind == STRUCTURE:
        others = np.arange(1, len(candidate.settings))
        block = (candidate.column[:, None] == others).astype(float)
    else:
        block = scores_of(candidate.column)[:, None]
    return np.asarray(block - block.mean(axis=0))


def _basis(left: Values, whole: Values) -> Values:
    """Return orthonormal columns of what is left of a block, shape (runs, rank)."""
    basis, size, _ = np.linalg.svd(left, full_matrices=False)
    return np.asarray(basis[:, size**2 > NOTHING * (whole**2).sum()])


def _best(left: list[Values], blocks: list[Values], rest: Values, free: int) -> int | None:
    """Return the place of the column that adds most beyond chance, None where none does.

    ``free`` is the number of runs less that of the columns so far.
    """
    gains, ranks = _gains(left, blocks, rest)
    remains, known = float(rest @ rest), (ranks > 0) & (free - ranks >= 1)
    if not known.any():
        return None
    more = np.where(known, free - ranks, 1)
    shares = np.clip(gains / remains, 0.0, 1.0)
    beyond = np.where(
        known & _is_beyond_chance(shares, ranks, more, int(known.sum())),
        gains - np.maximum(remains - gains, 0.0) * ranks / more,
        -np.inf,
    )
    best = int(np.argmax(beyond))
    return best if np.isfinite(beyond[best]) else None


def _gains(
    left: list[Values], blocks: list[Values], rest: Values
) -> tuple[Values, NDArray[np.intp]]:
    """Return by how much each block lowers the sum of squares, and its rank."""
    gains, ranks = np.zeros(len(left)), np.zeros(len(left), dtype=np.intp)
    for i, (block, whole) in enumerate(zip(left, blocks, strict=True)):
        if block.shape[1] > 1:
            basis = _basis(block, whole)
            gains[i], ranks[i] = float(((basis.T @ rest) ** 2).sum()), basis.shape[1]
        elif (size := float(block[:, 0] @ block[:, 0])) > NOTHING * float((whole**2).sum()):
            gains[i], ranks[i] = float(block[:, 0] @ rest) ** 2 / size, 1
    return gains, ranks


def _is_beyond_chance(
    shares: Values, ranks: NDArray[np.intp], free: NDArray[np.intp], many: int
) -> NDArray[np.bool_]:
    """Return whether shares of what is left are more than the largest of many random ones adds."""
    from scipy.special import betainc

    # how likely a random block of that rank adds as much, and at least one of as many
    one = betainc(free / 2, np.maximum(ranks, 1) / 2, 1.0 - shares)
    return np.asarray(-np.expm1(many * np.log1p(-np.minimum(one, 1 - 1e-16))) <= CASE)


def _effects(centred: Values, blocks: Sequence[Values]) -> list[Values]:
    """Return the coefficients of each block in the regression on all of them."""
    if not blocks:
        return []
    found = np.linalg.lstsq(np.hstack(blocks), centred, rcond=None)[0]
    ends = np.cumsum([block.shape[1] for block in blocks])
    return list(np.split(found, ends[:-1]))


def _choice(
    of: Candidate, gains: tuple[float, float], middle: float, block: Values, effect: Values
) -> Choice:
    fitted = middle + block @ effect
    if of.kind == STRUCTURE:
        means = np.array([fitted[of.column == k].mean() for k in range(len(of.settings))])
        low, high = int(np.argmin(means)), int(np.argmax(means))
        settings = (of.settings[low], of.settings[high])
        return Choice(of, *gains, float(means[low]), float(means[high]), settings)
    order = np.argsort(of.column, kind="stable")
    ends = np.interp(of.ends(), of.column[order], fitted[order])
    return Choice(of, *gains, float(ends[0]), float(ends[1]))
