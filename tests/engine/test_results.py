"""Runs and ensembles: what is stored, summed, labelled and kept apart."""

import json

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    ParameterError,
    Parameters,
    RunError,
    Series,
    Stock,
    cloud,
)


class Care(Model):
    """Children enter care, go home and come back."""

    parameters = p = Parameters.of(
        care_0=(80.0, "child"), arrivals=(30.0, "child/year"), rate=(0.3, "1/year"),
        fee=(50.0, "GBP/child/year"),
    )  # fmt: skip
    care = Stock("Looked after", "child", p.care_0)
    home = Stock("At home", "child", 0)
    entered = Flow("Entered", cloud >> care, p.arrivals)
    returned = Flow("Returned", care >> home, care * p.rate)
    settled = Flow("Settled", home >> cloud, home * p.rate)
    cost = Aux("Cost of care", care * p.fee)
    ratio = Aux("Home to care", home / care)
    published = (care, entered, cost)


CLOCK = Clock(2000, 2005, 16)


def columns(n):
    rng = np.random.default_rng(1)
    return {"rate": rng.uniform(0.2, 0.5, n), "care_0": rng.uniform(50, 100, n)}


def test_a_run_stores_everything_and_an_ensemble_what_is_published():
    assert execute(Care(), CLOCK).outputs == tuple(Care.variables)
    ensemble = execute(Care(), CLOCK, (), columns(10))
    assert ensemble.outputs == ("care", "home", "entered", "cost")


def test_only_what_was_asked_for_is_stored():
    run = execute(Care(), CLOCK, outputs=["cost", "home", "cost"])
    assert run.outputs == ("home", "cost")
    with pytest.raises(RunError) as caught:
        run.values("settled")
    assert str(caught.value) == (
        "'settled' was not stored in this run; ask for it with outputs=['settled']"
    )


def test_unknown_outputs_are_refused_with_a_suggestion():
    with pytest.raises(RunError, match="Care has no 'setled'; did you mean 'settled'"):
        execute(Care(), CLOCK, outputs=["setled"])
    with pytest.raises(RunError, match="Care has no 'cots'; did you mean 'cost'"):
        execute(Care(), CLOCK)["cots"]
    with pytest.raises(RunError, match=r"write outputs=\['care'\]"):
        execute(Care(), CLOCK, outputs="care")


def test_an_unknown_method_is_refused():
    with pytest.raises(RunError, match="method is one of 'rk4', 'euler', not 'rk45'"):
        execute(Care(), CLOCK, method="rk45")


def test_asking_for_less_changes_no_number():
    everything = execute(Care(), CLOCK)
    for name in Care.variables:
        alone = execute(Care(), CLOCK, outputs=[name])
        np.testing.assert_allclose(alone.values(name), everything.values(name), rtol=1e-13)


@pytest.mark.parametrize("every", [4, 16])
def test_sums_by_quarter_or_step_add_up_to_the_year(every):
    yearly = execute(Care(), CLOCK)
    finer = execute(Care(), Clock(2000, 2005, 16, every))
    for name in Care.variables:
        assert len(finer.values(name)) == 5 * every + (name in finer.levels)
        np.testing.assert_allclose(finer.yearly(name), yearly.yearly(name), rtol=1e-12)
    assert finer.annual().index.tolist() == yearly.annual().index.tolist()


@pytest.mark.parametrize("method", ["rk4", "euler"])
@pytest.mark.parametrize("every", [1, 4, 16])
def test_the_ledger_closes(method, every):
    shifts = [Shift("arrivals", "scale", 1.5, 2002.0), Shift("rate", "set", 0.6, 2003.5, 1.0)]
    run = execute(Care(), Clock(2000, 2005, 16, every), shifts, method=method)
    ledger = run.ledger()
    assert len(ledger) == 2 * 5 * every
    assert (ledger.gap.abs() <= 1e-9 * ledger.closing).all(), ledger
    care = ledger.loc["care"]
    np.testing.assert_allclose(care.inflows.sum(), run.values("entered").sum(), rtol=1e-12)


def test_the_ledger_of_an_ensemble_closes_over_all_runs():
    run = execute(Care(), CLOCK, (), columns(10), outputs=list(Care.variables))
    ledger = run.ledger()
    assert (ledger.gap.abs() <= 1e-9 * ledger.closing).all()
    assert ledger.loc["care"].opening.iloc[0] == pytest.approx(columns(10)["care_0"].sum())


def test_a_ledger_needs_every_flow():
    with pytest.raises(RunError, match="was not stored in this run"):
        execute(Care(), CLOCK, outputs=["care"]).ledger()


@pytest.mark.parametrize("size", [1, 2, 8, 9, 30])
def test_run_i_is_the_same_in_batches_of_any_size(size):
    draws = columns(30)
    whole = execute(Care(), CLOCK, (), draws)
    part = execute(Care(), CLOCK, (), {name: v[:size] for name, v in draws.items()})
    for name in whole.outputs:
        np.testing.assert_allclose(
            part.values(name), whole.values(name)[:, :size], rtol=1e-12, err_msg=name
        )


def test_the_numbers_of_one_run_do_not_leak_into_the_next():
    first = execute(Care(), CLOCK)
    execute(Care(rate=0.9), CLOCK)
    execute(Care(), CLOCK, [Shift("rate", "set", 0.9, 2001.0)])
    execute(Care(), CLOCK, (), columns(20))
    again = execute(Care(), CLOCK)
    for name in Care.variables:
        np.testing.assert_array_equal(again.values(name), first.values(name))
    assert Care.parameters["rate"].value == 0.3


