"""Draws under another belief of some numbers: their priors exchanged, the rest moved with them.

Where figures hardly tell a number, its posterior is its prior, and another prior is another
posterior: each draw keeps its rank. Other numbers were drawn so that history is met with that
number; each is moved by its slope on it, in standard deviations of its prior, so that it still is.
For a number that figures do tell this is no substitute for a calibration with the other prior.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from caresim.language.beliefs import Belief, beliefs_of
from caresim.language.errors import ParameterError, did_you_mean
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.study.arguments import text_of

__all__ = ["belief_named", "believed"]

Values = NDArray[np.float64]


def belief_named(model: Model, name: str) -> Belief | None:
    """Return a belief of a model, None for that of its own priors.

    Raises ParameterError where the model declares no such belief.
    """
    known = beliefs_of(model)
    asked = text_of(name, "beliefs", "the name of a belief", ParameterError)
    if known is None:
        message = f"{type(model).__name__} declares no beliefs; leave 'beliefs' out"
        raise ParameterError(message)
    if asked == known.default:
        return None
    for belief in known.others:
        if belief.name == asked:
            return belief
    listed = ", ".join(map(repr, known.names))
    message = f"beliefs is one of {listed}, not {asked!r}{did_you_mean(asked, known.names)}"
    raise ParameterError(message)


def believed(model: Model, sample: Mapping[str, Values], belief: Belief) -> dict[str, Values]:
    """Return the columns of draws of a model's own beliefs as those of another one, draw by draw.

    The belief's numbers keep their ranks, others move by their slopes on them and stay within their
    bounds.
    """
    named = [name for name in belief.priors if name in sample]
    entries = model.parameters
    before = np.array([_standard(entries[name], sample[name]) for name in named])
    columns = dict(sample)
    for name in named:
        columns[name] = _exchanged(entries[name], belief, columns[name])
    after = np.array([_standard(entries[name], columns[name]) for name in named])
    # a number set by nobody has a column of many values; one that stays has no slope
    for name, column in sample.items():
        entry = entries[name]
        if name in named or entry.prior is None or entry.prior.zero or not np.ptp(column):
            continue
        slopes = _slopes(before, _standard(entry, column))
        columns[name] = _moved(entry, column, slopes @ (after - before))
    return columns


def _standard(entry: Parameter, column: Values) -> Values:
    """Return values as distances from the prior's centre in standard deviations."""
    assert entry.prior is not None  # noqa: S101  (what is drawn has a prior)
    return np.asarray(np.clip(entry.prior.continuous.standard(column), -8.0, 8.0))


def _exchanged(entry: Parameter, belief: Belief, column: Values) -> Values:
    """Return draws at the same ranks of the other prior, both cut at the bounds."""
    assert entry.prior is not None  # noqa: S101  (what is drawn has a prior)
    low, _ = entry.bounds or (-np.inf, np.inf)
    whole = entry.prior.share_within(*(entry.bounds or (-np.inf, np.inf)))
    ranks = np.array([entry.prior.share_within(low, value) / whole for value in column.tolist()])
    return belief.priors[entry.name].quantiles(np.clip(ranks, 0.0, 1.0), entry.bounds)


def _slopes(causes: Values, effect: Values) -> Values:
    centred = causes - causes.mean(axis=1, keepdims=True)
    found, *_ = np.linalg.lstsq(centred.T, effect - effect.mean(), rcond=None)
    return np.asarray(found)


def _moved(entry: Parameter, column: Values, by: Values) -> Values:
    assert entry.prior is not None  # noqa: S101  (what is drawn has a prior)
    moved = entry.prior.continuous.natural(_standard(entry, column) + by)
    return np.asarray(np.clip(moved, *(entry.bounds or (-np.inf, np.inf))))
