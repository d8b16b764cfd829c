"""Stock-and-flow diagrams: everything stands once, nothing on anything else, the same bytes."""

import re
import types
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    Delay,
    Dimension,
    Flow,
    Model,
    Parameters,
    Smooth,
    Stock,
    cloud,
)
from caresim.views.diagram.parts import boxes_of, channels_of
from caresim.views.diagram.text import width_of

SVG = "{http://www.w3.org/2000/svg}"
AGE, PHASE = Dimension("Age", ["0–9", "10–17"]), Dimension("Phase", ["First", "Later"])
p = Parameters.of(n=(10.0, "child"), rate=(0.1, "1/year"), lag=(1.0, "year"), f=(5.0, "child/year"))


class Journey(Model):
    """A little of everything that a diagram shows."""

    parameters = p
    plan = Delay("On a plan", "child", p.n, time=p.lag, order=3)
    care = Stock("Looked after", "child", p.n, over=(PHASE, AGE))
    home = Stock("Home < 1 year & at risk", "child", p.n, over=AGE)
    felt = Smooth("Children felt", plan, p.lag, order=2)
    alone = Stock("Without any flow", "child", p.n)
    share = Aux("Share of felt", felt / p.n)
    starts = Flow("Plans started", cloud >> plan, p.f * share)
    taken = Flow("Into care", plan >> care["First", "0–9"], plan.outflow * 1)
    settled = Flow("Settled", care["First"] >> care["Later"], care["First"] * p.rate)
    older = Flow("Growing older", care.ageing(then=cloud, over=AGE), care * p.rate)
    early = Flow("Home early", care["First"] >> home, care["First"] * p.rate)
    late = Flow("Home late", care["Later"] >> home, care["Later"] * p.rate)
    again = Flow("Back into care", home >> care["First"], home * p.rate)
    safe = Flow("Past the risk", home >> cloud, home * p.rate)
    moved = Flow("Moved away", home >> cloud, home * p.rate)


def made(name, body):
    """Return a model class from a dict of quantities."""

    uses_all = Aux("Uses every parameter", p.f * p.lag * p.rate / p.n)

    def fill(namespace):
        for key, value in {"parameters": p, **body, "uses_all": uses_all}.items():
            namespace[key] = value

    return types.new_class(name, (Model,), {}, fill)


def parsed(svg):
    """Return the root of an SVG file, which has to be well-formed."""
    return ET.fromstring(svg)  # noqa: S314  (our own text)


def texts(svg, kind):
    """Return the texts of a class, each with its lines joined."""
    found = parsed(svg).iter(f"{SVG}text")
    return [" ".join(span.text for span in t) for t in found if t.get("class") == kind]


