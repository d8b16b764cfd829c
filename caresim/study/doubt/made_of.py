"""What the band of a quantity is made of: parameters alone, and with each kind of chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from caresim.language.walks import Events, factors_of
from caresim.study.futures import SHOCKS, Known, begins_of
from caresim.study.question import Question

__all__ = ["MadeOf", "made_of"]

Values = NDArray[np.float64]
Ends = tuple[float, float]


@dataclass(frozen=True)
class MadeOf:
    """The band of a quantity in one year, and the bands that parts of its doubt alone would make.

    ``whole`` are the ends that hold ``level`` of the draws, ``alone`` those of parameters and
    structures without any chance, ``kinds`` those of them with one kind of chance. ``line`` is the
    single run, in which nothing comes by chance; ``events`` is how many shocks a year draws bring
    on average, 0 where none are drawn.
    """

    quantity: str
    year: str
    level: float
    line: float
    whole: Ends
    alone: Ends
    kinds: Mapping[str, Ends]
    events: float


def made_of(
    asked: Question, quantity: str, line: float, whole: Values, level: float = 0.8
) -> MadeOf | None:
    """Return what the band of a quantity in the last year of a question with draws is made of.

    ``line`` is the value of the single run, ``whole`` those of the draws. None where nothing moves
    by chance.
    """
    sample = asked.draws
    if sample is None or not sample.chance:
        return None
    kinds = {}
    for kind in ("", *sample.chance):
        part = replace(asked, draws=replace(sample, chance=(kind,) if kind else ()))
        kinds[kind] = _ends(part.run([quantity]).yearly(quantity)[-1], level)
    return MadeOf(
        quantity=quantity,
        year=asked.clock.financial_years[-1],
        level=level,
        line=line,
        whole=_ends(whole, level),
        alone=kinds.pop(""),
        kinds=kinds,
        events=_events(asked) if SHOCKS in sample.chance else 0.0,
    )


def _events(asked: Question) -> float:
    """Return how many events a year there are on average after the last figures."""
    known, found = Known(asked.model, asked.columns), 0.0
    for name, factor in factors_of(asked.model).items():
        if isinstance(factor, Events) and name in asked.chances:
            first = begins_of(asked.model, factor) - asked.clock.first_year
            years = asked.chances[name][max(first, 0) :]
            found += float(np.mean(years * known.of(factor))) if years.size else 0.0
    return found


def _ends(values: Values, level: float) -> Ends:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return low, high
