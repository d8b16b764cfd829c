"""Feedbacks: each of the loops, cut in turn, and what it does to the past and the future.

The model has the loops on, except crowding-out and alarm from unmet need, which a scenario or
a model switches on. Caution, which is a driver, is cut here as well.
"""

from itertools import pairwise

import numpy as np
import pytest
from england_cases import (
    AGES,
    ENGLAND,
    FEWER_FIT,
    OBSERVED,
    PARAMETERS,
    VALUE,
    change,
    in_year,
    projected,
    under,
)

from caresim.views.loops.links import Links

FEEDBACKS = {feedback.name: feedback for feedback in ENGLAND.feedbacks}
PAST, NOW, LATER = "2009-10", "2019-20", "2034-35"
# five points more child poverty, so that statutory spending rises for years, whoever pays
POORER = ("poverty_change", "add", 5, "2020-04-01")
BILLION = 1e9


def growth(run, name, first=PAST, last=NOW):
    return 100 * (in_year(run, name, last) / in_year(run, name, first) - 1)


# The list


def test_the_feedbacks_are_these_each_with_a_switch():
    switches = {name: feedback.switch for name, feedback in FEEDBACKS.items()}
    assert switches == {
        "Early help": "early_help_on",
        "Crowding-out": "crowding_out",
        "Workforce": "workforce_on",
        "Caseload and what comes of the work": "caseload_outcomes_on",
        "Foster homes and residential prices": "placements_on",
        "Trust": "trust_on",
        "Alarm and unmet need": "alarm_loop_on",
    }
    for switch in switches.values():
        assert PARAMETERS[switch].role == "lever"
        assert sorted(value for _, value in PARAMETERS[switch].choices) == [0, 1]


LINKS = Links(ENGLAND).graph  # which quantity stands in the equation, or is a flow, of which
STEPS = [
    pytest.param(feedback.through, one, other, id=f"{name}: {one} to {other}")
    for name, feedback in FEEDBACKS.items()
    for one, other in pairwise((*feedback.through, feedback.through[0]))
]


@pytest.mark.parametrize(("loop", "one", "other"), STEPS)
def test_each_step_of_a_feedback_is_a_link_of_the_equations(loop, one, other):
    """A step may lead through quantities that the figure leaves out, three at most."""
    reached = [[one]]
    for _ in range(4):
        if any(other in LINKS[way[-1]] for way in reached):
            return
        reached = [[*w, n] for w in reached for n in LINKS[w[-1]] if n not in {*loop, *w}]
    pytest.fail(f"'{one}' does not act on '{other}' by any equation")


@pytest.mark.parametrize("name", FEEDBACKS)
def test_each_switch_changes_the_projection(name):
    switch = FEEDBACKS[name].switch
    other = next(label for label, value in PARAMETERS[switch].choices if value != VALUE[switch])
    tables = [run.annual() for run in (projected(**{switch: other}), projected())]
    moved = (tables[0] / tables[1] - 1).abs().max()
    assert moved.max() > 0.001, f"{switch} = {other} moves nothing by a thousandth"


# Caution


def test_without_caution_enquiries_rise_as_more_is_assessed_and_do_not_double():
    calm = projected(caution_on="off")
    assert growth(projected(), "section_47_enquiries") > 90
    assert 0 < growth(calm, "section_47_enquiries") < 20, (
        f"{growth(calm, 'section_47_enquiries'):+.1f} %"
    )


def test_without_caution_as_many_enquiries_lead_to_a_plan_as_in_2009_but_for_practice():
    """As fewer would be made, a larger share of them would reach a conference, and then a plan."""
    share, calm = (
        in_year(run, "protection_plan_starts", NOW) / in_year(run, "section_47_enquiries", NOW)
        for run in (projected(), projected(caution_on="off"))
    )
    assert share == pytest.approx(0.34, abs=0.02), f"with caution {share:.2f}"
    assert 0.40 < calm < 0.50, f"without {calm:.2f}"


