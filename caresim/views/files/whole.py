"""Writes a folder of results whole or not at all; takes away only what caresim itself wrote."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from caresim.language.errors import CaresimError
from caresim.version import __version__
from caresim.views.files.claim import Place

__all__ = ["FIGURES", "write_all"]

FIGURES = "figures"
WRITER = "caresim"


def write_all(
    files: Mapping[str, str | bytes], place: Place, record: str, told: Mapping[str, object]
) -> list[Path]:
    """Stage everything within the claimed folder, then move each file into place.

    ``record`` is the file that holds what is ``told``, and lists all files with their digests. Of
    what an earlier record lists, the files that are not written now and are as they were written
    then go. Raises CaresimError when something cannot be written.
    """
    data = {k: v if isinstance(v, bytes) else v.encode("utf-8") for k, v in files.items()}
    data[record] = _record(data, record, told)
    folder, staged = place.folder, place.stage
    try:
        for name, content in data.items():
            if "/" in name:  # not the stage itself, which is there unless the claim was deleted
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).write_bytes(content)
        _check_targets(folder, list(data))
        for name in data:
            if name == record:  # the last: until then the one before it tells what is there
                _remove_stale(folder, record, set(data))
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged / name, folder / name)  # noqa: PTH105  (atomic on one disk)
    except OSError as fault:
        message = f"{folder} cannot be written to: {fault.strerror}"
        raise CaresimError(message) from None
    return [folder / name for name in data]


def _record(data: Mapping[str, bytes], name: str, told: Mapping[str, object]) -> bytes:
    listed = {
        "written_by": f"{WRITER} {__version__}",
        **told,
        "files": [*data, name],
        "digests": {file: hashlib.sha256(content).hexdigest() for file, content in data.items()},
    }
    return (json.dumps(listed, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _check_targets(folder: Path, names: list[str]) -> None:
    """Refuse what would lead out of the folder, or cannot be replaced, before a file is moved."""
    for path in dict.fromkeys(path for name in names for path in _folders(folder, name)):
        if path.is_symlink():
            message = f"{path} is a link to another place; take it away or choose another folder"
            raise CaresimError(message)
    for path in (folder / name for name in names):
        if path.is_dir() and not path.is_symlink():
            message = f"{path} is a folder where a file is to be written; take it away"
            raise CaresimError(message)


def _remove_stale(folder: Path, record: str, new: set[str]) -> None:
    """Remove the files of an earlier run that are not written anew and that nobody has changed."""
    for name, digest in _listed(folder / record).items():
        if name not in new and _digest(folder / name, folder) == digest:
            (folder / name).unlink(missing_ok=True)


def _listed(record: Path) -> dict[str, str]:
    """Return the digests in a record that caresim wrote, by name of a file in its folder."""
    try:
        found = {} if record.is_symlink() else json.loads(record.read_text(encoding="utf-8"))
        if not str(found["written_by"]).startswith(f"{WRITER} "):
            return {}
        return {name: text for name, text in found["digests"].items() if _is_inside(name)}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _is_inside(name: str) -> bool:
    """Return True for a plain name, also below plain folders."""
    parts = name.split("/")
    plain = all(Path(part).name == part and part not in ("", "..") for part in parts)
    return plain and "\0" not in name


def _folders(folder: Path, name: str) -> list[Path]:
    """Return the folders between a folder and a file below it."""
    parents = (folder / name).parents
    return [path for path in parents if path != folder and folder in path.parents]


def _digest(path: Path, folder: Path) -> str | None:
    """Return the digest of a file, None for what is no file of the folder itself."""
    below = _folders(folder, path.relative_to(folder).as_posix())
    if any(place.is_symlink() for place in (path, *below)) or not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
