"""What happens between two saved days is seen: checks, tables that are left, a step too long."""

import datetime as dt
import pickle
from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.prepare import available_targets
from caresim.language import (
    Aux,
    Check,
    Flow,
    Model,
    Parameters,
    RunError,
    Stock,
    cloud,
    pulse,
    table,
    time,
    where,
)

TARGETS = available_targets()
every_target = pytest.mark.parametrize("target", TARGETS)
SUMMERS = [(2010 + k / 4, (0.0, 2.0, 0.0, 0.0)[k % 4]) for k in range(-1, 22)]


class Season(Model):
    """A stock that is over its limit each summer and never on a 31 March."""

    parameters = p = Parameters.of(
        level_0=(10.0, "child"), rate=(100.0, "child/year"), stay=(0.2, "year"),
        limit=(20.0, "child"),
    )  # fmt: skip
    start, until = "2010-03-31", "2015-03-31"
    level = Stock("Level", "child", p.level_0)
    come = Flow("Come", cloud >> level, p.rate * table(time, SUMMERS))
    leave = Flow("Leave", level >> cloud, level / p.stay)
    effect = Aux("Effect", table(level / p.limit, [(0, 1), (1, 2)]))
    over = Check("Level is over its limit", level > p.limit)


def said(run):
    return {n.subject: n.text for n in run.warnings if n.kind == "bounds"}


@every_target
@pytest.mark.parametrize("every", ["year", "quarter", "month", "step"])
def test_a_check_says_the_same_however_often_results_are_saved(target, every):
    found = said(cs.run(Season(), every=every, steps_per_year=12, target=target))
    assert found == said(cs.run(Season(), every="step", steps_per_year=12, target="python"))
    assert set(found) == {"over", "effect_beyond_table"}
    assert found["over"] == "Level is over its limit (first on 31 July 2010)"


@every_target
def test_a_check_says_in_how_many_runs_it_held_at_any_step(target):
    columns = {"rate": np.array([1.0, 100.0, 3.0, 120.0, 100.0])}
    clock = Clock.between("2010-03-31", "2015-03-31", 12)
    run = execute(Season(), clock, (), columns, target=target)
    assert said(run)["over"].endswith("in 3 of 5 runs)")
    assert "first on" in said(run)["over"]
    alone = execute(Season(), clock, (), {"rate": np.array([3.0])}, target=target)
    assert not said(alone)


@every_target
def test_a_limit_passed_for_one_day_between_two_steps_is_seen(target):
    class Burst(Model):
        parameters = p = Parameters.of(rate=(365.0, "child/year"))
        start, until = "2018-03-31", "2021-03-31"
        come = Aux("Come", pulse("2019-01-10", days=1) * p.rate)
        seen = Stock("Seen", "child", 0)
        flow = Flow("Flow", cloud >> seen, come)
        busy = Check("More come than a day takes", come > p.rate / 2)

    text = "More come than a day takes (first on 10 January 2019)"
    assert said(cs.run(Burst(), target=target)) == {"busy": text}


@every_target
def test_a_check_that_holds_at_the_end_alone_is_dated_by_the_day_that_ends(target):
    class Late(Model):
        parameters = p = Parameters.of(rate=(1.0, "child/year"), limit=(2.995, "child"))
        start, until = "2018-03-31", "2021-03-31"
        held = Stock("Held", "child", 0)
        come = Flow("Come", cloud >> held, p.rate)
        full = Check("Full", held > p.limit)

    run = cs.run(Late(), target=target, steps_per_year=12)
    assert said(run) == {"full": "Full (first on 31 March 2021)"}


# A step that is too long halves itself


class Emptied(Model):
    """A stock that empties at a rate; Euler needs more steps a year than the rate."""

    parameters = p = Parameters.of(first=(100.0, "child"), rate=(20.0, "1/year"))
    start, until = "2018-03-31", "2021-03-31"
    care = Stock("Care", "child", p.first)
    left = Flow("Left", care >> cloud, care * p.rate)


class Drained(Model):
    """A stock that is asked for more than there is, at any step."""

    parameters = p = Parameters.of(first=(100.0, "child"), rate=(60.0, "child/year"))
    start, until = "2018-03-31", "2021-03-31"
    care = Stock("Care", "child", p.first)
    left = Flow("Left", care >> cloud, p.rate)


