"""Readable Python, machine code and a slow independent interpreter give the same numbers."""

import math

import numpy as np
import pytest
from slow import Slow

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.engine.prepare import available_targets
from caresim.language import (
    Aux,
    Delay,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Smooth,
    Stock,
    cloud,
    elapsed,
    exp,
    log,
    maximum,
    minimum,
    smooth_step,
    time,
    total,
    where,
)

FIRST, LAST = 2000, 2004
p = Parameters(
    {
        "population": Parameter(
            "population", Series((1999.5, 2001.25, 2003.1), (900.0, 1200.0, 1000.0), held=False),
            "child",
        ),
        "referral_rate": Parameter("referral_rate", 0.05, "1/year"),
        "plan_time": Parameter(
            "plan_time", Series((2000.0, 2001.0, 2002.0), (0.5, 0.7, 0.6), held=True), "year"
        ),
        "care_0": Parameter("care_0", 80.0, "child"),
        "share": Parameter("share", 0.4),
        "return_rate": Parameter("return_rate", 0.3, "1/year"),
        "watch": Parameter("watch", 1.5, "year"),
        "fee": Parameter("fee", 200.0, "GBP/child/year"),
        "known_to": Parameter("known_to", 2002.77, "year"),
    }
)  # fmt: skip


class Journey(Model):
    """A front door, a conveyor, two stocks, a lag and money: every feature at once."""

    parameters = p
    plan = Delay(
        "On a plan",
        "child",
        p.population * p.referral_rate * p.plan_time,
        time=p.plan_time,
        order=3,
    )
    care = Stock("Looked after", "child", p.care_0)
    home = Stock("Returned home", "child", care / 2)
    worn = Smooth("Strain felt", over=p.watch, initial=p.share / 2)
    felt = Smooth("Care felt", care / p.care_0, p.watch, order=2)
    pressure = Aux("Pressure", maximum(felt, 0.5) ** 0.7 / minimum(1 + log(1 + felt), 3))
    season = Aux("Season", where(time < 1334.1 * p.watch, 1, exp(-p.share)))
    ending = Aux(
        "Reform", smooth_step(1, p.share + 0.5, "2001-06-30", "2003-06-30", known_to=p.known_to)
    )
    begun = Aux("Reform", smooth_step(1, 0.8, "2002-06-30", "2003-03-31", known_to=p.known_to))
    early = Aux("Years", elapsed("2000-09-30", "2003-11-21", known_to=p.known_to))
    reform = Aux("Reform", ending * begun * (1 + 0.1 * early / p.watch))
    referred = Flow("Referred", cloud >> plan, p.population * p.referral_rate * pressure)
    to_care = Flow("Into care", plan >> care, plan.outflow * p.share)
    closed = Flow("Closed", plan >> cloud, plan.outflow * (1 - p.share))
    returned = Flow("Returned", care >> home, care * p.return_rate * reform)
    again = Flow("Back", home >> care, home / p.watch * exp(-pressure) / 2)
    settled = Flow(
        "Settled", home >> cloud, home / p.watch * season * exp(-worn) * (1 - exp(-pressure) / 2)
    )
    cost = Aux("Cost", total(care, home / 2, plan) * p.fee)
    worn.follow(home / (care + home))
    drift = Aux("Years of reform", elapsed("2000-09-30", "2002-12-31"))


class Predators(Model):
    """A cycle of two stocks with a product of both in the rates."""

    parameters = q = Parameters.of(
        hares_0=(30.0, "hare"), foxes_0=(4.0, "fox"), births=(0.9, "1/year"),
        eaten=(0.15, "1/fox/year"), gain=(0.2, "fox/hare"), deaths=(0.6, "1/year"),
    )  # fmt: skip
    hares = Stock("Hares", "hare", q.hares_0)
    foxes = Stock("Foxes", "fox", q.foxes_0)
    born = Flow("Hares born", cloud >> hares, hares * q.births)
    eaten_hares = Flow("Hares eaten", hares >> cloud, hares * foxes * q.eaten)
    raised = Flow("Foxes raised", cloud >> foxes, eaten_hares * q.gain)
    died = Flow("Foxes died", foxes >> cloud, foxes * q.deaths)


class Spring(Model):
    """Signed stocks that swing, driven by a parameter."""

    parameters = r = Parameters.of(
        stiffness=(4.0, "1/year^2"), place_0=(1.0, "metre"), push=(0.0, "metre/year^2"),
    )  # fmt: skip
    place = Stock("Place", "metre", r.place_0, signed=True)
    speed = Stock("Speed", "metre/year", 0, signed=True)
    moving = Flow("Moving", cloud >> place, speed)
    pulled = Flow("Pulled", cloud >> speed, r.push - r.stiffness * place)


