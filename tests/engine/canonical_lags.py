"""Canonical lags with their solutions: delays, smooths, a supply line, an ageing chain."""

from __future__ import annotations

import numpy as np
from canonical import Case
from scipy.linalg import expm
from scipy.special import gammainc

from caresim.language import Aux, Delay, Flow, Model, Parameters, Smooth, Stock, cloud


def linear(matrix, inflow, start, t):
    """Solve y' = matrix y + inflow by the matrix exponential: shape (stocks, moments)."""
    n = len(start)
    whole = np.zeros((n + 1, n + 1))
    whole[:n, :n], whole[:n, n] = matrix, inflow
    return np.array([expm(whole * moment) @ [*start, 1.0] for moment in t]).T[:n]


def filling(order):
    """A delay, empty at first, that a constant inflow enters."""

    class Filling(Model):
        parameters = p = Parameters.of(
            span=(4.0, "year"), inflow=(30.0, "child/year"), none=(0.0, "child")
        )
        waiting = Delay("Waiting", "child", p.none, time=p.span, order=order)
        into = Flow("In", cloud >> waiting, p.inflow)
        out = Flow("Out", waiting >> cloud, waiting.outflow)

    def exact(t, q):
        # the mean of what is left of a gamma distribution, integrated over the years so far
        here, later = (gammainc(n, order * t / q.span) for n in (order, order + 1))
        waiting = q.inflow * (t * (1 - here) + q.span * later)
        return {"waiting": waiting, "into": q.inflow * t, "out": q.inflow * t - waiting}

    return Case(Filling, exact, orders=(max(12, 3 * order), 256))


def emptying(order):
    """A delay that starts with all its stages equally full, and that nothing enters."""

    class Emptying(Model):
        parameters = p = Parameters.of(span=(4.0, "year"), full=(60.0, "child"))
        waiting = Delay("Waiting", "child", p.full, time=p.span, order=order)
        out = Flow("Out", waiting >> cloud, waiting.outflow)

    def exact(t, q):
        # what starts in stage n has the n last stages to go
        gone = gammainc(np.arange(1, order + 1)[:, None], order * t / q.span).mean(axis=0)
        return {"waiting": q.full * (1 - gone), "out": q.full * gone}

    return Case(Emptying, exact, orders=(max(12, 3 * order), 256))


def following(order):
    """A smooth that starts elsewhere and comes to its input along a gamma distribution."""

    class Following(Model):
        parameters = p = Parameters.of(level=(5.0, "GBP"), first=(1.0, "GBP"), span=(2.0, "year"))
        felt = Smooth("Felt", p.level, p.span, order=order, initial=p.first)

    def exact(t, q):
        # stages that all start at one level do so as if the input had always been there
        return {"felt": q.first + (q.level - q.first) * gammainc(order, order * t / q.span)}

    return Case(Following, exact, orders=(max(16, 8 * order), 256))


class Stockroom(Model):
    """Stock management with a supply line, after Sterman, Business Dynamics, chapter 17.

    ``heed`` is the share of the supply line that whoever orders takes into account.
    """

    parameters = p = Parameters.of(
        here_0=(300.0, "item"), wanted=(400.0, "item"), sales=(100.0, "item/year"),
        lag=(2.0, "year"), patience=(1.5, "year"), heed=0.0,
    )  # fmt: skip
    ordered = Delay("On order", "item", p.sales * p.lag, time=p.lag, order=3)
    here = Stock("In the stockroom", "item", p.here_0)
    missing = Aux("Missing", p.wanted - here + p.heed * (p.sales * p.lag - ordered))
    orders = Flow("Orders", cloud >> ordered, p.sales + missing / p.patience)
    arrivals = Flow("Arrivals", ordered >> here, ordered.outflow)
    sold = Flow("Sold", here >> cloud, p.sales)


def stockroom(t, q):
    stage, pull = 3 / q.lag, 1 / q.patience
    orders = -pull * np.array([q.heed, q.heed, q.heed, 1.0])
    passing = stage * np.array([[-1, 0, 0, 0], [1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, 0]])
    passing[0] += orders
    wanted = q.sales + pull * (q.wanted + q.heed * q.sales * q.lag)
    start = [*3 * [q.sales * q.lag / 3], q.here_0]
    *stages, here = linear(passing, [wanted, 0, 0, -q.sales], start, t)
    return {"ordered": np.sum(stages, axis=0), "here": here, "sold": q.sales * t}


LAGS = {
    **{f"filling a delay of order {n}": filling(n) for n in range(1, 13)},
    **{f"emptying a delay of order {n}": emptying(n) for n in (1, 2, 3, 12)},
    **{f"a smooth of order {n}": following(n) for n in range(1, 5)},
    "stock management": Case(Stockroom, stockroom, years=12),
}
