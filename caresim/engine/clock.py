"""The time grid of a run, counted in whole steps from one 31 March to another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import date_of, end_of, financial_year, parse_date
from caresim.language.errors import CaresimError, RunError

__all__ = ["EVERY", "Clock"]

EVERY = {"year": 1, "quarter": 4, "step": 0}
MOST_STEPS = 4096


@dataclass(frozen=True)
class Clock:
    """Whole steps between two 31 Marches; time is never an accumulated float."""

    first_year: int
    last_year: int
    steps_per_year: int
    saves_per_year: int = 1

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

    @property
    def n_steps(self) -> int:
        """Number of steps of the run."""
        return (self.last_year - self.first_year) * self.steps_per_year

    @property
    def step(self) -> float:
        """Length of a step in years."""
        return 1 / self.steps_per_year

    @property
    def steps_per_save(self) -> int:
        """Number of steps between two saved moments."""
        return self.steps_per_year // self.saves_per_year

    def time(self, k: float) -> float:
        """Return the coordinate of step ``k`` (halves allowed): 2009.0 on 31 March 2009."""
        return self.first_year + k / self.steps_per_year

    def nearest_step(self, time: float) -> int:
        """Return the whole step nearest to a coordinate, negative before the run."""
        return round((time - self.first_year) * self.steps_per_year)

    @cached_property
    def moments(self) -> NDArray[np.float64]:
        """Coordinates of each step's first moment, middle and last: shape (steps, 3)."""
        k = np.arange(self.n_steps)[:, None]
        return np.asarray(self.first_year + (k + np.array([0.0, 0.5, 1.0])) / self.steps_per_year)

    @property
    def n_saves(self) -> int:
        """Number of saved moments, the start included."""
        return (self.last_year - self.first_year) * self.saves_per_year + 1

    @property
    def save_dates(self) -> list[dt.date]:
        """Dates of the saved moments, the start included."""
        return [date_of(self.first_year + i / self.saves_per_year) for i in range(self.n_saves)]

    @property
    def financial_years(self) -> list[str]:
        """Names of the financial years of the run: ``["2009-10", …]``."""
        return [financial_year(year) for year in range(self.first_year + 1, self.last_year + 1)]


def _year_of(date: str | dt.date, what: str) -> int:
    try:
        day = parse_date(date, what)
    except CaresimError as fault:
        raise RunError(str(fault)) from None
    time = end_of(day)
    if time != round(time):
        message = (
            f"{what} must be a 31 March, the end of a financial year; "
            f"{day} is not: take {date_of(round(time))}"
        )
        raise RunError(message)
    return round(time)
