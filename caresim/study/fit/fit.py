"""What a calibration finds: the model at its best fit, and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter
from caresim.study.drawing import with_a_prior
from caresim.study.draws import Draws
from caresim.study.fit.history import History, met_history
from caresim.study.fit.joint import Joint
from caresim.study.fit.learned import SINGULAR, learned_shares
from caresim.study.fit.misfit import run_observed_years
from caresim.study.fit.posterior import sample
from caresim.study.fit.profile import Profile, profiled
from caresim.study.fit.sizes import Sizes
from caresim.study.fit.table import (
    BACK,
    DRAWN,
    ESTIMATED,
    correlation_table,
    fit_table,
    parameter_table,
)
from caresim.study.futures import kinds_in

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fit"]

Values = NDArray[np.float64]
STRONG = 0.9  # correlation from which the figures hardly tell two parameters apart
AT_BOUND = 1e-3  # a parameter this near to a bound, as a share of their distance, is at it


@dataclass(frozen=True, eq=False)
class Fit:
    """The result of a calibration: the model at its best fit, and how sure we are of it.

    ``names`` are the parameters that may be estimated and ``values`` what they are at the best fit;
    ``estimated`` are those that the figures narrow enough, the others stand at the centres of their
    priors. ``jacobian`` has one row for each figure and then one for each prior, in prior standard
    deviations of the ``estimated``; ``residuals`` are in the scales of the series. ``joint`` is the
    best fit with all that is uncertain free, which draws start from; ``sizes`` say how large chance
    is after the figures. ``passed_over`` says of each
    start at which the model could not be run what was tried, and why not.
    """

    model: Model
    observed: Observed
    names: tuple[str, ...]
    estimated: tuple[str, ...]
    values: dict[str, float]
    residuals: Values = field(repr=False)
    jacobian: Values = field(repr=False)
    joint: Joint = field(repr=False)
    sizes: Sizes = field(repr=False)
    n_points: int = 0
    n_series: int = 0
    steps: int = 0
    converged: bool = False
    passed_over: tuple[str, ...] = ()

    @property
    def misfit(self) -> float:
        """Half the sum of squared residuals, priors included."""
        return float(0.5 * (self.residuals**2).sum())

    @property
    def chi_squared(self) -> float:
        """Squared misses of the figures over how many of them are free: a report, no target."""
        return float((self.residuals[: self.n_points] ** 2).sum() / self.n_free)

    @property
    def n_free(self) -> int:
        """Number of figures less those that follow from others by adding up."""
        return self.joint.problem.n_free

    @property
    def scales(self) -> dict[str, float]:
        """How far the model may be from each series, a standard deviation as a share of it."""
        return self.joint.scales

    @property
    def run(self) -> Run:
        """The fitted model over the observed years."""
        return run_observed_years(self.model, self.observed, None)

    @cached_property
    def covariance(self) -> Values:
        """Covariance by the curvature at the joint best fit, on the priors' scale.

        One row and one column for each of ``joint.names``, in prior standard deviations.
        """
        curvature = self.joint.jacobian.T @ self.joint.jacobian
        self._check_apart(curvature)
        return np.asarray(np.linalg.inv(curvature))

    def _check_apart(self, curvature: Values) -> None:
        """Raise ParameterError where neither figures nor priors tell some parameters apart."""
        sizes, directions = np.linalg.eigh(curvature)
        if sizes[0] > SINGULAR * sizes[-1]:
            return
        mixed = np.argsort(-np.abs(directions[:, 0]), kind="stable")[:2]
        names = " and ".join(f"'{self.joint.names[i]}'" for i in sorted(mixed))
        message = f"neither figures nor priors tell {names} apart; fix one of them"
        raise ParameterError(message)

    @property
    def at_bound(self) -> tuple[str, ...]:
        """Names of the parameters that the fit drove to a bound."""
        return tuple(n for n, x in self.values.items() if _at_bound(self.model.parameters[n], x))

    def draws(self, n: int, *, seed: int) -> Draws:
        """Draw ``n`` sets of all uncertain numbers from what the data leave uncertain.

        Each draw meets figures of its own, disturbed by their scales, and is drawn jointly: what
        the figures do not narrow comes out as its prior. What moves by chance after the figures is
        drawn with them when they are run, as for :func:`caresim.draws`.
        """
        self._check_apart(self.joint.jacobian.T @ self.joint.jacobian)
        drawn = sample(self.joint, n, seed=seed, model=self.model)
        columns = {**drawn.columns, **self.sizes.draws(n, seed)}
        return replace(drawn, columns=columns, chance=kinds_in(self.model))

    def history(self, draws: Draws) -> History:
        """Return how draws meet the figures, beside the best fit."""
        return met_history(self.joint.problem, self.model, draws)

    def profile(self, name: str, *, points: int = 9) -> Profile:
        """Hold an uncertain number at points over its range and fit all the others anew.

        How steeply the misfit rises shows how far the figures and the priors fix it, and what moves
        along what it trades off against. The points reach 2.5 standard deviations to either side
        by the curvature at the joint best fit, within the bounds.

        Raises ParameterError for a name that is no uncertain number of the fit, and says why not.
        """
        return profiled(self.joint, self.model, name, points, self.covariance, self.learned)

    def table(self) -> pd.DataFrame:
        """Return one row for each series: years, errors, and the change over them, all in %."""
        return fit_table(self.run, self.observed)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Names of the numbers that have a prior and are not to be estimated: they are drawn.

        Those that move the figures are among ``joint.names`` and drawn with what is estimated; the
        others are drawn from their priors as they stand.
        """
        known = self.model
        certain = {*self.names, *self.sizes.values, *known.set_by_caller}
        return tuple(name for name in with_a_prior(known) if name not in certain)

    @property
    def how(self) -> dict[str, str]:
        """Whether each uncertain number is ``"estimated"``, ``"at its prior"`` or ``"drawn"``."""
        may = {n: ESTIMATED if n in self.estimated else BACK for n in self.names}
        return {name: may.get(name, DRAWN) for name in self.joint.names}

    def parameters(self) -> pd.DataFrame:
        """Return one row for each uncertain number: value, interval, prior, what was learned."""
        points = dict(zip(self.joint.names, self.joint.x.tolist(), strict=True))
        return parameter_table(
            self.model, points, self.covariance, self.how, self.learned, self.at_bound
        )

    def correlations(self) -> pd.DataFrame:
        """Return how the numbers hang together, by the curvature at the joint fit, −1 to 1."""
        return correlation_table(self.joint.names, self.covariance)

    @property
    def correlated(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs of parameters with a correlation beyond ±0.9, the strongest first."""
        table = self.correlations().to_numpy()
        rows, columns = np.nonzero(np.triu(np.abs(table) > STRONG, k=1))
        pairs = [
            (self.joint.names[i], self.joint.names[j], float(table[i, j]))
            for i, j in zip(rows, columns, strict=True)
        ]
        return tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))

    @cached_property
    def learned(self) -> dict[str, float]:
        """Share of its prior's width that the figures take off each uncertain number."""
        shares = learned_shares(self.joint.jacobian, self.n_points)
        return dict(zip(self.joint.names, shares.tolist(), strict=True))

    @property
    def set_by_prior(self) -> tuple[str, ...]:
        """Names that may be estimated and stand at the centre of their prior."""
        return tuple(name for name in self.names if name not in self.estimated)

    def __repr__(self) -> str:
        state = "" if self.converged else ", NOT converged"
        return (
            f"<Fit: {len(self.estimated)} of {len(self.names)} parameters to {self.n_points} "
            f"figures of {self.n_series} series, misfit {self.misfit:.1f}, "
            f"{len(self.at_bound)} at a bound{state}>"
        )

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        head = repr(self).replace("<", "&lt;").replace(">", "&gt;")
        table = self.table().to_html(float_format="{:,.1f}".format, na_rep="–")
        return f"<p>{head}</p>{table}"


def _at_bound(entry: Parameter, value: float) -> bool:
    low, high = entry.bounds or (-np.inf, np.inf)
    return min(value - low, high - value) < AT_BOUND * (high - low)
