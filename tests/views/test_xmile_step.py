"""A model is exported only for a step at which it runs: other programs go on, below zero."""

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import Aux, Flow, Model, Parameter, Parameters, Stock, cloud, exp
from caresim.language.errors import ExportError

ENGLAND = England()


class Fast(Model):
    """A stock that is left within weeks, which a long step empties beyond zero."""

    parameters = p = Parameters.of(start_level=(100.0, "child"), stay=(0.05, "year"))
    until = "2012-03-31"
    waiting = Stock("Waiting", "child", p.start_level)
    seen = Flow("Seen", waiting >> cloud, waiting / p.stay)


class Steep(Model):
    """A stock that grows out of all numbers."""

    parameters = p = Parameters.of(start_level=(1.0, "child"), rate=(1e200, "1/year"))
    until = "2012-03-31"
    level = Stock("Level", "child", p.start_level)
    more = Flow("More", cloud >> level, level * p.rate)


class Waves(Model):
    """A signed stock, which no step takes where it may not be."""

    parameters = p = Parameters.of(rate=(5.0, "1/year"), start_level=(1.0, "1"))
    until = "2012-03-31"
    depth = Stock("Depth", "1", p.start_level, signed=True)
    change = Flow("Change", cloud >> depth, -depth * p.rate)


def written(model, path, **options):
    return cs.write_xmile(model, path, **options)


@pytest.mark.parametrize("steps", [1, 2, 4, 8, 16])
def test_a_step_that_the_model_cannot_bear_is_refused_with_one_that_it_can(tmp_path, steps):
    path = tmp_path / "fast.xmile"
    with pytest.raises(ExportError) as fault:
        written(Fast(), path, steps_per_year=steps)
    assert "the stock 'waiting' came to" in str(fault.value)
    assert str(fault.value).endswith("; take 32 steps a year")
    assert not path.exists(), "nothing is written"
    assert written(Fast(), path, steps_per_year=32).is_file()


@pytest.mark.parametrize("steps", [1, 4])
def test_england_is_refused_at_steps_at_which_it_cannot_run(tmp_path, steps):
    run = cs.run(ENGLAND, steps_per_year=steps, method="euler")
    assert any("step" in notice.text and "parts" in notice.text for notice in run.warnings)
    with pytest.raises(ExportError, match=r"as the file would say, the model cannot run: "):
        written(ENGLAND, tmp_path / "england.xmile", steps_per_year=steps)


def test_a_scenario_that_a_step_cannot_bear_is_refused_where_current_policy_is_not(tmp_path):
    p = Parameters({
        "start_level": Parameter("start_level", 100.0, "child"),
        "stay": Parameter("stay", 1.0, "year", role="lever", bounds=(0.01, 5.0)),
    })  # fmt: skip

    class Ward(Model):
        parameters, until = p, "2012-03-31"
        waiting = Stock("Waiting", "child", p.start_level)
        seen = Flow("Seen", waiting >> cloud, waiting / p.stay)

    quick = cs.Scenario("Quick", changes=[cs.Change("stay", "set", 0.04, "2010-04-01")])
    assert written(Ward(), tmp_path / "ward.xmile").is_file()
    with pytest.raises(ExportError, match="take 32 steps a year"):
        written(Ward(), tmp_path / "quick.xmile", scenario=quick)


def test_where_no_step_helps_it_is_said(tmp_path):
    with pytest.raises(ExportError, match=r"the model cannot run: .*no step helps: run the model"):
        written(Steep(), tmp_path / "steep.xmile")


def test_values_that_the_caller_set_are_tried_as_they_are_written(tmp_path):
    assert written(Fast(stay=2.0), tmp_path / "slow.xmile", steps_per_year=1).is_file()


def test_a_signed_stock_may_swing(tmp_path):
    assert written(Waves(), tmp_path / "waves.xmile", steps_per_year=2).is_file()


def test_a_model_without_stocks_is_written(tmp_path):
    class Still(Model):
        parameters = p = Parameters.of(rate=(0.5, "1"))
        until = "2012-03-31"
        growth = Aux("Growth", exp(p.rate))

    assert written(Still(), tmp_path / "still.xmile").is_file()


def test_what_is_written_is_what_the_step_gives(tmp_path):
    """The run that is tried is the run that the file asks for."""
    path = written(Fast(), tmp_path / "fast.xmile", steps_per_year=32)
    assert "<dt>0.03125</dt>" in path.read_text(encoding="utf-8")
    run = cs.run(Fast(), method="euler", steps_per_year=32)
    assert np.isfinite(run.values("waiting")).all()
