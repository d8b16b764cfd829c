"""Fits the estimated parameters to observed series by least squares with priors.

The residuals are relative errors in units of each figure's tolerance, and each parameter's distance
from its prior in standard deviations; the Jacobian comes from one batched run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter
from caresim.study.draws import Draws, Posterior
from caresim.study.fit_table import fit_table, parameter_table

__all__ = ["Fit", "calibrate"]

Values = NDArray[np.float64]
WIGGLE = 1e-3  # half-width of the central differences, in prior standard deviations
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
        return _run(self.model, self.observed, None)

    @property
    def posterior(self) -> Posterior:
        """The normal approximation around the best fit, on the scale of the priors."""
        entries = [self.model.parameters[name] for name in self.names]
        width = np.array([_scale(entry)[1] for entry in entries])
        centre = np.array([_to_scale(self.values[e.name], e) for e in entries])
        covariance = np.linalg.inv(self.jacobian.T @ self.jacobian)
        covariance = width[:, None] * covariance * width
        return Posterior(self.names, centre, np.linalg.cholesky(covariance))

    @property
    def at_bound(self) -> tuple[str, ...]:
        """Names of the parameters that the fit drove to a bound."""
        return tuple(n for n, x in self.values.items() if _at_bound(self.model.parameters[n], x))

    def draws(self, n: int, *, seed: int) -> Draws:
        """Draw ``n`` sets of parameters from the posterior, within their bounds."""
        return self.posterior.draws(self.model.parameters, n, seed=seed)

    def table(self) -> Any:
        """Return one row for each series: years, points, mean absolute percentage error, bias, and
        the change from first to last year in data and model, in %.
        """
        return fit_table(self.run, self.observed)

    def parameters(self) -> Any:
        """Return one row for each estimated parameter: value, interval, prior, and how much the
        data narrowed it (0 not at all, 1 wholly).
        """
        return parameter_table(self.model, self.posterior, self.at_bound)

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
    observed = observed or model.observed
    names = model.parameters.estimated()
    if observed is None or not names:
        message = (
            "calibrate needs observed figures and at least one parameter with role 'estimated'"
        )
        raise ParameterError(message)
    problem = _Problem.of(model, observed, names)
    fits = []
    with _Progress(progress) as step:
        for start in _starts(problem, starts, seed):
            fits.append(_solve(problem, start, step, most_steps))
    return min(fits, key=lambda fit: fit.misfit)


@dataclass(frozen=True, eq=False)
class _Problem:
    """The figures to meet and the parameters to meet them with."""

    model: Model
    observed: Observed
    names: tuple[str, ...]
    entries: tuple[Parameter, ...]
    series: dict[str, tuple[NDArray[np.int64], Values, Values]]  # years, values, tolerances

    @classmethod
    def of(cls, model: Model, observed: Observed, names: tuple[str, ...]) -> _Problem:
        first = year_end(f"{model.start[:4]}-{(int(model.start[:4]) + 1) % 100:02d}")
        series = {}
        for name, years in observed.series.items():
            used = [o for o in years.values() if o.tolerance and year_end(o.year) >= first]
            if used and name in model.variables:
                index = np.array([year_end(o.year) - first for o in used])
                values = np.array([o.value for o in used])
                series[name] = (index, values, values * np.array([o.tolerance for o in used]))
        if not series:
            message = "no observed figure has a tolerance and the name of a quantity of the model"
            raise ParameterError(message)
        return cls(model, observed, names, tuple(model.parameters[n] for n in names), series)

    def natural(self, x: Values) -> dict[str, Values]:
        """Return parameter columns for whitened columns, shape (parameters, runs)."""
        columns = {}
        for entry, row in zip(self.entries, x, strict=True):
            centre, width = _scale(entry)
            scaled = centre + width * row
            low, high = entry.bounds or (-np.inf, np.inf)
            natural = np.exp(scaled) if entry.prior and entry.prior.is_log else scaled
            columns[entry.name] = np.clip(natural, low, high)
        return columns

    def residuals(self, x: Values) -> Values:
        """Return residuals for whitened columns: shape (figures + priors, runs)."""
        result = _run(self.model, self.observed, self.natural(x), list(self.series))
        parts = [
            (result.yearly(name)[index] - values[:, None]) / tolerance[:, None]
            for name, (index, values, tolerance) in self.series.items()
        ]
        has_pull = np.array(
            [float(bool(e.prior) and e.prior.kind != "uniform") for e in self.entries]
        )
        return np.vstack([*parts, x * has_pull[:, None]])

    def bounds(self) -> tuple[Values, Values]:
        """Return the bounds on the whitened scale."""
        low = [_whiten(e.bounds[0], e) if e.bounds else -np.inf for e in self.entries]
        high = [_whiten(e.bounds[1], e) if e.bounds else np.inf for e in self.entries]
        return np.array(low), np.array(high)


def _solve(problem: _Problem, start: Values, step: Callable[[float], None], most: int) -> Fit:
    from scipy.optimize import least_squares

    low, high = problem.bounds()

    def residuals(x: Values) -> Values:
        return np.asarray(problem.residuals(x[:, None])[:, 0])

    def jacobian(x: Values) -> Values:
        matrix = _jacobian(problem, x, low, high)
        step(float(0.5 * (residuals(x) ** 2).sum()))
        return matrix

    margin = 1e-6 * (high - low)
    inside = np.clip(start, low + margin, high - margin)
    result = least_squares(
        residuals, inside, jac=jacobian, bounds=(low, high), x_scale="jac", max_nfev=most,
        ftol=1e-10, xtol=1e-8, gtol=1e-8,
    )  # fmt: skip
    columns = problem.natural(result.x[:, None])
    values = {name: _rounded(float(column[0])) for name, column in columns.items()}
    return Fit(
        model=problem.model.with_values(**values),
        observed=problem.observed,
        names=problem.names,
        values=values,
        residuals=result.fun,
        jacobian=_jacobian(problem, result.x, low, high),
        n_points=sum(len(index) for index, _, _ in problem.series.values()),
        n_series=len(problem.series),
        steps=int(result.njev),
        converged=bool(result.success and result.status > 0),
    )


def _jacobian(problem: _Problem, x: Values, low: Values, high: Values) -> Values:
    """Return central differences, one-sided at a bound, all columns in one batched run."""
    count = len(x)
    above = np.minimum(x[:, None] + WIGGLE * np.eye(count), high[:, None])
    below = np.maximum(x[:, None] - WIGGLE * np.eye(count), low[:, None])
    values = problem.residuals(np.hstack([above, below]))
    width = np.diag(above) - np.diag(below)
    return np.asarray((values[:, :count] - values[:, count:]) / width)


def _run(
    model: Model,
    observed: Observed,
    columns: dict[str, Values] | None,
    outputs: list[str] | None = None,
) -> Run:
    last = max(year_end(o.year) for o in observed.observations)
    clock = Clock.between(model.start, f"{last}-03-31", 16)
    return execute(model, clock, (), columns, outputs=outputs, name="Fitted model")


def _starts(problem: _Problem, count: int, seed: int) -> list[Values]:
    """Return the current values, and draws from the priors where more starts are asked for."""
    from caresim.study.draws import quantiles

    current = [_whiten(_number(entry), entry) for entry in problem.entries]
    rng = np.random.default_rng(seed)
    points = [np.array(current)]
    for _ in range(count - 1):
        natural = [float(quantiles(e, rng.random(1))[0]) for e in problem.entries]
        points.append(
            np.array([_whiten(v, e) for v, e in zip(natural, problem.entries, strict=True)])
        )
    return points


def _number(entry: Parameter) -> float:
    if isinstance(entry.value, float):
        return entry.value
    message = f"'{entry.name}' has dated values and cannot be estimated"
    raise ParameterError(message)


def _scale(entry: Parameter) -> tuple[float, float]:
    if entry.prior is None:
        message = f"'{entry.name}' has no prior"
        raise ParameterError(message)
    return entry.prior.centre_and_width()


def _to_scale(value: float, entry: Parameter) -> float:
    return float(np.log(value)) if entry.prior and entry.prior.is_log else value


def _whiten(value: float, entry: Parameter) -> float:
    centre, width = _scale(entry)
    smallest = 1e-300 if entry.prior and entry.prior.is_log else -np.inf
    return (_to_scale(max(value, smallest), entry) - centre) / width


def _at_bound(entry: Parameter, value: float) -> bool:
    low, high = entry.bounds or (-np.inf, np.inf)
    return min(value - low, high - value) < AT_BOUND * (high - low)


def _rounded(value: float) -> float:
    """Return the value to eight figures, as it is shipped."""
    return float(f"{value:.8g}")


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
