"""The time grid of a run: steps from one 31 March to another, cut where something happens."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from caresim.language.dates import date_of, days_of, end_of, financial_year, label_of, march_31
from caresim.language.errors import RunError

__all__ = ["EVERY", "Clock", "together"]

Values = NDArray[np.float64]
EVERY = {"year": 1, "quarter": 4, "month": 12, "step": 0}
MONTHS = 12
MOST_STEPS = 4096
FEWEST_DAYS = 28  # of a month, and of a year:
DAYS = 365  # more steps than days do not end with a day
SAME = 1e-11  # years, a third of a millisecond: moments nearer than this are one
SAME_DAY = 1e-7  # days


@dataclass(frozen=True)
class Clock:
    """The steps between two 31 Marches; time is never an accumulated float.

    Steps are equal, unless the clock keeps to the ``calendar``: twelve a year are then its months,
    four its quarters, a multiple of twelve divides each month, and of other numbers each ends with
    the nearest day; but 8, 16, 32 and so on are equal always, as other engines step. Saved quarters
    and months end with those of the calendar. ``cuts`` are further moments at which a step ends; a
    ``fixed`` clock takes none, for engines that know equal steps alone. Each step is taken in
    ``parts``.
    """

    first_year: int
    last_year: int
    steps_per_year: int
    saves_per_year: int = 1
    cuts: tuple[float, ...] = ()
    calendar: bool = False
    fixed: bool = False
    parts: int = 1

    @classmethod
    def between(
        cls, start: str | dt.date, until: str | dt.date, steps_per_year: int, every: str = "year"
    ) -> Clock:
        """Make the grid from a 31 March to a later 31 March, saving each year, month and so on.

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
        first, last = _year_of(start, "start"), _year_of(until, "until")
        if last <= first:
            message = f"until ({until}) must be after the start of the run ({start})"
            raise RunError(message)
        return cls(first, last, steps_per_year, EVERY[every] or steps_per_year, calendar=True)

    def cut_at(self, moments: Iterable[float]) -> Clock:
        """Return the clock with further moments at which a step ends, those outside left out."""
        found = sorted({float(m) for m in moments if self.first_year < m < self.last_year})
        if self.fixed or not found:
            return self
        known, kept = self.edges, list[float]()
        for moment in found:
            at = int(np.searchsorted(known, moment))
            near = min(abs(known[at - 1] - moment), abs(known[at] - moment))
            if near > SAME and not (kept and moment - kept[-1] <= SAME):
                kept.append(moment)
        return replace(self, cuts=tuple(sorted({*self.cuts, *kept}))) if kept else self

    @cached_property
    def edges(self) -> Values:
        """Coordinates of the moments at which steps begin and end: shape (steps + 1,)."""
        within = [cut for cut in self.cuts if self.first_year < cut < self.last_year]
        whole = self._whole
        if within or self.saves_per_year not in (1, self.steps_per_year):
            whole = together(whole, self.save_times, within)
        if self.parts == 1:
            return whole
        inside = whole[:-1, None] + np.diff(whole)[:, None] * np.arange(self.parts) / self.parts
        return np.append(inside.ravel(), whole[-1])

    def halved(self) -> Clock:
        """Return the clock with every step taken in two, saved when it was."""
        return replace(self, parts=2 * self.parts)

    @cached_property
    def _whole(self) -> Values:
        """The beginnings and ends of whole steps."""
        if self._is_even:
            count = (self.last_year - self.first_year) * self.steps_per_year
            # divided once and never added up, so that whole years are whole numbers
            return self.first_year + np.arange(count + 1) / self.steps_per_year
        return self._on_days(self.steps_per_year)

    @property
    def _is_even(self) -> bool:
        n = self.steps_per_year
        return not self.calendar or (n & (n - 1) == 0 and n > MONTHS // 2)

    def _on_days(self, parts: int) -> Values:
        """Return the coordinates at which parts of a year begin and end by the calendar."""
        years = range(self.first_year, self.last_year)
        moments = [year + _parts_of(days_of(year), parts) / days_of(year) for year in years]
        return np.append(np.concatenate(moments), float(self.last_year))

    @cached_property
    def lengths(self) -> Values:
        """Length of each step in years: shape (steps,)."""
        if self._is_even and self.n_steps == len(self._whole) - 1:
            return np.full(self.n_steps, self.step)  # exact, which differences of dates are not
        years = np.floor(self.edges)
        shares = self.edges - years
        known = [days_of(year) for year in range(self.first_year, self.last_year + 1)]
        sizes = np.array(known)[years.astype(int) - self.first_year]
        # a whole day exactly, which the difference of two large numbers is not
        days = np.rint(shares * sizes)
        shares = np.where(np.abs(shares * sizes - days) < SAME_DAY, days / sizes, shares)
        lengths = np.diff(years) + np.diff(shares)
        if self._is_even:
            lengths[np.isclose(lengths, self.step, rtol=1e-9)] = self.step
        return lengths

    @property
    def n_steps(self) -> int:
        """Number of steps of the run."""
        return len(self.edges) - 1

    @property
    def step(self) -> float:
        """Length of a whole step in years; those of a calendar have it on average."""
        return 1 / self.taken_per_year

    @property
    def taken_per_year(self) -> int:
        """Number of whole steps that are taken in a year, the parts of one counted."""
        return self.steps_per_year * self.parts

    @cached_property
    def save_times(self) -> Values:
        """Coordinates of the saved moments, the start included."""
        if self.saves_per_year == self.steps_per_year:
            return self._whole
        if self.calendar and self.saves_per_year > 1 and MONTHS % self.saves_per_year == 0:
            return self._on_days(MONTHS)[:: MONTHS // self.saves_per_year]
        return self.first_year + np.arange(self.n_saves) / self.saves_per_year

    @cached_property
    def steps_to_saves(self) -> NDArray[np.int64]:
        """Number of steps taken at each saved moment, 0 for the start: shape (saves,)."""
        # a save is the end of a step, cut or not: both are computed alike and meet exactly
        return np.searchsorted(self.edges, self.save_times).astype(np.int64)

    def time(self, k: int) -> float:
        """Return the coordinate at which step ``k`` begins: 2009.0 on 31 March 2009."""
        return float(self.edges[k])

    @cached_property
    def moments(self) -> Values:
        """Coordinates of each step's first moment, middle and last: shape (steps, 3)."""
        first, last = self.edges[:-1], self.edges[1:]
        return np.stack([first, (first + last) / 2, last], axis=1)

    @cached_property
    def years(self) -> NDArray[np.int64]:
        """The financial year of each step, 0 for the first of the run: shape (steps,)."""
        return np.floor(self.moments[:, 1]).astype(np.int64) - self.first_year

    @property
    def n_years(self) -> int:
        """Number of financial years of the run."""
        return self.last_year - self.first_year

    @property
    def n_saves(self) -> int:
        """Number of saved moments, the start included."""
        return (self.last_year - self.first_year) * self.saves_per_year + 1

    @cached_property
    def save_dates(self) -> list[dt.date]:
        """Dates of the saved moments, the start included."""
        return [date_of(time) for time in self.save_times.tolist()]

    @cached_property
    def save_labels(self) -> list[dt.datetime]:
        """What the saved moments are called in tables: the day that ends, or a day and time."""
        return [label_of(time) for time in self.save_times.tolist()]

    @property
    def financial_years(self) -> list[str]:
        """Names of the financial years of the run: ``["2009-10", …]``."""
        return [financial_year(year) for year in range(self.first_year + 1, self.last_year + 1)]


def together(*moments: ArrayLike) -> Values:
    """Return moments in order, each once; NumPy's own would load its masked arrays first."""
    found = np.sort(np.concatenate([np.asarray(m, dtype=float) for m in moments]))
    is_new = np.diff(found, prepend=-np.inf) > 0
    return np.asarray(found[is_new])


@functools.cache
def _parts_of(days: int, parts: int) -> Values:
    """Return after how many days of a year its parts begin; with whole days where there are few."""
    year = 2023 if days > DAYS else 2022  # whose March is of such a year
    opening = dt.date(year, 4, 1)
    firsts = [dt.date(year + (m > MONTHS), (m - 1) % MONTHS + 1, 1) for m in range(4, 4 + MONTHS)]
    months = [*((day - opening).days for day in firsts), days]
    if parts % MONTHS == 0 or MONTHS % parts == 0:
        after = np.interp(np.arange(parts) * MONTHS / parts, np.arange(MONTHS + 1), months)
        return np.rint(after) if parts <= FEWEST_DAYS * MONTHS else after
    after = np.arange(parts) * days / parts
    return np.rint(after) if parts <= DAYS else after


def _year_of(date: str | dt.date, what: str) -> int:
    return round(end_of(march_31(date, what, RunError)))
