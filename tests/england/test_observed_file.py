"""The official figures shipped beside the model: parts make totals, and each says its source."""

import re
from pathlib import Path

import pytest

import caresim
from caresim.language import Observed
from caresim.language.dates import year_end
from caresim.language.units import Unit

FOLDER = Path(caresim.__file__).parent / "england"
OBSERVED = Observed.read(FOLDER / "vintages" / "2020" / "observed.csv")
TABLE = OBSERVED.annual()
FIGURES = OBSERVED.observations
DERIVED = [row for row in FIGURES if row.status == "derived"]
AGES = ("0_9", "10_15", "16_17")
EARLY_HELP = ("sure_start_spend", "family_support_spend", "young_people_spend",
              "other_early_help_spend")  # fmt: skip
LEFT_FOR = ("returns_home", "adoptions", "special_guardianships", "arrangements_orders",
            "ageing_outs", "other_ceases")  # fmt: skip
INPUTS = {*EARLY_HELP, "early_help_spend", "youth_justice_spend"}
SUMS = {"guardianships", "total_spend", "looked_after_without_asylum"}
# three points each: shown, and not counted as fit
LEVELS = {"adoption_decisions", "adoption_waiting", "semi_independent_children", "homes_children",
          "secure_children"}  # fmt: skip
BY_THE_COURTS = {"care_applications"}  # a check: most are of children whose entry is fitted
OF_GIVEN_SHARES = {"moved_often", "far_from_home", "worker_changed_often"}
NOT_FITTED = INPUTS | SUMS | LEVELS | BY_THE_COURTS | OF_GIVEN_SHARES
# where counts of Cafcass were read
READ_AT = (r"github\.com|tes\.com|fosterline\.info|gov\.uk|https?://(www\.)?(cafcass\.gov\.uk|localgovernmentlawyer\.co\.uk|cypnow\.co\.uk"
           r"|willispalmer\.com|kateyoung\.org|operationfatherhood\.org)")  # fmt: skip


def place(row):
    return f"{row.series} {row.year}"


def by_age(name):
    """Return the sum of a series over the three ages, and its total, where both are known."""
    columns = [f"{name}_aged_{age}" for age in AGES]
    known = TABLE.dropna(subset=[*columns, name])
    return known[columns].sum(axis=1), known[name]


# Every row


def test_the_years_run_from_2009_10_to_2019_20_with_stocks_to_open_them():
    years = {year_end(row.year) for row in FIGURES}
    assert years == set(range(2009, 2021)), "later years are the out-of-sample test"
    opening = [row for row in FIGURES if row.year == "2008-09"]
    assert {row.series for row in opening} == {
        "looked_after", "protection_plans", "asylum_seeking_children",
    }  # fmt: skip
    assert all(row.kind == "stock" and not row.tolerance for row in opening)


@pytest.mark.parametrize("field", ["definition", "note"])
def test_no_text_leans_on_a_later_count(field):
    later = r"(31 March|30 September|year ending) (202[1-9]|2030)|30 September 2020"
    found = [place(row) for row in FIGURES if re.search(later, getattr(row, field))]
    assert not found


def test_every_row_says_what_it_is_and_where_it_was_read():
    for row in FIGURES:
        for text in (row.unit, row.release, row.address, row.definition, row.note):
            assert text.strip(), place(row)
        assert re.match(rf"({READ_AT})[/ ]", row.address), f"{place(row)}: {row.address}"
        assert row.definition.endswith("."), place(row)
        assert row.status in {"read", "derived"}, place(row)
        assert row.value > 0, place(row)


def test_flows_are_counted_by_the_year_and_stocks_are_not():
    for row in FIGURES:
        per_year = "year" in str(Unit.parse(row.unit))
        assert row.kind == ("flow" if per_year else "stock"), place(row)


@pytest.mark.parametrize("name", OBSERVED.series)
def test_a_series_has_one_unit_one_kind_and_one_definition(name):
    rows = OBSERVED.series[name].values()
    for field in ("unit", "kind", "price_base", "definition"):
        assert len({getattr(row, field) for row in rows}) == 1, field


def test_money_and_only_money_has_a_price_year():
    for row in FIGURES:
        assert row.price_base == ("2019-20" if "GBP" in row.unit else ""), place(row)


