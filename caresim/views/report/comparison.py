"""Scenarios against the baseline in words and cells: levels, differences, sums over years."""

from __future__ import annotations

import html
from collections.abc import Sequence

from caresim.engine.run import Run
from caresim.language.amounts import percent, plural, signed, unit_words
from caresim.language.dates import financial_year
from caresim.language.rounding import band_in, step_of, stepped
from caresim.language.shown import counted_word
from caresim.views import series
from caresim.views.plot.style import pounds
from caresim.views.report import html as page
from caresim.views.report.amounts import DIFFERENCE_FIGURES, Grain, Pair, difference_at
from caresim.views.series.moved import LEAST, moved_by, moved_most

__all__ = [
    "comparison_table", "footnote", "further_of", "level_told", "levels_table", "rows_of",
    "sum_sentence",
]  # fmt: skip

GREEN_BOOK = 0.035  # HM Treasury's discount rate, a year
BESIDE = 2  # years in one table
FURTHER = 3  # rows of what a scenario moves, where it moves no caseload that is compared
ROUND = {10: "ten", 100: "hundred", 1000: "thousand"}


def rows_of(run: Run) -> list[str]:
    """Return the quantities of the table, as far as the run has them."""
    rows = [n for n in run.model.compared_names() if n in run.outputs]
    return rows or [n for n in run.model.published_names() if n in run.outputs]


def further_of(pair: Pair) -> list[str]:
    """Return what a scenario moves most, of what is published, where it moves no row but money."""
    runs = (pair.base, pair.run)
    spread = pair.spread or ()
    bands = {run.name: drawn for run, drawn in zip(runs, spread, strict=False)}
    counted = [name for name in rows_of(pair.run) if not _is_money(pair.run, name)]
    if any(moved_by(runs, bands, name) >= LEAST for name in counted):
        return []
    return list(moved_most(runs, bands, FURTHER))


def _rows(pair: Pair) -> list[str]:
    """Return the quantities of a scenario's table; what else it moves stands above money."""
    rows = rows_of(pair.run)
    first = next((i for i, n in enumerate(rows) if _is_money(pair.run, n)), len(rows))
    return [*rows[:first], *further_of(pair), *rows[first:]]


def comparison_table(pair: Pair, years: Sequence[str]) -> str:
    """Return the tables of one scenario: both levels, the difference and its share, by year.

    Two years stand side by side.
    """
    names = (pair.base.name, pair.run.name, "Difference", "%")
    of = f"{pair.run.name} against {pair.base.name}"
    every = _rows(pair)
    tables = []
    for some in [years[i : i + BESIDE] for i in range(0, len(years), BESIDE)]:
        years_row = "".join(page.head(year, scope="colgroup", colspan="4") for year in some)
        names_row = "".join(page.head(name) for name in names) * len(some)
        rows = [
            [_quantity(pair.run, name), *(c for year in some for c in _cells(pair, name, year))]
            for name in every
        ]
        heads = [_corner(pair.run, 2) + years_row, names_row]
        tables.append(page.table(heads, rows, caption=f"{of}, {' and '.join(some)}"))
    return "".join(tables)


def footnote(pair: Pair) -> str:
    """Return how finely numbers are said, and why differences and levels need not add up."""
    coarse = "".join(
        f", {plural(word)} to the nearest {ROUND.get(int(to), f'{to:,g}')} at least"
        for word, to in pair.run.model.shown_rounding().items()
        if to > 1
    )
    if pair.spread is None:
        return (
            f"Numbers are rounded{coarse}, so that a difference need not be that of the levels "
            "shown."
        )
    what = "the middle of those draw by draw" if pair.base.n_runs > 1 else "the two runs'"
    band = f"the bracket holds {percent(pair.level)} of those draw by draw"
    return (
        f"Each number is rounded to what its band supports{coarse}. A difference is {what}, "
        f"{band}: it need not be that of the levels shown."
    )


