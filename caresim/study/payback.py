"""What money for one thing saves on all the others, for each £1 of it, as the years go by."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.dates import financial_year, start_of
from caresim.language.errors import ModelError, RunError, ScenarioError
from caresim.language.model import Model
from caresim.study.against import compared_with, first_day_of
from caresim.study.arguments import counts_of, rate_of, text_of
from caresim.study.draws import Draws
from caresim.study.flat_prices import held_flat
from caresim.study.question import Question
from caresim.study.scenario.scenario import Scenario
from caresim.study.simulate import answered

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["payback"]

Values = NDArray[np.float64]
Plan = Scenario | None
Row = dict[str, float | str]
FLAT = {"payback": "flat", "low": "flat_low", "high": "flat_high"}
BAND = (0.1, 0.9)
YEARS = "years is a list of whole numbers, such as [5, 10, 15, 25]"
NO_PLAN = "payback takes a scenario or the path of a file, not None"
NOTHING = 1e-9  # of all spending: less is rounding


def payback(
    model: Model,
    scenario: Scenario | str | Path,
    spent: str,
    *,
    years: Sequence[int] = (5, 10, 15, 25),
    against: Scenario | str | Path | None = None,
    discount: float = 0.035,
    draws: Draws | None = None,
) -> pd.DataFrame:
    """Return how much each £1 spent on one thing has saved on all others some years later.

    ``spent`` names an amount of money, a part of the model's ``spending_total``, such as
    ``"early_help_spend"`` of England; what is saved is the fall of all other spending. Both are the
    difference to the nearest scenario that it extends or the model as it is (``against`` chooses
    another), added up from the financial year of its first change beyond that over each of
    ``years`` and discounted to that year. Columns are ``to``, the last financial year, ``spent``
    and ``saved`` in £ at the prices of the model, and ``payback``, saved over spent; with ``draws``
    medians, and ``low`` and ``high``, which hold 80 % of the draws. Below zero the others cost
    more. Where the model says what flat prices are, ``flat`` (with ``flat_low`` and ``flat_high``)
    is the payback of the same pair of runs with prices held flat after the last figure.

    Raises ScenarioError for a scenario that cannot be used, ParameterError for draws that were made
    for something else, RunError for all else, such as a scenario that spends no more or less.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> found = cs.payback(England(), "more_family_support", "early_help_spend", years=[5, 10])
    >>> found["to"].to_list()
    ['2031-32', '2036-37']
    """
    import pandas as pd

    asked = Question.of(model, scenario, verb="payback", draws=draws)
    plan = asked.scenario
    if plan is None:
        raise ScenarioError(NO_PLAN)
    base, spans = compared_with(asked.model, [plan], against), counts_of(years, YEARS, 1)
    names = (_whole(model), _part(model, spent))
    first, rate = math.floor(start_of(_begins(plan, base))), rate_of(discount)

    def found(plans: tuple[Plan, ...]) -> dict[int, Row]:
        runs = _pair(model, plans, first + max(spans), names, draws)
        added = {name: _added_up(runs, name, first, rate) for name in names}
        return {span: _row(runs[0], added, names, span, first) for span in spans}

    rows = found((base, plan))
    flat = model.flat_prices
    if flat is not None:
        last = dt.date(first + max(spans), 3, 31)
        held = found(tuple(held_flat(model, flat, one, last) for one in (base, plan)))
        for span, row in held.items():
            rows[span] |= {FLAT[key]: row[key] for key in FLAT if key in row}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("years")
    base_year = model.parameters.price_year
    money = f"GBP, {base_year} prices" if base_year else "GBP"
    units = {"spent": money, "saved": money, "payback": "1", **({"flat": "1"} if flat else {})}
    table.attrs.update(units=units, discount=discount, level=0.8)
    return table


def _whole(model: Model) -> str:
    if name := model.spending_name():
        return name
    message = (
        f"{type(model).__name__} does not say what all its spending is; give the class "
        'spending_total = "the name of an amount in GBP/year"'
    )
    raise RunError(message)


def _part(model: Model, spent: str) -> str:
    """Return the name of an amount of money a year."""
    name = text_of(spent, "spent", "name_of_an_amount")
    try:
        amount = model.variable(name)
    except ModelError as fault:
        raise RunError(str(fault)) from None
    if str(amount.unit) != "GBP/year":
        message = f"spent is an amount in GBP/year, and '{name}' is in {amount.unit}"
        raise RunError(message)
    return name


def _begins(plan: Scenario, base: Scenario | None) -> dt.date:
    if begins := first_day_of(plan, base):
        return begins
    message = f"'{plan.name}' changes nothing; there is nothing to pay back"
    raise RunError(message)


def _pair(
    model: Model,
    plans: tuple[Plan, ...],
    last: int,
    outputs: Sequence[str],
    draws: Draws | None,
) -> tuple[Run, ...]:
    """Return the baseline and the scenario, run on one grid of days."""
    asked = (
        Question.of(model, plan, verb="payback", until=f"{last}-03-31", draws=draws, beside=plans)
        for plan in plans
    )
    return tuple(answered(one, outputs) for one in asked)


def _added_up(runs: tuple[Run, ...], name: str, first: int, discount: float) -> Values:
    """Return scenario minus baseline, discounted and added up, shape (years, draws)."""
    before, after = (run.yearly(name) for run in runs)
    at = runs[0].clock.financial_years.index(financial_year(first + 1))
    weights = (1.0 + discount) ** -np.arange(len(before) - at)[:, None]
    return np.asarray(np.cumsum((after - before)[at:] * weights, axis=0))


def _row(base: Run, added: dict[str, Values], names: tuple[str, str], span: int, first: int) -> Row:
    whole, part = (added[name][span - 1] for name in names)
    if (np.abs(part) <= NOTHING * np.abs(base.yearly(names[0])).max()).any():
        message = f"the scenario changes nothing of '{names[1]}' in {span} years; nothing was spent"
        raise RunError(message)
    saved = part - whole
    ratio = saved / part
    row: Row = {
        "to": financial_year(first + span),
        "spent": float(np.median(part)),
        "saved": float(np.median(saved)),
        "payback": float(np.median(ratio)),
    }
    if len(ratio) > 1:
        row["low"], row["high"] = (float(end) for end in np.quantile(ratio, BAND))
    return row
