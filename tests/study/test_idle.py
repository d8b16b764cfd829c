"""Changes that change nothing: each is named with its reason, whatever it is that holds it."""

import itertools

import numpy as np
import pytest
from policy_model import MODEL

import caresim as cs
from caresim.england import England
from caresim.language import Aux, Flow, Model, Parameter, Parameters, RunError, Series, Stock, cloud
from caresim.study.draws import Draws
from caresim.study.idle import idle_notices
from caresim.study.question import Question
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

SOON = "2021-04-01"


def lever(name, value, unit="1", bounds=(0.0, 10.0), **others):
    return Parameter(name, value, unit, name.replace("_", " "), "lever", bounds, **others)


RISING = Series((2019.0, 2023.0), (1e6, 2e6), held=False)
p = Parameters(
    {
        entry.name: entry
        for entry in (
            lever("births", 10.0, "person/year", (0.0, 1000.0)),
            lever("leave_rate", 0.1, "1/year"),
            lever("offered_share", 0.0, bounds=(0.0, 1.0)),
            Parameter("offer_effect", 0.3, "1", "Fewer who leave", "effect", (0.0, 1.0)),
            Parameter("offer_cost", 5.0, "GBP/person", "Cost of an offer", "cost", (0.0, 1e6)),
            lever("own_budget", RISING, "GBP/year", (0.0, 1e9)),
            lever("whole_budget", 9e6, "GBP/year", (0.0, 1e9)),
            lever("paid_from", 0.0, choices=(("own", 0.0), ("whole", 1.0)), bounds=(0.0, 1.0)),
            lever("more_than_one", 1.0),
            lever("extra_cost", 3.0, "GBP/year", (0.0, 1e6)),
            lever("seen_nowhere", 1.0),
            Parameter("people_0", 100.0, "person"),
        )
    },
    price_year="2019-20",
)  # fmt: skip


class Town(Model):
    """A town with a programme that nobody uses and a budget that nothing is paid from."""

    parameters = p
    start, until = "2019-03-31", "2029-03-31"
    people = Stock("People", "person", p.people_0)
    born = Flow("Born", cloud >> people, p.births)
    left = Flow("Left", people >> cloud,
                people * p.leave_rate * (1 - p.offered_share * p.offer_effect))  # fmt: skip
    offers = Aux("Spent on offers", left * p.offered_share * p.offer_cost)
    paid = Aux("Paid", p.own_budget * (1 - p.paid_from) + p.whole_budget * p.paid_from)
    more = Aux("Spent on more", (p.more_than_one - 1) * p.extra_cost)
    nowhere = Aux("Shown nowhere", people * p.seen_nowhere)
    published = (people, left, offers, paid, more)


TOWN = Town()


def said(*changes, model=TOWN, **options):
    """Return what is said of a scenario, by kind."""
    plan = Scenario("S", changes=[Change(*change) for change in changes])
    notices = idle_notices(Question.of(model, plan, **options))
    return [(n.kind, n.subject, n.text.partition(" changes nothing: ")[2]) for n in notices]


