"""What a unit costs in a place: its spending against what the whole's unit costs would make it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from caresim.language.dates import year_end
from caresim.language.model import Model
from caresim.language.parts import Parts
from caresim.study.parts.shares import Shares
from caresim.study.simulator import prepare

__all__ = ["cost_factors"]

YEARS = 3  # the last ones, which say what units cost
LEAST, MOST = 0.4, 2.5  # beyond which figures are rather booked elsewhere than spent


def cost_factors(
    whole: Model, own: Model, parts: Parts, area: str, shares: Shares
) -> dict[str, float]:
    """Return by line what the unit costs of a place are against those of the whole.

    ``own`` is the model of the place with the whole's unit costs: the factor brings its spending to
    the place's share of the whole's, in the mean of the last three years with figures.
    """
    last = year_end(shares.year)
    quantities = [line.quantity for line in parts.costs]
    until = f"{last}-03-31"
    ours = prepare(own, outputs=quantities, until=until)()
    theirs: Mapping[str, np.ndarray] = prepare(whole, outputs=quantities, until=until)()
    factors = {}
    for line in parts.costs:
        share = shares.by_year(area, (line.spend,))
        years = [year for year in sorted(share) if year <= last][-YEARS:]
        first = int(whole.start[:4]) + 1
        ratios = [
            share[y] * theirs[line.quantity][y - first, 0] / ours[line.quantity][y - first, 0]
            for y in years
        ]
        factors[line.name] = float(np.clip(np.mean(ratios), LEAST, MOST)) if ratios else 1.0
    return factors
