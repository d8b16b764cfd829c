"""Fans of a backtest: a row of small panels for each series, one for each origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.dates import year_end
from caresim.language.published import published
from caresim.views.plot.backtest_words import series_label
from caresim.views.plot.layout import MARGIN, Layout
from caresim.views.plot.style import fine_scale, from_zero_if_near
from caresim.views.series import Values, Years

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from caresim.language.model import Model
    from caresim.study.backtest import Backtest

__all__ = ["Fan", "draw_fans", "fan_key", "fan_of", "known_figures"]

# Bands of these %, and tints of one blue that differ in grey too
BANDS = ((95, "#CFE3F3"), (80, "#93C1E2"), (50, "#4A94CB"))
LINE: dict[str, Any] = {"color": "#003A66", "lw": 1.2}
KNOWN: dict[str, Any] = {"ls": "", "marker": ".", "color": "0.45", "ms": 3.4}
CAME: dict[str, Any] = {
    "ls": "", "marker": "o", "mfc": "white", "mec": "black", "ms": 3.6, "mew": 0.9,
}  # fmt: skip
# Inches: beside the panels, between and above them, and the panels
LEFT, RIGHT, GAP, ROW_GAP, LOWEST, HIGHEST = 0.68, 0.2, 0.2, 0.34, 0.85, 1.5
HEAD, FOOT = 0.8, 0.5
NARROW = 0.85  # inches below which numbers on axes are smaller


@dataclass(frozen=True, eq=False)
class Fan:
    """One series from one origin: years and values known then, projected, and come about.

    ``bands`` holds low and high by %, from the origin on; ``line`` is the best fit's.
    """

    origin: int
    known: Mapping[int, float]
    came: Mapping[int, float]
    years: Years
    line: Values
    bands: Mapping[int, tuple[Values, Values]]


def known_figures(part: Backtest, model: Model | None, name: str, origin: str) -> dict[int, float]:
    """Return the figures of a series that a fit to an origin saw, by the year they end in.

    Without a model only those of the backtest's own origins are known.
    """
    observed = None if model is None else published(model).figures
    if observed is not None:
        first = bool(part.table["first_published"].sum())
        figures = observed.as_known(origin) if first else observed.until(origin)
        if name in figures.series:
            return {year_end(year): value for year, value in figures.points(name).items()}
    rows = part.only(series=[name]).table.drop_duplicates("origin")
    pairs = zip(rows["origin"], rows["last"], strict=True)
    return {year_end(o): float(v) for o, v in pairs if year_end(o) <= year_end(origin)}


def fan_of(part: Backtest, model: Model | None, name: str, origin: str) -> Fan | None:
    """Return the fan of a series from an origin, None where it has no projection."""
    rows = part.only(series=[name], origin=origin)
    if not len(rows):
        return None
    ends = [year_end(year) for year in rows.table["year"]]
    last, quantiles = float(rows.table["last"].iloc[0]), rows.quantiles()
    bands = {}
    for level, _ in BANDS:
        low, high = (quantiles[:, i] for i in _places(level))
        bands[level] = (np.r_[last, low], np.r_[last, high])
    return Fan(
        origin=year_end(origin),
        known=known_figures(part, model, name, origin),
        came=dict(zip(ends, rows.table["actual"].astype(float), strict=True)),
        years=np.array([year_end(origin), *ends]),
        line=np.r_[last, rows.table["model"].to_numpy(dtype=float)],
        bands=bands,
    )


def _places(level: int) -> tuple[int, int]:
    from caresim.study.backtest.scores import ends

    return ends(level)


def draw_fans(
    part: Backtest, model: Model | None, names: Sequence[str], width: float
) -> tuple[Layout, list[str]]:
    """Draw a row for each series; return the layout and the labels of axes that leave out zero."""
    layout = Layout.blank(width)
    origins = part.origins
    across = (width - LEFT - RIGHT - GAP * (len(origins) - 1)) / len(origins)
    along = min(HIGHEST, max(LOWEST, 0.85 * across))
    layout.words(MARGIN, 0.1, _title(len(origins)), fontsize=10, weight="bold")
    layout.words(MARGIN, HEAD - 0.4, "Fitted to", fontsize=7.8)
    lefts = [LEFT + j * (across + GAP) for j in range(len(origins))]
    for left, origin in zip(lefts, origins, strict=True):
        layout.words(left, HEAD - 0.4, origin, fontsize=7.8)
    fans = {name: [fan_of(part, model, name, origin) for origin in origins] for name in names}
    years = [y for row in fans.values() for fan in row if fan for y in (*fan.known, *fan.years)]
    cut = []
    for i, (name, found) in enumerate(fans.items()):
        top = HEAD + i * (along + ROW_GAP)
        row = [layout.panel(left, top, across, along) for left in lefts]
        scale, unit = _unit(model, name, found)
        row[0].set_ylabel(unit, fontsize=7.5)
        label = series_label(model, name)
        layout.words(MARGIN, top - 0.21, label, fontsize=8.8, weight="bold")
        if not _values(row, found, scale):
            cut.append(label)
        _years(row, min(years), max(years), across, last=i == len(names) - 1)
        layout.body = top + along + FOOT
    middle = (lefts[0] + lefts[-1] + across) / 2
    layout.words(middle, layout.body - 0.27, "Year ending 31 March", fontsize=8, ha="center")
    return layout, cut


def _title(origins: int) -> str:
    each = "each origin" if origins > 1 else "one origin"
    return f"Projections from {each}, their bands, and what came about"


def _unit(model: Model | None, name: str, fans: Sequence[Fan | None]) -> tuple[float, str]:
    """Return what to divide by and the label of the axis; thousands where the unit is unknown."""
    largest = max(float(np.nanmax(fan.bands[95][1])) for fan in fans if fan is not None)
    if model is None or name not in model.variables:
        return (1e3, "Thousand") if largest >= 1e4 else (1.0, "As published")  # noqa: PLR2004
    year = model.parameters.price_year
    unit, prices = model.variable(name).unit, f"{year} prices" if year else ""
    scale, text = fine_scale(unit, prices, model.shown_divisor(unit, largest), largest)
    return scale, text.replace(" on 31", ",\n31").replace(" a year", "\na year")


def _fan(axes: Axes, fan: Fan, scale: float) -> None:
    """Draw bands, the best fit's line, and figures known then and later."""
    for level, colour in BANDS:
        low, high = fan.bands[level]
        axes.fill_between(fan.years, low / scale, high / scale, color=colour, lw=0, zorder=2)
    axes.plot(fan.years, fan.line / scale, **LINE, zorder=3)
    axes.axvline(fan.origin, color="0.6", lw=0.7, zorder=1)
    for points, style in ((fan.known, KNOWN), (fan.came, CAME)):
        values = np.array(list(points.values())) / scale
        axes.plot(list(points), values, **style, zorder=4)


