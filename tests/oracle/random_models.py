"""Small random models: stocks joined by first-order flows that random auxiliaries modulate."""

from __future__ import annotations

from hypothesis import strategies as st

from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameters,
    Stock,
    cloud,
    exp,
    maximum,
    minimum,
    time,
    where,
)

sizes = st.floats(0, 1000).map(lambda x: round(x, 2))
shares = st.floats(0.05, 2).map(lambda x: round(x, 3))


@st.composite
def blueprints(draw):
    """Draw the numbers and shapes of one model, from which it can be built in any order."""
    n = draw(st.integers(1, 4))
    places = st.integers(-1, n - 1)  # -1 is the cloud
    pipes = st.tuples(places, places).filter(lambda pipe: pipe[0] != pipe[1])
    n_flows = draw(st.integers(1, 6))
    leaves = st.one_of(
        st.tuples(st.just("stock"), st.integers(0, n - 1)),
        st.tuples(st.just("flow"), st.integers(0, n_flows - 1)),
        st.tuples(st.just("number"), shares),
    )
    trees = st.recursive(leaves, grow, max_leaves=6)
    return {
        "initial": draw(st.lists(sizes, min_size=n, max_size=n)),
        "pipes": draw(st.lists(pipes, min_size=n_flows, max_size=n_flows)),
        "rates": draw(st.lists(shares, min_size=n_flows, max_size=n_flows)),
        "trees": draw(st.lists(trees, min_size=1, max_size=3)),
        "uses": draw(st.lists(st.integers(0, 2), min_size=n_flows, max_size=n_flows)),
    }


def grow(inner):
    symbols = ["+", "-", "*", "/", "maximum", "minimum", "where", "late", "exp"]
    return st.tuples(st.sampled_from(symbols), inner, inner)


JOINED = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / maximum(b, 0.5),
    "maximum": maximum,
    "minimum": minimum,
    # continuous where the two sides meet, so that rounding cannot decide between far values
    "where": lambda a, b: where(a < b, a, 2 * b - a),
    "exp": lambda a, b: exp(minimum(maximum(a - b, -2), 2)),
}


def built(tree, stocks, p):
    """Return a pure number from a tree: levels count against a reference, rates as they are."""
    kind, *parts = tree
    if kind == "stock":
        stock = stocks[parts[0]]
        return stock / (stock + p.reference)
    if kind == "flow":
        return getattr(p, f"rate_{parts[0]}") / p.pace
    if kind == "number":
        return parts[0] * (p.pace / p.pace)
    a, b = (built(part, stocks, p) for part in parts)
    if kind == "late":
        return where(time * p.pace > 2001.3, a, b)
    return JOINED[kind](a, b)


def model_of(blueprint, order=None):
    """Return the model class; ``order`` permutes the declarations."""
    starts = {f"start_{i}": (x, "child") for i, x in enumerate(blueprint["initial"])}
    rates = {f"rate_{i}": (x, "1/year") for i, x in enumerate(blueprint["rates"])}
    fixed = {"pace": (1.0, "1/year"), "reference": (100.0, "child")}
    p = Parameters.of(**starts, **rates, **fixed)
    stocks = [Stock(f"Stock {i}", "child", getattr(p, name)) for i, name in enumerate(starts)]
    found = {f"stock_{i}": stock for i, stock in enumerate(stocks)}
    auxes = []
    for i, tree in enumerate(blueprint["trees"]):
        aux = Aux(f"Aux {i}", minimum(maximum(built(tree, stocks, p), 0), 1))
        auxes.append(aux)
        found[f"aux_{i}"] = aux
    for i, (source, target) in enumerate(blueprint["pipes"]):
        held = p.reference if source < 0 else stocks[source]
        rate = held * getattr(p, f"rate_{i}") * auxes[blueprint["uses"][i] % len(auxes)]
        start = cloud if source < 0 else stocks[source]
        end = cloud if target < 0 else stocks[target]
        found[f"flow_{i}"] = Flow(f"Flow {i}", start >> end, rate)
    found["anchor"] = Aux("Uses every parameter", p.reference * p.pace)
    names = list(found) if order is None else [list(found)[i] for i in order]
    body = type(Model).__prepare__("Random", (Model,))
    body["parameters"] = p
    for name in names:
        body[name] = found[name]
    return type(Model)("Random", (Model,), body)
