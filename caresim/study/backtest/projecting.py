"""Projects what was fitted at an origin: a point of each structure, and the draws of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from caresim.language.beliefs import Belief
from caresim.language.model import Model
from caresim.language.parameters import Parameters
from caresim.study.backtest.scores import QUANTILES
from caresim.study.drawing import with_priors
from caresim.study.draws import Draws
from caresim.study.fit.fit import Fit
from caresim.study.futures import RATES
from caresim.study.simulator import Simulator, prepare
from caresim.study.started import Start, starts_of
from caresim.study.structures import counts

__all__ = ["Fitted", "Projected", "projected", "structure_column"]

Values = NDArray[np.float64]


def structure_column(rival: Belief | None) -> str:
    """Return the column of the points of a structure: ``model``, or ``structure_`` and its name."""
    return "model" if rival is None else f"structure_{rival.slug}"


@dataclass(frozen=True, eq=False)
class Fitted:
    """A structure fitted at an origin, with its draws and how many were tried for them."""

    fit: Fit
    rival: Belief | None
    sample: Draws | None
    tried: int

    @classmethod
    def of(
        cls, fit: Fit, rivals: Sequence[Belief | None], place: int, draws: int, seed: int
    ) -> Fitted:
        """Take from the fit of one of some structures its share of the draws of the bands."""
        rival, count = rivals[place], counts(draws, len(rivals))[place]
        if not count:
            return cls(fit, rival, None, 0)
        # of seeds of their own, so that a structure has other chances and other noise
        sample = fit.draws(count, seed=seed + place)
        solved, tried = sample.solved or (count, count)
        made = replace(with_priors(fit.model, sample), made_for=None)
        return cls(fit, rival, made, count + tried - solved)


@dataclass(frozen=True, eq=False)
class Projected:
    """Points by column and series, quantiles over the draws (years, quantiles), and their counts.

    A draw that the model cannot run with is left out and counts as not solved.
    """

    points: dict[str, dict[str, Values]]
    quantiles: dict[str, Values]
    draws: int
    tried: int


def projected(
    fitted: Sequence[Fitted], given: Parameters, series: Sequence[str], until: int
) -> Projected:
    """Project each structure on, with what is given from outside as some parameters have it."""
    points: dict[str, dict[str, Values]] = {}
    many: list[dict[str, Values]] = []
    for one in fitted:
        simulate = prepare(_given(one.fit.model, given), outputs=series, until=f"{until}-03-31")
        starts = starts_of(one.fit.model, one.fit.observed)
        begun = _started(simulate(), starts, one.fit.model, None)
        points[structure_column(one.rival)] = {name: begun[name][:, 0] for name in series}
        if one.sample is not None:
            many.append(_drawn(simulate, one.sample, starts, one.fit.model))
    drawn = {name: np.hstack([one[name] for one in many]) for name in series} if many else {}
    fine = np.isfinite(np.vstack([*drawn.values()])).all(axis=0) if many else np.zeros(0, bool)
    years = len(next(iter(points["model"].values())))
    blank = np.full((years, len(QUANTILES)), np.nan)
    quantiles = {
        name: np.quantile(drawn[name][:, fine], QUANTILES, axis=1).T if fine.any() else blank
        for name in series
    }
    return Projected(points, quantiles, int(fine.sum()), sum(one.tried for one in fitted))


def _given(model: Model, given: Parameters) -> Model:
    """Return a fitted model with the dated values of some parameters."""
    dated = {name: given[name] for name, entry in model.parameters.items() if entry.is_dated}
    return model.with_numbers(model.parameters.with_entries(dated))


def _drawn(
    simulate: Simulator, sample: Draws, starts: Mapping[str, Start], model: Model
) -> dict[str, Values]:
    seed = sample.seed if RATES in sample.chance else None
    return _started(simulate.each(simulate.drawn(sample)), starts, model, seed)


def _started(
    results: dict[str, Values], starts: Mapping[str, Start], model: Model, seed: int | None
) -> dict[str, Values]:
    """Return yearly results that begin at the last figures; with a seed chance is added."""
    found, first = dict(results), int(model.start[:4])
    for name, start in starts.items():
        if name not in results:
            continue
        values = results[name]
        at = start.year - first - 1
        logs = start.logs(values[at], len(values) - 1 - at, seed)
        found[name] = np.vstack([values[:at], values[at:] * np.exp(logs)])
    return found
