"""What holds for every model, tried on random ones: a few by default, thousands when asked."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_models import CLOCK, blueprints, columns_of, model_of
from slow import Slow

from caresim.engine.execute import execute
from caresim.engine.prepare import available_targets

TARGET_NAMES = available_targets()
SMALL = 1.0  # a child, or the largest pure number: what rounding is measured against at least
PRECISION = 1e-12


def run_of(blueprint, model, target, columns=None):
    run = execute(
        model(), CLOCK, blueprint.shifts, columns,
        method=blueprint.method, outputs=list(model.variables), target=target,
    )  # fmt: skip
    assert run.provenance["computed_with"] == target, "another target stood in for it"
    return run


def distance(got, expected):
    """Return how far two series are apart, relative to the largest value."""
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    return np.abs(got - expected).max() / max(np.abs(expected).max(), SMALL)


def assert_same(name, got, expected, what):
    far = distance(got, expected)
    assert far <= PRECISION, f"{name}, {what}: {far:.1e} apart\n{got}\n{expected}"


def gives_the_same_in_every_target_as_the_oracle(blueprint, model, _):
    runs = {target: run_of(blueprint, model, target) for target in TARGET_NAMES}
    oracle = Slow(model(), runs["python"].clock, blueprint.shifts, blueprint.method)
    for target, run in runs.items():
        for name in model.variables:
            expected = oracle.levels[name] if name in run.levels else oracle.sums[name]
            assert_same(name, run.values(name)[:, 0], expected, f"{target} and the oracle")


def gives_each_run_of_a_batch_what_it_gives_alone(blueprint, model, data):
    """Bit for bit in one target, whatever the batch and the place; to rounding in all of them."""
    target = data.draw(st.sampled_from(TARGET_NAMES), "target")
    n = data.draw(st.sampled_from([2, 3, 5, 8, 16, 17]), "runs")  # about a block of lanes
    place = data.draw(st.integers(0, n - 1), "place")
    first = data.draw(st.integers(0, place), "first of a smaller batch")
    columns = columns_of(blueprint, model, n)
    alone = {name: values[place : place + 1] for name, values in columns.items()}
    fewer = {name: values[first:] for name, values in columns.items()}
    single = run_of(blueprint, model, target, alone)
    batches = {
        n: run_of(blueprint, model, target, columns).values,
        n - first: run_of(blueprint, model, target, fewer).values,
    }
    floats = run_of(blueprint, model, "python", alone)
    for name in model.variables:
        one = single.values(name)[:, 0]
        for size, values in batches.items():
            other = values(name)[:, place - (n - size)]
            assert (one == other).all(), (
                f"{name}, {target}: run {place} is not the same alone and in a batch of {size}"
                f"\n{one}\n{other}"
            )
        assert_same(name, one, floats.values(name)[:, 0], f"{target} and floats")


def gives_the_same_in_any_order_of_declaration(blueprint, first, data):
    second = model_of(blueprint, lambda names: data.draw(st.permutations(list(names)), "order"))
    assert sorted(second.variables) == sorted(first.variables)
    one, other = (run_of(blueprint, model, "python") for model in (first, second))
    for name in first.variables:
        assert_same(name, other.values(name), one.values(name), "declared in two orders")


def keeps_its_ledger_and_stays_above_zero(blueprint, model, data):
    """Each level changes by what its flows brought and took; none but the signed falls below 0."""
    target = data.draw(st.sampled_from(TARGET_NAMES), "target")
    run = run_of(blueprint, model, target)
    for stock in model.stocks():
        level = run.values(stock.name)
        entered = sum((run.values(f.name) for f in model.flows() if f.pipe.end is stock), 0.0)
        left = sum((run.values(f.name) for f in model.flows() if f.pipe.start is stock), 0.0)
        through = max(np.abs(level).max(), np.max(np.abs(entered)), np.max(np.abs(left)), SMALL)
        missing = np.abs(np.diff(level, axis=0) - (entered - left)).max() / through
        assert missing <= PRECISION, f"{stock.name}: {missing:.1e} is not accounted for"
        assert stock.signed or (level >= 0).all(), f"{stock.name} fell below zero\n{level}"


PROPERTIES = [
    gives_the_same_in_every_target_as_the_oracle,
    gives_each_run_of_a_batch_what_it_gives_alone,
    gives_the_same_in_any_order_of_declaration,
    keeps_its_ledger_and_stays_above_zero,
]
unhurried = settings(suppress_health_check=[HealthCheck.too_slow])


@settings(unhurried, max_examples=16)
@given(blueprints(), st.data())
@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_a_random_model(holds, blueprint, data):
    holds(blueprint, model_of(blueprint), data)


@pytest.mark.slow
@settings(unhurried, max_examples=2000)
@given(blueprints(), st.data())
def test_all_of_it_holds_for_two_thousand_random_models(blueprint, data):
    model = model_of(blueprint)
    for holds in PROPERTIES:
        holds(blueprint, model, data)