def test_most_enquiries_without_a_plan_are_owed_to_caution():
    fewer = change(projected(caution_on="off"), projected(), "enquiries_without_plan", NOW)
    assert -65 < fewer < -50, f"{fewer:+.1f} %"


def test_caution_adds_far_less_to_care_than_to_enquiries():
    calm = projected(caution_on="off")
    fewer = [change(calm, projected(), n, NOW) for n in ("section_47_enquiries", "looked_after")]
    assert -60 < fewer[0] < -45
    assert -15 < fewer[1] < -9, f"looked after {fewer[1]:+.1f} %"


def test_caution_eases_so_slowly_that_shocks_add_up():
    once = under(("shocks", "add", 1, "2022-04-01", 0, "2023-03-31"), until="2050-03-31")
    twice = under(
        ("shocks", "add", 1, "2022-04-01", 0, "2023-03-31"),
        ("shocks", "add", 1, "2026-04-01", 0, "2027-03-31"),
        until="2050-03-31",
    )
    base = under(until="2050-03-31")
    one, two = (
        in_year(run, "section_47_enquiries", "2032-33")
        - in_year(base, "section_47_enquiries", "2032-33")
        for run in (once, twice)
    )
    assert two > 1.7 * one > 0, f"{one:,.0f} more after one, {two:,.0f} after two"
    left = in_year(once, "caution", "2049-50") - in_year(base, "caution", "2049-50")
    most = (once["caution"] - base["caution"]).max()
    assert 0.3 < left / most < 0.8, f"{left / most:.0%} of a shock is left after 25 years"


# Early help


def test_without_its_effects_the_cuts_of_the_decade_raise_no_referrals():
    off = projected(early_help_on="off")
    more = growth(projected(), "referrals") - growth(off, "referrals")
    assert 2 < more < 6, f"the cuts add {more:.1f} points to the growth of referrals"
    assert change(off, projected(), "referrals", "2010-11") == pytest.approx(0, abs=0.2)


def test_without_its_effects_early_help_money_changes_nothing_but_itself():
    more = ("early_help_budget", "add", BILLION, "2022-04-01")
    with_money, without = (under(*c, early_help_on="off") for c in ([more], []))
    for name in ("referrals", "looked_after", "statutory_spend"):
        np.testing.assert_array_equal(with_money.values(name), without.values(name))
    assert change(with_money, without, "early_help_spend", LATER) > 30


# Crowding-out


def test_with_crowding_out_and_a_fixed_total_early_help_spirals_down():
    """Real total level from 2019-20: statutory duty takes more each year, early help the rest."""
    spiral = under(POORER, crowding_out="residual").annual().loc[NOW:]
    floor = PARAMETERS["early_help_floor"].value
    at_floor = spiral.early_help_spend[1:] <= floor * (1 + 1e-9)
    assert ((spiral.early_help_spend.diff().dropna() < 0) | at_floor)[:"2032-33"].all()
    assert (spiral.statutory_spend.diff().dropna()[:"2029-30"] > 0).all()
    assert spiral.early_help_spend["2023-24"] < 0.5 * spiral.early_help_spend[NOW]


def test_with_early_help_without_effect_the_spiral_stops():
    """Early help pays for what poverty, homes and leavers cost, once, and no more follows."""
    poorer = ("poverty_change", "add", 4, "2020-04-01")  # with five it comes to the floor
    opened, own = (
        under(poorer, crowding_out=rule, early_help_on="off").annual().loc["2020-21":]
        for rule in ("residual", "ring-fenced")
    )
    np.testing.assert_allclose(opened.statutory_spend, own.statutory_spend, rtol=1e-9)
    spent = opened.early_help_spend + opened.statutory_spend
    np.testing.assert_allclose(spent, spent.iloc[0], rtol=0.01)
    lowest = opened.early_help_spend.min()
    assert lowest > 1.2 * PARAMETERS["early_help_floor"].value, f"£{lowest / BILLION:.2f}bn"


def test_the_spiral_raises_statutory_spending_above_that_of_a_ring_fence():
    more = change(under(POORER, crowding_out="residual"), under(POORER), "statutory_spend", LATER)
    assert 6 < more < 15, f"{more:+.1f} % by {LATER}"


