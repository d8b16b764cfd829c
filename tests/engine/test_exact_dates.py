"""A change, and a jump in an equation, take effect on their day, whatever the step."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.cuts import MOST_CUTS, cut_clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.engine.prepare import available_targets
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    Parameters,
    Series,
    Stock,
    cloud,
    elapsed,
    maximum,
    minimum,
    pulse,
    step,
    table,
    time,
    where,
)
from caresim.language.dates import days_of, end_of, start_of

TARGETS = available_targets()
LEVER = {"role": "lever", "bounds": (0, 1e9), "source": "made up"}
every_target = pytest.mark.parametrize("target", TARGETS)
every_method = pytest.mark.parametrize("method", ["rk4", "euler"])


def tank(equation, /, **more):
    """Return a model of one stock, filled at a rate that its equation gives."""
    entries = {name: entry for name, entry in more.items() if isinstance(entry, Parameter)}
    given_p = Parameters(entries) if entries else Parameters.of(**more)

    class Tank(Model):
        parameters = given_p
        start, until = "2018-03-31", "2025-03-31"
        held = Stock("Held", "place", 0)
        filled = Flow("Filled", cloud >> held, equation(given_p))

    return Tank()


def levered():
    entry = Parameter("rate", 0.0, "place/year", meaning="Rate", **LEVER)
    return tank(lambda p: p.rate, rate=entry)


LEVERED = levered()


def in_years(first, days, rate):
    """Return what a rate on some days brings in each financial year from 2018-19 to 2024-25."""
    years = []
    for year in range(2018, 2025):
        opening, closing = dt.date(year, 4, 1), dt.date(year + 1, 4, 1)
        last = first + dt.timedelta(days=days)
        inside = max((min(last, closing) - max(first, opening)).days, 0)
        years.append(rate * inside / (closing - opening).days)
    return years


starts = st.dates(dt.date(2018, 4, 1), dt.date(2023, 12, 31))
steps = st.one_of(st.integers(1, 60), st.sampled_from([64, 96, 128, 365, 366, 480]))


@every_target
@every_method
@settings(max_examples=25, deadline=None)
@given(first=starts, days=st.integers(1, 400), rate=st.floats(0.1, 1e6), n=steps)
def test_a_change_of_some_days_brings_these_days_of_each_year(target, method, first, days, rate, n):
    until = first + dt.timedelta(days=days - 1)
    change = cs.Change("rate", "set", rate, first, until=until)
    plan = cs.Scenario("Some days", changes=[change])
    run = cs.run(LEVERED, plan, steps_per_year=n, method=method, target=target)
    np.testing.assert_allclose(
        run.yearly("filled")[:, 0], in_years(first, days, rate), rtol=1e-9, atol=1e-12 * rate
    )
    assert not run.warnings


@every_target
@every_method
@settings(max_examples=10, deadline=None)
@given(first=starts, days=st.integers(1, 400), rate=st.floats(0.1, 1e6), n=steps)
def test_a_pulse_in_an_equation_brings_these_days_of_each_year(
    target, method, first, days, rate, n
):
    model = tank(lambda p: pulse(str(first), days=days) * p.rate, rate=(rate, "place/year"))
    run = cs.run(model, steps_per_year=n, method=method, target=target)
    expected = in_years(first, days, rate)
    np.testing.assert_allclose(run.yearly("filled")[:, 0], expected, rtol=1e-9, atol=1e-12 * rate)
    assert run.values("held")[-1, 0] == pytest.approx(sum(expected), rel=1e-9)


RATE = 365.0
BEGINS = {"begins": (start_of(dt.date(2020, 2, 12)), "year"), "rate": (RATE, "place/year")}
AFTER = sum(in_years(dt.date(2020, 2, 12), 5000, RATE))
JUMPS = {
    "a date, from the day on": lambda p: where(time >= "2020-02-12", p.rate, 0),
    "a date, after the day before": lambda p: where(time > dt.date(2020, 2, 11), p.rate, 0),
    "a date, not before it": lambda p: where(time < "2020-02-12", 0, p.rate),
    "a date, not up to the day before": lambda p: where(time <= "2020-02-11", 0, p.rate),
    "a date on the left": lambda p: where("2020-02-12" <= time, p.rate, 0),  # noqa: SIM300
    "a parameter": lambda p: where(time >= p.begins, p.rate, 0),
    "a parameter, strictly": lambda p: where(time > p.begins, p.rate, 0),
    "a parameter on the left": lambda p: where(p.begins < time, p.rate, 0),
    "what is left of a wait": lambda p: where(p.begins - time <= 0, p.rate, 0),
    "a product": lambda p: (time >= p.begins) * p.rate,
    "twice the time": lambda p: where(2 * time >= p.begins + p.begins, p.rate, 0),
    "a step": lambda p: step("2020-02-12") * p.rate,
    "a step by a parameter": lambda p: step(p.begins) * p.rate,
}


@every_target
@every_method
@pytest.mark.parametrize("n", [1, 7, 12, 16])
@pytest.mark.parametrize("how", JUMPS)
def test_a_jump_is_exact_however_it_is_written(how, n, method, target):
    model = tank(lambda p: JUMPS[how](p) + 0 * p.rate / p.begins * p.begins, **BEGINS)
    run = execute(model, Clock(2018, 2025, n), method=method, target=target)
    assert run.values("held")[-1, 0] == pytest.approx(AFTER, rel=1e-9)
    assert not run.warnings


@every_target
def test_a_jump_on_a_step_is_on_the_right_side_of_it(target):
    """The first of April: what is read at a step's last moment is still of the year before."""
    model = tank(lambda p: where(time >= "2020-04-01", p.rate, 0), rate=(100.0, "place/year"))
    for n in (1, 4, 12, 16):
        run = cs.run(model, steps_per_year=n, target=target)
        assert run.yearly("filled")[:, 0].tolist() == pytest.approx([0, 0, *[100] * 5], abs=1e-9)


