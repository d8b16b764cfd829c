"""The columns of a backtest as text and back: plain arrays, which take no table library to read."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import CaresimError

__all__ = ["column", "columns_text", "read_columns"]

TEXTS = ("given", "origin", "series", "year")
COUNTS = ("horizon", "figures", "first_published", "parameters", "converged", "draws", "tried")


def column(head: str, cells: Sequence[Any]) -> NDArray[Any]:
    """Return cells as an array: texts, whole numbers, or floats with NaN for what is empty."""
    if head in TEXTS:
        return np.array([str(cell) for cell in cells])
    numbers = np.array([float(cell) if cell != "" else np.nan for cell in cells])
    return numbers.astype(int) if head in COUNTS else numbers


def read_columns(path: Path, needed: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Read the columns of a CSV file; raise CaresimError where it lacks one or cannot be read."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            heads, *rows = csv.reader(stream, strict=True)
        cells = list(zip(*rows, strict=True)) or [()] * len(heads)
        if missing := [head for head in needed if head not in heads]:
            message = f"{path.name}: no backtest, the column '{missing[0]}' is missing"
            raise CaresimError(message)
        return {head: column(head, of) for head, of in zip(heads, cells, strict=True)}
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as fault:
        message = f"{path.name}: cannot be read as a backtest: {fault}"
        raise CaresimError(message) from None


def columns_text(columns: Mapping[str, NDArray[Any]]) -> str:
    """Return columns as CSV, numbers to six figures, empty where there is none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*(cells.tolist() for cells in columns.values()), strict=True):
        writer.writerow([_shown(cell) for cell in row])
    return stream.getvalue()


def _shown(cell: Any) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return "" if np.isnan(cell) else f"{cell:.6g}"
