"""The answers to declared growth curves: own and crossed lags, year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import financial_year
from caresim.study.panel.answer import COVERAGE, Answer, years_of
from caresim.study.panel.declared import Declared, Growth, Published
from caresim.study.panel.estimates import Estimates
from caresim.study.panel.figures import Figures
from caresim.study.panel.growth import OWN, crossed_growth, to_exposure, to_outcome
from caresim.study.panel.quantities import measured

__all__ = ["grown_answers"]

Values = NDArray[np.float64]


def grown_answers(
    growth: Growth, declared: Declared, figures: Figures, prices: Mapping[int, float]
) -> Iterator[Answer]:
    """Yield what two growth curves give: own lag, crossed lags by year, and means of these.

    Raises ParameterError for series, prices or years that the figures lack.
    """
    outcome, exposure, years = _series(growth, declared, figures, prices)
    found = crossed_growth(outcome, exposure, years)
    to, back = [to_outcome(y) for y in years[1:]], [to_exposure(y) for y in years[1:]]
    names = growth.outcome, growth.exposure
    yield _answer(growth, found, [OWN], (growth.outcome, growth.outcome), growth.published_own)
    yield from _each(growth, found, to, names, growth.published)
    if growth.pooled:
        yield _answer(growth, found, to[: growth.pooled], names, None)
        yield _answer(growth, found, to[growth.pooled :], names, None)
    yield from _each(growth, found, back, names[::-1], growth.published_back)


def _series(
    growth: Growth, declared: Declared, figures: Figures, prices: Mapping[int, float]
) -> tuple[Values, Values, tuple[int, ...]]:
    figures, known = figures.without(growth.without), declared.quantities
    years = tuple(range(growth.first, growth.last + 1))
    places = [figures.years.index(year) for year in years]
    exposure = replace(known[growth.exposure], times=known[growth.exposure].times * growth.times)
    both = [
        measured(quantity, figures, prices, known)[:, places]
        for quantity in (known[growth.outcome], exposure)
    ]
    if growth.years_out:
        both = [values - np.nanmean(values, axis=0) for values in both]
    return both[0], both[1], years


def _each(
    growth: Growth,
    found: Estimates,
    terms: list[str],
    names: tuple[str, str],
    published: tuple[Published, ...],
) -> Iterator[Answer]:
    for term, known in zip(terms, chain(published, repeat(None)), strict=False):
        yield _answer(growth, found, [term], names, known)


def _answer(
    growth: Growth,
    found: Estimates,
    terms: list[str],
    names: tuple[str, str],
    published: Published | None,
) -> Answer:
    total, spread, ends = found.total(terms, COVERAGE)
    value, error, low, high = (part / len(terms) for part in (total, spread, *ends))
    years = [financial_year(int(term[-4:])) for term in terms if term != OWN]
    when = f", in {years[0]}" if len(years) == 1 else ""
    when = f", mean of {years[0]} to {years[-1]}" if len(years) > 1 else when
    return Answer(
        growth.study, growth.name, names[0], names[1], f"1{when}", value, error, low, high,
        "% for 1 %", found.units, years_of(found), found.n, dict(found.dropped), published,
        growth.remark,
    )  # fmt: skip
