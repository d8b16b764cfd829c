"""The list of operations: each written once, as steady as what it hangs on."""

import numpy as np
import pytest
from rich_model import Rich

from caresim.engine.operations.listed import ALWAYS, MOMENT, RUN, STATE, TIME, Operations, applied
from caresim.engine.operations.program import compile_model
from caresim.england.model import England
from caresim.language.functions import FUNCTIONS

KINDS = {"time": TIME, "run": RUN, "moment": MOMENT, "state": STATE}


class Listed(Operations):
    """Operations with an input of each kind."""

    def __init__(self):
        super().__init__()
        for name, kind in KINDS.items():
            setattr(self, name, self.input(kind, name))


@pytest.fixture
def ops():
    return Listed()


# How often a value has to be computed

SUMS = {
    "two times": (lambda o: o.add("+", o.time, o.time), TIME),
    "two of a run": (lambda o: o.add("+", o.run, o.run), RUN),
    "two stocks": (lambda o: o.add("+", o.state, o.state), STATE),
    "time and run": (lambda o: o.add("+", o.time, o.run), MOMENT),
    "moment and time": (lambda o: o.add("+", o.moment, o.time), MOMENT),
    "moment and run": (lambda o: o.add("+", o.moment, o.run), MOMENT),
    "time and stock": (lambda o: o.add("+", o.time, o.state), STATE),
    "run and stock": (lambda o: o.add("+", o.run, o.state), STATE),
    "moment and stock": (lambda o: o.add("+", o.moment, o.state), STATE),
    "time and a number": (lambda o: o.add("+", o.time, 1.0), TIME),
    "the sign of a stock": (lambda o: o.add("negative", o.state), STATE),
    "a choice by time": (lambda o: o.add("where", o.add("<", o.time, 2.0), o.run, 3.0), MOMENT),
    "a look-up": (lambda o: o.add("look_up", o.time, extra=((0, 1), (2, 3))), TIME),
    "a path between draws": (lambda o: o.add("smooth_step", o.run, 1.0, o.time), MOMENT),
    "a power by a draw": (lambda o: o.add("**", o.time, o.run), MOMENT),
}


@pytest.mark.parametrize("case", SUMS)
def test_a_value_is_as_steady_as_what_it_hangs_on(case, ops):
    make, kind = SUMS[case]
    assert ops[make(ops)].kind == kind


@pytest.mark.parametrize("make", [lambda: (Rich, ()), lambda: (England, ("return_factor",))])
def test_no_operation_of_a_model_is_computed_more_often_than_it_changes(make):
    """Of the operations of a step, each hangs on a stock; of those of a moment, on run and time."""
    model, moving = make()
    dated = {name for name, entry in model.parameters.items() if entry.is_dated}
    program = compile_model(model, {*dated, *moving}, None, dated)
    listed = program.operations
    for place in program.step.live:
        operation = listed[place]
        below = {listed[arg].kind for arg in operation.args} - {ALWAYS}
        if operation.kind == STATE and operation.args:
            assert STATE in below, operation
        if operation.kind == MOMENT and operation.args:
            assert MOMENT in below or {TIME, RUN} <= below, operation


# Written once


def test_an_operation_that_is_known_is_not_written_again(ops):
    first, count = ops.add("*", ops.run, ops.state), len(ops.listed)
    assert ops.add("*", ops.run, ops.state) == first
    assert len(ops.listed) == count


def test_the_number_one_is_not_the_place_one(ops):
    assert ops.add("+", ops.time, 1.0) != ops.add("+", ops.time, 1)


@pytest.mark.parametrize("pair", [(0.0, -0.0), (1, 2)])
def test_numbers_that_differ_have_places_that_differ(pair, ops):
    assert ops.number(pair[0]) != ops.number(pair[1])


def test_only_what_is_needed_counts(ops):
    one, other = ops.add("exp", ops.run), ops.add("log", ops.run)
    assert other not in ops.needed([one])
    assert ops.needed([one]) == [ops.run, one]


def test_an_input_is_known_by_its_name(ops):
    assert ops.input(RUN, "run") == ops.run
    assert ops.input(RUN, "another") != ops.run


# Numbers


@pytest.mark.parametrize(
    ("symbol", "values"),
    [("+", (2.0, 3.0)), ("exp", (1.0,)), ("negative", (2.0,)), ("maximum", (1.0, 4.0))],
)
def test_what_hangs_on_numbers_alone_is_computed_at_once(symbol, values, ops):
    assert ops.value(ops.add(symbol, *values)) == FUNCTIONS[symbol].number(*values)


@pytest.mark.parametrize(
    ("symbol", "values"),
    [("/", (1.0, 0.0)), ("log", (-1.0,)), ("exp", (1e4,)), ("**", (-8.0, 0.5))],
)
def test_numbers_without_a_value_are_left_to_fail_in_each_run(symbol, values, ops):
    place = ops.add(symbol, *values)
    assert ops.value(place) is None
    assert ops[place].kind == RUN


@pytest.mark.parametrize(("condition", "kept"), [("<", "run"), (">", "time")])
def test_a_choice_that_is_made_leaves_the_other_value_out(condition, kept, ops):
    assert ops.add("where", ops.add(condition, 1.0, 2.0), ops.run, ops.time) == getattr(ops, kept)


def test_a_truth_value_is_a_number_outside_a_choice(ops):
    truth = ops.add("<", ops.state, 2.0)
    assert ops[ops.add("where", truth, 3.0, 4.0)].args[0] == truth
    total = ops.add("+", truth, ops.add(">", ops.state, 1.0))
    (value,) = ops.values([total], {"state": np.array([0.0, 1.5, 3.0])}.__getitem__)
    assert value.tolist() == [1.0, 2.0, 1.0], "NumPy adds truth values in a way of its own"


def test_a_smooth_step_is_written_in_other_operations(ops):
    place = ops.add("smooth_step", 2.0, 6.0, ops.time)
    (value,) = ops.values([place], {"time": np.array([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0])}.__getitem__)
    np.testing.assert_allclose(value, [2, 2, 2 + 4 * 0.15625, 4, 6, 6], rtol=1e-14)
    assert "smooth_step" not in {operation.symbol for operation in ops.listed}


def test_a_function_is_applied_to_arrays_by_its_own_form_or_in_others():
    x = np.array([0.5, 2.0])
    assert applied("exp", x).tolist() == np.exp(x).tolist()
    assert applied("total", x, x, 1.0).tolist() == [2.0, 5.0]
