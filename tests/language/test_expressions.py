"""Expressions: operators, units on the declaring line, advice, and what render writes."""

# ruff: noqa: ARG005  (every case takes the same arguments)

import dataclasses
import datetime as dt
import math
import traceback
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import caresim
from caresim.language import (
    Aux,
    CaresimError,
    Dimension,
    ModelError,
    Parameter,
    ParameterError,
    Parameters,
    Period,
    Stock,
    Unit,
    UnitError,
    elapsed,
    exp,
    log,
    maximum,
    minimum,
    smooth_step,
    time,
    total,
    where,
)
from caresim.language.expressions import Binary, Call, Number, as_expr, walk
from caresim.language.rendering import render

PACKAGE = Path(caresim.__file__).parent
AGE = Dimension("Age", ["0–9", "10–17"])
p = Parameters.of(rate=(0.1, "1/year"), span=(2.0, "year"), share=0.3, fee=(5.0, "GBP/child"))


@pytest.fixture
def care():
    stock = Stock("Looked after", "child", 0)
    stock.name = "care"
    return stock


def last_line_outside(error):
    """Return file and text of the last line that is not caresim's own."""
    frames = traceback.extract_tb(error.__traceback__)
    outside = [f for f in frames if not Path(f.filename).is_relative_to(PACKAGE)]
    return Path(outside[-1].filename), outside[-1].line


def test_a_unit_error_points_at_the_line_that_declares_it(care):
    with pytest.raises(UnitError) as caught:
        care + p.span  # the declaring line
    file, line = last_line_outside(caught.value)
    assert file == Path(__file__)
    assert line.endswith("# the declaring line")
    assert str(caught.value) == (
        "'+' needs equal units: 'care' is in [child] but 'span' is in [year]"
    )


@pytest.mark.parametrize(
    ("build", "unit"),
    [
        (lambda s: s * p.rate, "child/year"),
        (lambda s: s / p.span, "child/year"),
        (lambda s: 1 / p.span, "1/year"),
        (lambda s: 2 * s, "child"),
        (lambda s: s - 0, "child"),
        (lambda s: 0 + s, "child"),
        (lambda s: -s, "child"),
        (lambda s: s**2, "child^2"),
        (lambda s: (s * s) ** 0.5, "child"),
        (lambda s: s > 0, "1"),
        (lambda s: (s / s) ** p.share, "1"),
        (lambda s: 2**p.share, "1"),
        (lambda s: exp(s / s), "1"),
        (lambda s: log(p.share), "1"),
        (lambda s: maximum(s, 0), "child"),
        (lambda s: minimum(0, s), "child"),
        (lambda s: total(s, 0, s), "child"),
        (lambda s: where(s > 0, s, 0), "child"),
        (lambda s: smooth_step(0, s, "2020-03-31", "2021-03-31"), "child"),
        (lambda s: time + p.span, "year"),
        (lambda s: s * p.fee * p.rate, "GBP/year"),
        (lambda s: sum([s, s]), "child"),
    ],
)
def test_every_operation_has_its_unit(care, build, unit):
    assert build(care).unit == Unit.parse(unit)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda s: s + 1, "'+' needs equal units"),
        (lambda s: 1 - s, "'-' needs equal units"),
        (lambda s: s < p.span, "'<' needs equal units"),
        (lambda s: s >= 5, "'>=' needs equal units"),
        (lambda s: 2**s, "an exponent is a pure number, but 'care' is in"),
        (lambda s: s**p.share, "divide it by a reference before raising it to a power"),
        (exp, "exp and log take pure numbers, but 'care' is in"),
        (log, "exp and log take pure numbers, but 'care' is in"),
        (lambda s: maximum(s, 1), "maximum needs equal units"),
        (lambda s: minimum(p.span, s), "minimum needs equal units"),
        (lambda s: total(s, s, p.span), "total needs equal units"),
        (lambda s: where(s > 0, s, 1), "where needs equal units"),
        (lambda s: smooth_step(1, s, "2020-03-31", "2021-03-31"), "smooth_step needs equal"),
    ],
)
def test_units_that_do_not_agree_are_refused(care, build, message):
    with pytest.raises(UnitError) as caught:
        build(care)
    assert message in str(caught.value)


