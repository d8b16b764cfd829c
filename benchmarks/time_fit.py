"""Times a fit of England on an idle machine and beside one other busy process.

``python benchmarks/time_fit.py``: the busy process multiplies matrices on as many threads as BLAS
takes by itself. With the linear algebra of the fit on one thread, as it is, and as it was before.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest import mock

import caresim as cs
from caresim.england import England

BUSY = "import numpy as np; a = np.random.rand(1500, 1500)\nwhile True: a @ a"
REPEATS = 3
MOST = 120  # seconds for one sample, after which no more are taken


@contextmanager
def beside_a_busy_process() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", BUSY])
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


def main() -> None:
    cs.calibrate(England(), progress=False)  # compiles
    print(f"{os.cpu_count()} processors; seconds for a calibration, median of {REPEATS}")
    print(f"{'linear algebra':<18}{'idle':>8}{'busy':>8}{'ratio':>8}")
    for name, held in (("one thread", None), ("as BLAS likes", nullcontext)):
        patched = mock.patch("caresim.study.calibrate.one_thread", held) if held else nullcontext()
        with patched:
            idle = seconds()
            with beside_a_busy_process():
                busy = seconds()
        print(f"{name:<18}{idle:>8.2f}{busy:>8.2f}{busy / idle:>8.1f}")


if __name__ == "__main__":
    main()
