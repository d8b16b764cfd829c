"""Times jobs that take turns, each sample between two of a yardstick, and shows the times."""

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
    """The median seconds of a job, and of each sample's ratio to the yardstick beside it.

    ``beside`` holds the median seconds of a run of the yardstick.
    """

    seconds: float
    runs: int = 1
    ratio: float | None = None
    beside: float = math.nan

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

    The kernel runs one thread on at least 1,000 runs, where a run costs it least. Without a C
    compiler there are no ratios.
    """
    c_runs = max(runs, 1_000)
    yardstick = kernel_job(c_runs)
    if yardstick is None:
        plain = by_turns(jobs, repeats)
        return {name: Timing(timing.seconds, runs) for name, timing in plain.items()}
    return beside(jobs, runs, yardstick, c_runs, repeats)


def beside(
    jobs: dict[str, Job], runs: int, yardstick: Job, its_runs: int, repeats: int
) -> dict[str, Timing]:
    """Time jobs of so many runs, each sample between two of a yardstick of ``its_runs``.

    The ratio is time for each run over the yardstick's, so a busy spell falls on both.
    """
    around = {key: job for n, j in jobs.items() for key, job in ((n, j), (f"after {n}", yardstick))}
    samples = dict(_samples({"before": yardstick, **around}, repeats))
    keys, found = ["before", *around], {}
    for name in jobs:
        at = keys.index(name)
        own = [seconds / runs for seconds in samples[name]]
        ends = zip(samples[keys[at - 1]], samples[keys[at + 1]], strict=True)
        its = [(before + after) / 2 / its_runs for before, after in ends]
        ratio = statistics.median(a / b for a, b in zip(own, its, strict=True))
        seconds = statistics.median(samples[name])
        found[name] = Timing(seconds, runs, ratio, statistics.median(its))
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
    factor, unit = unit_of(seconds)
    number = float(f"{seconds * factor:.2g}")
    return f"{number:.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"


def unit_of(seconds: float) -> tuple[float, str]:
    """Return how many of a unit that suits a time make a second, and that unit."""
    return next(pair for pair in UNITS if seconds * pair[0] >= 1 or pair is UNITS[-1])


def times(ratio: float) -> str:
    """Return a ratio to two figures, or to the unit from ten on."""
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table in Markdown, the first column to the left."""
    rule = ("---", *("--:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