def branch(x):
    return 1 if x > 0 else 2


@pytest.mark.parametrize(
    "use",
    [
        branch,
        lambda s: min(s, 2 * s),
        lambda s: max(s, 2 * s),
        lambda s: s > 0 and s,
        lambda s: s > 0 or s,
        lambda s: not s,
        lambda s: s < 2 * s < 3 * s,
    ],
)
def test_python_decisions_are_refused_with_the_functions_to_use(care, use):
    with pytest.raises(ModelError) as caught:
        use(care)
    assert "write where(condition, a, b), minimum(a, b) or maximum(a, b)" in str(caught.value)


@pytest.mark.parametrize("use", [math.exp, math.log, math.sqrt, float])
def test_functions_of_math_are_refused_with_advice(care, use):
    with pytest.raises(ModelError, match="'care' has no value yet; write exp, log, …"):
        use(care)


@pytest.mark.parametrize("use", [np.exp, np.log, np.sqrt, np.maximum.reduce])
def test_numpy_functions_are_refused_with_advice(care, use):
    with pytest.raises(ModelError, match="write exp, log, maximum, minimum or where"):
        use(care)


def test_numpy_arithmetic_makes_an_expression(care):
    assert str(np.add(care / care, 1)) == "care / care + 1"
    assert str(np.float64(0.5) * care) == "0.5 * care"


@pytest.mark.parametrize("value", ["5", None, True, [1], 1j])
def test_an_equation_takes_numbers_and_quantities_only(care, value):
    with pytest.raises(ModelError, match="made of numbers and named quantities") as caught:
        as_expr(value)
    assert repr(value) in str(caught.value)
    with pytest.raises(ModelError, match="made of numbers and named quantities"):
        care * value


def test_a_numpy_number_on_either_side_becomes_a_plain_number(care):
    for product in (np.float64(0.5) * care, care * np.float64(0.5)):
        assert isinstance(product, Binary)
        assert "np." not in render(product), "generated source knows no np"


def test_where_needs_a_comparison_first(care):
    with pytest.raises(ModelError, match="the first argument of where is a comparison"):
        where(care, 1, 2)
    with pytest.raises(ModelError, match="not 'share \\* 2'"):
        where(p.share * 2, 1, 2)


CHOICES = (("off", 0.0), ("on", 1.0))


def switches(*entries):
    return Parameters({entry.name: entry for entry in entries})


def test_a_switch_is_a_condition(care):
    q = switches(Parameter("on", 1.0, choices=CHOICES), Parameter("plain", 0.0))
    assert str(where(q.on, care, 0)) == "where(on > 0, care, 0)"
    assert str(where(q.plain, 1, 2)) == "where(plain > 0, 1, 2)"
    ages = Parameters.of(reach={"0–9": 0.0, "10–17": 1.0}, dimensions=AGE)
    assert [str(part) for part in Aux("Reached", where(ages.reach, 1, 2)).scalars] == [
        '"Reached, 0–9"', '"Reached, 10–17"',
    ]  # fmt: skip


def test_what_is_no_switch_of_nought_and_one_needs_a_comparison():
    q = switches(Parameter("way", 1.0, choices=(("a", 1.0), ("b", 2.0))))
    with pytest.raises(ModelError, match="'way' is no switch of 0 and 1, it has other settings"):
        where(q.way, 1, 2)
    with pytest.raises(ModelError, match=r"'span' is no switch .* the unit \[year\]; write a comp"):
        where(p.span, 1, 2)


def test_a_switch_has_nothing_between_its_settings():
    """So that no run has half of what is there or not there."""
    with pytest.raises(ParameterError, match=r"'on' is a switch, 0 \('off'\) or 1 .*, as 0.5"):
        Parameter("on", 0.5, choices=CHOICES)
    q = switches(Parameter("on", 1.0, choices=CHOICES))
    assert q.replaced({"on": "off"})["on"].value == 0
    with pytest.raises(ParameterError, match="has nothing between"):
        q.replaced({"on": 0.5})


