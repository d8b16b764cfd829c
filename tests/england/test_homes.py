"""Places in children's homes: a stock that follows what is sought, with what a scenario builds."""

import numpy as np
import pytest
from england_cases import OBSERVED, PARAMETERS, VALUE, projected, under

BUILT = ("extra_homes_places", "set", 1_000, "2014-04-01")
SPENDING = ("looked_after_spend", "residential_spend", "statutory_spend", "total_spend")


def test_places_are_within_three_in_a_hundred_of_each_figure():
    run, points = projected(), OBSERVED.points("homes_places")
    apart = {
        year: run["homes_places"].loc[f"20{year[-2:]}-03-31"] / figure - 1
        for year, figure in points.items()
    }
    assert len(apart) == 5
    assert max(map(abs, apart.values())) < 0.03, apart


def test_places_open_and_close_as_the_stock_says():
    run = projected()
    net = run.values("homes_openings") - run.values("homes_closures")
    np.testing.assert_allclose(np.diff(run.values("provider_places"), axis=0), net, rtol=1e-9)


def test_homes_take_no_more_than_they_have_room_for_while_older_children_give_way():
    """The share that is missing is felt five weeks late, so that a little more are in."""
    run = projected()
    over = run.values("homes_children") / run.values("homes_room")
    assert over.max() < 1.01, f"{over.max():.4f}"
    assert (run.values("homes_spill") <= run.values("homes_sought_aged_16_17")).all()


def test_nothing_is_missing_where_places_suffice():
    run = under(("extra_homes_places", "set", 5_000, "2009-04-01"))
    years = slice("2012-03-31", "2015-03-31")
    assert run["homes_shortage"].loc[years].max() < 1e-9
    in_homes, sought = (run[n].loc[years] for n in ("homes_children", "homes_sought"))
    np.testing.assert_allclose(in_homes, sought, rtol=1e-9)


def test_places_built_bring_young_people_back_from_supported_accommodation():
    run, usual = under(BUILT), projected()
    now = "2018-03-31"
    moved = {
        n: run[n].loc[now] - usual[n].loc[now] for n in ("homes_children", "supported_children")
    }
    assert moved["homes_children"] > 100, moved
    assert moved["supported_children"] == pytest.approx(-moved["homes_children"], rel=1e-9)
    assert run["homes_shortage"].loc[now] < usual["homes_shortage"].loc[now] - 0.01


def test_places_built_open_after_the_time_to_build_and_providers_open_fewer():
    run, usual = under(BUILT), projected()
    part = run["built_places"].loc["2015-03-31"] / 1_000
    assert part == pytest.approx(1 - np.exp(-1 / VALUE["homes_build_time"]), abs=0.002)
    assert run["built_places"].loc["2024-03-31"] > 995
    added = run["homes_places"] - usual["homes_places"]
    assert 0 < added.loc["2024-03-31"] < 1_000


def test_capital_is_the_cost_of_each_place_and_in_no_line_of_spending():
    run, usual = under(BUILT), projected()
    spent = run["homes_capital_spend"].sum()
    assert spent == pytest.approx(1_000 * VALUE["cost_per_homes_place_built"], rel=0.001)
    dearer = under(BUILT, cost_per_homes_place_built=1e6)
    assert dearer["homes_capital_spend"].sum() == pytest.approx(1e9, rel=0.001)
    for name in SPENDING:
        np.testing.assert_array_equal(dearer[name], run[name])
    assert usual["homes_capital_spend"].abs().max() == 0


def test_where_fewer_are_sought_no_place_is_begun_and_places_close_at_their_rate():
    run = under(("step_down_share", "set", 1, "2020-04-01"), step_down_effect=1.0,
                foster_application_factor=4.0)  # fmt: skip
    starts = run["homes_starts"]
    assert starts.loc["2023-03-31":"2025-03-31"].max() < 0.01 * starts.loc["2019-03-31"]
    assert run["homes_places"].loc["2025-03-31"] < 0.85 * run["homes_places"].loc["2020-03-31"]


def test_secure_homes_have_a_given_share_of_children_in_homes():
    run = projected()
    share = run["secure_children"] / run["homes_children"]
    np.testing.assert_allclose(share, VALUE["secure_share"], rtol=1e-12)
    assert PARAMETERS["secure_share"].prior
