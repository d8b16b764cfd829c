"""A run: labelled results, annual tables, the ledger, and how they came about."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.notices import Notice
from caresim.engine.prices import check_prices, price_levels
from caresim.language.errors import ModelError, RunError
from caresim.language.kinds import quantiles_of, real, text_of
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.published import published
from caresim.language.rounding import band_in, said
from caresim.language.settled import settled

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Run"]

Values = NDArray[np.float64]


@settled
@dataclass(frozen=True, eq=False)
class Run:
    """The results of one run or of an ensemble; every table and plot takes both.

    ``levels`` holds each recorded level, shape (saved moments, runs), the start included; ``sums``
    each rate summed between moments, shape (saved moments − 1, runs). Money is at the price year of
    the model's parameters, or in cash (:meth:`at_prices`) where there are ``price_levels``, those
    of the year before the run and of its years. ``warnings`` are structured notices;
    ``provenance`` is plain data. ``start`` holds factors of the shapes of levels and sums, by which
    quantities begin at their last figures and go over to the model; :meth:`values` and all tables
    have them, ``levels``, ``sums`` and :meth:`ledger` are the model's. ``drawn_columns`` holds what
    was drawn: parameters, each of shape (runs,), and how far what moves by chance has come, each of
    shape (years, runs); empty for a single run.
    """

    model: Model
    name: str
    clock: Clock
    n_runs: int
    levels: dict[str, Values]
    sums: dict[str, Values]
    warnings: tuple[Notice, ...]
    provenance: dict[str, Any] = field(repr=False)
    scenario: Any = None
    price_levels: Values | None = field(default=None, repr=False)
    start: dict[str, Values] = field(default_factory=dict, repr=False)
    drawn_columns: dict[str, Values] = field(default_factory=dict, repr=False)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the stored quantities, in the order of the model."""
        return tuple(v for v in self.model.variables if v in self.levels or v in self.sums)

    @property
    def price_year(self) -> str:
        """The financial year at whose prices money is given, empty where there is none."""
        return self.model.parameters.price_year

    @property
    def prices(self) -> str:
        """``"cash"`` or ``"real"``."""
        return "real" if self.price_levels is None else "cash"

    @property
    def price_base(self) -> str:
        """What money is counted in: ``"2019-20 prices"``, ``"cash"``, or empty."""
        if self.prices == "cash":
            return "cash"
        return f"{self.price_year} prices" if self.price_year else ""

    def at_prices(self, prices: str) -> Run:
        """Return the run with money in cash, or as it is for ``"real"``.

        Cash is money times the mean price level of the financial year, which the model's
        ``price_level`` names; what is counted in money of another power stays as it is. Raises
        RunError for a model without a price level, and for a run in cash that should be real.
        """
        if check_prices(prices) == self.prices:
            return self
        if prices == "real":
            message = f"'{self.name}' is in cash; take the run that it was made from"
            raise RunError(message)
        levels, per_year = price_levels(self.model, self.clock), self.clock.saves_per_year
        within = np.repeat(levels[1:], per_year)[:, None]
        days = np.vstack([levels[:1, None], within])
        return replace(
            self,
            levels={n: v * days if self._is_money(n) else v for n, v in self.levels.items()},
            sums={n: v * within if self._is_money(n) else v for n, v in self.sums.items()},
            provenance={**self.provenance, "prices": "cash"},
            price_levels=levels,
        )

    def _is_money(self, name: str) -> bool:
        return self.model.variables[name].unit.power_of("GBP") == 1

    @property
    def drawn(self) -> str:
        """A fingerprint of the draws behind the runs, empty for a single run or draws by hand."""
        return str((self.provenance.get("draws") or {}).get("fingerprint", ""))

    def values(self, name: str) -> Values:
        """Return the stored numbers of one quantity, shape (moments, runs).

        Raises RunError when it is unknown or was not stored.
        """
        values = self._of_model(name)
        return values * self.start[name] if name in self.start else values

    def _of_model(self, name: str) -> Values:
        """Return the stored numbers as the model has them, without where a projection starts."""
        text_of(name, "the name of a quantity", self.model.example_name())
        if name in self.levels:
            return self.levels[name]
        if name in self.sums:
            return self.sums[name]
        try:
            self.model.variable(name)
        except ModelError as fault:
            raise RunError(str(fault)) from None
        message = f"'{name}' was not stored in this run; ask for it with outputs=['{name}']"
        raise RunError(message)

    def __getitem__(self, name: str) -> pd.Series | pd.DataFrame:
        """Return a labelled series: a level on each saved date, a rate summed up to each date.

        An ensemble gives a table with one column for each run. A quantity over dimensions gives a
        column for each element, ``run["care"]["16–17"]``, or (element, run).
        """
        import pandas as pd

        text_of(name, "the name of a quantity", self.model.example_name())
        if name in self.model.groups:
            group = self.model.groups[name]
            parts = {k if len(k) > 1 else k[0]: self[v.name] for k, v in group.elements.items()}
            return pd.concat(parts, axis=1, names=[d.label for d in group.dimensions])
        values = self.values(name)
        index = pd.DatetimeIndex(self.clock.save_labels[-len(values) :], name="date")
        if self.n_runs == 1:
            return pd.Series(values[:, 0], index=index, name=name)
        return pd.DataFrame(values, index=index, columns=pd.RangeIndex(self.n_runs, name="run"))

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.outputs

    def yearly(self, name: str) -> Values:
        """Return one quantity by financial year, shape (years, runs).

        Levels stand on 31 March, rates are summed over the year.
        """
        values, per_year = self.values(name), self.clock.saves_per_year
        if name in self.levels:
            return values[per_year::per_year]
        return np.asarray(values.reshape(-1, per_year, self.n_runs).sum(axis=1))

    def annual(
        self, quantile: float | Sequence[float] = 0.5, *, prices: str | None = None
    ) -> pd.DataFrame:
        """Return the published outputs by financial year (rows ``"2009-10"``, …).

        Stocks stand on 31 March, flows and money are summed over the year. An ensemble gives the
        median, or another quantile; several quantiles give columns (output, quantile). Money is in
        cash with ``prices="cash"``; ``table.attrs["units"]`` holds units with their price base.

        Raises RunError for a model without a price level, and for what is no share from 0 to 1.
        """
        import pandas as pd

        if prices is not None and check_prices(prices) != self.prices:
            return self.at_prices(prices).annual(quantile)
        names = [name for name in self.model.published_names() if name in self.outputs]
        names = names or list(self.outputs)
        index = pd.Index(self.clock.financial_years, name="financial_year")
        shares = quantiles_of(quantile)
        if real(quantile) is not None:
            table = pd.DataFrame({n: self._quantile(n, shares[0]) for n in names}, index=index)
        else:
            columns = {(n, q): self._quantile(n, q) for n in names for q in shares}
            table = pd.DataFrame(columns, index=index).rename_axis(columns=["output", "quantile"])
        table.attrs["units"] = {name: self.unit_text(name) for name in names}
        return table

    def unit_text(self, name: str) -> str:
        """Return a unit with the price base of money: ``"GBP/year, 2019-20 prices"``."""
        unit = self.model.variable(name).unit
        base = self.price_base if unit.power_of("GBP") else ""
        return f"{unit}, {base}" if base else str(unit)

    def _quantile(self, name: str, quantile: float) -> Values:
        values = self.yearly(name)
        if self.n_runs == 1:
            return values[:, 0]
        return np.asarray(np.quantile(values, quantile, axis=1))

    def ledger(self) -> pd.DataFrame:
        """Return, for each stock and interval, opening + inflows − outflows against closing.

        One row for each interval and stock: ``opening, inflows, outflows, closing, gap``, totals
        over the runs. Raises RunError when the run did not store all stocks and flows.
        """
        import pandas as pd

        parts = []
        for stock in self.model.stocks():
            name = stock.name or ""
            flows = [f for f in self.model.flows() if stock in (f.pipe.start, f.pipe.end)]
            zero = np.zeros(len(self.clock.save_dates) - 1)
            into = sum((self._total(f.name) for f in flows if f.pipe.end is stock), zero)
            out = sum((self._total(f.name) for f in flows if f.pipe.start is stock), zero)
            level = self._total(name)
            table = {"opening": level[:-1], "inflows": into, "outflows": out, "closing": level[1:]}
            frame = pd.DataFrame(table)
            frame["gap"] = frame.closing - frame.opening - frame.inflows + frame.outflows
            frame.index = pd.MultiIndex.from_product(
                [[name], self.clock.save_labels[1:]], names=["stock", "date"]
            )
            parts.append(frame)
        return pd.concat(parts)

    def _total(self, name: str | None) -> Values:
        return np.asarray(self._of_model(name or "").sum(axis=1))

    @property
    def dataset(self) -> xr.Dataset:
        """Everything stored, with units and labels; each element of a dimension by its own name.

        The dimensions are ``moment`` (levels), ``interval`` (rates) and ``run``.
        """
        import pandas as pd
        import xarray as xr

        dates = pd.to_datetime(self.clock.save_labels)
        data = {}
        for name in self.outputs:
            variable = self.model.variable(name)
            dimension = "moment" if name in self.levels else "interval"
            attributes = {"units": str(variable.unit), "long_name": variable.label}
            if self._is_money(name) and self.price_base:
                attributes["price_base"] = self.price_base
            data[name] = ((dimension, "run"), self.values(name), attributes)
        coordinates = {"moment": dates, "interval": dates[1:], "run": np.arange(self.n_runs)}
        attributes = {"scenario": self.name, "price_year": self.price_year, "prices": self.prices}
        return xr.Dataset(data, coords=coordinates, attrs=attributes)

    def _rounded(self) -> pd.DataFrame:
        """Return the annual table as texts, rounded to what the draws of each number support."""
        table = self.annual().astype(object)
        for name in table.columns:
            rows = zip(table[name], self.yearly(name), strict=True)
            table[name] = [said(float(value), band_in(draws)) for value, draws in rows]
        return table

    def __repr__(self) -> str:
        many = "one run" if self.n_runs == 1 else f"{self.n_runs:,} runs"
        years = self.clock.financial_years
        return (
            f"<Run of {published(self.model).name}, '{self.name}': {many}, "
            f"{years[0]} to {years[-1]}, {len(self.outputs)} outputs, {len(self.warnings)} notices>"
        )

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(str(notice))}</li>" for notice in self.warnings)
        base = "in cash" if self.prices == "cash" else f"at {self.price_base}"
        money = f"Money in £ a year {base}. " if self.price_base else ""
        spread = "" if self.n_runs == 1 else f"Median of {self.n_runs:,} runs. "
        of = html.escape(published(self.model).name)
        table = self._rounded().to_html()
        return (
            f"<p><b>Projection: {html.escape(self.name)}</b> ({of}). "
            f"{spread}{money}Stocks on 31 March, flows over the year.</p>{table}<ul>{notes}</ul>"
        )
