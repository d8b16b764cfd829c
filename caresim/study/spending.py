"""Divides spending as a model names its parts: by stage of the pathway, by line of the accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.prices import PRICES
from caresim.engine.run import Run
from caresim.language.errors import ModelError, RunError, did_you_mean
from caresim.language.model import Model
from caresim.language.units import Unit
from caresim.language.variables import Variable
from caresim.study.arguments import run_of, text_of, word_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Part", "divided", "division_of", "spending"]

MONEY = Unit.parse("GBP/year")
SAME = 1e-9  # of the total, what its parts may miss it by


@dataclass(frozen=True, eq=False)
class Part:
    """A part of spending by financial year: ``values`` has shape (years, runs), in £ a year."""

    name: str
    label: str
    values: NDArray[np.float64]


def spending(run: Run, by: str | None = None, *, prices: str | None = None) -> pd.DataFrame:
    """Return what is spent by financial year, one column for each stage or line, then the total.

    ``by`` is a word of the model's ``spending_by``, by default the first; England's are ``"stage"``
    (of the pathway) and ``"line"`` (of the section 251 return). Money is in £ at the prices of the
    run, or in cash with ``prices="cash"``; ``table.attrs["units"]`` says which. An ensemble gives
    the median of each column, so that the parts need not add up to the total exactly.

    Raises RunError for a run that did not store the parts, a model without such a division or
    without a price level, and ModelError for parts that do not add up to the
    model's ``spending_total``.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> table = cs.spending(cs.run(England(), until="2030-03-31"), by="line")
    >>> table.columns[-2:].to_list()
    ['New programmes', 'Total']
    """
    import pandas as pd

    run = run_of(run, "spending")
    if prices is not None and word_of(prices, "prices", PRICES) != run.prices:
        run = run.at_prices(prices)
    parts = divided(run, by)
    index = pd.Index(run.clock.financial_years, name="financial_year")
    table = pd.DataFrame({p.label: np.median(p.values, axis=1) for p in parts}, index=index)
    unit = f"{MONEY}, {run.price_base}" if run.price_base else str(MONEY)
    table.attrs["units"] = dict.fromkeys(table.columns, unit)
    return table


def divided(run: Run, by: str | None = None) -> tuple[Part, ...]:
    """Return the parts of spending in the order of the model, and last their total.

    Raises as :func:`spending` does.
    """
    by = division_of(run.model) if by is None else text_of(by, "by", division_of(run.model))
    amounts, whole = _amounts(run.model, by), run.model.spending_name()
    names = [amount.name or "" for amount in amounts]
    if missing := [name for name in names if name not in run.outputs]:
        wanted = [*names, whole] if whole else names
        message = (
            f"'{run.name}' did not store {', '.join(map(repr, missing))}, which spending "
            f"by {by} needs; run it with outputs={wanted}"
        )
        raise RunError(message)
    values = [run.yearly(name) for name in names]
    total = np.sum(values, axis=0)
    if whole in run.outputs:
        _check_total(run, by, whole, total)
    parts = [Part(n, _label(a), v) for n, a, v in zip(names, amounts, values, strict=True)]
    return (*parts, Part(whole, "Total", total))


def division_of(model: Model) -> str:
    """Return the first word by which a model divides its spending, empty where there is none."""
    return next(iter(model.spending_by), "")


def _amounts(model: Model, by: str) -> list[Variable]:
    """Return the quantities of one division, those over dimensions by element."""
    of, groups = type(model).__name__, model.spending_by
    if not groups:
        message = (
            f"{of} does not say how its spending divides; give the class "
            'spending_by = {"stage": (a_spend, b_spend)}, quantities in GBP/year'
        )
        raise RunError(message)
    if by not in groups:
        known = " or ".join(repr(word) for word in groups)
        message = f"spending of {of} is by {known}, not by {by!r}{did_you_mean(by, groups)}"
        raise RunError(message)
    for amount in groups[by]:
        if not isinstance(amount, Variable) or amount.unit != MONEY:
            unit = f" in {amount.unit}" if isinstance(amount, Variable) else ""
            shown = getattr(amount, "name", amount)
            message = (
                f"spending_by['{by}'] of {of} holds {shown!r}{unit}; it takes quantities in {MONEY}"
            )
            raise ModelError(message)
    amounts = [scalar for amount in groups[by] for scalar in amount.scalars]
    for amount in amounts:
        model.variable(amount.name or "")
    return amounts


def _check_total(run: Run, by: str, whole: str, total: NDArray[np.float64]) -> None:
    given = run.yearly(whole)
    apart = np.abs(total - given).max(axis=1)
    if (apart > SAME * np.abs(given).max()).any():
        at = int(apart.argmax())
        message = (
            f"spending_by['{by}'] of {type(run.model).__name__} adds up to £{total[at, 0]:,.0f} "
            f"in {run.clock.financial_years[at]} and '{whole}' is £{given[at, 0]:,.0f}; a part is "
            "missing or stands twice"
        )
        raise ModelError(message)


def _label(amount: Variable) -> str:
    """Return what an amount is spent on: all of them are spending."""
    words = amount.label.removeprefix("Spending on ")
    return words[0].upper() + words[1:]
