"""What leaves a delay is its outflow, shared out; anything else is refused, or counted by a run."""

import numpy as np
import pytest

import caresim as cs
from caresim.engine.prepare import available_targets
from caresim.language import (
    Aux,
    Delay,
    Dimension,
    Flow,
    Model,
    ModelError,
    Parameters,
    Stock,
    cloud,
    maximum,
    minimum,
    where,
)

P = Parameters.of(
    rate=(100.0, "child/year"), wait=(2.0, "year"), part=0.25, rest=0.75, year=(1.0, "year")
)
AGE = Dimension("Age", ["0–9", "10–17"])


def model_of(rates, over=None):
    """Return a model with a delay and one flow out of it for each rate, ``rates(waiting, p)``."""
    body = type(Model).__prepare__("Wait", (Model,))
    body["start"], body["until"] = "2010-03-31", "2014-03-31"
    body["waiting"] = Delay("Waiting", "child", P.rate * P.wait, time=P.wait, over=over)
    body["come"] = Flow("Come", cloud >> body["waiting"], P.rate)
    for number, rate in enumerate(rates(body["waiting"], P)):
        body[f"leave_{number}"] = Flow(f"Leave {number}", body["waiting"] >> cloud, rate)
    # parameters have to be used
    body["spare"] = Aux("Spare", P.part * P.rest * P.year * P.wait)
    body["parameters"] = P
    return type(Model)("Wait", (Model,), body)


BY_STAGE = ("the same written by hand", "the last stage over time")  # taken by element


def ways(cases):
    """Return each case alone and, where no single stage stands in it, over ages."""
    return [(c, over) for c in cases for over in (None, AGE) if not (over and c in BY_STAGE)]


FINE = {
    "all": lambda w, _: [w.outflow],
    "all, times one": lambda w, _: [w.outflow * 1],
    "a share and what it leaves": lambda w, p: [w.outflow * p.part, w.outflow * (1 - p.part)],
    "three parts": lambda w, p: [w.outflow * p.part, w.outflow * p.rest,
                                 w.outflow * (1 - p.part - p.rest)],
    "what another flow leaves": lambda w, p: [w.outflow * p.part, w.outflow - w.outflow * p.part],
    "one by a switch": lambda w, p: [where(p.part > p.rest, w.outflow, 0),
                                     where(p.part > p.rest, 0, w.outflow)],
    "a share that is cut off": lambda w, p: [w.outflow * minimum(p.part, 1),
                                             w.outflow * (1 - minimum(p.part, 1))],
    "the same written by hand": lambda w, p: [w.stages[-1] / (p.wait / 3)],
    "one that never moves": lambda w, _: [w.outflow, 0],
    "none": lambda *_: [],
}  # fmt: skip
REFUSED = {
    "contents over time": lambda w, p: [w / p.wait],
    "the last stage over time": lambda w, p: [w.stages[-1] / p.wait],
    "some who leave early": lambda w, p: [w.outflow, w / p.wait],
    "a number": lambda _, p: [p.rate],
    "nothing at all": lambda *_: [0],
}
COUNTED = {
    "half of it": lambda w, p: [w.outflow * p.part],
    "more than all": lambda w, p: [w.outflow * p.part * 2, w.outflow * p.rest],
    "twice": lambda w, _: [w.outflow, w.outflow],
    "some held back": lambda w, p: [maximum(w.outflow - p.rate / 2, 0)],
}


@pytest.mark.parametrize(("case", "over"), ways(FINE))
def test_what_adds_up_to_the_outflow_needs_no_check(case, over):
    model = model_of(FINE[case], over)
    assert model.checks() == ()


@pytest.mark.parametrize(("case", "over"), ways(REFUSED))
def test_what_is_no_part_of_the_outflow_is_refused(case, over):
    with pytest.raises(ModelError, match=r"'leave_\d\w*' is no part of the outflow of the delay"):
        model_of(REFUSED[case], over)


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize("case", COUNTED)
def test_what_does_not_add_up_is_said_of_a_run(case, target):
    run = cs.run(model_of(COUNTED[case])(), target=target)
    said = [str(notice) for notice in run.warnings if notice.subject == "waiting_left_otherwise"]
    assert len(said) == 1
    assert said[0].startswith("Waiting: what leaves it is not all of its outflow, and no more")


def test_shares_that_add_up_by_their_numbers_are_not_said_but_by_other_numbers_are():
    model = model_of(lambda w, p: [w.outflow * p.part, w.outflow * p.rest])
    assert [check.name for check in model.checks()] == ["waiting_left_otherwise"]
    assert not cs.run(model()).warnings
    assert "waiting_left_otherwise" in {n.subject for n in cs.run(model(part=0.5)).warnings}
    draws = cs.Draws({"part": np.array([0.25, 0.5])}, "by hand", 0)
    assert any("in 1 of 2 runs" in str(n) for n in cs.run(model(), draws=draws).warnings)


def test_the_check_stands_with_its_delay_and_is_made_anew_by_a_class_that_inherits():
    parent = model_of(lambda w, p: [w.outflow * p.part])
    assert "waiting_left_otherwise" in parent.sector_of()["Wait"]

    class Whole(parent):
        left = Flow("Left", parent.waiting >> cloud, parent.waiting.outflow * (1 - P.part))

    assert Whole.checks() == ()
    assert "waiting_left_otherwise" not in Whole.sector_of()["Wait"]


def test_a_flow_out_of_a_stage_is_refused():
    class Held(Model):
        parameters = P
        waiting = Delay("Waiting", "child", P.rate * P.wait, time=P.wait)
        done = Stock("Done", "child", 0)
        leave = Flow("Leave", waiting >> done, waiting.outflow)
        spare = Aux("Spare", P.part * P.rest * P.year)

    with pytest.raises(
        ModelError, match="'early' is no part of the outflow of the delay 'waiting'"
    ):

        class Odd(Held):
            early = Flow("Early", Held.waiting.stages[0] >> cloud, Held.waiting.stages[0] / P.wait)
