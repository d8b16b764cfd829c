"""Halves the step of a run that a stock cannot bear, and says so.

An outflow that is a share of its stock empties it in no time that a fine step resolves; a step that
is too long takes more than there is, or lets the stock swing wider with each step. What one run of
an ensemble needs all of it is given, so that they stay comparable. A stock that falls below zero at
any step is a fault of the equations, and the error says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import MOST_STEPS, Clock
from caresim.engine.methods import METHODS
from caresim.engine.notices import Notice
from caresim.engine.paths import Shift
from caresim.engine.prepare import Prepared
from caresim.engine.record import BelowZero, Record
from caresim.engine.step_limits import is_unsafe
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
    notices: list[Notice] = []
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
            fast = _too_fast(record, ready.clock, how["method"])
            calm = fast and _calm(ready.clock, record.turnover[fast], how["method"])
            if not calm:
                notices = [_said(model, ready, first)] if first else notices
                return ready, record, target, notices
            ready = prepared(calm)
            notices = [_said_fast(model, ready, fast, record.turnover[fast])]


def _borne(prepared: Prepare, clock: Clock, columns: Columns, fault: BelowZero) -> Prepared | None:
    """Return the run at the first halving that the one at fault bears alone, None if none."""
    one = {name: values[..., [fault.run]] for name, values in columns.items()}
    while clock.parts < 2**HALVINGS and clock.taken_per_year < MOST_STEPS:
        clock = clock.halved()
        ready = prepared(clock)
        try:
            ready.record(one, 1)
        except BelowZero:
            continue
        return ready
    return None


def _too_fast(record: Record, clock: Clock, method: str) -> str:
    """Return the stock that is left faster than the method keeps stable, if any."""
    found = max(record.turnover, key=lambda name: record.turnover[name], default="")
    limit = METHODS[method].stability
    return found if found and record.turnover[found] * clock.step >= limit else ""


def _calm(clock: Clock, share: float, method: str) -> Clock | None:
    """Return the first halving at which a stock is not left too fast, None if none."""
    while not clock.fixed and clock.parts < 2**HALVINGS and clock.taken_per_year < MOST_STEPS:
        clock = clock.halved()
        if not is_unsafe(share, clock, method):
            return clock
    return None


def _said_fast(model: Model, ready: Prepared, stock: str, share: float) -> Notice:
    return _notice(model, ready, stock, f"turns over {share:,.6g} times a year")


def _said(model: Model, ready: Prepared, fault: BelowZero) -> Notice:
    came = f"would come to {fault.level:,.6g} on {fault.day.day} {fault.day:%B %Y}"
    return _notice(model, ready, fault.stock, came)


def _notice(model: Model, ready: Prepared, stock: str, why: str) -> Notice:
    clock = ready.clock
    label = model.variable(stock).label
    text = (
        f"{clock.steps_per_year} a year are steps too long for the stock '{label}', which {why}: "
        f"each step of the run is taken in {clock.parts} parts, {clock.taken_per_year} a year"
    )
    return Notice("step", stock, text)
