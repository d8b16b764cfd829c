"""A figure whose parts are placed in inches from the top left, with legend and notes below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from caresim.views.plot.style import Frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Layout"]

MARGIN = 0.12


@dataclass
class Layout(Frame):
    """A figure that grows downwards: ``body`` is how far its parts reach below the top, in inches.

    Legend and small print are those of a :class:`Frame`.
    """

    body: float = 0.0
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    texts: list[tuple[Any, float, float]] = field(default_factory=list)

    @classmethod
    def blank(cls, width: float) -> Layout:
        """Return an empty layout of a width in inches."""
        from caresim.views.plot.figure import new_chart

        return cls(new_chart(width), [], 1)

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return an empty panel whose top left corner lies there, in inches."""
        axes = self.figure.add_axes((0, 0, 1, 1), label=f"panel {len(self.panels)}")
        self.panels.append(axes)
        self.boxes.append((left, top, width, height))
        return axes

    def words(self, left: float, top: float, text: str, **style: Any) -> None:
        """Set a text whose top left corner lies there, in inches."""
        self.texts.append((self.figure.text(0, 0, text, va="top", **style), left, top))

    def done(self, key: Sequence[tuple[Any, str]], notes: Sequence[str], stamp: str = "") -> Figure:
        """Set the legend, a sample and a label each, and the small print below all parts."""
        return self.finish([h for h, _ in key], [label for _, label in key], notes, stamp)

    def _ticks(self) -> None:
        """Leave the axes as they are: not all of them show years."""

    def _place(self, note: Any, legend: Any) -> None:
        note_top = 0.1 + self._size(note)[1]
        height = note_top + self._size(legend)[1] + self.body
        self.figure.set_figheight(height)
        self.figure.note_share = note_top / height if note.get_text() else 0.0
        note.set_position((MARGIN / self.width, 0.1 / height))
        legend.set_bbox_to_anchor((0.5, (note_top + 0.02) / height))
        for axes, (left, top, across, along) in zip(self.panels, self.boxes, strict=True):
            low = (height - top - along) / height
            axes.set_position((left / self.width, low, across / self.width, along / height))
        for text, left, top in self.texts:
            text.set_position((left / self.width, 1 - top / height))
