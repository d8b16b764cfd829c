"""A slow, independent reading of a model: the graph is interpreted node by node with plain floats.

Nothing of caresim.engine is used but the grid, as numbers. A moment is (coordinate, before): at a
jump, ``before`` takes the value that ends there and not the one that begins. What compares nothing
but time and parameters is read in the middle of a step, which ends where it changes.
"""

from __future__ import annotations

import functools
import math
import operator
from itertools import pairwise

from caresim.language.expressions import Binary, Call, Negative, Number, Table, Time
from caresim.language.parameters import ParameterRef, Series
from caresim.language.variables import Stock, Variable

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def smooth_step(first, last, u):
    if u <= 0:
        return first
    if u >= 1:
        return last
    return first + (last - first) * (3 * u**2 - 2 * u**3)


def carried(now, known_to, opening, closing):
    """Return where a path is: as time goes, and after a moment on around the half it had run."""
    if now <= known_to or known_to >= closing:
        return now
    quarter = opening + (closing - opening) / 4
    pace = smooth_step(0, 1, (known_to - quarter) / (2 * (quarter - opening)))
    return known_to + pace * (min(now, closing) - known_to)


def looked_up(x, points):
    """Return the height of a broken line, written from its right end: level beyond both ends."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            share = (x - x0) / (x1 - x0)
            return y0 * (1 - share) + y1 * share
    return points[-1][1]


FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "maximum": max,
    "minimum": min,
    "where": lambda condition, a, b: a if condition else b,
    "total": lambda *terms: sum(terms[1:], terms[0]),
    "share": lambda part, whole: part / whole if whole != 0 else 0.0,
    "smooth_step": smooth_step,
    "carried": carried,
}


def weight(shift, time, before):
    """Return how much of a shift is in force, from 0 to 1."""
    if time > shift.ends or (time == shift.ends and not before):
        return 0.0
    if time < shift.begins or (time == shift.begins and before):
        return 0.0
    if shift.over == 0:
        return 1.0
    return min((time - shift.begins) / shift.over, 1.0)


def dated(series, time, before):
    """Return a dated value: held over the financial year, or on a straight line between dates."""
    if series.held:
        year = math.ceil(time) - 1 if before else math.floor(time)
        known = [v for t, v in zip(series.times, series.values, strict=True) if t <= year]
        return known[-1] if known else series.values[0]
    points = list(zip(series.times, series.values, strict=True))
    if time <= points[0][0]:
        return points[0][1]
    for (t0, v0), (t1, v1) in pairwise(points):
        if time <= t1:
            return v0 + (v1 - v0) * (time - t0) / (t1 - t0)
    return points[-1][1]


def parameter(entry, shifts, time, before):
    """Return a parameter at a moment, each shift acting on what the one before left."""
    value = dated(entry.value, time, before) if isinstance(entry.value, Series) else entry.value
    for shift in shifts:
        if shift.parameter != entry.name:
            continue
        share = weight(shift, time, before)
        if shift.verb == "set":
            value += share * (shift.amount - value)
        elif shift.verb == "add":
            value += share * shift.amount
        elif shift.verb == "scale":
            value *= 1 + share * (shift.amount - 1)
        else:
            raise AssertionError(shift.verb)
    return value


class Moment:
    """A model at one moment with given stocks (None: at the start); values on demand."""

    def __init__(self, model, shifts, time, before, stocks, middle=None):
        self.model, self.shifts, self.time, self.before = model, shifts, time, before
        self.stocks = stocks
        self.known = {}
        self.inside = self if middle is None else Moment(model, shifts, middle, before, stocks)

    def of(self, name):
        """Return the value of a named quantity."""
        if name not in self.known:
            variable = self.model.variables[name]
            if isinstance(variable, Stock):
                given = self.stocks is not None
                value = self.stocks[name] if given else self.value(variable.initial)
            else:
                value = self.value(variable.expression)
            self.known[name] = value
        return self.known[name]

    def value(self, node):  # noqa: PLR0911  (one return for each class of node)
        """Return the value of an expression."""
        if isinstance(node, Variable):
            return self.of(node.name)
        if isinstance(node, Number):
            return float(node.value)
        if isinstance(node, Time):
            return self.time
        if isinstance(node, ParameterRef):
            entry = self.model.parameters[node.name]
            return parameter(entry, self.shifts, self.time, self.before)
        if node.is_comparison and self.inside is not self and not on_stocks(node):
            return self.inside.value(node)
        parts = [self.value(child) for child in node.children]
        if isinstance(node, Negative):
            return -parts[0]
        if isinstance(node, Binary):
            return OPERATORS[node.symbol](*parts)
        if isinstance(node, Table):
            return looked_up(parts[0], node.points)
        if isinstance(node, Call):
            return FUNCTIONS[node.function](*parts)
        raise AssertionError(node)


@functools.cache
def on_stocks(node):
    """Return whether an expression hangs on a stock."""
    if isinstance(node, Stock):
        return True
    below = [node.expression] if isinstance(node, Variable) else node.children
    return any(on_stocks(child) for child in below)


class Slow:
    """One run: ``levels[name]`` on each 31 March and ``sums[name]`` over each year between.

    ``grid`` has the ``edges`` and ``lengths`` of its steps.
    """

    def __init__(self, model, grid, shifts=(), method="rk4"):
        self.model, self.shifts = model, shifts
        self.edges, self.lengths = grid.edges.tolist(), grid.lengths.tolist()
        self.advance = {"rk4": self.rk4, "euler": self.euler}[method]
        self.rate_names = [name for name, v in model.variables.items() if v.is_rate]
        self.level_names = [name for name, v in model.variables.items() if not v.is_rate]
        self.levels = {name: [] for name in self.level_names}
        self.sums = {name: [] for name in self.rate_names}
        self.run()

    def moment(self, k, share, stocks):
        """Return what stands at a share of a step; at its end, before what happens then."""
        first, last = self.edges[k : k + 2]
        middle = (first + last) / 2
        time = {0: first, 0.5: middle, 1: last}[share]
        return Moment(self.model, self.shifts, time, share == 1, stocks, middle)

    def run(self):
        # the last moment before the run: a change of its first day has not come yet
        first = self.edges[0]
        before = (self.model, self.shifts, first, True)
        start = Moment(*before, None)
        stocks = {stock.name: start.of(stock.name) for stock in self.model.stocks()}
        self.save(Moment(*before, stocks))
        sums = dict.fromkeys(self.rate_names, 0.0)
        for k in range(len(self.lengths)):
            stocks, added = self.advance(k, stocks)
            sums = {name: sums[name] + added[name] for name in sums}
            if self.edges[k + 1] == round(self.edges[k + 1]):
                self.save(self.moment(k, 1, stocks))
                for name, value in sums.items():
                    self.sums[name].append(value)
                sums = dict.fromkeys(self.rate_names, 0.0)

    def save(self, moment):
        for name in self.level_names:
            self.levels[name].append(moment.of(name))

    def slopes(self, k, share, stocks):
        """Return the change of every stock per year, and every rate."""
        moment = self.moment(k, share, stocks)
        net = dict.fromkeys(stocks, 0.0)
        for flow in self.model.flows():
            rate = moment.of(flow.name)
            if flow.pipe.end is not None:
                net[flow.pipe.end.name] += rate
            if flow.pipe.start is not None:
                net[flow.pipe.start.name] -= rate
        return net, {name: moment.of(name) for name in self.rate_names}

    def euler(self, k, stocks):
        h = self.lengths[k]
        net, rates = self.slopes(k, 0, stocks)
        return moved(stocks, net, h), {name: h * rate for name, rate in rates.items()}

    def rk4(self, k, stocks):
        h = self.lengths[k]
        n1, r1 = self.slopes(k, 0, stocks)
        n2, r2 = self.slopes(k, 0.5, moved(stocks, n1, h / 2))
        n3, r3 = self.slopes(k, 0.5, moved(stocks, n2, h / 2))
        n4, r4 = self.slopes(k, 1, moved(stocks, n3, h))

        def mean(a, b, c, d):
            return {name: (a[name] + 2 * b[name] + 2 * c[name] + d[name]) / 6 for name in a}

        rates = mean(r1, r2, r3, r4)
        net = mean(n1, n2, n3, n4)
        return moved(stocks, net, h), {name: h * rate for name, rate in rates.items()}


def moved(stocks, net, h):
    return {name: value + h * net[name] for name, value in stocks.items()}
