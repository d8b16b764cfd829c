"""The time grid: dates, saved moments, and refusals that say what to do."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.engine.clock import Clock
from caresim.language import RunError
from caresim.language.dates import date_of


def test_a_grid_runs_from_one_31_march_to_another():
    clock = Clock.between("2009-03-31", dt.date(2012, 3, 31), 16)
    assert (clock.first_year, clock.last_year, clock.n_steps, clock.step) == (
        2009,
        2012,
        48,
        1 / 16,
    )
    assert clock.financial_years == ["2009-10", "2010-11", "2011-12"]
    assert clock.save_dates == [dt.date(year, 3, 31) for year in range(2009, 2013)]
    assert (clock.time(0), clock.time(24), clock.time(48)) == (2009.0, 2010.5, 2012.0)


@pytest.mark.parametrize(
    ("every", "saves", "dates"),
    [
        ("year", 1, ["2009-03-31", "2010-03-31"]),
        ("quarter", 4, ["2009-03-31", "2009-06-30", "2009-09-30", "2009-12-31", "2010-03-31"]),
        ("step", 8, None),
    ],
)
def test_moments_are_saved_each_year_quarter_or_step(every, saves, dates):
    clock = Clock.between("2009-03-31", "2010-03-31", 8, every)
    assert clock.saves_per_year == saves
    assert clock.save_times.tolist() == clock.edges[clock.steps_to_saves].tolist()
    assert len(clock.save_dates) == saves + 1
    if dates:
        assert [str(day) for day in clock.save_dates] == dates


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2009-04-01", "2012-03-31", 16), "start must be a 31 March, the end of a financial year"),
        (("2009-03-31", "2012-08-31", 16), "2012-08-31 is not: take 2012-03-31"),
        (("2009-03-31", "2012-11-30", 16), "2012-11-30 is not: take 2013-03-31"),
        (("2009-03-31", "2012", 16), "until must be a date such as 2030-03-31, not '2012'"),
        ((2009, "2012-03-31", 16), "start must be a date such as 2030-03-31, not 2009"),
        (("2012-03-31", "2009-03-31", 16), "until (2009-03-31) must be after the start of the run"),
        (("2012-03-31", "2012-03-31", 16), "until (2012-03-31) must be after the start of the run"),
        (("2009-03-31", "2012-03-31", 0), "steps_per_year is from 1 to 4096, not 0"),
        (("2009-03-31", "2012-03-31", 5000), "steps_per_year is from 1 to 4096, not 5000"),
        (("2009-03-31", "2012-03-31", 1.5), "steps_per_year is a whole number, not 1.5"),
        (("2009-03-31", "2012-03-31", True), "steps_per_year is a whole number, not True"),
        (("2009-03-31", "2012-03-31", 8, "day"), "every is one of 'year', 'quarter', 'month'"),
    ],
)
def test_a_grid_that_cannot_be_made_is_refused(arguments, message):
    with pytest.raises(RunError) as caught:
        Clock.between(*arguments)
    assert message in str(caught.value)


@given(st.integers(1950, 2100), st.integers(1, 60), st.integers(1, 400))
def test_time_is_counted_and_never_drifts(first, years, steps):
    clock = Clock(first, first + years, steps)
    assert clock.time(clock.n_steps) == first + years
    assert clock.moments.shape == (clock.n_steps, 3)
    assert clock.moments[-1, 2] == first + years
    np.testing.assert_array_equal(clock.moments[1:, 0], clock.moments[:-1, 2])


def test_saved_dates_are_the_days_that_end_nearest():
    clock = Clock(2000, 2001, 16, 16)
    assert clock.save_dates == [date_of(2000 + i / 16) for i in range(17)]


# Steps of any length


def test_equal_steps_have_exactly_the_length_of_a_step():
    for steps in (1, 12, 16, 365):
        clock = Clock(2009, 2035, steps)
        assert (clock.lengths == 1 / steps).all()
        assert len(clock.edges) == clock.n_steps + 1


def test_a_cut_divides_one_step_and_no_other():
    clock = Clock(2009, 2012, 4, cuts=(2010.6,))
    assert clock.n_steps == 13
    assert clock.edges[6:9].tolist() == [2010.5, 2010.6, 2010.75]
    np.testing.assert_allclose(clock.lengths[6:8], [0.1, 0.15], rtol=1e-11)
    assert (np.delete(clock.lengths, [6, 7]) == 0.25).all()
    assert clock.lengths.sum() == pytest.approx(3.0, rel=1e-13)


def test_cuts_outside_a_run_or_on_a_step_change_nothing():
    clock = Clock(2009, 2012, 4, cuts=(2008.3, 2010.5, 2012.0, 2030.1))
    assert clock.edges.tolist() == Clock(2009, 2012, 4).edges.tolist()
    assert (clock.lengths == 0.25).all()


def test_what_is_saved_stands_where_it_stood_whatever_the_cuts():
    clock = Clock(2009, 2012, 8, 4)
    cut = replace(clock, cuts=(2009.3, 2011.9))
    assert clock.steps_to_saves.tolist() == list(range(0, 25, 2))
    assert cut.edges[cut.steps_to_saves].tolist() == clock.edges[clock.steps_to_saves].tolist()
    assert cut.save_dates == clock.save_dates


def test_a_clock_is_cut_once_at_a_moment_and_not_beside_a_step():
    clock = Clock(2009, 2012, 4)
    assert clock.cut_at([]) is clock
    assert clock.cut_at([2009.0, 2010.5, 2012.0, 2030.1]) is clock
    assert clock.cut_at([2010.5 + 1e-12, 2010.25 - 1e-12]) is clock
    cut = clock.cut_at([2010.6, 2010.6 + 1e-12, 2010.1])
    assert cut.cuts == (2010.1, 2010.6)
    assert cut.cut_at([2010.6, 2011.7]).cuts == (2010.1, 2010.6, 2011.7)
