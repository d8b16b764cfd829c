"""All places of a model side by side: a small panel each, as a rate, by region and name."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.dates import financial_year
from caresim.language.place_figures import POPULATION
from caresim.views.plot.layout import MARGIN, Layout
from caresim.views.plot.places import fan_of_place, key_of_place
from caresim.views.series import Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from caresim.language.model import Model
    from caresim.language.parts import Parts
    from caresim.language.place_figures import Area
    from caresim.study.parts.projected import Projected

    Places = Sequence[tuple[Area, Projected]]

__all__ = ["every_place"]

PER = 10_000  # people
ACROSS, ALONG, COLUMNS = 0.74, 0.54, 14  # inches, and panels in a row
LEFT, GAP, RIGHT = 0.38, 0.07, 0.12
NAME, REGION, BETWEEN, FOOT, HEAD = 0.24, 0.13, 0.03, 0.2, 0.45  # of a panel, a region, the figure
LETTERS = 16  # of a name in a line
SHARED = 0.85  # of places fit the shared axis
THIN = 0.5
HEADING: dict[str, Any] = {"fontsize": 6, "weight": "normal", "pad": 2, "linespacing": 1.0}
BEYOND = "#B34700"  # of what says that an axis is another


@dataclass(frozen=True)
class _Axis:
    """What the panels of a figure share: the end of the axis, the ticks of years, the series."""

    name: str
    top: float
    last: int
    years: tuple[int, int]


def every_place(
    places: Places, name: str, model: Model, parts: Parts, *, notes: Sequence[str], stamp: str
) -> Figure:
    """Draw one series of all places for each 10,000 people: figures, line and the bands.

    Places come in the order given, those of a region together. One axis is shared by most of them;
    where a place needs more, its panel says how many times as high it is.
    """
    from caresim.views.plot.figure import house_style

    with house_style():
        layout = Layout.blank(LEFT + COLUMNS * (ACROSS + GAP) - GAP + RIGHT)
        axis = _axis(places, name)
        layout.words(MARGIN, 0.12, _title(name, model, parts), fontsize=12, weight="bold")
        top = HEAD
        for region, group in groupby(places, key=lambda place: place[0].facts.get("region", "")):
            top = _region(layout, region, list(group), axis, top)
        layout.body = top + 0.05
        beyond = (
            f"× 2: an axis twice as high. Upright line: last figures, {financial_year(axis.last)}"
        )
        return layout.done(key_of_place(), [beyond, *notes], stamp)


def _title(name: str, model: Model, parts: Parts) -> str:
    variable = model.variable(name)
    people = next((size.called for size in parts.sizes if size.series == (POPULATION,)), "people")
    when = "a year" if variable.is_rate else "on 31 March"
    return f"{variable.label} {when} for each {PER:,} {people}, by {parts.called}"


def _rates(found: Projected) -> Values:
    """Return what counts are multiplied by, for each year."""
    return PER / found.people


def _axis(places: Places, name: str) -> _Axis:
    tops = [_top(found, name) for _, found in places]
    shared = float(np.quantile(tops, SHARED))
    step = 10 ** math.floor(math.log10(shared))
    steps = (1, 1.2, 1.4, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
    top = next(step * s for s in steps if step * s >= shared * (1 - 1e-9))
    last = max(found.last(name) for _, found in places)
    first = places[0][1]
    return _Axis(name, top, last, (first.years[0], first.years[-1]))


def _top(found: Projected, name: str) -> float:
    """Return the highest rate that a place's panel shows."""
    k = found.names.index(name)
    shown = [found.figures[k], found.projected[k], found.band(name, 80)[1]]
    return float(np.nanmax(np.array(shown) * _rates(found)))


def _region(layout: Layout, region: str, places: Places, axis: _Axis, top: float) -> float:
    """Draw the places of one region in rows; return where the next begins."""
    if region:
        layout.words(MARGIN, top, f"{region}: {len(places)}", fontsize=9.5, weight="bold")
        top += REGION
    for i, (area, found) in enumerate(places):
        row, column = divmod(i, COLUMNS)
        left = LEFT + column * (ACROSS + GAP)
        above = top + row * (NAME + ALONG + BETWEEN)
        axes = layout.panel(left, above + NAME, ACROSS, ALONG)
        _panel(axes, area, found, axis)
        _ticks(axes, axis, values=column == 0, years=i + COLUMNS >= len(places))
    rows = -(-len(places) // COLUMNS)
    return top + rows * (NAME + ALONG + BETWEEN) + FOOT


def _panel(axes: Axes, area: Area, found: Projected, axis: _Axis) -> None:
    times = max(1, math.ceil(_top(found, axis.name) / axis.top - 1e-9))
    fan_of_place(axes, found, axis.name, _rates(found) / times, THIN)
    axes.axvline(axis.last, color="0.55", lw=0.5, zorder=1)
    said = "\n".join(_titled(area.name, times))
    beyond: dict[str, Any] = {"color": BEYOND} if times > 1 else {}
    axes.set_title(said, **{**HEADING, **beyond})
    if times > 1:
        axes.set_facecolor("#FFF3E6")


def _titled(name: str, times: int) -> list[str]:
    """Return a name in at most two lines, and behind it how many times as high its axis is."""
    lines = textwrap.wrap(name, LETTERS, max_lines=2, placeholder=" …")
    if times == 1:
        return lines
    *before, last = lines
    mark = f"×\u00a0{times}"
    if len(last) + 1 + len(mark) <= LETTERS:
        return [*before, f"{last} {mark}"]
    if not before:
        return [last, mark]
    return [*before, f"{textwrap.shorten(last, LETTERS - 1 - len(mark), placeholder='…')} {mark}"]


def _ticks(axes: Axes, axis: _Axis, *, values: bool, years: bool) -> None:
    first, last = axis.years
    axes.set_xlim(first - 0.8, last + 0.5)
    axes.set_ylim(0, axis.top)
    axes.set_yticks([0, axis.top / 2, axis.top])
    axes.set_xticks(list(_round_years(first, last)))
    axes.tick_params(labelsize=6, length=1.5, width=0.5, pad=1.2)
    axes.tick_params(labelleft=values, labelbottom=years)
    axes.grid(visible=True, axis="y", linewidth=0.4)
    for side in ("left", "bottom"):
        axes.spines[side].set_linewidth(0.5)


def _round_years(first: int, last: int) -> Iterator[int]:
    return (year for year in range(first, last + 1) if year % 10 == 0)
