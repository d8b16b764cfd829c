"""Figures of feedback loops: one panel each, every word once, nothing on anything else."""

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_diagram import SVG, areas, meet, parsed, rectangles, texts
from test_loops import Population, Store

import caresim as cs
from caresim.language.feedbacks import Feedback
from caresim.views.loops.found import Loop
from caresim.views.loops.panels import Circle, figure


def feedback(*through, name="Places follow the goal"):
    return Feedback(name, "switch", "in words", "assumption", "none", through)


def faults_of(svg):
    """Return what lies on something else or outside of its panel."""
    words, panels = areas(svg), rectangles(svg, "sector")
    faults = [(a[0], b[0]) for a, b in combinations(words, 2) if meet(a, b, 1.6)]
    faults += [("panel", "panel") for a, b in combinations(panels, 2) if meet(a, b)]
    legend = {a for a in words if a[0].startswith("+ more")}
    for a in set(words) - legend:
        holds = [
            q for q in panels if q[1] <= a[1] and a[3] <= q[3] and q[2] <= a[2] and a[4] <= q[4]
        ]
        faults += [] if len(holds) == 1 else [(a[0], "outside of its panel")]
    return faults


def arrows(svg):
    return [e for e in parsed(svg).iter(f"{SVG}path") if e.get("class") == "link"]


def test_a_loop_is_its_words_and_signs_with_a_mark_in_the_middle():
    svg = cs.loop_diagram(Store(), cs.loops(Store(), "gap")).svg
    expected = ["Places", "Places missing", "Places ordered", "Being built", "Places opened"]
    assert sorted(texts(svg, "word")) == sorted(expected)
    assert sorted(texts(svg, "sign")) == ["+"] * 4 + ["−"]
    assert texts(svg, "mark") == ["B"]
    assert len(arrows(svg)) == 5
    assert len(rectangles(svg, "lasting")) == 2, "the stock and the delay"
    assert not faults_of(svg)


def test_each_loop_has_a_panel():
    found = cs.loops(Population())
    svg = cs.loop_diagram(Population(), found).svg
    assert sorted(texts(svg, "mark")) == ["B", "R"]
    assert len(rectangles(svg, "sector")) == len(found) == 2
    assert len(arrows(cs.loop_diagram(Population(), found[0]).svg)) == 2, "one loop may stand alone"


def test_without_a_choice_the_feedbacks_that_the_model_names_are_drawn():
    class Named(Store):
        """With a feedback, and one without a figure."""

    Named.feedbacks = (feedback("places", "orders", "building"), feedback(name="In words only"))
    svg = cs.loop_diagram(Named()).svg
    assert texts(svg, "title") == ["Places follow the goal"]
    assert sorted(texts(svg, "word")) == ["Being built", "Places", "Places ordered"]


def test_a_link_through_other_quantities_has_the_sign_of_the_way():
    svg = cs.loop_diagram(Store(), feedback("places", "orders", "building")).svg
    assert sorted(texts(svg, "sign")) == ["+", "+", "−"], "more places, a smaller gap, fewer orders"
    assert texts(svg, "mark") == ["B"]


def test_without_feedbacks_the_shortest_loops_are_drawn():
    svg = cs.loop_diagram(Store()).svg
    assert len(texts(svg, "mark")) == len(cs.loops(Store())) == 3


def test_a_loop_with_a_link_that_cannot_be_told_is_marked_so():
    loop = Loop(("places", "closed"), ("Places", "Places closed"), (None, -1), ("places",))
    svg = cs.loop_diagram(Store(), loop).svg
    assert texts(svg, "mark") == ["?"]
    assert sorted(texts(svg, "sign")) == ["?", "−"]


def test_it_says_what_it_shows_the_same_every_time():
    one, other = (cs.loop_diagram(Population()) for _ in "ab")
    assert one.svg == other.svg
    assert one.title == "Feedback loops of Population"
    says = parsed(one.svg).find(f"{SVG}desc").text
    assert "Loop, reinforcing: People (+), Births (+)" in says
    assert "Loop, balancing: People (+), Deaths (−)" in says


def test_it_can_be_saved(tmp_path):
    path = cs.loop_diagram(Population()).save(tmp_path / "loops.svg")
    assert path.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("through", "message"),
    [
        (("places", "places"), "names each quantity of the loop once"),
        (("places", "gapp"), "no quantity 'gapp'"),
        (("gap", "orders", "places", "closed"), "'closed' does not act on 'gap' by any equation"),
        ((), "names each quantity of the loop once"),
    ],
)
def test_a_feedback_that_is_no_loop_is_refused(through, message):
    with pytest.raises(cs.ModelError, match=message):
        cs.loop_diagram(Store(), feedback(*through))


def test_nothing_to_draw_is_refused():
    with pytest.raises(cs.ModelError, match="Store has no feedback loops to draw"):
        cs.loop_diagram(Store(), [])
    with pytest.raises(cs.ModelError, match=r"loop_diagram takes a model such as Store\(\)"):
        cs.loop_diagram(Store)


LABELS = st.text("abc Wi<&–", min_size=1, max_size=70).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(LABELS, min_size=2, max_size=11), min_size=1, max_size=5),
    st.text("ab ", max_size=60),
)
def test_nothing_overlaps_whatever_the_words(loops, title):
    circles = [
        Circle(title.strip(), tuple(labels), (1, -1, None, 1) * 3, (True, False) * 6, "unclear")
        for labels in loops
    ]
    circles = [
        Circle(c.title, c.labels, c.signs[: len(c.labels)], c.lasting[: len(c.labels)], c.kind)
        for c in circles
    ]
    svg = figure("Random", circles).svg
    assert not faults_of(svg)
    assert len(arrows(svg)) == sum(map(len, loops))
    root = parsed(svg)
    right = max(q[3] for q in rectangles(svg, "sector"))
    assert right <= float(root.get("width"))


def test_arrows_can_be_seen_and_go_round_clockwise():
    svg = cs.loop_diagram(Population(), cs.loops(Population())[0]).svg
    ends = [tuple(map(float, re.findall(r"-?[\d.]+", e.get("d")))) for e in arrows(svg)]
    down = max(ends, key=lambda e: e[0])
    assert down[-1] > down[1], "on the right, arrows go down"
    assert all(abs(e[-1] - e[1]) > 10 for e in ends)
