"""A plugin of pytest: which tests touch which lines of some files, and how long each takes.

What a fixture touches counts for every test that asks for it, and what a file of tests touches when
it is imported for every test in it. Each process leaves a file of its own.
"""

import json
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import coverage
import pytest


class Touching:
    """Measures lines; what is touched is put down to whatever is on at the time."""

    def __init__(self, folder, files):
        self.folder = folder
        self.cover = coverage.Coverage(data_file=None, include=files, config_file=False)
        self.asked, self.seconds, self.failed = {}, {}, set()
        self.on = ["nothing"]
        self.cover.start()

    @contextmanager
    def now(self, what):
        if sys.gettrace() is None:  # a test took the tracer away, as a doctest does
            self.cover.stop()
            self.cover.start()
        self.on.append(what)
        self.cover.switch_context(what)
        yield
        self.on.pop()
        self.cover.switch_context(self.on[-1])

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        with self.now(f"file {collector.nodeid}"):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        with self.now(f"fixture {fixturedef.baseid} {fixturedef.argname}"):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        begin = time.process_time()
        with self.now(f"test {item.nodeid}"):
            found = yield
        self.seconds[item.nodeid] = time.process_time() - begin
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        self.asked[item.nodeid] = [
            f"file {item.nodeid.partition('::')[0]}",
            *(f"fixture {one.baseid} {one.argname}" for made in fixtures for one in made),
        ]
        return found

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self):
        self.cover.stop()
        data = self.cover.get_data()
        lines = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
        told = {
            "lines": lines,
            "asked": self.asked,
            "seconds": self.seconds,
            "failed": sorted(self.failed),
        }
        path = Path(self.folder) / f"touching-{os.getpid()}.json"
        path.write_text(json.dumps(told), encoding="utf-8")


def pytest_configure(config):
    folder = os.environ["TOUCHING"]
    files = json.loads((Path(folder) / "files.json").read_text(encoding="utf-8"))
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.pluginmanager.register(Touching(folder, files))
