"""Parameters of several files as one collection, and values that stand outside their tables."""

import pytest

from caresim.language import CaresimError, ParameterError, Parameters, Series
from caresim.language.parameter_text import parameter_text

CARE = """
price_year = "2019-20"
[package_on]
meaning = "Whether packages are given"
value = 1
unit = "1"
role = "lever"
bounds = [0, 1]
choices = { on = 1, off = 0 }
effect = "package_effect"
source = "made up"
"""
MONEY = """
[package_effect]
meaning = "What a package does"
value = 0.3
unit = "1"
role = "fixed"
source = "made up: \\"so\\" and \\\\so"
vintages = { 2015-16 = 0.1, 2016-17 = 0.2 }
exact = "limit"
[children]
meaning = "Children"
from = "paths/drivers.csv"
unit = "child"
role = "fixed"
continues = "growth"
source = "drivers.csv"
"""
FITTED = """
[stay]
meaning = "Share who stay"
unit = "1"
role = "estimated"
bounds = [0, 1]
prior = { lognormal = { median = 0.1, spread = 2 } }
[entry_rate]
meaning = "Rate of entry"
elements = ["0–9", "10–17"]
unit = "1/year"
role = "estimated"
bounds = [0, 1]
[entry_rate.priors]
"0–9" = { normal = { mean = 0.1, sd = 0.1 } }
"10–17" = { uniform = { low = 0, high = 1 } }
"""
DRIVERS = """series,year,value,unit
other,2010-11,1,1
children,2010-06-30,5,child
children,2012-06-30,7.5,
"""
VALUES = {"entry_rate_10_17": 0.2, "stay": 0.25, "entry_rate_0_9": 0.1}


@pytest.fixture
def read(tmp_path):
    """Return a function that writes files by name and reads those that end in .toml together."""
    (tmp_path / "paths").mkdir()

    def write(fitted=None, drivers=DRIVERS, **texts):
        (tmp_path / "paths" / "drivers.csv").write_text(drivers, encoding="utf-8")
        paths = [tmp_path / f"{name}.toml" for name in texts]
        for path, text in zip(paths, texts.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        return Parameters.read(*paths, fitted=fitted)

    return write


def refused(read, **given):
    with pytest.raises(ParameterError) as caught:
        read(**given)
    return str(caught.value)


def test_several_files_are_one_collection_in_their_order(read):
    p = read(care=CARE, money=MONEY)
    assert list(p) == ["package_on", "package_effect", "children"]
    assert p.price_year == "2019-20"
    assert p.path is None, "there is not one file"
    assert p["package_on"].effect == "package_effect", "an effect of another file"


def test_a_name_in_two_files_is_refused_with_both(read):
    message = refused(read, care=CARE, money=MONEY + CARE.replace('price_year = "2019-20"', ""))
    assert message == (
        "money.toml, [package_on]: 'package_on' is already a parameter of care.toml; take one of "
        "them out"
    )


def test_the_price_year_is_said_once(read):
    message = refused(read, care=CARE, money='price_year = "2019-20"\n' + MONEY)
    assert message == "money.toml: 'price_year' stands in care.toml as well; say it once"


def test_an_effect_of_no_file_is_refused_with_its_place(read):
    message = refused(read, care=CARE.replace("package_effect", "packages_effect"), money=MONEY)
    assert message == (
        "care.toml, [package_on]: 'effect' names another parameter of the files, not "
        "'packages_effect'; did you mean 'package_effect'?"
    )


# Dated values of a CSV


def test_dated_values_come_from_the_rows_of_their_series_beside_the_file(read):
    value = read(care=CARE, money=MONEY)["children"].value
    assert isinstance(value, Series)
    assert value.dated() == {"2010-06-30": 5.0, "2012-06-30": 7.5}


def test_rows_by_financial_year_hold_over_the_year(read):
    drivers = "series,year,value\nchildren,2010-11,5\nchildren,2011-12,6\n"
    value = read(drivers=drivers, care=CARE, money=MONEY)["children"].value
    assert value.held
    assert value.dated() == {"2010-11": 5.0, "2011-12": 6.0}


def test_each_element_has_a_series_of_its_own(read):
    rows = "".join(f"rate_{e},2010-11,{v},\n" for e, v in (("new", 1), ("old", 2)))
    table = '[rate]\nmeaning = "A"\nunit = "1"\nrole = "fixed"\nsource = "B"\n'
    table += 'from = "paths/drivers.csv"\n'
    p = read(drivers=DRIVERS + rows, care=f'{table}elements = ["new", "old"]\n')
    assert [p[f"rate_{e}"].value.values for e in ("new", "old")] == [(1.0,), (2.0,)]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("2010-06-30,5", "2010-06-31,5",
         "drivers.csv, row 3, column 'year': the value must be a date such as 2030-03-31, not"),
        ("2010-06-30,5", "2010-12,5",
         "drivers.csv, row 3, column 'year': '2010-12' is not a financial year"),
        ("2010-06-30,5", "2012-06-30,5",
         "drivers.csv, row 4, column 'year': a second value for 2012-06-30"),
        (",5,", ",five,", "drivers.csv, row 3, column 'value': 'five' is not a number"),
        ("5,child", "5,carer",
         "drivers.csv, row 3, column 'unit': 'carer' is not the unit of the parameter, 'child'"),
        ("2012-06-30", "2009-06-30", "'values' needs dates in increasing order"),
        ("children", "childern",
         "drivers.csv has no row of the series 'children'; did you mean 'childern'?"),
        ("series,", "", "drivers.csv: the column 'series' is missing"),
        ("7.5,", "7.5", "drivers.csv, row 4: 3 cells below a heading of 4"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_used_are_refused_with_their_place(read, old, new, reason):
    assert old in DRIVERS
    message = refused(read, drivers=DRIVERS.replace(old, new), care=CARE, money=MONEY)
    assert message.startswith("money.toml, [children]: ")
    assert reason in message


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('from = "paths"', "paths is a folder; name one CSV file in it"),
        ('from = "no.csv"', "no.csv does not exist"),
        ("from = 3", "'from' is the name of a CSV file, not 3"),
        ('from = "a.csv"\nvalue = 3', "give either 'from' or 'value'"),
        ('from = "a.csv"\nvalues = { 2010-11 = 1 }', "give either 'from' or 'values'"),
    ],
)
def test_a_file_of_dated_values_that_cannot_be_used_is_refused(read, line, reason):
    money = MONEY.replace('from = "paths/drivers.csv"', line)
    message = refused(read, care=CARE, money=money)
    assert message.startswith("money.toml, [children]: ")
    assert reason in message


