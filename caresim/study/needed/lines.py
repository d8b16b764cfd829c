"""Looks along a line for the first place at which a target is reached, for each draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from caresim.study.break_even.roots import roots_of

__all__ = ["Found", "along", "at_values", "nearer", "straight"]

Values = NDArray[np.float64]
Ask = Callable[[Values], Values]
POINTS = 7  # of a line, where nothing needs more
SECANTS = 7  # within a cell, which may be long far away from the start


@dataclass(frozen=True, eq=False)
class Found:
    """What was found along a line, each of shape (draws,).

    ``first`` is the place nearest to the start at which the target is just reached, NaN where it
    never is; ``best`` what comes nearest to the target anywhere, at the place ``where``; ``moves``
    how far the place takes it from what it is at the start, whichever way.
    """

    first: Values
    best: Values
    where: Values
    moves: Values


def straight(start: float, end: float) -> Values:
    """Return the places of a line, in equal parts."""
    return np.linspace(start, end, POINTS)


def along(line: Values, ask: Ask, target: float, *, draws: int, stepwise: bool = False) -> Found:
    """Return what is found along a line, from its first place on; it need not rise or fall.

    ``ask`` returns what a target is set for at places of shape (places, draws). ``stepwise`` says
    that nothing lies between the places.
    """
    there = ask(np.repeat(line[:, None], draws, axis=1))
    there = _as_far_as_known(there)
    reached = there / target >= 1
    if stepwise:
        first = np.where(reached.any(axis=0), line[np.argmax(reached, axis=0)], np.nan)
    elif (reached == reached[0]).all():  # and there is nothing to look for nearer by
        first = np.full(draws, np.nan)
    else:
        first = roots_of(
            line, there - target, lambda x: ask(x[None])[0] - target, times=SECANTS, curved=True
        )
        first = np.where(np.isfinite(first), first, np.nan)
    nearest = np.argmax(np.nan_to_num(there * np.sign(target), nan=-np.inf), axis=0)
    moves = np.nan_to_num(np.abs(there - there[0])).max(axis=0)
    return Found(first, there[nearest, np.arange(draws)], line[nearest], moves)


def at_values(found: Found, value: Callable[[float], float]) -> Found:
    """Return what was found with other values for its places, such as those of a lever's unit."""
    first = [value(x) if np.isfinite(x) else np.nan for x in found.first]
    return replace(found, first=np.array(first), where=np.array([value(x) for x in found.where]))


def nearer(start: float, one: Found, other: Found, target: float) -> Found:
    """Return of two lines from one start what is nearer to it, or else to the target."""
    far = [np.nan_to_num(np.abs(found.first - start), nan=np.inf) for found in (one, other)]
    first = np.where(far[0] <= far[1], one.first, other.first)
    ahead = [np.nan_to_num(f.best * np.sign(target), nan=-np.inf) for f in (one, other)]
    is_one = ahead[0] >= ahead[1]
    best, where = (
        np.where(is_one, getattr(one, key), getattr(other, key)) for key in ("best", "where")
    )
    return Found(first, best, where, np.maximum(one.moves, other.moves))


def _as_far_as_known(there: Values) -> Values:
    """Return values with the last known one wherever no run can be finished from a place on."""
    filled = there.copy()
    for place in range(1, len(filled)):
        lost = np.isnan(filled[place])
        filled[place, lost] = filled[place - 1, lost]
    return filled
