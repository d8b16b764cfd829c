"""The aims that caresim set itself, and whether what was measured meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import timing

MIB, MB = 2**20, 1e6


@dataclass(frozen=True)
class Aim:
    """A measured number, under ``key``, that should stay at or below a limit (or above it)."""

    text: str
    key: str
    limit: float
    unit: str = "s"
    at_least: bool = False

    def row(self, found: Mapping[str, float]) -> timing.Row:
        """Return aim, limit, what was measured, and yes or no."""
        sign = "≥" if self.at_least else "≤"
        limit = f"{sign} {shown(self.limit, self.unit)}"
        if self.key not in found:
            return self.text, limit, "not measured", "–"
        value = found[self.key]
        met = value >= self.limit if self.at_least else value <= self.limit
        return self.text, limit, shown(value, self.unit), "yes" if met else "**no**"


AIMS = (
    Aim("10,000 runs, compiled, one thread", "caresim, compiled/10000", 1.1, "× C"),
    Aim("10,000 runs, compiled, two threads", "caresim, compiled, all cores/10000", 1.2, "× C"),
    Aim("1,000 runs, compiled, one thread", "caresim, compiled/1000", 2.5, "× C"),
    Aim("32 runs, compiled, one thread", "caresim, compiled/32", 5, "× C"),
    Aim("One run, compiled, prepared", "caresim, compiled, prepared/1 s", 0.3e-3),
    Aim("1,000 runs: times quicker than pysimlin, RK4", "pysimlin, rk4", 50, "×", at_least=True),
    Aim("1,000 runs: times quicker than PySD, Euler", "PySD, euler", 700, "×", at_least=True),
    Aim("England, 1,000 runs: times quicker than pysimlin on its export, one core each",
        "export, rk4 beside euler", 50, "×", at_least=True),
    Aim("England, 10,000 draws, beside the last release", "release", 3, "× its time"),
    Aim("The same for each stock", "release, a stock", 1, "× its time"),
    Aim("England, first run of a process, code on disk", "first run", 0.25),
    Aim("England, second run", "second run", 4e-3),
    Aim("Least squares, compiled", "fit, compiled", 0.06),
    Aim("emcee, 64 walkers × 1,000 steps", "emcee", 6),
    Aim("Compiling, nothing on disk", "compile, cold", 4),
    Aim("Compiling, code on disk", "compile, cached", 0.5),
    Aim("Memory of 10,000 runs beyond their results", "memory, reference", 60 * MIB, "MiB"),
    Aim("Memory of England, 10,000 runs, with results", "memory, england", 300 * MB, "MB"),
    Aim("Files of the engine", "engine files", 24, "files"),
)  # fmt: skip
GONE = """\
Three aims went with what they spoke of: 10,000 runs in NumPy (≤ 3.5 × C; 7.1 at last), one run on
floats (≤ 4 ms; 4.7 ms) and least squares without compiling (≤ 0.6 s; 0.31 s). The tuned ways that
they held are gone. Generated Python is there to be read, to explain faults and to run where no
machine code can be had; nothing is tuned for it, so no time of it is an aim.
"""


def shown(value: float, unit: str) -> str:
    """Return a number to three figures with its unit, seconds in a unit that suits."""
    if unit == "s":
        factor, unit = timing.unit_of(value)
        value *= factor
    elif unit in {"MiB", "MB"}:
        value /= MIB if unit == "MiB" else MB
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def table(found: Mapping[str, float], *, all_of_them: bool = True) -> str:
    """Return the aims, or those for which something was measured, beside what was measured."""
    rows = [aim.row(found) for aim in AIMS if all_of_them or aim.key in found]
    return timing.table(("Aim", "Limit", "Measured", "Met"), rows)
