"""Halves the step of a run that a stock cannot bear, and says so.

An outflow that is a share of its stock empties it in no time that a fine step resolves; a step that
is too long takes more than there is. What one run of an ensemble needs all of it is given, so that
they stay comparable. A stock that falls below zero at any step is a fault of the equations, and the
error says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import MOST_STEPS, Clock
from caresim.engine.notices import Notice
from caresim.engine.paths import Shift
from caresim.engine.prepare import Prepared
from caresim.engine.record import BelowZero, Record
from caresim.language.model import Model

__all__ = ["record_halving"]

Columns = Mapping[str, NDArray[np.float64]]
Prepare = Callable[[Clock], Prepared]
HALVINGS = 5  # to a thirty-second of the step that was asked for


def record_halving(
    model: Model,
    clock: Clock,
    shifts: Sequence[Shift],
    columns: Columns,
    n_runs: int,
    **how: Any,
) -> tuple[Prepared, Record, str, list[Notice]]:
    """Return the runs at the first halving of the step that all of them bear, and what to say.

    ``how`` is what :class:`Prepared` takes besides. Raises RunError as it does, for a stock that
    falls below zero in the words of the step that was asked for.
    """

    def prepared(at: Clock) -> Prepared:
        return Prepared(model, at, shifts, columns, **how)

    first: BelowZero | None = None
    ready = prepared(clock)
    while True:
        try:
            record, target = ready.record(columns, n_runs)
        except BelowZero as fault:
            first = first or fault
            finer = None if clock.fixed else _borne(prepared, ready.clock, columns, fault)
            if finer is None:
                raise first from None
            ready = finer
        else:
            return ready, record, target, _said(model, ready, first) if first else []


def _borne(prepared: Prepare, clock: Clock, columns: Columns, fault: BelowZero) -> Prepared | None:
    """Return the run at the first halving that the one at fault bears alone, None if none."""
    one = {name: values[[fault.run]] for name, values in columns.items()}
    while clock.parts < 2**HALVINGS and clock.taken_per_year < MOST_STEPS:
        clock = clock.halved()
        ready = prepared(clock)
        try:
            ready.record(one, 1)
        except BelowZero:
            continue
        return ready
    return None


def _said(model: Model, ready: Prepared, fault: BelowZero) -> list[Notice]:
    clock = ready.clock
    label = model.variable(fault.stock).label
    text = (
        f"{clock.steps_per_year} a year are steps too long for the stock '{label}', which would "
        f"come to {fault.level:,.6g} on {fault.day.day} {fault.day:%B %Y}: each step of the run is "
        f"taken in {clock.parts} parts, {clock.taken_per_year} a year"
    )
    return [Notice("step", fault.stock, text)]
