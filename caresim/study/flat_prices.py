"""A plan with prices held flat after the last figure, and what a place costs with and without."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from caresim.language.dates import date_of, financial_year, parse_date
from caresim.language.flat_prices import FlatPrices
from caresim.language.model import Model
from caresim.language.rounding import said
from caresim.study.question import Question
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

__all__ = ["Priced", "held_flat", "priced"]

FIGURES = 3  # of an amount in a sentence


@dataclass(frozen=True)
class Priced:
    """What one of something costs at the end of a run, with prices as they go and held flat.

    ``at`` is the price in the year of the last figure, ``end`` that in the ``last`` year of the
    run, ``flat`` what it would be there with prices held flat; all in £ at ``base``.
    """

    price: str
    year: str
    last: str
    at: float
    end: float
    flat: float
    base: str

    def __str__(self) -> str:
        change = 100 * (self.end / self.at - 1)
        way = "more" if change >= 0 else "less"
        return (
            f"{self.price}: £{_pounds(self.end)} in {self.last} at {self.base}, "
            f"{abs(change):.0f} % {way} than the £{_pounds(self.at)} of {self.year}; "
            f"£{_pounds(self.flat)} with prices held flat from then on."
        )


def priced(
    model: Model,
    scenario: Scenario | None = None,
    *,
    until: str | dt.date | None = None,
    mix: str | None = None,
) -> Priced | None:
    """Return what a place costs in the last year of a run, with and without the trend of prices.

    None for a model that declares no flat prices, and for a run that ends with the last figure.
    """
    flat = model.flat_prices
    if flat is None:
        return None
    clock = Question.of(model, scenario, verb="priced", until=until).clock
    years, year = clock.financial_years, financial_year(_last_figure(model).year)
    if year not in years[:-1]:
        return None
    name, plans = flat.price.name or "", (scenario, held_flat(model, flat, scenario))
    asked = [Question.of(model, plan, until=until, beside=plans, mix=mix) for plan in plans]
    runs = [one.run([name]) for one in asked]
    going, held = (run.yearly(name)[:, 0] for run in runs)
    at = float(going[years.index(year)])
    return Priced(
        flat.price.label, year, years[-1], at, float(going[-1]), float(held[-1]), runs[0].price_base
    )


def held_flat(
    model: Model, flat: FlatPrices, plan: Scenario | None, until: dt.date | None = None
) -> Scenario | None:
    """Return a plan with prices held flat from the day after the last figure on.

    What the plan itself does to them later wins; a run that ends before, on the day ``until``,
    stays as it is.
    """
    begins = _last_figure(model) + dt.timedelta(days=1)
    if until is not None and until < begins:
        return plan
    rule = Change(flat.parameter, "set", flat.setting, begins)
    if plan is None:
        return Scenario(model.unchanged.name, changes=[rule])
    return Scenario(plan.name, summary=plan.summary, changes=[rule, *plan.changes])


def _last_figure(model: Model) -> dt.date:
    """Return the last day of the figures, or the first of a model without any."""
    if not model.figures_end:
        return parse_date(model.start)
    value = model.parameters[model.figures_end].value
    return date_of(float(value)) if isinstance(value, int | float) else parse_date(model.start)


def _pounds(amount: float) -> str:
    return said(amount, figures=FIGURES)
