"""What figures teach: a bar for each number, the width of its prior and what is left of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from caresim.language.errors import RunError, came
from caresim.study.fit.fit import Fit
from caresim.study.fit.table import BACK, DRAWN, ESTIMATED
from caresim.views.plot.layout import Layout
from caresim.views.plot.notes import changed_note, stamp
from caresim.views.plot.style import COLOURS, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["learned"]

NAMES, ACROSS, GAP, MARGIN, RIGHT = 1.85, 1.55, 0.15, 0.1, 0.2  # inches
ROW, HEAD, FEET = 0.135, 0.62, 0.42
MOST = 55  # rows of a group; what is learned least comes into one line below
SIZE = 6.4
GROUPS = {
    ESTIMATED: ("Estimated", "Figures narrow it by half, or contradict its centre"),
    BACK: ("At its prior", "May be estimated, stays at its centre"),
    DRAWN: ("Drawn alone", "From elsewhere, moves figures"),
}
PRIOR: dict[str, Any] = {"color": "0.85", "lw": 0}
LEFT: dict[str, Any] = {"color": COLOURS[0], "lw": 0}


def learned(fit: Fit, *, notes: bool = True) -> Figure:
    """Draw how far the figures narrow each uncertain number, a bar each.

    The pale bar is the width of the prior and the dark one what the figures leave of it, by the
    curvature at the joint best fit. Numbers that are estimated, that stay at the centre of their
    prior and that are drawn alone stand apart, those of which most is learned first.

    Raises RunError for what is no fit, ParameterError where the figures determine no curvature.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> fit = cs.calibrate(England(), progress=False)  # doctest: +SKIP
    >>> cs.plot.learned(fit)  # doctest: +SKIP
    """
    if not isinstance(fit, Fit):
        message = f"learned draws a fit such as cs.calibrate(model), not {came(fit)}"
        raise RunError(message)
    from caresim.views.plot.figure import house_style

    fit.covariance  # noqa: B018  (raises where figures and priors tell two numbers apart nowhere)
    groups = [(how, rows) for how in GROUPS if (rows := _rows(fit, how))]
    with house_style():
        layout = _drawn(groups)
        told = [changed_note([fit.run]), _note(fit)]
        return layout.done(_key(), told if notes else [], stamp([fit.run]) if notes else "")


def _rows(fit: Fit, how: str) -> list[tuple[str, float]]:
    """Return the numbers of a group and their shares learned, the most learned first."""
    shares = [(name, fit.learned[name]) for name, of in fit.how.items() if of == how]
    return sorted(shares, key=lambda row: (-row[1], row[0]))


def _drawn(groups: list[tuple[str, list[tuple[str, float]]]]) -> Layout:
    step = NAMES + ACROSS + GAP
    layout = Layout.blank(MARGIN + step * len(groups) + RIGHT - GAP)
    most = max(min(len(rows), MOST) for _, rows in groups)
    for i, (how, rows) in enumerate(groups):
        shown = rows[:MOST]
        left = MARGIN + NAMES + i * step
        axes = layout.panel(left, HEAD, ACROSS, ROW * len(shown) + 0.05)
        _bars(axes, shown)
        title, detail = GROUPS[how]
        set_title(axes, f"{title}: {len(rows)}", [detail], 9, ACROSS)
        if rest := rows[MOST:]:
            text = f"and {len(rest)} more, narrowed by less than {_percent_above(rest[0][1])}"
            place = left - NAMES + GAP, HEAD + ROW * len(shown) + FEET
            layout.words(*place, text, fontsize=SIZE + 0.6)
    layout.body = HEAD + ROW * most + 0.05 + FEET + 0.15
    return layout


def _percent_above(share: float) -> str:
    return f"{math.floor(100 * max(share, 0.0)) + 1} %"


def _bars(axes: Axes, rows: list[tuple[str, float]]) -> None:
    from matplotlib.ticker import FuncFormatter

    places = range(len(rows))
    axes.barh(places, [100.0] * len(rows), height=0.72, **PRIOR)
    axes.barh(places, [100 * (1 - share) for _, share in rows], height=0.72, **LEFT)
    axes.set_yticks(places, [name for name, _ in rows], fontsize=SIZE)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 50, 100])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f} %"))
    axes.tick_params(axis="x", labelsize=7)
    axes.tick_params(axis="y", length=0)
    axes.axvline(50, color="white", lw=0.9)
    axes.grid(visible=False)
    axes.set_xlabel("of the prior's width", fontsize=7, labelpad=1)


def _key() -> list[tuple[Any, str]]:
    from matplotlib.patches import Patch

    return [(Patch(**LEFT), "What the figures leave"), (Patch(**PRIOR), "Width of the prior")]


def _note(fit: Fit) -> str:
    return (
        f"Width: a standard deviation by the curvature of the fit to {fit.n_points} figures, all "
        f"{len(fit.joint.names)} numbers free. Line: half"
    )
