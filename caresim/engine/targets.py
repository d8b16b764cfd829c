"""The functions that generated source calls, for plain floats and for arrays over runs."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["TARGETS"]


def _ramp(first: float, last: float, u: float) -> float:
    u = min(max(u, 0.0), 1.0)
    return first + (last - first) * (u * u * (3.0 - 2.0 * u))


def _ramps(first: Any, last: Any, u: Any) -> Any:
    u = np.minimum(np.maximum(u, 0.0), 1.0)
    return first + (last - first) * (u * u * (3.0 - 2.0 * u))


def _look_up(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return what numpy.interp gives: straight lines between the points, level beyond them."""
    if not xs[0] < x < xs[-1]:
        return ys[0] if x <= xs[0] else ys[-1]
    i = bisect_right(xs, x) - 1
    return (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (x - xs[i]) + ys[i]


FLOATS: dict[str, Any] = {
    "exp": math.exp,
    "log": math.log,
    "maximum": max,
    "minimum": min,
    "where": lambda condition, a, b: a if condition else b,
    "smooth_step": _ramp,
    "look_up": _look_up,
}
ARRAYS: dict[str, Any] = {
    "exp": np.exp,
    "log": np.log,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": np.where,
    "smooth_step": _ramps,
    "look_up": np.interp,
}
TARGETS: dict[str, dict[str, Any]] = {"floats": FLOATS, "numpy": ARRAYS}
