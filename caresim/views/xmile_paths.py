"""Parameters that move, as points over time that are exact at every Euler step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.paths import Path, Shift, paths_of
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series

__all__ = ["Moving", "moving_parameters"]

Points = tuple[tuple[float, float], ...]
ROUNDING = 1e-15  # of the largest value: a point this near to a line lies on it


@dataclass(frozen=True)
class Moving:
    """What a parameter does in a run: its points over time, and its value just before the start."""

    points: Points
    before: float
    is_shifted: bool

    @property
    def is_level(self) -> bool:
        """True when all points have one value."""
        return len({y for _, y in self.points}) == 1

    @property
    def jumps_at_start(self) -> bool:
        """True when the first day changes the value that initial stocks are computed from."""
        return self.points[0][1] != self.before


def moving_parameters(model: Model, shifts: Sequence[Shift], clock: Clock) -> Mapping[str, Moving]:
    """Return each parameter that has dated values or that a scenario changes."""
    shifted = {shift.parameter for shift in shifts}
    paths, _ = paths_of(model.parameters, shifts, clock)
    return {
        name: _moving(model.parameters[name], path, clock, is_shifted=name in shifted)
        for name, path in paths.items()
    }


def _moving(parameter: Parameter, path: Path, clock: Clock, *, is_shifted: bool) -> Moving:
    series = parameter.value if isinstance(parameter.value, Series) else None
    base = 0.0 if series else float(parameter.value)  # type: ignore[arg-type]
    if series and not series.held and not is_shifted:
        points = _between_dates(series, clock)
    else:
        points = _at_steps(path.values(base), clock)
    slope, level = path.before
    return Moving(points, slope * base + level, is_shifted)


def _between_dates(series: Series, clock: Clock) -> Points:
    """Return the dated values themselves, with what holds at both ends of the run."""
    ends = (float(clock.first_year), float(clock.last_year))
    inner = [t for t in series.times if ends[0] < t < ends[1]]
    times = [ends[0], *inner, ends[1]]
    return tuple(zip(times, np.interp(times, series.times, series.values).tolist(), strict=True))


def _at_steps(values: NDArray[np.float64], clock: Clock) -> Points:
    """Return the values that Euler reads, at the first moment of each step, and the last value.

    A jump becomes a line one step long, which no step of Euler looks into.
    """
    times = np.append(clock.moments[:, 0], float(clock.last_year))
    levels = np.append(values[:, 0], values[-1, 2])
    kept = _corners(times, levels)
    return tuple((float(times[i]), float(levels[i])) for i in kept)


def _corners(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[int]:
    """Return the points between which all others lie on straight lines, to rounding.

    From each corner the line is drawn as far as one slope meets every point passed on the way.
    """
    slack = ROUNDING * float(np.max(np.abs(y)))
    kept, low, high = [0], -np.inf, np.inf
    for i in range(1, len(x)):
        run, rise = x[i] - x[kept[-1]], y[i] - y[kept[-1]]
        if not low <= rise / run <= high:
            kept.append(i - 1)
            low, high = -np.inf, np.inf
            run, rise = x[i] - x[kept[-1]], y[i] - y[kept[-1]]
        low, high = max(low, (rise - slack) / run), min(high, (rise + slack) / run)
    return [*kept, len(x) - 1]
