"""A scenario: a flat list of dated changes to the levers of a model, made in Python or in TOML."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from caresim.engine.notices import Notice
from caresim.language.dates import end_of, start_of
from caresim.language.errors import ScenarioError
from caresim.language.model import Model
from caresim.study.arguments import came, model_of
from caresim.study.scenario.binding import changes_nothing, check_scenario, lever_of, shifts_of
from caresim.study.scenario.keys import KINDS, SCENARIO, TEXT, Kind
from caresim.study.scenario.words import ramp_end, reasons, sentence, shown

__all__ = [
    "Change",
    "ChangeError",
    "Scenario",
    "changes_nothing",
    "check_scenario",
    "explain",
    "read_scenario",
    "scenario_of",
    "scenario_schema",
    "shifts_of",
]

DAY = 1 / 365.25


class ChangeError(ScenarioError):
    """One key of a change that cannot be used; ``key`` and ``text`` let a reader add the place."""

    def __init__(self, parameter: object, key: str, text: str) -> None:
        super().__init__(parameter, key, text)
        self.key, self.text = key, text

    def __str__(self) -> str:
        return f"a change of {shown(self.args[0])}: '{self.key}' {self.text}"


@dataclass(frozen=True, init=False)
class Change:
    """One dated change of one lever: ``Change("early_help_budget", "scale", 1.25, "2027-04-01")``.

    ``verb`` is ``"set"``, ``"add"`` or ``"scale"``; ``amount`` is in the parameter's unit, or for
    ``"set"`` the name of a choice. The change begins with the day ``begins``, grows in a straight
    line ``over_years`` (0 for a step), and is taken back when the day ``until`` is over. Dates may
    be ISO texts. ``where`` says which file and change it was read from.

    Raises ChangeError, a ScenarioError, for a value that cannot be used.
    """

    parameter: str
    verb: str
    amount: float | str
    begins: dt.date
    over_years: float
    until: dt.date | None
    why: str
    source: str
    where: str = field(compare=False, repr=False)

    # Written out, so that type checkers let dates be given as texts.
    def __init__(
        self,
        parameter: str,
        verb: Literal["set", "add", "scale"],
        amount: float | str,
        begins: str | dt.date,
        over_years: float = 0.0,
        until: str | dt.date | None = None,
        why: str = "",
        source: str = "",
        where: str = "",
    ) -> None:
        put: Callable[[str, object], None] = partial(object.__setattr__, self)
        read = partial(_read, parameter)
        put("parameter", read("parameter", parameter))
        put("verb", read("verb", verb))
        put("amount", read("amount", amount, KINDS[verb]))
        put("begins", read("begins", begins))
        put("over_years", read("over_years", over_years))
        put("until", None if until is None else read("until", until))
        put("why", read("why", why))
        put("source", read("source", source))
        put("where", where)
        self._check_end()

    def _check_end(self) -> None:
        if self.until is None:
            return
        fault = partial(ChangeError, self.parameter, "until")
        if self.until <= self.begins:
            raise fault(
                f"({self.until}) must be later than the day the change begins ({self.begins}); "
                "correct one of the two, or leave 'until' out for a change that lasts"
            )
        if end_of(self.until) < start_of(self.begins) + self.over_years - DAY:
            raise fault(
                f"({self.until}) comes before the ramp is over ({ramp_end(self)}); "
                "shorten 'over_years' or end the change later"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data; dates are texts."""
        until = None if self.until is None else str(self.until)
        names = ("parameter", "verb", "amount", "over_years", "why", "source")
        return {n: getattr(self, n) for n in names} | {"begins": str(self.begins), "until": until}

    @property
    def effect(self) -> tuple[object, ...]:
        """What the change does, without the reasons given for it."""
        verb = (self.parameter, self.verb, self.amount)
        return (*verb, self.begins, self.over_years, self.until)


