"""Random models: places joined by first-order flows, and levels of either sign, all modulated.

What a place loses in a year is its level times rates, and a step is an eighth of a year, so that no
place can give more than it holds: the rates of its outflows add up to less than one a step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from random_trees import built, trees

from caresim.engine.clock import Clock
from caresim.engine.paths import Shift
from caresim.language import (
    Aux,
    Delay,
    Dimension,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Smooth,
    Stock,
    cloud,
    total,
)
from caresim.language.expressions import as_expr

CLOCK = Clock(2000, 2003, 8)
ELEMENTS = ("a", "b", "c")

sizes = st.integers(0, 3000).map(lambda n: n / 10)
shares = st.integers(50, 800).map(lambda n: n / 1000)
levels = st.integers(-1000, 1000).map(lambda n: n / 1000)
stage_times = st.integers(25, 150).map(lambda n: n / 100)
# quarters are steps and the rest are not: 1 April 2001, 31 December 2001, and days between
moments = st.sampled_from([1999.5, 2000.0, 2000.3, 2001.0, 2001.75, 2002.17])


@dataclass(frozen=True)
class Blueprint:
    """The numbers and shapes of one model, from which it can be built in any order."""

    stocks: list[float]
    delays: list[tuple[float, float, int]]  # start, time of a stage, order
    signed: list[tuple[float, float, tuple]]  # start, rate, the tree that it follows
    smooths: list[tuple[float, float, int, tuple]]  # start, time of a stage, order, its input
    ages: list[tuple[float, float]]  # start, rate of growing older
    trees: list[tuple]
    pipes: list[tuple[int, int]]  # -1 is the cloud
    rates: list[float | tuple[float, ...]]  # dated where there are several
    held: bool
    uses: list[int]
    shifts: list[Shift]
    method: str


@st.composite
def blueprints(draw):
    """Draw a model: up to four stocks, two delays, signed stocks and smooths, and three ages."""
    stocks = draw(st.lists(sizes, min_size=1, max_size=4))
    orders = st.one_of(st.integers(1, 3), st.integers(4, 12))
    delays = draw(st.lists(st.tuples(sizes, stage_times, orders), max_size=2))
    places = st.integers(-1, len(stocks) + len(delays) - 1)
    pipes = st.tuples(places, places).filter(lambda pipe: pipe[0] != pipe[1])
    n = draw(st.integers(1, 6))
    dated = st.tuples(shares, shares, shares)
    return Blueprint(
        stocks=stocks,
        delays=delays,
        signed=draw(st.lists(st.tuples(levels, shares, trees), max_size=2)),
        smooths=draw(
            st.lists(st.tuples(levels, stage_times, st.integers(1, 4), trees), max_size=2)
        ),
        ages=draw(
            st.one_of(st.just([]), st.lists(st.tuples(sizes, shares), min_size=2, max_size=3))
        ),
        trees=draw(st.lists(trees, min_size=1, max_size=4)),
        pipes=draw(st.lists(pipes, min_size=n, max_size=n)),
        rates=draw(st.lists(st.one_of(shares, shares, dated), min_size=n, max_size=n)),
        held=draw(st.booleans()),
        uses=draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)),
        shifts=draw(st.lists(shifts(n), max_size=3)),
        method=draw(st.sampled_from(["rk4", "rk4", "euler"])),
    )


def shifts(n_rates):
    """Draw a change of a rate: a step, a ramp or a pulse; it stays between 0 and 1.4."""
    verbs = st.one_of(
        st.tuples(st.just("set"), shares),
        st.tuples(st.just("add"), st.integers(0, 200).map(lambda n: n / 1000)),
        st.tuples(st.just("scale"), st.integers(300, 1200).map(lambda n: n / 1000)),
    )
    return st.builds(
        lambda i, verb, begins, over, lasts: Shift(
            f"rate_{i}", *verb, begins, over, np.inf if lasts is None else begins + lasts
        ),
        st.integers(0, n_rates - 1),
        verbs,
        moments,
        st.sampled_from([0.0, 0.0, 0.5, 1.3]),
        st.sampled_from([None, None, 0.25, 1.0, 1.4]),
    )


def ages_of(b):
    """Return the dimension of a blueprint, if it has one."""
    return (Dimension("Age", ELEMENTS[: len(b.ages)]),) if b.ages else ()


def parameters_of(b):
    """Return the parameters; a rate may be dated, in values held or joined by straight lines."""
    entries = {}

    def put(name, value, unit="1"):
        if isinstance(value, tuple):
            value = Series((2000.0, 2001.0, 2002.0), value, held=b.held)
        entries[name] = Parameter(name, value, unit)

    for i, rate in enumerate(b.rates):
        put(f"rate_{i}", rate, "1/year")
    for i, start in enumerate(b.stocks):
        put(f"stock_start_{i}", start, "child")
    for i, (start, stage_time, order) in enumerate(b.delays):
        put(f"delay_start_{i}", start, "child")
        put(f"delay_time_{i}", stage_time * order, "year")
    for i, (start, rate, _) in enumerate(b.signed):
        put(f"signed_start_{i}", start)
        put(f"signed_rate_{i}", rate, "1/year")
    for i, (start, stage_time, order, _) in enumerate(b.smooths):
        put(f"smooth_start_{i}", start)
        put(f"smooth_time_{i}", stage_time * order, "year")
    for element, (start, rate) in zip(ELEMENTS, b.ages, strict=False):
        put(f"age_start_{element}", start, "child")
        put(f"age_rate_{element}", rate, "1/year")
    put("year", 1.0, "year")
    put("many", 100.0, "child")
    return Parameters(entries, dimensions=ages_of(b))


class Builder:
    """The quantities of a blueprint by name, and what the leaves of its trees stand for."""

    def __init__(self, b):
        self.b = b
        self.p = p = parameters_of(b)
        self.stocks = [
            Stock(f"Stock {i}", "child", getattr(p, f"stock_start_{i}"))
            for i in range(len(b.stocks))
        ]
        self.delays = [
            Delay(f"Delay {i}", "child", getattr(p, f"delay_start_{i}"), order=order,
                  time=getattr(p, f"delay_time_{i}"))
            for i, (_, _, order) in enumerate(b.delays)
        ]  # fmt: skip
        self.signed = [
            Stock(f"Signed {i}", "1", getattr(p, f"signed_start_{i}"), signed=True)
            for i in range(len(b.signed))
        ]
        self.smooths = [
            Smooth(f"Smooth {i}", over=getattr(p, f"smooth_time_{i}"), order=order,
                   initial=getattr(p, f"smooth_start_{i}"))
            for i, (_, _, order, _) in enumerate(b.smooths)
        ]  # fmt: skip
        self.age = next(iter(ages_of(b)), None)
        if self.age:
            self.young = Stock("By age", "child", p.age_start, over=self.age)
        self.places = [*self.stocks, *self.delays]
        self.auxes = []
        for i, tree in enumerate(b.trees):
            self.auxes.append(Aux(f"Aux {i}", self.number(tree)))
        for smooth, (*_, tree) in zip(self.smooths, b.smooths, strict=True):
            smooth.follow(self.number(tree))

    def number(self, tree):
        return built(tree, self.leaf, self.p.year)

    def leaf(self, kind, i):
        """Return a number in [-1, 1]; where there is none of a kind, the share of one place."""
        several = {"signed": self.signed, "smooth": self.smooths, "aux": self.auxes}.get(kind, ())
        if kind == "number":
            return as_expr(i / 1000)
        if kind == "rate":
            return getattr(self.p, f"rate_{i % len(self.b.rates)}") * self.p.year / 1.5
        if kind == "ages" and self.age:
            return total(self.young) / (total(self.young) + self.p.many)
        if several:
            return several[i % len(several)]
        place = self.places[i % len(self.places)]
        return place / (place + self.p.many)

    def flows(self):
        """Return the flows along the pipes, and those that pull signed stocks either way."""
        ends = [*self.places, cloud]  # so that -1 is the cloud
        for i, (source, target) in enumerate(self.b.pipes):
            share = (1 + self.auxes[self.b.uses[i] % len(self.auxes)]) / 2
            rate = getattr(self.p, f"rate_{i}") * share
            if ends[source] in self.delays:
                leaving = [pipe for pipe in self.b.pipes if pipe[0] == source]
                rate = ends[source].outflow * rate * self.p.year / len(leaving)
            else:
                rate = rate * (self.p.many if source < 0 else ends[source])
            yield Flow(f"Flow {i}", ends[source] >> ends[target], rate)
        for i, (stock, (_, _, tree)) in enumerate(zip(self.signed, self.b.signed, strict=True)):
            pull = getattr(self.p, f"signed_rate_{i}")
            yield Flow(f"Pull {i}", cloud >> stock, (self.number(tree) - stock) * pull)

    def ageing(self):
        """Return what is over a dimension: who grow older, who come and who leave at each age."""
        rates = self.p.age_rate
        crowd = Aux("Share by age", self.young / (self.young + self.p.many))
        grown = Flow("Growing older", self.young.ageing(then=self.stocks[0]), self.young * rates)
        come = Flow("Coming", cloud >> self.young, self.p.many * rates * (1 - crowd))
        gone = Flow("Leaving", self.young >> cloud, self.young * rates * (1 + self.auxes[0]) / 2)
        return {"young": self.young, "crowd": crowd, "grown": grown, "come": come, "gone": gone}

    def quantities(self):
        """Return every quantity by name."""
        groups = {
            "stock": self.stocks, "delay": self.delays, "signed": self.signed,
            "smooth": self.smooths, "aux": self.auxes, "flow": self.flows(),
        }  # fmt: skip
        named = {f"{kind}_{i}": v for kind, group in groups.items() for i, v in enumerate(group)}
        if self.age:
            named |= self.ageing()
        waits = [getattr(self.p, f"delay_time_{i}") for i in range(len(self.delays))]
        named["anchor"] = Aux(
            "Uses what nothing else may", self.p.many * total(*waits, self.p.year)
        )
        return named


def model_of(blueprint, in_order=list):
    """Return the model class, its quantities declared in the order that a function gives them."""
    builder = Builder(blueprint)
    found = builder.quantities()
    body = type(Model).__prepare__("Random", (Model,))
    body["parameters"] = builder.p
    for name in in_order(found):
        body[name] = found[name]
    return type(Model)("Random", (Model,), body)


def columns_of(blueprint, model, n_runs):
    """Return draws of every constant parameter but the references, a tenth around its value."""
    rng = np.random.default_rng(len(blueprint.rates))
    return {
        name: entry.value * rng.uniform(0.9, 1.1, n_runs)
        for name, entry in model.parameters.items()
        if not entry.is_dated and name not in ("year", "many")
    }
