"""The profile of one number: what figures and priors make it cost to hold it at each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.amounts import is_share, unit_words
from caresim.language.errors import RunError, came
from caresim.language.units import Unit
from caresim.study.fit.profile import NINETY, Profile
from caresim.version import __version__
from caresim.views.plot.layout import Layout
from caresim.views.plot.style import COLOURS, DASHES, details_of, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from caresim.study.fit.misfit import Values

__all__ = ["profile"]

WIDTH, LEFT, RIGHT, TALL, FEET = 6.5, 0.75, 0.25, 3.0, 0.55  # inches
HEAD, LINE = 0.3, 0.14  # above the panel: its title, and a line of what is said
SMOOTH = 401  # points of a drawn curve
HEADROOM = 2.2  # times the line at 90 %, at least and at most, unless figures or priors go below
LINES: dict[str, dict[str, Any]] = {
    "Figures and priors": {"color": COLOURS[0], "ls": DASHES[0], "lw": 2.0},
    "Figures alone": {"color": COLOURS[1], "ls": DASHES[1], "lw": 1.6},
    "Priors of all numbers": {"color": COLOURS[2], "ls": DASHES[2], "lw": 1.6},
    "Prior of this number": {"color": "0.35", "ls": DASHES[3], "lw": 1.4},
}
POINTS: dict[str, Any] = {"ls": "", "marker": "o", "color": COLOURS[0], "ms": 4.5}
LINE_AT_90: dict[str, Any] = {"color": "0.2", "lw": 0.9}
SHADE: dict[str, Any] = {"color": COLOURS[0], "alpha": 0.12, "lw": 0}


def profile(found: Profile, *, notes: bool = True) -> Figure:
    """Draw what it costs to hold a number at each value, all others fitted anew at each.

    The whole rise, that of the figures, that of all priors, and the prior of the number alone, in
    squared standard deviations; the line at 2.71 cuts off the interval that holds 90 %, shaded.

    Raises RunError for what is no profile.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> fit = cs.calibrate(England(), progress=False)  # doctest: +SKIP
    >>> cs.plot.profile(fit.profile("plan_care_share"))  # doctest: +SKIP
    """
    if not isinstance(found, Profile):
        message = f"profile draws what fit.profile(name) finds, not {came(found)}"
        raise RunError(message)
    from caresim.views.plot.figure import house_style

    with house_style():
        layout = Layout.blank(WIDTH)
        across = WIDTH - LEFT - RIGHT
        axes = layout.panel(LEFT, HEAD, across, TALL)
        _curves(axes, found)
        _scale(axes, found)
        title = found.entry.meaning or found.name
        set_title(axes, title, [_said(found)], 10, across)
        head = HEAD + LINE * (
            details_of(axes).count("\n") + 1 + axes.get_title(loc="left").count("\n")
        )
        layout.boxes[0] = LEFT, head, across, TALL
        layout.body = head + TALL + FEET
        stamp = f"caresim {__version__}, {found.model}, {found.name}"
        return layout.done(_key(), _notes(found) if notes else [], stamp if notes else "")


def _said(found: Profile) -> str:
    text = found.sentence()
    return f"{text[:1].upper()}{text[1:]}"


def _curves(axes: Axes, found: Profile) -> None:
    from scipy.interpolate import PchipInterpolator

    x = np.linspace(found.x[0], found.x[-1], SMOOTH)
    at = _natural(found, x)
    parts = (found.rise, found.figures, found.priors)
    # smooth between the points and nowhere beyond them
    drawn = [PchipInterpolator(found.x, part)(x) for part in parts]
    axes.axvspan(*found.interval, **SHADE)
    axes.axhline(NINETY, **LINE_AT_90)
    for values, style in zip([*drawn, x**2], LINES.values(), strict=True):
        axes.plot(at, values, **style)
    axes.plot(found.values, found.rise, **POINTS)
    axes.annotate("90 %", (1, NINETY), (-2, 2), xycoords=("axes fraction", "data"),
                  textcoords="offset points", fontsize=7.5, ha="right")  # fmt: skip
    bottom = min(0.0, *(float(part.min()) for part in parts))
    axes.set_ylim(max(bottom, -NINETY) * 1.08 - 0.1, HEADROOM * NINETY)
    axes.set_xlim(at[0], at[-1])


def _natural(found: Profile, x: Values) -> Values:
    from caresim.study.fit.misfit import natural_at

    return natural_at(x, found.entry)


def _scale(axes: Axes, found: Profile) -> None:
    """Label the axes: shares in %, other numbers in their unit."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    times, sign = (100.0, " %") if is_share(found.entry) else (1.0, "")
    form = FuncFormatter(lambda x, _: f"{times * x:,.6g}{sign}".replace("-", "−"))
    axes.xaxis.set_major_formatter(form)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    unit = unit_words(Unit.parse(found.entry.unit))
    axes.set_xlabel(f"{found.name}{f', {unit}' if unit else ''}")
    axes.set_ylabel("Rise of the sum of squares")


def _key() -> list[tuple[Any, str]]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lines = [(Line2D([], [], **style), label) for label, style in LINES.items()]
    lines[0] = (Line2D([], [], **{**POINTS, **LINES["Figures and priors"]}), lines[0][1])
    return [*lines, (Patch(**SHADE), "Interval that holds 90 %")]


def _notes(found: Profile) -> list[str]:
    told = "At each point the number is held and all others are fitted anew; 1 marks one standard"
    return [f"{told} deviation, 2.71 holds 90 %", *map(str, found.notices)]
