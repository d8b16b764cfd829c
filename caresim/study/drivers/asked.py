"""What a sensitivity is asked of: an output of a scenario, against its baseline, for any draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.errors import RunError, did_you_mean
from caresim.language.model import Model
from caresim.language.parameters import Parameter
from caresim.study.against import compared_with
from caresim.study.arguments import came, names_of, output_of
from caresim.study.drawing import draws as drawn
from caresim.study.drawing import origin_of
from caresim.study.draws import Draws
from caresim.study.drivers.candidates import Candidate, candidates_of, structure_of
from caresim.study.drivers.what_drives import difference_of
from caresim.study.held import held_notices
from caresim.study.question import Question
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import Scenario
from caresim.study.simulator import Simulator

__all__ = ["Asked", "asked_of"]

Values = NDArray[np.float64]
BATCH = 4_000  # runs at once
LEAST_RUNS = 10


@dataclass(frozen=True, eq=False)
class Asked:
    """An output of a model at the end of a year, as a function of what is drawn.

    ``sides`` are the scenario and, where there is one, its baseline; ``columns`` what is drawn,
    parameters of shape (runs,) and chance of shape (years, runs).
    """

    model: Model
    output: Parameter
    sides: tuple[Simulator, ...] = field(repr=False)
    sample: Draws = field(repr=False)
    columns: dict[str, Values] = field(repr=False)
    candidates: tuple[Candidate, ...] = field(repr=False)
    scenario: str = ""
    baseline: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def year(self) -> str:
        """The financial year that ends on the day."""
        return self.sides[0].years[-1]

    @property
    def of(self) -> Values:
        """Which structure each draw is of, counted from 0, shape (runs,)."""
        return structure_of(len(self.sample.structures), self.sample.n_runs)

    def answer(self, columns: Mapping[str, Values]) -> Values:
        """Return the output for columns, or its difference from the baseline, shape (runs,)."""
        runs = np.shape(next(iter(columns.values())))[-1]
        parts = []
        for begins in range(0, runs, BATCH):
            part = {name: col[..., begins : begins + BATCH] for name, col in columns.items()}
            run, *base = (side(part)[self.output.name][-1] for side in self.sides)
            parts.append(difference_of(run, *base) if base else run)
        return np.concatenate(parts)

    def chosen(self, names: Sequence[str] | None) -> list[Candidate]:
        """Return the candidates of some names, all without any.

        Raises RunError for a name that is not drawn.
        """
        if names is None:
            return list(self.candidates)
        known = {one.name: one for one in self.candidates}
        wanted = names_of(names, "names", next(iter(known), "rate"))
        for name in wanted:
            if name not in known:
                message = f"names: {came(name)} is not drawn, or is the same in all draws"
                raise RunError(f"{message}{did_you_mean(name, known)}")
        return [known[name] for name in dict.fromkeys(wanted)]


def asked_of(
    model: Model,
    scenario: Scenario | str | Path | None,
    output: str,
    *,
    at: str | dt.date | None,
    against: Scenario | str | Path | None,
    draws: Draws | None,
    n: int,
    seed: int,
) -> Asked:
    """Check what a sensitivity was given, and make both sides ready for many runs.

    Raises ScenarioError for a scenario that cannot be used, ParameterError where nothing can be
    drawn, RunError for all else.
    """
    ask = partial(Question.of, model, verb="sensitivity", until=at, end="at")
    ask(draws=draws)
    entry, plan = output_of(model, output), scenario_of(scenario, model)
    if plan is None and against is not None:
        message = "against is what a scenario is compared with; give a scenario, or leave it out"
        raise RunError(message)
    plans = [plan] if plan is None else [plan, compared_with(model, [plan], against)]
    origin = origin_of(model) or None
    sample = drawn(model, n, seed=seed, given=origin) if draws is None else draws
    if sample.n_runs < LEAST_RUNS:
        message = f"sensitivity takes at least {LEAST_RUNS} draws, not {sample.n_runs}"
        raise RunError(message)
    questions = [ask(one, beside=plans, draws=sample) for one in plans]
    first = questions[0]
    columns = {k: v for k, v in first.drawn.items() if k not in model.set_by_caller}
    if not columns:
        message = "nothing that these draws hold is free to vary; the caller of the model set it"
        raise RunError(message)
    years = first.clock.n_years
    return Asked(
        model=model,
        output=entry,
        sides=tuple(Simulator.of(question, [entry.name]) for question in questions),
        sample=sample,
        columns=columns,
        candidates=tuple(candidates_of(model, columns, sample.structures, years)),
        scenario=first.name,
        baseline=questions[1].name if len(questions) > 1 else "",
        notices=(*sample.notices, *held_notices(sample, model)),
    )
