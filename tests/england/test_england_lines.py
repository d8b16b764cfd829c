"""Early help by line: whose money it is, what is felt of it and when, and what it does to whom."""

import numpy as np
import pytest
from england_cases import (
    AGES,
    BEGINS,
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

MILLION = 1e6
LINES = {
    "extra_under_fives": "sure_start_spend",
    "extra_family_support": "family_support_spend",
    "extra_young_people": "young_people_spend",
    "extra_other_early_help": "other_early_help_spend",
}
WITHIN = ("extra_lines_within", "set", "within", BEGINS)
LATER = "2034-35"
FELT = ("family_support_capacity", "young_people_capacity", "under_fives_capacity",
        "other_early_help_capacity", "under_fives_past", "referrals_kept_before")  # fmt: skip


def spent(run, year=LATER):
    return {line: in_year(run, line, year) for line in (*LINES.values(), "early_help_spend")}


# Money


@pytest.mark.parametrize("lever", LINES)
def test_money_of_a_line_comes_on_top_of_the_total_and_of_that_line_alone(lever):
    after, before = spent(under((lever, "add", 100 * MILLION, BEGINS))), spent(projected())
    for line in (*LINES.values(), "early_help_spend"):
        more = 100 * MILLION if line in (LINES[lever], "early_help_spend") else 0
        assert after[line] - before[line] == pytest.approx(more, abs=1), line


@pytest.mark.parametrize("lever", LINES)
def test_within_the_total_a_line_takes_from_all_by_their_shares(lever):
    after = spent(under(WITHIN, (lever, "add", 100 * MILLION, BEGINS)))
    before = spent(projected())
    total = before["early_help_spend"]
    assert after["early_help_spend"] == pytest.approx(total, rel=1e-12)
    for line in LINES.values():
        own = 100 * MILLION if line == LINES[lever] else 0
        expected = before[line] * (1 - 100 * MILLION / total) + own
        assert after[line] == pytest.approx(expected, rel=1e-9), line


def test_the_total_moves_the_lines_in_the_proportions_of_the_day():
    after = spent(under(("early_help_budget", "scale", 1.25, BEGINS)))
    for line, before in spent(projected()).items():
        assert after[line] == pytest.approx(1.25 * before, rel=1e-12), line


def test_a_line_set_by_itself_and_the_total_do_not_get_in_each_others_way():
    both = spent(under(("early_help_budget", "add", 500 * MILLION, BEGINS),
                       ("extra_young_people", "add", 100 * MILLION, BEGINS)))  # fmt: skip
    total = spent(under(("early_help_budget", "add", 500 * MILLION, BEGINS)))
    more = {line: both[line] - total[line] for line in both}
    assert more["young_people_spend"] == pytest.approx(100 * MILLION)
    assert more["sure_start_spend"] == pytest.approx(0, abs=1)


@pytest.mark.parametrize("more", [(), (WITHIN,)], ids=["added", "within"])
def test_a_line_is_never_below_nothing_and_it_is_said(more):
    run = under(*more, ("extra_young_people", "add", -3_000 * MILLION, BEGINS))
    assert in_year(run, "young_people_spend", LATER) == 0
    assert min(run.values(line).min() for line in LINES.values()) >= 0
    assert "line_below_nothing" in {notice.subject for notice in run.warnings}
    assert "line_below_nothing" not in {notice.subject for notice in projected().warnings}


def test_with_a_given_total_a_line_comes_on_top_or_from_the_others():
    """Exactly where help has no effect; what it saves is early help's only a quarter later."""
    line = ("extra_family_support", "add", 100 * MILLION, "2021-04-01")
    within = ("extra_lines_within", "set", "within", "2021-04-01")

    def more(*changes, **values):
        runs = (under(*changes, crowding_out="residual", **values),
                under(crowding_out="residual", **values))  # fmt: skip
        after, before = (in_year(run, "total_spend", "2021-22") for run in runs)
        return (after - before) / MILLION

    assert more(line, early_help_on="off") == pytest.approx(100, rel=1e-6)
    assert more(line, within, early_help_on="off") == pytest.approx(0, abs=1e-6)
    assert 94 < more(line) < 100
    assert -6 < more(line, within) < 0


# What is felt


@pytest.mark.parametrize("begins", ["2012-10-01", "2019-04-01", "2029-07-01"])
def test_the_switch_keeps_what_is_felt_as_it_is_on_that_day(begins):
    """Turned on any day it moves nothing at once, and afterwards nothing is felt of money."""
    more = ("early_help_budget", "add", 500 * MILLION, "2026-04-01")
    off = under(more, ("early_help_on", "set", "off", begins), every="quarter")
    on = under(more, every="quarter")
    before = on[FELT[0]].index < begins
    for name in FELT:
        np.testing.assert_allclose(off[name][before], on[name][before], rtol=1e-12)
        after = off[name][~before]
        np.testing.assert_array_equal(after, after.iloc[-1], err_msg=name)
        last = on[name][before].iloc[-1]
        assert after.iloc[0] == pytest.approx(last, rel=0.1), f"{name} jumps"


def test_in_2010_11_each_line_is_felt_as_one_times_take_up():
    run, day = projected(), "2011-03-31"
    taken = run["take_up"].loc[day]
    assert taken == pytest.approx(1, abs=2e-3)
    for line in ("family_support", "young_people", "under_fives", "early_help"):
        assert run[f"{line}_level"].loc[day] == pytest.approx(taken, abs=1e-5), line


@pytest.mark.parametrize("line", ["family_support", "young_people", "under_fives", "early_help"])
def test_what_is_felt_is_held_between_a_tenth_and_three_times_that_of_2010_11(line):
    none = [("early_help_budget", "set", 0, BEGINS)]
    much = [("early_help_budget", "set", 20_000 * MILLION, BEGINS)]
    much += [(f"extra_{one}", "add", 5_000 * MILLION, BEGINS)
             for one in ("under_fives", "young_people")]  # fmt: skip
    for changes, end in ((none, "early_help_least"), (much, "early_help_most")):
        run = under(*changes, until="2045-03-31")
        level = run[f"{line}_level"]
        assert level.iloc[-1] == VALUE[end], line
        assert level.between(VALUE["early_help_least"], VALUE["early_help_most"]).all(), line
    assert (VALUE["early_help_least"], VALUE["early_help_most"]) == (0.1, 3)


def test_what_is_felt_at_the_door_is_money_of_all_lines_or_of_family_support_alone():
    alone = England(other_lines_at_door=0.0, trust_on="off")
    base = cs.run(alone)
    for lever, moves in (("extra_young_people", False), ("extra_family_support", True)):
        run = cs.run(alone, cs.Scenario("A line", changes=[
            cs.Change(lever, "add", 200 * MILLION, BEGINS)]))  # fmt: skip
        moved = abs(change(run, base, "new_referrals", LATER)) > 1e-6
        assert moved == moves, lever


# What it does, straight on entries: with trust left out, as whoever is helped anywhere is not
# investigated, which restores some take-up of all lines


def entries(run, age, year=LATER):
    return in_year(run, f"entries_helped_{age}", year)


def helped(lever):
    """Return the logarithm of what a line's money does to entries at each age."""
    run = under((lever, "add", 200 * MILLION, BEGINS), trust_on="off")
    return {age: np.log(entries(run, age) / entries(projected(trust_on="off"), age))
            for age in AGES}  # fmt: skip


REACHED = {
    "extra_family_support": AGES,
    "extra_young_people": ("10_15", "16_17"),
    "extra_under_fives": ("0_9",),
    "extra_other_early_help": (),
}


@pytest.mark.parametrize("lever", REACHED)
def test_a_line_acts_straight_on_entries_at_its_ages_alone(lever):
    moved = {age for age, by in helped(lever).items() if abs(by) > 1e-9}
    assert moved == set(REACHED[lever])


def test_services_for_young_people_do_half_as_much_at_10_15():
    by = helped("extra_young_people")
    assert by["10_15"] / by["16_17"] == pytest.approx(VALUE["young_people_reach_10_15"], rel=1e-3)


def test_more_for_under_fives_finds_more_children_first_and_takes_fewer_in_later():
    """The effect years on is a third likely to be none, so that here it is set to be larger."""
    strong = England(under_fives_entry_elasticity=0.1)
    plan = cs.Scenario("More", changes=[
        cs.Change("extra_under_fives", "add", 300 * MILLION, BEGINS)])  # fmt: skip
    run, base = (cs.run(strong, one, until="2045-03-31") for one in (plan, None))
    change_of = [
        entries(run, "0_9", y) / entries(base, "0_9", y) - 1 for y in ("2028-29", "2044-45")
    ]
    assert change_of[0] > 0 > change_of[1]


# How likely an averted referral was to end in care


def lasting(care_yield):
    """Return by how many % a lasting rise of early help lowers referrals and entries for each."""
    model = England(averted_care_yield=care_yield, family_support_entry_elasticity=0.0,
                    young_people_entry_elasticity=0.0, under_fives_entry_elasticity=0.0,
                    under_fives_detection_effect=0.0,
                    early_help_escalation_elasticity=0.0)  # fmt: skip
    plan = cs.Scenario("More", changes=[cs.Change("early_help_budget", "scale", 1.5, BEGINS)])
    run, base = (cs.run(model, one, until="2045-03-31") for one in (plan, None))
    names = ("new_referrals", "care_entries_from_support_0_9")
    return [in_year(run, n, "2044-45") / in_year(base, n, "2044-45") - 1 for n in names]


def test_entries_fall_by_the_yield_of_the_referrals_that_are_averted():
    """Where those averted were as likely as any, entries fall with referrals; at 0 not at all."""
    for care_yield in (0.0, 0.6, 1.0):
        fewer, entered = lasting(care_yield)
        assert fewer < -0.02
        assert entered == pytest.approx(care_yield * fewer, abs=0.006), care_yield


def test_the_yield_never_makes_entries_negative():
    run = cs.run(England(averted_care_yield=3.0), cs.Scenario("Much", changes=[
        cs.Change("early_help_budget", "set", 20e9, BEGINS)]))  # fmt: skip
    assert run.values("care_yield_kept").min() >= 0
    assert all(run.values(f"care_starts_aged_{age}").min() >= 0 for age in AGES)


# What people are told


def test_a_lever_for_young_people_shows_the_trials_that_found_nothing_beside_its_answer():
    run = cs.run(ENGLAND, "more_for_young_people", until="2030-03-31")
    (told,) = [n.text for n in run.warnings if n.subject == "extra_young_people"]
    for trial in (
        "multisystemic therapy",
        "functional family therapy",
        "social workers in schools",
    ):
        assert trial in told
    assert "no trial's" in told


def test_no_number_of_early_help_cites_a_study_that_is_kept():
    kept = ("Institute for Fiscal Studies", "Westlake", "Fonagy")
    for name, entry in PARAMETERS.items():
        if name.startswith(
            ("early_help", "family_support", "young_people", "under_fives", "averted")
        ):
            assert not [study for study in kept if study in entry.source + entry.note], name
