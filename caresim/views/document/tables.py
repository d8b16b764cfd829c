"""The tables of a model's page: its parameters by role, and which figures its quantities meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from caresim.language.amounts import amount_text, value_text
from caresim.language.dates import year_end
from caresim.language.model import Model
from caresim.language.observed import Observation
from caresim.language.parameters import Parameter, Series
from caresim.views.equations.listed import Equation
from caresim.views.equations.symbols import Symbols
from caresim.views.report.markdown import Sources, escaped, table

__all__ = ["observation_map", "parameter_table"]

DIGITS = 4  # of an estimate; the file has them all
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


def parameter_table(model: Model, role: str, sources: Sources) -> str:
    """Return the parameters of one role, those by element in one row; nothing without any."""
    rows = _rows(model, role)
    if not rows:
        return ""
    columns = {"estimated": ["Prior"], "fixed": []}.get(role, ["May be"])
    head = ["Parameter", "Value", *columns, "Evidence", "Source"]
    return table(head, [_cells(row, role, sources) for row in rows])


def _rows(model: Model, role: str) -> list[Row]:
    """Return the parameters of a role, with those together that differ by element only."""
    symbols = Symbols(type(model))
    chosen = [entry for entry in model.parameters.values() if entry.role == role]

    def alike(entry: Parameter) -> tuple[object, ...]:
        stem, place = symbols.parameter(entry.name)
        meaning = entry.meaning.removesuffix(f", {', '.join(place.values())}")
        return stem, meaning, entry.unit, entry.source, entry.note, entry.grade

    rows = []
    for _, found in groupby(chosen, alike):
        entries = list(found)
        elements = [", ".join(symbols.parameter(e.name)[1].values()) for e in entries]
        rows.append((elements if len(entries) > 1 else [""], entries))
    return rows


def _cells(row: Row, role: str, sources: Sources) -> list[str]:
    elements, entries = row
    first = entries[0]
    meaning = first.meaning.removesuffix(f", {elements[0]}") if elements[0] else first.meaning
    names = ", ".join(f"`{entry.name}`" for entry in entries)
    about = [f"**{escaped(meaning)}**", names, *_details(first)]
    middle = {
        "estimated": [_each(elements, (str(entry.prior or "") for entry in entries))],
        "fixed": [],
    }.get(role, [_each(elements, map(_bounds, entries))])
    return [
        "<br>".join(about),
        _each(elements, map(_value, entries)),
        *middle,
        first.grade,
        sources.link((first.source, first.address)) or "the fit",
    ]


def _details(entry: Parameter) -> list[str]:
    found = [(words, getattr(entry, key, "")) for key, words in DETAILS]
    lines = [f"{words}: {_quoted(text)}" for words, text in found if text]
    if entry.assumed_from:
        lines.append(f"Assumed after {entry.assumed_from}")
    if entry.vintages:
        known = ", ".join(f"{_amount(v, entry)} ({year})" for year, v in entry.vintages)
        lines.append(f"As the figures up to a year would have set it: {known}")
    return lines


def _quoted(text: str) -> str:
    """Return a text, or the name of a parameter or series as code."""
    return f"`{text}`" if text.isidentifier() and "_" in text else escaped(text)


def _each(elements: Sequence[str], texts: Iterable[str]) -> str:
    """Return the texts of elements one below another, or once where they are the same."""
    listed = list(texts)
    if len(set(listed)) == 1:
        return escaped(listed[0])
    return "<br>".join(f"{escaped(e)}: {escaped(t)}" for e, t in zip(elements, listed, strict=True))


def _value(entry: Parameter) -> str:
    if not isinstance(entry.value, Series):
        return _amount(entry.value, entry)
    dated = list(entry.value.dated().items())
    (first, a), (last, b) = dated[0], dated[-1]
    return f"{_amount(a, entry)} ({first}) to {_amount(b, entry)} ({last}); {len(dated)} values"


def _amount(value: float, entry: Parameter) -> str:
    if entry.role != "estimated":
        return value_text(value, entry)
    as_prior = replace(entry, role="fixed", bounds=None)  # no percentages: the prior has none
    return value_text(float(f"{value:.{DIGITS}g}"), as_prior)


def _bounds(entry: Parameter) -> str:
    if entry.choices:
        return " or ".join(f"'{label}'" for label, _ in entry.choices)
    low, high = entry.bounds or (0.0, 0.0)
    return f"{amount_text(low, entry)} to {value_text(high, entry)}"


def observation_map(model: Model, equations: Mapping[str, Equation], sources: Sources) -> str:
    """Return each observed series with the equation of the same name, and what it counts."""
    series = model.observed.series if model.observed else {}
    rows = [
        _series_cells(name, list(figures.values()), equations.get(name), sources)
        for name, figures in series.items()
    ]
    return table(["Series and what it counts", "Equation", "Years", "Tolerance", "Source"], rows)


def _series_cells(
    name: str, figures: list[Observation], equation: Equation | None, sources: Sources
) -> list[str]:
    figures = sorted(figures, key=lambda f: year_end(f.year))
    definitions = dict.fromkeys(f.definition for f in reversed(figures) if f.definition)
    unit = f"{figures[-1].kind}, {figures[-1].unit}"
    counts = f"{escaped(next(iter(definitions), ''))}"
    if len(definitions) > 1:
        counts += f" (the latest of {len(definitions)} definitions)"
    shown = f"[{escaped(equation.label)}](#{equation.name})" if equation else "none: not modelled"
    return [
        f"`{name}`, {escaped(unit)}<br>{counts}",
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
