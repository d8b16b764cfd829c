"""What a target needs: as worked out by hand, lever by lever, together, and of each effect."""

import html
import re
from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import Aux, Model, Parameter, Parameters, Prior, RunError, Series
from caresim.study.question import Question

BY, BEGINS = "2029-03-31", "2021-04-01"
EFFECT, SECOND = 0.3, 0.1  # of one whole lever each
MEASURED = Prior("beta", 0.3, 0.1)


def lever(name, value, bounds=(0.0, 1.0), **more):
    return Parameter(name, value, "1", name.replace("_", " "), "lever", bounds, **more)


p = Parameters(
    {
        entry.name: entry
        for entry in (
            lever("help_share", 0.0, effect="help_effect", caveat="Ask who is helped"),
            lever("second_share", 0.0, (0.0, 2.0)),
            lever("bent_share", 0.0),
            lever("rule", 0.0, choices=(("off", 0.0), ("on", 1.0))),
            lever("idle_share", 0.0),
            Parameter("budget", Series((2019.0, 2039.0), (100.0, 120.0), held=False), "GBP/year",
                      "Budget", "lever", (0.0, 1_000.0)),
            Parameter("help_effect", EFFECT, "1", "Fall for all who are helped", "effect",
                      (0.0, 1.0), MEASURED, "A trial of 2019. It was small", grade="trial"),
            Parameter("unasked_effect", 0.0, "1", "Help that nobody names", "effect",
                      (-0.5, 0.5)),
            Parameter("other_effect", 0.2, "1", "Of something else", "effect", (0.0, 1.0)),
            Parameter("size", 1_000.0, "child"),
            Parameter("price", 1.0, "child*year/GBP"),
        )
    },
    price_year="2019-20",
)  # fmt: skip


class Linear(Model):
    """A number that falls in proportion to two levers, bends with a third, and rises by a rule."""

    parameters = p
    start, until = "2019-03-31", "2031-03-31"
    fall = Aux("Fall", p.help_share * (p.help_effect + p.unasked_effect) + SECOND * p.second_share)
    bend = Aux("Bend", 4 * p.bent_share * (1 - p.bent_share) * EFFECT)
    others = Aux("Others", p.size * (1 + 0 * (p.other_effect + p.idle_share)))
    children = Aux("Children", others * (1 - fall - bend + 0.2 * p.rule))
    paid_for = Aux("Children paid for", others * 0 + p.price * p.budget)
    cost = Aux("Cost", p.budget * (1 - fall))
    none = Aux("Nothing", 0 * others)
    fixed = Aux("Fixed", p.size * 2)


MODEL = Linear()


def plan(name="Plan", **levers):
    changes = [cs.Change(key, "set", value, BEGINS) for key, value in levers.items()]
    return cs.Scenario(name, changes=changes)


HELP = plan(help_share=0.25)
BOTH = plan(help_share=0.25, second_share=1.0)


def asked(scenario=HELP, output="children", change=-0.15, model=MODEL, by=BY, **more):
    return cs.needed(model, scenario, output, change=change, by=by, **more)


def help_draws(*effects):
    return cs.Draws({"help_effect": list(effects)}, "by hand", 1)


# Levers


def test_a_lever_is_moved_as_far_as_worked_out_by_hand():
    found = asked()["help_share"]
    assert found.value == pytest.approx(0.15 / EFFECT)
    assert found.multiple == pytest.approx(0.15 / EFFECT / 0.25)
    assert (found.start, found.written) == (0.0, 0.25)


def test_each_lever_is_asked_without_the_others():
    found = asked(BOTH)
    assert found["help_share"].value == pytest.approx(0.5)
    assert found["second_share"].value == pytest.approx(1.5)
    assert found.written == pytest.approx([-0.175])


def test_what_bounds_forbid_is_said_with_how_far_they_let_it_come():
    found = asked(change=-0.5)
    need = found["help_share"]
    assert (need.value, need.reached) == (None, 0.0)
    assert need.best == pytest.approx([-EFFECT])
    assert need.furthest == pytest.approx([1.0])
    assert "not within bounds, at most −30 % at 100 %" in str(found)


def test_a_lever_that_only_leads_away_and_one_that_leads_nowhere_are_told_apart():
    found = asked(plan(help_share=0.25, idle_share=1.0), change=0.1)
    said = " ".join(str(found).split())
    assert "help share (0 % → 25 % as written): not within bounds, for it only takes it" in said
    assert "idle share (0 % → 100 % as written): makes no difference" in said