STEP = Shift("share", "set", 0.25, 2001.0)
RAMP = Shift("return_rate", "add", 0.2, 2001.5, over=1.25)
PULSE = Shift("referral_rate", "scale", 1.5, 2001.0, ends=2002.5)
CASES = {
    "journey": (Journey, ()),
    "journey, step": (Journey, (STEP,)),
    "journey, ramp": (Journey, (RAMP,)),
    "journey, pulse": (Journey, (PULSE,)),
    "journey, ramp taken back": (
        Journey,
        (Shift("return_rate", "scale", 0.5, 2000.5, 2.0, 2003.25),),
    ),
    "journey, shift between steps": (Journey, (Shift("watch", "set", 2.0, 2001.03),)),
    "journey, dated values scaled": (
        Journey,
        (
            Shift("population", "scale", 1.1, 2001.0),
            Shift("plan_time", "add", 0.1, 2002.0, 0.5),
            Shift("population", "add", -50.0, 2002.0, ends=2003.0),
        ),
    ),
    "journey, from the start": (Journey, (Shift("care_0", "set", 60.0, 2000.0),)),
    "journey, from before the start": (Journey, (Shift("care_0", "set", 60.0, 1999.0, 2.0),)),
    "journey, many at once": (Journey, (STEP, RAMP, PULSE, Shift("share", "scale", 1.2, 2002.0))),
    "predators": (Predators, ()),
    "predators, fewer births": (Predators, (Shift("births", "set", 0.7, 2001.0, 1.0),)),
    "spring": (Spring, ()),
    "spring, pushed": (Spring, (Shift("push", "set", 3.0, 2001.0, ends=2001.5),)),
}


def assert_same(run, oracle, column=0):
    """Compare every level and every yearly sum with the oracle to 1e-12 of its largest value."""
    for name in run.outputs:
        series = oracle.levels[name] if name in run.levels else oracle.sums[name]
        got, expected = run.values(name)[:, column], np.array(series)
        scale = max(np.abs(expected).max(), 1e-300)
        worst = np.abs(got - expected).max() / scale
        assert worst <= 1e-12, f"{name}: {worst:.1e} of its size\n{got}\n{expected}"


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize("method", ["rk4", "euler"])
@pytest.mark.parametrize("case", CASES)
def test_a_run_agrees_with_the_oracle(case, method, target):
    model, shifts = CASES[case]
    run = execute(model(), Clock(FIRST, LAST, 16), shifts, method=method, target=target)
    assert_same(run, Slow(model(), run.clock, shifts, method))


def columns_of(model, n_runs, spread):
    """Return draws of every constant parameter, around its value."""
    rng = np.random.default_rng(4)
    return {
        name: entry.value * (1 + spread * rng.uniform(-1, 1, n_runs))
        for name, entry in model.parameters.items()
        if not entry.is_dated
    }


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize("case", CASES)
def test_identical_draws_give_identical_runs_that_agree_with_the_oracle(case, target):
    model, shifts = CASES[case]
    columns = columns_of(model(), 11, 0.0)
    names = list(model.variables)
    run = execute(model(), Clock(FIRST, LAST, 16), shifts, columns, outputs=names, target=target)
    oracle = Slow(model(), run.clock, shifts)
    for column in range(11):
        assert_same(run, oracle, column)


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize("case", CASES)
def test_each_draw_agrees_with_the_oracle_of_its_own_numbers(case, target):
    model, shifts = CASES[case]
    columns = columns_of(model(), 3, 0.2)
    names = list(model.variables)
    run = execute(model(), Clock(FIRST, LAST, 8), shifts, columns, outputs=names, target=target)
    for i in range(3):
        own = model(**{name: float(values[i]) for name, values in columns.items()})
        assert_same(run, Slow(own, run.clock, shifts), i)


def test_a_shift_changes_what_the_oracle_computes():
    clock = Clock(FIRST, LAST, 16)
    plain = Slow(Journey(), clock)
    for shift in (STEP, RAMP, PULSE):
        changed = Slow(Journey(), clock, (shift,))
        assert changed.levels["care"][-1] != pytest.approx(plain.levels["care"][-1], rel=1e-3)


def test_the_oracle_itself_solves_decay():
    class Decay(Model):
        parameters = p = Parameters.of(start=(100.0, "child"), rate=(0.3, "1/year"))
        care = Stock("Care", "child", p.start)
        left = Flow("Left", care >> cloud, care * p.rate)

    oracle = Slow(Decay(), Clock(2000, 2005, 32))
    assert oracle.levels["care"] == pytest.approx(
        [100 * math.exp(-0.3 * t) for t in range(6)], rel=1e-9
    )
    assert sum(oracle.sums["left"]) == pytest.approx(100 - oracle.levels["care"][-1], rel=1e-12)
