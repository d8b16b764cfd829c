"""Feedback loops: all that a search by hand finds, with the signs that theory gives them."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    Check,
    Delay,
    Dimension,
    Flow,
    Model,
    Parameters,
    Smooth,
    Stock,
    cloud,
    exp,
    log,
    maximum,
    minimum,
    smooth_step,
    table,
    time,
    total,
    where,
)
from caresim.language.parameters import Parameter, Series
from caresim.views.loops.found import Loop
from caresim.views.loops.links import Links
from caresim.views.loops.search import Search

NODES = "abcde"
GRAPHS = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from(NODES), unique=True) for name in NODES}
)


def every_circle(graph):
    """Return all simple circles by trying all orders of all nodes."""
    found = set()
    for size in range(1, len(graph) + 1):
        for way in permutations(graph, size):
            closed = zip(way, (*way[1:], way[0]), strict=True)
            if way[0] == min(way) and all(b in graph[a] for a, b in closed):
                found.add(way)
    return found


@given(GRAPHS)
def test_the_search_finds_each_circle_once(graph):
    found = list(Search(graph).circles())
    assert len(set(found)) == len(found)
    assert set(map(from_least, found)) == every_circle(graph)


@given(GRAPHS)
def test_the_shortest_come_first(graph):
    lengths = [len(way) for way in Search(graph).circles()]
    assert lengths == sorted(lengths)


@given(GRAPHS, st.lists(st.sampled_from(NODES), min_size=1, max_size=3, unique=True))
def test_circles_through_given_nodes_are_those_of_all_that_hold_them(graph, through):
    found = list(Search(graph, through).circles())
    assert all(way[0] == through[0] for way in found)
    expected = [way for way in every_circle(graph) if set(through) <= set(way)]
    assert sorted(map(from_least, found)) == sorted(expected)


def from_least(way):
    """Return a circle from its first node in the alphabet."""
    at = way.index(min(way))
    return (*way[at:], *way[:at])


def test_work_has_a_bound_and_says_that_it_ran_out():
    dense = {a: [b for b in "abcdefghijkl" if b != a] for a in "abcdefghijkl"}
    search = Search(dense, steps=500)
    found = list(search.circles())
    assert search.cut_short
    assert 0 < len(found) < 500
    assert not Search({"a": ["b"], "b": ["a"]}).cut_short


p = Parameters.of(
    n=(100.0, "child"),
    rate=(0.1, "1/year"),
    lag=(1.0, "year"),
    goal=(150.0, "child"),
    half=(0.5, "1"),
)


class Population(Model):
    """Births reinforce, deaths balance."""

    parameters = Parameters.of(n=(100.0, "child"), fertility=(0.05, "1/year"), life=(70.0, "year"))
    until = "2015-03-31"
    people = Stock("People", "child", parameters.n)
    births = Flow("Births", cloud >> people, people * parameters.fertility)
    deaths = Flow("Deaths", people >> cloud, people / parameters.life)


class Store(Model):
    """Orders close the gap to a goal, and arrive late."""

    parameters = Parameters.of(goal=(150.0, "child"), lag=(1.0, "year"), use=(10.0, "child/year"))
    until = "2015-03-31"
    places = Stock("Places", "child", 100 * parameters.goal / 150)
    building = Delay("Being built", "child", 0, time=parameters.lag, order=3)
    gap = Aux("Places missing", parameters.goal - places)
    orders = Flow("Places ordered", cloud >> building, maximum(gap, 0) / parameters.lag)
    opened = Flow("Places opened", building >> places, building.outflow)
    closed = Flow(
        "Places closed", places >> cloud, minimum(parameters.use, places / parameters.lag)
    )


def by_names(found):
    return {loop.names: loop for loop in found}


def test_births_reinforce_and_deaths_balance():
    found = by_names(cs.loops(Population()))
    births, deaths = found["people", "births"], found["people", "deaths"]
    assert (births.kind, births.signs) == ("reinforcing", (1, 1))
    assert (deaths.kind, deaths.signs) == ("balancing", (1, -1))
    assert births.labels == ("People", "Births")
    assert births.stocks == ("people",)
    assert len(found) == 2
    assert str(deaths) == "balancing: people →+ deaths →− people"


def test_the_management_of_a_stock_balances_through_its_delay():
    found = by_names(cs.loops(Store()))
    managed = found["places", "gap", "orders", "building", "opened"]
    assert managed.kind == "balancing"
    assert managed.signs == (-1, 1, 1, 1, 1)
    assert managed.stocks == ("places", "building")
    assert found["building", "opened"].kind == "balancing", "what is built leaves"
    assert found["places", "closed"].kind == "balancing", "though the cut-off never acts"


def test_loops_through_a_quantity_begin_there():
    found = cs.loops(Store(), through="gap")
    assert [loop.names for loop in found] == [("gap", "orders", "building", "opened", "places")]
    assert cs.loops(Store(), through=["gap", "closed"]) == []
    assert len(cs.loops(Store(), through=("places",))) == 2


def test_a_stage_stands_for_its_delay():
    assert cs.loops(Store(), "building_stage_2") == cs.loops(Store(), "building")


def test_the_limit_keeps_the_shortest_and_says_that_there_are_more():
    first = cs.loops(Store(), limit=1)
    assert [len(loop.names) for loop in first] == [2]
    assert not first.complete
    assert "has more" in first._repr_html_()
    every = cs.loops(Store(), limit=3)
    assert every.complete
    assert len(every) == 3
    assert "has more" not in every._repr_html_()
    assert "<td>balancing</td>" in every._repr_html_()


AGE = Dimension("Age", ["0–9", "10–17"])


class ByAge(Model):
    """Children by age, felt with a lag by what lets them in."""

    parameters = Parameters.of(
        n=({"0–9": 100.0, "10–17": 50.0}, "child"), rate=(0.1, "1/year"), f=(9.0, "child/year"),
        lag=(1.0, "year"), full=(200.0, "child"), dimensions=AGE,
    )  # fmt: skip
    until = "2015-03-31"
    p = parameters
    care = Stock("Looked after", "child", p.n, over=AGE)
    load = Aux("Load", total(care) / p.full)
    felt = Smooth("Load as felt", load, p.lag, order=2)
    starts = Flow("Starts", cloud >> care, p.f * table(felt, [(0, 1.0), (5, 0.1)]), over=AGE)
    older = Flow("Growing older", care.ageing(then=cloud), care * p.rate)
    crowded = Check("Crowded", load > 1)


ByAge.p = None


def test_elements_and_stages_count_as_one():
    found = by_names(cs.loops(ByAge()))
    assert set(found) == {("care", "load", "felt", "starts"), ("care", "older")}
    assert found["care", "load", "felt", "starts"].kind == "balancing"
    assert found["care", "load", "felt", "starts"].stocks == ("care", "felt")
    assert found["care", "older"].kind == "balancing", "only the last leave"
    assert cs.loops(ByAge(), "care_10_17") == cs.loops(ByAge(), "care")


def test_a_parameter_with_dates_and_a_start_of_ones_own_are_read():
    dated = Parameter("rate", Series((2009.0, 2015.0), (0.1, 0.3), held=False), "1/year")
    collection = Parameters({"rate": dated})

    class Dated(Model):
        parameters = collection
        until = "2015-03-31"
        care = Stock("Care", "child", 0)
        change = Flow("Change", care >> cloud, care * parameters.rate)

    assert cs.loops(Dated().with_start(care=5.0))[0].kind == "balancing"


SIGNS = {
    "sum": (lambda x, q: x + q, 1),
    "difference": (lambda x, q: q - x, -1),
    "minus": (lambda x, _: -x, -1),
    "product": (lambda x, q: x * q, 1),
    "inverse": (lambda x, _: 1 / x, -1),
    "power": (lambda x, q: x**-q, -1),
    "exponential": (lambda x, _: exp(-x / 100), -1),
    "logarithm": (lambda x, q: log(x / q), 1),
    "smaller": (lambda x, q: minimum(x, 1000 * q), 1),
    "larger": (maximum, 1),
    "total": (total, 1),
    "choice": (lambda x, q: where(x > q, -x, q), -1),
    "table": (lambda x, _: table(x, [(0, 1.0), (1000, 0.0)]), -1),
    "path": (lambda x, q: smooth_step(x, q, "2000-03-31", "2030-03-31"), 1),
    "dates": (lambda x, _: x * table(time, [("2000-03-31", 1.0), ("2030-03-31", 2.0)]), 1),
    "turns": (lambda x, q: (x - 100.5 * q) * (x - 100.5 * q), None),
    "without effect": (lambda x, _: 0 * x, None),
    "beside much": (lambda x, q: x + 1e15 * q, 1),
}


@pytest.mark.parametrize("case", SIGNS)
def test_the_sign_of_a_link_is_that_of_its_slope(case):
    equation, expected = SIGNS[case]
    collection = Parameters.of(n=(100.0, "1"), q=(1.0, "1"), rate=(0.01, "1/year"))

    class Small(Model):
        parameters = collection
        until = "2015-03-31"
        x = Stock("Level", "1", parameters.n)
        grows = Flow("Grows", cloud >> x, x * parameters.rate)
        y = Aux("Result", equation(x, parameters.q))
        uses = Aux("Uses", parameters.q * parameters.n)

    assert Links(Small()).sign("x", "y") == expected


def test_a_loop_that_is_switched_off_keeps_its_sign():
    off = Parameter("switch", 0.0, "1", bounds=(0.0, 1.0))
    collection = Parameters(
        {**Parameters.of(n=(100.0, "child"), rate=(0.1, "1/year")), "switch": off}
    )

    class Switched(Model):
        parameters = collection
        until = "2015-03-31"
        care = Stock("Care", "child", parameters.n)
        spiral = Flow("Spiral", cloud >> care, care * parameters.rate * parameters.switch)

    assert cs.loops(Switched())[0].kind == "reinforcing"


@given(st.lists(st.sampled_from([1, -1]), min_size=1, max_size=5))
def test_an_odd_number_of_minus_signs_balances(signs):
    loop = Loop(tuple("abcde"[: len(signs)]), ("x",) * len(signs), tuple(signs), ())
    assert loop.kind == ("balancing" if signs.count(-1) % 2 else "reinforcing")


def test_england_has_its_loops():
    england = England()
    found, links = cs.loops(england, limit=50), Links(england).graph
    assert len(found) == 50
    for loop in found:
        closed = zip(loop.names, (*loop.names[1:], loop.names[0]), strict=True)
        assert all(b in links[a] for a, b in closed), loop
        assert loop.stocks, f"no loop without a stock: {loop}"


def test_what_is_unknown_is_refused_with_a_suggestion():
    with pytest.raises(cs.ModelError, match=r"Store has no quantity 'gapp'.*did you mean 'gap'"):
        cs.loops(Store(), "gapp")
    with pytest.raises(cs.ModelError, match="no quantity 'crowded' that can be in a loop"):
        cs.loops(ByAge(), "crowded")
    with pytest.raises(cs.ModelError, match=r"loops takes a model such as Store\(\)"):
        cs.loops(Store)
