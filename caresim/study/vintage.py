"""The same equations with other numbers: a later vintage, or another country's figures."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from caresim.language.errors import CaresimError, ParameterError, did_you_mean
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameters
from caresim.language.units import Unit
from caresim.study.arguments import model_of, path_of
from caresim.study.backtest.rolling import checked_origins
from caresim.study.figures import check_figures

__all__ = ["check_figures", "check_scored", "read_figures", "with_files", "with_parameters"]


def with_parameters(model: Model, parameters: Parameters | str | Path) -> Model:
    """Return the model with some or all of its parameters exchanged, or with those of a file.

    They are laid over the model's own: each as a whole, with its value, role, bounds, prior and
    source; unit and settings stay. Money at another price year needs every parameter in money.

    Raises ParameterError that names what is spare, different or missing.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> england = England()
    >>> cs.with_parameters(england, england.parameters).parameters.price_year
    '2019-20'
    """
    model_of(model, "with_parameters", ParameterError)
    given, where = _read(parameters, model)
    known, of = model.parameters, type(model).__name__
    given = _under_current_names(given, known)
    if spare := [name for name in given if name not in known]:
        near = did_you_mean(spare[0], [name for name in known if name not in given])
        message = f"{where}[{spare[0]}] is no parameter of {of}{near}{_others(spare)}"
        raise ParameterError(message)
    for name, entry in given.items():
        if Unit.parse(entry.unit) != Unit.parse(known[name].unit):
            message = f"{where}[{name}] has the unit {entry.unit}, not {known[name].unit}"
            raise ParameterError(f"{message}; convert its numbers")
        if entry.choices != known[name].choices:
            settings = ", ".join(f"'{label}'" for label, _ in known[name].choices) or "none"
            message = f"{where}[{name}] needs the same 'choices' as {of}: {settings}"
            raise ParameterError(message)
    _check_prices(given, model, where)
    prices = given.price_year or known.price_year
    return model.with_numbers(replace(known.with_entries(given), price_year=prices))


def _under_current_names(given: Parameters, known: Parameters) -> Parameters:
    """Return a set of parameters under the names that a model has for them now."""
    named = {known.current(name): entry for name, entry in given.items()}
    named.pop("", None)  # gone, which was said
    if list(named) == list(given):
        return given
    return replace(given, entries={k: replace(v, name=k) for k, v in named.items()}, _refs={})


def _read(parameters: Parameters | str | Path, model: Model) -> tuple[Parameters, str]:
    """Return a set of parameters, and how an error begins that is about them."""
    if isinstance(parameters, Parameters):
        return parameters, f"{parameters.path.name}: " if parameters.path else ""
    place = path_of(parameters, "parameters are Parameters or", "their TOML file", ParameterError)
    return Parameters.read(place, beside=model.parameters), f"{place.name}: "


def _check_prices(given: Parameters, model: Model, where: str) -> None:
    """Refuse money at the prices of two years."""
    known, of = model.parameters, type(model).__name__
    if given.price_year in ("", known.price_year):
        return
    money = [name for name, entry in known.items() if Unit.parse(entry.unit).power_of("GBP")]
    if left := [name for name in money if name not in given]:
        message = (
            f"{where}it is at {given.price_year} prices and {of} at "
            f"{known.price_year or 'none'}, so that '{left[0]}'{_others(left)} would be at other "
            "prices than the rest; convert its numbers, or give every parameter in money"
        )
        raise ParameterError(message)


def _others(names: list[str]) -> str:
    return f", and {len(names) - 1} more like it" if len(names) > 1 else ""


def with_files(
    model: Model, parameters: Path | None, observed: Path | None
) -> tuple[Model, Observed | None]:
    """Return a model and the figures to fit it to, either of them from a file where one is given.

    Raises CaresimError where a file cannot be used, or the model's own figures are at other prices
    than the file's parameters.
    """
    changed = with_parameters(model, parameters) if parameters else model
    if observed:
        return changed, read_figures(observed, changed)
    if parameters and model.observed is not None:
        check_figures(model.observed, changed, f"the figures of {type(model).__name__}")
    return changed, model.observed


def read_figures(path: str | Path, model: Model) -> Observed:
    """Read figures to fit a model to, and hold them against its quantities.

    A figure without a tolerance may be of anything. Raises CaresimError that names file, series and
    year of the first one that could not be met, with what to do.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> figures = cs.read_figures("figures.csv", England())  # doctest: +SKIP
    >>> fit = cs.calibrate(England(), figures)  # doctest: +SKIP
    """
    path = path_of(path, "path", "a CSV file of figures")
    model_of(model, "read_figures", CaresimError)
    try:
        figures = Observed.read(path)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        reason = getattr(fault, "strerror", None) or fault
        message = f"{path.name}: cannot be read as a CSV file of figures: {reason}"
        raise CaresimError(message) from None
    if not any(row.tolerance for row in figures.observations):
        message = (
            f"{path.name}: no figure has a tolerance, so there is nothing to fit; give the column "
            "'tolerance' a share of the figure, such as 0.01"
        )
        raise CaresimError(message)
    check_figures(figures, model, path.name)
    return figures


def check_scored(model: Model, figures: Observed | None, origins: Sequence[str] | None) -> None:
    """Raise CaresimError when figures leave nothing to fit up to a year or to score after it."""
    if figures is None:
        return
    try:
        checked_origins(origins, model, figures)
    except CaresimError as fault:
        message = f"{fault}; give another year, or leave the score out (--no-score)"
        raise CaresimError(message) from None
