"""The financial years that the tables of a page show."""

from __future__ import annotations

from collections.abc import Sequence

from caresim.engine.clock import Clock
from caresim.engine.run import Run
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import CaresimError, RunError
from caresim.study.arguments import came, items_of

__all__ = ["asked_years", "table_years", "years_of"]

MIDWAY = "2029-30"  # stands in the tables where runs go on after it


def table_years(runs: Sequence[Run], wanted: Sequence[str] | None) -> list[str]:
    """Return the financial years of the tables: those wanted, and always the last of the runs.

    Without any wanted it is ``MIDWAY`` as well, where the runs reach it. Raises RunError for what
    is no financial year, and for one that a run does not show.
    """
    last = min(run.clock.last_year for run in runs)
    first = max(run.clock.first_year for run in runs) + 1
    if wanted is None:
        ends = {end for end in (year_end(MIDWAY), last) if first <= end <= last}
    else:
        ends = {last, *years_of(wanted, first, last)}
    return [financial_year(end) for end in sorted(ends)]


def asked_years(text: str, clock: Clock) -> list[str]:
    """Return the financial years of a list with commas, each one that a run shows.

    Raises RunError as :func:`years_of`.
    """
    asked = [year.strip() for year in text.split(",") if year.strip()]
    ends = years_of(asked, clock.first_year + 1, clock.last_year)
    return [financial_year(end) for end in ends]


def years_of(wanted: Sequence[str], first: int, last: int) -> list[int]:
    """Return the calendar years in which financial years end, each from ``first`` to ``last``.

    Raises RunError that names the year.
    """
    said = f"years is a list of financial years, such as ['{financial_year(last)}']"
    ends = []
    for year in items_of(wanted, said):
        if not isinstance(year, str):
            message = f"{said}, not {came(year)}"
            raise RunError(message)
        try:
            end = year_end(year.strip())
        except CaresimError as fault:
            message = f"years: {fault}"
            raise RunError(message) from None
        if not first <= end <= last:
            message = (
                f"years: {year.strip()} is not among those shown, {financial_year(first)} to "
                f"{financial_year(last)}; take another year, or let the run go on with 'until'"
            )
            raise RunError(message)
        ends.append(end)
    if not ends:
        message = f"{said}, not empty"
        raise RunError(message)
    return ends
