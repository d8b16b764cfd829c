"""One run on plain floats: the quick way, and where that finds a fault the careful way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caresim.engine.careful import record_carefully
from caresim.engine.quick import record_quickly
from caresim.engine.record import FaultyRun, Job, Record

__all__ = ["record_floats"]


def record_floats(job: Job, columns: Mapping[str, Any], run: int | None = None) -> Record:
    """Return the record of one run; ``columns`` holds floats, ``run`` is its number if of many.

    Raises RunError that names stock, date and run when a stock falls below zero or an equation has
    no value.
    """
    try:
        return record_quickly(job, columns)
    except (FaultyRun, ArithmeticError, ValueError, TypeError):
        # the careful way says what is at fault, or gets over it, as a huge number at a minimum
        return record_carefully(job, columns, run)