def test_equality_cannot_slip_into_where(care):
    with pytest.raises(ModelError, match="not False"):
        where(care == 0, 1, 2)


def test_total_needs_a_term():
    with pytest.raises(ModelError, match="at least one quantity"):
        total()


@pytest.mark.parametrize("ends", ["2020-03-31", "2019-03-31"])
def test_a_path_ends_after_it_begins(ends):
    with pytest.raises(ModelError, match="is not after 2020-03-31"):
        smooth_step(0, 1, "2020-03-31", ends)
    with pytest.raises(ModelError, match="is not after 2020-03-31"):
        elapsed("2020-03-31", ends)


def test_the_dates_of_a_path_are_dates():
    with pytest.raises(CaresimError, match="the date of a path must be a date such as 2030-03-31"):
        smooth_step(0, 1, "2020", "2021-03-31")


FREEZE = Period("2009-03-31", "2013-03-31", "The pay freeze")
days = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)).map(str)


@given(days, days)
def test_a_path_over_a_period_is_the_path_between_its_dates(one, other):
    if one == other:
        return
    first, last = sorted((one, other))
    period = Period(first, last, "A change")
    for by_period, by_dates in (
        (smooth_step(1, p.share, period), smooth_step(1, p.share, first, last)),
        (elapsed(period), elapsed(first, last)),
    ):
        assert str(by_period) == str(by_dates), "the very same numbers"
        assert by_period.period is period
        assert by_dates.period is None


def test_a_period_means_the_ends_of_its_days():
    assert (FREEZE.opening, FREEZE.closing) == (2009.0, 2013.0)
    assert str(FREEZE) == "31 March 2009 to 31 March 2013: The pay freeze"
    with pytest.raises(dataclasses.FrozenInstanceError):
        FREEZE.cause = "Another"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Period("2009-03-31", "2013-03-31", " "), "a period says its cause in words, not"),
        (lambda: Period("2013-03-31", "2009-03-31", "X"), "2009-03-31 is not after 2013-03-31"),
        (lambda: Period("2009", "2013-03-31", "X"), "must be a date such as 2030-03-31"),
        (lambda: elapsed(FREEZE, "2014-03-31"), "has both dates, so '2014-03-31' is one too many"),
        (lambda: smooth_step(0, 1, "2014-03-31"), "a Period, or two dates; '2014-03-31' is one"),
    ],
)
def test_what_is_no_period_is_refused(build, message):
    with pytest.raises(CaresimError, match=message):
        build()


def test_a_path_by_element_keeps_its_cause():
    ages = Parameters.of(end={"0–9": 2.0, "10–17": 3.0}, dimensions=AGE)
    path = Aux("Path", smooth_step(1, ages.end, FREEZE))
    assert {part.expression.period for part in path.scalars} == {FREEZE}


def test_elapsed_counts_the_years_between_two_dates():
    passed = elapsed("2020-03-31", "2022-03-31")
    assert passed.unit == Unit.parse("year")
    values = [eval(str(passed), {**FUNCTIONS, "time": t}) for t in (2019.5, 2020, 2021.25, 2030)]  # noqa: S307
    assert values == [0, 0, 1.25, 2]


def test_walk_yields_children_first_and_each_node_once(care):
    shared = care * p.rate
    tree = shared + shared
    nodes = list(walk(tree))
    assert [str(n) for n in nodes] == ["care", "rate", "care * rate", "care * rate + care * rate"]


def test_walk_does_not_enter_variables(care):
    aux = Aux("Twice", 2 * care)
    assert list(walk(aux)) == [aux]


def test_a_deep_expression_can_be_walked(care):
    tree = care
    for _ in range(5000):
        tree = -tree
    assert sum(1 for _ in walk(tree)) == 5001


# --- what render writes is what Python computes

LETTERS = {"a": 0.7, "b": -1.3, "c": 2.5}
letters = Parameters.of(**LETTERS)
FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "maximum": max,
    "minimum": min,
    "where": lambda condition, x, y: x if condition else y,
}
numbers = st.one_of(st.integers(-3, 3), st.floats(-3, 3).map(lambda x: round(x, 3)))


