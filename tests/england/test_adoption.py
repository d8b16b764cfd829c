"""Adoption: from the decision to adopters and to the order, and how far more adopters reach."""

import numpy as np
import pytest
from england_cases import BEGINS, LEVERS, OBSERVED, VALUE, in_year, projected, under

LATER = "2034-35"


def more(number, **others):
    return under(("extra_adopters", "set", number, BEGINS), **others)


def gained(run, name="adoptions", year=LATER):
    return in_year(run, name, year) - in_year(projected(), name, year)


def test_who_is_decided_for_adoption_is_placed_or_stays_in_care_or_waits():
    run = projected()
    flows = (run.values(f"adoption_{name}") for name in ("decisions", "matches", "reversals"))
    decided, placed, reversed_ = flows
    waiting = np.diff(run.values("adoption_waiting"), axis=0)
    np.testing.assert_allclose(decided - placed - reversed_, waiting, atol=1e-6)


def test_decisions_fell_by_half_after_the_judgments_though_no_figure_of_them_is_fitted():
    """Adoption Leadership Board: 1,830 in the summer of 2013, 910 in the last quarter of 2014."""
    assert "adoption_decisions" in OBSERVED
    assert not any(row.tolerance for row in OBSERVED.series["adoption_decisions"].values())
    decided = under(every="quarter", until="2015-03-31")["adoption_decisions"]
    fall = decided.loc["2014-12-31"] / decided.loc["2013-09-30"] - 1
    assert -0.6 < fall < -0.4, f"{fall:.0%}"


def test_counts_of_three_years_are_near_though_they_fall_and_the_model_stands():
    for name, within in (("adoption_decisions", 0.2), ("adoption_waiting", 0.12)):
        points = OBSERVED.points(name)
        for year, figure in points.items():
            found = (
                in_year(projected(), name, year) if name == "adoption_decisions"
                else projected()[name].loc[f"{int(year[:4]) + 1}-03-31"]
            )  # fmt: skip
            assert found == pytest.approx(figure, rel=within), f"{name} {year}"


# The bound on what more adopters do


def test_more_adopters_add_for_good_only_the_children_lost_for_want_of_them():
    lost = in_year(projected(), "lost_for_want", LATER)
    assert 150 < lost < 240, "150 to 220 were counted"
    few, many = more(100), more(3_000)
    assert 0 < gained(few) <= 100
    assert gained(many) <= 1.1 * lost, "who waits less is adopted sooner, not more often"
    assert gained(many) > 0.5 * lost


def test_adopters_beyond_those_take_children_sooner():
    run, base = more(600), projected()
    first = gained(run, "adoption_matches", "2027-28")
    assert first > 300, "a backlog is placed at first"
    assert gained(run, "adoption_matches") < first / 2
    assert run["adoption_waiting"].iloc[-1] < 0.9 * base["adoption_waiting"].iloc[-1]
    assert run["looked_after"].iloc[-1] < base["looked_after"].iloc[-1]


def test_adopters_who_find_no_child_are_paid_all_the_same():
    spent = in_year(more(3_000), "adopter_spend", LATER)
    assert spent == pytest.approx(3_000 * VALUE["cost_per_adopter"])


def test_no_more_children_than_wait_can_be_taken():
    run = under(("extra_adopters", "set", 3_000, BEGINS),
                ("adoption_decisions_factor", "set", 0.25, BEGINS), until="2050-03-31")  # fmt: skip
    assert run["adoption_waiting"].min() > 0
    sooner = run.values("adopters_for_waiting")[-1, 0]
    assert sooner <= VALUE["adoption_ready_rate"] * run["adoption_waiting"].max()


def test_the_wait_is_shortened_by_a_fifth_at_most_as_the_reform_did():
    assert LEVERS["adoption_wait_factor"].bounds[0] == 0.8
    assert pytest.approx(0.81, abs=0.005) == 533 / 656
    quick = under(("adoption_wait_factor", "set", 0.8, BEGINS))
    ratio = quick["adoption_waiting"].iloc[-1] / projected()["adoption_waiting"].iloc[-1]
    assert 0.75 < ratio < 0.88


def test_law_acts_on_decisions_at_once_and_on_adoptions_two_years_later():
    half = under(("adoption_decisions_factor", "set", 0.5, BEGINS))
    ratio = {
        (name, year): in_year(half, name, year) / in_year(projected(), name, year)
        for name in ("adoption_decisions", "adoptions")
        for year in ("2027-28", "2029-30")
    }
    assert ratio["adoption_decisions", "2027-28"] < 0.55
    assert ratio["adoptions", "2027-28"] > 0.85
    assert ratio["adoptions", "2029-30"] < 0.7
