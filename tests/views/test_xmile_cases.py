"""Exported models of special shapes agree too: dimensions, delays by element, and look-ups."""

import pytest
from other_engines import ENGINE, assert_agrees, checked, needs_an_engine

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import (
    Aux,
    Delay,
    Dimension,
    Flow,
    Model,
    Parameters,
    Smooth,
    Stock,
    cloud,
    table,
    time,
    total,
)
from caresim.views.xmile.verify import ENGINES

pytestmark = needs_an_engine
age = Dimension("Age", ["0–9", "10–15", "16–17"])
in_care = {f"care_0_{group}": (n, "child") for group, n in
           (("0_9", 25), ("10_15", 21), ("16_17", 14))}  # fmt: skip
grown_up = Parameters.of(**in_care, rate=(0.2, "1/year"), dimensions=age)
late = Parameters.of(**in_care, rate=(0.2, "1/year"), lag=(0.75, "year"), dimensions=age)


class ByAge(Model):
    """Children in care by age."""

    parameters = grown_up
    until = "2012-03-31"
    care = Stock("In care", "child", grown_up.care_0, over=age)
    starts = Flow("Care starts", cloud >> care, care * grown_up.rate * 0.5)
    older = Flow("Growing older", care.ageing(then=cloud), care * grown_up.rate)
    share = Aux("Share aged 16 and over", care["16–17"] / total(care))


def test_a_model_with_dimensions_agrees_element_by_element(tmp_path):
    found = checked(ByAge(), tmp_path)
    assert_agrees(found)
    assert {agreement.stocks for agreement in found.agreements} == {len(age.elements)}
    text = (tmp_path / "model.xmile").read_text(encoding="utf-8")
    for group in ("0_9", "10_15", "16_17"):
        assert f'<stock name="care_{group}">' in text


class Passing(Model):
    """Children who pass through stages by age, and demand felt late by age."""

    parameters = late
    until = "2012-03-31"
    felt = Smooth("Need as it is felt", over=late.lag, order=2, initial=late.care_0)
    waiting = Delay("Waiting", "child", felt / 10, time=late.lag * 2, order=3, over=age)
    care = Stock("In care", "child", late.care_0, over=age)
    referrals = Flow("Referrals", cloud >> waiting, felt * late.rate)
    starts = Flow("Care starts", waiting >> care, waiting.outflow)
    ceases = Flow("Care ceases", care >> cloud, care * late.rate)
    felt.follow(care + waiting)


def test_a_model_with_dimensions_and_delays_agrees_stage_by_stage(tmp_path):
    found = checked(Passing(), tmp_path, until="2020-03-31")
    assert_agrees(found)
    assert {agreement.stocks for agreement in found.agreements} == {(2 + 3 + 1) * len(age.elements)}
    text = (tmp_path / "model.xmile").read_text(encoding="utf-8")
    for name in ("felt_0_9_stage_2", "waiting_10_15_stage_3", "care_16_17"):
        assert f'<stock name="{name}">' in text


# Look-ups: points at decimals, thirds and odd dates


class LookedUp(Model):
    """Stocks that add up what is read from tables, at their points and between."""

    parameters = Parameters.of(rate=(0.8, "1/year"))
    start, until = "2009-03-31", "2017-03-31"
    at = Stock("What is looked up", "1", -0.2, signed=True)
    grown = Flow("Growth", cloud >> at, parameters.rate / 4)
    pace = Aux("Pace, in tenths", table(at, [(0, 1), (0.1, 0.7), (0.3, 10.123456789), (1.3, 0)]))
    third = Aux("Thirds", table(at, [(0, 1), (1 / 3, 1e-7), (1, 1)]))
    steep = Aux("A step of a hundredth", table(at, [(0, 0), (0.59, 0), (0.6, 1e6), (1, 1e6)]))
    odd = Aux("Odd dates", table(time, [("2010-11-11", 1), ("2012-02-29", 0.5), ("2016-08-08", 2)]))
    first = Stock("Read in tenths", "1", 0)
    second = Stock("Read in thirds", "1", 0)
    third_read = Stock("Read from the step", "1", 0)
    fourth = Stock("Read by date", "1", 0)
    into_first = Flow("Into the first", cloud >> first, pace * parameters.rate)
    into_second = Flow("Into the second", cloud >> second, third * parameters.rate)
    into_third = Flow("Into the third", cloud >> third_read, steep * parameters.rate)
    into_fourth = Flow("Into the fourth", cloud >> fourth, odd * parameters.rate)


@pytest.mark.filterwarnings("ignore:.* equal steps a year cannot hold")  # two points in a day
@pytest.mark.parametrize("steps", [16, 64])
def test_every_look_up_agrees_though_its_points_were_not_even(steps, tmp_path):
    assert_agrees(checked(LookedUp(), tmp_path, steps_per_year=steps))
    assert "xpts" not in (tmp_path / "model.xmile").read_text(encoding="utf-8")


@pytest.mark.parametrize("label", ENGINE)
def test_a_look_up_of_many_digits_and_points_reaches_every_engine_whole(label, tmp_path):
    # PySD writes look-ups as NumPy prints arrays, to eight decimals
    class Curve(Model):
        start, until = "2009-03-31", "2010-03-31"
        level = Stock("Level", "1", 0.123456789)
        read = Aux("Read", table(level, [(i / 1500, 1e-7 * (i % 7 + 1)) for i in range(1500)]))

    path = cs.write_xmile(Curve(), tmp_path / "curve.xmile", steps_per_year=1)
    clock = Clock(2009, 2010, 1)
    ours = execute(Curve(), clock, method="euler").values("read")[0, 0]
    theirs = ENGINES[label][1](path, ("read",), clock)["read"][0]
    assert theirs == pytest.approx(ours, rel=1e-9)
