"""Figures that a model is fitted to, held against its quantities, from a file as from Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ModelError, UnitError, came, did_you_mean
from caresim.language.faults import Faults
from caresim.language.kinds import finite, real
from caresim.language.observed import Observation, Observed
from caresim.language.parameters import Parameters
from caresim.language.units import Unit

__all__ = ["check_figures", "check_figures_end", "known_to", "last_fitted"]


def check_figures(
    figures: Observed,
    model: Any,
    where: str,
    error: type[CaresimError] = CaresimError,
    *,
    whole: bool = True,
) -> None:
    """Raise ``error`` for figures with a tolerance that a model could not be fitted to.

    Those of a file are ``whole``; one made in Python may leave unit and kind unsaid.
    """
    faults = Faults(where, error)
    seen: set[tuple[str, str]] = set()
    for row in figures.observations:
        if (row.series, row.year) in seen:
            faults.found.append(f"{where}: a second figure for {row.series} {row.year}")
        seen.add((row.series, row.year))
        reasons = _faults(row, model, whole=whole) if row.tolerance else ()
        faults.found += [f"{where}, {row.series} {row.year}: {reason}" for reason in reasons]
    faults.tell()


def check_figures_end(model: str, name: str, parameters: Parameters) -> None:
    """Raise ModelError for a name that is no parameter in years."""
    if not name:
        return
    if name not in parameters:
        near = did_you_mean(name, parameters)
        message = f"the figures_end of {model} is '{name}', no parameter of it{near}"
        raise ModelError(message)
    if (unit := parameters[name].unit) != "year":
        message = f"the figures_end of {model}, '{name}', is in {unit}, and a moment is in year"
        raise ModelError(message)


def last_fitted(figures: Observed) -> str:
    """Return the last financial year with a figure to meet, empty where there is none."""
    return max((row.year for row in figures.observations if row.tolerance), default="")


def known_to(model: Any, year: str) -> Parameters:
    """Return the parameters of a model whose paths figures know to the end of a financial year.

    As they are where the model names no ``figures_end``, where its caller set it, and for no year.
    """
    name, parameters = model.figures_end, model.parameters
    if not name or not year or name in model.set_by_caller:
        return cast("Parameters", parameters)
    return cast("Parameters", parameters.replaced({name: float(year_end(year))}))


def _faults(row: Observation, model: Any, *, whole: bool) -> Iterator[str]:
    """Yield why a model cannot be fitted to a figure, nothing where it can."""
    of, variable = type(model).__name__, model.variables.get(row.series)
    if variable is None:
        near = did_you_mean(row.series, model.variables)
        yield f"{of} has no quantity of this name{near or '; leave its tolerance empty'}"
        return
    if _said_otherwise(row, variable.unit, whole=whole):
        yield f"the unit is {row.unit}, but that of {of} is {variable.unit}"
    kind, counted = ("flow", "over the year") if variable.is_rate else ("stock", "on 31 March")
    if row.kind != kind and (row.kind or whole):
        yield f"the kind is '{row.kind}', but {of} counts it {counted}: '{kind}'"
    prices = model.parameters.price_year
    if variable.unit.power_of("GBP") and row.price_base != prices:
        yield f"it is at {row.price_base or 'no'} prices and {of} at {prices}; convert one of them"
    value, tolerance = finite(row.value), finite(row.tolerance)
    if value is None or value <= 0:
        yield f"the value is {_said(row.value)}; a figure with a tolerance is above 0"
    if tolerance is None or not 0 < tolerance < 1:
        said = _said(row.tolerance)
        yield f"the tolerance is {said}; it is a share of the figure, such as 0.01"
    if year_end(row.year) <= int(model.start[:4]):
        yield f"it is before the run, which begins on {model.start}; leave its tolerance empty"


def _said_otherwise(row: Observation, unit: Unit, *, whole: bool) -> bool:
    """Return whether a figure says that it is in another unit than the model's."""
    if not row.unit:
        return whole
    try:
        return Unit.parse(row.unit) != unit
    except UnitError:
        return True


def _said(value: object) -> str:
    number = real(value)
    return came(value) if number is None else f"{number:g}"
