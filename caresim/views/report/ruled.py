"""Scenarios under each rule of a model, such as who pays: on the page, in the terminal, as CSV."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from caresim.engine.run import Run
from caresim.language.amounts import counted
from caresim.language.csv_text import table_text
from caresim.language.shown import counted_word
from caresim.study.scenario.sentences import first_day
from caresim.study.under_rules import UnderRule
from caresim.views.plot.style import pounds
from caresim.views.report import html as page
from caresim.views.report.amounts import Grain, Pair, difference_at
from caresim.views.series import middle

__all__ = ["ruled_csv", "ruled_pairs", "ruled_table", "ruled_text"]

COLUMNS = ("scenario", "rule", "rule_from", "financial_year", "column", "unit", "price_base",
           "baseline", "value", "difference", "low", "high")  # fmt: skip
WIDTH = 120


def ruled_pairs(ruled: Sequence[UnderRule], level: float) -> list[tuple[UnderRule, Pair]]:
    """Return each case with its runs as they are compared."""
    return [(r, Pair(r.base, r.run, r.base_ensemble, r.run_ensemble, level)) for r in ruled]


def ruled_table(ruled: Sequence[UnderRule], level: float) -> str:
    """Return the part of a page that shows what scenarios change under each rule, by the last year.

    Empty where there is no rule to show.
    """
    if not ruled:
        return ""
    run = ruled[0].run
    rules = run.model.rules
    title = rules.title if rules else ""
    heads = "".join(page.head(*_head(run, name)) for name in _names(run))
    rows = [
        [
            html.escape(scenario, quote=False),
            html.escape(one.said, quote=False),
            *(_cell(pair, name) for name in _names(run)),
        ]
        for scenario, one, pair in _rows(ruled, level)
    ]
    caption = f"{title}: changes by {_last(run)} under each rule"
    shown = page.table([page.head("Scenario") + page.head("Where") + heads], rows, caption=caption)
    return (
        page.element("h2", html.escape(f"{title}?", quote=False))
        + page.paragraphs(_words(ruled))
        + page.element("div", shown, of="worded")
    )


def ruled_text(ruled: Sequence[UnderRule], level: float = 0.8) -> str:
    """Return the same as text for a terminal, empty where there is no rule to show."""
    from rich.box import MARKDOWN
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not ruled:
        return ""
    run = ruled[0].run
    rules = run.model.rules
    table = Table(title=f"{rules.title if rules else ''}? Changes by {_last(run)}",
                  title_justify="left", title_style="bold", box=MARKDOWN)  # fmt: skip
    for name in ("scenario", "where"):
        table.add_column(name, no_wrap=True)
    for name in _names(run):
        table.add_column(", ".join(filter(None, _head(run, name))), justify="right")
    for scenario, one, pair in _rows(ruled, level):
        cells = (difference_at(pair, name, _last(run)).text() for name in _names(run))
        table.add_row(*map(Text, (scenario, one.said, *cells)))
    console = Console(file=StringIO(), width=WIDTH, record=True)
    console.print(table)
    return "\n".join(line.strip() for line in console.export_text().splitlines() if line.strip())


def ruled_csv(ruled: Sequence[UnderRule], level: float = 0.8) -> str:
    """Return every year of every case as CSV: both levels, the paired difference and its ends.

    ``rule_from`` is the day from which scenario and baseline go by the rule, empty where the
    scenario sets it itself; ``low`` and ``high`` are empty without draws.
    """
    rows = (row for one, pair in ruled_pairs(ruled, level) for row in _lines(one, pair))
    return table_text(COLUMNS, rows)


def _lines(one: UnderRule, pair: Pair) -> Iterator[tuple[object, ...]]:
    base, run = pair.base, pair.run
    for name in _names(run):
        unit = run.model.variable(name).unit
        prices = run.price_base if unit.power_of("GBP") else ""
        for year in run.clock.financial_years:
            found = difference_at(pair, name, year)
            numbers = (_at(base, name, year), _at(run, name, year), found.centre)
            cells = [_number(value, counted(unit)) for value in (*numbers, *(found.band or ()))]
            cells += [""] * (len(COLUMNS) - COLUMNS.index("baseline") - len(cells))
            begins = str(one.begins or "")
            yield one.scenario, one.said, begins, year, name, str(unit), prices, *cells


def _number(value: float, word: str) -> str:
    shown = f"{value:.0f}" if word == "GBP" else f"{value:.1f}" if word else f"{value:.6g}"
    return shown.removeprefix("-") if float(shown) == 0 else shown


def _rows(ruled: Sequence[UnderRule], level: float) -> Iterator[tuple[str, UnderRule, Pair]]:
    """Yield each case with the scenario's name, which stands once."""
    before = ""
    for one, pair in ruled_pairs(ruled, level):
        yield "" if one.scenario == before else one.scenario, one, pair
        before = one.scenario


def _words(ruled: Sequence[UnderRule]) -> str:
    """Return from when the rules hold, and which scenarios stand under their own alone."""
    days = dict.fromkeys(first_day(one.begins) for one in ruled if one.begins)
    day = f", {next(iter(days))}," if len(days) == 1 else ""
    base = ruled[0].base.name
    said = f"Scenario and {base} go by one rule from the scenario's first change{day} on."
    if not days:
        said = ""
    own = dict.fromkeys(one.scenario for one in ruled if one.begins is None)
    if own:
        verb = "sets the rule itself" if len(own) == 1 else "set the rule themselves"
        said = f"{said} {_listed(own)} {verb}, and {base} does not.".strip()
    return said


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _names(run: Run) -> tuple[str, ...]:
    rules = run.model.rules
    return tuple(name for name in (rules.names if rules else ()) if name in run.outputs)


def _last(run: Run) -> str:
    return run.clock.financial_years[-1]


def _head(run: Run, name: str) -> tuple[str, str]:
    """Return what a column is called and in what it is."""
    variable = run.model.variable(name)
    if variable.unit.power_of("GBP"):
        return variable.label, pounds(Grain.of(run, name).divisor)
    return variable.label, "" if counted_word(variable.unit) else str(variable.unit)


def _cell(pair: Pair, name: str) -> str:
    found = difference_at(pair, name, _last(pair.run))
    bracket = found.bracket()
    small = f" {page.element('span', bracket, of='small')}" if bracket else ""
    return page.element("span", f"{found.text()}{small}", of="nowrap")


def _at(run: Run, name: str, year: str) -> float:
    return float(middle(run.yearly(name))[run.clock.financial_years.index(year)])
