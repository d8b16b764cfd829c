"""The reference model as a loop over single runs that Numba compiles, where it is installed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import by_hand
import numpy as np
import reference_model as reference

Values = reference.Values


def compiled() -> Callable[[Values], Values]:
    """Return a function from parameters (15, runs) to results (32, 11, runs).

    Raises ImportError without Numba.
    """
    import numba
    from numba.np.unsafe.ndarray import to_fixed_tuple

    inline = numba.njit(fastmath=True, inline="always")
    rates, pace, along = inline(by_hand.rates), inline(by_hand.pace), inline(_along)
    exp = inline(lambda x: math.exp(x))  # noqa: PLW0108  (Numba wants a Python function)
    steps, n_steps, h = reference.STEPS_PER_YEAR, by_hand.N_STEPS, by_hand.STEP

    @numba.njit(fastmath=True)
    def loop(params: Values, inputs: Values, y0: Any, out: Values) -> None:
        for run in range(params.shape[1]):
            p: Any = to_fixed_tuple(params[:, run], 15)  # type: ignore[call-arg]
            y = y0
            for k in range(n_steps + 1):
                first = (inputs[2 * k, 0], inputs[2 * k, 1], inputs[2 * k, 2])
                if k % steps == 0:
                    for i in range(10):
                        out[k // steps, i, run] = y[i]
                    out[k // steps, 10, run] = pace(y, p, first[1])
                if k == n_steps:
                    break
                half = (inputs[2 * k + 1, 0], inputs[2 * k + 1, 1], inputs[2 * k + 1, 2])
                last = (inputs[2 * k + 2, 0], inputs[2 * k + 2, 1], inputs[2 * k + 2, 2])
                k1 = rates(y, p, first, exp)
                k2 = rates(along(y, h / 2, k1), p, half, exp)
                k3 = rates(along(y, h / 2, k2), p, half, exp)
                k4 = rates(along(y, h, k3), p, last, exp)
                y = along(along(along(along(y, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4)

    y0 = tuple(by_hand.starts().tolist())

    def run(params: Values) -> Values:
        years = reference.LAST - reference.FIRST
        out = np.empty((years + 1, 11, params.shape[1]))
        loop(params, by_hand.inputs(), y0, out)
        return out

    return run


def _along(y: Any, h: Any, k: Any) -> Any:
    """Return y + h k, written out, as Numba keeps tuples of numbers in registers."""
    return (
        y[0] + h * k[0],
        y[1] + h * k[1],
        y[2] + h * k[2],
        y[3] + h * k[3],
        y[4] + h * k[4],
        y[5] + h * k[5],
        y[6] + h * k[6],
        y[7] + h * k[7],
        y[8] + h * k[8],
        y[9] + h * k[9],
    )
