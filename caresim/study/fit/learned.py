"""What figures teach: how much they narrow each number, and which numbers they hardly narrow.

A number that figures narrow by less than a share of its prior's width is not estimated: it stays at
its centre, unless they contradict that. Numbers are set back one by one, the least known first, and
the curvature is taken anew each time: two that are each weak may be well known together, and once
one of them stands still the other is learned. Figures contradict a centre that is more than two of
the spreads they leave away from where they have the number; to set such a one back would break the
fit (other ways out of care by up to a quarter). A backward selection that looks at no score.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["learned_shares", "set_back"]

Values = NDArray[np.float64]
SINGULAR = 1e-15  # least curvature over the greatest, below which it has no inverse
CONTRADICTED = 2.0  # spreads that figures leave, from a centre to where they have the number


def learned_shares(jacobian: Values, n_figures: int) -> Values:
    """Return 1 − width after the figures / width before, for each column of a Jacobian.

    Its rows are those of the figures and then those of the priors, whose widths are 1. A number
    without a prior counts as learned as far as it stands out.
    """
    return _shares(_covariance(jacobian), jacobian[n_figures:])


def set_back(
    jacobian: Values,
    x: Values,
    n_figures: int,
    names: Sequence[str],
    least: float,
    needed: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the names to estimate, after the others are set back to the centres of their priors.

    ``x`` is where they are in the best fit, in prior standard deviations from their centres, and
    ``jacobian`` the slopes there. Those that are ``needed`` stay whatever they are narrowed by.
    """
    kept, x = np.arange(len(names)), x.copy()
    stays = np.array([name in needed for name in names], dtype=bool)
    while kept.size:
        covariance = _covariance(jacobian[:, kept])
        shares = _shares(covariance, jacobian[n_figures:, kept])
        apart = np.abs(x[kept]) > CONTRADICTED * np.sqrt(np.diag(covariance))
        shares[stays[kept] | apart] = np.inf
        weakest = int(np.argmin(shares))
        if shares[weakest] >= least:
            break
        # where the others go as this one goes to its centre
        slopes = covariance[:, weakest] / covariance[weakest, weakest]
        x[kept] -= slopes * x[kept[weakest]]
        kept = np.delete(kept, weakest)
    return tuple(names[i] for i in kept.tolist())


def _covariance(jacobian: Values) -> Values:
    curvature = jacobian.T @ jacobian
    return np.asarray(np.linalg.pinv(curvature, rcond=SINGULAR, hermitian=True))


def _shares(covariance: Values, priors: Values) -> Values:
    before = (priors**2).sum(axis=0)
    return np.where(before > 0, 1 - np.sqrt(np.diag(covariance) * before), 1.0)
