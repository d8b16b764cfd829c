"""Writes what a fit leaves as the files of a vintage, which a model then loads as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from caresim.language.dates import end_of, parse_date, year_end
from caresim.language.errors import CaresimError
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.language.parameter_text import parameter_text
from caresim.language.parameters import Parameter, Parameters, Series
from caresim.language.units import Unit
from caresim.language.vintage import FIGURES, FITTED, GIVEN, POSTERIOR, SCORE, fitted_text

__all__ = ["observed_text", "vintage_files"]

DATED = "given.csv"
AS_FITTED = "as the model was fitted"
HEAD = "# What is given from outside, and all that is other than in the model's own files.\n\n"


def vintage_files(
    model: Model,
    observed: Observed,
    fitted: Mapping[str, float],
    posterior: str = "",
    score: str = "",
) -> dict[str, str]:
    """Return the files of a vintage by name, for a model at its best fit to figures.

    ``fitted`` are the values that were found, ``posterior`` and ``score`` the texts of two files,
    which are left out where they are empty. The model with this vintage runs as it does now.

    Raises CaresimError for a model whose stocks start at given levels, which a vintage cannot hold.
    """
    if model.starting:
        message = (
            f"a vintage holds parameters, and {type(model).__name__} starts at levels that "
            "with_start gave; leave them out, or declare a parameter for each in its equations"
        )
        raise CaresimError(message)
    shown = [_as_given(entry, model, fitted) for entry in _given(model)]
    prices = model.parameters.price_year
    head = HEAD + (f'price_year = "{prices}"\n\n' if prices else "")
    files = {FIGURES: observed_text(observed), GIVEN: head + _tables(shown, fitted)}
    if dated := [entry for entry in shown if entry.is_dated]:
        files[DATED] = _rows(dated)
    files[FITTED] = fitted_text(fitted)
    return files | {n: t for n, t in ((POSTERIOR, posterior), (SCORE, score)) if t}


def observed_text(observed: Observed) -> str:
    """Return figures as the CSV that :meth:`Observed.read` takes."""
    heads = [field.name for field in fields(Observation)]
    rows = ([_cell(getattr(row, head)) for head in heads] for row in observed.observations)
    return _csv(heads, rows)


def _given(model: Model) -> Iterable[Parameter]:
    """Yield what a vintage must give: dated values, and what the class has otherwise."""
    own: Parameters = type(model).parameters
    vintage = type(model).vintage
    before = set(vintage.given(model.parameters)) if vintage else set()
    moved = model.parameters.price_year != own.price_year
    for name, entry in model.parameters.items():
        is_money = moved and Unit.parse(entry.unit).power_of("GBP")
        is_held = name in model.set_by_caller and entry.prior
        is_path = isinstance(entry.value, Series) and _is_by_days(entry.value)
        if is_path or is_money or is_held or name in before or _is_new(entry, model):
            yield entry


def _is_new(entry: Parameter, model: Model) -> bool:
    """Return whether more than the value of an estimated parameter is other than in the class."""
    own = type(model).parameters.get(entry.name)
    if entry.role == "estimated" and own is not None:
        return {**vars(entry), "value": None} != {**vars(own), "value": None}
    return bool(entry != own)


def _as_given(entry: Parameter, model: Model, fitted: Mapping[str, float]) -> Parameter:
    """Return an entry as the vintage gives it; what the caller set is drawn no more."""
    is_held = entry.name in model.set_by_caller and entry.name not in fitted
    held = replace(entry, prior=None) if is_held and entry.role != "estimated" else entry
    return held if held.source or held.role == "estimated" else replace(held, source=AS_FITTED)


def _tables(entries: Iterable[Parameter], fitted: Mapping[str, float]) -> str:
    """Return the tables of parameters; values that stand in another file are left out."""
    return "\n".join(
        parameter_text(
            [entry],
            outside=f'from = "{DATED}"' if entry.is_dated else "" if entry.name in fitted else None,
        )
        for entry in entries
    )


def _rows(entries: Iterable[Parameter]) -> str:
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        if isinstance(entry.value, Series):
            if not _is_by_days(entry.value):
                message = (
                    f"'{entry.name}' has values at times within a day, which no file of dated "
                    "values holds; give whole days"
                )
                raise CaresimError(message)
            dated = entry.value.dated().items()
            rows += [(entry.name, day, repr(value), entry.unit) for day, value in dated]
    return _csv(("series", "year", "value", "unit"), rows)


def _is_by_days(series: Series) -> bool:
    """Return whether a file of dated values can hold a series as it is."""
    times = [year_end(d) - 1.0 if series.held else end_of(parse_date(d)) for d in series.dated()]
    return tuple(times) == series.times


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return repr(float(value))
    return " ".join(str(value).splitlines())  # each cell stands on one line


def _csv(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([heads, *rows])
    return stream.getvalue()
