"""Answers of known size, to draw."""

import math

from caresim.language import Parameter, Prior
from caresim.study.drivers.answer import Drivers
from caresim.study.drivers.driver import Driver

OUTPUT = Parameter("children", 0.0, "child", "Children in care")


def number(name, grade, low, high, at_low, at_high, **measures):
    entry = Parameter(
        name, low, "1", f"Effect {name}", "effect", (-10, 10), Prior("normal", 0, 1), grade=grade
    )
    return Driver(
        name, "number", entry.meaning, "effect", grade, low, high, at_low, at_high, (), measures,
        (-1.28, 1.28), entry,
    )  # fmt: skip


STRUCTURE = Driver(
    "structure", "structure", "Structure of the model: plain, with a loop", "structure",
    "structure", at_low=-900.0, at_high=-650.0, settings=("plain", "with a loop"),
)  # fmt: skip
CHANCE = Driver("walk", "chance", "Chance in entries", "chance", "assumption", -1, 1, -700, -760)
MOVED = (
    number("x", "assumption", -1.0, 1.0, -1_000.0, -500.0),
    STRUCTURE,
    CHANCE,
    number("y", "trial", 0.2, 0.4, -760.0, -780.0),
)


def answer(method="tornado", rows=MOVED, **more):
    told = {
        "output": OUTPUT, "scenario": "Done", "baseline": "As it is", "year": "2029-30",
        "runs": 200, "origin": "posterior", "middle": -750.0, "spread": (-1_100.0, -400.0),
        "centre": -750.0, "tried": 12, "model": "Toy", "others": "refitted",
    }  # fmt: skip
    return Drivers(method=method, rows=tuple(rows), **{**told, **more})


def indices(method="sobol"):
    keys = ("first", "total") if method == "sobol" else ("first", "delta")
    rows = [
        number(name, grade, -1.0, 1.0, math.nan, math.nan,
               **dict.fromkeys(keys, share), **{f"{key}_half": 0.05 for key in keys})
        for name, grade, share in (("x", "assumption", 0.6), ("y", "trial", 0.2))
    ]  # fmt: skip
    return answer(method, rows)
