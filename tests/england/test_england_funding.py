"""Who pays: early help has its own budget, the total is fixed, or a share falls on early help."""

import numpy as np
import pytest
from england_cases import ENGLAND, OBSERVED, PARAMETERS, VALUE, in_year, policy, projected, under

import caresim as cs

BILLION = 1e9
EARLY = "early_help_spend"
DATES = [f"{year}-{day}" for year in range(2012, 2035) for day in ("04-01", "10-01")]
SOME = ("2016-04-01", "2020-04-01", "2021-10-01", "2027-04-01", "2031-07-01")
RULES = ("residual", 0.3)


def poorer(points):
    """Return a rise of child poverty from April 2021, by which statutory spending rises."""
    return ("poverty_change", "add", points, "2021-04-01")


STEPS = 16  # a year


def first_quarter(rule, day, draws=None):
    """Return by how many % early help moves at each step of the quarter after the rule is set."""
    year = int(day[:4]) + (day[5:] >= "04-01")
    how = {"until": f"{year}-03-31", "every": "step", "outputs": [EARLY], "draws": draws}
    spent = [
        cs.run(ENGLAND, policy(("crowding_out", "set", one, day)), **how).values(EARLY)
        for one in (rule, "ring-fenced")
    ]
    first = int((spent[0] != spent[1]).any(axis=1).argmax())
    return 100 * (spent[0] / spent[1] - 1)[first : first + STEPS // 4]


@pytest.mark.parametrize("day", DATES)
def test_a_change_of_rule_on_any_day_moves_early_help_by_less_than_1_percent_in_a_quarter(day):
    """Of what is spent in the quarter; and at its end where statutory spending hardly outgrows."""
    for rule in RULES:
        moved = first_quarter(rule, day)
        assert 0 < np.abs(moved.mean()) < 1, f"{rule} from {day}: {moved.round(2)} %"
        assert abs(moved[-1]) < (1 if day != "2020-04-01" else 1.5), f"{moved.round(2)} %"
        assert abs(moved[0]) < 0.1, f"{rule} from {day}: {moved[0]} % at once"


@pytest.mark.parametrize("day", SOME)
def test_nothing_jumps_for_draws_of_the_priors_which_meet_no_history(day):
    """Their statutory spending moves by more, and early help with it, but not at once.

    Without chance, which brings a new year's step of costs on the first day of a year.
    """
    draws = cs.draws(ENGLAND, 40, seed=3, given="prior", chance=False)
    for rule in RULES:
        at_once = np.abs(first_quarter(rule, day, draws)[0])
        assert 0 < np.median(at_once) < 0.1
        assert at_once.max() < 1, f"{at_once.max():.2f} % at once"


# The rules


@pytest.mark.parametrize("day", SOME)
def test_under_a_fixed_total_it_stays_what_it_was_on_the_day(day):
    """But for the quarter that early help takes to give way."""
    year = int(day[:4]) + 2
    run = under(("crowding_out", "set", "residual", day))
    years = [y for y in run.clock.financial_years if year <= int(y[:4]) <= year + 5]
    after_figures = [y for y in years if int(y[:4]) >= 2021]
    total = np.array([in_year(run, "total_spend", y) for y in after_figures])
    free = (
        np.array([in_year(run, EARLY, y) for y in after_figures])
        > 1.001 * VALUE["early_help_floor"]
    )
    assert np.ptp(total[free]) < 0.005 * total.mean(), (total / BILLION).round(3)


def test_given_from_the_start_the_total_takes_a_third_of_early_help_from_2012_to_2019():
    """Published: 35 %. It gives up a quarter later what is given to the year."""
    run = projected(crowding_out="residual")
    fell = 100 * (in_year(run, EARLY, "2019-20") / in_year(run, EARLY, "2012-13") - 1)
    assert fell == pytest.approx(-33, abs=1), f"{fell:+.1f} %"


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_in_between_that_share_of_what_a_fixed_total_takes_falls_on_early_help(share):
    """In the first year, before what follows from less early help differs."""
    more = poorer(5)
    runs = [under(more, ("crowding_out", "set", r, "2021-04-01")) for r in (share, "residual")]
    own = in_year(under(more), EARLY, "2021-22")
    lost = [own - in_year(run, EARLY, "2021-22") for run in runs]
    assert lost[1] > 0.1 * BILLION
    assert lost[0] == pytest.approx(share * lost[1], rel=0.02)


def test_turned_back_early_help_has_a_budget_again_from_where_it_stands():
    back = under(
        poorer(3),
        ("crowding_out", "set", "residual", "2021-04-01"),
        ("crowding_out", "set", "ring-fenced", "2025-04-01"),
    )
    own = under(poorer(3))
    lost = in_year(own, EARLY, "2026-27") - in_year(back, EARLY, "2026-27")
    assert lost > 0.3 * BILLION
    assert back.annual()[EARLY].min() > 2 * VALUE["early_help_floor"], "it stands at no floor"
    later = in_year(own, EARLY, "2034-35") - in_year(back, EARLY, "2034-35")
    assert later == pytest.approx(lost, rel=0.01)


@pytest.mark.parametrize("lever", ["early_help_budget", "total_budget"])
def test_what_a_scenario_adds_comes_on_top_of_the_total(lever):
    rule = ("crowding_out", "set", "residual", "2027-04-01")
    more = under(rule, (lever, "add", 0.2 * BILLION, "2027-04-01"))
    first = in_year(more, "total_spend", "2028-29") - in_year(under(rule), "total_spend", "2028-29")
    assert first == pytest.approx(0.2 * BILLION, rel=0.05)


def test_a_cost_that_begins_with_the_rule_falls_on_early_help_within_the_year():
    """Three quarters of it in that year and all in the next; what less help brings comes on top."""
    rule = ("crowding_out", "set", "residual", "2027-04-01")
    cost = ("youth_justice_budget", "add", 0.1 * BILLION, "2027-04-01")

    def lost(year, **values):
        base, more = under(rule, **values), under(rule, cost, **values)
        return in_year(base, EARLY, year) - in_year(more, EARLY, year)

    assert lost("2027-28", early_help_on="off") == pytest.approx(0.075 * BILLION, rel=0.01)
    assert lost("2028-29", early_help_on="off") == pytest.approx(0.1 * BILLION, rel=0.01)
    assert 1.02 < lost("2028-29") / lost("2028-29", early_help_on="off") < 1.15


def test_early_help_keeps_its_floor_and_the_total_is_then_overspent():
    run = under(("crowding_out", "set", "residual", "2020-04-01"), poorer(5))
    floor = VALUE["early_help_floor"]
    table = run.annual()
    assert table[EARLY].min() == pytest.approx(floor, rel=1e-9)
    assert table.loc["2034-35", "total_spend"] > 1.02 * table.loc["2025-26", "total_spend"]
    assert "early_help_at_floor" in {notice.subject for notice in run.warnings}
    ring_fenced = under(("early_help_budget", "set", 0.1 * BILLION, "2027-04-01"))
    assert ring_fenced.annual()[EARLY].iloc[-1] == pytest.approx(0.1 * BILLION)


# What is given


def test_the_total_that_no_scenario_changes_is_the_lever_as_it_stands():
    assert PARAMETERS["total_given"].value == PARAMETERS["total_budget"].value


def test_the_given_path_of_statutory_spending_is_the_published_one_in_straight_lines():
    path = PARAMETERS["statutory_given"].value
    published = list(OBSERVED["statutory_spend"])
    assert path.values == tuple(published)
    middle = np.array(published[1:-1])
    summed = 0.75 * middle + 0.125 * (np.array(published[:-2]) + np.array(published[2:]))
    assert np.abs(summed - middle).max() < 25e6, (summed - middle).round(-5)


def test_with_a_ring_fence_nothing_hangs_on_the_rule():
    """To the last bit, whatever time early help would take to give way."""
    slow = projected(crowding_out_time=0.5)
    np.testing.assert_array_equal(slow.annual(), projected().annual())


def test_what_is_no_rule_is_told_those_there_are():
    change = cs.Change("crowding_out", "set", "half", "2027-04-01")
    said = "must be 'ring-fenced' or 'residual' or a number between 0 and 1 for 'crowding_out'"
    with pytest.raises(cs.ScenarioError, match=said):
        cs.run(ENGLAND, cs.Scenario("Half", changes=[change]))
