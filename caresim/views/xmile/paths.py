"""Parameters that move, as curves over time that are exact at every Euler step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from caresim.engine.clock import Clock
from caresim.engine.paths import Path, Shift, paths_of
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.views.xmile.curves import Curve, curve_over_time

__all__ = ["Moving", "moving_parameters"]


@dataclass(frozen=True)
class Moving:
    """What a parameter does in a run: its curve over time, and its value just before the start."""

    curve: Curve
    before: float
    is_shifted: bool

    @property
    def jumps_at_start(self) -> bool:
        """True when the first day changes the value that initial stocks are computed from."""
        return self.curve.values[0] != self.before


def moving_parameters(model: Model, shifts: Sequence[Shift], clock: Clock) -> Mapping[str, Moving]:
    """Return each parameter that has dated values or that a scenario changes."""
    shifted = {shift.parameter for shift in shifts}
    paths, _ = paths_of(model.parameters, shifts, clock)
    return {
        name: _moving(model.parameters[name], path, clock, is_shifted=name in shifted)
        for name, path in paths.items()
    }


def _moving(parameter: Parameter, path: Path, clock: Clock, *, is_shifted: bool) -> Moving:
    value = parameter.value
    base = 0.0 if isinstance(value, Series) else float(value)
    # what Euler reads, at the first moment of each step, and the last value
    values = path.values(base)
    levels = np.append(values[:, 0], values[-1, 2])
    slope, level = path.before
    return Moving(curve_over_time(levels, clock), slope * base + level, is_shifted)
