"""Compares scenarios with a baseline, draw by draw where both are ensembles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from caresim.engine.prices import PRICES
from caresim.engine.run import Run
from caresim.language.dates import end_of, financial_year
from caresim.language.errors import RunError
from caresim.study.arguments import came, day_of, items_of, number_of, run_of, word_of
from caresim.study.run_names import distinct_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_pair", "compare", "years_of"]

AT = "at is a list of 31 Marches, such as ['2030-03-31']"


def compare(
    baseline: Run,
    *scenarios: Run,
    at: Sequence[str | dt.date] | None = None,
    level: float = 0.8,
    prices: str | None = None,
) -> pd.DataFrame:
    """Return the published outputs of scenarios against a baseline on given 31 Marches.

    One row for each scenario, financial year and output; columns ``baseline``, ``value``,
    ``difference`` and ``percent``, and for ensembles ``low`` and ``high``: the interval of the
    paired difference that holds ``level`` of the draws. Flows and money are those of the year that
    ends on the date, at the prices of the model or, for ``prices="cash"``, in cash. ``table.attrs``
    holds ``units`` by output, with the price base of money, and the ``level`` of the intervals.

    Raises RunError when the runs do not match, a date is no 31 March within them, or the model has
    no price level to bring money to cash with.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base, more = (cs.run(England(family_support_time=years)) for years in (2.0, 3.0))
    >>> cs.compare(base, more, at=["2030-03-31"]).columns.to_list()
    ['baseline', 'value', 'difference', 'percent']
    """
    import pandas as pd

    if not scenarios:
        message = "compare takes a baseline and at least one scenario: compare(base, other)"
        raise RunError(message)
    for run in (baseline, *scenarios):
        run_of(run, "compare")
    said = "level is the share of draws that an interval holds, such as 0.8"
    level = number_of(level, said, lambda share: 0 < share < 1)
    if prices is not None:
        money = word_of(prices, "prices", PRICES)
        baseline, *others = (run.at_prices(money) for run in (baseline, *scenarios))
        scenarios = tuple(others)
    parts = [_one(baseline, run, years_of(baseline, at), level) for run in scenarios]
    table = pd.concat(parts, keys=_names(baseline, scenarios), names=["scenario"])
    units = {name: baseline.unit_text(name) for name in table.index.unique("output")}
    table.attrs.update(units=units, level=level)
    return table


def _names(baseline: Run, scenarios: Sequence[Run]) -> list[str]:
    """Return what the rows of each scenario are called, which the baseline is not."""
    return distinct_names([baseline, *scenarios], first=0)[1:]


def years_of(run: Run, at: Sequence[str | dt.date] | None) -> list[str]:
    """Return the financial years that end on 31 Marches within a run, the last without any.

    Raises RunError for what is no list of 31 Marches within it.
    """
    known = run.clock.financial_years
    if isinstance(at, str):
        message = f"at is a list of dates: write at=['{at}']"
        raise RunError(message)
    given = [run.clock.save_dates[-1]] if at is None else items_of(at, AT)
    if not given:
        message = f"{AT}, not {came(at)}"
        raise RunError(message)
    chosen = []
    for day in (day_of(one, "at") for one in given):
        time = end_of(day)
        name = financial_year(round(time))
        if time != round(time) or name not in known:
            message = f"at: {day} is not a 31 March from {known[0]} to {known[-1]}"
            raise RunError(message)
        chosen.append(name)
    return chosen


def _one(baseline: Run, run: Run, years: list[str], level: float) -> pd.DataFrame:
    import pandas as pd

    check_pair(baseline, run)
    shown = baseline.model.published_names()
    both = [name for name in shown if name in baseline.outputs and name in run.outputs]
    if not both:
        message = (
            f"compare takes runs with a published output in common, but '{baseline.name}' and "
            f"'{run.name}' have none; give both 'outputs' such as ['{shown[0]}']"
        )
        raise RunError(message)
    rows = {}
    for year in years:
        at = baseline.clock.financial_years.index(year)
        for name in both:
            rows[year, name] = _row(baseline.yearly(name)[at], run.yearly(name)[at], level)
    index = pd.MultiIndex.from_tuples(list(rows), names=["financial_year", "output"])
    return pd.DataFrame(list(rows.values()), index=index)


def _row(before: np.ndarray, after: np.ndarray, level: float) -> dict[str, float]:
    """Return one line; percentages are of medians, intervals of paired differences."""
    difference = after - before
    base, value, middle = (float(np.median(x)) for x in (before, after, difference))
    percent = 100 * middle / base if base else float("nan")
    row = {"baseline": base, "value": value, "difference": middle, "percent": percent}
    if len(difference) > 1:
        low, high = np.quantile(difference, [(1 - level) / 2, (1 + level) / 2])
        row |= {"low": float(low), "high": float(high)}
    return row


def check_pair(baseline: Run, run: Run, verb: str = "compare") -> None:
    """Raise RunError, in the words of a verb, for runs that cannot be set side by side."""
    if type(baseline.model) is not type(run.model):
        message = f"{verb} takes runs of one model"
        raise RunError(message)
    if baseline.clock.financial_years != run.clock.financial_years:
        message = f"{verb} takes runs over the same years; give both the same 'until'"
        raise RunError(message)
    if baseline.price_base != run.price_base:
        message = (
            f"'{baseline.name}' has money in {baseline.price_base} and '{run.name}' in "
            f"{run.price_base}; give both the same prices"
        )
        raise RunError(message)
    mixes = baseline.provenance.get("mix"), run.provenance.get("mix")
    if mixes[0] != mixes[1]:
        message = (
            f"'{baseline.name}' was run with mix={mixes[0]!r} and '{run.name}' with "
            f"mix={mixes[1]!r}; give both the same"
        )
        raise RunError(message)
    if baseline.drawn != run.drawn and baseline.n_runs == run.n_runs:
        message = f"{verb} pairs draws: '{run.name}' and '{baseline.name}' need the same draws"
        raise RunError(message)
    if baseline.n_runs != run.n_runs:
        message = (
            f"{verb} pairs draws, but '{baseline.name}' has {baseline.n_runs} runs and "
            f"'{run.name}' {run.n_runs}; give both the same draws"
        )
        raise RunError(message)
