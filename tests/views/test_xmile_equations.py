"""Equations in XMILE: every node and function has a form, and no reader can take it two ways."""

import ast
import re

import pytest

from caresim.language import (
    Aux,
    Check,
    Delay,
    Events,
    Flow,
    Noise,
    Parameters,
    Smooth,
    Stock,
    Unit,
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
from caresim.language.errors import ExportError
from caresim.language.expressions import Binary, Call, Expr, Number
from caresim.language.functions import COMPARISONS, FUNCTIONS, Function
from caresim.language.pipes import Joint, Places
from caresim.language.variables import Defined, Place, Variable
from caresim.language.walks import Chance, Count, Moving
from caresim.views.xmile.equations import RESERVED, Equations, check_name, decimal, unit_text

p = Parameters.of(a=2.0, b=3.0, span=(2.0, "year"), places=(4.0, "child"))
# what named quantities have in common, and templates that are written out before a model runs
NEVER_IN_AN_EQUATION = {Variable, Place, Defined, Moving, Divided, Joint, Array, Places}


def named(variable, name):
    variable.__set_name__(None, name)
    return variable


stock = named(Stock("In care", "child", p.places), "care")
FORMS = {
    "Number": (Number(2.5), "2.5"),
    "Time": (time, "TIME"),
    "Negative": (-p.a, "-a"),
    "Binary": (p.a / p.b, "a / b"),
    "Call": (maximum(p.a, 0), "MAX(a, 0)"),
    "Table": (1 + table(p.a, [(0, 1), (1, 2)]), "1 + owner_table_1"),
    "ParameterRef": (p.span, "span"),
    "Stock": (stock * 1, "care * 1"),
    "Flow": (named(Flow("In", cloud >> stock, stock / p.span), "arrivals") * 2, "arrivals * 2"),
    "Aux": (named(Aux("Twice", 2 * stock), "twice") / stock, "twice / care"),
    "Check": (named(Check("Full", stock > p.places), "full") + 1, "full + 1"),
    "Walk": (named(Walk("Moved", p.a), "moved") * 1, "moved * 1"),
    "Noise": (named(Noise("Shaken", p.a), "shaken") * 1, "shaken * 1"),
    "Events": (named(Events("Struck", 1 / p.span), "struck") * p.span, "struck * span"),
    "Chance": (p.a * Chance(1.0, 1.0), "a * 0"),  # the middle path
    "Count": (p.a * Count(), "a * 0"),
    "Smooth": (named(Smooth("Felt", stock, p.span), "felt") * 1, "felt * 1"),
    "Delay": (named(Delay("Under way", "child", 0, time=p.span), "way") * 1, "way * 1"),
}
CALLS = {
    "exp": (exp(p.a), "EXP(a)"),
    "log": (log(p.a), "LN(a)"),
    "maximum": (maximum(p.a, p.b), "MAX(a, b)"),
    "minimum": (minimum(p.a + 1, p.b), "MIN(a + 1, b)"),
    "total": (total(p.a, p.b - 1, -p.a), "a + (b - 1) + (-a)"),
    "where": (where(p.a <= p.b, p.a, -p.b), "(IF (a <= b) THEN (a) ELSE (-b))"),
    "share": (share(p.a, of=p.b - 1), "SAFEDIV(a, b - 1)"),
    "smooth_step": (
        smooth_step(p.a, p.b, "2010-03-31", "2012-03-31"),
        "a + (b - a) * (owner_progress_1 * owner_progress_1 * (3 - 2 * owner_progress_1))",
    ),
    "carried": (Call("carried", p.a, p.b, p.b, p.a), "owner_carried_1"),
}
SYMBOLS = {
    "+": "a + b", "-": "a - b", "*": "a * b", "/": "a / b", "**": "(a ^ b)",
    **{symbol: f"(IF (a {symbol} b) THEN (1) ELSE (0))" for symbol in COMPARISONS},
}  # fmt: skip


def written(expression):
    return Equations(()).text("owner", expression)


def with_helpers(expression):
    """Return the text and the text of each helper, by name."""
    equations = Equations(())
    text = equations.text("owner", expression)
    found = {}
    for helper in equations.helpers:
        found[helper.name] = equations.text(helper.name, helper.expression)
    return text, found


def classes_below(kind):
    for below in kind.__subclasses__():
        yield below
        yield from classes_below(below)


# Every node, function and operator


def test_every_node_class_has_an_xmile_form():
    package = {c for c in classes_below(Expr) if c.__module__.startswith("caresim.")}
    names = {c.__name__ for c in package - NEVER_IN_AN_EQUATION}
    assert names == set(FORMS), "give the new node class a form in XMILE, and an example here"


def test_every_function_has_an_xmile_form():
    assert set(CALLS) == {*FUNCTIONS} - {"negative", "look_up", *SYMBOLS}, (
        "give the new function a form in XMILE, and one here"
    )


@pytest.mark.parametrize("name", FORMS)
def test_a_node_is_written_in_its_form(name):
    expression, text = FORMS[name]
    nodes = {type(expression).__name__} | {type(c).__name__ for c in expression.children}
    assert name in nodes, "the example holds the node that it is for"
    assert written(expression) == text


@pytest.mark.parametrize("name", CALLS)
def test_a_function_is_written_in_its_form(name):
    expression, text = CALLS[name]
    assert expression.function == name
    assert written(expression) == text


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_an_operator_is_written_in_its_form(symbol):
    assert written(Binary(symbol, p.a, p.b)) == SYMBOLS[symbol]


def test_a_function_without_a_form_is_refused_by_name(monkeypatch):
    row = Function("square_root", lambda _: Unit.parse("1"))
    monkeypatch.setitem(FUNCTIONS, "square_root", row)
    with pytest.raises(ExportError, match="'owner' cannot be exported: XMILE has no 'square_root'"):
        written(p.a + Call("square_root", p.b))


def test_a_node_without_a_form_is_refused_by_name():
    class Shape(Expr):
        unit = Unit.parse("1")

    with pytest.raises(ExportError, match="'owner' cannot be exported: XMILE has no Shape"):
        written(p.a * Shape())


# Brackets and the order of rounding


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (p.a + (p.b + 1), "a + (b + 1)"),
        (p.a - (p.b - 1), "a - (b - 1)"),
        (p.a / (p.b / 2), "a / (b / 2)"),
        (p.a / (p.b * 2), "a / (b * 2)"),
        ((p.a - p.b) * 2, "(a - b) * 2"),
        (p.a * p.b - p.a / p.b, "a * b - a / b"),
        (p.a - -p.b, "a - (-b)"),
        (-p.a * p.b, "(-a) * b"),
        (-(p.a * p.b), "-(a * b)"),
        (p.a * -2, "a * (-2)"),
        (p.a - Number(-2.5), "a - (-2.5)"),
        (where(p.a < p.b, 1, 2) * 3, "(IF (a < b) THEN (1) ELSE (2)) * 3"),
        (
            where((p.a < p.b) + 1 > 2, p.a - 1, 2),
            "(IF ((IF (a < b) THEN (1) ELSE (0)) + 1 > 2) THEN (a - 1) ELSE (2))",
        ),
        (-(p.a**2) * 3, "(-(a ^ 2)) * 3"),
        (total(p.a + p.b) * 2, "(a + b) * 2"),
    ],
)
def test_brackets_keep_the_order_that_the_model_has(expression, text):
    assert written(expression) == text


