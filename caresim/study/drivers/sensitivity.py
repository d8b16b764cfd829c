"""How an answer hangs on each number: a tornado, delta on the draws, Sobol' indices on priors."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.language.model import Model
from caresim.study.arguments import count_of, model_of, word_of
from caresim.study.draws import Draws, number_of_draws
from caresim.study.drivers.answer import Drivers
from caresim.study.drivers.asked import Asked, asked_of
from caresim.study.drivers.candidates import ENDS, NUMBER, is_still
from caresim.study.drivers.driver import (
    DRAWN,
    GIVEN_DATA,
    METHODS,
    REFITTED,
    SOBOL,
    STRONGEST,
    TORNADO,
    Driver,
)
from caresim.study.drivers.indices import check_installed, given_data, sobol, strongest
from caresim.study.drivers.moved import in_all_draws, moved_along
from caresim.study.scenario.scenario import Scenario

__all__ = ["sensitivity"]

Values = NDArray[np.float64]
MOST_SOBOL = 10  # numbers, unless some are named
LOOKED_AT = 20  # numbers unless some are named, by what takes long
LEAST = 1e-3  # of the strongest: what does less is not told


def sensitivity(
    model: Model,
    scenario: Scenario | str | Path | None,
    output: str,
    *,
    at: str | dt.date | None = None,
    method: str = TORNADO,
    others: str = REFITTED,
    against: Scenario | str | Path | None = None,
    names: Sequence[str] | None = None,
    most: int = 20,
    draws: Draws | None = None,
    n: int = 1000,
    seed: int = 1,
) -> Drivers:
    """Return how an output hangs on each number that is drawn, the strongest first.

    The answer is the output on the 31 March ``at`` (of a rate: over the year that ends then) under
    ``scenario`` minus that under what it extends, or ``against``; without a scenario the output
    itself, in the model's own levels. ``draws`` are those to take, by default ``n`` by ``seed``;
    ``names`` the numbers to look at, by default all; ``most`` is how many are told.

    ``method="tornado"`` moves each number from the 10th to the 90th percentile of its draws. With
    ``others="refitted"`` all others move along as draws that meet history have it: to their means
    given the number, by linear regression over the draws, within their bounds. With
    ``others="drawn"`` the number is held in all draws, whose mean is the answer, for the 20
    strongest of the other. ``"given data"`` is delta (Borgonovo 2007; Plischke, Borgonovo and Smith
    2013) and the share of the variance, of the 20 that the answer goes with most, with half a
    bootstrap interval of 95 %. ``"sobol"`` is Sobol' indices (Saltelli and others 2010) over the
    priors, of the ten strongest of those. Both take SALib, ``pip install "caresim[decide]"``.

    Raises ScenarioError for a scenario that cannot be used, ParameterError where nothing can be
    drawn or for draws that were made for something else, RunError for all else.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> found = cs.sensitivity(England(), "early_help_first", "looked_after", n=100)
    >>> found.rows[0].grade
    'observational'
    """
    model_of(model, "sensitivity")
    method, others = (
        word_of(method, "method", METHODS),
        word_of(others, "others", (REFITTED, DRAWN)),
    )
    n, most = number_of_draws(n), count_of(most, "most", 1)
    seed = count_of(seed, "seed")
    if method != TORNADO:
        check_installed(method)
    asked = asked_of(model, scenario, output, at=at, against=against, draws=draws, n=n, seed=seed)
    answer = asked.answer(asked.columns)
    rows, centre = _found(asked, answer, method, others, names, (n, seed))
    return _told(asked, answer, method, others, _ranked(rows, method)[:most], centre)


def _found(
    asked: Asked,
    answer: Values,
    method: str,
    others: str,
    names: Sequence[str] | None,
    taken: tuple[int, int],
) -> tuple[list[Driver], float]:
    """Return what a method finds, and the answer from which numbers are moved."""
    candidates, (n, seed) = asked.chosen(names), taken
    if is_still(answer):
        return [], float(answer.mean())
    if method == TORNADO:
        if others == REFITTED:
            return moved_along(asked, candidates)
        if names is None:
            first = _ranked(moved_along(asked, candidates)[0], TORNADO)[:LOOKED_AT]
            candidates = asked.chosen([row.name for row in first])
        return in_all_draws(asked, candidates)
    if names is None:
        candidates = strongest(candidates, answer, LOOKED_AT)
    if method == SOBOL:
        if names is None:
            found = _ranked(given_data(candidates, answer, seed), GIVEN_DATA)
            ranked = asked.chosen([row.name for row in found])
            candidates = [one for one in ranked if one.kind == NUMBER and one.prior][:MOST_SOBOL]
        return sobol(asked, candidates, n, seed), float(answer.mean())
    return given_data(candidates, answer, seed), float(answer.mean())


def _ranked(rows: Sequence[Driver], method: str) -> list[Driver]:
    """Return rows with the strongest first, without those that do nothing."""

    def strength(row: Driver) -> float:
        value = row.moves if method == TORNADO else row.measures[STRONGEST[method]]
        return 0.0 if math.isnan(value) else abs(value)

    least = LEAST * max(map(strength, rows), default=0.0)
    return sorted((row for row in rows if strength(row) > least), key=strength, reverse=True)


def _told(
    asked: Asked, answer: Values, method: str, others: str, rows: Sequence[Driver], centre: float
) -> Drivers:
    low, high = np.quantile(answer, ENDS)
    return Drivers(
        output=asked.output,
        scenario=asked.scenario,
        baseline=asked.baseline,
        year=asked.year,
        method=method,
        rows=tuple(rows),
        runs=asked.sample.n_runs,
        origin=asked.sample.origin,
        middle=float(np.median(answer)),
        spread=(float(low), float(high)),
        centre=centre,
        tried=len(asked.candidates),
        model=type(asked.model).__name__,
        is_rate=asked.model.variable(asked.output.name).is_rate,
        price_year=asked.model.parameters.price_year,
        others=others if method == TORNADO else "",
        notices=asked.notices,
    )
