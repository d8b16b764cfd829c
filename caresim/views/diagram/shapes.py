"""The shapes of a diagram and how each is written in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol
from xml.sax.saxutils import escape

from caresim.views.diagram.text import SMALL, width_of

__all__ = [
    "CLOUD",
    "LINE",
    "STACK",
    "BoxShape",
    "Drawn",
    "Panel",
    "PipeShape",
    "Point",
    "Text",
    "moved",
    "number",
    "page",
]

Point = tuple[float, float]
LINE = 1.2  # distance of baselines, in font sizes
CLOUD = (30.0, 20.0)
INK, MUTED, PIPE, TINT = "#1a1a1a", "#4d4d4d", "#4a5a6a", "#f1f4f7"
FILLS = {"stock": "#ffffff", "delay": "#ffffff", "smooth": "#fdf6e3"}
CORNER, ARROW, STACK = 6.0, 9.0, 3.5
FONT = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Text:
    """Lines of text below each other; ``top`` is their upper edge, ``x`` where they are anchored.

    ``kind`` is the class of the SVG element, ``anchor`` start, middle or end.
    """

    x: float
    top: float
    lines: tuple[str, ...]
    kind: str = "flow"
    anchor: str = "start"
    size: float = SMALL
    bold: bool = False

    @property
    def height(self) -> float:
        """Height of all lines."""
        return self.size * LINE * len(self.lines)

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what the text covers at most."""
        width = max(width_of(line, self.size, bold=self.bold) for line in self.lines)
        left = self.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, self.top, left + width, self.top + self.height

    def svg(self) -> str:
        """Return the element, with one span a line."""
        first = self.top + 0.9 * self.size
        spans = "".join(
            f'<tspan x="{number(self.x)}" y="{number(first + i * self.size * LINE)}">'
            f"{escape(line)}</tspan>"
            for i, line in enumerate(self.lines)
        )
        weight = ' font-weight="bold"' if self.bold else ""
        anchor = "" if self.anchor == "start" else f' text-anchor="{self.anchor}"'
        fill = MUTED if self.kind == "note" else INK
        return (
            f'<text class="{self.kind}" font-size="{number(self.size)}" fill="{fill}"'
            f"{anchor}{weight}>{spans}</text>"
        )


@dataclass(frozen=True)
class BoxShape:
    """A stock, delay or smooth: a rectangle, a second one behind it where there are several."""

    left: float
    top: float
    width: float
    height: float
    kind: str
    several: bool

    def svg(self) -> str:
        """Return the element."""
        behind = self._rectangle(STACK, "behind") if self.several else ""
        front = self._rectangle(0.0, self.kind)
        bars = "".join(
            _line((x, self.top), (x, self.top + self.height))
            for x in (self.left + 4, self.left + self.width - 4)
            if self.kind == "delay"
        )
        return behind + front + bars

    def _rectangle(self, shift: float, kind: str) -> str:
        rounded = ' rx="12"' if self.kind == "smooth" else ""
        dashes = ' stroke-dasharray="5 3"' if self.kind == "smooth" else ""
        return (
            f'<rect class="{kind}" x="{number(self.left + shift)}" y="{number(self.top - shift)}" '
            f'width="{number(self.width)}" height="{number(self.height)}"{rounded} '
            f'fill="{FILLS[self.kind]}" stroke="{INK}" stroke-width="1.4"{dashes}/>'
        )


@dataclass(frozen=True)
class PipeShape:
    """A pipe through some corners with a valve, and a cloud where it begins or ends outside."""

    points: tuple[Point, ...]
    valve: Point
    upright: bool = False
    begins_outside: bool = False
    ends_outside: bool = False

    def svg(self) -> str:
        """Return the elements: the double line, the arrow, the valve and the clouds."""
        clouds = [self.points[0]] * self.begins_outside + [self.points[-1]] * self.ends_outside
        path = _rounded(self._trimmed())
        return (
            f'<path class="pipe" d="{path}" fill="none" stroke="{PIPE}" stroke-width="6"/>'
            f'<path d="{path}" fill="none" stroke="#ffffff" stroke-width="3.4"/>'
            + self._arrow()
            + self._valve()
            + "".join(_cloud(*at) for at in clouds)
        )

    def _tip(self) -> tuple[Point, Point]:
        """Return where the arrow ends and its direction."""
        (x, y), (across, down) = self.points[-2:]
        length = abs(across - x) + abs(down - y) or 1.0
        way = ((across - x) / length, (down - y) / length)
        room = CLOUD[way[1] != 0] / 2 - 1 if self.ends_outside else 0.0
        return (across - room * way[0], down - room * way[1]), way

    def _trimmed(self) -> tuple[Point, ...]:
        (x, y), (across, down) = self._tip()
        back = ARROW - 1
        return (*self.points[:-1], (x - back * across, y - back * down))

    def _arrow(self) -> str:
        (x, y), (across, down) = self._tip()
        back = (x - ARROW * across, y - ARROW * down)
        sides = [(back[0] - s * 5.5 * down, back[1] + s * 5.5 * across) for s in (1, -1)]
        return _polygon([(x, y), *sides], PIPE)

    def _valve(self) -> str:
        x, y = self.valve
        bow: list[Point] = [(-6, -5), (6, 5), (6, -5), (-6, 5)]
        handle: list[Point] = [(0, 0), (0, -8)]
        if self.upright:
            bow, handle = [(b, a) for a, b in bow], [(0, 0), (-8, 0)]
        points = [(x + a, y + b) for a, b in bow]
        stem = [(x + a, y + b) for a, b in handle]
        end = stem[1]
        return (
            _line(*stem)
            + f'<circle cx="{number(end[0])}" cy="{number(end[1])}" r="2.2" fill="{PIPE}"/>'
            + _polygon(points, "#ffffff", f' class="valve" stroke="{PIPE}" stroke-width="1.2"')
        )


