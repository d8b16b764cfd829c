"""What is timed side by side computes the same: caresim, C, Numba, NumPy by hand and the peers."""

import by_hand
import engines
import numpy as np
import pytest
import reference_model as reference

from caresim.language.errors import RunError


@pytest.fixture(scope="module")
def everything():
    groups = {
        "kernels": engines.kernels(),
        "rk4": engines.targets("rk4"),
        "euler": engines.targets("euler"),
        "peers": engines.peers(),
    }
    found, missing = {}, {}
    for group, members in groups.items():
        found |= {(group, name): engine for name, engine in members.here.items()}
        missing[group] = members.missing
    return found, missing


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("kernels", "C, one thread"),
        ("kernels", "C, all cores"),
        ("kernels", "Numba, one by one"),
        ("kernels", "NumPy by hand"),
        *(("rk4", name) for name in engines.WAYS),
        *(("euler", name) for name in engines.WAYS),
        ("peers", "PySD, euler"),
        ("peers", "pysimlin, euler"),
        ("peers", "pysimlin, rk4"),
    ],
)
def test_an_engine_gives_what_the_loop_by_hand_gives(everything, group, name):
    found, missing = everything
    if (group, name) not in found:
        pytest.skip(next(line for line in missing[group] if line.startswith(name)))
    engine = found[group, name]
    difference = engine.difference(11)
    assert difference < 1e-12, f"{name} with {engine.method} is {difference:.1e} off"


def test_what_needs_nothing_but_numpy_is_always_here(everything):
    found, _ = everything
    assert ("rk4", "caresim, Python") in found
    assert ("euler", "caresim, Python") in found


def test_the_methods_differ_by_as_much_as_theory_says():
    params = reference.matrix(reference.draws(1))
    rk4, euler = (by_hand.by_numpy(params, method) for method in ("rk4", "euler"))
    error = np.abs(euler / rk4 - 1).max()
    assert 1e-3 < error < 2e-2, f"Euler at a sixteenth of a year is {error:.1e} off"


def test_the_first_draw_is_the_centre_and_draws_do_not_depend_on_their_number():
    few, many = reference.matrix(reference.draws(3)), reference.matrix(reference.draws(50))
    centre = [value for value, _ in reference.DRAWN.values()]
    np.testing.assert_array_equal(few[:, 0], centre)
    np.testing.assert_array_equal(few, many[:, :3])
    spread = np.abs(many / many[:, :1] - 1)
    assert 0.08 < spread.max() <= 0.1


def test_the_yearly_spending_of_caresim_is_near_the_pace_at_the_ends_of_the_year():
    run = reference.by_caresim(reference.draws(4), target="python")
    pace = run.values("pace")
    summed = reference.cs.run(
        reference.Reference(), draws=reference.draws(4), outputs=["spending"]
    ).values("spending")
    np.testing.assert_allclose(summed, (pace[:-1] + pace[1:]) / 2, rtol=1e-2)


def test_an_engine_that_is_wrong_stops_the_benchmark():
    def off(params):
        return by_hand.by_numpy(params) * (1 + 1e-8)

    with pytest.raises(SystemExit, match=r"off is 1\.0e-08 off the loop by hand"):
        engines.Engines().add("off", lambda: engines._on_matrix("off", off))


@pytest.mark.parametrize("fault", [ImportError("no module"), RunError("no llvmlite")])
def test_an_engine_that_is_not_here_is_noted_in_a_line(fault):
    def make():
        raise fault

    group = engines.Engines()
    group.add("peer", make)
    assert group.here == {}
    assert group.missing == [f"peer is not here: {fault}"]


def test_one_processor_is_held_and_let_go():
    if not hasattr(engines.os, "sched_getaffinity"):
        pytest.skip("this system cannot hold a process to one processor")
    before = engines.os.sched_getaffinity(0)
    with engines.one_processor():
        assert len(engines.os.sched_getaffinity(0)) == 1
    assert engines.os.sched_getaffinity(0) == before