@every_target
def test_a_jump_through_another_quantity_cuts_the_grid_too(target):
    class Indirect(Model):
        parameters = p = Parameters.of(rate=(RATE, "place/year"), late=(0.3, "year"))
        start, until = "2018-03-31", "2021-03-31"
        waited = Aux("Waited", time - p.late)
        opened = Aux("Open", where(waited >= p.late * 6730.7, 1, 0))
        held = Stock("Held", "place", 0)
        filled = Flow("Filled", cloud >> held, opened * p.rate)

    begins = 0.3 + 0.3 * 6730.7
    run = cs.run(Indirect(), target=target)
    assert run.values("held")[-1, 0] == pytest.approx(RATE * (2021 - begins), rel=1e-9)


@every_target
@every_method
def test_a_lever_that_passes_a_level_on_its_ramp_switches_on_that_day(target, method):
    entries = {
        "lever": Parameter("lever", 0.0, "1", meaning="Lever", **LEVER),
        "level": Parameter("level", 0.37, "1"),
        "rate": Parameter("rate", 100.0, "place/year"),
    }
    model = tank(lambda p: where(p.lever > p.level, p.rate, 0), **entries)
    ramp = Shift("lever", "set", 1.0, 2019.2, over=2.0)
    run = execute(model, Clock(2018, 2025, 8), [ramp], method=method, target=target)
    assert run.values("held")[-1, 0] == pytest.approx(100 * (2025 - 2019.94), rel=1e-9)


@every_target
def test_a_ramp_is_exact_from_its_first_day_to_its_last(target):
    ramp = cs.Change("rate", "add", 100.0, "2019-05-20", over_years=0.7, until="2022-01-17")
    run = cs.run(LEVERED, cs.Scenario("Ramp", changes=[ramp]), steps_per_year=5, target=target)
    begins, ends = start_of(dt.date(2019, 5, 20)), end_of(dt.date(2022, 1, 17))
    expected = 100 * 0.7 / 2 + 100 * (ends - begins - 0.7)
    assert run.values("held")[-1, 0] == pytest.approx(expected, rel=1e-9)


BENDS = {
    "elapsed": lambda p: elapsed("2019-05-20", "2021-02-11") / p.year * p.rate,
    "the lesser of two": lambda p: maximum(minimum(time, p.ends) - p.begins, 0) / p.year * p.rate,
    "the greater of two": lambda p: (
        (minimum(maximum(time, p.begins), p.ends) - p.begins) / p.year * p.rate
    ),
}


@every_target
@pytest.mark.parametrize("n", [1, 5, 12, 16])
@pytest.mark.parametrize("how", BENDS)
def test_a_ramp_in_an_equation_is_exact_where_it_bends(how, n, target):
    begins, ends = end_of(dt.date(2019, 5, 20)), end_of(dt.date(2021, 2, 11))
    values = {"begins": (begins, "year"), "ends": (ends, "year")}
    values |= {"year": (1.0, "year"), "rate": (100.0, "place/year")}
    model = tank(lambda p: BENDS[how](p) + 0 * p.rate * (p.ends / p.begins), **values)
    run = cs.run(model, steps_per_year=n, target=target)
    rise = ends - begins
    assert run.values("held")[-1, 0] == pytest.approx(
        100 * rise * (rise / 2 + 2025 - ends), rel=1e-9
    )


@every_target
def test_a_stock_may_start_at_the_lesser_of_two_amounts(target):
    p = Parameters.of(held_0=(3.0, "place"), room=(2.0, "place"), rate=(0.5, "1/year"))

    class Small(Model):
        """A stock that starts at what there is room for."""

        parameters = p
        start = "2020-03-31"
        held = Stock("Held", "place", minimum(p.held_0, p.room))
        lost = Flow("Lost", held >> cloud, held * p.rate)

    assert cs.run(Small(), until="2021-03-31", target=target).values("held")[0, 0] == 2.0