@dataclass(frozen=True)
class Scenario:
    """A named list of changes: ``Scenario("Higher threshold", changes=[Change(...)])``.

    ``extends`` takes another scenario, whose changes then come first; it is kept as a name.
    ``path`` is the file it was read from, ``notices`` what to know of how it was found; runs say
    it. Without changes, current policy continues.

    Raises ScenarioError for a missing name, a change given twice, or things that are not changes.
    """

    name: str
    summary: str = ""
    changes: Sequence[Change] = ()
    author: str = ""
    path: Path | None = field(default=None, compare=False)
    extends: str | Scenario | None = None
    notices: Sequence[Notice] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        for key in SCENARIO:
            value = getattr(self, key.name, "")
            if key.kind is TEXT and key.kind.read(value) is None:
                message = f"a scenario's {key.name} must be {key.kind.said}, not {shown(value)}"
                raise ScenarioError(message)
        object.__setattr__(self, "name", " ".join(self.name.split()))
        if not self.name:
            message = 'a scenario needs a name, such as Scenario("Higher threshold", changes=[…])'
            raise ScenarioError(message)
        object.__setattr__(self, "changes", (*self._inherited(), *_changes(self)))
        _refuse_repeats(self)

    def _inherited(self) -> Sequence[Change]:
        if isinstance(self.extends, Scenario):
            inherited = self.extends
            object.__setattr__(self, "extends", inherited.name)
            object.__setattr__(self, "notices", (*inherited.notices, *self.notices))
            return inherited.changes
        if self.extends is not None and self.path is None:
            message = (
                f"scenario '{self.name}': in Python 'extends' takes a Scenario, not "
                f"{shown(self.extends)}; write extends=read_scenario(…)"
            )
            raise ScenarioError(message)
        return ()

    def placed(self) -> Iterator[tuple[str, Change]]:
        """Yield each change with its place in words, for messages."""
        for number, change in enumerate(self.changes, 1):
            yield change.where or f"scenario '{self.name}', change {number}", change

    def as_dict(self) -> dict[str, Any]:
        """Return the scenario as plain data, as the record of a run keeps it; dates are texts."""
        return {
            "name": self.name,
            "summary": self.summary,
            "author": self.author,
            "extends": self.extends,
            "changes": [change.as_dict() for change in self.changes],
        }

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(sentence(change))}</li>" for change in self.changes)
        body = f"<ol>{items}</ol>" if items else "<p>No changes: current policy continues.</p>"
        return f"<p><b>{html.escape(self.name)}</b> {html.escape(self.summary)}</p>{body}"


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario: a file, or by its name one that comes with caresim.

    The changes of a scenario that it extends come first. A name means the file ``name.toml`` of
    the present folder, or of the folder of the file that extends it, before a shipped scenario;
    ``notices`` say so where the two differ.

    Raises ScenarioError that names file, change and key.
    """
    from caresim.study.scenario.reading import read  # which makes scenarios

    return read(path)


def scenario_of(given: Scenario | str | Path | None) -> Scenario | None:
    """Return a scenario, read from its file where a path is given; None is current policy.

    Raises ScenarioError for anything else.
    """
    if given is None or isinstance(given, Scenario):
        return given
    if isinstance(given, str | Path):
        return read_scenario(given)
    advice = ""
    if isinstance(given, Change):
        advice = '; put it in one: Scenario("Higher threshold", changes=[…])'
    elif isinstance(given, list | tuple):
        advice = "; give one at a time"
    message = f"a scenario is a Scenario, a name or the path of a file, not {came(given)}{advice}"
    raise ScenarioError(message)


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, for editors."""
    from caresim.study.scenario.reading import schema

    return schema()


def explain(
    scenario: Scenario | str | Path, model: Model | None = None, *, brief: bool = False
) -> str:
    """Return name and summary, and one English sentence for each change with its reasons.

    With a model, parameters are called by their meaning and amounts carry their units; ``brief``
    leaves out the name and the reasons. Raises ScenarioError for what is no scenario or model, and
    for a parameter that the model does not have.
    """
    plan = scenario_of(scenario)
    if plan is None:
        message = "explain takes a scenario or the path of a file, not None"
        raise ScenarioError(message)
    if model is not None:
        model_of(model, "explain", ScenarioError)
    summary = [" ".join(plan.summary.split())] if plan.summary else []
    lines = [*summary] if brief else [plan.name, *summary, ""]
    if not plan.changes:
        return "\n".join([*lines, "No changes: current policy continues."])
    price_year = model.parameters.price_year if model else ""
    for number, (place, change) in enumerate(plan.placed(), 1):
        parameter = lever_of(change.parameter, place, model) if model else None
        lines.append(f"{number}. {sentence(change, parameter, price_year)}")
        lines.extend([f"   {reasons(change)}"] if reasons(change) and not brief else [])
    return "\n".join(lines)


def _read(parameter: object, name: str, value: object, kind: Kind | None = None) -> Any:
    """Return what an argument of a change is read as; raise ChangeError where it cannot be used."""
    kind = kind or KINDS[name]
    result = kind.read(value)
    if result is None:
        raise ChangeError(parameter, name, f"must be {kind.said}, not {shown(value)}")
    return result


def _changes(scenario: Scenario) -> Sequence[Change]:
    given: Any = scenario.changes
    if isinstance(given, list | tuple) and all(isinstance(change, Change) for change in given):
        return tuple(given)
    message = (
        f"scenario '{scenario.name}': 'changes' takes a list of changes, "
        f"changes=[Change(…), …], not {shown(given)}"
    )
    raise ScenarioError(message)


def _refuse_repeats(scenario: Scenario) -> None:
    seen: dict[tuple[object, ...], str] = {}
    for place, change in scenario.placed():
        if change.effect in seen:
            message = (
                f"{place}: this change of {shown(change.parameter)} repeats "
                f"{seen[change.effect]} in every detail; take one of them out"
            )
            raise ScenarioError(message)
        seen[change.effect] = place
