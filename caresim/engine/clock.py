"""The time grid of a run, counted in whole steps from one 31 March to another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import date_of, end_of, financial_year, march_31
from caresim.language.errors import RunError

__all__ = ["EVERY", "Clock"]

Values = NDArray[np.float64]
EVERY = {"year": 1, "quarter": 4, "step": 0}
MOST_STEPS = 4096


@dataclass(frozen=True)
class Clock:
    """The steps between two 31 Marches; time is never an accumulated float.

    ``cuts`` are further moments at which a step ends; without them all steps are equal.
    """

    first_year: int
    last_year: int
    steps_per_year: int
    saves_per_year: int = 1
    cuts: tuple[float, ...] = ()

    @classmethod
    def between(
        cls, start: str | dt.date, until: str | dt.date, steps_per_year: int, every: str = "year"
    ) -> Clock:
        """Make the grid from a 31 March to a later 31 March, saving each year, quarter or step.

        Raises RunError for other dates, an order that is not in time, or an odd number of steps.
        """
        if isinstance(steps_per_year, bool) or not isinstance(steps_per_year, int):
            message = f"steps_per_year is a whole number, not {steps_per_year!r}"
            raise RunError(message)
        if not 1 <= steps_per_year <= MOST_STEPS:
            message = f"steps_per_year is from 1 to {MOST_STEPS}, not {steps_per_year}"
            raise RunError(message)
        if every not in EVERY:
            message = f"every is one of {', '.join(map(repr, EVERY))}, not {every!r}"
            raise RunError(message)
        saves = EVERY[every] or steps_per_year
        if steps_per_year % saves:
            message = f"every={every!r} needs steps_per_year to be a multiple of {saves}"
            raise RunError(message)
        first, last = _year_of(start, "start"), _year_of(until, "until")
        if last <= first:
            message = f"until ({until}) must be after the start of the run ({start})"
            raise RunError(message)
        return cls(first, last, steps_per_year, saves)

    @cached_property
    def edges(self) -> Values:
        """Coordinates of the moments at which steps begin and end: shape (steps + 1,)."""
        count = (self.last_year - self.first_year) * self.steps_per_year
        # divided once and never added up, so that whole years are whole numbers
        whole = self.first_year + np.arange(count + 1) / self.steps_per_year
        within = [cut for cut in self.cuts if self.first_year < cut < self.last_year]
        return np.union1d(whole, within) if within else whole

    @cached_property
    def lengths(self) -> Values:
        """Length of each step in years: shape (steps,)."""
        lengths = np.full(self.n_steps, self.step)  # exact, which differences of dates are not
        if self.cuts:
            found = np.diff(self.edges)
            is_cut = ~np.isclose(found, self.step, rtol=1e-9)
            lengths[is_cut] = found[is_cut]
        return lengths

    @property
    def n_steps(self) -> int:
        """Number of steps of the run."""
        return len(self.edges) - 1

    @property
    def step(self) -> float:
        """Length of a whole step in years."""
        return 1 / self.steps_per_year

    @cached_property
    def steps_to_saves(self) -> NDArray[np.int64]:
        """Number of steps taken at each saved moment, 0 for the start: shape (saves,)."""
        # a save is the end of a step, cut or not: both are computed alike and meet exactly
        days = self.first_year + np.arange(self.n_saves) / self.saves_per_year
        return np.searchsorted(self.edges, days).astype(np.int64)

    def time(self, k: int) -> float:
        """Return the coordinate at which step ``k`` begins: 2009.0 on 31 March 2009."""
        return float(self.edges[k])

    def nearest(self, time: float) -> float:
        """Return the beginning or end of a step nearest to a coordinate, also before the run."""
        if self.cuts and self.first_year <= time <= self.last_year:
            return float(self.edges[np.abs(self.edges - time).argmin()])
        steps = round((time - self.first_year) * self.steps_per_year)
        return self.first_year + steps / self.steps_per_year

    @cached_property
    def moments(self) -> Values:
        """Coordinates of each step's first moment, middle and last: shape (steps, 3)."""
        first, last = self.edges[:-1], self.edges[1:]
        return np.stack([first, (first + last) / 2, last], axis=1)

    @property
    def n_saves(self) -> int:
        """Number of saved moments, the start included."""
        return (self.last_year - self.first_year) * self.saves_per_year + 1

    @cached_property
    def save_dates(self) -> list[dt.date]:
        """Dates of the saved moments, the start included."""
        return [date_of(self.first_year + i / self.saves_per_year) for i in range(self.n_saves)]

    @property
    def financial_years(self) -> list[str]:
        """Names of the financial years of the run: ``["2009-10", …]``."""
        return [financial_year(year) for year in range(self.first_year + 1, self.last_year + 1)]


def _year_of(date: str | dt.date, what: str) -> int:
    return round(end_of(march_31(date, what, RunError)))
