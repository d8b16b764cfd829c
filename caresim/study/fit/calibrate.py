"""Fits the estimated parameters to observed series by least squares with priors.

The residuals are relative errors in units of each figure's tolerance, and each parameter's distance
from its prior in standard deviations; the Jacobian comes from one batched run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter
from caresim.study.arguments import count_of, figures_of, model_of
from caresim.study.draws import Draws, quantiles
from caresim.study.fit.misfit import (
    Misfit,
    number_of,
    run_observed_years,
    scale_of,
    whiten,
)
from caresim.study.fit.one_thread import one_thread
from caresim.study.fit.settle import settled
from caresim.study.fit.table import correlation_table, fit_table, parameter_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fit", "calibrate"]

Values = NDArray[np.float64]
UNSEEN = 1e-9  # change of any residual for one prior width
STRONG = 0.9  # correlation from which the figures hardly tell two parameters apart
LITTLE = 0.1  # share of a prior's width that data take off at least, else the prior decides
AT_BOUND = 1e-3  # a parameter this near to a bound, as a share of their distance, is at it


@dataclass(frozen=True, eq=False)
class Fit:
    """The result of a calibration: the model at its best fit, and how sure we are of it.

    ``jacobian`` has one row for each figure and then one for each prior, in prior standard
    deviations of the parameters ``names``; ``residuals`` are in tolerances.
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
        return np.asarray(width[:, None] * np.linalg.inv(curvature) * width)

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
        from caresim.study.fit.posterior import sample

        return sample(self, n, seed=seed)

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

    def _repr_html_(self) -> str:
        head = repr(self).replace("<", "&lt;").replace(">", "&gt;")
        table = self.table().to_html(float_format="{:,.1f}".format, na_rep="–")
        return f"<p>{head}</p>{table}"


def calibrate(
    model: Model,
    observed: Observed | None = None,
    *,
    seed: int = 1,
    starts: int = 1,
    progress: bool = True,
    most_steps: int = 100,
) -> Fit:
    """Fit the estimated parameters to the observed figures by least squares with priors.

    Figures without a tolerance are not used. ``starts`` above 1 also starts from that many draws of
    the priors (``seed``) and keeps the best. Deterministic for one seed and version.

    Raises ParameterError when nothing is estimated or nothing is observed.

    >>> import caresim as cs
    >>> from caresim.england import England, observed
    >>> fit = cs.calibrate(England(), observed(), progress=False)  # doctest: +SKIP
    >>> fit.table()  # doctest: +SKIP
    """
    model_of(model, "calibrate", ParameterError)
    known = figures_of(observed, "calibrate", ParameterError)
    observed = model.observed if known is None else known
    seed = count_of(seed, "seed", error=ParameterError)
    starts = count_of(starts, "starts", 1, ParameterError)
    most_steps = count_of(most_steps, "most_steps", 1, ParameterError)
    names = model.parameters.estimated()
    if observed is None or not names:
        message = (
            "calibrate needs observed figures and at least one parameter with role 'estimated'"
        )
        raise ParameterError(message)
    problem = Misfit.of(model, observed, names)
    with one_thread(), _Progress(progress) as step:
        fits = [_solve(problem, x, step, most_steps) for x in _starts(problem, starts, seed)]
    return min(fits, key=lambda fit: fit.misfit)


def _solve(problem: Misfit, start: Values, step: Callable[[float], None], most: int) -> Fit:
    from scipy.optimize import least_squares

    low, high = problem.bounds()

    def residuals(x: Values) -> Values:
        return np.asarray(problem.residuals(x[:, None])[:, 0])

    def jacobian(x: Values) -> Values:
        matrix = problem.jacobian(x)
        step(float(0.5 * (residuals(x) ** 2).sum()))
        return matrix

    margin = 1e-6 * (high - low)
    inside = np.clip(start, low + margin, high - margin)
    result = least_squares(
        residuals, inside, jac=jacobian, bounds=(low, high), x_scale="jac", max_nfev=most,
        ftol=1e-10, xtol=1e-8, gtol=1e-8,
    )  # fmt: skip
    x = settled(problem, result.x)
    columns = problem.natural(x[:, None])
    values = {
        entry.name: _rounded(float(columns[entry.name][0]), entry) for entry in problem.entries
    }
    return Fit(
        model=problem.model.with_numbers(problem.model.parameters.replaced(values)),
        observed=problem.observed,
        names=problem.names,
        values=values,
        residuals=residuals(x),
        jacobian=problem.jacobian(x),
        n_points=sum(len(index) for index, _, _ in problem.series.values()),
        n_series=len(problem.series),
        steps=int(result.njev),
        converged=bool(result.success and result.status > 0),
    )


def _starts(problem: Misfit, count: int, seed: int) -> list[Values]:
    """Return the current values, and draws from the priors where more starts are asked for."""
    current = [whiten(number_of(entry), entry) for entry in problem.entries]
    rng = np.random.default_rng(seed)
    points = [np.array(current)]
    for _ in range(count - 1):
        natural = [float(quantiles(e, rng.random(1))[0]) for e in problem.entries]
        pairs = zip(natural, problem.entries, strict=True)
        points.append(np.array([whiten(value, entry) for value, entry in pairs]))
    return points


def _at_bound(entry: Parameter, value: float) -> bool:
    low, high = entry.bounds or (-np.inf, np.inf)
    return min(value - low, high - value) < AT_BOUND * (high - low)


def _rounded(value: float, entry: Parameter) -> float:
    """Return the value to six figures, as it is shipped, and within its bounds."""
    low, high = entry.bounds or (-np.inf, np.inf)
    return float(min(max(float(f"{value:.6g}"), low), high))


class _Progress:
    """A bar that counts the steps of a fit and shows the misfit, in terminals and notebooks."""

    def __init__(self, shown: bool) -> None:  # noqa: FBT001
        from tqdm.auto import tqdm

        self.bar = tqdm(desc="calibrating", unit=" steps", disable=not shown, leave=shown)

    def __enter__(self) -> Callable[[float], None]:
        return self.step

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def step(self, misfit: float) -> None:
        self.bar.update()
        self.bar.set_postfix_str(f"misfit {misfit:.2f}")
