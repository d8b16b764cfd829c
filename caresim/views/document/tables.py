"""The tables of a model's page: the numbers of a part, and which figures its quantities meet."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from caresim.language.dates import year_end
from caresim.language.meanings import spelled_out
from caresim.language.model import Model
from caresim.language.observed import Observation
from caresim.language.parameters import Parameter, Prior
from caresim.language.published import published
from caresim.views.equations.listed import Equation
from caresim.views.equations.symbols import Symbols
from caresim.views.equations.values import amount_said, mark_of, range_said, unit_said, values_said
from caresim.views.report.markdown import Sources, escaped, table

__all__ = ["GRADES_SAID", "number_table", "observation_map"]

GRADES_SAID = {"assumption": "assumed"}
KINDS_SAID = {"stock": "on a day", "flow": "over a year"}
KINDS = {"effect": "effect size", "cost": "unit cost"}
EXACT_SAID = {"definition": "by definition", "limit": "a technical limit"}
LIKELY = (0.025, 0.975)  # quantiles that hold 19 chances in 20
DETAILS = (
    ("acts_on", "Acts on"),
    ("lag", "Lag"),
    ("cost", "Cost"),
    ("effect", "Effect"),
    ("line", "Spending line"),
    ("note", "Note"),
    ("caveat", "Caution"),
)
Row = tuple[list[str], list[Parameter]]  # the elements, and the parameter of each


def number_table(model: Model, names: Sequence[str], sources: Sources) -> str:
    """Return some parameters of a model, those by element in one row."""
    rows = _rows(model, names)
    head = ["Number", "Value", "Kind and range", "Evidence", "Source"]
    return table(head, [_cells(row, model, sources) for row in rows])


def _rows(model: Model, names: Sequence[str]) -> list[Row]:
    """Return parameters, with those together that differ by element only."""
    symbols = Symbols(type(model))

    def alike(entry: Parameter) -> tuple[object, ...]:
        stem, place = symbols.parameter(entry.name)
        meaning = entry.meaning.removesuffix(f", {', '.join(place.values())}")
        return stem, meaning, entry.role, entry.unit, entry.source, entry.note, entry.grade

    rows = []
    for _, found in groupby((model.parameters[name] for name in names), alike):
        entries = list(found)
        elements = [", ".join(symbols.parameter(e.name)[1].values()) for e in entries]
        rows.append((elements if len(entries) > 1 else [""], entries))
    return rows


def _cells(row: Row, model: Model, sources: Sources) -> list[str]:
    elements, entries = row
    first = entries[0]
    meaning = first.meaning.removesuffix(f", {elements[0]}") if elements[0] else first.meaning
    names = ", ".join(f"`{entry.name}`" for entry in entries)
    about = [f"**{escaped(meaning)}**", f"<sub>{names}</sub>", *_details(first, model)]
    return [
        "<br>".join(about),
        _each(elements, values_said(entries, model.parameters.price_year)) + mark_of(first),
        _each(elements, map(_kind, entries)),
        GRADES_SAID.get(first.grade, first.grade),
        sources.link((first.source, first.address)) or "the fit",
    ]


def _kind(entry: Parameter) -> str:
    """Return who may change a number, and between what values it may lie."""
    if entry.choices:
        settings = " or ".join(repr(label) for label, _ in entry.choices)
        return f"rule: {settings}, or between" if entry.between else f"switch: {settings}"
    parts = [KINDS.get(entry.role, entry.role)]
    if entry.exact:
        parts.append(EXACT_SAID[entry.exact])
    if entry.bounds and entry.role != "estimated":
        parts.append(range_said(*entry.bounds, entry))
    if entry.prior:
        when = "before the fit" if entry.role == "estimated" else "likely"
        parts.append(f"{when} {range_said(*_likely(entry.prior, entry), entry)} `{entry.prior}`")
    return "; ".join(parts)


def _likely(prior: Prior, entry: Parameter) -> tuple[float, float]:
    """Return the ends between which a prior puts 19 chances in 20, within the bounds."""
    least, most = entry.bounds or (-math.inf, math.inf)
    ends = prior.quantiles(LIKELY)
    low, high = (float(f"{min(max(value, least), most):.2g}") for value in ends)
    return low, high


def _details(entry: Parameter, model: Model) -> list[str]:
    found = [(words, getattr(entry, key, "")) for key, words in DETAILS]
    lines = [f"{words}: {_spelled(text, model)}" for words, text in found if text]
    if entry.assumed_from:
        lines.append(f"Assumed after {entry.assumed_from}")
    if entry.vintages:
        known = ", ".join(f"{amount_said(v, entry, brief=True)} ({y})" for y, v in entry.vintages)
        lines.append(f"As the figures up to a year would have set it: {known}")
    return lines


def _spelled(text: str, model: Model) -> str:
    """Return a text with words for the names of parameters and quantities."""
    if text in model.variables:
        return f"[{escaped(model.variables[text].label)}](#{text})"
    if text.isidentifier() and "_" in text and text not in model.parameters:
        return f"`{text}`"
    return escaped(spelled_out(text, model.parameters))


def _each(elements: Sequence[str], texts: Iterable[str]) -> str:
    """Return the texts of elements one below another, or once where they are the same."""
    listed = list(texts)
    if len(set(listed)) == 1:
        return escaped(listed[0])
    return "<br>".join(f"{escaped(e)}: {escaped(t)}" for e, t in zip(elements, listed, strict=True))


def observation_map(model: Model, equations: Mapping[str, Equation], sources: Sources) -> str:
    """Return each observed series with the equation of the same name, and what it counts."""
    observed = published(model).figures
    series = observed.series if observed else {}
    rows = [
        _series_cells(name, list(figures.values()), equations.get(name), sources)
        for name, figures in series.items()
    ]
    return table(["What is counted", "Entry", "Years", "Tolerance", "Source"], rows)


def _series_cells(
    name: str, figures: list[Observation], equation: Equation | None, sources: Sources
) -> list[str]:
    figures = sorted(figures, key=lambda f: year_end(f.year))
    definitions = dict.fromkeys(f.definition for f in reversed(figures) if f.definition)
    unit = f"{unit_said(figures[-1].unit, name)} {KINDS_SAID[figures[-1].kind]}"
    counts = f"{escaped(next(iter(definitions), ''))}"
    if len(definitions) > 1:
        counts += f" (the latest of {len(definitions)} definitions)"
    shown = f"[{escaped(equation.label)}](#{equation.name})" if equation else "none: not modelled"
    return [
        f"{escaped(unit)}<br>{counts}<br><sub>`{name}`</sub>",
        shown,
        _years([f.year for f in figures]),
        _tolerance(figures),
        sources.link(*((f.release, f.address) for f in figures)),
    ]


def _years(years: Sequence[str]) -> str:
    """Return first and last year, and those that are missing between."""
    ends = [year_end(year) for year in years]
    gaps = [f"{end - 1}-{end % 100:02d}" for end in range(ends[0], ends[-1]) if end not in ends]
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    return f"{span}, without {', '.join(gaps)}" if gaps else span


def _tolerance(figures: Sequence[Observation]) -> str:
    fitted = sorted({f.tolerance for f in figures if f.tolerance})
    if not fitted:
        return "not fitted"
    ends = dict.fromkeys((fitted[0], fitted[-1]))
    return " to ".join(f"{value * 100:.3g}" for value in ends) + " %"
