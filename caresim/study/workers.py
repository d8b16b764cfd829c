"""Where independent work is done: one after the other, or on several processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from caresim.language.errors import CaresimError
from caresim.study.arguments import came

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from caresim.study.processes import Processes

    Pool: TypeAlias = "Executor | InTurn | Processes"
    Open: TypeAlias = "Callable[[int], AbstractContextManager[Pool]]"

__all__ = ["Done", "InTurn", "opened", "workers"]


@dataclass(frozen=True)
class Done:
    """A task that is over, as a future shows it."""

    value: Any

    def result(self) -> Any:
        """Return what the task returned."""
        return self.value


class InTurn:
    """Does each task at once, in this process.

    It is no executor of ``concurrent.futures``, which one process need not load.
    """

    def submit(self, task: Callable[..., Any], /, *args: Any) -> Done:
        """Do the task and return its result; what it raises is raised here."""
        return Done(task(*args))


@contextmanager
def workers(tasks: int) -> Iterator[Pool]:
    """Open an executor for a few short tasks: processes where they start at once, else in turn.

    Only a forked process starts in the time that a short task takes, and only Linux forks safely
    with numerical libraries loaded. Results are the same on any number of processes, which end at
    once where the tasks are given up, and with this process however it ends.

    Raises CaresimError where the system ends one of them.
    """
    count = min(tasks, os.cpu_count() or 1)
    if count < 2 or sys.platform != "linux":  # noqa: PLR2004  (one alone gains nothing)
        yield InTurn()
        return
    from caresim.study.processes import begun

    pool = begun(count)
    if pool is None:
        yield InTurn()
        return
    try:
        with _explained():
            yield pool
            pool.finish()
    finally:
        pool.end()


@contextmanager
def _explained() -> Iterator[None]:
    from concurrent.futures import BrokenExecutor

    try:
        yield
    except BrokenExecutor:
        message = (
            "a process that did part of the work was ended by the system, most often for want of "
            "memory; ask for fewer draws, or end other programs, and try again"
        )
        raise CaresimError(message) from None


def opened(executor: Executor | Open | None, tasks: int) -> AbstractContextManager[Pool]:
    """Return an executor to use, in turn for None; one that was handed over is left open.

    ``executor`` is one of the interface of ``concurrent.futures``, or a function such as
    :func:`workers` that opens one for a number of tasks.
    """
    if executor is None:
        return nullcontext(InTurn())
    if callable(executor):
        return executor(tasks)
    if hasattr(executor, "submit"):
        return _lent(executor)
    message = (
        "executor is one of concurrent.futures, or a function that opens one for a number of "
        f"tasks, not {came(executor)}"
    )
    raise CaresimError(message)


@contextmanager
def _lent(executor: Executor) -> Iterator[Pool]:
    with _explained():
        yield executor
