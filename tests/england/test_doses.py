"""What a programme does depends on what is paid for it, up to what its full effect takes."""

import numpy as np
import pytest
from england_cases import BEGINS, PARAMETERS, VALUE, by_age, in_year, projected, under

# A lever, what is paid for each, what that takes, and a quantity that shows the effect on a day
PROGRAMMES = {
    "return_support_share": ("cost_per_return_package", "return_package_dose", "to_high_risk"),
    "kinship_support_share": (
        "cost_per_kinship_support_year", "kinship_support_dose", "breakdown_rate_now",
    ),
    "parent_help_share": ("cost_per_parent_helped", "parent_help_dose", "repeats_kept_0_9"),
    "leaver_support_share": (
        "cost_per_leaver_supported_year", "leaver_support_dose", "leavers_without_work",
    ),
    "extra_adopters": ("cost_per_adopter", "adopter_dose", "more_adopters"),
}  # fmt: skip
MUCH = {"extra_adopters": 400}


def with_paid(lever, times):
    """Return the run of a programme for all that pays a multiple of its dose for each."""
    cost, dose, _ = PROGRAMMES[lever]
    paid = (cost, "set", times * VALUE[dose], BEGINS)
    return under((lever, "set", MUCH.get(lever, 1), BEGINS), paid)


def effect(lever, times):
    name = PROGRAMMES[lever][2]
    return with_paid(lever, times)[name].iloc[-1] - projected()[name].iloc[-1]


@pytest.mark.parametrize("lever", PROGRAMMES)
def test_nothing_paid_does_nothing_and_costs_nothing(lever):
    run = with_paid(lever, 0)
    for name in ("looked_after", "care_starts", "leavers_without_work", "total_spend"):
        np.testing.assert_array_equal(run[name], projected()[name], err_msg=name)


@pytest.mark.parametrize("lever", PROGRAMMES)
def test_half_the_dose_does_half_as_much(lever):
    # what comes of fewer children in care moves caseloads, and they returns, by a trifle
    assert effect(lever, 0.5) / effect(lever, 1) == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize("lever", PROGRAMMES)
def test_more_than_the_dose_does_no_more_and_costs_more(lever):
    once, twice = with_paid(lever, 1), with_paid(lever, 2)
    np.testing.assert_array_equal(twice["looked_after"], once["looked_after"])
    spent = [in_year(run, "programme_spend", "2034-35") for run in (once, twice)]
    assert spent[1] == pytest.approx(2 * spent[0], rel=1e-9)


@pytest.mark.parametrize("lever", PROGRAMMES)
def test_at_present_as_much_is_paid_as_the_full_effect_is_taken_to_cost(lever):
    cost, dose, _ = PROGRAMMES[lever]
    assert VALUE[cost] == VALUE[dose]
    assert PARAMETERS[cost].role == "lever"
    assert not PARAMETERS[cost].prior, "a policy is no doubt about the world"
    assert PARAMETERS[dose].prior
    assert PARAMETERS[lever].cost == cost


def test_guardians_for_whom_nothing_is_paid_are_no_more():
    """Support used to save as much at £0 as at £20,000 a year."""
    free, full = with_paid("kinship_support_share", 0), with_paid("kinship_support_share", 1)
    assert in_year(free, "guardianships", "2034-35") < in_year(full, "guardianships", "2034-35")
    assert by_age(free, "orders")[-1, 0] == by_age(projected(), "orders")[-1, 0]
