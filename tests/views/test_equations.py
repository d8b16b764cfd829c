"""Formulas: every kind of node has one, it means what the equation means, and readers take it."""

import math
import types

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from latex_reader import faults, value_of

import caresim as cs
from caresim.engine.python.source import FLOATS
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
    Walk,
    cloud,
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
from caresim.language.dimensions import Array, Divided
from caresim.language.errors import ExportError
from caresim.language.expressions import Binary, Call, Expr, Number
from caresim.language.functions import COMPARISONS, FUNCTIONS
from caresim.language.pipes import Joint, Places
from caresim.language.rendering import render
from caresim.language.variables import Defined, Place, Variable
from caresim.language.walks import Moving
from caresim.views.equations.latex import Writer
from caresim.views.equations.symbols import Symbols

p = Parameters.of(a=2.0, b_1=3.0, c=0.5, span=(2.0, "year"), places=(4.0, "child"))
# what named quantities have in common, and templates, which test_equations_by_element.py writes
TEMPLATES = {Variable, Place, Defined, Moving, Divided, Joint, Array, Places}


class Sample(Model):
    """One of each."""

    parameters = p
    care = Stock("Looked after", "child", p.places)
    way = Delay("On the way", "child", care / 2, time=p.span, order=3)
    short = Delay("On a short way", "child", 0, time=p.span, order=1)
    felt = Smooth("Care felt", care, p.span, order=2)
    known = Smooth("Care known", over=p.span, order=1, initial=p.places)
    known.follow(care + felt)
    entries = Flow("Entries", cloud >> way, p.places / p.span * p.a)
    arrived = Flow("Arrived", way >> care, way.outflow)
    left = Flow("Left", care >> short, care / p.span * p.b_1**-p.c)
    gone = Flow("Gone", short >> cloud, short.outflow)
    full = Check("Places are full", care >= p.places)
    moved = Walk("Moved by chance", p.c)
    shaken = Noise("Shaken by chance", p.c, memory=0.5)
    struck = Events("Struck by chance", 1 / p.span)
    curve = Aux("Curve", table(care / p.places, [(0, 1), (0.5, 0.9), (1200, 1e-7)]))


def right(expression):
    """Return the formula of an expression alone."""
    return Writer(Symbols(Sample)).piece(expression).text


def formula(name, model=Sample):
    (found,) = (e for e in cs.equations(model) if e.name == name)
    return found.latex


# Every node and function