@every_target
def test_a_table_over_time_that_jumps_within_a_day_is_exact(target):
    points = [("2019-06-10", 0), ("2019-06-11", 1), ("2019-06-20", 1), ("2019-06-21", 0)]
    model = tank(lambda p: table(time, points) * p.rate, rate=(RATE, "place/year"))
    run = cs.run(model, target=target)
    assert run.values("held")[-1, 0] == pytest.approx(RATE * 10 / 366, rel=1e-9)


@every_target
def test_dated_values_a_day_apart_are_exact(target):
    days = [end_of(dt.date(2019, 6, day)) for day in (10, 11, 20, 21)]
    series = Series(tuple(days), (0.0, RATE, RATE, 0.0), held=False)
    model = tank(lambda p: p.rate, rate=Parameter("rate", series, "place/year"))
    run = cs.run(model, target=target)
    assert run.values("held")[-1, 0] == pytest.approx(RATE * 10 / 366, rel=1e-9)


def test_all_draws_of_a_run_share_one_grid():
    model = tank(lambda p: where(time >= p.begins, p.rate, 0), **BEGINS)
    columns = {"rate": np.array([RATE, 2 * RATE, 3 * RATE])}
    for target in TARGETS:
        run = execute(model, Clock(2018, 2025, 16), (), columns, target=target)
        np.testing.assert_allclose(run.values("held")[-1], AFTER * np.arange(1, 4), rtol=1e-9)
        assert not run.warnings


def test_a_run_with_a_drawn_date_is_the_same_alone_and_among_others():
    model = tank(lambda p: where(time >= p.begins, p.rate, 0), **BEGINS)
    begins = np.array([2019.03, 2020.51, 2023.99])
    for target in TARGETS:
        many, *alone = (
            execute(model, Clock(2018, 2025, 16), (), {"begins": column}, target=target)
            for column in (begins, *begins[:, None])
        )
        for i, run in enumerate(alone):
            assert (run.values("held")[:, 0] == many.values("held")[:, i]).all()


def test_a_date_that_is_drawn_is_near_and_said():
    model = tank(lambda p: where(time >= p.begins, p.rate, 0), **BEGINS)
    columns = {"begins": np.array([2019.03, 2020.51, 2023.99])}
    for target in TARGETS:
        run = execute(model, Clock(2018, 2025, 16), (), columns, target=target)
        exact = RATE * (2025 - columns["begins"])
        np.testing.assert_allclose(run.values("held")[-1], exact, atol=RATE / 32 + 1e-9)
        (notice,) = run.warnings
        assert (notice.kind, notice.subject) == ("date", "filled")
        assert "'Filled' changes on a day that is drawn" in notice.text


def test_a_date_that_is_never_reached_is_not_said():
    model = tank(lambda p: where(time >= p.begins, p.rate, 0), **BEGINS)
    columns = {"begins": np.array([2030.1, 2031.7])}
    assert not execute(model, Clock(2018, 2025, 16), (), columns).warnings


def test_saved_values_stand_before_what_changes_on_that_day():
    class Open(Model):
        start, until = "2018-03-31", "2021-03-31"
        opened = Aux("Open", step("2019-04-01"))
        held = Stock("Held", "place", 0)

    for target in TARGETS:
        run = cs.run(Open(), target=target)
        assert run.values("opened")[:, 0].tolist() == [0, 0, 1, 1]


def test_more_days_than_a_grid_holds_are_said():
    days = 2018 + np.arange(MOST_CUTS + 400) / 365.7
    series = Series(tuple(days.tolist()), tuple(np.sin(days).tolist()), held=False)
    model = tank(lambda p: p.rate, rate=Parameter("rate", series, "place/year"))
    clock, (notice,) = cut_clock(model, Clock(2018, 2025, 16), ())
    assert len(clock.cuts) == 0
    assert f"more than the {MOST_CUTS:,} at which a step can be cut" in notice.text
    some = cut_clock(model, Clock(2018, 2021, 16), ())
    assert (some[1], len(some[0].cuts) > 900) == ([], True)


def test_a_scenario_and_what_it_changes_from_are_run_on_one_grid():
    """So that nothing but the change tells them apart: not even a notice that nothing changes."""
    changes = [cs.Change("rate", "add", 0.0, "2020-06-10", until="2020-06-12")]
    run = cs.run(LEVERED, cs.Scenario("Nothing", changes=changes))
    assert [notice.kind for notice in run.warnings] == ["identical", "idle"]


def test_a_bound_that_is_passed_for_a_day_is_refused():
    entry = Parameter("rate", 0.0, "place/year", meaning="Rate", **{**LEVER, "bounds": (0, 10)})
    model = tank(lambda p: p.rate, rate=entry)
    changes = [cs.Change("rate", "set", 11.0, "2020-06-10", until="2020-06-11")]
    with pytest.raises(cs.ScenarioError, match="outside its bounds"):
        cs.run(model, cs.Scenario("A day", changes=changes))


def test_days_count_as_parts_of_their_own_year():
    assert (days_of(2019), days_of(2020)) == (366, 365)
