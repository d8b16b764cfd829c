"""Names that were others once. An old one goes on working, and says so, for two minor releases."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

__all__ = ["RENAMED", "Renamed", "current"]


@dataclass(frozen=True)
class Renamed:
    """An old name, the one it has now, and the release that no longer knows the old one.

    ``kind`` is ``"name"`` of the package, ``"command"`` of the command line, ``"target"`` of a run,
    or ``"extra"`` of an installation, which can say nothing.
    """

    kind: str
    old: str
    new: str
    until: str

    def __str__(self) -> str:
        form = {"name": "caresim.{}", "command": "caresim {}", "target": "target='{}'"}[self.kind]
        old, new = (form.format(name) for name in (self.old, self.new))
        return f"{old} is now called {new}; the old name goes with caresim {self.until}"


RENAMED = (
    Renamed("name", "check", "check_step", "0.3"),
    Renamed("command", "doctor", "check-step", "0.3"),
    Renamed("target", "floats", "python", "0.3"),
    Renamed("target", "numpy", "python", "0.3"),
    Renamed("extra", "fast", "", "0.3"),  # llvmlite is no extra any more
)


def current(kind: str, name: str) -> str:
    """Return the name that something has now; warn with FutureWarning where that is another."""
    for row in RENAMED:
        if (row.kind, row.old) == (kind, name):
            warnings.warn(str(row), FutureWarning, stacklevel=3)
            return row.new
    return name
