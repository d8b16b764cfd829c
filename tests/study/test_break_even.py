"""Break-evens: as worked out by hand, for each draw, and none where there is none."""

import html
import itertools
from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.language import (
    Aux,
    Model,
    Parameter,
    ParameterError,
    Parameters,
    RunError,
    ScenarioError,
    Series,
)
from caresim.study.break_even.answer import told_together
from caresim.study.break_even.search import break_even, effects_of
from caresim.study.draws import Draws
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

RISK, PRICE = 0.3, 50_000.0  # of those who come back, and what each costs
COST = 3_000.0
EVEN = (COST / (RISK * PRICE)) ** 0.5  # where what is saved pays for the packages


def lever(name, value, unit="1", bounds=(0.0, 1.0)):
    return Parameter(name, value, unit, name.replace("_", " "), "lever", bounds)


p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("returns", 1_000.0, "child/year"),
            lever("support_share", 0.0),
            lever("second_share", 0.0),
            Parameter("support_effect", 0.3, "1", "Share of re-entries prevented",
                      bounds=(0.0, 1.0)),
            Parameter("unused_effect", 0.5, "1", "Another effect", bounds=(0.0, 1.0),
                      grade="trial"),
            Parameter("unbounded_effect", 0.5, "1"),
            Parameter("dated_effect", Series((2009.0, 2019.0), (0.1, 0.2), held=False), "1",
                      bounds=(0.0, 1.0)),
            lever("switch_effect", 0.0),
            lever("package_cost", COST, "GBP/child", (0.0, 1e6)),
            Parameter("reentry_price", PRICE, "GBP/child"),
            Parameter("risk", RISK, "1"),
        )
    },
    price_year="2019-20",
)  # fmt: skip
NOTHING = 0 * (p.unused_effect + p.unbounded_effect + p.dated_effect + p.switch_effect)


class Support(Model):
    """Returns home that are supported: each prevents re-entries by the square of its effect."""

    parameters = p
    start, until = "2019-03-31", "2029-03-31"
    spending_total = "total_spend"
    reentry_share = Aux(
        "Share that comes back",
        p.risk * (1 - p.support_share * p.support_effect**2) + NOTHING,
    )
    returned = Aux("Returned home", p.returns * (1 + 0 * p.second_share))
    reentries = Aux("Came back", returned * reentry_share)
    package_spend = Aux("Spent on packages", returned * p.support_share * p.package_cost)
    total_spend = Aux("Total spending", package_spend + reentries * p.reentry_price)
    level = Aux("Share that does not", 1 - reentry_share)


MODEL = Support()
EFFECT = "support_effect"


def plan(*changes, name="Support"):
    return Scenario(name, changes=list(changes) or [Change("support_share", "set", 0.5, BEGINS)])


BEGINS = "2021-04-01"
HALF = plan()


def found(scenario=HALF, effect=EFFECT, model=MODEL, **options):
    return break_even(model, scenario, effect, **options)


def naming(**effects):
    """Return the model with levers that name an effect."""
    model = Support()
    entries = dict(model.parameters.entries)
    for lever_name, effect in effects.items():
        entries[lever_name] = replace(entries[lever_name], effect=effect)
    model.parameters = Parameters(entries, "2019-20")
    return model


# What breaks even


@pytest.mark.parametrize("at", ["2022-03-31", "2029-03-31"])
@pytest.mark.parametrize("discount", [0.0, 0.035])
def test_the_value_is_the_one_worked_out_by_hand(at, discount):
    assert found(at=at, discount=discount).value == pytest.approx(EVEN, rel=1e-6)


def test_the_scenario_costs_the_same_at_the_value_that_is_found():
    value = found().value
    runs = [cs.run(Support(support_effect=value), side) for side in (None, HALF)]
    before, after = (run.yearly("total_spend").sum() for run in runs)
    assert after == pytest.approx(before, rel=1e-7)
    assert abs(after - before) < 1e-4 * abs(found(discount=0).sums[0, -1, 0])


