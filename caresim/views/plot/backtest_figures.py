"""Figures of a backtest: errors by series and origin, fans over what came about, coverage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from caresim.language.errors import RunError
from caresim.language.published import published
from caresim.views.plot.backtest_cover import cover_key, draw_cover
from caresim.views.plot.backtest_fan_grid import draw_fans, fan_key
from caresim.views.plot.backtest_heat import draw_heat, grid_of
from caresim.views.plot.backtest_words import (
    check_draws,
    episodes_note,
    group_label,
    groups_of,
    part_of,
    series_label,
    series_of,
    set_note,
    stamp_of,
)
from caresim.views.plot.drawing import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from caresim.language.model import Model
    from caresim.study.backtest import Backtest

__all__ = ["backtest_coverage", "backtest_errors", "backtest_fans", "backtest_images"]

WIDTH = 9.0
EVERY = "all"
POOLING = "Pooled, each error counts once; later origins have fewer years ahead, so smaller errors."
OPENING = "A fan opens at its origin (vertical line) from the figure as it was known then."


def backtest_errors(
    backtest: Backtest,
    model: Model | None = None,
    *,
    given: str | None = None,
    group: str | None = None,
    against: str = "last_value",
    width: float = WIDTH,
    notes: bool = True,
) -> Figure:
    """Draw mean absolute errors by series and origin, and where a rival's are smaller.

    On the left errors of the model in %, on the right those minus errors of ``against``, in
    percentage points, orange where the model is worse. Rows are the series of ``group``, by default
    of the largest, ``"all"`` for every series, then each group pooled; the last column pools the
    origins, each error counted once. ``given`` is by default the first of the backtest; ``model``
    lends the labels and says whose the figures are; ``width`` is in inches, and below 8.5 or so the
    two parts stand one above the other.

    Raises RunError where there is nothing to draw, CaresimError for an unknown group or rival.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> model = England()
    >>> figure = cs.plot.backtest_errors(cs.Backtest.of(model), model)
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()][0]
    'Referrals'
    """
    from caresim.views.plot.figure import house_style

    part = part_of(backtest, given)
    labels = {n: series_label(model, n) for n in series_of(part, group, largest=True)}
    pooled = list(groups_of(part)) or [EVERY]
    if group == EVERY:
        pooled = list(dict.fromkeys([*pooled, EVERY]))
    with house_style():
        grid = grid_of(part, labels, pooled, _rival(part, against))
        blank = "" if np.isfinite(grid.model).all() else "A dot: no figure to score."
        small_print = [_credit(model), set_note(part), blank, POOLING] if notes else []
        return draw_heat(grid, against, width).done([], small_print, _stamp(part, model, notes))


def _credit(model: Model | None) -> str:
    return "" if model is None else published(model).credit


def _stamp(part: Backtest, model: Model | None, notes: bool) -> str:  # noqa: FBT001
    return stamp_of(part, model) if notes else ""


def _rival(part: Backtest, name: str) -> str:
    """Return the name of a method to hold the model against; raise RunError for another word."""
    if name not in part.methods or name == "model":
        there = ", ".join(f"'{method}'" for method in part.methods if method != "model")
        message = f"against is one of {there}, not {name!r}"
        raise RunError(message)
    return name


def backtest_fans(
    backtest: Backtest,
    model: Model | None = None,
    *,
    given: str | None = None,
    group: str | None = None,
    width: float = WIDTH,
    notes: bool = True,
) -> Figure:
    """Draw projections from each origin with their bands, over the figures that came about.

    A row of panels for each series of ``group`` (by default the first, ``"all"`` for every series),
    a panel for each origin, with bands of 50, 80 and 95 %. ``model`` lends labels, units and the
    figures before the first origin. The rest is as in :func:`backtest_errors`.

    Raises RunError where there is nothing to draw or no draws, CaresimError for an unknown group.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> model = England()
    >>> len(cs.plot.backtest_fans(cs.Backtest.of(model), model).axes)
    35
    """
    from caresim.views.plot.figure import house_style

    part = part_of(backtest, given)
    names = series_of(part, group)
    check_draws(part.only(series=names), "backtest_fans")
    with house_style():
        layout, cut = draw_fans(part.only(series=names), model, names, width)
        axes = f"Axes not from zero: {'; '.join(cut)}." if cut else ""
        small_print = [_credit(model), set_note(part), axes, OPENING]
        told = small_print if notes else []
        return layout.done(fan_key(), told, _stamp(part, model, notes))


def backtest_coverage(
    backtest: Backtest,
    model: Model | None = None,
    *,
    given: str | None = None,
    width: float = WIDTH,
    notes: bool = True,
) -> Figure:
    """Draw the share of figures that bands hold against the share that they should hold.

    A panel for each group of series; the model, the last value and a random walk with the interval
    that holds 80 % of what comes out when whole series are drawn again. The rest is as in
    :func:`backtest_errors`.

    Raises RunError where there is nothing to draw or no draws.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> len(cs.plot.backtest_coverage(cs.Backtest.of(England())).axes)
    2
    """
    from caresim.views.plot.figure import house_style

    part = part_of(backtest, given)
    check_draws(part, "backtest_coverage")
    parts = {group_label(group): part.only(group) for group in groups_of(part) or (EVERY,)}
    with house_style():
        layout, methods = draw_cover(parts, width)
        small_print = [_credit(model), set_note(part), episodes_note(part)]
        told = small_print if notes else []
        return layout.done(cover_key(methods), told, _stamp(part, model, notes))


def backtest_images(
    backtest: Backtest, model: Model | None = None, *, given: str | None = None
) -> dict[str, str | bytes]:
    """Return the three figures as PNG and SVG by file name; without draws only the errors.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> part = cs.Backtest.of(England()).only("five").only(series=["looked_after"])
    >>> sorted(backtest_images(part, England()))[:2]
    ['backtest_coverage.png', 'backtest_coverage.svg']
    """
    part = part_of(backtest, given)
    figures = {"backtest_errors": backtest_errors(part, model)}
    if math.isfinite(part.held_by(80)):
        figures["backtest_fans"] = backtest_fans(part, model)
        figures["backtest_coverage"] = backtest_coverage(part, model)
    files: dict[str, str | bytes] = {}
    for name, figure in figures.items():
        files |= Drawing.of(figure).files(name)
    return files
