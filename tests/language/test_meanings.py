"""Meanings of parameters in running text: short, and in place of names."""

import pytest

from caresim.language import Parameter
from caresim.language.meanings import names_in, short_meaning, spelled_out
from caresim.language.parameters import Series

NAMES = names_in(["Children in Norland", "Children looked after on 31 March 2009, Share of all"])
KNOWN = {
    entry.name: entry
    for entry in (
        Parameter(
            "hiring_time", 1.2161, "year", "Time to fill a vacant post: from notice to start"
        ),
        Parameter("cost_per_visit", 60.0, "GBP/child", "Cost of a visit"),
        Parameter("budget", Series((2009.0, 2010.0), (1e6, 2e6), held=True), "GBP/year", "Budget"),
        Parameter("bare", 2.0, "year"),
    )
}


def test_a_name_is_a_word_with_a_capital_where_no_sentence_begins():
    assert names_in(["Children in Norland. Others", "GDP deflator", "Share of GDP"]) == {"Norland"}


@pytest.mark.parametrize(
    ("meaning", "said"),
    [
        ("Plans that end early", "plans that end early"),
        ("GDP deflator", "GDP deflator"),
        ("A child at home", "a child at home"),
        ("Norland's children", "Norland's children"),
        ("March 2009 and before", "March 2009 and before"),
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
    assert short_meaning(meaning, NAMES) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a year (hiring_time)", "a year (time to fill a vacant post, 1.22 years)"),
        (
            "at once (hiring_time), then (cost_per_visit)",
            (
                "at once (time to fill a vacant post, 1.22 years), then (cost of a visit, "
                "£60 per child)"
            ),
        ),
        ("cost_per_visit", "cost of a visit, £60 per child"),
        ("(budget)", "(budget, £2m a year)"),
        ("(bare)", "(2 years)"),
        ("within a year (or_later)", "within a year (or_later)"),
        ("the budget", "the budget"),
    ],
)
def test_the_name_of_a_parameter_is_said_in_words_with_its_value(text, said):
    assert spelled_out(text, KNOWN) == said