def test_the_first_place_is_given_where_a_lever_turns_round():
    need = asked(plan(bent_share=0.1))["bent_share"]
    assert need.value == pytest.approx((1 - 0.5**0.5) / 2, rel=1e-5)


def test_a_greatest_that_lies_within_the_bounds_is_the_one_that_is_told():
    need = asked(plan(bent_share=0.1), change=-0.4)["bent_share"]
    assert need.value is None
    assert -EFFECT <= need.best[0] < -0.9 * EFFECT
    assert 0.3 < need.furthest[0] < 0.7


def test_a_switch_is_on_or_off():
    need = asked(plan(rule="on"), change=0.15)["rule"]
    assert (need.value, need.best[0]) == (1.0, pytest.approx(0.2))
    assert asked(plan(rule="on"), change=0.25)["rule"].value is None


def test_a_dated_lever_is_moved_by_multiples_of_its_own_move():
    dearer = cs.Scenario("More", changes=[cs.Change("budget", "scale", 1.1, "2024-04-01")])
    need = asked(dearer, "paid_for", 0.25)["budget"]
    assert need.start == pytest.approx(110.0)
    assert need.value == pytest.approx(1.25 * 110)
    assert need.multiple == pytest.approx(2.5)


def test_bounds_hold_at_every_moment_of_a_dated_lever():
    less = cs.Scenario("Less", changes=[cs.Change("budget", "add", -50, "2020-04-01")])
    need = asked(less, "paid_for", -0.99)["budget"]
    assert need.value is None
    assert need.furthest[0] == pytest.approx(110 - 101, rel=1e-3), "at 101 it was 0 in April 2020"


def test_a_rate_is_what_the_year_that_ends_then_adds_up_to():
    found = asked(output="cost", change=-0.1)
    assert found["help_share"].value == pytest.approx(0.1 / EFFECT)
    assert found.before == pytest.approx([109.5])
    assert "in 2028-29 than under" in str(found)


# Together


def test_together_one_multiple_moves_all():
    need = asked(BOTH, change=-0.35)["together"]
    assert need.value == pytest.approx(0.35 / (0.25 * EFFECT + SECOND), rel=1e-6)
    assert need.stops == ()


def test_together_a_lever_stops_at_its_bound_while_others_go_on():
    need = asked(BOTH, change=-0.425)["together"]
    assert need.value == pytest.approx(3.0)
    assert [stop.name for stop in need.stops] == ["second_share"]
    assert "at their bounds by then: second_share" in " ".join(
        str(asked(BOTH, change=-0.425)).split()
    )


def test_together_they_may_not_do_either():
    need = asked(BOTH, change=-0.6)["together"]
    assert (need.value, need.best[0]) == (None, pytest.approx(-0.5))


def test_a_switch_stays_set_among_others():
    both = plan(help_share=0.25, rule="on")
    assert asked(both, change=-0.05)["together"].value == pytest.approx(0.25 / EFFECT / 0.25)


def test_one_lever_is_not_asked_together_with_itself():
    assert [need.kind for need in asked().needs] == ["lever", "effect", "effect"]


# Effects


def test_an_effect_is_told_with_where_in_its_prior_it_is():
    need = asked()["help_effect"]
    assert need.value == pytest.approx(0.15 / 0.25)
    assert need.percentile == pytest.approx(MEASURED.share_within(0, 0.6))
    assert need.likely == pytest.approx(tuple(MEASURED.quantiles([0.025, 0.975])))
    said = " ".join(str(asked()).split())
    assert "(30 % in the model): at least 60 %; that is above the 95 % of its prior" in said
    assert "Evidence: trial. Source: A trial of 2019." in said


def test_an_effect_within_its_prior_is_told_with_what_lies_below():
    assert re.search(r"at least 40 %; 8\d % of its prior lies below", _flat(asked(change=-0.1)))


def test_an_effect_that_the_scenario_leans_on_is_found_though_no_lever_names_it():
    found = asked()
    assert found["unasked_effect"].value == pytest.approx(0.3)
    names = found.table().index.to_list()
    assert "other_effect" not in names, "which changes nothing of what the scenario does"
    assert "it has no prior" in str(found)


def test_what_is_reached_as_written_says_how_little_an_effect_may_be():
    found = asked(plan(help_share=1.0))
    need = found["help_effect"]
    assert (need.value, need.below) == (pytest.approx(0.15), False)
    assert "which is enough" in str(found)
    assert found["help_share"].multiple == pytest.approx(0.5)


def test_an_effect_that_matters_nothing_for_the_target_is_only_named():
    found = asked(plan(help_share=0.1, second_share=2.0))
    assert found["help_effect"].value is None
    assert "these effects are: help_effect" in _flat(found)


