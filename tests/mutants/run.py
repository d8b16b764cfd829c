"""Shows how strong the tests are: ``make mutants``. CONTRIBUTING.md explains.

A fixed sample of mutants is tried, each in a copy of the tree, with the tests that touch its line.
One that no test tells from the original must stand in survivors.toml with its reason.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
import threading
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue

from measuring import HERE, prepared
from places import PACKAGE, ROOT, sample

KNOWN = HERE / "survivors.toml"
AIM = 0.85
CONTROLS = 12  # originals that are tried first
# ended, passed, failed, not importable by a test or by its conftest: other answers are faults
MEANT = (-1, 0, 1, 2, 4)


def function_of(path, line):
    """Return the first and last line of the innermost function around a line, or that line."""
    spans = [
        (node.lineno, node.end_lineno)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= node.end_lineno
    ]
    return max(spans, default=(line, line))


def job_of(mutant, tests, copy):
    """Return what a worker must know to try a mutant."""
    path = copy / "caresim" / mutant.file
    chosen = tests.chosen(copy, mutant, function_of(path, mutant.lines[0]))
    return {"file": mutant.file, "source": mutant.source, "tests": chosen}


def work_through(copy, jobs, results):
    """Try one job after another in a copy of the tree, until there is none."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "trial.py"), str(copy)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        while True:
            try:
                mutant, job = jobs.get_nowait()
            except Empty:
                process.stdin.close()
                return
            told = {"status": 0, "ran": 0, "killer": "", "seconds": 0.0}
            if job["tests"]:
                print(json.dumps(job), file=process.stdin, flush=True)
                told = json.loads(process.stdout.readline())
            results.put((mutant, told))


def tried(work, copies):
    """Yield each mutant with what was told of it, as it comes; ``work`` is of mutants and jobs."""
    jobs, results = Queue(), Queue()
    for one in work:
        jobs.put(one)
    count = jobs.qsize()
    for copy in copies:
        threading.Thread(target=work_through, args=(copy, jobs, results), daemon=True).start()
    for _ in range(count):
        mutant, told = results.get()
        if told["status"] not in MEANT:
            message = f"pytest could not try {mutant.file}: {told}"
            raise SystemExit(message)
        yield mutant, told


def refuse_unless_alive(work, copies, what):
    """Raise SystemExit where the original itself seems killed: then the trials tell nothing."""
    for original, told in tried(work, copies):
        if told["status"]:
            message = f"{what}, {original.file} as it is: killed by {told['killer']}"
            raise SystemExit(message)


def as_it_is(mutant, job):
    """Return the same trial of the original."""
    source = (PACKAGE / mutant.file).read_text(encoding="utf-8")
    return replace(mutant, after=mutant.before, source=source), job | {"source": source}


def killers_of(found, tests):
    """Return a trial of the original with every test that has killed a mutant."""
    killers = {told["killer"] for _, told in found}
    seconds = {test: tests.seconds[test] for test in sorted(killers & set(tests.seconds))}
    return as_it_is(found[0][0], {"file": found[0][0].file, "tests": seconds})


def report(found, places, seconds):
    """Print what survived; return whether few enough did, each with its reason."""
    known = tomllib.loads(KNOWN.read_text(encoding="utf-8")).get("survivor", {})
    survivors = [(mutant, told) for mutant, told in found if told["status"] == 0]
    unknown = []
    for mutant, told in sorted(survivors, key=lambda one: (one[0].file, one[0].lines)):
        why = known.get(mutant.key)
        print(f"\n{mutant}\n    {told['ran']} tests; {why or 'no reason is given'}")
        unknown += [] if why else [mutant]
    killed = len(found) - len(survivors)
    share = killed / len(found)
    print(
        f"\n{killed} of {len(found)} mutants killed ({share:.1%}), of {places:,} places, in "
        f"{seconds / 60:.0f} minutes; {len(unknown)} survivors without a reason in {KNOWN.name}"
    )
    if unknown:
        print(
            "\n".join(
                ["", *(f"[survivor]\n{json.dumps(m.key, ensure_ascii=False)} = " for m in unknown)]
            )
        )
    return share >= AIM and not unknown


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sample", type=int, default=500, help="how many mutants")
    asked.add_argument("--workers", type=int, default=os.cpu_count(), help="how many at once")
    asked.add_argument("--work", type=Path, default=ROOT / ".mutants", help="a folder for copies")
    asked.add_argument("--marks", default="not slow", help="the tests, as pytest -m")
    asked = asked.parse_args()
    begin = time.monotonic()
    mutants, places = sample(asked.sample)
    tests, copies = prepared(asked.work, asked.workers, asked.marks)
    work = [(mutant, job_of(mutant, tests, copies[0])) for mutant in mutants]
    refuse_unless_alive([as_it_is(*one) for one in work[:CONTROLS]], copies, "before")
    found = []
    for mutant, told in tried(work, copies):
        found.append((mutant, told))
        what = f"killed by {told['killer']}" if told["status"] else "SURVIVED"
        print(f"{len(found):4} {told['seconds']:5.1f} s  {mutant.key[:90]}  {what}", flush=True)
    refuse_unless_alive([killers_of(found, tests)], copies[:1], "tried with all that killed")
    return 0 if report(found, places, time.monotonic() - begin) else 1


if __name__ == "__main__":
    sys.exit(main())
