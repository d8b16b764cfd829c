"""Indices by SALib, which is an extra: delta on the draws there are, Sobol' on the priors alone.

Delta (Borgonovo 2007; from given data, Plischke, Borgonovo and Smith 2013) is half the mean
distance between the distribution of the answer and that of the answer for a known number: it needs
neither straight lines nor independent numbers. Sobol' indices (Saltelli and others 2010) split the
variance among independent numbers, and so are of the priors.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import RunError
from caresim.study.drivers.asked import Asked
from caresim.study.drivers.candidates import NUMBER, STRUCTURE, Candidate, is_still
from caresim.study.drivers.driver import Driver
from caresim.study.fit.one_thread import one_thread

__all__ = ["check_installed", "given_data", "sobol", "strongest"]

Values = NDArray[np.float64]
RESAMPLES = 50
CLASSES = 10  # of a number, by which the strongest are found
NEEDED = 'SALib, which is not installed: pip install "caresim[decide]"'


def check_installed(method: str) -> None:
    """Raise RunError, with the way out, where SALib is not installed."""
    try:
        importlib.import_module("SALib")
    except ImportError:
        message = f"method='{method}' takes {NEEDED}"
        raise RunError(message) from None


def given_data(candidates: Sequence[Candidate], answer: Values, seed: int) -> list[Driver]:
    """Return delta and the first-order index of candidates, with half their intervals of 95 %."""
    columns = np.column_stack([_ordered(one, answer) for one in candidates])
    with _quietly(seed):
        delta = importlib.import_module("SALib.analyze.delta")
        found = delta.analyze(
            _problem(len(candidates)), columns, answer, num_resamples=RESAMPLES, seed=seed + 1
        )
    key = "delta_raw" if "delta_raw" in found else "delta"  # its name from 1.6 on, and before
    names = {"delta": key, "delta_half": f"{key}_conf", "first": "S1", "first_half": "S1_conf"}
    return _found(candidates, found, names)


def _found(
    candidates: Sequence[Candidate], found: Mapping[str, Any], names: Mapping[str, str]
) -> list[Driver]:
    return [
        Driver.of(one, measures={name: float(found[own][i]) for name, own in names.items()})
        for i, one in enumerate(candidates)
    ]


def strongest(candidates: Sequence[Candidate], answer: Values, most: int) -> list[Candidate]:
    """Return the candidates by which an answer varies most, by its means within their classes."""
    shares = [-_first_share(_ordered(one, answer), answer) for one in candidates]
    return [candidates[i] for i in np.argsort(shares, kind="stable")[:most]]


def sobol(asked: Asked, candidates: Sequence[Candidate], n: int, seed: int) -> list[Driver]:
    """Return Sobol' indices of numbers over their priors, all else at the model's values.

    ``n`` points, or the power of two below, are taken (numbers + 2) times. Raises RunError for what
    has no prior.
    """
    for one in candidates:
        if one.kind != NUMBER or one.prior is None:
            message = (
                f"Sobol' indices are of numbers that have a prior, and '{one.name}' has none; "
                "leave it out of the names"
            )
            raise RunError(message)
    points = 2 ** int(np.log2(n))
    with _quietly(seed):
        sample, analysis = map(
            importlib.import_module, ("SALib.sample.sobol", "SALib.analyze.sobol")
        )
        problem = _problem(len(candidates))
        shares = sample.sample(problem, points, calc_second_order=False, seed=seed)
        edge = 0.25 / points  # nothing is infinitely far out
        columns = _quantiles(candidates, np.clip(shares, edge, 1 - edge))
        answer = asked.answer(columns)
        if is_still(answer):
            return []
        found = analysis.analyze(problem, answer, calc_second_order=False, seed=seed + 1)
    names = {"first": "S1", "first_half": "S1_conf", "total": "ST", "total_half": "ST_conf"}
    return _found(candidates, found, names)


def _quantiles(candidates: Sequence[Candidate], shares: Values) -> Mapping[str, Values]:
    return {
        one.name: one.prior.quantiles(shares[:, i], one.entry.bounds)
        for i, one in enumerate(candidates)
        if one.prior is not None and one.entry is not None
    }


def _ordered(one: Candidate, answer: Values) -> Values:
    """Return a column; of a structure, its place among them by the mean of the answer."""
    if one.kind != STRUCTURE:
        return one.column
    means = [answer[one.column == k].mean() for k in range(len(one.settings))]
    places = np.argsort(np.argsort(means)).astype(float)
    return np.asarray(places[one.column.astype(int)])


def _first_share(column: Values, answer: Values) -> float:
    """Return the variance of the means of an answer within classes of a column, as a share."""
    variance = float(answer.var())
    if not variance:
        return 0.0
    ranks = np.argsort(np.argsort(column, kind="stable"), kind="stable")
    classes = ranks * min(CLASSES, len(column)) // len(column)
    counts, sums = np.bincount(classes), np.bincount(classes, answer - answer.mean())
    return float((sums**2 / np.maximum(counts, 1)).sum()) / len(column) / variance


def _problem(count: int) -> dict[str, Any]:
    """Return what SALib takes, with names of its own, as it refuses some endings."""
    return {"num_vars": count, "names": [f"x{i}" for i in range(count)], "bounds": [[0, 1]] * count}


@contextmanager
def _quietly(seed: int) -> Iterator[None]:
    """Keep the warnings of SALib, and the state of NumPy's random numbers that it sets, apart."""
    state, form = np.random.get_state(), warnings.formatwarning  # noqa: NPY002
    try:
        with warnings.catch_warnings(record=True), np.errstate(all="ignore"), one_thread():
            np.random.seed(seed % 2**32)  # noqa: NPY002
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
        warnings.formatwarning = form
