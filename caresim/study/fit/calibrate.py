"""Fits the estimated parameters to observed series by least squares with priors.

First all of them are fitted, from one start or several. Then the scales of the series are
estimated with all that is uncertain free (:mod:`caresim.study.fit.scales`), and what the figures
hardly narrow is set back to its prior (:mod:`caresim.study.fit.learned`); the rest is the fit. How
large chance is after the figures is learned from what is missed (:mod:`caresim.study.fit.sizes`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import year_end
from caresim.language.errors import ParameterError, RunError
from caresim.language.figures import check_figures, known_to, last_fitted
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter
from caresim.language.walks import sizes_in
from caresim.study.arguments import count_of, figures_of, model_of, number_of, path_of, word_of
from caresim.study.drawing import quantiles
from caresim.study.fit.fit import Fit
from caresim.study.fit.joint import Joint, joint_problem
from caresim.study.fit.learned import set_back
from caresim.study.fit.minimum import MOST_STEPS, Minimum, minimum
from caresim.study.fit.misfit import Misfit, whiten
from caresim.study.fit.one_thread import one_thread
from caresim.study.fit.scales import scaled
from caresim.study.fit.sizes import sizes_of
from caresim.study.pieces import keep_piece, key_of, read_piece

__all__ = ["LEAST_LEARNED", "SCALES", "calibrate", "checked_learning"]

Values = NDArray[np.float64]
Step = Callable[[float], None]
MOST_NAMED = 3
LEAST_LEARNED = 0.5  # share of a prior's width that figures take off at least, to be estimated
SCALES = ("estimated", "listed")


def calibrate(
    model: Model,
    observed: Observed | None = None,
    *,
    seed: int = 1,
    starts: int = 1,
    scales: str = "estimated",
    least_learned: float = LEAST_LEARNED,
    progress: bool = True,
    most_steps: int = MOST_STEPS,
    parts: str | Path | None = None,
) -> Fit:
    """Fit the estimated parameters to the observed figures by least squares with priors.

    Figures without a tolerance are not used; those that add up (``model.follows``) count as many as
    are free. How far the model may be from a series is ``"estimated"``, with the tolerances as a
    prior, or taken as ``"listed"``. A number that the figures narrow by a smaller share than
    ``least_learned``, from 0 to 1, stays at the centre of its prior unless they contradict that;
    all are drawn from what the data leave. ``starts`` above 1 also starts from that many draws of
    the priors (``seed``) and keeps the best, each in at most ``most_steps`` steps; ``converged`` of
    the result says whether that was enough. Deterministic for one seed and version. ``parts`` is a
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
    scales, least = checked_learning(scales, least_learned)
    chance = sizes_in(model)
    names = tuple(name for name in model.parameters.estimated() if name not in chance)
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
        begun, told = _begun(problem, _starts(problem, starts, seed), step, most_steps, folder)
        joint = _joint(problem, begun.x, is_estimated=scales == SCALES[0])
        return _point(problem, begun, joint, least, told)


def checked_learning(scales: object, least_learned: object) -> tuple[str, float]:
    """Return how a fit learns, checked; raise ParameterError for what is no such word or share."""
    said = "least_learned is a share from 0 to 1"
    least = number_of(least_learned, said, lambda share: 0 <= share <= 1, ParameterError)
    return word_of(scales, "scales", SCALES, ParameterError), least


def _begun(
    problem: Misfit, starts: Sequence[Values], step: Step, most: int, folder: Path | None
) -> tuple[Minimum, tuple[str, ...]]:
    """Return the best minimum from several starts, and of those that cannot be run why not."""
    found, told = [], []
    for start in starts:
        try:
            found.append(_solve(problem, start, step, most, folder))
        except RunError as fault:
            told.append(f"{_moved(problem, start, starts[0])}: {fault}")
    if not found:
        tried = "at the start" if len(starts) == 1 else f"at any of {len(starts)} starts"
        message = f"the model cannot be run {tried} of the fit, as with {told[0]}"
        raise ParameterError(f"{message}; give these parameters other values, or other priors")
    return min(found, key=lambda end: problem.half_squares(end.x)), tuple(told)


def _moved(problem: Misfit, start: Values, usual: Values) -> str:
    """Return the parameters of a start that are farthest from the usual one, or from the priors."""
    apart = np.abs(start - usual) if (start != usual).any() else np.abs(start)
    return problem.values_said(start, np.argsort(-apart, kind="stable")[:MOST_NAMED].tolist())


