"""Names that analysts write first, from published proposals: each leads to a lever."""

import re

import pytest

import caresim as cs
from caresim.england import England
from caresim.language import ScenarioError
from caresim.language.called import called_in, words_of
from caresim.study.scenario.advice import no_lever

ENGLAND = England()
OPEN = [name for name, entry in ENGLAND.parameters.items() if entry.is_open]
ROWS = called_in(England.called_file)
SOON = "2027-04-01"

# What is asked for, and levers of which one must be named
ASKED = {
    # programmes, as proposals call them
    "family_help_budget": "extra_family_support",
    "family_help_teams": "early_help_budget",
    "family_hubs": "extra_under_fives",
    "sure_start_budget": "extra_under_fives",
    "family_support_budget": "extra_family_support",
    "family_support_line": "extra_family_support",
    "youth_services_budget": "extra_young_people",
    "family_support_share": "extra_lines_within",
    "sure_start_share": "extra_lines_within",
    "early_intervention_grant": "early_help_budget",
    "prevention_spend": "early_help_budget",
    "early_help_floor_budget": "early_help_budget",
    "family_group_meetings_share": "conference_share",
    "fgc_coverage": "conference_share",
    "reunification_support": "return_support_share",
    "family_drug_and_alcohol_court": "parent_help_share",
    "pause_programme": "parent_help_share",
    "no_wrong_door": "edge_of_care_share",
    "kinship_allowance": "kinship_support_share",
    "special_guardianship_allowance": "kinship_support_share",
    # carers, homes, workers
    "foster_approvals": "extra_foster_approvals",
    "foster_carers": "extra_foster_approvals",
    "foster_places": "places_per_household_factor",
    "approvals": "extra_foster_approvals",
    "mockingbird_groups": "carer_support_share",
    "fostering_allowance": "foster_allowance_rise",
    "cost_per_foster_year": "foster_allowance_rise",
    "foster_loss_rate": "foster_loss_factor",
    "placements": "foster_application_factor",
    "placement_price": "residential_price_level",
    "residential_price": "residential_price_level",
    "cost_per_residential_year": "residential_price_level",
    "profit_cap": "residential_price_cap",
    "maximum_price": "residential_price_cap",
    "regional_care_cooperatives": "residential_price_level",
    "homes_capital": "extra_homes_places",
    "social_worker_pay": "cost_per_social_worker",
    "agency_cap": "extra_social_workers",
    "turnover": "extra_social_workers|turnover_factor",
    "maximum_caseload": "extra_social_workers",
    "caseload": "direct_work_share",
    # the pathway
    "looked_after": "early_help_budget",
    "children_in_care": "early_help_budget",
    "referrals": "early_help_budget",
    "section_47": "investigation_factor",
    "section_47_enquiries": "investigation_factor",
    "s47_rate": "investigation_factor",
    "thresholds": "investigation_factor",
    "child_protection_plans": "investigation_factor",
    "multi_agency_child_protection_units": "investigation_factor",
    "adoption_rate": "adoption_decisions_factor",
    "adopters": "extra_adopters",
    "adoption_waiting_time": "adoption_wait_factor",
    "care_leavers_support": "leaver_support_share",
    "staying_put_to_23": "staying_put_until",
    "staying_put_age": "staying_put_until|staying_put_share",
    "reentries": "return_support_share",
    "returns_home": "return_factor",
    "uasc": "asylum_arrivals_given",
    # money
    "statutory_budget": "total_budget",
    "statutory_spend": "total_budget",
    "total_spending": "total_budget",
    "windfall_tax": "early_help_budget",
    "ring_fence": "crowding_out",
    "fixed_total": "crowding_out",
    "looked_after_spend": "foster_application_factor",
    # outside the services
    "two_child_limit": "poverty_change",
    "child_poverty": "poverty_change",
    "child_benefit": "poverty_change",
    "general_prices": "extra_price_growth",
}