def test_what_was_first_published_is_near_what_stands_now():
    pattern = re.compile(r"First published as ([\d,]+)\.")
    found = [(row, pattern.search(row.note)) for row in FIGURES if row.unit != "GBP/year"]
    revised = {place(row): (float(m[1].replace(",", "")), row.value) for row, m in found if m}
    assert len(revised) > 60
    apart = {name: pair for name, pair in revised.items() if not 0.95 < pair[0] / pair[1] < 1.05}
    assert not apart
    assert all(first != now for first, now in revised.values()), "nothing was revised"


# What was added up


def test_every_derived_figure_says_how():
    how = re.compile(r" [+−×] |Cash £|\b[Ss]um of |^Mean of ")
    silent = [place(row) for row in DERIVED if not how.search(row.note)]
    assert not silent


def worked(note):
    """Return what the arithmetic that a note opens with comes to; None when it has no numbers."""
    text = re.sub(r"\([^)]*\)|(?<=\d),(?=\d{3})", "", note)
    if mean := re.match(r"Mean of ([\d.]+) +and ([\d.]+)", text):
        return (float(mean[1]) + float(mean[2])) / 2
    if cash := re.match(r"Cash £([\d.]+)m(?: × ([\d.]+) / ([\d.]+))?", text):
        now, then = (float(cash[2]), float(cash[3])) if cash[2] else (1, 1)
        return float(cash[1]) * now / then * 1e6
    if not re.match(r"[a-z ]*\d[\d.]* +[+−] [a-z ]*\d", text):
        return None
    terms = re.match(r"(?:[a-z ]*\d+(?:\.\d+)? *[+−]? ?)+", text)[0]
    signed = re.findall(r"(−?) ?[a-z ]*?(\d+(?:\.\d+)?)", terms)
    return sum((-1 if sign else 1) * float(number) for sign, number in signed)


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("3,710 (under 1) + 14,310 (5 to 9). First published 9.", 18_020),
        ("111,700 (a) − 49,000 (b) − 1 (c), both in this table.", 62_699),
        ("orders 3330 + other orders 1690", 5_020),
        ("Mean of 27,700 (30 September 2016) and 28,482.6 (30 September 2017).", 28_091.3),
        ("Cash £10.0m × 80 / 40 (GDP deflators), to the nearest £0.1m.", 20e6),
        ("Vintage: 2022 release.", None),
    ],
)
def test_the_arithmetic_of_a_note_can_be_read(note, value):
    assert worked(note) == (value if value is None else pytest.approx(value))


def test_the_arithmetic_of_a_note_gives_the_figure():
    results = {place(row): (worked(row.note), row) for row in DERIVED}
    checked = {name: pair for name, pair in results.items() if pair[0] is not None}
    assert len(checked) > 150, "most derived figures carry their numbers"
    wrong = {
        name: (value, row.value)
        for name, (value, row) in checked.items()
        if value != pytest.approx(row.value, rel=1e-9, abs=150_000 if "GBP" in row.unit else 1e-6)
    }
    assert not wrong


def test_the_parts_named_in_a_note_are_the_figures_of_the_table():
    parts = [
        (row, name, float(number.replace(",", "")))
        for row in DERIVED
        for number, name in re.findall(r"([\d,.]+) \(([a-z_0-9]+)\)", row.note)
        if name in OBSERVED
    ]
    assert len(parts) == 6 * 6 + 11 * 2 * 2 + 6 * 3, "other ceases, enquiries, plans at 0–9"
    for row, name, value in parts:
        assert OBSERVED.points(name)[row.year] == value, f"{place(row)}: {name}"


# Ages


def test_the_ages_of_looked_after_children_add_up():
    parts, total = by_age("looked_after")
    assert len(total) == 11
    apart = (parts - total).abs()
    assert apart.max() <= 100, f"more than rounding and revisions:\n{apart.to_string()}"


@pytest.mark.parametrize(("name", "years"), [("care_starts", 10), ("care_ceases", 11)])
def test_the_ages_of_those_who_come_and_go_add_up(name, years):
    """The ages are as first published, the totals revised by up to 1.03% since."""
    parts, total = by_age(name)
    assert len(total) == years
    apart = parts / total - 1
    assert apart.between(-0.0105, 0.001).all(), apart.to_string()


def test_children_in_need_of_16_and_over_include_the_looked_after_ones():
    known = TABLE.dropna(subset=["in_need_16_plus"])
    assert len(known) == 9
    assert (known.looked_after_aged_16_17 < known.in_need_16_plus).all()
    assert (known.in_need_16_plus < 0.25 * known.children_in_need).all()


