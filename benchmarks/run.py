"""Time caresim beside C, Numba, PySD and pysimlin: ``python benchmarks/run.py``.

Takes about half an hour and writes benchmarks/RESULTS.md; with ``--only`` it prints some sections
and their aims, and leaves the file alone. What is not installed is left out, with a line that says
so. ``--release`` is the one that England is timed beside: a git ref, or the folder of a checkout.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import aims
import c_kernel
import engine_size
import engines
import time_england
import time_export
import time_fit
import time_peers
import time_processes
import time_release
import time_sampling
import time_targets

import caresim as cs

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = ("numpy", "scipy", "llvmlite", "numba", "emcee", "pysd", "pysimlin")
HEAD = """\
# How fast it is

Written by `python benchmarks/run.py` on {day}.

## Method

One model, the *reference model*, runs in every engine in one process. Before any time is taken each
engine has to agree with a loop by hand to {agreement:.0e} of every value saved, RK4 with RK4 and
Euler with Euler. Jobs that are compared take turns, A B A B, after a turn to warm up. A short job
is repeated within a sample until the sample takes 10 ms. Times are medians of {repeats} samples, of
fewer (at least three) where a turn is long.

The yardstick is `c_kernel.c`: the same equations in C by hand, eight runs side by side in the lanes
of the processor's registers, compiled here with `{flags}` and the vector maths library. It has no
names, units, checks or guards. One thread of it is timed right before and right after each sample,
on as many runs but at least 1,000, and "×" is the median of the samples' ratios, time of a run over
time of a run. So a busy spell of the machine falls on both. Expect ±15 %.

{machine}

{missing}
"""
TITLES = {
    "aims": "What caresim aims for",
    "targets": "The reference model in both ways",
    "peers": "The reference model in other packages",
    "england": "England",
    "export": "England's export in pysimlin",
    "release": "England beside the last release",
    "fits": "Fits beside a busy process, and a backtest",
    "sampling": "Fitting and sampling",
    "compiling": "Compiling",
    "memory": "Memory",
    "processes": "Whole processes",
    "files": "The engine's files",
}


def sections(
    repeats: int,
    found: dict[str, float],
    missing: list[str],
    release: str = time_release.LAST_RELEASE,
) -> Mapping[str, Callable[[], str]]:
    """Return what measures each section, in the order of the page."""
    return {
        "targets": lambda: time_targets.section(repeats, found, missing),
        "peers": lambda: time_peers.section(repeats, found, missing),
        "england": lambda: time_england.section(repeats),
        "export": lambda: time_export.section(repeats, found, missing),
        "release": lambda: time_release.section(repeats, found, missing, release),
        "fits": time_fit.section,
        "sampling": lambda: time_sampling.section(repeats, found, missing),
        "compiling": lambda: time_processes.compiling(repeats, found, missing),
        "memory": lambda: time_processes.memory(found),
        "processes": lambda: time_processes.commands(repeats),
        "files": lambda: engine_size.section(found),
    }


def machine() -> str:
    """Describe the machine and the versions, as far as they matter here."""
    lines = [
        f"Machine: {processor()}, {os.cpu_count()} cores, {platform.system()}.",
        f"Python {platform.python_version()}, caresim {cs.__version__}, {compiler_version()}",
    ]
    for package in PACKAGES:
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return lines[0] + " " + ", ".join(lines[1:]) + "."


def processor() -> str:
    """Return the name of the processor, with AVX-512 where it has that."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":")[1].strip() for line in text.splitlines() if "model name" in line]
    wide = " with AVX-512" if "avx512f" in text else ""
    return f"{names[0] if names else platform.machine()}{wide}"


def compiler_version() -> str:
    """Return the first line of what the C compiler says of itself."""
    try:
        command = [c_kernel.compiler(), "--version"]
    except c_kernel.NoCompilerError:
        return "no C compiler"
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return said.stdout.splitlines()[0]


def page(repeats: int, release: str = time_release.LAST_RELEASE) -> str:
    """Measure everything and return the page of results."""
    found: dict[str, float] = {}
    missing: list[str] = []
    chosen = sections(repeats, found, missing, release)
    bodies = {name: measured(name, measure) for name, measure in chosen.items()}
    aimed = f"{aims.table(found)}\n\n{aims.GONE}"
    bodies = {"aims": aimed, **{name: text for name, text in bodies.items() if text}}
    head = HEAD.format(
        day=dt.datetime.now(tz=dt.UTC).date(),
        agreement=engines.AGREEMENT,
        repeats=repeats,
        machine=machine(),
        flags=c_kernel.flags(),
        missing="\n".join(f"- {line}" for line in dict.fromkeys(missing)),
    )
    parts = [f"## {TITLES[name]}\n\n{body}" for name, body in bodies.items()]
    return "\n".join([head.rstrip() + "\n", *parts])


def measured(name: str, measure: Callable[[], str]) -> str:
    """Say what is measured, and measure it."""
    print(f"{TITLES[name]} …", file=sys.stderr, flush=True)
    return measure()


def main() -> None:
    """Read the command line, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [name for name in TITLES if name != "aims"]
    parser.add_argument("--only", nargs="+", choices=names, help="sections; all")
    parser.add_argument("--repeats", type=int, default=15, help="samples of each job")
    parser.add_argument(
        "--release", default=time_release.LAST_RELEASE, help="git ref or folder; the last release"
    )
    options = parser.parse_args()
    if options.only is None:
        text = page(options.repeats, options.release)
        RESULTS.write_text(text, encoding="utf-8")
        print(text)
        return
    found: dict[str, float] = {}
    missing: list[str] = []
    chosen = sections(options.repeats, found, missing, options.release)
    for name in options.only:
        print(measured(name, chosen[name]))
    print("".join(f"{line}\n" for line in dict.fromkeys(missing)))
    if any(aim.key in found for aim in aims.AIMS):
        print(aims.table(found, all_of_them=False))


if __name__ == "__main__":
    main()
