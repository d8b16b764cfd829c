"""Structure: units, named flows, and children who are in one place each.

The first of the files that say what the England model is. After it come conservation, extreme
conditions, numerics, feedbacks, pulses, fit, levers, money, and the shipped files.
"""

import re

import numpy as np
import pytest
from england_cases import (
    AGES,
    CHILD_FLOWS,
    CHILD_STOCKS,
    EACH_FILE,
    ENGLAND,
    MEMORY,
    PARAMETERS,
    PLACES,
    largest_gap,
    projected,
    under,
)

from caresim.england import England, given
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameters,
    Period,
    Stock,
    Unit,
    UnitError,
    cloud,
)
from caresim.language.expressions import Call, walk
from caresim.language.parameters import ParameterRef
from caresim.language.structure import equations_of

FLOWS = {flow.name: flow for flow in England.flows()}


def ends_of(flow):
    """Return the names of the stocks that a flow joins: from and to, where it has them."""
    return {stock.name for stock in (flow.pipe.start, flow.pipe.end) if stock is not None}


def numbers_in(node):
    """Return the names of the parameters that an expression reads directly."""
    return {part.name for part in walk(node) if isinstance(part, ParameterRef)}


# Units


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_a_flow_is_in_the_unit_of_its_stocks_a_year(flow):
    assert ends_of(flow), "a flow from outside to outside moves nothing"
    for name in ends_of(flow):
        unit = England.variables[name].unit
        assert flow.unit == unit / Unit.parse("year"), f"{flow.unit}, but '{name}' is in {unit}"


def test_a_wrong_unit_is_refused_where_it_is_written():
    p = Parameters.of(children=(100.0, "child"), rate=(0.2, "1/year"), cost=(9.0, "GBP/child"))
    care = Stock("In care", "child", p.children)
    with pytest.raises(UnitError, match="must be in"):
        Flow("Left care", care >> cloud, care * p.rate * p.cost)
    with pytest.raises(UnitError, match="child/year"):
        Aux("A sum", care + care * p.rate)


def test_every_quantity_has_a_label_of_its_own():
    # the flows between the stages of a delay are written by the language, and alike
    labels = [v.label for v in England.variables.values() if not v.label.endswith("moving on")]
    twice = {label for label in labels if labels.count(label) > 1}
    assert not twice


# Flows


def test_every_stock_changes_by_named_flows_only():
    """The books close to rounding with the flows of Model.flows() and nothing else."""
    still = {s.name for s in England.stocks()} - set().union(*map(ends_of, FLOWS.values()))
    assert not still, "a stock that no flow changes is a constant"
    assert largest_gap(projected(until="2050-03-31")) <= 1e-9


@pytest.mark.parametrize("name", CHILD_STOCKS)
def test_children_come_to_each_place_and_leave_it(name):
    stock = England.variables[name]
    into = [flow for flow in FLOWS.values() if flow.pipe.end is stock]
    out = [flow for flow in FLOWS.values() if flow.pipe.start is stock]
    assert into, "nobody comes"
    assert out, "nobody leaves"


def test_no_flow_of_children_joins_the_memory_of_plans_to_a_place():
    """Who was once on a plan is counted twice on purpose: in a place, and in the memory."""
    for name in CHILD_FLOWS:
        ends = ends_of(FLOWS[name])
        assert ends in ({MEMORY}, ends - {MEMORY}), f"{name} joins {ends}"


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_children_change_in_number_only_by_what_crosses_the_border_of_the_model(scenario):
    """All places together, over the whole run: opening + in from outside − out = closing."""
    run = projected(scenario, until="2050-03-31")
    held = sum(run.values(name)[:, 0] for name in PLACES)
    across = [FLOWS[name] for name in CHILD_FLOWS if MEMORY not in ends_of(FLOWS[name])]
    into = sum(run.values(f.name)[:, 0] for f in across if f.pipe.start is None)
    out = sum(run.values(f.name)[:, 0] for f in across if f.pipe.end is None)
    gap = np.abs(np.diff(held) - into + out).max()
    assert gap <= 1e-9 * held.max(), f"{gap:.2e} of {held.max():,.0f} children"


