"""Tries mutants in a copy of the tree: ``python trial.py COPY``, with one job on each line read.

What takes long to import is imported once. Each mutant gets a fork of this process, which imports
caresim from the copy and runs the tests chosen for it until one fails.
"""

import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path

import pytest

HEAVY = (
    "numpy", "scipy.integrate", "scipy.optimize", "scipy.sparse", "scipy.stats", "pandas", "xarray",
    "matplotlib.figure", "matplotlib.backends.backend_agg", "llvmlite.binding", "pydantic", "rich",
    "typer", "hypothesis", "tqdm", "threadpoolctl", "concurrent.futures.process",
)  # fmt: skip
PATIENCE = 15  # seconds, and as many times what a test took unmutated
MEMORY = 8 * 1024**3
MACHINE = "engine/machine/"  # its mutants may not load what it made unmutated


class Chosen:
    """Keeps the tests that were chosen, in that order, and tells the first that failed."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.place = {test: place for place, test in enumerate(seconds)}
        self.ran, self.killer = 0, ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items[:] = sorted(
            (item for item in items if item.nodeid in self.place),
            key=lambda item: self.place[item.nodeid],
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        signal.alarm(int(PATIENCE * (1 + self.seconds[item.nodeid])))  # ends the process
        found = yield
        signal.alarm(0)
        return found

    def pytest_runtest_logreport(self, report):
        self.ran += report.when == "call"
        if report.failed and not self.killer:
            self.killer = report.nodeid

    def pytest_collectreport(self, report):
        if report.failed and not self.killer:
            self.killer = f"{report.nodeid} is not even imported"


def run(copy, job, answer, scratch):
    """Run the tests in this process, a fork, and end it."""
    status = 1
    with answer.with_suffix(".log").open("w") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        os.chdir(copy)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.environ |= {"CARESIM_CACHE_DIR": str(scratch / "code"), "TMPDIR": str(scratch)}
        tempfile.tempdir = None
        chosen = Chosen(job["tests"])
        files = dict.fromkeys(test.partition("::")[0] for test in job["tests"])
        # pytest would warn that it finds hypothesis imported already
        options = (
            "-qx", "-m", "", "-p", "no:xdist", "-p", "no:cacheprovider",
            "-W", "ignore::pytest.PytestAssertRewriteWarning",
        )  # fmt: skip
        status = int(pytest.main([*options, *files], plugins=[chosen]))
        told = {"status": status, "ran": chosen.ran, "killer": chosen.killer}
        answer.write_text(json.dumps(told), encoding="utf-8")
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        os._exit(status)


def tried(copy, job):
    """Return what a job told: status, tests run, and the test that failed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        answer = scratch / "answer.json"
        if job["file"].startswith(MACHINE):
            (scratch / "code").mkdir(mode=0o700)
        else:
            shutil.copytree(copy / ".code", scratch / "code")
        if not (child := os.fork()):
            os.setsid()
            run(copy, job, answer, scratch)
        _, ended = os.waitpid(child, 0)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what it started
        if answer.exists():
            return json.loads(answer.read_text(encoding="utf-8"))
        late = os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGALRM
        words = answer.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
        killer = "the time limit" if late else f"its process ended: {words[-2000:]}"
        return {"status": -1, "ran": 0, "killer": killer}


def main():
    copy = Path(sys.argv[1])
    for name in HEAVY:
        importlib.import_module(name)
    sys.path.insert(0, str(copy))
    os.environ |= {"PYTHONPATH": str(copy), "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    for line in sys.stdin:
        job = json.loads(line)
        path = copy / "caresim" / job["file"]
        original = path.read_text(encoding="utf-8")
        begin = time.monotonic()
        try:
            path.write_text(job["source"], encoding="utf-8")
            told = tried(copy, job)
        finally:
            path.write_text(original, encoding="utf-8")
        print(json.dumps(told | {"seconds": time.monotonic() - begin}), flush=True)


if __name__ == "__main__":
    main()
