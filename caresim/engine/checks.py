"""Says which checks of a model hold in a run, and which thresholds on stocks it passes."""

from __future__ import annotations

import datetime as dt

import numpy as np

from caresim.engine.notices import Notice
from caresim.engine.operations.listed import MOMENT, TIME
from caresim.engine.operations.program import SIDES
from caresim.engine.prepare import Prepared
from caresim.engine.record import Record
from caresim.language.dates import label_of

__all__ = ["checks_that_hold", "thresholds_passed"]

NEVER = np.inf


def checks_that_hold(prepared: Prepared, record: Record) -> list[Notice]:
    """Return a notice of each check that holds, with the first day and the number of runs.

    A check is seen where a step begins and where a result is saved: before what happens on that
    day, which matters at the end of a run alone.
    """
    notices = []
    for check in prepared.model.checks():
        name = check.name or ""
        saved, seen = record.levels[name] > 0, record.seen[name]
        ends = prepared.clock.steps_to_saves[saved.argmax(axis=0)]
        at_saves = np.where(saved.any(axis=0), ends, NEVER)
        holds = np.minimum(at_saves, seen) < NEVER
        if holds.any():
            day = _first_day(prepared, name, float(at_saves.min()), float(seen.min()))
            runs, count = len(holds), int(holds.sum())
            share = f", in {count:,} of {runs:,} runs" if runs > 1 else ""
            text = f"{check.label} (first on {day.day} {day:%B %Y}{share})"
            notices.append(Notice("bounds", name, text))
    return notices


def thresholds_passed(prepared: Prepared, record: Record) -> list[Notice]:
    """Return a notice of each quantity that jumps when a stock passes a level inside a step.

    The moment hangs on the run, so that no step of a grid that all runs share can end there.
    """
    notices: dict[str, Notice] = {}
    for threshold in prepared.program.thresholds:
        name = threshold.partition(" ")[0]
        passed = np.maximum(*(record.seen[f"{threshold}{word}"] for word in SIDES))
        if name not in notices and (passed < NEVER).any():
            clock, label = prepared.clock, prepared.model.variable(name).label
            day = label_of(clock.time(int(passed.min())))
            runs, count = len(passed), int((passed < NEVER).sum())
            share = f", in {count:,} of {runs:,} runs" if runs > 1 else ""
            text = (
                f"'{label}' switches as a stock passes a level (first by {day.day} {day:%B %Y}"
                f"{share}): it does so with a step, up to 1/{clock.taken_per_year} of a year early "
                "or late; more steps a year place it better"
            )
            notices[name] = Notice("threshold", name, text)
    return list(notices.values())


def _first_day(prepared: Prepared, name: str, saved: float, seen: float) -> dt.date:
    """Return the day that ends where a check was first seen, or begins where its reason does."""
    step = int(min(saved, seen))
    label = label_of(prepared.clock.time(step))
    is_midnight = label.time() == dt.time()
    begins = seen < saved and is_midnight and _is_of_the_day(prepared, name, step)
    return label.date() + dt.timedelta(days=int(begins))


def _is_of_the_day(prepared: Prepared, name: str, step: int) -> bool:
    """Return whether a check holds for what happens on the day that begins with a step.

    A stock is on the day what it was when the day before ended.
    """
    program = prepared.program
    place = program.step.wanted[-len(program.watched) :][program.watched.index(name)]
    if program.operations[place].kind in (TIME, MOMENT):
        return True
    grids = [grid for path in prepared.paths.values() for grid in (path.slope, path.level)]
    return step > 0 and any(grid[step, 0] != grid[step - 1, 2] for grid in grids)
