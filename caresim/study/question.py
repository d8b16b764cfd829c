"""The door of every verb that runs a model: what is asked of it, checked before it is done."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.cuts import bends_of
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.engine.prepare import Prepared
from caresim.engine.run import Run
from caresim.language.errors import CaresimError, ModelError, RunError
from caresim.language.model import Model
from caresim.study.arguments import count_of, day_of, flag_of, model_of, names_of, text_of
from caresim.study.draws import Draws, draws_for
from caresim.study.futures import RATES, chances_of
from caresim.study.held import held_columns
from caresim.study.made_for import PRIOR
from caresim.study.mixed import checked_mix, mix_factors
from caresim.study.scenario.binding import check_scenario, shifts_of
from caresim.study.scenario.reading import scenario_of
from caresim.study.scenario.scenario import Scenario
from caresim.study.started import Beginning

__all__ = ["Question"]


@dataclass(frozen=True, eq=False)
class Question:
    """A model, the scenario it is run under, and when and how: all of one kind, and they fit.

    ``shifts`` are the changes as the engine takes them; without a scenario nothing changes.
    """

    model: Model
    scenario: Scenario | None
    clock: Clock
    shifts: tuple[Shift, ...]
    draws: Draws | None
    method: str
    called: str = ""
    from_figures: bool = True
    mix: str | None = None

    @classmethod
    def of(
        cls,
        model: Model,
        scenario: Scenario | str | Path | None = None,
        *,
        verb: str = "run",
        error: type[CaresimError] = RunError,
        until: str | dt.date | None = None,
        end: str = "until",
        steps_per_year: int = 16,
        every: str = "year",
        draws: Draws | None = None,
        method: str = "rk4",
        beside: Iterable[Scenario | str | Path | None] = (),
        name: str | None = None,
        from_figures: bool = True,
        mix: str | None = None,
    ) -> Question:
        """Check what a verb was given; ``end`` is what the verb calls ``until``.

        Steps end on the days of the scenarios ``beside`` it too, which it is compared with.
        ``name`` is what to call the run, by default as the scenario is called.

        Raises ``error`` for what is no model, ScenarioError for a scenario that cannot be used,
        ParameterError for draws that were made for something else, RunError for all else.
        """
        known = model_of(model, verb, error)
        plan = scenario_of(scenario, known)
        last = known.until if until is None else day_of(until, end)
        steps = count_of(steps_per_year, "steps_per_year", 1)
        try:
            clock = Clock.between(known.start, last, steps, text_of(every, "every", "year"))
        except RunError as fault:
            raise RunError(str(fault).replace("until", end, 1)) from None
        if plan is not None:
            check_scenario(plan, known, clock.save_dates[0], clock.save_dates[-1])
        others = [scenario_of(other, known) for other in beside]
        days = [bends_of(shifts_of(other, known)) for other in others if other]
        begun = flag_of(from_figures, "from_figures")
        return cls(
            model=known,
            scenario=plan,
            clock=clock.cut_at(day for days_of_one in days for day in days_of_one),
            shifts=shifts_of(plan, known) if plan else (),
            draws=draws_for(known, draws),
            method=text_of(method, "method", "rk4"),
            called="" if name is None else _name_of(name),
            from_figures=begun,
            mix=checked_mix(mix, known, clock, from_figures=begun),
        )

    @property
    def name(self) -> str:
        """The name of the run: the one that was given, that of the scenario, or of the model."""
        own = self.scenario.name if self.scenario else self.model.unchanged.name
        return self.called or own

    @cached_property
    def columns(self) -> dict[str, NDArray[np.float64]]:
        """The drawn parameters, with the caller's value where the caller set one."""
        return held_columns(self.draws, self.model)

    @cached_property
    def chances(self) -> dict[str, NDArray[np.float64]]:
        """How far each factor of the draws has come by chance, each of shape (years, runs)."""
        if self.draws is None:
            return {}
        return chances_of(self.model, self.clock, self.draws, self.columns)

    @property
    def drawn(self) -> dict[str, NDArray[np.float64]]:
        """All that is drawn: parameters, and what comes about by chance."""
        return {**self.columns, **self.chances}

    def outputs(self, given: Sequence[str]) -> list[str]:
        """Return the quantities that names stand for, those over a dimension by element.

        Raises RunError for what is no list of names, and for an unknown one.
        """
        asked = names_of(given, "outputs", self.model.example_name())
        found = dict.fromkeys(part for name in asked for part in self.model.names_of(name))
        try:
            return [self.model.variable(name).name or "" for name in found]
        except ModelError as fault:
            raise RunError(str(fault)) from None

    def run(self, outputs: Sequence[str] | None = None, target: str | None = None) -> Run:
        """Run the model once, or for each draw, from its last figures on."""
        target = _target_of(target)
        result = execute(
            self.model,
            self.clock,
            self.shifts,
            self.drawn,
            name=self.name,
            method=self.method,
            outputs=None if outputs is None else self.outputs(outputs),
            target=target,
        )
        start = self._start(result, target) if self.from_figures else {}
        return replace(result, start=start, drawn_columns=self.drawn)

    def _start(self, result: Run, target: str | None) -> dict[str, NDArray[np.float64]]:
        """Return the factors by which quantities begin at their last figures, and are mixed."""
        begins = Beginning.of(self.model, result.outputs, self.clock)
        if not begins.starts:
            return {}
        found = self._begun(begins, result, target)
        if self.mix is None:
            return found
        mixed = mix_factors(begins, result.clock, method=self.method, target=target)
        return {name: values * found.get(name, 1.0) for name, values in mixed.items()}

    def _begun(
        self, begins: Beginning, result: Run, target: str | None
    ) -> dict[str, NDArray[np.float64]]:
        """Return the factors by which quantities begin at their last figures.

        None for draws of the priors, which meet no history and have no figure to begin at.
        """
        if self.draws is not None and self.draws.origin == PRIOR:
            return {}
        first = min((shift.begins for shift in self.shifts), default=math.inf)
        base = result
        if not begins.is_own or first < begins.last:
            # the past is another's here: a value was set, or a change came before the figures
            columns = {} if self.draws is None else dict(self.draws.columns)
            base = execute(
                begins.model,
                begins.clock,
                (),
                columns,
                method=self.method,
                outputs=begins.names,
                target=target,
            )
        is_drawn = self.draws is not None and RATES in self.draws.chance
        seed = self.draws.seed if is_drawn and self.draws else None
        return begins.factors(base, result.clock, result.n_runs, seed)

    def prepared(
        self,
        outputs: Sequence[str],
        target: str | None = None,
        since: Sequence[Shift] | None = None,
    ) -> Prepared:
        """Return the model made ready for many runs of its own, each with other values.

        With the shifts of another question as ``since``, columns say how far it is gone from them.
        """
        return Prepared(
            self.model,
            self.clock,
            self.shifts,
            outputs=self.outputs(outputs),
            method=self.method,
            target=_target_of(target),
            since=since,
        )


def _name_of(given: str) -> str:
    """Return the name of a run, read as that of a scenario is."""
    return Scenario(text_of(given, "name", "With our own rates")).name


def _target_of(given: str | None) -> str | None:
    return None if given is None else text_of(given, "target", "python")
