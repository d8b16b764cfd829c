"""Times jobs that take turns, each sample between two of the C kernel, and shows the times."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import c_kernel
import reference_model as reference

Job = Callable[[], object]
Row = tuple[str, ...]

SHORTEST = 0.01  # a sample of a shorter job repeats it, so that the clock's grain does not matter
LONGEST = 60.0  # seconds for the samples of one table; long jobs are repeated less, but thrice
UNITS = ((1, "s"), (1e3, "ms"), (1e6, "µs"))


@dataclass(frozen=True)
class Timing:
    """The median seconds of a job, and of each sample's ratio to the C kernel beside it."""

    seconds: float
    runs: int = 1
    ratio: float | None = None

    @property
    def per_run(self) -> float:
        """The median seconds of one run of the batch."""
        return self.seconds / self.runs

    def cell(self) -> str:
        """Return the time and the ratio to the C kernel, as a table shows them."""
        return shown(self.seconds) + ("" if self.ratio is None else f" · {times(self.ratio)} ×")


def by_turns(jobs: dict[str, Job], repeats: int) -> dict[str, Timing]:
    """Return the median time of each job; they take turns, A B A B, after one turn to warm up."""
    return {name: Timing(statistics.median(taken)) for name, taken in _samples(jobs, repeats)}


def beside_c(jobs: dict[str, Job], runs: int, repeats: int) -> dict[str, Timing]:
    """Time jobs of so many runs of the reference model, each sample between two of the C kernel.

    The ratio is time for each run over the kernel's, one thread on at least 1,000 runs, where a run
    costs it least. Without a C compiler there are no ratios.
    """
    c_runs = max(runs, 1_000)
    yardstick = kernel_job(c_runs)
    if yardstick is None:
        plain = by_turns(jobs, repeats)
        return {name: Timing(timing.seconds, runs) for name, timing in plain.items()}
    around = {key: job for n, j in jobs.items() for key, job in ((n, j), (f"after {n}", yardstick))}
    samples = dict(_samples({"before": yardstick, **around}, repeats))
    keys, found = ["before", *around], {}
    for name in jobs:
        at = keys.index(name)
        triples = zip(*(samples[key] for key in keys[at - 1 : at + 2]), strict=True)
        ratios = [(t / runs) / ((before + after) / 2 / c_runs) for before, t, after in triples]
        found[name] = Timing(statistics.median(samples[name]), runs, statistics.median(ratios))
    return found


def kernel_job(runs: int, threads: int = 1) -> Job | None:
    """Return a run of the C kernel as a job, None where it cannot be compiled."""
    try:
        c_kernel.run(reference.matrix(reference.draws(1)))
    except c_kernel.NoCompilerError:
        return None
    params = reference.matrix(reference.draws(runs))
    return lambda: c_kernel.run(params, threads)


def _samples(jobs: dict[str, Job], repeats: int) -> list[tuple[str, list[float]]]:
    """Return the seconds of each job in each turn; turns before them warm up and set the counts."""
    for job in jobs.values():
        job()
    first = {name: _seconds(job, 1) for name, job in jobs.items()}
    counts = {name: math.ceil(SHORTEST / max(taken, 1e-7)) for name, taken in first.items()}
    turn = sum(first[name] * counts[name] for name in jobs)
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(min(repeats, max(3, int(LONGEST / turn)))):
        for name, job in jobs.items():
            taken[name].append(_seconds(job, counts[name]))
    return list(taken.items())


def _seconds(job: Job, count: int) -> float:
    begin = time.perf_counter()
    for _ in range(count):
        job()
    return (time.perf_counter() - begin) / count


def shown(seconds: float) -> str:
    """Return a time to two figures, in a unit that suits it."""
    factor, unit = next(pair for pair in UNITS if seconds * pair[0] >= 1 or pair is UNITS[-1])
    number = float(f"{seconds * factor:.2g}")
    return f"{number:.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"


def times(ratio: float) -> str:
    """Return a ratio to two figures, or to the unit from ten on."""
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table in Markdown, the first column to the left."""
    rule = ("---", *("--:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
