"""A backtest for the terminal, and as a page in Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from io import StringIO

from caresim.language.model import Model
from caresim.study.backtest import Backtest
from caresim.views.backtest_tables import Sheet, sheets

__all__ = ["backtest_page", "backtest_text", "markdown_table"]

WIDTH = 110
PAGE = """\
# Out of sample: how good projections have been

Each row refits {name} to the figures up to the end of one financial year and projects on. {line}.

Figures are taken as they were first published where that is known; what came about is the newest
figure. Every rival sees every published figure of the series up to the origin. *Last value*: the
last figure kept. *Trend*: last figure + h × the mean change of the last five years. *Damped trend*:
the same with 0.8 + 0.8² + … + 0.8^h in place of h. *Holt, damped*: Holt's trend, smoothed by least
squares. *Median of three*: the plain median of model, damped trend and last value. Structure,
dates, centres of priors and other fixed numbers were chosen by people who knew the whole decade:
that flatters the model, and no table can show by how much.
"""


def backtest_text(backtest: Backtest) -> str:
    """Return the tables of a backtest for the terminal; series go by their short names."""
    parts = [
        f"{_table(sheet)}\n{textwrap.fill(sheet.note.replace('**', ''), WIDTH)}"
        for sheet in sheets(backtest)
    ]
    return "\n\n".join([*parts, textwrap.fill(f"{backtest.line()}.", WIDTH)])


def backtest_page(
    backtest: Backtest, model: Model | None = None, images: Iterable[str] = ()
) -> str:
    """Return a backtest as a page in Markdown; ``images`` are files beside it."""
    parts = [PAGE.format(name=backtest.name, line=backtest.line())]
    parts += [f"![]({image})\n" for image in images]
    for sheet in sheets(backtest, model):
        parts.append(f"## {sheet.title}\n\n{sheet.note}\n\n{markdown_table(sheet)}\n")
    return "\n".join(parts)


def markdown_table(sheet: Sheet) -> str:
    """Return a table in Markdown, numbers to the right."""
    rule = ["---", *("--:" for _ in sheet.heads[1:])]
    lines = [sheet.heads, rule, *sheet.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _table(sheet: Sheet) -> str:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=sheet.title, title_justify="left", title_style="bold", box=SIMPLE)
    for i, head in enumerate(sheet.heads):
        table.add_column(head, justify="right" if i else "left", no_wrap=i == 0)
    for row in sheet.rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(file=StringIO(), width=WIDTH, record=True)
    console.print(table)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())
