"""How parameters move over time: dated values, and the shifts that a scenario applies to them.

Every shift is affine in the value it meets (set, add, scale, each with an optional ramp), so a
whole chain is one slope and one level for each moment: value(t) = slope(t) · base + level(t).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.notices import Notice
from caresim.language.dates import date_of, end_of, parse_date
from caresim.language.errors import RunError, did_you_mean
from caresim.language.parameters import Parameter, Parameters, Series

__all__ = ["Path", "Shift", "paths_of", "still_path"]

Grid = NDArray[np.float64]
VERBS = ("set", "add", "scale")
NOTICED = 2 / 365.25  # moving a date by more than this to reach a step is said


@dataclass(frozen=True)
class Shift:
    """One change to a parameter: ``set``, ``add`` or ``scale`` by an amount from a moment on.

    ``over`` is the length of a straight ramp in years, 0 for a step; ``ends`` is where the change
    is taken back, infinity where it lasts. Moments are coordinates (2009.0 on 31 March 2009).
    """

    parameter: str
    verb: str
    amount: float
    begins: float
    over: float = 0.0
    ends: float = math.inf


@dataclass(frozen=True)
class Path:
    """The path of one parameter on the half-step grid: slope and level, each (steps, 3).

    ``before`` is its slope and level at the start of the run, before any change of the first day.
    """

    slope: Grid
    level: Grid
    before: tuple[float, float]

    def values(self, base: float) -> Grid:
        """Return the values for one base value.

        The columns of a step are its first moment (just after any jump), its middle, and its last
        moment (just before).
        """
        return self.slope * base + self.level


def paths_of(
    parameters: Parameters, shifts: Iterable[Shift], clock: Clock
) -> tuple[dict[str, Path], list[Notice]]:
    """Return a path for each parameter that moves, and what a reader should know of them."""
    paths: dict[str, Path] = {}
    notices: list[Notice] = []
    for name, parameter in parameters.items():
        if isinstance(parameter.value, Series):
            values = _dated(parameter.value, clock)
            paths[name] = Path(np.zeros_like(values), values, (0.0, _first(parameter.value, clock)))
            notices.extend(_held(parameter, parameter.value, clock))
    for shift in shifts:
        _check_shift(shift, parameters)
        before = paths.get(shift.parameter) or still_path(clock)
        paths[shift.parameter] = _shifted(before, shift, clock)
        notices.extend(_moved(shift, clock))
    return paths, notices


def _check_shift(shift: Shift, parameters: Parameters) -> None:
    if shift.parameter not in parameters or shift.verb not in VERBS:
        near = did_you_mean(shift.parameter, parameters)
        message = f"no shift '{shift.verb}' of a parameter '{shift.parameter}'{near}"
        raise RunError(message)


def still_path(clock: Clock) -> Path:
    """Return the path of a parameter that nothing moves."""
    ones = np.ones_like(clock.moments)
    return Path(ones, np.zeros_like(ones), (1.0, 0.0))


@functools.lru_cache(maxsize=256)
def _dated(series: Series, clock: Clock) -> Grid:
    times, values = np.array(series.times), np.array(series.values)
    if not series.held:
        grid = np.asarray(np.interp(clock.moments, times, values))
    else:
        # a year's value holds through its last moment, so all three moments share the middle's
        year = np.floor(clock.moments[:, [1, 1, 1]])
        index = np.clip(np.searchsorted(times, year, side="right") - 1, 0, len(times) - 1)
        grid = np.asarray(values[index])
    grid.flags.writeable = False  # the runs share it
    return grid


def _shifted(path: Path, shift: Shift, clock: Clock) -> Path:
    slope, level = _affine(shift, path.slope, path.level, _weight(shift, clock))
    first = _affine(shift, *path.before, _weight_before(shift, clock))
    return Path(slope, level, (float(first[0]), float(first[1])))


def _first(series: Series, clock: Clock) -> float:
    """Return the dated value just before the run begins, or the first that is known."""
    start = clock.first_year - (1 if series.held else 0)
    if not series.held:
        return float(np.interp(start, series.times, series.values))
    known = [v for t, v in zip(series.times, series.values, strict=True) if t <= start]
    return (known or series.values)[-1 if known else 0]


def _affine(shift: Shift, slope: Any, level: Any, weight: Any) -> tuple[Any, Any]:
    """Apply a shift with its weight, 0 to 1, to a slope and a level."""
    if shift.verb == "set":
        kept = 1 - weight
        return slope * kept, level * kept + weight * shift.amount
    if shift.verb == "add":
        return slope, level + weight * shift.amount
    factor = 1 + weight * (shift.amount - 1)
    return slope * factor, level * factor


def _weight(shift: Shift, clock: Clock) -> Grid:
    """Return how much of the change is in force: 0 before, 1 after, straight in between."""
    k = clock.nearest_step(shift.begins)
    steps = np.arange(clock.n_steps)[:, None]
    if shift.over > 0:
        weight = np.clip((clock.moments - clock.time(k)) / shift.over, 0.0, 1.0)
    else:
        weight = np.where(steps >= k, 1.0, 0.0) * np.ones(3)
    if math.isfinite(shift.ends):
        weight = np.where(steps >= clock.nearest_step(shift.ends), 0.0, weight)
    return weight


def _weight_before(shift: Shift, clock: Clock) -> float:
    """Return how much of a change is in force at the start, before the first day of the run."""
    k = clock.nearest_step(shift.begins)
    if k >= 0 or (math.isfinite(shift.ends) and clock.nearest_step(shift.ends) < 0):
        return 0.0
    return min(1.0, -k * clock.step / shift.over) if shift.over > 0 else 1.0


def _held(parameter: Parameter, series: Series, clock: Clock) -> list[Notice]:
    """Say from when on a dated parameter is assumed: an assumed path, or the last value kept."""
    name = parameter.meaning or parameter.name
    known = end_of(parse_date(parameter.assumed_from)) if parameter.assumed_from else series.ends
    if clock.last_year <= known:
        return []
    text = f"{name} is not known after {_day(known)}"
    text += ": its path is assumed" if parameter.assumed_from else ": its last value is kept"
    if parameter.assumed_from and clock.last_year > series.ends:
        text += f", and level from {_day(series.ends)}"
    return [Notice("assumption", parameter.name, text)]


def _day(time: float) -> str:
    day = date_of(time)
    return f"{day.day} {day:%B %Y}"


def _moved(shift: Shift, clock: Clock) -> list[Notice]:
    notices = []
    for moment in (shift.begins, shift.ends):
        if not clock.first_year <= moment <= clock.last_year:
            continue
        used = clock.time(clock.nearest_step(moment))
        if abs(used - moment) > NOTICED:
            text = (
                f"a change of '{shift.parameter}' on {date_of(moment)} falls between two steps "
                f"and is made on {date_of(used)}"
            )
            notices.append(Notice("date", shift.parameter, text))
    return notices
