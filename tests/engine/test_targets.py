"""One model, two ways to run it: the same numbers, and the same bits whatever the batch."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from rich_model import CLOCK, SHIFTS, Rich, draws, ran

from caresim.engine.clock import Clock
from caresim.engine.machine import runs
from caresim.engine.paths import Shift
from caresim.engine.prepare import Prepared, available_targets
from caresim.language import (
    Aux,
    Check,
    Flow,
    Model,
    Parameters,
    Stock,
    cloud,
    exp,
    time,
    total,
    where,
)

INSTALLED = available_targets()
BATCHES = INSTALLED[1:]  # what is held against readable Python
needs_compiler = pytest.mark.skipif("compiled" not in INSTALLED, reason="needs llvmlite")
BLOCKS = (1, 2, 3, 15, 16, 17, 100)  # runs, about the widths of a block


def assert_near(run, reference, what):
    for name in run.outputs:
        got, expected = run.values(name), reference.values(name)
        far = np.abs(got - expected).max() / max(np.abs(expected).max(), 1e-3)
        assert far <= 1e-12, f"{name}, {what}: {far:.1e} apart"


def assert_same_bits(run, reference, what, places=slice(None)):
    for name in run.outputs:
        got, expected = run.values(name), reference.values(name)[:, places]
        assert got.tobytes() == np.ascontiguousarray(expected).tobytes(), (
            f"{name}, {what}: not the same bits, {np.abs(got - expected).max():.1e} apart"
        )


# The same numbers


@pytest.mark.parametrize("method", ["rk4", "euler"])
@pytest.mark.parametrize("change", SHIFTS)
@pytest.mark.parametrize("target", BATCHES)
def test_targets_agree_on_a_model_with_every_feature(target, change, method):
    for n_runs in (1, 20):
        options = {"n_runs": n_runs, "shifts": SHIFTS[change], "method": method}
        run, reference = ran(target, **options), ran("python", **options)
        assert_near(run, reference, f"{n_runs} runs")
        assert run.provenance["computed_with"] == target
        assert reference.provenance["computed_with"] == "python"


@pytest.mark.parametrize("target", BATCHES)
def test_targets_say_the_same_of_a_run(target):
    """Turnover and checks become notices; those come from each target's own sums."""
    run, reference = ran(target, 20), ran("python", 20)
    assert {n.kind for n in reference.warnings} >= {"step", "bounds"}, reference.warnings
    assert run.warnings == reference.warnings


