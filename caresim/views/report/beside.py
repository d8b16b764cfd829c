"""The part of a summary beside spending: series that no total holds, and figures that are fixed."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from caresim.engine.run import Run
from caresim.language.beside import BesidePart, beside_of
from caresim.language.model import Model
from caresim.language.parts import parts_of_model
from caresim.views.plot.style import pounds
from caresim.views.report import html as page
from caresim.views.report.comparison import level_told

__all__ = ["beside_part"]

MORE = "How to take it, and sources: on the page of the model, which caresim document writes."


def beside_part(runs: Sequence[Run], ensembles: Mapping[str, Run], year: str, level: float) -> str:
    """Return what stands beside spending: series of all runs in one year, and what is fixed.

    Empty where the model names nothing of the kind.
    """
    beside = beside_of(runs[0].model)
    if beside is None:
        return ""
    names = [name for name in beside.series if all(name in run.outputs for run in runs)]
    fixed = [text for text in map(_fixed, beside.parts) if text]
    told = f"{beside.said} {MORE}{_whose(runs[0].model) if fixed else ''}"
    said = [html.escape(told, quote=False), *fixed]
    words = " ".join(text for text in said if text)
    return page.element(
        "section",
        page.element("h2", html.escape(beside.title, quote=False))
        + (_table(runs, names, ensembles, year, level, beside.title) if names else "")
        + page.element("p", words, of="small"),
    )


def _whose(model: Model) -> str:
    """Return whose the fixed figures are, for a place of a whole, as they are none of its own."""
    if model.stands_for is None:
        return ""
    whole, own = parts_of_model(model).whole, model.stands_for.name
    return f" Figures that follow are those of {whole}, not {own}'s."


def _table(
    runs: Sequence[Run],
    names: Sequence[str],
    ensembles: Mapping[str, Run],
    year: str,
    level: float,
    title: str,
) -> str:
    heads = page.head(year) + "".join(page.head(run.name) for run in runs)
    rows = [
        [
            _named(runs[0], name),
            *(level_told(run, _drawn(ensembles, run, name), name, year, level) for run in runs),
        ]
        for name in names
    ]
    return page.table([heads], rows, caption=f"{title}, {year}")


def _drawn(ensembles: Mapping[str, Run], run: Run, name: str) -> Run | None:
    """Return the draws of a run that hold a series; what tables do not publish, few draws do."""
    found = ensembles.get(run.name)
    return found if found is not None and name in found.outputs else None


def _named(run: Run, name: str) -> str:
    """Return a series in words, and of money in what it is counted, as markup."""
    variable = run.model.variable(name)
    label = html.escape(variable.label, quote=False)
    if not variable.unit.power_of("GBP"):
        return label
    counted = f"{pounds(run.model.shown_divisor(variable.unit))} a year"
    return f"{label} {page.element('span', html.escape(counted, quote=False), of='unit')}"


def _fixed(part: BesidePart) -> str:
    """Return what is fixed in a part, under its name; empty where it has series alone."""
    if not part.figures:
        return ""
    figures = "; ".join(f"{one.what}: {one.figure}" for one in part.figures)
    name = page.element("b", html.escape(part.name, quote=False))
    return f"{name}: {html.escape(figures, quote=False)}."
