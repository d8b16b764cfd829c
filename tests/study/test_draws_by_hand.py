"""Draws made by hand: whatever holds numbers is taken, and bounds that they leave are said."""

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.engine.prepare import available_targets
from caresim.england import England
from caresim.language import Aux, Flow, Model, Parameter, Parameters, Series, Stock, cloud, log

P = Parameters(
    {
        "rate": Parameter("rate", 100.0, "child/year", bounds=(0.0, 400.0)),
        "stay": Parameter("stay", 2.0, "year"),
        "limit": Parameter("limit", 150.0, "child"),
        "one": Parameter("one", 1.0, "child"),
        "on": Parameter("on", 1.0, choices=(("off", 0.0), ("on", 1.0))),
        "wave": Parameter("wave", Series((2010.0, 2012.0), (1.0, 2.0), held=False)),
    }
)


class Kids(Model):
    """Children who come and stay a while."""

    parameters = P
    start, until = "2010-03-31", "2012-03-31"
    kids = Stock("Kids", "child", 0)
    come = Flow("Come", cloud >> kids, P.rate * P.on * P.wave)
    go = Flow("Go", kids >> cloud, kids / P.stay)
    room = Aux("Room", (P.limit - kids) / P.one)


VALUES = [100.0, 200.0, 300.0]
COLUMNS = {
    "a list": VALUES,
    "whole numbers": [100, 200, 300],
    "a tuple": tuple(VALUES),
    "a range": range(100, 301, 100),
    "an array": np.array(VALUES),
    "single precision": np.array(VALUES, dtype=np.float32),
    "whole numbers of NumPy": np.array(VALUES, dtype=np.int16),
    "numbers of NumPy in a list": [np.float64(100), np.int8(100) + np.int16(100), 300],
    "objects that are numbers": np.array(VALUES, dtype=object),
    "a column": pd.Series(VALUES),
    "a column with an index of its own": pd.Series(VALUES, index=list("abc")),
    "a column of pandas' own kind": pd.Series([100, 200, 300], dtype="Int64"),
    "an index": pd.Index(VALUES),
    "masked nowhere": np.ma.array(VALUES, mask=[0, 0, 0]),
    "every other one": np.array([100.0, 0, 200, 0, 300, 0])[::2],
}
BAD = {
    "a text": "abc",
    "texts": ["a", "b", "c"],
    "numbers as texts": ["100", "200"],
    "flags": [True, False],
    "complex": np.array([1 + 1j]),
    "dates": np.array(["2012-03-31"], dtype="datetime64[D]"),
    "spans": np.array([1, 2], dtype="timedelta64[D]"),
    "masked": np.ma.array(VALUES, mask=[0, 1, 0]),
    "nothing": None,
    "a gap": [100.0, None],
    "a missing value": pd.Series([100, None], dtype="Int64"),
    "not a number": [100.0, np.nan],
    "infinite": [100.0, np.inf],
    "a table": pd.DataFrame({"a": VALUES}),
    "a grid": np.ones((2, 2)),
    "rows of two lengths": [[1.0], [1.0, 2.0]],
    "a dict": {"a": 1.0},
    "a set": {100.0, 200.0},
    "bytes": b"abc",
    "an object": object(),
    "a generator": (value for value in VALUES),
    "no values": [],
    "categories": pd.Series(["a"], dtype="category"),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_columns_are_taken_however_a_library_has_them(case):
    draws = cs.Draws({"rate": COLUMNS[case]}, "by hand", 0)
    plain = cs.Draws({"rate": VALUES}, "by hand", 0)
    assert draws.columns["rate"].dtype == np.float64
    assert draws.fingerprint == plain.fingerprint
    assert draws.text() == plain.text()
    found, expected = (cs.run(Kids(), draws=d).values("kids") for d in (draws, plain))
    assert found.tolist() == expected.tolist()
    simulate = cs.prepare(Kids(), outputs=["kids"])
    assert simulate({"rate": COLUMNS[case]})["kids"].tolist() == expected[1:].tolist()


def test_a_table_is_a_set_of_draws():
    table = pd.DataFrame({"rate": VALUES, "stay": [1.0, 2.0, 3.0]})
    draws = cs.Draws(table, "a file", np.int64(3))
    assert draws.frame().equals(table)
    assert (draws.seed, type(draws.seed), draws.n_runs) == (3, int, 3)
    simulate = cs.prepare(Kids(), outputs=["kids"])
    assert (
        simulate(table)["kids"].tolist() == cs.run(Kids(), draws=draws).values("kids")[1:].tolist()
    )


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_column_of_finite_numbers_is_refused(case):
    with pytest.raises(cs.ParameterError, match=r"'rate'|at least one value"):
        cs.Draws({"rate": BAD[case]}, "by hand", 0)
    for target in available_targets():
        simulate = cs.prepare(Kids(), outputs=["kids"], target=target)
        with pytest.raises(cs.RunError, match=r"'rate'|at least one value"):
            simulate({"rate": BAD[case]})


def test_the_run_with_a_value_that_is_no_number_is_named():
    with pytest.raises(
        cs.ParameterError, match=r"^'rate' is nan in run 2: a parameter is a finite"
    ):
        cs.Draws({"rate": [1.0, 2.0, np.nan]}, "by hand", 0)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (None, "draws map parameters to columns"),
        ([1.0], "draws map parameters to columns"),
        ({5: [1.0]}, "the name of a parameter is a text"),
        ({"rate": [1.0], "stay": [1.0, 2.0]}, "the same number of values for each parameter"),
    ],
)
def test_what_is_no_set_of_draws_is_refused(columns, said):
    with pytest.raises(cs.ParameterError, match=said):
        cs.Draws(columns, "by hand", 0)


