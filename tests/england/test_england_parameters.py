"""Every number of the England model says where it comes from, and the files agree."""

import re

import pytest
from england_cases import AGES, ENGLAND, LEVERS, OBSERVED, PARAMETERS

from caresim.england import England
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ParameterError
from caresim.language.parameters import GRADES
from caresim.language.units import Unit

PUBLISHED = (
    "children_in_need", "protection_plans", "looked_after", "looked_after_aged_16_17",
    "in_need_16_plus", "home_at_risk", "children_safe_at_home",
    "referrals", "rereferral_share", "referrals_closed_at_door", "referrals_not_in_need",
    "section_47_enquiries", "child_protection_conferences", "enquiries_without_conference",
    "enquiries_without_plan", "children_once_investigated_without_plan",
    "protection_plan_starts", "protection_plan_ends", "repeat_plan_share",
    "protection_plans_aged_0_9", "protection_plans_aged_10_15", "protection_plans_aged_16_17",
    "care_applications", "repeat_applications", "care_starts", "care_ceases", "returns_home",
    "reentries", "adoptions", "adoption_waiting", "care_leavers_19_21", "staying_put",
    "leavers_without_work", "foster_children", "kinship_foster_children", "foster_households",
    "residential_children", "homes_places", "residential_price",
    "moved_often", "far_from_home", "worker_changed_often", "care_leavers", "court_cost",
    "caseload", "posts_needed",
    "leaving_care_spend", "looked_after_spend", "safeguarding_spend", "statutory_spend",
    "early_help_spend",
    "total_spend",
)  # fmt: skip
NEVER_PUBLISHED = {
    "home_at_risk", "children_safe_at_home", "reentries", "children_once_investigated_without_plan",
    "rereferral_share", "repeat_plan_share", "posts_needed", "repeat_applications",
    "leavers_without_work", "care_leavers", "court_cost",
}  # fmt: skip


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_number_has_a_meaning_a_unit_a_grade_and_a_source(name):
    entry = PARAMETERS[name]
    assert len(entry.meaning) > 10, "say in words what it is"
    assert str(Unit.parse(entry.unit)), "no unit"
    assert entry.grade in GRADES
    assert entry.source.strip(), "no source"
    assert not entry.address or entry.address.startswith("http"), entry.address


@pytest.mark.parametrize("name", PARAMETERS.estimated())
def test_what_a_fit_gives_is_graded_as_estimated(name):
    """Measured is what somebody counted; what the figures leave at its prior is an assumption."""
    entry = PARAMETERS[name]
    by_prior = (
        "assumption" if entry.value == pytest.approx(entry.prior.middle, rel=0.02) else "estimated"
    )
    assert entry.grade in ("estimated", by_prior)


@pytest.mark.parametrize("name", PARAMETERS.estimated())
def test_an_estimated_number_lies_within_its_bounds_and_has_a_prior(name):
    entry = PARAMETERS[name]
    low, high = entry.bounds
    assert low < entry.value < high
    assert entry.prior is not None
    # a centre at the bound is "none": a shock that may not lower alarm, say
    assert low <= entry.prior.middle < high, "the centre of the prior is outside the bounds"


@pytest.mark.parametrize("name", [name for name in LEVERS if not LEVERS[name].choices])
def test_a_lever_leaves_room_on_both_sides_or_is_at_a_natural_end(name):
    entry = LEVERS[name]
    values = entry.value.values if entry.is_dated else (entry.value,)
    low, high = entry.bounds
    assert low <= min(values)
    assert max(values) < high


AT_START = [n for n in PARAMETERS.estimated() if n.endswith("_start")]
AT_END = [n for n in PARAMETERS.estimated() if n.endswith("_end")]


def test_there_are_paths_to_look_at():
    assert len(AT_START) >= 5
    assert len(AT_END) >= 5


@pytest.mark.parametrize("name", AT_END)
def test_the_prior_of_an_end_is_centred_on_its_start_or_on_no_change(name):
    """What the decade taught comes from the figures, not from the prior."""
    start = name.removesuffix("_end") + "_start"
    centre = PARAMETERS[name].prior.first
    if start in PARAMETERS:
        assert centre == PARAMETERS[start].prior.first, f"centre of {start}"
        assert PARAMETERS[name].prior.kind == PARAMETERS[start].prior.kind
    else:
        assert centre == 1, "a multiple of before is centred on 1, no change"


@pytest.mark.parametrize(
    "name", ["need_growth_rate", "adoption_reform_boost", "price_growth_rate", "pay_freeze_rate"]
)
def test_the_prior_of_a_change_is_centred_on_none(name):
    assert PARAMETERS[name].prior.kind == "normal"
    assert PARAMETERS[name].prior.first == 0


# The files beside the model


def by_year(name):
    """Return a parameter held over financial years as year → value."""
    return PARAMETERS[name].value.dated()


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("early_help_budget", "early_help_spend"),
        ("total_budget", "total_spend"),
        ("youth_justice_budget", "youth_justice_spend"),
    ],
)
def test_a_budget_is_what_was_published(name, series):
    given, published = by_year(name), OBSERVED.points(series)
    assert set(given) == {financial_year(y) for y in range(2010, 2021)}
    assert {year: given[year] for year in published} == published


def test_the_year_before_early_help_was_published_takes_the_next_one():
    early_help, total = by_year("early_help_budget"), by_year("total_budget")
    assert early_help["2009-10"] == early_help["2010-11"]
    assert total["2009-10"] == OBSERVED["statutory_spend"]["2009-10"] + early_help["2010-11"]


