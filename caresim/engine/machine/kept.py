"""Machine code kept on disk: run only where nobody but this user can have put it there.

The digest at the head of a file covers what the code was made of and the code itself, so a file
under another's name is no use. Folder and file belong to the user, nobody else may write to them or
exchange a folder above them, and no link is followed; where that is not so, each process compiles
for itself and keeps nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
from pathlib import Path

from caresim.language.errors import CaresimError
from caresim.language.files import write_whole

__all__ = ["read", "write"]

DIGEST_BYTES = 32
MOST_KEPT = 400  # files; the oldest go first
MOST_BYTES = 100_000_000  # of a file: what is larger is none of ours
LEFT = 3_600  # seconds after which a file that is not whole yet was left by a process that died
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
# as far as the system has them; not to wait is for a pipe that stands in a file's place
READING = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
    READING |= getattr(os, _flag, 0)


def read(path: Path, made_of: str) -> bytes | None:
    """Return kept code, None where there is none, where it is not whole or not to be trusted."""
    try:
        if not _is_safe(path.parent):
            return None
        with os.fdopen(os.open(path, READING), "rb") as file:
            found = os.fstat(file.fileno())
            kept = file.read() if _is_plain(found) and _is_ours(found) else b""
    except OSError:
        return None
    digest, code = kept[:DIGEST_BYTES], kept[DIGEST_BYTES:]
    return code if code and digest == _digest(made_of, code) else None


def write(path: Path, made_of: str, code: bytes) -> None:
    """Keep code for other processes; where that is not allowed each compiles for itself."""
    try:
        if not path.is_absolute():
            return
        for folder in (*reversed(path.parent.parents), path.parent):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
        if not _is_safe(path.parent):
            return
        write_whole({path: _digest(made_of, code) + code}, mode=0o600)
        _forget_oldest(path)
    except (OSError, CaresimError):
        return


def _digest(made_of: str, code: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(made_of.encode()).digest() + code).digest()


def _is_plain(found: os.stat_result) -> bool:
    """Return True for a file of a sensible size that has no second name elsewhere."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and found.st_size <= MOST_BYTES


def _is_safe(folder: Path) -> bool:
    """Return True for a folder, not a link to one, in which only this user may write."""
    if not folder.is_absolute():
        return False
    found = folder.lstat()
    above = {*folder.parents, *folder.resolve().parents}
    return stat.S_ISDIR(found.st_mode) and _is_ours(found) and all(map(_is_guarded, above))


def _is_guarded(place: Path) -> bool:
    """Return True for a folder, or a link to one, in which others cannot exchange what is ours."""
    if not hasattr(os, "geteuid"):
        return True
    found = place.lstat()
    is_open = found.st_mode & OTHERS_WRITE and not found.st_mode & stat.S_ISVTX
    return found.st_uid in (0, os.geteuid()) and (stat.S_ISLNK(found.st_mode) or not is_open)


def _is_ours(found: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True  # Windows, where a user's folders are private as they are made
    return found.st_uid == os.geteuid() and not found.st_mode & OTHERS_WRITE


def _forget_oldest(path: Path) -> None:
    kept = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda other: other.lstat().st_mtime)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)
    for stage in path.parent.glob(f".*{path.suffix}-*"):
        if stage.lstat().st_mtime < time.time() - LEFT:
            shutil.rmtree(stage, ignore_errors=True)
