"""What drives an answer: a bar for each number, from one end of its draws to the other."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.amounts import counted, unit_words
from caresim.language.errors import RunError, came
from caresim.language.units import Unit
from caresim.study.drivers.answer import Drivers
from caresim.study.drivers.candidates import CHANCE, STRUCTURE
from caresim.study.drivers.driver import DRAWN, GIVEN_DATA, REGRESSION, SOBOL, TORNADO
from caresim.study.drivers.words import asked_text, left_text, number_text
from caresim.version import __version__
from caresim.views.plot.layout import Layout
from caresim.views.plot.style import COLOURS, details_of, fine_scale, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from caresim.study.drivers.driver import Driver

__all__ = ["tornado"]

NAMES, ACROSS, BESIDE, EDGE = 2.75, 3.6, 2.15, 0.15  # inches
ROW, HEAD, LINE, FEET = 0.32, 0.3, 0.14, 0.62
LETTERS = 54  # of a line of a name
SIZE, SMALL = 7.2, 6.4
MOST = 15  # bars
ROOM = 0.28  # of the width of all bars, beside them, for the values at their ends
LOW: dict[str, Any] = {"color": COLOURS[0], "lw": 0}
HIGH: dict[str, Any] = {"color": COLOURS[1], "lw": 0}
ALONE: dict[str, Any] = {"color": COLOURS[0], "lw": 0}
MORE: dict[str, Any] = {"color": "0.72", "lw": 0}
RANGE: dict[str, Any] = {"ecolor": "0.15", "elinewidth": 1.0, "capsize": 2.5, "fmt": "none"}
ZERO: dict[str, Any] = {"color": "0.2", "lw": 0.9}
GRADES = {
    "measured": "measured", "estimated": "estimated", "trial": "trial",
    "observational": "observational", "assumption": "ASSUMED", STRUCTURE: "structure",
}  # fmt: skip


def tornado(answer: Drivers, *, notes: bool = True) -> Figure:
    """Draw what drives an answer, a bar for each of at most 15 numbers, the strongest on top.

    Of a regression or a tornado a bar goes from the answer at the 10th to that at the 90th
    percentile of the number, which stand at its ends; of indices it is the index with its interval.
    Beside each bar stands what the number rests on, and how much narrower its draws are than its
    prior.

    Raises RunError for what no sensitivity has found, or has found nothing.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> found = cs.sensitivity(England(), "early_help_first", "looked_after", n=50)
    >>> len(cs.plot.tornado(found).axes)
    1
    """
    if not isinstance(answer, Drivers):
        message = f"tornado draws what cs.sensitivity or cs.what_drives finds, not {came(answer)}"
        raise RunError(message)
    if not len(answer):
        message = f"there is nothing to draw: {answer.sentence()}"
        raise RunError(message)
    from caresim.views.plot.figure import house_style

    with house_style():
        layout = Layout.blank(NAMES + ACROSS + BESIDE + EDGE)
        rows = answer.rows[:MOST]
        tall = ROW * len(rows)
        axes = layout.panel(NAMES, HEAD, ACROSS, tall)
        key = _moves(axes, answer, rows) if _is_moved(answer) else _indices(axes, answer, rows)
        _frame(axes, rows)
        _evidence(axes, answer, rows)
        title = asked_text(answer)
        set_title(axes, f"{title[:1].upper()}{title[1:]}", [answer.sentence()], 10, ACROSS + BESIDE)
        head = HEAD + LINE * (
            details_of(axes).count("\n") + 1 + axes.get_title(loc="left").count("\n")
        )
        layout.boxes[0] = NAMES, head, ACROSS, tall
        layout.body = head + tall + FEET
        told = [_note(answer), *map(str, answer.notices)] if notes else []
        return layout.done(key, told, _stamp(answer) if notes else "")


def _is_moved(answer: Drivers) -> bool:
    return answer.method in {REGRESSION, TORNADO}


def _frame(axes: Axes, rows: tuple[Driver, ...]) -> None:
    """Name the rows, the strongest on top."""
    names = [_name(row) for row in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=SMALL)
    axes.set_ylim(len(rows) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=SIZE)
    axes.grid(visible=False)


def _name(row: Driver) -> str:
    """Return what a row is called, in two lines."""
    told = row.meaning.split(":")[0] if row.kind == STRUCTURE else row.meaning
    return "\n".join(textwrap.wrap(told, LETTERS, max_lines=2, placeholder=" …"))


def _moves(axes: Axes, answer: Drivers, rows: tuple[Driver, ...]) -> list[tuple[Any, str]]:
    """Draw bars from the answer in the middle to that at both ends of each number."""
    from matplotlib.patches import Patch
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ends = np.array([[row.at_low, row.at_high] for row in rows])
    scale, label = _axis(answer, float(np.abs(ends).max()))
    ends, centre = ends / scale, answer.centre / scale
    first, last = min(ends.min(), centre), max(ends.max(), centre)
    room = ROOM * (last - first)
    for place, (row, (low, high)) in enumerate(zip(rows, ends, strict=True)):
        for end, style in ((low, LOW), (high, HIGH)):
            axes.barh(place, end - centre, left=centre, height=0.62, **style)
        _values(axes, place, row, (float(low), float(high)), centre)
    axes.axvline(centre, **ZERO)
    axes.set_xlim(first - room, last + room)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}".replace("-", "−")))
    axes.set_xlabel(label, fontsize=SIZE, labelpad=2)
    return [(Patch(**LOW), "Number at its 10th percentile"),
            (Patch(**HIGH), "At its 90th percentile")]  # fmt: skip


def _axis(answer: Drivers, largest: float) -> tuple[float, str]:
    """Return what the answer is divided by, and what the axis is called."""
    unit = Unit.parse(answer.output.unit)
    base = f"{answer.price_year} prices" if answer.price_year else ""
    if counted(unit) == "GBP":
        divisor = next((size for size in (1e9, 1e6, 1e3) if largest >= size), 1.0)
        return fine_scale(unit, base, divisor, largest)
    words = unit_words(unit)
    if answer.baseline:
        return 1.0, f"Difference, {words}" if words else "Difference"
    return 1.0, f"{words[:1].upper()}{words[1:]}" if words else "Ratio"


def _values(axes: Axes, place: int, row: Driver, ends: tuple[float, float], centre: float) -> None:
    """Write the value of a number at each end of its bar; one above where both are on one side."""
    told = _ends(row)
    sides = [-1 if end < centre or (end == centre and ends[1 - i] > centre) else 1
             for i, end in enumerate(ends)]  # fmt: skip
    if sides[0] == sides[1]:
        furthest = min(ends) if sides[0] < 0 else max(ends)
        _value(axes, place, furthest, sides[0], " … ".join(told))
        return
    for end, side, text in zip(ends, sides, told, strict=True):
        _value(axes, place, end, side, text)


def _value(axes: Axes, place: int, end: float, side: int, text: str) -> None:
    axes.annotate(
        text, (end, place), (3 * side, 0), textcoords="offset points", fontsize=SMALL - 0.4,
        va="center", ha="right" if side < 0 else "left", color="0.2",
    )  # fmt: skip


def _ends(row: Driver) -> tuple[str, str]:
    """Return the values of a number at both ends of its bar."""
    if row.kind == STRUCTURE:
        first, second = (textwrap.fill(name, 18) for name in row.settings)
        return first, second
    if row.kind == CHANCE:
        return "little", "much"
    texts = [number_text(row, end) for end in (row.low, row.high)]
    if row.entry is not None and len(max(texts, key=len).split()) > len("xy"):
        texts = [text.split(" ")[0] for text in texts]
    return texts[0], texts[1]


def _indices(axes: Axes, answer: Drivers, rows: tuple[Driver, ...]) -> list[tuple[Any, str]]:
    """Draw an index and its interval for each number: delta, or what it does with all others."""
    from matplotlib.patches import Patch

    main, beside = ("delta", "first") if answer.method == GIVEN_DATA else ("total", "first")
    words = {"delta": "Delta", "total": "With all others", "first": "The number alone"}
    places = np.arange(len(rows))
    styles = {main: (ALONE, -0.17), beside: (MORE, 0.17)}
    for key, (style, shift) in styles.items():
        values = [row.measures[key] for row in rows]
        halves = [row.measures[f"{key}_half"] for row in rows]
        axes.barh(places + shift, np.maximum(values, 0), height=0.3, **style)
        axes.errorbar(np.maximum(values, 0), places + shift, xerr=halves, **RANGE)
    axes.set_xlim(0, max(axes.get_xlim()[1], 0.1))
    delta = "Delta, and share of the variance" if answer.method == GIVEN_DATA else ""
    axes.set_xlabel(delta or "Share of the variance", fontsize=SIZE, labelpad=2)
    return [(Patch(**style), words[key]) for key, (style, _) in styles.items()]


def _evidence(axes: Axes, answer: Drivers, rows: tuple[Driver, ...]) -> None:
    """Write beside each bar what a number rests on, and what the figures have left of it."""
    for place, row in enumerate(rows):
        axes.annotate(
            _rests_on(row, answer), (1, place), (6, 0),
            xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=SMALL,
            va="center", ha="left", linespacing=1.2,
            weight="bold" if row.is_assumed else "normal",
        )  # fmt: skip


def _rests_on(row: Driver, answer: Drivers) -> str:
    grade = GRADES.get(row.grade, row.grade)
    if row.kind == STRUCTURE:
        return "structure of the model"
    if row.kind == CHANCE:
        return f"chance; its size {grade}"
    left = left_text(row, answer.origin).split(":")[0]
    known = grade if row.role == row.grade else f"{grade}, {row.role}"
    return f"{known}\n{left}"


def _note(answer: Drivers) -> str:
    drawn = f"{answer.runs:,} draws from the {answer.origin}"
    if answer.method == TORNADO and answer.others == DRAWN:
        return f"Each number held at both ends in all of {drawn}; bars are the means"
    if answer.method == TORNADO:
        return f"All other numbers move along as in {drawn}; line: all in the middle"
    if answer.method == REGRESSION:
        return f"Regression over {drawn}: all others at their means; line: mean of the draws"
    if answer.method == SOBOL:
        return "Over the priors, all other numbers at the model's values; lines hold 95 %"
    return f"Over {drawn}; lines hold 95 %"


def _stamp(answer: Drivers) -> str:
    against = f" against {answer.baseline}" if answer.baseline else ""
    return f"caresim {__version__}, {answer.model}, {answer.scenario}{against}, {answer.method}"