def test_the_reference_of_each_line_of_early_help_is_the_first_published_year():
    for line, name in (
        ("under_fives", "sure_start_spend"),
        ("family_support", "family_support_spend"),
        ("young_people", "young_people_spend"),
        ("other_early_help", "other_early_help_spend"),
    ):
        assert PARAMETERS[f"{line}_reference"].value == OBSERVED[name]["2010-11"], line


def test_stocks_at_the_start_are_published():
    for stock, name in (
        ("protection_plans_0", "protection_plans"),
        ("asylum_care_0", "asylum_seeking_children"),
    ):
        assert PARAMETERS[stock].value == OBSERVED[name]["2008-09"], stock
    ages = [PARAMETERS[f"looked_after_0_{age}"].value for age in AGES]
    others = OBSERVED["looked_after"]["2008-09"] - PARAMETERS["asylum_care_0"].value
    assert sum(ages) == pytest.approx(others, abs=10), "but for rounding to ten"


SPLITS = ("protective_age_share", "uncounted_age_share", "asylum_age_share", "breakdown_age_share",
          "foster_places_age_share")  # fmt: skip


@pytest.mark.parametrize("name", SPLITS)
def test_shares_by_age_add_up_to_one(name):
    assert sum(PARAMETERS[f"{name}_{age}"].value for age in AGES) == pytest.approx(1)


def test_shares_of_early_help_spending_leave_something_for_the_rest():
    lines = [by_year(f"{n}_share") for n in ("sure_start", "family_support", "young_people")]
    for year in lines[0]:
        assert 0 < sum(line[year] for line in lines) < 1, year


def test_no_figure_is_later_than_2019_20():
    later = [f"{o.series} {o.year}" for o in OBSERVED.observations if year_end(o.year) > 2020]
    assert not later, "later years are the out-of-sample test and are kept out"


def test_every_figure_says_where_it_comes_from():
    for row in OBSERVED.observations:
        place = f"{row.series} {row.year}"
        assert row.release, place
        assert row.address, place
        assert row.definition, place
        assert row.status in ("read", "derived"), place
        assert row.value > 0, place


@pytest.mark.parametrize("name", [name for name in OBSERVED.series if name in England.variables])
def test_figures_have_the_unit_of_the_model(name):
    variable = England.variable(name)
    units = {row.unit for row in OBSERVED.series[name].values()}
    kinds = {row.kind for row in OBSERVED.series[name].values()}
    assert {str(Unit.parse(unit)) for unit in units} == {str(variable.unit)}
    assert kinds == {"flow" if variable.is_rate else "stock"}


def test_money_is_at_the_price_year_of_the_parameters():
    bases = {row.price_base for row in OBSERVED.observations if row.unit == "GBP/year"}
    assert bases == {PARAMETERS.price_year} == {"2019-20"}


def test_statutory_and_early_help_make_the_total():
    table = OBSERVED.annual().dropna(subset=["total_spend"])
    assert len(table) == 10
    assert (table.statutory_spend + table.early_help_spend).tolist() == table.total_spend.tolist()


def test_statutory_spending_is_the_sum_of_its_lines():
    table = OBSERVED.annual().dropna(subset=["statutory_spend"])
    lines = table.looked_after_spend + table.safeguarding_spend + table.youth_justice_spend
    apart = (lines - table.statutory_spend).abs()
    assert apart.max() <= 100_000, f"more than rounding to £0.1m:\n{apart.to_string()}"


def test_only_series_of_the_model_are_fitted():
    fitted = {row.series for row in OBSERVED.observations if row.tolerance}
    assert fitted <= set(England.variables), fitted - set(England.variables)


def test_the_published_columns_are_these_in_this_order():
    assert ENGLAND.published_names() == PUBLISHED


def test_what_is_published_officially_is_observed():
    assert set(PUBLISHED) - set(OBSERVED.series) == NEVER_PUBLISHED


def test_paths_are_known_to_the_last_figure_that_the_model_is_fitted_to():
    fitted = [row.year for row in OBSERVED.observations if row.tolerance]
    assert PARAMETERS[England.figures_end].value == max(map(year_end, fitted))
    assert PARAMETERS[England.figures_end].prior is None


@pytest.mark.parametrize(
    ("old", "new", "start"),
    [
        ("rereferral_rate_end", "rereferral_end", "rereferral_rate_start"),
        ("plan_long_time_end", "plan_long_end", "plan_long_time_start"),
        ("ageing_rate_end_0_9", "ageing_end_0_9", "ageing_rate_start_0_9"),
        ("ageing_rate_end_16_17", "ageing_end_16_17", "ageing_rate_start_16_17"),
    ],
)
def test_an_end_that_was_a_rate_or_a_time_is_refused_with_the_way_to_the_multiple(old, new, start):
    """Taken under its new name, or left out with a warning, it would mean another number."""
    assert {new, start} <= set(PARAMETERS)
    with pytest.raises(ParameterError, match=f"'{new}' says it as a multiple of '{start}'"):
        England(**{old: 0.5})


def test_the_end_of_a_fitted_path_is_a_multiple_with_no_change_as_its_centre():
    ends = [n for n in PARAMETERS.estimated() if re.search(r"_end(_|$)", n)]
    assert len(ends) > 15
    other = [n for n in ends if PARAMETERS[n].unit != "1" or PARAMETERS[n].prior.middle != 1]
    assert not other, "what figures do not teach of a change would be a change"
