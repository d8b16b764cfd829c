"""Time caresim and write benchmarks/RESULTS.md: ``python benchmarks/run.py``.

Takes a few minutes. Jobs that are compared take turns, so that a busy spell of the machine falls on
all of them; times are medians.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import reference_model as reference

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import MOST_FLOAT_RUNS, execute
from caresim.england import England

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "RESULTS.md"
COUNTS = (1, 8, 32, 100, 1_000, 10_000)
AGREEMENT = 1e-9  # how near the reference model must come to the loop by hand
UNITS = ((1, "s"), (1e3, "ms"), (1e6, "µs"))
WORDS = {1: "one core", 2: "two cores", 4: "four cores", 8: "eight cores", 16: "sixteen cores"}
Job = Callable[[], object]


def medians(jobs: dict[str, Job], repeats: int) -> dict[str, float]:
    """Return the median seconds of each job; the jobs take turns, after one turn to warm up."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(repeats + 1):
        for name, job in jobs.items():
            begin = time.perf_counter()
            job()
            if turn:
                times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(taken) for name, taken in times.items()}


def repeats_for(runs: int, repeats: int) -> int:
    """Return fewer repeats for large ensembles, which vary less."""
    return max(3, repeats // (1 + runs // 500))


def england_runs(repeats: int) -> list[tuple[str, ...]]:
    """Time ensembles as a user runs them, storing the published outputs."""
    england = England()
    published = england.published_names()
    rows = []
    for count in COUNTS:
        chosen = cs.draws(england, count, seed=1, given="posterior")
        job = {"": lambda chosen=chosen: cs.run(england, draws=chosen, outputs=published)}
        seconds = medians(job, repeats_for(count, repeats))[""]
        rows.append((f"{count:,}", shown(seconds), shown(seconds / count)))
    everything = medians({"": lambda: cs.run(england)}, repeats)[""]
    return [("1, storing every quantity", shown(everything), shown(everything)), *rows]


def floats_and_arrays(repeats: int) -> list[tuple[str, ...]]:
    """Time the two ways to compute a small ensemble, which set where caresim changes over."""
    england = England()
    clock = Clock.between(england.start, england.until, 16)
    published = england.published_names()
    rows = []
    for count in (1, 4, 8, 16, 32):
        columns = cs.draws(england, count, seed=1, given="posterior").columns
        jobs = {
            target: lambda target=target, columns=columns: execute(
                england, clock, (), columns, outputs=published, target=target
            )
            for target in ("floats", "numpy")
        }
        taken = medians(jobs, max(3, repeats // 2))
        rows.append((f"{count}", shown(taken["floats"]), shown(taken["numpy"])))
    return rows


def calibration(repeats: int) -> list[tuple[str, ...]]:
    """Time a fit from where it ends and from the centres of the priors, and what follows it."""
    england = England()
    fit = cs.calibrate(england, progress=False)
    centred = england.with_values(**prior_centres(england))
    jobs: dict[str, Job] = {
        "fit from the shipped values": lambda: cs.calibrate(england, progress=False),
        "fit from the centres of the priors": lambda: cs.calibrate(centred, progress=False),
        "1,000 draws of the posterior": lambda: fit.draws(1_000, seed=1),
        "score out of sample": lambda: cs.backtest(england, progress=False),
    }
    taken = medians(jobs, max(3, repeats // 5))
    return [(name, shown(seconds)) for name, seconds in taken.items()]


def prior_centres(england: England) -> dict[str, float]:
    """Return the centre of each estimated parameter's prior, within its bounds."""
    centres = {}
    for name in england.parameters.estimated():
        entry = england.parameters[name]
        low, high = entry.bounds
        middle, _ = entry.prior.centre_and_width()
        value = math.exp(middle) if entry.prior.is_log else middle
        centres[name] = min(max(value, low), high)
    return centres


def processes(repeats: int) -> list[tuple[str, ...]]:
    """Time whole processes, with the start of Python, beside the import of NumPy."""
    run = ("-m", "caresim", "run", "scenarios/baseline.toml", "--overwrite", "--out")
    with tempfile.TemporaryDirectory() as scratch:
        out = f"{scratch}/results"
        commands = {
            'python -c "import numpy"': ("-c", "import numpy"),
            "caresim --help": ("-m", "caresim", "--help"),
            "caresim run scenarios/baseline.toml": (*run, out),
            "caresim run … --draws 0": (*run, out, "--draws", "0"),
            "caresim run … --draws 0 --no-figures": (*run, out, "--draws", "0", "--no-figures"),
        }
        jobs: dict[str, Job] = {
            name: lambda arguments=arguments: start(arguments)
            for name, arguments in commands.items()
        }
        taken = medians(jobs, max(5, repeats // 2))
    return [(f"`{name}`", shown(seconds)) for name, seconds in taken.items()]


def start(arguments: Iterable[str]) -> None:
    """Run Python with some arguments from the folder of the repository; raise when it fails."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    subprocess.run(  # noqa: S603  (the commands stand above)
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        capture_output=True,
    )


def reference_runs(repeats: int) -> list[tuple[str, ...]]:
    """Time the reference model against the loop by hand."""
    rows = []
    for count in COUNTS:
        chosen = reference.draws(count)
        jobs: dict[str, Job] = {
            "caresim": lambda chosen=chosen: reference.by_caresim(chosen),
            "hand": lambda chosen=chosen: reference.by_hand(chosen),
        }
        taken = medians(jobs, repeats_for(count, repeats))
        ratio = f"{taken['caresim'] / taken['hand']:.2f}"
        rows.append((f"{count:,}", shown(taken["caresim"]), shown(taken["hand"]), ratio))
    return rows


def shown(seconds: float) -> str:
    """Return a time to two figures, in a unit that suits it."""
    factor, unit = next(pair for pair in UNITS if seconds * pair[0] >= 1 or pair is UNITS[-1])
    number = float(f"{seconds * factor:.2g}")
    return f"{number:.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table in Markdown, the first column to the left."""
    rule = ("---", *("--:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def machine() -> str:
    """Describe the machine as far as it matters here."""
    count = os.cpu_count() or 1
    version = ".".join(platform.python_version_tuple()[:2])
    return f"{WORDS.get(count, f'{count} cores')}, Python {version}"


PAGE = """\
# How fast it is

Written by `python benchmarks/run.py`. Machine: {machine}; one process, without threads of
caresim's own. Medians of repeats that take turns; expect ±15 %.

## England, 2009 to 2035

26 years of 16 Runge–Kutta steps, parameters drawn from the posterior, published outputs stored.

{england}

Small ensembles are quicker as a loop over plain floats, large ones as arrays. caresim changes
over above {most_floats} runs.

{targets}

## Calibration

{calibration}

## Whole processes

With the start of Python. The first line is a yardstick: nothing that uses NumPy can be quicker.
`run` draws two figures and takes 100 draws unless told otherwise.

{processes}

## A reference model beside a loop by hand

`reference_model.py`: ten stocks, fifteen drawn parameters, three yearly tables, 31 years of 16
Runge–Kutta steps; ten stocks and spending stored for each year. The loop by hand does the same in
plain NumPy, without names, units, checks or guards. Largest relative difference between the two:
{difference}.

{reference}
"""


def report(repeats: int) -> str:
    """Run all benchmarks and return the page of results."""
    difference = reference.largest_difference()
    if not difference <= AGREEMENT:
        message = f"the reference model is off by {difference:.1e}; no times are worth having"
        raise SystemExit(message)
    return PAGE.format(
        machine=machine(),
        england=table(("Runs", "Time", "For each run"), england_runs(repeats)),
        most_floats=MOST_FLOAT_RUNS,
        targets=table(("Runs", "Floats", "Arrays"), floats_and_arrays(repeats)),
        calibration=table(("What", "Time"), calibration(repeats)),
        processes=table(("Command", "Time"), processes(repeats)),
        difference=f"{difference:.0e}",
        reference=table(("Runs", "caresim", "By hand", "Ratio"), reference_runs(repeats)),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20, help="repeats of short jobs")
    page = report(parser.parse_args().repeats)
    RESULTS.write_text(page, encoding="utf-8")
    print(page)
