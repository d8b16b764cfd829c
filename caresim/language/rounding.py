"""How finely a number is said to people: as far as its band supports, and no further."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVEL", "LEVEL_FIGURES", "band_in", "said", "step_of", "stepped"]

LEVEL = 0.8  # of the draws, which the band holds that a number is rounded by
LEVEL_FIGURES = 3  # of a number without a band
MOST_FIGURES = 4  # whatever its band: doubt about the model's structure is in none
MOST_OF_TWO = 35.4  # half a band is said to two figures up to 354, to one beyond


def step_of(
    value: float,
    band: Sequence[float] | None = None,
    *,
    least: float = 0.0,
    figures: int = LEVEL_FIGURES,
) -> float:
    """Return what a number is rounded to: a power of ten that its band supports.

    Half the ``band`` (low, high) keeps one or two figures, by the rule of the Particle Data Group
    (Review of Particle Physics, Introduction, 5.3), and no number more than four. Without a band,
    or with one that has no width, the number keeps ``figures``. Nothing is rounded to less than
    ``least``.
    """
    ends = (value, *(band or ()))
    half = abs(ends[-1] - ends[1]) / 2 if band else 0.0
    largest = max((abs(end) for end in ends if math.isfinite(end)), default=0.0)
    if not largest:
        return least or 1.0
    if 0 < half < math.inf:
        step = 10.0 ** (1 + math.ceil(math.log10(half / 10 / MOST_OF_TWO) - 1e-12))
        figures = MOST_FIGURES
    else:
        step = 0.0
    return max(step, 10.0 ** (math.floor(math.log10(largest) + 1e-12) - figures + 1), least)


def stepped(value: float, step: float) -> tuple[float, int]:
    """Return a number rounded to a step, and the decimals that it is shown with."""
    if not math.isfinite(value):
        return value, 0
    exponent = Decimal(f"{step:.6g}").normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return step * round(value / step), places


def said(
    value: float,
    band: Sequence[float] | None = None,
    *,
    least: float = 0.0,
    figures: int = LEVEL_FIGURES,
) -> str:
    """Return a number for people, rounded as :func:`step_of` says: ``"84,200"``."""
    if not math.isfinite(value):
        return "–"
    shown, places = stepped(value, step_of(value, band, least=least, figures=figures))
    return f"{shown:,.{places}f}".replace("-", "−" if shown else "")


def band_in(values: NDArray[np.float64], level: float = LEVEL) -> tuple[float, float] | None:
    """Return the ends between which ``level`` of the draws lie, None for one draw or none."""
    if len(values) < 2:  # noqa: PLR2004
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
