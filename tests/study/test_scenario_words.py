"""How a scenario reads in English."""

import pytest
from policy_model import FILE, MODEL

from caresim.language import Parameter
from caresim.language.amounts import value_text
from caresim.study.arguments import shown
from caresim.study.scenario.change import Change
from caresim.study.scenario.explained import explain
from caresim.study.scenario.reading import read_scenario
from caresim.study.scenario.scenario import Scenario

BUDGET = "early_help_budget"


def said(*change, **options):
    """Return the sentence on one change."""
    text = explain(Scenario("S", changes=[Change(*change, **options)]), MODEL)
    return text.splitlines()[2].removeprefix("1. ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            (BUDGET, "add", 500e6, "2027-04-01", 3),
            (
                "Early-help budget rises by £500m a year at 2019-20 prices, in a straight line "
                "from April 2027 to April 2030."
            ),
        ),
        (
            (BUDGET, "add", -1.25e9, "2027-04-15", 0.5),
            (
                "Early-help budget falls by £1.25bn a year at 2019-20 prices, in a straight line "
                "from 15 April 2027 to 15 October 2027."
            ),
        ),
        (
            (BUDGET, "scale", 1.25, "2027-04-01", 0, "2032-03-31"),
            (
                "Early-help budget is multiplied by 1.25 from April 2027 (25 % higher), until the "
                "end of March 2032."
            ),
        ),
        (
            (BUDGET, "scale", 0.5, "2027-10-01", 1.25, "2032-03-15"),
            (
                "Early-help budget is multiplied by 0.50, in a straight line from October 2027 to "
                "January 2029 (50 % lower), until 15 March 2032."
            ),
        ),
        (
            ("place_cost", "set", 65_000, "2027-04-01"),
            "Cost of a place is set to £65,000 per child a year at 2019-20 prices from April 2027.",
        ),
        (
            ("return_rate", "set", 0.1, "2027-04-01"),
            "Rate of return home is set to 0.10 per year from April 2027.",
        ),
        (
            ("seen_share", "set", 0.455, "2027-04-01", 2),
            (
                "Share of children seen, of all known, moves to 45.5 %, in a straight line "
                "from April 2027 to April 2029."
            ),
        ),
        (
            ("seen_share", "add", 0.05, "2027-04-01"),
            "Share of children seen, of all known, rises by 5 percentage points from April 2027.",
        ),
        (
            ("caseload", "set", 12, "2027-04-01"),
            "Caseload of a social worker is set to 12 children per worker from April 2027.",
        ),
        (
            ("funding_rule", "set", 1, "2027-04-01"),
            "The way early help is paid for is set to 'residual' from April 2027.",
        ),
        (
            ("caseload", "add", 0, "2027-04-01"),
            "Caseload of a social worker stays as it is (nothing is added) from April 2027.",
        ),
        (
            ("caseload", "scale", 1, "2027-04-01"),
            "Caseload of a social worker is multiplied by 1 from April 2027 (no change).",
        ),
    ],
)
def test_a_change_reads_as_one_sentence(change, sentence):
    assert said(*change) == sentence


def test_an_explanation_gives_name_summary_and_reasons(tmp_path):
    path = tmp_path / "early.toml"
    path.write_text(FILE, encoding="utf-8")
    assert explain(read_scenario(path), MODEL).splitlines() == [
        "Early help first",
        "Grow early help.",
        "",
        (
            "1. Early-help budget rises by £500m a year at 2019-20 prices, in a straight line from "
            "April 2027 to April 2030."
        ),
        "   Why: Roll-out. Source: assumption: illustrative.",
        (
            "2. The way early help is paid for is set to 'residual' from April 2028, until the end "
            "of March 2032."
        ),
        "   Why: Trial. Source: assumption: illustrative.",
        "",
        (
            "Note: the change of 'early_help_budget' from April 2027 changes nothing: "
            "'early_help_budget' moves, but nothing that is published follows from it."
        ),
    ]


def test_without_a_model_parameters_go_by_their_names():
    change = Change(BUDGET, "add", 500e6, "2027-04-01")
    assert "1. 'early_help_budget' rises by 500,000,000 from April 2027." in explain(
        Scenario("S", changes=[change])
    )


def test_no_changes_are_current_policy():
    assert explain(Scenario("Baseline")) == "Baseline\n\nNo changes: the model stays as it is."


def test_notebooks_show_a_scenario_as_safe_html():
    change = Change(BUDGET, "scale", 1.1, "2027-04-01")
    page = Scenario("A < B", "x & y", [change])._repr_html_()
    assert "A &lt; B" in page
    assert "x &amp; y" in page
    assert page.count("<li>") == 1
    assert "the model stays as it is" in Scenario("Baseline")._repr_html_()


# The parts of a sentence


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (3e9, "GBP/year", "£3bn a year at 2019-20 prices"),
        (1_234_567, "GBP", "£1.23457m at 2019-20 prices"),
        (1_234.5, "GBP/child", "£1,234.50 per child at 2019-20 prices"),
        (-20, "GBP", "−£20 at 2019-20 prices"),
        (0, "GBP/year", "£0 a year at 2019-20 prices"),
        (12_000_000, "child", "12,000,000 children"),
        (1, "child", "1 child"),
        (0.5, "year", "0.50 years"),
        (500, "child/year", "500 children a year"),
        (0.125, "1/year", "0.125 per year"),
        (0.1, "1/child/year", "0.10 per child per year"),
        (1.5, "1", "1.5"),
        (2, "year^2", "2 year^2"),
    ],
)
def test_an_amount_carries_its_unit(value, unit, text):
    assert value_text(value, Parameter("x", 1.0, unit), "2019-20") == text


def test_money_without_a_price_year_names_none():
    assert value_text(5e6, Parameter("x", 1.0, "GBP/year")) == "£5m a year"


@pytest.mark.parametrize(
    ("begins", "years", "end"),
    [
        ("2027-04-01", 3, "2030-04-01"),
        ("2027-12-15", 0.25, "2028-03-15"),
        ("2028-02-29", 1, "2029-02-28"),
        ("2027-04-01", 0.1, "2027-05-08"),
        ("2027-09-01", 50, "2077-09-01"),
    ],
)
def test_a_ramp_ends_on_the_same_day_of_a_later_month(begins, years, end):
    assert str(Change("x", "add", 1, begins, years).full_from) == end


def test_values_are_shown_short_and_on_one_line():
    assert shown("a\nb") == "'a\\nb'"
    assert shown(value=True) == "true"
    assert len(shown("x" * 1000)) == 60
    assert shown(10**5000) == "a number of thousands of digits"


def test_an_elasticity_is_not_a_share():
    entry = Parameter("help_elasticity", 0.1, bounds=(0.0, 0.5))
    assert value_text(0.1, entry) == "0.10"
    assert value_text(0.1, Parameter("help_share", 0.1, bounds=(0.0, 0.5))) == "10 %"


def test_a_summary_stands_alone_where_nothing_changes_and_little_is_asked():
    plan = Scenario("Baseline", summary="All stays as it is.")
    assert explain(plan, brief=True) == "All stays as it is."
    assert explain(plan).endswith("No changes: the model stays as it is.")
