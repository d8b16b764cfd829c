"""The same equations with other numbers: a later vintage, or another country's figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ParameterError
from caresim.language.figures import check_figures
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.overlay import laid_over
from caresim.language.parameters import Parameters
from caresim.study.arguments import model_of, path_of
from caresim.study.backtest.rolling import checked_origins
from caresim.study.later_figures import later_figures, read_completed
from caresim.study.later_paths import later_paths, paths_behind

__all__ = [
    "check_figures",
    "check_scored",
    "read_figures",
    "with_files",
    "with_later",
    "with_parameters",
]


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

    Series, year and value are enough; the rest is taken from the model where it is left out, see
    ``read_completed``. A figure without a tolerance may be of anything. Raises CaresimError that
    names file, series and year of those that could not be met, at most ten, with what to do.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> figures = cs.read_figures("figures.csv", England())  # doctest: +SKIP
    >>> fit = cs.calibrate(England(), figures)  # doctest: +SKIP
    """
    path = path_of(path, "path", "a CSV file of figures")
    model_of(model, "read_figures", CaresimError)
    figures = read_completed(path, model)
    if not any(row.tolerance for row in figures.observations):
        message = (
            f"{path.name}: no figure has a tolerance, so there is nothing to fit; give the column "
            "'tolerance' a share of the figure, such as 0.01"
        )
        raise CaresimError(message)
    check_figures(figures, model, path.name)
    return figures


def with_later(
    model: Model, observed: Path | None, paths: Path | None
) -> tuple[Model, Observed | None, list[str]]:
    """Return a model with later figures and given paths laid over its own, and what was done.

    Raises CaresimError that names file, row and column, or series and year, of all that is wrong.
    """
    said = []
    if paths is not None:
        later = later_paths(paths, model.parameters, type(model).__name__)
        model = model.with_numbers(later.parameters)
        said.append(f"{paths.name}: {later}")
    figures = model.observed
    if observed is not None:
        laid = later_figures(read_completed(observed, model), figures)
        figures = laid.figures
        said.append(f"{observed.name}: {laid}")
        check_figures(figures, model, observed.name)
    if figures is None or (paths is None and observed is None):
        return model, figures, said
    last = max((year_end(row.year) for row in figures.observations if row.tolerance), default=0)
    if behind := paths_behind(model, last):
        said.append(f"Not known up to the last figure, March {last}: {', '.join(behind)}")
    return model.with_figures(figures), figures, said


def check_scored(model: Model, figures: Observed | None, origins: Sequence[str] | None) -> None:
    """Raise CaresimError when figures leave nothing to fit up to a year or to score after it."""
    if figures is None:
        return
    try:
        checked_origins(origins, model, figures)
    except CaresimError as fault:
        message = f"{fault}; give another year, or leave the score out (--no-score)"
        raise CaresimError(message) from None
