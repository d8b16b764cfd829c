"""History: how near the shipped parameters come to the official figures, 2009-10 to 2019-20."""

import numpy as np
import pytest
from england_cases import ENGLAND, OBSERVED, PARAMETERS, in_year, projected

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2020)]
BILLION = 1e9

# Mean absolute percentage error that the model may have, and from when on
LIMITS = {
    "looked_after": (0.8, "2009-10"),
    "protection_plans": (2, "2009-10"),
    "children_in_need": (2, "2009-10"),
    # the first census counted few enquiries: +27 % in one year to 2010-11
    "section_47_enquiries": (3, "2010-11"),
    "referrals": (3, "2009-10"),
    "protection_plan_starts": (2.5, "2009-10"),
    "protection_plan_ends": (2.5, "2009-10"),
    # fewer conferences were counted in the first census than plans started
    "child_protection_conferences": (5, "2010-11"),
    "enquiries_without_conference": (5, "2010-11"),
    "protection_plans_aged_10_15": (4, "2009-10"),
    "protection_plans_aged_16_17": (8, "2009-10"),
    "referrals_closed_at_door": (10, "2011-12"),
    "referrals_not_in_need": (5, "2011-12"),
    "care_starts": (2, "2009-10"),
    "care_ceases": (2.5, "2009-10"),
    "returns_home": (4, "2009-10"),
    "looked_after_aged_16_17": (3, "2009-10"),
    "statutory_spend": (3, "2009-10"),
    "looked_after_spend": (3, "2009-10"),
    "safeguarding_spend": (3, "2009-10"),
    "youth_justice_spend": (3, "2009-10"),
    "early_help_spend": (3, "2010-11"),
    "sure_start_spend": (3, "2010-11"),
    "family_support_spend": (3, "2010-11"),
    "young_people_spend": (3, "2010-11"),
    "other_early_help_spend": (3, "2010-11"),
    "total_spend": (3, "2010-11"),
}
# Changes over the decade in %, as they were published, and how many points the model may be off
CHANGES = {
    "referrals": (7, 4),
    "children_in_need": (4, 4),
    "protection_plans": (32, 5),
    "looked_after": (24, 2),
    "looked_after_aged_16_17": (38, 4),
}


def errors_of(name, first="2009-10"):
    """Return the error of one series in %, by year."""
    published = OBSERVED[name].loc[first:]
    model = [in_year(projected(), name, year) for year in published.index]
    return 100 * (np.array(model) / published - 1)


def missed(reason):
    """Mark what the fit misses, until it is met (docs/known_issues.md)."""
    return pytest.mark.xfail(strict=True, reason=reason)


def with_missed(names, **reasons):
    return [pytest.param(n, marks=missed(reasons[n])) if n in reasons else n for n in names]


MISSED_LIMITS = {"protection_plans": "plans weigh less than their tolerance: 2.04 % off, not 2"}
MISSED_CHANGES = {"children_in_need": "0.8 % low in 2009-10 and 3.9 % high in 2019-20: +8.5 %"}


@pytest.mark.parametrize("name", with_missed(LIMITS, **MISSED_LIMITS))
def test_the_model_meets_each_series_within_its_limit(name):
    limit, first = LIMITS[name]
    errors = errors_of(name, first)
    mean = errors.abs().mean()
    assert mean <= limit, (
        f"{name} is off by {mean:.2f} % on average, more than {limit} %; worst "
        f"{errors.abs().max():.1f} % in {errors.abs().idxmax()}\n{errors.round(1).to_string()}"
    )


@pytest.mark.parametrize("name", with_missed(CHANGES, **MISSED_CHANGES))
def test_the_model_meets_each_change_over_the_decade(name):
    published, points = CHANGES[name]
    change = 100 * (in_year(projected(), name, "2019-20") / in_year(projected(), name, "2009-10"))
    assert change - 100 == pytest.approx(published, abs=points), f"{name}: {change - 100:+.1f} %"


@pytest.mark.parametrize("name", ["looked_after", "protection_plans", "statutory_spend"])
def test_a_series_is_not_high_in_all_years_or_low_in_all(name):
    errors = errors_of(name)
    assert errors.min() < 0 < errors.max(), f"one-sided:\n{errors.round(2).to_string()}"


@pytest.mark.parametrize("name", ["looked_after", "protection_plans", "asylum_seeking_children"])
def test_the_start_is_the_published_start(name):
    # the three ages that care is divided into are rounded to ten
    assert projected()[name].iloc[0] == pytest.approx(OBSERVED[name]["2008-09"], abs=5)


# What shows the mechanisms


def test_repeat_plans_rise_from_13_to_22_in_a_hundred():
    run = projected()
    for year, published in (("2009-10", 13.0), ("2019-20", 21.9)):
        starts = in_year(run, "protection_plan_starts", year)
        share = 100 * in_year(run, "repeat_plans", year) / starts
        assert share == pytest.approx(published, abs=1.5), f"{year}: {share:.1f} %"


