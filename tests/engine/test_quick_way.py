"""The quick way on plain floats: what it gives, when it gives up, and what its steps look like."""

import linecache

import numpy as np
import pytest
from rich_model import CLOCK, SHIFTS, Rich

from caresim.engine.careful import record_carefully
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.floats import record_floats
from caresim.engine.paths import Shift
from caresim.engine.prepare import Prepared
from caresim.engine.quick import _plan_of, record_quickly
from caresim.engine.record import STAGES, FaultyRun
from caresim.england import England
from caresim.language import Aux, Flow, Model, Parameters, RunError, Stock, cloud, minimum

# of those that may move; one in exp() is left out, which NumPy and Python round in their own ways
MOVED = ("return_rate", "referral_rate", "strength", "watch", "fee", "people", "stay")
GIVES_UP = (FaultyRun, ArithmeticError, ValueError, TypeError)


def job_of(model, shifts=(), clock=CLOCK, method="rk4", outputs=None):
    return Prepared(model(), clock, shifts, outputs=outputs, method=method).job


def assert_same(record, reference):
    for kind in ("levels", "rates"):
        found, expected = getattr(record, kind), getattr(reference, kind)
        assert list(found) == list(expected)
        for name, values in expected.items():
            assert found[name].shape == values.shape, name
            far = np.abs(found[name] - values).max() / max(np.abs(values).max(), 1e-3)
            assert far <= 1e-13, f"{name}: {far:.1e} apart"
    assert record.turnover == pytest.approx(reference.turnover, rel=1e-13)


@pytest.mark.parametrize("every", ["year", "quarter", "step"])
@pytest.mark.parametrize("method", STAGES)
@pytest.mark.parametrize("change", SHIFTS)
def test_it_gives_what_the_careful_way_gives(change, method, every):
    clock = Clock.between("2000-03-31", "2004-03-31", 8, every)
    job = job_of(Rich, SHIFTS[change], clock, method)
    assert_same(record_quickly(job, {}), record_carefully(job, {}))
    drawn = {"care_0": 75.0, "strength": 0.6}
    assert_same(record_quickly(job, drawn), record_carefully(job, drawn))


@pytest.mark.parametrize("name", MOVED)
def test_a_parameter_that_moves_to_where_it_stands_changes_no_bit(name):
    """What does nothing is called so, which compares bits: the grouping may not hang on it."""
    found = record_quickly(job_of(Rich, [Shift(name, "scale", 1.0, 2001.0)]), {})
    expected = record_quickly(job_of(Rich), {})
    for kind in ("levels", "rates"):
        for output, values in getattr(expected, kind).items():
            assert (getattr(found, kind)[output] == values).all(), output


def test_the_model_of_england_runs_the_quick_way():
    job = job_of(England, clock=Clock(2009, 2012, 16), outputs=list(England.published_names()))
    assert_same(record_quickly(job, {}), record_carefully(job, {}))