def grow(inner):
    """Trees one storey higher: (expression, its value by direct evaluation)."""
    arithmetic = st.sampled_from(["+", "-", "*", "/", "**"])
    comparison = st.sampled_from(["<", "<=", ">", ">="])
    compared = st.tuples(comparison, inner, inner)
    return st.one_of(
        st.tuples(arithmetic, inner, inner),
        st.tuples(arithmetic, inner, inner),
        st.tuples(st.just("neg"), inner),
        st.tuples(st.sampled_from(["maximum", "minimum"]), inner, inner),
        st.tuples(st.sampled_from(["exp", "log"]), inner),
        st.tuples(st.just("total"), inner, inner, inner),
        st.tuples(st.just("where"), compared, inner, inner),
        compared,
    )


trees = st.recursive(st.one_of(numbers, st.sampled_from(sorted(LETTERS))), grow, max_leaves=12)


def built(tree):
    """Return the expression of a tree of plain tuples."""
    if isinstance(tree, str):
        return getattr(letters, tree)
    if not isinstance(tree, tuple):
        return Number(tree)
    head, *rest = tree
    parts = [built(part) for part in rest]
    if head == "neg":
        return -parts[0]
    if head in FUNCTIONS or head == "total":
        return Call(head, *parts)
    return Binary(head, *parts)


def computed(tree):
    """Return the value of a tree, without render or caresim."""
    if isinstance(tree, str):
        return LETTERS[tree]
    if not isinstance(tree, tuple):
        return tree
    head, *rest = tree
    values = [computed(part) for part in rest]
    if head == "neg":
        return -values[0]
    if head == "total":
        return values[0] + values[1] + values[2]
    if head in FUNCTIONS:
        return FUNCTIONS[head](*values)
    return {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "/": lambda x, y: x / y,
        "**": lambda x, y: x**y,
        "<": lambda x, y: x < y,
        "<=": lambda x, y: x <= y,
        ">": lambda x, y: x > y,
        ">=": lambda x, y: x >= y,
    }[head](*values)


@given(trees)
def test_rendered_source_evaluates_to_the_same_value(tree):
    try:
        expected = computed(tree)
    except (ArithmeticError, ValueError, TypeError):
        assume(False)
    source = render(built(tree))
    assert eval(source, {**FUNCTIONS, **LETTERS}) == expected, source  # noqa: S307


@pytest.mark.parametrize(
    ("build", "source"),
    [
        (lambda a, b, c: (a + b) ** c, "(a + b) ** c"),
        (lambda a, b, c: (a**b) ** c, "(a ** b) ** c"),
        (lambda a, b, c: a ** (b**c), "a ** (b ** c)"),
        (lambda a, b, c: (-a) ** b, "(-a) ** b"),
        (lambda a, b, c: -(a**b), "-a ** b"),
        (lambda a, b, c: a ** (-b), "a ** (-b)"),
        (lambda a, b, c: a - (b - c), "a - (b - c)"),
        (lambda a, b, c: a - b - c, "a - b - c"),
        (lambda a, b, c: a / (b * c), "a / (b * c)"),
        (lambda a, b, c: (a + b) * c, "(a + b) * c"),
        (lambda a, b, c: a + b * c, "a + b * c"),
        (lambda a, b, c: a - total(b, c), "a - (b + c)"),
        (lambda a, b, c: a * -2, "a * (-2)"),
        (lambda a, b, c: maximum(a + b, c) * 2, "maximum(a + b, c) * 2"),
        (lambda a, b, c: (a < b) < (c > 1), "(a < b) < (c > 1)"),
    ],
)
def test_brackets_stand_where_they_are_needed_and_only_there(build, source):
    assert render(build(letters.a, letters.b, letters.c)) == source


def test_render_can_replace_a_node_by_a_name():
    shared = letters.a + letters.b
    assert render(2 * shared, lambda node: "both" if node is shared else None) == "2 * both"


def test_the_repr_shows_expression_and_unit(care):
    assert repr(care * p.rate) == "<care * rate [child/year]>"
