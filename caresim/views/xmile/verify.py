"""Runs an exported model in other engines and compares every stock with caresim's own Euler."""

from __future__ import annotations

import importlib
import math
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.run import Run
from caresim.language.dates import date_of
from caresim.language.errors import ExportError
from caresim.study.question import Question

__all__ = ["ENGINES", "TOLERANCE", "Agreement", "Verification", "verify"]

TOLERANCE = 1e-9  # relative; what is left between engines is rounding
EMPTY = 1e-6  # of the highest level of a stock
Column = NDArray[np.float64]  # a level at the start and at the end of each year
Levels = Callable[[Path, tuple[str, ...], Clock], Mapping[str, Column]]


@dataclass(frozen=True)
class Agreement:
    """The largest relative difference of one engine, and where it is."""

    engine: str
    version: str
    stocks: int
    largest: float
    stock: str
    year: int

    @property
    def holds(self) -> bool:
        """True when all stocks agree to rounding."""
        return self.largest <= TOLERANCE

    def __str__(self) -> str:
        verb = "agrees with" if self.holds else "DIFFERS FROM"
        day = date_of(float(self.year))
        return (
            f"{self.engine} {self.version} {verb} caresim's Euler on all {self.stocks} stocks: "
            f"largest relative difference {self.largest:.1e}, '{self.stock}' on "
            f"{day.day} {day:%B %Y}"
        )


@dataclass(frozen=True)
class Verification:
    """What other engines say of an exported file; ``units`` is None where none checked them."""

    agreements: tuple[Agreement, ...]
    missing: tuple[str, ...]
    units: tuple[str, ...] | None

    @property
    def holds(self) -> bool:
        """True when an engine ran, every one that did agrees, and no unit is in doubt."""
        agreed = [agreement.holds for agreement in self.agreements]
        return bool(agreed) and all(agreed) and not self.units

    def __str__(self) -> str:
        lines = [str(agreement) for agreement in self.agreements]
        lines += [f"{name} is not installed and was not asked" for name in self.missing]
        if not self.agreements:
            lines.append("nothing was verified: pip install pysd pysimlin")
        for text in ("clean",) if self.units == () else self.units or ():
            lines.append(f"simlin's unit check: {text}")
        return "\n".join(lines)


def verify(path: Path, asked: Question) -> Verification:
    """Run an exported file in each engine that is installed and compare every stock every year."""
    own = asked.run([stock.name or "" for stock in asked.model.stocks()])
    agreements, missing = [], []
    for label, (module, levels_of) in ENGINES.items():
        if find_spec(module) is None:
            missing.append(label)
        else:
            agreements.append(_compared(label, module, own, _asked(label, levels_of, path, own)))
    units = _unit_faults(path) if find_spec("simlin") else None
    return Verification(tuple(agreements), tuple(missing), units)


def _asked(label: str, levels_of: Levels, path: Path, own: Run) -> Mapping[str, Column]:
    """Return the levels of one engine; raise ExportError when it cannot run the file."""
    try:
        return levels_of(path, tuple(own.outputs), own.clock)
    except Exception as fault:  # engines raise what they like
        message = f"{label} could not run {path}: {' '.join(str(fault).split())}"
        raise ExportError(message) from fault


def _compared(label: str, module: str, own: Run, theirs: Mapping[str, Column]) -> Agreement:
    apart = np.array([_apart(own.values(name)[:, 0], levels) for name, levels in theirs.items()])
    stock, year = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return Agreement(
        engine=label,
        version=str(importlib.import_module(module).__version__),
        stocks=len(theirs),
        largest=float(apart[stock, year]),
        stock=list(theirs)[stock],
        year=own.clock.first_year + int(year),
    )


def _apart(ours: Column, theirs: Column) -> Column:
    """Return differences relative to our values; infinite where there is no number to compare.

    A level below a millionth of the stock's highest is measured against that millionth: what is
    left of an empty stock is rounding.
    """
    levels = np.abs(ours)
    size = np.maximum(levels, max(EMPTY * float(levels.max()), np.finfo(float).tiny))
    apart = np.where(ours == theirs, 0.0, np.abs(theirs - ours) / size)
    return np.where(np.isfinite(apart), apart, math.inf)


def _by_pysd(path: Path, names: tuple[str, ...], clock: Clock) -> Mapping[str, Column]:
    years = np.arange(clock.first_year, clock.last_year + 1)
    # PySD writes Python beside the file, with look-ups as NumPy prints them: to eight decimals
    with (
        tempfile.TemporaryDirectory() as folder,
        np.printoptions(floatmode="unique"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        pysd = importlib.import_module("pysd")
        copy = shutil.copy(path, Path(folder) / "exported.xmile")
        table = pysd.read_xmile(str(copy)).run(return_columns=list(names), return_timestamps=years)
    return {name: table[name].to_numpy(dtype=float) for name in names}


def _by_simlin(path: Path, names: tuple[str, ...], clock: Clock) -> Mapping[str, Column]:
    simlin = importlib.import_module("simlin")
    with simlin.Project.open(path, autosave=False, watch=False) as project:
        sim = project.main_model.simulate()
        sim.run_to_end()
        return {name: sim.get_series(name)[:: clock.steps_per_year] for name in names}


def _unit_faults(path: Path) -> tuple[str, ...]:
    """Return what simlin's unit check finds wrong."""
    simlin = importlib.import_module("simlin")
    errors = importlib.import_module("simlin.errors")
    with simlin.Project.open(path, autosave=False, watch=False) as project:
        found = [e for e in project.get_errors() if e.kind == errors.ErrorKind.UNITS]
    return tuple(f"{e.variable_name or 'the model'}: {e.details or e.message}" for e in found)


ENGINES: dict[str, tuple[str, Levels]] = {
    "PySD": ("pysd", _by_pysd),
    "simlin": ("simlin", _by_simlin),
}
