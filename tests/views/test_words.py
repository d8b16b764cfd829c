"""Equations in words: every node and function has some, and brackets keep what is meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_equations import Sample
from test_equations_by_element import Care

from caresim.england import England
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    Parameters,
    Stock,
    cloud,
    elapsed,
    exp,
    log,
    maximum,
    minimum,
    smooth_step,
    table,
    time,
    total,
    where,
)
from caresim.language.errors import ExportError
from caresim.language.expressions import Call, Expr, Number
from caresim.language.functions import FUNCTIONS
from caresim.views.equations.symbols import Symbols
from caresim.views.equations.told import told
from caresim.views.equations.words import Words

p = Sample.parameters
care, a, b, c = Sample.care, p.a, p.b_1, p.c


def words_of(model):
    return Words(Symbols(model), model.parameters)


def lines_of(model):
    """Return the line of each quantity by name."""
    quantities = [v for written in model.declared().values() for v in written]
    flows = [quantity for quantity in quantities if isinstance(quantity, Flow)]
    return {quantity.name: told(quantity, words_of(model), flows) for quantity in quantities}


KNOWN = "2018-03-31"
SAID = {
    "number": (Number(1234567.0), "1,234,567"),
    "date": (Number(2009.0, time.unit), "31 March 2009"),
    "span": (Number(2.0, time.unit), "2 years"),
    "time": (time, "the date in years"),
    "quantity": (care, "*Looked after*"),
    "parameter": (b, "b 1 (3ᵃ)"),
    "negative": (-(a + c), "−(a (2ᵃ) + c (0.50ᵃ))"),
    "outflow": (Sample.way.outflow, "what leaves *On the way* after its time"),
    "outflow in a product": (
        Sample.way.outflow * (1 - c),
        "what leaves *On the way* after its time × (1 − c (0.50ᵃ))",
    ),
    "falls": (
        a**-c,
        "a factor that is 1 while a (2ᵃ) is 1, and falls by 0.50 %ᵃ for each 1 % more of it",
    ),
    "rises": (
        a * (b / c) ** c,
        ("a (2ᵃ) × (a factor that is 1 while (b 1 (3ᵃ) ÷ c (0.50ᵃ)) is 1, and rises by 0.50 %ᵃ for "
        "each 1 % more of it)"),
    ),
    "several make an elasticity": (
        a ** -(b * c),
        ("a factor that is 1 while a (2ᵃ) is 1, and falls by (b 1 (3ᵃ) × c (0.50ᵃ)) % for each "
        "1 % more of it"),
    ),
    "squared": (a**2, "a (2ᵃ) to the power of 2"),
    "table": (
        table(a, [(0, 1), (1.5, 2)]),
        "read off straight lines over a (2ᵃ): 1 at 0, 2 at 1.5, and level beyond",
    ),
    "table over time": (
        table(time, [("2010-03-31", 1), ("2012-03-31", 2)]),
        ("read off straight lines over the date: 1 at 31 March 2010, 2 at 31 March 2012, and level "
        "beyond"),
    ),
    "exp": (exp(a), "the number whose natural logarithm is a (2ᵃ)"),
    "log": (log(a * b), "the natural logarithm of (a (2ᵃ) × b 1 (3ᵃ))"),
    "maximum": (maximum(a - b, 0), "a (2ᵃ) − b 1 (3ᵃ), but not below 0"),
    "minimum": (1 - minimum(a, b), "1 − (a (2ᵃ), but not above the b 1 (3ᵃ))"),
    "both limits": (
        maximum(minimum(care, p.places), 0),
        "*Looked after*, but not above the places (4 childrenᵃ), and not below 0",
    ),
    "a limit given first": (maximum(1, care / p.places),
                            "*Looked after* ÷ places (4 childrenᵃ), but not below 1"),
    "total": (total(a, b, 2), "a (2ᵃ) + b 1 (3ᵃ) + 2"),
    "where": (where(a < b, 1, c), "if a (2ᵃ) is below the b 1 (3ᵃ): 1; else c (0.50ᵃ)"),
    "at most": (where(a <= b, 1, 0), "if a (2ᵃ) is at most the b 1 (3ᵃ): 1; else 0"),
    "smooth_step": (
        smooth_step(a, 2, "2020-03-31", "2022-09-30"),
        "2ᵃ until 31 March 2020, then moving to 2 by 30 September 2022, and level from there",
    ),
    "a smooth_step that is carried on": (
        smooth_step(a, 2, "2020-03-31", "2022-09-30", known_to="2021-03-31"),
        ("2ᵃ until 31 March 2020, then moving to 2 by 30 September 2022, as far as figures know "
        "the way, and level from there"),
    ),
    "smooth_step of something": (
        Call("smooth_step", 0, 1, a),
        "0, moving smoothly to 1 as a (2ᵃ) goes from 0 to 1",
    ),
    "elapsed": (
        elapsed("2014-03-31", "2020-03-31") / p.span,
        "the years passed since 31 March 2014 (at most 6, on 31 March 2020) ÷ span (2 yearsᵃ)",
    ),
    "elapsed and carried on": (
        elapsed("2014-03-31", "2020-03-31", known_to="2018-03-31") / p.span,
        ("the years passed since 31 March 2014 (at most 6, on 31 March 2020, as far as figures "
        "know the way) ÷ span (2 yearsᵃ)"),
    ),
    "growth, carried on": (
        exp(Number(0.02, time.unit**-1) * elapsed("2014-03-31", "2020-03-31", known_to=KNOWN)),
        ("1 until 31 March 2014, then growing until 31 March 2020, as far as figures know the way, "
        "and level from there, at 0.02"),
    ),
    "carried": (
        Call("carried", p.span, p.span, p.span, p.span + p.span),
        ("span (2 yearsᵃ), after span (2 yearsᵃ) carried on as far as a path from span (2 yearsᵃ) "
        "to (span (2 yearsᵃ) + span (2 yearsᵃ)) had run"),
    ),
    "growth": (
        exp(elapsed("2014-03-31", "2020-03-31") * (1 / p.span)),
        ("the number whose natural logarithm is (the years passed since 31 March 2014 (at most 6, "
        "on 31 March 2020) ÷ span (2 yearsᵃ))"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_an_expression_is_said_in_words(what):
    expression, words = SAID[what]
    assert words_of(Sample).text(expression) == words


@pytest.mark.parametrize("name", [n for n, row in FUNCTIONS.items() if not row.binds])
def test_every_function_has_words(name):
    arguments = {"where": (a < b, a, b), "smooth_step": (a, b, c), "look_up": (a,)}
    arguments["carried"] = (a, a, b, b)
    count = {"maximum": 2, "minimum": 2, "share": 2}.get(name, 1)
    if name == "look_up":
        node = table(a, [(0, 1), (1, 2)])
    elif name == "negative":
        node = -a
    else:
        node = Call(name, *arguments.get(name, (a, b)[:count]))
    assert "a (2ᵃ)" in words_of(Sample).text(node) or "2ᵃ" in words_of(Sample).text(node)


def test_a_node_that_has_no_words_is_refused():
    class Odd(Expr):
        unit = a.unit

    with pytest.raises(ExportError, match="cannot be said in words: Odd has none"):
        words_of(Sample).text(Odd())
    odd = Call("log", a)
    odd.function = "arctan"
    with pytest.raises(ExportError, match="the function 'arctan' has no words"):
        words_of(Sample).text(odd)


# What a line means: its brackets are those of the equation

SIGNS = {"×": "*", "÷": "/", "−": "-"}


def worth(line):
    """Return what a line of arithmetic comes to."""
    bare = re.sub(r"[a-z][a-z 1]* \(([\d.]+)ᵃ\)", r"\1", line)
    return eval("".join(SIGNS.get(sign, sign) for sign in bare))  # noqa: S307


def arithmetic():
    leaves = st.sampled_from([(a, 2.0), (b, 3.0), (c, 0.5), (Number(7.0), 7.0)])

    def joined(pairs):
        return st.tuples(st.sampled_from("+-*/"), pairs, pairs).map(_joined)

    return st.recursive(leaves, joined, max_leaves=8)


def _joined(given_):
    sign, (left, x), (right, y) = given_
    if sign == "/" and abs(y) < 1e-6:
        return left, x
    made = {
        "+": lambda: (left + right, x + y),
        "-": lambda: (left - right, x - y),
        "*": lambda: (left * right, x * y),
        "/": lambda: (left / right, x / y),
    }
    return made[sign]()


@given(arithmetic())
def test_brackets_keep_the_order_of_the_equation(pair):
    expression, value = pair
    line = words_of(Sample).text(expression)
    assert worth(line) == pytest.approx(value, rel=1e-9, abs=1e-9), line


# Lines of each kind

LINES = {
    "way": "Rises by *Entries*.\nFalls by *Arrived*.\nAverage stay: span (2 yearsᵃ), in 3 equal "
    "steps.\nStarts at: *Looked after* ÷ 2.",
    "short": "Rises by *Left*.\nFalls by *Gone*.\nAverage stay: span (2 yearsᵃ).\nStarts at: 0.",
    "care": "Rises by *Arrived*.\nFalls by *Left*.\nStarts at: places (4 childrenᵃ).",
    "felt": "Follows *Looked after*.\nAverage lag: span (2 yearsᵃ), in 2 equal steps.\n"
    "Starts there.",
    "known": "Follows *Looked after* + *Care felt*.\nAverage lag: span (2 yearsᵃ).\nStarts at: "
    "places (4 childrenᵃ).",
    "full": "A notice is given when *Looked after* is at least the places (4 childrenᵃ).",
    "gone": "= what leaves *On a short way* after its time",
}


@pytest.mark.parametrize("name", LINES)
def test_each_kind_of_quantity_has_a_line(name):
    assert lines_of(Sample)[name] == LINES[name]


BY_ELEMENT = {
    "share": "= *Looked after* ÷ *Looked after* (all ages and phases together)",
    "by_age": "= *Looked after* (all phases together)",
    "weighted": "= (*Looked after* × mix (0.10 at 0–9, 0.20 at 10–15, 0.30 at 16–17ᵃ), all ages "
    "and phases together) + *Home*",
    "one": "= *Looked after* at 16–17, First × mix at 0–9 (0.10ᵃ)",
    "left": "= *Looked after* at 16–17 ÷ span (3 yearsᵃ)",
    "out": "= what leaves *Placed* after its time",
    "home": "Rises by *Grown* (at 16–17, all phases together), *Out* (all placements together).\n"
    "Falls by *Back*.\nStarts at: 0.",
    "care": "Rises by *Entries* (only at First), *Settled* (only at Later), *Grown* (from the age "
    "before), *Back* (only at 16–17, only at First), *Uneven* (only at 10–15).\nFalls by *Settled* "
    "(only at First), *Grown*, *Left* (only at 16–17).\nStarts at: care 0 (10 childrenᵃ).",
}


@pytest.mark.parametrize("name", BY_ELEMENT)
def test_what_is_by_element_says_which_elements_meet(name):
    assert lines_of(Care)[name] == BY_ELEMENT[name]


LONG = "Number of children whose families the service has not yet been able to reach"


def test_a_long_sum_product_or_choice_has_a_line_for_each_part():
    entries = {n: Parameter(n, 0.25, "1", f"{LONG}, {n}", bounds=(0.0, 1.0)) for n in "abcd"}
    q = Parameters(entries)

    class Long(Model):
        """Long lines."""

        parameters = q
        added = Aux("Added", q.a + q.b - q.c * q.d)
        product = Aux("Product", q.a * q.b * (q.c + q.d))
        choice = Aux("Choice", where(added > q.a, q.b * q.c, q.d))
        short = Aux("Short", q.a + added)

    lines = {name: line.splitlines() for name, line in lines_of(Long).items()}
    assert [line[:9] for line in lines["added"]] == ["= number ", "+ number ", "− number "]
    assert [line[:9] for line in lines["product"]] == ["= number ", "× number ", "× (number"]
    assert [line[:9] for line in lines["choice"]] == ["= if *Add", "number of", "else numb"]
    assert len(lines["short"]) == 1
    for name in ("added", "product", "choice"):
        expression = Long.variables[name].expression
        assert " ".join(lines[name]) == f"= {words_of(Long).text(expression)}", name


@pytest.mark.parametrize(
    ("meaning", "said"),
    [
        ("Greatest size that counts", "but not above the greatest size that counts (1ᵃ) × *Size*"),
        ("What is kept", "but not above what is kept (1ᵃ) × *Size*"),
        ("The most", "but not above the most (1ᵃ) × *Size*"),
    ],
)
def test_a_limit_reads_as_english(meaning, said):
    q = Parameters({"most": Parameter("most", 1.0, "1", meaning)})

    class Limited(Model):
        """One limit."""

        parameters = q
        size = Stock("Size", "1", 0)
        held = Aux("Held", minimum(size * 2, q.most * size))

    assert lines_of(Limited)["held"] == f"= *Size* × 2, {said}"


def test_a_switch_says_what_turns_it_on_and_how_it_stands():
    bounds, off = (0.0, 1.0), (("off", 0.0), ("on", 1.0))
    entries = {
        "cut": Parameter("cut", 1.0, "1", "Whether care is cut, too", "lever", bounds, choices=off),
        "paid": Parameter("paid", 0.0, "1", "How it is paid", "lever", bounds,
                          choices=(("first", 0.0), ("last", 1.0))),
        "rate": Parameter("rate", 0.5, "1/year", "Rate of leaving"),
    }  # fmt: skip
    q = Parameters(entries)

    class Switched(Model):
        """Two switches."""

        parameters = q
        care = Stock("Care", "child", 0)
        left = Flow("Left", care >> cloud, care * q.rate)
        some = Aux("Some", where(q.cut > 0, care, 0))
        paid_so = Aux("Paid so", where(q.paid > 0, 1 + q.cut, 0))

    lines = lines_of(Switched)
    assert lines["some"] == "= if care is cut, too (a switch, now 'on'ˡ): *Care*; else 0"
    assert lines["paid_so"] == (
        "= if “how it is paid” is 'last' (a switch, now 'first'ˡ): 1 + whether care is cut, too "
        "(a switch, now 'on'ˡ); else 0"
    )


ENGLAND = lines_of(England)


@pytest.mark.parametrize("name", ENGLAND)
def test_a_line_of_england_has_no_sign_and_no_name_of_the_code(name):
    line = ENGLAND[name]
    plain = re.sub(r"\*[^*]+\*", "label", line)
    assert "*" not in plain, "a star only sets a label in italics"
    assert not re.search(r"[A-Za-z0-9]_[A-Za-z0-9]|`|\\|\bover\(", plain), line
    assert not re.search(r"stage \d", plain), "what a delay is made of inside is not said"
    assert plain.count("(") == plain.count(")")
