"""Parameters that move, as curves over time that are exact at every Euler step.

A step of another engine is as long as any other, so what happens between two steps is moved to the
nearest, and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from caresim.engine.clock import Clock
from caresim.engine.cuts import cut_clock
from caresim.engine.paths import Path, Shift, paths_of
from caresim.language.dates import label_of
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.views.xmile.curves import Curve, curve_over_time

__all__ = ["Moving", "between_steps", "moving_parameters", "on_steps"]

MOST_NAMED = 6  # days
SEEN = 0.6 / 365.25  # years: a quarter that ends half a day beside a step is no news


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


def on_steps(shift: Shift, clock: Clock) -> Shift:
    """Return a change with its moments on beginnings or ends of steps, also before the run."""

    def nearest(time: float) -> float:
        steps = (time - clock.first_year) * clock.steps_per_year
        return (
            clock.first_year + round(steps) / clock.steps_per_year if np.isfinite(steps) else time
        )

    return replace(shift, begins=nearest(shift.begins), ends=nearest(shift.ends))


def between_steps(model: Model, shifts: Sequence[Shift], clock: Clock) -> str:
    """Return a sentence on the days that fixed steps cannot hold, empty where there are none."""
    # the end of a ramp is a bend, which the values at the steps hold
    cut, _ = cut_clock(model, replace(clock, fixed=False), [replace(s, over=0.0) for s in shifts])
    apart = [c for c in cut.cuts if np.abs(clock.edges - c).min() > SEEN]
    if not apart:
        return ""
    days = [f"{label_of(c):%d %B %Y}".lstrip("0") for c in apart]
    listed = ", ".join(days[:MOST_NAMED]) + (", …" if len(days) > MOST_NAMED else "")
    return (
        f"{clock.steps_per_year} equal steps a year cannot hold what happens at the end of "
        f"{listed}: in the file it happens at the nearest step"
    )


def _moving(parameter: Parameter, path: Path, clock: Clock, *, is_shifted: bool) -> Moving:
    value = parameter.value
    base = 0.0 if isinstance(value, Series) else float(value)
    # what Euler reads, at the first moment of each step, and the last value
    values = path.values(base)
    levels = np.append(values[:, 0], values[-1, 2])
    slope, level = path.before
    return Moving(curve_over_time(levels, clock), slope * base + level, is_shifted)