def test_sums_are_discounted_from_the_financial_year_of_the_first_change():
    result = found(at="2024-03-31")
    assert result.years == ("2021-22", "2022-23", "2023-24")
    a_year = 1_000 * 0.5 * COST
    expected = [a_year, a_year * (1 + 1 / 1.035), a_year * (1 + 1 / 1.035 + 1 / 1.035**2)]
    assert result.table().loc[0.0].to_list() == pytest.approx(expected)


def test_sums_are_those_of_two_runs_at_every_effect():
    result = found(discount=0)
    for effect, total in zip(result.effects, result.sums[:, -1, 0], strict=True):
        model = Support(support_effect=float(effect))
        before, after = (cs.run(model, side).yearly("total_spend").sum() for side in (None, HALF))
        assert total == pytest.approx(after - before, rel=1e-9, abs=1e-3)


def test_the_table_spans_the_bounds_and_holds_the_present_value():
    table = found().table()
    assert table.index.name == EFFECT
    assert (table.index[0], table.index[-1]) == (0.0, 1.0)
    assert 0.3 in table.index
    assert table.index.is_monotonic_increasing
    assert list(table.columns)[-1] == "2028-29"


def test_each_draw_breaks_even_where_it_should_alone():
    costs = np.linspace(1_000, 6_000, 41)
    draws = Draws({"package_cost": costs, EFFECT: np.full(41, 0.9)}, "prior", 1)
    result = found(draws=draws)
    expected = np.sqrt(costs / (RISK * PRICE))
    np.testing.assert_allclose(result.roots, expected, rtol=1e-5)
    assert result.value == pytest.approx(np.median(expected), rel=1e-5)
    assert result.interval == pytest.approx(np.quantile(expected, [0.1, 0.9]), rel=1e-5)


def test_a_draw_beyond_the_bounds_is_infinite_and_counts():
    costs = np.array([3_000.0, 3_000.0, 3_000.0, 90_000.0, 90_000.0])
    result = found(draws=Draws({"package_cost": costs}, "prior", 1))
    assert np.isposinf(result.roots[3:]).all()
    assert result.value == pytest.approx(EVEN, rel=1e-5)
    assert "(80 % of the draws: 45 % to above 100 %)" in str(result)


def test_a_sum_of_exactly_nothing_at_a_bound_is_where_it_breaks_even():
    assert found(model=Support(package_cost=0.0)).value == 0.0


def test_another_rate_and_another_baseline_may_be_asked_for():
    second = plan(
        Change("support_share", "set", 0.5, BEGINS), Change("package_cost", "scale", 2, BEGINS)
    )
    result = found(second, against=HALF)
    assert result.value is None
    assert "Against Support, " in str(result)
    children = found(outcome="reentries", discount=0)
    assert children.value == 0.0, "no effect leaves the number as it is"
    assert "at the 30 % that is assumed, it takes off 108 children" in str(children)


# What is said of it


def test_the_sentence_names_the_value_and_the_present_one():
    assert str(found(discount=0.035)) == (
        "Against Current policy, Support breaks even where 'Share of re-entries prevented' is "
        "45 %, and saves above it; at the 30 % that is assumed, it costs £5.87m more (Total "
        "spending, added up from 2021-22 to 2028-29, discounted at 3.5 % a year, at 2019-20 "
        "prices)."
    )


def test_the_side_on_which_it_saves_is_told():
    less = plan(Change("support_share", "set", 0.2, BEGINS))
    result = found(less, against=HALF)
    assert result.value == pytest.approx(EVEN, rel=1e-6)
    assert "is 45 %, and saves below it; at" in str(result)


def test_more_than_one_break_even_is_told_and_the_first_is_given():
    class Twice(Model):
        """Spending that is the same at two values of the effect."""

        parameters = q = Parameters(
            {
                "support_share": lever("support_share", 0.0),
                "support_effect": lever("support_effect", 0.4),
                "near": Parameter("near", 0.21),
                "far": Parameter("far", 0.71),
                "spending": Parameter("spending", 1e6, "GBP/year"),
            }
        )
        start, until, spending_total = "2019-03-31", "2029-03-31", "total_spend"
        gain = Aux("Gain", (q.support_effect - q.near) * (q.support_effect - q.far))
        total_spend = Aux("Total spending", q.spending * (1 + q.support_share * gain))

    result = found(model=Twice())
    assert result.value == pytest.approx(0.21, rel=1e-4)
    assert "is 21 %, more than once from 0 % to 100 %; at the 40 %" in str(result)


