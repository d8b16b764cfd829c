"""The scenario library: what each file says of itself, and how the results stand to one another."""

import re
from functools import cache
from pathlib import Path

import pytest

import caresim as cs
from caresim.england import England, observed

FOLDER = Path(__file__).parents[2] / "scenarios"
SCENARIOS = {path.stem: cs.read_scenario(path) for path in sorted(FOLDER.glob("*.toml"))}
BASELINES = ("baseline", "current_policy_2026")
POLICIES = [name for name in SCENARIOS if name not in BASELINES]
ENGLAND = England()
FEWER_FIT = England(foster_matched_share=0.72)  # so few that foster homes are missing from 2018 on
MEASURED = observed()
LAST = "2034-35"
BUDGET = "early_help_budget"


@cache
def projected(name):
    return cs.run(ENGLAND, SCENARIOS[name])


def base_of(name):
    """Return the name of the file that a scenario extends, with which it is compared."""
    return SCENARIOS[name].extends


def against_baseline(name, output, year=LAST):
    """Return a scenario minus what it extends in one year."""
    runs = (projected(name).annual(), projected(base_of(name)).annual())
    after, before = (table.loc[year, output] for table in runs)
    return float(after - before)


def new_money(name):
    """Return what a scenario spends on early help and programmes beyond its baseline, by year."""
    lines = ("early_help_spend", "programme_spend")
    before, after = projected(base_of(name)), projected(name)
    return sum((after.yearly(line) - before.yearly(line))[:, 0] for line in lines)


# What the files say


def test_the_library_holds_a_baseline_and_policies_with_names_of_their_own():
    assert SCENARIOS["baseline"].changes == ()
    assert len(POLICIES) >= 14
    assert len({scenario.name for scenario in SCENARIOS.values()}) == len(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_file_says_what_it_is_and_who_wrote_it(name):
    scenario = SCENARIOS[name]
    assert scenario.summary.endswith(".")
    assert scenario.author == "caresim contributors"


@pytest.mark.parametrize("name", POLICIES)
def test_what_has_no_source_is_called_an_assumption(name):
    openly = re.compile("assum", re.IGNORECASE)
    said = [change for change in SCENARIOS[name].changes if openly.search(change.source)]
    assert said, f"{name} names a source for everything; what a policy does is assumed somewhere"


def test_the_guide_lists_every_file_with_the_levers_it_pulls():
    guide = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", guide, re.MULTILINE))
    files = {name: rows[name] for name in rows if name in SCENARIOS}
    listed = {name: set(re.findall(r"`(\w+)`", levers)) for name, levers in files.items()}
    pulled = {name: {c.parameter for c in s.own_changes} for name, s in SCENARIOS.items()}
    assert listed == pulled


def test_the_falls_of_early_help_that_the_files_quote_are_the_published_ones():
    budget = MEASURED["early_help_spend"]
    assert [round(budget[year] / 1e9, 1) for year in ("2010-11", "2012-13", "2019-20")] == [
        4.2, 3.5, 2.3,
    ]  # fmt: skip
    kept = budget["2019-20"] / budget["2012-13"]
    assert round(100 * (1 - kept)) == 35
    assert round(100 * (1 - kept ** (1 / 7)), 1) == 5.9
    (decline,) = SCENARIOS["early_help_decline"].own_changes
    assert decline.amount == round(0.94**8, 2)
    (rebuilt,) = SCENARIOS["early_help_first"].own_changes
    assert rebuilt.amount / (budget["2010-11"] - budget["2019-20"]) == pytest.approx(0.25, abs=0.02)


def test_the_returns_home_that_the_files_quote_are_the_published_ones():
    returns = MEASURED["returns_home"]
    assert (returns["2015-16"], returns["2019-20"]) == (10_880, 8_500)
    gained = against_baseline("faster_reunification", "returns_home", "2029-30")
    assert 0.5 < gained / (returns["2015-16"] - returns["2019-20"]) < 1, f"{gained:+.0f} a year"


# What the money adds up to


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("reinvestment_500m", 500),
        ("reinvestment_2_6bn", 2_600),
        ("reinvestment_2_6bn_two_years_late", 2_600),
    ],
)
def test_a_reinvestment_spends_what_its_name_says_within_four_years(name, millions):
    money = new_money(name) / 1e6
    assert money.sum() == pytest.approx(millions, rel=0.01), money.round(1)
    assert sum(abs(money) > 1) == 4, money.round(1)


