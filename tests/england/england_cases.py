"""The runs that the specification of the England model looks at, each made once.

It specifies the equations: these runs are the model's alone, and do not start at the last figures
(``from_figures=False``), beside which a headline is not the sum of its parts.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.england import England, observed
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
FOLDER = Path(cs.__file__).parent / "england"
VINTAGE = FOLDER / "vintages" / "2020"
FILES = {path.stem: path for path in sorted((ROOT / "scenarios").glob("*.toml"))}
TELLING = {
    *("baseline", "current_policy_2026", "best_together", "statutory_first", "alarm_loop"),
    *("fixed_total_since_2020", "reinvestment_2_6bn_half_lasting", "cap_on_prices_of_homes"),
    *("step_down_from_homes", "more_adopters", "conferences_everywhere", "more_poverty"),
}  # scenarios that between them pull levers of every sector; the others are slow tests
EACH_FILE = [
    pytest.param(name, marks=() if name in TELLING else pytest.mark.slow) for name in FILES
]
ENGLAND = England()
PARAMETERS = ENGLAND.parameters
VALUE = {name: entry.value for name, entry in PARAMETERS.items()}
OBSERVED = observed()
LEVERS = {name: entry for name, entry in PARAMETERS.items() if entry.is_open}
AGES = ("0_9", "10_15", "16_17")
BEGINS = "2027-04-01"
# no foster home is missing in the single run; at this edge of what is drawn they are, for teenagers
FEWER_FIT = {"foster_matched_share": 0.72}

CHILD_FLOWS = tuple(f.name for f in England.flows() if str(f.unit) == "child/year")
# Places exclude one another; those once on a plan are a memory, wherever they are now
CHILD_STOCKS = tuple(s.name for s in England.stocks() if str(s.unit) == "child")
MEMORY = "former_plans"
PLACES = tuple(name for name in CHILD_STOCKS if name != MEMORY)


@cache
def projected(scenario=None, *, until="2035-03-31", steps=16, **values):
    """Return the run of one scenario file, named without its ending, or of current policy."""
    how = {"until": until, "steps_per_year": steps, "from_figures": False}
    return cs.run(England(**values), FILES.get(scenario), **how)


def policy(*changes):
    """Return a scenario from (lever, verb, amount, first day, …)."""
    return Scenario("A test", changes=[Change(*change) for change in changes])


@cache
def under(*changes, until="2035-03-31", every="year", **values):
    """Return the run of England under some changes; every quantity is stored."""
    plan = policy(*changes) if changes else None
    return cs.run(England(**values), plan, until=until, every=every, from_figures=False)


@cache
def with_numbers(until=2035, **numbers):
    """Return the run with numbers set from 31 March 2020 on, levers or not, bounds or not."""
    shifts = [Shift(name, "set", float(number), 2020.0) for name, number in numbers.items()]
    return execute(ENGLAND, Clock(2009, until, 16), shifts)


def in_year(run, name, year):
    """Return one quantity of a single run in a financial year."""
    return float(run.yearly(name)[run.clock.financial_years.index(year), 0])


def change(run, than, name, year):
    """Return by how many % one quantity of a run differs from another run's in a year."""
    return 100 * (in_year(run, name, year) / in_year(than, name, year) - 1)


def by_age(run, name):
    """Return a quantity summed over the ages, shape (moments, runs)."""
    return sum(run.values(f"{name}_{age}") for age in AGES)


def largest_gap(run):
    """Return the largest gap of the ledger, relative to what the stock held and received."""
    ledger = run.ledger()
    size = ledger.opening.abs() + ledger.inflows.abs() + ledger.outflows.abs()
    return float((ledger.gap.abs() / np.maximum(size, 1.0)).max())


def below_zero(run, names):
    """Return the quantities that fall below zero beyond rounding, and how far."""
    lowest = {name: float(run.values(name).min()) for name in names}
    return {name: value for name, value in lowest.items() if value < -1e-6}


def assert_sound(run):
    """Check that a run keeps its books, has a value everywhere and no negative child anywhere."""
    gap = largest_gap(run)
    assert gap <= 1e-9, f"children appear or vanish: {gap:.1e} of a stock"
    negative = below_zero(run, [*CHILD_STOCKS, *CHILD_FLOWS])
    assert not negative, f"below zero: {negative}"
    lost = [name for name in run.outputs if not np.isfinite(run.values(name)).all()]
    assert not lost, f"no value at some time: {lost}"
