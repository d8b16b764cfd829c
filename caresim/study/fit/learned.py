"""What figures teach: how much they narrow each number, and which numbers they hardly narrow.

A number that figures narrow by less than a share of its prior's width is not estimated: it stays at
its centre. Numbers are set back one by one, the least known first, and the curvature is taken anew
each time: two that are each weak may be well known together, and once one of them stands still the
other is learned. A backward selection on the width that the data leave, which looks at no score.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["learned_shares", "set_back"]

Values = NDArray[np.float64]
SINGULAR = 1e-15  # least curvature over the greatest, below which it has no inverse


def learned_shares(jacobian: Values, n_figures: int) -> Values:
    """Return 1 − width after the figures / width before, for each column of a Jacobian.

    Its rows are those of the figures and then those of the priors, whose widths are 1. A number
    without a prior counts as learned as far as it stands out.
    """
    curvature = jacobian.T @ jacobian
    before = (jacobian[n_figures:] ** 2).sum(axis=0)
    after = np.diag(np.linalg.pinv(curvature, rcond=SINGULAR, hermitian=True))
    with np.errstate(divide="ignore"):
        return np.where(before > 0, 1 - np.sqrt(after * before), 1.0)


def set_back(
    jacobian: Values,
    n_figures: int,
    names: Sequence[str],
    least: float,
    needed: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the names that figures narrow by at least a share, after the others are set back.

    Those that are ``needed`` stay whatever they are narrowed by.
    """
    kept = list(range(len(names)))
    while kept:
        columns = jacobian[:, kept]
        shares = learned_shares(columns, n_figures)
        shares[[names[i] in needed for i in kept]] = np.inf
        weakest = int(np.argmin(shares))
        if shares[weakest] >= least:
            break
        del kept[weakest]
    return tuple(names[i] for i in kept)
