"""Starting at rest: analytic rests, runs that stay flat, and what has no rest."""

import math

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import (
    Delay,
    Flow,
    Model,
    ModelError,
    Parameter,
    Parameters,
    RunError,
    Series,
    Smooth,
    Stock,
    cloud,
    minimum,
    smooth_step,
)
from caresim.study.at_rest import Continuous


class Years(Model):
    """What the models of this file share: ten years."""

    start, until = "2009-03-31", "2019-03-31"


class Tanks(Years):
    """Two stocks in a row."""

    parameters = p = Parameters.of(
        into=(10.0, "child/year"), on=(0.5, "1/year"), out=(0.05, "1/year"), first=(3.0, "child")
    )
    one = Stock("One", "child", p.first)
    two = Stock("Two", "child", 0)
    came = Flow("Came", cloud >> one, p.into)
    moved = Flow("Moved", one >> two, one * p.on)
    left = Flow("Left", two >> cloud, two * p.out)


class Loop(Years):
    """Two stocks that pass children to and fro, so that their sum never changes."""

    parameters = p = Parameters.of(
        there=(0.5, "1/year"), back=(0.05, "1/year"), first=(300.0, "child")
    )
    one = Stock("One", "child", p.first)
    two = Stock("Two", "child", 0)
    went = Flow("Went", one >> two, one * p.there)
    returned = Flow("Returned", two >> one, two * p.back)


class Epidemic(Years):
    """Susceptible, infected and recovered, with births and deaths."""

    parameters = p = Parameters.of(
        people=(1e6, "child"), seeds=(1.0, "child"), contact=(100.0, "1/year"),
        recovery=(26.0, "1/year"), death=(0.02, "1/year"),
    )  # fmt: skip
    well = Stock("Susceptible", "child", p.people - p.seeds)
    ill = Stock("Infected", "child", p.seeds)
    over = Stock("Recovered", "child", 0)
    born = Flow("Born", cloud >> well, p.people * p.death)
    caught = Flow("Caught", well >> ill, well * ill / p.people * p.contact)
    cured = Flow("Cured", ill >> over, ill * p.recovery)
    died_well = Flow("Died susceptible", well >> cloud, well * p.death)
    died_ill = Flow("Died infected", ill >> cloud, ill * p.death)
    died_over = Flow("Died recovered", over >> cloud, over * p.death)


class Lags(Years):
    """A delay and a smooth with a level inflow."""

    parameters = p = Parameters.of(
        into=(12.0, "child/year"), first=(5.0, "child"), slow=(1.0, "child/year"), lag=(2.0, "year")
    )
    plan = Delay("On a plan", "child", p.first, time=p.lag, order=4)
    begun = Flow("Begun", cloud >> plan, p.into)
    ended = Flow("Ended", plan >> cloud, plan.outflow)
    felt = Smooth("Felt", begun, over=p.lag, order=2, initial=p.slow)


class Price(Years):
    """A price that grows in proportion to itself."""

    parameters = p = Parameters.of(growth=(0.0, "1/year"), first=(1.5, "1"))
    price = Stock("Price", "1", p.first)
    rise = Flow("Rise", cloud >> price, price * p.growth)


class Swing(Years):
    """Predator and prey, which go round their rest without coming nearer."""

    parameters = p = Parameters.of(
        rate=(1.0, "1/year"), rest=(100.0, "child"), prey_0=(20.0, "child")
    )
    prey = Stock("Prey", "child", p.prey_0)
    hunters = Stock("Hunters", "child", p.rest)
    born = Flow("Born", cloud >> prey, prey * p.rate)
    eaten = Flow("Eaten", prey >> cloud, prey * hunters / p.rest * p.rate)
    fed = Flow("Fed", cloud >> hunters, prey * hunters / p.rest * p.rate)
    died = Flow("Died", hunters >> cloud, hunters * p.rate)


class Queue(Years):
    """A stock that a limited number of workers empties."""

    parameters = p = Parameters.of(
        into=(10.0, "child/year"), stay=(0.01, "year"), most=(500.0, "child/year"),
        first=(100.0, "child"),
    )  # fmt: skip
    waiting = Stock("Waiting", "child", p.first)
    came = Flow("Came", cloud >> waiting, p.into)
    seen = Flow("Seen", waiting >> cloud, minimum(waiting / p.stay, p.most))


