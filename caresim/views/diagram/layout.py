"""Places the boxes, labels and passing pipes of a diagram in columns from left to right.

Boxes stand in every second column, the labels of flows between them. A pipe that goes past a column
has a place of its own there, so nothing lies on anything else whatever the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from caresim.views.diagram.cells import PORT, Cell, label_lines
from caresim.views.diagram.layers import columns_of, untangled
from caresim.views.diagram.parts import Box, Channel
from caresim.views.diagram.shapes import LINE
from caresim.views.diagram.text import SMALL
from caresim.views.diagram.tracks import spread

__all__ = ["LABEL_DOWN", "Layout", "Node"]

LABEL_ROOM, LABEL_UP, LABEL_DOWN = 90.0, 14.0, 7.0
PASSING, GAP = 7.0, 16.0  # half the height of a bare pipe, and what is left free between things
SWEEPS, STRAIGHTENINGS = 40, 12
STRAIGHT = 8.0  # how much more a bend between two labels weighs than one beside a box


@dataclass
class Node:
    """A box, the label of a channel, or where a pipe goes past; ``y`` is the pipe or the middle.

    ``ports`` say by neighbour where pipes meet the box, from its middle.
    """

    column: int
    up: float
    down: float
    cell: Cell | None = None
    label: tuple[tuple[str, ...], ...] = ()
    y: float = 0.0
    ports: dict[int, float] = field(default_factory=dict)


class Layout:
    """The nodes of a scene, each in its column and at its height.

    ``chains`` are the nodes of each channel between two boxes from left to right, ``links`` the
    pairs of neighbours in them.
    """

    def __init__(
        self, boxes: Sequence[Box], channels: Mapping[tuple[str | None, str | None], Channel]
    ) -> None:
        self.boxes = boxes
        self.layer = _layers(boxes, list(channels))
        self.nodes = [Node(2 * self.layer[b.name], 0, 0, cell=Cell.of(b, channels)) for b in boxes]
        place = {box.name: i for i, box in enumerate(boxes)}
        self.chains: list[tuple[Channel, list[int]]] = []  # from left to right
        for channel in channels.values():
            a, b = channel.source, channel.target
            if a in place and b in place and a != b:
                self.chains.append((channel, self._chain(channel, place[a], place[b])))
        links = [link for _, chain in self.chains for link in pairwise(chain)]
        count = max((n.column for n in self.nodes), default=0) + 1
        columns = [[i for i, n in enumerate(self.nodes) if n.column == k] for k in range(count)]
        self.columns, self.links = untangled(columns, links), links
        self._size()
        self._settle()

    def _chain(self, channel: Channel, source: int, target: int) -> list[int]:
        """Add a node in each column between two boxes: the label next to the source."""
        onward = self.nodes[source].column < self.nodes[target].column
        left, right = (source, target) if onward else (target, source)
        first, last = self.nodes[left].column + 1, self.nodes[right].column
        chain = [left]
        for column in range(first, last):
            node = Node(column, PASSING, PASSING)
            if column == (first if onward else last - 1):
                node.label = tuple(label_lines(channel.labels, LABEL_ROOM))
                lines = sum(map(len, node.label))
                node.up, node.down = LABEL_UP, LABEL_DOWN + lines * SMALL * LINE + 2
                node.down += 3 * (len(node.label) - 1)
            self.nodes.append(node)
            chain.append(len(self.nodes) - 1)
        return [*chain, right]

    def _sides(self, i: int) -> list[list[int]]:
        """Return the neighbours of a node on its left and on its right, from the top."""
        rank = {n: k for column in self.columns for k, n in enumerate(column)}
        sides = [[a for a, b in self.links if b == i], [b for a, b in self.links if a == i]]
        return [sorted(side, key=rank.__getitem__) for side in sides]

    def _size(self) -> None:
        """Give each box its ports and its height, each node a first place."""
        for i, node in enumerate(self.nodes):
            if node.cell is not None:
                sides = self._sides(i)
                node.cell = replace(node.cell, ports=max(map(len, sides)))
                node.up, node.down = node.cell.up, node.cell.down
                node.ports = {
                    n: PORT * (k - (len(side) - 1) / 2)
                    for side in sides
                    for k, n in enumerate(side)
                }
        for column in self.columns:
            places = spread([0.0] * len(column), self._gaps(column))
            for i, y in zip(column, places, strict=True):
                self.nodes[i].y = y - places[-1] / 2

    def _gaps(self, column: Sequence[int]) -> list[float]:
        found = [self.nodes[i] for i in column]
        return [a.down + b.up + self._gap(a, b) for a, b in pairwise(found)]

    @staticmethod
    def _gap(a: Node, b: Node) -> float:
        return GAP if a.cell or b.cell else GAP / 4

    def _settle(self) -> None:
        """Move each node towards the pipes that it joins, again and again, then set the ports."""
        near: dict[int, list[int]] = {i: [] for i in range(len(self.nodes))}
        for a, b in self.links:
            near[a].append(b)
            near[b].append(a)
        for sweep in range(SWEEPS):
            for column in self.columns[:: 1 if sweep % 2 else -1]:
                pulls = [[self._pull(i, n) for n in near[i]] for i in column]
                weights = [sum(w for _, w in pull) or 0.01 for pull in pulls]
                wanted = [
                    sum(y * w for y, w in pull) / weight if pull else self.nodes[i].y
                    for i, pull, weight in zip(column, pulls, weights, strict=True)
                ]
                for i, y in zip(column, spread(wanted, self._gaps(column), weights), strict=True):
                    self.nodes[i].y = y
            if sweep >= SWEEPS // 2:
                self._set_ports()
        for _ in range(STRAIGHTENINGS):
            self._straighten()
            self._set_ports()

    def _straighten(self) -> None:
        """Bring the nodes of a pipe between two boxes to one height where there is room for it."""
        beside: dict[int, list[int]] = {}
        for column in self.columns:
            for a, b in pairwise(column):
                beside.setdefault(a, [-1, -1])[1] = b
                beside.setdefault(b, [-1, -1])[0] = a
        for _, chain in self.chains:
            run = chain[1:-1]
            rooms = [self._room(i, *beside.get(i, (-1, -1))) for i in run]
            low, high = max(a for a, _ in rooms), min(b for _, b in rooms)
            if low <= high:
                ends = [self.nodes[a].y + self.nodes[a].ports[b]
                        for a, b in ((chain[0], run[0]), (chain[-1], run[-1]))]  # fmt: skip
                mean = sum(self.nodes[i].y for i in run) / len(run)
                wanted = min([*ends, mean], key=lambda y: abs(min(max(y, low), high) - mean))
                for i in run:
                    self.nodes[i].y = min(max(wanted, low), high)

    def _room(self, i: int, above: int, below: int) -> tuple[float, float]:
        """Return the least and the greatest height of a node between its neighbours."""
        node, low, high = self.nodes[i], -1e9, 1e9
        if above >= 0:
            other = self.nodes[above]
            low = other.y + other.down + node.up + self._gap(other, node)
        if below >= 0:
            other = self.nodes[below]
            high = other.y - other.up - node.down - self._gap(node, other)
        return low, high

    def _pull(self, i: int, neighbour: int) -> tuple[float, float]:
        """Return where a neighbour would have a node, and how strongly."""
        node, other = self.nodes[i], self.nodes[neighbour]
        weight = 1.0 if node.cell or other.cell else STRAIGHT
        return other.y + other.ports.get(i, 0.0) - node.ports.get(neighbour, 0.0), weight

    def _set_ports(self) -> None:
        """Let pipes meet a box at their own height where the box is high enough."""
        for i, node in enumerate(self.nodes):
            if node.cell is None:
                continue
            room = node.cell.height / 2 - 9
            for side in self._sides(i):
                wanted = [self.nodes[n].y - node.y for n in side]
                gaps = [PORT] * (len(side) - 1)
                node.ports |= zip(side, spread(wanted, gaps, None, (-room, room)), strict=True)


def _layers(boxes: Sequence[Box], pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, int]:
    """Return the column of boxes for each box: sector after sector, each from left to right."""
    found: dict[str, int] = {}
    first = 0
    for sector in dict.fromkeys(box.sector for box in boxes):
        names = [box.name for box in boxes if box.sector == sector]
        inside = [(a, b) for a, b in pairs if a in names and b in names]
        columns = columns_of(names, [(a or "", b or "") for a, b in inside])
        found |= {name: first + column for name, column in columns.items()}
        first = max(found.values()) + 1
    return found
