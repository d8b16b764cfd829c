"""A model made ready for many quick runs: what calibrations and samplers call over and over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.execute import checked_columns
from caresim.engine.prepare import Prepared
from caresim.language.errors import RunError, trait
from caresim.language.model import Model
from caresim.study.arguments import came, text_of
from caresim.study.draws import Draws, draws_for
from caresim.study.futures import chances_of
from caresim.study.held import held_columns
from caresim.study.question import Question
from caresim.study.scenario.scenario import Scenario

__all__ = ["Simulator", "prepare"]

Values = NDArray[np.float64]


class Simulator:
    """Returns yearly outputs for values of parameters, and keeps no state between calls.

    Made by :func:`prepare`. ``names`` are the outputs; ``years`` the financial years.
    """

    __slots__ = ("_prepared", "names", "years")

    def __init__(self, prepared: Prepared, names: Sequence[str]) -> None:
        self._prepared = prepared
        self.names = tuple(names)
        self.years = tuple(prepared.clock.financial_years)

    @classmethod
    def of(cls, asked: Question, outputs: Sequence[str], target: str | None = None) -> Simulator:
        """Make what was asked of a model ready for many runs; raises as :func:`prepare` does."""
        chosen = asked.outputs(outputs)
        if not chosen:
            example = asked.model.example_name()
            message = f"outputs is a list of names, such as ['{example}'], not []"
            raise RunError(message)
        return cls(asked.prepared(chosen, target), chosen)

    def __call__(
        self, columns: Mapping[str, Values | float] | Draws | None = None
    ) -> dict[str, Values]:
        """Return each output by financial year, shape (years, runs).

        ``columns`` holds values of parameters, each a number or of shape (runs,); the others keep
        the model's; of a factor that moves by chance they hold how far it has come, in steps, of
        shape (years, runs). Draws do too, and leave alone what the caller of the model set. Levels
        stand on
        31 March, rates are summed over the year. Values are not held against the parameters'
        bounds.

        Raises ParameterError for an unknown parameter and draws that were made for something else,
        RunError for a value of what the caller of the model set, columns of several lengths or a
        run that cannot be finished.
        """
        model = self._prepared.model
        clock = self._prepared.clock
        arrays, n_runs = checked_columns(_columns(columns, model, clock), model, clock)
        record, _ = self._prepared.record(arrays, n_runs)
        per_year = self._prepared.clock.saves_per_year
        return {
            name: record.levels[name][per_year::per_year]
            if name in record.levels
            else record.rates[name]
            for name in self.names
        }

    def drawn(self, sample: Draws) -> dict[str, Values]:
        """Return the columns of draws, with how far each factor has come by chance."""
        return _drawn(sample, self._prepared.model, self._prepared.clock)

    def each(self, columns: Mapping[str, Values]) -> dict[str, Values]:
        """Return the outputs as a call does, with NaN in the column of a run that cannot be made.

        ``columns`` are arrays of shape (runs,), at least one.
        """
        try:
            return self(columns)
        except RunError:
            runs = np.shape(next(iter(columns.values())))[-1]
            if runs == 1:
                return {name: np.full((len(self.years), 1), np.nan) for name in self.names}
        halves = [
            self.each({name: values[..., part] for name, values in columns.items()})
            for part in (slice(None, runs // 2), slice(runs // 2, None))
        ]
        return {name: np.hstack([half[name] for half in halves]) for name in self.names}

    def __repr__(self) -> str:
        model = type(self._prepared.model).__name__
        return f"<Simulator of {model}: {len(self.names)} outputs, {len(self.years)} years>"


def prepare(
    model: Model,
    scenario: Scenario | str | Path | None = None,
    *,
    outputs: Sequence[str],
    until: str | dt.date | None = None,
    method: str = "rk4",
    steps_per_year: int = 16,
    target: str | None = None,
) -> Simulator:
    """Make a model ready for many quick runs of a few outputs.

    The result is called with values of parameters and returns plain arrays, without tables,
    notices or provenance. ``target`` is that of :func:`caresim.run`: machine code wherever it can
    be had unless told ``"python"``. The first call compiles, and what is kept serves any values.

    Raises ScenarioError for a scenario that cannot be used, RunError for an unknown output, method
    or target.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> simulate = cs.prepare(England(), outputs=["looked_after"], until="2030-03-31")
    >>> simulate({"plan_care_share": np.array([0.12, 0.14])})["looked_after"].shape
    (21, 2)
    """
    asked = Question.of(
        model,
        scenario,
        verb="prepare",
        until=until,
        steps_per_year=steps_per_year,
        method=method,
    )
    return Simulator.of(asked, outputs, target)


def _drawn(sample: Draws, model: Model, clock: Clock) -> dict[str, Values]:
    columns = held_columns(draws_for(model, sample), model)
    return {**columns, **chances_of(model, clock, sample, columns)}


def _columns(
    given: Mapping[str, Values | float] | Draws | None, model: Model, clock: Clock
) -> Mapping[str, Values | float]:
    """Return values of parameters by name; raise RunError for anything else."""
    if isinstance(given, Draws):
        return _drawn(given, model, clock)
    if (items := trait(given, "items")) and trait(given, "columns") is not None:
        given = dict(items())  # a table of pandas
    if given is not None and not isinstance(given, Mapping):
        message = f"columns maps parameters to values, such as {{'rate': 0.1}}, not {came(given)}"
        raise RunError(message)
    for name in given or ():
        text_of(name, "the name of a parameter", "rate")
        _refuse_if_set(model, name)
    return {} if given is None else given


def _refuse_if_set(model: Model, name: str) -> None:
    if name in model.set_by_caller:
        value = model.parameters[name].value
        message = (
            f"'{name}' was set to {value} where the model was made, and cannot be varied as well; "
            "leave it out of the columns, or prepare the model without it"
        )
        raise RunError(message)
