"""What a backtest says, as tables of texts: the terminal and the page show the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from caresim.language.model import Model
from caresim.study.backtest import Backtest
from caresim.study.backtest.table import WITH_BANDS
from caresim.views.plot.backtest_words import group_label, method_label, way_of
from caresim.views.plot.notes import label_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sheet", "series_sheet", "sheets"]

MARK = "*"  # where the model is worse than the last value


@dataclass(frozen=True)
class Sheet:
    """A table of texts: a title, the heads of its columns, its rows, and what to know of it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def sheets(backtest: Backtest, model: Model | None = None) -> list[Sheet]:
    """Return the tables of a backtest: by origin, horizon and series, bands, and the fits."""
    made = []
    for given in backtest.given:
        part = backtest.only(given=given)
        made += [_by_origin(part, group, given) for group in [*backtest.groups] or ["all"]]
        made += [_by_horizon(part, given), _bands(part, given), _skill(part, given)]
        made.append(series_sheet(part, given, model))
    return [sheet for sheet in made if sheet.rows] + [_fits(backtest)]


def _first(backtest: Backtest) -> str:
    return next(iter(backtest.groups), "all")


def _by_origin(part: Backtest, group: str, given: str) -> Sheet:
    errors = part.only(group).errors("origin")
    rows = _rows(errors)
    later = [origin for origin in part.origins[1:3] if len(part.origins) > 3]  # noqa: PLR2004
    for since in later:
        rest = _records(part.only(group, since=since).errors("origin"))["pooled"]
        rows.append((f"pooled, {since} on", *_cells(rest)))
    note = (
        "Mean absolute % error over series and horizons. The cell of an origin is the mean of its "
        "figures; pooled, each error of a series, origin and horizon counts once."
    )
    best = _records(errors)["pooled"]
    if best["median"] < best["model"]:
        note += " **The plain median of model, damped trend and last value beats the model.**"
    title = f"By last fitted year, {group_label(group).lower()}; {way_of(given)}"
    return Sheet(title, ("Fitted to", *_heads(part)), tuple(rows), note)


def _by_horizon(part: Backtest, given: str) -> Sheet:
    group = _first(part)
    one = part.only(group)
    bias, worse = _records(one.bias("horizon")), {str(h) for h in one.worse_horizons}
    rows = [
        (f"{name}{MARK if name in worse else ''}", *_cells(row), f"{bias[name]['model']:+.1f}")
        for name, row in _records(one.errors("horizon")).items()
    ]
    note = (
        f"Mean absolute % error; the last column is the model's mean error with its sign. {MARK} "
    )
    note += "the model is worse than the last value."
    title = f"By years ahead, {group_label(group).lower()}; {way_of(given)}"
    return Sheet(title, ("Years ahead", *_heads(part), "Model, signed"), tuple(rows), note)


def _bands(part: Backtest, given: str) -> Sheet:
    """Return the shares of figures inside the bands; no rows where there are none."""
    rows = []
    for group in [*part.groups] or ["all"]:
        for method in WITH_BANDS:
            table = part.only(group).coverage(method)
            if not np.isfinite(table["inside"]).any():
                continue
            cells = [
                f"{row['inside']:.0f} ({row['low']:.0f}–{row['high']:.0f})"
                for row in _records(table).values()
            ]
            rows.append((f"{group}, {method_label(method).lower()}", *cells))
    note = (
        "Share of figures inside, in %. In brackets what holds 80 % of it when whole series are "
        "drawn again: errors of one series hang together, and there are about two independent "
        "episodes in all, so that even these intervals are narrow."
    )
    title = f"Coverage of the bands; {way_of(given)}"
    return Sheet(title, ("Band", "50 %", "80 %", "90 %", "95 %"), tuple(rows), note)


def _skill(part: Backtest, given: str) -> Sheet:
    rows = []
    for group in [*part.groups] or ["all"]:
        one = part.only(group)
        scored = bool(np.isfinite(one.interval_scores()).any())
        ratios = [f"{one.relative(to=to):.2f}" if scored else "–" for to in WITH_BANDS[1:]]
        slopes = [f"{one.slopes(name):.2f}" for name in ("model", "damped_trend")]
        rows.append((group_label(group).lower(), *ratios, *slopes))
    note = (
        "Weighted interval score on logs, so that small and large series weigh alike, as a "
        "geometric mean over pairs of series, origin and horizon: below 1 the model is better. "
        "Slope of actual on projected growth: 1 is the right size, 0 no skill."
    )
    heads = (
        "Series", "Score ÷ last value's", "Score ÷ random walk's", "Slope, model",
        "Slope, damped trend",
    )  # fmt: skip
    return Sheet(f"Interval score and slope; {way_of(given)}", heads, tuple(rows), note)


def series_sheet(part: Backtest, given: str, model: Model | None) -> Sheet:
    """Return the errors of every series, of one way of going on."""
    errors = _records(part.errors("series").drop(index="pooled"))
    rows = []
    for name, row in errors.items():
        label = label_of(model, name) if model else name
        mark = MARK if row["model"] > row["last_value"] else ""
        inside = part.only(series=[name]).held_by(80)
        share = f"{inside:.0f}" if np.isfinite(inside) else "–"
        rows.append((f"{label}{mark}", *_cells(row), share))
    note = f"Mean absolute % error over origins and horizons. {MARK} worse than the last value. "
    note += "The last column is the share of figures inside the model's 80 % band, in %."
    heads = ("Series", *_heads(part), "In 80 %")
    return Sheet(f"By series; {way_of(given)}", heads, tuple(rows), note)


def _fits(backtest: Backtest) -> Sheet:
    rows = []
    for (given, origin), row in _pairs(backtest.draws):
        solved = f"{int(row['draws'])} of {int(row['tried'])}" if row["tried"] else "none"
        rows.append((
            origin, given, f"{int(row['parameters'])}", f"{int(row['figures'])}",
            f"{int(row['first_published'])}", solved, "yes" if row["converged"] else "no",
        ))  # fmt: skip
    heads = (
        "Fitted to", "Given", "Parameters", "Figures", "As first published", "Draws solved",
        "Converged",
    )  # fmt: skip
    note = "Figures are those fitted; the others among them are the newest, their first not known."
    return Sheet("The fits", heads, tuple(rows), note)


def _pairs(table: pd.DataFrame) -> list[tuple[tuple[str, str], Mapping[str, float]]]:
    return [
        ((str(given), str(origin)), {str(k): float(v) for k, v in row.items()})
        for (given, origin), row in zip(table.index, table.to_dict("records"), strict=True)
    ]


def _heads(part: Backtest) -> tuple[str, ...]:
    return tuple(method_label(name) for name in _points(part.methods))


def _cells(row: Mapping[str, float]) -> Sequence[str]:
    return [f"{row[name]:.1f}" for name in _points(row)]


def _points(methods: Iterable[str]) -> list[str]:
    """Leave out the random walk: it has the point of the last value, and a band of its own."""
    return [name for name in methods if name != "random_walk"]


def _rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [(name, *_cells(row)) for name, row in _records(table).items()]


def _records(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the rows of a table of numbers by name."""
    rows = zip(table.index, table.to_dict("records"), strict=True)
    return {str(name): {str(k): float(v) for k, v in row.items()} for name, row in rows}
