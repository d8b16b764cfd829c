"""From money at the prices of one year to cash, by the price level that a model names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.operations.listed import Operations
from caresim.engine.operations.reading import TIME_NAME, Reading
from caresim.engine.paths import JUST, affine
from caresim.language.dates import financial_year
from caresim.language.errors import RunError, did_you_mean
from caresim.language.expressions import walk
from caresim.language.kinds import word_of
from caresim.language.model import Model
from caresim.language.parameters import ParameterRef, Series
from caresim.language.structure import dependency_order, equations_of
from caresim.language.variables import Stock, Variable

__all__ = ["PRICES", "check_prices", "price_levels"]

Values = NDArray[np.float64]
PRICES = ("real", "cash")
EIGHTHS = 8  # of a year, whose middles stand for it
NEAR_ONE = 0.01  # what the price level may be off in the price year


def check_prices(prices: str) -> str:
    """Return ``"real"`` or ``"cash"``; raise RunError for anything else."""
    return word_of(prices, "prices", PRICES)


def price_levels(model: Model, clock: Clock) -> Values:
    """Return the mean price level of the year before a run and of each of its years, 1 + years.

    What is known of the year before is its last day. The level is 1 in the price year of the
    parameters; nothing that a scenario or a draw may change has a part in it.

    Raises RunError for a model that names no price level, or none that can be used.
    """
    name = _price_level(model).name or ""
    start, eighths = (
        float(clock.first_year),
        np.arange(1, 1 + EIGHTHS * (clock.last_year - clock.first_year)),
    )
    times = np.append(start, start + (eighths - 0.5) / EIGHTHS)
    days = _values(model, name, times)
    levels = np.array([days[0], *days[1:].reshape(-1, EIGHTHS).mean(axis=1)])
    years = [financial_year(clock.first_year), *clock.financial_years]
    base = model.parameters.price_year
    if (levels <= 0).any():
        message = f"'{name}' is a price level and must be above 0, not {levels.min():.4g}"
        raise RunError(message)
    if base in years[1:] and abs(levels[years.index(base)] - 1) > NEAR_ONE:
        message = (
            f"'{name}' is {levels[years.index(base)]:.4g} in {base}, the price year of the "
            "parameters, where a price level is 1; divide it by its value there"
        )
        raise RunError(message)
    return levels


def _values(model: Model, name: str, times: Values) -> Values:
    """Return a quantity that hangs on time and fixed parameters alone, just before some times."""
    parameters = model.parameters
    dated = [n for n, entry in parameters.items() if isinstance(entry.value, Series)]
    operations = Operations()
    (place,) = Reading(operations, type(model), dated, dated).places([name])

    def given(what: tuple[str, str]) -> Any:
        if what == TIME_NAME:
            return times
        value = parameters[what[1]].value
        return affine(value, (), times, times - JUST)[1] if isinstance(value, Series) else value

    (values,) = operations.values([place], given)
    return np.broadcast_to(np.asarray(values, dtype=float), times.shape)


def _price_level(model: Model) -> Variable:
    """Return the quantity that a model names as its price level."""
    given = model.price_level
    of = type(model).__name__
    if given is None or not model.parameters.price_year:
        lacks = "price level" if given is None else "price year"
        message = (
            f"{of} has no {lacks} to bring money to cash with; ask for prices='real', or give the "
            'class price_level = "the name of a quantity that is 1 in the price year" and its '
            "parameters a price_year"
        )
        raise RunError(message)
    name = given.name if isinstance(given, Variable) else given
    if name not in model.variables:
        near = did_you_mean(str(name), model.variables)
        message = f"the price_level of {of} is {name!r}, which is no quantity of it{near}"
        raise RunError(message)
    variable = model.variables[name]
    fault = "" if variable.unit.is_one else f"has the unit {variable.unit}, not 1"
    if fault := fault or _moved_by(variable, model):
        message = f"the price level '{name}' of {of} {fault}; make it a given path, such as dates"
        raise RunError(message)
    return variable


def _moved_by(variable: Variable, model: Model) -> str:
    """Return what in a run could move a quantity, in words; empty where nothing could."""
    if isinstance(variable, Stock):
        return "is a stock"
    for name in dependency_order(model.variables, [variable.name or ""]):
        for node in walk(*equations_of(model.variables[name])):
            if isinstance(node, Stock):
                return f"depends on the stock '{node.name}'"
            if isinstance(node, ParameterRef):
                entry = model.parameters[node.name]
                if entry.role != "fixed" or entry.prior:
                    return f"depends on '{entry.name}', which scenarios or draws may change"
    return ""
