"""A scenario: a flat list of dated changes to the levers of a model."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caresim.engine.notices import Notice
from caresim.language.errors import ScenarioError
from caresim.language.notebook import shown_in_notebooks
from caresim.language.plain_text import check_plain
from caresim.language.settled import settled
from caresim.study.arguments import shown
from caresim.study.scenario.change import Change
from caresim.study.scenario.keys import SCENARIO, TEXT, TOLD
from caresim.study.scenario.sentences import sentence

__all__ = ["STAYS", "Scenario"]

STAYS = "No changes: the model stays as it is."


@settled
@dataclass(frozen=True)
class Scenario:
    """A named list of changes: ``Scenario("Higher threshold", changes=[Change(...)])``.

    ``extends`` takes another scenario, whose changes then come first; the other is kept as
    ``parent``, and its name. ``assumes`` are sentences on what a reader should know is assumed,
    which pages show where others are compared with it. ``path`` is the file it was read from,
    ``notices`` what to know of how it was found; runs say it. Without changes the model stays as it
    is.

    Raises ScenarioError for a missing name, a change given twice, or things that are not changes.
    """

    name: str
    summary: str = ""
    changes: Sequence[Change] = ()
    author: str = ""
    path: Path | None = field(default=None, compare=False)
    extends: str | Scenario | None = None
    notices: Sequence[Notice] = field(default=(), compare=False, repr=False)
    assumes: Sequence[str] = ()
    parent: Scenario | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        whose = f"{self.path}: the scenario's" if self.path else "a scenario's"
        for key in SCENARIO:
            value = getattr(self, key.name, "")
            if key.kind is TEXT and key.kind.read(value) is None:
                message = f"{whose} {key.name} must be {key.kind.said}, not {shown(value)}"
                raise ScenarioError(message)
            check_plain(value, f"{whose} {key.name}", ScenarioError, name=key.name == "name")
        self._tell(whose)
        object.__setattr__(self, "name", " ".join(self.name.split()))
        if not self.name:
            message = 'a scenario needs a name, such as Scenario("A policy", changes=[…])'
            raise ScenarioError(message)
        object.__setattr__(self, "changes", (*self._inherited(), *_changes(self)))
        _refuse_repeats(self)

    def _tell(self, whose: str) -> None:
        told = TOLD.read(self.assumes)
        if told is None:
            message = f"{whose} assumes must be {TOLD.said}, not {shown(self.assumes)}"
            raise ScenarioError(message)
        for text in told:
            check_plain(text, f"{whose} assumes", ScenarioError)
        object.__setattr__(self, "assumes", told)

    def _inherited(self) -> Sequence[Change]:
        if isinstance(self.extends, Scenario):
            inherited = self.extends
            known = inherited.path.stem if inherited.path else inherited.name
            object.__setattr__(self, "extends", known)
            object.__setattr__(self, "parent", inherited)
            object.__setattr__(self, "notices", (*inherited.notices, *self.notices))
            return inherited.changes
        if self.extends is not None and self.path is None:
            message = (
                f"scenario '{self.name}': in Python 'extends' takes a Scenario, not "
                f"{shown(self.extends)}; write extends=read_scenario(…)"
            )
            raise ScenarioError(message)
        return ()

    @property
    def trail(self) -> tuple[Scenario, ...]:
        """The scenario that this one extends, the one that that extends, and so on."""
        return () if self.parent is None else (self.parent, *self.parent.trail)

    @property
    def own_changes(self) -> Sequence[Change]:
        """The changes that are not those of what it extends, which come first."""
        return self.changes[len(self.parent.changes) if self.parent else 0 :]

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
            "assumes": list(self.assumes),
            "changes": [change.as_dict() for change in self.changes],
        }

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(sentence(change))}</li>" for change in self.changes)
        body = f"<ol>{items}</ol>" if items else f"<p>{STAYS}</p>"
        return f"<p><b>{html.escape(self.name)}</b> {html.escape(self.summary)}</p>{body}"


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