ALONE = {
    "nothing added": (("births", "add", 0.0, SOON), "nothing is added"),
    "a factor of one": (("births", "scale", 1, SOON, 3), "a factor of 1 leaves it as it is"),
    "a factor on nothing": (
        ("offered_share", "scale", 2, SOON),
        "'offered_share' is 0, and so is every multiple of it; use 'set' or 'add'",
    ),
    "today's value": (("births", "set", 10, SOON), "'births' is 10 people a year already"),
    "today's value of a path": (
        ("own_budget", "set", 2e6, "2024-04-01"),
        "'own_budget' is £2m a year at 2019-20 prices already",
    ),
    "today's setting": (("paid_from", "set", "own", SOON), "'paid_from' is 'own' already"),
    "an effect of what nobody uses": (
        ("offer_effect", "set", 0.5, SOON),
        "nothing follows from it while 'offered_share' is 0 %; raise that too",
    ),
    "a cost of what nobody uses": (
        ("offer_cost", "scale", 2, SOON),
        "nothing follows from it while 'offered_share' is 0 %; raise that too",
    ),
    "a budget that nothing is paid from": (
        ("whole_budget", "add", 1e6, SOON),
        "nothing follows from it while 'paid_from' is 'own'; set that to 'whole' too",
    ),
    "a cost beyond a level": (
        ("extra_cost", "scale", 2, SOON),
        "nothing follows from it while 'more_than_one' is 1; raise that too",
    ),
    "what is published nowhere": (
        ("seen_nowhere", "scale", 2, SOON),
        "'seen_nowhere' moves, but nothing that is published follows from it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ALONE)
def test_a_change_that_changes_nothing_is_named_with_the_reason(kind):
    change, why = ALONE[kind]
    assert said(change) == [("identical", "S", "it is identical to Current policy"),
                            ("idle", change[0], why)]  # fmt: skip


@pytest.mark.parametrize("kind", ALONE)
def test_it_is_named_also_beside_a_change_that_acts(kind):
    """The scenario as a whole then changes something, and that is not denied."""
    change, why = ALONE[kind]
    other = ("leave_rate", "scale", 1.5, SOON)
    assert said(other, change) == [("idle", change[0], why)]
    assert said(other) == []


@pytest.mark.parametrize(
    ("changes", "idle"),
    [
        (
            [("births", "add", 5, SOON), ("births", "add", -5, SOON)],
            "the changes of this lever undo",
        ),
        (
            [("births", "scale", 2, SOON), ("births", "scale", 0.5, SOON)],
            "the changes of this lever un",
        ),
        ([("births", "add", 5, SOON), ("births", "set", 10, SOON)], "a later change of this lever"),
    ],
)
def test_changes_that_undo_each_other_say_so(changes, idle):
    found = said(*changes)
    assert found[0][0] == "identical"
    assert found[1][2].startswith(idle)


def test_a_change_that_another_replaces_is_named_alone():
    found = said(("births", "add", 5, SOON), ("births", "set", 30, SOON))
    assert found == [("idle", "births", "a later change of this lever takes its place")]


def test_a_change_that_another_replaces_later_acts_until_then():
    assert said(("births", "add", 5, SOON), ("births", "set", 30, "2023-04-01")) == []


def test_what_another_change_of_the_scenario_makes_void_names_that():
    found = said(("paid_from", "set", "whole", "2019-04-01"), ("own_budget", "add", 1e6, SOON))
    why = "nothing follows from it while 'paid_from' is 'whole', as this scenario has it"
    assert found == [("idle", "own_budget", why)]


def test_what_another_change_of_the_scenario_lets_act_is_not_named():
    assert said(("offered_share", "set", 0.5, SOON), ("offer_cost", "scale", 2, SOON)) == []
    assert said(("paid_from", "set", "whole", SOON), ("whole_budget", "add", 1e6, SOON)) == []


def test_a_small_change_is_a_change():
    assert said(("births", "scale", 1 + 1e-6, SOON)) == []
    assert said(("own_budget", "add", 1, SOON)) == []


@pytest.mark.parametrize("end", ["2021-12-31", "2022-03-31"])
def test_a_change_that_ends_is_a_change(end):
    assert said(("births", "add", 5, SOON, 0, end)) == []


EVERY = [name for name, entry in p.items() if entry.is_open and not entry.choices]


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(EVERY, 2)])
def test_a_change_is_named_where_the_run_without_it_is_the_same_and_only_there(one, other):
    changes = [(name, "scale", 1.5, SOON) for name in (one, other)]
    named = {subject for kind, subject, _ in said(*changes) if kind == "idle"}
    whole = table(changes)
    for change in changes:
        rest = [c for c in changes if c != change]
        assert (change[0] in named) == table(rest).equals(whole), change[0]


def table(changes):
    return cs.run(TOWN, Scenario("S", changes=[Change(*c) for c in changes])).annual()


def test_a_lever_that_is_drawn_is_judged_by_its_draws():
    plan = Scenario("S", changes=[Change("births", "set", 10, SOON)])
    sample = Draws({"births": np.array([10.0, 12.0])}, "prior", 1)
    assert idle_notices(Question.of(TOWN, plan, draws=sample)) == []
    held = idle_notices(Question.of(Town(births=10.0), plan, draws=sample))
    assert [n.kind for n in held] == ["identical", "idle"], "the caller's value holds"


def test_current_policy_and_a_scenario_without_changes_are_silent():
    assert idle_notices(Question.of(TOWN)) == []
    assert idle_notices(Question.of(TOWN, Scenario("S"))) == []


def test_a_run_says_it_in_its_warnings_and_its_record():
    plan = Scenario("S", changes=[Change("offer_cost", "scale", 2, SOON)])
    result = cs.run(TOWN, plan)
    assert [n.kind for n in result.warnings if n.kind in ("identical", "idle")] == [
        "identical",
        "idle",
    ]
    assert "idle" in [notice["kind"] for notice in result.provenance["notices"]]


def test_an_explanation_says_it_and_a_brief_one_does_not():
    plan = Scenario("S", changes=[Change("offer_cost", "scale", 2, SOON)])
    text = cs.explain(plan, TOWN)
    assert (
        "Note: the change of 'offer_cost' from April 2021 changes nothing: nothing follows" in text
    )
    assert "Note" not in cs.explain(plan, TOWN, brief=True)
    assert "Note" not in cs.explain(plan)


def test_what_a_run_refuses_can_be_explained_all_the_same():
    plan = Scenario("S", changes=[Change("births", "add", 5, "2035-04-01")])
    assert "Note" not in cs.explain(plan, TOWN)


