"""What scenarios move: shown where what is asked for first stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from caresim.engine.run import Run
from caresim.study.arguments import names_of
from caresim.views.series.lines import gap

__all__ = ["LEAST", "chosen", "drawn_pair", "instead", "moved_by", "moved_most"]

LEAST = 1e-3  # of its level in any year; what a quantity moves by less is no answer
PANELS = 4
Bands = Mapping[str, Run]


def chosen(runs: Sequence[Run], bands: Bands, names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the quantities of a figure: those asked for, or the caseload panels of the model.

    Where scenarios move none of those it is what they move most. Raises RunError unless all runs
    store those that are asked for, and for none.
    """
    if names is None:
        return _caseloads(runs, bands)
    wanted = names_of(names, "names", runs[0].model.example_name(), "quantities")
    for run in runs:
        for name in wanted:
            run.yearly(name)
    return tuple(dict.fromkeys(wanted))


def instead(run: Run, names: Sequence[str]) -> str:
    """Return a note on panels that stand in place of the caseloads, which no scenario moves."""
    usual = run.model.caseload_names()
    if set(usual) & set(names):
        return ""
    label = run.model.variable(usual[-1]).label
    return (
        f"No scenario changes what is drawn otherwise, such as '{label}', by {100 * LEAST:g} %; "
        "these change most."
    )


def _caseloads(runs: Sequence[Run], bands: Bands) -> tuple[str, ...]:
    first = runs[0].model.caseload_names()
    if len(runs) == 1 or any(moved_by(runs, bands, name) >= LEAST for name in first):
        return first
    return moved_most(runs, bands, PANELS) or first


def moved_most(runs: Sequence[Run], bands: Bands, most: int) -> tuple[str, ...]:
    """Return the published quantities, money apart, that scenarios move most, at most so many."""
    base = runs[0]
    stored = [n for n in base.model.published_names() if all(n in run.outputs for run in runs)]
    kinds = {name: base.model.variable(name).unit for name in stored}
    found = {n: moved_by(runs, bands, n) for n in stored if not kinds[n].power_of("GBP")}
    ranked = sorted(found, key=found.__getitem__, reverse=True)
    return tuple(name for name in ranked if found[name] >= LEAST)[:most]


def moved_by(runs: Sequence[Run], bands: Bands, name: str) -> float:
    """Return by how much of its level scenarios move a quantity, in the year that they do most.

    It is the most of any scenario, and of a scenario the mean over its draws, by size.
    """
    base = runs[0]
    pairs = (drawn_pair(base, run, bands, name) for run in runs[1:])
    return max((_moved(*pair, name) for pair in pairs), default=0.0)


def drawn_pair(base: Run, run: Run, bands: Bands, name: str) -> tuple[Run, Run]:
    """Return the draws of two runs, where both have some that hold a quantity, or the runs."""
    pair = bands.get(base.name), bands.get(run.name)
    if pair[0] is None or pair[1] is None or any(name not in one.outputs for one in pair if one):
        return base, run
    return pair[0], pair[1]


def _moved(base: Run, run: Run, name: str) -> float:
    between = gap(base, run, name)
    levels = base.yearly(name)[between.years - base.clock.first_year - 1]
    changes, sizes = (np.abs(values).mean(axis=1) for values in (between.values, levels))
    # of nothing any change is a whole one
    return float(np.divide(changes, sizes, out=np.sign(changes), where=sizes > 0).max())
