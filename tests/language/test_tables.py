"""Look-up tables: at, between and beyond their points, in every target, and what a run says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.prepare import available_targets
from caresim.engine.python.source import ARRAYS, FLOATS
from caresim.language import (
    Aux,
    Check,
    Dimension,
    Flow,
    Model,
    ModelError,
    Parameters,
    Smooth,
    Stock,
    UnitError,
    cloud,
    elapsed,
    exp,
    table,
    time,
)
from caresim.language.dates import end_of, parse_date
from caresim.language.rendering import render

POINTS = [(0, 1.0), (0.5, 0.9), (1, 0.4)]
YEARS = Clock(2010, 2014, 4)


def model_of(x_of, points, **values):
    """Return a model with one table of an expression of parameters and time."""
    p = Parameters.of(**values)

    class Made(Model):
        parameters = p
        start = "2010-03-31"
        until = "2014-03-31"
        effect = Aux("Effect", table(x_of(p), points))

    return Made


def looked_up(x, points, target):
    made = model_of(lambda p: p.x, points, x=x)
    return execute(made(), YEARS, target=target, outputs=["effect"]).values("effect")[0, 0]


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize(
    ("x", "value"),
    [(0, 1.0), (0.5, 0.9), (1, 0.4), (0.25, 0.95), (0.75, 0.65), (-3, 1.0), (1.5, 0.4)],
)
def test_a_table_has_its_values_at_between_and_beyond_its_points(x, value, target):
    assert looked_up(x, POINTS, target) == pytest.approx(value, rel=1e-15)


numbers = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))
many_points = st.lists(
    st.tuples(numbers, numbers), min_size=2, max_size=8, unique_by=lambda p: p[0]
)


@given(many_points, numbers)
def test_floats_look_up_what_numpy_interpolates(points, x):
    points = sorted(points)
    source = render(table(x, points))
    floats, arrays = (eval(source, dict(known)) for known in (FLOATS, ARRAYS))  # noqa: S307
    assert arrays == np.interp(x, *zip(*points, strict=True))
    assert floats == pytest.approx(arrays, rel=1e-12, abs=1e-12), source


def test_a_table_over_time_has_points_at_coordinates_or_dates():
    by_date = [("2010-03-31", 1.0), ("2012-06-30", 3.0)]
    knot = end_of(parse_date("2012-06-30"))
    runs = [
        cs.run(model_of(lambda _: time, points)(), every="quarter")
        for points in (by_date, [(2010.0, 1.0), (knot, 3.0)])
    ]
    moments = runs[0].clock.save_times
    exact = np.interp(moments, [2010, knot], [1, 3])
    for run in runs:
        np.testing.assert_allclose(run.values("effect")[:, 0], exact, rtol=1e-14)


def test_a_table_over_years_that_passed_has_points_in_years():
    made = model_of(lambda _: elapsed("2011-03-31", "2013-03-31"), [(0, 0.0), (4, 1.0)])
    assert cs.run(made()).values("effect")[:, 0].tolist() == [0, 0, 0.25, 0.5, 0.5]


def test_two_tables_of_one_quantity_stay_apart():
    p = Parameters.of(x=0.5)

    class Two(Model):
        parameters = p
        rising = Aux("Rising", table(p.x, [(0, 0), (1, 1)]))
        falling = Aux("Falling", table(p.x, [(0, 5), (1, 3)]))
        both = Aux("Both", table(p.x, [(0, 0), (1, 1)]) * table(p.x, [(0, 5), (1, 3)]))

    for target in available_targets():
        run = execute(Two(), YEARS, target=target)
        found = {name: run.values(name)[-1, 0] for name in ("rising", "falling", "both")}
        assert found == {"rising": 0.5, "falling": 4.0, "both": 2.0}, target


def test_a_table_is_a_pure_number_and_written_as_a_look_up():
    effect = table(exp(0), POINTS)
    assert effect.unit.is_one
    assert str(effect) == "look_up(exp(0), (0.0, 0.5, 1.0), (1.0, 0.9, 0.4))"


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "at least two points"),
        ([(0, 1)], "at least two points"),
        ([(0, 1), (0, 2)], "go up in x, but 0 comes after 0"),
        ([(1, 1), (0.5, 2)], "go up in x, but 0.5 comes after 1"),
        ([(0, 1), (1, float("nan"))], "finite numbers, not nan"),
        ([(0, 1), (float("inf"), 1)], "finite numbers, not inf"),
        ([(0, 1), (1, "high")], "finite numbers, not 'high'"),
        ([(0, 1), (1, True)], "finite numbers, not True"),
        ([(0, 1), 5], r"pairs \(x, y\)"),
        ([(0, 1), (1, 2, 3)], r"pairs \(x, y\)"),
        ([("2010-03-31", 1), (1, 2)], "only a table over time has points at dates"),
    ],
)
def test_points_that_make_no_table_are_refused_with_the_value(points, message):
    p = Parameters.of(x=0.5)
    with pytest.raises(ModelError, match=message):
        table(p.x, points)


def test_a_quantity_with_a_unit_is_refused_as_the_input():
    p = Parameters.of(care=(5.0, "child"))
    with pytest.raises(UnitError, match=r"'care' is in \[child\]: divide it by a reference"):
        table(p.care, POINTS)


def test_a_date_that_is_none_is_refused():
    with pytest.raises(cs.CaresimError, match="a point of a table must be a date"):
        table(time, [("2010", 1), ("2012-03-31", 2)])


def test_a_quantity_may_not_be_called_like_the_function_that_looks_up():
    with pytest.raises(ModelError, match="'look_up' has a meaning"):

        class Wrong(Model):
            look_up = Aux("Effect", table(time, POINTS))


def notices(run):
    return {n.subject: n.text for n in run.warnings if n.kind == "bounds"}


@pytest.mark.parametrize("x", [0, 0.3, 1])
def test_a_run_within_its_tables_says_nothing(x):
    assert not notices(cs.run(model_of(lambda p: p.x, POINTS, x=x)()))


@pytest.mark.parametrize("x", [-0.01, 1.01])
def test_a_run_beyond_a_table_says_so(x):
    said = notices(cs.run(model_of(lambda p: p.x, POINTS, x=x)()))
    text = "Effect: its table is used beyond its ends (first on 31 March 2010)"
    assert said == {"effect_beyond_table": text}


def test_a_run_says_from_when_on_a_table_over_time_is_left():
    ends = [("2009-03-31", 1), ("2012-03-31", 2)]
    said = notices(cs.run(model_of(lambda _: time, ends)()))
    assert "first on 1 April 2012" in said["effect_beyond_table"], "not at the next save only"
    within = [("2010-03-31", 1), ("2014-03-31", 2)]
    assert not notices(cs.run(model_of(lambda _: time, within)()))


def test_an_ensemble_says_in_how_many_runs_a_table_is_left():
    made = model_of(lambda p: p.x, POINTS, x=0.5)
    run = execute(made(), YEARS, (), {"x": np.array([0.1, 0.9, 1.1])})
    assert "in 1 of 3 runs" in notices(run)["effect_beyond_table"]


def test_several_tables_of_one_quantity_share_one_check():
    p = Parameters.of(low=0.5, high=0.5)

    class Two(Model):
        parameters = p
        effect = Aux("Effect", table(p.low, POINTS) * table(p.high, POINTS) * table(time, POINTS))

    assert [check.name for check in Two.checks()] == ["effect_beyond_table"]
    assert notices(cs.run(Two(), until="2010-03-31"))  # time is far beyond
    for changed in ({"low": -1}, {"high": 2}):
        assert notices(cs.run(Two(**changed), until="2010-03-31"))


def test_every_kind_of_quantity_with_a_table_has_a_check_and_no_other_has():
    p = Parameters.of(x=0.5, span=(2.0, "year"), start=(4.0, "child"), rate=(0.1, "1/year"))

    class Every(Model):
        parameters = p
        care = Stock("Care", "child", p.start * table(p.x, POINTS))
        left = Flow("Left", care >> cloud, care * p.rate * table(p.x, POINTS))
        felt = Smooth("Felt", table(p.x, POINTS), p.span, order=3)
        many = Check("Many", table(p.x, POINTS) > 2)
        plain = Aux("Plain", care * 2)

    added = [name for name in Every.variables if name.endswith("_beyond_table")]
    assert added == [f"{q}_beyond_table" for q in ("care", "left", "felt", "many")]
    assert not set(added) & set(Every.published_names())
    assert not notices(cs.run(Every(), until="2010-03-31"))
    assert set(notices(cs.run(Every(x=2), until="2010-03-31"))) == set(added)


def test_the_check_of_a_table_may_not_meet_a_name_of_the_model():
    with pytest.raises(ModelError, match="two quantities are called 'effect_beyond_table'"):

        class Wrong(Model):
            effect = Aux("Effect", table(time, POINTS))
            effect_beyond_table = Aux("Of the same name", time)


def test_a_table_over_a_dimension_is_checked_element_by_element():
    age = Dimension("Age", ["0–9", "10–17"])
    p = Parameters.of(x={"0–9": 0.5, "10–17": 2.0}, dimensions=age)

    class Made(Model):
        parameters = p
        effect = Aux("Effect", table(p.x, POINTS))

    run = cs.run(Made(), until="2010-03-31")
    assert list(notices(run)) == ["effect_10_17_beyond_table"]
    assert run["effect"].iloc[-1].tolist() == pytest.approx([0.9, 0.4])
