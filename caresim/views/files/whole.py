"""Writes a folder of results whole or not at all; takes away only what caresim itself wrote."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from caresim.language.errors import CaresimError
from caresim.language.files import as_bytes
from caresim.version import __version__
from caresim.views.files.claim import Place

__all__ = ["FIGURES", "write_all"]

FIGURES = "figures"
WRITER = "caresim"
SHOWN = 3  # names in a sentence
MOST_BYTES = 20_000_000  # of a record: what is larger is none of ours
LONGEST = 40  # letters of a folder's name that another one is named after
Data = Mapping[str, bytes]


def write_all(
    files: Mapping[str, str | bytes], place: Place, record: str, told: Mapping[str, object]
) -> list[Path]:
    """Stage everything within the claimed folder, then move each file into place.

    ``record`` is the file that holds what is ``told``, and lists all files with their digests. Of
    what an earlier record lists, the files that are not written now and are as they were written
    then go. A file that was changed, or is not caresim's, is kept; a warning says so.

    Raises CaresimError when something cannot be written; it says where the files are instead.
    """
    data = {name: as_bytes(content) for name, content in files.items()}
    data[record] = _record(data, record, told)
    folder = place.folder
    try:
        kept = _placed(data, place, record)
    except OSError as fault:
        message = f"{folder} cannot be written to: {fault.strerror}{_rescued(data, folder)}"
        raise CaresimError(message) from None
    except CaresimError as fault:
        message = f"{fault}{_rescued(data, folder)}"
        raise CaresimError(message) from None
    if kept:
        more = f" and {len(kept) - SHOWN} more" if len(kept) > SHOWN else ""
        said = f"{', '.join(kept[:SHOWN])}{more}"
        message = f"{folder} keeps what was changed since, or is not of caresim: {said}"
        warnings.warn(message, stacklevel=2)
    return [folder / name for name in data]


def _placed(data: Data, place: Place, record: str) -> list[str]:
    """Stage files, move them into place, and return what is said of those that are kept."""
    folder, staged = place.folder, place.stage
    for name, content in data.items():
        if "/" in name:  # not the stage itself, which is there unless the claim was deleted
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
        (staged / name).write_bytes(content)
    _check_targets(folder, list(data))
    listed, ours = _listed(folder / record)
    kept = []
    for name, content in data.items():
        if name == record:  # the last: until then the one before it tells what is there
            kept += _remove_stale(folder, {k: v for k, v in listed.items() if k not in data})
        found = _digest(folder / name, folder)
        known = (found,) if ours and name == record else (listed.get(name), _sha(content))
        if os.path.lexists(folder / name) and (found is None or found not in known):
            kept.append(_put_aside(folder, name))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged / name, folder / name)  # noqa: PTH105  (atomic on one disk)
    return kept


def _put_aside(folder: Path, name: str) -> str:
    """Give a file that is in the way another name, and return how a sentence says so."""
    path, count = folder / name, 1
    while os.path.lexists(other := path.with_name(f"{path.stem}.kept{count}{path.suffix}")):
        count += 1
    path.rename(other)
    return f"{name} as {other.name}"


def _rescued(data: Data, folder: Path) -> str:
    """Write files to a new folder wherever that can be done, and return how a sentence ends."""
    name = folder.absolute().name[:LONGEST] or "results"
    places: list[Callable[[], str | Path]] = [
        lambda: folder.absolute().parent,
        Path.cwd,
        Path.home,
        tempfile.gettempdir,
    ]
    for place in places:
        with suppress(OSError, RuntimeError):
            return f"; the results are in {_written_anew(data, name, place())} instead"
    return ""


def _written_anew(data: Data, name: str, parent: str | Path) -> Path:
    there = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=parent))
    try:
        for file, content in data.items():
            (there / file).parent.mkdir(parents=True, exist_ok=True)
            (there / file).write_bytes(content)
    except BaseException:
        shutil.rmtree(there, ignore_errors=True)
        raise
    return there


def _record(data: Data, name: str, told: Mapping[str, object]) -> bytes:
    listed = {
        "written_by": f"{WRITER} {__version__}",
        **told,
        "files": [*data, name],
        "digests": {file: _sha(content) for file, content in data.items()},
    }
    return as_bytes(json.dumps(listed, indent=1, ensure_ascii=False) + "\n")


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


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


def _remove_stale(folder: Path, listed: Mapping[str, str]) -> list[str]:
    """Remove files of an earlier run that nobody has changed, and return the others."""
    kept = []
    for name, digest in listed.items():
        found = _digest(folder / name, folder)
        if found == digest:
            (folder / name).unlink(missing_ok=True)
        elif found:
            kept.append(name)
    return kept


def _listed(record: Path) -> tuple[dict[str, str], bool]:
    """Return the digests in a record, by name of a file in its folder, and if caresim wrote it."""
    try:
        if record.is_symlink() or not record.is_file() or record.stat().st_size > MOST_BYTES:
            return {}, False
        found = json.loads(record.read_text(encoding="utf-8"))
        ours = str(found["written_by"]).startswith(f"{WRITER} ")
        digests = {name: text for name, text in found["digests"].items() if _is_inside(name)}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}, False
    return (digests if ours else {}), ours


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