def test_most_who_leave_at_16_or_over_leave_at_18():
    known = TABLE.dropna(subset=["ageing_outs"])
    share = known.ageing_outs / known.care_ceases_aged_16_17
    assert share.between(0.6, 0.8).all(), share.to_string()


def test_asylum_seeking_children_are_a_small_part_of_the_looked_after():
    share = (TABLE.asylum_seeking_children / TABLE.looked_after).dropna()
    assert len(share) == 12
    assert share.between(0.025, 0.07).all(), share.to_string()


# Leaving care, plans and referrals


def test_the_ways_of_leaving_care_add_up_to_the_total():
    known = TABLE.dropna(subset=list(LEFT_FOR))
    assert len(known) == 6
    assert known[list(LEFT_FOR)].sum(axis=1).tolist() == known.care_ceases.tolist()


def test_guardianships_are_the_two_orders():
    both = TABLE.special_guardianships + TABLE.arrangements_orders
    assert both.dropna().tolist() == TABLE.guardianships.dropna().tolist()


@pytest.mark.parametrize(
    ("part", "whole", "year", "printed"),
    [
        ("repeat_plans", "protection_plan_starts", "2009-10", "13"),
        ("repeat_plans", "protection_plan_starts", "2010-11", "13.3"),
        ("repeat_plans", "protection_plan_starts", "2019-20", "21.9"),
        ("rereferrals", "referrals", "2010-11", "25.6"),
        ("rereferrals", "referrals", "2019-20", "22.6"),
    ],
)
def test_a_part_has_its_published_share(part, whole, year, printed):
    share = 100 * OBSERVED.points(part)[year] / OBSERVED.points(whole)[year]
    unit = 0.1 if "." in printed else 1.0  # of the last digit; the counts are rounded as well
    assert share == pytest.approx(float(printed), abs=0.6 * unit)


def test_enquiries_without_a_plan_tripled():
    enquiries = OBSERVED.points("enquiries_without_plan")
    assert (enquiries["2009-10"], enquiries["2019-20"]) == (43_400, 134_620)
    both = TABLE.enquiries_without_plan + TABLE.protection_plan_starts
    assert both.dropna().tolist() == TABLE.section_47_enquiries.dropna().tolist()


def test_enquiries_without_a_conference_more_than_doubled():
    enquiries = OBSERVED.points("enquiries_without_conference")
    assert (enquiries["2010-11"], enquiries["2019-20"]) == (58_700, 123_530)
    both = TABLE.enquiries_without_conference + TABLE.child_protection_conferences
    assert both.dropna().tolist() == TABLE.section_47_enquiries.dropna().tolist()


def test_the_ages_of_children_on_a_plan_add_up():
    parts, total = by_age("protection_plans")
    assert len(parts) == 6
    assert (parts == total).all()
    assert list(TABLE.protection_plans_aged_16_17.dropna().iloc[[0, -1]]) == [780, 2_420]


def test_fewer_are_closed_at_the_door_and_more_found_not_in_need():
    door, need = (
        100 * (TABLE[name] / TABLE.referrals).dropna()
        for name in ("referrals_closed_at_door", "referrals_not_in_need")
    )
    assert list(door.iloc[[0, -1]].round(1)) == [15.6, 6.3]
    assert list(need.iloc[[0, -1]].round(1)) == [19.1, 30.2]


# Placements and workers


def test_most_children_are_in_foster_or_residential_care_and_not_all():
    share = (TABLE.foster_children + TABLE.residential_children) / TABLE.looked_after
    assert share.count() == 11
    assert share.dropna().between(0.85, 0.875).all(), share.to_string()


def test_the_kinds_of_place_leave_a_few_hundred_children():
    kinds = ("foster_children", "residential_children", "children_with_parents",
             "adoption_placed", "living_independently")  # fmt: skip
    left = (TABLE.looked_after - TABLE[list(kinds)].sum(axis=1, skipna=False)).dropna()
    assert len(left) == 11
    assert left.between(-20, 500).all(), left.to_string()


def test_parents_and_adopters_together_have_a_tenth_of_the_children_from_homes_here():
    both = TABLE.children_with_parents + TABLE.adoption_placed
    share = (both / TABLE.looked_after_without_asylum).dropna()
    assert len(share) == 11
    assert share.between(0.096, 0.108).all(), share.to_string()


