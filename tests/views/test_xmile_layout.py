"""The diagram of an XMILE file: everything has its place, and lines join what they should."""

import math
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from caresim.england import England
from caresim.language.expressions import walk
from caresim.language.variables import Flow, Stock
from caresim.views.xmile.export import exportable, xmile_text

SPACE = "{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}"
VIEW = f"{SPACE}model/{SPACE}views/{SPACE}view"


@pytest.fixture(scope="module")
def england():
    model = England()
    return ET.fromstring(xmile_text(exportable(model)))  # noqa: S314


@pytest.fixture(scope="module")
def places(england):
    """Return where each shape stands, by name."""
    shapes = [shape for shape in england.find(VIEW) if shape.get("name")]
    found = {s.get("name"): (float(s.get("x")), float(s.get("y"))) for s in shapes}
    assert len(found) == len(shapes), "something is drawn twice"
    return found


@pytest.fixture(scope="module")
def connectors(england):
    found = england.findall(f"{VIEW}/{SPACE}connector")
    return [(c, c.findtext(SPACE + "from"), c.findtext(SPACE + "to")) for c in found]


def test_everything_is_drawn(england, places):
    assert set(places) == {q.get("name") for q in england.find(f"{SPACE}model/{SPACE}variables")}


def test_no_two_shapes_stand_on_one_another(places):
    assert len(places) > 200
    for name, (x, y) in places.items():
        near = [other for other, (a, b) in places.items() if abs(a - x) < 45 and abs(b - y) < 35]
        assert near == [name], f"{name} stands on {near}"


def test_every_pipe_is_square_and_joins_its_stocks_with_the_valve_on_it(england, places):
    pipes = {shape.get("name"): shape for shape in england.findall(f"{VIEW}/{SPACE}flow")}
    assert set(pipes) == {flow.name for flow in England.flows()}
    for flow in England.flows():
        pts = pipes[flow.name].iter(SPACE + "pt")
        points = [(float(q.get("x")), float(q.get("y"))) for q in pts]
        legs = list(pairwise(points))
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in legs), f"{flow.name} is askew"
        on_it = any(lies_on(places[flow.name], leg) for leg in legs)
        assert on_it, f"the valve of {flow.name} is off it"
        for stock, at in ((flow.pipe.start, points[0]), (flow.pipe.end, points[-1])):
            if stock is not None:
                x, y = places[stock.name]
                assert abs(at[0] - x) <= 22.5, f"{flow.name} misses {stock.name}"
                assert abs(at[1] - y) <= 17.5, f"{flow.name} misses {stock.name}"


def lies_on(point, leg):
    (x, y), ((a, b), (c, d)) = point, leg
    return min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d)


def test_a_connector_joins_each_stock_and_flow_to_the_flows_that_read_it(connectors):
    read = {
        (node.name, flow.name)
        for flow in England.flows()
        for node in walk(flow.expression)
        if isinstance(node, Stock | Flow)
    }
    assert len(read) > 15
    assert sorted((source, flow) for _, source, flow in connectors) == sorted(read)
    assert ("support", "support_closures") in read


def test_connectors_are_numbered_and_point_at_their_flows(connectors, places):
    uids = [connector.get("uid") for connector, _, _ in connectors]
    assert uids == [str(i) for i in range(1, len(connectors) + 1)]
    for connector, source, flow in connectors:
        (x, y), (a, b) = places[source], places[flow]
        angle, length = math.radians(float(connector.get("angle"))), math.hypot(a - x, b - y)
        reached = (x + length * math.cos(angle), y - length * math.sin(angle))
        assert reached == pytest.approx((a, b), abs=0.01 * length), f"{source} to {flow}"
