"""All that is uncertain, together: what is estimated, and every other number with a prior.

What the caller of a model set is certain. What hardly moves a figure needs no fit: it is drawn from
its prior as it stands, for the figures would narrow that by less than one in fifty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from caresim.language.model import Model
from caresim.language.walks import sizes_in
from caresim.study.drawing import with_a_prior
from caresim.study.fit.misfit import Misfit

__all__ = ["Joint", "joint_problem"]

Values = NDArray[np.float64]
LITTLE = 0.2  # length of the change of all residuals for one prior width: 1 − 1/√1.04 is 2 %


@dataclass(frozen=True, eq=False)
class Joint:
    """Where the misfit is least with every uncertain number free.

    ``jacobian`` has a row for each figure, in its scale, and then one for each prior, and a column
    for each number of ``problem``, in prior standard deviations.
    """

    problem: Misfit = field(repr=False)
    x: Values = field(repr=False)
    residuals: Values = field(repr=False)
    jacobian: Values = field(repr=False)

    @classmethod
    def at(cls, problem: Misfit, x: Values) -> Joint:
        """Return what there is to know at a minimum."""
        return cls(problem, x, problem.residuals(x[:, None])[:, 0], problem.jacobian(x))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the numbers, those that may be estimated first."""
        return self.problem.names

    @cached_property
    def scales(self) -> dict[str, float]:
        """Standard deviation of the least disturbed figure of each series, as a share of it."""
        return {name: float(self.problem.width_of(name).min()) for name in self.problem.series}


def joint_problem(problem: Misfit, x: Values) -> tuple[Misfit, Values]:
    """Return the problem with every uncertain number free, and where it begins.

    Those that are not estimated begin at the model's values; the others are at ``x``.
    """
    known = problem.model
    certain = {*problem.names, *sizes_in(known), *known.set_by_caller}
    others = tuple(name for name in with_a_prior(known) if name not in certain)
    model = _continuous(known, others)
    if not others:
        return problem, x
    moved = model.with_numbers(model.parameters.replaced(problem.natural_values(x)))
    tried = Misfit.of(moved, problem.observed, others, problem.factors)
    slopes = np.sqrt((tried.jacobian(tried.here)[: problem.n_figures] ** 2).sum(axis=0))
    telling = [name for name, slope in zip(others, slopes, strict=True) if slope > LITTLE]
    if not telling:
        return problem, x
    whole = Misfit.of(model, problem.observed, (*problem.names, *telling), problem.factors)
    here = tried.here[[others.index(name) for name in telling]]
    return whole, np.concatenate([x, here])


def _continuous(model: Model, names: Sequence[str]) -> Model:
    """Return the model with some priors without their points at zero, where a fit cannot go.

    Whether there is an effect at all is drawn; where there is one it is fitted like any other.
    """
    entries = {
        name: replace(entry, prior=entry.prior.continuous)
        for name in names
        if (entry := model.parameters[name]).prior and entry.prior.zero
    }
    return model.with_numbers(model.parameters.with_entries(entries)) if entries else model