def areas(svg):
    """Return what each text covers at most: (words, left, top, right, bottom)."""
    found = []
    for text in parsed(svg).iter(f"{SVG}text"):
        size, bold = float(text.get("font-size")), text.get("font-weight") == "bold"
        width = max(width_of(span.text, size, bold=bold) for span in text)
        x, ys = float(text[0].get("x")), [float(span.get("y")) for span in text]
        left = x - width * {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor"), 0.0)
        words = " ".join(span.text for span in text)
        found.append((words, left, ys[0] - 0.8 * size, left + width, ys[-1] + 0.2 * size))
    return found


def meet(a, b, slack=0.3):
    return (
        a[1] < b[3] - slack and b[1] < a[3] - slack and a[2] < b[4] - slack and b[2] < a[4] - slack
    )


def rectangles(svg, *kinds):
    """Return the rectangles of some classes: (class, left, top, right, bottom)."""
    found = []
    for r in parsed(svg).iter(f"{SVG}rect"):
        if r.get("class") in kinds:
            x, y, w, h = (float(r.get(key, 0)) for key in ("x", "y", "width", "height"))
            found.append((r.get("class"), x, y, x + w, y + h))
    return found


def pipe_pieces(svg):
    """Return the straight pieces of all pipes as thin areas."""
    found = []
    for path in parsed(svg).iter(f"{SVG}path"):
        if path.get("class") == "pipe":
            points = [
                tuple(map(float, q)) for q in re.findall(r"([-\d.]+),([-\d.]+)", path.get("d"))
            ]
            for (a, b), (c, d) in pairwise(points):
                box = (min(a, c) - 3, min(b, d) - 3, max(a, c) + 3, max(b, d) + 3)
                found.append(("pipe", *box))
    return found


def faults_of(svg):
    """Return what lies on something else, and what is outside the page."""
    words, pipes = areas(svg), pipe_pieces(svg)
    boxes = rectangles(svg, "stock", "delay", "smooth", "behind")
    faults = [(a[0], b[0]) for a, b in combinations(words, 2) if meet(a, b)]
    faults += [(a[0], "a pipe") for a in words for b in pipes if meet(a, b)]
    fronts = [b for b in boxes if b[0] != "behind"]
    faults += [("a box", "a box") for a, b in combinations(fronts, 2) if meet(a, b)]
    faults += [("a box", "a pipe") for a in fronts for b in pipes if meet(a, b, 3.3)]
    root = parsed(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    outside = (a for a in (*words, *boxes, *pipes))
    faults += [
        (a[0], "outside") for a in outside if min(a[1:3]) < 0 or a[3] > width or a[4] > height
    ]
    return faults


def test_each_stock_stands_once_whatever_it_is_divided_into():
    svg = cs.diagram(Journey()).svg
    expected = ["On a plan", "Looked after", "Home < 1 year & at risk", "Children felt"]
    assert sorted(texts(svg, "box")) == sorted([*expected, "Without any flow"])
    assert len(rectangles(svg, "stock")) == 3 + 2, "three stocks, and two in the legend"
    assert len(rectangles(svg, "delay")) == len(rectangles(svg, "smooth")) == 2


def test_each_flow_stands_once_and_the_last_of_ageing_by_its_element():
    flows = texts(cs.diagram(Journey()).svg, "flow")
    named = [v.label for v in {**Journey.groups, **Journey.variables}.values() if is_flow(v)]
    assert sorted(flows) == sorted([*named, "Growing older, 10–17"])


def is_flow(variable):
    """Return True for a flow as the author wrote it."""
    top = Journey.makers().get(variable.name, variable)
    return isinstance(top, Flow) and top is variable


def test_a_divided_stock_says_by_what_and_a_delay_its_stages():
    svg = cs.diagram(Journey()).svg
    notes = texts(svg, "note")
    assert sorted(notes) == ["3 stages", "by Age", "by Phase and Age", "felt with a lag 2 stages"]
    assert len(rectangles(svg, "behind")) == 2 + 1, "both divided stocks, and the legend"


def test_flows_with_the_same_ends_share_a_pipe():
    ends = {(c.source, c.target): c.labels for c in channels_of(Journey)}
    assert ends["care", "home"] == ("Home early", "Home late")
    assert ends["home", None] == ("Past the risk", "Moved away")
    assert ends["care", "care"] == ("Settled", "Growing older")
    assert ends["care", None] == ("Growing older, 10–17",)
    assert ends["plan", "care"] == ("Into care",), "from the last stage, which is the delay"
    assert None not in {c for end in ends for c in end if end == ("felt", "felt")}
    valves = [e for e in parsed(cs.diagram(Journey()).svg).iter() if e.get("class") == "valve"]
    assert len(valves) == len(ends) + 1, "one for each pipe, and the legend"


def test_a_cloud_stands_at_each_open_end():
    root = parsed(cs.diagram(Journey()).svg)
    clouds = [e for e in root.iter(f"{SVG}path") if e.get("class") == "cloud"]
    open_ends = [c for c in channels_of(Journey) if c.source is None or c.target is None]
    assert len(clouds) == len(open_ends) + 1 == 4, "and the legend"


@pytest.mark.parametrize("model", [Journey, England], ids=lambda m: m.__name__)
def test_nothing_lies_on_anything_else(model):
    assert not faults_of(cs.diagram(model()).svg)


def test_the_check_of_overlaps_itself_sees_one():
    svg = cs.diagram(Journey()).svg
    first = re.search(r'<text class="flow".*?</text>', svg)[0]
    assert ("Plans started", "Plans started") in faults_of(svg.replace(first, first * 2))
    assert ("Plans started", "a pipe") in faults_of(
        svg.replace("</svg>", f'<path class="pipe" d="{at_words(svg)}"/></svg>')
    )


def at_words(svg):
    """Return a path through the first label."""
    _, left, top, right, foot = next(a for a in areas(svg) if a[0] == "Plans started")
    return f"M{left},{(top + foot) / 2}L{right},{(top + foot) / 2}"


def test_every_stock_and_flow_of_england_is_there_once():
    svg = cs.diagram(England()).svg
    tops = list({id(v): v for v in England.makers().values()}.values())
    boxes = [v.label for v in tops if isinstance(v, Stock | Delay | Smooth)]
    flows = texts(svg, "flow")
    assert sorted(texts(svg, "box")) == sorted(boxes)
    named = [v.label for v in tops if isinstance(v, Flow)]
    assert len(flows) - len(named) == sum(label not in named for label in flows), "last of ageing"
    assert set(named) <= set(flows)
    labels = [label for channel in channels_of(England) for label in channel.labels]
    assert sorted(flows) == sorted(labels)


def test_the_same_model_gives_the_same_bytes():
    assert cs.diagram(Journey()).svg == cs.diagram(Journey(n=20.0)).svg, "numbers do not matter"


def test_the_journey_goes_from_left_to_right():
    left = {b[0]: b[1] for b in areas(cs.diagram(Journey()).svg)}
    assert left["On a plan"] < left["Into care"] < left["Looked after"]
    assert left["Looked after"] < left["Back into care"] < left["Home < 1 year & at risk"]


def test_it_says_what_it_shows_and_stands_on_white():
    root = parsed(cs.diagram(Journey()).svg)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Stocks and flows of Journey"
    says = root.find(f"{SVG}desc").text
    assert "Looked after to Home < 1 year & at risk: Home early, Home late" in says
    assert "outside to On a plan: Plans started" in says
    assert rectangles(cs.diagram(Journey()).svg, "ground")[0][1:3] == (0, 0)
    assert not list(root.iter(f"{SVG}image"))


def stocks(*names):
    return {name: Stock(name.capitalize(), "child", p.n) for name in names}


def sectored():
    body = stocks("door", "plan", "care", "staff")
    body["go"] = Flow("Goes", body["door"] >> body["plan"], body["door"] * p.rate)
    body["enter"] = Flow("Enters", body["plan"] >> body["care"], body["plan"] * p.rate)
    body["hired"] = Flow("Hired", cloud >> body["staff"], p.f)
    body["leave"] = Flow("Leaves", body["care"] >> cloud, body["care"] * p.rate)
    model = made("Sectored", body)
    titles = {
        "Front": ("door", "go"), "Plans": ("plan", "enter"), "Care itself": ("care", "leave")
    }  # fmt: skip
    model.sector_of = classmethod(lambda _: {**titles, "Work": ("staff", "hired"), "Sums": ()})
    return model


def test_each_sector_with_a_stock_has_a_panel_with_its_title_that_holds_its_boxes():
    svg = cs.diagram(sectored()()).svg
    panels = rectangles(svg, "sector")
    assert sorted(texts(svg, "title")) == ["Care itself", "Front", "Plans", "Work"]
    assert not faults_of(svg)
    assert not any(meet(a, b) for a, b in combinations(panels, 2))
    place = {a[0]: a for a in areas(svg)}
    for title, name in (("Front", "Door"), ("Plans", "Plan"), ("Care itself", "Care")):
        inside = [q for q in panels if meet(q, place[title])]
        assert len(inside) == 1
        assert meet(inside[0], place[name]), f"{name} stands in {title}"


def test_what_no_flow_joins_to_the_rest_stands_below():
    place = {a[0]: a for a in areas(cs.diagram(sectored()()).svg)}
    assert place["Staff"][2] > max(place[name][4] for name in ("Door", "Plan", "Care"))


def test_stocks_of_a_sector_without_flows_stand_where_most_of_their_flows_are():
    model = sectored()
    titles = {"Places: all stocks": ("door", "plan", "care", "staff"), "Way: on": ("go", "enter")}
    model.sector_of = classmethod(lambda _: {**titles, "Work": ("hired", "leave")})
    found = {box.name: box.sector for box in boxes_of(model)}
    assert found == {"door": "Way", "plan": "Way", "care": "Way", "staff": "Work"}
    titles |= {"Places: all stocks": ("door", "plan", "care", "staff", "go"), "Way: on": ("enter",)}
    assert {box.sector for box in boxes_of(model)} == {"Places"}, "it has a flow, so they stay"


def test_two_flows_with_one_label_are_both_named():
    body = stocks("door", "care")
    for name in ("one", "other"):
        body[name] = Flow("Enters", body["door"] >> body["care"], body["door"] * p.rate)
    assert texts(cs.diagram(made("Twice", body)()).svg, "flow") == ["Enters", "Enters"]


def test_one_sector_is_no_sector():
    model = made("Single", stocks("care"))
    model.sector_of = classmethod(lambda _: {"All": ("care",)})
    assert not rectangles(cs.diagram(model()).svg, "sector")
    assert boxes_of(model)[0].sector == ""


LABELS = st.text("abc Wi–&<'ö", min_size=1, max_size=60).filter(str.strip)
NODES = st.integers(0, 7)
FLOWS = st.lists(st.tuples(NODES, NODES, LABELS), max_size=24)


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 7), flows=FLOWS, label=LABELS)
def test_nothing_overlaps_in_any_model(count, flows, label):
    body = {f"s{i}": Stock(f"{label} {i}", "child", p.n) for i in range(count)}
    ends = [*body.values(), cloud]
    for i, (a, b, text) in enumerate(flows):
        source, target = ends[a % len(ends)], ends[b % len(ends)]
        if source is not target:
            body[f"f{i}"] = Flow(text, source >> target, p.f * 1)
    svg = cs.diagram(made("Random", body)()).svg
    assert not faults_of(svg)
    assert len(texts(svg, "box")) == count


