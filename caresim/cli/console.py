"""Outputs that never end a call: what cannot be shown is left out, and said at the end."""

from __future__ import annotations

import errno
import io
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

__all__ = ["Shown", "say", "say_lines", "say_written", "shown"]

READER_LEFT = (errno.EPIPE, errno.EINVAL)  # the second on Windows
WAIT = 0.01  # seconds, for a reader that is slow and does not block


def say(line: str, *, err: bool = False) -> None:
    """Print one line, in which nothing acts on the terminal, as a path or a name may hold."""
    from caresim.language.plain_text import visible

    typer.echo(visible(line), err=err)


def say_lines(text: str) -> None:
    """Print a text of several lines, in which nothing acts on the terminal."""
    from caresim.language.plain_text import visible

    typer.echo(visible(text, lines=True))


def say_written(paths: Iterable[Path]) -> None:
    """Print the files that were written, each on a line."""
    for path in paths:
        say(f"  {path}")


@dataclass
class Shown:
    """What became of the output."""

    out: _Enduring | None = None

    @property
    def fault(self) -> str:
        """Why something could not be shown; empty where all was, or the reader wanted no more."""
        fault = self.out.fault if self.out else None
        if fault is None or fault.errno in READER_LEFT:
            return ""
        return fault.strerror or str(fault)


class _Enduring(io.RawIOBase):
    """A stream that takes all that is written; from the first fault on it keeps nothing."""

    def __init__(self, sink: Any) -> None:
        self.sink, self.fault = sink, None  # type: tuple[Any, OSError | None]

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self.sink.isatty())

    def fileno(self) -> int:
        return int(self.sink.fileno())

    def write(self, data: Any) -> int:
        left = memoryview(data).cast("B")
        while left and self.fault is None:
            try:
                done = self.sink.write(left) or 0
            except OSError as fault:
                self.fault = fault
            else:
                left = left[done:]
                time.sleep(0 if done else WAIT)
        return len(data)


@contextmanager
def shown() -> Iterator[Shown]:
    """Print a question mark for a letter that the output lacks, and go on where there is none.

    What is tried here: the letters of one region in a file on Windows, ``| head``, a full disk, an
    output that is closed.
    """
    before = sys.stdout, sys.stderr
    _fill_gaps()
    found = Shown()
    sys.stdout, found.out = _enduring(sys.stdout, "replace")
    sys.stderr, _ = _enduring(sys.stderr, "backslashreplace")
    try:
        yield found
    finally:
        sys.stdout, sys.stderr = before


def _fill_gaps() -> None:
    """Let no file of ours come to stand where an output was closed."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004  (in, out and err)
        continue
    os.close(number)


def _enduring(stream: Any, errors: str) -> tuple[Any, _Enduring | None]:
    if stream is None:
        return io.StringIO(), None
    if type(stream) is not io.TextIOWrapper:  # as a notebook or a test may have it
        return stream, None
    stream.flush()
    sink = _Enduring(getattr(stream.buffer, "raw", stream.buffer))
    text = io.TextIOWrapper(sink, stream.encoding, errors, write_through=True)  # type: ignore[type-var]
    return text, sink
