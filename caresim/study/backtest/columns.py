"""The columns of a backtest as text and back: plain arrays, which take no table library to read."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.csv_rows import Row, csv_kind, read_table

__all__ = ["column", "columns_text", "read_columns", "to_six_figures"]

TEXTS = ("given", "origin", "series", "year")
FILE = csv_kind("a CSV file of a backtest")
COUNTS = ("horizon", "figures", "first_published", "parameters", "converged", "draws", "tried",
          "disturbed")  # fmt: skip
FIGURES = ".6g"  # to which numbers are held and written


def column(head: str, cells: Sequence[Any]) -> NDArray[Any]:
    """Return cells as an array: texts, whole numbers, or floats with NaN for what is empty."""
    if head in TEXTS:
        return np.array([str(cell) for cell in cells])
    numbers = np.array([float(cell) if cell != "" else np.nan for cell in cells])
    return numbers.astype(int) if head in COUNTS else numbers


def read_columns(path: Path, needed: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Read the columns of a CSV file; raise CaresimError where it lacks one or cannot be read."""
    table = read_table(path, needed, kind=FILE)
    rows = []
    for row in table:
        with table.faults.kept():
            rows.append([_cell(row, head) for head in table.columns])
    table.faults.tell()
    cells = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    return {head: column(head, of) for head, of in zip(table.columns, cells, strict=True)}


def _cell(row: Row, head: str) -> str | float:
    """Return a text or a number, NaN where there is none; degrees of freedom may have no end."""
    if head in TEXTS:
        return row[head]
    if row[head] == "inf":
        return np.inf
    number = row.needed(head) if head in COUNTS else row.number(head)
    return np.nan if number is None else number


def columns_text(columns: Mapping[str, NDArray[Any]]) -> str:
    """Return columns as CSV, numbers to six figures, empty where there is none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*(cells.tolist() for cells in columns.values()), strict=True):
        writer.writerow([_shown(cell) for cell in row])
    return stream.getvalue()


def to_six_figures(cells: NDArray[Any]) -> NDArray[Any]:
    """Return numbers as a file holds them, so that pages made of either are the same."""
    if cells.dtype != float:
        return cells
    return np.array([float(format(cell, FIGURES)) for cell in cells.tolist()])


def _shown(cell: Any) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return "" if np.isnan(cell) else format(cell, FIGURES)
