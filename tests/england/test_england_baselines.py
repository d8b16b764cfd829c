"""Both baselines: what they are called and assume, and that beside them nothing counts twice."""

import csv
import datetime as dt
import re
from io import StringIO
from pathlib import Path

import pytest

import caresim as cs
from caresim.england import England
from caresim.study.results import project

ROOT = Path(__file__).parents[2]
ENGLAND = England()
SHIPPED = {name: cs.read_scenario(name) for name in cs.scenarios()}
CURRENT = SHIPPED["current_policy_2026"]
PAGE = (ROOT / "docs" / "current_policy.md").read_text(encoding="utf-8")
BASELINES = ("baseline", "current_policy_2026")
POLICIES = [name for name in SHIPPED if name not in BASELINES]
TABLE = (ROOT / "docs" / "policy_since_2020.csv").read_text(encoding="utf-8")
MEASURES = list(csv.DictReader(StringIO(TABLE)))
SUBJECTS = ("case", "price", "carers")


def test_the_two_are_called_by_what_they_are():
    assert SHIPPED["baseline"].name == ENGLAND.unchanged.name == "Policy of March 2020"
    assert (CURRENT.name, CURRENT.extends) == ("Current policy", "baseline")


@pytest.mark.parametrize("told", [ENGLAND.unchanged.assumes, CURRENT.assumes])
def test_each_says_in_three_sentences_what_it_assumes_of_cases_prices_and_carers(told):
    assert len(told) == len(SUBJECTS)
    for subject, sentence in zip(SUBJECTS, told, strict=True):
        assert subject in sentence.lower()
    assert "arers do not grow" in told[2]
    assert "without a policy" in told[2]


@pytest.mark.parametrize("name", POLICIES)
def test_what_begins_after_2026_extends_current_policy_and_all_else_the_policy_of_2020(name):
    plan = SHIPPED[name]
    begins = min(change.begins for change in plan.own_changes)
    before = plan.extends if plan.extends in BASELINES else SHIPPED[plan.extends].extends
    assert before == ("current_policy_2026" if begins.year > 2026 else "baseline")


def test_current_policy_begins_before_any_policy_that_extends_it():
    assert max(change.begins for change in CURRENT.changes) == dt.date(2026, 4, 1)


# Nothing twice


@pytest.mark.parametrize("name", POLICIES)
def test_a_share_that_current_policy_moves_is_set_to_all_or_added_to(name):
    """A share that is set to less than all would take current policy's part for its own."""
    moved = {change.parameter for change in CURRENT.changes}
    for change in SHIPPED[name].own_changes:
        if change.parameter in moved and change.verb == "set":
            assert change.amount in (1, 2), f"{name} sets {change.parameter} to {change.amount}"
        if change.parameter == "foster_application_factor":
            assert change.verb != "scale", f"{name} scales what current policy scales"


def spent(plan):
    """Return what new programmes cost from 2030-31 on, when all of them are there, by year."""
    run = cs.run(ENGLAND, plan)
    return run.yearly("programme_spend")[run.clock.financial_years.index("2030-31") :, 0]


def test_conferences_for_all_cost_what_current_policy_does_not_pay_already():
    whole = SHIPPED["conferences_everywhere"]
    alone = cs.Scenario("Alone", changes=whole.own_changes)
    more, every = (
        float(sum(spent(plan) - spent(base))) for plan, base in ((whole, CURRENT), (alone, None))
    )
    assert 0.6 * every < more < 0.85 * every, f"{more / every:.0%} of what all would cost"


# The page and its table


def test_the_page_gives_what_the_file_changes():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert {lever for lever, _, _ in rows} == {change.parameter for change in CURRENT.changes}
    said = {lever: text for lever, text, _ in rows}
    for change in CURRENT.changes:
        if change.parameter == "early_help_budget":
            continue
        amount = f"{change.amount:.2f}".rstrip("0").replace("-", "−")
        assert amount in said[change.parameter], change
    money = [int(text) for text in re.findall(r"£(\d+)m", said["early_help_budget"])]
    by_year = cs.run(ENGLAND, CURRENT).annual().early_help_spend / 1e6
    years = ("2022-23", "2025-26", "2026-27", "2029-30")
    assert [round(by_year[year] - by_year["2019-20"]) for year in years] == money


def test_every_change_says_that_it_is_an_assumption_and_its_range():
    for change in CURRENT.changes:
        assert change.source.startswith("assumption: "), change.parameter
        assert re.search(r"range (of the £285m |after March 2029 )?[−£\d.]", change.source)


def test_the_table_holds_63_measures_and_says_which_were_not_read():
    assert len(MEASURES) == len({row["id"] for row in MEASURES}) == 63
    unread = {row["id"] for row in MEASURES if row["grade"] != "read"}
    assert len(unread) == 4
    used = set(re.findall(r"`(\w+)`", PAGE.partition("## How sure")[0]))
    sized = {row["id"] for row in MEASURES if not row["suggested_change"].startswith("none")}
    assert len(sized) == 11
    assert sized & used == sized, f"not on the page: {sized - used}"
    assert not unread & sized, "none that was not read decides a size"
    assert all(f"`{name}`" in PAGE for name in unread)


def test_what_is_not_read_and_decides_something_says_so_in_the_file():
    (share,) = (change for change in CURRENT.changes if change.parameter == "conference_share")
    assert "general knowledge" in share.source


# What a projection says


def test_a_projection_names_its_baseline_and_what_that_assumes(tmp_path):
    results = project(ENGLAND, ["early_help_first"], until="2030-03-31", n_draws=0)
    assert results.baseline.name == "Current policy"
    page = cs.report.summary_html(results.runs)
    assert "Early help first, a projection against Current policy: by 2029-30" in page
    assert all(sentence in page for sentence in CURRENT.assumes)
    mixed = project(
        ENGLAND, ["early_help_first", "fixed_total_since_2020"], until="2030-03-31", n_draws=0
    )
    assert mixed.baseline.name == "Policy of March 2020"
    page = cs.report.summary_html(mixed.runs)
    told = ENGLAND.unchanged.assumes
    assert all(sentence.replace("'", "&#x27;") in page or sentence in page for sentence in told)


def test_foster_carers_do_not_grow_without_a_policy():
    carers = cs.run(ENGLAND)["foster_carers"]
    first, last = carers.loc["2020-03-31"], carers.loc["2030-03-31"]
    assert last <= 1.03 * first, f"{first:,.0f} in 2020, {last:,.0f} in 2030"
