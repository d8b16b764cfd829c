"""Stock-and-flow diagrams: the stocks of a model and every flow between them, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from caresim.language.errors import CaresimError, ModelError
from caresim.language.files import write_whole
from caresim.language.model import Model
from caresim.study.arguments import model_of
from caresim.views.diagram.parts import Box, Channel, boxes_of, channels_of
from caresim.views.diagram.scene import Scene, lay_out
from caresim.views.diagram.shapes import BoxShape, PipeShape, Shape, Text, moved, page
from caresim.views.diagram.text import SMALL, width_of

__all__ = ["Diagram", "diagram"]

MARGIN, BETWEEN = 14.0, 16.0
LEGEND = 420.0  # width that its rows may take at least


@dataclass(frozen=True)
class Diagram:
    """A figure as the text of an SVG file; notebooks show it.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.diagram(England()).save("england.svg").name
    'england.svg'
    """

    title: str
    svg: str = field(repr=False)

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the whole file or nothing, and return its path.

        Raises CaresimError for a name that does not end in .svg, for a file that is there already
        unless ``overwrite`` is set, and for a place that cannot be written to.
        """
        target = Path(path)
        if target.suffix != ".svg":
            message = f"a diagram is an SVG file: {target} must end in .svg"
            raise CaresimError(message)
        if target.exists() and (target.is_dir() or not overwrite):
            message = f"{target} is there already; choose another name or set overwrite=True"
            raise CaresimError(message)
        write_whole({target: self.svg})
        return target

    def _repr_svg_(self) -> str:
        return self.svg


def diagram(model: Model) -> Diagram:
    """Draw a model's stocks and flows, from left to right as its children go.

    Stocks are boxes (a second one behind it where a stock is divided by a dimension), delays boxes
    with double sides, smooths dashed; flows are pipes with a valve, and all those between the same
    two boxes share one. Each sector has a tinted ground; what no flow joins to the rest stands
    below. Auxiliaries are left out. The same model gives the same bytes.

    Raises ModelError for something that is no model, or one without a stock.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> picture = cs.diagram(England())
    >>> picture.title
    'Stocks and flows of England'
    """
    model_of(model, "diagram", ModelError)
    boxes, channels = boxes_of(type(model)), channels_of(type(model))
    if not boxes:
        message = f"{type(model).__name__} has no stocks to draw"
        raise ModelError(message)
    groups = sorted(_together(boxes, channels), key=len, reverse=True)
    scenes = [lay_out(group, channels) for group in groups]
    shapes, width, height = _stacked(scenes)
    legend = _legend(boxes, channels, max(width, LEGEND))
    shapes += [moved(shape, MARGIN, height + BETWEEN) for shape in legend.shapes]
    title = f"Stocks and flows of {type(model).__name__}"
    size = max(width, legend.width) + 2 * MARGIN, height + BETWEEN + legend.height + MARGIN
    return Diagram(title, page(*size, title, _in_words(boxes, channels), shapes))


def _together(boxes: Sequence[Box], channels: Sequence[Channel]) -> list[list[Box]]:
    """Return the boxes in groups that flows or a sector join, in the order of declaration."""
    group = {box.name: i for i, box in enumerate(boxes)}
    first: dict[str, str] = {}
    pairs = [(c.source, c.target) for c in channels if c.source and c.target]
    pairs += [(box.name, first.setdefault(box.sector, box.name)) for box in boxes if box.sector]
    for a, b in pairs:
        low, high = sorted((group[a or ""], group[b or ""]))
        group = {name: low if number == high else number for name, number in group.items()}
    numbers = dict.fromkeys(group[box.name] for box in boxes)
    return [[box for box in boxes if group[box.name] == number] for number in numbers]


def _stacked(scenes: Sequence[Scene]) -> tuple[list[Shape], float, float]:
    """Return the shapes of the first scene with the others in rows below it, and their size."""
    width = max(scene.width for scene in scenes)
    shapes: list[Shape] = []
    across, down, row = MARGIN, MARGIN, 0.0
    for scene in scenes:
        if across + scene.width > width + MARGIN:
            across, down, row = MARGIN, down + row + BETWEEN, 0.0
        shapes += [moved(shape, across, down) for shape in scene.shapes]
        across, row = across + scene.width + BETWEEN, max(row, scene.height)
    return shapes, width, down + row


def _legend(boxes: Sequence[Box], channels: Sequence[Channel], width: float) -> Scene:
    """Return rows that explain the shapes that are there."""
    kinds = {box.kind for box in boxes}
    several = any(note.startswith("by ") for box in boxes for note in box.notes)
    looks = {
        "Stock": ("stock", False) if "stock" in kinds else None,
        "One for each element": ("stock", True) if several else None,
        "Delay, in stages": ("delay", False) if "delay" in kinds else None,
        "Felt with a lag": ("smooth", False) if "smooth" in kinds else None,
    }
    outside = any(c.source is None or c.target is None for c in channels)
    words = "Flow with its valve" + ("; a cloud is outside the model" if outside else "")
    pipe = PipeShape(((15.0, 10.0), (72.0, 10.0)), (44.0, 10.0), begins_outside=outside)
    entries: list[tuple[float, Shape, str]] = [
        (30.0, BoxShape(0.0, 1.0, 30.0, 18.0, *look), words)
        for words, look in looks.items()
        if look
    ]
    entries += [(72.0, pipe, words)] * bool(channels)
    shapes: list[Shape] = []
    x, y, widest = 0.0, 6.0, 0.0
    for wide, shape, words in entries:
        taken = wide + 10 + width_of(words, SMALL)
        if x and x + taken > width:
            x, y = 0.0, y + 28
        shapes += [moved(shape, x, y), Text(x + wide + 10, y + 4, (words,), "legend")]
        widest, x = max(widest, x + taken), x + taken + 22
    return Scene(tuple(shapes), widest, y + 22)


def _in_words(boxes: Sequence[Box], channels: Sequence[Channel]) -> str:
    """Return what the figure shows, for those who cannot see it."""
    label = {box.name: box.label for box in boxes}
    flows = "; ".join(
        f"{label.get(c.source or '', 'outside')} to {label.get(c.target or '', 'outside')}: "
        + ", ".join(c.labels)
        for c in channels
    )
    return f"Stocks: {', '.join(label.values())}. Flows: {flows or 'none'}."
