"""Another belief of some numbers: their priors exchanged, and what the figures left under it.

Another prior is another posterior, and no arithmetic on draws gives it: other numbers were drawn so
that history is met, and would be others. So each belief has draws of its own, of a calibration with
its priors, beside the vintage.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from caresim.language.beliefs import Belief, beliefs_of
from caresim.language.errors import ParameterError, did_you_mean
from caresim.language.model import Model
from caresim.study.arguments import text_of

__all__ = ["belief_named", "drawn_file", "with_belief"]

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
    entries = {
        key: replace(model.parameters[key], prior=prior, value=max(prior.middle, 0.0))
        for key, prior in belief.priors.items()
    }
    return model.with_numbers(model.parameters.with_entries(entries))


def drawn_file(model: Model, belief: Belief) -> Path:
    """Return the file of the draws that a calibration under a belief left.

    Raises ParameterError where the vintage has none.
    """
    folder = None if model.vintage is None else model.vintage.folder
    if folder is None or not (folder / FOLDER / f"{belief.slug}.csv").is_file():
        message = (
            f"no draws under '{belief.name}' stand beside the vintage; calibrate the model with "
            "its priors, or draw with given='prior'"
        )
        raise ParameterError(message)
    return folder / FOLDER / f"{belief.slug}.csv"