def test_the_large_reinvestment_has_the_yearly_profile_of_the_review():
    money = new_money("reinvestment_2_6bn")
    published = [46, 987, 1_257, 233]
    shares = money[money > 1e5] / money.sum()
    assert shares == pytest.approx([amount / sum(published) for amount in published], abs=0.005)


def test_the_late_reinvestment_is_the_timely_one_two_years_later():
    def later(change):
        dates = {
            key: day.replace(year=day.year + 2)
            for key in ("begins", "until")
            if (day := getattr(change, key)) is not None
        }
        return (change.parameter, change.verb, change.amount, dates["begins"], dates["until"])

    timely = SCENARIOS["reinvestment_2_6bn"].own_changes
    late = SCENARIOS["reinvestment_2_6bn_two_years_late"].own_changes
    assert [later(c) for c in timely] == [
        (c.parameter, c.verb, c.amount, c.begins, c.until) for c in late
    ]


def test_statutory_first_spends_the_total_of_2027_and_what_it_adds():
    """That of the day on which it is fixed, less what current policy pays to 2029 alone."""
    table, base = (
        projected(n).annual().total_spend for n in ("statutory_first", "current_policy_2026")
    )
    budget = [c for c in SCENARIOS["current_policy_2026"].changes if c.parameter == BUDGET]
    ends = next(c.amount for c in budget if c.until and c.until.year == 2029)
    total = ((base["2026-27"] + base["2027-28"]) / 2 + 500e6 - ends) / 1e9
    assert table[LAST] / 1e9 == pytest.approx(total, rel=0.005)


def test_statutory_first_moves_early_help_from_where_it_stands():
    own = projected("current_policy_2026").annual().loc["2027-28", "early_help_spend"]
    moved = against_baseline("statutory_first", "early_help_spend", "2027-28")
    assert 0 < moved < 0.1 * own, f"{moved / own:+.1%}: its ramp adds £83m in the first year"


def test_a_total_fixed_since_2020_takes_two_thirds_of_early_help_and_fills_care():
    """Homes grow dearer and more leave care: statutory spending rises, and the spiral with it."""
    table = projected("fixed_total_since_2020").annual().loc["2019-20":]
    early = table.early_help_spend
    assert early["2025-26"] / early["2019-20"] == pytest.approx(0.61, abs=0.05)
    assert early[early < 0.5 * early["2019-20"]].index[0] == "2028-29"
    assert early[LAST] / early["2019-20"] == pytest.approx(0.33, abs=0.05)
    assert (table.total_spend / table.total_spend["2019-20"]).between(0.999, 1.02).all()
    more = [
        against_baseline("fixed_total_since_2020", "looked_after", y) for y in ("2026-27", LAST)
    ]
    assert 1_500 < more[0] < 3_000, f"{more[0]:+,.0f} looked after by 2026-27"
    assert 4_000 < more[1] < 7_500, f"{more[1]:+,.0f} looked after by {LAST}"


# How the results stand to one another


@pytest.mark.parametrize("name", POLICIES)
def test_a_scenario_differs_from_what_it_extends(name):
    base = projected(base_of(name)).annual().loc[LAST]
    moved = (projected(name).annual().loc[LAST] / base - 1).abs()
    assert moved.max() > 1e-3, f"the most that moves is {moved.idxmax()}, by {moved.max():.2%}"
    assert "identical" not in {notice.kind for notice in projected(name).warnings}


