"""A run that cannot be finished says so in the same words, whichever target finds the fault.

Where several runs of an ensemble fail, one is named. Readable Python names the lowest; machine code
goes step after step and names the lowest of those that fail first in time, within the first block
of runs that has a fault.
"""

import math
import warnings

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.engine.prepare import Prepared, available_targets
from caresim.engine.record import ROUNDING
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameters,
    RunError,
    Stock,
    cloud,
    exp,
    log,
    maximum,
    minimum,
    table,
    time,
    where,
)

CLOCK = Clock(2000, 2005, 4)
TARGETS = available_targets()
every_target = pytest.mark.parametrize("target", TARGETS)
N, FAULTY = 20, 5
MANY = 32  # runs, more than any block holds of this model


class Steady(Model):
    """A stock that leaks; ``held`` starts at 10, and ``dose`` differs between runs."""

    parameters = p = Parameters.of(
        start=(10.0, "child"), one=(1.0, "child"), rate=(0.5, "1/year"), dose=2.0,
        year=(1.0, "year"),
    )  # fmt: skip
    care = Stock("Care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate)
    held = Aux("Held", care / p.one)
    spare = Aux("Uses what nothing else may", p.dose * p.year * p.one)


def in_a_level(expression):
    class Broken(Steady):
        bad = Aux("Bad", expression(Steady.held, Steady.p.dose))

    return Broken


def in_a_flow(expression):
    class Broken(Steady):
        p = Steady.p
        bad = Flow("Bad", cloud >> Steady.care, p.rate * p.one * expression(Steady.held, p.dose))

    return Broken


def told(model, target, columns=None, **options):
    """Return what stops a run; a warning of NumPy is a fault of ours."""
    options = {"clock": CLOCK, "outputs": list(model.variables), **options}
    with warnings.catch_warnings(action="error"), pytest.raises(RunError) as caught:
        execute(model(), columns=columns, target=target, **options)
    return str(caught.value)


def one_faulty(usual, faulty, name="dose"):
    """Return draws of which only one run is at fault."""
    values = np.full(N, usual)
    values[FAULTY] = faulty
    return {name: values}


def years(_, dose):
    """Return a number that is nothing at the end of March 2002 in a run with a dose of 2."""
    return dose - (time - 2000 * Steady.p.year) / Steady.p.year


# what is computed, the dose of the sound runs and of the faulty one, what stands in the message
EQUATIONS = {
    "a division by what a stock makes nothing":
        (lambda x, d: 1 / (x - 10 * d), 2.0, 1.0, "a division by zero"),
    "nothing by nothing":
        (lambda x, d: (x - 10 * d) / (x - 10 * d), 2.0, 1.0, "a division by zero"),
    "a division by a constant": (lambda x, d: x / (d - 1), 2.0, 1.0, "a division by zero"),
    "a division of constants alone":
        (lambda _, d: 1 / (d - 1), 2.0, 1.0, "a division by zero"),
    "a division by what time makes nothing":
        (lambda x, d: x / years(x, d), -1.0, 2.0, " divi"),
    "a division that where() leaves out":
        (lambda x, d: where(x > 10 * d, 1 / (x - 10 * d), 5), 2.0, 1.0, "a division by zero"),
    "a division that where() of constants leaves out":
        (lambda _, d: where(d > 1, 1 / (d - 1), 5), 2.0, 1.0, "a division by zero"),
    "a division that minimum() cuts off":
        (lambda x, d: minimum(1 / maximum(10 * d - x, 0), 5), 2.0, 1.0, "a division by zero"),
    "the logarithm of a negative number":
        (lambda x, d: log(d - x), 30.0, 1.0, "not above 0"),
    "the logarithm of nothing": (lambda x, d: log(d - x), 30.0, 10.0, "not above 0"),
    "the logarithm of a negative constant": (lambda _, d: log(d), 2.0, -1.0, "not above 0"),
    "a logarithm that where() leaves out":
        (lambda x, d: where(x > d, 1, log(d - x)), 30.0, 1.0, "not above 0"),
    "an exponential beyond all numbers":
        (lambda x, d: exp(d * x), 0.1, 100.0, "beyond what numbers hold"),
    "an exponential of constants beyond all numbers":
        (lambda _, d: exp(d), 0.1, 1000.0, "beyond what numbers hold"),
    "an exponential that minimum() cuts off":
        (lambda x, d: minimum(exp(d * x), 1), 0.1, 100.0, "beyond what numbers hold"),
    "an exponential that a division makes little":
        (lambda x, d: 1 / (1 + exp(d * x)), 0.1, 100.0, "beyond what numbers hold"),
    "the root of a negative number": (lambda x, d: (d - x) ** 0.5, 30.0, 1.0, "no value"),
    "another root of a negative number": (lambda x, d: (d - x) ** 0.7, 30.0, 1.0, "no value"),
    "nothing to a negative power": (lambda x, d: (x - 10 * d) ** -2, 2.0, 1.0, "no value"),
    "nothing to a negative exponent that is drawn":
        (lambda x, d: (x - 10) ** d, 0.0, -1.5, "no value"),
}  # fmt: skip
PLACES = {"a level": in_a_level, "a flow": in_a_flow}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", EQUATIONS)
def test_an_equation_without_a_value_is_told_in_the_same_words(case, place):
    expression, usual, faulty, words = EQUATIONS[case]
    model, columns = PLACES[place](expression), one_faulty(usual, faulty)
    found = {target: told(model, target, columns) for target in TARGETS}
    assert set(found.values()) == {found["python"]}, found
    message = found["python"]
    assert words in message, message
    assert message.startswith("on 200"), "within the clock"
    assert f"in run {FAULTY} 'bad' has no value: " in message


@every_target
def test_the_fault_of_a_single_run_has_no_number(target):
    message = told(in_a_level(lambda x, d: 1 / (x - 5 * d)), target)
    said = "on 2000-03-31 'bad' has no value: a division by zero in '1 / (held - 5 * dose)'"
    assert message == said


ALONE = {
    "a level": lambda at: in_a_level(lambda x, _: x / at),
    "a flow": lambda at: in_a_flow(lambda x, _: x / at),
    "a level, cut off": lambda at: in_a_level(lambda x, _: x * minimum(1 / at, 7)),
    "a flow, cut off": lambda at: in_a_flow(lambda x, _: x * minimum(1 / at, 7)),
}
FADING = table(time, [("2001-03-31", 1), ("2002-03-31", 0)])


@pytest.mark.parametrize("place", ALONE)
def test_what_hangs_on_time_alone_fails_in_every_run_so_the_first_is_named(place):
    model, columns = ALONE[place](FADING), one_faulty(1.0, 2.0)
    found = {target: told(model, target, columns) for target in TARGETS}
    assert set(found.values()) == {found["python"]}, found
    assert "in run 0 'bad' has no value" in found["python"]
    # the day or the step, which begins where the minimum takes over
    days = ("on 2001-12-31", "on 2002-02-07", "on 2002-03-31")
    assert found["python"].startswith(days), found["python"]


@every_target
def test_a_change_that_leads_to_a_fault_is_dated(target):
    model = in_a_flow(lambda x, d: x / d)
    message = told(model, target, None, shifts=[Shift("dose", "set", 0.0, 2003.0)])
    assert message.startswith(("on 2002-12-31", "on 2003-03-31")), message
    assert "'bad' has no value: a division by zero in" in message


# Stocks


class Emptied(Steady):
    """A stock that a flow empties whatever it holds."""

    gone = Flow("Gone", Steady.care >> cloud, Steady.p.rate * Steady.p.one * Steady.p.dose)


def test_a_stock_below_zero_is_told_in_the_same_words():
    columns = one_faulty(0.0, 50.0)
    found = {target: told(Emptied, target, columns) for target in TARGETS}
    assert set(found.values()) == {found["python"]}, found
    assert found["python"].startswith("the stock 'care' came to -3.")
    assert f"on 2000-09-30 in run {FAULTY}: its outflows take more" in found["python"]


def test_a_stock_that_starts_below_zero_is_told_in_the_same_words():
    columns = one_faulty(1.0, -50.0, "start")
    found = {target: told(Steady, target, columns) for target in TARGETS}
    assert set(found.values()) == {found["python"]}, found
    said = f"the stock 'care' starts at -50 on 2000-03-31 in run {FAULTY}, below zero"
    assert said in found["python"]


def test_a_stock_that_grows_beyond_all_numbers_is_told_in_the_same_words():
    model = in_a_flow(lambda x, d: x * x * x * d)
    columns = one_faulty(0.0, 500.0)
    found = {target: told(model, target, columns) for target in TARGETS}
    assert set(found.values()) == {found["python"]}, found
    assert f"in run {FAULTY}" in found["python"]


@every_target
@pytest.mark.parametrize("start", [-1e-10, ROUNDING])
def test_a_stock_that_is_a_hair_below_zero_is_empty(start, target):
    columns = one_faulty(1.0, start, "start")
    run = execute(Steady(), CLOCK, (), columns, outputs=["care"], target=target)
    assert run.provenance["computed_with"] == target
    assert run.values("care")[0, FAULTY] == start
    assert -1e-9 < run.values("care")[-1, FAULTY] < 0


@every_target
def test_a_stock_beyond_a_hair_below_zero_is_not(target):
    columns = one_faulty(1.0, math.nextafter(ROUNDING, -1), "start")
    assert f"starts at -1e-09 on 2000-03-31 in run {FAULTY}" in told(Steady, target, columns)


# Values beyond all numbers, from sums and products


@every_target
@pytest.mark.parametrize(
    "expression",
    [lambda x, d: x * d * d, lambda x, d: x * d * d - x * d * d * x, lambda _, d: d * d + 1],
)
def test_what_is_recorded_is_a_number(expression, target):
    message = told(in_a_level(expression), target, one_faulty(1.0, 1e200))
    assert f"run {FAULTY}" in message, message


@every_target
def test_a_division_that_leaves_the_numbers_is_refused(target):
    message = told(in_a_level(lambda x, d: x / d), target, one_faulty(1.0, 1e-310))
    assert f"run {FAULTY}" in message, message


# Which run is named


def failing_at(moments):
    """Return draws of runs that fail when the years reach their dose, at none where it is 0."""
    values = np.full(3 * MANY, -1.0)
    values[list(moments)] = list(moments.values())
    return {"dose": values}


SEVERAL = {
    "at the same time": ({7: 2.0, 3: 2.0}, {"python": 3, "compiled": 3}),
    "the later first": ({7: 4.0, 3: 2.0}, {"python": 3, "compiled": 3}),
    "the earlier first": ({7: 2.0, 3: 4.0}, {"python": 3, "compiled": 7}),
    "in another block": ({2 * MANY: 2.0, 3: 4.0}, {"python": 3, "compiled": 3}),
    "in the last block": ({3 * MANY - 1: 2.0}, dict.fromkeys(TARGETS, 3 * MANY - 1)),
}


@every_target
@pytest.mark.parametrize("case", SEVERAL)
def test_of_several_faulty_runs_the_documented_one_is_named(case, target):
    moments, named = SEVERAL[case]
    message = told(in_a_level(lambda x, d: x / years(x, d)), target, failing_at(moments))
    run = named[target]
    assert message.startswith(f"on {2000 + moments[run]:.0f}-03-31 in run {run} "), message


@every_target
def test_a_fault_leaves_nothing_behind_for_the_next_call(target):
    prepared = Prepared(in_a_level(lambda x, d: x / (d - 1))(), CLOCK, target=target)
    sound = {"dose": np.linspace(2, 3, N)}
    before, _ = prepared.record(sound, N)
    with pytest.raises(RunError):
        prepared.record(one_faulty(2.0, 1.0), N)
    after, _ = prepared.record(sound, N)
    for name, values in before.levels.items():
        np.testing.assert_array_equal(after.levels[name], values)


# What floats get over


@every_target
def test_a_negative_number_to_a_drawn_whole_power_is_a_number_everywhere(target):
    """Machine code takes powers by logarithms, cannot do it, and leaves it to Python."""
    columns = one_faulty(2.0, 3.0)
    model = in_a_level(lambda x, d: (x - 100) ** d)
    run = execute(model(), CLOCK, (), columns, outputs=["bad"], target=target)
    assert run.values("bad")[0].tolist() == pytest.approx(
        [(-90.0) ** d for d in columns["dose"]], rel=1e-14
    )
    assert run.provenance["computed_with"] == "python", "the record says which"
