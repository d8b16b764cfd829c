"""Scenarios against the baseline in words and cells: levels, differences, sums over years."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from caresim.engine.run import Run
from caresim.language.amounts import percent, plural, signed
from caresim.language.dates import financial_year, year_end
from caresim.language.shown import counted_word
from caresim.language.units import Unit
from caresim.views import series
from caresim.views.plot.style import pounds
from caresim.views.report import html as page

__all__ = ["Pair", "comparison_table", "levels_table", "sum_sentence", "table_years"]

GREEN_BOOK = 0.035  # HM Treasury's discount rate, a year


@dataclass(frozen=True)
class Pair:
    """A scenario and its baseline, with the ensembles of both where there are any."""

    base: Run
    run: Run
    base_ensemble: Run | None
    run_ensemble: Run | None
    level: float

    @property
    def spread(self) -> tuple[Run, Run] | None:
        """The runs whose paired draws give intervals, None where there are no draws."""
        if self.base_ensemble is not None and self.run_ensemble is not None:
            return self.base_ensemble, self.run_ensemble
        return (self.base, self.run) if self.base.n_runs > 1 else None


def table_years(runs: Sequence[Run], wanted: Sequence[str]) -> list[str]:
    """Return the wanted financial years, and the last one of the runs in place of any after it."""
    last = min(run.clock.last_year for run in runs)
    first = max(run.clock.first_year for run in runs) + 1
    ends = {min(max(year_end(year), first), last) for year in wanted}
    return [financial_year(end) for end in sorted(ends)]


def rows_of(run: Run) -> list[str]:
    """Return the quantities of the table, as far as the run has them."""
    rows = [n for n in run.model.compared_names() if n in run.outputs]
    return rows or [n for n in run.model.published_names() if n in run.outputs]


def comparison_table(pair: Pair, years: Sequence[str]) -> str:
    """Return the table of one scenario: for each year both levels, the difference and its share."""
    heads = [_corner(pair.run, 2) + "".join(f'<th colspan="4">{year}</th>' for year in years)]
    names = (pair.base.name, pair.run.name, "Difference", "%")
    cells = "".join(page.element("th", html.escape(name, quote=False)) for name in names)
    heads.append(cells * len(years))
    rows = [
        [_quantity(pair.run, name), *(cell for year in years for cell in _cells(pair, name, year))]
        for name in rows_of(pair.run)
    ]
    return page.table(heads, rows)


def levels_table(run: Run, years: Sequence[str]) -> str:
    """Return the table of a run that is not compared with any other."""
    heads = [_corner(run, 1) + "".join(f"<th>{year}</th>" for year in years)]
    rows = [
        [_quantity(run, n), *(_level(run, n, _at(run, n, year)) for year in years)]
        for n in rows_of(run)
    ]
    return page.table(heads, rows)


def sum_sentence(pair: Pair, name: str, since: int | None = None) -> str:
    """Return the difference in spending added up to the last year, plain and discounted.

    ``since`` is the year to add up from and to discount to, for scenarios that are compared with
    each other; by default it is the first in which this one differs.
    """
    label = pair.run.model.variable(name).label
    own = series.first_difference(pair.base, [pair.run], name)
    first = own if since is None or own is None else since
    if first is None:
        return f"{label} is the same as under {pair.base.name}."
    last = financial_year(min(pair.base.clock.last_year, pair.run.clock.last_year))
    prices = f", {pair.run.price_base}" if pair.run.price_base else ""
    year = financial_year(first)
    plain = (
        f"{label} added up from {year} to {last}, against {pair.base.name}: "
        f"{_sum(pair, name, first, 0.0)}{prices}"
    )
    if pair.run.prices == "cash":  # the Green Book's rate is real
        return f"{plain}."
    discounted = _sum(pair, name, first, GREEN_BOOK)
    return f"{plain}; discounted to {year} at {percent(GREEN_BOOK)} a year: {discounted}."


def _sum(pair: Pair, name: str, first: int, rate: float) -> str:
    def total(base: Run, run: Run) -> series.Values:
        last: series.Values = series.accumulated(series.gap(base, run, name), first, rate).values[
            -1
        ]
        return last

    letters = pounds(_divisor(pair.run, name))
    unit = f"£{{}}{letters.removeprefix('£')}"
    centre = _signed(pair.run, name, float(series.middle(total(pair.base, pair.run))), unit=unit)
    if pair.spread is None:
        return centre
    low, high = np.quantile(total(*pair.spread), [(1 - pair.level) / 2, (1 + pair.level) / 2])
    ends = " to ".join(_signed(pair.run, name, float(end), unit=unit) for end in (low, high))
    return f"{centre} ({percent(pair.level)} interval {ends})"


def _corner(run: Run, rows: int) -> str:
    """Return the first cell of the head, which says at which prices money is, if there is any."""
    money = [n for n in rows_of(run) if str(run.model.variable(n).unit) == "GBP/year"]
    if not money:
        return f'<th rowspan="{rows}">Quantity</th>'
    prices = f", {run.price_base}" if run.price_base else ""
    counted = f"money in {pounds(_divisor(run, money[0]))}{html.escape(prices)}"
    return f'<th rowspan="{rows}">Quantity {page.element("span", counted, of="unit")}</th>'


def _quantity(run: Run, name: str) -> str:
    variable = run.model.variable(name)
    label = html.escape(variable.label, quote=False)
    unit = _unit_text(run, variable.unit)
    if unit in variable.label:
        return label
    return f"{label} {page.element('span', html.escape(unit, quote=False), of='unit')}"


def _unit_text(run: Run, unit: Unit) -> str:
    """Return a unit in words; what all rows of a table count goes without saying."""
    if str(unit) == "GBP/year":
        return f"{pounds(run.model.shown_divisor(unit))} a year"
    word = counted_word(unit)
    if not word:
        return str(unit)
    every = {counted_word(run.model.variable(name).unit) for name in rows_of(run)} - {""}
    what = "" if every == {word} else plural(word)
    when = "a year" if unit.power_of("year") == -1 else "31 March"
    return f"{what}{' ' if when == 'a year' else ', '}{when}" if what else when


def _at(run: Run, name: str, year: str) -> float:
    return float(series.middle(run.yearly(name))[run.clock.financial_years.index(year)])


def _cells(pair: Pair, name: str, year: str) -> list[str]:
    before, after = _at(pair.base, name, year), _at(pair.run, name, year)
    paired = _paired(pair.base, pair.run, name, year)
    middle = float(series.middle(paired))
    shown = _signed(pair.run, name, middle)
    if pair.spread is not None:
        ends = np.quantile(
            _paired(*pair.spread, name, year), [(1 - pair.level) / 2, (1 + pair.level) / 2]
        )
        text = f"({' to '.join(_signed(pair.run, name, float(end)) for end in ends)})"
        shown += " " + page.element("span", text, of="small")
    shown = page.element("span", shown, of="nowrap")
    share = signed(100 * middle / before, 1) if before else "–"
    return [_level(pair.base, name, before), _level(pair.run, name, after), shown, share]


def _paired(base: Run, run: Run, name: str, year: str) -> series.Values:
    between = series.gap(base, run, name)
    at_year: series.Values = between.values[between.years == year_end(year)][0]
    return at_year


def _scaled(run: Run, name: str, value: float) -> tuple[float, int]:
    """Return a number as it is shown, with its decimals: £bn to two places, counts rounded."""
    unit = run.model.variable(name).unit
    if unit.power_of("GBP"):
        return value / _divisor(run, name), 2
    if word := counted_word(unit):
        size = run.model.rounded_to.get(word, 1)
        return size * round(value / size), 0
    return value, 2


def _divisor(run: Run, name: str) -> float:
    return run.model.shown_divisor(run.model.variable(name).unit)


def _level(run: Run, name: str, value: float) -> str:
    number, places = _scaled(run, name, value)
    return f"{number:,.{places}f}"


def _signed(run: Run, name: str, value: float, unit: str = "{}") -> str:
    return signed(*_scaled(run, name, value), unit)
