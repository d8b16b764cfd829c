"""The shipped model: ensembles in both ways, and a calibration."""

from __future__ import annotations

import math
from functools import partial

import timing
from run_apart import england_batch

import caresim as cs
from caresim.engine.prepare import available_targets
from caresim.england import England

COUNTS = (1, 100, 1_000, 10_000)
MOST_PYTHON = 1_000  # more tell nothing new
PAGE = """\
2009 to {last}: 16 Runge–Kutta steps a year, parameters drawn from the posterior, published outputs
stored once a year, on all processors. Machine code is the default wherever there can be any.

{ensembles}

Calibration, and draws after it:

{calibration}
"""


def section(repeats: int) -> str:
    """Time ensembles and a calibration and return a section of the page."""
    cells: dict[str, list[str]] = {target: [] for target in available_targets()}
    for count in COUNTS:
        chosen = [t for t in cells if t != "python" or count <= MOST_PYTHON]
        taken = timing.by_turns({t: england_batch(count, t) for t in chosen}, repeats)
        for target, row in cells.items():
            row.append(timing.shown(taken[target].seconds) if target in taken else "–")
    head = ("", *(f"{count:,} run{'s'[: count > 1]}" for count in COUNTS))
    return PAGE.format(
        last=England.until[:4],
        ensembles=timing.table(head, [(f"`{name}`", *row) for name, row in cells.items()]),
        calibration=timing.table(("What", "Time"), calibration(repeats)),
    )


def calibration(repeats: int) -> list[timing.Row]:
    """Time a fit from where it ends and from the centres of the priors, and draws after it."""
    england = England()
    fit = cs.calibrate(england, progress=False)
    centred = england.with_values(**prior_centres(england))
    jobs: dict[str, timing.Job] = {
        "Fit from the shipped values": partial(cs.calibrate, england, progress=False),
        "Fit from the centres of the priors": partial(cs.calibrate, centred, progress=False),
        "1,000 draws of the posterior": partial(fit.draws, 1_000, seed=1),
    }
    taken = timing.by_turns(jobs, repeats)
    return [(name, timing.shown(t.seconds)) for name, t in taken.items()]


def prior_centres(england: England) -> dict[str, float]:
    """Return the centre of each estimated parameter's prior, within its bounds."""
    centres = {}
    for name in england.parameters.estimated():
        entry = england.parameters[name]
        if entry.bounds is None or entry.prior is None:
            continue
        low, high = entry.bounds
        middle, _ = entry.prior.centre_and_width()
        value = math.exp(middle) if entry.prior.is_log else middle
        centres[name] = min(max(value, low), high)
    return centres
