"""What a calibration finds: the model at its best fit, and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter
from caresim.study.draws import Draws
from caresim.study.fit.misfit import Misfit, run_observed_years, scale_of
from caresim.study.fit.posterior import sample
from caresim.study.fit.table import correlation_table, fit_table, parameter_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fit"]

Values = NDArray[np.float64]
UNSEEN = 1e-9  # change of any residual for one prior width
STRONG = 0.9  # correlation from which the figures hardly tell two parameters apart
LITTLE = 0.1  # share of a prior's width that data take off at least, else the prior decides
SINGULAR = 1e-15  # least curvature over the greatest, below which it has no inverse
AT_BOUND = 1e-3  # a parameter this near to a bound, as a share of their distance, is at it


@dataclass(frozen=True, eq=False)
class Fit:
    """The result of a calibration: the model at its best fit, and how sure we are of it.

    ``jacobian`` has one row for each figure and then one for each prior, in prior standard
    deviations of the parameters ``names``; ``residuals`` are in tolerances. ``passed_over`` says of
    each start at which the model could not be run what was tried, and why not.
    """

    model: Model
    observed: Observed
    names: tuple[str, ...]
    values: dict[str, float]
    residuals: Values = field(repr=False)
    jacobian: Values = field(repr=False)
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
    def run(self) -> Run:
        """The fitted model over the observed years."""
        return run_observed_years(self.model, self.observed, None)

    @property
    def covariance(self) -> Values:
        """Covariance of the parameters by the curvature at the best fit, on the priors' scale."""
        entries = [self.model.parameters[name] for name in self.names]
        width = np.array([scale_of(entry)[1] for entry in entries])
        self.check_seen()
        curvature = self.jacobian.T @ self.jacobian
        self._check_apart(curvature)
        return np.asarray(width[:, None] * np.linalg.inv(curvature) * width)

    def _check_apart(self, curvature: Values) -> None:
        """Raise ParameterError where neither figures nor priors tell some parameters apart."""
        sizes, directions = np.linalg.eigh(curvature)
        if sizes[0] > SINGULAR * sizes[-1]:
            return
        mixed = np.argsort(-np.abs(directions[:, 0]), kind="stable")[:2]
        names = " and ".join(f"'{self.names[i]}'" for i in sorted(mixed))
        message = f"neither figures nor priors tell {names} apart; give one a prior, or fix it"
        raise ParameterError(message)

    def check_seen(self) -> None:
        """Raise ParameterError when neither a figure nor a prior says anything of a parameter."""
        unseen = np.abs(self.jacobian).max(axis=0) < UNSEEN
        if unseen.any():
            name = self.names[int(np.argmax(unseen))]
            message = f"no figure and no prior says anything of '{name}'; give it a prior or fix it"
            raise ParameterError(message)

    @property
    def at_bound(self) -> tuple[str, ...]:
        """Names of the parameters that the fit drove to a bound."""
        return tuple(n for n, x in self.values.items() if _at_bound(self.model.parameters[n], x))

    def draws(self, n: int, *, seed: int) -> Draws:
        """Draw ``n`` sets of the estimated parameters from what the data leave uncertain."""
        self.check_seen()
        self._check_apart(self.jacobian.T @ self.jacobian)
        problem = Misfit.of(self.model, self.observed, self.names)
        return sample(problem, self.residuals, self.jacobian, n, seed=seed)

    def table(self) -> pd.DataFrame:
        """Return one row for each series: years, errors, and the change over them, all in %."""
        return fit_table(self.run, self.observed)

    def parameters(self) -> pd.DataFrame:
        """Return one row for each estimated parameter: value, interval, prior, what was learned."""
        return parameter_table(self.model, self.names, self.covariance, self.at_bound)

    def correlations(self) -> pd.DataFrame:
        """Return how the estimates hang together, by the curvature at the best fit, −1 to 1."""
        return correlation_table(self.names, self.covariance)

    @property
    def correlated(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs of parameters with a correlation beyond ±0.9, the strongest first."""
        table = self.correlations().to_numpy()
        rows, columns = np.nonzero(np.triu(np.abs(table) > STRONG, k=1))
        pairs = [
            (self.names[i], self.names[j], float(table[i, j]))
            for i, j in zip(rows, columns, strict=True)
        ]
        return tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))

    @property
    def set_by_prior(self) -> tuple[str, ...]:
        """Names of the parameters whose prior the data narrow by less than a tenth."""
        learned = self.parameters()["learned"]
        return tuple(str(name) for name in learned.index[learned < LITTLE])

    def __repr__(self) -> str:
        state = "" if self.converged else ", NOT converged"
        return (
            f"<Fit: {len(self.names)} parameters to {self.n_points} figures of {self.n_series} "
            f"series, misfit {self.misfit:.1f}, {len(self.at_bound)} at a bound{state}>"
        )

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        head = repr(self).replace("<", "&lt;").replace(">", "&gt;")
        table = self.table().to_html(float_format="{:,.1f}".format, na_rep="–")
        return f"<p>{head}</p>{table}"


def _at_bound(entry: Parameter, value: float) -> bool:
    low, high = entry.bounds or (-np.inf, np.inf)
    return min(value - low, high - value) < AT_BOUND * (high - low)