def test_where_less_would_do_an_effect_is_told_as_the_most_that_it_may_be():
    found = asked(plan(second_share=0.5, help_share=1.0), change=0.1)
    need = found["unasked_effect"]
    assert (need.value, need.below) == (pytest.approx(-0.45), True)
    assert "at most −0.45" in str(found)


# What it is compared with


def test_a_scenario_is_compared_with_the_file_that_it_extends(tmp_path):
    change = f'[[change]]\nparameter = "help_share"\nfrom = {BEGINS}\nwhy = "-"\nsource = "-"\n'
    (tmp_path / "base.toml").write_text(f'name = "Base"\n{change}set = 0.1\n')
    (tmp_path / "more.toml").write_text(f'name = "More"\nextends = "base"\n{change}set = 0.2\n')
    found = asked(tmp_path / "more.toml", change=-0.1)
    share = (1 - 0.9 * 0.97) / EFFECT
    need = found["help_share"]
    assert found.baseline == "Base"
    assert (need.start, need.written) == pytest.approx((0.1, 0.2))
    assert need.value == pytest.approx(share)
    assert need.multiple == pytest.approx((share - 0.1) / 0.1)


def test_a_baseline_that_is_named_takes_its_place():
    found = asked(BOTH, against=HELP)
    assert found.baseline == "Plan"
    assert [need.number.name for need in found.needs if need.kind == "lever"] == ["second_share"]


def test_a_scenario_of_python_is_compared_with_the_one_that_it_extends():
    more = cs.Scenario("More", changes=plan(second_share=1.0).changes, extends=HELP)
    assert asked(more).baseline == "Plan"
    assert asked(more)["second_share"].value == asked(more, against=HELP)["second_share"].value


# Draws


def test_each_draw_has_an_answer_of_its_own():
    need = asked(draws=help_draws(0.2, 0.3, 0.5))["help_share"]
    assert need.needed == pytest.approx(0.15 / np.array([0.2, 0.3, 0.5]))
    assert need.value == pytest.approx(0.5)
    assert need.interval == pytest.approx((0.3, 0.75))


def test_draws_in_which_it_is_beyond_the_bounds_are_counted():
    found = asked(draws=help_draws(0.1, 0.12, 0.2, 0.3, 0.5))
    need = found["help_share"]
    assert (need.reached, need.value) == (0.6, pytest.approx(0.75))
    assert need.interval == (pytest.approx(0.3), np.inf)
    assert "30 % to beyond its bound; not within bounds in 40 %" in _flat(found)
    most = asked(draws=help_draws(0.1, 0.12, 0.3))
    assert most["help_share"].value is None
    assert "not within bounds but in 33 % of the draws, at most −12 %" in _flat(most)


def test_the_draws_of_an_effect_that_is_looked_for_are_unused():
    found = asked(draws=help_draws(0.1, 0.2, 0.3))
    assert found["help_effect"].needed == pytest.approx([0.6, 0.6, 0.6])
    assert found.written == pytest.approx([-0.025, -0.05, -0.075])


def test_the_draws_of_a_lever_that_is_moved_are_unused_and_it_is_said():
    draws = cs.Draws({"help_share": [0.0, 0.5], "help_effect": [0.3, 0.3]}, "by hand", 1)
    found = asked(draws=draws)
    assert found["help_share"].needed == pytest.approx([0.5, 0.5])
    assert any("'help_share': moved from its own value" in str(said) for said in found.notices)


# Every lever of a model


def test_without_a_scenario_each_lever_is_moved_either_way():
    found = asked(None, change=-0.15, begins=BEGINS)
    values = {need.number.name: need.value for need in found.needs}
    assert values["help_share"] == pytest.approx(0.5)
    assert values["second_share"] == pytest.approx(1.5)
    assert values["bent_share"] == pytest.approx((1 - 0.5**0.5) / 2, rel=1e-4)
    assert values["rule"] is None
    assert {need.kind for need in found.needs} == {"lever"}
    assert "Not a hundredth of the way, within their bounds: " in _flat(found)


def test_without_a_scenario_a_lever_goes_down_where_that_leads_there():
    model = Linear(help_share=0.5)
    assert asked(None, model=model, change=0.0425 / 0.85)["help_share"].value == pytest.approx(
        0.5 - 0.0425 / EFFECT
    )


def test_without_a_scenario_levers_move_five_years_before_unless_told():
    assert "moved at once on 1 April 2024" in str(asked(None))
    assert "moved at once on 1 April 2021" in str(asked(None, begins=BEGINS))


