"""Runs of published effects: the same draws with and without, measured as a study measured."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.errors import ModelError
from caresim.language.model import Model
from caresim.study.draws import Draws, draws_for
from caresim.study.effects.declared import PER_CENT, Replay, Window
from caresim.study.held import held_columns
from caresim.study.question import Question
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario

__all__ = ["Ensemble", "last_year", "measured", "replayed"]

Values = NDArray[np.float64]


class Ensemble:
    """Runs of a model with one set of draws and one set of outputs, each run made once.

    Where they ``end_together``, with the last of all windows, what differs in the window alone
    shares its run, and a change may begin after a window.
    """

    def __init__(
        self,
        model: Model,
        replays: Sequence[Replay],
        drawn: Draws | None,
        *,
        end_together: bool = False,
    ) -> None:
        self.model, self.drawn, self.end_together = model, drawn, end_together
        self.columns = held_columns(draws_for(model, drawn), model)
        doses = [replay.dose.output for replay in replays if replay.dose]
        # the same for all: what is stored may move the last bit of all else
        self.outputs = list(dict.fromkeys([*(n for r in replays for n in r.outputs), *doses]))
        self.last = max((last_year(replay.window) for replay in replays), default=0)
        self.runs: dict[tuple[object, ...], Run] = {}

    def run(self, changes: tuple[Change, ...], last: int) -> Run:
        """Return the run under some changes to the end of the financial year ``last``, or later."""
        alone = changes and not self.end_together  # what nothing changes is shared by all
        until = last if alone else self.last
        key = (until, *(change.effect for change in changes))
        if key not in self.runs:
            asked = Question.of(
                self.model,
                Scenario("Replay", changes=changes),
                until=f"{until}-03-31",
                every="step",
                draws=self.drawn,
                from_figures=False,  # an effect is the model's
            )
            self.runs[key] = asked.run(self.outputs)
        return self.runs[key]

    def number(self, name: str) -> Values | float:
        """Return a parameter without dates: a number, or what was drawn of it."""
        if name in self.columns:
            return self.columns[name]
        value = self.model.parameters[name].value
        if not isinstance(value, float | int):
            message = f"a dose is counted by a number, and '{name}' has dated values"
            raise ModelError(message)
        return value


def replayed(replay: Replay, played: Ensemble) -> Values:
    """Return the effect in each draw, shape (runs,)."""
    last = last_year(replay.window)
    arms = [played.run(changes, last) for changes in (replay.changes, replay.against)]
    with_it, without = (sum(measured(run, n, replay.window) for n in replay.outputs)
                        for run in arms)  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        if replay.measure == PER_CENT:
            return np.asarray(100 * (with_it / without - 1))
        difference = (with_it - without) * replay.times / replay.per
        return np.asarray(difference / _doses(replay, arms, played))


def _doses(replay: Replay, arms: Sequence[Run], played: Ensemble) -> Values | float:
    """Return how many doses were given in each draw, over the runs as far as they both go."""
    dose = replay.dose
    if dose is None:
        return 1.0
    ends = min(run.clock.last_year for run in arms)
    window = Window(begins=arms[0].clock.first_year, ends=ends)
    with_it, without = (measured(run, dose.output, window) for run in arms)
    return (with_it - without) / (played.number(dose.over) if dose.over else 1.0)


def last_year(window: Window) -> int:
    """Return the financial year, by its end, in which a window ends."""
    return max([year_end(year) for year in window.years] or [math.ceil(window.ends or 0)])


def measured(run: Run, name: str, window: Window) -> Values:
    """Return an output over a window in each run, shape (runs,)."""
    values, clock = run.values(name), run.clock
    is_level = name in run.levels
    if window.years:
        ends = [year_end(year) for year in window.years]
        found = [_at(values, clock, end) if is_level else
                 _between(_summed(values), clock, end - 1, end) for end in ends]  # fmt: skip
        return np.asarray(np.mean(found, axis=0))
    if window.begins is None:
        if not is_level:
            message = f"'{name}' is a rate and has no value on a day; measure it over years"
            raise ModelError(message)
        return _at(values, clock, window.ends or 0.0)
    lengths = np.diff(clock.save_times)[:, None]
    sums = (values[1:] + values[:-1]) / 2 * lengths if is_level else values
    return _between(_summed(sums), clock, window.begins, window.ends or 0.0)


def _summed(values: Values) -> Values:
    return np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0)])


def _between(summed: Values, clock: Clock, begins: float, ends: float) -> Values:
    return _at(summed, clock, ends) - _at(summed, clock, begins)


def _at(values: Values, clock: Clock, time: float) -> Values:
    """Return what stands at a coordinate of time, in a straight line between saved moments."""
    known = clock.save_times
    if not known[0] <= time <= known[-1]:
        message = f"it is measured outside the run, which begins in March {clock.first_year}"
        raise ModelError(message)
    before = min(int(np.searchsorted(known, time, side="right")), len(known) - 1) - 1
    share = (time - known[before]) / (known[before + 1] - known[before])
    return np.asarray((1 - share) * values[before] + share * values[before + 1])
