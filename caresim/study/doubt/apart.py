"""What each rival structure says of a scenario, beside all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.study.structures import places_of

__all__ = ["Apart", "Said", "apart"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """What some draws say: median, and the ends that hold a share of them."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Apart:
    """A quantity in one year by structure, as a level or as what a scenario changes.

    ``scenario`` is empty for the level of the baseline. ``whole`` is of all draws.
    """

    scenario: str
    quantity: str
    year: str
    level: float
    whole: Said
    structures: dict[str, Said]


def apart(
    structures: Sequence[str], base: Run, others: Sequence[Run], quantity: str, level: float = 0.8
) -> tuple[Apart, ...]:
    """Return the level of a baseline, and what scenarios change, by structure, in the last year.

    The runs are of the same draws, which are of ``structures`` in turn; nothing where these are
    fewer than two, or where one has no draw.
    """
    if len(structures) < len(("one", "other")) or base.n_runs < len(structures):
        return ()
    before = base.yearly(quantity)[-1]
    rows = [("", before), *((run.name, run.yearly(quantity)[-1] - before) for run in others)]
    year = base.clock.financial_years[-1]
    places = places_of(structures, base.n_runs)
    return tuple(
        Apart(
            name,
            quantity,
            year,
            level,
            _said(values, level),
            {of: _said(values[place], level) for of, place in places.items()},
        )
        for name, values in rows
    )


def _said(values: Values, level: float) -> Said:
    shares = [0.5, (1 - level) / 2, (1 + level) / 2]
    return Said(*np.quantile(values, shares).tolist())
