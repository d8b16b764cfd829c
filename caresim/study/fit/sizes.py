"""How large chance is: the sizes of the factors that move by it, learned from what a fit left over.

A fit has no chance in it, and what drifted is left to causes and their paths. What it misses beyond
the tolerances of the figures says how large the steps were that it has no cause for. With the
slopes of every figure with respect to the parameters and to the chance of each year, all at the
joint best fit, the misses are normal with a covariance that is known but for the sizes: those that
make the misses most likely, with their priors, are taken (evidence of a linearised model; MacKay
1992, Neural Computation 4, 415). All parameters are free in it, so that a size says what is missing
after them. The spread of a size is that of its logarithm by the curvature there.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.language.walks import Moving, sizes_in
from caresim.study.fit.joint import Joint
from caresim.study.fit.misfit import prior_of

__all__ = ["Sizes", "sizes_of"]

Values = NDArray[np.float64]
SMALL = 0.01  # change of a rate, in logarithms, by which slopes are taken
CURVED = 0.05  # of a size, in prior standard deviations, by which its curvature is taken
CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
FARTHEST = 6.0  # prior standard deviations
DIGITS = 6


@dataclass(frozen=True, eq=False)
class Sizes:
    """The sizes of chance that a fit found: for each parameter its middle, and its spread in logs.

    ``evidence`` is how much likelier the misses are with chance than without, in logarithms.
    """

    entries: tuple[Parameter, ...]
    middles: Values
    spreads: Values
    evidence: float

    @property
    def values(self) -> dict[str, float]:
        """The size of each parameter, to six figures and within its bounds."""
        return {
            entry.name: _within(float(value), entry)
            for entry, value in zip(self.entries, self.middles, strict=True)
        }

    def draws(self, n: int, seed: int) -> dict[str, Values]:
        """Return ``n`` draws of each size, each of a stream of its own."""
        found = {}
        rows = zip(self.entries, self.middles, self.spreads, strict=True)
        for entry, middle, spread in rows:
            rng = np.random.default_rng([seed, zlib.crc32(entry.name.encode())])
            drawn = middle * np.exp(spread * rng.standard_normal(n))
            found[entry.name] = np.array([_within(value, entry) for value in drawn.tolist()])
        return found


def sizes_of(joint: Joint, model: Model, last: int) -> Sizes:
    """Return the sizes of the chance of a model that figures to the end of a year are met with."""
    sizes = sizes_in(model)
    entries = tuple(model.parameters[n] for n in sizes if n not in model.set_by_caller)
    entries = tuple(entry for entry in entries if entry.role == "estimated")
    if not entries:
        return Sizes((), np.empty(0), np.empty(0), 0.0)
    for entry in entries:
        if not prior_of(entry).is_log:
            message = (
                f"'{entry.name}', the size of a factor, has {entry.prior}; give it a lognormal"
            )
            raise ParameterError(message)
    sizes = {entry.name: sizes[entry.name] for entry in entries}
    seen = _Seen.of(joint, model, list(sizes.values()), last)
    x, curvature = _best(seen, entries)
    spreads = np.sqrt(np.diag(np.linalg.inv(curvature)))
    widths = np.array([prior_of(entry).centre_and_width() for entry in entries])
    gained = seen.likelihood(_natural(x, entries)) - seen.likelihood(np.zeros(len(entries)))
    return Sizes(entries, _natural(x, entries), spreads * widths[:, 1], gained)


@dataclass(frozen=True, eq=False)
class _Seen:
    """What was missed, reduced to what the chance of each year could have done to it.

    ``inner`` are the products of the slopes with respect to it, and ``missed`` those with the
    misses, both weighed by what figures and parameters leave open; ``owner`` says of each row which
    factor it belongs to.
    """

    inner: Values
    missed: Values
    owner: NDArray[np.int64]

    @classmethod
    def of(cls, joint: Joint, model: Model, factors: Sequence[Moving], last: int) -> _Seen:
        problem, n = joint.problem, joint.problem.n_figures
        listed = np.concatenate(
            [
                np.full(len(of), problem.factors.get(name, 1.0))
                for name, of in problem.series.items()
            ]
        )
        slopes = joint.jacobian[:n] * listed[:, None]
        # the misses were all parameters at the centres of their priors, by the slopes
        missed = joint.residuals[:n] * listed - slopes @ joint.x
        moved, owner = _moved(joint, model, factors, last)
        moved *= listed[:, None]
        whole = np.eye(n) + slopes @ slopes.T
        weighed = np.linalg.solve(whole, np.column_stack([moved, missed]))
        return cls(moved.T @ weighed[:, :-1], moved.T @ weighed[:, -1], owner)

    def likelihood(self, sizes: Values) -> float:
        """Return the logarithm of how likely the misses are, but for what hangs on no size."""
        size = sizes[self.owner]
        whole = np.eye(len(size)) + size[:, None] * self.inner * size
        target = size * self.missed
        _, log_det = np.linalg.slogdet(whole)
        return float(0.5 * (target @ np.linalg.solve(whole, target) - log_det))


def _moved(
    joint: Joint, model: Model, factors: Sequence[Moving], last: int
) -> tuple[Values, NDArray[np.int64]]:
    """Return the slopes of the misses with respect to the chance of each year, and whose it is."""
    problem, years = joint.problem, last - int(model.start[:4])
    whole = problem.n_years
    here = problem.natural(joint.x[:, None])
    steps = [np.zeros((whole, years * len(factors))) for _ in factors]
    for k, (factor, path) in enumerate(zip(factors, steps, strict=True)):
        unit = factor.chance.path(np.eye(years))
        path[:years, k * years : (k + 1) * years] = unit
    columns = {name: np.repeat(values, years * len(factors)) for name, values in here.items()}
    sizes = {str(factor.name): _size(model, factor) for factor in factors}
    ends = []
    for sign in (1, -1):
        chance = {
            str(factor.name): sign * SMALL / sizes[str(factor.name)] * path
            for factor, path in zip(factors, steps, strict=True)
        }
        ends.append(problem.misses({**columns, **chance}))
    owner = np.repeat(np.arange(len(factors)), years)
    return (ends[0] - ends[1]) / (2 * SMALL), owner


def _size(model: Model, factor: Moving) -> float:
    value = model.parameters[str(factor.size)].value
    assert isinstance(value, float)  # noqa: S101  (sizes_in takes no others)
    return value


def _best(seen: _Seen, entries: Sequence[Parameter]) -> tuple[Values, Values]:
    """Return the best sizes in prior standard deviations, and the curvature there."""
    from scipy.optimize import minimize

    def cost(x: Values) -> float:
        return float(0.5 * x @ x - seen.likelihood(_natural(x, entries)))

    found = minimize(
        cost, np.zeros(len(entries)), method="L-BFGS-B", bounds=[(-6, 6)] * len(entries)
    )
    return found.x, _curvature(cost, found.x)


def _curvature(cost: Callable[[Values], float], x: Values) -> Values:
    """Return second differences of a cost at a point."""
    n = len(x)
    unit = CURVED * np.eye(n)
    made = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            ends = [
                cost(x + a * unit[i] + b * unit[j]) for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))
            ]
            made[i, j] = made[j, i] = (ends[0] - ends[1] - ends[2] + ends[3]) / (4 * CURVED**2)
    return made


def _natural(x: Values, entries: Sequence[Parameter]) -> Values:
    return np.array([float(prior_of(e).natural(v)) for e, v in zip(entries, x, strict=True)])


def _within(value: float, entry: Parameter) -> float:
    low, high = entry.bounds or (-np.inf, np.inf)
    return float(f"{min(max(value, low), high):.{DIGITS}g}")
