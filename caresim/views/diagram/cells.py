"""A box of a diagram with what hangs on it: pipes to and from the outside, and round the box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caresim.views.diagram.parts import Box, Channel
from caresim.views.diagram.shapes import CLOUD, LINE, STACK, BoxShape, PipeShape, Shape, Text
from caresim.views.diagram.text import SMALL, wrapped

__all__ = ["BOX_WIDTH", "PORT", "Cell", "label_lines"]

BOX_WIDTH, PORT = 128.0, 14.0
NAME, NOTE = 11.0, 9.0  # sizes of text
LEAST_HEIGHT = 46.0
STEM, BESIDE = 17.0, 34.0  # from the left edge: the upright pipe, and the labels beside it
BETWEEN = 3.0  # labels
LEAST_STUB = 54.0
TURN = (BESIDE + 6, BESIDE + 40, 15.0)  # the pipe round: both ends, and how far it goes down


def label_lines(labels: tuple[str, ...], room: float) -> list[tuple[str, ...]]:
    """Return each label in lines that fit."""
    return [wrapped(label, SMALL, room) for label in labels]


def _height_of(labels: list[tuple[str, ...]]) -> float:
    return sum(len(lines) * SMALL * LINE + BETWEEN for lines in labels)


@dataclass(frozen=True)
class Cell:
    """A box and its labels, sized before it has a place; ``ports`` are pipes on its busier side."""

    box: Box
    arriving: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    ports: int = 0

    @classmethod
    def of(cls, box: Box, channels: Mapping[tuple[str | None, str | None], Channel]) -> Cell:
        """Return the cell of a box, from the channels of a model by their ends."""
        ends = ((None, box.name), (box.name, None), (box.name, box.name))
        into, out, around = (channels[e].labels if e in channels else () for e in ends)
        return cls(box, into, out, around)

    @property
    def height(self) -> float:
        """Height of the box itself."""
        words = len(self._name) * NAME * LINE + len(self._notes) * NOTE * LINE
        return max(LEAST_HEIGHT, words + 14, (self.ports - 1) * PORT + 20)

    @property
    def up(self) -> float:
        """What the cell takes above the middle of its box."""
        return self.height / 2 + self._stub(self.arriving) + self.behind

    @property
    def down(self) -> float:
        """What the cell takes below the middle of its box."""
        return self.height / 2 + self._turn() + self._stub(self.leaving)

    @property
    def behind(self) -> float:
        """How far the second box behind looks out, above and on the right."""
        return STACK if self.box.notes and self.box.notes[0].startswith("by ") else 0.0

    @property
    def _name(self) -> tuple[str, ...]:
        return wrapped(self.box.label, NAME, BOX_WIDTH - 18, bold=True)

    @property
    def _notes(self) -> tuple[str, ...]:
        return tuple(x for note in self.box.notes for x in wrapped(note, NOTE, BOX_WIDTH - 18))

    def _lines(self, labels: tuple[str, ...]) -> list[tuple[str, ...]]:
        return label_lines(labels, BOX_WIDTH - BESIDE)

    def _stub(self, labels: tuple[str, ...]) -> float:
        return max(LEAST_STUB, _height_of(self._lines(labels)) + 8) if labels else 0.0

    def _turn(self) -> float:
        return TURN[2] + 10 + _height_of(self._lines(self.around)) if self.around else 0.0

    def shapes(self, left: float, middle: float) -> Iterator[Shape]:
        """Yield the shapes of the cell, whose box has its left edge and its middle there."""
        top, foot = middle - self.height / 2, middle + self.height / 2
        stem = left + STEM
        if self.arriving:
            high = top - self.behind
            begin = high - self._stub(self.arriving) + CLOUD[1] / 2
            valve = (stem, (begin + CLOUD[1] / 2 + high - 9) / 2)
            yield PipeShape(((stem, begin), (stem, high)), valve, upright=True, begins_outside=True)
            yield from self._beside(self.arriving, left, begin - CLOUD[1] / 2 + 2)
        if self.around:
            yield from self._round(left, foot)
        if self.leaving:
            begin = foot + self._turn()
            end = begin + self._stub(self.leaving) - CLOUD[1] / 2 - 1
            valve = (stem, (foot + end - CLOUD[1] / 2 - 9) / 2)
            yield PipeShape(((stem, foot), (stem, end)), valve, upright=True, ends_outside=True)
            yield from self._beside(self.leaving, left, begin + 5)
        yield BoxShape(left, top, BOX_WIDTH, self.height, self.box.kind, self.behind > 0)
        yield from self._words(left + BOX_WIDTH / 2, middle)

    def _beside(self, labels: tuple[str, ...], left: float, top: float) -> Iterator[Text]:
        for lines in self._lines(labels):
            yield Text(left + BESIDE, top, lines)
            top += len(lines) * SMALL * LINE + BETWEEN

    def _round(self, left: float, foot: float) -> Iterator[Shape]:
        begin, end, deep = left + TURN[0], left + TURN[1], foot + TURN[2]
        points = ((begin, foot), (begin, deep), (end, deep), (end, foot))
        yield PipeShape(points, ((begin + end) / 2, deep))
        yield from self._beside(self.around, left, deep + 8)

    def _words(self, centre: float, middle: float) -> Iterator[Text]:
        high = len(self._name) * NAME * LINE
        top = middle - (high + len(self._notes) * NOTE * LINE) / 2
        yield Text(centre, top, self._name, "box", "middle", NAME, bold=True)
        if self._notes:
            yield Text(centre, top + high, self._notes, "note", "middle", NOTE)
