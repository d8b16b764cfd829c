"""A model made ready to run, and the choice of how to run it."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.cuts import cut_clock
from caresim.engine.machine.kernel import hindrance
from caresim.engine.memory import refuse_if_too_large
from caresim.engine.methods import METHODS
from caresim.engine.operations.program import Program, compile_model
from caresim.engine.paths import Path, Shift, paths_of, still_path, ways_of
from caresim.engine.record import CHUNK, FaultyRun, Job, Record
from caresim.language.errors import ModelError, RunError, came
from caresim.language.model import Model
from caresim.language.parameters import Series
from caresim.language.reach import shown_by
from caresim.language.renamed import current
from caresim.language.walks import factors_of

if TYPE_CHECKING:
    from caresim.engine.machine.runs import Compiled

__all__ = ["TARGET_NAMES", "Prepared", "available_targets"]

PYTHON, COMPILED = TARGET_NAMES = ("python", "compiled")
NUMBER = 8  # bytes

Columns = Mapping[str, NDArray[np.float64]]


def available_targets() -> tuple[str, ...]:
    """Return the ways to run a model that this machine has."""
    return (PYTHON,) if hindrance() else TARGET_NAMES


class Prepared:
    """A model with its clock and paths, compiled once and run as often as asked.

    Its clock is the one that is given, with the end of a step wherever a change or an equation
    jumps. ``outputs`` names what to store, None for every quantity; ``columns`` what is drawn, as
    far as it is known. ``target`` is ``"python"``,
    ``"compiled"``, or None for machine code wherever there can be any. They agree to 1e-12.
    ``since`` holds other shifts: a column of a parameter that they move differently, one of
    ``ways``, then says how much of the way from them to ``shifts`` is gone.

    Raises RunError for an unknown method, target or output, and for a target that this machine does
    not have.
    """

    def __init__(
        self,
        model: Model,
        clock: Clock,
        shifts: Sequence[Shift] = (),
        columns: Columns | None = None,
        *,
        outputs: Sequence[str] | None = None,
        method: str = "rk4",
        target: str | None = None,
        since: Sequence[Shift] | None = None,
    ) -> None:
        _check_name("method", method, tuple(METHODS))
        if target is not None:
            target = current("target", target)
            _check_name("target", target, TARGET_NAMES)
        if target == COMPILED and (reason := hindrance()):
            message = f"target='compiled' cannot be had: {reason}"
            raise RunError(message)
        if target is None:
            target = PYTHON if hindrance() else COMPILED
            _say_once(hindrance())
        self.model, self.method, self.outputs, self.target = model, method, outputs, target
        self.clock, turning = cut_clock(model, clock, shifts, columns)
        self._factors = frozenset(factors_of(model))
        self.chances = self._factors & frozenset(columns or ())
        self._made: dict[frozenset[str], Compiled] = {}
        self.paths, notices = paths_of(model.parameters, shifts, self.clock)
        self.ways: Mapping[str, Path] = {}
        if since is not None:
            self.ways = ways_of(model.parameters, since, shifts, self.clock)
            self.paths |= self.ways
        # what leads to nothing that is shown need not be told
        shown = shown_by(type(model), tuple(outputs or ()))
        self.notices = [*(n for n in notices if n.subject in shown), *turning]

    def record(self, columns: Columns, n_runs: int) -> tuple[Record, str]:
        """Return the record of some runs, and how they were computed.

        ``columns`` holds the drawn parameters, each of shape (runs,), and of factors that move by
        chance how far they have come, each of shape (years, runs). Raises RunError, before
        anything is computed when memory cannot hold the result, else for a run that cannot be
        finished: in Python the first in number, in machine code the first in time of a block.
        """
        self._refuse_if_too_large(n_runs)
        chances = self._factors & frozenset(columns)
        if self.target == COMPILED:
            try:
                return self._compiled(chances).record(columns, n_runs), COMPILED
            except FaultyRun as fault:
                at = fault.run
            from caresim.engine.python.loop import explain

            # Python judges: it raises and says why, or gets over what stopped machine code, as
            # where a number that is too large meets a minimum
            explain(self._plain(chances), columns, at, n_runs)
        from caresim.engine.python.loop import record_readably

        return record_readably(self._plain(chances), columns, n_runs), PYTHON

    @cached_property
    def job(self) -> Job:
        """The job with a path for the parameters that move here."""
        return self._plain(self.chances)

    @property
    def program(self) -> Program:
        """The program that is run."""
        return (self._compiled(self.chances).job if self.target == COMPILED else self.job).program

    def _plain(self, chances: frozenset[str]) -> Job:
        return self._job(self.paths, chances)

    def _job(self, paths: Mapping[str, Path], chances: frozenset[str]) -> Job:
        entries = self.model.parameters
        dated = [name for name in paths if isinstance(entries[name].value, Series)]
        if self.ways:  # all that may have a column, so that what is compiled serves any scenario
            dated = [name for name in dated if not entries[name].is_open]
        try:
            program = compile_model(type(self.model), paths, self.outputs, dated, chances)
        except ModelError as fault:
            raise RunError(str(fault)) from None
        return Job(self.model, program, self.clock, paths, self.method)

    def _compiled(self, chances: frozenset[str]) -> Compiled:
        """The job in machine code, with a path for each lever, so that all scenarios share it."""
        if chances not in self._made:
            self._made[chances] = self._compile(chances)
        return self._made[chances]

    def _compile(self, chances: frozenset[str]) -> Compiled:
        from caresim.engine.machine.runs import Compiled

        still = still_path(self.clock)
        parameters = self.model.parameters
        levers = {n: still for n, entry in parameters.items() if entry.is_open}
        return Compiled(self._job({**levers, **self.paths}, chances))

    def _refuse_if_too_large(self, n_runs: int) -> None:
        is_compiled = self.target == COMPILED
        rows = len(self.model.parameters if is_compiled else self.model.variables)
        working = NUMBER * rows * (n_runs if is_compiled else min(n_runs, CHUNK))
        stored = len(self.model.variables if self.outputs is None else self.outputs)
        refuse_if_too_large(n_runs, self.clock.n_saves, stored, 0, working)


@functools.cache
def _say_once(reason: str) -> None:
    if reason:
        message = f"caresim runs in readable Python, more slowly and with equal results: {reason}"
        warnings.warn(message, stacklevel=2)


def _check_name(what: str, name: Any, known: Sequence[str]) -> None:
    if name not in known:
        message = f"{what} is one of {', '.join(map(repr, known))}, not {came(name)}"
        raise RunError(message)
