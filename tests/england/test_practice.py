"""What stays of a practice when its money stops: none by default, else what a scenario says."""

import numpy as np
import pytest
from england_cases import AGES, BEGINS, ENGLAND, PARAMETERS, VALUE, in_year, projected, under

import caresim as cs
from caresim.england import England

ENDS, AFTER, LATER = "2031-03-31", "2031-32", "2034-35"
PROMPT, LATE = "reinvestment_2_6bn", "reinvestment_2_6bn_two_years_late"
SHARES = {
    "conference_share": ("conferences_held", "conferences_established", 0.75),
    "return_support_share": ("returns_supported", "returns_established", 1),
    "kinship_support_share": ("guardians_supported", "guardians_established", 1),
    "parent_help_share": ("parents_reached", "parents_established", 1),
    "edge_of_care_share": ("edge_of_care_helped", "edge_of_care_established", 1),
}
LINES = {
    "extra_under_fives": ("under_fives_capacity", "sure_start_spend"),
    "extra_family_support": ("family_support_capacity", "family_support_spend"),
    "extra_young_people": ("young_people_capacity", "young_people_spend"),
    "extra_other_early_help": ("other_early_help_capacity", "other_early_help_spend"),
}


def four_years(lever, amount):
    return (lever, "set", amount, BEGINS, 0, ENDS)


@pytest.mark.parametrize("lever", SHARES)
def test_of_a_practice_paid_for_over_four_years_what_has_become_practice_stays_in_its_share(lever):
    held, established, most = SHARES[lever]
    for lasting in (0.0, 0.4, 1.0):
        run = under(four_years(lever, 1), practice_lasting_share=lasting)
        assert run[held].loc["2030-03-31"] == pytest.approx(most), "while there is money"
        become = most * (1 - np.exp(-4 / VALUE["practice_time"]))
        remembered = become if lasting else 0  # nothing is where nothing may stay
        assert run[established].loc[ENDS] == pytest.approx(remembered, rel=1e-4)
        for day in ("2032-03-31", "2035-03-31"):
            assert run[held].loc[day] == pytest.approx(lasting * become, abs=1e-4), day


@pytest.mark.parametrize("lever", SHARES)
def test_what_stays_costs_nothing_and_what_is_paid_for_again_costs_as_before(lever):
    run = under(four_years(lever, 1), practice_lasting_share=1.0)
    assert in_year(run, "programme_spend", AFTER) == 0
    again = under(four_years(lever, 1), (lever, "set", 1, "2033-04-01"), practice_lasting_share=1.0)
    spent = in_year(again, "programme_spend", LATER)
    assert spent == pytest.approx(in_year(again, "programme_spend", "2029-30"), rel=0.25)


@pytest.mark.parametrize("lever", LINES)
def test_of_a_line_of_early_help_its_share_stays_with_families_when_money_stops(lever):
    capacity, spend = LINES[lever]
    usual = projected()[capacity].iloc[-1]
    for lasting in (0.0, 0.5, 1.0):
        run = under(four_years(lever, 2e8), until="2045-03-31", practice_lasting_share=lasting)
        assert in_year(run, spend, AFTER) == pytest.approx(in_year(projected(), spend, AFTER))
        become = 2e8 * (1 - np.exp(-4 / VALUE["practice_time"]))
        assert run[capacity].iloc[-1] - usual == pytest.approx(lasting * become, rel=0.01, abs=1e5)


def test_nothing_stays_by_default_and_runs_are_what_they_are_without():
    assert VALUE["practice_lasting_share"] == 0
    run = under(practice_lasting_share=1.0)
    for name in ENGLAND.published_names():
        np.testing.assert_array_equal(run.values(name), projected().values(name), err_msg=name)


def test_the_cuts_of_the_decade_leave_no_practice_behind():
    """Early help of record is what it was paid for: nothing of it was beyond."""
    run = under(practice_lasting_share=1.0)
    for line in ("under_fives", "family_support", "young_people", "other"):
        assert run.values(f"{line}_established").max() == 0, line
    record = PARAMETERS["early_help_of_record"].value
    assert record == PARAMETERS["early_help_budget"].value


def test_less_money_than_before_and_not_none_lets_stay_what_is_more():
    """A fifth is paid for after all: practice of 0.4 of it stays, and not both together."""
    run = under(
        ("return_support_share", "set", 1, BEGINS),
        ("return_support_share", "set", 0.2, "2031-04-01"),
        practice_lasting_share=0.4,
    )
    stays = 0.4 * run["returns_established"].iloc[-1]
    assert run["returns_supported"].iloc[-1] == pytest.approx(stays)
    assert stays == pytest.approx(0.4, abs=0.01)


# Two years later