def test_without_a_scenario_levers_start_where_a_baseline_has_them():
    found = asked(None, change=-0.1, against=HELP)
    assert found.baseline == "Plan"
    assert found["help_share"].start == pytest.approx(0.25)
    assert found["help_share"].value == pytest.approx((1 - 0.9 * 0.925) / EFFECT)


# Tables and pages


def test_the_table_has_evidence_beside_each_answer():
    table = asked(BOTH).table()
    assert table.loc["help_share", ["grade", "caveat", "source"]].to_list() == [
        "trial", "Ask who is helped", "A trial of 2019. It was small",
    ]  # fmt: skip
    assert table.loc["second_share", "grade"] == "assumption"
    assert table.loc["help_effect", "percentile"] == pytest.approx(MEASURED.share_within(0, 0.2))
    assert table.loc["together", "kind"] == "together"
    assert (table.reached == 1).all()


def test_a_page_shows_the_answer_and_its_table():
    page = asked(plan("<b>Plan</b>", help_share=0.25))._repr_html_()
    assert html.escape("<b>Plan</b>") in page
    assert "<b>Plan" not in page
    assert "<table" in page


def test_a_need_is_found_by_its_name_or_the_names_there_are_are_said():
    with pytest.raises(RunError, match="nothing is needed of 'help'; there are 'help_share'"):
        asked()["help"]


# Faults


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"change": 0}, "0 is where it is without any change"),
        ({"change": -20}, "change is a share such as -0.2 for a fifth less, not -20"),
        ({"by": "2021-03-31"}, r"by \(2021-03-31\) comes before the first change of 'Plan'"),
        ({"by": "2019-03-31"}, r"by \(2019-03-31\) must be after the start"),
        ({"output": "child"}, "Linear has no 'child'; did you mean 'children'"),
        ({"output": "none"}, "'none' is 0 under Current policy, and there is no share of that"),
        ({"begins": BEGINS}, "begins is for the levers of a model without a scenario"),
        ({"against": HELP}, "'Plan' changes nothing that is not changed without it as well"),
        ({"scenario": plan(help_share=0.0)}, "'Plan' moves no lever from where it is anyway"),
        ({"scenario": None, "begins": "2030-04-01"}, r"begins \(2030-04-01\) must be a day before"),
        ({"scenario": None, "output": "fixed"}, "no lever of Linear acts on 'fixed'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(change, said):
    with pytest.raises(RunError, match=said):
        asked(**change)


# Ways, which all of it rests on


@pytest.mark.parametrize("target", ["python", "compiled"])
def test_a_column_of_a_lever_says_how_much_of_its_move_is_made(target):
    dearer = cs.Scenario("More", changes=[cs.Change("budget", "scale", 1.5, "2024-04-01")])
    question = Question.of(MODEL, dearer, beside=(dearer, None))
    prepared = question.prepared(["paid_for"], target, since=())
    record, _ = prepared.record({"budget": np.array([0.0, 0.5, 1.0])}, 3)
    sides = [cs.run(MODEL, side)["paid_for"].to_numpy() for side in (None, dearer)]
    half = (sides[0] + sides[1]) / 2
    for column, expected in zip(
        record.levels["paid_for"].T, (sides[0], half, sides[1]), strict=True
    ):
        assert column == pytest.approx(expected, rel=1e-12)


ENGLAND = England()


def test_england_gets_there_where_it_is_said_to():
    found = cs.needed(ENGLAND, "early_help_first", "looked_after", change=-0.1, by="2032-03-31")
    budget = found["early_help_budget"]
    plan = cs.read_scenario("early_help_first", ENGLAND)
    (own,) = plan.own_changes
    more = replace(own, amount=5e8 * budget.multiple)
    larger = cs.Scenario("More", changes=[*plan.parent.changes, more])
    runs = [cs.run(ENGLAND, side) for side in (plan.parent, plan, larger)]
    table = cs.compare(*runs, at=["2032-03-31"])["percent"]
    shown = table.xs("looked_after", level="output").droplevel("financial_year")
    assert shown["More"] == pytest.approx(-10, abs=1e-3)
    assert shown["Early help first"] == pytest.approx(100 * found.written[0], rel=1e-9)


def test_england_says_what_is_not_within_bounds():
    found = cs.needed(
        ENGLAND, "return_support_everywhere", "looked_after", change=-0.2, by="2032-03-31"
    )
    assert found["return_support_share"].value is None
    assert re.search(r"not within bounds, at most −\d", _flat(found))
    assert "No trial has measured" in _flat(found)


def _flat(found):
    return " ".join(str(found).split())