def test_draws_of_nothing_are_no_single_run():
    with pytest.raises(cs.RunError, match="draws need at least one parameter, and these have none"):
        cs.run(Kids(), draws=cs.Draws({}, "by hand", 0))


@pytest.mark.parametrize("seed", [-1, 1.0, True, "1", None, 2**63, np.float64(1), np.True_, [1]])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(cs.ParameterError, match="seed is a whole number from 0"):
        cs.Draws({"rate": VALUES}, "by hand", seed)
    with pytest.raises(cs.ParameterError, match="seed is a whole number from 0"):
        cs.draws(England(), 2, seed=seed)


@pytest.mark.parametrize("name", ["on", "wave"])
def test_a_switch_and_dated_values_are_still_looked_at(name):
    with pytest.raises(cs.RunError, match=name):
        cs.run(Kids(), draws=cs.Draws({name: [0.5, 0.7]}, "by hand", 0))


# Bounds


def outside(run):
    return {n.subject: str(n) for n in run.warnings if n.kind == "bounds"}


@pytest.mark.parametrize("target", available_targets())
def test_draws_outside_the_bounds_are_said_with_their_share(target):
    draws = cs.Draws({"rate": [100.0, 500.0, 700.0, 50.0], "stay": [1.0, 2.0, 3.0, 99.0]}, "x", 0)
    said = outside(cs.run(Kids(), draws=draws, target=target))
    assert said == {
        "rate": "'rate' is outside its bounds [0, 400] in 2 of 4 draws (50 %), from 50 to 700"
    }


def test_draws_at_the_bounds_and_of_what_the_caller_set_are_not_said():
    edges = cs.Draws({"rate": [0.0, 400.0]}, "by hand", 0)
    assert not outside(cs.run(Kids(), draws=edges))
    beyond = cs.Draws({"rate": [500.0, 600.0], "stay": [1.0, 2.0]}, "by hand", 0)
    assert not outside(cs.run(Kids(rate=50.0), draws=beyond)), "which keep the caller's value"


@pytest.mark.parametrize("origin", ["prior", "posterior"])
def test_draws_that_ship_are_within_the_bounds(origin):
    england = England()
    draws = cs.draws(england, 300, seed=2, given=origin)
    run = cs.run(england, until="2010-03-31", draws=draws, outputs=["looked_after"])
    drawn = {*draws.columns}
    assert not drawn & {n.subject for n in run.warnings if n.kind == "bounds"}


# The cause that is named is the cause


class Faulty(Kids):
    """A quantity that goes wrong where the children come to a number."""

    odd = Aux("Odd", log(Kids.room))
    after = Aux("After", odd * 2)


@pytest.mark.parametrize("target", available_targets())
def test_the_quantity_that_first_has_no_value_is_named_with_its_day(target):
    with pytest.raises(cs.RunError) as caught:
        cs.run(Faulty(rate=300.0), target=target)
    assert "'odd' has no value: the logarithm of what is not above 0 in 'log(room)'" in str(
        caught.value
    )
    assert str(caught.value).startswith("on 2010-") or str(caught.value).startswith("on 2011-")


@pytest.mark.parametrize("target", available_targets())
def test_what_is_not_asked_for_is_not_blamed(target):
    run = cs.run(Faulty(rate=300.0), target=target, outputs=["kids"])
    assert run.values("kids")[-1, 0] > 150


# What cannot be set

SETTLED = {
    "Parameters": (lambda: P, "entris", "entries"),
    "Draws": (lambda: cs.Draws({"rate": VALUES}, "by hand", 0), "column", "columns"),
    "Run": (lambda: cs.run(Kids()), "warning", "warnings"),
    "Scenario": (lambda: cs.Scenario("Half"), "chnages", "changes"),
    "Change": (lambda: cs.Change("rate", "set", 1.0, "2010-04-01"), "untill", "until"),
}


@pytest.mark.parametrize("noun", SETTLED)
def test_what_is_set_on_a_noun_is_refused_with_the_name_that_was_meant(noun):
    make, misspelt, meant = SETTLED[noun]
    with pytest.raises(AttributeError, match=f"a {noun} has no '{misspelt}', so that it cannot be"):
        setattr(make(), misspelt, 1)
    with pytest.raises(AttributeError, match="cannot be set"):
        setattr(make(), meant, 1)
    with pytest.raises(AttributeError, match=f"did you mean '{meant}'"):
        setattr(make(), misspelt, 1)
    with pytest.raises(AttributeError, match="cannot be set"):
        delattr(make(), meant)


def test_a_parameter_cannot_be_set_on_its_collection():
    with pytest.raises(AttributeError, match="a Parameters stays as it is"):
        P.rate = 3.0


def test_what_is_set_on_a_simulator_is_refused():
    with pytest.raises(AttributeError):
        cs.prepare(Kids(), outputs=["kids"]).output = ["go"]


def test_more_draws_than_memory_holds_are_refused_first():
    with pytest.raises(cs.ParameterError, match="the number of draws is at most 1,000,000, not"):
        cs.draws(England(), 10**12, seed=1)
