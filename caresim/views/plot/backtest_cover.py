"""Coverage of a backtest: the share of figures that bands hold against the share they should."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.views.plot.backtest_words import method_label
from caresim.views.plot.layout import Layout
from caresim.views.plot.style import BOLD_CHARACTER

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from caresim.study.backtest import Backtest

__all__ = ["cover_key", "coverages", "draw_cover"]

METHODS: dict[str, dict[str, Any]] = {
    "model": {"color": "#0072B2", "marker": "o", "ms": 6.0},
    "last_value": {"color": "#D55E00", "marker": "s", "ms": 5.2, "mfc": "white", "mew": 1.3},
    "random_walk": {"color": "#555555", "marker": "^", "ms": 5.6},
}
OFFSET, REACH = 1.25, 2.1  # percentage points between methods, and of the mark of what should be
SHOULD: dict[str, Any] = {"color": "black", "lw": 1.3}
FIRST, LAST = 44, 100
LEFT, RIGHT, GAP, HIGH, WIDEST = 0.62, 0.2, 0.72, 3.0, 5.0  # inches
TITLE = 9.5


def coverages(part: Backtest) -> dict[str, pd.DataFrame]:
    """Return the coverage of each method that has bands, as :meth:`Backtest.coverage` has it."""
    tables = {method: part.coverage(method) for method in METHODS}
    return {method: table for method, table in tables.items() if table["figures"].min() > 0}


def draw_cover(parts: Mapping[str, Backtest], width: float) -> tuple[Layout, list[str]]:
    """Draw a panel for each part (label to rows); return the layout and the methods shown."""
    layout = Layout.blank(width)
    count = len(parts)
    across = min(WIDEST, (width - LEFT - RIGHT - GAP * (count - 1)) / count)
    tables = {label: coverages(part) for label, part in parts.items()}
    characters = int((across + 0.3) * 72 / (TITLE * BOLD_CHARACTER))
    heads = [textwrap.fill(_title(label, parts[label]), characters) for label in parts]
    top = 0.14 + max(head.count("\n") + 1 for head in heads) * TITLE * 1.3 / 72
    along = min(HIGH, max(1.8, 0.8 * across))
    for i, (head, found) in enumerate(zip(heads, tables.values(), strict=True)):
        axes = layout.panel(LEFT + i * (across + GAP), top, across, along)
        axes.set_title(head, fontsize=TITLE)
        _panel(axes, found)
    layout.body = top + along + 0.55
    shown = {method for found in tables.values() for method in found}
    return layout, [method for method in METHODS if method in shown]


def _title(label: str, part: Backtest) -> str:
    return f"Coverage of bands: {label.lower()}, {len(part):,} figures"


def _panel(axes: Axes, found: Mapping[str, pd.DataFrame]) -> None:
    """Draw the coverage of each method beside one another, and where it should lie."""
    axes.plot([FIRST, LAST], [FIRST, LAST], color="0.6", lw=0.9, zorder=1)
    for place, (method, table) in enumerate(found.items()):
        shift = OFFSET * (place - (len(found) - 1) / 2)
        _method(axes, table, shift, METHODS[method])
        if method == "model":
            _numbers(axes, table, shift)
    levels = [float(level) for level in next(iter(found.values())).index]
    for level in levels:
        axes.plot([level - REACH, level + REACH], [level, level], **SHOULD, zorder=2)
    axes.set(xlim=(FIRST, LAST), ylim=(-4, 109), xticks=levels)
    axes.set_yticks(range(0, 101, 20))
    axes.set_xlabel("Nominal coverage of the band, %")
    axes.set_ylabel("Figures inside the band, %")


def _method(axes: Axes, table: pd.DataFrame, shift: float, style: Mapping[str, Any]) -> None:
    """Draw shares with their resampling interval, where there is one."""
    inside = table["inside"].to_numpy(dtype=float)
    low, high = (table[end].to_numpy(dtype=float) for end in ("low", "high"))
    reach = np.nan_to_num(np.abs(np.vstack([inside - low, high - inside])))
    places = table.index.to_numpy(dtype=float) + shift
    axes.errorbar(places, inside, yerr=reach, ls="", elinewidth=1.2, capsize=2.2, zorder=3, **style)


def _numbers(axes: Axes, table: pd.DataFrame, shift: float) -> None:
    """Write shares below their bars, or above them where they are no smaller than they should."""
    for level, inside, low, high in table[["inside", "low", "high"]].itertuples():
        above = inside >= level
        end = np.nan_to_num(high if above else low, nan=inside)
        axes.annotate(
            f"{inside:.0f}", (level + shift, end), (0, 5 if above else -5),
            textcoords="offset points", ha="center", va="bottom" if above else "top",
            fontsize=7.2, color=METHODS["model"]["color"],
        )  # fmt: skip


def cover_key(methods: list[str]) -> list[tuple[Any, str]]:
    """Return the samples and labels of the legend."""
    from matplotlib.lines import Line2D

    shown = [(Line2D([], [], ls="", **METHODS[m]), method_label(m)) for m in methods]
    return [*shown, (Line2D([], [], **SHOULD), "As it should be")]
