"""What users may write, with types: projections of England, and a model of one's own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import assert_type

import moves
import numpy as np
import pandas as pd
import places
from given import p
from matplotlib.figure import Figure
from numpy.typing import NDArray

import caresim as cs
from caresim.england import England, observed
from caresim.language import Aux, Model, Observed, Stock


class Care(Model):
    """Children in care by age, in two sectors and an equation more."""

    parameters = p
    sectors = (places, moves)
    until = "2019-03-31"

    for_each = Aux("Spent for each child", moves.spent / moves.all_ages)
    published = (moves.all_ages, moves.spent, for_each)


def policies() -> list[cs.Scenario]:
    """Return a shipped policy and one that adds to it."""
    early = cs.read_scenario("early_help_first")
    more = cs.Change("return_support_share", "set", 0.5, "2028-04-01", over_years=2, why="A trial")
    less = cs.Change("return_factor", "scale", 0.9, dt.date(2028, 4, 1), until="2030-03-31")
    return [early, cs.Scenario("Early help and more", changes=[more, less], extends=early)]


def projections(england: England, folder: Path) -> pd.DataFrame:
    """Compare policies draw by draw, and save a figure of them."""
    draws = cs.draws(england, 20, seed=1, given="posterior")
    base = cs.run(england, draws=draws, until="2031-03-31")
    runs = [cs.run(england, plan, draws=draws, until=dt.date(2031, 3, 31)) for plan in policies()]
    figure = assert_type(cs.plot.caseloads(base, *runs, observed=observed()), Figure)
    saved: list[Path] = cs.plot.save_figure(figure, folder / "caseloads")
    assert all(path.exists() for path in saved)
    for notice in cs.run(england, until="2031-03-31").warnings:
        assert notice.kind != "bounds", notice.text
    return cs.compare(base, *runs, at=["2030-03-31"])


def sampled(england: England) -> NDArray[np.float64]:
    """Return looked-after children for two values of a parameter, without tables."""
    simulate = cs.prepare(england, "baseline", outputs=["looked_after"], until="2030-03-31")
    assert_type(simulate.names, tuple[str, ...])
    return simulate({"plan_care_share": np.array([0.12, 0.14])})["looked_after"]


def own_model() -> pd.DataFrame:
    """Run a model of one's own, and one with another number."""
    model = Care(stay=3.0)
    assert_type(Care.stocks(), tuple[Stock, ...])
    run = cs.run(model.with_values(fee=60_000.0), cs.Scenario("As it is"), every="quarter")
    assert_type(run, cs.Run)
    by_age = run["care"]
    assert isinstance(by_age, pd.DataFrame)
    return assert_type(cs.run(model).annual(), pd.DataFrame)


def main(folder: Path) -> None:
    """Ask everything once."""
    england = England()
    figures: Observed = observed()
    table = projections(england, folder)
    print(table.loc[("Early help first", "2029-30", "looked_after"), :].round(1).to_string())
    print(cs.explain(policies()[1], england, brief=True))
    print(len(cs.scenarios()), cs.scenarios()["baseline"].title, figures["looked_after"].size)
    print(sampled(england)[-1].round(1).tolist())
    print(own_model().round(1).iloc[-1].to_string())
    even = cs.break_even(england, "return_support_everywhere")
    print(f"{even.value:.2f}" if even.value is not None else "never", even.interval)
    try:
        cs.run(england, "early_help_frist")
    except cs.ScenarioError as fault:
        print(fault)


if __name__ == "__main__":
    main(Path.cwd())
