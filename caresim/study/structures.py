"""Rival structures: each fitted alike, with draws of its own, and all of them stacked into one.

What is otherwise is a number, such as a switch or an effect that is none, or what is believed of
one, so that all are runs of the same equations. Draw i is of structure i modulo their number: each
has as many draws, since no score tells them apart and no figure speaks for one, and the first draws
are the same for any number of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.language.beliefs import Belief, Beliefs, structures_of
from caresim.language.model import Model
from caresim.language.parameters import Series
from caresim.study.otherwise import drawn_beside, named

__all__ = [
    "FOLDER",
    "counts",
    "places_of",
    "rival_draws",
    "rival_named",
    "rivals_drawn",
    "stacked",
    "structures_in",
]

Values = NDArray[np.float64]
FOLDER = "structures"


def rival_named(model: Model, name: object) -> Belief | None:
    """Return a rival structure of a model, None for that which is published.

    Raises ParameterError where the model declares no such structure.
    """
    known = structures_of(model)
    return named(model, known, name, "structure", "as published", "rival structures")


def structures_in(model: Model) -> tuple[Belief | None, ...]:
    """Return the structures of a model: None for that which is published, and its rivals."""
    known = structures_of(model)
    return (None, *(known.others if known else ()))


def rival_draws(model: Model, rival: Belief) -> Path | None:
    """Return the file of the draws that a calibration of a structure left, None without one."""
    return drawn_beside(model, rival, FOLDER)


def rivals_drawn(model: Model) -> Beliefs | None:
    """Return the structures of a model where every rival has draws beside its vintage."""
    known = structures_of(model)
    if known is None or not all(rival_draws(model, rival) for rival in known.others):
        return None
    return known


def counts(n: int, structures: int) -> list[int]:
    """Return how many of some draws are of each structure."""
    return [len(range(k, n, structures)) for k in range(structures)]


def places_of(names: Sequence[str], n: int) -> dict[str, slice]:
    """Return which draws are of each structure."""
    return {name: slice(k, n, len(names)) for k, name in enumerate(names)}


def stacked(model: Model, columns: Sequence[Mapping[str, Values]], n: int) -> dict[str, Values]:
    """Return the draws of several structures as one, in turn.

    A number that a structure does not draw has the model's value in its draws.
    """
    names = dict.fromkeys(name for one in columns for name in one)
    found = {}
    for name in names:
        value = model.parameters[name].value
        assert not isinstance(value, Series)  # noqa: S101  (no series is drawn)
        column = np.full(n, value)
        for k, one in enumerate(columns):
            if name in one:
                column[k :: len(columns)] = one[name]
        found[name] = column
    return found
