"""How many files the engine has: an aim is that a newcomer finds the way."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import timing

ENGINE = Path(__file__).parent.parent / "caresim" / "engine"
PAGE = """\
Files of `caresim/engine`, without those that only say what a folder is.

{table}
"""


def section(found: dict[str, float]) -> str:
    """Count files and lines by folder and return a section of the page."""
    files, lines = Counter[str](), Counter[str]()
    for path in ENGINE.rglob("*.py"):
        if path.name != "__init__.py":
            folder = path.parent.relative_to(ENGINE.parent).as_posix()
            files[folder] += 1
            lines[folder] += len(path.read_text(encoding="utf-8").splitlines())
    found["engine files"] = files.total()
    rows = [(f"`{name}`", f"{files[name]}", f"{lines[name]:,}") for name in sorted(files)]
    whole = ("all", f"{files.total()}", f"{lines.total():,}")
    return PAGE.format(table=timing.table(("", "Files", "Lines"), [*rows, whole]))
