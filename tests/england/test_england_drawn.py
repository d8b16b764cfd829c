"""Every number that could be otherwise is drawn, and no draw breaks the model."""

from functools import cache

import numpy as np
import pytest
from england_cases import AGES, ENGLAND, OBSERVED, PARAMETERS, assert_sound, by_age

import caresim as cs
from caresim.england import England

DRAWS = 2_000
UNDATED = [name for name, entry in PARAMETERS.items() if not entry.is_dated]
TAKEN = [n for n in UNDATED if PARAMETERS[n].prior and PARAMETERS[n].role != "estimated"]
EXACT = [name for name in UNDATED if PARAMETERS[name].exact]


@cache
def drawn():
    """Return 2,000 draws of everything from the priors."""
    return cs.draws(ENGLAND, DRAWS, seed=1, given="prior")


@cache
def drawn_run():
    """Return the projection of these draws, with every quantity."""
    return cs.run(ENGLAND, draws=drawn(), outputs=list(England.variables), until="2035-03-31")


def column(name):
    return drawn().columns[name]


def nine_in_ten(values):
    return np.quantile(values, [0.05, 0.95])


@pytest.mark.parametrize("name", UNDATED)
def test_a_number_is_drawn_or_a_lever_or_says_why_it_is_exact(name):
    entry = PARAMETERS[name]
    assert entry.prior or entry.role == "lever" or entry.exact, (
        f"'{name}' = {entry.value:g} {entry.unit} is one number in every draw: give it a 'prior' "
        "with a width and its reason in 'note', or, if nothing about it is uncertain, "
        "exact = 'definition' or 'limit'"
    )


@pytest.mark.parametrize("name", [name for name in UNDATED if PARAMETERS[name].role == "lever"])
def test_a_lever_is_chosen_and_not_drawn(name):
    assert PARAMETERS[name].prior is None, f"'{name}' is a choice: take its prior out"


@pytest.mark.parametrize("name", TAKEN)
def test_a_number_taken_from_elsewhere_is_the_centre_of_its_prior_and_says_its_width(name):
    entry = PARAMETERS[name]
    centre = entry.prior.first if entry.prior.kind == "beta" else entry.prior.middle
    assert centre == pytest.approx(entry.value), "the draws are about another number"
    said = f"{entry.source} {entry.note}".lower()
    assert "width" in said or "range" in said, f"say in the note of '{name}' how wide, and why"


def test_there_are_numbers_to_look_at():
    assert len(TAKEN) > 80
    assert {PARAMETERS[name].exact for name in EXACT} == {"definition", "limit"}
    assert 4 * len(EXACT) <= len(TAKEN), "what is exact is an exception"


# 2,000 runs, in each of which every number is drawn


def test_every_draw_keeps_its_children_and_has_none_below_zero():
    assert drawn_run().n_runs == DRAWS
    assert_sound(drawn_run())


def test_no_draw_needs_a_finer_step_than_the_model_takes():
    fast = [str(n) for n in drawn_run().warnings if "too fast" in str(n) or "halved" in str(n)]
    assert not fast, "bound the time from below:\n" + "\n".join(fast)


def test_every_draw_has_each_child_in_care_in_one_place():
    run = drawn_run()
    kinds = ("foster_children", "residential_children", "other_placements")
    placed = sum(run.values(name) for name in kinds)
    np.testing.assert_allclose(placed, run.values("looked_after"), rtol=1e-12)
    assert min(run.values(name).min() for name in kinds) > 0


@pytest.mark.parametrize("name", ["protective", "uncounted", "asylum", "breakdown"])
def test_the_ages_of_a_route_add_up_to_one_in_every_draw(name):
    parts = sum(column(f"{name}_age_share_{age}") for age in AGES)
    assert np.ptp(parts) > 0.01, "the shares are drawn each on its own"
    np.testing.assert_allclose(by_age(drawn_run(), f"{name}_ages"), 1, rtol=1e-12)


