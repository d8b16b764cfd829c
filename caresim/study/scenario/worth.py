"""What the amount of a change is in the unit of its lever: percentages, money of other years."""

from __future__ import annotations

from functools import cache

from caresim.engine.clock import Clock
from caresim.engine.prices import price_levels
from caresim.language.amounts import may_be_percent
from caresim.language.dates import financial_year
from caresim.language.errors import RunError, ScenarioError
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.language.units import Unit
from caresim.study.scenario.advice import lever_said
from caresim.study.scenario.change import Change
from caresim.study.scenario.literals import Percent, in_file

__all__ = ["check_percent", "real_amount"]


def check_percent(change: Change, parameter: Parameter, place: str, model: Model) -> None:
    """Raise ScenarioError for a percentage of what is no share or rate."""
    if not isinstance(change.amount, Percent) or may_be_percent(parameter):
        return
    said = lever_said(parameter, model.parameters.price_year)
    factor = in_file({"scale": float(change.amount)})
    message = (
        f"{place}: '{change.verb}' is '{change.amount.written}', but {said} is no share; write "
        f"{factor} for {change.amount.written} of what it is, or 'set' with a number of its unit"
    )
    raise ScenarioError(message)


def real_amount(
    change: Change, amount: float, parameter: Parameter, place: str, model: Model
) -> float:
    """Return an amount at the price year of the model's parameters.

    Raises ScenarioError for a lever that is no money, a model without a price level, and a year
    that its price level does not reach.
    """
    if not change.prices:
        return amount
    if Unit.parse(parameter.unit).power_of("GBP") != 1:
        message = (
            f"{place}: 'prices' is for amounts of money, not for '{parameter.name}'; take it out"
        )
        raise ScenarioError(message)
    try:
        levels = _levels(model)
    except RunError as fault:
        message = f"{place}: 'prices' cannot be used, because {fault}"
        raise ScenarioError(message) from None
    if change.prices not in levels:
        known = [*levels]
        message = (
            f"{place}: 'prices' is '{change.prices}', and the prices of {type(model).__name__} are "
            f"known from {known[0]} to {known[-1]}; give the amount at those of such a year"
        )
        raise ScenarioError(message)
    return amount / levels[change.prices]


def _levels(model: Model) -> dict[str, float]:
    """Return the price level of each financial year that a model runs over."""
    return dict(zip(*_of_class(type(model), model.until), strict=True))


@cache
def _of_class(model: type[Model], until: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    # nothing that a caller may set has a part in a price level
    clock = Clock.between(model.start, until, 1)
    first = financial_year(clock.first_year)
    levels = price_levels(model(), clock)
    base = model.parameters.price_year
    years = (first, *clock.financial_years)
    one = dict(zip(years, levels, strict=True)).get(base, 1.0)
    return years[1:], tuple(float(level / one) for level in levels[1:])