def test_saving_writes_the_whole_text_and_returns_the_path(tmp_path):
    picture = cs.diagram(Journey())
    path = picture.save(tmp_path / "new" / "journey.svg")
    assert path.read_text(encoding="utf-8") == picture.svg == picture._repr_svg_()
    assert [f.name for f in path.parent.iterdir()] == ["journey.svg"], "nothing left behind"


def test_saving_replaces_a_file_only_when_asked(tmp_path):
    path = tmp_path / "journey.svg"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(cs.CaresimError, match="is there already; choose another name or set over"):
        cs.diagram(Journey()).save(path)
    assert path.read_text(encoding="utf-8") == "mine"
    cs.diagram(Journey()).save(path, overwrite=True)
    assert path.read_text(encoding="utf-8").startswith("<svg")


def test_saving_refuses_other_endings_folders_and_places_that_are_none(tmp_path):
    picture = cs.diagram(Journey())
    with pytest.raises(cs.CaresimError, match=r"must end in \.svg"):
        picture.save(tmp_path / "journey.png")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(cs.CaresimError, match="is there already"):
        picture.save(tmp_path / "folder.svg", overwrite=True)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(cs.CaresimError, match="cannot be written"):
        picture.save(tmp_path / "file" / "journey.svg")


def test_what_is_no_model_is_refused_with_advice():
    with pytest.raises(cs.ModelError, match=r"diagram takes a model such as Journey\(\)"):
        cs.diagram(Journey)
    with pytest.raises(cs.ModelError, match=r"such as MyModel\(\), not 'England'"):
        cs.diagram("England")


def test_a_model_without_stocks_is_refused():
    with pytest.raises(cs.ModelError, match="Sums has no stocks to draw"):
        cs.diagram(made("Sums", {})())