def test_a_quarter_of_referrals_follow_another_and_somewhat_fewer_at_the_end():
    run = projected()
    for year, published in (("2010-11", 25.6), ("2019-20", 22.6)):
        share = 100 * in_year(run, "rereferrals", year) / in_year(run, "referrals", year)
        assert share == pytest.approx(published, abs=1.5), f"{year}: {share:.1f} %"


@missed("2.1 % too few enquiries and 2.3 % too many plan starts in 2019-20 leave 128,900")
def test_enquiries_with_no_plan_come_to_135_000():
    found = in_year(projected(), "enquiries_without_plan", "2019-20")
    assert found == pytest.approx(134_620, rel=0.03), f"{found:,.0f}"


def test_enquiries_more_than_double_while_fewer_of_them_lead_to_a_plan():
    run = projected()
    enquiries = {year: in_year(run, "section_47_enquiries", year) for year in YEARS}
    growth = enquiries["2019-20"] / enquiries["2009-10"]
    assert 1.9 < growth < 2.4, f"enquiries grew by a factor of {growth:.2f}"
    for year, published in (("2010-11", 0.437), ("2019-20", 0.330)):
        share = in_year(run, "protection_plan_starts", year) / enquiries[year]
        assert share == pytest.approx(published, abs=0.03), f"{year}: {share:.3f}"


def test_about_as_many_cases_leave_the_count_unrecorded_as_between_two_censuses():
    # opening + started − ended − closing of children in need, 2010-11 to 2019-20 (SOURCES.md)
    exits = projected().yearly("unrecorded_exits")[1:11, 0]
    assert exits.min() > 27_500
    assert exits.max() < 51_300


def test_caseload_and_social_workers_are_near_the_published_ones():
    for name in ("caseload", "social_workers"):
        errors = errors_of(name)
        assert errors.abs().max() < 7, f"{name}:\n{errors.round(1).to_string()}"


# Spending under the residual rule

SPLIT = [y for y in YEARS if y >= "2012-13"]


@pytest.mark.parametrize("year", SPLIT)
@pytest.mark.parametrize("name", ["statutory_spend", "early_help_spend"])
def test_a_residual_budget_gives_the_published_split_of_spending(name, year):
    """Only the total is given: what early help gets is what statutory duty leaves."""
    spent = in_year(projected(crowding_out="residual"), name, year) / BILLION
    published = OBSERVED[name][year] / BILLION
    assert spent == pytest.approx(published, rel=0.03), f"£{spent:.2f}bn against £{published:.2f}bn"


def test_a_residual_budget_spends_the_published_total_and_no_more():
    """But for the quarter that early help takes to give way, and straight lines between years.

    The last line is level from the middle of 2019-20 on, an eighth of its rise below the mean.
    """
    spent = projected(crowding_out="residual").annual().total_spend
    published, statutory = OBSERVED["total_spend"], OBSERVED["statutory_spend"]
    before, last = "2018-19", "2019-20"
    np.testing.assert_allclose(spent[published.index][:before], published[:before], rtol=0.005)
    allowed = published[last] - (statutory[last] - statutory[before]) / 8
    assert spent[last] == pytest.approx(allowed, rel=0.002)


def test_ring_fenced_early_help_spends_exactly_the_published_amounts():
    spent = projected().annual().early_help_spend
    published = OBSERVED["early_help_spend"]
    assert list(published.index) == YEARS[1:]
    np.testing.assert_allclose(spent.loc[published.index], published, rtol=1e-12)


# Freedom


def test_there_are_four_figures_and_more_for_each_fitted_number():
    figures = sum(1 for row in OBSERVED.observations if row.tolerance)
    fitted = len(PARAMETERS.estimated())
    assert 4 * fitted < figures, f"{fitted} numbers to {figures} figures"


# what hardly moved, or falls while nothing in the model makes it fall: its level is met, within %;
# recruitment stands still there while no foster home is missing
LEVELS = {
    "foster_enquiries": 8, "foster_approvals": 5, "foster_households": 5,
    "foster_places_vacant": 9, "foster_price": 2, "kinship_carers": 9,
}  # fmt: skip


def test_every_fitted_series_is_met_better_than_by_its_own_mean():
    for name, points in OBSERVED.series.items():
        used = [year for year in YEARS if year in points and points[year].tolerance]
        if len(used) < 4 or name not in ENGLAND.variables:
            continue
        data = np.array([points[year].value for year in used])
        model = np.array([in_year(projected(), name, year) for year in used])
        if name in LEVELS:
            missed = 100 * np.abs(model / data - 1).mean()
            assert missed < LEVELS[name], f"{name}: {missed:.1f} % off"
            continue
        unexplained = ((model - data) ** 2).sum() / ((data - data.mean()) ** 2).sum()
        assert unexplained < 1, f"{name}: {unexplained:.2f} of the variance is left"
