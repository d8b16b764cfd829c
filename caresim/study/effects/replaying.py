"""Replays published effects in a model: the same draws with and without, run as far as measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ModelError
from caresim.language.model import Model
from caresim.language.published import published
from caresim.study.arguments import count_of, model_of, names_of, path_of
from caresim.study.draws import Draws, draws_for, origin_of
from caresim.study.draws import draws as draw
from caresim.study.effects.answers import Answer, Effects
from caresim.study.effects.declared import PER_CENT, Published, Replay, Window
from caresim.study.effects.reader import read
from caresim.study.held import held_columns, held_names
from caresim.study.question import Question
from caresim.study.scenario.change import Change
from caresim.study.scenario.scenario import Scenario
from caresim.version import __version__

__all__ = ["effects"]

Values = NDArray[np.float64]
LEVEL = (0.1, 0.5, 0.9)


def effects(
    model: Model,
    *,
    draws: int | Draws | None = 200,
    seed: int = 1,
    file: str | Path | None = None,
    only: Sequence[str] | None = None,
) -> Effects:
    """Replay each published effect that a model declares, and set its answer beside the study's.

    Every effect is given at the study's own dose and time through the levers of scenario files and
    measured as the study measured it; with and without it, the model runs with the same draws.
    Nothing is tuned to the studies. ``draws`` is a number of draws from the model's posterior, or
    from its priors where it has none, draws of one's own, or None for a single run. ``file``
    takes the place of the model's ``effects_file``; ``only`` names the effects to replay.

    An effect is met where the two intervals overlap, the model's holding 80 % of the draws; where
    the study prints none, where its estimate lies in the model's; where it found no effect, where
    the model's interval holds zero or stays below the size that its file says counts as none.

    Raises ModelError for a model without such a file, and for a file that cannot be used.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> found = cs.effects(England(), draws=20, only=["poverty_entries"])
    >>> found["poverty_entries"].meets
    True
    """
    model_of(model, "effects", ModelError)
    drawn = _drawn(model, draws, count_of(seed, "seed", error=ModelError))
    declared = _declared(model, file, only)
    for effect in declared:
        _check_outputs(model, effect)
    played = _Ensemble(model, [e.replay for e in declared if e.replay], drawn)
    answers = tuple(_answer(effect, played) for effect in declared)
    return Effects(answers, published(model).name, _release(), _told(drawn, model))


def _declared(
    model: Model, file: str | Path | None, only: Sequence[str] | None
) -> tuple[Published, ...]:
    path = (
        model.effects_file
        if file is None
        else path_of(file, "file", "a TOML file or a folder", ModelError)
    )
    if path is None:
        message = (
            f"{type(model).__name__} declares no published effects; give the class effects_file = "
            "Path(…), or file='effects.toml'"
        )
        raise ModelError(message)
    found = read(path)
    known = [effect.name for effect in found]
    asked = known if only is None else names_of(only, "only", known[0], error=ModelError)
    if unknown := [name for name in asked if name not in known]:
        message = f"{path} has no effect '{unknown[0]}'; it has {', '.join(known)}"
        raise ModelError(message)
    return tuple(effect for effect in found if effect.name in asked)


def _check_outputs(model: Model, effect: Published) -> None:
    """Raise ModelError that names the effect whose outputs the model does not have."""
    replay = effect.replay
    names = (*replay.outputs, *([replay.dose.output] if replay.dose else [])) if replay else ()
    try:
        for name in names:
            model.variable(name)
    except ModelError as fault:
        message = f"the effect '{effect.name}' cannot be replayed: {fault}"
        raise ModelError(message) from None


def _drawn(model: Model, draws: int | Draws | None, seed: int) -> Draws | None:
    if draws is None or isinstance(draws, Draws):
        return draws
    count = count_of(draws, "draws are some of cs.draws(…), or their number", 1, ModelError)
    origin = origin_of(model)
    return draw(model, count, seed=seed, given=origin) if origin else None


def _told(drawn: Draws | None, model: Model) -> str:
    """Say what the intervals are of, and what of it the caller of the model set."""
    if drawn is None:
        return "a single run"
    fixed = ", ".join(f"'{name}'" for name in held_names(drawn, model))
    but = f", but for {fixed}, which the caller set" if fixed else ""
    return f"{drawn.n_runs:,} draws of the {drawn.origin}{but}"


def _release() -> str:
    return __version__


class _Ensemble:
    """Runs of a model with one set of draws and one set of outputs, each run made once."""

    def __init__(self, model: Model, replays: Sequence[Replay], drawn: Draws | None) -> None:
        self.model, self.drawn = model, drawn
        self.columns = held_columns(draws_for(model, drawn), model)
        doses = [replay.dose.output for replay in replays if replay.dose]
        # the same for all: what is stored may move the last bit of all else
        self.outputs = list(dict.fromkeys([*(n for r in replays for n in r.outputs), *doses]))
        self.last = max((_last_year(replay.window) for replay in replays), default=0)
        self.runs: dict[tuple[object, ...], Run] = {}

    def run(self, changes: tuple[Change, ...], last: int) -> Run:
        """Return the run under some changes to the end of the financial year ``last``."""
        until = last if changes else self.last  # what nothing changes is shared by all
        key = (until, *(change.effect for change in changes))
        if key not in self.runs:
            asked = Question.of(
                self.model,
                Scenario("Replay", changes=changes),
                until=f"{until}-03-31",
                every="step",
                draws=self.drawn,
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


def _answer(effect: Published, played: _Ensemble) -> Answer:
    if effect.replay is None:
        return Answer(effect)
    try:
        values = _replayed(effect.replay, played)
    except CaresimError as fault:
        message = f"the effect '{effect.name}' cannot be replayed: {fault}"
        raise ModelError(message) from None
    if not np.isfinite(values).all():
        message = (
            f"the effect '{effect.name}' divides by zero: there is no dose, or nothing without the "
            "cause; check outputs, dose and window"
        )
        raise ModelError(message)
    return Answer(effect, *(float(q) for q in np.quantile(values, LEVEL)))


def _replayed(replay: Replay, played: _Ensemble) -> Values:
    """Return the effect in each draw, shape (runs,)."""
    last = _last_year(replay.window)
    arms = [played.run(changes, last) for changes in (replay.changes, replay.against)]
    with_it, without = (sum(_measured(run, n, replay.window) for n in replay.outputs)
                        for run in arms)  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        if replay.measure == PER_CENT:
            return np.asarray(100 * (with_it / without - 1))
        difference = (with_it - without) * replay.times / replay.per
        return np.asarray(difference / _doses(replay, arms, played))


def _doses(replay: Replay, arms: Sequence[Run], played: _Ensemble) -> Values | float:
    """Return how many doses were given in each draw, over the runs as far as they both go."""
    dose = replay.dose
    if dose is None:
        return 1.0
    ends = min(run.clock.last_year for run in arms)
    window = Window(begins=arms[0].clock.first_year, ends=ends)
    with_it, without = (_measured(run, dose.output, window) for run in arms)
    return (with_it - without) / (played.number(dose.over) if dose.over else 1.0)


def _last_year(window: Window) -> int:
    """Return the financial year, by its end, in which a window ends."""
    return max([year_end(year) for year in window.years] or [math.ceil(window.ends or 0)])


def _measured(run: Run, name: str, window: Window) -> Values:
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
