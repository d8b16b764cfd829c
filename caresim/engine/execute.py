"""Runs a model: chooses what to store and how to compute it, and says what a reader should know."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.checks import checks_that_hold, thresholds_passed
from caresim.engine.clock import Clock
from caresim.engine.columns import chance_of, column_of
from caresim.engine.halving import record_halving
from caresim.engine.paths import Shift
from caresim.engine.run import Run
from caresim.engine.step_limits import step_notices
from caresim.language.errors import ParameterError, RunError, did_you_mean
from caresim.language.fingerprints import fingerprint
from caresim.language.model import Model
from caresim.language.parameters import Series
from caresim.language.published import published
from caresim.language.walks import factors_of
from caresim.version import __version__

__all__ = ["checked_columns", "execute"]

Columns = Mapping[str, NDArray[np.float64]]


def execute(
    model: Model,
    clock: Clock,
    shifts: Sequence[Shift] = (),
    columns: Columns | None = None,
    *,
    name: str = "baseline",
    method: str = "rk4",
    outputs: Sequence[str] | None = None,
    target: str | None = None,
) -> Run:
    """Run a model over a clock; ``columns`` holds parameter draws, each of shape (runs,).

    Of a factor that moves by chance they hold how far it has come, of shape (years, runs).

    A single run stores every quantity, an ensemble the published outputs and the stocks, unless
    ``outputs`` names others. ``target`` is ``"python"``, ``"compiled"`` or None for machine code
    wherever there can be any.

    Raises RunError for an unknown method or output, and when a run cannot be finished.
    """
    arrays, n_runs = checked_columns(columns or {}, model, clock)
    stored = _stored(model, outputs, n_runs)
    prepared, record, computed_with, halved = record_halving(
        model, clock, shifts, arrays, n_runs, outputs=stored, method=method, target=target
    )
    clock = prepared.clock
    labels = {stock.name or "": stock.label for stock in model.stocks()}
    notices = [
        *prepared.notices,
        *halved,
        *step_notices(record.turnover, labels, clock, method, model.checked_step),
        *checks_that_hold(prepared, record),
        *thresholds_passed(prepared, record),
    ]
    for check in model.checks():
        if stored is not None and check.name not in stored:
            del record.levels[check.name or ""]
    return Run(
        model=model,
        name=name,
        clock=clock,
        n_runs=n_runs,
        levels=record.levels,
        sums=record.rates,
        warnings=tuple(notices),
        provenance=_provenance(model, clock, method, computed_with, n_runs),
    )


def checked_columns(
    columns: Mapping[str, Any], model: Model, clock: Clock
) -> tuple[dict[str, NDArray[np.float64]], int]:
    """Return columns of parameter values as arrays, and how many runs they make.

    Those of factors that move by chance are of shape (years, runs).

    Raises ParameterError for an unknown parameter, RunError for one with dated values and for
    columns of several lengths, and for a switch between its settings.
    """
    factors = factors_of(model)
    chances = {n: chance_of(v, n, clock) for n, v in columns.items() if n in factors}
    columns = {name: values for name, values in columns.items() if name not in factors}
    now = {model.parameters.current(name): values for name, values in columns.items()}
    if unknown := [name for name in now if name not in model.parameters]:
        near = did_you_mean(str(unknown[0]), model.parameters)
        message = f"no parameter '{unknown[0]}'{near}"
        raise ParameterError(message)
    arrays = {name: column_of(values, name) for name, values in now.items()}
    for name, values in arrays.items():
        if isinstance(model.parameters[name].value, Series):
            message = f"'{name}' has dated values and cannot be drawn"
            raise RunError(message)
        entry = model.parameters[name]
        settings = [] if entry.between else [value for _, value in entry.choices]
        if settings and not set(np.ravel(values).tolist()) <= set(settings):
            known = " and ".join(f"{value:g}" for value in settings)
            message = f"'{name}' is a switch and has nothing between {known}, as in {values}"
            raise RunError(message)
    arrays |= chances
    lengths = {name: np.shape(values)[-1] for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        message = f"draws need the same number of values for each parameter, not {lengths}"
        raise RunError(message)
    if 0 in lengths.values():
        message = "draws need at least one value for each parameter"
        raise RunError(message)
    return arrays, next(iter(lengths.values()), 1)


def _stored(model: Model, outputs: Sequence[str] | None, n_runs: int) -> list[str] | None:
    if isinstance(outputs, str):
        message = f"outputs is a list of names: write outputs=['{outputs}']"
        raise RunError(message)
    if outputs is not None:
        return list(dict.fromkeys(part for name in outputs for part in model.names_of(name)))
    if n_runs == 1:
        return None
    return list(dict.fromkeys([*model.published_names(), *(s.name or "" for s in model.stocks())]))


def _provenance(
    model: Model, clock: Clock, method: str, target: str, n_runs: int
) -> dict[str, Any]:
    starting = {"starting": dict(model.starting)} if model.starting else {}
    given = {"set_by_caller": list(model.set_by_caller)} if model.set_by_caller else {}
    return {
        "caresim": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "model": type(model).__name__,
        "equations": fingerprint(type(model)),
        **_published(model),
        "parameters": {
            name: entry.value.dated() if isinstance(entry.value, Series) else entry.value
            for name, entry in model.parameters.items()
        },
        **given,
        **starting,
        "start": str(clock.save_dates[0]),
        "until": str(clock.save_dates[-1]),
        "steps_per_year": clock.steps_per_year,
        **({"parts_of_a_step": clock.parts} if clock.parts > 1 else {}),
        "method": method,
        "computed_with": target,
        **(_compiler() if target == "compiled" else {}),
        "runs": n_runs,
    }


def _published(model: Model) -> dict[str, Any]:
    """Return which vintage a model has, and how it differs from what its class publishes."""
    known, changes = model.vintage, published(model).changes
    vintage = known and {
        "name": known.folder.resolve().name,
        "fingerprint": known.fingerprint,
        "last_figure": known.last_figure,
    }
    return {
        **({"vintage": vintage} if vintage else {}),
        **({"changes": list(changes)} if changes else {}),
    }


def _compiler() -> dict[str, str]:
    from llvmlite import __version__  # which importlib.metadata takes fifty times as long to tell

    return {"llvmlite": __version__}
