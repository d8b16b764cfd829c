"""A prepared model gives what `run` gives, as plain arrays, call after call."""

import numpy as np
import pytest
from policy_model import MODEL

import caresim as cs
from caresim.engine.prepare import available_targets
from caresim.language import ParameterError, RunError
from caresim.study.simulate import run
from caresim.study.simulator import prepare

OUTPUTS = list(MODEL.published_names())
FREE = next(n for n, e in MODEL.parameters.items() if isinstance(e.value, float))


def spread(n):
    """Return values of one parameter around the model's own."""
    return {FREE: MODEL.parameters[FREE].value * np.linspace(0.9, 1.1, n)}


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize("n", [1, 3, 40])
def test_it_gives_what_a_run_gives(target, n):
    columns = spread(n)
    simulate = prepare(MODEL, outputs=OUTPUTS, target=target)
    expected = run(MODEL, draws=cs.Draws(columns, "prior", 1), outputs=OUTPUTS)
    found = simulate(columns)
    assert list(found) == OUTPUTS
    for name in OUTPUTS:
        assert found[name].shape == (len(simulate.years), n)
        np.testing.assert_allclose(found[name], expected.yearly(name), rtol=1e-12, atol=1e-12)


def test_a_number_counts_as_one_run_and_no_values_as_the_model_itself():
    simulate = prepare(MODEL, outputs=OUTPUTS)
    value = MODEL.parameters[FREE].value
    for name, values in simulate({FREE: value}).items():
        np.testing.assert_array_equal(values, simulate()[name])
        assert values.shape == (len(simulate.years), 1)


def test_calls_leave_nothing_behind():
    simulate = prepare(MODEL, outputs=OUTPUTS)
    first = {name: values.copy() for name, values in simulate().items()}
    simulate(spread(5))
    for name, values in simulate().items():
        np.testing.assert_array_equal(values, first[name])


def test_the_years_are_those_of_the_horizon():
    simulate = prepare(MODEL, outputs=OUTPUTS[:1], until=f"{int(MODEL.start[:4]) + 3}-03-31")
    assert len(simulate.years) == 3
    assert repr(simulate) == f"<Simulator of {type(MODEL).__name__}: 1 outputs, 3 years>"


def test_an_unknown_parameter_is_refused_with_a_suggestion():
    simulate = prepare(MODEL, outputs=OUTPUTS)
    with pytest.raises(ParameterError, match=f"no parameter '{FREE}x'; did you mean '{FREE}'"):
        simulate({f"{FREE}x": 1.0})


def test_values_of_two_dimensions_are_refused():
    simulate = prepare(MODEL, outputs=OUTPUTS)
    with pytest.raises(RunError, match=r"need shape \(runs,\), not \(2, 2\)"):
        simulate({FREE: np.ones((2, 2))})


def test_columns_of_several_lengths_are_refused():
    names = [n for n, e in MODEL.parameters.items() if isinstance(e.value, float)][:2]
    simulate = prepare(MODEL, outputs=OUTPUTS)
    with pytest.raises(RunError, match="the same number of values"):
        simulate({names[0]: np.ones(2), names[1]: np.ones(3)})


@pytest.mark.parametrize("outputs", ["care", [], ()])
def test_outputs_are_a_list_of_names(outputs):
    with pytest.raises(RunError, match="outputs is a list of names"):
        prepare(MODEL, outputs=outputs)


def test_an_unknown_output_method_or_target_is_refused():
    with pytest.raises(RunError, match="has no 'nothing'"):
        prepare(MODEL, outputs=["nothing"])
    with pytest.raises(RunError, match="method is one of 'rk4', 'euler', not 'rk5'"):
        prepare(MODEL, outputs=OUTPUTS, method="rk5")
    with pytest.raises(RunError, match="target is one of 'python', 'compiled', not 'gpu'"):
        prepare(MODEL, outputs=OUTPUTS, target="gpu")


def test_without_the_compiler_it_runs_all_the_same(monkeypatch):
    expected = prepare(MODEL, outputs=OUTPUTS)(spread(20))
    monkeypatch.setattr("caresim.engine.prepare.hindrance", lambda: "it is not here")
    monkeypatch.setattr("caresim.engine.prepare._say_once", lambda _: None)
    found = prepare(MODEL, outputs=OUTPUTS)(spread(20))
    for name in OUTPUTS:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12, atol=1e-12)
    with pytest.raises(RunError, match="'compiled' cannot be had: it is not here"):
        prepare(MODEL, outputs=OUTPUTS, target="compiled")
