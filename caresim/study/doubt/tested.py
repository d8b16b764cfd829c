"""The published effects that bear on what a scenario changes, and whether the model meets them."""

from __future__ import annotations

from dataclasses import dataclass

from caresim.language.model import Model
from caresim.study.against import differing
from caresim.study.effects.answers import Answer, Effects
from caresim.study.scenario.scenario import Scenario

__all__ = ["Tested", "effects_on"]


@dataclass(frozen=True)
class Tested:
    """The answers of a model to the effects that bear on a scenario."""

    scenario: str
    answers: tuple[Answer, ...]

    @property
    def met(self) -> tuple[Answer, ...]:
        """Those whose interval the model's meets."""
        return tuple(one for one in self.answers if one.meets)

    @property
    def missed(self) -> tuple[Answer, ...]:
        """Those whose interval it does not meet."""
        return tuple(one for one in self.answers if one.meets is False)


def effects_on(model: Model, plan: Scenario, base: Scenario | None) -> Tested | None:
    """Return the effects that bear on a scenario: whose replay pulls a lever that it pulls too.

    So do those that rest on an effect size that it rests on. None where the model ships no answers,
    where it is not the one that they are of, and where none bears on it.
    """
    found = Effects.shipped(type(model)()) if model.effects_file is not None else ()
    if not found:
        return None
    pulled = {change.parameter for change in differing(plan, base)}
    pulled |= {model.parameters[name].effect for name in pulled if name in model.parameters}
    pulled.discard("")
    bearing = tuple(
        answer
        for answer in found[-1].answers
        if answer.effect.replay is not None
        and answer.meets is not None
        and pulled & _pulled(model, answer)
    )
    return Tested(plan.name, bearing) if bearing else None


def _pulled(model: Model, answer: Answer) -> set[str]:
    """Return the levers that the replay of an effect pulls, and the effects behind them."""
    replay = answer.effect.replay
    names = {change.parameter for change in replay.changes} if replay else set()
    effects = {model.parameters[name].effect for name in names if name in model.parameters}
    return {name for name in (*names, *effects) if name}
