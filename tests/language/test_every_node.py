"""Every kind of node and every row of the table has all its forms, and they agree."""

# ruff: noqa: ARG005  (every case takes the same arguments)

import math
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vector_forms import computed

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.operations.listed import applied
from caresim.engine.prepare import available_targets
from caresim.engine.python.source import ARRAYS, FLOATS
from caresim.language import (
    Aux,
    Check,
    Delay,
    Events,
    Flow,
    Model,
    Noise,
    Parameters,
    Smooth,
    Stock,
    Unit,
    UnitError,
    Walk,
    cloud,
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
from caresim.language.dimensions import Array, Divided
from caresim.language.expressions import Binary, Call, Expr, Number
from caresim.language.functions import COMPARISONS, FUNCTIONS
from caresim.language.pipes import Joint, Places
from caresim.language.rendering import render
from caresim.language.variables import Defined, Place, Variable
from caresim.language.walks import Chance, Count, Moving

# what named quantities have in common; never made directly
KINDS_OF = {Variable, Place, Defined, Moving}
KINDS_OF |= {
    Chance,
    Count,
}  # of a factor alone, which a run computes or takes for 1 (test_chance.py)
# of templates, which are written out as other nodes before a model runs (test_dimensions.py)
KINDS_OF |= {Divided, Joint, Array, Places}
YEARS = Clock(2020, 2021, 2)
p = Parameters.of(four=(4.0, "child"), half=0.5, span=(2.0, "year"))


# one example a node class: how to make it, its unit, its value at the end of March 2021
NODES = {
    "Number": (lambda m: Number(2.5), "1", 2.5),
    "Time": (lambda m: time, "year", 2021.0),
    "Negative": (lambda m: -m.stock, "child", -4.0),
    "Binary": (lambda m: m.stock / p.span, "child/year", 2.0),
    "Call": (lambda m: maximum(m.stock, 0), "child", 4.0),
    "ParameterRef": (lambda m: p.span, "year", 2.0),
    "Stock": (lambda m: m.stock, "child", 4.0),
    "Flow": (lambda m: m.flow, "child/year", 0.0),
    "Aux": (lambda m: m.twice, "child", 8.0),
    "Check": (lambda m: m.many, "1", 1.0),
    "Table": (lambda m: table(m.stock / p.four, [(0, 2), (4, 6)]), "1", 3.0),
    "Smooth": (lambda m: m.felt, "child", 4.0),
    "Delay": (lambda m: m.way, "child", 4.0),
    "Walk": (lambda m: m.moved, "1", 1.0),
    "Noise": (lambda m: m.shaken, "1", 1.0),
    "Events": (lambda m: m.struck, "1/year", 0.0),
}
# one example a function: how to make it, its value, and a use whose units do not agree
CALLS = {
    "exp": (lambda: exp(p.half), math.exp(0.5), lambda: exp(p.span)),
    "log": (lambda: log(p.half), math.log(0.5), lambda: log(p.span)),
    "maximum": (lambda: maximum(p.half, 2), 2.0, lambda: maximum(p.half, p.span)),
    "minimum": (lambda: minimum(p.half, 2), 0.5, lambda: minimum(p.half, p.span)),
    "total": (lambda: total(p.half, 2, p.half), 3.0, lambda: total(p.half, p.span)),
    "where": (lambda: where(p.half < 2, 7, 9), 7.0, lambda: where(p.half < 2, p.half, p.span)),
    "share": (
        lambda: share(p.half, of=p.half * 4),
        0.25,
        lambda: share(p.half, of=p.span),
    ),
    "smooth_step": (
        lambda: smooth_step(0, p.half * 4, "2020-03-31", "2022-03-31"),
        1.0,
        lambda: smooth_step(p.half, p.span, "2020-03-31", "2022-03-31"),
    ),
    "carried": (
        lambda: Call("carried", time, *(Number(at, time.unit) for at in (2020.6, 2020, 2021))),
        2020.6 + 0.4 * (3 * 0.7**2 - 2 * 0.7**3),
        lambda: Call("carried", time, p.half, p.span, p.span),
    ),
}
OF_NODES = {"negative", "look_up"}  # which have a class of node of their own
SYMBOLS = {"+": 4.5, "-": 3.5, "*": 2.0, "/": 8.0, "**": 2.0, "<": 0, "<=": 0, ">": 1, ">=": 1}


class Sample:
    """Named quantities that stay as they start, so that their values are known."""

    def __init__(self):
        self.stock = Stock("A stock", "child", p.four)
        self.flow = Flow("Nothing", cloud >> self.stock, 0)
        self.twice = Aux("Twice", 2 * self.stock)
        self.many = Check("More than three", self.stock > p.four - p.four * 0.25)
        self.felt = Smooth("Felt", self.stock, p.span)
        self.way = Delay("On the way", "child", p.four, time=p.span, order=2)
        self.moved = Walk("Moved by chance", p.half)
        self.struck = Events("Events by chance", 1 / p.span)
        self.shaken = Noise("Shaken by chance", p.half, memory=0.5)


def ran(sample, expression, target):
    """Return the value of an expression on 31 March 2021 as the engine computes it."""
    body = {**vars(sample), "result": Aux("The result", expression)}
    body["spare"] = Aux("Uses every parameter", p.four / p.span * p.half)
    made = types.new_class("Made", (Model,), exec_body=lambda names: fill(names, body))
    run = execute(made(), YEARS, target=target, outputs=["result"])
    return run.values("result")[-1, 0]


def fill(names, body):
    names["parameters"] = p
    for name, value in body.items():
        names[name] = value


def classes_below(kind):
    for below in kind.__subclasses__():
        yield below
        yield from classes_below(below)


def concrete_nodes():
    return sorted({c.__name__ for c in classes_below(Expr)} - {c.__name__ for c in KINDS_OF})


def test_every_node_class_has_an_example():
    assert concrete_nodes() == sorted(NODES), "give the new node class an example in NODES"


def test_every_row_of_the_table_has_an_example():
    found = {*CALLS, *SYMBOLS, *OF_NODES}
    assert found == set(FUNCTIONS), "give the new function an example in CALLS"


@pytest.mark.parametrize("name", concrete_nodes())
def test_a_node_has_its_unit_a_rendering_and_runs_in_every_target(name):
    make, unit, value = NODES[name]
    sample = Sample()
    node = make(sample)
    assert type(node).__name__ == name
    assert node.unit == Unit.parse(unit)
    for target in available_targets():
        assert ran(sample, node, target) == pytest.approx(value, rel=1e-12), target
    names = {"stock": 4.0, "flow": 0.0, "twice": 8.0, "felt": 4.0, "way": 4.0, "time": 2021.0}
    names |= {"many": True, "moved": 1.0, "shaken": 1.0, "struck": 0.0}
    names |= {key: entry.value for key, entry in p.items()}
    worth = eval(render(node), {**FLOATS, "total": sum, **names})  # noqa: S307
    assert worth == pytest.approx(value)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_function_has_a_unit_rule_and_runs_in_every_target(name):
    make, value, disagreeing = CALLS[name]
    node = make()
    assert isinstance(node, Call)
    assert node.function == name
    with pytest.raises(UnitError):
        disagreeing()
    for target in available_targets():
        assert ran(Sample(), node, target) == pytest.approx(value, rel=1e-12), target


@pytest.mark.parametrize("symbol", sorted(SYMBOLS))
def test_an_operator_runs_in_every_target(symbol):
    node = Binary(symbol, Number(4), p.half)
    shown = where(node, 1, 0) if symbol[0] in "<>" else node
    for target in available_targets():
        assert ran(Sample(), shown, target) == pytest.approx(SYMBOLS[symbol]), target


# Every form of a row

ROWS = sorted(FUNCTIONS)
POINTS = ((0.0, 1.0, 2.5), (2.0, 0.5, 1.5))
X, Y, Z = (np.random.default_rng(1).uniform(0.1, 2.4, (3, 37))).tolist()
ARGUMENTS = {
    **dict.fromkeys(
        ("+", "-", "*", "/", "**", "share", "maximum", "minimum", *COMPARISONS), (X, Y)
    ),
    **dict.fromkeys(("negative", "exp", "log", "look_up"), (X,)),
    "where": ([float(x < y) for x, y in zip(X, Y, strict=True)], Y, Z),
    "total": (X, Y, Z),
    "smooth_step": (X, Y, Z),
    "carried": (X, Y, Z, [z + x for x, z in zip(X, Z, strict=True)]),
}


def extra_of(name):
    return POINTS if name == "look_up" else ()


def by_numbers(name, *arguments):
    """Return a function of floats, by its own form or in others."""
    row = FUNCTIONS[name]
    if row.number is None:
        return row.expanded(by_numbers, *arguments)
    return float(row.number(*arguments))


def expected_of(name):
    rows = zip(*ARGUMENTS[name], strict=True)
    return np.array([by_numbers(name, *row, *extra_of(name)) for row in rows])


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_arguments_to_try_it_on(name):
    assert name in ARGUMENTS, "give the new function arguments in ARGUMENTS"


@pytest.mark.parametrize("name", ROWS)
def test_a_row_gives_the_same_on_arrays_as_on_floats(name):
    arrays = applied(name, *map(np.array, ARGUMENTS[name]), *extra_of(name))
    np.testing.assert_allclose(np.asarray(arrays, float), expected_of(name), rtol=1e-14)


@pytest.mark.parametrize("name", [n for n in ROWS if FUNCTIONS[n].expanded])
def test_a_row_that_is_written_in_others_gives_the_same(name):
    """So that a way to run models which lacks the function has it all the same."""
    arrays = FUNCTIONS[name].expanded(applied, *map(np.array, ARGUMENTS[name]), *extra_of(name))
    np.testing.assert_allclose(arrays, expected_of(name), rtol=1e-14)


@pytest.mark.parametrize("name", [n for n in ROWS if FUNCTIONS[n].llvm])
def test_a_row_gives_the_same_in_machine_code(name):
    if "compiled" not in available_targets():
        pytest.skip("needs llvmlite")
    row = FUNCTIONS[name]
    np.testing.assert_allclose(
        by_machine(row, ARGUMENTS[name]), expected_of(name), rtol=1e-14, err_msg=name
    )


@pytest.mark.parametrize("name", ROWS)
def test_a_row_can_be_run_in_each_way(name):
    row = FUNCTIONS[name]
    for form in (row.number, row.array, row.llvm):
        assert form or row.expanded, f"{name}: give the form, or write the function in others"


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_names_for_xmile_and_latex(name):
    assert FUNCTIONS[name].latex
    assert FUNCTIONS[name].xmile or FUNCTIONS[name].expanded, "XMILE has none: write it in others"


@pytest.mark.parametrize("name", ROWS)
def test_the_slopes_of_a_row_are_those_of_small_differences(name):
    arguments = [np.array(values) for values in ARGUMENTS[name]]
    slopes = FUNCTIONS[name].slopes(applied, *arguments, *extra_of(name))
    assert len(slopes) == len(arguments), name
    step = 1e-6
    for i, slope in enumerate(slopes):
        if name == "where" and i == 0:
            continue  # a truth value has no slope
        sides = [
            applied(name, *(a + s * (i == j) for j, a in enumerate(arguments)), *extra_of(name))
            for s in (-step, step)
        ]
        differences = (np.asarray(sides[1], float) - np.asarray(sides[0], float)) / (2 * step)
        np.testing.assert_allclose(slope + 0 * arguments[0], differences, rtol=1e-7, atol=1e-7)


WHOLES = [0.0, -0.0, 5e-324, 1.0, -2.0, np.inf]


@pytest.mark.parametrize("whole", WHOLES)
@given(part=st.floats(-1e6, 1e6))
def test_a_share_is_the_quotient_and_nothing_of_nothing(whole, part):
    """To the last bit: no small number is added to the whole."""
    with np.errstate(over="ignore"):
        expected = np.float64(part) / whole if whole else 0.0
        assert applied("share", np.array([part]), np.array([whole]))[0] == expected


def test_a_share_of_what_is_not_a_number_is_not_nothing():
    assert np.isnan(applied("share", np.array([1.0]), np.array([np.nan])))[0]


@pytest.mark.parametrize("target", available_targets())
def test_a_share_of_nothing_is_nothing_in_every_target(target):
    sample = Sample()
    nobody = sample.stock - p.four
    assert ran(sample, share(p.four, of=nobody), target) == 0
    assert ran(sample, share(nobody, of=nobody), target) == 0


def by_machine(row, arguments):
    """Return a row computed by its own instructions, two numbers at a time."""
    return computed(row, [np.array(values) for values in arguments])


@pytest.mark.parametrize("kind", [FLOATS, ARRAYS])
def test_functions_that_generated_source_calls_are_there(kind):
    own = {n for n, row in FUNCTIONS.items() if n.isidentifier() and row.number}
    assert set(kind) == own


def test_an_unknown_function_has_no_unit_rule():
    with pytest.raises(KeyError):
        Call("square_root", Number(2))
