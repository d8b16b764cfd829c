"""Signals that ask a call to end: it ends once, with a sentence and a status of its own."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Stopped", "stoppable"]

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # as far as the system has them
SIGNALS = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


class Stopped(BaseException):
    """A call that a signal has ended: no fault, so that nothing takes it for one."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def status(self) -> int:
        """The exit status, as shells have it: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.number

    def __str__(self) -> str:
        by = "Ctrl-C" if self.number == signal.SIGINT else signal.Signals(self.number).name
        return f"stopped by {by} before it was done"


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise ``Stopped`` where a signal asks to end; a second one ends the process at once.

    What is ignored, as below ``nohup``, stays ignored; another thread than the main one gets none.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = {n: old for n, old in before.items() if old not in (None, signal.SIG_IGN)}
    for number in heard:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, old in heard.items():
            signal.signal(number, old)


def _stop(number: int, _: FrameType | None) -> None:
    for other in SIGNALS:
        if signal.getsignal(other) is _stop:
            signal.signal(other, _end_at_once)
    raise Stopped(number)


def _end_at_once(number: int, _: FrameType | None) -> None:
    os._exit(128 + number)