def test_draws_that_break_even_against_the_many_are_counted():
    costs = np.array([3_000.0, 90_000.0, 90_000.0, 90_000.0, 90_000.0])
    result = found(draws=Draws({"package_cost": costs}, "prior", 1))
    assert result.value is None
    assert "from 0 % to 100 %, but breaks even in 20 % of the draws (" in str(result)


def test_no_value_within_the_bounds_is_said_plainly():
    dear, free = (found(model=Support(package_cost=cost), discount=0) for cost in (2e4, -0.0))
    assert dear.value is None
    assert np.isposinf(dear.roots).all()
    assert str(dear) == (
        "Against Current policy, Support costs £20m to £80m more at every value of 'Share of "
        "re-entries prevented' from 0 % to 100 % (Total spending, added up from 2021-22 to "
        "2028-29, at 2019-20 prices)."
    )
    assert free.value == 0.0


CHEAPER = Change("package_cost", "set", 500.0, BEGINS)


def test_what_saves_without_any_effect_is_said_plainly():
    """A programme that is cut saves, whatever it did: least where it prevented most."""
    less = plan(Change("support_share", "set", 0.2, BEGINS))
    dear = plan(Change("support_share", "set", 0.5, BEGINS), name="All")
    result = found(less, against=dear, model=Support(package_cost=2e4), discount=0)
    assert np.isneginf(result.roots).all() or np.isposinf(result.roots).all()
    assert "saves £12m to £48m at every value" in str(result)
    assert "from 0 % to 100 %, even with no effect (" in str(result)


def test_no_effect_of_one_lever_is_not_said_where_another_acts_too():
    cheaper = plan(Change("support_share", "set", 0.5, BEGINS), CHEAPER)
    dear = plan(Change("support_share", "set", 0.3, BEGINS))
    result = found(cheaper, against=dear, discount=0)
    assert np.isneginf(result.roots).all()
    assert "saves £5.2m to £29.2m at every value" in str(result)
    assert "from 0 % to 100 % (" in str(result)


def test_no_effect_is_not_said_of_a_cost():
    free = plan(Change("support_share", "set", 0.5, BEGINS))
    result = found(free, "package_cost", model=Support(support_effect=1.0, reentry_price=5e7))
    assert "from £0 per child" in str(result)
    assert "even with" not in str(result)


def test_no_effect_is_not_said_where_a_second_effect_of_the_lever_stays():
    class Both(Model):
        """A programme that lowers spending twice, by an effect and by another."""

        parameters = q = Parameters(
            {
                "support_share": lever("support_share", 0.0),
                "support_effect": lever("support_effect", 0.4),
                "other_effect": Parameter("other_effect", 0.9),
                "children": Parameter("children", 1_000.0, "child/year"),
                "price": Parameter("price", PRICE, "GBP/child"),
            }
        )
        start, until, spending_total = "2019-03-31", "2029-03-31", "total_spend"
        coming = Aux(
            "Came back",
            q.children * (1 - q.support_share * (q.support_effect + q.other_effect) / 2),
        )
        total_spend = Aux("Total spending", coming * q.price)

    text = str(found(model=Both()))
    assert "at every value of 'support effect'" in text
    assert "even with" not in text


LEVERS = {
    "support_share": (
        Change("support_share", "set", 0.5, BEGINS),
        Change("support_share", "set", 0.2, BEGINS),
    ),
    "second_share": (Change("second_share", "set", 1, BEGINS),),
    "package_cost": (CHEAPER, Change("package_cost", "scale", 8, BEGINS)),
}
MUCH = plan(Change("support_share", "set", 0.9, BEGINS), name="Much")
WAYS = [[None, *changes] for changes in LEVERS.values()]
PLANS = [[c for c in made if c] for made in itertools.product(*WAYS) if any(made)]


