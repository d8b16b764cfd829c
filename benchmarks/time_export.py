"""England on one processor beside pysimlin, which runs its export to XMILE."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import engines
import numpy as np
import timing
from time_peers import NAMES

import caresim as cs
from caresim.england import England
from caresim.language.errors import RunError

COUNT, FEW = 1_000, 50
AGREEMENT = 1e-9
PAGE = """\
The export of England (`caresim export`) names Euler's method, with 16 steps a year; pysimlin runs
it so, and with Runge–Kutta where it is told to. (Jumps of a path are lines of one step there, so
that it then computes something a little different.) {count:,} draws of the posterior from 2009 to
{last}, the published outputs kept once a year. pysimlin's {count:,} runs are scaled from {few};
both stay on one processor. Before any time is taken every level has to agree, Euler with Euler, to
{agreement:.0e}.

{table}

The aim is held against the first row: what caresim does unless told otherwise, beside the file as
it stands.
"""
PAIRS = (("rk4", "euler"), ("rk4", "rk4"), ("euler", "euler"))


def section(repeats: int, found: dict[str, float], missing: list[str]) -> str:
    """Time both, method by method, and return a section of the page."""
    try:
        with engines.one_processor():
            rows = timed(England(), repeats, found)
    except (ImportError, RunError) as fault:
        missing.append(f"England in pysimlin is not measured: {fault}")
        return ""
    head = ("caresim", f"{COUNT:,} runs", "pysimlin", f"{COUNT:,} runs", "times as long")
    return PAGE.format(
        count=COUNT, few=FEW, last=England.until[:4], agreement=AGREEMENT,
        table=timing.table(head, rows),
    )  # fmt: skip


def timed(england: England, repeats: int, found: dict[str, float]) -> list[timing.Row]:
    """Return a row for each pair of methods, once both have been seen to agree."""
    theirs = {method: exported(england, method) for method in NAMES}
    names = england.published_names()
    # of the equations that the file holds: no chance, no rival structure, no start at figures
    draws = cs.draws(england, COUNT, seed=1, structure="as published", chance=False)
    few = cs.Draws({name: values[:FEW] for name, values in draws.columns.items()}, "few", 1)
    refuse_disagreement(england, theirs["euler"], few)
    rows = []
    for ours, its in PAIRS:
        job: timing.Job = partial(
            cs.run, england, draws=draws, method=ours, outputs=names, from_figures=False
        )
        yardstick = partial(theirs[its], few)
        taken = timing.beside({"caresim": job}, COUNT, yardstick, FEW, repeats)["caresim"]
        times = 1 / (taken.ratio or np.nan)
        found[f"export, {ours} beside {its}"] = times
        thousand = timing.shown(taken.seconds), timing.shown(taken.beside * COUNT)
        rows.append((NAMES[ours], thousand[0], NAMES[its], thousand[1], timing.times(times)))
    return rows


def exported(england: England, method: str) -> engines.Loop:
    """Return a function from draws to the published outputs of each run, by pysimlin."""
    with tempfile.TemporaryDirectory() as scratch:
        path = cs.write_xmile(england, Path(scratch) / "england.xmile")
        return engines.by_simlin(path, method, england.published_names())


def refuse_disagreement(england: England, run: engines.Loop, draws: cs.Draws) -> None:
    """Stop where a level that pysimlin computes is not what caresim's Euler gives."""
    names = england.published_names()
    theirs = np.stack(run(draws), axis=2)
    ours = cs.run(england, draws=draws, method="euler", outputs=names, from_figures=False)
    for i, name in enumerate(names):
        if name not in ours.levels:
            continue  # a flow is summed over the year here and read on its last day there
        worst = float(np.abs(theirs[:, i] / ours.values(name) - 1).max())
        if not worst <= AGREEMENT:
            message = f"pysimlin is {worst:.1e} off in {name}: no time is worth having"
            raise SystemExit(message)
