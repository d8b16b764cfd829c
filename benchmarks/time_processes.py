"""Whole processes: the command line, compiling, and memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import timing

from caresim.engine.prepare import available_targets

ROOT = Path(__file__).parent.parent
CACHE_VARIABLE = "CARESIM_CACHE_DIR"  # where the engine keeps compiled code
MODELS = {"reference": "The reference model", "england": "England, published outputs"}
MANY = 10_000
PLAIN = """\
import time
import caresim as cs
from caresim.england import England
for _ in range(2):
    begin = time.perf_counter()
    cs.run(England())
    print(time.perf_counter() - begin)
"""
COMMANDS = """\
With the start of Python. The first line is a yardstick: nothing that uses NumPy can be quicker.
`run` draws two figures and takes 100 draws unless told otherwise.

{commands}
"""
COMPILING = """\
What the first run of a process takes above the same run again: with nothing on disk, and with the
code that an earlier process left there.

{compiling}

`cs.run(England())`, one run that stores every quantity, in new processes from when `caresim` and
`England` are imported, which loads NumPy as late as the first run.

{plain}
"""
MEMORY = """\
By how much {many:,} runs from 2009 to 2040, stored once a year, raise the peak of a new process
that has drawn the parameters; of that, the results; and the rest.

{memory}
"""


def commands(repeats: int) -> str:
    """Time the command line and return a section of the page."""
    run = ("-m", "caresim", "run", "scenarios/baseline.toml", "--overwrite", "--out")
    with tempfile.TemporaryDirectory() as scratch:
        out = f"{scratch}/results"
        lines = {
            'python -c "import numpy"': ("-c", "import numpy"),
            "caresim --help": ("-m", "caresim", "--help"),
            "caresim run scenarios/baseline.toml": (*run, out),
            "caresim run … --no-figures": (*run, out, "--no-figures"),
            "caresim run … --draws 0": (*run, out, "--draws", "0"),
            "caresim run … --draws 0 --no-figures": (*run, out, "--draws", "0", "--no-figures"),
        }
        jobs: dict[str, timing.Job] = {name: partial(start, line) for name, line in lines.items()}
        taken = timing.by_turns(jobs, repeats)
    yardstick = next(iter(taken.values())).seconds
    rows = [
        (f"`{name}`", timing.shown(t.seconds), timing.times(t.seconds / yardstick))
        for name, t in taken.items()
    ]
    return COMMANDS.format(commands=timing.table(("Command", "Time", "× the first"), rows))


def compiling(repeats: int, found: dict[str, float], missing: list[str]) -> str:
    """Time compiling in new processes and return a section of the page."""
    if "compiled" not in available_targets():
        missing.append("compiling is not measured: llvmlite is not here")
        return ""
    rows = []
    for model, name in MODELS.items():
        cold, cached = zip(*(_compile_twice(model) for _ in range(min(repeats, 5))), strict=True)
        times = statistics.median(cold), statistics.median(cached)
        if model == "reference":
            found |= {"compile, cold": times[0], "compile, cached": times[1]}
        rows.append((name, *map(timing.shown, times)))
    return COMPILING.format(
        compiling=timing.table(("", "Nothing on disk", "On disk"), rows),
        plain=_plain_runs(repeats, found),
    )


def _compile_twice(model: str) -> tuple[float, float]:
    """Return the seconds of compiling with an empty cache and with what that left in it."""
    with tempfile.TemporaryDirectory() as cache:
        seconds = []
        for _ in range(2):
            taken = measured("twice", model, "compiled", 1, {CACHE_VARIABLE: cache})
            seconds.append(taken["first"] - taken["again"])
    return seconds[0], seconds[1]


def _plain_runs(repeats: int, found: dict[str, float]) -> str:
    """Time the first and the second run of new processes that find their code on disk."""
    with tempfile.TemporaryDirectory() as cache:
        cold, _ = first_and_second(Path(cache))
        warm = [first_and_second(Path(cache)) for _ in range(repeats)]
    found["first run"], found["second run"] = map(statistics.median, zip(*warm, strict=True))
    times = (cold, found["first run"], found["second run"])
    head = ("", "First, nothing on disk", "First, code on disk", "Second")
    return timing.table(head, [("`cs.run(England())`", *map(timing.shown, times))])


def first_and_second(cache: Path) -> tuple[float, float]:
    """Return the seconds of the first and the second run of England in a new process."""
    first, second = map(float, start(("-c", PLAIN), {CACHE_VARIABLE: str(cache)}).split())
    return first, second


def memory(found: dict[str, float]) -> str:
    """Measure the memory of large batches in new processes and return a section of the page."""
    rows = []
    for model, name in MODELS.items():
        for target in available_targets():
            taken = measured("memory", model, target, MANY)
            working = taken["all"] - taken["results"]
            sizes = (taken["all"], taken["results"], working)
            rows.append((f"{name}, {target}", *(f"{size / 2**20:,.0f} MiB" for size in sizes)))
            key = f"memory, {model}"
            worst = working if model == "reference" else taken["all"]
            found[key] = max(found.get(key, 0), worst)
    return MEMORY.format(
        many=MANY, memory=timing.table(("", "Peak", "Results", "Working space"), rows)
    )


def measured(
    what: str, model: str, target: str, runs: int, variables: Mapping[str, str] | None = None
) -> dict[str, float]:
    """Return what ``run_apart.py`` prints in a process of its own."""
    script = str(Path(__file__).with_name("run_apart.py"))
    text = start((script, what, model, target, str(runs)), variables)
    return {key: float(value) for key, value in json.loads(text).items()}


def start(arguments: Iterable[str], variables: Mapping[str, str] | None = None) -> str:
    """Run Python with some arguments from the folder of the repository; raise when it fails."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    ours = {**os.environ, "PYTHONPATH": path, **(variables or {})}
    ours.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed keeps its byte code
    done = subprocess.run(  # noqa: S603  (the commands stand in these files)
        [sys.executable, *arguments],
        cwd=ROOT,
        env=ours,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"python {' '.join(arguments)} failed:\n{done.stderr}"
        raise RuntimeError(message)
    return done.stdout
