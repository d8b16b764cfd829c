"""Quantities of a panel: sums of series, for each of a population, at constant prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import ParameterError, did_you_mean
from caresim.study.panel.figures import Figures

__all__ = ["Quantity", "counted", "held_against", "measured"]

Values = NDArray[np.float64]
Prices = Mapping[int, float]


@dataclass(frozen=True)
class Quantity:
    """What a file says of a quantity: a weighted sum of series over another, ``times`` a number.

    ``money`` is divided by the price index. ``log`` takes the logarithm. ``hidden_as`` stands for
    figures published without their value, ``absent_as`` for what was not published. ``equals``
    makes it 1 where the sum is that and 0 elsewhere, ``least`` holds the sum to at least that.
    ``relative_to`` divides by the unit's own value in the financial year ending then. ``before``
    names a quantity that carries on where this one has no figure, at the unit's own ratio of the
    two in the years that have both.
    """

    name: str
    label: str
    of: Mapping[str, float]
    over: Mapping[str, float] = field(default_factory=dict)
    times: float = 1.0
    unit: str = "1"
    money: bool = False
    log: bool = False
    hidden_as: float | None = None
    absent_as: float | None = None
    equals: float | None = None
    least: float | None = None
    relative_to: int | None = None
    before: str = ""


def measured(
    quantity: Quantity,
    figures: Figures,
    prices: Prices,
    known: Mapping[str, Quantity],
    *,
    log: bool | None = None,
) -> Values:
    """Return units × years of a quantity, nan where it is not known; a log of 0 or less is not.

    ``log`` overrules what the quantity says of itself. Raises ParameterError for series, prices or
    quantities that are not there.
    """
    values = _plain(quantity, figures, prices)
    if quantity.before:
        earlier = _plain(_known(quantity, known), figures, prices)
        values = _joined(values, earlier)
    if quantity.relative_to is not None:
        values = values / _column(values, figures, quantity)
    if quantity.log if log is None else log:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log(values), np.nan)
    return values


def counted(quantity: Quantity, figures: Figures) -> Values:
    """Return units × years of the sum of series itself, before it is divided by anything."""
    total = _sum(quantity.of, figures, quantity.hidden_as)
    return total if quantity.least is None else np.maximum(total, quantity.least)


def held_against(quantity: Quantity, figures: Figures) -> Values:
    """Return units × years of what a quantity is divided by; ones where by nothing."""
    if not quantity.over:
        return np.ones((len(figures.units), len(figures.years)))
    return _sum(quantity.over, figures, None)


def _plain(quantity: Quantity, figures: Figures, prices: Prices) -> Values:
    values = counted(quantity, figures)
    if quantity.money:
        values = values / _deflator(quantity, figures, prices)
    values = values * quantity.times / held_against(quantity, figures)
    if quantity.equals is not None:
        values = np.where(np.isnan(values), np.nan, values == quantity.equals)
    if quantity.absent_as is not None:
        values = np.where(np.isnan(values), quantity.absent_as, values)
    return values


def _sum(parts: Mapping[str, float], figures: Figures, hidden_as: float | None) -> Values:
    shape = len(figures.units), len(figures.years)
    total = np.zeros(shape)
    for name, times in parts.items():
        total += times * figures.series(name, hidden_as=hidden_as)
    return total


def _deflator(quantity: Quantity, figures: Figures, prices: Prices) -> Values:
    """Return the index year by year, nan where no figure of the quantity stands."""
    known = ~np.isnan(counted(quantity, figures))
    for place, year in enumerate(figures.years):
        if known[:, place].any() and year not in prices:
            message = f"quantity '{quantity.name}': no price of the year ending {year}; add it"
            raise ParameterError(message)
    return np.array([prices.get(year, np.nan) for year in figures.years])


def _known(quantity: Quantity, known: Mapping[str, Quantity]) -> Quantity:
    if quantity.before not in known:
        near = did_you_mean(quantity.before, known)
        message = f"quantity '{quantity.name}': 'before' names no quantity{near}"
        raise ParameterError(message)
    return known[quantity.before]


def _joined(values: Values, earlier: Values) -> Values:
    """Carry on with earlier figures at each unit's own ratio, if it has a year of both."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = values / earlier
    ratio[~np.isfinite(ratio)] = np.nan
    both = ~np.isnan(ratio)
    mean = np.where(both, ratio, 0).sum(axis=1) / np.where(both.any(axis=1), both.sum(axis=1), 1)
    mean[~both.any(axis=1)] = np.nan
    return np.where(np.isnan(values), earlier * mean[:, None], values)


def _column(values: Values, figures: Figures, quantity: Quantity) -> Values:
    if quantity.relative_to not in figures.years:
        message = (
            f"quantity '{quantity.name}': the figures have no year ending {quantity.relative_to}"
        )
        raise ParameterError(message)
    column = values[:, figures.years.index(quantity.relative_to)]
    return np.where(column > 0, column, np.nan)[:, None]