@every_target
def test_a_step_that_a_stock_cannot_bear_is_halved_and_said(target):
    run = cs.run(Emptied(), steps_per_year=8, method="euler", target=target)
    fine = cs.run(Emptied(), steps_per_year=32, method="euler", target=target)
    assert run.clock.taken_per_year == 32
    np.testing.assert_allclose(run.values("care"), fine.values("care"), rtol=1e-12)
    notice = next(n for n in run.warnings if "taken in" in n.text)
    assert (notice.kind, notice.subject) == ("step", "care")
    assert notice.text == (
        "8 a year are steps too long for the stock 'Care', which would come to -150 on "
        "16 May 2018: each step of the run is taken in 4 parts, 32 a year"
    )
    assert run.provenance["steps_per_year"] == 8
    assert run.provenance["parts_of_a_step"] == 4


class Refilled(Model):
    """A stock that is filled and left at a rate; too long a step lets it swing wider and wider."""

    parameters = p = Parameters.of(
        first=(100.0, "child"), new=(100.0, "child/year"), rate=(60.0, "1/year")
    )
    start, until = "2018-03-31", "2021-03-31"
    care = Stock("Care", "child", p.first)
    came = Flow("Came", cloud >> care, p.new)
    left = Flow("Left", care >> cloud, care * p.rate)


@every_target
@pytest.mark.parametrize(
    ("rate", "steps", "method", "parts"),
    [(60.0, 16, "rk4", 4), (500.0, 16, "rk4", 32), (2.0, 1, "euler", 2), (50.0, 12, "rk4", 4)],
)
def test_a_step_at_which_a_stock_swings_wider_and_wider_is_halved_and_said(
    rate, steps, method, parts, target
):
    run = cs.run(Refilled(rate=rate), steps_per_year=steps, method=method, target=target)
    assert run.clock.parts == parts
    assert run.values("care")[-1, 0] == pytest.approx(100 / rate, rel=1e-2)
    (notice,) = (n for n in run.warnings if "taken in" in n.text)
    assert (notice.kind, notice.subject) == ("step", "care")
    assert f"'Care', which turns over {rate:g} times a year: each step" in notice.text
    assert not any("too fast" in n.text for n in run.warnings)


def test_a_batch_is_halved_as_its_fastest_run_needs_and_a_fixed_clock_never():
    columns = {"rate": np.array([1.0, 60.0, 2.0])}
    clock = Clock.between("2018-03-31", "2021-03-31", 16)
    assert execute(Refilled(), clock, (), columns).clock.parts == 4
    fixed = execute(Refilled(), replace(clock, fixed=True))
    assert fixed.clock.parts == 1
    assert any("too fast" in n.text for n in fixed.warnings)


def test_a_stock_too_fast_for_every_halving_is_run_as_asked_and_said():
    run = cs.run(Refilled(rate=5000.0), until="2019-03-31")
    assert run.clock.parts == 1
    assert any("turns over 5000.0 times a year, too fast" in n.text for n in run.warnings)


@every_target
def test_all_runs_of_a_batch_are_halved_alike(target):
    clock = Clock.between("2018-03-31", "2021-03-31", 8)
    columns = {"rate": np.array([1.0, 7.0, 30.0, 2.0])}
    run = execute(Emptied(), clock, (), columns, method="euler", target=target)
    fine = Clock.between("2018-03-31", "2021-03-31", 32)
    expected = execute(Emptied(), fine, (), columns, method="euler", target=target)
    assert run.clock.taken_per_year == 32
    np.testing.assert_allclose(run.values("care"), expected.values("care"), rtol=1e-12)


@every_target
@pytest.mark.parametrize("every", ["year", "quarter", "month", "step"])
def test_a_halved_run_is_saved_when_it_was(target, every):
    ways = {"steps_per_year": 12, "every": every, "target": target}
    halved = cs.run(Emptied(), method="euler", **ways)
    whole = cs.run(Emptied(rate=1.0), method="euler", **ways)
    assert (halved.clock.parts, whole.clock.parts) == (2, 1)
    assert halved["care"].index.equals(whole["care"].index)


@every_target
def test_a_stock_that_no_step_keeps_above_zero_is_an_error_in_the_words_of_the_step(target):
    with pytest.raises(RunError, match=r"'care' came to -\d.* in run 1: its outflows take more"):
        execute(Drained(), Clock(2018, 2021, 4), (), {"rate": np.array([1.0, 60.0])}, target=target)
    with pytest.raises(RunError) as caught:
        cs.run(Drained(), steps_per_year=4, target=target)
    assert "2019" in str(caught.value)