@pytest.mark.parametrize("changes", PLANS, ids=lambda made: "+".join(c.parameter for c in made))
@pytest.mark.parametrize("cost", [0.0, COST, 9e4])
@pytest.mark.parametrize("base", [None, MUCH], ids=["current", "much"])
def test_what_is_said_holds_whatever_the_scenario_pulls(changes, cost, base):
    """Of all values of the effect, each run; and no effect only of one lever that does nothing."""
    model = Support(package_cost=cost)
    result = found(Scenario("Any", changes=changes), model=model, against=base, discount=0)
    last, text = result.sums[:, -1, 0], str(result)
    if "at every value" in text:
        assert np.sign(last).min() == np.sign(last).max(), "one sign throughout"
        assert ("saves" in text) is bool((last < 0).all())
    if "makes no difference" in text:
        assert not last.any()
    if "even with no effect" in text:
        assert {change.parameter for change in changes} == {"support_share"}
        none = Support(package_cost=cost, support_effect=0.0)
        before, after = (cs.run(none, side) for side in (base, Scenario("Any", changes=changes)))
        assert after.yearly("total_spend")[-1] < before.yearly("total_spend")[-1]
        np.testing.assert_array_equal(after.yearly("reentries"), before.yearly("reentries"))


@pytest.mark.parametrize(
    ("changes", "effects"),
    [
        (["support_share"], [EFFECT]),
        (["second_share"], ["unused_effect"]),
        (["package_cost"], []),
        (["support_share", "second_share"], [EFFECT, "unused_effect"]),
    ],
)
def test_only_effects_of_levers_that_are_pulled_are_named(changes, effects):
    model = naming(support_share=EFFECT, second_share="unused_effect")
    made = plan(*(Change(name, "set", 0.5, BEGINS) for name in changes))
    assert [entry.name for entry in effects_of(model, made)] == effects
    others = {EFFECT, "unused_effect"} - set(effects)
    if len(effects) != 1:
        message = refused(made, None, model=model)
        assert not [name for name in others if name in message], message


def test_an_effect_of_a_lever_that_the_baseline_pulls_alike_is_not_the_scenario_s():
    model = naming(support_share=EFFECT, second_share="unused_effect")
    more = plan(HALF.changes[0], Change("second_share", "set", 1, BEGINS))
    assert [entry.name for entry in effects_of(model, more, HALF)] == ["unused_effect"]
    assert found(more, None, model=model, against=HALF).effect.name == "unused_effect"


def test_an_effect_that_does_not_matter_is_said_plainly():
    result = found(effect="unused_effect", discount=0)
    assert result.value is None
    assert np.isnan(result.roots).all()
    assert "whatever 'Another effect' is (" in str(result)
    assert "Support costs £6.6m more" in str(result)
    idle = found(plan(Change("second_share", "set", 1, BEGINS)))
    assert "makes no difference, whatever 'Share of re-entries prevented' is" in str(idle)


def test_an_effect_that_was_measured_is_not_called_assumed():
    entries = dict(Support.parameters.entries)
    entries[EFFECT] = replace(entries[EFFECT], grade="trial")
    model = Support()
    model.parameters = Parameters(entries, "2019-20")
    assert "at the 30 % of the model, it costs" in str(found(model=model))


def test_a_notebook_shows_the_sentence_and_the_table():
    shown = found()._repr_html_()
    assert str(found()).replace("'", "&#x27;") in shown
    assert shown.count("<tr>") == len(found().effects) + 1


# Which effect


def test_the_effect_is_the_one_that_the_levers_name():
    model = naming(support_share=EFFECT)
    assert [entry.name for entry in effects_of(model, HALF)] == [EFFECT]
    assert found(effect=None, model=model).value == pytest.approx(EVEN, rel=1e-6)


def test_levers_that_share_an_effect_name_it_once():
    model = naming(support_share=EFFECT, second_share=EFFECT)
    both = plan(*(Change(n, "set", 0.5, BEGINS) for n in ("support_share", "second_share")))
    assert len(effects_of(model, both)) == 1


def refused(scenario=HALF, effect=EFFECT, kind=ParameterError, **options):
    with pytest.raises(kind) as caught:
        found(scenario, effect, **options)
    return str(caught.value)


