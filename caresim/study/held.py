"""What the caller of a model set stays as it is, whatever draws say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.model import Model
from caresim.language.parameters import Series

if TYPE_CHECKING:
    from caresim.study.draws import Draws

__all__ = ["freed", "held_columns", "held_names", "held_notices", "outside_notices"]

ROUNDING = 1e-5  # draws are kept to six figures


def held_columns(sample: Draws | None, model: Model) -> dict[str, NDArray[np.float64]]:
    """Return the columns of draws, with the caller's value in each run of what the caller set."""
    if sample is None:
        return {}
    held = _held(sample, model)
    now = _under_current_names(sample, model)
    return {
        name: np.full(np.shape(column), held[name]) if name in held else column
        for name, column in now.items()
    }


def freed(model: Model, names: Iterable[str]) -> Model:
    """Return the model with some parameters free to be varied, whoever set them."""
    held = {name: replace(model.parameters[name]) for name in names if name in model.set_by_caller}
    return model.with_numbers(model.parameters.with_entries(held)) if held else model


def held_names(sample: Draws, model: Model) -> tuple[str, ...]:
    """Return what is not drawn since the caller of the model, or of the draws' model, set it."""
    return (*_held(sample, model), *_left_out(sample, model))


def held_notices(sample: Draws | None, model: Model) -> tuple[Notice, ...]:
    """Name the parameters that were drawn although the caller had set them, and the reverse."""
    if sample is None:
        return ()
    notices = []
    if held := _held(sample, model):
        listed = ", ".join(f"'{name}' at {value:g}" for name, value in held.items())
        text = f"{listed}: set by the caller and kept in every run, in place of what was drawn"
        notices.append(Notice("fixed", ", ".join(held), text))
    if lost := [name for name in _left_out(sample, model) if name not in model.set_by_caller]:
        listed = ", ".join(f"'{name}'" for name in lost)
        text = f"{listed}: set in the model that the draws were made for, and so not drawn here"
        notices.append(Notice("fixed", ", ".join(lost), text))
    return tuple(notices)


def outside_notices(sample: Draws | None, model: Model) -> tuple[Notice, ...]:
    """Say of each drawn parameter how many runs have it outside its bounds."""
    if sample is None:
        return ()
    found = []
    for name, column in held_columns(sample, model).items():
        if (entry := model.parameters.get(name)) is None or entry.bounds is None:
            continue
        low, high = entry.bounds
        slack = ROUNDING * max((abs(end) for end in entry.bounds if np.isfinite(end)), default=0.0)
        beyond = int(((column < low - slack) | (column > high + slack)).sum())
        if beyond:
            text = (
                f"'{name}' is outside its bounds [{low:g}, {high:g}] in {beyond:,} of "
                f"{len(column):,} draws ({100 * beyond / len(column):.2g} %), from "
                f"{column.min():g} to {column.max():g}"
            )
            found.append(Notice("bounds", name, text))
    return tuple(found)


def _held(sample: Draws, model: Model) -> dict[str, float]:
    """Return the values that the caller set of parameters that were drawn."""
    now = _under_current_names(sample, model)
    drawn = [model.parameters[name] for name in model.set_by_caller if name in now]
    return {p.name: p.value for p in drawn if not isinstance(p.value, Series)}


def _left_out(sample: Draws, model: Model) -> list[str]:
    """Return what would have been drawn had the caller of the draws' model not set it."""
    set_before = sample.made_for.set_by_caller if sample.made_for else ()
    entries = [model.parameters[name] for name in set_before if name not in sample.columns]
    return [entry.name for entry in entries if entry.prior and not entry.is_dated]


def _under_current_names(sample: Draws, model: Model) -> dict[str, NDArray[np.float64]]:
    return {model.parameters.current(name): column for name, column in sample.columns.items()}
