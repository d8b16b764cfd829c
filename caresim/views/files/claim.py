"""Claims a folder for results before they are made, so that no two runs write into one.

A claim is a directory in the folder, which every system makes for one asker only. The results are
staged in it, on the disk that they are meant for, and it goes when they are in place or given up.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from caresim.language.errors import CaresimError
from caresim.views.files.owner import Held, Owner, read_owner, sign

__all__ = ["Place", "check_free", "claimed", "claimed_file"]

CLAIM = ".caresim-writing"
TRIES = 20  # another run that ends may take the folder away between two steps of a claim
WAIT = 0.1  # seconds, for the workers of a run that was killed


@dataclass(frozen=True)
class Place:
    """A folder that is claimed, and the directory in it where files are staged."""

    folder: Path
    stage: Path


def check_free(folder: Path, *, overwrite: bool, unfinished: str = "") -> None:
    """Refuse a folder that holds anything, unless overwriting is asked for.

    ``unfinished`` names the one thing that a run which was stopped may have left to go on from.
    """
    try:
        if folder.exists() and not folder.is_dir():
            message = f"{folder} is a file; name a folder for the results"
            raise CaresimError(message)
        if folder.is_symlink() and not folder.exists():
            message = f"{folder} is a link that leads nowhere; name a folder for the results"
            raise CaresimError(message)
        found = [] if overwrite or not folder.is_dir() else list(folder.iterdir())
    except OSError as fault:
        message = f"{folder} cannot be used for the results: {fault.strerror}"
        raise CaresimError(message) from None
    names = {path.name for path in found} - {unfinished}
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
    with _claim(folder, CLAIM, folder) as place:
        # another run may have ended just before
        check_free(folder, overwrite=overwrite, unfinished=unfinished)
        try:
            yield place
        except BaseException as fault:
            if unfinished and (folder / unfinished).is_dir():
                kept = f"what is done is kept in {folder / unfinished}"
                fault.add_note(f"{kept}, and the same command goes on from there")
            raise


@contextmanager
def claimed_file(path: Path) -> Iterator[None]:
    """Claim the place of one file while it is made, as a folder is claimed.

    Raises CaresimError where another run is writing it, and where it cannot be written.
    """
    name = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    with _claim(path.parent, f"{CLAIM}-{name}", path):
        yield


@contextmanager
def _claim(folder: Path, name: str, what: Path) -> Iterator[Place]:
    """Hold a directory of this name in a folder for what is written."""
    made: list[Path] = []
    held: Held | None = None
    stage = folder / name
    try:
        held = _taken(folder, stage, what, made)
        yield Place(folder, stage / held.owner.mark)
    finally:
        if held is not None:
            if read_owner(stage) == held.owner:
                shutil.rmtree(stage, ignore_errors=True)
            held.release()
        for path in reversed(made):
            with suppress(OSError):  # as it should be where results are in it
                path.rmdir()


def _taken(folder: Path, stage: Path, what: Path, made: list[Path]) -> Held:
    for _ in range(TRIES):
        try:
            _make(folder, made)
            return _signed(stage)
        except FileNotFoundError:
            continue
        except ValueError:
            message = f"{str(what)!r} is no path: it has a sign that stands in none"
            raise CaresimError(message) from None
        except OSError as fault:
            if not os.path.lexists(stage):
                message = f"{what} cannot be written to: {fault.strerror}"
                raise CaresimError(message) from None
            _take_over(stage, what)
    left = f", or delete {stage} if no run is left" if os.path.lexists(stage) else ""
    message = f"{what} cannot be claimed for the results; choose another place{left}"
    raise CaresimError(message)


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, and note which of them are new."""
    for path in (*reversed(folder.parents), folder):
        if not path.is_dir():
            with suppress(FileExistsError):
                path.mkdir()
                made.append(path)


def _signed(stage: Path) -> Held:
    """Make a claim that says whose it is from its first moment; it fails where there is one."""
    owner = Owner.this()
    new = stage.with_name(f"{CLAIM}-{owner.mark}")
    new.mkdir()
    held = None
    try:
        held = sign(new, owner)
        (new / owner.mark).mkdir()
        new.rename(stage)  # not in the place of a directory that holds anything
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        if held is not None:
            held.release()
        raise
    return held


def _take_over(stage: Path, what: Path) -> None:
    """Remove the claim of a process that has ended; refuse any other."""
    found = read_owner(stage)
    state = found.state(stage)
    if state == "ending":
        time.sleep(WAIT)
        return
    if state == "running":
        message = (
            f"another run is writing to {what} (process {found.process}); wait for its end or "
            f"choose another place; if that process is none of caresim's, delete {stage}"
        )
        raise CaresimError(message)
    if state == "unknown":
        where = f" on {found.host}" if found.host else ""
        message = (
            f"another run{where} is writing to {what}, or was stopped there; "
            f"if none runs any more, delete {stage}"
        )
        raise CaresimError(message)
    away = stage.with_name(f"{CLAIM}-{secrets.token_hex(8)}")
    with suppress(OSError):  # somebody else was quicker, and the next try will tell
        stage.rename(away)
        if read_owner(away) == found:
            shutil.rmtree(away, ignore_errors=True)
        else:  # a claim that was made in the meantime
            away.rename(stage)