# (scenario, output, +1 for more and −1 for less in 2034-35)
DIRECTIONS = [
    ("conferences_everywhere", "care_starts", -1),
    ("conferences_everywhere", "looked_after", -1),
    ("return_support_everywhere", "reentries", -1),
    ("return_support_everywhere", "looked_after", -1),
    ("guardians_supported", "looked_after", -1),
    ("help_after_proceedings", "care_starts", -1),
    ("double_foster_approvals", "statutory_spend", +1),
    ("foster_campaign", "statutory_spend", +1),
    ("carers_supported", "statutory_spend", +1),
    ("carers_paid_more", "statutory_spend", +1),
    ("more_direct_work", "caseload", -1),
    ("more_poverty", "care_starts", +1),
    ("more_poverty", "looked_after", +1),
    ("higher_threshold", "section_47_enquiries", -1),
    ("higher_threshold", "protection_plans", -1),
    ("high_profile_case", "referrals", +1),
    ("high_profile_case", "section_47_enquiries", +1),
    ("high_profile_case", "looked_after", +1),
    ("early_help_decline", "referrals", +1),
    ("early_help_decline", "looked_after", +1),
    ("more_family_support", "looked_after", -1),
    ("more_family_support", "referrals", -1),
    ("more_for_young_people", "looked_after", -1),
    ("more_for_under_fives", "early_help_spend", +1),
    ("family_support_within_total", "looked_after", -1),
    ("reinvestment_500m", "looked_after", -1),
    ("reinvestment_2_6bn", "looked_after", -1),
]


@pytest.mark.parametrize(("name", "output", "sign"), DIRECTIONS)
def test_a_scenario_moves_an_output_the_way_it_says(name, output, sign):
    change = against_baseline(name, output)
    size = abs(change) / projected(base_of(name)).annual().loc[LAST, output]
    assert change * sign > 0, f"{output} changes by {change:+,.1f}"
    assert size > 1e-3, f"{output} hardly moves: {change:+,.1f}, {size:.2%}"


def test_the_best_together_leave_the_fewest_children_in_care():
    left = {name: projected(name).annual().loc[LAST, "looked_after"] for name in SCENARIOS}
    ranked = sorted(left, key=left.get)
    assert ranked[0] == "best_together", {name: round(left[name]) for name in ranked[:3]}


def test_together_the_best_do_less_than_each_added_to_the_others():
    parts = ("early_help_first", "conferences_everywhere", "return_support_everywhere",
             "guardians_supported", "help_after_proceedings")  # fmt: skip
    apart = sum(against_baseline(name, "looked_after") for name in parts)
    together = against_baseline("best_together", "looked_after")
    assert apart < together < 0.8 * apart, f"{together:.0f} together, {apart:.0f} added up"


def test_two_years_of_delay_cost_children_in_care():
    timely, late = ("reinvestment_2_6bn", "reinvestment_2_6bn_two_years_late")
    by_2030 = [against_baseline(name, "looked_after", "2029-30") for name in (timely, late)]
    assert by_2030[0] < by_2030[1] - 100, f"{by_2030[0]:.0f} timely, {by_2030[1]:.0f} late"
    years = [f"{year}-{year % 100 + 1}" for year in range(2027, 2035)]
    saved = [sum(against_baseline(n, "looked_after", y) for y in years) for n in (timely, late)]
    assert saved[0] < saved[1], f"child-years in care: {saved[0]:.0f} timely, {saved[1]:.0f} late"


def test_help_that_ends_wears_off():
    effect = [against_baseline("reinvestment_2_6bn", "referrals", y) for y in ("2030-31", LAST)]
    assert effect[0] < 0.8 * effect[1] < 0, f"{effect[0]:.0f} in 2030-31, {effect[1]:.0f} at last"


def test_more_money_for_early_help_does_more():
    names = ("early_help_first", "cut_early_help", "early_help_decline")
    more, less, least = (against_baseline(name, "looked_after") for name in names)
    assert more < 0 < least < less, "the cut comes early, the decline ends lower but later"


def test_support_for_all_returns_does_a_quarter_more_than_for_four_in_five():
    effects = [
        against_baseline(name, "reentries")
        for name in ("return_support_everywhere", "fewer_reentries")
    ]
    assert effects[0] / effects[1] == pytest.approx(1 / 0.8, rel=0.03), effects


def test_foster_carers_change_where_children_live_and_not_how_many():
    """The same carers in 2020, where fewer places fit a child and there are too few."""
    run, base = twice_the_approvals("2020-04-01"), cs.run(FEWER_FIT).annual()
    for year in ("2020-21", "2021-22", "2022-23"):
        moved = run.annual().loc[year] - base.loc[year]
        assert moved.looked_after == pytest.approx(0, abs=1e-6)
        assert moved.residential_children < -0.005 * base.loc[year, "residential_children"]
        assert moved.foster_children == pytest.approx(-moved.residential_children, abs=1e-6)