def test_what_stops_a_run_goes_to_another_process_as_the_error_of_its_reader():
    with pytest.raises(RunError) as caught:
        cs.run(Drained(), steps_per_year=4)
    sent = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  (made on this line)
    assert (type(sent), str(sent)) == (RunError, str(caught.value))


def test_steps_are_halved_five_times_at_most():
    assert cs.run(Emptied(rate=30.0), steps_per_year=1, method="euler").clock.parts == 32
    with pytest.raises(RunError, match="take more steps a year"):
        cs.run(Emptied(rate=33.0), steps_per_year=1, method="euler")


# Labels


def labels(steps, every="step", until="2011-03-31"):
    return cs.run(Season(), until=until, steps_per_year=steps, every=every)["level"].index


@pytest.mark.parametrize(
    ("steps", "every", "per_year"),
    [(12, "step", 12), (12, "month", 12), (16, "month", 12), (24, "month", 12), (5, "month", 12),
     (4, "quarter", 4), (6, "quarter", 4), (12, "quarter", 4), (16, "quarter", 4)],
)  # fmt: skip
def test_months_and_quarters_end_with_those_of_the_calendar(steps, every, per_year):
    index = labels(steps, every, until="2013-03-31")
    assert index.is_month_end.all()
    months = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    assert index.month.to_list() == [3, *months[12 // per_year - 1 :: 12 // per_year] * 3]
    assert (index == index.normalize()).all()


@pytest.mark.parametrize("steps", [5, 10, 24, 36, 48, 52, 60, 73, 180, 365])
def test_other_steps_end_with_a_day(steps):
    index = labels(steps, until="2012-03-31")
    assert len(index) == 2 * steps + 1
    assert index.is_unique
    assert (index == index.normalize()).all()


@pytest.mark.parametrize("steps", [8, 12, 16, 24, 52, 64, 360, 400])
def test_a_saved_moment_is_what_its_label_says(steps):
    """A stock that grows by 1 a year holds on each label the share of the year that is over."""

    class Clocked(Model):
        parameters = p = Parameters.of(rate=(1.0, "year/year"))
        start, until = "2010-03-31", "2012-03-31"
        held = Stock("Held", "year", 0)
        grows = Flow("Grows", cloud >> held, p.rate)

    series = cs.run(Clocked(), steps_per_year=steps, every="step")["held"]
    for label, value in series.items():
        day = label if label != label.normalize() else label + dt.timedelta(days=1)
        second = dt.datetime(2011, 4, 1)  # noqa: DTZ001
        opening = second if day > second else second.replace(year=2010)
        days = 366 if opening.year == 2011 else 365
        over = (day - opening) / dt.timedelta(days=days)
        assert value == pytest.approx(opening.year - 2010 + over, abs=1.1e-6 / 60), label


def test_equal_steps_say_the_time_of_day():
    index = labels(16)
    assert [str(label) for label in index[:3]] == [
        "2010-03-31 00:00:00", "2010-04-23 19:30:00", "2010-05-16 15:00:00",
    ]  # fmt: skip


# Thresholds on stocks


class Ceiling(Model):
    """A stock that fills fast up to a level and slowly beyond it."""

    parameters = p = Parameters.of(
        fast=(100.0, "child/year"), slow=(1.0, "child/year"), level=(150.0, "child"),
    )  # fmt: skip
    start, until = "2018-03-31", "2021-03-31"
    held = Stock("Held", "child", 0)
    pace = Aux("Pace", where(held > p.level, p.slow, p.fast))
    come = Flow("Come", cloud >> held, pace)


@every_target
@pytest.mark.parametrize("every", ["year", "step"])
def test_a_threshold_on_a_stock_inside_a_step_is_said(target, every):
    run = cs.run(Ceiling(), target=target, every=every, steps_per_year=16)
    (notice,) = run.warnings
    assert (notice.kind, notice.subject) == ("threshold", "pace")
    assert notice.text == (
        "'Pace' switches as a stock passes a level (first by 23 October 2019): it does so with a "
        "step, up to 1/16 of a year early or late; more steps a year place it better"
    )


@every_target
def test_a_threshold_that_no_run_passes_is_not_said_and_of_others_in_how_many(target):
    clock = Clock.between("2018-03-31", "2021-03-31", 16)
    columns = {"level": np.array([400.0, 90.0, 500.0])}
    run = execute(Ceiling(), clock, (), columns, target=target)
    assert ", in 1 of 3 runs" in run.warnings[0].text
    assert not execute(Ceiling(level=400.0), clock, target=target).warnings
    assert not execute(Ceiling(level=-1.0), clock, target=target).warnings