@pytest.mark.parametrize(
    ("steps", "every"),
    [(12, "year"), (12, "quarter"), (12, "month"), (12, "step"), (24, "month"), (8, "step")],
)
@pytest.mark.parametrize("target", INSTALLED)
def test_saving_more_often_changes_no_saved_level_and_no_year_s_sum(target, steps, every):
    clock, whole = (
        Clock.between("2000-03-31", "2004-03-31", steps, often) for often in (every, "year")
    )
    often, yearly = ran(target, 3, clock=clock), ran(target, 3, clock=whole)
    stride = clock.saves_per_year
    for name in yearly.outputs:
        values, expected = often.values(name), yearly.values(name)
        if name in often.levels:
            assert (values[::stride] == expected).all(), name
        else:
            sums = values.reshape(-1, stride, 3).sum(axis=1)
            np.testing.assert_allclose(sums, expected, rtol=1e-13, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("target", INSTALLED)
def test_asking_for_less_changes_nothing_of_what_is_asked_for(target):
    whole = ran(target, 3)
    for wanted in (["care"], ["settled"], ["to_care", "cost"], ["plan", "root"], []):
        some = ran(target, 3, outputs=wanted)
        assert list(some.outputs) == wanted
        # other operations are shared, so the last bit may differ
        for name in wanted:
            np.testing.assert_allclose(some.values(name), whole.values(name), rtol=1e-13)


@pytest.mark.parametrize("target", INSTALLED)
def test_a_check_is_a_truth_value_in_every_run(target):
    values = ran(target, 20).values("crowded")
    assert set(np.unique(values)) == {0.0, 1.0}
    alone = ran("python", 20)
    assert (values == alone.values("crowded")).all()


@pytest.mark.parametrize("target", INSTALLED)
def test_stocks_start_where_they_are_told(target):
    class Started(Rich):
        def __init__(self, **values):
            super().__init__(**values)
            self.starting = {"care": 33.0, "plan_stage_2": 7.0}

    run = ran(target, 5, model=Started)
    assert (run.values("care")[0] == 33.0).all()
    assert (run.values("plan_stage_2")[0] == 7.0).all()
    told, usual = run.values("home")[0], ran(target, 5).values("home")[0]
    assert (told == usual).all(), "the other stocks start by their equations"
    assert_near(run, ran("python", 5, model=Started), target)


# Models with little in them


class Still(Model):
    """No stock and no flow: what is computed hangs on time and parameters alone."""

    parameters = p = Parameters.of(a=2.0, year=(1.0, "year"))
    double = Aux("Double", p.a * 2)
    along = Aux("Along", p.a * time / p.year)
    late = Check("It is late", time > 2002 * p.year)


class Closed(Model):
    """A stock that nothing fills or drains."""

    parameters = p = Parameters.of(a=(2.0, "child"), b=2.0, year=(1.0, "year"))
    care = Stock("Care", "child", p.a, signed=True)
    spare = Aux("Uses what nothing else may", p.b * p.year)


class Unread(Model):
    """Draws of a parameter that no output needs."""

    parameters = p = Parameters.of(a=(2.0, "child"), rate=(0.5, "1/year"), fee=(3.0, "GBP/child"))
    care = Stock("Care", "child", p.a)
    left = Flow("Left", care >> cloud, care * p.rate)
    bill = Aux("Bill", care * p.fee)


@pytest.mark.parametrize("target", INSTALLED)
def test_a_model_without_stocks_runs(target):
    run = ran(target, model=Still, columns={"a": np.array([2.0, 3.0, 4.0])})
    assert run.values("double").tolist() == [[4.0, 6.0, 8.0]] * 5
    assert run.values("along")[:, 1].tolist() == [3.0 * (2000 + i) for i in range(5)]
    assert run.values("late")[:, 0].tolist() == [0.0, 0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("target", INSTALLED)
def test_a_model_without_flows_stays_as_it_starts(target):
    run = ran(target, model=Closed, columns={"a": np.array([2.0, 3.0])})
    assert run.values("care").tolist() == [[2.0, 3.0]] * 5


@pytest.mark.parametrize("target", INSTALLED)
def test_draws_of_what_no_output_needs_are_taken_and_change_nothing(target):
    columns = {"fee": np.array([1.0, 50.0, 9.0])}
    run = ran(target, model=Unread, columns=columns, outputs=["care"])
    assert (run.values("care") == run.values("care")[:, :1]).all()
    assert run.values("care").shape == (5, 3)


TRUTHS = {
    "their sum": (lambda a, b: a + b, 2.0),
    "their difference": (lambda a, b: a - b, 0.0),
    "one with its sign changed": (lambda a, _: -a, -1.0),
    "a power of their sum": (lambda a, b: (a + b) ** 2, 4.0),
    "an exponential": (lambda a, _: exp(a), math.e),
    "a total": (lambda a, b: total(a, b, a), 3.0),
    "a comparison with a sum": (lambda a, b: where(a + b > 1.5, 7, 8), 7.0),
}


@pytest.mark.parametrize("target", INSTALLED)
@pytest.mark.parametrize("depends_on", ["a stock", "a draw", "time"])
@pytest.mark.parametrize("case", TRUTHS)
def test_truth_values_are_one_and_nothing_in_arithmetic(case, depends_on, target):
    expression, expected = TRUTHS[case]

    q = Closed.p
    level = {"a stock": Closed.care / q.a, "a draw": q.b, "time": time / q.year}[depends_on]

    class Counted(Closed):
        one, other = Check("Over nothing", level > 0), Check("Over a half", level > 0.5)
        number = Aux("Number", expression(one, other))
        risen = Flow("Risen", cloud >> Closed.care, q.a / q.year / 500 * expression(one, other))

    columns = {"b": np.array([2.0, 3.0])}
    run = ran(target, model=Counted, columns=columns, outputs=["number", "risen"])
    np.testing.assert_allclose(run.values("number"), expected, rtol=1e-14)
    np.testing.assert_allclose(run.values("risen"), expected / 250, rtol=1e-13)


OWN_NAMES = (
    "k", "first", "last", "step", "rows", "sums", "stock", "range", "inf", "nan", "max", "min",
    "power", "columns", "once", "out", "work", "masks", "copyto", "square_root", "add", "one",
)  # fmt: skip


@pytest.mark.parametrize("target", INSTALLED)
@pytest.mark.parametrize("name", OWN_NAMES)
def test_a_quantity_may_have_a_name_that_generated_code_might_use(name, target):
    class Named(Model):
        parameters = p = Parameters.of(**{name: (0.5, "1/year")}, share=0.5, many=(9.0, "child"))
        care = Stock("Care", "child", 10 * p.many)
        left = Flow("Left", care >> cloud, care * getattr(p, name) * p.share**p.share)

    class Stored(Model):
        parameters = p = Parameters.of(rate=(0.5, "1/year"), share=0.5, many=(9.0, "child"))
        locals()[name] = Stock("Care", "child", 10 * p.many)
        left = Flow("Left", locals()[name] >> cloud, locals()[name] * p.rate * p.share**p.share)

    expected = 90 * np.exp(-0.5 * 0.5**0.5 * np.arange(5))
    for model, wanted in ((Named, "care"), (Stored, name)):
        run = ran(target, 1, model, shifts=[Shift("share", "scale", 1.0, 2001.0)], outputs=[wanted])
        np.testing.assert_allclose(run.values(wanted)[:, 0], expected, rtol=1e-6)


# The same bits


@pytest.mark.parametrize("n_runs", BLOCKS)
@pytest.mark.parametrize("target", INSTALLED)
def test_a_run_has_the_same_bits_in_a_batch_of_any_size(target, n_runs):
    whole = ran(target, 100)
    columns = draws(100)
    for first in {0, 1, (100 - n_runs) // 2, 100 - n_runs}:
        places = slice(first, first + n_runs)
        part = {name: values[places] for name, values in columns.items()}
        length = len(part["share"])
        run = ran(target, columns=part)
        assert_same_bits(run, whole, f"{length} runs from run {first} on", places)


@pytest.mark.parametrize("target", INSTALLED)
def test_a_run_has_the_same_bits_at_any_place_in_a_batch(target):
    n_runs = 37
    order = np.random.default_rng(1).permutation(n_runs)
    columns = {name: values[order] for name, values in draws(n_runs).items()}
    assert_same_bits(ran(target, columns=columns), ran(target, n_runs), "in another order", order)


@pytest.mark.parametrize("target", INSTALLED)
def test_a_run_has_the_same_bits_each_time(target):
    assert_same_bits(ran(target, 20), ran(target, 20), "again")


@needs_compiler
@pytest.mark.parametrize("count", [1, 2, 3, 7, 64])
def test_a_run_has_the_same_bits_on_any_number_of_processors(count, monkeypatch):
    monkeypatch.setattr(runs, "processors", lambda: 1)
    alone = ran("compiled", 100)
    asked = []
    monkeypatch.setattr(runs, "processors", lambda: asked.append(count) or count)
    assert_same_bits(ran("compiled", 100), alone, f"{count} threads")
    assert asked, "enough runs for threads"


@needs_compiler
@pytest.mark.parametrize("lanes", [2, 4, 8, 16, 32])
def test_the_width_of_a_block_changes_no_bit(lanes, monkeypatch):
    reference = ran("compiled", 20)
    monkeypatch.setattr(runs, "_lanes", lambda _: lanes)
    assert_same_bits(ran("compiled", 20), reference, f"blocks of {lanes}")


@needs_compiler
def test_a_block_is_a_whole_number_of_registers_and_fewer_of_a_larger_model(monkeypatch):
    schedule = Prepared(Rich(), CLOCK)._compiled(frozenset()).schedule
    for register in (2, 4, 8):
        monkeypatch.setattr(runs, "register_width", lambda width=register: width)
        widths = []
        for size in (1, 60, 200, 900, 10**6):
            monkeypatch.setattr(runs, "working_set", lambda _, size=size: size)
            widths.append(runs._lanes(schedule))
        assert widths[0] == 2 * register
        assert widths[-1] == register
        assert widths == sorted(widths, reverse=True)


def test_chunks_of_a_large_batch_change_no_bit(monkeypatch):
    reference = ran("python", 37)
    monkeypatch.setattr("caresim.engine.python.loop.CHUNK", 10)
    assert_same_bits(ran("python", 37), reference, "in chunks of 10")


# Steps of any length


@pytest.mark.parametrize("target", INSTALLED)
def test_a_step_may_end_where_something_happens(target):
    """Cuts at odd moments change what a coarse method gives, and nothing of what is exact."""
    cuts = (2000.3, 2001.375, 2001.44, 2003.99)
    whole, cut = Clock(2000, 2004, 8), Clock(2000, 2004, 8, cuts=cuts)
    assert cut.n_steps == whole.n_steps + len(cuts) - 1, "one of them ends a step anyway"
    one, other = (ran(target, 5, clock=clock) for clock in (whole, cut))
    for name in one.outputs:
        assert one.values(name).shape == other.values(name).shape
        np.testing.assert_allclose(other.values(name), one.values(name), rtol=2e-3, atol=1e-4)
    assert (other.values("care") != one.values("care")).any()


@pytest.mark.parametrize("every", ["year", "quarter"])
@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_targets_agree_on_steps_of_any_length(method, every):
    clock = replace(Clock.between("2000-03-31", "2004-03-31", 8, every), cuts=(2000.3, 2002.71))
    options = {"clock": clock, "method": method, "shifts": SHIFTS["no change"]}
    reference = ran("python", 3, **options)
    for target in BATCHES:
        assert_near(ran(target, 3, **options), reference, target)


def test_a_step_is_cut_where_a_change_is_made():
    shift = Shift("return_rate", "scale", 2.0, 2001.44)
    cut = ran(None, clock=Clock(2000, 2004, 8, cuts=(2001.44,)), shifts=[shift])
    run = ran(None, clock=CLOCK, shifts=[shift])
    assert not [notice for notice in run.warnings if notice.kind == "date"]
    assert run.clock == cut.clock
    np.testing.assert_array_equal(run.values("care"), cut.values("care"))


@needs_compiler
def test_a_job_in_machine_code_goes_to_another_process_as_what_it_was_made_from():
    prepared = Prepared(Rich(), CLOCK, target="compiled")
    before, _ = prepared.record(draws(3), 3)
    sent = pickle.loads(pickle.dumps(prepared))  # noqa: S301  (made on this line)
    after, _ = sent.record(draws(3), 3)
    for name, values in before.levels.items():
        assert values.tobytes() == after.levels[name].tobytes(), name
