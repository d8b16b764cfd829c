"""What a frozen projection came to: as text for the terminal, in Markdown, and as a page."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Sequence
from io import StringIO
from itertools import groupby

from caresim.language.amounts import signed
from caresim.study.backtest.scores import LEVELS
from caresim.study.ledger import Frozen, Scored
from caresim.study.ledger.scoring import Line
from caresim.views.report import html as page
from caresim.views.report.markdown import escaped
from caresim.views.report.markdown import table as markdown_table

__all__ = ["frozen_text", "score_html", "score_markdown", "score_text"]

WIDTH = 110
TITLE = "Promises kept and broken: frozen projections against the figures"
HEAD = (
    "series",
    "year",
    "figure",
    "median",
    "error, %",
    "inside",
    "score",
    "last figure",
    "error, %",
    "score",
)
READING = (
    "Error is the median projected over the figure that came out, minus 1. Inside is the "
    f"narrowest of the bands of {', '.join(map(str, LEVELS[:-1]))} and {LEVELS[-1]} % that holds "
    "the figure; what is given from outside has bands without width. The score is the weighted "
    "interval score on logs: 0 is best, and of two methods the one with less did better. The last "
    "figure kept, with the band that its own past changes make, is what a projection has to beat."
)
MILLION = 1e6


def frozen_text(frozen: Frozen) -> str:
    """Return what was frozen, and what it rests on, in a few lines."""
    facts = frozen.facts
    drawn = f"{facts['draws']['runs']:,} draws, seed {facts['draws']['seed']}"
    prices = f", money at {facts['price_year']} prices" if facts["price_year"] else ""
    return "\n".join(
        [
            f"Frozen: {frozen}",
            f"  {drawn}{prices}; equations {facts['equations']}",
            f"  digest {frozen.digest}",
        ]
    )


def score_text(scored: Scored) -> str:
    """Return the scores as a table for the terminal, with what is not out yet."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = f"Promised: {scored.frozen}"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
    for i, name in enumerate(HEAD):
        table.add_column(name, justify="left" if i == 0 else "right", no_wrap=i == 0)
    for line in scored.lines:
        table.add_row(*(Text(cell) for cell in _cells(line)))
    console = Console(file=StringIO(), width=WIDTH, record=True)
    console.print(table)
    shown = "\n".join(row.rstrip() for row in console.export_text().splitlines())
    told = [scored.summary(), *_waiting(scored)]
    return "\n".join([shown, *(textwrap.fill(t, WIDTH, subsequent_indent="  ") for t in told)])


def score_markdown(scored: Scored) -> str:
    """Return the scores as a page in Markdown."""
    cells = ([escaped(cell) for cell in _cells(line)] for line in scored.lines)
    parts = [f"# {TITLE}", escaped(f"Promised: {scored.frozen}."), escaped(scored.summary())]
    parts += [markdown_table(HEAD, cells), escaped(READING)]
    parts += ["\n".join(f"- {escaped(text)}" for text in _waiting(scored))] * bool(scored.waiting)
    parts += ["## What the promise rests on"]
    parts += ["\n".join(f"- {escaped(text)}" for text in _rests_on(scored.frozen))]
    return "\n\n".join(parts) + "\n"


def score_html(scored: Scored) -> str:
    """Return the scores as a page that needs nothing from outside."""
    head = "".join(page.head(name) for name in HEAD)
    rows = ([html.escape(cell) for cell in _cells(line)] for line in scored.lines)
    parts = [
        page.element("h1", TITLE),
        page.paragraphs(f"Promised: {scored.frozen}.\n{scored.summary()}"),
        page.table([head], rows, caption="What was projected and what came out"),
        page.element("p", html.escape(READING), of="small"),
        page.listing(_waiting(scored)) if scored.waiting else "",
        page.element("h2", "What the promise rests on"),
        page.listing(_rests_on(scored.frozen)),
    ]
    return page.document(TITLE, "".join(parts))


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.series,
        line.year,
        _number(line.actual),
        _number(line.projected),
        signed(line.error, 1),
        _narrowest(line.inside),
        f"{line.score:.3f}",
        _number(line.last),
        "–" if math.isnan(line.last_error) else signed(line.last_error, 1),
        "–" if math.isnan(line.last_score) else f"{line.last_score:.3f}",
    )


def _narrowest(inside: Sequence[bool]) -> str:
    """Return the narrowest band that holds a figure: ``"80 %"``, or ``"none"``."""
    held = [level for level, hit in zip(LEVELS, inside, strict=True) if hit]
    return f"{held[0]} %" if held else "none"


def _number(value: float) -> str:
    """Return a figure with thousands apart, millions of money in m."""
    if math.isnan(value):
        return "–"
    if value >= 100 * MILLION:
        return f"{value / MILLION:,.0f}m"
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.4g}"  # noqa: PLR2004


def _waiting(scored: Scored) -> list[str]:
    """Return the series that have no figure yet, year by year."""
    ordered = sorted(scored.waiting, key=lambda pair: pair[1])
    return [
        f"Not yet, {year}: {', '.join(series for series, _ in pairs)}"
        for year, pairs in groupby(ordered, key=lambda pair: pair[1])
    ]


def _rests_on(frozen: Frozen) -> list[str]:
    facts = frozen.facts
    drawn = facts["draws"]
    return [
        f"caresim {facts['version']}, equations {facts['equations']}",
        f"figures up to {frozen.vintage}",
        f"{drawn['runs']:,} draws of the {drawn['origin']}, seed {drawn['seed']}",
        f"money at {facts['price_year']} prices" if facts["price_year"] else "no money",
        f"SHA-256 of the promise: {frozen.digest}",
        *(told["text"] for told in facts["given"]),
    ]
