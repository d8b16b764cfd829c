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
    Aim("10,000 runs, NumPy, one thread", "caresim, NumPy/10000", 3.5, "× C"),
    Aim("10,000 runs, compiled, one thread", "caresim, compiled/10000", 2, "× C"),
    Aim("10,000 runs, compiled, two threads", "caresim, compiled, all cores/10000", 1.2, "× C"),
    Aim("1,000 runs, the quicker target", "caresim/1000", 2.5, "× C"),
    Aim("32 runs, the quicker target", "caresim/32", 5, "× C"),
    Aim("One run, floats", "caresim, floats/1 s", 4e-3),
    Aim("One run, compiled, prepared", "caresim, compiled, prepared/1 s", 0.3e-3),
    Aim("1,000 runs: times quicker than pysimlin, RK4", "pysimlin, rk4", 50, "×", at_least=True),
    Aim("1,000 runs: times quicker than PySD, Euler", "PySD, euler", 700, "×", at_least=True),
    Aim("Least squares, without compiling", "fit, plain", 0.6),
    Aim("Least squares, compiled", "fit, compiled", 0.06),
    Aim("emcee, 64 walkers × 1,000 steps", "emcee", 6),
    Aim("Compiling, nothing on disk", "compile, cold", 4),
    Aim("Compiling, code on disk", "compile, cached", 0.5),
    Aim("Memory of 10,000 runs beyond their results", "memory, reference", 60 * MIB, "MiB"),
    Aim("Memory of England, 10,000 runs, with results", "memory, england", 300 * MB, "MB"),
)


def shown(value: float, unit: str) -> str:
    """Return a number with its unit: seconds in a unit that suits, bytes in MiB or MB."""
    if unit == "s":
        return timing.shown(value)
    if unit in {"MiB", "MB"}:
        return f"{value / (MIB if unit == 'MiB' else MB):,.0f} {unit}"
    return f"{timing.times(value)} {unit}"


def table(found: Mapping[str, float]) -> str:
    """Return the aims beside what was measured."""
    return timing.table(("Aim", "Limit", "Measured", "Met"), [aim.row(found) for aim in AIMS])
