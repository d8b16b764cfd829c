"""Where tasks are done: in this process, or in others that give the same results."""

import os
import pickle
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from caresim.language import CaresimError
from caresim.study.workers import InTurn, opened, workers


def fail():
    message = "the task failed"
    raise RuntimeError(message)


@pytest.mark.parametrize("tasks", [0, 1])
def test_one_task_is_done_in_this_process(tasks):
    with workers(tasks) as pool:
        assert pool.submit(os.getpid).result() == os.getpid()


def test_tasks_in_turn_are_done_in_their_order():
    done = []
    pool = InTurn()
    first, second = (pool.submit(done.append, name) for name in ("first", "second"))
    assert done == ["first", "second"]
    assert (first.result(), second.result()) == (None, None)


@pytest.mark.skipif(sys.platform != "linux", reason="processes start at once on Linux only")
@pytest.mark.skipif((os.cpu_count() or 1) == 1, reason="one processor does tasks in turn")
def test_several_tasks_are_done_in_other_processes():
    with workers(2) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


@pytest.mark.parametrize("tasks", [0, 3])
def test_what_a_task_raises_reaches_the_caller(tasks):
    with workers(tasks) as pool, pytest.raises(RuntimeError, match="the task failed"):
        pool.submit(fail).result()


@pytest.mark.parametrize("tasks", [0, 3])
def test_results_do_not_depend_on_where_tasks_are_done(tasks):
    with workers(tasks) as pool:
        pending = [pool.submit(divmod, number, 7) for number in range(20)]
        assert [task.result() for task in pending] == [divmod(n, 7) for n in range(20)]


several = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) == 1, reason="work is done in one process"
)


@several
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_the_system_ends_is_a_sentence(number):
    said = "ended by the system, most often for want of memory"
    with pytest.raises(CaresimError, match=said), workers(2) as pool:
        pool.submit(end, number).result()


@several
def test_so_is_one_of_an_executor_that_was_handed_over():
    with (
        ProcessPoolExecutor(1, mp_context=get_context("fork")) as lent,
        pytest.raises(CaresimError, match="ended by the system"),
        opened(lent, 2) as pool,
    ):
        pool.submit(end, signal.SIGKILL).result()


def end(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


@several
@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, ValueError])
def test_work_that_is_given_up_ends_at_once(fault):
    begun, pending = time.monotonic(), []
    with pytest.raises(fault), workers(2) as pool:
        give_up(pool, pending, fault)
    assert time.monotonic() - begun < 20
    assert len(pending) == 5
    assert all(task.done() for task in pending)


def give_up(pool, pending, fault):
    pending += [pool.submit(time.sleep, 60) for _ in range(5)]
    raise fault


@several
def test_a_process_that_may_have_none_of_its_own_does_the_work_in_turn():
    """As a worker of multiprocessing.Pool, which is daemonic."""
    with get_context("fork").Pool(1) as pool:
        assert pool.apply_async(in_which).get(timeout=60) == 1


def in_which():
    with workers(3) as pool:
        return len({pool.submit(os.getpid).result() for _ in range(3)} | {os.getpid()})


@several
def test_where_no_process_can_be_started_the_work_is_done_in_turn(monkeypatch):
    def unable():
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", unable)
    assert in_which() == 1


@several
@pytest.mark.parametrize("megabytes", [1, 200])
def test_a_process_that_is_ended_while_it_sends_keeps_nobody_waiting(megabytes):
    """A pipe holds a part of an answer, and the rest never comes."""
    for delay in (0.0, 0.01, 0.05):
        with pytest.raises(KeyboardInterrupt), workers(2) as pool:
            give_up_soon([pool.submit(bytes, megabytes * 1_000_000) for _ in range(8)], delay)


def give_up_soon(pending, delay):
    time.sleep(delay)
    assert len(pending) == 8
    raise KeyboardInterrupt


@several
def test_tasks_that_wait_for_a_process_that_is_gone_are_given_up():
    with pytest.raises(CaresimError, match="ended by the system"), workers(2) as pool:
        [pool.submit(end, signal.SIGKILL) for _ in range(20)][-1].result()


class OddError(Exception):
    """A fault that cannot be sent."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def fail_oddly():
    raise OddError("one", "two")


@several
def test_faults_and_tasks_that_cannot_be_sent_are_said():
    with workers(2) as pool:
        with pytest.raises(RuntimeError, match="OddError: one and two"):
            pool.submit(fail_oddly).result()
        with pytest.raises((AttributeError, pickle.PicklingError, TypeError)):
            pool.submit(lambda: 1).result()
        with pytest.raises((AttributeError, pickle.PicklingError, TypeError, RuntimeError)):
            pool.submit(eval, "lambda: 1").result()
        assert pool.submit(divmod, 7, 2).result() == (3, 1), "and the others go on"


@several
def test_processes_hold_no_signal_back_and_are_silent_about_an_interrupt():
    with workers(2) as pool:
        assert pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result() == set()
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
        assert pool.submit(signal.getsignal, signal.SIGTERM).result() == signal.SIG_DFL
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set(), "nor does this one"