def twice_the_approvals(begins):
    (lever,) = SCENARIOS["double_foster_approvals"].own_changes
    change = cs.Change(lever.parameter, lever.verb, lever.amount, begins)
    return cs.run(FEWER_FIT, cs.Scenario("Twice the approvals", changes=[change]))


def test_twice_the_approvals_are_more_than_a_shortage_needs():
    early = twice_the_approvals("2020-04-01")["shortage"]
    assert early.loc["2020-03-31"] > 300
    assert early.loc["2022-03-31":].max() < 1
    carers = (
        projected(n)["foster_carers"] for n in ("double_foster_approvals", "current_policy_2026")
    )
    assert next(carers).iloc[-1] > 1.2 * next(carers).iloc[-1]
    moved = projected("double_foster_approvals").annual().loc[LAST, "residential_children"]
    assert moved == projected("current_policy_2026").annual().loc[LAST, "residential_children"]


def test_a_campaign_brings_a_quarter_of_the_carers_that_its_enquiries_would():
    after, before = (
        projected(n).yearly("foster_approvals")[-1, 0]
        for n in ("foster_campaign", base_of("foster_campaign"))
    )
    more = 100 * (after / before - 1)
    assert 4 < more < 5, f"{more:.2f} % more approvals for a fifth more enquiries"


def test_a_cut_of_early_help_saves_ever_less_of_what_is_cut():
    until = "2050-03-31"
    cut, base = (
        cs.run(ENGLAND, SCENARIOS[n], until=until).annual()
        for n in ("cut_early_help", "current_policy_2026")
    )
    saved = (base.total_spend - cut.total_spend) / (base.early_help_spend - cut.early_help_spend)
    assert saved["2027-28"] == pytest.approx(0.98, abs=0.02)
    assert saved[LAST] == pytest.approx(0.70, abs=0.05), "the guide says three tenths come back"
    assert saved["2049-50"] == pytest.approx(0.54, abs=0.05), "the guide says nearly half"
    assert (saved["2027-28":LAST].diff().dropna() < 0).all()


def test_help_after_proceedings_waits_for_the_next_child():
    first, last = (
        against_baseline("help_after_proceedings", "care_starts", year)
        for year in ("2027-28", LAST)
    )
    assert last < 10 * first < 0, f"{first:.0f} in the first year, {last:.0f} in the last"


def test_a_threshold_moves_enquiries_at_once_and_each_then_leads_to_more():
    base, high = (
        projected(n).annual().loc["2028-29"] for n in ("current_policy_2026", "higher_threshold")
    )
    fewer = 1 - high.section_47_enquiries / base.section_47_enquiries
    fewer_plans = 1 - high.protection_plan_starts / base.protection_plan_starts
    assert fewer == pytest.approx(0.15, abs=0.02)
    assert 0 < fewer_plans < fewer, f"{fewer_plans:.1%} fewer plans, {fewer:.1%} fewer enquiries"


def test_a_shock_is_felt_at_the_front_door_first_and_in_enquiries_longer():
    effects = {
        output: [against_baseline("high_profile_case", output, y) for y in ("2028-29", LAST)]
        for output in ("referrals", "section_47_enquiries")
    }
    soon, at_last = effects["referrals"]
    assert at_last < 0.6 * soon, f"referrals: {soon:+,.0f}, then {at_last:+,.0f}"
    soon, at_last = effects["section_47_enquiries"]
    assert at_last > soon > 0, f"enquiries: {soon:+,.0f}, then {at_last:+,.0f}"


def test_a_policy_without_its_effect_changes_nothing_but_the_money():
    england = England(conference_effect=0)
    table = cs.run(england, SCENARIOS["conferences_everywhere"]).annual()
    base = cs.run(england, SCENARIOS["current_policy_2026"]).annual()
    assert table.looked_after.equals(base.looked_after)
    assert (table.total_spend - base.total_spend).loc[LAST] > 0
