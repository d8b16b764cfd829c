"""Units: reading, printing and the algebra."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.language import Unit, UnitError
from caresim.language.amounts import unit_words
from caresim.language.units import ONE

WORDS = ("GBP", "child", "social_worker", "year")
whole_powers = st.integers(-4, 4).map(Fraction)
units = st.dictionaries(st.sampled_from(WORDS), whole_powers).map(Unit.of)
root_units = st.dictionaries(
    st.sampled_from(WORDS), st.fractions(-4, 4, max_denominator=12), min_size=1
).map(Unit.of)


@given(units)
def test_what_is_printed_reads_back_as_the_same_unit(unit):
    assert Unit.parse(str(unit)) == unit


@given(root_units)
def test_a_root_of_a_unit_reads_back_too(unit):
    assert Unit.parse(str(unit)) == unit


@given(units, units, units)
def test_multiplication_is_commutative_and_associative(a, b, c):
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)


@given(units, units)
def test_division_undoes_multiplication(a, b):
    assert a * b / b == a
    assert a / a == ONE
    assert a * ONE == a


@given(units, st.integers(-3, 3), st.integers(-3, 3))
def test_powers_add_and_multiply(a, m, n):
    assert a**m * a**n == a ** (m + n)
    assert (a**m) ** n == a ** (m * n)


@given(units, units)
def test_the_power_of_a_word_is_its_exponent(a, b):
    for word in WORDS:
        assert (a * b).power_of(word) == a.power_of(word) + b.power_of(word)


@given(units, units)
def test_equal_units_print_alike_and_different_units_do_not(a, b):
    assert (str(a) == str(b)) == (a == b)
    assert a.is_one == (str(a) == "1")


@pytest.mark.parametrize(
    ("text", "powers"),
    [
        ("1", {}),
        ("child", {"child": 1}),
        ("child/year", {"child": 1, "year": -1}),
        ("1/year", {"year": -1}),
        ("GBP/child/year", {"GBP": 1, "child": -1, "year": -1}),
        ("GBP/(child*year)", {"GBP": 1, "child": -1, "year": -1}),
        ("child*year^2", {"child": 1, "year": 2}),
        ("child^-1", {"child": -1}),
        (" child / year ", {"child": 1, "year": -1}),
        ("child/child", {}),
    ],
)
def test_a_unit_is_read_as_written(text, powers):
    assert Unit.parse(text) == Unit.of({word: Fraction(power) for word, power in powers.items()})


def test_the_order_of_words_does_not_matter():
    assert Unit.parse("year*child") == Unit.parse("child*year")


def test_a_unit_is_taken_as_it_is():
    unit = Unit.parse("child")
    assert Unit.parse(unit) is unit


@pytest.mark.parametrize("text", ["", "2*child", "child//year", "child^", "£"])
def test_what_is_not_a_unit_is_refused_and_shown(text):
    with pytest.raises(UnitError, match="is not a unit: write words with") as caught:
        Unit.parse(text)
    assert repr(text) in str(caught.value)


def test_annual_and_monthly_rates_do_not_mix():
    assert Unit.parse("child/month") != Unit.parse("child/year")


def test_a_slash_within_brackets_is_read_right_or_refused():
    try:
        unit = Unit.parse("GBP/(child/year)")
    except UnitError:
        return
    assert unit == Unit.parse("GBP*year/child")


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("child/worker", "children per worker"), ("GBP/child/year", "£ per child a year"),
        ("1", ""), ("1/year", "per year"), ("person", "people"), ("child^2", "child^2"),
    ],
)  # fmt: skip
def test_a_unit_is_said_in_words(unit, words):
    parsed = Unit.parse(unit) if "^" not in unit else Unit.parse("child") * Unit.parse("child")
    assert unit_words(parsed) == (words if "^" not in unit else str(parsed))