def test_draws_are_left_as_they_were_given():
    draws = columns(20)
    kept = {name: values.copy() for name, values in draws.items()}
    execute(Care(), CLOCK, [Shift("rate", "scale", 2.0, 2001.0)], draws)
    for name in draws:
        np.testing.assert_array_equal(draws[name], kept[name])


def test_draws_need_one_length_and_known_undated_parameters():
    with pytest.raises(RunError, match="the same number of values for each parameter"):
        execute(Care(), CLOCK, (), {"rate": np.ones(3), "care_0": np.ones(4)})
    with pytest.raises(ParameterError, match="no parameter 'rat'; did you mean 'rate'"):
        execute(Care(), CLOCK, (), {"rat": np.ones(3)})
    model = Care()
    dated = Parameter("rate", Series((2000.0, 2001.0), (0.1, 0.2), held=False), "1/year")
    model.parameters = Parameters({**model.parameters.entries, "rate": dated})
    with pytest.raises(RunError, match="'rate' has dated values and cannot be drawn"):
        execute(model, CLOCK, (), {"rate": np.ones(3)})


def test_a_switch_is_drawn_at_its_settings_only():
    model = Care()
    switch = Parameter("rate", 0.0, "1/year", choices=(("off", 0.0), ("on", 1.0)))
    model.parameters = Parameters({**model.parameters.entries, "rate": switch})
    assert execute(model, CLOCK, (), {"rate": np.array([0.0, 1.0, 1.0])}).n_runs == 3
    with pytest.raises(RunError, match="'rate' is a switch and has nothing between 0 and 1, as in"):
        execute(model, CLOCK, (), {"rate": np.array([0.0, 0.5, 1.0])})


def test_no_draws_are_refused():
    with pytest.raises(RunError):
        execute(Care(), CLOCK, (), {"rate": np.ones(0)})


@pytest.mark.parametrize(
    ("shifts", "target"),
    [
        ([Shift("rat", "set", 0.9, 2001.0)], None),
        ([Shift("rate", "sett", 0.9, 2001.0)], None),
        ([], "gpu"),
    ],
)
def test_unknown_shifts_and_targets_are_refused(shifts, target):
    with pytest.raises((RunError, ParameterError)):
        execute(Care(), CLOCK, shifts, target=target)


def test_a_series_is_labelled_with_its_dates():
    run = execute(Care(), CLOCK)
    care, entered = run["care"], run["entered"]
    assert care.name == "care"
    assert [str(d.date()) for d in care.index[[0, -1]]] == ["2000-03-31", "2005-03-31"]
    assert care.loc["2000-03-31"] == 80
    assert str(entered.index[0].date()) == "2001-03-31"
    assert run.annual().loc["2000-01", "entered"] == pytest.approx(30)
    table = execute(Care(), CLOCK, (), columns(10))["care"]
    assert table.shape == (6, 10)
    assert table.columns.name == "run"


def test_an_annual_table_shows_published_quantities_and_their_quantiles():
    one = execute(Care(), CLOCK).annual()
    assert list(one.columns) == ["care", "entered", "cost"]
    assert list(one.index) == ["2000-01", "2001-02", "2002-03", "2003-04", "2004-05"]
    run = execute(Care(), CLOCK, (), columns(41))
    table = run.annual(quantile=[0.1, 0.5, 0.9])
    assert table.columns.names == ["output", "quantile"]
    assert list(table["care"].columns) == [0.1, 0.5, 0.9]
    expected = np.quantile(run.values("care")[-1], [0.1, 0.5, 0.9])
    np.testing.assert_allclose(table["care"].iloc[-1], expected)
    np.testing.assert_allclose(run.annual()["care"], table["care"][0.5])


def test_a_dataset_has_units_labels_and_dimensions():
    run = execute(Care(), CLOCK, (), columns(10), outputs=["care", "cost", "entered"])
    data = run.dataset
    assert set(data.data_vars) == {"care", "entered", "cost"}
    assert data["care"].attrs == {"units": "child", "long_name": "Looked after"}
    assert data["cost"].attrs["units"] == "GBP/year"
    assert data["care"].dims == ("moment", "run")
    assert data["entered"].dims == ("interval", "run")
    assert dict(data.sizes) == {"moment": 6, "interval": 5, "run": 10}
    np.testing.assert_array_equal(data["care"].values, run.values("care"))


def test_the_reprs_say_what_was_run():
    one, many = execute(Care(), CLOCK, name="More help"), execute(Care(), CLOCK, (), columns(1200))
    assert (
        repr(one) == "<Run of Care, 'More help': one run, 2000-01 to 2004-05, 7 outputs, 0 notices>"
    )
    assert "1,200 runs" in repr(many)
    page = execute(Care(), CLOCK, name="<More>", outputs=["care"])._repr_html_()
    assert "&lt;More&gt;" in page
    assert "<table" in page
    assert "Median of 1,200 runs" in many._repr_html_()


def test_the_provenance_is_plain_data():
    run = execute(Care(), CLOCK)
    read = json.loads(json.dumps(run.provenance))
    assert read["parameters"]["rate"] == 0.3
    assert (read["start"], read["until"], read["steps_per_year"], read["method"], read["runs"]) == (
        "2000-03-31", "2005-03-31", 16, "rk4", 1,
    )  # fmt: skip


def test_a_start_by_hand_is_in_the_provenance_and_only_then():
    run = execute(Care().with_start(care=7.0), CLOCK)
    assert json.loads(json.dumps(run.provenance))["starting"] == {"care": 7.0}
    assert "starting" not in execute(Care(), CLOCK).provenance
