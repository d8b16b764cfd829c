"""Comparisons: differences as by hand, draws paired, and runs that do not match refused."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.language import Aux, Flow, Model, Parameter, Parameters, RunError, Stock, cloud
from caresim.study.compare import compare
from caresim.study.draws import Draws
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario


class Care(Model):
    """Children in care, with a lever on how many leave."""

    parameters = p = Parameters(
        {
            "start": Parameter("start", 100.0, "child"),
            "into": Parameter("into", 30.0, "child/year"),
            "rate": Parameter("rate", 0.3, "1/year", role="lever", bounds=(0.0, 2.0)),
            "price": Parameter("price", 0.0, "GBP/child/year", role="lever", bounds=(0.0, 9.0)),
        }
    )
    start, until = "2009-03-31", "2014-03-31"
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)
    spent = Aux("Spent", care * p.price)
    hidden = Aux("Not published", care * p.rate * 2)
    published = (care, left, spent)


MODEL = Care()
MORE = Scenario("More leave", changes=[Change("rate", "set", 0.4, "2010-04-01")])
LESS = Scenario("Fewer leave", changes=[Change("rate", "set", 0.2, "2010-04-01")])
BASE, MORE_LEAVE, FEWER_LEAVE = (cs.run(MODEL, plan) for plan in (None, MORE, LESS))
DRAWS = Draws({"start": np.linspace(50, 150, 41), "into": np.linspace(60, 10, 41)}, "prior", 1)
MANY, MANY_MORE = (cs.run(MODEL, plan, draws=DRAWS) for plan in (None, MORE))


def test_differences_are_those_of_the_annual_tables():
    table = compare(BASE, MORE_LEAVE, at=["2012-03-31", "2014-03-31"])
    for (scenario, year, output), row in table.iterrows():
        before = BASE.annual().loc[year, output]
        after = MORE_LEAVE.annual().loc[year, output]
        assert scenario == "More leave"
        assert row.baseline == before
        assert row["value"] == after
        assert row.difference == pytest.approx(after - before, rel=1e-12)
        if before:
            assert row.percent == pytest.approx(100 * (after - before) / before, rel=1e-12)


def test_there_is_a_row_for_each_scenario_year_and_published_output():
    table = compare(BASE, MORE_LEAVE, FEWER_LEAVE, at=["2014-03-31", "2012-03-31"])
    assert table.index.names == ["scenario", "financial_year", "output"]
    expected = pd.MultiIndex.from_product(
        [["More leave", "Fewer leave"], ["2013-14", "2011-12"], ["care", "left", "spent"]]
    )
    assert list(table.index) == list(expected)
    assert list(table.columns) == ["baseline", "value", "difference", "percent"]


def test_without_dates_the_last_day_is_compared():
    table = compare(BASE, MORE_LEAVE)
    assert set(table.index.get_level_values("financial_year")) == {"2013-14"}


def test_a_date_object_is_a_date():
    pd.testing.assert_frame_equal(
        compare(BASE, MORE_LEAVE, at=[dt.date(2012, 3, 31)]),
        compare(BASE, MORE_LEAVE, at=["2012-03-31"]),
    )


def test_a_change_from_nothing_has_no_percentage():
    table = compare(BASE, MORE_LEAVE).loc["More leave", "2013-14"]
    assert table.loc["spent", "difference"] == 0
    assert np.isnan(table.loc["spent", "percent"])


def test_a_run_compared_with_itself_has_no_difference():
    assert (compare(BASE, BASE).difference == 0).all()


def test_scenarios_of_one_name_are_told_apart():
    names = compare(BASE, MORE_LEAVE, MORE_LEAVE).index.get_level_values("scenario").unique()
    assert list(names) == ["More leave (1)", "More leave (2)"]


# Ensembles


def test_draws_are_paired():
    """The interval is of the differences draw by draw, far narrower than of unpaired runs."""
    row = compare(MANY, MANY_MORE).loc["More leave", "2013-14", "care"]
    differences = (MANY_MORE.yearly("care") - MANY.yearly("care"))[-1]
    assert row.difference == pytest.approx(np.median(differences))
    assert row.low == pytest.approx(np.quantile(differences, 0.1))
    assert row.high == pytest.approx(np.quantile(differences, 0.9))
    unpaired = MANY_MORE.yearly("care")[-1] - MANY.yearly("care")[-1][::-1]
    assert row.high - row.low < 0.5 * (np.quantile(unpaired, 0.9) - np.quantile(unpaired, 0.1))


def test_the_median_of_differences_is_not_the_difference_of_medians():
    row = compare(MANY, MANY_MORE).loc["More leave", "2013-14", "care"]
    assert row.baseline == pytest.approx(np.median(MANY.yearly("care")[-1]))
    assert row["value"] == pytest.approx(np.median(MANY_MORE.yearly("care")[-1]))
    assert row.percent == pytest.approx(100 * row.difference / row.baseline)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_level_is_the_share_of_draws_within(level):
    row = compare(MANY, MANY_MORE, level=level).loc["More leave", "2013-14", "left"]
    differences = (MANY_MORE.yearly("left") - MANY.yearly("left"))[-1]
    inside = (row.low <= differences) & (differences <= row.high)
    assert inside.mean() == pytest.approx(level, abs=0.05)


def test_only_what_both_runs_stored_is_compared():
    some = cs.run(MODEL, MORE, draws=DRAWS, outputs=["care"])
    assert list(compare(MANY, some).index.get_level_values("output")) == ["care"]


# What cannot be compared


def fault_of(*runs, **options):
    with pytest.raises(RunError) as caught:
        compare(*runs, **options)
    return str(caught.value)


def test_runs_that_share_no_published_output_are_refused():
    one, other = (cs.run(MODEL, outputs=[name]) for name in MODEL.published_names()[:2])
    message = fault_of(one, other)
    assert "a published output in common" in message
    assert f"'outputs' such as ['{MODEL.published_names()[0]}']" in message


def test_a_baseline_alone_is_refused():
    assert "a baseline and at least one scenario: compare(base, other)" in fault_of(BASE)


def test_a_run_and_an_ensemble_are_refused_with_both_sizes():
    message = fault_of(BASE, MANY_MORE)
    assert "'Current policy' has 1 runs and 'More leave' 41; give both the same draws" in message


def test_runs_over_other_years_are_refused():
    shorter = cs.run(MODEL, MORE, until="2013-03-31")
    assert "the same years; give both the same 'until'" in fault_of(BASE, shorter)


def test_runs_of_other_models_are_refused():
    class Other(Care):
        pass

    assert "runs of one model" in fault_of(BASE, cs.run(Other()))


def test_one_date_that_is_no_list_is_refused():
    assert "write at=['2012-03-31']" in fault_of(BASE, MORE_LEAVE, at="2012-03-31")


@pytest.mark.parametrize("date", ["2012-04-01", "2012-12-31", "2009-03-31", "2015-03-31"])
def test_a_date_that_is_no_31_march_of_the_run_is_refused(date):
    message = fault_of(BASE, MORE_LEAVE, at=[date])
    assert f"at: {date} is not a 31 March from 2009-10 to 2013-14" in message


@pytest.mark.parametrize("date", ["2012", 2012, "soon"])
def test_what_is_no_date_is_refused(date):
    assert f"at must be a date such as 2030-03-31, not {date!r}" in fault_of(
        BASE, MORE_LEAVE, at=[date]
    )


def test_ensembles_of_other_draws_are_refused():
    others = Draws({n: c[::-1] for n, c in DRAWS.columns.items()}, "prior", 2)
    assert "the same draws" in fault_of(MANY, cs.run(MODEL, MORE, draws=others))


@pytest.mark.parametrize("level", [80, -0.1])
def test_a_level_that_is_no_share_is_refused(level):
    assert "level" in fault_of(MANY, MANY_MORE, level=level)
