"""What stops a run and what a run says of itself: negative stocks, missing values, notices."""

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.engine.prepare import available_targets
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
    exp,
    log,
)

CLOCK = Clock(2000, 2005, 4)
TARGETS = available_targets()


class Draining(Model):
    """A stock with an outflow that does not depend on what it holds."""

    parameters = p = Parameters.of(start=(10.0, "child"), out=(4.0, "child/year"))
    care = Stock("Care", "child", p.start)
    left = Flow("Left", care >> cloud, p.out)
    each = Aux("Rate of leaving", left / care)


@pytest.mark.parametrize("target", TARGETS)
def test_a_negative_stock_stops_the_run_with_stock_and_date(target):
    with pytest.raises(RunError) as caught:
        execute(Draining(start=9), CLOCK, target=target, outputs=["care"])
    message = str(caught.value)
    assert "the stock 'care' came to -1 on 2002-09-30" in message, message
    assert "make each outflow a share of the stock per year" in message
    assert "in run" not in message


def test_a_negative_stock_in_an_ensemble_names_the_run():
    columns = {"start": np.array([1000.0, 9.0, 1000.0])}
    with pytest.raises(RunError, match=r"the stock 'care' came to -1 on 2002-09-30 in run 1:"):
        execute(Draining(), CLOCK, (), columns, target="python", outputs=["care"])


def test_a_negative_stock_in_a_small_ensemble_names_the_run_too():
    columns = {"start": np.array([1000.0, 9.0, 1000.0])}
    with pytest.raises(RunError, match=r"the stock 'care' came to -1 on 2002-09-30 in run 1:"):
        execute(
            Draining(),
            CLOCK,
            (),
            columns,
            target="compiled" if "compiled" in TARGETS else "python",
            outputs=["care"],
        )


@pytest.mark.parametrize("target", TARGETS)
def test_a_negative_start_is_refused_on_the_first_day(target):
    with pytest.raises(RunError, match="the stock 'care' starts at -3 on 2000-03-31"):
        execute(Draining(start=-3), CLOCK, target=target)


@pytest.mark.parametrize("target", TARGETS)
def test_a_signed_stock_may_fall_below_zero(target):
    class Account(Model):
        parameters = p = Parameters.of(out=(4.0, "GBP/year"))
        balance = Stock("Balance", "GBP", 0, signed=True)
        spent = Flow("Spent", balance >> cloud, p.out)

    run = execute(Account(), CLOCK, target=target)
    assert run.values("balance")[-1, 0] == pytest.approx(-20)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("start", [0, 100])
def test_a_stock_may_start_at_a_literal(target, start):
    class Count(Model):
        parameters = p = Parameters.of(rate=(0.5, "1/year"))
        level = Stock("Level", "1", start)
        growth = Flow("Growth", cloud >> level, level * p.rate)

    run = execute(Count(), CLOCK, target=target)
    assert run.values("level")[0, 0] == start


@pytest.mark.parametrize("target", TARGETS)
def test_a_division_by_nothing_shows_the_generated_line_and_the_date(target):
    with pytest.raises(RunError) as caught:
        execute(Draining(start=10, out=4), CLOCK, target=target)
    assert "'each' has no value: a division by zero in 'left / care'" in str(caught.value)
    assert str(caught.value).startswith("on 2002-")


class Fragile(Model):
    """An auxiliary that fails once the stock has grown."""

    parameters = p = Parameters.of(one=(1.0, "child"), rate=(3.0, "1/year"))
    care = Stock("Care", "child", p.one)
    born = Flow("Born", cloud >> care, care * p.rate)


def with_aux(expression):
    class Broken(Fragile):
        strange = Aux("Strange", expression(Fragile.care / Fragile.p.one))

    return Broken


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "expression", [lambda x: log(2 - x), lambda x: exp(x * x * x), lambda x: 1 / (x - x)]
)
def test_an_equation_without_a_value_stops_the_run(target, expression):
    with pytest.raises(RunError, match="'strange' has no value: "):
        execute(with_aux(expression)(), CLOCK, target=target)


@pytest.mark.parametrize("target", TARGETS)
def test_a_root_of_a_negative_number_in_a_level_stops_the_run(target):
    with pytest.raises(RunError, match="has no value: "):
        execute(with_aux(lambda x: (2 - x) ** 0.5)(), CLOCK, target=target)


