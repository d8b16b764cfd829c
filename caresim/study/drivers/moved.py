"""Each number moved from one end of its draws to the other, and what that does to an answer.

Draws meet history together: a number that is higher than in the middle goes with others that make
up for it. Moved along, the others stand at their means given the number, by linear regression over
the draws, within their bounds. A correlation that chance alone would give one of as many numbers is
none. Structures are moved apart, each about its own middle, and the answer is their mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from caresim.study.drivers.asked import Asked
from caresim.study.drivers.candidates import CHANCE, NUMBER, STRUCTURE, Candidate
from caresim.study.drivers.chosen import CASE
from caresim.study.drivers.driver import Driver

__all__ = ["in_all_draws", "moved_along", "slopes_of"]

Values = NDArray[np.float64]
LEAST = 3  # draws, for a correlation


def moved_along(asked: Asked, candidates: Sequence[Candidate]) -> tuple[list[Driver], float]:
    """Return what each candidate drives, the others moved along, and the answer in the middle."""
    structures = np.unique(asked.of)
    slopes = slopes_of(_numbers(asked), asked.of)
    moving = [one for one in candidates if one.kind != STRUCTURE]
    each = [_moved_within(asked, moving, slopes, asked.of == k) for k in structures]
    answers = np.array([asked.answer(columns) for columns in each])
    middles = answers[:, 0]
    low, high = answers[:, 1:].mean(axis=0).reshape(-1, 2).T
    found = [Driver.of(one, (float(low[i]), float(high[i]))) for i, one in enumerate(moving)]
    return [*found, *_of_structures(candidates, middles)], float(middles.mean())


def in_all_draws(asked: Asked, candidates: Sequence[Candidate]) -> tuple[list[Driver], float]:
    """Return what each candidate drives, held at its ends in all draws, and the mean answer."""
    drawn = asked.answer(asked.columns)
    found = []
    for one in candidates:
        if one.kind != STRUCTURE:
            ends = [float(asked.answer(_held(asked, one, end)).mean()) for end in one.ends()]
            found.append(Driver.of(one, (ends[0], ends[1])))
    means = np.array([drawn[asked.of == k].mean() for k in np.unique(asked.of)])
    return [*found, *_of_structures(candidates, means)], float(drawn.mean())


def slopes_of(columns: Mapping[str, Values], of: Values) -> dict[str, dict[str, float]]:
    """Return by how much each number moves with each other, for those that move together.

    Slopes are of linear regression over the draws, about the mean of the structure ``of`` each.
    A correlation that the largest of as many random ones would have in one case of twenty is none.
    """
    names, runs, groups = list(columns), len(of), np.unique(of)
    table = np.array([columns[name] for name in names]).reshape(len(names), runs)
    for k in groups:
        table[:, of == k] -= table[:, of == k].mean(axis=1, keepdims=True)
    variances = (table**2).sum(axis=1)
    sizes = np.sqrt(np.where(variances > 0, variances, 1.0))
    products = table @ table.T
    shares = (products / np.outer(sizes, sizes)) ** 2
    together = shares > _least_share(len(names), runs - len(groups))
    np.fill_diagonal(together, val=False)
    return {
        name: {names[i]: float(products[i, j] / variances[j]) for i in np.flatnonzero(together[j])}
        for j, name in enumerate(names)
    }


def _least_share(numbers: int, free: int) -> float:
    """Return the squared correlation that the largest of as many random ones reaches."""
    from scipy.special import betaincinv

    if free < LEAST or numbers < len("xy"):
        return 1.0
    return float(betaincinv(0.5, (free - 1) / 2, (1 - CASE) ** (1 / (numbers - 1))))


def _numbers(asked: Asked) -> dict[str, Values]:
    return {name: column for name, column in asked.columns.items() if column.ndim == 1}


def _moved_within(
    asked: Asked, moving: Sequence[Candidate], slopes: dict[str, dict[str, float]], own: Values
) -> dict[str, Values]:
    """Return the runs of a structure: its middle, then each candidate at its low and high end."""
    middle = {name: _middle(asked, name, column, own) for name, column in asked.columns.items()}
    runs = 1 + 2 * len(moving)
    columns = {name: np.repeat(value[..., None], runs, axis=-1) for name, value in middle.items()}
    for place, one in enumerate(moving):
        column = asked.columns[one.name][..., own]
        for run, end in enumerate(one.ends(), 1 + 2 * place):
            if one.kind == CHANCE:
                columns[one.name][:, run] = _path(column, end, one.column[own])
            elif np.ptp(column):  # a number that a structure fixes is what it is
                columns[one.name][run] = end
                far = end - float(middle[one.name])
                for other, slope in slopes[one.name].items():
                    columns[other][run] = _within(asked, other, middle[other] + slope * far)
    return columns


def _middle(asked: Asked, name: str, column: Values, own: Values) -> Values:
    """Return the mean of a column in a structure; of a switch, its most frequent setting."""
    if column.ndim == 1 and _is_switch(asked, name):
        values, count = np.unique(column[own], return_counts=True)
        return np.asarray(values[np.argmax(count)])
    return np.asarray(column[..., own].mean(axis=-1))


def _is_switch(asked: Asked, name: str) -> bool:
    entry = asked.model.parameters[name]
    return bool(entry.choices) and not entry.between


def _within(asked: Asked, name: str, value: Values) -> Values:
    """Return a value within the bounds of a number; a switch has the nearest of its settings."""
    entry = asked.model.parameters[name]
    if _is_switch(asked, name):
        settings = np.array([number for _, number in entry.choices])
        return np.asarray(settings[np.argmin(np.abs(settings - value))])
    return np.clip(value, *entry.bounds) if entry.bounds else value


def _path(path: Values, end: float, means: Values) -> Values:
    """Return the mean path of what moves by chance, given its mean over the years."""
    far = means - means.mean()
    size = float(far @ far)
    slopes = (path - path.mean(axis=1, keepdims=True)) @ far / size if size else 0.0
    found = path.mean(axis=1) + slopes * (end - means.mean())
    return np.maximum(found, 0.0) if path.min() >= 0 else np.asarray(found)


def _held(asked: Asked, one: Candidate, end: float) -> dict[str, Values]:
    """Return all draws with a number, or what moves by chance, at one end in each."""
    column = asked.columns[one.name]
    if one.kind == NUMBER:
        groups = [asked.of == k for k in np.unique(asked.of)]
        free = np.any([own & bool(np.ptp(column[own])) for own in groups], axis=0)
        held = np.where(free, end, column)
    else:
        held = np.repeat(_path(column, end, one.column)[:, None], column.shape[1], axis=1)
    return {**asked.columns, one.name: held}


def _of_structures(candidates: Sequence[Candidate], answers: Values) -> list[Driver]:
    """Return the structure as what drives an answer: between the lowest and the highest of them."""
    found = []
    for one in candidates:
        if one.kind == STRUCTURE:
            low, high = int(np.argmin(answers)), int(np.argmax(answers))
            settings = (one.settings[low], one.settings[high])
            found.append(Driver.of(one, (float(answers[low]), float(answers[high])), settings))
    return found
