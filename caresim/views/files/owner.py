"""Whose a claim is, and whether it still lives: the system lets a lock go with its process.

A number of a process alone would not tell: it is given to another one later, and in a container it
is often the same.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where a file that is open could not be moved
    fcntl = None  # type: ignore[assignment]

__all__ = ["OWNER", "Held", "Owner", "read_owner", "sign"]

OWNER = "owner.json"
MOST_BYTES = 10_000


@dataclass(frozen=True)
class Owner:
    """A process that holds a claim.

    ``kernel`` is a running system, ``host`` its name and, with a container, the container's;
    ``is_locked`` says that the claim's file is locked while the process lives.
    """

    host: str = ""
    kernel: str = ""
    process: int = 0
    mark: str = ""
    is_locked: bool = False

    @classmethod
    def this(cls) -> Owner:
        """Return this process, with a mark for one claim."""
        return cls(_host(), _kernel(), os.getpid(), secrets.token_hex(8), fcntl is not None)

    def state(self, stage: Path) -> str:
        """Return ``running``, ``ended``, ``ending`` (its workers are left), or ``unknown``."""
        is_here = self.host == _host()
        if self.is_locked:
            lock = _lock_of(stage / OWNER)
            if lock == "held":
                return "running" if not is_here or _runs(self.process) else "ending"
            if lock == "free" and (is_here or self.kernel == _kernel() != ""):
                return "ended"
        if not is_here or not self.process:
            return "unknown"
        return "running" if _runs(self.process) else "ended"


@dataclass(frozen=True)
class Held:
    """A claim that this process holds, with the file that is locked meanwhile."""

    owner: Owner
    lock: int | None

    def release(self) -> None:
        """Let others have it."""
        if self.lock is not None:
            os.close(self.lock)


def sign(stage: Path, owner: Owner) -> Held:
    """Write whose a claim is, and lock it where the system can."""
    number = os.open(stage / OWNER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        if owner.is_locked:
            owner = _locked(number, owner)
        with os.fdopen(os.dup(number), "w", encoding="utf-8") as file:
            json.dump(asdict(owner), file)
    except BaseException:
        os.close(number)
        raise
    if owner.is_locked:
        return Held(owner, number)
    os.close(number)
    return Held(owner, None)


def _locked(number: int, owner: Owner) -> Owner:
    """Lock a file; on a disk that has no locks, number and host of the process have to do."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return Owner(owner.host, owner.kernel, owner.process, owner.mark)
    return owner


def read_owner(stage: Path) -> Owner:
    """Return whose a claim is, nobody where that cannot be known."""
    path = stage / OWNER
    with suppress(OSError, ValueError, RecursionError, TypeError):
        if path.is_file() and path.stat().st_size < MOST_BYTES:
            found = Owner(**json.loads(path.read_text(encoding="utf-8")))
            if all(type(getattr(found, k)) is type(v) for k, v in asdict(Owner()).items()):
                return found
    return Owner()


def _lock_of(path: Path) -> str:
    """Return whether a file is locked: ``held``, ``free``, or nothing where it cannot be known."""
    if fcntl is None:
        return ""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return "held"
    except OSError:
        return ""
    return "free"


def _host() -> str:
    """Name this computer, and the container where process numbers are a container's own."""
    try:
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return platform.node()
    return f"{platform.node()} {space}"


def _kernel() -> str:
    """Name the running system, which containers share and which ends with a restart."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


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
