"""Claims a folder for results before they are made, so that no two runs write into one.

A claim is a directory in the folder, which every system makes for one asker only. The results are
staged in it, on the disk that they are meant for, and it goes when they are in place or given up.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from caresim.language.errors import CaresimError

__all__ = ["Place", "check_free", "claimed"]

CLAIM = ".caresim-writing"
OWNER = "owner.json"
TRIES = 5  # another run that ends may take the folder away between two steps of a claim


@dataclass(frozen=True)
class Place:
    """A folder that is claimed, and the directory in it where files are staged."""

    folder: Path
    stage: Path


def check_free(folder: Path, *, overwrite: bool, unfinished: str = "") -> None:
    """Refuse a folder that holds anything, unless overwriting is asked for.

    ``unfinished`` names the one thing that a run which was stopped may have left to go on from.
    """
    if folder.exists() and not folder.is_dir():
        message = f"{folder} is a file; name a folder for the results"
        raise CaresimError(message)
    if overwrite or not folder.is_dir():
        return
    names = {path.name for path in folder.iterdir()} - {unfinished}
    if any(not name.startswith(CLAIM) for name in names):
        message = f"{folder} already holds files; choose another folder or add --overwrite"
        raise CaresimError(message)


@contextmanager
def claimed(
    folder: Path | Place, *, overwrite: bool = False, unfinished: str = ""
) -> Iterator[Place]:
    """Claim a folder while its results are made; a place that is claimed already stays so.

    What was made for the claim goes afterwards, the folder too where nothing came into it. Raises
    CaresimError for a folder that holds anything but what is ``unfinished``, unless ``overwrite``
    is set, for one that another run is writing to, and for one that cannot be written to.
    """
    if isinstance(folder, Place):
        yield folder
        return
    check_free(folder, overwrite=overwrite, unfinished=unfinished)
    made: list[Path] = []
    owner = {"host": _host(), "process": os.getpid(), "token": secrets.token_hex(8)}
    stage = folder / CLAIM
    try:
        _claim(folder, owner, made)
        check_free(
            folder, overwrite=overwrite, unfinished=unfinished
        )  # another run may have ended just before
        yield Place(folder, stage / str(owner["token"]))
    finally:
        if _owner(stage) == owner:
            shutil.rmtree(stage, ignore_errors=True)
        for path in reversed(made):
            with suppress(OSError):  # as it should be where results are in it
                path.rmdir()


def _claim(folder: Path, owner: Mapping[str, object], made: list[Path]) -> None:
    stage = folder / CLAIM
    for _ in range(TRIES):
        try:
            _make(folder, made)
            stage.mkdir()
            _sign(stage, owner)
        except FileExistsError:
            if not folder.is_dir():
                break
            _take_over(folder, stage)
        except FileNotFoundError:
            continue
        except OSError as fault:
            message = f"{folder} cannot be written to: {fault.strerror}"
            raise CaresimError(message) from None
        else:
            return
    message = f"{folder} cannot be claimed for the results; choose another folder"
    raise CaresimError(message)


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, and note which of them are new."""
    for path in (*reversed(folder.parents), folder):
        if not path.is_dir():
            with suppress(FileExistsError):
                path.mkdir()
                made.append(path)


def _sign(stage: Path, owner: Mapping[str, object]) -> None:
    """Write whose a claim is, or let it go; the folder of its own for files is never another's."""
    try:
        (stage / OWNER).write_text(json.dumps(owner), encoding="utf-8")
        (stage / str(owner["token"])).mkdir()
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise


def _take_over(folder: Path, stage: Path) -> None:
    """Remove the claim of a process that has ended; refuse any other."""
    found = _owner(stage)
    process, host = found.get("process"), found.get("host")
    if host != _host() or not isinstance(process, int):
        where = f" on {host}" if host else ""
        message = (
            f"another run{where} is writing to {folder}, or was stopped there; "
            f"if none runs any more, delete {stage}"
        )
        raise CaresimError(message)
    if _runs(process):
        message = (
            f"another run is writing to {folder} (process {process}); wait for its end or choose "
            "another folder"
        )
        raise CaresimError(message)
    away = folder / f"{CLAIM}-{secrets.token_hex(8)}"
    with suppress(OSError):  # somebody else was quicker, and the next try will tell
        stage.rename(away)
        if _owner(away) == found:
            shutil.rmtree(away, ignore_errors=True)
        else:  # a claim that was made in the meantime
            away.rename(stage)


def _owner(stage: Path) -> dict[str, object]:
    """Return whose a claim is, nothing where that cannot be known."""
    try:
        found = json.loads((stage / OWNER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _host() -> str:
    """Name this computer, and the container where process numbers are a container's own."""
    try:
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return platform.node()
    return f"{platform.node()} {space}"


def _runs(process: int) -> bool:
    """Return whether a process of this computer runs, True where it cannot be known."""
    if os.name != "posix" or process <= 0:
        return True  # on Windows the call below would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
