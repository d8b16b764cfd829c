"""The same equations with other numbers: a later vintage, or another country's figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from caresim.language.errors import CaresimError, ParameterError
from caresim.language.figures import check_figures
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.overlay import laid_over
from caresim.language.parameters import Parameters
from caresim.study.arguments import model_of, path_of
from caresim.study.backtest.rolling import checked_origins

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
    return model.with_numbers(laid_over(given, known, of, where))


def _read(parameters: Parameters | str | Path, model: Model) -> tuple[Parameters, str]:
    """Return a set of parameters, and how an error begins that is about them."""
    if isinstance(parameters, Parameters):
        return parameters, f"{parameters.path.name}: " if parameters.path else ""
    place = path_of(parameters, "parameters are Parameters or", "their TOML file", ParameterError)
    return Parameters.read(place, beside=model.parameters), f"{place.name}: "


def with_files(
    model: Model, parameters: Path | None, observed: Path | None
) -> tuple[Model, Observed | None]:
    """Return a model and the figures to fit it to, either of them from a file where one is given.

    Raises CaresimError where a file cannot be used, or the model's own figures are at other prices
    than the file's parameters.
    """
    changed = model if parameters is None else with_parameters(model, parameters)
    figures = model.observed if observed is None else read_figures(observed, changed)
    if figures is None or (parameters is None and observed is None):
        return changed, figures
    if observed is None:
        check_figures(figures, changed, f"the figures of {type(model).__name__}")
    return changed.with_figures(figures), figures


def read_figures(path: str | Path, model: Model) -> Observed:
    """Read figures to fit a model to, and hold them against its quantities.

    A figure without a tolerance may be of anything. Raises CaresimError that names file, series and
    year of those that could not be met, at most ten, with what to do.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> figures = cs.read_figures("figures.csv", England())  # doctest: +SKIP
    >>> fit = cs.calibrate(England(), figures)  # doctest: +SKIP
    """
    path = path_of(path, "path", "a CSV file of figures")
    model_of(model, "read_figures", CaresimError)
    figures = Observed.read(path)
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