@pytest.mark.parametrize(
    ("expression", "text", "helpers"),
    [
        (p.a**p.b, "(a ^ b)", {}),
        (p.a**-p.b, "(a ^ (-b))", {}),
        (p.a**-2, "(a ^ (-2))", {}),
        ((p.a + 1) ** 2, "(owner_base_1 ^ 2)", {"owner_base_1": "a + 1"}),
        (p.a ** (p.b * 2), "(a ^ owner_power_1)", {"owner_power_1": "b * 2"}),
        (Number(-2) ** 2, "(owner_base_1 ^ 2)", {"owner_base_1": "-2"}),
        (exp(p.a) ** 2, "(owner_base_1 ^ 2)", {"owner_base_1": "EXP(a)"}),
        (
            (p.a**p.b) ** 2 + p.a ** (p.b**2),
            "(owner_base_1 ^ 2) + (a ^ owner_power_1)",
            {"owner_base_1": "(a ^ b)", "owner_power_1": "(b ^ 2)"},
        ),
    ],
)
def test_powers_join_names_and_numbers_only(expression, text, helpers):
    assert with_helpers(expression) == (text, helpers)


def test_words_of_the_language_are_in_capitals():
    texts = [written(expression) for expression, _ in CALLS.values()]
    words = set(re.findall(r"\b(?i:if|then|else|exp|ln|max|min|time)\b", " ".join(texts)))
    assert words == {word.upper() for word in words}
    assert {"IF", "THEN", "ELSE", "EXP", "LN", "MAX", "MIN"} <= words