def test_plans_are_remembered_one_for_one():
    run = projected()
    np.testing.assert_allclose(
        run.values("plans_past"), run.values("protection_plan_ends"), rtol=1e-12
    )
    np.testing.assert_allclose(run.values("plans_again"), run.values("repeat_plans"), rtol=1e-12)


def test_children_in_need_are_all_open_cases_and_count_nobody_twice():
    run = projected()
    places = ("assessment", "support", "investigation", "protection_plans", "looked_after")
    counted = sum(run[name] for name in (*places, "care_leavers"))
    other = PARAMETERS["other_open_cases"].value
    np.testing.assert_allclose(run["children_in_need"], counted + other, rtol=1e-12)


@pytest.mark.parametrize("name", ["care_starts", "care_ceases", "looked_after"])
def test_the_ages_add_up_to_the_total(name):
    run = projected()
    ages = sum(run.values(f"{name}_aged_{age}") for age in AGES)
    np.testing.assert_allclose(ages, run.values(name), rtol=1e-12)


def test_care_starts_less_ceases_is_the_growth_of_care_but_for_what_the_count_leaves_out():
    run = projected()
    net = run.values("care_starts") - run.values("care_ceases")
    net += PARAMETERS["uncounted_care_entries"].value
    np.testing.assert_allclose(np.diff(run.values("looked_after"), axis=0), net, atol=1e-6)


def test_each_child_who_leaves_care_leaves_for_one_reason():
    run = projected()
    reasons = ("returns_home", "adoptions", "guardianships", "ageing_outs", "other_ceases")
    np.testing.assert_allclose(
        sum(run.values(name) for name in reasons), run.values("care_ceases"), rtol=1e-12
    )


def test_foster_residential_and_other_placements_are_all_of_care():
    run = projected()
    kinds = ("foster_children", "residential_children", "other_placements")
    total = sum(run.values(name) for name in kinds)
    np.testing.assert_allclose(total, run.values("looked_after"), rtol=1e-12)
    assert min(run.values(name).min() for name in kinds) > 0


# No dummies: what moves over time is given from outside, or goes once from one level to another

GIVEN = {
    "child_population", "asylum_arrivals_given", "early_help_budget", "early_help_of_record",
    "total_budget", "youth_justice_budget", "social_worker_posts", "gdp_deflator", "shocks",
    "court_reach", "inadequate_share",
    "sure_start_share", "family_support_share", "young_people_share",
    "gangs_share", "sexual_exploitation_share", "trafficking_share", "domestic_abuse_share",
    "parent_mental_health_share", "child_mental_health_share", "parent_alcohol_share",
    "parent_drugs_share",
    "total_given", "statutory_given",
}  # fmt: skip


def test_every_dated_number_is_given_from_outside_and_none_is_fitted():
    dated = {name for name, entry in PARAMETERS.items() if entry.is_dated}
    assert dated == GIVEN
    assert not [name for name in dated if PARAMETERS[name].role == "estimated"]


def test_the_only_shock_is_one_of_size_one_in_the_year_2013():
    series = PARAMETERS["shocks"].value
    after = [t for t, v in zip(series.times, series.values, strict=True) if v > 0]
    assert after, "no shock"
    assert all(2013 <= time < 2014 for time in after), after
    alarm = projected().values("alarms")[:, 0] / PARAMETERS["shock_size"].value
    assert alarm.sum() == pytest.approx(1, abs=0.01), f"{alarm.sum():.3f} shocks"


def test_a_path_over_time_has_two_levels_and_no_more():
    paths = {}
    for name, variable in England.variables.items():
        for node in walk(*equations_of(variable)):
            if isinstance(node, Call) and node.function == "smooth_step":
                paths.setdefault(name, []).append(numbers_in(node))
    assert len(paths) > 20, "no paths found"
    long = {name: read for name, read in paths.items() if max(map(len, read)) > 2}
    assert not long, "more than a start and an end between two dates"


