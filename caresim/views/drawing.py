"""A figure as bytes: what files and pages hold, and what one process can hand to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "Drawing"]

KINDS = ("png", "svg")


@dataclass(frozen=True)
class Drawing:
    """A drawn figure: the same bytes every time, none for a kind that was not asked for.

    ``text`` says it in words for those who cannot see it; ``width`` and ``height`` are in inches,
    without the small print, which takes the part of the image below ``height``.
    """

    png: bytes
    svg: bytes
    text: str
    width: float
    height: float

    @classmethod
    def of(cls, figure: Figure, kinds: Sequence[str] = KINDS) -> Drawing:
        """Draw a figure as PNG (160 dots an inch) and SVG, or as one of them."""
        from caresim.views.figure import FILE_DPI, figure_bytes

        width, height = figure.get_size_inches()
        images = {kind: figure_bytes(figure, kind, FILE_DPI) for kind in kinds}
        return cls(
            png=images.get("png", b""),
            svg=images.get("svg", b""),
            text=_in_words(figure),
            width=float(width),
            height=float(height) * (1 - float(getattr(figure, "note_share", 0.0))),
        )

    def __or__(self, other: Drawing) -> Drawing:
        """Return one drawing of two images of one figure."""
        return replace(self, png=self.png or other.png, svg=self.svg or other.svg)


def _in_words(figure: Figure) -> str:
    titles = [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes]
    return "Figure: " + "; ".join(titles) + ". The numbers stand in the tables."
