"""Parameters by element: under one name in equations, each a parameter of its own in the file."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.language import (
    Dimension,
    ModelError,
    ParameterError,
    Parameters,
    Prior,
    Series,
    Unit,
)

AGE = Dimension("Age", ["0–9", "10–15", "16–17"])
PHASE = Dimension("Phase", ["New", "Settled"])
TEXT = """
# Kept as it is
[fee]
meaning = "Weekly fee"
value = 7
unit = "GBP"
role = "fixed"
source = "A register"

[cease_rate]
meaning = "Rate of leaving care"
elements = { "0–9" = 0.3, "10–15" = 0.2, "16–17" = 0.1 }  # by age
unit = "1/year"
role = "estimated"
bounds = [0.01, 0.9]
prior = { lognormal = { median = 0.2, spread = 1.5 } }
"""


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "numbers.toml"
        path.write_text(text, encoding="utf-8")
        return Parameters.read(path, dimensions=[AGE, PHASE])

    return reading


def test_a_table_by_element_is_a_parameter_for_each(read):
    parameters = read(TEXT)
    assert list(parameters) == ["fee", "cease_rate_0_9", "cease_rate_10_15", "cease_rate_16_17"]
    assert [parameters[f"cease_rate_{e}"].value for e in ("0_9", "10_15", "16_17")] == [
        0.3, 0.2, 0.1,
    ]  # fmt: skip
    entry = parameters["cease_rate_16_17"]
    assert entry.meaning == "Rate of leaving care, 16–17"
    assert (entry.unit, entry.role, entry.bounds) == ("1/year", "estimated", (0.01, 0.9))
    assert entry.prior == Prior("lognormal", 0.2, 1.5)
    assert parameters.estimated() == tuple(parameters)[1:]


def test_an_element_may_have_dated_values(read):
    dated = '"0–9" = { 2019-20 = 1, 2020-21 = 2 }, "10–15"'
    parameters = read(TEXT.replace('"0–9" = 0.3, "10–15"', dated).replace("[0.01, 0.9]", "[0, 5]"))
    assert parameters["cease_rate_0_9"].value == Series((2019.0, 2020.0), (1.0, 2.0), held=True)
    assert parameters["cease_rate_10_15"].value == 0.2


def test_a_table_of_its_own_holds_the_elements_too(read):
    text = TEXT.replace('elements = { "0–9" = 0.3, "10–15" = 0.2, "16–17" = 0.1 }  # by age', "")
    text += '[cease_rate.elements]\n"0–9" = 0.3\n"10–15" = 0.2\n"16–17" = 0.1\n'
    assert read(text)["cease_rate_16_17"].value == 0.1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('meaning = "Rate of leaving care"\n', "", "'meaning' is missing"),
        ('meaning = "Rate of leaving care"', "meaning = 5", "'meaning' is a text, not 5"),
        ("elements =", "elemens =", "unknown key 'elemens'; did you mean 'elements'?"),
        ("elements =", "value = 1\nelements =", "give either 'elements' or 'value'"),
        ("elements =", "values = {}\nelements =", "give either 'elements' or 'values'"),
        ('{ "0–9" = 0.3, "10–15" = 0.2, "16–17" = 0.1 }', "5", "'elements' is a table of names"),
        ('"16–17" = 0.1', '"16–17" = "few"', "'value' is a number, not 'few'"),
        ('"16–17" = 0.1', '"16–17" = 1.1', "'cease_rate_16_17' = 1.1 is outside its bounds"),
        ('"16–17" = 0.1', '"10-15" = 0.1', "'cease_rate_10_15' is already a parameter"),
        ('"16–17" = 0.1', '"–" = 0.1', "'–' cannot be part of a name"),
        ("[fee]", "[cease_rate_0_9]", "'cease_rate_0_9' is already a parameter"),
        ('{ "0–9" = 0.3, "10–15" = 0.2, "16–17" = 0.1 }', "{}", "'elements' needs at least one"),
    ],
)
def test_elements_that_cannot_be_read_are_refused_with_file_and_table(read, old, new, message):
    with pytest.raises(ParameterError) as caught:
        read(TEXT.replace(old, new))
    assert message in str(caught.value)
    assert str(caught.value).startswith("numbers.toml, [cease_rate]: ")


def test_the_parameters_of_all_elements_have_one_name(read):
    p = read(TEXT)
    assert p.cease_rate.dimensions == (AGE,)
    assert p.cease_rate.unit == Unit.parse("1/year")
    assert [part.name for part in p.cease_rate.scalars] == [
        "cease_rate_0_9", "cease_rate_10_15", "cease_rate_16_17",
    ]  # fmt: skip
    assert str(2 * p.cease_rate) == "2 * cease_rate"
    assert p.cease_rate["10–15"] is p.cease_rate_10_15
    assert p.fee.dimensions == ()


def test_the_array_is_there_whatever_was_asked_for_first(read):
    p = read(TEXT)
    single = p.cease_rate_16_17
    assert p.cease_rate["16–17"] is single
    again = pickle.loads(pickle.dumps(p)).replaced({"cease_rate_16_17": 0.15})  # noqa: S301
    assert again["cease_rate_16_17"].value == 0.15
    assert again.cease_rate["16–17"].collection is again
    assert again.cease_rate.dimensions == p.cease_rate.dimensions


BOTH = {age: dict.fromkeys(PHASE.elements, 1.0) for age in AGE.elements}
NESTED = """
[fee]
meaning = "Weekly fee"
elements = { New = { "0–9" = 1, "10–15" = 2, "16–17" = 3 }, Settled = { "0–9" = 4, "10–15" = { 2019-20 = 5 }, "16–17" = 6 } }
unit = "GBP"
role = "lever"
bounds = [0, 100]
source = "A register"
[fee.priors.New]
"0–9" = { normal = { mean = 1, sd = 1 } }
"10–15" = { normal = { mean = 2, sd = 1 } }
"16–17" = { normal = { mean = 3, sd = 1 } }
[fee.priors.Settled]
"0–9" = { normal = { mean = 4, sd = 1 } }
"10–15" = { normal = { mean = 5, sd = 1 } }
"16–17" = { normal = { mean = 6, sd = 1 } }
"""  # noqa: E501


def test_parameters_over_two_dimensions_name_both():
    x = Parameters.of(x=BOTH, dimensions=[PHASE, AGE]).x
    assert x.dimensions == (AGE, PHASE), "as they are nested, in whatever order they are known"
    assert [part.name for part in x.scalars][:2] == ["x_0_9_new", "x_0_9_settled"]
    assert x["16–17", "New"].name == "x_16_17_new"
    flat = {f"{age} {phase}": 1.0 for age in AGE.elements for phase in PHASE.elements}
    assert Parameters.of(x=flat, dimensions=[AGE, PHASE]).x.dimensions == (AGE, PHASE)


def test_elements_within_elements_are_over_two_dimensions(read):
    p = read(NESTED)
    assert p.fee.dimensions == (PHASE, AGE)
    assert p["fee_settled_16_17"].value == 6
    assert p["fee_settled_16_17"].meaning == "Weekly fee, Settled, 16–17"
    assert p["fee_settled_10_15"].value == Series((2019.0,), (5.0,), held=True)
    assert p["fee_settled_10_15"].prior == Prior("normal", 5, 1)


def test_priors_are_nested_as_the_elements_are(read):
    with pytest.raises(ParameterError, match=r"'priors' needs one for each of 'New', 'Settled', n"):
        read(NESTED.replace("[fee.priors.Settled]", "[fee.priors.Old]"))
    with pytest.raises(ParameterError, match=r"'priors' needs one for each of '0–9', .* '10–15'$"):
        read(NESTED[: NESTED.rindex('"16–17"')])


def test_tables_of_their_own_may_be_the_elements():
    p = Parameters.of(x_new=1.0, x_settled=2.0, x_other=3.0, dimensions=PHASE)
    assert [part.name for part in p.x.scalars] == ["x_new", "x_settled"]


def test_a_parameter_that_lacks_an_element_is_refused_by_name():
    some = Parameters.of(rate={"0–9": 1.0, "10–15": 2.0}, dimensions=AGE)
    with pytest.raises(ParameterError) as caught:
        some.rate  # noqa: B018
    assert str(caught.value) == (
        "'rate' over Age needs a parameter for each element; there is no 'rate_16_17'"
    )


def test_a_misspelt_parameter_by_element_is_told_the_name_in_equations():
    rates = Parameters.of(rate=dict.fromkeys(AGE.elements, 1.0), dimensions=AGE)
    with pytest.raises(ParameterError, match=r"no parameter 'ratr'; did you mean 'rate'\?"):
        rates.ratr  # noqa: B018


@pytest.mark.parametrize("dimensions", [(), PHASE])
def test_elements_of_no_known_dimension_are_told_where_to_name_it(dimensions):
    rates = Parameters.of(rate=dict.fromkeys(AGE.elements, 1.0), dimensions=dimensions)
    with pytest.raises(ParameterError, match=r"no parameter 'rate'.*say over what: .*dimensions="):
        rates.rate  # noqa: B018


def test_the_elements_of_a_parameter_have_one_unit():
    mixed = Parameters.of(x_new=(1.0, "child"), x_settled=(1.0, "year"), dimensions=PHASE)
    with pytest.raises(ParameterError, match=r"need one unit, not 'x_new' \[child\], 'x_settled'"):
        mixed.x  # noqa: B018


def test_a_name_with_two_meanings_is_refused():
    both = Parameters.of(x=1.0, x_new=1.0, x_settled=2.0, dimensions=PHASE)
    with pytest.raises(ParameterError, match="'x' may be a number of its own or over Phase: give"):
        both.x  # noqa: B018
    ends = Dimension("From", PHASE.elements), Dimension("To", PHASE.elements)
    twice = Parameters.of(x=dict.fromkeys(PHASE.elements, 1.0), dimensions=ends)
    with pytest.raises(ParameterError, match="'x' may be over From or over To"):
        twice.x  # noqa: B018


def test_a_name_that_all_parameters_have_is_no_name_for_elements(tmp_path):
    with pytest.raises(
        ParameterError, match=r"'items' cannot name a parameter: p\.items has a mean"
    ):
        Parameters.of(items=dict.fromkeys(PHASE.elements, 1.0), dimensions=PHASE)
    path = tmp_path / "numbers.toml"
    path.write_text(TEXT.replace("[fee]", "[read]"), encoding="utf-8")
    with pytest.raises(ParameterError, match=r"numbers.toml, \[read\]: 'read' cannot name a par"):
        Parameters.read(path)


@pytest.mark.parametrize("dimensions", ["Age", [AGE, "Phase"]])
def test_parameters_are_over_dimensions_only(dimensions):
    with pytest.raises(
        ParameterError, match=r"dimensions is a Dimension or several, as in \[age\]"
    ):
        Parameters.of(x=1.0, dimensions=dimensions)


def test_who_still_says_over_is_told_what_to_write():
    with pytest.raises(ParameterError, match=r"write p.rate in place of p.over\(age\).rate"):
        Parameters.of(x=1.0).over(AGE)


def test_a_number_without_dimensions_has_no_elements_to_pick_or_to_go_through():
    p = Parameters.of(stay=1.0, dimensions=AGE)
    with pytest.raises(ModelError, match=r"'stay' is not over a dimension, .* no element '0–9'"):
        p.stay["0–9"]
    with pytest.raises(ModelError, match="'stay' is an equation, not a list"):
        sum(p.stay)


AGES = st.lists(
    st.text("abcxyz0123456789", min_size=1, max_size=4), min_size=1, max_size=4, unique=True
)


@given(AGES, AGES)
def test_any_elements_give_an_array_over_their_dimensions(firsts, seconds):
    one, other = Dimension("One", firsts), Dimension("Other", [f"o{e}" for e in seconds])
    numbers = {a: {b: float(i) for i, b in enumerate(other.elements)} for a in firsts}
    x = Parameters.of(x=numbers, dimensions=[other, one]).x
    assert x.dimensions == (one, other)
    for a in firsts:
        for i, b in enumerate(other.elements):
            part = x[a, b]
            assert part.collection[part.name].value == i


SHARED = "prior = { lognormal = { median = 0.2, spread = 1.5 } }"
PRIORS = """
[cease_rate.priors]
"0–9" = { normal = { mean = 0.3, sd = 0.1 } }
"10–15" = { normal = { mean = 0.2, sd = 0.1 } }
"16–17" = { uniform = { low = 0.05, high = 0.5 } }
"""


def test_each_element_may_have_its_own_prior(read):
    text = TEXT.replace(SHARED, PRIORS)
    parameters = read(text)
    assert [parameters[f"cease_rate_{e}"].prior for e in ("0_9", "10_15", "16_17")] == [
        Prior("normal", 0.3, 0.1),
        Prior("normal", 0.2, 0.1),
        Prior("uniform", 0.05, 0.5),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (SHARED, SHARED + PRIORS, "give either 'prior', for all elements, or 'priors'"),
        (
            SHARED,
            PRIORS.replace("16–17", "16-18"),
            "'priors' needs one for each of '0–9', '10–15', '16–17', not for '0–9', '10–15', ",
        ),
        (SHARED, "priors = 3", "'priors' is a table of names and numbers, not 3"),
        (SHARED, PRIORS.replace("mean", "median"), "a normal prior takes mean and sd"),
        ("value = 7", "value = 7\npriors = {}", "'priors' goes with 'elements'; one number has a"),
    ],
)
def test_faults_of_priors_are_refused_with_their_table(read, old, new, message):
    assert old in TEXT
    with pytest.raises(ParameterError) as caught:
        read(TEXT.replace(old, new))
    assert message in str(caught.value)
    assert str(caught.value).startswith(("numbers.toml, [cease_rate]: ", "numbers.toml, [fee]: "))
