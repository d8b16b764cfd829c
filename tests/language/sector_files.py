"""A package of small modules of equations, written to disk, for the tests of sectors."""

import importlib
import itertools
import re
import sys

import pytest

from caresim.language import Model, ModelError

NUMBERS = itertools.count()  # a new package for each test, since Python keeps modules

GIVEN = """\
from caresim.language import *
p = Parameters.of(rate=(0.1, "1/year"), start=(90.0, "child"))
age = Dimension("Age", ["0–9", "10–17"])
"""
PLACES = '''\
"""Places: where children are."""
from given import *
care = Stock("Looked after", "child", p.start, over=age)
home = Stock("At home", "child", 0)
leaving = Flow("Left", care["10–17"] >> home, care["10–17"] * p.rate)
'''
MOVES = '''\
"""Moves between places

and what they add up to."""
from given import *
from places import care, home
grown = Flow("Grown", care.ageing(then=cloud), care * p.rate)
felt = Smooth("Children as felt", over=1 / p.rate, initial=care)
felt.follow(care + 0)
waiting = Delay("Waiting", "child", 0, time=1 / p.rate, order=2, over=age)
asked = Flow("Asked for", home >> waiting["0–9"], home * p.rate)
served = Flow("Served", waiting >> cloud, waiting.outflow)
'''


class Package:
    """A package of small modules that import each other, on disk and importable."""

    def __init__(self, folder):
        self.folder, self.name = folder, folder.name
        folder.mkdir()
        self.write(given=GIVEN)

    def write(self, **sources):
        """Write and import modules; ``from given import`` means that of the package."""
        for name, source in sources.items():
            text = re.sub(
                r"^from (given|places|moves) ", rf"from {self.name}.\1 ", source, flags=re.MULTILINE
            )
            (self.folder / f"{name}.py").write_text(text, encoding="utf-8")
        return tuple(importlib.import_module(f"{self.name}.{name}") for name in sources)

    def refusal(self, *lines):
        """Return what a model says of a second sector with lines after its import of ``given``."""
        modules = self.write(places=PLACES, moves="\n".join(["from given import *", *lines]))
        with pytest.raises(ModelError) as caught:
            model_of(*modules)
        return str(caught.value).replace(f"{self.name}.", "")


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    made = Package(tmp_path / f"sectors_{next(NUMBERS)}")
    yield made
    for name in [name for name in sys.modules if name.startswith(made.name)]:
        del sys.modules[name]


def model_of(*modules, parents=(Model,), **own):
    """Return a model of sectors with further quantities of its own."""
    body = type(Model).__prepare__("Made", parents)
    body["sectors"] = modules
    if modules and hasattr(modules[0], "p"):
        body["parameters"] = modules[0].p
    for name, value in own.items():
        body[name] = value
    return type(Model)("Made", parents, body)
