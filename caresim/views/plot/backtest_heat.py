"""Heat maps of errors by series and origin: how large they are, and where the model loses."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.amounts import signed
from caresim.views.plot.backtest_words import group_label, method_label
from caresim.views.plot.layout import MARGIN, Layout
from caresim.views.plot.style import BOLD_CHARACTER
from caresim.views.series import Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from caresim.study.backtest import Backtest

__all__ = ["Grid", "draw_heat", "grid_of"]

CAP, GAP_CAP = 20.0, 10.0  # % and percentage points at which the colours end
# Inches
LABELS, CELL, WIDE_CELL, ROW = 2.0, 0.37, 1.6, 0.245
BETWEEN, RIGHT, BAR, TICKS, LEAST = 0.22, 0.12, 0.1, 0.72, 2.9
TITLE, NUMBER, LABEL, LABEL_WIDTH = 9.5, 7.5, 7.8, 36
DARK = 0.24  # relative luminance below which numbers are white


@dataclass(frozen=True, eq=False)
class Grid:
    """Mean absolute errors in %, of shape (rows, origins + 1); the last column pools origins.

    The last ``pooled`` rows pool series. ``ahead`` says for each column which horizons are scored.
    """

    rows: list[str]
    columns: list[str]
    ahead: list[str]
    model: Values
    rival: Values
    pooled: int


def grid_of(part: Backtest, labels: Mapping[str, str], groups: Sequence[str], against: str) -> Grid:
    """Return the errors of series (name to label) and of groups, as the backtest's tables have."""
    parts = [*(part.only(series=[name]) for name in labels), *(part.only(g) for g in groups)]
    found = [each.errors("origin") for each in parts]
    columns = [*part.origins, "pooled"]
    model, rival = (
        np.array([[float(e[method].get(c, np.nan)) for c in columns] for e in found])
        for method in ("model", against)
    )
    ahead = part.table.groupby("origin")["horizon"].agg(["min", "max"])
    spans = [_span(*ahead.loc[origin]) for origin in part.origins]
    rows = [*labels.values(), *(f"{group_label(group)}, pooled" for group in groups)]
    every = _span(part.horizons[0], part.horizons[-1])
    return Grid(rows, columns, [*spans, every], model, rival, len(groups))


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def draw_heat(grid: Grid, against: str, width: float) -> Layout:
    """Draw the model's errors and, beside or below them, those minus a rival's."""
    layout = Layout.blank(width)
    room = width - MARGIN - LABELS - RIGHT
    beside = (room - BETWEEN) / 2 >= max(LEAST, CELL * len(grid.columns))
    share = (room - BETWEEN) / 2 if beside else room
    across = min(share, WIDE_CELL * len(grid.columns))
    rival = method_label(against).lower()
    titles = (
        "Mean absolute error of the model, % of the published figure",
        f"Model minus {rival}, percentage points (orange: the model is worse)",
    )
    scales = (f"%; darkest from {CAP:g} %", f"Percentage points; full colour from ±{GAP_CAP:g}")
    left, top = MARGIN + LABELS, 0.1
    heads = [_wrapped(title, across) for title in titles]
    head = max(text.count("\n") + 1 for text in heads) * TITLE * 1.3 / 72 + 0.1
    for i, (title, scale) in enumerate(zip(heads, scales, strict=True)):
        box = (left, top + head, across, ROW * len(grid.rows))
        axes = layout.panel(*box)
        mesh = _cells(axes, grid, difference=i == 1)
        axes.set_title(title, fontsize=TITLE)
        _names(axes, grid, rows=i == 0 or not beside)
        _scale(layout, mesh, (box[0], box[1] + box[3] + TICKS, min(across, 3.0), BAR), scale)
        layout.body = box[1] + box[3] + TICKS + BAR + 0.32
        if beside:
            left += across + BETWEEN
        else:
            top = layout.body + 0.15
    return layout


