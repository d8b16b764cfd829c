"""How large chance is: the yearly steps of each level, a place's own and common to all.

What all places did together in a year is a step of the whole that its equations do not explain;
what a place did beside that is its own. Steps are in logarithms, so that 0.1 is about a tenth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.language.csv_rows import csv_kind, read_table
from caresim.language.errors import ModelError
from caresim.language.model import Model
from caresim.language.parts import parts_of_model

__all__ = ["Chance", "chance"]

Values = NDArray[np.float64]
SPREAD = csv_kind("a CSV file of how places vary", ModelError)


@dataclass(frozen=True)
class Chance:
    """The yearly steps of one level, in logarithms.

    ``own`` is the standard deviation of a usual place's own step from year to year, of which the
    share ``passing_again`` is chance of one year and gone in the next; what is left of the rest a
    year later is ``memory``. ``common`` is that of the step of all places together beside the
    model's, ``common_again`` the correlation of two such steps that follow each other, and
    ``common_share`` the part of the variance of a place's step that is common.
    """

    level: str
    called: str
    own: float
    passing_again: float
    memory: float
    common: float
    common_again: float

    @property
    def common_share(self) -> float:
        """The part of the variance of a place's yearly step that all places have in common."""
        return self.common**2 / (self.common**2 + self.own**2)


def chance(model: Model) -> tuple[Chance, ...]:
    """Return how large the yearly steps of each level of a model's places are.

    They rest on the levels of all places as they were fitted to their figures, see
    :mod:`caresim.study.fit.pooled.spread`. Raises ModelError for a model without places.
    """
    parts = parts_of_model(model)
    numbers, common = _read(Path(parts.folder) / "spread.csv")
    return tuple(
        _of_level(level.parameter, level.called, numbers, common[level.parameter])
        for level in parts.levels
    )


def _read(path: Path) -> tuple[Mapping[tuple[str, str], float], Mapping[str, list[float]]]:
    table = read_table(path, ("kind", "name", "year", "value"), kind=SPREAD)
    numbers: dict[tuple[str, str], float] = {}
    common: dict[str, list[float]] = {}
    for row in table:
        if row["kind"] == "common":
            common.setdefault(row["name"], []).append(row.needed("value"))
        else:
            numbers[row["kind"], row["name"]] = row.needed("value")
    return numbers, common


def _of_level(
    name: str, called: str, numbers: Mapping[tuple[str, str], float], path: list[float]
) -> Chance:
    memory = numbers["memory", name]
    slow = 2 * numbers["passing", name] ** 2 * (1 - memory)
    brief = 2 * numbers["brief", name] ** 2
    steps = np.diff(path)[1:]  # the first year of a census is another count
    again = float(np.corrcoef(steps[:-1], steps[1:])[0, 1])
    return Chance(
        level=name,
        called=called,
        own=float(np.sqrt(slow + brief)),
        passing_again=float(brief / (slow + brief)),
        memory=memory,
        common=float(np.std(steps, ddof=1)),
        common_again=again,
    )