def test_what_is_divided_by_age_is_all_there_in_every_draw():
    run = drawn_run()
    entries = by_age(run, "uncounted_entries")
    all_ages = np.broadcast_to(column("uncounted_care_entries"), entries.shape)
    np.testing.assert_allclose(entries, all_ages, rtol=1e-12)
    in_care = by_age(run, "care_new") + by_age(run, "care_settled") + run.values("asylum_care")
    in_care += run.values("adoption_waiting") + run.values("adoption_placed")
    np.testing.assert_allclose(run.values("looked_after"), in_care, rtol=1e-12)


def test_the_first_phase_never_starts_with_more_children_than_are_in_care():
    """At these ends of their bounds the entries of a year would be more than all in care."""
    slow = {f"early_return_rate_{age}": 0.05 for age in AGES} | {"care_new_time": 2.0}
    many = {"first_care_starts_0_9": 25_000.0}
    run = cs.run(England(**slow, **many), outputs=list(England.variables), until="2012-03-31")
    assert run.values("care_settled_0_9")[0, 0] == 0
    assert run.values("care_new_0_9")[0, 0] == PARAMETERS["looked_after_0_0_9"].value
    assert_sound(run)


# Numbers that were set together still meet what they were set to


def test_children_in_care_at_the_start_are_within_one_percent_of_the_published_number():
    start = drawn_run().values("looked_after")[0]
    published = OBSERVED["looked_after"]["2008-09"]
    assert nine_in_ten(start) == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(
    ("years", "published", "points"), [(0.25, 12, 2), (1, 20, 2.5), (5.5, 30, 4)]
)
def test_the_drawn_return_to_care_is_near_the_published_curve(years, published, points):
    """The two groups that return, with those who are past it and who leave the age group."""
    leaving = column("low_risk_reentry_rate") + column("settling_rate") + 0.13  # at middle ages
    slow = column("low_risk_reentry_rate") / leaving * (1 - np.exp(-leaving * years))
    fast = 1 - np.exp(-column("high_risk_reentry_rate") * years)
    share = column("high_risk_share")
    low, high = nine_in_ten(100 * (share * fast + (1 - share) * slow))
    assert published - points < low < published < high < published + points


def test_the_drawn_shares_of_homes_and_other_residential_care_are_about_the_published_ones():
    """Of children on 31 March 2020 who came from homes here and are not with family."""
    left = 1 - PARAMETERS["family_share"].value
    asylum = OBSERVED["asylum_seeking_children"]["2019-20"]
    weights = {
        age: left
        * (
            OBSERVED[f"looked_after_aged_{age}"]["2019-20"]
            - asylum * PARAMETERS[f"asylum_age_share_{age}"].value
        )
        for age in AGES
    }
    for name, low, published, high in (
        ("homes_share", 7_000, OBSERVED["homes_children"]["2019-20"] / 0.9, 9_000),
        ("other_residential_share", 700, 1_030, 1_400),
    ):
        parts = [weights[age] * column(f"{name}_{age}") for age in AGES]
        ends = nine_in_ten(sum(parts))
        assert low < ends[0] < published < ends[1] < high, f"{name}: {ends}"


def test_the_drawn_ends_of_plans_are_near_the_published_lengths():
    """Where the usual length is what leaves the mean of all plans, which is fitted, as it is."""
    few, children = 200, 20_000
    early, early_time, extended, extended_time = (
        column(f"plan_{name}")[:few]
        for name in ("early_share", "early_time", "extended_share", "extended_time")
    )
    value = {name: PARAMETERS[name].value for name in UNDATED}
    mean = value["plan_extended_share"] * value["plan_extended_time"]
    usual = value["plan_long_time_start"] * value["plan_long_end"] + mean - extended * extended_time
    rng = np.random.default_rng(1)
    shape = (children, few)
    times = usual * rng.gamma(6, 1 / 6, shape)
    times += (rng.random(shape) < extended) * rng.exponential(extended_time, shape)
    times = np.where(rng.random(shape) < early, rng.exponential(early_time, shape), times)
    for first, last, published, points in (
        (0, 0.25, 18.7, 1.7),
        (0.5, 1, 42.3, 2),
        (2, 99, 3.6, 1),
    ):
        ends = nine_in_ten(100 * ((times >= first) & (times < last)).mean(axis=0))
        assert ends == pytest.approx(published, abs=points), f"{first} to {last} years"