care, a, b, c = Sample.care, p.a, p.b_1, p.c
NODES = {
    "Number": (Number(1234567.0), "1{,}234{,}567"),
    "Time": (time, "t"),
    "Negative": (-(a + b), r"-\left(\textit{a} + \textit{b 1}\right)"),
    "Binary": (a - (b - c), r"\textit{a} - \left(\textit{b 1} - \textit{c}\right)"),
    "Call": (exp(a * b), r"\exp\left(\textit{a} \times \textit{b 1}\right)"),
    "ParameterRef": (b, r"\textit{b 1}"),
    "Stock": (care, r"\text{care}"),
    "Flow": (Sample.arrived, r"\text{arrived}"),
    "Aux": (Sample.curve, r"\text{curve}"),
    "Check": (Sample.full, r"\text{full}"),
    "Table": (table(a, [(0, 1), (1, 2)]), r"f\left(\textit{a}\right)"),
    "Smooth": (Sample.felt, r"\text{felt}"),
    "Delay": (Sample.way, r"\text{way}"),
    "Walk": (Sample.moved, r"\text{moved}"),
    "Noise": (Sample.shaken, r"\text{shaken}"),
    "Events": (Sample.struck, r"\text{struck}"),
    "Chance": (Sample.shaken.chance, "Z_{0.5}(t)"),
    "Count": (Sample.struck.chance, "N(t)"),
}
CALLS = {
    "exp": (exp(-a), r"\exp\left(-\textit{a}\right)"),
    "log": (log(a), r"\ln\left(\textit{a}\right)"),
    "maximum": (maximum(a, 0), r"\max\left(\textit{a},\ 0\right)"),
    "minimum": (minimum(a, b), r"\min\left(\textit{a},\ \textit{b 1}\right)"),
    "total": (total(a, b, 2), r"\textit{a} + \textit{b 1} + 2"),
    "where": (
        where(a < b, 1, c),
        (
            r"\begin{cases} 1 & \text{if } \textit{a} \lt \textit{b 1} \\ "
            r"\textit{c} & \text{otherwise} \end{cases}"
        ),
    ),
    "share": (share(a, of=b), r"\frac{\textit{a}}{\textit{b 1}}"),
    "smooth_step": (
        smooth_step(a, 2, "2020-03-31", "2022-09-30"),
        (
            r"\text{smooth step}_{\text{31 Mar 2020}}^{\text{30 Sep 2022}}"
            r"\left(\textit{a} \to 2\right)"
        ),
    ),
    "carried": (
        Call("carried", a, b, a, c),
        r"\text{carried}\left(\textit{a},\ \textit{b 1},\ \textit{a},\ \textit{c}\right)",
    ),
}
SYMBOLS = {
    "+": r"\textit{a} + \textit{c}",
    "-": r"\textit{a} - \textit{c}",
    "*": r"\textit{a} \times \textit{c}",
    "/": r"\frac{\textit{a}}{\textit{c}}",
    "**": r"\textit{a}^{\textit{c}}",
    "<": r"\textit{a} \lt \textit{c}",
    "<=": r"\textit{a} \le \textit{c}",
    ">": r"\textit{a} \gt \textit{c}",
    ">=": r"\textit{a} \ge \textit{c}",
}


def classes_below(kind):
    for below in kind.__subclasses__():
        yield below
        yield from classes_below(below)


def concrete_nodes():
    found = {kind for kind in classes_below(Expr) if kind.__module__.startswith("caresim.")}
    return sorted(kind.__name__ for kind in found - TEMPLATES)


def test_every_node_class_and_function_has_an_example():
    assert concrete_nodes() == sorted(NODES), "give the new node class a formula, and an example"
    assert {*SYMBOLS} == {"+", "-", "*", "/", "**", *COMPARISONS}
    own = {"negative", "look_up", *SYMBOLS}
    assert {*FUNCTIONS} - own == {*CALLS}, "give the new function a formula, and an example"


@pytest.mark.parametrize("kind", concrete_nodes())
def test_a_node_has_a_formula(kind):
    node, latex = NODES[kind]
    assert type(node).__name__ == kind
    assert right(node) == latex
    assert not faults(latex)


@pytest.mark.parametrize("function", sorted(CALLS))
def test_a_function_has_a_formula(function):
    node, latex = CALLS[function]
    assert node.function == function
    assert right(node) == latex
    assert not faults(latex)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_an_operator_has_a_formula(symbol):
    assert right(Binary(symbol, a, c)) == SYMBOLS[symbol]


def test_a_node_without_a_formula_is_refused_by_its_name():
    class Root(Expr):
        unit = a.unit

    with pytest.raises(ExportError, match="Root has no LaTeX"):
        right(Root())


