"""Writes what drives an answer to a folder: the table, a page and the figure."""

from __future__ import annotations

from pathlib import Path

from caresim.study.drivers.answer import Drivers
from caresim.study.drivers.driver import Driver
from caresim.study.drivers.words import ends_of, evidence, found_text, head, sentence
from caresim.version import __version__
from caresim.views.files.claim import Place
from caresim.views.files.whole import write_all
from caresim.views.plot.tornado_figure import tornado
from caresim.views.report.markdown import escaped, table

__all__ = ["drivers_page", "write_drivers"]

RECORD, FIGURE = "sensitivity.json", "tornado.png"
DPI = 160
HEAD = ("number", "what was found", "from its 10th to its 90th percentile", "what it rests on")


def write_drivers(found: Drivers, place: Place) -> list[Path]:
    """Write ``sensitivity.csv``, the page, and ``tornado.png`` where anything drives the answer.

    Raises CaresimError when something cannot be written.
    """
    from caresim.views.plot.figure import figure_bytes

    files: dict[str, str | bytes] = {
        "sensitivity.csv": found.table().to_csv(float_format="%.6g", lineterminator="\n"),
        "sensitivity.md": drivers_page(found),
    }
    if len(found):
        files[FIGURE] = figure_bytes(tornado(found), "png", DPI)
    told = {
        "caresim": __version__,
        "model": found.model,
        "scenario": found.scenario,
        "baseline": found.baseline,
        "output": found.output.name,
        "financial_year": found.year,
        "method": found.method,
        "others": found.others,
        "draws": {"runs": found.runs, "origin": found.origin},
        "summary": found.sentence(),
        "notices": [str(notice) for notice in found.notices],
    }
    return write_all(files, place, RECORD, told)


def drivers_page(found: Drivers) -> str:
    """Return a page in Markdown: what was asked, the sentence, a row for each number."""
    asked = head(found)
    lines = ["# What drives it", "", escaped(asked), "", f"**{escaped(sentence(found))}**", ""]
    if len(found):
        rows = table(HEAD, [_cells(found, row) for row in found.rows])
        lines += [f"![A bar for each number]({FIGURE})", "", rows, ""]
    lines += [f"- {escaped(str(notice))}" for notice in found.notices]
    return "\n".join([*lines, "", f"caresim {__version__}, {escaped(found.model)}.", ""])


def _cells(found: Drivers, row: Driver) -> list[str]:
    ends = ends_of(row).removeprefix("for ").removeprefix("between ")
    cells = (found_text(found, row), ends, evidence(row, found.origin))
    return [f"{escaped(row.meaning)} (`{row.name}`)", *map(escaped, cells)]
