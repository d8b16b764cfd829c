"""What draws have come about by chance after the last figures, the same in every scenario.

Each factor that moves by chance has a stream of numbers of its own in each financial year, so that
neither the horizon, nor other factors, nor the number of draws changes what a draw comes to.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ParameterError, came
from caresim.language.figures import last_fitted
from caresim.language.model import Model
from caresim.language.walks import Moving, factors_of
from caresim.study.arguments import items_of, word_of
from caresim.study.later_paths import known_to

__all__ = ["GIVENS", "KINDS", "RATES", "chances_of", "kinds_asked", "kinds_in"]

Values = NDArray[np.float64]
RATES, GIVENS = "rates", "givens"
KINDS = (RATES, GIVENS)
ASKED = "chance is True, False, or some of ['rates', 'givens']"


def kinds_in(model: Model) -> tuple[str, ...]:
    """Return which kinds of chance a model has."""
    found = {kind_of(factor) for factor in factors_of(model).values()}
    return tuple(kind for kind in KINDS if kind in found)


def kind_of(factor: Moving) -> str:
    """Return what a factor moves: a rate of the model, or what is given from outside."""
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
    model: Model, clock: Clock, n: int, seed: int, kinds: Iterable[str]
) -> dict[str, Values]:
    """Return how far each factor has come by chance, in steps: shape (years, runs)."""
    wanted = set(kinds)
    return {
        name: _path(factor, _begins(model, factor), clock, n, seed)
        for name, factor in factors_of(model).items()
        if kind_of(factor) in wanted
    }


def _path(factor: Moving, begins: int, clock: Clock, n: int, seed: int) -> Values:
    """Return the path of a factor, which is still up to the end of a financial year."""
    path = np.zeros((clock.n_years, n))
    stream = zlib.crc32((factor.name or "").encode())
    years = range(max(begins, clock.first_year), clock.last_year)
    normal = np.empty((len(years), n))
    for row, year in zip(normal, years, strict=True):
        row[:] = np.random.default_rng([seed, stream, year]).standard_normal(n)
    path[clock.n_years - len(years) :] = factor.chance.path(normal)
    return path


def _begins(model: Model, factor: Moving) -> int:
    """Return the end of the last financial year in which a factor is 1."""
    of = model if model.stands_for is None else model.stands_for.whole
    if factor.after is not None:
        return int(np.ceil(known_to(of.parameters[factor.after.name])))
    last = last_fitted(of.observed) if of.observed is not None else ""
    return year_end(last) if last else int(of.start[:4])