def late_less_prompt(until="2050-03-31", **values):
    late, prompt = (projected(name, until=until, **values) for name in (LATE, PROMPT))
    return late["looked_after"] - prompt["looked_after"]


def test_with_all_practice_lasting_a_delay_of_two_years_leaves_more_in_care_on_every_31_march():
    """Early on over a thousand more; then ever fewer, as both do the same for good."""
    more = late_less_prompt(practice_lasting_share=1.0)
    assert more.min() >= -1e-6, f"{more.min():.1f} on {more.idxmin():%d %B %Y}"
    assert more.loc["2031-03-31"] > 1500
    assert 300 < more.loc["2035-03-31"] < 1000


def test_with_nothing_lasting_the_late_reform_is_fresher_from_its_third_year_on():
    """Why: what families feel of the prompt one fades first, while the late one is paid for."""
    more = late_less_prompt()
    assert more.loc["2031-03-31"] > 1200
    assert more.loc["2034-03-31"] < -500
    late, prompt = (projected(name) for name in (LATE, PROMPT))
    fresher = late["family_support_capacity"] - prompt["family_support_capacity"]
    assert fresher.loc["2032-03-31"] > 3e8


def test_three_fifths_of_it_lasting_are_enough_for_the_prompt_one_never_to_be_behind():
    assert late_less_prompt(practice_lasting_share=0.6).min() >= -1e-6
    assert -200 < late_less_prompt(practice_lasting_share=0.5).min() < -50, "half is nearly enough"
    assert late_less_prompt(practice_lasting_share=0.25).min() < -200


def test_the_shipped_reform_that_lasts_by_half_keeps_more_children_home_than_the_one_that_ends():
    half, none = projected("reinvestment_2_6bn_half_lasting"), projected(PROMPT)
    fewer = none["looked_after"] - half["looked_after"]
    assert fewer.loc["2030-03-31"] == 0, "as long as there is money both are the same"
    assert fewer.iloc[-1] > 1000
    np.testing.assert_allclose(half["early_help_spend"], none["early_help_spend"], rtol=1e-12)


# Edge of care


def test_edge_of_care_help_lowers_entries_at_10_to_17_by_its_effect_and_none_below():
    run, base = under(("edge_of_care_share", "set", 1, BEGINS)), projected()
    for age in AGES:
        expected = 1 if age == "0_9" else 1 - VALUE["edge_of_care_effect"]
        assert run[f"edge_of_care_kept_{age}"].iloc[-1] == pytest.approx(expected), age
        for route in ("support", "plans"):
            name = f"care_entries_from_{route}_{age}"
            ratio = in_year(run, name, "2027-28") / in_year(base, name, "2027-28")
            assert ratio == pytest.approx(expected, abs=0.003), name


def test_edge_of_care_help_costs_each_family_helped_of_whom_three_in_ten_would_see_an_entry():
    run = under(("edge_of_care_share", "set", 0.5, BEGINS))
    entries = sum(
        in_year(run, f"care_entries_from_{route}_{age}", LATER)
        for route in ("support", "investigation", "plans")
        for age in ("10_15", "16_17")
    )
    families = 0.5 * entries / (1 - 0.5 * VALUE["edge_of_care_effect"]) / 0.3
    assert VALUE["edge_of_care_entry_share"] == 0.3
    spent = in_year(run, "edge_of_care_spend", LATER)
    assert spent == pytest.approx(families * VALUE["cost_per_edge_of_care_family"], rel=1e-3)
    assert spent == pytest.approx(in_year(run, "programme_spend", LATER))


@pytest.mark.parametrize(("paid", "part"), [(0, 0), (5_000, 0.5), (10_000, 1), (100_000, 1)])
def test_edge_of_care_help_does_what_is_paid_for_up_to_its_dose(paid, part):
    run = under(("edge_of_care_share", "set", 1, BEGINS),
                ("cost_per_edge_of_care_family", "set", paid, BEGINS))  # fmt: skip
    fewer = 1 - run["edge_of_care_kept_10_15"].iloc[-1]
    assert fewer == pytest.approx(part * VALUE["edge_of_care_effect"], abs=1e-12)


def test_a_third_of_the_draws_of_edge_of_care_help_do_nothing_and_hardly_one_passes_18_percent():
    found = cs.draws(ENGLAND, 2000, seed=1, given="prior").columns["edge_of_care_effect"]
    assert np.mean(found == 0) == pytest.approx(0.33, abs=0.04)
    assert np.quantile(found[found > 0], 0.95) == pytest.approx(0.18, abs=0.015)


def test_edge_of_care_help_pays_only_above_anything_that_was_ever_claimed():
    found = cs.break_even(England(), "edge_of_care")
    assert found.effect.name == "edge_of_care_effect"
    assert 0.2 < found.value < 0.4, f"{found.value:.1%}, where 18 % is the most that was claimed"
