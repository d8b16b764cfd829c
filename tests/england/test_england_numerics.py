"""The numbers do not hang on the step, the method or the way of computing."""

import numpy as np
import pytest
from england_cases import ENGLAND, FILES, projected

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute

LARGEST_MOVE = 1e-3  # 0.1 %


def largest_move(coarse, fine):
    """Return the largest relative difference of two annual tables, with its place."""
    moves = (fine / coarse - 1).abs().fillna(np.inf).stack()
    return moves.max(), moves.idxmax()


@pytest.mark.parametrize("scenario", FILES)
def test_half_the_step_moves_no_published_output_by_a_thousandth(scenario):
    tables = [projected(scenario, until="2050-03-31", steps=n).annual() for n in (16, 32)]
    move, place = largest_move(*tables)
    assert move < LARGEST_MOVE, f"{place} moves by {100 * move:.3f} %"


def test_half_the_step_moves_nothing_with_a_residual_budget():
    tables = [projected(crowding_out="residual", steps=n).annual() for n in (16, 32)]
    move, place = largest_move(*tables)
    assert move < LARGEST_MOVE, f"{place} moves by {100 * move:.3f} %"


def test_euler_with_many_steps_comes_to_the_same_numbers():
    euler = cs.run(ENGLAND, method="euler", steps_per_year=512, until="2020-03-31").annual()
    move, place = largest_move(projected(until="2020-03-31").annual(), euler)
    assert move < 5e-3, f"{place} differs by {100 * move:.2f} %"


def test_no_stock_turns_over_too_fast_for_the_step():
    for scenario in FILES:
        said = [str(notice) for notice in projected(scenario).warnings]
        fast = [text for text in said if "too fast" in text]
        assert not fast, f"{scenario}: {fast}"


def test_finer_steps_change_no_more_than_every_run_says():
    for scenario in (None, "early_help_first"):
        found = cs.check(ENGLAND, FILES.get(scenario)).largest
        assert found <= ENGLAND.checked_step, f"{scenario}: {found}"
    said = [notice for notice in projected().warnings if notice.kind in ("step", "checked")]
    assert [notice.kind for notice in said] == ["checked"]
    assert "by more than 0.00002 %" in str(said[0])


def test_one_run_and_an_ensemble_of_the_shipped_values_agree():
    alone = projected()
    names = ENGLAND.published_names()
    columns = {"plan_share": np.full(20, ENGLAND.parameters["plan_share"].value)}
    many = execute(ENGLAND, Clock(2009, 2035, 16), (), columns, outputs=names, target="numpy")
    for name in names:
        np.testing.assert_allclose(
            many.values(name), np.repeat(alone.values(name), 20, axis=1), rtol=1e-12, err_msg=name
        )


def test_what_stays_constant_settles():
    """From 2030 nothing given changes, so decades later nothing else does: no hidden drift."""
    last = projected(until="2080-03-31").annual().iloc[-2:]
    moves = (last.iloc[1] / last.iloc[0] - 1).abs()
    assert moves.max() < 1e-4, moves.sort_values().tail(3).to_string()
