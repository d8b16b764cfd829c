"""What draws have come about by chance after the last figures, the same in every scenario.

Each factor that moves by chance has a stream of numbers of its own in each financial year, so that
neither the horizon, nor other factors, nor the number of draws changes what a draw comes to.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ParameterError, came
from caresim.language.figures import last_fitted
from caresim.language.model import Model
from caresim.language.parameters import ParameterRef, Series
from caresim.language.walks import Events, Moving, factors_of
from caresim.study.arguments import items_of, word_of
from caresim.study.later_paths import known_to

__all__ = [
    "GIVENS",
    "KINDS",
    "RATES",
    "SHOCKS",
    "Known",
    "begins_of",
    "chances_of",
    "kinds_asked",
    "kinds_in",
    "normals_of",
]

Values = NDArray[np.float64]
RATES, SHOCKS, GIVENS = KINDS = ("rates", "shocks", "givens")
ASKED = "chance is True, False, or some of ['rates', 'shocks', 'givens']"


class Drawn(Protocol):
    """Draws, as far as chance hangs on them."""

    @property
    def seed(self) -> int: ...

    @property
    def chance(self) -> tuple[str, ...]: ...

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Known:
    """The values of parameters in each draw."""

    model: Model
    columns: Mapping[str, Values]

    def of(self, factor: Moving) -> Values | float:
        """Return how large a factor moves, or how many events there are a year."""
        if not isinstance(factor.size, ParameterRef):
            return factor.size.literal or 0.0
        name = factor.size.name
        value = self.columns.get(name, self.model.parameters[name].value)
        assert not isinstance(value, Series)  # noqa: S101
        return value


def kinds_in(model: Model) -> tuple[str, ...]:
    """Return which kinds of chance a model has."""
    found = {kind_of(factor) for factor in factors_of(model).values()}
    return tuple(kind for kind in KINDS if kind in found)


def kind_of(factor: Moving) -> str:
    """Return what moves: a rate of the model, events, or what is given from outside."""
    if isinstance(factor, Events):
        return SHOCKS
    return RATES if factor.after is None else GIVENS


def kinds_asked(asked: object, model: Model) -> tuple[str, ...]:
    """Return the kinds of chance that are asked for: all that a model has, none, or some of them.

    Raises ParameterError for what is no such wish, and for a kind that the model has not.
    """
    known = kinds_in(model)
    if asked is None or asked is True:
        return known
    if asked is False:
        return ()
    if isinstance(asked, str):
        message = f"{ASKED}, not {came(asked)}; write chance=[{came(asked)}]"
        raise ParameterError(message)
    wanted = [word_of(each, "chance", KINDS, ParameterError) for each in _listed(asked)]
    if apart := [kind for kind in wanted if kind not in known]:
        message = f"{type(model).__name__} has no chance of its {apart[0]}"
        raise ParameterError(message)
    return tuple(kind for kind in KINDS if kind in wanted)


def _listed(asked: object) -> Sequence[object]:
    try:
        return items_of(asked, ASKED)
    except CaresimError as fault:
        raise ParameterError(str(fault)) from None


def chances_of(
    model: Model, clock: Clock, sample: Drawn, columns: Mapping[str, Values]
) -> dict[str, Values]:
    """Return what chance has come to in each draw, for what moves by it: shape (years, runs).

    ``columns`` are the drawn parameters, on which the number of events hangs.
    """
    wanted, values = set(sample.chance), Known(model, columns)
    return {
        name: _path(factor, begins_of(model, factor), clock, sample, values)
        for name, factor in factors_of(model).items()
        if kind_of(factor) in wanted
    }


def _path(factor: Moving, begins: int, clock: Clock, sample: Drawn, values: Known) -> Values:
    """Return the path of a factor, which is still up to the end of a financial year."""
    n = len(sample)
    path = np.zeros((clock.n_years, n))
    years = range(max(begins, clock.first_year), clock.last_year)
    normal = normals_of(factor.name or "", sample.seed, years, n)
    path[clock.n_years - len(years) :] = factor.chance.path(normal, values.of(factor))
    return path


def normals_of(name: str, seed: int, years: range, n: int) -> Values:
    """Return numbers of a standard normal, shape (years, n), those of a year from their own stream.

    ``years`` begin at the end of a financial year; what a year has hangs on no other.
    """
    stream, normal = zlib.crc32(name.encode()), np.empty((len(years), n))
    for row, year in zip(normal, years, strict=True):
        row[:] = np.random.default_rng([seed, stream, year]).standard_normal(n)
    return normal


def begins_of(model: Model, factor: Moving) -> int:
    """Return the end of the last financial year in which a factor is 1."""
    of = model if model.stands_for is None else model.stands_for.whole
    if factor.after is not None:
        entry = of.parameters[factor.after.name]
        known = entry.value if isinstance(entry.value, float) else known_to(entry)
        return int(np.ceil(known))
    last = last_fitted(of.observed) if of.observed is not None else ""
    return year_end(last) if last else int(of.start[:4])