def test_homes_and_semi_independent_accommodation_are_parts_of_residential_care():
    parts = (TABLE.homes_children + TABLE.semi_independent_children).dropna()
    rest = TABLE.residential_children.loc[parts.index] - parts
    assert list(parts.index) == ["2017-18", "2018-19", "2019-20"]
    assert rest.between(1_000, 1_110).all(), rest.to_string()


def test_homes_hold_three_children_for_every_four_places():
    share = (TABLE.homes_children / TABLE.homes_places).dropna()
    assert share.between(0.74, 0.76).all(), share.to_string()


def test_kin_who_foster_are_a_growing_part_of_foster_care():
    share = (TABLE.kinship_foster_children / TABLE.foster_children).dropna()
    assert list(share.round(2)) == [0.15, 0.18, 0.19, 0.20]


def test_workers_and_caseloads_are_known_for_the_years_between_two_counts():
    for name in ("social_workers", "caseload"):
        assert list(OBSERVED.points(name)) == ["2016-17", "2017-18", "2018-19"]
    assert TABLE.social_workers.dropna().is_monotonic_increasing


def test_cases_of_all_workers_would_be_more_than_there_are():
    """Not every worker holds cases, so the caseload times the workers is no count of children."""
    product = (TABLE.social_workers * TABLE.caseload).dropna()
    assert (product > 1.1 * TABLE.children_in_need.loc[product.index]).all()


# Money


def test_the_lines_of_early_help_add_up():
    known = TABLE.dropna(subset=[*EARLY_HELP, "early_help_spend"])
    assert len(known) == 10
    apart = (known[list(EARLY_HELP)].sum(axis=1) - known.early_help_spend).abs()
    assert apart.max() <= 100_000, f"more than rounding to £0.1m:\n{apart.to_string()}"


def test_two_lines_of_early_help_go_back_a_year_further():
    first = {name: min(OBSERVED.points(name)) for name in EARLY_HELP}
    assert first == dict(zip(EARLY_HELP, ("2010-11", "2009-10", "2010-11", "2009-10"), strict=True))


# What is fitted


def test_what_is_given_from_outside_or_summed_up_or_a_check_is_not_fitted():
    fitted = {row.series for row in FIGURES if row.tolerance}
    assert set(OBSERVED.series) - fitted == NOT_FITTED


def test_the_doubtful_first_census_year_is_not_fitted_where_enquiries_count():
    for name in (
        "section_47_enquiries", "enquiries_without_plan",
        "child_protection_conferences", "enquiries_without_conference",
    ):  # fmt: skip
        rows = OBSERVED.series[name]
        assert [year for year, row in rows.items() if not row.tolerance] == ["2009-10"]


@pytest.mark.parametrize("name", OBSERVED.series)
def test_a_tolerance_is_the_same_for_all_fitted_years_of_a_series(name):
    given = {row.tolerance for row in OBSERVED.series[name].values() if row.tolerance}
    assert len(given) <= 1
    assert all(0.003 < value <= 0.1 for value in given)


# As first published


def test_first_figures_stand_where_they_are_known():
    known = [row for row in FIGURES if row.first_published is not None]
    assert len(known) > 290
    changed = [row for row in known if row.first_published != row.value]
    assert len(changed) > 90
    far = {
        place(row): row.first_published / row.value - 1
        for row in changed
        if abs(row.first_published / row.value - 1) > 0.1
    }
    assert not far, "a revision by more than a tenth would be another definition"


def test_a_note_that_tells_the_first_figure_tells_the_one_of_the_column():
    told = 0
    for row in FIGURES:
        found = re.search(r"First published as ([\d,]+)", row.note)
        if found and row.first_published is not None:
            told += 1
            assert float(found[1].replace(",", "")) == row.first_published, place(row)
    assert told > 20


def test_first_figures_of_parts_make_those_of_wholes():
    first = {(row.series, row.year): row.first_published for row in FIGURES}
    for year in (f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2019)):
        whole, part = first["looked_after", year], first["asylum_seeking_children", year]
        if whole and part:
            assert first["looked_after_without_asylum", year] == whole - part, year


def test_what_was_known_in_a_year_holds_first_figures_and_no_later_year():
    known = OBSERVED.as_known("2014-15")
    assert max(year_end(row.year) for row in known.observations) == 2015
    assert known.series["looked_after"]["2009-10"].value == 64_400
    assert known.series["statutory_spend"]["2012-13"].value == pytest.approx(
        OBSERVED.series["statutory_spend"]["2012-13"].value
    ), "no first figure is known"
