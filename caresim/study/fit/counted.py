"""The figures that a fit counts: those with a tolerance that do not follow from others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ParameterError
from caresim.language.follows import Follows
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed

__all__ = ["Counted", "counted_figures"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Counted:
    """The figures of one series that a fit counts.

    ``index`` are their places among the years of the run, ``widths`` the listed standard deviations
    as shares of the figures.
    """

    index: NDArray[np.int64]
    values: Values
    widths: Values

    def __len__(self) -> int:
        return len(self.index)


def counted_figures(model: Model, observed: Observed) -> dict[str, Counted]:
    """Return the figures to fit by series; raise ParameterError when there is none.

    What follows from figures of other series that are there too is left out (``model.follows``).
    """
    first = int(model.start[:4]) + 1
    usable = {
        name: [o for o in years.values() if o.tolerance and year_end(o.year) >= first]
        for name, years in observed.series.items()
        if name in model.variables
    }
    there = {(name, row.year) for name, rows in usable.items() for row in rows}
    known = {(row.series, row.year) for row in observed.observations}
    found = {}
    for name, rows in usable.items():
        _check_usable(rows)
        own = [one for one in model.follows if one.name == name]
        kept = [
            row for row in rows if not any(_has_all(one, row.year, there, known) for one in own)
        ]
        if kept:
            found[name] = Counted(
                np.array([year_end(row.year) - first for row in kept]),
                np.array([row.value for row in kept]),
                np.array([row.width for row in kept]),
            )
    if not found:
        message = "no observed figure has a tolerance and the name of a quantity of the model"
        raise ParameterError(message)
    return found


def _has_all(
    one: Follows, year: str, there: set[tuple[str, str]], known: set[tuple[str, str]]
) -> bool:
    """Return whether all that the figure of a year follows from is fitted.

    A stock of the year before may also be one that the run starts at.
    """
    before = financial_year(year_end(year) - 1)
    return all((name, year) in there for name in one.same_year) and all(
        (name, before) in known for name in one.year_before
    )


def _check_usable(figures: Sequence[Observation]) -> None:
    """Raise ParameterError for a figure that no relative error can be taken from."""
    for row in figures:
        where = f"the figure of '{row.series}' for {row.year}"
        if not (math.isfinite(row.value) and row.value > 0):
            message = f"{where} is {row.value:g}; a figure with a tolerance is a number above 0"
            raise ParameterError(message)
        if not (math.isfinite(row.tolerance) and row.tolerance > 0):
            message = f"the tolerance of {where} is {row.tolerance:g}; it is a share, such as 0.01"
            raise ParameterError(message)
