"""Dates as decimal years that turn on 31 March."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.language import CaresimError
from caresim.language.dates import (
    date_of,
    end_of,
    financial_year,
    parse_date,
    start_of,
    year_end,
)

days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
DAY = dt.timedelta(days=1)


@given(days)
def test_the_end_of_a_day_leads_back_to_the_day(day):
    assert date_of(end_of(day)) == day


@given(days)
def test_the_start_of_a_day_is_the_end_of_the_day_before(day):
    assert start_of(day) == end_of(day - DAY)
    assert date_of(start_of(day)) == day - DAY


@given(days)
def test_time_runs_forwards_by_a_365th_or_366th_of_a_year(day):
    length = end_of(day) - start_of(day)
    assert pytest.approx(length, rel=1e-9) == 1 / 366 or pytest.approx(length, rel=1e-9) == 1 / 365


@given(st.integers(1900, 2199))
def test_whole_numbers_are_the_ends_of_financial_years(year):
    assert end_of(dt.date(year, 3, 31)) == year
    assert start_of(dt.date(year, 4, 1)) == year
    assert date_of(float(year)) == dt.date(year, 3, 31)


@given(st.integers(1900, 2199), st.integers(1, 4096), st.data())
def test_a_coordinate_is_at_most_half_a_day_from_its_date(year, steps, data):
    time = year + data.draw(st.integers(0, steps)) / steps
    assert abs(end_of(date_of(time)) - time) <= 0.5 / 365 + 1e-9


def test_a_leap_day_lies_in_a_year_of_366_days():
    opening, leap = dt.date(2023, 4, 1), dt.date(2024, 2, 29)
    assert start_of(leap) == 2023 + (leap - opening).days / 366
    assert date_of(end_of(leap)) == leap
    assert end_of(leap) - start_of(leap) == pytest.approx(1 / 366, rel=1e-9)


def test_a_year_without_a_leap_day_has_365_days():
    assert start_of(dt.date(2022, 4, 2)) == 2022 + 1 / 365


@given(st.integers(1900, 2199))
def test_the_name_of_a_financial_year_leads_back_to_its_end(year):
    assert year_end(financial_year(year)) == year


@pytest.mark.parametrize(("ending", "name"), [(2020, "2019-20"), (2000, "1999-00")])
def test_financial_years_are_named_by_both_years(ending, name):
    assert financial_year(ending) == name
    assert year_end(name) == ending


@pytest.mark.parametrize("name", ["2019", "2019-21", "2019/20", "19-20", "2019-2020", ""])
def test_what_is_not_a_financial_year_is_refused(name):
    with pytest.raises(CaresimError, match="write it as '2019-20'") as caught:
        year_end(name)
    assert repr(name) in str(caught.value)


@given(days)
def test_a_date_is_read_from_text_date_or_moment(day):
    moment = dt.datetime.combine(day, dt.time())
    assert parse_date(str(day)) == parse_date(day) == parse_date(moment) == day


@pytest.mark.parametrize("value", ["2030", 2030, "31 March 2030", "2030-02-30", None])
def test_what_is_not_a_date_is_refused_with_its_place(value):
    with pytest.raises(CaresimError, match="start must be a date such as 2030-03-31") as caught:
        parse_date(value, "start")
    assert repr(value) in str(caught.value)