def _wrapped(title: str, across: float) -> str:
    return textwrap.fill(title, max(12, int(across * 72 / (TITLE * BOLD_CHARACTER))))


def _cells(axes: Axes, grid: Grid, *, difference: bool) -> Any:
    """Draw a cell for each series and origin with its number in it; return what has the colours."""
    from matplotlib.colors import Normalize

    values = grid.model - grid.rival if difference else grid.model
    norm = Normalize(-GAP_CAP, GAP_CAP) if difference else Normalize(0, CAP)
    mesh = axes.pcolormesh(
        np.ma.masked_invalid(values), cmap=_colours(difference=difference), norm=norm,
        edgecolors="white", linewidth=0.8,
    )  # fmt: skip
    axes.set_facecolor("0.94")
    for (row, column), value in np.ndenumerate(values):
        shade = mesh.cmap(norm(value)) if np.isfinite(value) else (1.0, 1.0, 1.0, 1.0)
        light = float(np.dot(np.power(shade[:3], 2.2), (0.2126, 0.7152, 0.0722)))
        text = _number(value, is_signed=difference)
        axes.text(
            column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=NUMBER,
            color="white" if light < DARK else "black",
            weight="bold" if text.startswith("+") else "normal",
        )  # fmt: skip
    axes.axhline(len(grid.rows) - grid.pooled, color="white", lw=3.5)
    axes.axvline(len(grid.columns) - 1, color="white", lw=3.5)
    axes.invert_yaxis()
    return mesh


def _number(value: float, *, is_signed: bool) -> str:
    if not np.isfinite(value):
        return "·"
    return signed(value, 1) if is_signed else f"{value:.1f}"


def _colours(*, difference: bool) -> Any:
    """Return colours that rise evenly in darkness, or blue through white to orange."""
    import matplotlib as mpl
    from matplotlib.colors import LinearSegmentedColormap, ListedColormap

    if difference:
        ends = ["#0072B2", "#F7F7F7", "#D55E00"]
        return LinearSegmentedColormap.from_list("worse", ends)
    return ListedColormap(mpl.colormaps["magma_r"](np.linspace(0.02, 0.82, 256)))


def _names(axes: Axes, grid: Grid, *, rows: bool) -> None:
    """Name rows on the left, and below each column its origin and the years ahead."""
    short = [c if c == "pooled" else f"{c[:4]}\n{c[4:].replace('-', '–')}" for c in grid.columns]
    short = [f"{c}\n" if "\n" not in c else c for c in short]
    names = [f"{c}\n{span}" for c, span in zip(short, grid.ahead, strict=True)]
    axes.set_xticks(np.arange(len(names)) + 0.5, names, fontsize=7.2)
    axes.set_xlabel("Origin: last fitted year; below it the years ahead", fontsize=8)
    wrapped = [textwrap.fill(name, LABEL_WIDTH) for name in grid.rows]
    axes.set_yticks(np.arange(len(wrapped)) + 0.5, wrapped if rows else [""] * len(wrapped))
    axes.tick_params(axis="both", length=0, pad=3)
    for i, text in enumerate(axes.get_yticklabels()):
        text.set(fontsize=LABEL if "\n" not in text.get_text() else 6.8, linespacing=0.95)
        text.set_fontweight("bold" if i >= len(wrapped) - grid.pooled else "normal")
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _scale(layout: Layout, mesh: Any, box: tuple[float, float, float, float], text: str) -> None:
    """Draw what the colours mean below a panel."""
    axes = layout.panel(*box)
    extend = "both" if mesh.norm.vmin < 0 else "max"
    bar = layout.figure.colorbar(mesh, cax=axes, orientation="horizontal", extend=extend)
    bar.outline.set_visible(False)
    bar.set_label(text, fontsize=7.5, labelpad=1)
    bar.set_ticks(list(np.arange(mesh.norm.vmin, mesh.norm.vmax + 1, 5.0)))
    axes.tick_params(labelsize=7, length=2, pad=1.5)
