"""NumPy operations that reuse a few arrays: never one that is needed still, and far fewer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich_model import Rich

from caresim.engine.buffers import buffered
from caresim.engine.compile import compile_model
from caresim.engine.schedule import Phase, Schedule, evaluate
from caresim.engine.tape import MOMENT, RUN, STATE, TIME, Tape
from caresim.england.model import England

N = 5  # runs
INPUTS = ((TIME, "year"), (TIME, "path"), (RUN, "rate"), (RUN, "share"), (MOMENT, "drift"),
          (STATE, "care"), (STATE, "home"), (STATE, "trend"))  # fmt: skip
ONE, TWO = ("negative",), ("+", "-", "*", "/", "maximum", "minimum")
COMPARISONS = ("<", "<=", ">", ">=")
POINTS = ((-1.0, 0.5, 2.0), (3.0, -1.0, 4.0))


def values_of_inputs():
    """Return a number for each input of time, and an array over the runs for each other one."""
    rng = np.random.default_rng(3)
    return {
        i: float(rng.uniform(-2, 3)) if kind == TIME else rng.uniform(-2, 3, N)
        for i, (kind, _) in enumerate(INPUTS)
    }


@st.composite
def tapes(draw):
    """Draw a tape of random operations on what stands before them, and the values wanted of it."""
    tape = Tape("")
    numbers = [tape.input(kind, name) for kind, name in INPUTS]
    recent = st.integers(0, 6)  # most operations take what was just computed, some what is older

    def one():
        if draw(st.integers(0, 9)) == 0:
            return draw(st.sampled_from([0.0, 1.0, -0.5, 3.0]))
        step = draw(st.one_of(recent, st.integers(0, len(numbers) - 1)))
        return numbers[max(len(numbers) - 1 - step, 0)]

    def operation():
        kind = draw(st.sampled_from(["two", "two", "two", "one", "where", "power", "table", "exp"]))
        if kind == "two":
            return tape.add(draw(st.sampled_from(TWO)), one(), one())
        if kind == "where":
            condition = tape.add(draw(st.sampled_from(COMPARISONS)), one(), one())
            return tape.add("where", condition, one(), one())
        if kind == "power":
            return tape.add("**", one(), draw(st.sampled_from([0.5, 2.0, 3.0, 0.7, -1.0, -2.0])))
        if kind == "table":
            return tape.add("look_up", one(), extra=POINTS)
        return tape.add("negative" if kind == "one" else "exp", one())

    for _ in range(draw(st.integers(1, 25))):
        made = operation()
        if isinstance(made, int):
            numbers.append(made)
    places = st.sampled_from([*numbers, 2.0])
    wanted = draw(st.lists(places, min_size=1, max_size=6))
    return tape, (*wanted, numbers[-1])


def directly(tape, places):
    """Return the values of places, each operation with an array of its own."""
    values = values_of_inputs()
    with np.errstate(all="ignore"):
        evaluate(tape, tape.needed(places), values)
    return values


def by_buffers(part, phase, values, stocks, n_wanted):
    """Return what the generated function leaves, from arrays that hold rubbish before."""
    rubbish = np.full((n_wanted, N), 1e9)
    work = [np.full(N, -1e9) for _ in range(part.n_work)]
    masks = [np.ones(N, dtype=bool) for _ in range(part.n_masks)]
    arrays = [[values[i] for i in places] for places in (phase.columns, phase.once, phase.moments)]
    with np.errstate(all="ignore"):
        part.compute(*arrays, [values[i] for i in stocks], rubbish, work, masks)
    return rubbish


def states(tape):
    return [i for i, op in enumerate(tape.ops) if op.symbol == "input" and tape.kinds[i] == STATE]


def assert_equal(tape, wanted):
    phase, stocks = Phase(tape, wanted), states(tape)
    values = directly(tape, wanted)
    kept = {place: np.copy(value) for place, value in values.items()}
    part = buffered(phase, (STATE,), wanted, stocks)
    found = by_buffers(part, phase, values, stocks, len(wanted))
    for row, value in enumerate(wanted):
        expected = np.broadcast_to(values[value] if isinstance(value, int) else value, N)
        np.testing.assert_array_equal(found[row], expected, f"row {row} of\n{part.source}")
    for place, value in kept.items():
        np.testing.assert_array_equal(values[place], value, f"{tape.ops[place]} was written over")


@given(tapes())
def test_random_expressions_are_what_they_are_with_an_array_for_each(case):
    assert_equal(*case)


@given(tapes())
def test_a_second_call_in_the_same_arrays_gives_the_same(case):
    tape, wanted = case
    phase, stocks, values = Phase(tape, wanted), states(tape), directly(*case)
    part = buffered(phase, (STATE,), wanted, stocks)
    first = by_buffers(part, phase, values, stocks, len(wanted))
    assert first.tobytes() == by_buffers(part, phase, values, stocks, len(wanted)).tobytes()


# Cases that reuse is most likely to spoil


def tape_of(source, names=("care", "home")):
    tape = Tape(f"def f({', '.join(names)}):\n{source}")
    places = {name: tape.input(STATE, name) for name in names}
    return tape, places, tape.call("f", **places)


LINES = {
    "a choice between what its condition is made of":
        "    a = care + home\n    b = care * home\n    return (where(a < b, a, b),)",
    "a choice of the value that takes its place":
        "    a = care + home\n    b = care - home\n    return (where(a < 0, b, a), a, b)",
    "a choice of a value that ends with it":
        "    a = care + home\n    b = where(care < 0, a, home)\n    return (b * 2,)",
    "a comparison that is wanted and used on":
        "    a = care < 9\n    c = where(a, 1, 2)\n    b = care > 9\n"
        "    return (a, where(b, 3, c) + c)",
    "a value that is wanted and used on":
        "    a = care + home\n    b = a * a\n    return (a, b, b - a)",
    "a value wanted twice": "    a = care + home\n    return (a, a, a)",
    "an input as a result": "    return (care, home, care)",
    "a literal as a result": "    return (2.0, care + 1)",
    "a comparison as a result": "    a = care < home\n    return (a, where(a, 1, 2))",
    "a comparison used again later":
        "    a = care < home\n    b = care + home\n    c = b * b\n"
        "    d = where(a, c, b)\n    return (d, where(a, b, d), where(c > d, 1, d))",
    "two comparisons at once":
        "    a = care < home\n    b = care < 0\n    return (where(a, where(b, 1, 2), 3),)",
    "the first value used last":
        "    a = care * 2\n    b = a + home\n    c = b + home\n    d = c * c\n    return (d - a,)",
    "an operation on one value twice": "    a = care + home\n    return (a * a + a,)",
    "a table of what it replaces":
        "    a = look_up(care + 1, (0, 1), (5, 6))\n    b = look_up(home, (0, 1), (1, 2))\n"
        "    return (a + b, look_up(a, (5, 6), (0, 1)))",
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_a_value_that_is_needed_still_is_not_written_over(case):
    tape, places, wanted = tape_of(LINES[case])
    phase = Phase(tape, tuple(wanted))
    rng = np.random.default_rng(8)
    values = {place: rng.uniform(-2, 2, N) for place in places.values()}
    part = buffered(phase, (STATE,), phase.wanted, list(places.values()))
    evaluate(tape, phase.live, values)
    found = by_buffers(part, phase, values, list(places.values()), len(wanted))
    for row, value in enumerate(wanted):
        expected = np.broadcast_to(values[value] if isinstance(value, int) else value, N)
        np.testing.assert_array_equal(found[row], expected, part.source)


# How many arrays


def parts(model):
    dated = {name for name, entry in model.parameters.items() if entry.is_dated}
    schedule = Schedule(compile_model(model, dated), frozenset(dated))
    step, stocks = schedule.step, schedule.stocks
    return step, buffered(step, (STATE,), step.wanted, stocks)


@pytest.mark.parametrize("model", [Rich, England], ids=["rich", "England"])
def test_a_model_works_in_far_fewer_arrays_than_it_has_operations(model):
    step, part = parts(model)
    operations = len(step.of(STATE))
    assert operations > 40, "a model of some size"
    assert part.n_work <= operations / 4, f"{part.n_work} arrays for {operations} operations"
    assert part.n_masks <= 3


def test_a_chain_works_in_one_array():
    lines = "".join(f"    a = exp(a) * {i}\n" for i in range(2, 50))
    tape, places, wanted = tape_of(f"    a = care\n{lines}    return (a + 1,)", ["care"])
    part = buffered(Phase(tape, tuple(wanted)), (STATE,), wanted, list(places.values()))
    assert (part.n_work, part.n_masks) == (1, 0)


def test_a_result_is_computed_in_its_own_row():
    tape, places, wanted = tape_of("    a = care + home\n    return (a, a * home)")
    part = buffered(Phase(tape, tuple(wanted)), (STATE,), wanted, list(places.values()))
    assert part.n_work == 0, part.source
    assert "copyto" not in part.source


def test_nothing_to_compute_is_a_function_too():
    part = buffered(Phase(Tape(""), ()), (STATE,), (), ())
    part.compute((), (), (), (), (), (), ())
    assert (part.n_work, part.n_masks) == (0, 0)
