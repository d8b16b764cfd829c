"""Scenarios under each belief that a model declares: does the answer hang on whom one believes?

The same draws, each under every belief, so that what differs is the belief and not chance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.beliefs import Beliefs, beliefs_of
from caresim.language.model import Model
from caresim.study.believed import are_drawn
from caresim.study.drawing import draws, origin_of
from caresim.study.made_for import POSTERIOR
from caresim.study.question import Question
from caresim.study.scenario.scenario import Scenario

__all__ = ["UnderBeliefs", "under_beliefs"]

Values = NDArray[np.float64]
MOST_DRAWS = 200  # for a sentence with a range
SAME = 0.05  # of the largest median: answers nearer than that hang on no belief
FACTOR = 2.0  # by which answers disagree


@dataclass(frozen=True)
class Answer:
    """What a scenario changes under one belief: median and the ends of the middle of the draws."""

    belief: str
    said: str
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class UnderBeliefs:
    """What a scenario changes of one quantity by the last year, under each belief of a model.

    The first answer is that of the model's own priors. ``level`` is the share of the draws between
    the ends.
    """

    scenario: str
    title: str
    quantity: str
    year: str
    answers: tuple[Answer, ...]
    level: float

    @property
    def matters(self) -> bool:
        """Whether the answers are apart at all."""
        medians = [one.median for one in self.answers]
        return max(medians) - min(medians) > SAME * max(map(abs, medians))

    @property
    def disagree(self) -> bool:
        """Whether the other beliefs contradict each other: ranges apart, or one twice the other."""
        others = self.answers[1:]
        low, high = max(one.low for one in others), min(one.high for one in others)
        sizes = sorted(abs(one.median) for one in others)
        return low > high or sizes[-1] > FACTOR * sizes[0]


def under_beliefs(
    model: Model,
    plans: Sequence[Scenario],
    base: Scenario | None,
    until: str | dt.date | None = None,
    n_draws: int = 100,
    seed: int = 1,
    mix: str | None = None,
    level: float = 0.8,
) -> tuple[UnderBeliefs, ...]:
    """Return what each scenario changes of the model's first compared quantity, by belief.

    Only scenarios whose answer hangs on a belief are among them; none where the model declares no
    beliefs, has nothing to draw from, or has a posterior beside which no belief is drawn, as a
    calibration of one's own leaves it. At most 200 draws are taken of each.
    """
    known = beliefs_of(model)
    whole = model if model.stands_for is None else model.stands_for.whole
    origin = origin_of(model)
    if known is None or not plans or not n_draws or not origin:
        return ()
    if origin == POSTERIOR and not are_drawn(whole):
        return ()
    n_draws = min(n_draws, MOST_DRAWS)
    name = model.compared_names()[0]
    changes: dict[str, list[Values]] = {}
    year = ""
    for belief in known.names:
        sample = draws(model, n_draws, seed=seed, given=origin, beliefs=belief)
        asked = [
            Question.of(model, plan, until=until, draws=sample, beside=[base, *plans], mix=mix)
            for plan in (base, *plans)
        ]
        first, *others = [one.run([name]).yearly(name)[-1] for one in asked]
        changes[belief] = [other - first for other in others]
        year = asked[0].clock.financial_years[-1]
    found = [
        _answered(known, plan.name, name, year, changes, i, level) for i, plan in enumerate(plans)
    ]
    return tuple(one for one in found if one.matters)


def _answered(
    known: Beliefs,
    plan: str,
    name: str,
    year: str,
    changes: dict[str, list[Values]],
    i: int,
    level: float,
) -> UnderBeliefs:
    said = {known.default: known.default_said, **{one.name: one.said for one in known.others}}
    ends = (0.5, (1 - level) / 2, (1 + level) / 2)
    answers = tuple(
        Answer(belief, said[belief], *np.quantile(changes[belief][i], ends).tolist())
        for belief in known.names
    )
    return UnderBeliefs(plan, known.title, name, year, answers, level)