def test_every_date_of_a_path_is_a_named_cause_of_the_past():
    periods = {value for value in vars(given).values() if isinstance(value, Period)}
    assert len(periods) >= 10
    for period in periods:
        assert "2009" <= period.begins < period.ends < "2021-04", str(period)
    said = {
        node.period
        for variable in England.variables.values()
        for node in walk(*equations_of(variable))
        if isinstance(node, Call) and (node.function == "smooth_step" or node.period)
    }
    assert said == periods, "a path whose dates have no cause, or a cause of no path"


def test_a_path_that_the_fit_finds_is_carried_on_only_as_far_as_figures_know_it():
    """Those with fixed ends are not: a backtest sets their numbers back by their vintages."""
    paths = {
        (name, node): any(part.function == "carried" for part in walk(node))
        for name, variable in England.variables.items()
        for node in walk(*equations_of(variable))
        if isinstance(node, Call) and node.period
    }
    fixed = {
        key for key in paths
        if (read := numbers_in(key[1]) - {"figures_end"})
        and all(PARAMETERS[one].role == "fixed" for one in read)
    }  # fmt: skip
    assert {name for name, _ in fixed} == {
        "unrecorded_exit_rate", "kinship_share", "staying_put_before",
    }  # fmt: skip
    assert all(any(PARAMETERS[n].vintages for n in numbers_in(node)) for _, node in fixed)
    wrong = [name for (name, node), carried in paths.items() if carried == ((name, node) in fixed)]
    assert not wrong, "carried on though fixed, or with an end that is fitted and not carried on"


# years by which nothing, an eighth, a half and most of the rulings' three years had run
@pytest.mark.parametrize(
    ("known_to", "moves"), [(2015.0, False), (2016.0, False), (2017.0, True), (2018.0, True)]
)
def test_rulings_that_figures_hardly_know_move_nothing_more(known_to, moves):
    run = under(figures_end=known_to)
    for name in ("return_path", "court_rulings", "voluntary_care_0_9"):
        path = run[name]
        later = path.loc[f"{known_to:.0f}-03-31" :]
        assert (later.max() - later.min() > 1e-3) == moves, f"{name}: {later.iloc[[0, -1]]}"
        until = path.loc[: f"{known_to:.0f}-03-31"]
        np.testing.assert_allclose(until, under()[name].loc[until.index], rtol=1e-12)


SWITCHES = [name for name, entry in PARAMETERS.items() if entry.choices and not entry.between]


def test_a_switch_is_seen_in_the_equations_as_a_condition_and_as_nothing_else():
    """So that a reader sees what it cuts: where(on, effect, 1), no factor and no exponent."""
    for name, variable in England.variables.items():
        nodes = list(walk(*equations_of(variable)))
        uses = [
            (node, c) for node in nodes for c in node.children if getattr(c, "name", "") in SWITCHES
        ]
        conditions = [node.children[0] for node in nodes if node.function == "where"]
        for node, _ in uses:
            assert any(node is condition for condition in conditions), f"{name}: {node}"
            assert str(node.children[1]) == "0", f"{name}: {node}"


def test_only_need_and_prices_change_at_a_steady_rate_and_only_while_there_are_figures():
    """After March 2020 both keep their last level: the model knows no trend of its own."""
    run = under()
    for name in ("need", "price_growth"):
        later = run[name].loc["2020-03-31":]
        assert later.max() - later.min() < 1e-12, f"{name} drifts: {later.iloc[[0, -1]].tolist()}"


def test_the_model_is_made_of_the_sectors_it_lists():
    titles = ENGLAND.sector_of()
    assert len(titles) == len(England.sectors)
    assert sum(map(len, titles.values())) == len(England.variables)
    assert all(re.match(r"[A-Z]", title) for title in titles), list(titles)
    assert issubclass(England, Model)
