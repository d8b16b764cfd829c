"""One place of a model: its figures, what is projected for it, and bands of what it will count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.language.parts import parts_of_model
from caresim.language.published import published
from caresim.views.plot.notes import stamp
from caresim.views.plot.style import Frame, fine_scale, from_zero, mark_projection, set_years
from caresim.views.series import Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from caresim.engine.run import Run
    from caresim.study.parts.projected import Projected
    from caresim.study.parts.score import Error

__all__ = ["TINTS", "fan_of_place", "key_of_place", "projection"]

TINTS = ((80, "#A9CDE8"), (50, "#5FA2D3"))  # bands in %, apart in grey too
LINE: dict[str, Any] = {"color": "#003A66", "lw": 1.5}
DOT: dict[str, Any] = {"ls": "", "marker": "o", "color": "black", "ms": 3.4, "mew": 0}
WIDTH = 9.0


def projection(
    found: Projected, base: Run, errors: Mapping[str, Error], *, width: float = WIDTH
) -> Figure:
    """Draw a panel for each series of a place: figures, the model's line, and bands after them.

    ``base`` is a run of its model, ``errors`` says by series how far projections for places like
    it were off; ``width`` is in inches. Axes begin at zero.
    """
    from caresim.views.plot.figure import house_style

    with house_style():
        columns = min(2 if width < WIDTH else 3, len(found.names))
        frame = Frame.of(len(found.names), columns, width)
        for axes, name in zip(frame.panels, found.names, strict=True):
            _panel(found, base, frame, axes, name, errors.get(name))
        handles, labels = zip(*key_of_place(), strict=True)
        return frame.finish(handles, labels, _notes(found, base), stamp([base]))


def _panel(
    found: Projected, run: Run, frame: Frame, axes: Axes, name: str, error: Error | None
) -> None:
    variable = run.model.variable(name)
    k = found.names.index(name)
    largest = float(np.nanmax([found.figures[k], found.projected[k]]))
    scale = run.model.shown_divisor(variable.unit, largest)
    scale, text = fine_scale(variable.unit, run.price_base, scale, largest)
    fan_of_place(axes, found, name, np.full(len(found.years), 1 / scale))
    from_zero(axes)
    set_years(axes)
    mark_projection(axes, found.last(name) or None)
    frame.label(axes, variable.label, text, _detail(error, parts_of_model(run.model).several))


def _detail(error: Error | None, several: str) -> str:
    """Return how far projections for places like one were off, in a few words."""
    if error is None:
        return "Not scored"
    ahead = f"{error.horizon} years ahead" if error.horizon > 1 else "a year ahead"
    return (
        f"{error.group.capitalize()} {several}: {error.model:.0f} % off {ahead} (last value "
        f"{error.last_value:.0f} %)"
    )


def fan_of_place(
    axes: Axes, found: Projected, name: str, factors: Values, thin: float = 1.0
) -> None:
    """Draw figures, line and bands of a series, times a factor for each year.

    Bands begin on the line, in the year of the last figure. ``thin`` makes lines thinner.
    """
    k, years = found.names.index(name), np.array(found.years)
    path = found.projected[k] * factors
    last = found.last(name)
    for band, colour in TINTS:
        edges = (edge * factors for edge in found.band(name, band))
        low, high = (np.where(years == last, path, edge) for edge in edges)
        axes.fill_between(years, low, high, color=colour, lw=0, zorder=2)
    began = years >= found.first(name)  # before it there was no such place, or nothing is known
    axes.plot(years[began], path[began], color=LINE["color"], lw=LINE["lw"] * thin, zorder=3)
    axes.plot(years, found.figures[k] * factors, **{**DOT, "ms": DOT["ms"] * thin}, zorder=4)


def key_of_place() -> list[tuple[Any, str]]:
    """Return the samples and labels of the legend."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    bands = [(Patch(facecolor=colour, lw=0), f"{band} % band") for band, colour in TINTS[::-1]]
    return [(Line2D([], [], **DOT), "Published figure"), (Line2D([], [], **LINE), "Model"), *bands]


def _notes(found: Projected, base: Run) -> list[str]:
    told = f"Bands of what {found.name} will count; what is given and borrowed counts as known"
    return [told, published(base.model).credit]
