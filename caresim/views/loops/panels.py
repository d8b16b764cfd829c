"""Draws feedback loops: words round an ellipse, joined by arrows with their signs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from caresim.views.diagram.drawn import Diagram
from caresim.views.diagram.shapes import LINE, Drawn, Panel, Point, Text, number, page
from caresim.views.diagram.text import wrapped

__all__ = ["Circle", "figure"]

WORD, TITLE, SIGN, MARK = 10.5, 12.0, 15.0, 20.0  # sizes of text
ROOM, PAD, MARGIN, BETWEEN = 92.0, 4.0, 14.0, 14.0
FIRST, ASPECT, GROWTH = 84.0, 0.86, 1.06  # half the width of the smallest ellipse; its height
SHORTEST = 20.0  # arrow that can be seen
ROW = 1_180.0  # width at which panels begin another row
INK = "#1a1a1a"
COLOURS = {1: "#0072B2", -1: "#D55E00", None: "#6b6b6b"}  # Okabe and Ito, as in the plots
SIGNS = {1: "+", -1: "−", None: "?"}
LETTERS = {"reinforcing": "R", "balancing": "B", "unclear": "?"}
POINTS = 120  # at which an arc is looked at
LEGEND = (
    "+ more leads to more than otherwise; − more leads to less",
    "R reinforcing loop; B balancing loop; ? not one sign; in a box: takes time to change",
)
Area = tuple[float, float, float, float]


@dataclass(frozen=True)
class Circle:
    """A loop to draw; ``lasting`` says which of its quantities take time to change."""

    title: str
    labels: tuple[str, ...]
    signs: tuple[int | None, ...]
    lasting: tuple[bool, ...]
    kind: str


@dataclass(frozen=True)
class Arrow:
    """An arc of an ellipse with a head at its end, clockwise."""

    radii: Point
    begin: Point
    end: Point
    way: float  # direction at the end, radians
    sign: int | None

    def svg(self) -> str:
        """Return the elements."""
        colour = COLOURS[self.sign]
        (x, y), (rx, ry) = self.end, self.radii
        head = [(x, y)] + [
            (x - 10 * math.cos(self.way + side), y - 10 * math.sin(self.way + side))
            for side in (0.42, -0.42)
        ]
        points = " ".join(f"{number(a)},{number(b)}" for a, b in head)
        return (
            f'<path class="link" d="M{number(self.begin[0])},{number(self.begin[1])}A{number(rx)},'
            f"{number(ry)} 0 0 1 {number(x - 6 * math.cos(self.way))},"
            f'{number(y - 6 * math.sin(self.way))}" fill="none" stroke="{colour}" '
            f'stroke-width="1.8"/><polygon points="{points}" fill="{colour}"/>'
        )


@dataclass(frozen=True)
class Frame:
    """A thin box around words, or with ``turning`` a turning arrow around the mark of a loop."""

    area: Area
    turning: bool = False

    def svg(self) -> str:
        """Return the element."""
        left, top, right, foot = self.area
        if not self.turning:
            return (
                f'<rect class="lasting" x="{number(left)}" y="{number(top)}" '
                f'width="{number(right - left)}" height="{number(foot - top)}" fill="none" '
                f'stroke="{INK}" stroke-width="1"/>'
            )
        x, y, r = (left + right) / 2, (top + foot) / 2, (right - left) / 2
        return (
            f'<path d="M{number(x - 0.6 * r)},{number(y - 0.8 * r)}A{number(r)},{number(r)} 0 1 1 '
            f'{number(x - r)},{number(y)}" fill="none" stroke="{INK}" stroke-width="1.3"/>'
            f'<polygon points="{number(x - r)},{number(y - 8)} {number(x - r - 4)},{number(y + 1)} '
            f'{number(x - r + 4)},{number(y + 1)}" fill="{INK}"/>'
        )


class _Panel:
    """One loop, on an ellipse just large enough that nothing lies on anything else."""

    def __init__(self, circle: Circle) -> None:
        self.circle = circle
        self.words = [wrapped(label, WORD, ROOM) for label in circle.labels]
        self.radii = (FIRST, FIRST * ASPECT)
        while not self._fits():
            self.radii = (self.radii[0] * GROWTH, self.radii[1] * GROWTH)
        rx, ry = self.radii
        areas = [*self._areas(), *(text.area for text in self._signs()), (-rx, -ry, rx, ry)]
        self.left, self.top = (min(a[i] for a in areas) for i in (0, 1))
        self.width, self.height = (max(a[i + 2] for a in areas) for i in (0, 1))
        self.width, self.height = self.width - self.left, self.height - self.top
        self.title = wrapped(circle.title, TITLE, self.width, bold=True) if circle.title else ()

    def _point(self, turn: float) -> Point:
        """Return a point of the ellipse; a turn of 0 is at the top, 1 is once round."""
        angle = 2 * math.pi * (turn - 0.25)
        return self.radii[0] * math.cos(angle), self.radii[1] * math.sin(angle)

    def _texts(self) -> list[Text]:
        found = []
        for i, lines in enumerate(self.words):
            x, y = self._point(i / len(self.words))
            top = y - len(lines) * WORD * LINE / 2
            found.append(Text(x, top, lines, "word", "middle", WORD))
        return found

    def _areas(self) -> list[Area]:
        return [_wider(text.area, PAD) for text in self._texts()]

    def _arcs(self) -> list[tuple[float, float]]:
        """Return the turns between which each arrow can be seen."""
        areas, count = self._areas(), len(self.words)
        return [
            self._free(i / count, (i + 1) / count, areas[i], areas[(i + 1) % count])
            for i in range(count)
        ]

    def _free(self, begin: float, end: float, first: Area, last: Area) -> tuple[float, float]:
        steps = [begin + (end - begin) * k / POINTS for k in range(POINTS + 1)]
        seen = [
            t for t in steps
            if not _holds(_wider(first, 2), self._point(t))
            and not _holds(_wider(last, 3), self._point(t))
        ]  # fmt: skip
        return (seen[0], seen[-1]) if seen else (begin, begin)

    def _signs(self) -> list[Text]:
        """Return the sign of each link, beside the head of its arrow and clear of its words."""
        areas, count = self._areas(), len(self.words)
        return [
            self._sign(arc, sign, (areas[i], areas[(i + 1) % count]))
            for i, (arc, sign) in enumerate(zip(self._arcs(), self.circle.signs, strict=True))
        ]

    def _sign(self, arc: tuple[float, float], sign: int | None, words: tuple[Area, Area]) -> Text:
        tried = []
        for back, aside in product((12.0, 18.0, 24.0, 30.0), (12.0, -12.0)):
            x, y = self._point(arc[1] - min(back / (6 * self.radii[0]), 0.8 * (arc[1] - arc[0])))
            out = 1 + aside / math.hypot(x, y)
            top = y * out - SIGN * LINE / 2
            text = Text(x * out, top, (SIGNS[sign],), "sign", "middle", SIGN, bold=True)
            if not any(_meet(_wider(text.area, -1.5), word) for word in words):
                return text
            tried.append(text)
        return tried[0]

    def _fits(self) -> bool:
        long = all(
            math.dist(self._point(begin), self._point(end)) >= SHORTEST
            for begin, end in self._arcs()
        )
        mark = (-18.0, -18.0, 18.0, 18.0)
        areas = [mark, *self._areas(), *(_wider(text.area, -1.5) for text in self._signs())]
        return long and not any(_meet(a, b) for a, b in combinations(areas, 2))

    def shapes(self, left: float, top: float) -> Iterator[Drawn]:
        """Yield the shapes, the title from the top, the loop below it."""
        if self.title:
            yield Text(left, top, self.title, "title", "start", TITLE, bold=True)
            top += self.head
        across, down = left - self.left, top - self.top
        for (begin, end), sign in zip(self._arcs(), self.circle.signs, strict=True):
            (a, b), (x, y), (c, d) = (self._point(t) for t in (begin, end, end - 1e-3))
            way = math.atan2(y - d, x - c)
            yield Arrow(self.radii, (a + across, b + down), (x + across, y + down), way, sign)
        for text, lasting in zip(self._texts(), self.circle.lasting, strict=True):
            placed = Text(text.x + across, text.top + down, text.lines, "word", "middle", WORD)
            if lasting:
                yield Frame(_wider(placed.area, PAD - 1))
            yield placed
        for text in self._signs():
            x, y = text.x + across, text.top + down
            yield Text(x, y, text.lines, "sign", "middle", SIGN, bold=True)
        letter = (LETTERS[self.circle.kind],)
        yield Frame((across - 18, down - 18, across + 18, down + 18), turning=True)
        yield Text(across, down - 0.58 * MARK, letter, "mark", "middle", MARK, bold=True)

    @property
    def head(self) -> float:
        """Height of the title and the space below it."""
        return len(self.title) * TITLE * LINE + 8 if self.title else 0.0


def figure(name: str, circles: Sequence[Circle]) -> Diagram:
    """Return the figure of some loops, side by side in rows."""
    panels = [_Panel(circle) for circle in circles]
    rows: list[list[_Panel]] = [[]]
    for panel in panels:
        taken = sum(p.width + 2 * MARGIN + BETWEEN for p in rows[-1])
        if rows[-1] and taken + panel.width + 2 * MARGIN > ROW:
            rows.append([])
        rows[-1].append(panel)
    shapes: list[Drawn] = []
    y, widest = MARGIN, 0.0
    for row in rows:
        x, high = MARGIN, max(p.head + p.height for p in row) + 2 * MARGIN
        for panel in row:
            shapes.append(Panel(x, y, panel.width + 2 * MARGIN, high))
            lower = (high - 2 * MARGIN - panel.head - panel.height) / 2
            shapes += panel.shapes(x + MARGIN, y + MARGIN + (0 if panel.title else lower))
            x += panel.width + 2 * MARGIN + BETWEEN
        y, widest = y + high + BETWEEN, max(widest, x - BETWEEN)
    lines = tuple(x for text in LEGEND for x in wrapped(text, WORD, widest - MARGIN))
    shapes.append(Text(MARGIN, y, lines, "legend", "start", WORD))
    says = ". ".join(_in_words(circle) for circle in circles) + "."
    title = f"Feedback loops of {name}"
    size = widest + MARGIN, y + len(lines) * WORD * LINE + MARGIN
    return Diagram(title, page(*size, title, says, shapes))


def _in_words(circle: Circle) -> str:
    links = ", ".join(
        f"{label} ({SIGNS[sign]})" for label, sign in zip(circle.labels, circle.signs, strict=True)
    )
    return f"{circle.title or 'Loop'}, {circle.kind}: {links}"


def _wider(area: Area, by: float) -> Area:
    return area[0] - by, area[1] - by, area[2] + by, area[3] + by


def _holds(area: Area, point: Point) -> bool:
    return area[0] <= point[0] <= area[2] and area[1] <= point[1] <= area[3]


def _meet(a: Area, b: Area) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
