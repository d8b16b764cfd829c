"""Names that were others once. An old one goes on working, and says so, for two minor releases."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["RENAMED", "Renamed", "current"]

PACKAGE = Path(__file__).parents[1]
FORMS = {  # how an old name is said, and a new one
    "name": ("caresim.{}", "caresim.{}"),
    "command": ("caresim {}", "caresim {}"),
    "target": ("target='{}'", "target='{}'"),
    "parameter": ("the parameter '{}'", "'{}'"),
}


@dataclass(frozen=True)
class Renamed:
    """An old name, the one it has now, and the release that no longer knows the old one.

    ``kind`` is ``"name"`` of the package, ``"command"`` of the command line, ``"target"`` of a run,
    ``"parameter"`` of a model, or ``"extra"`` of an installation, which can say nothing. Without a
    new name the thing is gone and the old one does nothing; where another number has taken its
    place, ``instead`` says how to come by that, and the old name is refused.
    """

    kind: str
    old: str
    new: str
    until: str
    instead: str = ""

    def __str__(self) -> str:
        forms, names = FORMS[self.kind], (self.old, self.new)
        old, new = (form.format(name) for form, name in zip(forms, names, strict=True))
        if self.instead:
            return f"{old} is gone: {self.instead}"
        if not self.new:
            return f"{old} is gone and changes nothing; take it out before caresim {self.until}"
        return f"{old} is now called {new}; the old name goes with caresim {self.until}"


RENAMED = (
    Renamed("name", "check", "check_step", "0.3"),
    Renamed("command", "doctor", "check-step", "0.3"),
    Renamed("target", "floats", "python", "0.3"),
    Renamed("target", "numpy", "python", "0.3"),
    Renamed("extra", "fast", "", "0.3"),  # llvmlite is no extra any more
)


def current(kind: str, name: str, rows: Iterable[Renamed] = RENAMED) -> str:
    """Return the name that something has now; warn with FutureWarning where that is another."""
    for row in rows:
        if (row.kind, row.old) == (kind, name):
            warnings.warn(str(row), FutureWarning, stacklevel=_levels())
            return row.new
    return name


def _levels() -> int:
    """Return how many calls up the caller of the package is, whose line a warning then shows."""
    frame, levels = sys._getframe(1), 1  # noqa: SLF001  (what `warnings` does to find a line)
    while frame.f_back is not None and PACKAGE in Path(frame.f_code.co_filename).parents:
        frame, levels = frame.f_back, levels + 1
    return levels