OTHERS = {
    "years that pass": (
        elapsed("2009-03-31", "2020-03-31"),
        r"\text{elapsed}_{\text{31 Mar 2009}}^{\text{31 Mar 2020}}",
    ),
    "years that pass, carried on": (
        elapsed("2009-03-31", "2020-03-31", known_to="2018-03-31"),
        r"\text{elapsed, as known,}_{\text{31 Mar 2009}}^{\text{31 Mar 2020}}",
    ),
    "a path that is carried on": (
        smooth_step(a, 2, "2020-03-31", "2022-09-30", known_to="2021-03-31"),
        (
            r"\text{smooth step, as known,}_{\text{31 Mar 2020}}^{\text{30 Sep 2022}}"
            r"\left(\textit{a} \to 2\right)"
        ),
    ),
    "a maximum that is no elapsed": (
        maximum(minimum(a, b) - c, 0),
        r"\max\left(\min\left(\textit{a},\ \textit{b 1}\right) - \textit{c},\ 0\right)",
    ),
    "a span of years": (time - Number(2.0, time.unit), r"t - 2\,\text{years}"),
    "one fraction for two divisions": (
        a / b / c,
        r"\frac{\textit{a}}{\textit{b 1} \times \textit{c}}",
    ),
    "a power of a power": ((a**b) ** c, r"\left(\textit{a}^{\textit{b 1}}\right)^{\textit{c}}"),
    "a power of a fraction": ((a / b) ** 2, r"\left(\frac{\textit{a}}{\textit{b 1}}\right)^{2}"),
    "a sum of sums": (a + (b + c), r"\textit{a} + \textit{b 1} + \textit{c}"),
    "a sum in a product": (
        a * (b + c),
        r"\textit{a} \times \left(\textit{b 1} + \textit{c}\right)",
    ),
    "a negative number": (a + Number(-3.5), r"\textit{a} + \left(-3.5\right)"),
    "a small number": (a * 2.5e-7, r"\textit{a} \times 2.5 \times 10^{-7}"),
    "a power of ten": (a * 1e-7, r"\textit{a} \times 10^{-7}"),
    "a comparison in a sum": (
        a + Binary("<", b, c),
        r"\textit{a} + \left[\textit{b 1} \lt \textit{c}\right]",
    ),
    "a choice in a sum": (
        where(a < b, a, b) - c,
        (r"\left(\begin{cases} \textit{a} & \text{if } \textit{a} \lt \textit{b 1} \\ "
        r"\textit{b 1} & \text{otherwise} \end{cases}\right) - \textit{c}"),
    ),
    "an outflow": (Sample.way.outflow, r"\text{outflow}\left(\text{way}\right)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
def test_a_form_has_no_more_brackets_than_it_needs(kind):
    node, latex = OTHERS[kind]
    assert right(node) == latex
    assert not faults(latex)


# What a formula means

LEAVES = st.sampled_from([a, b, c, Number(2.0), Number(-1.5), Number(1500), Number(3e-7)])
JOINED = (
    "+", "-", "*", "/", "**", "max", "min", "where", "total", "-x", "exp", "log",
)  # fmt: skip


def join(symbol, x, y, z):
    made = {
        "max": lambda: maximum(x, y),
        "min": lambda: minimum(x, y),
        "where": lambda: where(x < y, y, z),
        "total": lambda: total(x, y, z),
        "-x": lambda: -x,
        "exp": lambda: exp(x),
        "log": lambda: log(x),
    }
    return made[symbol]() if symbol in made else Binary(symbol, x, y)


TREES = st.recursive(
    LEAVES,
    lambda below: st.builds(join, st.sampled_from(JOINED), below, below, below),
    max_leaves=14,
)


@given(TREES)
def test_a_formula_is_worth_what_the_equation_is(tree):
    names = {name: entry.value for name, entry in p.items()}
    try:
        worth = eval(render(tree), {**FLOATS, **names})  # noqa: S307
    except (ValueError, ZeroDivisionError, OverflowError):
        assume(False)
    assume(isinstance(worth, float | int) and math.isfinite(worth) and abs(worth) < 1e9)
    latex = right(tree)
    values = {name.replace("_", " "): value for name, value in names.items()}
    assert not faults(latex), latex
    try:
        read = value_of(latex, values)
    except (ZeroDivisionError, OverflowError):
        assume(False)
    assert read == pytest.approx(worth, rel=1e-6, abs=1e-6), latex


@given(TREES)
def test_rows_of_a_long_equation_hold_all_of_it(tree):
    names = {name: entry.value for name, entry in p.items()}
    model = types.new_class("Made", (Model,), exec_body=lambda body: fill(body, tree))
    latex = formula("result", model)
    whole = right(tree)
    assert not faults(latex), latex
    for name in names:
        shown = rf"\textit{{{name.replace('_', ' ')}}}"
        assert latex.count(shown) == whole.count(shown), latex


def fill(body, tree):
    body["parameters"] = p
    body["result"] = Aux("The result", tree)
    body["spare"] = Aux("Uses every parameter", p.places / p.span * p.a * p.b_1 * p.c)


def test_a_long_sum_inside_is_stacked_and_a_long_product_is_not():
    product = p.places / p.span * p.a * p.b_1 * p.c * p.a * p.b_1 * p.c * p.a * p.a * p.c * p.c
    product = product * p.a * p.b_1 * p.c * p.a * p.b_1 * p.c / p.places * p.span
    stacked = right(a * (product + product))
    assert stacked.count(r"\begin{aligned} &") == 1
    assert stacked.count(r" \\ &+ ") == 1
    assert not faults(stacked)
    assert "aligned" not in right(a**-product)


# Kinds of quantities

KINDS = {
    "care": (
        r"\frac{d}{dt}\,\text{care} &= \text{arrived} - \text{left}",
        r"\text{care}(t_{0}) &= \textit{places}",
    ),
    "way": (
        r"\text{way} &= \sum_{i=1}^{3} x_{i}",
        r"\frac{d}{dt}\,x_{1} &= \text{entries} - \frac{3\,x_{1}}{\textit{span}}",
        (
            r"\frac{d}{dt}\,x_{i} &= \frac{3\,\left(x_{i-1} - x_{i}\right)}{\textit{span}}"
            r" \qquad i = 2, \dots, 3"
        ),
        r"\text{outflow}\left(\text{way}\right) &= \frac{3\,x_{3}}{\textit{span}}",
        r"x_{i}(t_{0}) &= \frac{\text{care}}{2 \times 3}",
    ),
    "short": (
        r"\frac{d}{dt}\,\text{short} &= \text{left} - \frac{\text{short}}{\textit{span}}",
        r"\text{outflow}\left(\text{short}\right) &= \frac{\text{short}}{\textit{span}}",
        r"\text{short}(t_{0}) &= 0",
    ),
    "felt": (
        r"\text{felt} &= x_{2}",
        r"\frac{d}{dt}\,x_{1} &= \frac{2\,\left(\text{care} - x_{1}\right)}{\textit{span}}",
        r"\frac{d}{dt}\,x_{2} &= \frac{2\,\left(x_{1} - x_{2}\right)}{\textit{span}}",
        r"x_{i}(t_{0}) &= \text{care}",
    ),
    "known": (
        (
            r"\frac{d}{dt}\,\text{known} &= "
            r"\frac{\text{care} + \text{felt} - \text{known}}{\textit{span}}"
        ),
        r"\text{known}(t_{0}) &= \textit{places}",
    ),
    "curve": (
        r"\text{curve} &= f\left(\frac{\text{care}}{\textit{places}}\right)",
        r"f &:\ \left(0,\ 1\right),\ \left(0.5,\ 0.9\right),\ \left(1{,}200,\ 10^{-7}\right)",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_quantity_in_several_rows(name):
    rows = " \\\\\n".join(KINDS[name])
    assert formula(name) == f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"


def test_a_check_and_a_flow_stand_in_one_row():
    assert formula("full") == r"\text{full} :\quad \text{care} \ge \textit{places}"
    assert formula("arrived") == r"\text{arrived} = \text{outflow}\left(\text{way}\right)"


def test_the_second_table_of_an_equation_has_a_number_and_dates_are_dates():
    dated = table(time, [("2010-03-31", 1), ("2012-03-31", 0.5)])
    plain = table(dated, [(x, x) for x in range(8)])

    class Tables(Model):
        both = Aux("Both", plain * dated)

    rows = formula("both", Tables).splitlines()
    assert r"f\left(f_{2}\left(t\right)\right) \times f_{2}\left(t\right)" in rows[1]
    assert r"\left(6,\ 6\right),\ \left(7,\ 7\right)" in rows[3], "long lists go over lines"
    assert r"f_{2} &:\ \left(\text{31 Mar 2010},\ 1\right)" in rows[4]
