"""A figure as bytes: what files and pages hold, and what one process can hand to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Drawing"]


@dataclass(frozen=True)
class Drawing:
    """A drawn figure: the same bytes every time.

    ``text`` says it in words for those who cannot see it; ``width`` and ``height`` are in inches,
    without the small print, which takes the part of the image below ``height``.
    """

    png: bytes
    svg: bytes
    text: str
    width: float
    height: float

    @classmethod
    def of(cls, figure: Figure) -> Drawing:
        """Draw a figure as PNG (160 dots an inch) and SVG."""
        from caresim.views.plot.figure import FILE_DPI, figure_bytes

        width, height = figure.get_size_inches()
        return cls(
            png=figure_bytes(figure, "png", FILE_DPI),
            svg=figure_bytes(figure, "svg", FILE_DPI),
            text=_in_words(figure),
            width=float(width),
            height=float(height) * (1 - float(getattr(figure, "note_share", 0.0))),
        )

    def files(self, name: str) -> dict[str, str | bytes]:
        """Return both files of the drawing by their names."""
        return {f"{name}.png": self.png, f"{name}.svg": self.svg}


def _in_words(figure: Figure) -> str:
    from caresim.views.plot.style import details_of

    told = [
        " ".join(f"{axes.get_title(loc='left')} {details_of(axes)}".split()) for axes in figure.axes
    ]
    labels = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    of = f" Shown: {', '.join(' '.join(label.split()) for label in labels)}." if labels else ""
    panels = "; ".join(text for text in told if text)
    return f"Figure: {panels}.{of} The numbers stand in the tables."
