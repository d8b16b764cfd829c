"""Changes that change nothing, each with the reason where it can be told.

A change whose lever keeps its path is known without a run. One that moves its lever and nothing
else is known by a run without it; the reason is a parameter near by that lets it act once moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.halving import record_halving
from caresim.engine.notices import Notice
from caresim.engine.paths import Shift
from caresim.language.amounts import value_text
from caresim.language.errors import CaresimError
from caresim.language.parameters import Parameter, Series
from caresim.language.reach import neighbours
from caresim.study.question import Question
from caresim.study.scenario.binding import path_values
from caresim.study.scenario.change import Change
from caresim.study.scenario.sentences import first_day

__all__ = ["idle_notices"]

Values = NDArray[np.float64]
Levels = Mapping[str, Values]
SAME, NOTHING = 1e-12, 0.0
LOOKED_AT = 8  # parameters near by that may let a change act


def idle_notices(asked: Question, target: str | None = None) -> list[Notice]:
    """Return what to say of a scenario that changes nothing, and of each change that does not.

    Of one that extends another only its own changes are looked at, beside the run of the other.
    Runs tell by what is published and by the stocks; of a lever that is drawn too, its least and
    its greatest draw. ``target`` is how they are computed.

    Raises RunError where the scenario's own run cannot be finished.
    """
    plan = asked.scenario
    if plan is None or not plan.changes:
        return []
    ends = _ends_of_drawn(asked)
    own = range(len(plan.changes) - len(plan.own_changes), len(asked.shifts))
    still = {i: why for i, why in _still(asked, ends, own.start) if why}
    moving = [i for i in own if i not in still]
    # in the same way as the run itself, which rounds in the same way
    trial = _Trial(asked, ends, target)
    whole = trial.run(asked.shifts) if moving else None
    reasons = still
    if whole is not None:
        idle = [i for i in moving if trial.acts_not(whole, _without(asked.shifts, i))]
        reasons = still | {i: _why_without_effect(trial, i) for i in idle}
    notices = [_notice(plan.changes[i], why) for i, why in sorted(reasons.items())]
    # of a single change, the run without it is there
    none = _without(asked.shifts, own[0]) if len(own) == 1 else asked.shifts[: own.start]
    if whole is None or trial.acts_not(whole, none, asked.model.published_names()):
        base = plan.parent.name if plan.parent else asked.model.unchanged.name
        text = f"the scenario '{plan.name}' changes nothing: it is identical to {base}"
        notices.insert(0, Notice("identical", plan.name, text))
    return [*dict.fromkeys(notices)]


def _ends_of_drawn(asked: Question) -> dict[str, Values]:
    """Return the least and the greatest draw of each lever that the scenario changes."""
    columns = asked.columns
    changed = {shift.parameter for shift in asked.shifts} & set(columns)
    return {name: np.array([np.min(columns[name]), np.max(columns[name])]) for name in changed}


def _notice(change: Change, why: str) -> Notice:
    said = f"the change of '{change.parameter}' from {first_day(change.begins)} changes nothing"
    return Notice("idle", change.parameter, f"{said}: {why}")


# Known from the paths


def _still(asked: Question, ends: Mapping[str, Values], first: int) -> Iterator[tuple[int, str]]:
    """Yield each change from the first on with the reason why its lever keeps its path.

    Empty where it moves.
    """
    shifts = asked.shifts
    for name in dict.fromkeys(shift.parameter for shift in shifts[first:]):
        known = [shift for shift in shifts[:first] if shift.parameter == name]
        own = [i for i, shift in enumerate(shifts) if shift.parameter == name and i >= first]
        every, paths = [*known, *(shifts[i] for i in own)], _Paths(asked, name, ends)
        undone = len(own) > 1 and _equal(paths(every), paths(known))
        for place, i in enumerate(own, len(known)):
            why = _why_still(paths, every, place)
            yield i, why or ("the changes of this lever undo each other" if undone else "")


class _Paths:
    """The path of one parameter under some changes, from its own value or from drawn ones."""

    def __init__(self, asked: Question, name: str, ends: Mapping[str, Values]) -> None:
        self.entry, self.clock = asked.model.parameters[name], asked.clock
        self.price_year = asked.model.parameters.price_year
        own = 0.0 if isinstance(self.entry.value, Series) else float(self.entry.value)
        self.bases = [float(x) for x in ends.get(name, [own])]

    def __call__(self, shifts: Sequence[Shift]) -> Values:
        return np.stack([path_values(self.entry, shifts, self.clock, x) for x in self.bases])


def _why_still(paths: _Paths, own: list[Shift], place: int) -> str:
    """Return why a lever has one path with and without one of its changes, empty where it moves."""
    before, after = paths(own[:place]), paths(own[: place + 1])
    if not _equal(before, after):
        others = own[:place] + own[place + 1 :]
        later = _equal(paths(own), paths(others))
        return "a later change of this lever takes its place" if later else ""
    shift = own[place]
    inside = _in_force(paths, shift)
    if not inside.any():
        return "it is in force at no moment of the run"
    if shift.verb == "set":
        level = value_text(shift.amount, paths.entry, paths.price_year)
        return f"'{shift.parameter}' is {level} already"
    if shift.amount == (0.0 if shift.verb == "add" else 1.0):
        return "nothing is added" if shift.verb == "add" else "a factor of 1 leaves it as it is"
    if shift.verb == "scale" and not before[:, inside].any():
        return f"'{shift.parameter}' is 0, and so is every multiple of it; use 'set' or 'add'"
    return f"it is too small to move '{shift.parameter}'"


def _in_force(paths: _Paths, shift: Shift) -> NDArray[np.bool_]:
    # where it matters to which of two values it would set the lever
    one, two = (paths([replace(shift, verb="set", amount=x, over=0.0)]) for x in (1.0, 2.0))
    return np.asarray((one != two)[0])


def _equal(a: Values, b: Values) -> bool:
    return bool(np.allclose(a, b, rtol=SAME, atol=NOTHING))


# Known from runs


class _Trial:
    """Runs of one question with other changes, stored for comparison."""

    def __init__(self, asked: Question, ends: Mapping[str, Values], target: str | None) -> None:
        self.asked, self.ends = asked, dict(ends)
        self.known: dict[tuple[Shift, ...], Levels] = {}
        self.how: dict[str, Any] = {"method": asked.method, "target": target}
        stocks = [stock.name or "" for stock in asked.model.stocks()]
        self.shown = list(dict.fromkeys([*asked.model.published_names(), *stocks]))

    def run(self, shifts: Sequence[Shift]) -> Levels:
        """Run with some changes, once, and return what is shown."""
        key = tuple(shifts)
        if key not in self.known:
            self.known[key] = self._run(shifts)
        return self.known[key]

    def _run(self, shifts: Sequence[Shift]) -> Levels:
        asked, n_runs = self.asked, max(map(len, self.ends.values()), default=1)
        how = {**self.how, "outputs": self.shown}
        _, record, *_ = record_halving(asked.model, asked.clock, shifts, self.ends, n_runs, **how)
        return {**record.levels, **record.rates}

    def level(self, entry: Parameter) -> float:
        """Return where the scenario leaves a parameter at the end of the run."""
        own = 0.0 if isinstance(entry.value, Series) else float(entry.value)
        shifts = [shift for shift in self.asked.shifts if shift.parameter == entry.name]
        return float(path_values(entry, shifts, self.asked.clock, own)[-1, -1])

    def same(self, one: Levels, other: Levels, shown: Sequence[str] = ()) -> bool:
        """Return whether two runs agree in all that is shown, but for rounding."""
        pairs = ((one[name], other[name]) for name in shown or self.shown)
        return all(np.abs(a - b).max() <= SAME * np.abs(a).max() for a, b in pairs)

    def acts_not(self, whole: Levels, shifts: Sequence[Shift], shown: Sequence[str] = ()) -> bool:
        """Return whether a run with other changes agrees; one that cannot be finished does not."""
        try:
            return self.same(whole, self.run(shifts), shown)
        except CaresimError:
            return False


def _without(shifts: Sequence[Shift], i: int) -> list[Shift]:
    # one that does nothing in its place, so that both runs round alike
    still = replace(shifts[i], verb="scale", amount=1.0, over=0.0)
    return [*shifts[:i], still, *shifts[i + 1 :]]


def _why_without_effect(trial: _Trial, i: int) -> str:
    """Return what a change waits for: a parameter near by that lets it act once it is moved."""
    asked, name = trial.asked, trial.asked.shifts[i].parameter
    for other in neighbours(asked.model, name)[:LOOKED_AT]:
        entry = asked.model.parameters[other]
        for value in _elsewhere(trial, entry):
            if _acts(trial, i, other, value):
                return f"nothing follows from it {_while(trial, entry, value)}"
    return f"'{name}' moves, but nothing that is published follows from it"


def _acts(trial: _Trial, i: int, other: str, value: float) -> bool:
    """Return whether a change acts once another parameter has some value from the start."""
    shifts, first = trial.asked.shifts, float(trial.asked.clock.first_year)
    held = Shift(other, "set", value, first)
    try:
        whole = trial.run([*shifts, held])
        return not trial.same(whole, trial.run([*_without(shifts, i), held]))
    except CaresimError:  # a run that such a value makes impossible tells nothing
        return False


def _elsewhere(trial: _Trial, entry: Parameter) -> list[float]:
    """Return values of a parameter that differ from its own: settings, or on the way to its bounds.

    Half the way may lie beyond a limit, where nothing more acts, so that little is tried as well.
    """
    now = trial.level(entry)
    if entry.choices:
        return [value for _, value in entry.choices if value != now]
    low, high = entry.bounds or (now, now)
    tried = ((now + high) / 2, (now + low) / 2, now + (high - now) / 100)
    return [value for value in tried if value != now]


def _while(trial: _Trial, entry: Parameter, value: float) -> str:
    now, year = trial.level(entry), trial.asked.model.parameters.price_year
    said = f"while '{entry.name}' is {value_text(now, entry, year)}"
    if any(shift.parameter == entry.name for shift in trial.asked.shifts):
        return f"{said}, as this scenario has it"
    if entry.choices:
        return f"{said}; set that to {value_text(value, entry)} too"
    return f"{said}; {'raise' if value > now else 'lower'} that too"
