"""Writes tables as CSV text, in which no cell is a formula to a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from caresim.language.plain_text import visible

__all__ = ["table_text"]

# A text that begins so is a formula to a spreadsheet, or a comment to a reader of tables; one sign
# alone, and a number, are not
_FORMULA = re.compile(r"'*[=+\-@\t\r#].", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|nan)", re.ASCII)


def table_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV.

    A text that a spreadsheet would take for a formula begins with an apostrophe, which our own
    reader takes away again; numbers are left as they are, and control characters are written out.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(_plain, header))
    writer.writerows(map(_plain, row) for row in rows)
    return stream.getvalue()


def _plain(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    text = visible(cell, lines=True).replace("\r", " ").replace("\n", " ")
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
