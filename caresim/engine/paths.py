"""How parameters move over time: dated values, and the shifts that a scenario applies to them.

Every shift is affine in the value it meets (set, add, scale, each with an optional ramp), so a
whole chain is one slope and one level for each moment: value(t) = slope(t) · base + level(t). One
evaluator serves the grid of a run, solvers that choose their own moments, and price levels.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from caresim.engine.clock import Clock
from caresim.engine.notices import Notice
from caresim.language.dates import date_of, end_of, parse_date
from caresim.language.errors import RunError, did_you_mean
from caresim.language.parameters import Parameter, Parameters, Series

__all__ = ["JUST", "Path", "Shift", "affine", "paths_of", "still_path", "ways_of"]

Grid = NDArray[np.float64]
VERBS = ("set", "add", "scale")
JUST = 1e-9  # years: the moment just before or after a date


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


@dataclass(frozen=True, eq=False)
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


def affine(
    series: Series | None, shifts: Iterable[Shift], times: ArrayLike, within: ArrayLike
) -> tuple[Grid, Grid]:
    """Return slope and level of a parameter at some times, each of the shape of ``times``.

    ``series`` holds its dated values, None where it has one base value. ``within`` says on which
    side of a jump a time is read: any other moment that no jump divides from it.
    """
    times, within = np.asarray(times, dtype=float), np.asarray(within, dtype=float)
    if series is None:
        slope, level = np.ones_like(times), np.zeros_like(times)
    else:
        slope, level = np.zeros_like(times), _dated(series, times, within)
    # in the order of the scenario: to set and then scale is not to scale and then set
    for shift in shifts:
        weight = _in_force(shift, times, within)
        if shift.verb == "set":
            slope, level = slope * (1 - weight), level * (1 - weight) + weight * shift.amount
        elif shift.verb == "add":
            level = level + weight * shift.amount
        else:
            factor = 1 + weight * (shift.amount - 1)
            slope, level = slope * factor, level * factor
    return slope, level


def _dated(series: Series, times: Grid, within: Grid) -> Grid:
    if not series.held:
        return np.asarray(np.interp(times, series.times, series.values))
    # a year's value holds through its last moment
    # outside the years that are known the first and the last value are kept
    index = np.searchsorted(series.times, np.floor(within), side="right") - 1
    return np.asarray(np.array(series.values)[np.clip(index, 0, len(series.values) - 1)])


def _in_force(shift: Shift, times: Grid, within: Grid) -> Grid:
    """Return how much of a change is in force: 0 before, 1 after, straight in between."""
    grown: Any = 1.0
    if shift.over > 0:
        with np.errstate(over="ignore"):  # of a ramp of next to nothing
            grown = np.clip((times - shift.begins) / shift.over, 0.0, 1.0)
    return np.where((shift.begins <= within) & (within < shift.ends), grown, 0.0)


def paths_of(
    parameters: Parameters, shifts: Iterable[Shift], clock: Clock
) -> tuple[dict[str, Path], list[Notice]]:
    """Return a path for each parameter that moves, and what a reader should know of them.

    Raises RunError for a shift of an unknown parameter.
    """
    # dated parameters move also where no scenario touches them
    moved: dict[str, list[Shift]] = {
        name: [] for name, entry in parameters.items() if entry.is_dated
    }
    notices: list[Notice] = []
    for name in moved:
        notices.extend(_held(parameters[name], clock))
    for shift in shifts:
        _check_shift(shift, parameters)
        moved.setdefault(shift.parameter, []).append(shift)
    paths = {n: _path(_series(parameters[n]), tuple(c), clock) for n, c in moved.items()}
    return paths, notices


def ways_of(
    parameters: Parameters, start: Sequence[Shift], end: Sequence[Shift], clock: Clock
) -> dict[str, Path]:
    """Return the way of each parameter that two lists of shifts move differently.

    Its level is the path under ``start``, its slope how far that under ``end`` is from it: what the
    parameter's column holds is how much of the way is gone, 0 for ``start`` and 1 for ``end``.
    """
    ends = [paths_of(parameters, shifts, clock)[0] for shifts in (start, end)]
    ways = {}
    for name in dict.fromkeys(shift.parameter for shift in (*start, *end)):
        value = parameters[name].value
        base = 0.0 if isinstance(value, Series) else value
        one, other = (paths.get(name, still_path(clock)) for paths in ends)
        level = one.values(base)
        slope = other.values(base) - level
        if slope.any():
            first, last = (path.before[0] * base + path.before[1] for path in (one, other))
            ways[name] = Path(slope, level, (last - first, first))
    return ways


def _check_shift(shift: Shift, parameters: Parameters) -> None:
    if shift.parameter not in parameters or shift.verb not in VERBS:
        near = did_you_mean(shift.parameter, parameters)
        message = f"no shift '{shift.verb}' of a parameter '{shift.parameter}'{near}"
        raise RunError(message)


def _series(parameter: Parameter) -> Series | None:
    return parameter.value if isinstance(parameter.value, Series) else None


@functools.lru_cache(maxsize=512)
def _path(series: Series | None, shifts: tuple[Shift, ...], clock: Clock) -> Path:
    """Return a path, the same one each time, so that what is made from it can be kept too."""
    slope, level = affine(series, shifts, clock.moments, clock.moments[:, [1, 1, 1]])
    start = float(clock.first_year)
    # stocks start where the model stood before a change of the first day
    first = affine(series, shifts, start, start - JUST)
    for grid in (slope, level):
        grid.flags.writeable = False  # runs share it
    return Path(slope, level, (float(first[0]), float(first[1])))


def still_path(clock: Clock) -> Path:
    """Return the path of a parameter that nothing moves."""
    return _path(None, (), clock)


def _held(parameter: Parameter, clock: Clock) -> list[Notice]:
    """Say from when on a dated parameter is assumed: an assumed path, or the last value kept."""
    name, series = parameter.meaning or parameter.name, parameter.value
    if not isinstance(series, Series):
        return []
    known = end_of(parse_date(parameter.assumed_from)) if parameter.assumed_from else series.ends
    if clock.last_year <= known:
        return []
    text = f"{name} is not known after {_day(known)}"
    text += ": its path is assumed" if parameter.assumed_from else ": its last value is kept"
    if parameter.assumed_from and clock.last_year > series.ends:
        last = _day(series.ends)
        text += f", and level from {'that day on' if last == _day(known) else last}"
    return [Notice("assumption", parameter.name, text)]


def _day(time: float) -> str:
    day = date_of(time)
    return f"{day.day} {day:%B %Y}"
