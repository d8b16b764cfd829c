"""Where independent work is done: one after the other, or on several processes."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any

__all__ = ["InTurn", "workers"]


class InTurn(Executor):
    """An executor that does each task at once, in this process."""

    def submit(self, task: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """Do the task and return its result as a finished future."""
        future: Future[Any] = Future()
        try:
            future.set_result(task(*args, **options))
        except Exception as fault:  # noqa: BLE001  (result() raises it where it is asked for)
            future.set_exception(fault)
        return future


def workers(tasks: int) -> Executor:
    """Return an executor for a few short tasks: processes where they start at once, else in turn.

    Only a forked process starts in the time that a short task takes, and only Linux forks safely
    with numerical libraries loaded. Results are the same on any number of processes.
    """
    count = min(tasks, os.cpu_count() or 1)
    if count < 2 or sys.platform != "linux":  # noqa: PLR2004  (one alone gains nothing)
        return InTurn()
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork"))
