"""Caution: what a high-profile death does at the door, in court and in practice, and its switches.

The loop from unmet need to alarm, which is off unless a scenario turns it on, is looked at last.
"""

import numpy as np
import pytest
from england_cases import (
    ENGLAND,
    PARAMETERS,
    VALUE,
    change,
    in_year,
    projected,
    under,
)

import caresim as cs
from caresim.england import England

CALM = ("shocks", "set", 0, "2009-04-01", 0, "2050-03-31")
LATE = "2050-03-31"
QUARTER = ("shocks", "add", 4, "2027-04-01", 0, "2027-06-30")  # one shock within three months
FROZEN = (
    "alarm",
    "caution",
    "court_caution",
    "inspection",
    "threshold",
    "referrals_alarmed",
    "court_readiness",
)
LOOP_ON = ("alarm_loop_on", "set", 1, "2027-04-01")


# What is only a driver is called one


def test_caution_is_a_driver_with_a_switch_and_no_feedback():
    (driver,) = ENGLAND.drivers
    assert driver.switch == "caution_on"
    assert PARAMETERS["caution_on"].choices
    assert driver.switch not in {feedback.switch for feedback in ENGLAND.feedbacks}


# Alarm and caution on their own, against the solution on paper


def test_alarm_wears_off_and_turns_into_caution_as_on_paper():
    run = under(CALM, until=LATE)
    years = np.arange(len(run["alarm"]))
    fast, slow = 1 / VALUE["alarm_time"], 1 / VALUE["caution_time"]
    alarm = VALUE["alarm_0"] * np.exp(-fast * years)
    caution = (
        VALUE["alarm_0"] * fast / (fast - slow) * (np.exp(-slow * years) - np.exp(-fast * years))
    )
    np.testing.assert_allclose(run["alarm"], alarm, rtol=1e-4)
    np.testing.assert_allclose(run["caution"], caution, rtol=1e-4, atol=1e-9)


def test_what_november_2008_left_in_court_eases_as_on_paper():
    run = under(CALM, until=LATE)
    step, years = VALUE["court_step"], np.arange(len(run["alarm"]))
    left = step / (1 + step) * np.exp(-years / VALUE["caution_time"])
    np.testing.assert_allclose(run["court_caution"], left, rtol=1e-5)
    assert run["court_readiness"].iloc[0] == pytest.approx(1, rel=1e-12)


# Courts within three months


def test_a_high_profile_death_reaches_courts_within_three_months():
    """Published: about 30 % more applications, 20 to 45 %."""
    shocked, base = (under(*c, every="quarter") for c in ([QUARTER], []))
    quarter = list(base["alarm"].index).index(np.datetime64("2027-06-30"))
    before, after = (
        100
        * (shocked.values("care_applications")[at, 0] / base.values("care_applications")[at, 0] - 1)
        for at in (quarter - 2, quarter)  # of flows, the quarter before and the one after
    )
    assert before == 0
    assert 20 < after < 45, f"{after:+.1f} %"
    added = shocked["court_caution"].iloc[quarter] - base["court_caution"].iloc[quarter]
    assert added == pytest.approx(VALUE["court_step"], rel=0.02)


def test_the_shock_of_2013_moves_enquiries_and_not_applications():
    """Published: 0 % within three months, -10 to 10."""
    none = under(("shocks", "set", 0, "2013-04-01", 0, "2014-03-31"), every="quarter")
    base = under(every="quarter")
    at = list(base["alarm"].index).index(np.datetime64("2013-12-31"))
    more = {
        name: 100 * (base.values(name)[at, 0] / none.values(name)[at, 0] - 1)
        for name in ("care_applications", "section_47_enquiries")
    }
    assert abs(more["care_applications"]) < 10, f"{more['care_applications']:+.1f} %"
    assert more["section_47_enquiries"] > 2 * more["care_applications"]
    np.testing.assert_array_equal(base["court_caution"], none["court_caution"])


