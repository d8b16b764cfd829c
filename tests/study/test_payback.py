"""What money for one thing saves on all others: a small model counted by hand, and England."""

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    Model,
    Parameter,
    Parameters,
    Prior,
    RunError,
    ScenarioError,
    Smooth,
    total,
)

ENGLAND = England()
LAG, SAVES, MORE = 2.0, 0.8, 5.0
p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("help", 10.0, "GBP/year", "Money for help", "lever", (0, 1e3)),
            Parameter("saves", SAVES, "1", "What £1 felt saves", "effect", (0, 2),
                      Prior("uniform", 0, 2)),
            Parameter("crises", 100.0, "GBP/year", "Crises without help"),
            Parameter("lag", LAG, "year", "Until help is felt"),
            Parameter("taught", 1.0, "1", "Nothing to do with it", "lever", (0, 2)),
        )
    },
    price_year="2019-20",
)  # fmt: skip


class Household(Model):
    """Each £1 of help saves 80p of crises once it is felt."""

    parameters = p
    start, until = "2020-03-31", "2030-03-31"
    felt = Smooth("Help as felt", p.help, over=p.lag)
    help_spend = Aux("Spending on help", p.help * p.taught / p.taught)
    crisis_spend = Aux("Spending on crises", p.crises - p.saves * felt)
    total_spend = Aux("All spending", total(help_spend, crisis_spend))
    spending_total = "total_spend"
    published = (help_spend, crisis_spend, total_spend)


MODEL = Household()
PLAN = cs.Scenario("More help", changes=[cs.Change("help", "add", MORE, "2021-04-01")])


def by_hand(years, saves=SAVES):
    """Return saved over spent: what is felt closes in on the money by e^(−t/lag)."""
    felt = years - LAG * (1 - np.exp(-years / LAG))
    return saves * felt / years


@pytest.mark.parametrize("span", [1, 5, 20])
def test_payback_is_what_is_felt_over_what_is_spent(span):
    row = cs.payback(MODEL, PLAN, "help_spend", years=[span], discount=0).loc[span]
    assert row.spent == pytest.approx(MORE * span)
    assert row.payback == pytest.approx(by_hand(span), rel=1e-6)
    assert row.saved == pytest.approx(row.payback * row.spent)
    assert row["to"] == f"{2020 + span}-{21 + span}"


def test_discounting_weighs_each_year_against_the_first():
    table = cs.payback(MODEL, PLAN, "help_spend", years=[1, 2], discount=0.1)
    assert table.spent.to_list() == pytest.approx([MORE, MORE * (1 + 1 / 1.1)])
    first, second = by_hand(1), 2 * by_hand(2) - by_hand(1)
    assert table.payback[2] == pytest.approx((first + second / 1.1) / (1 + 1 / 1.1), rel=1e-6)
    assert table.attrs["discount"] == 0.1


def test_draws_give_a_band_in_which_each_has_its_own_ratio():
    draws = cs.draws(MODEL, 200, seed=1, given="prior")
    row = cs.payback(MODEL, PLAN, "help_spend", years=[5], discount=0, draws=draws).loc[5]
    ends = np.quantile(draws.columns["saves"], [0.1, 0.5, 0.9])
    assert [row.low, row.payback, row.high] == pytest.approx(list(by_hand(5, ends)), rel=1e-6)


def test_a_cut_has_the_payback_of_what_it_took_away():
    cut = cs.Scenario("Less help", changes=[cs.Change("help", "add", -MORE, "2021-04-01")])
    table = cs.payback(MODEL, cut, "help_spend", years=[5], discount=0)
    assert table.spent[5] == pytest.approx(-5 * MORE)
    assert table.payback[5] == pytest.approx(by_hand(5), rel=1e-6)


def test_against_a_baseline_only_the_difference_counts():
    both = cs.Scenario(
        "Still more", changes=[*PLAN.changes, cs.Change("help", "add", 2 * MORE, "2021-04-01")]
    )
    found = cs.payback(MODEL, both, "help_spend", years=[5], against=PLAN)
    assert found.spent[5] == pytest.approx(
        2 * cs.payback(MODEL, PLAN, "help_spend", years=[5]).spent[5]
    )


def test_it_is_against_what_a_scenario_extends_and_counts_from_its_own_first_change():
    change = cs.Change("help", "add", 2 * MORE, "2023-04-01")
    more = cs.Scenario("Still more", extends=PLAN, changes=[change])
    found = cs.payback(MODEL, more, "help_spend", years=[5])
    assert found.equals(cs.payback(MODEL, more, "help_spend", years=[5], against=PLAN))
    assert found["to"].to_list() == ["2027-28"]
    assert found.spent[5] == pytest.approx(
        2 * cs.payback(MODEL, PLAN, "help_spend", years=[5]).spent[5]
    )


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((None, "help_spend"), ScenarioError, "takes a scenario or the path of a file, not None"),
        ((PLAN, "help_spent"), RunError, "help_spent"),
        ((PLAN, "felt_stage_1_change"), RunError, "spent is an amount in GBP/year, and"),
        ((PLAN, "crisis_spend"), None, ""),
    ],
)
def test_what_cannot_be_paid_back_is_refused_in_words(arguments, error, said):
    if error is None:
        assert cs.payback(MODEL, *arguments, years=[5]).spent[5] < 0
        return
    with pytest.raises(error, match=said):
        cs.payback(MODEL, *arguments, years=[5])


def test_nothing_spent_has_no_payback():
    idle = cs.Scenario("Taught", changes=[cs.Change("taught", "set", 2, "2021-04-01")])
    with pytest.raises(RunError, match="changes nothing of 'help_spend' in 5 years"):
        cs.payback(MODEL, idle, "help_spend", years=[5])
    with pytest.raises(RunError, match="'Empty' changes nothing"):
        cs.payback(MODEL, cs.Scenario("Empty"), "help_spend", years=[5])


def test_years_are_whole_numbers():
    with pytest.raises(RunError, match=r"years is a list of whole numbers, such as \[5, 10"):
        cs.payback(MODEL, PLAN, "help_spend", years=[0])


def test_a_model_without_a_total_cannot_tell_what_others_save():
    class Open(Household):
        spending_total = ""

    with pytest.raises(RunError, match="Open does not say what all its spending is"):
        cs.payback(Open(), PLAN, "help_spend")


def test_more_early_help_pays_back_more_of_itself_the_longer_it_lasts():
    found = cs.payback(ENGLAND, "early_help_first", "early_help_spend")
    assert list(found.index) == [5, 10, 15, 25]
    assert found["to"].to_list() == ["2031-32", "2036-37", "2041-42", "2051-52"]
    assert found.payback.is_monotonic_increasing
    assert found.payback[5] > 0
