"""Regrouped sums and products: fewer operations that hang on stocks, and the same value."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caresim.engine.regrouped import regrouped
from caresim.engine.schedule import evaluate
from caresim.engine.tape import MOMENT, RUN, STATE, Tape

KINDS = {"r": RUN, "s": RUN, "t": MOMENT, "a": STATE, "b": STATE, "c": STATE}
VALUES = {"r": 0.3, "s": 1.7, "t": 0.45, "a": 12.5, "b": 3.25, "c": 0.875}


def read(*expressions, kinds=KINDS):
    """Return the tape of some expressions, and their places on it."""
    text = f"def f({', '.join(kinds)}):\n    return ({', '.join(expressions)},)"
    tape = Tape(text)
    return tape, tape.call("f", **{name: tape.input(kind, name) for name, kind in kinds.items()})


def computed(tape, wanted):
    """Return what operations give for the values above."""
    known = {i: VALUES[op.extra] for i, op in enumerate(tape.ops) if op.symbol == "input"}
    values = evaluate(tape, tape.needed(wanted), known)
    return [values[value] if isinstance(value, int) else value for value in wanted]


def in_stages(tape, wanted):
    """Return the symbols of the operations that each stage computes."""
    ops = tape.ops
    live = [i for i in tape.needed(wanted) if tape.kinds[i] == STATE]
    return sorted(ops[i].symbol for i in live if ops[i].symbol != "input")


# what is computed, with what is left to compute in each stage
SHORTER = {
    ("a * r + a * s + a * t",): "*",
    ("-(a * r) - a * s - a / t",): "* negative",
    ("a * r * b * s * t",): "* *",
    ("a * r / s / t",): "*",
    ("a / b * r / s",): "* /",
    ("(a + b) * r + a * s",): "* * + +",
    ("a * b + a * c",): "* +",
    ("a * b * r + a * c * s",): "* * * +",
    ("a + t * r - a",): "",
    ("a * (1 - b) + a * b",): "",
    ("a * r * (1 - b) + a * r * b",): "*",
    ("a + b + c", "(a + b + c) * r", "r * (a + b + c) + a"): "* + + +",
    ("maximum(a * r * s, b)",): "* maximum",
}


@pytest.mark.parametrize("expressions", SHORTER)
def test_a_stage_is_left_with_fewer_operations(expressions):
    tape, before = read(*expressions)
    expected = computed(tape, before)
    after = regrouped(tape, before)
    assert computed(tape, after) == pytest.approx(expected, rel=1e-14, abs=1e-14)
    assert len(in_stages(tape, after)) <= len(in_stages(tape, before))
    assert " ".join(in_stages(tape, after)) == SHORTER[expressions]


@pytest.mark.parametrize("risky", ["1 / b", "exp(b)", "log(b)", "b ** r", "r / b"])
def test_what_may_have_no_value_is_computed_where_it_cancels(risky):
    tape, before = read(f"a * (1 - {risky}) + a * ({risky})")
    symbol = next(s for s in in_stages(tape, before) if s not in "*+-")
    assert symbol in in_stages(tape, regrouped(tape, before))


@pytest.mark.parametrize("first", ["r", "s"])
def test_the_first_places_of_a_tape_are_not_the_numbers_nought_and_one(first):
    """Places are whole numbers, and 0 == 0.0 in Python."""
    names = [first, *(name for name in KINDS if name != first)]
    tape, before = read(
        f"a + b * {first}", f"{first} * a + b", "a * r - a * s", f"a * (1 - b) * {first} + a * b",
        kinds={name: KINDS[name] for name in names},
    )  # fmt: skip
    expected = computed(tape, before)
    assert computed(tape, regrouped(tape, before)) == pytest.approx(expected, rel=1e-14)


def test_sums_that_share_their_terms_are_multiplied_out_only_where_that_is_short():
    tape, before = read("(a + b + c + r) * (a - b + c + s) * (a + b - c + t) * (a - b - c)")
    expected = computed(tape, before)
    operations = len(in_stages(tape, before))
    after = regrouped(tape, before)
    assert len(in_stages(tape, after)) <= operations
    assert computed(tape, after) == pytest.approx(expected, rel=1e-13)


def test_what_hangs_on_no_stock_is_left_alone():
    tape, before = read("r * s + t", "2.0 * 3.0")
    assert regrouped(tape, before) == tuple(before)


def test_a_long_sum_is_regrouped():
    tape, before = read(" + ".join(f"a * {i}.5 * r + b" for i in range(1, 150)))
    assert in_stages(tape, regrouped(tape, before)) == ["*", "*", "+"]


leaves = st.sampled_from(list(KINDS))
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("++--**"), inner),
        st.builds("({} / {})".format, inner, leaves),
        st.builds("maximum({}, {})".format, inner, inner),
    ),
    max_leaves=12,
)


@given(st.lists(expressions, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_random_expressions_keep_their_values(wanted):
    tape, before = read(*wanted)
    expected = computed(tape, before)
    found = computed(tape, regrouped(tape, before))
    # against what the terms come to without their signs: rounding is as large where they cancel
    gross = computed(*read(*(text.replace("-", "+") for text in wanted)))
    for text, value, right, size in zip(wanted, found, expected, gross, strict=True):
        assert math.isclose(value, right, rel_tol=0, abs_tol=1e-13 * max(size, 1)), text


@given(st.lists(expressions, min_size=1, max_size=3))
@settings(max_examples=50, deadline=None)
def test_regrouping_is_the_same_each_time(wanted):
    tapes = [read(*wanted) for _ in range(2)]
    places = [regrouped(tape, before) for tape, before in tapes]
    assert places[0] == places[1]
    assert tapes[0][0].ops == tapes[1][0].ops