def _values(row: Sequence[Axes], fans: Sequence[Fan | None], scale: float) -> bool:
    """Draw fans on one axis of values; return whether it begins at zero."""
    from matplotlib.ticker import MaxNLocator

    for axes, fan in zip(row, fans, strict=True):
        if fan is not None:
            _fan(axes, fan, scale)
    drawn = [axes for axes, fan in zip(row, fans, strict=True) if fan is not None]
    # one panel that has seen the ends of all decides for the row
    decides = drawn[0]
    for axes in drawn[1:]:
        decides.update_datalim(axes.dataLim.get_points())
    from_zero = from_zero_if_near(decides)
    for axes in row:
        axes.set_ylim(decides.get_ylim())
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], min_n_ticks=4))
    for axes in row[1:]:
        axes.tick_params(labelleft=False)
    return from_zero


def _years(row: Sequence[Axes], first: int, end: int, across: float, *, last: bool) -> None:
    """Give a row its axis of years, with numbers below the last row alone."""
    for axes in row:
        axes.set_xlim(first - 0.6, end + 0.6)
        ticks = _year_ticks(first, end, across)
        axes.set_xticks(ticks, [str(year) for year in ticks])
        axes.tick_params(labelsize=7 if across > NARROW else 6.2, length=2, pad=1.5)
        axes.tick_params(labelbottom=last)


def _year_ticks(first: int, last: int, across: float) -> list[int]:
    """Return round years, no more than a panel has room for."""
    for step in (1, 2, 5, 10, 20):
        ticks = [year for year in range(first, last + 1) if year % step == 0]
        if len(ticks) * 0.3 <= across:
            break
    return ticks or [last]


def fan_key() -> list[tuple[Any, str]]:
    """Return the samples and labels of the legend."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    bands = [(Patch(facecolor=colour, lw=0), f"{level} % band") for level, colour in BANDS[::-1]]
    return [
        (Line2D([], [], **KNOWN), "Figure known at the origin"),
        (Line2D([], [], **CAME), "Figure that came about"),
        (Line2D([], [], **LINE), "Model, best fit"),
        *bands,
    ]
