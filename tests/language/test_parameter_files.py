"""Parameter files: what is read, and how every fault is refused."""

import math

import pytest

from caresim.language import Parameter, ParameterError, Parameters, Prior, Series
from caresim.language.dates import end_of, parse_date

GOOD = {
    "meaning": '"Share returned home"',
    "value": "0.1",
    "unit": '"1/year"',
    "role": '"fixed"',
    "source": '"A table"',
}


def text_of(**changes):
    """Return a parameter file with one entry; None takes a key out."""
    keys = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    return "[return_rate]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "parameters.toml"
        path.write_text(text, encoding="utf-8")
        return Parameters.read(path)

    return reading


def test_an_entry_is_read_with_everything_it_says(read):
    text = 'price_year = "2024-25"\n' + text_of(
        role='"estimated"',
        bounds="[0.02, 0.3]",
        prior="{ lognormal = { median = 0.1, spread = 1.3 } }",
        source=None,
        note='"Since 2019"',
        grade='"measured"',
    )
    parameters = read(text)
    entry = parameters["return_rate"]
    assert parameters.price_year == "2024-25"
    assert entry.value == 0.1
    assert (entry.meaning, entry.unit, entry.role) == ("Share returned home", "1/year", "estimated")
    assert entry.bounds == (0.02, 0.3)
    assert entry.prior == Prior("lognormal", 0.1, 1.3)
    assert parameters.estimated() == ("return_rate",)
    assert not entry.is_dated


def test_dated_values_are_straight_lines_between_the_ends_of_days(read):
    values = "{ 2019-06-30 = 11_900_000, 2024-06-30 = 12_000_000 }"
    entry = read(text_of(value=None, values=values))["return_rate"]
    times = tuple(end_of(parse_date(d)) for d in ("2019-06-30", "2024-06-30"))
    assert entry.value == Series(times, (11_900_000.0, 12_000_000.0), held=False)
    assert entry.value.ends == times[-1]
    assert entry.is_dated


def test_values_by_financial_year_are_held_over_the_year(read):
    entry = read(text_of(value=None, values="{ 2019-20 = 1, 2020-21 = 2 }"))["return_rate"]
    assert entry.value == Series((2019.0, 2020.0), (1.0, 2.0), held=True)
    assert entry.value.ends == 2021.0


LEVER = {
    "role": '"lever"',
    "bounds": "[0, 1]",
    "acts_on": '"returns home"',
    "lag": '"two years"',
    "cost": '"£100 a family"',
    "line": '"support_spending"',
    "effect": '"boost"',
}
BOOST = text_of().replace("return_rate", "boost")


def test_a_lever_says_where_when_how_and_at_what_cost_it_acts(read):
    entry = read(BOOST + text_of(**LEVER))["return_rate"]
    said = (entry.acts_on, entry.lag, entry.cost, entry.line, entry.effect)
    assert said == ("returns home", "two years", "£100 a family", "support_spending", "boost")
    plain = read(text_of())["return_rate"]
    assert (plain.acts_on, plain.lag, plain.cost, plain.line, plain.effect) == ("",) * 5


@pytest.mark.parametrize("kind", ["definition", "limit"])
def test_a_fixed_number_may_say_why_it_has_no_prior(read, kind):
    assert read(text_of(exact=f'"{kind}"'))["return_rate"].exact == kind
    assert not read(text_of())["return_rate"].exact


@pytest.mark.parametrize("key", ["acts_on", "lag", "cost", "line", "effect"])
def test_what_a_lever_says_is_text(read, key):
    with pytest.raises(ParameterError, match=rf"\[return_rate\]: '{key}' is a text, not 3"):
        read(text_of(**{key: "3"}))


