"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from caresim.language.errors import CaresimError

__all__ = ["as_bytes", "write_whole"]

LONGEST = 40  # letters of a file's name that its stage is named after


def as_bytes(content: str | bytes) -> bytes:
    """Return what stands in a file: UTF-8, with a code for half a letter, as a path may have."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


def write_whole(files: Mapping[Path, str | bytes], *, mode: int | None = None) -> None:
    """Write files by their paths, and the folders above them; what is there is replaced.

    All are staged beside their places before the first one moves there, so that a full disk or a
    stop leaves no half file. ``mode`` are the rights of the files where the system has them.

    Raises CaresimError when something cannot be written.
    """
    place = Path()
    try:
        with ExitStack() as stages:
            staged: dict[Path, Path] = {}
            for place, content in files.items():
                staged[place] = _staged(stages, place)
                if mode is not None:
                    staged[place].touch(mode=mode)
                staged[place].write_bytes(as_bytes(content))
            for place, file in staged.items():
                os.replace(file, place)  # noqa: PTH105  (atomic on one disk)
    except OSError as fault:
        message = f"{place} cannot be written: {fault.strerror}"
        raise CaresimError(message) from None


def _staged(stages: ExitStack, place: Path) -> Path:
    """Return where a file waits until all are written, on the disk that it is meant for."""
    place.parent.mkdir(parents=True, exist_ok=True)
    stage = tempfile.TemporaryDirectory(prefix=f".{place.name[:LONGEST]}-", dir=place.parent)
    return Path(stages.enter_context(stage)) / place.name
