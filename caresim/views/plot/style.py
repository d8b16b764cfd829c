"""How figures look: colours, axes with units, bands, the legend and the notes below."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.amounts import counted, plural
from caresim.language.shown import counted_word
from caresim.language.units import Unit
from caresim.views.series import Line, Values, Years

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from caresim.views.plot.figure import Chart

__all__ = ["Frame", "axis_text", "fine_scale", "pounds"]

# Okabe and Ito's palette without its black, which is kept for published figures, and its yellow;
# then two of Tol's
COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#999933",
)  # fmt: skip
DASHES = ("-", (0, (5, 2)), (0, (5, 1.5, 1, 1.5)), (0, (1, 1.3)), (0, (8, 2, 1, 2, 1, 2)))
POINT: dict[str, Any] = {
    "ls": "", "marker": "o", "mfc": "none", "mec": "black", "ms": 4.5, "mew": 1.0,
}  # fmt: skip
UNUSED: dict[str, Any] = {"ls": "", "marker": "x", "color": "0.5", "ms": 4.5, "mew": 1.0}
CHARACTER = 0.52  # mean width of a character of DejaVu Sans, in font sizes
BOLD_CHARACTER = 0.66
NOTE_SIZE = 7.5
CROWDED = 4  # columns from which titles are smaller
# Inches: beside the panels and between them, for the numbers of years and for their label
LEFT, RIGHT, GUTTER, TICKS, TIME_LABEL = 0.72, 0.28, 0.82, 0.3, 0.22
HEADROOM = 1.14
POUNDS = {1e9: "£bn", 1e6: "£m", 1e3: "£ thousand"}
MANY = {1e9: "Billion", 1e6: "Million", 1e3: "Thousand"}
FEW = 1e4  # of what is counted, from which on thousands say enough
HALF = 0.5


def axis_text(unit: Unit, price_base: str, scale: float, *, added_up: bool = False) -> str:
    """Return the label of an axis with its unit, such as ``"£bn a year, 2019-20 prices"``.

    ``price_base`` is what a run counts money in, ``scale`` what the axis is divided by;
    ``added_up`` is for sums over several years.
    """
    is_rate = unit.power_of("year") == -1
    if counted(unit) == "GBP":
        per = " a year" if is_rate and not added_up else ""
        return f"{pounds(scale)}{per}" + (f", {price_base}" if price_base else "")
    if word := counted_word(unit):
        things = MANY.get(scale, plural(word).capitalize())
        return f"{things} a year" if is_rate else f"{things} on 31 March"
    return str(unit)


def pounds(scale: float) -> str:
    """Return what money is counted in where it is divided by a number: ``"£m"``."""
    return POUNDS.get(scale, "£")


def fine_scale(unit: Unit, price_base: str, scale: float, largest: float) -> tuple[float, str]:
    """Return what to divide by and the axis label, in smaller units where numbers are small."""
    if unit.is_one:
        return scale, "Ratio"
    if counted(unit) == "GBP" and largest < scale > 1:
        scale /= 1e3
    elif counted_word(unit) and largest < FEW:
        scale = 1.0
    return scale, axis_text(unit, price_base, scale)


def colour_of(i: int) -> str:
    """Return the colour of the run at a position."""
    return COLOURS[i % len(COLOURS)]


@dataclass
class Frame:
    """A figure of equal panels with one legend and one note below; sizes are in inches."""

    figure: Chart
    panels: list[Axes]
    columns: int
    right: float = RIGHT
    height: float = 0.0

    @classmethod
    def of(cls, count: int, columns: int, width: float, **room: float) -> Frame:
        """Make a figure with ``count`` empty panels, ``columns`` in a row.

        ``right`` is left free beside the panels; ``height`` is theirs where it is given.
        """
        from caresim.views.plot.figure import new_chart

        figure = new_chart(width)
        grid = figure.subplots(-(-count // columns), columns, squeeze=False).flat
        for spare in grid[count:]:
            spare.remove()
        return cls(figure, list(grid[:count]), columns, **room)

    @property
    def width(self) -> float:
        """Return the width of the figure."""
        return float(self.figure.get_figwidth())

    @property
    def panel_width(self) -> float:
        """Return the width of the plotting area of a panel."""
        return (self.width - self.right - LEFT) / self.columns - (1 - 1 / self.columns) * GUTTER

    @property
    def panel_height(self) -> float:
        """Return the height of the plotting area of a panel."""
        return self.height or min(2.6, max(1.6, 0.6 * self.panel_width))

    def label(self, axes: Axes, title: str, text: str, *, detail: str = "") -> None:
        """Give a panel its title, wrapped to its width, and the label of its y axis.

        ``detail`` stands on a line of its own below the title.
        """
        size = 10 if self.columns < CROWDED else 8.5
        characters = int((self.panel_width + 0.2) * 72 / (size * BOLD_CHARACTER))
        lines = [textwrap.fill(title, max(characters, 10)), detail]
        axes.set_title("\n".join(line for line in lines if line), fontsize=size)
        axes.set_ylabel(text)

    def finish(self, handles: Sequence[Any], labels: Sequence[str], notes: Sequence[str]) -> Figure:
        """Set legend and notes below the panels and leave each the room that it needs."""
        self._ticks()
        self._place(self._note(notes), self._legend(handles, labels))
        return self.figure

    def _ticks(self) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

        for i, axes in enumerate(self.panels):
            first, last = axes.get_xlim()
            axes.xaxis.set_major_locator(MultipleLocator(_spacing(last - first, self.panel_width)))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
            axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
            if i + self.columns >= len(self.panels):
                axes.set_xlabel("Year ending 31 March")

    def _note(self, notes: Sequence[str]) -> Any:
        characters = int((self.width - 0.3) * 72 / (NOTE_SIZE * CHARACTER))
        kept = [note.replace(" %", "\u00a0%") for note in notes if note]
        wrapped = "\n".join(textwrap.fill(note, characters) for note in kept)
        return self.figure.text(
            0, 0, wrapped, fontsize=NOTE_SIZE, color="0.3", va="bottom", linespacing=1.3
        )

    def _legend(self, handles: Sequence[Any], labels: Sequence[str]) -> Any:
        wrapped = [textwrap.fill(label, 46) for label in labels]
        # Matplotlib leaves out labels that begin with an underscore
        shown = [f" {label}" if label.startswith("_") else label for label in wrapped]
        options: dict[str, Any] = {"loc": "lower center", "handlelength": 3}
        legend = self.figure.legend(handles, shown, ncols=len(shown) or 1, **options)
        for columns in range(len(shown) - 1, 0, -1):
            if self._size(legend)[0] <= self.width:
                break
            legend.remove()
            legend = self.figure.legend(handles, shown, ncols=columns, **options)
        return legend

    def _place(self, note: Any, legend: Any) -> None:
        """Set the height of the figure and put everything in its place, from the bottom up."""
        rows = [self.panels[i : i + self.columns] for i in range(0, len(self.panels), self.columns)]
        plot = self.panel_height
        heads = [max(_title_height(axes) for axes in row) for row in rows]
        note_top = 0.1 + self._size(note)[1]
        base = note_top + self._size(legend)[1] + TIME_LABEL
        height = base + sum(heads) + len(rows) * (plot + TICKS)
        self.figure.set_figheight(height)
        self.figure.note_share = note_top / height if note.get_text() else 0.0
        note.set_position((0.14 / self.width, 0.1 / height))
        legend.set_bbox_to_anchor((0.5, (note_top + 0.02) / height))
        top = height
        for row, head in zip(rows, heads, strict=True):
            top -= head + plot
            for i, axes in enumerate(row):
                left = LEFT + i * (self.panel_width + GUTTER)
                box = (left / self.width, top / height, self.panel_width / self.width)
                axes.set_position((*box, plot / height))
            top -= TICKS

    def _size(self, artist: Any) -> tuple[float, float]:
        renderer = self.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        box, dots = artist.get_window_extent(renderer), float(self.figure.dpi)
        return box.width / dots, box.height / dots


def _title_height(axes: Axes) -> float:
    lines = axes.get_title(loc="left").count("\n") + 1
    return 0.16 + lines * float(axes.title.get_fontsize()) * 1.3 / 72


def _spacing(span: float, width: float) -> int:
    """Return the years between ticks: round, and no more ticks than the panel has room for."""
    room = max(2.0, width / 0.55)
    return next((years for years in (2, 5, 10, 20) if span / years <= room), 50)


def draw_line(axes: Axes, line: Line, i: int, scale: float) -> None:
    """Draw one run, with its band if it has one."""
    if line.low is not None and line.high is not None:
        axes.fill_between(
            line.years, line.low / scale, line.high / scale, color=colour_of(i), alpha=0.18, lw=0
        )
    style: Any = DASHES[i % len(DASHES)]
    axes.plot(line.years, line.centre / scale, color=colour_of(i), ls=style, lw=1.8)


def draw_points(axes: Axes, years: Years, values: Values, scale: float) -> None:
    """Draw published figures as open circles."""
    axes.plot(years, values / scale, **POINT, zorder=4)


def draw_tolerances(
    axes: Axes, years: Years, values: Values, tolerances: Values, scale: float
) -> None:
    """Draw published figures with a bar of their tolerance on either side."""
    bars: Any = {"ecolor": "0.25", "elinewidth": 1.0, "capsize": 2.5, "zorder": 4}
    axes.errorbar(years, values / scale, yerr=values * tolerances / scale, **POINT, **bars)


def draw_unused(axes: Axes, years: Years, values: Values, scale: float) -> None:
    """Draw published figures that are not fitted as grey crosses."""
    axes.plot(years, values / scale, **UNUSED, zorder=4)


def line_handle(i: int) -> Any:
    """Return the legend's sample of the run at a position."""
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour_of(i), ls=DASHES[i % len(DASHES)], lw=1.8)