class Rooted(Model):
    """A flow with the root of something that falls below zero."""

    parameters = p = Parameters.of(one=(1.0, "child"), rate=(3.0, "1/year"))
    care = Stock("Care", "child", p.one)
    born = Flow("Born", cloud >> care, care * p.rate * (2 - care / p.one) ** 0.5)


@pytest.mark.parametrize("target", TARGETS)
def test_a_root_of_a_negative_number_in_a_flow_stops_the_run(target):
    with pytest.raises(RunError, match="has no value: "):
        execute(Rooted(), CLOCK, target=target)


def test_a_root_of_a_negative_number_in_a_flow_stops_an_ensemble():
    with pytest.raises(RunError, match="'born' has no value: "):
        execute(Rooted(), CLOCK, (), {"one": np.ones(20)}, target="python")


def kinds(run):
    return [(notice.kind, notice.subject) for notice in run.warnings]


class Driven(Model):
    """A stock filled along dated values."""

    parameters = p = Parameters(
        {
            "into": Parameter(
                "into", Series((2000.0, 2003.0), (10.0, 40.0), held=False), "child/year",
                meaning="Arrivals",
            ),
            "rate": Parameter("rate", 0.5, "1/year"),
        }
    )  # fmt: skip
    care = Stock("Care", "child", 0)
    arrived = Flow("Arrived", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)


def test_a_run_beyond_the_last_dated_value_says_that_it_is_kept():
    run = execute(Driven(), CLOCK)
    assert kinds(run) == [("assumption", "into")]
    assert str(run.warnings[0]) == (
        "Arrivals is not known after 31 March 2003: its last value is kept"
    )
    assert run.values("arrived")[-1, 0] == pytest.approx(40)


def test_a_run_within_the_dated_values_says_nothing():
    assert execute(Driven(), Clock(2000, 2003, 4)).warnings == ()


def test_a_year_s_value_is_known_to_the_year_s_end():
    held = Parameter("into", Series((2000.0, 2001.0), (10.0, 40.0), held=True), "child/year")
    model = Driven()
    model.parameters = Parameters({**model.parameters.entries, "into": held})
    assert execute(model, Clock(2000, 2002, 4)).warnings == ()
    run = execute(model, Clock(2000, 2003, 4))
    assert kinds(run) == [("assumption", "into")]
    np.testing.assert_allclose(run.values("arrived")[:, 0], [10, 40, 40], rtol=1e-14)


@pytest.mark.parametrize(("method", "safe", "fast"), [("rk4", 0.34, 0.36), ("euler", 0.24, 0.26)])
def test_a_stock_that_turns_over_fast_is_noticed(method, safe, fast):
    # half of what the method keeps stable: 1.39 for RK4 and 1 for Euler, at 4 steps a year
    clock = Clock(2000, 2003, 4)
    said = str(execute(Driven(rate=safe * 16), clock, method=method).warnings)
    assert "too fast for" not in said, said
    run = execute(Driven(rate=fast * 16), clock, method=method)
    assert kinds(run) == [("step", "care")]
    assert f"turns over {fast * 16:.1f} times a year" in str(run.warnings[0])
    assert f"4 {method} steps a year" in str(run.warnings[0])


def test_a_change_between_two_steps_is_made_on_its_day():
    clock = Clock(2000, 2003, 4)
    run = execute(Driven(), clock, [Shift("rate", "set", 0.4, 2001.1)])
    assert run.warnings == ()
    assert run.clock.n_steps == clock.n_steps + 1
    before, after = run.clock.edges[[5, 6]] - 2001.1
    assert (before, after > 0) == (0, True), "a step ends where the change begins"


def test_a_ramp_that_began_before_the_run_is_on_its_way():
    clock = Clock(2000, 2003, 4)
    run = execute(Driven(), clock, [Shift("rate", "add", 0.4, 1998.0, over=4.0)])
    begun = [Shift("rate", "add", 0.2, 2000.0), Shift("rate", "add", 0.2, 2000.0, over=2.0)]
    np.testing.assert_allclose(
        run.values("care"), execute(Driven(), clock, begun).values("care"), rtol=1e-12
    )


def test_an_empty_stock_that_is_filled_as_it_drains_has_a_readable_notice():
    class Passing(Model):
        parameters = p = Parameters.of(into=(9.0, "child/year"), out=(4.0, "child/year"))
        care = Stock("Care", "child", 0)
        arrived = Flow("Arrived", cloud >> care, p.into)
        left = Flow("Left", care >> cloud, p.out)

    run = execute(Passing(), CLOCK)
    assert all(len(str(notice)) < 200 for notice in run.warnings)
