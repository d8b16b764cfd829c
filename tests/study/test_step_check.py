"""The check of the step: its two measures against exact solutions, and what it says of them."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    Parameters,
    RunError,
    Series,
    Stock,
    cloud,
    maximum,
    minimum,
    smooth_step,
    time,
)

YEARS = np.arange(1, 5)


def lever(name, value, unit):
    return Parameter(name, value, unit, role="lever", bounds=(0, 1e6))


class Emptying(Model):
    """A stock that empties at a rate, with the exact solution start · exp(−rate · years)."""

    start, until = "2009-03-31", "2013-03-31"
    parameters = p = Parameters(
        {"first": Parameter("first", 100.0, "child"), "rate": lever("rate", 3.0, "1/year")}
    )
    care = Stock("Care", "child", p.first)
    left = Flow("Left", care >> cloud, care * p.rate)


def policy(*changes):
    return cs.Scenario("A policy", changes=changes)


def relative(model, exact, **options):
    """Return the largest relative difference of runs from exact yearly figures."""
    run = cs.run(model, **options)
    return {
        name: np.max(np.abs(run.yearly(name)[:, 0] / values - 1)) for name, values in exact.items()
    }


@pytest.mark.parametrize(("method", "steps"), [("rk4", 2), ("rk4", 16), ("euler", 4)])
def test_the_adaptive_measure_is_the_true_error_of_levels_and_of_yearly_flows(method, steps):
    level = 100 * np.exp(-3.0 * YEARS)
    # a thousandth of the largest stands in for smaller values, so only two years are looked at
    exact = {"care": level[:2], "left": -np.diff(level[:2], prepend=100.0)}
    options = {"until": "2011-03-31", "steps_per_year": steps, "method": method}
    found = cs.check_step(Emptying(), **options)
    for name, error in relative(Emptying(), exact, **options).items():
        assert found.table["adaptive"][name] == pytest.approx(error, rel=1e-4, abs=1e-9), name


def test_the_measure_by_half_the_step_is_the_change_between_the_two_runs():
    found = cs.check_step(Emptying(), until="2011-03-31", steps_per_year=4)
    half = cs.run(Emptying(), until="2011-03-31", steps_per_year=8)
    exact = {name: half.yearly(name)[:, 0] for name in ("care", "left")}
    error = relative(Emptying(), exact, until="2011-03-31", steps_per_year=4)
    assert found.table["half_step"].to_dict() == pytest.approx(error, rel=1e-9)


def test_the_date_is_that_of_the_largest_difference():
    found = cs.check_step(Emptying(), until="2011-03-31", steps_per_year=4)
    assert found.table["adaptive_date"]["care"] == dt.date(2011, 3, 31)
    assert found.table["half_step_date"]["care"] == dt.date(2011, 3, 31)


def test_a_value_near_nothing_is_compared_with_a_thousandth_of_the_largest():
    found = cs.check_step(Emptying(), steps_per_year=4)
    last = cs.run(Emptying(), steps_per_year=4).yearly("care")[:, 0]
    exact = 100 * np.exp(-3.0 * YEARS)
    scale = np.maximum(exact, 1e-3 * exact[0])
    expected = np.max(np.abs(last - exact) / scale)
    assert found.table["adaptive"]["care"] == pytest.approx(expected, rel=1e-6)


def test_a_stock_that_stays_empty_differs_by_nothing():
    found = cs.check_step(Emptying(first=0.0), steps_per_year=4)
    assert found.largest == 0.0


def test_finer_steps_come_nearer_and_euler_is_further_off():
    errors = [cs.check_step(Emptying(), steps_per_year=n).largest for n in (4, 8, 16)]
    assert errors[0] > 10 * errors[1] > 100 * errors[2]
    assert cs.check_step(Emptying(), method="euler", steps_per_year=16).largest > 100 * errors[2]


# Drivers that jump and bend

STEP = cs.Change("rate", "set", 1.0, "2010-04-01")
BACK = cs.Change("rate", "scale", 2.0, "2010-04-01", until="2012-03-31")
RAMP = cs.Change("rate", "add", 1.0, "2010-04-01", over_years=1.5)
MID_STEP = cs.Change("rate", "set", 1.0, "2010-05-20")
PASSED = (dt.date(2010, 5, 20) - dt.date(2010, 4, 1)).days / 365
EXPONENTS = {  # the integral of the rate from the start to each 31 March
    "step": ([STEP], [3, 4, 5]),
    "taken back": ([BACK], [3, 9, 15]),
    "ramp": ([RAMP], [3, 6 + 1 / 3, 10 + 1 / 4]),
    "within a step": ([MID_STEP], [3, 3 + 3 * PASSED + 1 - PASSED, 5 + 2 * PASSED]),
    "one upon another": ([STEP, BACK], [3, 5, 7]),
}


@pytest.mark.parametrize("case", EXPONENTS)
def test_a_change_is_solved_exactly_on_its_own_date(case):
    changes, exponents = EXPONENTS[case]
    model, scenario = Emptying(rate=3.0), policy(*changes)
    exact = 100 * np.exp(-np.array(exponents, dtype=float))
    found = cs.check_step(model, scenario, steps_per_year=4, until="2012-03-31")
    run = cs.run(model, scenario, steps_per_year=4, until="2012-03-31").yearly("care")[:, 0]
    scale = np.maximum(exact, 1e-3 * exact[0])
    expected = np.max(np.abs(run - exact) / scale)
    assert found.table["adaptive"]["care"] == pytest.approx(expected, rel=1e-4), case
    assert found.scenario == "A policy"


def test_a_change_between_two_steps_is_as_exact_as_one_on_a_step():
    on_step = cs.check_step(Emptying(), policy(STEP))
    between = cs.check_step(Emptying(), policy(MID_STEP))
    assert between.notices == on_step.notices
    assert between.largest < 2 * on_step.largest


class Fed(Model):
    """Stocks filled along every kind of path over time, so that their levels are its integral."""

    start, until = "2009-03-31", "2013-03-31"
    parameters = p = Parameters(
        {
            "lined": Parameter("lined", Series((2009.0, 2010.3, 2012.0), (10, 40, 20), held=False),
                               "child/year"),
            "held": Parameter("held", Series((2009.0, 2010.0, 2012.0), (10, 40, 20), held=True),
                              "child/year"),
            "one": Parameter("one", 1.0, "child/year"),
            "two": Parameter("two", 2.0, "child/year"),
            "middle": Parameter("middle", 2010.6, "year"),
            "scale": Parameter("scale", 1.0, "year"),
        }
    )  # fmt: skip
    along_line = Stock("Along a line", "child", 0)
    by_year = Stock("By the year", "child", 0)
    smoothly = Stock("Smoothly", "child", 0)
    kinked = Stock("With a kink", "child", 0)
    a = Flow("A", cloud >> along_line, p.lined)
    b = Flow("B", cloud >> by_year, p.held)
    c = Flow("C", cloud >> smoothly, smooth_step(p.one, p.two, "2010-05-20", "2011-11-20"))
    d = Flow("D", cloud >> kinked, p.one * maximum((time - p.middle) / p.scale, 0))
    published = (along_line, by_year, smoothly, kinked)


def test_dated_paths_are_solved_to_their_exact_integrals():
    opening, closing = 2010 + 50 / 365, 2011 + 234 / 366  # at the end of the day
    exact = {
        "along_line": 25 * 1.3 + 30 * 1.7 + 20,
        "by_year": 10 + 40 + 40 + 20,
        "smoothly": 1 * (opening - 2009) + 1.5 * (closing - opening) + 2 * (2013 - closing),
        "kinked": 2.4**2 / 2,
    }
    run = cs.run(Fed(), steps_per_year=3)
    found = cs.check_step(Fed(), steps_per_year=3)
    last = {name: run.yearly(name)[-1, 0] / value - 1 for name, value in exact.items()}
    assert found.table["adaptive"]["by_year"] == pytest.approx(0.0, abs=1e-10)
    for name, error in last.items():
        assert found.table["adaptive"][name] >= abs(error) - 1e-9, name
    finest = cs.check_step(Fed(), steps_per_year=2000).largest
    assert finest < 1e-6, "fine steps and the solver come to the same"


def test_a_stock_that_turns_over_in_a_few_hours_is_solved_too():
    # 1,500 a year is near what 1,024 steps keep stable, and too fast for an explicit solver
    found = cs.check_step(Emptying(rate=1500.0), steps_per_year=1024, until="2010-03-31")
    run = cs.run(Emptying(rate=1500.0), steps_per_year=1024, until="2010-03-31")
    assert found.table["adaptive"]["left"] == pytest.approx(
        abs(run.yearly("left")[0, 0] / 100 - 1), abs=1e-9
    )


class Queue(Model):
    """A stock that is filled at a level pace and emptied by a limited number of workers."""

    start, until = "2009-03-31", "2013-03-31"
    parameters = p = Parameters.of(
        into=(50.0, "child/year"), most=(30.0, "child/year"), rate=(2.0, "1/year")
    )
    waiting = Stock("Waiting", "child", 0)
    came = Flow("Came", cloud >> waiting, p.into)
    seen = Flow("Seen", waiting >> cloud, minimum(waiting * p.rate, p.most))


def test_a_kink_that_stocks_decide_is_solved():
    # before the workers are all busy: 25 (1 − exp(−2t)); from 15 children on, 20 more a year
    busy = -math.log(1 - 15 / 25) / 2
    found = cs.check_step(Queue(), steps_per_year=4)
    run = cs.run(Queue(), steps_per_year=4).yearly("waiting")[:, 0]
    expected = np.max(np.abs(run / (15 + 20 * (YEARS - busy)) - 1))
    assert found.table["adaptive"]["waiting"] == pytest.approx(expected, rel=1e-3)


# England


@pytest.mark.slow  # two are checked each time, where it is compared with what the model says
@pytest.mark.parametrize("scenario", [None, "early_help_first", "statutory_first"])
def test_england_at_its_usual_step_is_fine(scenario, request):
    path = request.config.rootpath / "scenarios" / f"{scenario}.toml" if scenario else None
    found = cs.check_step(England(), path)
    # the largest is what a fixed total leaves to early help, and far less without one
    assert found.largest < England.checked_step, str(found)
    assert found.table["half_step"].max() < England.checked_step
    assert list(found.table.index) == list(England.published_names())


# What it says


def test_a_fine_step_is_called_fine():
    found = cs.check_step(Emptying(rate=0.5))
    assert found.is_fine
    assert "the step is fine enough for published figures" in str(found)
    assert found.advice.startswith("The largest difference is 0.0000")


def test_a_coarse_step_is_told_what_to_do():
    found = cs.check_step(Emptying(), steps_per_year=4, method="euler", until="2011-03-31")
    assert not found.is_fine
    worst = found.table["adaptive"].idxmax()
    assert f"({worst}, 2011-03-31): take steps_per_year=8 and check again" in found.advice
    assert "4 euler steps a year to 2011-03-31" in str(found)


def test_differences_are_shown_as_percentages_that_can_be_read():
    text = str(cs.check_step(Emptying(), steps_per_year=4, until="2010-03-31"))
    row = next(line for line in text.splitlines() if line.startswith("care"))
    assert row.split()[2] == "%"
    assert "e-" not in text, "no powers of ten"
    assert "< 0.000001 %" in str(cs.check_step(Emptying(first=0.0)))


def test_the_page_of_a_notebook_has_table_advice_and_notices():
    page = cs.check_step(Emptying(rate=20.0), steps_per_year=8)._repr_html_()
    assert "<table" in page
    assert "too fast for 8 rk4 steps a year" in page
    assert "The largest difference is" in page


def test_the_table_is_for_working_on():
    table = cs.check_step(Emptying()).table
    assert isinstance(table, pd.DataFrame)
    assert list(table) == ["half_step", "half_step_date", "adaptive", "adaptive_date"]
    assert table.index.name == "output"


# What it refuses


def test_a_model_s_class_is_refused_with_advice():
    with pytest.raises(RunError, match=r"check_step takes a model such as Emptying\(\)"):
        cs.check_step(Emptying)


def test_a_run_that_fails_at_the_step_says_what_run_says():
    with pytest.raises(RunError, match="take more steps a year"):
        cs.check_step(Emptying(rate=200.0), steps_per_year=4, method="euler")


def test_an_unknown_method_is_refused():
    with pytest.raises(RunError, match="method is one of"):
        cs.check_step(Emptying(), method="magic")


class Fragile(Model):
    """A quantity without a value for a week in autumn, between the days that coarse steps see."""

    start, until = "2009-03-31", "2010-03-31"
    parameters = p = Parameters.of(one=(1.0, "year"), rate=(1.0, "1/year"), first=(1.0, "child"))
    care = Stock("Care", "child", p.first)
    gap = Aux("Gap", (time / p.one - 2009.6) * (time / p.one - 2009.7))
    grown = Flow("Grown", cloud >> care, care * p.rate * maximum(gap, -1) ** 0.5)


def test_an_equation_without_a_value_between_steps_is_dated():
    cs.run(Fragile(), steps_per_year=1)
    with pytest.raises(RunError, match="after 2009-03-31 the solver meets no value: a power"):
        cs.check_step(Fragile(), steps_per_year=1)
