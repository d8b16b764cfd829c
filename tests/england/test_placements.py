"""Where children are: one place each, by age, and who goes where when foster homes run short."""

import numpy as np
import pytest
from england_cases import AGES, OBSERVED, VALUE, by_age, projected, under, with_numbers

import caresim as cs
from caresim.england import England

YOUNG, MIDDLE, OLD = AGES
# homes run short for all ages: fewer places fit a child, and a fifth as many enquire
FEW_CARERS = {"foster_matched_share": 0.5, "foster_application_factor": 0.2}
END = "2020-03-31"
KINDS = (
    "children_with_parents", "adoption_placed", "living_independently", "foster_children",
    "homes_children", "semi_independent_children",
)  # fmt: skip
WITHIN = {  # the figures that are shown and not fitted, and how far off their levels may be
    "semi_independent_children": 0.12, "homes_children": 0.03, "secure_children": 0.2,
}  # fmt: skip


def at_end(run, name):
    return run[name].loc[END]


def all_kinds(run):
    """Return the children in each kind of place, added up."""
    aged = by_age(run, "other_residential_aged") + by_age(run, "elsewhere_aged")
    return sum(run.values(name) for name in KINDS) + aged


def short():
    """Return the run in which few carers are found and half of their places fit a child."""
    return projected(until=END, **FEW_CARERS)


# One place each


@pytest.mark.parametrize(
    "values",
    [
        {},
        FEW_CARERS,
        {"step_down_share": 1.0, "foster_application_factor": 3.0},
        {"kinship_share_change": 0.3},
        {"extra_homes_places": 5_000.0},
        # every share at its upper bound
        {"family_share": 0.3, "supported_share": 0.6, "asylum_supported_share": 0.95,
         "semi_independent_rise": 0.6, "elsewhere_share": 0.05,
         **{f"homes_share_{age}": 0.5 for age in AGES},
         **{f"other_residential_share_{age}": 0.1 for age in AGES}},
    ],
    ids=["as it is", "few carers", "step down", "relatives", "homes built", "shares at their most"],
)  # fmt: skip
def test_the_kinds_of_place_add_up_to_all_in_care_and_none_is_below_zero(values):
    run = projected(**values)
    np.testing.assert_allclose(all_kinds(run), run.values("looked_after"), rtol=1e-12)
    for name in (*KINDS, *(f"foster_wanted_{age}" for age in AGES), "foster_demand"):
        assert run.values(name).min() >= -1e-9, name


def test_at_each_age_a_child_is_sought_a_place_of_one_kind():
    run = projected()
    others = ("homes_usual_aged", "foster_wanted", "other_residential_aged", "elsewhere_aged")
    left = [
        run.values(f"looked_after_aged_{age}") - sum(run.values(f"{n}_{age}") for n in others)
        for age in AGES
    ]
    assert min(part.min() for part in left) > 0, "with parents, adopters or from 16 supported"
    families = run.values("children_with_parents") + run.values("adoption_placed")
    supported = run.values("supported_usual") + run.values("semi_independent_more")
    np.testing.assert_allclose(sum(left), families + supported, rtol=1e-9)


@pytest.mark.parametrize("name", WITHIN)
def test_levels_that_are_not_fitted_are_near_their_figures(name):
    points = OBSERVED.points(name)
    run = projected()
    apart = {
        year: run[name].loc[f"20{year[-2:]}-03-31"] / figure - 1 for year, figure in points.items()
    }
    assert len(apart) == 3
    assert max(map(abs, apart.values())) < WITHIN[name], apart


def test_fewer_than_six_hundred_under_ten_live_in_homes_and_the_like_in_any_year():
    """A check of sense, as it is and where a tenth fewer foster places fit."""
    for run in (projected(), projected(foster_matched_share=0.72)):
        under_ten = run.values("homes_sought_aged_0_9") + run.values("other_residential_aged_0_9")
        assert under_ten.max() < 600, f"{under_ten.max():.0f} children"


# A shortage of foster homes


def test_a_shortage_sends_teenagers_and_hardly_any_young_child_elsewhere():
    run = short()
    missing = [at_end(run, f"foster_short_aged_{age}") for age in AGES]
    gone = [at_end(run, f"foster_spill_aged_{age}") for age in AGES]
    assert min(missing) > 500, missing
    young, middle, old = (part / whole for part, whole in zip(gone, missing, strict=True))
    assert young < 0.7 < middle <= old


def test_while_carers_can_be_squeezed_the_shares_that_go_elsewhere_are_those_given():
    run = projected(until=END, foster_matched_share=0.6)
    for age in AGES:
        missing = at_end(run, f"foster_short_aged_{age}")
        assert missing > 1, age
        gone = at_end(run, f"foster_spill_aged_{age}") / missing
        assert gone == pytest.approx(VALUE[f"foster_spill_share_{age}"], rel=1e-9), age


