"""The figures that a fit counts, and how many of them are free.

Figures that add up are not independent: a total is known once its parts are, and who left once it
is known who came and how many there are. All are fitted, but each such sum takes one from their
number. That is exact: independent errors that are held to a sum have the same density as before,
with one degree of freedom less (Rue and Held 2005, Gaussian Markov Random Fields, 2.3.3), and the
noise of a draw across the sum moves no number. To leave a figure out instead would lose what a
small part says that its total does not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ParameterError
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed

__all__ = ["Counted", "Sum", "counted_figures", "sums_of"]

Values = NDArray[np.float64]
Sum = tuple[
    tuple[int, ...], tuple[int, ...]
]  # places of figures that add up, and of the year before


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
    """Return the figures to fit by series; raise ParameterError when there is none."""
    first = _first(model)
    found = {}
    for name, rows in _usable(model, observed).items():
        _check_usable(rows)
        found[name] = Counted(
            np.array([year_end(row.year) - first for row in rows]),
            np.array([row.value for row in rows]),
            np.array([row.width for row in rows]),
        )
    if not found:
        message = "no observed figure has a tolerance and the name of a quantity of the model"
        raise ParameterError(message)
    return found


def sums_of(model: Model, observed: Observed) -> tuple[Sum, ...]:
    """Return the sums among the figures that count (``model.follows``), each year one.

    One holds where all its figures are there. A stock of the year before may also be one that the
    run starts at, whose figure is not fitted.
    """
    figures = [row for rows in _usable(model, observed).values() for row in rows]
    places = {(row.series, row.year): i for i, row in enumerate(figures)}
    known = {(row.series, row.year) for row in observed.observations}
    found = []
    for follows in model.follows:
        for year in observed.series.get(follows.name, {}):
            before = financial_year(year_end(year) - 1)
            now = [(name, year) for name in (follows.name, *follows.same_year)]
            past = [(name, before) for name in follows.year_before]
            if all(figure in places for figure in now) and known.issuperset(past):
                fitted = tuple(places[figure] for figure in past if figure in places)
                found.append((tuple(places[figure] for figure in now), fitted))
    return tuple(found)


def _first(model: Model) -> int:
    return int(model.start[:4]) + 1


def _usable(model: Model, observed: Observed) -> Mapping[str, list[Observation]]:
    found = {
        name: [o for o in years.values() if o.tolerance and year_end(o.year) >= _first(model)]
        for name, years in observed.series.items()
        if name in model.variables
    }
    return {name: rows for name, rows in found.items() if rows}


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
