"""Rules: a lever whose settings each scenario is shown under, declared by a model or refused."""

import pytest

from caresim.language import (
    Flow,
    Model,
    ModelError,
    Parameter,
    ParameterError,
    Parameters,
    Rules,
    Stock,
    cloud,
)

BOTH = {"own": "it has its own", "shared": "it is shared"}
CHOICES = (("own", 0.0), ("shared", 1.0))
p = Parameters(
    {
        "who": Parameter("who", 0.0, "1", "Who", "lever", (0, 1), choices=CHOICES, between=True),
        "rate": Parameter("rate", 0.1, "1/year"),
        "care_0": Parameter("care_0", 100.0, "child"),
    }
)
care = Stock("In care", "child", p.care_0)


def declared(rules):
    return type(
        "Town",
        (Model,),
        {
            "parameters": p,
            "care": care,
            "home": Flow("Home", care >> cloud, care * p.rate * (1 - p.who)),
            "rules": rules,
        },
    )


def test_a_model_declares_its_rules_and_most_have_none():
    town = declared(Rules("Who", "who", BOTH, (care,)))
    assert town.rules.names == ("care",)
    assert Model.rules is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("Who", "whom", BOTH), "'whom' is no parameter of it; did you mean 'who'"),
        (("Who", "rate", BOTH), "'rate' is no lever"),
        (("Who", "who", BOTH | {"other": "x"}), "'who' has no setting 'other'"),
        (("Who", "who", {"own": "alone"}), "two settings or more in words"),
        (("Who", "who", {"own": "", "shared": 3}), "a text of rules"),
    ],
)
def test_rules_of_no_lever_or_no_setting_are_refused(given, said):
    with pytest.raises(ModelError, match=said):
        declared(Rules(*given, (care,)))


def test_what_rules_show_is_a_quantity_of_the_model():
    with pytest.raises(ModelError, match="'shows' of rules is a tuple of quantities, not 'care'"):
        Rules("Who", "who", BOTH, "care")
    other = Stock("Elsewhere", "child", p.care_0)
    with pytest.raises(ModelError, match="no quantity of it"):
        declared(Rules("Who", "who", BOTH, (other,)))
    with pytest.raises(ModelError, match="'rules' is a Rules or None, not 'who'"):
        declared("who")


# Numbers between the settings of a lever


def test_a_lever_with_something_between_its_settings_takes_names_and_numbers():
    who = p["who"]
    assert who.with_value("shared").value == 1
    assert who.with_value(0.3).value == 0.3
    with pytest.raises(ParameterError, match="outside its bounds"):
        who.with_value(1.3)


def test_between_goes_with_settings():
    with pytest.raises(ParameterError, match="'between' is true or false, and goes with 'choices'"):
        Parameter("rate", 0.1, "1/year", between=True)
    with pytest.raises(ParameterError, match="'between' is true or false"):
        Parameter("who", 0.0, "1", choices=CHOICES, between="yes")


def test_a_file_says_so_too(tmp_path):
    path = tmp_path / "numbers.toml"
    head = '[who]\nmeaning = "Who"\nvalue = 0.5\nunit = "1"\nrole = "lever"\nbounds = [0, 1]\n'
    text = f'{head}choices = {{ own = 0, shared = 1 }}\nsource = "assumed"\n'
    path.write_text(text + "between = true\n", encoding="utf-8")
    assert Parameters.read(path)["who"].value == 0.5
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match="has nothing between"):
        Parameters.read(path)
