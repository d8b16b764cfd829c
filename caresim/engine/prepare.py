"""A model made ready to run, and the choice of how to run it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.compile import compile_model
from caresim.engine.floats import record_floats
from caresim.engine.kernel import ADVICE, NEEDED, is_available
from caresim.engine.memory import refuse_if_too_large
from caresim.engine.paths import Path, Shift, paths_of, still_path
from caresim.engine.record import CHUNK, METHODS, FaultyRun, Job, Record
from caresim.language.errors import ModelError, RunError
from caresim.language.model import Model

if TYPE_CHECKING:
    from caresim.engine.arrays import Arrays
    from caresim.engine.compiled import Compiled

__all__ = ["MOST_FLOAT_RUNS", "TARGET_NAMES", "Prepared", "available_targets"]

TARGET_NAMES = ("floats", "numpy", "compiled")
# Measured (benchmarks/RESULTS.md): a loop over plain floats is quicker than arrays up to the first
# number of runs, and up to the second quicker than machine code that has to be loaded for one call
MOST_FLOAT_RUNS, FEW_RUNS = 32, 8
NUMBER = 8  # bytes

Columns = Mapping[str, NDArray[np.float64]]


def available_targets() -> tuple[str, ...]:
    """Return the ways to run a model that are installed here."""
    return TARGET_NAMES if is_available() else TARGET_NAMES[:2]


class Prepared:
    """A model with its clock and paths, compiled once and run as often as asked.

    ``outputs`` names what to store, None for every quantity. ``target`` is ``"floats"``,
    ``"numpy"``, ``"compiled"`` or None for the cheapest; ``often`` says that many calls follow,
    so that compiling pays for the smallest of them. The targets agree to 1e-12.

    Raises RunError for an unknown method or target, and for a target that is not installed; an
    unknown output is refused by the first record.
    """

    def __init__(
        self,
        model: Model,
        clock: Clock,
        shifts: Sequence[Shift] = (),
        *,
        outputs: Sequence[str] | None = None,
        method: str = "rk4",
        target: str | None = None,
        often: bool = False,
    ) -> None:
        _check_name("method", method, METHODS)
        if target is not None:
            _check_name("target", target, TARGET_NAMES)
        if target == "compiled" and not is_available():
            message = f"target='compiled' needs {NEEDED}, which is not installed; {ADVICE}"
            raise RunError(message)
        self.model, self.clock, self.method, self.outputs = model, clock, method, outputs
        self.target, self.often = target, often
        self.paths, self.notices = paths_of(model.parameters, shifts, clock)
        self._arrays: dict[frozenset[str], Arrays] = {}

    def record(self, columns: Columns, n_runs: int) -> tuple[Record, str]:
        """Return the record of some runs, and how they were computed.

        ``columns`` holds the drawn parameters, each of shape (runs,). Raises RunError, before
        anything is computed when memory cannot hold the result, else for a run that cannot be
        finished: the first in number on floats, the first in time among many side by side.
        """
        target = self.chosen(n_runs)
        self._refuse_if_too_large(n_runs, target)
        # floats judge: they raise and say why, or get over what stopped the others, as where a
        # number that is too large meets a minimum
        for way in TARGET_NAMES[TARGET_NAMES.index(target) : 0 : -1]:
            try:
                return self._by(way, columns, n_runs), way
            except FaultyRun as fault:
                at = fault.run
            self._explain(columns, n_runs, at)
        return self._by("floats", columns, n_runs), "floats"

    def _by(self, target: str, columns: Columns, n_runs: int) -> Record:
        if target == "floats":
            return self._by_floats(columns, n_runs)
        if target == "compiled":
            return self._compiled.record(columns, n_runs)
        return self._by_arrays(columns, n_runs)

    def chosen(self, n_runs: int) -> str:
        """Return the cheapest target for a number of runs; it depends on nothing else."""
        if self.target is not None:
            return self.target
        if (self.often or n_runs > FEW_RUNS) and is_available():
            return "compiled"
        return "floats" if n_runs <= MOST_FLOAT_RUNS else "numpy"

    @cached_property
    def job(self) -> Job:
        """The job with a path for the parameters that move here."""
        return self._job(self.paths)

    def _job(self, paths: Mapping[str, Path]) -> Job:
        try:
            program = compile_model(type(self.model), paths, self.outputs)
        except ModelError as fault:
            raise RunError(str(fault)) from None
        return Job(self.model, program, self.clock, paths, self.method)

    @cached_property
    def _compiled(self) -> Compiled:
        """The job in machine code, with a path for each lever, so that all scenarios share it."""
        from caresim.engine.compiled import Compiled

        still = still_path(self.clock)
        parameters = self.model.parameters
        levers = {n: still for n, entry in parameters.items() if entry.role == "lever"}
        return Compiled(self._job({**levers, **self.paths}))

    def _by_arrays(self, columns: Columns, n_runs: int) -> Record:
        from caresim.engine.arrays import Arrays

        drawn = frozenset(columns)
        if drawn not in self._arrays:
            self._arrays[drawn] = Arrays(self.job, drawn)
        return self._arrays[drawn].record(columns, n_runs)

    def _by_floats(self, columns: Columns, n_runs: int) -> Record:
        """Integrate run after run and lay the results side by side."""
        records = [
            record_floats(self.job, _single(columns, run), run if n_runs > 1 else None)
            for run in range(n_runs)
        ]
        first = records[0]
        if n_runs == 1:
            return first
        return Record(
            {name: np.hstack([r.levels[name] for r in records]) for name in first.levels},
            {name: np.hstack([r.rates[name] for r in records]) for name in first.rates},
            {name: max(r.turnover[name] for r in records) for name in first.turnover},
        )

    def _explain(self, columns: Columns, n_runs: int, run: int) -> None:
        """Run one run alone, which raises RunError with the reason."""
        record_floats(self.job, _single(columns, run), run if n_runs > 1 else None)

    def _refuse_if_too_large(self, n_runs: int, target: str) -> None:
        rows = len(self.model.parameters if target == "compiled" else self.model.variables)
        working = NUMBER * rows * (n_runs if target == "compiled" else min(n_runs, CHUNK))
        stored = len(self.model.variables if self.outputs is None else self.outputs)
        refuse_if_too_large(n_runs, self.clock.n_saves, stored, 0, working)


def _check_name(what: str, name: Any, known: Sequence[str]) -> None:
    if name not in known:
        message = f"{what} is one of {', '.join(map(repr, known))}, not {name!r}"
        raise RunError(message)


def _single(columns: Columns, run: int) -> dict[str, float]:
    return {name: float(values[run]) for name, values in columns.items()}
