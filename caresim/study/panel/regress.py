"""Regressions of a panel: within units, robust to outliers, of counts, and within and between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import ParameterError, quoted
from caresim.study.panel.estimates import Estimates, Sample, clustered
from caresim.study.panel.within import group_means, numbered, swept, year_columns

__all__ = ["EFFECTS", "METHODS", "regress"]

Values = NDArray[np.float64]
Index = NDArray[np.int64]
EFFECTS = {  # what is taken out: (a level for each year, a straight line for each unit)
    "unit": (False, False),
    "unit and year": (True, False),
    "unit and trend": (False, True),
    "unit, year and trend": (True, True),
}
MAD = 1.4826  # median absolute deviation of a normal to its standard deviation
HUBER = 1.345  # standard deviations beyond which a row counts for less; 95 % as efficient
MOST_ROUNDS, CLOSE = 200, 1e-9
IDENTIFIED = 1e-8  # least share of a term's variance that has to be left


def regress(sample: Sample, effects: str = "unit and year", method: str = "within") -> Estimates:
    """Return the estimates of a regression with a level for every unit.

    ``effects`` is one of "unit", "unit and year", "unit and trend" and "unit, year and trend";
    ``method`` one of "within" (least squares), "robust" (Huber's, in which what is far out counts
    for less), "counts" (Poisson's, for an outcome that is a rate; ``weights`` are what it is a rate
    of) and "hybrid" (random levels, with unit means as further terms; effects of years only).

    >>> import numpy as np
    >>> unit, year = np.repeat([0, 1, 2], 3), np.tile([1, 2, 3], 3)
    >>> x = np.array([0.0, 1, 5, 2, 2, 3, 4, 1, 1])
    >>> y = 2 * x + 10 * unit + year
    >>> sample = Sample(y, x[:, None], ("x",), unit, unit, year, np.ones(9), {})
    >>> round(regress(sample)["x"], 6)
    2.0

    Raises ParameterError for unknown words, for fewer than two units, and for a term that does not
    vary within units once the effects are out.
    """
    if effects not in EFFECTS:
        raise ParameterError(
            f"'{effects}' is no effects; they are {', '.join(map(quoted, EFFECTS))}"
        )
    if method not in METHODS:
        raise ParameterError(f"'{method}' is no method; they are {', '.join(map(quoted, METHODS))}")
    sample = _without_lonely(sample, trend=EFFECTS[effects][1])
    if not len(sample.outcome) or numbered(sample.unit).max() < 1:
        raise ParameterError(
            f"the regression on {', '.join(sample.names)} has figures of fewer than two units in "
            "more than one year; widen its years or take out what is seldom known"
        )
    return METHODS[method](sample, *EFFECTS[effects])


def _without_lonely(sample: Sample, *, trend: bool) -> Sample:
    """Take out rows that their own level, or line, fits exactly; they say nothing."""
    level = numbered(sample.level) if len(sample.level) else sample.level
    enough = np.bincount(level)[level] > (2 if trend else 1) if len(level) else level.astype(bool)
    alone = int((~enough).sum())
    dropped = {**sample.dropped, "alone at its level": alone} if alone else sample.dropped
    return Sample(
        sample.outcome[enough], sample.terms[enough], sample.names, sample.unit[enough],
        sample.level[enough], sample.year[enough], sample.weights[enough], dropped,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Design:
    """Terms and then columns of years, with what is swept from both: levels, perhaps lines."""

    sample: Sample
    columns: Values
    level: Index
    time: Values | None

    @classmethod
    def of(cls, sample: Sample, *, years: bool, trend: bool) -> _Design:
        columns = [sample.terms, *([year_columns(sample.year)] if years else [])]
        time = (sample.year - sample.year.mean()).astype(float) if trend else None
        return cls(sample, np.hstack(columns), numbered(sample.level), time)

    def solved(self, outcome: Values, weights: Values) -> tuple[Values, Values, Values, int]:
        """Return estimates, what is left of the terms, what is unexplained, and the rank."""
        both = np.column_stack([outcome, self.columns])
        both = swept(both, self.level, weights, self.time)
        root = np.sqrt(weights)[:, None]
        y, columns = both[:, 0], both[:, 1:]
        n_terms = len(self.sample.names)
        found, _, rank, _ = np.linalg.lstsq(root * columns, root[:, 0] * y, rcond=1e-10)
        others = columns[:, n_terms:]
        terms = columns[:, :n_terms]
        if others.shape[1]:
            shares = np.linalg.lstsq(root * others, root * terms, rcond=1e-10)[0]
            terms = terms - others @ shares
        _check_terms(self.sample, terms * root)
        left = np.asarray(y - columns @ found)
        return np.asarray(found[:n_terms]), np.asarray(terms), left, int(rank)


def _check_terms(sample: Sample, left: Values) -> None:
    """Raise ParameterError for a term of which nothing is left, or which others make up."""
    spread = sample.terms.std(axis=0) * np.sqrt(len(left))
    size = np.sqrt((left**2).sum(axis=0))
    flat = size <= IDENTIFIED * np.maximum(spread, 1e-300)
    scaled = left / np.where(flat, 1, size)
    if flat.any() or np.linalg.matrix_rank(scaled, tol=1e-6) < left.shape[1]:
        named = [name for name, none in zip(sample.names, flat, strict=True) if none]
        message = (
            f"{', '.join(map(quoted, named or sample.names))} "
            "cannot be told from the effects or from the other terms; take it out, or take fewer "
            "effects"
        )
        raise ParameterError(message)


def _found(sample: Sample, values: Values, bread: Values, scores: Values, rank: int) -> Estimates:
    unit = numbered(sample.unit)
    return Estimates(
        names=sample.names,
        values=values,
        covariance=clustered(bread, scores, unit, rank + 1),
        n=len(sample.outcome),
        units=int(unit.max()) + 1,
        years=tuple(int(year) for year in np.unique(sample.year)),
        dropped=dict(sample.dropped),
    )


def _inverse(terms: Values, weights: Values) -> Values:
    return np.asarray(np.linalg.inv(terms.T @ (terms * weights[:, None])))


def _within(sample: Sample, years: bool, trend: bool) -> Estimates:  # noqa: FBT001
    design = _Design.of(sample, years=years, trend=trend)
    values, terms, left, rank = design.solved(sample.outcome, sample.weights)
    bread = _inverse(terms, sample.weights)
    return _found(sample, values, bread, terms * (sample.weights * left)[:, None], rank)


def _robust(sample: Sample, years: bool, trend: bool) -> Estimates:  # noqa: FBT001
    design = _Design.of(sample, years=years, trend=trend)
    weights = sample.weights
    values, terms, left, rank = design.solved(sample.outcome, weights)
    for _ in range(MOST_ROUNDS):
        scale = MAD * float(np.median(np.abs(left - np.median(left))))
        weights = sample.weights * _huber(left, scale)
        before = values
        values, terms, left, rank = design.solved(sample.outcome, weights)
        if np.abs(values - before).max() <= CLOSE * (1 + np.abs(values).max()):
            break
    inside = sample.weights * (_huber(left, scale) == 1)
    bread = _inverse(terms, inside)
    return _found(sample, values, bread, terms * (weights * left)[:, None], rank)


def _huber(left: Values, scale: float) -> Values:
    reach = HUBER * scale
    return np.minimum(1.0, reach / np.maximum(np.abs(left), max(reach, 1e-300)))


def _counts(sample: Sample, years: bool, trend: bool) -> Estimates:  # noqa: FBT001
    """Poisson's likelihood by repeated weighted least squares; levels without a count are out."""
    sample = _with_counts(sample)
    design = _Design.of(sample, years=years, trend=trend)
    mean = (
        sample.outcome + group_means(sample.outcome[:, None], design.level, sample.weights)[:, 0]
    ) / 2
    values = np.zeros(len(sample.names))
    for _ in range(MOST_ROUNDS):
        weights = sample.weights * mean
        working = np.log(mean) + (sample.outcome - mean) / mean
        before = values
        values, terms, left, rank = design.solved(working, weights)
        mean = np.exp(working - left)
        if np.abs(values - before).max() <= CLOSE * (1 + np.abs(values).max()):
            break
    weights = sample.weights * mean
    bread = _inverse(terms, weights)
    scores = terms * (sample.weights * (sample.outcome - mean))[:, None]
    return _found(sample, values, bread, scores, rank)


