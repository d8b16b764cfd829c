"""What a projection for a place has to beat, written down before a score was taken.

``last_value``       the place's last figure
``damped_trend``     the place's own trend of the last five years, damped
``whole_projected``  the last figure, grown as the model projects the whole from the same origin
``whole_damped``     the last figure, grown as the damped trend of the whole's own figures

Each sees the figures to the origin alone. The first two are those of the backtest
(:mod:`caresim.study.backtest.rivals`); the growth of the whole as it turned out is none, for nobody
could know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from caresim.study.backtest.rivals import continue_series

__all__ = ["RIVALS", "rivals_of"]

Values = NDArray[np.float64]
RIVALS = ("last_value", "damped_trend", "whole_projected", "whole_damped")
Figures = Mapping[int, float]


def rivals_of(
    own: Figures, whole: Figures, projected: Values, origin: int, horizons: Sequence[int]
) -> dict[str, Values]:
    """Return what each rival says of a place at some horizons, years after the origin.

    ``own`` and ``whole`` are figures by year to the origin, at least one each; ``projected`` is the
    whole as the model projects it, at the origin and at each horizon. Where the last figure of the
    place is older than the origin, it is carried over the years between as well.
    """
    last = max(own)
    steps = [origin - last + horizon for horizon in horizons]
    years = sorted(own)
    values = [own[year] for year in years]
    grown = _damped(whole, [origin - max(whole) + h for h in (0, *horizons)])
    return {
        "last_value": continue_series("last_value", years, values, steps).point,
        "damped_trend": np.maximum(
            continue_series("damped_trend", years, values, steps).point, 1.0
        ),
        "whole_projected": own[last] * projected[1:] / projected[0],
        "whole_damped": own[last] * grown[1:] / grown[0],
    }


def _damped(figures: Figures, steps: Sequence[int]) -> Values:
    years = sorted(figures)
    values = [figures[year] for year in years]
    ahead = [step for step in steps if step > 0]
    known = [values[-1]] * (len(steps) - len(ahead))
    grown = continue_series("damped_trend", years, values, ahead).point
    return np.array([*known, *grown])
