"""Rows of the CSV files that people edit, read strictly: nothing is lost without a word."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from caresim.language.errors import CaresimError

__all__ = ["read_rows"]


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each row that is not empty and its cells by column.

    Every row stands on a line of its own. Raises CaresimError that names file and row, or the
    column of ``needed`` that is missing; OSError where the file cannot be opened.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        rows = _rows(path.name, stream)
        _, heading = next(rows, (1, []))
        if missing := [column for column in needed if column not in heading]:
            message = f"{path.name}: the column '{missing[0]}' is missing"
            raise CaresimError(message)
        for number, row in rows:
            yield number, _cells(path.name, number, heading, row)


def _rows(file: str, stream: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row that is not empty.

    A quote that is left open would take the rows below it for a part of its cell, so that a row
    has to end on the line on which it begins.
    """
    reader = csv.reader(stream, strict=True)
    before = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as fault:
            message = f"{file}, row {before + 1}: a quote is left open or misplaced ({fault})"
            raise CaresimError(f"{message}; close it, or write it twice inside a cell") from None
        if row is None:
            return
        number, before = before + 1, reader.line_num
        if reader.line_num > number:
            message = (
                f"{file}, row {number}: a quote opens here and closes on line {reader.line_num}: "
                "the rows between would be lost; close it, and put each cell on one line"
            )
            raise CaresimError(message)
        if row:
            yield number, row


def _cells(file: str, number: int, heading: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Return the cells of a row by column."""
    if len(row) != len(heading):
        message = (
            f"{file}, row {number}: {len(row)} cells below a heading of {len(heading)}; a text "
            "with a comma needs quotes around it, and an empty cell its comma"
        )
        raise CaresimError(message)
    return dict(zip(heading, row, strict=True))