@dataclass(frozen=True)
class Panel:
    """The tinted ground of a sector."""

    left: float
    top: float
    width: float
    height: float

    def svg(self) -> str:
        """Return the element."""
        return (
            f'<rect class="sector" x="{number(self.left)}" y="{number(self.top)}" '
            f'width="{number(self.width)}" height="{number(self.height)}" rx="8" fill="{TINT}" '
            'stroke="#d5dce3"/>'
        )


Shape = Text | BoxShape | PipeShape | Panel


class Drawn(Protocol):
    """What can be written in SVG."""

    def svg(self) -> str:
        """Return the element."""


def moved(shape: Shape, across: float, down: float) -> Shape:
    """Return a shape at another place."""
    if isinstance(shape, Text):
        return replace(shape, x=shape.x + across, top=shape.top + down)
    if isinstance(shape, PipeShape):
        points = tuple((x + across, y + down) for x, y in shape.points)
        valve = (shape.valve[0] + across, shape.valve[1] + down)
        return replace(shape, points=points, valve=valve)
    return replace(shape, left=shape.left + across, top=shape.top + down)


def page(width: float, height: float, title: str, says: str, shapes: Sequence[Drawn]) -> str:
    """Return the text of an SVG file with a white ground, the same text every time."""
    size = f'width="{number(width)}" height="{number(height)}"'
    view = f'viewBox="0 0 {number(width)} {number(height)}" role="img" font-family="{FONT}"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view}>']
    lines += [f"<title>{escape(title)}</title>", f"<desc>{escape(says)}</desc>"]
    lines += [f'<rect class="ground" {size} fill="#ffffff"/>']
    lines += [f"<g>{shape.svg()}</g>" for shape in shapes]
    return "\n".join([*lines, "</svg>\n"])


def number(value: float) -> str:
    """Return a coordinate to a tenth of a pixel."""
    text = format(round(value, 1), ".1f").removesuffix(".0")
    return "0" if text == "-0" else text


def _rounded(points: Sequence[Point]) -> str:
    """Return a path with rounded corners."""
    text = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(CORNER, *(_length(a, b) / 2 for a, b in pairwise((before, corner, after))))
        text += [f"L{_pair(_towards(corner, before, reach))}"]
        text += [f"Q{_pair(corner)} {_pair(_towards(corner, after, reach))}"]
    return "".join([*text, f"L{_pair(points[-1])}"])


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, reach: float) -> Point:
    share = reach / (_length(a, b) or 1.0)
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _pair(point: Point) -> str:
    return f"{number(point[0])},{number(point[1])}"


def _line(a: Point, b: Point) -> str:
    return f'<path d="M{_pair(a)}L{_pair(b)}" stroke="{PIPE}" stroke-width="1.2"/>'


def _polygon(points: Sequence[Point], fill: str, more: str = "") -> str:
    return f'<polygon points="{" ".join(map(_pair, points))}" fill="{fill}"{more}/>'


def _cloud(x: float, y: float) -> str:
    """Return a cloud drawn as bulges around a centre."""
    bulges = "a5.5,5.5 0 0 1 2,-9.5a7.5,7.5 0 0 1 13,-2.5a6,6 0 0 1 8.5,5a4.5,4.5 0 0 1 -0.5,7z"
    return (
        f'<path class="cloud" d="M{_pair((x - 11.5, y + 8))}{bulges}" fill="#ffffff" '
        f'stroke="{PIPE}" stroke-width="1.3"/>'
    )
