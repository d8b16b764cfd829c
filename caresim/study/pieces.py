"""What is done of a long task, kept in a folder, so that one that is stopped goes on from it."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from caresim.language.errors import CaresimError
from caresim.language.files import write_whole
from caresim.language.fingerprints import fingerprint
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.text_files import FileKind, text_of
from caresim.version import __version__

__all__ = ["keep_piece", "key_of", "read_piece", "remove_pieces"]

PIECE = FileKind("a piece of a long task", "json")
OURS = "caresim_piece"
HEAD = f'{{"{OURS}": "'.encode()


def key_of(model: Model, observed: Observed, *more: object) -> str:
    """Return a digest of all that a piece depends on: version, model, numbers, figures, and more.

    What is given more is told apart by its ``repr``.
    """
    told = [__version__, fingerprint(type(model)), model.start]
    told += [repr(entry) for entry in model.parameters.values()]
    told += [repr(row) for row in observed.observations]
    told += [repr(sorted((model.starting or {}).items())), *map(repr, more)]
    return hashlib.sha256("\n".join(told).encode("utf-8", "backslashreplace")).hexdigest()


def read_piece(folder: Path | None, name: str, key: str) -> Any | None:
    """Return what was kept under a name, None where it is of anything else."""
    if folder is None or not _is_ours(folder / f"{name}.json"):
        return None
    try:
        kept = json.loads(text_of(folder / f"{name}.json", PIECE))
        return kept["value"] if kept[OURS] == key else None
    except (CaresimError, ValueError, LookupError, TypeError, RecursionError):
        return None


def keep_piece(folder: Path | None, name: str, key: str, value: Any) -> None:
    """Keep plain data, whole or not at all; where that cannot be the task goes on without."""
    if folder is not None:
        with suppress(CaresimError):
            write_whole({folder / f"{name}.json": json.dumps({OURS: key, "value": value})})


def remove_pieces(folder: Path) -> None:
    """Remove what was kept of a task that is complete, and the folder if nothing else is in it."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in folder.glob("*.json"):
        if _is_ours(path):
            path.unlink(missing_ok=True)
    for stage in folder.glob(".*.json-*"):  # of a process that was ended while it wrote
        shutil.rmtree(stage, ignore_errors=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(HEAD)) == HEAD
