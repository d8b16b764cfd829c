"""Random expressions that rounding cannot blow up, so that 1e-12 is an honest demand of a model.

Every value of a tree lies in [-1, 1] and every operator keeps it there. No operator multiplies an
error in what it takes by more than 3 (the steepest table), and no choice between two sides jumps
where they meet: an error in the last digit of a leaf stays one in the last digits of the tree.
Divisors are at least 1, bases of powers at least 1/3, logarithms of at least 1. Dates, whose last
digit is 2e-13 of a year, meet nothing but dates before they are small. A jump in time and the knots
of tables lie between the moments at which a run looks.
"""

from __future__ import annotations

from hypothesis import strategies as st

from caresim.language import (
    elapsed,
    exp,
    log,
    maximum,
    minimum,
    share,
    smooth_step,
    table,
    time,
    total,
    where,
)

MIDDLE = 2001.5  # of the run, so that a date is a number in [-1, 1]
KNOTS = (-0.8137, -0.3071, 0.3911, 0.9173)
DATES = (2000.2071, 2000.9173, 2001.6137, 2002.4713)
HEIGHTS = ((-1.0, -0.2, 0.1, 1.0), (0.9, -0.4, 0.3, -0.7), (0.2, 1.0, 0.6, 0.6))
RISING, ZIGZAG, BENT = ([*zip(KNOTS, heights, strict=True)] for heights in HEIGHTS)
EARLY, LATER = ([*zip(DATES, heights, strict=True)] for heights in HEIGHTS[:2])
LEAVES = ("place", "place", "signed", "smooth", "aux", "aux", "rate", "ages", "time", "number")

JOINED = {
    "+": lambda a, b: (a + b) / 2,
    "-": lambda a, b: (a - b) / 2,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / (b + 2),
    "- (-)": lambda a, b: (a - (b - a)) / 3,
    "/ (/)": lambda a, b: a / ((b + 2) / (a + 2)) / 3,
    "**": lambda a, b: ((a + 2) / 3) ** (b + 1),
    "square": lambda a, b: ((a - b) / 2) ** 2,
    "cube": lambda a, b: (-(a + b) / 2) ** 3,
    "minus a square": lambda a, b: -(((a + b) / 2) ** 2),
    "power of a power": lambda a, b: (((a + 2) / 3) ** 2) ** ((b + 3) / 4),
    "exp": lambda a, b: exp(a - b - 2),
    "log": lambda a, b: log(a + 2) * b / 1.1,
    "share": lambda a, b: share(a - b, of=b + 2) / 3,
    "share of nothing": lambda a, b: share(a, of=minimum(b, 0) * 0) + b / 2,
    "maximum": maximum,
    "minimum": lambda a, b: minimum(a, -b),
    "where <": lambda a, b: where(a < b, a * b, b**2),
    "where >=": lambda a, b: where(a >= b, b**2, a * b),
    "where >": lambda a, b: where(a * 0.7 > b, -b, -0.7 * a),
    "where <=": lambda a, b: where(-a <= b, a, -b),
    "table": lambda a, b: table((a + b) / 2, RISING) * b,
    "table of a product": lambda a, b: table(a * b, ZIGZAG),
    "two tables of one": lambda a, b: (table(a, ZIGZAG) - table(a, BENT)) * b / 2,
    "total": lambda a, b: total(a, b, -a * b) / 3,
}
DATED = {
    "late": lambda a, b, year: where(time / year > 2001.3, a, b),
    "table of time": lambda a, b, _: (table(time, EARLY) * a - table(time, LATER) * b) / 2,
    "table of both": lambda a, b, year: table((time / year - MIDDLE + a) / 2.5, RISING) * b,
    "reform": lambda a, b, _: smooth_step(a, b, "2000-09-12", "2002-06-20"),
    "known": lambda a, b, _: smooth_step(a, b, "2000-09-12", "2002-06-20", known_to="2001-11-11"),
    "elapsed": lambda a, b, year: (a - elapsed("2000-12-31", "2002-03-31") / year * b) / 3,
}


leaves = st.tuples(st.sampled_from(LEAVES), st.integers(-1000, 1000))


def grow(inner):
    return st.tuples(st.sampled_from([*JOINED, *DATED]), inner, inner)


trees = grow(st.recursive(leaves, grow, max_leaves=6))


def built(tree, leaf, year):
    """Return an expression; ``leaf(kind, number)`` gives what a leaf stands for."""
    kind, *parts = tree
    if kind in LEAVES:
        return (time / year - MIDDLE) / 2 if kind == "time" else leaf(kind, parts[0])
    a, b = (built(part, leaf, year) for part in parts)
    return DATED[kind](a, b, year) if kind in DATED else JOINED[kind](a, b)