@pytest.mark.parametrize(
    ("effect", "advice"), [("bost", "; did you mean 'boost'?"), ("return_rate", ""), ("", "")]
)
def test_an_effect_is_another_parameter_of_the_file(read, effect, advice):
    with pytest.raises(ParameterError) as caught:
        read(BOOST + text_of(effect=f'"{effect}"'))
    assert str(caught.value) == (
        "parameters.toml, [return_rate]: 'effect' names another parameter of the file, "
        f"not '{effect}'{advice}"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"boundz": "[0, 1]"}, "unknown key 'boundz'; did you mean 'bounds'?"),
        ({"name": '"x"'}, "unknown key 'name'"),
        ({"unit": None}, "'unit' is missing"),
        ({"meaning": None}, "'meaning' is missing"),
        ({"role": None}, "'role' is missing"),
        ({"values": "{ 2019-20 = 1 }"}, "give either 'value' or 'values'"),
        ({"value": None}, "give either 'value' or 'values'"),
        ({"unit": '"per year!"'}, "'per year!' is not a unit"),
        ({"bounds": "[1, 0]"}, "'bounds' is [low, high], not [1, 0]"),
        ({"bounds": "[0, 1, 2]"}, "'bounds' is [low, high], not [0, 1, 2]"),
        ({"bounds": "5"}, "'bounds' is [low, high], not 5"),
        ({"bounds": "[0.2, 0.3]"}, "'return_rate' = 0.1 is outside its bounds [0.2, 0.3] 1/year"),
        ({"value": "nan"}, "'value' must be a finite number, not nan"),
        ({"value": "inf"}, "'value' must be a finite number, not inf"),
        ({"prior": "5"}, "'prior' is one of lognormal, normal, uniform"),
        ({"prior": "{ gamma = { mean = 1 } }"}, "'prior' is one of lognormal, normal, uniform"),
        ({"prior": "{ normal = { mean = 1 } }"}, "a normal prior takes mean and sd"),
        (
            {"prior": "{ uniform = { low = 0, high = 1, mean = 1 } }"},
            "a uniform prior takes low and high",
        ),
        (
            {"value": None, "values": "{ 2020-03-31 = 1, 2019-03-31 = 2 }"},
            "'values' needs dates in increasing order",
        ),
        ({"value": None, "values": "{}"}, "'values' needs dates in increasing order"),
        (
            {"value": None, "values": "{ 2019-20 = 1, 2021-22 = 2 }"},
            "'values' by financial year must not skip a year",
        ),
        ({"value": None, "values": "{ 2020 = 1 }"}, "a key of 'values' must be a date"),
        ({"value": None, "values": "{ 2019-21 = 1 }"}, "write it as '2019-20'"),
        ({"value": None, "values": "{ 2019-20 = 1, 2020-03-31 = 2 }"}, "must be a date such as"),
        ({"role": '"levr"'}, "'role' is one of lever, effect, cost, estimated, fixed, not 'levr'"),
        ({"grade": '"good"'}, "'grade' is one of measured, estimated, trial, observational"),
        ({"source": None}, "'source' is missing"),
        ({"role": '"lever"'}, "'return_rate' is a lever and needs 'bounds'"),
        ({"role": '"effect"'}, "'return_rate' is an effect and needs 'bounds'"),
        ({"role": '"cost"'}, "'return_rate' is a cost and needs 'bounds'"),
        ({"role": '"estimated"'}, "'return_rate' is estimated and needs 'bounds' and 'prior'"),
        ({"exact": "1"}, "'exact' is a text, not 1"),
        ({"exact": '"sure"'}, "'exact' is one of definition, limit, not 'sure'"),
        (
            {"exact": '"limit"', "prior": "{ normal = { mean = 1, sd = 1 } }"},
            "'return_rate' has both 'exact', so is never drawn, and a 'prior'; take one out",
        ),
        (
            {"exact": '"definition"', "role": '"lever"', "bounds": "[0, 1]"},
            "has both 'exact', so is never drawn, and the role 'lever'; take one out",
        ),
    ],
)
def test_a_fault_is_refused_with_file_parameter_and_what_to_do(read, changes, message):
    with pytest.raises(ParameterError) as caught:
        read(text_of(**changes))
    assert str(caught.value).startswith("parameters.toml, [return_rate]: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": '"a tenth"'},
        {"unit": "5"},
        {"bounds": '["a", "b"]'},
        {"bounds": '[0, "b"]'},
        {"prior": "{ normal = 3 }"},
        {"prior": '{ normal = { mean = "a", sd = 1 } }'},
        {"value": None, "values": "5"},
        {"value": None, "values": '{ 2019-20 = "a" }'},
        {"choices": "3"},
        {"vintages": "3"},
        {"vintages": "{ 2016 = 1 }"},
        {"vintages": '{ 2015-16 = "a" }'},
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_place(read, changes):
    with pytest.raises(ParameterError, match=r"parameters.toml, \[return_rate\]: "):
        read(text_of(**changes))


@pytest.mark.parametrize(
    "prior",
    [
        "{ lognormal = { median = -1, spread = 1.3 } }",
        "{ lognormal = { median = 0.1, spread = 1.0 } }",
        "{ normal = { mean = 0.1, sd = 0 } }",
        "{ uniform = { low = 1, high = 0 } }",
    ],
)
def test_a_prior_without_a_width_is_refused(read, prior):
    with pytest.raises(ParameterError, match="prior"):
        read(text_of(role='"estimated"', bounds="[0.02, 0.3]", prior=prior))