ENDEMIC_WELL = 1e6 * 26.02 / 100
ENDEMIC_ILL = 0.02 * (1e6 / ENDEMIC_WELL - 1) / 100 * 1e6
ENDEMIC = {
    "well": ENDEMIC_WELL, "ill": ENDEMIC_ILL, "over": 1e6 - ENDEMIC_WELL - ENDEMIC_ILL
}  # fmt: skip
RESTS = {
    "two tanks": (Tanks(), {"one": 20, "two": 200}),
    "tanks that start empty": (Tanks(first=0.0), {"one": 20, "two": 200}),
    "tanks without an inflow": (Tanks(into=0.0), {"one": 0, "two": 0}),
    "a tank that settles in an hour": (Tanks(on=1e4), {"one": 0.001, "two": 200}),
    "a tank that takes ten thousand years": (Tanks(out=1e-4), {"one": 20, "two": 1e5}),
    "a loop that keeps its sum": (Loop(), {"one": 300 / 11, "two": 3000 / 11}),
    "an epidemic that stays": (Epidemic(), ENDEMIC),
    "an epidemic that dies out": (Epidemic(contact=20.0), {"well": 1e6, "ill": 0, "over": 0}),
    "no epidemic": (Epidemic(seeds=0.0), {"well": 1e6, "ill": 0, "over": 0}),
    "a delay and a smooth": (
        Lags(),
        {f"plan_stage_{i}": 6 for i in range(1, 5)} | {"felt_stage_1": 12, "felt_stage_2": 12},
    ),
    "a level that nothing changes": (Price(), {"price": 1.5}),
    "a level that fades": (Price(growth=-0.1), {"price": 0}),
    "a queue with workers to spare": (Queue(), {"waiting": 0.1}),
    "a swing that starts at its rest": (Swing(prey_0=100.0), {"prey": 100, "hunters": 100}),
}


@pytest.mark.parametrize("case", RESTS)
def test_the_rest_is_the_one_that_can_be_worked_out(case):
    model, expected = RESTS[case]
    found = cs.at_rest(model)
    assert dict(found.starting) == pytest.approx(expected, rel=1e-9, abs=1e-12), case
    assert type(found) is type(model)
    assert found.parameters is not None
    assert dict(found.parameters) == dict(model.parameters)


@pytest.mark.parametrize("case", [name for name in RESTS if "hour" not in name])
def test_a_run_from_rest_stays_flat(case):
    run = cs.run(cs.at_rest(RESTS[case][0]))
    for stock in run.model.stocks():
        level = run.values(stock.name)[:, 0]
        assert np.ptp(level) <= 1e-9 * max(np.abs(level).max(), 1e-3), stock.name


def test_an_epidemic_without_births_ends_at_its_final_size():
    levels = cs.at_rest(Epidemic(death=0.0)).starting
    left, seeded = levels["well"] / 1e6, (1e6 - 1) / 1e6
    assert math.log(left / seeded) == pytest.approx(100 / 26 * (left - 1), rel=1e-6)
    assert levels["ill"] == pytest.approx(0, abs=1e-9)


def test_a_model_that_is_at_rest_is_found_so_again():
    once = cs.at_rest(Tanks())
    assert dict(cs.at_rest(once).starting) == pytest.approx(dict(once.starting), rel=1e-12)


def test_the_model_that_was_asked_of_is_left_as_it_is():
    model = Tanks()
    cs.at_rest(model)
    assert model.starting is None
    assert Tanks.starting is None


class Grown(Years):
    """An inflow of dated values, which a change of the first day scales."""

    parameters = p = Parameters(
        {
            "into": Parameter("into", Series((2009.0, 2010.0), (10, 40), held=True), "child/year"),
            "boost": Parameter("boost", 2.0, "1", role="lever", bounds=(0, 10)),
            "rate": Parameter("rate", 0.5, "1/year"),
        }
    )
    care = Stock("Care", "child", 0)
    came = Flow(
        "Came", cloud >> care, p.into * p.boost * smooth_step(1, 2, "2012-03-31", "2015-03-31")
    )
    left = Flow("Left", care >> cloud, care * p.rate)


def test_paths_are_held_as_they_are_on_the_first_day():
    assert cs.at_rest(Grown()).starting["care"] == pytest.approx(40)


def test_changes_of_the_first_day_count_and_later_ones_do_not():
    now = cs.Change("boost", "set", 3.0, "2009-04-01")
    later = cs.Change("boost", "set", 5.0, "2010-04-01")
    ramp = cs.Change("boost", "set", 5.0, "2009-04-01", over_years=2)
    for changes, level in (([now], 60), ([later], 40), ([now, later], 60), ([ramp], 40)):
        plan = cs.Scenario("A policy", changes=changes)
        assert cs.at_rest(Grown(), plan).starting["care"] == pytest.approx(level), changes


def test_a_run_from_rest_departs_as_paths_move():
    run = cs.run(cs.at_rest(Grown()))
    assert run.values("care")[:2, 0] == pytest.approx([40, 40])
    assert run.values("care")[-1, 0] > 200


# What has no rest

RESTLESS = {
    "a stock that only fills": (Tanks(out=0.0), ["two"], ["one"]),
    "a stock that grows": (Price(growth=0.05), ["price"], []),
    "a stock that grows slowly": (Price(growth=1e-5), ["price"], []),
    "a queue that is never worked off": (Queue(most=5.0), ["waiting"], []),
    "a swing": (Swing(), ["prey", "hunters"], []),
}


@pytest.mark.parametrize("case", RESTLESS)
def test_what_does_not_come_to_rest_is_named(case):
    model, restless, resting = RESTLESS[case]
    with pytest.raises(RunError, match="does not come to rest") as caught:
        cs.at_rest(model)
    for name in restless:
        assert f"'{name}'" in str(caught.value), case
    for name in resting:
        assert f"'{name}'" not in str(caught.value), case


