"""A model whose answer is a known function of a few numbers, so that shares can be worked out."""

import numpy as np

import caresim as cs
from caresim.language import Aux, Model, Parameter, Parameters, Prior, Walk, where
from caresim.study.draws import Draws

WIDE = (-100.0, 100.0)


def number(name, grade, prior=None, bounds=WIDE, role="effect", **more):
    return Parameter(name, 0.0, "1", f"Effect {name}", role, bounds, prior, grade=grade, **more)


p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("dose", 0.0, "1", "How much is done", "lever", (0.0, 10.0)),
            number("x", "assumption", Prior("normal", 0.0, 1.0)),
            number("y", "trial", Prior("normal", 0.0, 2.0)),
            number("z", "measured", Prior("normal", 0.0, 1.0)),
            number("w", "measured", Prior("normal", 0.0, 1.0), bounds=(-0.5, 0.5)),
            number("unsure", "observational"),
            number("on", "measured", choices=(("off", 0.0), ("on", 1.0))),
            Parameter("step", 0.1, "1", "Size of chance", grade="estimated"),
            Parameter("size", 1.0, "child"),
            Parameter("a_year", 1.0, "1/year"),
        )
    }
)


class Driven(Model):
    """Doses that act by two numbers, by their product, by a switch, and by chance."""

    parameters = p
    start, until = "2019-03-31", "2025-03-31"
    walk = Walk("Chance in what is done", p.step)
    straight = Aux("Straight", p.size * p.dose * (2 * p.x + p.y + p.w))
    product = Aux("Product", p.size * p.dose * p.x * p.y)
    switched = Aux("Switched", p.size * p.dose * (where(p.on, 3, 0) + p.x + p.unsure))
    moved = Aux("Moved by chance", p.size * p.dose * walk)
    same = Aux("The same", p.size * p.dose + 0 * p.size * p.z)
    flow = Aux("Children a year", p.a_year * straight)
    published = (straight, product, switched, moved, same, flow)


MODEL = Driven()
PLAN = cs.Scenario("Done", changes=[cs.Change("dose", "set", 1.0, "2020-04-01")])


def normals(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape)


def drawn(columns, **more):
    return Draws(columns, "posterior", 1, **more)


def pair(draws, plan=PLAN, model=MODEL):
    """Return the runs without and with what is done."""
    return [cs.run(model, one, draws=draws) for one in (None, plan)]
