"""Results as CSV text: the same characters for the same run, on every machine."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from caresim.engine.run import Run
from caresim.language.amounts import counted
from caresim.language.csv_text import table_text
from caresim.language.dates import year_end
from caresim.language.errors import RunError
from caresim.language.model import Model
from caresim.language.published import published
from caresim.language.shown import counted_word
from caresim.language.variables import Variable
from caresim.study.spending import divided
from caresim.views.series import check_level, middle

__all__ = ["annual_csv", "columns_csv", "intervals_csv", "spending_csv"]

COLUMNS = ("column", "meaning", "unit", "price_base", "kind", "definition", "source")


def annual_csv(run: Run) -> str:
    """Return the published outputs by financial year, one column each.

    Stocks stand on 31 March, flows and money are summed over the year; an ensemble gives medians.
    Counts have one decimal, money is in whole pounds at the run's price year.
    """
    names = _published(run)
    columns = [_cells(run, name, middle(run.yearly(name))) for name in names]
    rows = zip(run.clock.financial_years, *columns, strict=True)
    return table_text(("financial_year", *names), rows)


def intervals_csv(run_ensemble: Run, level: float = 0.8) -> str:
    """Return low, median and high of each published output of an ensemble, one row each a year.

    ``level`` of the draws lie from low to high. Raises RunError for a single run.
    """
    if run_ensemble.n_runs == 1:
        message = f"'{run_ensemble.name}' is a single run; intervals need a run with draws"
        raise RunError(message)
    tail = (1 - check_level(level)) / 2
    rows: list[tuple[str, ...]] = []
    for name in _published(run_ensemble):
        table = np.quantile(run_ensemble.yearly(name), [tail, 0.5, 1 - tail], axis=1)
        columns = [_cells(run_ensemble, name, values) for values in table]
        years = run_ensemble.clock.financial_years
        rows.extend((y, name, *cells) for y, *cells in zip(years, *columns, strict=True))
    header = ("financial_year", "output", *(f"p{100 * q:g}" for q in (tail, 0.5, 1 - tail)))
    return table_text(header, rows)


def spending_csv(run: Run) -> str:
    """Return what is spent by each division of the model, real and in cash, one column a year.

    Rows are the parts in the order of the model and their total, in whole pounds; ``by`` says the
    division, ``price_base`` the prices and ``column`` the quantity. Cash stands there where the
    model has a price level, and alone for a run in cash. An ensemble gives medians.

    Raises RunError for a model without divisions and for a run that did not store the parts.
    """
    has_cash = run.prices == "real" and run.model.price_level is not None
    runs = (run, run.at_prices("cash")) if has_cash else (run,)
    rows = [
        (by, shown.price_base, part.name, part.label, *_pounds(middle(part.values)))
        for by in run.model.spending_by or ("",)
        for shown in runs
        for part in divided(shown, by)
    ]
    return table_text(("by", "price_base", "column", "meaning", *run.clock.financial_years), rows)


def columns_csv(model: Model, price_base: str = "") -> str:
    """Return what each column of the tables means: unit, price base, definition, source.

    Money is at the price year of the model, or in ``"cash"`` as ``price_base`` of its runs says.
    ``kind`` is "on 31 March" or "over the year". Definition and source are those of the published
    figures under the same name, the releases in order of years; without any, the model's own.
    """
    names = [v.name or "" for g in model.spending_by.values() for a in g for v in a.scalars]
    rows = [
        _describe(model, model.variable(name), price_base == "cash")
        for name in dict.fromkeys([*model.published_names(), *names])
    ]
    return table_text(COLUMNS, rows)


def _describe(model: Model, variable: Variable, in_cash: bool) -> tuple[str, ...]:  # noqa: FBT001
    name = variable.name or ""
    kind = "over the year" if variable.is_rate else "on 31 March"
    is_cash = in_cash and variable.unit.power_of("GBP") == 1
    price = model.parameters.price_year if variable.unit.power_of("GBP") else ""
    observed = published(model).figures
    figures = observed.series.get(name, {}) if observed is not None else {}
    rows = [figures[year] for year in sorted(figures, key=year_end)]
    definition = rows[-1].definition if rows else ""
    source = "; ".join(dict.fromkeys(row.release for row in rows)) or "model; no published figure"
    base = "cash" if is_cash else price
    return name, variable.label, str(variable.unit), base, kind, definition, source


def _published(run: Run) -> list[str]:
    names = [name for name in run.model.published_names() if name in run.outputs]
    return names or list(run.outputs)


def _pounds(values: Iterable[float]) -> list[str]:
    return [_number(float(value), 0) for value in values]


def _cells(run: Run, name: str, values: Iterable[float]) -> list[str]:
    unit = run.model.variable(name).unit
    places = 0 if counted(unit) == "GBP" else 1 if counted_word(unit) else None
    return [_number(float(value), places) for value in values]


def _number(value: float, places: int | None) -> str:
    shown = f"{value:.6g}" if places is None else f"{value:.{places}f}"
    return shown.removeprefix("-") if float(shown) == 0 else shown
