"""Refuses a run that memory cannot hold, before it begins."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from caresim.language.errors import RunError

__all__ = ["available_memory", "refuse_if_too_large"]

NUMBER = 8  # bytes of a stored number
UNLIMITED = 1 << 60  # version 1 of control groups writes "no limit" as a number beyond this
THOUSAND = 1000
SMALL = 1 << 24  # bytes that are not worth asking the system for
UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
# Where a group keeps its limit, its use, and the part of its use that is given back when asked
GROUP_FILES = {
    2: ("memory.max", "memory.current", "inactive_file"),
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


def refuse_if_too_large(
    n_runs: int,
    n_moments: int,
    n_levels: int,
    n_rates: int,
    working: int = 0,
    *,
    available: int | None = None,
) -> None:
    """Refuse a run whose results and working space exceed the memory that is free.

    ``n_moments`` counts the saved moments, the start included; ``working`` and ``available`` are in
    bytes, and ``available`` is asked of the system when it is not given. Where the system does not
    say, nothing is refused.

    Raises RunError with what is needed, what there is, and how to need less.
    """
    stored = NUMBER * n_runs * (n_moments * n_levels + max(n_moments - 1, 0) * n_rates)
    needed = stored + working
    if available is None and needed < SMALL:
        return
    free = available_memory() if available is None else available
    if free is None or needed <= free:
        return
    message = (
        f"{n_runs:,} run{'s' * (n_runs != 1)} of {n_levels + n_rates:,} stored quantities at "
        f"{n_moments:,} moments need {_size(needed)} of memory, and {_size(free)} are free: store "
        "less with outputs=[…] or every='year', or take fewer draws"
    )
    raise RunError(message)


def available_memory() -> int | None:
    """Return the bytes that a program may still use, or None where the system does not say."""
    if sys.platform == "win32":
        return _of_windows()
    known = [*_of_linux(Path("/proc/meminfo")), *_of_groups(Path("/proc/self/cgroup"))]
    return min(known) if known else _of_machine()


def _size(count: float) -> str:
    power = 0
    while count >= THOUSAND and power < len(UNITS) - 1:
        count, power = count / THOUSAND, power + 1
    return f"{count:,.{1 if power and count < THOUSAND / 10 else 0}f} {UNITS[power]}"


def _of_linux(path: Path) -> list[int]:
    """Return what the kernel counts as available: free, or given back when asked."""
    for line in _text(path).splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return [1024 * int(rest.split()[0])]
    return []


def _of_groups(path: Path, mounted: Path = Path("/sys/fs/cgroup")) -> list[int]:
    """Return what the limits of a container or a batch job leave, its parents' limits included."""
    left = []
    for line in _text(path).splitlines():
        _, controllers, own = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root, version = (mounted / "memory", 1) if controllers else (mounted, 2)
        folder = root / own.lstrip("/")
        # inside a container the path is the host's and may not exist here; the root then counts
        for place in (folder, *folder.parents):
            left += _of_group(place, version)
            if place == root:
                break
    return left


def _of_group(folder: Path, version: int) -> list[int]:
    limit_file, use_file, given_back = GROUP_FILES[version]
    limit, use = (_text(folder / name).strip() for name in (limit_file, use_file))
    if not limit.isdigit() or not use.isdigit() or int(limit) >= UNLIMITED:
        return []
    counts = (line.split() for line in _text(folder / "memory.stat").splitlines())
    cached = next((int(value) for name, value in counts if name == given_back), 0)
    return [max(int(limit) - int(use) + cached, 0)]


def _of_machine() -> int | None:
    """Return all memory of the machine, as macOS tells no program what is free."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _of_windows() -> int | None:
    import ctypes

    if sys.platform != "win32":
        return None
    # MEMORYSTATUSEX: two 32-bit numbers, then seven of 64 bits; the second of these is what is free
    status = (ctypes.c_uint64 * 8)()
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    asked = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status[2]) if asked else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
