"""What machine code is written from: the same values, by cheaper operations."""

import numpy as np
import pytest
from rich_model import Rich

from caresim.engine.machine.lowering import Schedule
from caresim.engine.operations.listed import MOMENT, RUN, STATE, TIME, Operations
from caresim.engine.operations.program import Phase, Program, compile_model

KINDS = {"time": TIME, "run": RUN, "moment": MOMENT, "state": STATE}


class Made:
    """A program of one value, made by hand and lowered."""

    def __init__(self, make):
        self.operations = operations = Operations()
        names = {name: operations.input(kind, ("stock", name)) for name, kind in KINDS.items()}
        wanted = Phase(operations, (make(operations.add, **names),))
        nothing = Phase(operations, ())
        program = Program(
            "Made", operations, (), (), (), ("result",), (), (), (), frozenset(), nothing, wanted,
            wanted,
        )  # fmt: skip
        self.before = wanted
        self.part = Schedule(program, frozenset()).save

    def text(self):
        """Return the value as a nested text, to see what it became."""
        return self._text(self.part.wanted[0])

    def _text(self, place):
        operation = self.part.operations[place]
        if operation.symbol == "number":
            return f"{operation.extra:g}"
        if operation.symbol == "input":
            return operation.extra[1]
        return f"({operation.symbol} {' '.join(map(self._text, operation.args))})"

    def values(self, **values):
        """Return what it gives for some arrays, before and after."""

        def given(name):
            return values[name[1]]

        old, new = self.before, self.part
        return [part.operations.values(part.wanted, given)[0] for part in (old, new)]


SAMPLE = {name: np.array([0.7, 1.3, 2.6]) + i for i, name in enumerate(KINDS)}
CASES = {
    "a small whole power": (lambda f, state, **_: f("**", state, 3.0), "(* (* state state) state)"),
    "a fourth power": (
        lambda f, state, **_: f("**", state, 4.0),
        "(* (* state state) (* state state))",
    ),
    "one over a square": (lambda f, state, **_: f("**", state, -2.0), "(/ 1 (* state state))"),
    "a root": (lambda f, state, **_: f("**", state, 0.5), "(** state 0.5)"),
    "a large power": (lambda f, state, **_: f("**", state, 5.0), "(** state 5)"),
    "a division by something steadier": (
        lambda f, state, run, **_: f("/", state, run),
        "(* state (/ 1 run))",
    ),
    "a division by a number": (lambda f, state, **_: f("/", state, 4.0), "(* state 0.25)"),
    "a division by something less steady": (
        lambda f, state, run, **_: f("/", run, state),
        "(/ run state)",
    ),
    "a choice that is made less often": (
        lambda f, state, time, **_: f("where", f("<", time, 1.0), state, 2.0),
        "(where (where (< time 1) 1 0) state 2)",
    ),
    "a choice at each stage": (
        lambda f, state, run, **_: f("where", f("<", state, run), 1.0, 2.0),
        "(where (< state run) 1 2)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_operation_becomes_a_cheaper_one(case):
    make, text = CASES[case]
    made = Made(make)
    assert made.text() == text
    before, after = made.values(**SAMPLE)
    np.testing.assert_allclose(after, before, rtol=1e-15)


def test_divisions_by_the_same_share_one_reciprocal():
    made = Made(lambda f, state, moment, run, **_: f("+", f("/", state, run), f("/", moment, run)))
    assert made.text() == "(+ (* state (/ 1 run)) (* moment (/ 1 run)))"
    assert [op.symbol for op in made.part.operations.listed].count("/") == 1


def test_divisions_at_a_stage_that_share_their_divisor_share_its_reciprocal():
    def twice(f, state, time, run, **_):
        divisor = f("+", state, 1.0)
        return f("+", f("/", state, divisor), f("/", f("exp", state), divisor))

    made = Made(twice)
    assert made.text() == ("(+ (* state (/ 1 (+ state 1))) (* (exp state) (/ 1 (+ state 1))))")
    before, after = made.values(**SAMPLE)
    np.testing.assert_allclose(after, before, rtol=1e-15)


@pytest.mark.parametrize("x", [-1.0, 0.0, 0.4, 1.0, 1.7, 2.0, 5.0])
def test_a_look_up_is_written_in_choices_and_gives_the_same(x):
    points = ((0.0, 1.0, 2.0), (3.0, 1.0, 4.5))
    made = Made(lambda f, state, **_: f("look_up", state, extra=points))
    assert "look_up" not in made.text()
    before, after = made.values(state=np.array([x]))
    np.testing.assert_allclose(after, before, rtol=1e-15)


def test_a_parameter_that_moves_is_an_affine_function_of_its_base():
    schedule = Schedule(compile_model(Rich, ["share"]), frozenset())
    kinds = {op.extra[0] for op in schedule.operations.listed if op.symbol == "input"}
    assert {"slope", "level", "parameter"} <= kinds
    assert "share" in schedule.parameters


def test_a_parameter_that_is_dated_has_no_base():
    schedule = Schedule(compile_model(Rich, ["share"], None, ["share"]), frozenset())
    assert "share" not in schedule.parameters


def test_stocks_that_start_elsewhere_are_inputs():
    schedule = Schedule(compile_model(Rich), frozenset(["care"]))
    assert list(schedule.starting) == ["care"]
    at = compile_model(Rich).stocks.index("care")
    assert schedule.start.wanted[at] == schedule.starting["care"]
