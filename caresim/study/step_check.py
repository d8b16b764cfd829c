"""Checks the step of a run: against half the step, and against a solver that picks its own steps.

The solver sees a model in continuous time. Parameters are evaluated here from their dated values
and shifts, not from the grid of the run, so that a fault of the grid shows too.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.continuous import Continuous
from caresim.engine.notices import Notice
from caresim.engine.paths import Shift
from caresim.engine.run import Run
from caresim.language.dates import date_of
from caresim.language.errors import RunError
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.study.question import Question
from caresim.study.scenario.scenario import Scenario
from caresim.study.simulate import run

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StepCheck", "check_step"]

Values = NDArray[np.float64]
MOST_STEPS = 2048  # a year, half of what a run may take
METHOD = "LSODA"  # which turns to an implicit method where stocks turn over fast
TOLERANCE = 1e-11  # relative, of each step that the solver takes
FINE = 1e-4  # relative; below it a step changes no figure as it is published
LEAST_SHOWN = 1e-8  # relative
SMALL = 1e-3  # of a quantity's largest value: what is less is compared with this share instead


@dataclass(frozen=True)
class StepCheck:
    """How much of each published output is owed to the step of a run.

    ``table`` has a row for each output: the largest relative change to a run with ``half_step`` and
    to the ``adaptive`` solution, each with the 31 March on which, or in the year up to which, it
    occurs. Values of less than a thousandth of an output's largest are compared with that share.
    ``notices`` are those of the run on its steps and dates.
    """

    model: str
    scenario: str
    steps_per_year: int
    method: str
    until: dt.date
    table: pd.DataFrame = field(repr=False)
    notices: tuple[Notice, ...] = ()

    @property
    def largest(self) -> float:
        """The largest relative difference of any published output from the adaptive solution."""
        return float(self.table["adaptive"].max())

    @property
    def is_fine(self) -> bool:
        """True when no published output is out by more than a ten-thousandth."""
        return self.largest <= FINE

    @property
    def advice(self) -> str:
        """What to do about it, in a sentence."""
        worst = str(self.table["adaptive"].idxmax())
        day = self.table["adaptive_date"][worst]
        what = f"The largest difference is {_percent(self.largest)} ({worst}, {day})"
        if self.is_fine:
            return f"{what}: the step is fine enough for published figures."
        return f"{what}: take steps_per_year={2 * self.steps_per_year} and check again."

    def __str__(self) -> str:
        lines = [self._heading(), "", self._shown().to_string(), "", self.advice]
        return "\n".join([*lines, *(f"Notice: {notice}" for notice in self.notices)])

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(str(notice))}</li>" for notice in self.notices)
        return (
            f"<p><b>{html.escape(self._heading())}</b></p>{self._shown().to_html()}"
            f"<p>{html.escape(self.advice)}</p><ul>{notes}</ul>"
        )

    def _heading(self) -> str:
        return (
            f"{self.model}, '{self.scenario}', {self.steps_per_year} {self.method} steps a year to "
            f"{self.until}: largest differences"
        )

    def _shown(self) -> pd.DataFrame:
        shares = {name: self.table[name].map(_percent) for name in ("half_step", "adaptive")}
        shown = self.table.assign(**shares)
        shown.columns = ["from half the step", "on", "from the adaptive solver", "on"]
        return shown


def check_step(
    model: Model,
    scenario: Scenario | str | Path | None = None,
    *,
    until: str | dt.date | None = None,
    steps_per_year: int = 16,
    method: str = "rk4",
) -> StepCheck:
    """Measure what the step of a run changes: the model's dt, checked in two ways.

    The model is run at the step and at half of it, and solved by an adaptive method (tolerance
    1e-11) that starts anew at every jump and bend of a parameter, with changes on their exact
    dates. All are the model's alone and begin at no figure. The arguments are those of :func:`run`.

    Raises RunError when a run cannot be made or finished, ScenarioError for a scenario that cannot
    be used.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.check_step(England(), until="2020-03-31").is_fine
    True
    """
    asked = Question.of(
        model,
        scenario,
        verb="check_step",
        until=until,
        steps_per_year=steps_per_year,
        method=method,
    )
    plan, steps, outputs = asked.scenario, asked.clock.steps_per_year, _stored(model)
    if steps > MOST_STEPS:
        message = (
            f"check takes half the step as well, so that steps_per_year is at most {MOST_STEPS}, "
            f"not {steps}"
        )
        raise RunError(message)
    how: dict[str, Any] = {"until": until, "method": method, "outputs": outputs}
    whole, half = (
        run(model, plan, steps_per_year=n, from_figures=False, **how) for n in (steps, 2 * steps)
    )
    solved = _solved(model, asked.shifts, whole)
    return StepCheck(
        model=type(model).__name__,
        scenario=whole.name,
        steps_per_year=steps,
        method=method,
        until=whole.clock.save_dates[-1],
        table=_table(whole, half, solved),
        notices=tuple(n for n in whole.warnings if n.kind in ("step", "checked", "date")),
    )


def _stored(model: Model) -> list[str]:
    return list(dict.fromkeys([*model.published_names(), *(s.name or "" for s in model.stocks())]))


def _table(whole: Run, half: Run, solved: dict[str, Values]) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    days = whole.clock.save_dates[1:]
    for name in whole.model.published_names():
        values = whole.yearly(name)[:, 0]
        by_half, at_half = _largest(values, half.yearly(name)[:, 0])
        by_solver, at_solver = _largest(values, solved[name])
        rows[name] = (by_half, days[at_half], by_solver, days[at_solver])
    columns = ["half_step", "half_step_date", "adaptive", "adaptive_date"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("output")


def _largest(values: Values, exact: Values) -> tuple[float, int]:
    """Return the largest relative difference and its place."""
    scale = np.maximum(np.abs(exact), SMALL * np.abs(exact).max())
    apart = np.abs(values - exact)
    shares = np.divide(apart, scale, out=np.where(apart > 0, np.inf, 0.0), where=scale > 0)
    worst = int(np.argmax(shares))
    return float(shares[worst]), worst


def _percent(share: float) -> str:
    return f"{100 * share:.6f} %" if share >= LEAST_SHOWN else "< 0.000001 %"


def _solved(model: Model, shifts: Sequence[Shift], like: Run) -> dict[str, Values]:
    """Return the published outputs by year, solved to the tolerance."""
    system = Continuous.of(model, shifts, model.published_names())
    names = [*system.program.recorded_levels, *system.program.recorded_rates]
    count, sums = len(system.program.stocks), system.program.recorded_rates
    scales = [np.abs(like.values(name)).max() or 1.0 for name in (*system.program.stocks, *sums)]
    first, last = float(like.clock.first_year), float(like.clock.last_year)
    state = np.concatenate([system.opening(first), np.zeros(len(sums))])
    rows = []
    for begins, ends in pairwise(system.bends(first, last)):
        state = _across(system, state, begins, ends, TOLERANCE * np.array(scales))
        if ends == round(ends):
            levels = system.levels(ends, state[:count], (begins + ends) / 2)
            rows.append([*levels, *state[count:]])
            state[count:] = 0.0
    return dict(zip(names, np.array(rows).T, strict=True))


def _across(system: Continuous, state: Values, begins: float, ends: float, floor: Values) -> Values:
    """Return the state at the end of a stretch without a jump."""
    from scipy.integrate import solve_ivp

    within, count = (begins + ends) / 2, len(system.program.stocks)

    def slopes(time: float, state: Values) -> list[float]:
        net, rates = system.rates(state[:count], system.given(time, within))
        return [*net, *rates]

    try:
        solved = solve_ivp(slopes, (begins, ends), state, METHOD, rtol=TOLERANCE, atol=floor)
    except (ArithmeticError, ValueError) as fault:
        message = f"after {date_of(begins)} the solver meets no value: {fault}"
        raise RunError(message) from fault
    if not solved.success:
        message = f"after {date_of(begins)} the adaptive solver stops: {solved.message}"
        raise RunError(message)
    return np.asarray(solved.y[:, -1])