def test_a_scenario_says_how_much_of_a_shock_reaches_courts():
    half = ("court_reach", "set", 0.5, "2027-04-01")
    none = ("court_reach", "set", 0, "2027-04-01")
    base = under(every="quarter")["court_caution"]
    whole, part, without = (
        (under(QUARTER, *more, every="quarter")["court_caution"] - base).max()
        for more in ([], [half], [none])
    )
    assert part == pytest.approx(whole / 2, rel=1e-9)
    assert without == 0


def test_the_prior_of_the_step_holds_the_figures_of_the_months_after_november_2008():
    found = PARAMETERS["court_step"].prior.quantiles([0.05, 0.95])
    assert found == pytest.approx([0.2, 0.45], rel=0.02)


def test_many_shocks_are_held_at_a_limit_in_court_and_it_is_said():
    run = under(("shocks", "set", 10, "2027-04-01"))
    assert run["court_readiness"].max() == VALUE["court_readiness_most"]
    said = [notice.text for notice in run.warnings if "go to court more readily" in notice.text]
    assert len(said) == 1
    assert not [n for n in projected().warnings if "go to court more readily" in n.text]


# Applications


def test_applications_are_children_taken_into_care_by_a_fixed_ratio():
    run = projected()
    ratio = run["care_applications"] / run["taken_into_care"]
    np.testing.assert_allclose(ratio, VALUE["applications_per_child"], rtol=1e-12)
    assert str(England.variables["care_applications"].unit) == "application/year"
    assert "care_applications" in ENGLAND.published_names()


# Inspection


def test_fewer_councils_judged_inadequate_lower_enquiries_and_applications():
    still = under(("inadequate_share", "set", 0.22, "2017-04-01"))
    fell = {
        name: change(projected(), still, name, "2019-20")
        for name in ("threshold", "section_47_enquiries", "court_readiness", "care_applications")
    }
    most = -100 * VALUE["inadequate_effect"] * (0.22 - 0.13)
    assert fell["threshold"] == pytest.approx(most, abs=0.3)
    assert fell["court_readiness"] == pytest.approx(most, abs=0.3)
    assert -7 < fell["section_47_enquiries"] < -2, f"{fell['section_47_enquiries']:+.1f} %"
    assert -7 < fell["care_applications"] < -2, f"{fell['care_applications']:+.1f} %"


def test_inspection_acts_as_in_march_2009_until_2017():
    felt = projected()["inspection_effect"]
    np.testing.assert_allclose(felt.loc[:"2017-03-31"], 1, rtol=1e-12)


# The switch freezes


@pytest.mark.parametrize("day", ["2012-04-01", "2018-04-01", "2027-04-01"])
def test_turned_off_on_any_day_caution_stays_as_it_is_on_that_day(day):
    """Neither later shocks nor inspection move it, and nothing jumps."""
    off = ("caution_on", "set", 0, day)
    later = (
        ("shocks", "add", 4, "2028-04-01", 0, "2028-06-30"),
        ("inadequate_share", "set", 0.9, "2028-04-01"),
    )
    run, base = under(off, *later, every="quarter"), under(every="quarter")
    at = [str(moment.date()) for moment in base["alarm"].index].index(
        str((np.datetime64(day) - 1).astype("datetime64[D]"))
    )
    for name in FROZEN:
        np.testing.assert_array_equal(run[name].iloc[: at + 1], base[name].iloc[: at + 1])
        np.testing.assert_allclose(
            run[name].iloc[at:], base[name].iloc[at], rtol=1e-12, err_msg=name
        )


def test_off_from_the_start_it_is_as_on_31_march_2009():
    run = projected(caution_on="off")
    for name, level in {
        "alarm": VALUE["alarm_0"],
        "caution": 0,
        "threshold": 1,
        "court_readiness": 1,
        "referrals_alarmed": 1 + VALUE["alarm_0"] * VALUE["alarm_referral_effect"],
    }.items():
        np.testing.assert_allclose(run[name], level, rtol=1e-12, err_msg=name)


# More shocks never lower what they are said to raise


