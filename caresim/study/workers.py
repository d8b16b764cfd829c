"""Where independent work is done: one after the other, or on several processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from caresim.language.errors import CaresimError
from caresim.study.arguments import came

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.connection import Connection

    Pool: TypeAlias = "Executor | InTurn"
    Open: TypeAlias = "Callable[[int], AbstractContextManager[Pool]]"

__all__ = ["Done", "InTurn", "opened", "workers"]

# what ends a process from outside, as far as the system has it; an interrupt is the first
OURS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]
SECONDS = 0.5  # between two looks whether the parent is still there


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
    # one alone gains nothing
    begun = _begun(count) if count > 1 and sys.platform == "linux" else None
    if begun is None:
        yield InTurn()
        return
    pool, held = begun
    try:
        with _explained():
            yield pool
        pool.shutdown()
    finally:
        held.close()  # which ends those that are still at work
        pool.shutdown(cancel_futures=True)


def _begun(count: int) -> tuple[Executor, Connection] | None:
    """Start processes, and what ends them when it is closed; None where the system has none."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import current_process, get_context

    if current_process().daemon:  # which may have no processes of its own
        return None
    forks = get_context("fork")
    ending, held = forks.Pipe(duplex=False)
    try:
        pool = ProcessPoolExecutor(
            count, mp_context=forks, initializer=_settle_in, initargs=(ending, held, os.getpid())
        )
        with _undisturbed():
            pool.submit(os.getpid)  # starts all of them
    except (OSError, ImportError, NotImplementedError):  # no shared memory, or no more processes
        held.close()
        return None
    finally:
        ending.close()
    return pool, held


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold signals back from processes that have not yet said what they do about them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OURS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle_in(ending: Connection, held: Connection, parent: int) -> None:
    """Let a worker be silent about signals, and end when its parent does or closes its end."""
    held.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the parent ends us
    for number in OURS[1:]:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as below nohup
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, OURS)
    threading.Thread(target=_end_with, args=(ending, parent), daemon=True).start()


def _end_with(ending: Connection, parent: int) -> None:
    while not ending.poll(SECONDS) and os.getppid() == parent:
        pass
    os._exit(1)


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
