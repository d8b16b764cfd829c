"""Draws a laid-out diagram: panels behind, then pipes from column to column, boxes and labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from caresim.views.diagram.cells import BOX_WIDTH
from caresim.views.diagram.layout import LABEL_DOWN, Layout, Node
from caresim.views.diagram.parts import Box, Channel
from caresim.views.diagram.shapes import LINE, Panel, PipeShape, Point, Shape, Text
from caresim.views.diagram.text import SMALL, width_of, wrapped
from caresim.views.diagram.tracks import APART, tracks

__all__ = ["Scene", "lay_out"]

TITLE, PAD = 12.0, 10.0
LEVEL = 0.6  # pixels: heights nearer than this are one


@dataclass(frozen=True)
class Scene:
    """Shapes with their size, from the left top corner."""

    shapes: tuple[Shape, ...]
    width: float
    height: float


def lay_out(boxes: Sequence[Box], channels: Sequence[Channel]) -> Scene:
    """Return the scene of boxes that hang together by flows or sectors."""
    return _Drawing(Layout(boxes, {(c.source, c.target): c for c in channels})).scene()


class _Drawing:
    """The shapes of one scene."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def scene(self) -> Scene:
        """Return all shapes with panels behind them."""
        ends = [
            (self.layout.nodes[a].y + self.layout.nodes[a].ports.get(b, 0.0),
             self.layout.nodes[b].y + self.layout.nodes[b].ports.get(a, 0.0))
            for a, b in self.layout.links
        ]  # fmt: skip
        bends = self._bends(ends)
        titles = {
            b.sector: wrapped(b.sector, TITLE, BOX_WIDTH, bold=True) for b in self.layout.boxes
        }
        rows = max(map(len, titles.values())) if any(titles) else 0
        head = rows * TITLE * LINE + 2 * PAD if any(titles) else 0.0
        top = min(n.y - n.up for n in self.layout.nodes) - head - PAD
        foot = max(n.y + n.down for n in self.layout.nodes) + PAD
        for node in self.layout.nodes:
            node.y -= top
        ends = [(a - top, b - top) for a, b in ends]
        lefts, widths, at = self._across(bends)
        shapes = [
            *(s for t in titles if t for s in self._panel(t, titles[t], lefts, foot - top)),
            *self._pipes(ends, at, lefts, widths),
            *(s for n in self.layout.nodes for s in self._words(n, lefts, widths)),
        ]
        return Scene(tuple(shapes), lefts[-1] + widths[-1] + PAD, foot - top)

    def _bends(self, ends: Sequence[tuple[float, float]]) -> list[tuple[int, int] | None]:
        """Return gutter and track of each link that bends."""
        found: list[tuple[int, int] | None] = [None] * len(ends)
        for gutter in range(len(self.layout.columns) - 1):
            here = [
                k for k, (a, _) in enumerate(self.layout.links)
                if self.layout.nodes[a].column == gutter and abs(ends[k][0] - ends[k][1]) > LEVEL
            ]  # fmt: skip
            for k, track in zip(here, tracks([ends[k] for k in here]), strict=True):
                found[k] = gutter, track
        return found

    def _across(
        self, bends: Sequence[tuple[int, int] | None]
    ) -> tuple[list[float], list[float], list[float]]:
        """Return the left edge and width of each column, and where each link bends."""
        widths = [self._width(column) for column in self.layout.columns]
        lefts = [PAD]
        for gutter in range(len(self.layout.columns) - 1):
            used = [bend[1] + 1 for bend in bends if bend and bend[0] == gutter]
            room = 18.0 + APART * max(used, default=0)
            lefts.append(lefts[-1] + widths[gutter] + room)
        at = []
        for bend in bends:
            gutter, track = bend or (0, 0)
            at.append(lefts[gutter] + widths[gutter] + 6 + APART * (track + 0.5))
        return lefts, widths, at

    def _width(self, column: Sequence[int]) -> float:
        nodes = [self.layout.nodes[i] for i in column]
        if any(node.cell for node in nodes):
            return BOX_WIDTH
        lines = [line for node in nodes for lines in node.label for line in lines]
        return max((width_of(line, SMALL) for line in lines), default=20.0)

    def _panel(
        self, title: str, lines: tuple[str, ...], lefts: Sequence[float], height: float
    ) -> Iterator[Shape]:
        inside = [
            2 * self.layout.layer[box.name] for box in self.layout.boxes if box.sector == title
        ]
        left, right = lefts[min(inside)] - PAD, lefts[max(inside)] + BOX_WIDTH + PAD
        yield Panel(left, 0.0, right - left, height)
        yield Text(left + PAD, PAD * 0.8, lines, "title", "start", TITLE, bold=True)

    def _pipes(
        self,
        ends: Sequence[tuple[float, float]],
        at: Sequence[float],
        lefts: Sequence[float],
        widths: Sequence[float],
    ) -> Iterator[PipeShape]:
        number = {link: k for k, link in enumerate(self.layout.links)}
        for channel, chain in self.layout.chains:
            points: list[Point] = []
            for link in pairwise(chain):
                k, (a, b) = number[link], ends[number[link]]
                columns, cell = (
                    [self.layout.nodes[n].column for n in link],
                    self.layout.nodes[link[0]].cell,
                )
                right = lefts[columns[0]] + widths[columns[0]] + (cell.behind if cell else 0.0)
                points += [(right, a), (at[k], a)]
                points += [(at[k], b), (lefts[columns[1]], b)]
            named = next(n for n in chain if self.layout.nodes[n].label)
            middle = (
                lefts[self.layout.nodes[named].column] + widths[self.layout.nodes[named].column] / 2
            )
            first = self.layout.nodes[chain[0]].cell
            if first is not None and first.box.name != channel.source:
                points.reverse()
            yield PipeShape(tuple(_corners(points)), (middle, self.layout.nodes[named].y))

    @staticmethod
    def _words(node: Node, lefts: Sequence[float], widths: Sequence[float]) -> Iterator[Shape]:
        left, width = lefts[node.column], widths[node.column]
        if node.cell is not None:
            yield from node.cell.shapes(left, node.y)
        top = node.y + LABEL_DOWN
        for lines in node.label:
            yield Text(left + width / 2, top, lines, anchor="middle")
            top += len(lines) * SMALL * LINE + 3


def _corners(points: Sequence[Point]) -> list[Point]:
    """Leave out the points at which a pipe goes straight on; nearly straight becomes straight."""
    kept = [points[0]]
    for here, after in pairwise(points[1:]):
        before = kept[-1]
        level = abs(before[1] - here[1]) < LEVEL and abs(here[1] - after[1]) < LEVEL
        upright = abs(before[0] - here[0]) < LEVEL and abs(here[0] - after[0]) < LEVEL
        if not level and not upright:
            kept.append(here)
    return [*kept, points[-1]]
