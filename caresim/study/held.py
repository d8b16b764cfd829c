"""What the caller of a model set stays as it is, whatever draws say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.model import Model
from caresim.language.parameters import Series

if TYPE_CHECKING:
    from caresim.study.draws import Draws

__all__ = ["held_columns", "held_notices", "outside_notices"]

ROUNDING = 1e-5  # draws are kept to six figures


def held_columns(sample: Draws | None, model: Model) -> dict[str, NDArray[np.float64]]:
    """Return the columns of draws, with the caller's value in each run of what the caller set."""
    if sample is None:
        return {}
    held = _held(sample, model)
    return {
        name: np.full(np.shape(column), held[name]) if name in held else column
        for name, column in sample.columns.items()
    }


def held_notices(sample: Draws | None, model: Model) -> tuple[Notice, ...]:
    """Name the parameters that were drawn although the caller had set them."""
    held = _held(sample, model) if sample is not None else {}
    if not held:
        return ()
    listed = ", ".join(f"'{name}' at {value:g}" for name, value in held.items())
    text = f"{listed}: set by the caller and kept in every run, in place of what was drawn"
    return (Notice("fixed", ", ".join(held), text),)


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
    drawn = [model.parameters[name] for name in model.set_by_caller if name in sample.columns]
    return {p.name: p.value for p in drawn if not isinstance(p.value, Series)}