def test_no_more_are_squeezed_in_than_carers_have_room_for():
    run = short()
    most = run.values("foster_places") * VALUE["foster_squeeze_most"]
    squeezed = by_age(run, "foster_squeezed_aged")
    assert (squeezed <= most * (1 + 1e-12)).all()
    assert squeezed[-1, 0] == pytest.approx(most[-1, 0], rel=1e-9), (
        "so few carers that not all can be squeezed in"
    )
    assert at_end(run, f"foster_squeezed_aged_{OLD}") == 0, "the youngest come first"


@pytest.mark.slow
def test_a_young_child_kept_out_of_care_frees_no_home_and_a_teenager_does():
    """For each child fewer in care at an age, under a shortage for all ages, within two years."""
    scarce = {"foster_loss_rate": 0.3, "foster_squeeze_most": 1.0}
    usual = with_numbers(2022, **scarce)
    freed = {}
    for age in (YOUNG, MIDDLE):
        run = with_numbers(2022, **scarce, **{f"support_entry_rate_{age}": 0})
        name = f"looked_after_aged_{age}"
        kept = (usual.values(name) - run.values(name))[-1, 0]
        assert kept > 300, age
        freed[age] = (usual.values("homes_sought") - run.values("homes_sought"))[-1, 0] / kept
    assert usual.values(f"unmet_{YOUNG}")[-1, 0] > 0.01, "no shortage at this age"
    assert freed[YOUNG] < 0.1, freed
    assert freed[MIDDLE] > 3 * freed[YOUNG], freed


# Relatives


def test_more_children_with_relatives_are_fewer_for_whom_others_are_sought():
    run, usual = under(("kinship_share_change", "set", 0.05, "2027-04-01")), projected()
    now = "2030-03-31"
    wanted = sum(usual[f"foster_wanted_{age}"].loc[now] for age in AGES)
    more = run["kinship_foster_children"].loc[now] - usual["kinship_foster_children"].loc[now]
    assert more == pytest.approx(0.05 * wanted, rel=1e-9)
    fewer = usual["foster_demand"].loc[now] - run["foster_demand"].loc[now]
    assert fewer == pytest.approx(more, rel=1e-9)


# From homes to families

SOUGHT = ("step_down_share", "set", 0.2, "2027-04-01")
CARERS = ("foster_application_factor", "set", 3.0, "2022-04-01")
PAID = "cost_per_step_down_year"
SEEN = "2034-03-31"


def stepped(*changes, **values):
    return under(*changes, **values)["step_down_children"].loc[SEEN]


def test_nobody_steps_down_unless_a_family_is_sought():
    assert projected()["step_down_children"].abs().max() == 0


def test_with_carers_enough_as_many_step_down_as_are_sought_for_and_stay():
    run = under(SOUGHT, CARERS)
    homes = sum(run[f"homes_usual_aged_{age}"].loc[SEEN] for age in AGES)
    expected = 0.2 * VALUE["step_down_effect"] * homes
    assert run["step_down_children"].loc[SEEN] == pytest.approx(expected, rel=1e-9)
    usual = under(CARERS)
    for name, sign in (("homes_children", -1), ("foster_children", 1), ("foster_demand", 1)):
        moved = run[name].loc[SEEN] - usual[name].loc[SEEN]
        assert moved == pytest.approx(sign * expected, rel=1e-6), name


def test_without_free_foster_places_nobody_steps_down():
    assert stepped(SOUGHT, **FEW_CARERS) == 0


def test_more_foster_places_let_more_step_down():
    all_of_them = ("step_down_share", "set", 1, "2027-04-01")
    few, many = stepped(all_of_them), stepped(all_of_them, CARERS)
    assert many > few + 300, f"{few:.0f} and {many:.0f} children"


@pytest.mark.parametrize("part", [0, 0.5, 1, 2])
def test_step_down_does_what_is_paid_for_up_to_the_dose(part):
    paid = (PAID, "set", part * VALUE["step_down_dose"], "2027-04-01")
    expected = min(part, 1) * stepped(SOUGHT, CARERS)
    assert stepped(SOUGHT, CARERS, paid) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_the_share_who_must_stay_for_step_down_to_pay_can_be_asked():
    """At £26,000 a year and no campaign each child who stays saves money from the first year."""
    plan = cs.Scenario("Step down", changes=[cs.Change(*SOUGHT)])
    spent = [
        cs.run(England(step_down_effect=stay), plan)["total_spend"].loc["2034-03-31"]
        for stay in (0.01, 0.3, 0.6)
    ]
    assert spent[0] > spent[1] > spent[2]


# Nothing happens without a shortage


def test_with_carers_for_all_nobody_is_without_a_foster_home():
    run = projected(foster_application_factor=2.0)
    last = slice("2014-03-31", None)
    assert run["shortage"].loc[last].max() < 1e-6
    for age in AGES:
        assert run[f"foster_squeezed_aged_{age}"].loc[last].max() < 1e-6, age
