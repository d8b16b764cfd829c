"""The reference model by hand, as an analyst would in NumPy: knows nothing of caresim's engine."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import reference_model as reference

Values = reference.Values
N_STEPS = (reference.LAST - reference.FIRST) * reference.STEPS_PER_YEAR
STEP = 1 / reference.STEPS_PER_YEAR


@functools.cache
def inputs() -> Values:
    """Return population, early help and statutory spending at every half step, (moments, 3)."""
    grid = reference.FIRST + np.arange(2 * N_STEPS + 1) * STEP / 2
    return np.array([np.interp(grid, reference.YEARS, k) for k in reference.KNOTS.values()]).T


@functools.cache
def starts() -> Values:
    """Return the ten stocks at the start."""
    return np.array([*reference.STARTS.values(), reference.FIXED["early_help_0"][0]])


def rates(y: Any, p: Any, u: Any, exp: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return the net change of the ten stocks, for numbers or for arrays over the runs."""
    referred, support, enquiry, plan, care_1, care_2, care_3, home_1, home_2, felt = y
    r0, el, t_e, k_a, f_n, f_i, k_i, f_p, k_n, k_p, f_c, t_c, f_h, h_r1, s = p
    population, early_help, statutory = u
    in_care = care_1 + care_2 + care_3
    work = 0.6 * referred + support + 2 * enquiry + 2.2 * plan + 2.6 * in_care
    declined = 0.45 / (1 + exp(-s * (work / (70 * statutory) - 1)))
    accepted = population * r0 * (felt / 3600) ** el * (1 - declined)
    assessed, completed, ended = k_a * referred, k_i * enquiry, k_p * plan
    out_1, out_2, out_3 = 3 / t_c * care_1, 3 / t_c * care_2, 3 / t_c * care_3
    back_1, back_2 = h_r1 * home_1, 0.05 * home_2
    kept_on = (1 - f_p) * 0.35 * completed + (1 - f_c) * 0.6 * ended
    return (
        accepted - assessed,
        f_n * assessed + kept_on - (0.10 + 0.045 + k_n) * support,
        f_i * assessed + 0.10 * support - completed,
        f_p * completed - ended,
        f_c * ended + 0.045 * support + back_1 + back_2 - out_1,
        out_1 - out_2,
        out_2 - out_3,
        f_h * out_3 - back_1 - home_1,
        home_1 - back_2 - 0.25 * home_2,
        (early_help - felt) / t_e,
    )


def pace(y: Any, p: Any, early_help: Any) -> Any:
    """Return a year's spending at the pace of the day."""
    work = 0.0011 * p[3] * y[0] + 0.0023 * p[6] * y[2] + 0.0042 * y[1] + 0.0075 * y[3]
    return work + 0.061 * (y[4] + y[5] + y[6]) + early_help


def by_numpy(params: Values, method: str = "rk4") -> Values:
    """Run (15, runs) parameters as an analyst would in plain NumPy; return (32, 11, runs)."""
    moments = inputs()
    y = np.repeat(starts()[:, None], params.shape[1], axis=1)
    out = np.empty((reference.LAST - reference.FIRST + 1, 11, params.shape[1]))

    def slope(y: Values, moment: int) -> Values:
        return np.array(rates(y, params, moments[moment], np.exp))

    for k in range(N_STEPS + 1):
        if k % reference.STEPS_PER_YEAR == 0:
            saved = out[k // reference.STEPS_PER_YEAR]
            saved[:10], saved[10] = y, pace(y, params, moments[2 * k, 1])
        if k == N_STEPS:
            return out
        k1 = slope(y, 2 * k)
        if method == "euler":
            y = y + STEP * k1
            continue
        k2 = slope(y + STEP / 2 * k1, 2 * k + 1)
        k3 = slope(y + STEP / 2 * k2, 2 * k + 1)
        k4 = slope(y + STEP * k3, 2 * k + 2)
        y = y + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return out
