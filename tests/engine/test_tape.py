"""The tape: generated source read as single operations, each as steady as what it hangs on."""

import numpy as np
import pytest
from rich_model import Rich

from caresim.engine.compile import compile_model
from caresim.engine.schedule import Schedule, evaluate
from caresim.engine.tape import ALWAYS, MOMENT, RUN, STATE, TIME, Op, Tape
from caresim.engine.targets import FLOATS
from caresim.england.model import England

KINDS = {"time": TIME, "run": RUN, "moment": MOMENT, "state": STATE}


def read(expression):
    """Return the tape of one expression in ``time``, ``run``, ``moment`` and ``state``."""
    tape = Tape(f"def f({', '.join(KINDS)}):\n    result = {expression}\n    return result")
    places = {name: tape.input(kind, name) for name, kind in KINDS.items()}
    return tape, tape.call("f", **places)


def written(tape, value):
    """Return a value as a nested text, to see what an expression became."""
    if isinstance(value, float):
        return f"{value:g}"
    op = tape.ops[value]
    if op.symbol == "input":
        return op.extra
    return f"({op.symbol} {' '.join(written(tape, arg) for arg in op.args)})"


def computed(expression, **values):
    """Return what the operations of an expression give for some arrays."""
    tape, value = read(expression)
    given = {i: values[op.extra] for i, op in enumerate(tape.ops) if op.extra in values}
    if isinstance(value, float):
        return value
    return evaluate(tape, tape.needed([value]), given)[value]


# How often a value has to be computed

SUMS = {
    "time + time": TIME, "run + run": RUN, "state + state": STATE, "time + run": MOMENT,
    "moment + time": MOMENT, "moment + run": MOMENT, "time + state": STATE, "run + state": STATE,
    "moment + state": STATE, "time + 1": TIME, "2 + run": RUN, "(time * run) + state": STATE,
    "maximum(time, run)": MOMENT, "where(time < 2, run, 3)": MOMENT, "exp(time)": TIME,
    "-state": STATE, "look_up(time, (0, 1), (2, 3))": TIME, "smooth_step(run, 1, time)": MOMENT,
    "time ** run": MOMENT, "time ** 0.5": TIME, "run ** 0.3": RUN, "state ** run": STATE,
    "time < 2": TIME, "run / time": MOMENT, "time / run": MOMENT,
}  # fmt: skip


@pytest.mark.parametrize("expression", SUMS)
def test_a_value_is_as_steady_as_what_it_hangs_on(expression):
    tape, value = read(expression)
    assert tape.kind(value) == SUMS[expression]


@pytest.mark.parametrize("literal", ["1.0", "2 + 3", "exp(1)", "-(2 ** 0.5)"])
def test_a_literal_hangs_on_nothing(literal):
    tape, value = read(literal)
    assert tape.kind(value) == ALWAYS


@pytest.mark.parametrize("make", [lambda: (Rich, ()), lambda: (England, ("return_factor",))])
def test_no_operation_of_a_model_is_computed_more_often_than_it_changes(make):
    """Of the operations of a step, each hangs on a stock; of those of a moment, on run and time."""
    model, moving = make()
    dated = {name for name, entry in model.parameters.items() if entry.is_dated}
    schedule = Schedule(compile_model(model, {*dated, *moving}), frozenset(dated))
    tape, step = schedule.tape, schedule.step
    for place in step.live:
        below = {tape.kind(arg) for arg in tape.ops[place].args} - {ALWAYS}
        kind = tape.kinds[place]
        if kind == STATE and tape.ops[place].symbol != "input":
            assert STATE in below, tape.ops[place]
        if kind == MOMENT:
            assert MOMENT in below or {TIME, RUN} <= below, tape.ops[place]
        if kind in (TIME, RUN):
            assert below <= {kind}, tape.ops[place]
    assert all(step.of(kind) for kind in (TIME, RUN, STATE)), "there is something of each"


def test_parameters_that_are_the_same_in_all_runs_are_of_no_run():
    program = compile_model(Rich, {"people", "stay", "share"})
    dated = frozenset({"people", "stay"})
    every, some = Schedule(program, dated), Schedule(program, dated, frozenset({"fee"}))
    assert set(every.parameters) == set(Rich.parameters)
    assert set(some.parameters) == {"fee"}
    assert not some.step.of(MOMENT), "with nothing drawn that the step takes, all is of time"


# The same operation is written once


def test_the_number_one_is_not_the_place_one():
    """Python holds 1 and 1.0 to be equal, and so are tuples of them."""
    for order in ((1.0, 1), (1, 1.0)):
        tape = Tape("")
        tape.input(RUN, "a")
        tape.input(RUN, "b")
        places = [tape.add("+", 0, second) for second in order]
        assert len(set(places)) == 2
        assert [type(tape.ops[place].args[1]) for place in places] == [type(n) for n in order]


def test_an_operation_that_is_known_is_not_written_again():
    tape, value = read("(run * state) + (run * state)")
    assert written(tape, value) == "(+ (* run state) (* run state))"
    assert [op.symbol for op in tape.ops].count("*") == 1


def test_two_functions_share_what_they_have_in_common():
    source = "def f(x):\n    return (exp(x), x)\ndef g(x):\n    y = exp(x)\n    return (y + 1, y)"
    tape = Tape(source)
    x = tape.input(STATE, "x")
    first, second = tape.call("f", x=x), tape.call("g", x=x)
    assert first[0] == second[1]
    assert [op.symbol for op in tape.ops] == ["input", "exp", "+"]


