"""Ranks many scenarios as bars: what each changes in the last year, a panel for each quantity."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.amounts import percent, signed
from caresim.language.dates import financial_year
from caresim.language.rounding import band_in, step_of, stepped
from caresim.language.shown import counted_word
from caresim.views import series
from caresim.views.plot import style
from caresim.views.plot.layout import Layout
from caresim.views.plot.notes import band_note, changed_note, notices_note, stamp

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from caresim.engine.run import Run
    from caresim.views.plot.panels import Picture

    Order = NDArray[np.intp]

__all__ = ["ranked_differences"]

NAMES, MARGIN, GAP, ROW = 1.8, 0.12, 0.25, 0.18  # inches
BESIDE = 2  # panels in a row
LETTERS_AN_INCH = 16
LETTERS = 34  # of a name on one line
SIZE = 7.5
LETTER, SPACE = 0.058, 0.06  # inches that a letter of such a number takes, and those around it
ROOM = 0.36  # inches beside the longest bar for its number


@dataclass(frozen=True)
class Column:
    """What all scenarios change of one quantity: centres and ends, shape (scenarios,)."""

    title: str
    unit: str
    centres: series.Values
    low: series.Values
    high: series.Values
    least: float = 0.0


def ranked_differences(
    picture: Picture,
    names: Sequence[str],
    total: str = "",
    rate: float | None = None,
    *,
    width: float,
    notes: bool,
) -> Figure:
    """Draw the last year's differences of scenarios to the first run, one below the other.

    Rows are ranked by the ``total``, which is added up unless ``rate`` is None, or else by what
    the model compares first.
    """
    base = picture.runs[0]
    main = next((name for name in base.model.compared_names() if name in names), names[0])
    columns = [_column(picture, name, None) for name in names]
    if total and rate is not None:
        columns.append(_column(picture, total, rate))
    rank = names.index(main) if not total else len(columns) - 1
    order = np.argsort(columns[rank].centres, kind="stable")
    layout = _drawn(picture, columns, order, width)
    key = [(_band_handle(), picture.band_label)] if picture.has_bands else []
    shown = [*picture.runs, *picture.bands.values()]
    by = " ".join(columns[rank].title.split())
    told = [
        changed_note(shown),
        f"Each bar is a scenario minus {base.name}; ranked by {by[:1].lower()}{by[1:]}.",
        band_note(picture.runs, picture.bands, picture.level).replace("lines are", "bars are"),
        notices_note(shown),
    ]
    return layout.done(key, told if notes else [], stamp(picture.runs) if notes else "")


def _column(picture: Picture, name: str, rate: float | None) -> Column:
    """Return the differences of the last year, or those added up to it at a rate."""
    base, *others = picture.runs
    first = series.first_difference(base, others, name)
    last = min(run.clock.last_year for run in picture.runs)
    begins = last if rate is None or first is None else first
    found = [_ends(picture, i, name, begins, last, rate) for i in range(1, len(picture.runs))]
    rows = np.array(found)
    variable = base.model.variable(name)
    largest = float(np.abs(rows).max())
    divisor = base.model.shown_divisor(variable.unit, largest)
    scale, text = style.fine_scale(variable.unit, base.price_base, divisor, largest)
    title = f"{variable.label}, {financial_year(last)}"
    if rate is not None:
        text = style.axis_text(variable.unit, base.price_base, scale, added_up=True)
        text += f", discounted at {percent(rate)} a year" if rate else ""
        title = (
            f"{variable.label}, added up from {financial_year(begins)} to {financial_year(last)}"
        )
    word = counted_word(variable.unit)
    least = base.model.shown_rounding().get(word, 1) / scale if word else 0.0
    unit = f"{text}\n{style.direction_text(variable.unit)}"
    centres, low, high = (rows / scale).T
    return Column(title, unit, centres, low, high, least)


def _ends(
    picture: Picture, i: int, name: str, first: int, last: int, rate: float | None
) -> tuple[float, float, float]:
    """Return the centre of a difference and the ends of its band, all alike without draws."""
    base, run = picture.runs[0], picture.runs[i]

    def summed(pair: Sequence[Run]) -> series.Values:
        between = series.gap(pair[0], pair[1], name)
        added = series.accumulated(between, first, rate or 0.0)
        found: series.Values = added.values[added.years == last][0]
        return found

    centre = float(series.middle(summed((base, run))))
    pair = [picture.ensemble(one) or one for one in (base, run)]
    if pair[0].n_runs != pair[1].n_runs:
        return centre, centre, centre
    return (centre, *(band_in(summed(pair), picture.level) or (centre, centre)))


def _drawn(picture: Picture, columns: Sequence[Column], order: Order, width: float) -> Layout:
    """Return the panels, two beside each other, with the names of the rows on their left."""
    layout = Layout.blank(width)
    names = [textwrap.fill(series.names_of(picture.runs)[1:][i], LETTERS) for i in order]
    row = ROW + (max(name.count("\n") for name in names)) * 0.12
    beside = min(BESIDE, len(columns))
    across = (width - NAMES - 2 * MARGIN - GAP * (beside - 1)) / beside
    for start in range(0, len(columns), beside):
        block = columns[start : start + beside]
        panels = [layout.panel(0, 0, across, row * len(names) + 0.1) for _ in block]
        for axes, column in zip(panels, block, strict=True):
            _bars(axes, column, order, across)
            style.set_title(axes, column.title, (), 8.5, across)
            unit, direction = column.unit.split("\n")
            below = f"{textwrap.fill(unit, int(across * LETTERS_AN_INCH))}\n{direction}"
            axes.set_xlabel(below, fontsize=SIZE)
        panels[0].set_yticks(range(len(names)), names, fontsize=SIZE)
        heads = max(axes.get_title(loc="left").count("\n") + 1 for axes in panels)
        feet = max(axes.get_xlabel().count("\n") + 1 for axes in panels)
        top = layout.body + 0.16 + heads * 8.5 * 1.3 / 72
        for i in range(len(panels)):
            box = NAMES + MARGIN + i * (across + GAP), top, across, row * len(names) + 0.1
            layout.boxes[start + i] = box
        layout.body = top + row * len(names) + 0.44 + 0.14 * feet
    return layout


def _band_handle() -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], color="0.15", lw=1.1)


def _bars(axes: Axes, column: Column, order: Order, across: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    rows = np.arange(len(order))
    centres, low, high = (ends[order] for ends in (column.centres, column.low, column.high))
    axes.barh(rows, centres, height=0.66, color=style.colour_of(0), lw=0)
    has_band = high > low
    axes.hlines(rows[has_band], low[has_band], high[has_band], color="0.15", lw=1.1)
    axes.axvline(0, color="0.2", lw=1.0)
    axes.set_ylim(len(order) - 0.45, -0.55)
    texts = [_number(column, *ends) for ends in zip(centres, low, high, strict=True)]
    least, most = min(0.0, low.min()), max(0.0, high.max())
    room = max(ROOM, SPACE + LETTER * max(len(text) for text in texts))
    left, right = room * (centres.min() < 0), room * (centres.max() > 0 or least == 0)
    inch = ((most - least) or 1.0) / max(across - left - right, ROOM)
    axes.set_xlim(least - left * inch, most + max(right, 0.05) * inch)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.10g}".replace("-", "−")))
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], min_n_ticks=4))
    axes.tick_params(labelsize=7)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.set_yticks([])
    for place, centre, ends, shown in zip(
        rows, centres, zip(low, high, strict=True), texts, strict=True
    ):
        below = centre < 0
        axes.annotate(
            shown, (min(ends) if below else max(ends), place), (-3 if below else 3, 0),
            textcoords="offset points", va="center", ha="right" if below else "left", fontsize=6.5,
        )  # fmt: skip


def _number(column: Column, centre: float, low: float, high: float) -> str:
    band = (low, high) if high > low else None
    shown = signed(*stepped(centre, step_of(centre, band, least=column.least, figures=2)))
    return shown if shown.strip("0.,+−") else "0"