def test_the_spiral_turns_downwards_where_statutory_spending_rises():
    """Policy of March 2020: homes grow dearer and more leave care, by less each year."""
    table = projected(crowding_out="residual").annual().loc[NOW:]
    early, duty = (table[n].diff().dropna() for n in ("early_help_spend", "statutory_spend"))
    assert (duty > 0).all()
    assert (early < 0).all()
    assert table.early_help_spend[LATER] > 1.2 * PARAMETERS["early_help_floor"].value
    for year, lost_by in (("2025-26", -42), (LATER, -70)):
        by = 100 * (table.early_help_spend[year] / table.early_help_spend[NOW] - 1)
        assert by == pytest.approx(lost_by, abs=4), year
    more = change(projected(crowding_out="residual"), projected(), "statutory_spend", LATER)
    assert 3 < more < 10, f"{more:+.1f} % by {LATER}"


def test_the_spiral_turns_upwards_where_statutory_spending_falls():
    """Current policy brings it down from 2027 on; once the total is level, each £1 comes back."""
    table = projected("statutory_first").annual().loc["2030-31":]
    early, duty = (table[n].diff().dropna() for n in ("early_help_spend", "statutory_spend"))
    assert (duty < 0).all()
    np.testing.assert_allclose(early, -duty, rtol=0.06)  # a quarter late, as it falls by less
    assert table.early_help_spend[LATER] > 1.04 * table.early_help_spend["2030-31"]


def lost(rule, **values):
    """Return what early help loses by 2025-26 when £0.2bn a year is taken away from 2021 on.

    Later it may be at its floor in both.
    """
    lever = "total_budget" if rule == "residual" else "early_help_budget"
    cut = under((lever, "add", -0.2 * BILLION, "2021-04-01"), crowding_out=rule, **values)
    base = under(crowding_out=rule, **values)
    year = "2025-26"
    return in_year(base, "early_help_spend", year) - in_year(cut, "early_help_spend", year)


def test_a_cut_stays_what_it_was_with_a_ring_fence_and_grows_without():
    assert lost("ring-fenced") == pytest.approx(0.2 * BILLION, rel=1e-9)
    assert lost("residual") > 1.15 * 0.2 * BILLION
    assert lost("residual", early_help_on="off") == pytest.approx(0.2 * BILLION, rel=1e-9)


# Workforce

POSTS = PARAMETERS["social_worker_posts"].value.values[-1]
FEWER = ("extra_social_workers", "set", -0.3 * POSTS, "2025-04-01")


def effect_of_fewer_posts(name, year, **values):
    return change(under(FEWER, **values), under(**values), name, year)


def test_fewer_posts_lengthen_assessments_and_raise_turnover():
    """−30 % posts: caseload +49 %, so by the assumed elasticity of a half work slows by 22 %."""
    for name, by in (("caseload", 49), ("assessment_time_felt", 22), ("turnover_rate", 22)):
        found = effect_of_fewer_posts(name, LATER)
        assert found == pytest.approx(by, abs=2), f"{name} {found:+.1f} %"
    # turnover takes more than the posts that were cut
    assert effect_of_fewer_posts("social_workers", LATER) < -31


def test_slower_assessments_are_a_queue_and_lose_no_enquiry():
    assert effect_of_fewer_posts("assessment", LATER) == pytest.approx(22, abs=2)
    assert effect_of_fewer_posts("section_47_enquiries", "2025-26") < -1
    hurried = {"caseload_outcomes_on": "off", "turnover_exit_effect": 0}
    later = effect_of_fewer_posts("section_47_enquiries", LATER, **hurried)
    assert later == pytest.approx(0, abs=0.2)


