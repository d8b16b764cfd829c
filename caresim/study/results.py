"""Several scenarios projected together against one baseline, each with its uncertainty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from caresim.engine.notices import Notice
from caresim.engine.run import Run
from caresim.language.errors import ScenarioError
from caresim.language.model import Model
from caresim.study.against import compared_with, is_same
from caresim.study.arguments import count_of, items_of
from caresim.study.backtest import Backtest
from caresim.study.break_even.answer import BreakEven, NotFound
from caresim.study.break_even.search import assumed_effects, look_for
from caresim.study.doubt.answer import Doubt, doubt_of
from caresim.study.drawing import draws, origin_of
from caresim.study.draws import Draws
from caresim.study.flat_prices import Priced, priced
from caresim.study.made_for import POSTERIOR, why_not_its_posterior
from caresim.study.question import Question
from caresim.study.scenario.reading import read_scenario
from caresim.study.scenario.scenario import Scenario
from caresim.study.simulate import answered
from caresim.study.turning import Turn, turn_of
from caresim.study.under_beliefs import UnderBeliefs, under_beliefs
from caresim.study.under_rules import Case, UnderRule, cases_of
from caresim.study.workers import opened

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from caresim.study.workers import Open

__all__ = ["Results", "project"]


@dataclass(frozen=True, eq=False)
class Results:
    """Projections of scenarios: ``runs`` starts with the baseline.

    ``ensembles`` holds, by run name, the same scenario for every draw, paired draw by draw;
    ``score`` is the backtest that ships with the model, ``files`` the scenario file of each run,
    None where it is the model as it ships; ``evens`` the break-even of each effect that a scenario
    rests on and no study has measured; ``turn`` says where the baseline turns, and why; ``ruled``
    holds each scenario under each rule of the model, such as who pays; ``priced`` says what a place
    costs in the last year of the baseline, and with prices held flat; ``believed`` holds the
    scenarios whose answer hangs on what is believed, under each belief of the model; ``doubt`` says
    what bands are made of.
    """

    model: Model
    runs: tuple[Run, ...]
    ensembles: dict[str, Run]
    files: dict[str, Path | None]
    score: Backtest | None
    evens: tuple[BreakEven | NotFound, ...] = ()
    turn: Turn | None = None
    ruled: tuple[UnderRule, ...] = ()
    priced: Priced | None = None
    believed: tuple[UnderBeliefs, ...] = ()
    doubt: Doubt | None = None

    @property
    def baseline(self) -> Run:
        """What the scenarios are compared with."""
        return self.runs[0]


def project(
    model: Model,
    files: Sequence[str | Path],
    *,
    against: Scenario | str | Path | None = None,
    until: str | dt.date | None = None,
    n_draws: int = 100,
    seed: int = 1,
    mix: str | None = None,
    executor: Executor | Open | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Results:
    """Run scenarios and what they are compared with: the nearest one that all of them extend.

    ``files`` are paths, or names of scenarios that come with the model. Where they extend none in
    common, the baseline is the model as it ships; ``against`` chooses another. ``n_draws`` draws
    give the intervals, 0 none: from the posterior, or the priors without one; ``mix`` is as in run.
    ``executor`` (of the interface of ``concurrent.futures``, or a function such as ``workers`` that
    opens one for a number of tasks) takes the ensembles; ``meanwhile`` is called while they run.

    Raises ScenarioError for a file that cannot be used or two scenarios of one name.
    """
    ask = partial(Question.of, model, until=until, mix=mix)
    ask(verb="project")
    n_draws, seed = count_of(n_draws, "n_draws"), count_of(seed, "seed")
    base, *rest = beside = _beside(model, files, against)
    n_draws = n_draws if origin_of(model) else 0
    plans = [plan for plan in rest if plan]
    effects = assumed_effects(model, plans, base)
    cases = cases_of(model, plans, base)
    more = _others(cases, beside)
    more_tasks = bool(meanwhile) + bool(plans and model.beliefs_file)
    tasks = len([*beside, *more, *effects]) + more_tasks if n_draws else 0
    with opened(executor, tasks) as pool:
        pending, sample = [], _drawn(model, n_draws, seed) if n_draws else None
        if sample is not None:
            many = partial(_ensemble, ask, sample=sample, beside=beside)
            pending = [pool.submit(many, plan) for plan in beside]
            pending += [pool.submit(partial(many, told=False), plan) for plan in more]
        # after the ensembles, whose machine code the same processes then have at hand
        looked = [pool.submit(look_for, model, base, until, pair) for pair in effects]
        beliefs = pool.submit(under_beliefs, model, plans, base, until, n_draws, seed, mix)
        turn = turn_of(model, base, until=until, mix=mix)
        cost = priced(model, base, until=until, mix=mix)
        asked = [ask(plan, beside=beside) for plan in beside]
        runs = tuple(answered(question) for question in asked)
        others = [ask(plan, beside=beside).run() for plan in more]
        if meanwhile:
            meanwhile()
        # processes hand back copies; the runs of one projection share one model
        drawn = [replace(task.result(), model=model) for task in pending]
        ensembles = {made.name: made for made in drawn[: len(beside)]}
        evens, believed = tuple(task.result() for task in looked), beliefs.result()
    doubt = doubt_of(asked, sample, runs, ensembles)
    named = {r.name: plan.path if plan else None for r, plan in zip(runs, beside, strict=True)}
    ruled = _paired(cases, [*beside, *more], [*runs, *others], drawn)
    asides = (evens, turn, ruled, cost, believed, doubt)
    return Results(model, runs, ensembles, named, Backtest.of(model), *asides)


def _beside(
    model: Model, files: Sequence[str | Path], against: Scenario | str | Path | None
) -> list[Scenario | None]:
    """Return the plans of files behind what they are compared with, all of names of their own."""
    said = "files is a list of scenario files, such as ['a_policy.toml']"
    given = [read_scenario(file, model) for file in items_of(files, said)]
    base = compared_with(model, given, against)
    beside = [base, *(plan for plan in given if not is_same(plan, base))]
    _check_names([plan.name if plan else model.unchanged.name for plan in beside])
    return beside


def _others(cases: Sequence[Case], known: Sequence[Scenario | None]) -> list[Scenario | None]:
    """Return the plans of cases that are none of those known, each once."""
    found: list[Scenario | None] = []
    for plan in (plan for case in cases for plan in (case.base, case.plan)):
        if not any(plan is one for one in (*known, *found)):
            found.append(plan)
    return found


def _paired(
    cases: Sequence[Case],
    plans: Sequence[Scenario | None],
    runs: Sequence[Run],
    drawn: Sequence[Run],
) -> tuple[UnderRule, ...]:
    """Return the runs of each case, and their draws where there are any."""
    found = []
    for case in cases:
        base, plan = (
            next(i for i, one in enumerate(plans) if one is wanted)
            for wanted in (case.base, case.plan)
        )
        spread = (drawn[base], drawn[plan]) if drawn else (None, None)
        found.append(UnderRule(case.name, case.said, case.begins, runs[base], runs[plan], *spread))
    return tuple(found)


def _drawn(model: Model, n: int, seed: int) -> Draws:
    """Draw from what a model has; say why where that is not the posterior of its class."""
    sample = draws(model, n, seed=seed, given=origin_of(model))
    if model.posterior_file is None or sample.origin == POSTERIOR:
        return sample
    text = f"drawn from the priors, for the posterior is another's: {why_not_its_posterior(model)}"
    return replace(sample, notices=(*sample.notices, Notice("draws", sample.origin, text)))


def _ensemble(
    ask: Callable[..., Question],
    plan: Scenario | None,
    sample: Draws,
    beside: Sequence[Scenario | None],
    *,
    told: bool = True,
) -> Run:
    """Return the run of a plan for every draw, with all that a reader of it is told or without."""
    asked = ask(plan, draws=sample, beside=beside)
    names = asked.model.published_names()
    return answered(asked, names) if told else asked.run(names)


def _check_names(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            also = ", which is also what the baseline is called" if name == names[0] else ""
            message = f"two of the scenarios are called '{name}'{also}; give each file its own name"
            raise ScenarioError(message)
