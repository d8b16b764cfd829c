"""Values of parameters as they are said in equations: in units that can be judged."""

import pytest

from caresim.language import Parameter
from caresim.language.parameters import Prior, Series
from caresim.views.equations.values import (
    mark_of,
    range_said,
    short_meaning,
    unit_said,
    value_said,
    values_said,
)

PRIOR = Prior("uniform", 0.0, 1.0)
YEARS = Series((2009.0, 2010.0, 2011.0, 2012.0), (2.0, 5.0, 1.0, 3.0), held=True)
DAYS = Series((2009.25, 2010.25), (11_272_937.0, 11_332_081.0), held=False)


@pytest.mark.parametrize(
    ("name", "value", "unit", "said"),
    [
        ("stay_time", 0.0575, "year", "0.0575 years, about 21 days"),
        ("stay_time", 0.686, "year", "0.686 years, about 8 months"),
        ("stay_time", 1.0, "year", "1 year"),
        ("stay_time", 11.0, "year", "11 years"),
        ("leaving_rate", 0.0384, "1/year", "3.84 % a year"),
        ("growth_rate", -0.01, "1/year", "−1 % a year"),
        ("leaving_rate", 0.35, "1/year", "0.35 a year, after 2.9 years on average"),
        ("leaving_rate", 2.5, "1/year", "2.5 a year, after 5 months on average"),
        ("leaving_rate", 20.0, "1/year", "20 a year, after 18 days on average"),
        ("leaving_rate", 1.0, "1/year", "1 a year"),
        ("leaving_rate", -0.5, "1/year", "−0.5 a year"),
        ("leaving_rate", 0.0, "1/year", "0 a year"),
        ("kept_share", 0.179, "1", "17.9 %"),
        ("share_of_costs", 1.2, "1", "1.2"),
        ("elasticity", 0.5, "1", "0.50"),
        ("care_0", 24_080.0, "child", "24,080 children"),
        ("cost", 4_196_412_345.0, "GBP/year", "£4.196bn a year"),
        ("shocks", YEARS, "1/year", ("2 a year in 2009-10, 5 a year in 2010-11, 1 a year in "
         "2011-12, 3 a year in 2012-13")),
        ("children", DAYS, "child", ("11,270,000 children on 30 June 2009, 11,330,000 children on "
         "30 June 2010")),
        ("level", Series((2009.0, 2010.0), (2.0, 2.0), held=True), "1", "2"),
    ],
)  # fmt: skip
def test_a_value_is_said_with_its_unit(name, value, unit, said):
    assert value_said(Parameter(name, value, unit)) == said


def test_an_estimate_has_three_figures_and_money_its_prices():
    cost = Parameter("cost", 12_684.5, "GBP/child", "", "estimated", (0.0, 1e6), prior=PRIOR)
    assert value_said(cost, "2019-20") == "£12,700 per child at 2019-20 prices"


def test_rates_by_element_are_said_in_one_way():
    rates = [Parameter(f"rate_{i}", value, "1/year") for i, value in enumerate((0.02, 0.5))]
    assert values_said(rates) == ["0.02 a year", "0.5 a year"]
    assert values_said(rates[:1]) == ["2 % a year"]


@pytest.mark.parametrize(
    ("unit", "name", "said"),
    [
        ("child", "", "children"),
        ("child/year", "", "children a year"),
        ("year", "", "years"),
        ("1/year", "", "a rate a year"),
        ("1", "kept_share", "a share"),
        ("1", "shares_held", "a number"),
        ("child/worker", "", "children per worker"),
        ("GBP/child/year", "", "£ per child a year at 2019-20 prices"),
        ("GBP/child/year^2", "", "£ per child a year and year at 2019-20 prices"),
        ("child^2", "", "child^2"),
    ],
)
def test_a_unit_is_said_in_words(unit, name, said):
    assert unit_said(unit, name, "2019-20") == said


@pytest.mark.parametrize(
    ("meaning", "said"),
    [
        ("Plans that end early", "plans that end early"),
        ("GDP deflator", "GDP deflator"),
        ("Support that ends, a year", "support that ends"),
        (
            (
                "Alarm from one shock, as the rise of the share investigated that it leads to: the "
                "size of that of 2013"
            ),
            "alarm from one shock, as the rise of the share investigated that it leads to",
        ),
        (
            (
                "Budget for all children's services, used when early help gets what is left of the "
                "money (a rule)"
            ),
            "budget for all children's services",
        ),
    ],
)
def test_a_meaning_is_short_and_keeps_what_it_is_measured_against(meaning, said):
    assert short_meaning(meaning) == said


@pytest.mark.parametrize(
    ("role", "grade", "mark"),
    [
        ("lever", "assumption", "ˡ"),
        ("estimated", "measured", "ᵉ"),
        ("fixed", "assumption", "ᵃ"),
        ("fixed", "measured", ""),
    ],
)
def test_a_mark_says_what_kind_of_number_it_is(role, grade, mark):
    entry = Parameter("x", 1.0, "1", "", role, (0.0, 2.0), PRIOR, grade=grade)
    assert mark_of(entry) == mark


def test_a_range_says_its_unit_once():
    assert range_said(0, 0.2, Parameter("kept_share", 0.1)) == "0 to 20 %"
    assert range_said(0, 5e4, Parameter("cost", 1.0, "GBP/child")) == "£0 to £50,000 per child"
    assert range_said(1, 3, Parameter("care_0", 1.0, "child")) == "1 to 3 children"
    assert range_said(0.1, 2, Parameter("rate", 1.0, "1/year")) == "0.1 to 2 a year"
