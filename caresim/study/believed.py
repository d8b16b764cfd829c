"""Another belief of some numbers: their priors exchanged, and what the figures left under it.

Another prior is another posterior, and no arithmetic on draws gives it: other numbers were drawn so
that history is met, and would be others. So each belief has draws of its own, of a calibration with
its priors, beside the vintage.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from caresim.language.beliefs import Belief, beliefs_of
from caresim.language.errors import ParameterError, did_you_mean
from caresim.language.model import Model
from caresim.study.arguments import text_of

__all__ = ["are_drawn", "belief_named", "drawn_file", "with_belief"]

FOLDER = "beliefs"


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


def with_belief(model: Model, name: str) -> Model:
    """Return the model with the priors of a belief, at their centres, to be calibrated anew.

    Raises ParameterError where the model declares no such belief.
    """
    belief = belief_named(model, name)
    if belief is None:
        return model
    entries = {}
    for key, prior in belief.priors.items():
        low, high = model.parameters[key].bounds or (-math.inf, math.inf)
        centre = min(max(prior.middle, low), high)
        entries[key] = replace(model.parameters[key], prior=prior, value=centre)
    return model.with_numbers(model.parameters.with_entries(entries))


def drawn_file(model: Model, belief: Belief) -> Path:
    """Return the file of the draws that a calibration under a belief left.

    Raises ParameterError where the vintage has none.
    """
    path = _file_of(model, belief)
    if path is None:
        message = (
            f"no draws under '{belief.name}' stand beside the vintage; calibrate the model with "
            "its priors, or draw with given='prior'"
        )
        raise ParameterError(message)
    return path


def are_drawn(model: Model) -> bool:
    """Return whether every belief of a model has draws beside its vintage.

    A vintage of a calibration of one's own has those of the model's own priors alone.
    """
    known = beliefs_of(model)
    return known is not None and all(_file_of(model, belief) for belief in known.others)


def _file_of(model: Model, belief: Belief) -> Path | None:
    if model.vintage is None:
        return None
    path = model.vintage.folder / FOLDER / f"{belief.slug}.csv"
    return path if path.is_file() else None
