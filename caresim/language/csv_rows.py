"""Tables of CSV files, as people have them: read strictly, so that nothing is lost without a word.

Columns may be parted by commas, semicolons, tabs or bars; what parts them is what the headings
need. Headings may have capitals and blanks. Rows of empty cells, columns of empty cells without a
heading, and lines that begin with ``#`` are passed over; any other row has as many cells as there
are headings and stands on a line of its own. `cells` says how numbers are read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from caresim.language.cells import THOUSANDS, is_absent, number_of, parted_by_commas, plain_numbers
from caresim.language.errors import CaresimError, did_you_mean, shown
from caresim.language.faults import Faults
from caresim.language.plain_text import hidden_in
from caresim.language.text_files import FileKind, text_of

__all__ = ["Row", "Table", "csv_kind", "read_heading", "read_table", "table_in"]

SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAVED = "in Excel, save it as CSV UTF-8"
_HINT = re.compile(r'"?sep=([,;|\t])"?[\s,;|]*')  # what Excel writes above the headings
_FORMULA = re.compile(r"^'('*[=+\-@\t#])")  # as a text of ours that looks like one is kept
Lines = list[tuple[int, str]]


def csv_kind(said: str, error: type[CaresimError] = CaresimError) -> FileKind:
    """Return what a CSV file of some kind is to be."""
    return FileKind(said, "csv", error=error, save_as=SAVED, foreign=True)


@dataclass(frozen=True)
class Row:
    """The cells of one row by column, without blanks around them."""

    table: Table
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def get(self, column: str) -> str:
        """Return a cell, empty where the table lacks the column."""
        return self.cells.get(column, "")

    def fault(self, column: str, what: object) -> CaresimError:
        """Return an error that names file, row and column."""
        at = f"{self.table.file}, row {self.line}, column '{column}'"
        return self.table.faults.error(f"{at}: {what}")

    def number(self, column: str) -> float | None:
        """Return a cell as a number, None for an empty one and for a sign that there is none."""
        text = self.get(column)
        if not text or is_absent(text):
            return None
        try:
            return number_of(text, comma=self.table.comma)
        except ValueError as fault:
            raise self.fault(column, fault) from None

    def needed(self, column: str) -> float:
        """Return a cell as a number; raise CaresimError where there is none."""
        number = self.number(column)
        if number is None:
            sign = f", only '{self[column]}'" if self[column] else ""
            raise self.fault(column, f"a number is needed, and there is none{sign}")
        return number


@dataclass(frozen=True)
class Table:
    """The rows of a file; ``faults`` are those of the rows that cannot be read.

    Whoever reads the rows adds what is wrong with their cells, and tells all at once.
    """

    file: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    sign: str
    faults: Faults

    def __iter__(self) -> Iterator[Row]:
        for line, cells in self.rows:
            yield Row(self, line, dict(zip(self.columns, cells, strict=True)))

    @cached_property
    def comma(self) -> str:
        """What a comma in a number parts: thousands, decimals, or unknown."""
        if self.sign == ",":
            return THOUSANDS
        return parted_by_commas(cell for _, cells in self.rows for cell in cells)

    def numbers(self) -> list[list[float]]:
        """Return the rows of a table of nothing but numbers; raise CaresimError for all faults."""
        found: list[list[float]] = []
        for row in self:
            quick = plain_numbers([*row.cells.values()]) if self.comma == THOUSANDS else None
            with self.faults.kept():
                found.append(quick or [row.needed(column) for column in self.columns])
        self.faults.tell()
        return found


def read_table(
    path: Path, needed: Sequence[str], known: Sequence[str] | None = None, *, kind: FileKind
) -> Table:
    """Return the table of a CSV file.

    Raises the kind's error for what is no such file, and that names the columns that are missing,
    stand twice or are not ``known`` (None for any).
    """
    return table_in(text_of(path, kind), path.name, needed, known, kind=kind)


def read_heading(path: Path, kind: FileKind) -> tuple[str, ...]:
    """Return the columns of a CSV file."""
    lines = _lines(text_of(path, kind))[:1]
    return _table(path.name, lines, (), None, kind).columns


def table_in(
    text: str,
    file: str,
    needed: Sequence[str],
    known: Sequence[str] | None = None,
    *,
    kind: FileKind,
) -> Table:
    """Return the table that a text is."""
    return _table(file, _lines(text), needed, known, kind)


def _table(
    file: str, lines: Lines, needed: Sequence[str], known: Sequence[str] | None, kind: FileKind
) -> Table:
    sign, lines = _sign(lines, needed)
    faults = Faults(file, kind.error)
    rows = _rows(file, lines, sign, faults)
    if not rows:
        faults.tell()
        raise kind.error(f"{file} holds no row, not even the headings")
    (_, heading), *rows = rows
    wanted = {*needed, *(known or ())}
    heads = [_heading(head, wanted) for head in heading]
    while heads and not heads[-1]:
        heads.pop()
    _check_heads(file, heads, needed, known, kind.error)
    kept = [place for place, head in enumerate(heads) if head]
    fit = [(line, _fitting(file, line, cells, heads, faults)) for line, cells in rows]
    columns = tuple(heads[place] for place in kept)
    cut = [(line, [cells[place] for place in kept]) for line, cells in fit if cells is not None]
    return Table(file, columns, cut, sign, faults)


def _lines(text: str) -> Lines:
    """Return the lines that may be rows, by their number."""
    every = enumerate(text.split("\n"), 1)
    return [(number, line) for number, line in every if line and not line.startswith("#")]


def _sign(lines: Lines, needed: Sequence[str]) -> tuple[str, Lines]:
    """Return what parts the columns: what Excel says, or what leaves the most headings needed."""
    if lines and (hint := _HINT.fullmatch(lines[0][1])):
        return hint[1], lines[1:]
    first = lines[0][1] if lines else ""
    wanted = set(needed)

    def told(sign: str) -> tuple[int, int]:
        heads = [_heading(head.strip().strip('"'), wanted) for head in first.split(sign)]
        return len(wanted & set(heads)), len(heads)

    return max(SIGNS, key=told), lines


def _heading(text: str, wanted: set[str]) -> str:
    """Return a heading as it is, or as the column that it means."""
    plain = re.sub(r"[\s_-]+", "_", text.casefold())
    return plain if plain in wanted else text


def _rows(file: str, lines: Lines, sign: str, faults: Faults) -> list[tuple[int, list[str]]]:
    """Return the cells of each row that is not empty, up to a quote that is left open.

    Such a quote would take the rows below it for a part of its cell, so that a row has to end on
    the line on which it begins.
    """
    texts = (line for _, line in lines)
    reader = csv.reader(texts, delimiter=sign, skipinitialspace=True, strict=True)
    found = []
    while reader.line_num < len(lines):
        before = reader.line_num
        number = lines[before][0]
        try:
            cells = [_meant(cell.strip()) for cell in next(reader)]
        except csv.Error as fault:
            faults.found.append(f"{file}, row {number}: {_broken(str(fault))}")
            break
        if reader.line_num > before + 1:
            faults.found.append(
                f"{file}, row {number}: a quote opens here and closes on line "
                f"{lines[reader.line_num - 1][0]}: the rows between would be lost; close it, and "
                "put each cell on one line"
            )
            break
        if hidden := hidden_in("".join(cells)):
            faults.found.append(f"{file}, row {number}: a cell holds {hidden}; take it out")
        elif any(cells):
            found.append((number, cells))
    return found


def _meant(cell: str) -> str:
    return _FORMULA.sub(r"\1", cell) if cell.startswith("'") else cell


def _broken(fault: str) -> str:
    if "field larger" in fault:
        return "a cell is longer than 131,072 letters; perhaps a quote is left open"
    advice = "close it, or write it twice inside a cell"
    return f"a quote is left open or misplaced ({fault}); {advice}"


def _check_heads(
    file: str,
    heads: Sequence[str],
    needed: Sequence[str],
    known: Sequence[str] | None,
    error: type[CaresimError],
) -> None:
    """Raise an error for headings that are missing, stand twice or are unknown."""
    faults = Faults(file, error)
    unknown = [h for h in heads if h and known is not None and h not in (*needed, *known)]
    missing = [column for column in (*needed, *(known or ())) if column not in heads]
    near = {head: did_you_mean(head, missing) for head in unknown}
    told = "".join(near.values())
    lacking = [f"'{c}'" for c in needed if c in missing and f"'{c}'" not in told]
    if lacking:
        others = f", and so {'are' if lacking[2:] else 'is'} " if lacking[1:] else ""
        message = f"{file}: the column {lacking[0]} is missing{others}{', '.join(lacking[1:])}"
        faults.found.append(message)
    for head in dict.fromkeys(heads):
        if head and heads.count(head) > 1:
            faults.found.append(f"{file}: the column {head!r} stands twice; take one of them out")
    for head in unknown:
        advice = near[head] or f"; the columns are {', '.join((*needed, *(known or ())))}"
        faults.found.append(f"{file}: unknown column {head!r}{advice}")
    if len(lacking) > len(needed) / 2:
        message = f"{file}: the column {lacking[0]} is missing; the first row is {shown(heads[0])}"
        raise error(f"{message}, and should hold {', '.join(needed)}")
    faults.tell()


def _fitting(
    file: str, line: int, cells: list[str], heads: Sequence[str], faults: Faults
) -> list[str] | None:
    """Return the cells below the headings, None for a row with too many of them or too few."""
    own, over = cells[: len(heads)], cells[len(heads) :]
    if len(own) < len(heads) or any(over):
        count = len(cells)
        faults.found.append(
            f"{file}, row {line}: {count} cells below a heading of {len(heads)}; a text "
            "with a comma needs quotes around it, and an empty cell its comma"
        )
        return None
    for place, head in enumerate(heads):
        if own[place] and not head:
            faults.found.append(f"{file}, row {line}: cell {place + 1} has no heading above it")
            return None
    return own
