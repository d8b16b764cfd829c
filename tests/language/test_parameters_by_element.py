"""Parameters by element: under one name in equations, each a parameter of its own in the file."""

import pytest

from caresim.language import Dimension, ParameterError, Parameters, Prior, Series, Unit
from caresim.language.parameter_file import with_new_values

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
        return Parameters.read(path)

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


def test_new_values_are_written_to_their_element_and_all_else_stays(read):
    text = with_new_values(TEXT, {"cease_rate_10_15": 0.25, "fee": 8.0, "cease_rate_0_9": 1 / 3})
    expected = TEXT.replace('"0–9" = 0.3', '"0–9" = 0.3333333333333333')
    expected = expected.replace('"10–15" = 0.2', '"10–15" = 0.25').replace(
        "value = 7", "value = 8.0"
    )
    assert text == expected
    assert read(text)["cease_rate_10_15"].value == 0.25


def test_bare_keys_are_written_to_as_well():
    text = '[rate]\nelements = {new=1, settled = 2}\nunit = "1"\n'
    text = with_new_values(text, {"rate_new": 3.0, "rate_settled": 4.0})
    assert "elements = {new=3.0, settled = 4.0}" in text


def test_a_value_without_a_line_of_its_own_cannot_be_written():
    with pytest.raises(ParameterError, match=r"\[rate\] has no line 'elements = .*\"new\""):
        with_new_values("[rate]\n[rate.elements]\nnew = 1\n", {"rate_new": 3.0})
    with pytest.raises(ParameterError, match=r"\[other\] has no line 'value = …'"):
        with_new_values(TEXT, {"other": 3.0})


def test_the_parameters_of_all_elements_have_one_name(read):
    rates = read(TEXT).over(AGE).cease_rate
    assert rates.dimensions == (AGE,)
    assert rates.unit == Unit.parse("1/year")
    assert [part.name for part in rates.scalars] == [
        "cease_rate_0_9", "cease_rate_10_15", "cease_rate_16_17",
    ]  # fmt: skip
    assert str(2 * rates) == "2 * cease_rate"


def test_parameters_over_two_dimensions_name_both():
    both = {f"{age} {phase}": 1.0 for age in AGE.elements for phase in PHASE.elements}
    names = [part.name for part in Parameters.of(x=both).over(AGE, PHASE).x.scalars]
    assert names[0] == "x_0_9_new"
    assert len(names) == 6


def test_a_parameter_that_lacks_an_element_is_refused_by_name():
    some = Parameters.of(rate={"0–9": 1.0, "10–15": 2.0})
    with pytest.raises(ParameterError) as caught:
        some.over(AGE).rate  # noqa: B018
    assert str(caught.value).startswith(
        "'rate' over Age needs a parameter for each element; there is no 'rate_16_17'"
    )
    with pytest.raises(ParameterError, match=r"no 'ratio_0_9', .*; did you mean 'rate_0_9'"):
        some.over(AGE).ratio  # noqa: B018


def test_the_elements_of_a_parameter_have_one_unit():
    mixed = Parameters.of(x_new=(1.0, "child"), x_settled=(1.0, "year"))
    with pytest.raises(ParameterError, match=r"need one unit, not 'x_new' \[child\]"):
        mixed.over(PHASE).x  # noqa: B018


@pytest.mark.parametrize("arguments", [(), ("Age",), (AGE, "Phase")])
def test_parameters_are_over_dimensions_only(arguments):
    with pytest.raises(ParameterError, match=r"p.over takes dimensions, such as p.over\(age\)"):
        Parameters.of(x=1.0).over(*arguments)


def test_an_array_of_parameters_has_no_private_names():
    with pytest.raises(AttributeError):
        Parameters.of(x=1.0).over(AGE)._x  # noqa: B018


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
    changed = with_new_values(text, {"cease_rate_0_9": 0.35})
    assert changed == text.replace('"0–9" = 0.3,', '"0–9" = 0.35,')


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
