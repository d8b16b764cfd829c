"""Values of parameters as they are said in equations: in units that can be judged."""

import pytest

from caresim.language import Parameter
from caresim.language.parameters import Prior, Series
from caresim.views.equations.values import (
    mark_of,
    range_said,
    unit_said,
    value_said,
    values_said,
)

PRIOR = Prior("uniform", 0.0, 1.0)
EVENTS = Series(tuple(map(float, range(2009, 2017))), (0.0,) * 4 + (1.0,) + (0.0,) * 3, held=True)
MOSTLY = Series(EVENTS.times, (0.5,) * 4 + (0.25,) + (0.5,) * 3, held=True)
MANY = Series(EVENTS.times, (4.0, 5.0, 9.0, 8.0, 2.0, 3.0, 4.0, 5.0), held=True)
RISING = Series(EVENTS.times, tuple(map(float, range(1, 9))), held=True)
YEARS = Series((2009.0, 2010.0, 2011.0, 2012.0), (2.0, 5.0, 1.0, 3.0), held=True)
DAYS = Series((2009.25, 2010.25), (11_272_937.0, 11_332_081.0), held=False)


@pytest.mark.parametrize(
    ("name", "value", "unit", "said"),
    [
        ("stay_time", 0.0575, "year", "0.0575 years, about 21 days"),
        ("stay_time", 0.686, "year", "0.686 years, about 8 months"),
        ("stay_time", 1.0, "year", "1 year"),
        ("stay_time", 11.0, "year", "11 years"),
        ("figures_end", 2012.75, "year", "31 December 2012"),
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
        ("shocks", EVENTS, "1/year", "1 a year in 2013-14, else 0"),
        ("kept_share", MOSTLY, "1", "25 % in 2013-14, else 50 %"),
        ("arrivals", MANY, "child", ("4 children in 2009-10, highest with 9 children in 2011-12, "
         "lowest with 2 children in 2013-14, 5 children in 2016-17")),
        ("arrivals", RISING, "child", "1 child in 2009-10, 8 children in 2016-17"),
        ("level", Series((2009.0, 2010.0), (2.0, 2.0), held=True), "1", "2"),
    ],
)  # fmt: skip
def test_a_value_is_said_with_its_unit(name, value, unit, said):
    assert value_said(Parameter(name, value, unit)) == said


def test_an_estimate_has_three_figures_and_money_its_prices():
    cost = Parameter("cost", 12_684.5, "GBP/child", "", "estimated", (0.0, 1e6), prior=PRIOR)
    assert value_said(cost, "2019-20") == "£12,700 per child at 2019-20 prices"


@pytest.mark.parametrize(
    ("meaning", "bounds", "value", "said"),
    [
        ("Share of children at home", None, 0.25, "25 %"),
        ("Capacity that is left, as a share of 2010-11", None, 0.1, "10 %"),
        ("Rise of entries for each percentage point more poverty", (-0.05, 0.1), 0.02, "2 %"),
        ("Fewer entries after a conference", (-1, 3), -0.5, "−50 %"),
        ("Posts that are vacant", (0, 0.5), 0.17, "17 %"),
        ("Rise of turnover in % for each % more caseload", (0, 1), 0.5, "0.50"),
        ("Share of cases investigated, as a multiple of present practice", (0.5, 2), 1.0, "1"),
        ("Change of child poverty, in percentage points", (-1, 1), 0.5, "0.50"),
        ("Orders at this age against those at 0–9", None, 0.33, "0.33"),
        ("Rise of adoptions", None, 1.5, "1.5"),
    ],
)
def test_what_its_words_or_bounds_call_a_share_is_said_in_percent(meaning, bounds, value, said):
    entry = Parameter("x", value, "1", meaning, "effect" if bounds else "fixed", bounds)
    assert value_said(entry) == said


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
