"""A backtest for the terminal, and as a page in Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from io import StringIO

from caresim.language.model import Model
from caresim.study.backtest import Backtest
from caresim.views.plot.backtest_words import rule_of
from caresim.views.plot.notes import label_of
from caresim.views.report.backtest_tables import Sheet, sheets

__all__ = ["backtest_page", "backtest_text", "markdown_table"]

WIDTH = 110
PAGE_WIDTH = 130
MIXED = """
- **Mixed** is the model run with `mix="damped"`: the log mean of model and damped trend, for five
years. It is insurance against a break that the model has not seen, and no better model."""
PAGE = """\
# Out of sample: how good projections have been

For each row {name} is fitted to the figures up to the end of one financial year, as they were known
then, and projected on; the projection is held against what came about. {line}.

{groups}

- **Known then.** Figures are taken as first published where that is known, else the newest. A fit
starts from the centres of the priors; a fixed number that rests on later figures takes its vintage.
What came about is the newest figure.
- **Continued by rule.** What is given from outside ends with the last fitted year. {rule}
- **As it came about.** The same, but what is given keeps the path that it took.
- **Rivals**, each with every published figure of the series up to the origin. *Last value*: the
last figure kept. *Trend*: last figure + h × the mean change of the last five years, h years on.
*Damped trend*: the same with 0.8 + 0.8² + … + 0.8^h in place of h. *Holt, damped*: Holt's damped
trend, smoothed by least squares. *Median of three*: the plain median of model, damped trend and
last value. *Random walk*: the last value, with a band from the spread of its own changes.{mixed}
- **It still flatters the model.** Structure, the dates between which rates move, the centres of the
priors and other fixed numbers were chosen by people who knew the whole decade. No table can show by
how much.
"""


def backtest_text(backtest: Backtest) -> str:
    """Return the tables of a backtest for the terminal; series go by their short names."""
    parts = [
        f"{_table(sheet)}\n{textwrap.fill(sheet.note.replace('**', ''), WIDTH)}"
        for sheet in sheets(backtest)
    ]
    return "\n\n".join([*parts, textwrap.fill(f"{backtest.line()}.", WIDTH)])


def backtest_page(
    backtest: Backtest, model: Model | None = None, images: Mapping[str, str] | None = None
) -> str:
    """Return a backtest as a page in Markdown; ``images`` are files beside it, with their words."""
    groups = "\n".join(_group(backtest, model, group) for group in backtest.groups)
    rule = rule_of(model)
    mixed = MIXED if "mixed" in backtest.methods else ""
    told = PAGE.format(
        name=backtest.name, line=backtest.line(), groups=groups, rule=rule, mixed=mixed
    )
    parts = [_wrapped(told.replace("\n\n\n", "\n\n"))]
    parts += [f"![{words}]({image})\n" for image, words in (images or {}).items()]
    for sheet in sheets(backtest, model):
        note = _wrapped(sheet.note)
        parts.append(f"## {sheet.title}\n\n{note}\n{markdown_table(sheet)}\n")
    return "\n".join(parts)


def _wrapped(text: str) -> str:
    """Return paragraphs and the items of lists with lines of one length."""
    blocks = re.split(r"\n\n|\n(?=- )", text.strip())
    filled = [
        textwrap.fill(
            " ".join(block.split()),
            PAGE_WIDTH,
            subsequent_indent="  " if block.startswith("- ") else "",
            break_on_hyphens=False,
        )
        for block in blocks
    ]
    pairs = zip(filled, [*filled[1:], ""], strict=True)
    ends = ("\n" if f.startswith("- ") and n.startswith("- ") else "\n\n" for f, n in pairs)
    return "".join(block + end for block, end in zip(filled, ends, strict=True))[:-1]


def _group(backtest: Backtest, model: Model | None, group: str) -> str:
    """Return what a group of series is, in a line."""
    names = [label_of(model, name) if model else name for name in backtest.groups[group]]
    return f"- *{group.capitalize()}*: {'; '.join(names)}."


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
