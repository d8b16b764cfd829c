"""Columns of numbers, one for each run: from lists, ranges, arrays, and columns of pandas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.language.errors import CaresimError, RunError, came, trait
from caresim.language.kinds import real

__all__ = ["chance_of", "column_of"]

NUMBERS = "iuf"  # kinds of NumPy: neither flags, complex numbers, texts, dates nor times


def column_of(values: Any, name: str, error: type[CaresimError] = RunError) -> NDArray[np.float64]:
    """Return the values of a parameter, shape (runs,); one number alone is one run.

    Raises ``error`` for what is no column of finite numbers: a masked, complex or text array, a
    table, a column with a gap.
    """
    found = _numbers(values)
    if found is None:
        message = (
            f"the values of the parameter '{name}' are a number or a column of numbers, not "
            f"{came(values)}"
        )
        raise error(message)
    if found.ndim > 1:
        message = f"the draws of '{name}' need shape (runs,), not {found.shape}"
        raise error(message)
    column = found.reshape(-1)
    if not np.isfinite(column).all():
        run = int(np.argmin(np.isfinite(column)))
        which = f" in run {run}" if found.ndim else ""
        message = f"'{name}' is {column[run]}{which}: a parameter is a finite number"
        raise error(message)
    return column


def chance_of(values: Any, name: str, clock: Clock) -> NDArray[np.float64]:
    """Return how far a factor has come by chance, shape (years, runs); one column is one run.

    Raises RunError for what is none, or not a number for each financial year of the run.
    """
    found = _numbers(values)
    if found is not None and found.ndim == 1:
        found = found[:, None]
    if found is None or found.ndim != 2 or len(found) != clock.n_years:  # noqa: PLR2004
        shape = came(values) if found is None else f"shape {found.shape}"
        message = (
            f"how far '{name}' has come by chance needs shape (years, runs), with the "
            f"{clock.n_years} financial years of the run, not {shape}"
        )
        raise RunError(message)
    if not np.isfinite(found).all():
        message = f"'{name}' has come to no finite number by chance"
        raise RunError(message)
    return np.ascontiguousarray(found)


def _numbers(values: Any) -> NDArray[np.float64] | None:
    """Return an array of numbers, None where there is anything else."""
    mask = trait(values, "mask")  # not by the class, whose module costs time to load
    has_gaps = isinstance(mask, np.ndarray | np.bool_) and bool(np.any(mask))
    if has_gaps or isinstance(values, str | bytes | Mapping | set | frozenset):
        return None
    if trait(trait(values, "dtype"), "na_value") is not None:  # pandas' own kinds
        values = values.astype(object)
    try:
        found = np.asarray(values)
    except Exception:  # noqa: BLE001  (rows of several lengths, and what anybody's object raises)
        return None
    if found.dtype.kind in NUMBERS:
        return np.asarray(found, dtype=float)
    numbers = [real(item) for item in found.flat] if found.dtype.kind == "O" else [None]
    if None in numbers:
        return None
    return np.array(numbers, dtype=float).reshape(found.shape)
