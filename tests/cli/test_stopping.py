"""A call that is ended from outside ends whole: a sentence, its status, no process, no claim."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from calls import EARLY_HELP, QUICK, ROOT, TABLES, contents

from caresim.cli.stopping import Stopped, stoppable

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) < 2,
    reason="elsewhere work is done in one process, which ends as the system has it",
)
LONG = ("--draws", "40000", "--no-figures")
PATIENCE = 60  # seconds until everything has to be over, also where tests run beside


def begin(folder, *options, **more):
    """Start a long run in a session of its own, and wait until its workers are at work."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    call = [sys.executable, "-m", "caresim", "run", str(EARLY_HELP), "--out", "out", *options]
    running = subprocess.Popen(
        call, cwd=folder, env={**os.environ, "PYTHONPATH": path}, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **more,
    )  # fmt: skip
    for _ in range(1_200):
        if len(workers_of(running.pid)) > 1:
            return running
        time.sleep(0.05)
    running.kill()
    pytest.fail(f"no worker has begun: {running.communicate()}")


def workers_of(parent):
    """Return the processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, above = path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[:2]
        except OSError:  # it has ended meanwhile
            continue
        if int(above) == parent and state != "Z":
            found.append(int(path.parent.name))
    return found


def ended(running, patience=PATIENCE):
    """Return status and outputs; whoever still holds them open keeps this from ending."""
    try:
        out, err = running.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        pytest.fail(f"{patience} s later a process of it lives")
    return running.returncode, out, err


SENT = {
    "Ctrl-C, which a terminal sends to all": (os.killpg, "SIGINT", 130, "Ctrl-C"),
    "the time limit of a batch system": (os.killpg, "SIGTERM", 143, "SIGTERM"),
    "kill": (os.kill, "SIGTERM", 143, "SIGTERM"),
    "a terminal that is closed": (os.killpg, "SIGHUP", 129, "SIGHUP"),
}


@pytest.mark.parametrize("how", SENT)
def test_a_signal_ends_a_run_with_one_sentence_and_its_status(how, tmp_path):
    send, number, status, name = SENT[how]

    def heed():  # also where the tests themselves run below nohup
        signal.signal(getattr(signal, number), signal.SIG_DFL)

    running = begin(tmp_path, *LONG, preexec_fn=heed)
    send(running.pid, getattr(signal, number))
    assert ended(running) == (status, "", f"caresim: stopped by {name} before it was done\n")
    assert list(tmp_path.iterdir()) == [], "neither results nor a claim"


def test_a_run_that_is_killed_leaves_no_process_and_nothing_in_the_way(tmp_path, call):
    running = begin(tmp_path, *LONG)
    running.kill()
    assert ended(running) == (-signal.SIGKILL, "", "")
    out = tmp_path / "out"
    assert [path.name for path in out.iterdir()] == [".caresim-writing"]
    answer = call("run", EARLY_HELP, "--out", out, *QUICK)
    assert answer.status == 0, answer.err
    assert set(contents(out)) == TABLES


def test_a_worker_that_the_system_ends_is_one_sentence(tmp_path):
    """As it does where memory is short."""
    running = begin(tmp_path, *LONG)
    os.kill(workers_of(running.pid)[0], signal.SIGKILL)
    status, out, err = ended(running)
    assert (status, out) == (2, "")
    assert err.startswith("caresim: a process that did part of the work was ended by the system")
    assert err.count("\n") == 1, err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_is_ignored_stays_ignored(tmp_path):
    """As below nohup, or in the background of a script."""

    def ignore():
        for name in ("SIGINT", "SIGHUP"):
            signal.signal(getattr(signal, name), signal.SIG_IGN)

    options = ("--draws", "200", "--no-figures", "--until", "2030-03-31")
    running = begin(tmp_path, *options, preexec_fn=ignore)
    os.killpg(running.pid, signal.SIGINT)
    os.killpg(running.pid, signal.SIGHUP)
    status, _, err = ended(running, patience=120)
    assert (status, err) == (0, "")
    assert (tmp_path / "out" / "run.json").is_file()


def test_handlers_are_put_back():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(Stopped) as stop, stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert stop.value.status == 143
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_another_thread_than_the_main_one_listens_to_none():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def listen():
        with stoppable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_second_signal_ends_it_at_once():
    program = (
        "import os, signal\nfrom caresim.cli.stopping import Stopped, stoppable\n"
        "with stoppable():\n"
        "    try: os.kill(os.getpid(), signal.SIGINT)\n"
        "    except Stopped:\n"
        "        print('cleaning', flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        print('not reached')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "cleaning\n", "")
