"""How figures look: colours, axes with units, bands, the legend and the notes below."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.amounts import counted, plural, unit_words
from caresim.language.shown import counted_word
from caresim.language.units import Unit
from caresim.views.series import Line, Values, Years

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from caresim.views.plot.figure import Chart

__all__ = [
    "Frame", "axis_text", "details_of", "direction_text", "fine_scale", "pounds", "small_print",
]  # fmt: skip

# Okabe and Ito's blue, vermilion and green, then darker ones: each at 3 to 1 or more on white, and
# apart in lightness where red and green are seen alike. Black is kept for published figures
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#882255", "#997700", "#4B3FA0", "#7A4B2A")
DASHES = (
    "-", (0, (5, 2)), (0, (5, 1.5, 1, 1.5)), (0, (1, 1.3)), (0, (8, 2, 1, 2, 1, 2)),
    (0, (9, 3)), (0, (3, 1, 1, 1)),
)  # fmt: skip
MOST_LINES = 6  # scenarios beside the first run, beyond which no eye tells lines apart
POINT: dict[str, Any] = {
    "ls": "", "marker": "o", "mfc": "none", "mec": "black", "ms": 4.5, "mew": 1.0,
}  # fmt: skip
UNUSED: dict[str, Any] = {"ls": "", "marker": "x", "color": "0.5", "ms": 4.5, "mew": 1.0}
CHARACTER = 0.52  # mean width of a character of DejaVu Sans, in font sizes
SMALL_CHARACTER = 0.54  # in small sizes, whose letters stand on whole dots
DETAIL_CHARACTER = 0.58
BOLD_CHARACTER = 0.66
NOTE_SIZES = (7.5, 7.0, 6.5, 6.0)
NOTE_LINES = 2  # of small print, at most
DETAIL_SIZE = 7.5
CROWDED = 4  # columns from which titles are smaller
# Inches: beside the panels and between them, for the numbers of years and for their label
LEFT, RIGHT, GUTTER, TICKS, TIME_LABEL = 0.82, 0.28, 0.9, 0.3, 0.22
HEADROOM = 1.14
POUNDS = {1e9: "£bn", 1e6: "£m", 1e3: "£ thousand"}
MANY = {1e9: "Billion", 1e6: "Million", 1e3: "Thousand"}
NO_DIFFERENCE = "No difference"
DETAIL = "detail"  # marks the texts below titles
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
    words = unit_words(unit)
    return f"{words[:1].upper()}{words[1:]}" if words else "Ratio"


def pounds(scale: float) -> str:
    """Return what money is counted in where it is divided by a number: ``"£m"``."""
    return POUNDS.get(scale, "£")


def direction_text(unit: Unit) -> str:
    """Return what below and above zero mean on the axis of a difference, read upwards."""
    if counted(unit) == "GBP":
        return "\u2190 saves  costs \u2192"
    return "\u2190 fewer  more \u2192" if counted_word(unit) else "\u2190 lower  higher \u2192"


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

    def label(self, axes: Axes, title: str, text: str, *details: str) -> None:
        """Give a panel its title, wrapped to its width, and the label of its y axis.

        ``details`` stand below the title in smaller letters, each from a line of its own.
        """
        size = 10 if self.columns < CROWDED else 8.5
        set_title(axes, title, details, size, self.panel_width + 0.2)
        axes.set_ylabel(text)

    def finish(
        self,
        handles: Sequence[Any],
        labels: Sequence[str],
        notes: Sequence[str],
        stamp: str = "",
    ) -> Figure:
        """Set legend and notes below the panels and leave each the room that it needs.

        ``notes`` are in order of weight: what does not fit into two lines with the ``stamp``, which
        says what the figure was made with, is left out from the end.
        """
        self._ticks()
        self._place(self._note(notes, stamp), self._legend(handles, labels))
        return self.figure

    def _ticks(self) -> None:
        from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, MultipleLocator

        for i, axes in enumerate(self.panels):
            first, last = axes.get_xlim()
            axes.xaxis.set_major_locator(MultipleLocator(_spacing(last - first, self.panel_width)))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
            nothing = any(text.get_text() == NO_DIFFERENCE for text in axes.texts)
            places = (
                FixedLocator([0])
                if nothing
                else MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=4)
            )
            axes.yaxis.set_major_locator(places)
            if i + self.columns >= len(self.panels):
                axes.set_xlabel("Year ending 31 March")

    def _note(self, notes: Sequence[str], stamp: str) -> Any:
        size, text = small_print([note for note in notes if note], stamp, self.width - 0.3)
        return self.figure.text(
            0, 0, text, fontsize=size, color="0.25", va="bottom", linespacing=1.3
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
            order = along_rows(len(shown), columns)
            pairs = [handles[i] for i in order], [shown[i] for i in order]
            legend = self.figure.legend(*pairs, ncols=columns, **options)
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


def along_rows(count: int, columns: int) -> list[int]:
    """Return the order in which Matplotlib, which fills columns first, shows a legend by rows."""
    return [i for column in range(columns) for i in range(column, count, columns)]


def set_title(axes: Axes, title: str, details: Sequence[str], size: float, width: float) -> None:
    """Set a title above a panel, and details below it in smaller letters, wrapped to a width."""
    characters = max(int(width * 72 / (size * BOLD_CHARACTER)), 10)
    small = max(int(width * 72 / (DETAIL_SIZE * DETAIL_CHARACTER)), 12)
    told = "\n".join(_filled(text, small) for text in details if text)
    lines = told.count("\n") + 1 if told else 0
    pad = 6 + lines * DETAIL_SIZE * 1.3
    axes.set_title(textwrap.fill(title, characters), fontsize=size, pad=pad)
    if told:
        axes.annotate(
            told, (0, 1), (0, 3), xycoords="axes fraction", textcoords="offset points",
            va="bottom", fontsize=DETAIL_SIZE, color="0.25", linespacing=1.25, gid=DETAIL,
        )  # fmt: skip


def _filled(text: str, letters: int) -> str:
    """Return a text in lines, none of which begins with a percent sign."""
    return textwrap.fill(text.replace(" %", "\u00a0%"), letters).replace("\u00a0%", " %")


def details_of(axes: Axes) -> str:
    """Return what stands below the title of a panel, empty where nothing does."""
    return "\n".join(text.get_text() for text in axes.texts if text.get_gid() == DETAIL)


def small_print(notes: Sequence[str], stamp: str, width: float) -> tuple[float, str]:
    """Return small print of at most two lines with its size: what weighs least is left out."""
    for kept in range(len(notes), 0, -1):
        told = [note.rstrip(".") + "." for note in (*notes[:kept], stamp) if note]
        text = " ".join(told).replace(" %", "\u00a0%")
        for size in NOTE_SIZES:
            lines = textwrap.wrap(text, _letters(width, size))
            if len(lines) <= NOTE_LINES:
                return size, "\n".join(lines)
    size = NOTE_SIZES[-1] if notes else NOTE_SIZES[0]
    room = NOTE_LINES * _letters(width, size) - len(stamp) - 20
    first = textwrap.shorten(" ".join(notes[:1]), max(room, 20), placeholder="…")
    lines = textwrap.wrap(f"{first} {stamp}{'.' * bool(stamp)}".strip(), _letters(width, size))
    return size, "\n".join(lines[:NOTE_LINES])


def _letters(width: float, size: float) -> int:
    return int(width * 72 / (size * SMALL_CHARACTER))


def _title_height(axes: Axes) -> float:
    lines = axes.get_title(loc="left").count("\n") + 1
    told = details_of(axes)
    details = (told.count("\n") + 1) * DETAIL_SIZE if told else 0.0
    return 0.19 + (lines * float(axes.title.get_fontsize()) + details) * 1.3 / 72


def _spacing(span: float, width: float) -> int:
    """Return the years between ticks: round, and no more ticks than the panel has room for."""
    room = max(3.0, width / 0.41)
    return next((years for years in (1, 2, 5, 10, 20) if span / years <= room), 50)


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


def draw_range(axes: Axes, years: Years, low: Values, high: Values, scale: float) -> None:
    """Draw what lies between the lowest and the highest of many runs."""
    axes.fill_between(years, low / scale, high / scale, color="0.4", alpha=0.35, lw=0, zorder=1.5)
    for edge in (low, high):
        axes.plot(years, edge / scale, color="0.35", lw=0.9)


def range_handle() -> Any:
    """Return the legend's sample of a range of runs."""
    from matplotlib.patches import Patch

    return Patch(facecolor="0.4", alpha=0.35, edgecolor="0.35", lw=0.9)


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
