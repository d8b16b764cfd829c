"""The reference model in both ways of caresim, beside code written by hand."""

from __future__ import annotations

from functools import partial

import engines
import reference_model as reference
import timing

BATCHES = (1, 32, 1_000, 10_000)
PAGE = """\
The reference model: ten stocks, 26 flows and auxiliaries, fifteen drawn parameters, three yearly
tables; 31 years of 16 Runge–Kutta steps, eleven series saved once a year. In each cell the time of
the batch, and the time of a run as a multiple of the C kernel's (see *Method*). Python computes one
run on floats and more on arrays over the runs; machine code is the default for any number.
"Prepared" leaves out what depends on the model and the scenario alone, as fits and samplers do.

{table}
"""


def section(repeats: int, found: dict[str, float], missing: list[str]) -> str:
    """Time each engine on each batch and return a section of the page."""
    here: dict[str, engines.Engine] = {}
    for group in (engines.kernels(), engines.targets()):
        here |= group.here
        missing += group.missing
    cells: dict[str, list[str]] = {name: [] for name in here}
    for runs in BATCHES:
        chosen = reference.draws(runs)
        jobs: dict[str, timing.Job] = {
            name: partial(engine.run, chosen)
            for name, engine in here.items()
            if runs <= engine.most
        }
        taken = timing.beside_c(jobs, runs, repeats)
        for name, row in cells.items():
            row.append(taken[name].cell() if name in taken else "–")
        _note(found, taken, runs)
    head = ("", *(f"{runs:,} run{'s'[: runs > 1]}" for runs in BATCHES))
    return PAGE.format(table=timing.table(head, [(name, *row) for name, row in cells.items()]))


def _note(found: dict[str, float], taken: dict[str, timing.Timing], runs: int) -> None:
    """Keep what the aims are held against."""
    found |= {f"{name}/{runs}": t.ratio for name, t in taken.items() if t.ratio is not None}
    found |= {f"{name}/{runs} s": t.seconds for name, t in taken.items()}