# Helpers


def test_a_part_that_is_used_twice_has_one_helper():
    inner = smooth_step(p.a, p.b, "2010-03-31", "2011-03-31")
    text, helpers = with_helpers(smooth_step(inner, p.b, "2012-03-31", "2013-03-31"))
    assert text.count("owner_progress_2") == 6, "the inner step stands in both places"
    assert [name for name in helpers if "progress" in name] == [
        "owner_progress_1", "owner_progress_2",
    ]  # fmt: skip


def test_the_progress_of_a_step_is_cut_off_at_both_ends():
    _, helpers = with_helpers(smooth_step(p.a, p.b, "2010-03-31", "2012-03-31"))
    progress = "MIN(MAX((TIME - date_2010_03_31) / years_2, 0), 1)"
    assert helpers == {
        "owner_progress_1": progress, "date_2010_03_31": "2010", "years_2": "2",
    }  # fmt: skip


def test_a_date_is_a_named_constant_in_years_and_written_once():
    equations = Equations(())
    for owner in ("first", "second"):
        equations.text(owner, smooth_step(p.a, p.b, "2008-11-11", "2018-08-08"))
    for helper in list(equations.helpers):
        equations.text(helper.name, helper.expression)
    dates = [helper for helper in equations.helpers if helper.name.startswith("date_")]
    assert [helper.name for helper in dates] == ["date_2008_11_11"]
    assert dates[0].unit == Unit.parse("year")
    assert dates[0].label == "The end of 11 November 2008"


def test_a_helper_takes_no_name_that_is_taken():
    equations = Equations(["owner_power_1", "owner_power_2"])
    assert equations.text("owner", p.a ** (p.b + 1)) == "(a ^ owner_power_3)"


def test_a_look_up_alone_is_written_as_its_input():
    assert with_helpers(table(p.a * 2, [(0, 1), (1, 2)])) == ("a * 2", {})


# Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (2.0, "2"),
        (0.1, "0.1"),
        (1e-05, "0.00001"),
        (-1.5e-7, "-0.00000015"),
        (4_196_400_000.0, "4196400000"),
        (1e22, "10000000000000000000000"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_a_number_is_in_plain_digits_and_reads_back_the_same(value, text):
    assert decimal(value) == text
    assert ast.literal_eval(text) == value


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_number_that_is_not_finite_is_refused(value):
    with pytest.raises(ExportError, match="finite numbers only"):
        decimal(value)


# Names


@pytest.mark.parametrize("name", ["care", "care_0", "section_47_enquiries", "a1"])
def test_our_names_are_taken_as_they_are(name):
    assert check_name(name, "quantity") == name


@pytest.mark.parametrize("name", ["Care", "careNew", "care__new", "care_", "_care", "café", "2nd"])
def test_a_name_that_xmile_would_read_as_another_is_refused(name):
    with pytest.raises(ExportError, match=f"the parameter '{name}' cannot be exported"):
        check_name(name, "parameter")


@pytest.mark.parametrize("name", ["time", "dt", "step", "pulse", "delay", "mean", "init", "not"])
def test_a_word_of_xmile_is_refused_as_a_name(name):
    with pytest.raises(ExportError, match=f"'{name}' cannot be exported: the word has a meaning"):
        check_name(name, "quantity")


def test_a_name_that_pysd_would_read_as_an_operator_and_another_name_is_refused():
    with pytest.raises(ExportError, match="'not_back' cannot be exported: PySD reads"):
        check_name("not_back", "quantity")


def test_names_that_readers_keep_for_the_clock_are_reserved():
    # PySD leaves out a quantity of such a name and says nothing
    assert {"initial_time", "final_time", "time_step", "saveper"} <= RESERVED


# Units


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("1", "dmnl"), ("child", "child"), ("child/year", "child/year"), ("1/year", "1/year"),
        ("GBP/child/year", "GBP/child/year"), ("child*year^2", "child*year^2"),
    ],
)  # fmt: skip
def test_a_unit_is_written_as_an_equation(unit, text):
    assert unit_text(Unit.parse(unit), "x") == text


def test_a_root_of_a_unit_is_refused_by_name():
    with pytest.raises(ExportError, match=r"'spread' is in \[child\^\(1/2\)\]"):
        unit_text(Unit.parse("child^(1/2)"), "spread")
