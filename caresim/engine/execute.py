"""Runs a model: chooses what to store and how to compute it, and says what a reader should know."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.ahead import Drivers
from caresim.engine.clock import Clock
from caresim.engine.compile import Program, compile_model, fingerprint
from caresim.engine.integrate import METHODS, STABILITY, Record, integrate
from caresim.engine.notices import Notice
from caresim.engine.paths import Path, Shift, paths_of
from caresim.engine.run import Run
from caresim.engine.targets import TARGETS
from caresim.language.errors import ModelError, RunError
from caresim.language.model import Model
from caresim.language.parameters import Series

__all__ = ["execute"]

Columns = Mapping[str, NDArray[np.float64]]
# Up to this many runs a loop over plain floats is quicker than arrays (benchmarks/RESULTS.md)
MOST_FLOAT_RUNS = 8


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

    A single run stores every quantity, an ensemble the published outputs and the stocks, unless
    ``outputs`` names others. ``target`` is ``"floats"``, ``"numpy"`` or None for the cheaper one.

    Raises RunError for an unknown method or output, and when a run cannot be finished.
    """
    if method not in METHODS:
        message = f"method is one of {', '.join(map(repr, METHODS))}, not {method!r}"
        raise RunError(message)
    columns = dict(columns or {})
    n_runs = _count(columns, model)
    paths, notices = paths_of(model.parameters, shifts, clock)
    stored = _stored(model, outputs, n_runs)
    try:
        program = compile_model(type(model), paths, stored)
    except ModelError as fault:
        raise RunError(str(fault)) from None
    if target not in (None, *TARGETS):
        message = f"target is one of {', '.join(map(repr, TARGETS))}, not {target!r}"
        raise RunError(message)
    chosen = target or ("floats" if n_runs <= MOST_FLOAT_RUNS else "numpy")
    calculate = _by_floats if chosen == "floats" else _by_arrays
    record = calculate(model, program, clock, paths, columns, n_runs, method)
    notices += _fast_stocks(record, clock, method) + _checks_that_hold(model, record, clock)
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
        provenance=_provenance(model, clock, method, chosen, n_runs),
    )


def _count(columns: dict[str, Any], model: Model) -> int:
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        message = f"draws need the same number of values for each parameter, not {lengths}"
        raise RunError(message)
    if 0 in lengths.values():
        message = "draws need at least one value for each parameter"
        raise RunError(message)
    for name in columns:
        if isinstance(model.parameters[name].value, Series):
            message = f"'{name}' has dated values and cannot be drawn"
            raise RunError(message)
    return next(iter(lengths.values()), 1)


def _stored(model: Model, outputs: Sequence[str] | None, n_runs: int) -> list[str] | None:
    if isinstance(outputs, str):
        message = f"outputs is a list of names: write outputs=['{outputs}']"
        raise RunError(message)
    if outputs is not None:
        return list(dict.fromkeys(outputs))
    if n_runs == 1:
        return None
    return list(dict.fromkeys([*model.published_names(), *(s.name or "" for s in model.stocks())]))


def _by_arrays(
    model: Model, program: Program, clock: Clock, paths: dict[str, Path], columns: Columns,
    n_runs: int, method: str,
) -> Record:  # fmt: skip
    values = [_base(model, columns, name) for name in program.still]
    drivers = _drivers(model, program, paths, columns)
    return integrate(program, "numpy", clock, values, drivers, n_runs, method)


def _by_floats(
    model: Model, program: Program, clock: Clock, paths: dict[str, Path], columns: Columns,
    n_runs: int, method: str,
) -> Record:  # fmt: skip
    """Integrate run after run and lay the results side by side."""
    records = []
    for run in range(n_runs):
        single = {name: float(values[run]) for name, values in columns.items()}
        values = [_base(model, single, name) for name in program.still]
        drivers = _drivers(model, program, paths, single)
        at = run if n_runs > 1 else None
        records.append(integrate(program, "floats", clock, values, drivers, 1, method, run=at))
    if n_runs == 1:
        return records[0]
    return Record(
        {name: np.hstack([r.levels[name] for r in records]) for name in records[0].levels},
        {name: np.hstack([r.rates[name] for r in records]) for name in records[0].rates},
        {name: max(r.turnover[name] for r in records) for name in records[0].turnover},
    )


def _base(model: Model, columns: Mapping[str, Any], name: str) -> Any:
    if name in columns:
        return columns[name]
    value = model.parameters[name].value
    return 0.0 if isinstance(value, Series) else value


def _drivers(
    model: Model, program: Program, paths: dict[str, Path], columns: Mapping[str, Any]
) -> Drivers:
    bases = [_base(model, columns, name) for name in program.moving]
    return Drivers([paths[name] for name in program.moving], bases)


def _fast_stocks(record: Record, clock: Clock, method: str) -> list[Notice]:
    """Warn where a stock turns over within half of what the method keeps stable."""
    limit = STABILITY[method] / 2
    return [
        Notice(
            "step",
            name,
            f"the stock '{name}' turns over {share:.1f} times a year, fast for "
            f"{clock.steps_per_year} {method} steps a year; take more steps to check",
        )
        for name, share in record.turnover.items()
        if share * clock.step > limit
    ]


def _checks_that_hold(model: Model, record: Record, clock: Clock) -> list[Notice]:
    """Say which checks of the model hold on a saved day, from when on, and in how many runs."""
    notices = []
    for check in model.checks():
        name = check.name or ""
        holds = record.levels[name] > 0
        if holds.any():
            day = clock.save_dates[int(np.argmax(holds.any(axis=1)))]
            runs, count = holds.shape[1], int(holds.any(axis=0).sum())
            share = f", in {count:,} of {runs:,} runs" if runs > 1 else ""
            text = f"{check.label} (first on {day.day} {day:%B %Y}{share})"
            notices.append(Notice("bounds", name, text))
    return notices


def _provenance(
    model: Model, clock: Clock, method: str, target: str, n_runs: int
) -> dict[str, Any]:
    from caresim import __version__

    return {
        "caresim": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "model": type(model).__name__,
        "equations": fingerprint(type(model)),
        "parameters": {
            name: entry.value.dated() if isinstance(entry.value, Series) else entry.value
            for name, entry in model.parameters.items()
        },
        "start": str(clock.save_dates[0]),
        "until": str(clock.save_dates[-1]),
        "steps_per_year": clock.steps_per_year,
        "method": method,
        "computed_with": target,
        "runs": n_runs,
    }
