"""What may be otherwise in a model, a belief or a structure: asked for, put in, and its draws.

Another prior, or another number, is another posterior, and no arithmetic on draws gives it: other
numbers were drawn so that history is met, and would be others. So each has draws of its own, of a
calibration with what is otherwise, beside the vintage.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from caresim.language.beliefs import Belief, Beliefs
from caresim.language.errors import ParameterError, did_you_mean
from caresim.language.model import Model
from caresim.study.arguments import text_of

__all__ = ["drawn_beside", "named", "otherwise"]


def named(model: Model, known: Beliefs | None, name: object, word: str, example: str,
          what: str) -> Belief | None:  # fmt: skip
    """Return what is otherwise under a name, None for what the model has itself.

    ``word`` is the argument and ``what`` the kind in words. Raises ParameterError where the model
    declares nothing of that name.
    """
    asked = text_of(name, word, example, ParameterError)
    if known is None:
        message = f"{type(model).__name__} declares no {what}; leave '{word}' out"
        raise ParameterError(message)
    if asked == known.default:
        return None
    for one in known.others:
        if one.name == asked:
            return one
    listed = ", ".join(map(repr, known.names))
    message = f"{word} is one of {listed}, not {asked!r}{did_you_mean(asked, known.names)}"
    raise ParameterError(message)


def otherwise(model: Model, one: Belief | None) -> Model:
    """Return the model with what is otherwise in it, to be calibrated anew.

    A number has one value and is neither estimated nor drawn; a prior stands at its centre.
    """
    if one is None:
        return model
    entries = {}
    for name, prior in one.priors.items():
        low, high = model.parameters[name].bounds or (-math.inf, math.inf)
        centre = min(max(prior.middle, low), high)
        entries[name] = replace(model.parameters[name], prior=prior, value=centre)
    for name, value in one.numbers.items():
        entry = model.parameters[name]
        role = "fixed" if entry.role == "estimated" else entry.role
        entries[name] = replace(entry, value=value, prior=None, role=role, vintages=())
    return model.with_numbers(model.parameters.with_entries(entries))


def drawn_beside(model: Model, one: Belief, folder: str) -> Path | None:
    """Return the file of the draws left in a folder of the vintage, None without any."""
    if model.vintage is None:
        return None
    path = model.vintage.folder / folder / f"{one.slug}.csv"
    return path if path.is_file() else None