def test_a_run_that_cannot_be_finished_is_told_by_its_own_error():
    class Empty(Model):
        """A stock that more is taken from than it holds."""

        parameters = q = Parameters(
            {
                "taken": lever("taken", 1.0, "person/year", (0.0, 1e6)),
                "people_0": Parameter("people_0", 100.0, "person"),
            }
        )
        start, until = "2019-03-31", "2029-03-31"
        people = Stock("People", "person", q.people_0)
        left = Flow("Left", people >> cloud, q.taken)

    plan = Scenario("S", changes=[Change("taken", "set", 1e5, SOON)])
    with pytest.raises(RunError):
        idle_notices(Question.of(Empty(), plan))


def test_a_model_that_publishes_nothing_shows_all_and_is_judged_by_all():
    plan = Scenario("S", changes=[Change("early_help_budget", "scale", 2, SOON)])
    found = idle_notices(Question.of(MODEL, plan))
    assert [n.kind for n in found] == ["identical", "idle"], "it is divided by itself"


ENGLISH = {
    "total_budget": "while 'crowding_out' is 'ring-fenced'; set that to 'residual' too",
    "conference_effect": "while 'conference_share' is 0 %; raise that too",
    "cost_per_conference": "while 'conference_share' is 0 %; raise that too",
    "edge_of_care_effect": "while 'edge_of_care_share' is 0 %; raise that too",
    "cost_per_edge_of_care_family": "while 'edge_of_care_share' is 0 %; raise that too",
    "practice_lasting_share": "is 0, and so is every multiple of it; use 'set' or 'add'",
    "cost_per_adopter": "while 'extra_adopters' is 0 children a year; raise that too",
    "leaver_support_effect": "while 'leaver_support_share' is 0 %; raise that too",
    "cost_per_leaver_supported_year": "while 'leaver_support_share' is 0 %; raise that too",
    "step_down_effect": "while 'step_down_share' is 0 %; raise that too",
    "cost_per_step_down_year": "while 'step_down_share' is 0 %; raise that too",
    "cost_per_homes_place_built": "moves, but nothing that is published follows from it",
    "foster_campaign_elasticity": "while 'foster_application_factor' is 1; raise that too",
    "residential_price_cap": "moves, but nothing that is published follows from it",
    "provider_elasticity": "moves, but nothing that is published follows from it",
    "parent_help_effect": "while 'parent_help_share' is 0 %; raise that too",
    "cost_per_parent_helped": "while 'parent_help_share' is 0 %; raise that too",
    "return_support_effect": "while 'return_support_share' is 0 %; raise that too",
    "cost_per_return_package": "while 'return_support_share' is 0 %; raise that too",
    "kinship_support_uptake": "while 'kinship_support_share' is 0 %; raise that too",
    "kinship_support_effect": "while 'kinship_support_share' is 0 %; raise that too",
    "cost_per_kinship_support_year": "while 'kinship_support_share' is 0 %; raise that too",
    "cost_per_foster_application": "while 'foster_application_factor' is 1; raise that too",
    "foster_pay_elasticity": "nothing that is published follows from it",
    "carer_support_effect": "while 'carer_support_share' is 0 %; raise that too",
    "cost_per_carer_supported_year": "while 'carer_support_share' is 0 %; raise that too",
    "cost_per_extra_foster_approval": "while 'extra_foster_approvals' is 0",
    "cost_per_foster_place_added_year": "while 'places_per_household_factor' is 1; raise that too",
    "cost_per_social_worker": "while 'extra_social_workers' is 0 workers; raise that too",
    "court_reach": "while 'shocks' is 0 per year; raise that too",
    "poverty_referral_effect": "while 'poverty_change' is 0; raise that too",
    "poverty_entry_effect_0_9": "while 'poverty_change' is 0; raise that too",
    "shocks": "'shocks' is 0, and so is every multiple of it; use 'set' or 'add'",
    "poverty_entry_effect_10_15": "while 'poverty_change' is 0; raise that too",
    "poverty_entry_effect_16_17": "is 0, and so is every multiple of it; use 'set' or 'add'",
}


@pytest.mark.parametrize(
    "name", [n for n, e in England.parameters.items() if e.is_open and not e.choices]
)
def test_each_number_of_england_that_does_nothing_alone_says_what_it_waits_for(name):
    entry = England.parameters[name]
    verb, amount = ("scale", 1.05) if name in ENGLISH or entry.is_dated else ("set", middle(entry))
    found = said((name, verb, amount, "2027-04-01"), model=England())
    assert [kind for kind, _, _ in found] == ["identical", "idle"] * (name in ENGLISH)
    assert all(ENGLISH[name] in why for kind, _, why in found if kind == "idle")


def middle(entry):
    low, high = entry.bounds
    return entry.value + 0.05 * ((high if entry.value < high else low) - entry.value)