def _with_counts(sample: Sample) -> Sample:
    if (sample.outcome < 0).any():
        raise ParameterError("the outcome of a regression of counts is below zero; take its rate")
    level = numbered(sample.level)
    some = np.bincount(level, weights=sample.outcome)[level] > 0
    empty = int((~some).sum())
    dropped = {**sample.dropped, "no count at its level": empty} if empty else sample.dropped
    return Sample(
        sample.outcome[some], sample.terms[some], sample.names, sample.unit[some],
        sample.level[some], sample.year[some], sample.weights[some], dropped,
    )  # fmt: skip


def _hybrid(sample: Sample, years: bool, trend: bool) -> Estimates:  # noqa: FBT001
    """Random levels, terms parted into what is within units and their means (Mundlak).

    The means of the columns of years go in as well, so that within is within in an uneven panel.
    """
    if trend:
        raise ParameterError("a hybrid regression has no trends of units; take 'within' for them")
    level, ones = numbered(sample.level), sample.weights
    columns = [sample.terms, *([year_columns(sample.year)] if years else [])]
    every = np.hstack(columns)
    means = group_means(every, level, ones)
    design = np.hstack([every - means, means[:, : len(sample.names)], np.ones((len(level), 1))])
    share = _share_of_level(sample, design, level)
    root = np.sqrt(ones)
    y = (sample.outcome - share * group_means(sample.outcome[:, None], level, ones)[:, 0]) * root
    x = (design - share[:, None] * group_means(design, level, ones)) * root[:, None]
    solved, _, rank, _ = np.linalg.lstsq(x, y, rcond=1e-10)
    found = np.asarray(solved, dtype=float)
    bread = np.asarray(np.linalg.pinv(x.T @ x), dtype=float)
    unit = numbered(sample.unit)
    covariance = clustered(bread, x * (y - x @ found)[:, None], unit, int(rank))
    k = len(sample.names)
    kept = [*range(k), *range(every.shape[1], every.shape[1] + k)]
    names = (*sample.names, *(f"{name}, between units" for name in sample.names))
    return Estimates(
        names, found[kept], covariance[np.ix_(kept, kept)], len(y), int(unit.max()) + 1,
        tuple(int(year) for year in np.unique(sample.year)), dict(sample.dropped),
    )  # fmt: skip


def _share_of_level(sample: Sample, design: Values, level: Index) -> Values:
    """Return how much of its unit's mean is taken from each row (Swamy and Arora)."""
    y = sample.outcome[:, None]
    apart = swept(np.column_stack([y, design]), level, sample.weights)
    left = apart[:, 0] - apart[:, 1:] @ np.linalg.lstsq(apart[:, 1:], apart[:, 0], rcond=1e-10)[0]
    sizes = np.bincount(level)
    noise = float(left @ left) / max(len(level) - len(sizes) - 1, 1)
    whole = sample.outcome - design @ np.linalg.lstsq(design, sample.outcome, rcond=1e-10)[0]
    means = np.bincount(level, weights=whole) / sizes
    spread = max(float(means.var(ddof=1)) - noise * float((1 / sizes).mean()), 0.0)
    total = noise + sizes[level] * spread
    return np.asarray(1 - np.sqrt(noise / total)) if total.min() > 0 else np.zeros(len(level))


METHODS: dict[str, Callable[[Sample, bool, bool], Estimates]] = {
    "within": _within,
    "robust": _robust,
    "counts": _counts,
    "hybrid": _hybrid,
}
