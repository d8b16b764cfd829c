"""Figures that something disturbed, such as a pandemic: drawn apart, their cause in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import year_end
from caresim.language.observed import Observed
from caresim.views.plot import style
from caresim.views.series import Values, Years

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "disturbed_handle",
    "disturbed_label",
    "disturbed_legend",
    "draw_disturbed",
    "draw_figures",
    "is_disturbed",
]

MOST_CAUSES = 2
MARK: dict[str, Any] = {
    "ls": "", "marker": "D", "mfc": "0.75", "mec": "black", "ms": 4.2, "mew": 1.0,
}  # fmt: skip


def draw_figures(
    axes: Axes, observed: Observed | None, name: str, points: tuple[Years, Values], scale: float
) -> None:
    """Draw published figures, those that are disturbed as grey diamonds."""
    years, values = points
    style.draw_points(axes, years, values, scale)
    draw_disturbed(axes, points, is_disturbed(observed, name, years), scale)


def draw_disturbed(
    axes: Axes, points: tuple[Years, Values], where: NDArray[np.bool_], scale: float
) -> None:
    """Draw grey diamonds over what was drawn of disturbed figures before."""
    if where.any():
        axes.plot(points[0][where], points[1][where] / scale, **MARK, zorder=5)


def disturbed_handle() -> Any:
    """Return the legend's sample of a disturbed figure."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **MARK)


def is_disturbed(observed: Observed | None, name: str, years: Years) -> NDArray[np.bool_]:
    """Return for each year whether its figure has a cause that disturbed it."""
    rows = observed.series.get(name, {}) if observed is not None else {}
    return np.isin(years, [year_end(year) for year, row in rows.items() if row.cause])


def disturbed_label(observed: Observed | None, names: Sequence[str], since: str) -> str:
    """Return what the legend says of the disturbed figures of some quantities, empty for none."""
    table = observed.series if observed is not None else {}
    rows = [row for name in names for row in table.get(name, {}).values() if row.cause]
    causes = list(dict.fromkeys(r.cause for r in rows if year_end(r.year) >= year_end(since)))
    more = f" and {len(causes) - MOST_CAUSES} more" if len(causes) > MOST_CAUSES else ""
    return f"Disturbed: {'; '.join(causes[:MOST_CAUSES])}{more}" if causes else ""


def disturbed_legend(
    observed: Observed | None, names: Sequence[str], since: str
) -> tuple[list[Any], list[str]]:
    """Return handle and label of the legend for disturbed figures, nothing where there are none."""
    label = disturbed_label(observed, names, since)
    return ([disturbed_handle()], [label]) if label else ([], [])