def point_handle() -> Any:
    """Return the legend's sample of a published figure."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **POINT)


def unused_handle() -> Any:
    """Return the legend's sample of a published figure that is not fitted."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **UNUSED)


def band_handle() -> Any:
    """Return the legend's sample of a band."""
    from matplotlib.patches import Patch

    return Patch(facecolor="0.45", alpha=0.3, lw=0)


def from_zero(axes: Axes) -> None:
    """Let an axis begin at zero, with room for a label at the top."""
    top = axes.dataLim.y1
    axes.set_ylim(0, HEADROOM * top if np.isfinite(top) and top > 0 else 1)


def from_zero_if_near(axes: Axes) -> bool:
    """Let an axis begin at zero unless that would flatten what it shows; return whether it does."""
    low, high = axes.dataLim.y0, axes.dataLim.y1
    if low > HALF * high:
        axes.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))
        return False
    from_zero(axes)
    return True


def set_years(axes: Axes) -> None:
    """Let the years of an axis end where its lines end, with half a year to spare on the left."""
    if np.isfinite(axes.dataLim.x1):
        axes.set_xlim(axes.dataLim.x0 - 0.5, axes.dataLim.x1 + 0.5)


def mark_projection(axes: Axes, begins: float | None, *, named: bool = True) -> None:
    """Shade what lies after the last published year."""
    first, last = axes.get_xlim()
    if begins is None or begins >= last:
        return
    begins = max(begins, first)
    axes.axvspan(begins, last, color="0.955", lw=0, zorder=0)
    axes.axvline(begins, color="0.55", lw=0.8, zorder=1)
    axes.set_xlim(first, last)
    if named:
        axes.annotate(
            "Projection", (begins, 1), (4, -3), xycoords=("data", "axes fraction"),
            textcoords="offset points", va="top", fontsize=7.5, color="0.35",
        )  # fmt: skip
