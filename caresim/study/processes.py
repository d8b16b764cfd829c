"""Processes that do tasks for this one, and end with it or when they are told to.

Each has a pipe of its own and shares no lock, so that one which the system ends, whatever it was
doing, leaves nobody waiting; the executor of ``concurrent.futures`` then waits for ever.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager, suppress
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from typing import Any

__all__ = ["Processes", "begun"]

# what ends a process from outside, as far as the system has it; an interrupt is the first
OURS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]
SECONDS = 0.5  # between two looks whether the parent is still there


def begun(count: int) -> Processes | None:
    """Start forked processes; None where this process may have none, or the system has none."""
    if current_process().daemon:
        return None
    try:
        return Processes(count)
    except OSError:
        return None


class Processes:
    """Does each task in one of several processes that are forked from this one."""

    def __init__(self, count: int) -> None:
        self._tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._forks = get_context("fork")
        self._ending, self._held = self._forks.Pipe(duplex=False)
        self._ends: list[Connection] = []
        self._workers: list[Any] = []
        self._threads: list[threading.Thread] = []
        self._is_broken = False
        try:
            with _undisturbed():
                for _ in range(count):
                    self._fork()
        except BaseException:
            self.end()
            raise
        finally:
            self._ending.close()
        for end in self._ends:
            self._threads.append(threading.Thread(target=self._serve, args=(end,), daemon=True))
            self._threads[-1].start()

    def submit(self, task: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Let the next process that is free do a task; it must be one that can be sent there."""
        future: Future[Any] = Future()
        self._tasks.put((future, task, args))
        if self._is_broken:
            self._give_up()
        return future

    def finish(self) -> None:
        """Wait until all is done that was asked for, and end the processes."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self.end()

    def end(self) -> None:
        """End the processes at once, whatever they are doing."""
        self._is_broken = True
        self._held.close()
        for worker in self._workers:
            worker.join()
        self._give_up()
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _fork(self) -> None:
        ours, theirs = self._forks.Pipe()
        self._ends.append(ours)
        # of the pipes of earlier ones it has copies, which would hold those open
        given = (theirs, [*self._ends, self._held], self._ending, os.getpid())
        worker = self._forks.Process(target=_work, args=given, daemon=True)
        worker.start()
        theirs.close()
        self._workers.append(worker)

    def _serve(self, end: Connection) -> None:
        """Hand tasks to one process until there are no more, or it is gone."""
        while (asked := self._tasks.get()) is not None:
            future, task, args = asked
            if not future.set_running_or_notify_cancel():
                continue
            try:
                end.send((task, args))
                value, fault, said = end.recv()
            except (EOFError, OSError):
                self._is_broken = True
                future.set_exception(_broken())
                self._give_up()
                return
            except Exception as unsent:  # noqa: BLE001  (what cannot be pickled)
                future.set_exception(unsent)
                continue
            if fault is None:
                future.set_result(value)
            else:
                fault.__cause__ = RuntimeError(f"in another process:\n{said}")
                future.set_exception(fault)

    def _give_up(self) -> None:
        """Let nobody wait for what will not be done, and no thread for what does not come."""
        with suppress(queue.Empty):
            while True:
                asked = self._tasks.get_nowait()
                if asked is not None and asked[0].set_running_or_notify_cancel():
                    asked[0].set_exception(_broken())
        for _ in self._ends:
            self._tasks.put(None)


def _broken() -> BrokenExecutor:
    return BrokenExecutor("a process has ended before its task was done")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold signals back from processes that have not yet said what they do about them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OURS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(end: Connection, others: list[Connection], ending: Connection, parent: int) -> None:
    """Do tasks as they come until there is nobody to do them for."""
    for other in others:
        other.close()
    threading.Thread(target=_end_with, args=(ending, parent), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the parent ends us
    for number in OURS[1:]:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as below nohup
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, OURS)
    while True:
        try:
            task, args = end.recv()
        except EOFError:
            os._exit(0)
        end.send_bytes(_answer(task, args))


def _answer(task: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """Return what a task gives, pickled: its value, or its fault and where that came from."""
    try:
        return pickle.dumps((task(*args), None, ""))
    except Exception as fault:  # noqa: BLE001  (it is raised where the task came from)
        said = traceback.format_exc()
        try:
            pickle.loads(pickle.dumps(fault))  # noqa: S301  (made here)
        except Exception:  # noqa: BLE001  (whatever its class makes of it)
            return pickle.dumps((None, RuntimeError(f"{type(fault).__name__}: {fault}"), said))
        return pickle.dumps((None, fault, said))


def _end_with(ending: Connection, parent: int) -> None:
    while not ending.poll(SECONDS) and os.getppid() == parent:
        pass
    os._exit(1)