@pytest.mark.parametrize("name", ASKED)
def test_a_name_that_is_no_lever_leads_to_one_and_its_level(name):
    assert name not in OPEN
    plan = cs.Scenario("S", changes=[cs.Change(name, "scale", 1.1, SOON)])
    with pytest.raises(ScenarioError) as caught:
        cs.run(ENGLAND, plan)
    message = str(caught.value)
    assert "\n" not in message
    named = re.findall(r"'(\w+)' \((?:[^()]|\([^()]*\))*\bnow [^()]+\)", message)
    assert set(ASKED[name].split("|")) & set(named), message
    assert set(named) <= set(OPEN), "only levers are offered"
    assert len(message.removeprefix("scenario 'S', change 1: ")) < 400, "three levers at most"


def test_what_people_call_a_lever_is_not_the_name_of_another():
    for row in ROWS:
        for name in row.names:
            assert name.replace(" ", "_") not in OPEN, name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.names[0])
def test_a_row_names_levers_says_how_they_differ_and_is_found_by_its_names(row):
    assert row.levers
    assert set(row.levers) <= set(OPEN)
    assert row.said[0].islower() or row.said[0].isdigit()
    assert not row.said.endswith(".")
    for name in row.names:
        assert row.matched(words_of(name)) == len(words_of(name))
        assert max(r.matched(words_of(name)) for r in ROWS) == row.matched(words_of(name))


def test_no_name_stands_for_two_things():
    seen = {}
    for row in ROWS:
        for name in row.names:
            words = words_of(name)
            assert seen.setdefault(words, row) is row, f"{name}: {seen[words].names[0]}"


@pytest.mark.parametrize("name", [n for n in ENGLAND.parameters if n not in OPEN])
def test_a_number_that_is_no_lever_says_what_acts_on_the_same_quantity(name):
    message = no_lever(name, ENGLAND)
    role = ENGLAND.parameters[name].role
    assert f"is a{'n' * (role == 'estimated')} {role} number of England, not a lever; " in message
    assert re.search(r"'\w+' \(.*now .*\)", message) or "no lever acts on" in message


@pytest.mark.parametrize("name", [*ENGLAND.published_names(), "care_new", "looked_after_aged_0_9"])
def test_a_quantity_is_told_as_computed_with_the_levers_that_act_on_it(name):
    message = no_lever(name, ENGLAND)
    assert message.startswith(f"'{name}' is computed by England, not set; the ")
    assert re.search(r"'\w+' \(.*now .*\)", message)


def test_statutory_spending_is_said_to_follow_demand():
    for name in ("statutory_budget", "statutory_spend", "statutory_spending"):
        assert "statutory spending follows demand" in no_lever(name, ENGLAND)


def test_the_levels_of_the_guide_to_scenarios_are_those_of_the_levers():
    guide = " ".join(
        (cs.scenarios()["baseline"].path.parent / "README.md").read_text("utf-8").split()
    )
    (said,) = re.findall(r"\*\*Statutory spending follows demand\*\*.*?\n?- \*\*A change", guide)
    for name, level in re.findall(r"`(\w+)`, now ([^;,)]+)", said):
        assert f"now {level.removesuffix(' a year')}" in no_lever("statutory_budget", ENGLAND), name


@pytest.mark.parametrize(
    "name", ["Early Help Budget", "EARLY-HELP-BUDGET", "early_help_budgt", " early_help_budget "]
)
def test_a_slip_of_spelling_is_answered_with_the_lever_itself(name):
    assert "; did you mean 'early_help_budget' (budget for early help" in no_lever(name, ENGLAND)
    assert no_lever(name, ENGLAND).endswith("now £2.287bn a year at 2019-20 prices)?")


@pytest.mark.parametrize("name", ["x", "", "🙂", "a" * 5000, "__", "12"])
def test_any_name_is_answered_in_one_short_sentence(name):
    message = no_lever(name, ENGLAND)
    assert "\n" not in message
    assert "is not a parameter of England; " in message
    assert len(message) < 320
