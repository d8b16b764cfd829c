"""Every engine that runs the reference model here, and how near they come to the loop by hand."""

from __future__ import annotations

import contextlib
import ctypes
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import by_hand
import c_kernel
import numba_loop
import numpy as np
import reference_model as reference
import vensim

import caresim as cs
from caresim.language.errors import RunError

Values = reference.Values
Run = Callable[[cs.Draws], Any]
Loop = Callable[[cs.Draws], list[Values]]  # one run after the other

CORES = os.cpu_count() or 1
AGREEMENT = 1e-9  # how near each engine must come to the loop by hand, as a share
YEARS = np.arange(reference.FIRST, reference.LAST + 1)

ALL_CORES, PREPARED = ", all cores", ", prepared"
# How caresim runs a model: what each row of a table asks for
WAYS = {
    "caresim, Python": "python",
    "caresim, compiled": "compiled",
    f"caresim, compiled{PREPARED}": "compiled",
    f"caresim, compiled{ALL_CORES}": "compiled",
}


@dataclass(frozen=True)
class Engine:
    """One way to run the reference model: ``run`` is timed, ``values`` reads its results."""

    name: str
    run: Run
    method: str = "rk4"
    values: Callable[[Any], Values] = np.asarray  # (32, 11, runs), or without the start
    most: int = 10_000  # the largest batch worth its time

    def difference(self, n_runs: int = 5) -> float:
        """Return the largest relative difference from the loop by hand, over all that is saved."""
        chosen = reference.draws(n_runs)
        right = by_hand.by_numpy(reference.matrix(chosen), self.method)
        values = self.values(self.run(chosen))
        return float(np.abs(values / right[-len(values) :] - 1).max())


class Engines:
    """The engines that work here, by name; ``missing`` says in a line each why others do not."""

    def __init__(self) -> None:
        self.here: dict[str, Engine] = {}
        self.missing: list[str] = []

    def add(self, name: str, make: Callable[[], Engine]) -> None:
        """Add an engine that runs the model; note why if it cannot, stop if it is wrong."""
        try:
            engine = make()
            difference = engine.difference()
        except (ImportError, RunError, TypeError, c_kernel.NoCompilerError) as fault:
            self.missing.append(f"{name} is not here: {fault}".splitlines()[0])
            return
        if not difference <= AGREEMENT:
            message = f"{name} is {difference:.1e} off the loop by hand: no time is worth having"
            raise SystemExit(message)
        self.here[name] = engine

    def on_one_thread(self) -> dict[str, Engine]:
        """Return the engines that keep to one thread, those of machine code where there are any."""
        alone = {name: e for name, e in self.here.items() if not name.endswith(ALL_CORES)}
        return {name: e for name, e in alone.items() if WAYS.get(name) == "compiled"} or alone


def kernels() -> Engines:
    """Return what computes the model without a framework: C, Numba and NumPy."""
    found = Engines()
    found.add("C, one thread", lambda: _on_matrix("C, one thread", c_kernel.run))
    every = f"C{ALL_CORES}"
    found.add(every, lambda: _on_matrix(every, lambda params: c_kernel.run(params, CORES)))
    found.add("Numba, one by one", lambda: _on_matrix("Numba, one by one", numba_loop.compiled()))
    found.add("NumPy by hand", lambda: _on_matrix("NumPy by hand", by_hand.by_numpy))
    return found


def targets(method: str = "rk4") -> Engines:
    """Return the ways of caresim; what this caresim does not have is missing."""
    found = Engines()
    for name in WAYS:
        found.add(name, partial(_caresim, name, method))
    return found


def peers() -> Engines:
    """Return PySD and pysimlin, which run the Vensim file one set of parameters at a time."""
    found = Engines()
    found.add("PySD, euler", _pysd)
    for method in ("euler", "rk4"):
        found.add(f"pysimlin, {method}", partial(_simlin, method))
    return found


@contextlib.contextmanager
def one_processor() -> Iterator[None]:
    """Hold this thread to the processor it is on, so that caresim starts no others.

    Raises RunError on a system that cannot.
    """
    if not hasattr(os, "sched_setaffinity"):
        message = "this system cannot hold a process to one processor"
        raise RunError(message)
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {ctypes.CDLL(None).sched_getcpu()})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _on_matrix(name: str, function: Callable[[Values], Values]) -> Engine:
    return Engine(name, lambda chosen: function(reference.matrix(chosen)))


def _caresim(name: str, method: str) -> Engine:
    target = WAYS[name]
    if name.endswith(PREPARED):
        return Engine(name, _on_one_processor(reference.prepared(target, method)), method)
    run: Run = partial(reference.by_caresim, method=method, target=target)
    if target == "compiled" and not name.endswith(ALL_CORES):  # Python starts no threads
        run = _on_one_processor(run)
    return Engine(name, run, method, reference.stacked)


def _on_one_processor(run: Run) -> Run:
    def held(chosen: cs.Draws) -> Any:
        with one_processor():
            return run(chosen)

    return held


def _pysd() -> Engine:
    import pysd  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory() as scratch:
        model = pysd.read_vensim(str(_model_file(scratch)))

    def run(chosen: cs.Draws) -> list[Values]:
        return [
            model.run(
                params=dict(zip(chosen.columns, column, strict=True)),
                return_columns=list(vensim.SERIES),
                return_timestamps=YEARS,
            )[list(vensim.SERIES)].to_numpy()
            for column in reference.matrix(chosen).T.tolist()
        ]

    return Engine("PySD", run, "euler", _side_by_side, most=20)


def _simlin(method: str) -> Engine:
    with tempfile.TemporaryDirectory() as scratch:
        run = by_simlin(_model_file(scratch), method, vensim.SERIES)
    return Engine("pysimlin", run, method, _side_by_side, most=1_000)


def by_simlin(path: Path, method: str, series: Iterable[str]) -> Loop:
    """Return a function from draws to what pysimlin saves of a model file each year, a run each.

    One simulation is reset for each set of parameters, the quickest way that pysimlin has. Raises
    ImportError without pysimlin.
    """
    import simlin

    model = simlin.load(path)
    if model.project is not None:
        model.project.set_sim_specs(method=method, save_step=1.0)
    simulation, wanted = model.simulate(), list(series)

    def one(names: Iterable[str], values: Iterable[float]) -> Values:
        simulation.reset()
        for name, value in zip(names, values, strict=True):
            simulation.set_value(name, value)
        simulation.run_to_end()
        return np.array([simulation.get_series(name) for name in wanted]).T

    def run(chosen: cs.Draws) -> list[Values]:
        names, rows = list(chosen.columns), np.array([*chosen.columns.values()]).T.tolist()
        return [one(names, row) for row in rows]

    return run


def _model_file(folder: str) -> Path:
    path = Path(folder) / "reference.mdl"
    path.write_text(vensim.text(), encoding="utf-8")
    return path


def _side_by_side(runs: list[Values]) -> Values:
    return np.stack(runs, axis=2)
