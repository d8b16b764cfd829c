"""Measures in a process of its own what needs one: ``python benchmarks/run_apart.py WHAT …``.

``memory MODEL TARGET RUNS`` prints the bytes that a batch takes, and ``twice MODEL TARGET RUNS``
the seconds of a first run, which compiles or loads, and of the same again. MODEL is ``reference``
or ``england``.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import reference_model as reference

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.england import England

Batch = Callable[[], cs.Run]


def england_batch(runs: int, target: str | None, until: int | None = None) -> Batch:
    """Return a job that runs England from posterior draws and stores the published outputs."""
    england = England()
    clock = Clock(int(england.start[:4]), until or int(england.until[:4]), 16)
    columns = cs.draws(england, runs, seed=1, given="posterior").columns
    names = england.published_names()
    return lambda: execute(england, clock, (), columns, outputs=names, target=target)


def reference_batch(runs: int, target: str | None) -> Batch:
    """Return a job that runs the reference model."""
    chosen = reference.draws(runs)
    return lambda: reference.by_caresim(chosen, target=target)


def memory(batch: Batch) -> dict[str, int]:
    """Return the bytes by which a run raises the peak, and those of its results."""
    before = peak(reset=True)
    run = batch()
    return {
        "all": peak() - before,
        "results": sum(a.nbytes for a in (*run.levels.values(), *run.sums.values())),
    }


def peak(*, reset: bool = False) -> int:
    """Return the largest memory of this process so far in bytes, or from here on."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, ru_maxrss takes over the peak of the process that started us
        if reset:  # or the imports' peak would hide what comes after
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        lines = status.read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def twice(batch: Batch) -> dict[str, float]:
    """Return the seconds of a first run and of the same again."""
    begin = time.perf_counter()
    batch()
    middle = time.perf_counter()
    batch()
    return {"first": middle - begin, "again": time.perf_counter() - middle}


if __name__ == "__main__":
    what, model, target, runs = sys.argv[1:]
    make = reference_batch if model == "reference" else partial(england_batch, until=2040)
    batch = make(int(runs), target)
    print(json.dumps({"memory": memory, "twice": twice}[what](batch)))