def test_only_what_is_needed_counts():
    tape = Tape("def f(x, y):\n    a = x * 2\n    b = y * 3\n    c = a + 1\n    return (c, b)")
    x, y = tape.input(STATE, "x"), tape.input(STATE, "y")
    c, b = tape.call("f", x=x, y=y)
    assert [tape.ops[i].symbol for i in tape.needed([c])] == ["input", "*", "+"]
    assert tape.needed([c, b]) == sorted(tape.needed([c, b]))
    assert tape.needed([2.5]) == []


# What is known already

FOLDED = {
    "1 + 2": 3.0, "2 ** 10": 1024.0, "exp(0)": 1.0, "maximum(2, 3)": 3.0, "where(1 < 2, 5, 6)": 5.0,
    "look_up(0.5, (0, 1), (2, 4))": 3.0, "-(1 / 4)": -0.25, "smooth_step(0, 4, 0.5)": 2.0,
}  # fmt: skip


@pytest.mark.parametrize("expression", FOLDED)
def test_literals_are_computed_at_once(expression):
    tape, value = read(expression)
    assert value == FOLDED[expression]
    assert isinstance(value, float)
    assert len(tape.ops) == len(KINDS)


@pytest.mark.parametrize("expression", ["1 / 0", "log(-1)", "exp(1000)", "log(0)", "(-8) ** 0.5"])
def test_a_literal_without_a_value_is_left_to_fail_in_each_run(expression):
    tape, value = read(expression)
    assert isinstance(value, int)
    assert tape.kind(value) == RUN


@pytest.mark.parametrize(("condition", "kept"), [("1 < 2", "run"), ("2 < 1", "state")])
def test_a_choice_that_is_made_leaves_the_other_value_out(condition, kept):
    tape, value = read(f"where({condition}, run, state)")
    assert written(tape, value) == kept


# Powers and divisions

POWERS = {
    "state ** 1": "state",
    "state ** 2": "(* state state)",
    "state ** 3": "(* (* state state) state)",
    "state ** 4": "(* (* state state) (* state state))",
    "state ** -1": "(/ 1 state)",
    "state ** -2": "(/ 1 (* state state))",
    "state ** 5": "(** state 5)",
    "state ** 0": "(** state 0)",
    "state ** 0.5": "(** state 0.5)",
    "state ** run": "(** state run)",
    "2 ** state": "(** 2 state)",
}


@pytest.mark.parametrize("expression", POWERS)
def test_a_small_whole_power_is_written_as_products(expression):
    tape, value = read(expression)
    assert written(tape, value) == POWERS[expression]


@pytest.mark.parametrize("exponent", [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 0.5, 2.5])
def test_a_power_keeps_its_value(exponent):
    values = np.array([0.3, 1.0, 2.0, 7.7, 1e-20, 1e20])
    found = computed(f"state ** {exponent}", state=values)
    np.testing.assert_allclose(found, values**exponent, rtol=1e-15)


DIVISIONS = {
    "state / run": "(* state (/ 1 run))",
    "state / time": "(* state (/ 1 time))",
    "state / moment": "(* state (/ 1 moment))",
    "moment / run": "(* moment (/ 1 run))",
    "moment / time": "(* moment (/ 1 time))",
    "run / time": "(* run (/ 1 time))",
    "state / 4": "(* state 0.25)",
    "state / state": "(/ state state)",
    "run / state": "(/ run state)",
    "time / run": "(/ time run)",
    "1 / state": "(/ 1 state)",
    "run / run": "(/ run run)",
}


@pytest.mark.parametrize("expression", DIVISIONS)
def test_a_division_by_something_steadier_is_a_product(expression):
    tape, value = read(expression)
    assert written(tape, value) == DIVISIONS[expression]


def test_divisions_by_the_same_share_one_reciprocal():
    tape, _ = read("(state / run) + (state * state / run)")
    assert [op.symbol for op in tape.ops].count("/") == 1


def test_a_smooth_step_is_what_floats_compute():
    for u in (-0.5, 0.0, 0.3, 0.5, 0.99, 1.0, 2.0):
        expected = FLOATS["smooth_step"](1.0, 4.0, u)
        found = computed("smooth_step(1, run, state)", run=4.0, state=u)
        assert found == pytest.approx(expected, rel=1e-15), u


# What a tape can read


@pytest.mark.parametrize("source", ["    for i in x:\n        y = i", "    x += 1", "    assert x"])
def test_a_line_that_is_no_assignment_is_refused(source):
    tape = Tape(f"def f(x):\n{source}\n    return x")
    with pytest.raises(TypeError, match="cannot read line 2 of the generated 'f'"):
        tape.call("f", x=tape.input(RUN, "x"))


def test_tuples_are_taken_apart_as_they_are_nested():
    tape = Tape("def f(xs):\n    a, b = xs\n    c = xs[1]\n    return (b, (a, c), 2)")
    xs = [tape.input(RUN, "a"), tape.input(RUN, "b")]
    assert tape.call("f", xs=xs) == [1, [0, 1], 2.0]


def test_an_input_is_known_by_its_name():
    tape = Tape("")
    assert tape.input(RUN, ("parameter", "a")) == tape.input(RUN, ("parameter", "a"))
    assert tape.input(RUN, ("parameter", "b")) == 1
    assert tape.ops == [Op("input", (), ("parameter", "a")), Op("input", (), ("parameter", "b"))]