def test_a_long_list_is_cut_after_four_names():
    class Piles(Years):
        parameters = p = Parameters.of(into=(10.0, "child/year"))
        a, b, c, d, e, f = (Stock(f"Pile {i}", "child", 0) for i in range(6))
        ra = Flow("A", cloud >> a, p.into)
        rb = Flow("B", cloud >> b, p.into)
        rc = Flow("C", cloud >> c, p.into)
        rd = Flow("D", cloud >> d, p.into)
        re = Flow("E", cloud >> e, p.into)
        rf = Flow("F", cloud >> f, p.into)

    with pytest.raises(RunError, match=r"because of ('\w', ){3}'\w' and 2 more:"):
        cs.at_rest(Piles())


def test_an_equation_that_loses_its_value_is_explained():
    class Drained(Years):
        parameters = p = Parameters.of(out=(4.0, "child/year"), first=(10.0, "child"))
        care = Stock("Care", "child", p.first)
        left = Flow("Left", care >> cloud, p.out * (care / p.first) ** -0.5)

    with pytest.raises(RunError, match="no value on its way to rest: a power of a negative number"):
        cs.at_rest(Drained())


def test_what_is_no_model_is_refused():
    with pytest.raises(RunError, match="at_rest takes a model such as England"):
        cs.at_rest(England)


# England


@pytest.fixture(scope="module")
def settled():
    return cs.at_rest(England())


EMPTY = {
    "alarm", "caution", "caution_relief_stage_1", "court_caution", "shocks_from_need_stage_1",
    "unmet_0_9_stage_1", "unmet_10_15_stage_1", "unmet_16_17_stage_1", "homes_shortage_stage_1",
    "early_help_owed", "early_help_given_up_stage_1", "built_places_stage_1",
    "parents_helped_stage_1", "foster_pay_felt_stage_1", "leavers_past_21",
    "conferences_established", "returns_established", "guardians_established",
    "parents_established", "edge_of_care_established", "under_fives_established",
    "family_support_established", "young_people_established", "other_established",
    "put_off_0_9", "put_off_10_15", "put_off_16_17",
}  # fmt: skip


@pytest.mark.slow
def test_england_comes_to_rest_with_every_net_change_nil(settled):
    system = Continuous.of(settled)
    levels = np.array([settled.starting[name] for name in system.program.stocks])
    net = np.array(system.rates(levels, system.given(2009.0, 2009.01))[0])
    # homes are just full at rest, so that the share of them that is missing is rounding
    assert np.abs(net / np.maximum(np.abs(levels), 1e-4)).max() < 1e-10
    empty = {n for n, y in zip(system.program.stocks, levels, strict=True) if abs(y) < 1e-9}
    # no deaths, no programme, nothing owed, places for all: what nothing feeds runs empty
    assert empty == EMPTY


@pytest.mark.slow
def test_england_s_rest_is_near_enough_to_its_start_to_be_a_rest_of_the_same_model(settled):
    first = cs.run(England(), until="2010-03-31")
    beyond = settled.starting["statutory_beyond"]  # nothing at the start, as measured from there
    assert first.values("statutory_beyond")[0, 0] == 0
    assert abs(beyond) < 0.05 * first.values("statutory_spend")[0, 0]
    # guardians have not been recorded for long in 2009, and the alarm of that year fades
    for name in settled.starting.keys() - EMPTY - {"guardians", "statutory_beyond"}:
        assert 0.5 < settled.starting[name] / first.values(name)[0, 0] < 2, name
    assert settled.starting["extra_price"] == 1.0


# Starting levels by hand


def test_a_stock_starts_where_it_is_told_and_the_others_where_their_equations_say():
    run = cs.run(Tanks().with_start(two=50.0))
    assert run.values("two")[0, 0] == 50.0
    assert run.values("one")[0, 0] == 3.0


def test_starts_add_up_and_outlast_other_parameter_values():
    model = Tanks().with_start(one=1.0, two=2.0).with_start(two=5.0).with_values(into=0.0)
    assert model.starting == {"one": 1.0, "two": 5.0}
    assert model.parameters["into"].value == 0.0


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ({"tow": 1.0}, r"no 'tow'; did you mean 'two'\?"),
        ({"two": -1.0}, "'two' cannot start below zero, at -1; it is not signed"),
        ({"two": math.nan}, "'two' starts at a finite number, not nan"),
        ({"two": "many"}, "'two' starts at a finite number, not 'many'"),
        ({"two": True}, "'two' starts at a finite number, not True"),
        ({"moved": 1.0}, "'moved' has no level of its own to start at; stocks do"),
    ],
)
def test_a_start_that_cannot_be_is_refused(levels, message):
    with pytest.raises(ModelError, match=message):
        Tanks().with_start(**levels)


def test_a_delay_is_started_by_its_stages_and_a_signed_stage_may_be_negative():
    with pytest.raises(ModelError, match="its stages do: 'plan_stage_1', 'plan_stage_2'"):
        Lags().with_start(plan=10.0)
    assert Lags().with_start(felt_stage_1=-1.0).starting == {"felt_stage_1": -1.0}
