"""Times a fit of England on an idle machine and beside one other busy process.

``python benchmarks/time_fit.py``: the busy process multiplies matrices on as many threads as BLAS
takes by itself. With the linear algebra of the fit on one thread, as it is, and as it was before.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest import mock

import timing

import caresim as cs
from caresim.england import England

BUSY = "import numpy as np; a = np.random.rand(1500, 1500)\nwhile True: a @ a"
REPEATS = 3
PAGE = """\
A fit of England from its shipped values, idle and beside one other process that multiplies
matrices on as many threads as BLAS takes.

{table}

A backtest of England, seven origins with 250 draws each, idle: {backtest}.
"""
MOST = 120  # seconds for one sample, after which no more are taken


@contextmanager
def beside_a_busy_process() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", BUSY])  # noqa: S603
    time.sleep(2)  # until it has loaded what it multiplies with
    try:
        yield
    finally:
        process.kill()
        process.wait()


def seconds() -> float:
    taken = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        cs.calibrate(England(), progress=False)
        taken.append(time.perf_counter() - begun)
        if taken[-1] > MOST:
            break
    return statistics.median(taken)


def rows() -> list[timing.Row]:
    cs.calibrate(England(), progress=False)  # compiles
    found = []
    for name, held in (("on one thread", None), ("as BLAS likes", nullcontext)):
        patched = (
            mock.patch("caresim.study.fit.calibrate.one_thread", held) if held else nullcontext()
        )
        with patched:
            idle = seconds()
            with beside_a_busy_process():
                busy = seconds()
        times = (timing.shown(idle), timing.shown(busy), timing.times(busy / idle))
        found.append((f"Fit, linear algebra {name}", *times))
    return found


def backtest_seconds() -> float:
    begun = time.perf_counter()
    cs.backtest(England(), given="rule", progress=False)
    return time.perf_counter() - begun


def section() -> str:
    """Time fits and a backtest, and return a section of the page."""
    table = timing.table(("", "Idle", "Beside it", "Ratio"), rows())
    taken = timing.shown(backtest_seconds())
    return PAGE.format(table=table, backtest=taken)


if __name__ == "__main__":
    print(section())
