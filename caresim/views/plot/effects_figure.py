"""Forest plot: each published effect with the model's answer below it, each row on its own scale.

Units differ from effect to effect, so that rows share no axis.
"""

from __future__ import annotations

import hashlib
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from caresim.language.errors import RunError, came
from caresim.study.effects.answers import Answer, Effects
from caresim.version import __version__
from caresim.views.plot.effects_words import SIGNS, unit_of, verdict
from caresim.views.plot.style import small_print

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from caresim.views.plot.figure import Chart

__all__ = ["effects"]

# Of Okabe and Ito's palette, one darker than the other, and of different shapes
STUDY: dict[str, Any] = {"color": "#D55E00", "marker": "D", "ms": 5, "lw": 2.0}
MODEL: dict[str, Any] = {"color": "#0072B2", "marker": "o", "ms": 5.5, "lw": 2.0}
# Inches: the columns, a row with its axis, and what stands above and below
WIDTH, TEXT, AXIS, GAP = 9.6, 4.2, 3.6, 0.2
ROW, PLOT, HEAD = 0.8, 0.34, 0.6
MARGIN = 0.12
OUTCOME_WIDTH, DETAIL_WIDTH, VERDICT_WIDTH = 54, 72, 18
LINE = 0.145  # height of a line of small print


def effects(found: Effects) -> Figure:
    """Draw published effects and a model's answers, a row for each that it replays.

    Every row has an axis of its own, as units differ: above the study with its interval, below the
    model's median and the interval that holds 80 % of its draws.

    Raises RunError where the model replays none of them, and for what are no effects.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> found = cs.effects(England(), draws=None, only=["poverty_entries"])
    >>> len(cs.plot.effects(found).axes)
    1
    """
    if not isinstance(found, Effects):
        message = f"effects draws answers such as cs.effects(model), not {came(found)}"
        raise RunError(message)
    shown = [answer for answer in found.answers if answer.size is not None]
    if not shown:
        message = "effects draws answers, and the model replays none of these effects"
        raise RunError(message)
    from caresim.views.plot.figure import house_style

    with house_style():
        return _drawn(found, shown)


def _drawn(found: Effects, shown: Sequence[Answer]) -> Figure:
    from caresim.views.plot.figure import new_chart

    size, words = small_print(_notes(found), _stamp(found), WIDTH - 2 * MARGIN)
    foot = 0.15 + LINE * (words.count("\n") + 1)
    height = HEAD + ROW * len(shown) + foot
    figure = new_chart(WIDTH)
    figure.set_figheight(height)
    for i, answer in enumerate(shown):
        _row(figure, answer, height - HEAD - ROW * i, height)
    _heads(figure, found, height)
    figure.text(MARGIN / WIDTH, 0.08 / height, words, fontsize=size, color="0.25",
                va="bottom", linespacing=1.25)  # fmt: skip
    figure.note_share = foot / height
    return figure


def _heads(figure: Chart, found: Effects, height: float) -> None:
    """Set title and legend above the rows."""
    from matplotlib.lines import Line2D

    title = f"Published effects and what {found.model} {found.release} answers"
    figure.text(MARGIN / WIDTH, 1 - 0.14 / height, title, fontsize=11, weight="bold", va="top")
    figure.legend(
        [Line2D([], [], **style) for style in (STUDY, MODEL)],
        ["Study, with its interval", "Model, 80 % interval" if _spread(found) else "Model"],
        loc="upper right", bbox_to_anchor=(1, 1 - 0.02 / height), ncols=2, handlelength=2.5,
    )  # fmt: skip


def _spread(found: Effects) -> bool:
    return any(a.size is not None and a.size[0] < a.size[2] for a in found.answers)


