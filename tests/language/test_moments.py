"""Dates in equations: what time compares with, steps and pulses, and what is refused."""

import datetime as dt

import pytest

import caresim as cs
from caresim.language import (
    Aux,
    Flow,
    Model,
    ModelError,
    Parameter,
    Parameters,
    Stock,
    UnitError,
    cloud,
    pulse,
    step,
    time,
    where,
)
from caresim.language.dates import end_of, label_of, start_of
from caresim.study.question import Question

p = Parameters.of(begins=(2012.0, "year"), rate=(100.0, "child/year"))


@pytest.mark.parametrize(
    ("comparison", "moment"),
    [
        (lambda day: time >= day, start_of(dt.date(2012, 4, 10))),
        (lambda day: time < day, start_of(dt.date(2012, 4, 10))),
        (lambda day: time > day, end_of(dt.date(2012, 4, 10))),
        (lambda day: time <= day, end_of(dt.date(2012, 4, 10))),
        (lambda day: day <= time, start_of(dt.date(2012, 4, 10))),
        (lambda day: day < time, end_of(dt.date(2012, 4, 10))),
    ],
)
@pytest.mark.parametrize("day", ["2012-04-10", dt.date(2012, 4, 10)])
def test_a_date_beside_time_is_the_beginning_or_the_end_of_its_day(comparison, moment, day):
    made = comparison(day)
    assert made.children[1].value == moment
    assert str(made.children[1].unit) == "year"
    assert "'2012-04-10'" in str(made), "as it was written"


def test_equations_with_dates_are_printed_with_the_dates():
    class Dated(Model):
        parameters = p
        start, until = "2010-03-31", "2014-03-31"
        held = Stock("Held", "child", 0)
        come = Flow("Come", cloud >> held, where(time >= "2012-04-10", p.rate, 0))
        more = Flow("More", cloud >> held, step(p.begins) * p.rate)

    (latex,) = (e.latex for e in cs.equations(Dated) if e.name == "come")
    assert "10 Apr 2012" in latex
    assert "time >= '2012-04-10'" in str(Dated.variable("come").expression)


def test_models_that_differ_in_a_date_have_two_fingerprints():
    def made(day):
        class Made(Model):
            start, until = "2010-03-31", "2014-03-31"
            on = Aux("On", step(day))

        return cs.run(Made()).provenance["equations"]

    assert made("2012-04-01") != made("2012-04-02")
    assert made("2012-04-01") == made(dt.date(2012, 4, 1))


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: time >= "2012", ModelError, "must be a date such as 2030-03-31, not '2012'"),
        (lambda: time >= "April", ModelError, "what time is compared with must be a date"),
        (lambda: time >= 2012, UnitError, "with a date, such as time >= '2012-04-01'"),
        (lambda: time < 2012.5, UnitError, "such as time < '2012-04-01'"),
        (lambda: time >= p.rate, UnitError, "'>=' needs equal units"),
        (lambda: time >= None, ModelError, "must be a date"),
        (lambda: step(p.rate), UnitError, "step takes a date or a quantity in [year]"),
        (lambda: step(2012), UnitError, "with a date"),
        (lambda: step(""), ModelError, "must be a date"),
        (lambda: pulse("2012-04-01"), ModelError, "a pulse has one end"),
        (lambda: pulse("2012-04-01", days=3, until="2012-04-03"), ModelError, "has one end"),
        (lambda: pulse("2012-04-01", days=0), ModelError, "from 1 to 36,525, not 0"),
        (lambda: pulse("2012-04-01", days=1.5), ModelError, "a whole number of days"),
        (lambda: pulse("2012-04-01", days=True), ModelError, "a whole number of days"),
        (lambda: pulse("2012-04-01", days=10**12), ModelError, "a whole number of days"),
        (lambda: pulse("2012-04-01", until="2012-03-31"), ModelError, "is before 2012-04-01"),
        (lambda: pulse("2012-04-01", until=""), ModelError, "the 'until' of a pulse must be"),
        (lambda: pulse(p.begins, days=3), ModelError, "the 'begins' of a pulse must be a date"),
    ],
)
def test_what_is_no_day_is_refused_with_advice(make, error, says):
    with pytest.raises(error) as caught:
        make()
    assert says in str(caught.value)


def test_a_pulse_of_days_ends_where_one_until_the_last_of_them_does():
    by_days, by_end = pulse("2012-02-01", days=29), pulse("2012-02-01", until="2012-02-29")
    assert str(by_days) == str(by_end)


@pytest.mark.parametrize(
    ("moment", "label"),
    [
        (2009.0, "2009-03-31 00:00:00"),
        (2009.0625, "2009-04-23 19:30:00"),
        (2009.5, "2009-09-30 12:00:00"),
        (end_of(dt.date(2009, 9, 30)), "2009-09-30 00:00:00"),
        (end_of(dt.date(2012, 2, 29)), "2012-02-29 00:00:00"),
    ],
)
def test_a_moment_is_called_by_the_day_that_ends_or_by_its_time(moment, label):
    assert str(label_of(moment)) == label


def test_a_scenario_is_run_on_the_grid_of_what_it_is_compared_with():
    entry = Parameter("rate", 1.0, "child/year", role="lever", bounds=(0.0, 9.0))

    class Levered(Model):
        parameters = q = Parameters({"rate": entry})
        start, until = "2010-03-31", "2014-03-31"
        held = Stock("Held", "child", 0)
        come = Flow("Come", cloud >> held, q.rate)

    plans = [
        cs.Scenario(day, changes=[cs.Change("rate", "add", 1.0, day)])
        for day in ("2011-06-10", "2012-09-03")
    ]
    asked = [Question.of(Levered(), plan, beside=plans) for plan in (None, *plans)]
    base, *runs = (question.run() for question in asked)
    assert [run.clock for run in runs] == [base.clock, base.clock]
    assert len(base.clock.cuts) == 2
    assert not cs.run(Levered()).clock.cuts