def test_a_file_that_is_not_toml_is_refused_by_name(read, tmp_path):
    with pytest.raises(ParameterError, match=r"parameters.toml, line 1: not TOML at "):
        read("[return_rate\n")
    with pytest.raises(
        ParameterError,
        match=r"absent.toml does not exist; did you mean",
    ):
        Parameters.read(tmp_path / "absent.toml")


def test_an_entry_that_is_not_a_table_is_refused(read):
    with pytest.raises(ParameterError, match=r"\[return_rate\]: each parameter is a table"):
        read("return_rate = 0.1")


@pytest.mark.parametrize("name", ["return-rate", "values", "get", "estimated", "2nd", "read"])
def test_a_name_that_an_equation_could_not_use_is_refused(name):
    with pytest.raises(ParameterError, match=f"'{name}' cannot name a parameter"):
        Parameters.of(**{name: 1.0})


@pytest.mark.parametrize("name", ["entries", "_hidden", "lambda"])
def test_other_names_that_an_equation_could_not_use_are_refused(name):
    with pytest.raises(ParameterError, match=f"'{name}' cannot name a parameter"):
        Parameters.of(**{name: 1.0})


def test_a_switch_takes_the_names_of_its_choices(read):
    changes = {"value": "1", "choices": "{ low = 0, high = 1 }", "unit": '"1"'}
    entry = read(text_of(**changes))["return_rate"]
    assert entry.with_value("low").value == 0
    with pytest.raises(ParameterError, match="cannot be 'middle'; it takes 'low', 'high'"):
        entry.with_value("middle")
    with pytest.raises(ParameterError, match="cannot be 'low'; it takes a number"):
        Parameter("share", 0.5).with_value("low")


@pytest.mark.parametrize("value", [True, None, [1], math.nan, math.inf])
def test_a_new_value_is_a_finite_number(value):
    with pytest.raises(ParameterError, match="'share'"):
        Parameter("share", 0.5).with_value(value)


def test_a_new_value_stays_within_the_bounds():
    entry = Parameter("share", 0.5, bounds=(0.0, 1.0))
    assert entry.with_value(1).value == 1
    with pytest.raises(ParameterError, match=r"'share' = 1.5 is outside its bounds \[0, 1\]"):
        entry.with_value(1.5)


def test_a_misspelt_parameter_is_suggested():
    p = Parameters.of(return_rate=(0.1, "1/year"))
    for use in (lambda: p.retrun_rate, lambda: p["retrun_rate"], lambda: p.replaced({"retun": 1})):
        with pytest.raises(ParameterError, match="did you mean 'return_rate'"):
            use()


def test_an_equation_gets_the_same_reference_each_time():
    p = Parameters.of(share=0.5)
    assert p.share is p.share
    assert (p.share.name, str(p.share.unit)) == ("share", "1")
    assert not hasattr(p, "_repr_png_"), "a display that probes for methods meets no error"


def test_exchanging_values_leaves_the_first_collection_alone():
    p = Parameters.of(a=1.0, b=2.0)
    changed = p.replaced({"b": 3})
    assert (p["b"].value, changed["b"].value) == (2.0, 3.0)
    assert list(changed) == ["a", "b"]
    assert "a" in changed
    assert len(changed) == 2


@pytest.mark.parametrize(
    ("prior", "centre", "width"),
    [
        (Prior("normal", 2.0, 0.5), 2.0, 0.5),
        (Prior("lognormal", 2.0, 1.5), math.log(2), math.log(1.5)),
        (Prior("uniform", 1.0, 4.0), 0.0, 1.0),  # through its quantiles
        (Prior("beta", 0.3, 0.1), 0.0, 1.0),
        (Prior("half_normal", 0.3), 0.0, 1.0),
    ],
)
def test_a_prior_has_a_centre_and_a_width_on_the_scale_of_a_fit(prior, centre, width):
    assert prior.centre_and_width() == pytest.approx((centre, width))
    assert prior.is_log == (prior.kind == "lognormal")


def test_a_parameter_that_is_not_there_may_be_asked_for(tmp_path):
    known = Parameters.of(rate=(0.1, "1/year"))
    assert known.get("rate").value == 0.1
    assert known.get("rata") is None
    assert known.get("rata", "none") == "none"
