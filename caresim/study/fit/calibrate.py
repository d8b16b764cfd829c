"""Fits the estimated parameters to observed series by least squares with priors.

The residuals are relative errors in units of each figure's tolerance, and each parameter's distance
from its prior in standard deviations; the Jacobian comes from one batched run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import ParameterError, RunError
from caresim.language.figures import check_figures, known_to, last_fitted
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter
from caresim.study.arguments import count_of, figures_of, model_of, path_of
from caresim.study.draws import quantiles
from caresim.study.fit.fit import Fit
from caresim.study.fit.misfit import (
    Misfit,
    number_of,
    whiten,
)
from caresim.study.fit.one_thread import one_thread
from caresim.study.fit.settle import settled
from caresim.study.pieces import keep_piece, key_of, read_piece

__all__ = ["calibrate"]

Values = NDArray[np.float64]
MOST_NAMED = 3


def calibrate(
    model: Model,
    observed: Observed | None = None,
    *,
    seed: int = 1,
    starts: int = 1,
    progress: bool = True,
    most_steps: int = 100,
    parts: str | Path | None = None,
) -> Fit:
    """Fit the estimated parameters to the observed figures by least squares with priors.

    Figures without a tolerance are not used. ``starts`` above 1 also starts from that many draws of
    the priors (``seed``) and keeps the best. Deterministic for one seed and version. ``parts`` is a
    folder that keeps what each start leads to, so that a fit that was stopped goes on from there.

    A start or a step at which the model cannot run is passed over; ``passed_over`` of the result
    names the parameters of such starts.

    Raises ParameterError when nothing is estimated or nothing is observed, for a figure that cannot
    be fitted, and when the model cannot be run at any start.

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
    check_figures(observed, model, "the figures", ParameterError, whole=False)
    folder = None if parts is None else path_of(parts, "parts", "a folder", ParameterError)
    met = model.with_numbers(known_to(model, last_fitted(observed)))
    problem = Misfit.of(met, observed, names)
    with one_thread(), _Progress(progress) as step:
        return _best(problem, _starts(problem, starts, seed), step, most_steps, folder)


def _best(
    problem: Misfit,
    starts: Sequence[Values],
    step: Callable[[float], None],
    most: int,
    folder: Path | None,
) -> Fit:
    """Return the best of the fits from several starts; those that cannot be run are told of."""
    fits, told = [], []
    for start in starts:
        try:
            fits.append(_solve(problem, start, step, most, folder))
        except RunError as fault:
            told.append(f"{_moved(problem, start, starts[0])}: {fault}")
    if not fits:
        tried = "at the start" if len(starts) == 1 else f"at any of {len(starts)} starts"
        message = f"the model cannot be run {tried} of the fit, as with {told[0]}"
        raise ParameterError(f"{message}; give these parameters other values, or other priors")
    return replace(min(fits, key=lambda fit: fit.misfit), passed_over=tuple(told))


def _moved(problem: Misfit, start: Values, usual: Values) -> str:
    """Return the parameters of a start that are farthest from the usual one, or from the priors."""
    apart = np.abs(start - usual) if (start != usual).any() else np.abs(start)
    return problem.values_said(start, np.argsort(-apart, kind="stable")[:MOST_NAMED].tolist())


def _solve(
    problem: Misfit, start: Values, step: Callable[[float], None], most: int, folder: Path | None
) -> Fit:
    key = key_of(problem.model, problem.observed, problem.names, start.tolist(), most)
    kept = read_piece(folder, f"start_{key[:16]}", key)
    end = kept or _end(problem, start, step, most)
    if kept is None:
        keep_piece(folder, f"start_{key[:16]}", key, end)
    x, steps, converged = np.array(end["x"]), end["steps"], end["converged"]
    columns = problem.natural(x[:, None])
    values = {
        entry.name: _rounded(float(columns[entry.name][0]), entry) for entry in problem.entries
    }
    return Fit(
        model=_at(problem, values),
        observed=problem.observed,
        names=problem.names,
        values=values,
        residuals=np.asarray(problem.residuals(x[:, None], spoiled=True)[:, 0]),
        jacobian=problem.jacobian(x),
        n_points=sum(len(index) for index, _, _ in problem.series.values()),
        n_series=len(problem.series),
        steps=steps,
        converged=converged,
    )


def _end(
    problem: Misfit, start: Values, step: Callable[[float], None], most: int
) -> dict[str, Any]:
    """Return where a start leads to, in how many steps, and if they came to an end."""
    from scipy.optimize import least_squares

    low, high = problem.bounds()

    def residuals(x: Values) -> Values:
        # where the model cannot run there is NaN, from which the solver steps back
        return np.asarray(problem.residuals(x[:, None], spoiled=True)[:, 0])

    def jacobian(x: Values) -> Values:
        matrix = problem.jacobian(x)
        step(float(0.5 * (residuals(x) ** 2).sum()))
        return matrix

    margin = 1e-6 * (high - low)
    inside = np.clip(start, low + margin, high - margin)
    problem.residuals(inside[:, None])  # says why where the model cannot run at the start
    result = least_squares(
        residuals, inside, jac=jacobian, bounds=(low, high), x_scale="jac", max_nfev=most,
        ftol=1e-10, xtol=1e-8, gtol=1e-8,
    )  # fmt: skip
    return {
        "x": settled(problem, result.x).tolist(),
        "steps": int(result.njev),
        "converged": bool(result.success and result.status > 0),
    }


def _at(problem: Misfit, values: Mapping[str, float]) -> Model:
    """Return the model with some values, which belong to the figures they were fitted to."""
    model = problem.model
    return model.with_numbers(model.parameters.replaced(values)).with_figures(problem.observed)


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
