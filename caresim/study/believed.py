"""Another belief of some numbers: their priors exchanged, and what the figures left under it."""

from __future__ import annotations

from pathlib import Path

from caresim.language.beliefs import Belief, beliefs_of
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.study.otherwise import drawn_beside, named, otherwise

__all__ = ["are_drawn", "belief_named", "drawn_file", "with_belief"]

FOLDER = "beliefs"


def belief_named(model: Model, name: object) -> Belief | None:
    """Return a belief of a model, None for that of its own priors.

    Raises ParameterError where the model declares no such belief.
    """
    return named(model, beliefs_of(model), name, "beliefs", "the name of a belief", "beliefs")


def with_belief(model: Model, name: object) -> Model:
    """Return the model with the priors of a belief, at their centres, to be calibrated anew.

    Raises ParameterError where the model declares no such belief.
    """
    return otherwise(model, belief_named(model, name))


def drawn_file(model: Model, belief: Belief) -> Path:
    """Return the file of the draws that a calibration under a belief left.

    Raises ParameterError where the vintage has none.
    """
    path = drawn_beside(model, belief, FOLDER)
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
    return known is not None and all(drawn_beside(model, belief, FOLDER) for belief in known.others)
