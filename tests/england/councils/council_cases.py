"""Councils that the tests look at, each made once."""

import hashlib
from functools import cache
from pathlib import Path

import caresim as cs
from caresim.england import England
from caresim.language.parameters import Series
from caresim.language.part import scaled_entry
from caresim.language.parts import parts_of_model, size_power
from caresim.study.parts.places import there_are
from caresim.study.parts.shares import Shares

ROOT = Path(__file__).parents[3]
HERE = Path(cs.__file__).parent / "england" / "councils"
FILES = {path.stem: path for path in sorted((ROOT / "scenarios").glob("*.toml"))}
ENGLAND = England()
PARTS = parts_of_model(ENGLAND)
LAST = "2019-20"
SHARES = Shares(PARTS, LAST, people_later=True)
AREAS = there_are(PARTS, LAST)
THREE = ("Rutland", "Leeds", "Birmingham")  # small, middle and large
HEADLINES = tuple(v.name for v in next(iter(ENGLAND.headlines.values())))


@cache
def council(name, *, as_written=False):
    return cs.council(ENGLAND, name, as_written=as_written)


@cache
def ran(name, scenario=None):
    """Return a run of a council, or of England, under a scenario file named without its ending."""
    return cs.run(ENGLAND if name == "England" else council(name), FILES.get(scenario))


def scaled(model, share):
    """Return a model with every number that counts something as large as a share says."""
    entries = {}
    for name, entry in model.parameters.items():
        if factor := size_power(entry.unit):
            factor = share**factor
            value = entry.value
            if isinstance(value, Series):
                value = Series(value.times, tuple(v * factor for v in value.values), value.held)
            else:
                value *= factor
            entries[name] = scaled_entry(entry, factor, value)
    return model.with_numbers(model.parameters.with_entries(entries))


def area(name):
    return next(one for one in AREAS if one.name == name)


def digest(run):
    """Return what two runs share only where every quantity is the same to the bit."""
    told = hashlib.sha256()
    for name in run.outputs:
        told.update(name.encode() + run.values(name).tobytes())
    return told.hexdigest()