def _row(figure: Chart, answer: Answer, top: float, height: float) -> None:
    """Draw one effect: its name on the left, the two intervals, and the verdict on the right."""
    effect = answer.effect
    kept = " · KEPT" if effect.role == "kept" else ""
    name = effect.outcome[:1].upper() + effect.outcome[1:] + kept
    detail = textwrap.wrap(f"{effect.dose}; {effect.study}", DETAIL_WIDTH)
    outcome = textwrap.wrap(name, OUTCOME_WIDTH)
    y = top - 0.02
    figure.text(MARGIN / WIDTH, y / height, "\n".join(outcome), fontsize=8.5, weight="bold",
                va="top")  # fmt: skip
    y -= 0.15 * len(outcome) + 0.02
    figure.text(MARGIN / WIDTH, y / height, "\n".join(detail), fontsize=7.2, color="0.3", va="top")
    left = MARGIN + TEXT
    box = (left / WIDTH, (top - PLOT) / height, AXIS / WIDTH, PLOT / height)
    _intervals(figure.add_axes(box), answer)
    words = textwrap.fill(verdict(answer), VERDICT_WIDTH)
    place = ((left + AXIS + GAP) / WIDTH, (top - PLOT / 2) / height)
    good = answer.meets or (answer.meets is None and answer.sign_right)
    figure.text(*place, words, fontsize=8.5, va="center", weight="normal" if good else "bold")


def _intervals(axes: Axes, answer: Answer) -> None:
    """Draw study above model on an axis of the row's own, in its unit."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    effect, size = answer.effect, answer.size or (0.0, 0.0, 0.0)
    ends = [-effect.trifle, effect.trifle, *size, *(effect.range or ()), effect.estimate or 0.0]
    first, last = _limits(ends, effect.sign)
    axes.axvline(0, color="0.45", lw=0.9, zorder=1)
    if effect.estimate is None:
        _arrow(axes, effect.sign, first, last)
    else:
        trifle = (-effect.trifle, effect.trifle)
        axes.plot(effect.range or trifle, [1, 1], color=STUDY["color"], lw=STUDY["lw"],
                  ls="-" if effect.range else (0, (1, 1)))  # fmt: skip
        axes.plot([effect.estimate], [1], **STUDY)
    axes.plot([size[0], size[2]], [0, 0], color=MODEL["color"], lw=MODEL["lw"])
    axes.plot([size[1]], [0], **MODEL)
    axes.set(xlim=(first, last), ylim=(-0.7, 1.7), yticks=[])
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.10g}".replace("-", "−")))
    axes.tick_params(labelsize=7.2, pad=1.5, length=2.5)
    axes.set_xlabel(unit_of(effect), fontsize=7.2, labelpad=1.0, color="0.3")


def _limits(ends: Sequence[float], sign: str) -> tuple[float, float]:
    """Return the ends of an axis with room beside what it shows, and for the arrow of a sign."""
    low, high = min(ends), max(ends)
    room = high - low or 1.0
    if sign:
        reach = 0.6 * max(abs(low), abs(high)) or 1.0
        low, high = (low, max(high, reach)) if sign == "+" else (min(low, -reach), high)
        room = high - low
    margin = 0.07 * room
    digits = 1 - math.floor(math.log10(room)) + 1
    return round(low - margin, digits), round(high + margin, digits)


def _arrow(axes: Axes, sign: str, first: float, last: float) -> None:
    """Draw the direction that a study tells without a size."""
    ahead = 0.75 * (last if sign == "+" else first)
    axes.annotate(
        "", (ahead, 1), (0, 1),
        arrowprops={"arrowstyle": "-|>", "color": STUDY["color"], "lw": STUDY["lw"], "ls": "--"},
    )  # fmt: skip
    side = "right" if sign == "+" else "left"
    axes.text(0, 1, f"  {SIGNS[sign]}, no size  ", fontsize=7.2, ha=side, va="center")


def _notes(found: Effects) -> list[str]:
    missing = sum(bool(answer.effect.missing) for answer in found.answers)
    several = "effects are" if missing > 1 else "effect is"
    return [
        "Each row has an axis of its own. KEPT: kept from priors and structure.",
        f"Model: {found.drawn}; nothing is tuned.",
        f"{missing} further published {several} not modelled." if missing else "",
        "A diamond without a line has no interval; dots are the size that counts as none.",
    ]


def _stamp(found: Effects) -> str:
    sizes = ((a.effect.name, [f"{end:.3g}" for end in a.size or ()]) for a in found.answers)
    told = "; ".join(f"{name} {size}" for name, size in sizes)
    answers = hashlib.sha256(told.encode()).hexdigest()[:8]
    return f"caresim {__version__}, {found.model} {found.release}, answers {answers}"
