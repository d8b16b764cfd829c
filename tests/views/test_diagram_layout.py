"""What diagrams are laid out by: lines that fit, columns, few crossings, places apart, tracks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.views.diagram.layers import columns_of, crossings, strong_components, untangled
from caresim.views.diagram.shapes import PipeShape, Text, moved, number
from caresim.views.diagram.text import width_of, wrapped
from caresim.views.diagram.tracks import APART, spread, tracks

NAMES = "abcdefg"
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20)


def graph_of(pairs):
    return {name: [b for a, b in pairs if a == name] for name in NAMES}


def reached(graph, start):
    """Return what can be reached from a node in any number of steps, itself included."""
    found, edge = {start}, [start]
    while edge:
        edge = [b for a in edge for b in graph[a] if b not in found]
        found.update(edge)
    return found


@given(PAIRS)
def test_nodes_share_a_component_when_each_can_be_reached_from_the_other(pairs):
    graph = graph_of(pairs)
    found = strong_components(graph)
    ways = {name: reached(graph, name) for name in NAMES}
    for a in NAMES:
        for b in NAMES:
            assert (found[a] == found[b]) == (b in ways[a] and a in ways[b]), (a, b)


@given(PAIRS)
def test_numbers_of_components_fall_along_the_edges(pairs):
    found = strong_components(graph_of(pairs))
    assert all(found[a] >= found[b] for a, b in pairs)


def test_a_column_is_the_longest_way_to_a_box():
    pairs = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("a", "d")]
    assert columns_of("abcd", pairs) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_the_order_of_names_says_which_flow_of_a_circle_goes_back():
    assert columns_of("abc", [("a", "b"), ("b", "c"), ("c", "a")]) == {"a": 0, "b": 1, "c": 2}
    assert columns_of("cab", [("a", "b"), ("b", "c"), ("c", "a")])["c"] == 0


def test_the_order_of_names_does_not_matter_where_nothing_goes_back():
    assert columns_of("cba", [("a", "b"), ("b", "c")]) == {"a": 0, "b": 1, "c": 2}


def test_a_box_that_nothing_flows_into_stands_just_before_the_first_that_it_feeds():
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("e", "d")]
    assert columns_of("abcde", pairs)["e"] == 2


@given(PAIRS)
def test_the_two_ends_of_a_flow_never_share_a_column(pairs):
    found = columns_of(NAMES, pairs)
    assert all(found[a] != found[b] for a, b in pairs if a != b)
    assert min(found.values()) == 0


def test_crossings_are_counted_between_neighbouring_columns():
    assert crossings([[0, 1], [2, 3]], [(0, 3), (1, 2)]) == 1
    assert crossings([[0, 1], [2, 3]], [(0, 2), (1, 3)]) == 0
    assert crossings([[0, 1], [2, 3], [4, 5]], [(0, 3), (1, 2), (2, 5), (3, 4)]) == 2
    assert crossings([[0, 1], [2]], [(0, 2), (1, 2)]) == 0, "they meet, which is no crossing"


def test_a_tangle_that_can_be_undone_is_undone():
    links = [(0, 6), (1, 5), (2, 4), (4, 9), (5, 8), (6, 7)]
    columns = [[0, 1, 2], [4, 5, 6], [7, 8, 9]]
    assert crossings(columns, links) == 6
    assert crossings(untangled(columns, links), links) == 0


LINKS = st.lists(st.tuples(st.integers(0, 3), st.integers(4, 7)), max_size=12, unique=True)


@given(LINKS)
def test_untangling_keeps_every_node_in_its_column_and_adds_no_crossing(links):
    columns = [[0, 1, 2, 3], [4, 5, 6, 7]]
    found = untangled(columns, links)
    assert [sorted(column) for column in found] == columns
    assert crossings(found, links) <= crossings(columns, links)


PLACES = st.lists(st.floats(-100, 100), max_size=9)


@given(PLACES, st.floats(0, 30))
def test_places_are_in_order_and_apart(wanted, gap):
    found = spread(wanted, [gap] * (len(wanted) - 1))
    assert len(found) == len(wanted)
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(found))


def test_places_that_are_apart_already_stay():
    assert spread([0.0, 10.0, 25.0], [5.0, 5.0]) == [0.0, 10.0, 25.0]


def test_places_that_are_too_near_share_the_least_squares():
    assert spread([0.0, 0.0], [10.0]) == [-5.0, 5.0]
    assert spread([0.0, 0.0], [10.0], [3.0, 1.0]) == [-2.5, 7.5], "the heavier one moves less"


def test_places_stay_within_their_bounds():
    assert spread([-50.0, 50.0], [5.0], None, (-10.0, 10.0)) == [-10.0, 10.0]
    assert spread([90.0, 90.0], [5.0], None, (-10.0, 10.0)) == [5.0, 10.0]


ENDS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8)


@given(ENDS)
def test_upright_parts_that_would_touch_are_on_different_tracks(ends):
    found = tracks(ends)
    for i, a in enumerate(ends):
        for j, b in enumerate(ends[:i]):
            if min(a) - APART < max(b) and min(b) - APART < max(a):
                assert found[i] != found[j], (a, b)


def test_pipes_side_by_side_turn_without_crossing():
    assert tracks([(0, 100), (50, 150)]) == [1, 0], "downwards, the lower one turns first"
    assert tracks([(100, 0), (150, 50)]) == [0, 1], "upwards, the upper one turns first"


def test_pipes_far_apart_share_a_track():
    assert tracks([(0, 20), (100, 120)]) == [0, 0]


def test_a_pipe_does_not_run_along_another():
    """The second leaves at the height at which the first arrives, so the first turns later."""
    first, second = tracks([(0, 50), (50, 100)])
    assert first > second


@given(st.text("abc dW–i", max_size=60), st.floats(20, 120))
def test_lines_fit_and_keep_every_letter(text, room):
    lines = wrapped(text, 10, room)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(width_of(line, 10) <= room or len(line) == 1 for line in lines)


def test_lines_break_between_words_and_inside_one_that_is_too_long():
    assert wrapped("Into care from support", 10, 90) == ("Into care from", "support")
    assert len(wrapped("Unaccompaniedasylumseeking", 10, 60)) > 1


@pytest.mark.parametrize("wider", ["W", "m", "A", "a"])
def test_wide_letters_count_for_more_than_narrow_ones(wider):
    assert width_of(wider, 10) > width_of("i", 10)
    assert width_of(wider, 10, bold=True) > width_of(wider, 10)


def test_coordinates_are_to_a_tenth_without_spare_zeros():
    assert [number(x) for x in (1.0, 1.04, 1.06, -0.01, -2.5)] == ["1", "1", "1.1", "0", "-2.5"]


def test_a_pipe_that_ends_outside_points_at_its_cloud():
    shape = PipeShape(((0, 0), (50, 0)), (25, 0), ends_outside=True)
    assert shape.svg().count("cloud") == 1
    assert "polygon" in shape.svg()
    assert moved(shape, 10, 20).points == ((10, 20), (60, 20))
    assert moved(shape, 10, 20).valve == (35, 20)


def test_text_is_escaped_and_knows_what_it_covers():
    text = Text(100, 10, ("a < b & c", "d"), anchor="middle", size=10)
    assert "a &lt; b &amp; c" in text.svg()
    left, top, right, foot = text.area
    assert (top, foot) == (10, 34)
    assert right - 100 == pytest.approx(100 - left)
