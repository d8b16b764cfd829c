"""Where tasks are done: in this process, or in others that give the same results."""

import os
import sys

import pytest

from caresim.study.workers import InTurn, workers


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
