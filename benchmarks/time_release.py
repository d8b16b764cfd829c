"""England in this checkout and in another release: two processes that take turns."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import compare_releases
import timing

LAST_RELEASE = "a6b044c"  # 0.1.0 as it was first handed out
COUNT = 10_000
SCRIPT = Path(__file__).with_name("england_on_call.py")
PAGE = """\
{count:,} draws of the posterior, `cs.run(england, draws=draws)` as it is by default and on all
processors, in this checkout and in `{other}`. Each has a process and a cache of its own, in which
it has run before; they take turns, and the ratio is the median over the turns. The models differ:
{stocks} stocks here, counted by element, and {before} there.

{table}
"""


def section(repeats: int, found: dict[str, float], missing: list[str], other: str) -> str:
    """Time both and return a section of the page."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        try:
            checkout = compare_releases.checkout_of(other, scratch)
        except (SystemExit, OSError) as fault:  # no such release, or no git
            missing.append(f"the last release is not measured: {fault}")
            return ""
        with (
            called(compare_releases.ROOT, COUNT, scratch / "here") as ours,
            called(checkout, COUNT, scratch / "there") as theirs,
        ):
            stocks, before = (int(job().split()[2]) for job in (ours, theirs))
            taken = timing.beside({"here": ours}, COUNT, theirs, COUNT, repeats)["here"]
    ratio = taken.ratio or 0.0
    found |= {"release": ratio, "release, a stock": ratio * before / stocks}
    here, there = taken.seconds, taken.beside * COUNT
    rows = [
        (f"{COUNT:,} draws", timing.shown(here), timing.shown(there), timing.times(ratio)),
        (
            "for each stock",
            timing.shown(here / stocks),
            timing.shown(there / before),
            timing.times(found["release, a stock"]),
        ),
    ]
    table = timing.table(("", "Here", f"`{other}`", "Ratio"), rows)
    return PAGE.format(count=COUNT, other=other, stocks=stocks, before=before, table=table)


@contextmanager
def called(checkout: Path, runs: int, cache: Path) -> Iterator[timing.Job]:
    """Yield a job that has a checkout run England in a process of its own, kept until the end."""
    command = [sys.executable, str(SCRIPT), str(checkout), str(runs)]
    process = subprocess.Popen(  # noqa: S603
        command,
        env=compare_releases.alone(checkout, cache),
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def run() -> str:
        with suppress(BrokenPipeError):  # it has ended, and so has its answer
            print(file=process.stdin, flush=True)
        if process.stdout is None or not (answer := process.stdout.readline()):
            message = f"{checkout} cannot run England; the reason stands above"
            raise RuntimeError(message)
        return answer

    try:
        yield run
    finally:
        process.kill()
        process.communicate()  # waits, and closes the pipes
