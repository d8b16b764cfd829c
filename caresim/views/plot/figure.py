"""The figure every plot returns: shows itself in a notebook and saves to the same bytes each time.

Importing this file loads Matplotlib, so the plots import it when they are called.
"""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from typing import Any

from caresim.views.plot.loading import Figure, FigureCanvasAgg, mpl

__all__ = ["FILE_DPI", "Chart", "figure_bytes", "house_style", "new_chart"]

SCREEN_DPI, FILE_DPI = 100, 160
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "0.35",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "0.88",
    "grid.linewidth": 0.7,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "text.parse_math": False,  # names of scenarios may hold a dollar sign
    "svg.fonttype": "path",  # looks the same where DejaVu Sans is not installed
    "svg.hashsalt": "caresim",  # else identifiers in the file are random
}


# Settings that are no matter of style; the backend must not be touched
UNSTYLED = {"backend", "backend_fallback", "interactive", "toolbar", "timezone"}


class Chart(Figure):
    """A Matplotlib figure that a notebook shows without pyplot.

    ``note_share`` is the part of its height that the small print at the bottom takes.
    """

    note_share: float = 0.0

    def _repr_png_(self) -> bytes:
        return figure_bytes(self, "png", SCREEN_DPI)


def house_style() -> AbstractContextManager[None]:
    """Return a context with the house style, whatever styles are set outside."""
    given: Any = mpl.rcParamsDefault
    style: Any = {k: v for k, v in given.items() if k not in UNSTYLED} | STYLE
    return mpl.rc_context(style)


def new_chart(width: float) -> Chart:
    """Return an empty figure of a width in inches, able to measure its texts."""
    chart = Chart(figsize=(width, width), facecolor="white")
    FigureCanvasAgg(chart)
    return chart


def figure_bytes(figure: Figure, kind: str, dpi: float) -> bytes:
    """Return a figure as PNG or SVG, the same bytes every time."""
    metadata: dict[str, Any] = (
        {"Date": None, "Creator": "caresim"} if kind == "svg" else {"Software": "caresim"}
    )
    options: dict[str, Any] = {"pil_kwargs": {"compress_level": 3}} if kind == "png" else {}
    stream = io.BytesIO()
    with house_style():
        figure.savefig(
            stream, format=kind, dpi=dpi, metadata=metadata, facecolor="white", **options
        )
    return stream.getvalue()