class Leaking(Model):
    """A stock with a rate, an amount that leaves it, and a number to spare."""

    parameters = p = Parameters.of(
        start=(10.0, "child"), rate=(0.5, "1/year"), gone=(0.0, "child/year"), x=0.5
    )
    care = Stock("Care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate + p.gone)
    spare = Aux("Uses what nothing else may", p.x)


def in_a_flow(expression):
    class Risky(Leaking):
        p = Leaking.p
        more = Flow(
            "More",
            cloud >> Leaking.care,
            p.rate * p.start * expression(Leaking.care / p.start, p.x),
        )

    return Risky


def in_a_level(expression):
    class Risky(Leaking):
        more = Aux("More", expression(Leaking.care / Leaking.p.start, Leaking.p.x))

    return Risky


FAULTS = {
    "a stock below zero": (Leaking, {"gone": 40.0}),
    "a stock that starts below zero": (Leaking, {"start": -1.0}),
    "a stock beyond all numbers": (in_a_flow(lambda c, x: c * c * c * x * 1e6), {}),
    "a root of a negative number": (in_a_flow(lambda c, x: (c - 2) ** x), {}),
    "a root of a negative constant": (in_a_flow(lambda c, x: c * (x - 1) ** x), {}),
    "a division by nothing": (in_a_flow(lambda c, x: x / (c - 1)), {}),
    "a division by a constant that is nothing": (in_a_flow(lambda c, x: c / (x - 0.5)), {}),
    "a share that cancels": (in_a_flow(lambda c, x: c * (1 - x / (c - 1)) + c * x / (c - 1)), {}),
    "a level without a value": (in_a_level(lambda c, x: x / (c - 1)), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_it_gives_up_where_the_careful_way_says_why(case):
    model, columns = FAULTS[case]
    job = job_of(model)
    with pytest.raises(GIVES_UP):
        record_quickly(job, columns)
    with pytest.raises(RunError) as careful:
        record_carefully(job, columns)
    with pytest.raises(RunError) as told:
        record_floats(job, columns)
    assert str(told.value) == str(careful.value)


def test_a_fault_in_a_step_is_named_by_the_line_of_the_readable_source():
    job = job_of(in_a_flow(lambda c, x: (c - 2) ** x))
    with pytest.raises(RunError, match=r"on 2000-03-31 .* in 'more = .*\*\* x': math domain error"):
        record_floats(job, {})


def test_a_number_that_is_too_large_and_meets_a_minimum_is_got_over():
    model = in_a_flow(lambda c, x: minimum(c * x * 1e200 * 1e200, 1))
    job = job_of(model)
    assert_same(record_floats(job, {}), record_carefully(job, {}))


# What the steps look like


def advance_of(job):
    return _plan_of(job.program, job.floors, STAGES[job.method]).advance


def test_the_steps_are_registered_so_that_a_debugger_shows_them():
    code = advance_of(job_of(Rich)).__code__
    assert linecache.getline(code.co_filename, 1).startswith("def advance(")


def test_the_text_of_the_steps_is_the_same_each_time():
    names = []
    for _ in range(2):
        _plan_of.cache_clear()
        names.append(advance_of(job_of(Rich)).__code__.co_filename)
    assert names[0] == names[1], "the file is named by the hash of its text"


def test_the_stocks_are_among_the_variables_that_one_instruction_reaches():
    code = advance_of(job_of(Rich)).__code__
    assert {"care", "home", "plan_stage_1"} <= set(code.co_varnames[:256])


@pytest.mark.parametrize("flows", [1, 30, 250])
def test_a_stock_may_have_many_flows(flows):
    class Wide(Model):
        parameters = p = Parameters.of(start=(10.0, "child"), rate=(0.001, "1/year"))
        care = Stock("Care", "child", p.start)
        for i in range(flows):
            locals()[f"left_{i}"] = Flow(f"Left {i}", care >> cloud, care * p.rate / (i + 1))
        del i

    job = job_of(Wide, clock=Clock(2000, 2001, 4))
    assert_same(record_quickly(job, {}), record_carefully(job, {}))


@pytest.mark.parametrize("length", [10, 90, 300])
def test_a_chain_of_quantities_may_be_long(length):
    """Each is used once, and would stand in the next: lines may not nest without end."""

    class Deep(Model):
        parameters = p = Parameters.of(start=(10.0, "child"), rate=(0.1, "1/year"))
        care = Stock("Care", "child", p.start)
        x_0 = Aux("X", care / p.start)
        for i in range(length):
            locals()[f"x_{i + 1}"] = Aux(f"X {i}", 1 / (1 + locals()[f"x_{i}"]))
        left = Flow("Left", care >> cloud, care * p.rate * locals()[f"x_{length}"])
        del i

    job = job_of(Deep, clock=Clock(2000, 2001, 4), outputs=["left"])
    assert_same(record_quickly(job, {}), record_carefully(job, {}))


def test_a_jump_between_two_steps_is_seen_by_the_step_after():
    shifts = [Shift("rate", "set", 0.0, 2001.0)]
    care = execute(Leaking(), Clock(2000, 2003, 4), shifts, target="floats").values("care")[:, 0]
    assert care[1] < 7
    assert care[1] == care[2] == care[3]