def test_without_an_effect_it_asks_for_one():
    assert "'Support' name no effect; say which one: effect=" in refused(effect=None)


def test_among_several_effects_it_asks_which():
    model = naming(support_share=EFFECT, second_share="unused_effect")
    both = plan(*(Change(n, "set", 0.5, BEGINS) for n in ("support_share", "second_share")))
    message = refused(both, None, model=model)
    assert "name several effects, 'support_effect' and 'unused_effect'" in message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("dated_effect", "has dated values"),
        ("unbounded_effect", "has no bounds to look within"),
        ("support_share", "is set by 'Support' itself"),
        ("suport_effect", "did you mean 'support_effect'"),
    ],
)
def test_an_effect_that_cannot_be_varied_is_refused_with_the_reason(name, reason):
    assert reason in refused(effect=name)


def test_a_switch_is_no_effect():
    entries = dict(Support.parameters.entries)
    choices = (("off", 0.0), ("on", 1.0))
    entries["switch_effect"] = replace(entries["switch_effect"], choices=choices)
    model = Support()
    model.parameters = Parameters(entries)
    assert "'switch_effect' is a switch" in refused(effect="switch_effect", model=model)


def test_outcomes_dates_and_rates_that_cannot_be_are_refused():
    assert "'level' is a level on a day [1]" in refused(outcome="level", kind=RunError)
    message = refused(outcome="total_spent", kind=RunError)
    assert "did you mean 'total_spend'" in message
    assert "such as 0.035 for 3.5 %, not 3.5" in refused(discount=3.5, kind=RunError)
    assert "must be a 31 March" in refused(at="2025-12-31", kind=RunError)
    assert "outside the run" in refused(at="2020-03-31", kind=ScenarioError)


def test_what_changes_nothing_has_nothing_to_break_even():
    message = refused(HALF, against=HALF, kind=RunError)
    assert "'Support' changes nothing that its baseline does not" in message
    assert "a scenario or the path of a file, not None" in refused(None, kind=ScenarioError)


def test_what_took_place_already_in_the_baseline_does_not_begin_the_sum():
    later = plan(
        Change("support_share", "set", 0.5, BEGINS),
        Change("package_cost", "scale", 2, "2025-04-01"),
    )
    assert found(later, against=HALF).years[0] == "2025-26"


def test_it_is_against_what_a_scenario_extends():
    dearer = Change("package_cost", "scale", 2, "2025-04-01")
    later = Scenario("Dearer", extends=HALF, changes=[dearer])
    assert (found(later).baseline, found(later).years[0]) == ("Support", "2025-26")
    assert found(later, against=Scenario("As it is")).years[0] == "2021-22"


def test_what_of_the_draws_was_not_used_is_said_but_of_the_effect():
    columns = {"risk": np.array([0.1, 0.3]), "support_effect": np.array([0.2, 0.3])}
    sample = Draws(columns, "prior", 1)
    even = found(model=Support(risk=RISK, support_effect=0.9), draws=sample)
    (text,) = map(str, even.notices)
    assert text.startswith(f"'risk' at {RISK:g}: set by the caller and kept in every run")
    assert text in html.unescape(even._repr_html_())
    assert found(draws=sample).notices == ()


def test_what_the_caller_set_is_not_drawn_but_the_effect_is_looked_for():
    sample = Draws({"risk": np.array([0.1, 0.3, 0.6])}, "prior", 1)
    model = Support(risk=RISK, support_effect=0.9)
    roots = found(model=model, draws=sample).roots
    np.testing.assert_allclose(roots, EVEN, rtol=1e-3)


def test_what_several_add_up_alike_is_said_once():
    first, second = found(), replace(found(), scenario="Twice")
    later = found(discount=0.0)
    lines = told_together([first, later, second])
    assert lines[0].startswith(f"Against {first.baseline} (")
    assert [line.split()[0] for line in lines[1:3]] == [first.scenario, "Twice"]
    assert lines[3:] == [str(later)]
    assert sum("discounted" in line for line in lines) == 1


def test_one_finding_is_told_with_all_that_it_adds_up():
    assert told_together([found()]) == [str(found())]
