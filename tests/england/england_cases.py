"""The runs that the specification of the England model looks at, each made once."""

from functools import cache
from pathlib import Path

import numpy as np

import caresim as cs
from caresim.england import England, observed
from caresim.study.scenario import Change, Scenario

ROOT = Path(__file__).parents[2]
FOLDER = Path(cs.__file__).parent / "england"
FILES = {path.stem: path for path in sorted((ROOT / "scenarios").glob("*.toml"))}
ENGLAND = England()
PARAMETERS = ENGLAND.parameters
OBSERVED = observed()
LEVERS = {name: entry for name, entry in PARAMETERS.items() if entry.role == "lever"}
# Money and prices move too, and their net change may have either sign
CHILD_FLOWS = tuple(f.name for f in England.flows() if str(f.unit) == "child/year")
CHILD_STOCKS = tuple(s.name for s in England.stocks() if str(s.unit) == "child")


@cache
def projected(scenario=None, *, crowding_out="ring-fenced", until="2035-03-31", steps=16):
    """Return the run of one scenario file, named without its ending, or of current policy."""
    model = England(crowding_out=crowding_out)
    return cs.run(model, FILES.get(scenario), until=until, steps_per_year=steps)


def policy(*changes):
    """Return a scenario from (lever, verb, amount, first day, …)."""
    return Scenario("A test", changes=[Change(*change) for change in changes])


def under(*changes, until="2035-03-31", every="year", crowding_out="ring-fenced"):
    """Return the run of England under some changes."""
    plan = policy(*changes) if changes else None
    return cs.run(England(crowding_out=crowding_out), plan, until=until, every=every)


def largest_gap(run):
    """Return the largest gap of the ledger, relative to what the stock held and received."""
    ledger = run.ledger()
    size = ledger.opening.abs() + ledger.inflows.abs() + ledger.outflows.abs()
    return float((ledger.gap.abs() / np.maximum(size, 1.0)).max())


def below_zero(run, names):
    """Return the quantities that fall below zero beyond rounding, and how far."""
    lowest = {name: float(run.values(name).min()) for name in names}
    return {name: value for name, value in lowest.items() if value < -1e-6}
