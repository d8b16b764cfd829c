"""Names of files that every system takes, and that never meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["distinct", "slug", "stems"]

LONGEST = 60  # letters, so that with folder and ending a path is one everywhere
# what Windows keeps for itself, whatever the ending
DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}


def slug(name: str) -> str:
    """Return a file name for a scenario name: ``early_help_first``."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", plain)[:LONGEST].strip("_") or "scenario"


def stems(names: Iterable[str]) -> list[str]:
    """Return a file name for each scenario name; names that would meet get a number."""
    return distinct([slug(name) for name in names])


def distinct(names: Iterable[str]) -> list[str]:
    """Return plain names cut to a sensible length, no two alike on a disk that knows no capitals.

    Names that meet get their place in the list as a number, or the next one that is free.
    """
    cut = [name[:LONGEST] for name in names]
    low = [name.casefold() for name in cut]
    taken = {name for name in low if low.count(name) == 1} | DEVICES
    found = []
    for number, name in enumerate(cut, 1):
        one = name
        if low.count(name.casefold()) > 1 or name.casefold() in DEVICES:
            while (one := f"{name}_{number}").casefold() in taken:
                number += 1  # noqa: PLW2901
        taken.add(one.casefold())
        found.append(one)
    return found