def _solve(problem: Misfit, start: Values, step: Step, most: int, folder: Path | None) -> Minimum:
    key = key_of(problem.model, problem.observed, problem.names, start.tolist(), most)
    kept = read_piece(folder, f"start_{key[:16]}", key)
    if kept is not None:
        return Minimum(np.array(kept["x"]), kept["steps"], kept["converged"])
    end = minimum(problem, start, step, most, exact=False)
    piece = {"x": end.x.tolist(), "steps": end.steps, "converged": end.converged}
    keep_piece(folder, f"start_{key[:16]}", key, piece)
    return end


def _joint(problem: Misfit, x: Values, *, is_estimated: bool) -> Joint:
    """Return where the misfit is least with all that is uncertain free, scales included."""
    whole, start = joint_problem(problem, x)
    if is_estimated:
        return Joint.at(*scaled(whole, start))
    return Joint.at(whole, minimum(whole, start).x if len(start) > len(x) else start)


def _point(
    problem: Misfit, begun: Minimum, joint: Joint, least: float, told: tuple[str, ...]
) -> Fit:
    """Return the fit of what the figures teach, with all else at the centre of its prior."""
    every = len(problem.names)  # the joint numbers begin with them
    point, n_figures = problem, problem.n_figures
    x, jacobian, values = joint.x[:every], joint.jacobian[:, :every], dict[str, float]()
    needed: tuple[str, ...] = ()  # without which the model cannot be run
    while True:
        kept = set_back(jacobian, x, n_figures, point.names, least, needed)
        start = _given_the_others(jacobian, x, [point.names.index(name) for name in kept])
        model = _at(problem, {**values, **point.natural_values(x), **_centres(problem, kept)})
        tried = Misfit.of(model, problem.observed, kept, joint.problem.factors)
        try:
            end = minimum(tried, start)
        except RunError:
            if len(kept) == len(point.names):
                raise
            needed = (*needed, *(name for name in point.names if name not in kept))
            continue
        values |= point.natural_values(x) | _centres(problem, kept)
        point, x, jacobian = tried, end.x, tried.jacobian(end.x)
        if set_back(jacobian, x, n_figures, kept, least, needed) == kept:
            break
    fitted = {**values, **point.natural_values(end.x)}
    values = {entry.name: _rounded(fitted[entry.name], entry) for entry in problem.entries}
    sizes = sizes_of(joint, problem.model, year_end(last_fitted(problem.observed)))
    values |= sizes.values
    return Fit(
        model=_at(problem, values),
        observed=problem.observed,
        names=problem.names,
        estimated=kept,
        values=values,
        residuals=np.asarray(point.residuals(end.x[:, None], spoiled=True)[:, 0]),
        jacobian=jacobian,
        joint=joint,
        sizes=sizes,
        n_points=n_figures,
        n_series=len(problem.series),
        steps=begun.steps,
        converged=begun.converged and end.converged,
        passed_over=told,
    )


def _given_the_others(jacobian: Values, x: Values, kept: Sequence[int]) -> Values:
    """Return where what is kept goes, by the slopes, when all else goes to its prior's centre."""
    others = np.delete(np.arange(len(x)), kept)
    moved = jacobian[:, others] @ x[others]
    return np.asarray(x[kept] + np.linalg.lstsq(jacobian[:, kept], moved, rcond=None)[0])


def _centres(problem: Misfit, kept: Sequence[str]) -> dict[str, float]:
    """Return the centres of the priors of all that is not estimated."""
    return {
        entry.name: _within(entry.prior.middle, entry)
        for entry in problem.entries
        if entry.name not in kept and entry.prior
    }


def _at(problem: Misfit, values: dict[str, float]) -> Model:
    """Return the model with some values, which belong to the figures they were fitted to."""
    model = problem.model
    return model.with_numbers(model.parameters.replaced(values)).with_figures(problem.observed)


def _starts(problem: Misfit, count: int, seed: int) -> list[Values]:
    """Return the current values, and draws from the priors where more starts are asked for."""
    rng = np.random.default_rng(seed)
    points = [problem.here]
    for _ in range(count - 1):
        natural = [float(quantiles(e, rng.random(1))[0]) for e in problem.entries]
        pairs = zip(natural, problem.entries, strict=True)
        points.append(np.array([whiten(value, entry) for value, entry in pairs]))
    return points


def _rounded(value: float, entry: Parameter) -> float:
    """Return the value to six figures, as it is shipped, and within its bounds."""
    return _within(float(f"{value:.6g}"), entry)


def _within(value: float, entry: Parameter) -> float:
    low, high = entry.bounds or (-np.inf, np.inf)
    return float(min(max(value, low), high))


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
