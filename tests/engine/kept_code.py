"""A small model whose machine code is kept on disk, and what the tests of that ask."""

import sys

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.machine import kernel, runs
from caresim.language import Flow, Model, Parameters, Stock, cloud

CLOCK = Clock(2000, 2003, 4)
COLUMNS = {"rate": np.linspace(0.1, 0.9, 20)}
posix = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are other there")
needs_compiler = pytest.mark.skipif(bool(kernel.hindrance()), reason="needs llvmlite")


class Leaving(Model):
    parameters = p = Parameters.of(start=(100.0, "child"), rate=(0.3, "1/year"))
    care = Stock("In care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate)


def levels(model, target):
    run = execute(model(), CLOCK, (), COLUMNS, outputs=["care"], target=target)
    return run.values("care")


def forget():
    """Forget what this process has compiled, as a new one would not know it."""
    runs._kernel.cache_clear()


def counted(monkeypatch):
    """Return a list that grows by one each time that something is compiled from now on."""
    made, optimised = [], kernel._optimised

    def counting(*arguments):
        made.append(arguments)
        return optimised(*arguments)

    monkeypatch.setattr(kernel, "_optimised", counting)
    return made


def the_file(folder):
    files = list(folder.iterdir())
    assert len(files) == 1, f"one file and nothing left over, not {files}"
    return files[0]