# Fitted values


def test_an_estimated_parameter_takes_its_fitted_value_and_stands_in_their_order(read):
    p = read(fitted=VALUES, fit=FITTED, care=CARE, money=MONEY)
    assert {name: p[name].value for name in VALUES} == VALUES
    assert p.estimated() == tuple(VALUES), "the order of the fit, wherever the tables stand"
    assert p["entry_rate_10_17"].meaning == "Rate of entry, 10–17"
    assert p["entry_rate_0_9"].prior.first == 0.1


def test_an_estimated_parameter_without_any_value_is_refused(read):
    few = {name: value for name, value in VALUES.items() if name != "entry_rate_0_9"}
    assert refused(read, fitted=few, fit=FITTED) == (
        "fit.toml, [entry_rate]: 'entry_rate_0_9' is estimated and needs a fitted value or a "
        "'value' of its own"
    )
    assert refused(read, fit=FITTED) == (
        "fit.toml has 2 faults: (1) [stay]: 'stay' is estimated and needs a 'value'; "
        "(2) [entry_rate]: 'entry_rate_0_9' is estimated and needs a 'value'"
    )


def test_a_value_is_given_in_one_place(read):
    twice = FITTED.replace("[stay]", "[stay]\nvalue = 0.2")
    message = refused(read, fitted=VALUES, fit=twice)
    assert message == ("fit.toml, [stay]: the fitted values give it as well; leave out the 'value'")


def test_a_fitted_value_is_held_to_the_bounds(read):
    message = refused(read, fitted=VALUES | {"stay": 1.5}, fit=FITTED)
    assert message == "fit.toml, [stay]: 'stay' = 1.5 is outside its bounds [0, 1] 1"


@pytest.mark.parametrize("elements", ["[1, 2]", '["a", 2]', "[]", '"a"'])
def test_elements_without_numbers_are_a_list_of_names(read, elements):
    text = FITTED.replace('["0–9", "10–17"]', elements)
    with pytest.raises(CaresimError, match=r"fit.toml, \[entry_rate\]: 'elements' "):
        read(fitted=VALUES, fit=text)


# As text


def test_parameters_written_as_text_are_read_back_as_they_were(read):
    p = read(fitted=VALUES, fit=FITTED, care=CARE, money=MONEY)
    again = read(again=parameter_text(p.values(), p.price_year))
    assert dict(again) == dict(p)
    assert again.price_year == "2019-20"
    assert read(again=parameter_text(p.values())).price_year == ""


SHARED = """
[{}]
meaning = "A"
unit = "1"
role = "fixed"
source = "B"
from = "drivers.csv"
"""


def test_what_is_wrong_with_a_file_that_several_parameters_take_is_written_out_once(tmp_path):
    (tmp_path / "drivers.csv").touch()
    (tmp_path / "own.toml").write_text("".join(map(SHARED.format, ["one", "two", "three"])))
    with pytest.raises(ParameterError) as caught:
        Parameters.read(tmp_path / "own.toml")
    assert str(caught.value) == (
        f"own.toml has 3 faults: (1) [one]: {tmp_path / 'drivers.csv'} is empty; "
        "(2) [two]: as (1); (3) [three]: as (1)"
    )