def test_with_the_workforce_loop_cut_caseload_rises_and_work_does_not_slow():
    off = {"workforce_on": "off", "caseload_outcomes_on": "off"}
    assert effect_of_fewer_posts("caseload", LATER, **off) == pytest.approx(
        100 / 0.7 - 100, abs=0.1
    )
    for name in ("assessment_time_felt", "turnover_rate", "assessment", "looked_after"):
        assert effect_of_fewer_posts(name, LATER, **off) == pytest.approx(0, abs=1e-9), name
    with_loop = effect_of_fewer_posts("caseload", LATER)
    assert with_loop > 100 / 0.7 - 100 + 3, f"the loop adds to {with_loop:.1f} %"


def test_the_workforce_loop_hardly_matters_for_the_past():
    """Held at the 18.7 cases of March 2009 for good, some 1 % more children wait in 2020."""
    off = projected(workforce_on="off")
    held = off["strain"].iloc[0] * VALUE["caseload_reference"]
    assert held == pytest.approx(18.7, abs=0.3), f"{held:.1f} cases"
    assert np.ptp(off["strain"]) == 0
    for name in OBSERVED.series:
        if name in ENGLAND.published_names() and name != "residential_children":
            assert abs(change(off, projected(), name, NOW)) < 1.5, name


# Foster homes and residential prices


def test_no_foster_home_is_missing_in_the_single_run_and_a_tenth_more_are_there_than_are_sought():
    run = projected()
    assert run["shortage"].max() == 0
    spare = (run["foster_places"] / run["foster_demand"]).loc["2020-03-31"]
    assert 1.05 < spare < 1.15, f"{spare:.2f} places for each child in March 2020"


def test_where_fewer_places_fit_teenagers_are_short_of_foster_homes_by_2018():
    run = under(**FEWER_FIT)
    share = 100 * run["foster_short_aged_10_15"] / run["foster_sought_aged_10_15"]
    assert share.loc[:"2015-03-31"].max() < 0.5, f"{share.loc[:'2015-03-31'].max():.2f} %"
    assert 1 < share.loc["2020-03-31"] < 10, f"{share.loc['2020-03-31']:.2f} % in March 2020"
    for age in ("0_9", "16_17"):
        assert run[f"foster_short_aged_{age}"].loc["2020-03-31"] == 0


def test_without_the_loop_nobody_spills_into_residential_care_and_its_price_goes_by_its_trend():
    cut = projected(placements_on="off")
    for name in ("shortage", "homes_spill", *(f"foster_spill_aged_{age}" for age in AGES)):
        assert cut[name].max() == 0, name
    price = VALUE["cost_per_residential_year"] * cut["residential_index"]
    new = cut["residential_price_new"].to_numpy()
    ends = price.to_numpy()
    assert ((ends[:-1] <= new * (1 + 1e-9)) & (new <= ends[1:] * (1 + 1e-9))).all()


def test_the_loop_explains_a_tenth_of_those_in_supported_accommodation():
    """Without it more of 16 and 17 would be in homes; the rest of the growth is practice."""
    cut = projected(placements_on="off")
    fewer = change(cut, projected(), "supported_children", NOW)
    assert -20 < fewer < -5, f"{fewer:+.1f} %"
    more = change(cut, projected(), "homes_children", NOW)
    assert 3 < more < 20, f"{more:+.1f} %"
    rise = [growth(run, "residential_price", "2014-15") for run in (projected(), cut)]
    assert rise[0] > rise[1], f"prices +{rise[0]:.1f} %, without the loop +{rise[1]:.1f} %"


def test_where_children_live_feeds_back_on_care_only_through_money():
    """Ring-fenced, the loop is open; under the residual rule what places cost acts on care.

    Without the loop, those of 16 and 17 who gave way would be in homes, which cost far more.
    """
    open_loop = change(projected(placements_on="off"), projected(), "looked_after", LATER)
    assert open_loop == pytest.approx(0, abs=1e-9)
    rule = {"crowding_out": "residual"}
    cut, run = projected(placements_on="off", **rule), projected(**rule)
    assert change(cut, run, "homes_children", NOW) > 3
    assert change(cut, run, "early_help_spend", "2024-25") < -4
    closed = change(cut, run, "looked_after", "2029-30")
    assert 0.2 < closed < 1, f"without the loop {closed:+.2f} % in care"
