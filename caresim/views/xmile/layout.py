"""Where things stand in the diagram of an XMILE file.

Stocks go down a diagonal in the order of the model. A flow leaves its stock on a row of its own,
with its valve and name beside the stock, and comes into the next from above or below. So no pipe
runs through a stock, whatever the model. A connector joins each stock or flow to the flows whose
equations read it. All other quantities stand in a grid underneath, without connectors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from caresim.language.expressions import walk
from caresim.language.variables import Flow, Stock

__all__ = ["add_view"]

STOCK_WIDTH, STOCK_HEIGHT = 45, 35  # what readers draw; XMILE places their centres
ACROSS, ROW, GAP = 280, 45, 60
BEND, VALVE, CLOUD = 45, 140, 240  # from the centre of a stock
LANES, LANE = 5, 8  # pipes that come into a stock side by side, and how far apart
CELL, FEWEST_COLUMNS = (200, 65), 7
Point = tuple[float, float]


def add_view(
    parent: Element, stocks: Sequence[Stock], flows: Sequence[Flow], others: Sequence[str]
) -> None:
    """Add a stock-and-flow view of all quantities to a model element."""
    view = SubElement(SubElement(parent, "views"), "view", {"type": "stock_flow"})
    order = {stock: i for i, stock in enumerate(stocks)}
    sides = {stock: _sides(stock, flows, order) for stock in stocks}
    centres: dict[Stock | Flow, Point] = {}  # of a flow its valve
    top = 100.0
    for stock, i in order.items():
        centres[stock] = (300.0 + ACROSS * i, top)
        _place(view, "stock", stock.name, centres[stock])
        top += ROW * max(map(len, sides[stock].values())) + GAP
    for stock in stocks:
        for side, beside in sides[stock].items():
            for row, flow in enumerate(beside):
                pipe = _pipe(flow, stock, side, row, centres)
                centres[flow] = pipe[0]
                _add_flow(view, flow, pipe)
    columns = max(FEWEST_COLUMNS, len(stocks) * ACROSS // CELL[0])
    for i, name in enumerate(others):
        at = (100 + CELL[0] * (i % columns), top + GAP + CELL[1] * (i // columns))
        _place(view, "aux", name, at)
    _add_connectors(view, centres)


def _sides(stock: Stock, flows: Sequence[Flow], order: dict[Stock, int]) -> dict[int, list[Flow]]:
    """Return the flows that begin on the left of a stock (-1) and on its right (1).

    What comes out of the cloud has its row at the stock that it fills.
    """
    sides: dict[int, list[Flow]] = {-1: [], 1: []}
    for flow in flows:
        start, end = flow.pipe.start, flow.pipe.end
        if start is stock:
            goes_back = end is not None and order[end] < order[stock]
            sides[-1 if goes_back else 1].append(flow)
        elif start is None and end is stock:
            sides[-1].append(flow)
    return sides


def _pipe(
    flow: Flow, stock: Stock, side: int, row: int, centres: Mapping[Stock | Flow, Point]
) -> tuple[Point, list[Point]]:
    """Return where the valve stands and the corners of the pipe, from its source to its end."""
    x, y = centres[stock]
    here = y + ROW * row
    points = [(x + side * STOCK_WIDTH / 2, y)]
    points += [(x + side * BEND, y), (x + side * BEND, here)] if row else []
    if flow.pipe.start is not stock or flow.pipe.end is None:
        points.append((x + side * CLOUD, here))
    else:
        across, down = centres[flow.pipe.end]
        across += LANE * (row % LANES - LANES // 2)
        edge = down + (STOCK_HEIGHT if here > down else -STOCK_HEIGHT) / 2
        points += [(across, here), (across, edge)]
    return (x + side * VALVE, here), points if flow.pipe.start is stock else points[::-1]


def _add_flow(view: Element, flow: Flow, pipe: tuple[Point, list[Point]]) -> None:
    valve, points = pipe
    pts = SubElement(_place(view, "flow", flow.name, valve), "pts")
    for point in points:
        SubElement(pts, "pt", _at(point))


def _add_connectors(view: Element, drawn: Mapping[Stock | Flow, Point]) -> None:
    """Add a straight arrow into each flow from every stock and flow that its equation names."""
    for uid, (source, flow) in enumerate(_readings(drawn), 1):
        (x, y), (across, down) = drawn[source], drawn[flow]
        angle = math.degrees(math.atan2(y - down, across - x)) % 360  # y goes down, angles turn up
        arrow = SubElement(view, "connector", {"uid": str(uid), "angle": format(angle, ".4g")})
        for tag, end in (("from", source), ("to", flow)):
            SubElement(arrow, tag).text = end.name


def _readings(drawn: Mapping[Stock | Flow, Point]) -> Iterator[tuple[Stock | Flow, Flow]]:
    for flow in drawn:
        if isinstance(flow, Flow):
            read = (node for node in walk(flow.expression) if isinstance(node, Stock | Flow))
            yield from ((node, flow) for node in read if node in drawn)


def _place(view: Element, kind: str, name: str | None, at: Point) -> Element:
    return SubElement(view, kind, {**_at(at), "name": name or ""})


def _at(point: Point) -> dict[str, str]:
    return {axis: format(value, "g") for axis, value in zip("xy", point, strict=True)}