def levels_table(run: Run, years: Sequence[str], ensemble: Run | None, level: float) -> str:
    """Return the table of a run that is not compared with any other, with bands where known."""
    heads = [_corner(run, 1) + "".join(page.head(year) for year in years)]
    alone = Pair(run, run, ensemble, ensemble, level)
    rows = [
        [_quantity(run, n), *(_level_cell(alone, n, year) for year in years)] for n in rows_of(run)
    ]
    return page.table(heads, rows, caption=run.name)


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
        between = series.accumulated(series.gap(base, run, name), first, rate)
        last: series.Values = between.values[-1]
        return last

    letters = pounds(Grain.of(pair.run, name).divisor)
    unit = f"£{{}}{letters.removeprefix('£')}"
    grain = Grain.of(pair.run, name)
    band = None if pair.spread is None else band_in(total(*pair.spread), pair.level)
    centre = float(series.middle(total(pair.base, pair.run)))
    told = grain.difference(centre, band, unit)
    if band is None:
        return told
    ends = " to ".join(grain.end(end, centre, band, unit) for end in band)
    return f"{told} ({percent(pair.level)} interval {ends})"


def _corner(run: Run, rows: int) -> str:
    """Return the first cell of the head, which says at which prices money is, if there is any."""
    money = [n for n in rows_of(run) if str(run.model.variable(n).unit) == "GBP/year"]
    if not money:
        return page.head("Quantity", rowspan=str(rows))
    prices = f", {run.price_base}" if run.price_base else ""
    counted = f"money in {pounds(Grain.of(run, money[0]).divisor)}{prices}"
    return page.head("Quantity", counted, rowspan=str(rows))


def _is_money(run: Run, name: str) -> bool:
    return bool(run.model.variable(name).unit.power_of("GBP"))


def _quantity(run: Run, name: str) -> str:
    variable = run.model.variable(name)
    label = html.escape(variable.label, quote=False)
    unit = _unit_text(run, name)
    if not unit or unit in variable.label:
        return label
    return f"{label} {page.element('span', html.escape(unit, quote=False), of='unit')}"


def _unit_text(run: Run, name: str) -> str:
    """Return a unit in words; what all rows of a table count goes without saying.

    What a scenario moves besides says by its label what it counts.
    """
    unit = run.model.variable(name).unit
    if str(unit) == "GBP/year":
        return f"{pounds(run.model.shown_divisor(unit))} a year"
    word = counted_word(unit)
    if not word:
        return unit_words(unit)
    rows = rows_of(run)
    every = {counted_word(run.model.variable(row).unit) for row in rows} - {""}
    what = "" if name not in rows or every == {word} else plural(word)
    when = "a year" if unit.power_of("year") == -1 else "31 March"
    return f"{what}{' ' if when == 'a year' else ', '}{when}" if what else when


def _at(run: Run, name: str, year: str) -> series.Values:
    """Return a quantity in a year, one number for each draw."""
    found: series.Values = run.yearly(name)[run.clock.financial_years.index(year)]
    return found


def _level_cell(pair: Pair, name: str, year: str) -> str:
    """Return the level of a run alone, with the band of its draws."""
    told = level_told(pair.base, pair.base_ensemble, name, year, pair.level)
    band = _band(pair.base, pair.base_ensemble, name, year, pair.level)
    if band is None:
        return told
    grain, centre = Grain.of(pair.base, name), float(series.middle(_at(pair.base, name, year)))
    ends = " to ".join(grain.level_end(end, centre, band) for end in band)
    return _with_small(told, f"({ends})")


def _cells(pair: Pair, name: str, year: str) -> list[str]:
    levels = [
        level_told(run, ensemble, name, year, pair.level)
        for run, ensemble in ((pair.base, pair.base_ensemble), (pair.run, pair.run_ensemble))
    ]
    found = difference_at(pair, name, year)
    before = float(series.middle(_at(pair.base, name, year)))
    share = "–"
    if before:
        band = found.band and tuple(100 * end / before for end in found.band)
        shown = 100 * found.centre / before
        share = signed(*stepped(shown, step_of(shown, band, least=0.1, figures=DIFFERENCE_FIGURES)))
    return [*levels, _with_small(found.text(), found.bracket()), share]


def _with_small(text: str, small: str) -> str:
    inner = f"{text} {page.element('span', small, of='small')}" if small else text
    return page.element("span", inner, of="nowrap")


def level_told(run: Run, ensemble: Run | None, name: str, year: str, level: float) -> str:
    """Return the level of a quantity in a year, as finely as the band of its draws supports."""
    band = _band(run, ensemble, name, year, level)
    return Grain.of(run, name).level(float(series.middle(_at(run, name, year))), band)


def _band(
    run: Run, ensemble: Run | None, name: str, year: str, level: float
) -> tuple[float, float] | None:
    return band_in(_at(ensemble or run, name, year), level)
