"""Numerics: the results hang on neither the step, nor the method, nor the way of computing."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from england_cases import EACH_FILE, ENGLAND, FILES, VALUE, projected

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.continuous import JUST, Continuous
from caresim.engine.execute import execute
from caresim.engine.prepare import available_targets
from caresim.england import England

LARGEST_MOVE = 1e-3  # 0.1 %
TARGETS = [target for target in available_targets() if target != "python"]


def largest_move(coarse, fine):
    """Return the largest relative difference of two annual tables, with its place."""
    moves = (fine - coarse).abs() / coarse.abs().clip(lower=1e-9)
    moves = moves.fillna(np.inf).stack()
    return moves.max(), moves.idxmax()


# The step


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_half_the_step_moves_no_published_output_by_a_thousandth(scenario):
    tables = [projected(scenario, steps=n).annual() for n in (16, 32)]
    move, place = largest_move(*tables)
    assert move < LARGEST_MOVE, f"{place} moves by {100 * move:.4f} %"


def test_half_the_step_moves_nothing_with_a_residual_budget():
    tables = [projected(crowding_out="residual", steps=n).annual() for n in (16, 32)]
    move, place = largest_move(*tables)
    assert move < LARGEST_MOVE, f"{place} moves by {100 * move:.4f} %"


@cache
def step_check(scenario=None):
    return cs.check_step(ENGLAND, FILES.get(scenario))


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [None, "statutory_first"])
def test_the_step_is_fine_for_a_solver_that_chooses_its_own(scenario):
    """Against LSODA at 1e-11, started anew at every jump and bend."""
    found = step_check(scenario)
    assert found.largest < LARGEST_MOVE, str(found)
    assert found.is_fine


def test_every_run_says_what_the_check_of_the_step_finds():
    found = max(step_check(plan).largest for plan in (None, "statutory_first"))
    said = ENGLAND.checked_step
    assert said / 5 < found <= said, f"the model says {said:g}, cs.check_step finds {found:.2g}"
    notices = [str(n) for n in projected().warnings if n.kind in ("step", "checked")]
    assert len(notices) == 1
    assert "finer steps change no published output by more than" in notices[0]


def test_euler_with_many_steps_comes_to_the_same_numbers():
    how = {"steps_per_year": 512, "until": "2020-03-31", "from_figures": False}
    euler = cs.run(ENGLAND, method="euler", **how).annual()
    move, place = largest_move(projected(until="2020-03-31").annual(), euler)
    assert move < 5e-3, f"{place} differs by {100 * move:.2f} %"


def test_no_stock_turns_over_too_fast_for_the_step():
    for scenario in FILES:
        said = [str(notice) for notice in projected(scenario).warnings]
        fast = [text for text in said if "too fast" in text]
        assert not fast, f"{scenario}: {fast}"


# The way of computing


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("scenario", [None, "statutory_first"])
def test_floats_arrays_and_machine_code_give_the_same_numbers(scenario, target):
    names = ENGLAND.published_names()
    plan = FILES.get(scenario)
    exact, run = (cs.run(ENGLAND, plan, outputs=names, target=way) for way in ("python", target))
    assert run.provenance["computed_with"] == target
    for name in names:
        apart = np.abs(run.values(name) / exact.values(name) - 1).max()
        assert apart < 1e-12, f"{name} is {apart:.1e} apart"


def test_one_run_and_an_ensemble_of_the_shipped_values_agree():
    alone, names = projected(), ENGLAND.published_names()
    columns = {"plan_care_share": np.full(20, VALUE["plan_care_share"])}
    many = execute(ENGLAND, Clock(2009, 2035, 16), (), columns, outputs=names, target="python")
    for name in names:
        np.testing.assert_allclose(
            many.values(name), np.repeat(alone.values(name), 20, axis=1), rtol=1e-12, err_msg=name
        )


def test_a_run_is_the_same_each_time():
    tables = [cs.run(England(), FILES["early_help_first"]).annual() for _ in range(2)]
    np.testing.assert_array_equal(*tables)


def ensemble(n, seed=7):
    draws = cs.draws(ENGLAND, n, seed=seed, given="posterior")
    return cs.run(ENGLAND, draws=draws, outputs=["looked_after"]).values("looked_after")


def test_one_seed_gives_one_ensemble_and_another_seed_another():
    first, again, other = ensemble(40), ensemble(40), ensemble(40, seed=8)
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)


def test_draws_do_not_hang_on_how_many_there_are():
    few, many = ensemble(10), ensemble(40)
    np.testing.assert_allclose(few, many[:, :10], rtol=1e-12)


def test_runs_on_several_workers_are_those_of_one():
    alone = [ensemble(20, seed) for seed in range(4)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda seed: ensemble(20, seed), range(4)))
    for seed, (one, other) in enumerate(zip(alone, together, strict=True)):
        assert one.tobytes() == other.tobytes(), f"seed {seed}"


# Equilibrium


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["ring-fenced", "residual"])
def test_an_equilibrium_start_stays_put(rule):
    """Started at rest, with what is given held as on the first day, no stock moves in 100 years."""
    settled = cs.at_rest(England(crowding_out=rule))
    system = Continuous.of(settled)
    given = system.given(2009.0, 2009.0 + JUST)
    start = np.array([settled.starting[name] for name in system.program.stocks])
    stocks = start.copy()
    for _ in range(100 * 16):
        stocks += 1 / 16 / 2 * np.array(system.rates(stocks, given)[0])
    moved = np.abs(stocks - start) / np.maximum(np.abs(start), 1e-9)
    worst = system.program.stocks[int(np.argmax(moved))]
    assert moved.max() < 1e-6, f"'{worst}' moves by {moved.max():.1e}"


@pytest.mark.slow
def test_the_equilibrium_of_2009_is_not_where_the_decade_began():
    """Alarm was up in March 2009 and care was growing: the start is measured, not at rest."""
    settled = cs.at_rest(ENGLAND)
    assert settled.starting["caution"] == pytest.approx(0, abs=1e-6)
    assert projected()["alarm"].iloc[0] == VALUE["alarm_0"] > 0


def test_what_stays_constant_settles_but_for_caution_and_the_price_of_homes():
    """From 2030 nothing given changes: a century later nothing does, and there is no drift.

    Caution eases for decades; prices of homes grow with earnings, by 1 % a year.
    """
    run = projected(until="2180-03-31", caution_on="off", residential_price_trend="flat")
    last = run.annual().iloc[-2:]
    moves = (last.iloc[1] / last.iloc[0] - 1).abs()
    assert moves.max() < 1e-4, moves.sort_values().tail(3).to_string()
    dearer = projected(until="2180-03-31", caution_on="off").annual().residential_price.iloc[-2:]
    grown = np.log(dearer.iloc[1] / dearer.iloc[0])
    assert grown == pytest.approx(VALUE["earnings_growth"], abs=1e-4), f"{100 * grown:.2f} % a year"
    eased = projected(until="2180-03-31")["caution"]
    assert eased.iloc[-1] < 0.02 * eased.max(), f"caution {eased.iloc[-1]:.3f}"
