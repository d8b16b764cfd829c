"""A hundredth of all that counts gives a hundredth of every result; each number has one size.

That is of the equations: figures, at which headlines begin, are as large as they are published.
"""

from dataclasses import replace

import numpy as np
import pytest
from council_cases import ENGLAND, FILES, PARTS, scaled
from hypothesis import example, given, settings
from hypothesis import strategies as st

import caresim as cs
from caresim.language import ModelError
from caresim.language.parts import USES, size_power

SCENARIO = FILES["early_help_first"]


def power(parameter):
    return size_power(ENGLAND.parameters[parameter].unit)


def ran(model, scenario=None):
    return cs.run(model, scenario, from_figures=False)


def assert_all_as_large(run, whole, share):
    wrong = []
    for name in whole.outputs:
        grows = size_power(str(ENGLAND.variables[name].unit))
        ours, theirs = run.values(name), whole.values(name) * share**grows
        size = np.abs(theirs).max()
        if not np.allclose(ours, theirs, rtol=1e-9, atol=1e-9 * size):
            wrong.append(f"{name} ({grows:+g}): {np.abs(ours - theirs).max() / size:.1e}")
    assert not wrong, f"not {share} times as large: {wrong[:8]}"


@pytest.fixture(scope="module")
def whole():
    return ran(ENGLAND)


@pytest.fixture(scope="module")
def helped():
    return ran(ENGLAND, SCENARIO)


@settings(max_examples=8)
@given(st.floats(1e-4, 20))
@example(1e-3)
@example(0.5)
def test_every_output_is_as_large_as_what_counts(whole, share):
    assert_all_as_large(ran(scaled(ENGLAND, share)), whole, share)


@settings(max_examples=4)
@given(st.floats(1e-3, 5))
def test_so_is_it_under_a_scenario_whose_amounts_are_as_large(helped, share):
    model = scaled(ENGLAND, share)
    plan = cs.read_scenario(SCENARIO)
    changes = [
        c if c.verb == "scale" else replace(c, amount=c.amount * share ** power(c.parameter))
        for c in plan.changes
    ]
    run = ran(model, cs.Scenario("As large", changes=changes))
    assert_all_as_large(run, helped, share)


def test_a_model_one_number_of_which_is_not_scaled_is_seen(whole):
    """The test itself sees a size that is forgotten."""
    model = scaled(ENGLAND, 0.5)
    entry = ENGLAND.parameters["uncounted_care_entries"]
    wrong = model.with_numbers(model.parameters.with_entries({entry.name: entry}))
    with pytest.raises(AssertionError, match=r"not 0\.5 times as large"):
        assert_all_as_large(ran(wrong), whole, 0.5)


def test_every_number_that_counts_something_has_one_size():
    named = [name for size in PARTS.sizes for name in size.parameters]
    counted = {n for n, entry in ENGLAND.parameters.items() if size_power(entry.unit)}
    assert counted - {*named} == set(), "these have no size in parts.toml"
    assert {*named} - counted == set(), "these have a size and count nothing"
    assert len(named) == len({*named}), sorted(n for n in named if named.count(n) > 1)
    for name in counted:
        size, use = PARTS.size_of(name)
        assert use in USES
        assert name in getattr(size, use)


def test_a_number_without_a_size_is_no_place_s():
    with pytest.raises(ModelError, match="'reentry_rate' counts something, and no size of the cou"):
        PARTS.size_of("reentry_rate")


def with_size(position, **changed):
    sizes = list(PARTS.sizes)
    sizes[position] = replace(sizes[position], **changed)
    return replace(PARTS, sizes=tuple(sizes))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (with_size(0, dated=()), "'child_population' counts something and has no size"),
        (with_size(1, start=(*PARTS.sizes[1].start, "support_0")), "'support_0' has two sizes"),
        (with_size(0, level=(*PARTS.sizes[0].level, "local_plans")), "'local_plans' has a size a"),
        (with_size(0, dated=(), start=("child_population",)), "'child_population' is dated, or is"),
        (with_size(0, level=(*PARTS.sizes[0].level, "none_such")), "'none_such' is no parameter"),
        (
            replace(PARTS, lines=(replace(PARTS.lines[0], parameter="odd"), *PARTS.lines[1:])),
            "'odd' is no parameter",
        ),
        (
            replace(PARTS, levels=(replace(PARTS.levels[0], parameter="odd"), *PARTS.levels[1:])),
            "'odd' is no parameter",
        ),
    ],
    ids=["missing", "double", "counts nothing", "odd use", "unknown", "line", "level"],
)
def test_what_is_wrong_with_sizes_is_told(parts, said):
    with pytest.raises(ModelError) as told:
        parts.check(ENGLAND.parameters)
    assert said in str(told.value)
    assert "councils" in str(told.value), "it says in which folder"


def test_england_s_own_sizes_are_right():
    PARTS.check(ENGLAND.parameters)