@pytest.mark.parametrize(
    "name", ["referrals", "section_47_enquiries", "threshold", "court_readiness", "court_route"]
)
def test_more_shocks_a_year_never_lower(name):
    runs = [under(("shocks", "set", n, "2027-04-01"), until=LATE) for n in (0, 0.5, 1, 2, 5, 10)]
    values = np.array([run.values(name)[:, 0] for run in runs])
    least = (np.diff(values, axis=0) / values[:-1]).min()
    assert least > -1e-4, f"{name} falls by {-100 * least:.3f} % with more shocks"


# The loop from unmet need to alarm

OWN = {
    "let_go",
    "unmet_need",
    "serious_cases",
    "alarming_cases",
    "empty_enquiries",
    "weariness",
}


def test_off_the_loop_changes_nothing_to_the_last_bit():
    """Whatever its numbers are."""
    other = {"serious_case_rate": 0.01, "serious_cases_unknown": 900, "alarming_share": 0.01,
             "caution_relief_rate": 1, "need_time": 3}  # fmt: skip
    base, run = projected(until=LATE), projected(until=LATE, **other)
    for name in set(base.outputs) - OWN:
        np.testing.assert_array_equal(run.values(name), base.values(name), err_msg=name)


def test_turned_on_it_begins_without_a_jump_and_turned_off_it_stays():
    run = under(LOOP_ON, ("alarm_loop_on", "set", 0, "2032-04-01"), every="quarter")
    for name in ("shocks_from_need", "caution_relief"):
        found = run[name]
        assert (found.loc[:"2027-03-31"] == 0).all(), name
        assert 0 < found.loc["2027-06-30"] < 0.35 * found.loc["2032-03-31"], name
        np.testing.assert_array_equal(found.loc["2032-03-31":], found.loc["2032-03-31"])


def test_unmet_need_rises_with_alarm_as_more_are_referred():
    more = under(("shocks", "set", 1, "2027-04-01"))
    for name in ("referrals", "let_go", "serious_cases"):
        assert change(more, projected(), name, "2029-30") > 3, name


def test_unmet_need_falls_where_more_is_investigated_as_an_enquiry_closes_no_further_case():
    """As many are found in need as without one, and some come to a plan or into care."""
    more = under(("investigation_factor", "set", 1.5, "2027-04-01"))
    for year in ("2027-28", "2029-30", "2034-35"):
        assert -3.5 < change(more, projected(), "let_go", year) < -2, year
        assert -3 < change(more, projected(), "serious_cases", year) < -0.5, year


def test_with_the_loop_caution_levels_off_where_enquiries_that_find_nothing_wear_it_down():
    run, base = (under(*on, until="2100-03-31") for on in ([LOOP_ON], []))
    years = ("2031-32", "2034-35", "2049-50", "2069-70", "2098-99")
    levels = [in_year(run, "caution", year) for year in years]
    assert levels[3] > 2 * in_year(base, "caution", "2069-70")
    assert levels[0] < levels[1] < levels[2] < levels[3], f"{levels}"
    assert levels[4] == pytest.approx(1, abs=0.05)
    assert levels[4] == pytest.approx(levels[3], rel=0.001), f"it still moves: {levels}"


def test_without_that_relief_the_loop_grows_on_to_2050():
    run = under(LOOP_ON, until=LATE, caution_relief_rate=0)
    years = ("2034-35", "2039-40", "2044-45", "2049-50")
    grown = np.diff([in_year(run, "caution", year) for year in years])
    assert (grown > 0.3).all(), f"by {grown.round(2)} in each five years"


def test_serious_cases_are_near_those_notified_in_2014_to_2016():
    for year, count in {"2014-15": 385, "2015-16": 379}.items():
        found = in_year(projected(), "serious_cases", year)
        assert found == pytest.approx(count, rel=0.1), f"{year}: {found:.0f}, notified {count}"


def test_a_scenario_of_the_library_turns_the_loop_on():
    run = cs.run(ENGLAND, "alarm_loop", from_figures=False)
    assert run["shocks_from_need"].iloc[-1] > 0.1
    assert change(run, projected("current_policy_2026"), "looked_after", "2034-35") > 3
