"""How many people live in a place, and whether it is a small or a large one."""

from __future__ import annotations

from functools import cache

import numpy as np

from caresim.language.dates import year_end
from caresim.language.parts import Parts
from caresim.language.place_figures import POPULATION, Area

__all__ = ["GROUPS", "group_of", "people_of", "usual_people"]

GROUPS = ("small", "middle", "large")


@cache
def _bounds(parts: Parts) -> tuple[float, float]:
    """Return between which numbers of people a place is one of the middle third."""
    people = [people_of(parts, area) for area in parts.areas if area.code not in parts.refused]
    low, high = np.quantile([count for count in people if count], [1 / 3, 2 / 3])
    return float(low), float(high)


def people_of(parts: Parts, area: Area) -> float:
    """Return how many people live in a place, in the last year that has other figures too."""
    known = parts.figures.of(area.code, POPULATION)
    own = [year for year in known if year_end(year) <= _last_year(parts)]
    return known[max(own)] if own else 0.0


@cache
def _last_year(parts: Parts) -> int:
    others = [areas for name, areas in parts.figures.values.items() if name != POPULATION]
    return max(year_end(year) for areas in others for years in areas.values() for year in years)


@cache
def usual_people(parts: Parts) -> float:
    """Return how many people live in the middle one of all places by size."""
    people = [people_of(parts, area) for area in parts.areas if area.code not in parts.refused]
    return float(np.median([count for count in people if count]))


def group_of(parts: Parts, area: Area) -> str:
    """Return whether a place is small, middle or large: a third of all places each."""
    low, high = _bounds(parts)
    people = people_of(parts, area)
    return GROUPS[int(people > low) + int(people > high)]
