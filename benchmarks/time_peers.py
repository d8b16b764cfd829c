"""The reference model in other packages for system dynamics, beside caresim."""

from __future__ import annotations

from functools import partial

import engines
import reference_model as reference
import timing

COUNT, FEW = 1_000, 20
NAMES = {"rk4": "RK4", "euler": "Euler"}
PAGE = """\
PySD and pysimlin read the model as a Vensim file and run one set of parameters at a time: for
pysimlin one simulation is reset, given its fifteen parameters and run to the end. PySD has Euler's
method only; its {count:,} runs are scaled from {few} that were run. caresim runs on one thread, in
machine code where there can be any. The C kernel's method is Runge–Kutta throughout.

{table}
"""


def section(repeats: int, found: dict[str, float], missing: list[str]) -> str:
    """Time each peer for one run and for a thousand and return a section of the page."""
    peers = engines.peers()
    missing += peers.missing
    rows = []
    for method in ("rk4", "euler"):
        ours = engines.targets(method).on_one_thread()
        theirs = {name: e for name, e in peers.here.items() if e.method == method}
        one = _timed({**ours, **theirs}, 1, repeats)
        many = _timed({**ours, **theirs}, COUNT, repeats)
        single = min((one[name] for name in ours), key=lambda timing: timing.seconds)
        batch = min((many[name] for name in ours if name in many), key=lambda t: t.per_run)
        rows.append(_row("caresim", method, single, batch, batch))
        for name, engine in theirs.items():
            rows.append(_row(engine.name, method, one[name], many[name], batch))
            found[name] = _times_slower(many[name], batch)
    head = ("", "Method", "1 run", f"{COUNT:,} runs", "× C per run", "× caresim")
    return PAGE.format(count=COUNT, few=FEW, table=timing.table(head, rows))


def _timed(group: dict[str, engines.Engine], runs: int, repeats: int) -> dict[str, timing.Timing]:
    """Time engines on as many runs as each is worth, those of equal batches by turns."""
    taken: dict[str, timing.Timing] = {}
    for batch in sorted({min(runs, engine.most) for engine in group.values()}):
        chosen = reference.draws(batch)
        jobs: dict[str, timing.Job] = {
            name: partial(engine.run, chosen)
            for name, engine in group.items()
            if min(runs, engine.most) == batch
        }
        taken |= timing.beside_c(jobs, batch, repeats)
    return taken


def _row(
    name: str, method: str, one: timing.Timing, many: timing.Timing, ours: timing.Timing
) -> timing.Row:
    ratio = "–" if many.ratio is None else timing.times(many.ratio)
    slower = timing.times(_times_slower(many, ours))
    thousand = timing.shown(many.per_run * COUNT)
    return name, NAMES[method], timing.shown(one.seconds), thousand, ratio, slower


def _times_slower(theirs: timing.Timing, ours: timing.Timing) -> float:
    """Compare times of a run, each by the kernel beside it, so that a busy spell cancels out."""
    if theirs.ratio is None or ours.ratio is None:
        return theirs.per_run / ours.per_run
    return theirs.ratio / ours.ratio
