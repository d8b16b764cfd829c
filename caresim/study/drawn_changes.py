"""What a scenario does to parameters that are drawn: it fixes them, or changes each draw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.notices import Notice
from caresim.engine.paths import Shift, paths_of
from caresim.language.amounts import amount_text, value_text
from caresim.language.parameters import Parameter, Parameters

__all__ = ["drawn_change_notices"]

Values = NDArray[np.float64]
Columns = Mapping[str, Values]
SLACK = 1e-9  # of the bounds, for rounding


def drawn_change_notices(
    parameters: Parameters, shifts: Sequence[Shift], clock: Clock, columns: Columns
) -> list[Notice]:
    """Say which drawn parameters a scenario fixes, and which draws it takes out of their bounds."""
    notices = []
    for name in dict.fromkeys(s.parameter for s in shifts if s.parameter in columns):
        entry, column = parameters[name], columns[name]
        if np.ptp(column) == 0:  # the caller set it, or there is one draw
            continue
        slopes, levels = _paths(entry, shifts, clock)
        if not slopes.all():
            when = "for a time" if slopes[-1] else "then"
            text = f"'{name}': set by the scenario and {when} the same in every draw"
            notices.append(Notice("fixed", name, text))
        outside = _outside(entry, slopes, levels, column)
        if count := int(outside.sum()):
            low, high = entry.bounds or (-math.inf, math.inf)
            ends = f"{amount_text(low, entry)} to {value_text(high, entry, parameters.price_year)}"
            text = (
                f"'{name}' leaves its bounds of {ends} under the scenario in {count:,} of "
                f"{len(column):,} draws"
            )
            notices.append(Notice("bounds", name, text))
    return notices


def _paths(entry: Parameter, shifts: Sequence[Shift], clock: Clock) -> tuple[Values, Values]:
    """Return slope and level of a parameter at each moment, in order of time."""
    own = [shift for shift in shifts if shift.parameter == entry.name]
    paths, _ = paths_of(Parameters({entry.name: entry}), own, clock)
    path = paths[entry.name]
    return path.slope.ravel(), path.level.ravel()


def _outside(entry: Parameter, slopes: Values, levels: Values, column: Values) -> NDArray[np.bool_]:
    """Return which draws leave the bounds that they were within."""
    low, high = entry.bounds or (-math.inf, math.inf)
    slack = SLACK * max((abs(end) for end in (low, high) if math.isfinite(end)), default=0.0)
    least, most = column.copy(), column.copy()
    for slope, level in np.unique(np.stack([slopes, levels], axis=1), axis=0):
        moved = slope * column + level
        least, most = np.minimum(least, moved), np.maximum(most, moved)
    within = (column >= low) & (column <= high)
    return np.asarray(within & ((least < low - slack) | (most > high + slack)))
