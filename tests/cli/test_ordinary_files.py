"""What is no ordinary file of a sensible size is refused unread, whatever option names it."""

import os
import socket
import stat
from pathlib import Path

import pytest
from calls import spawn
from damage import in_time
from test_damaged import GROWN

import caresim
from caresim.england import England
from caresim.language import CaresimError, Observed, Parameters

OPTIONS = {
    "check": ["check", "FILE"],
    "explain": ["explain", "FILE"],
    "run": ["run", "FILE", "--out", "out", "--draws", "0"],
    "check-step": ["check-step", "FILE"],
    "needed": ["needed", "FILE", "--of", "looked_after", "--change", "-0.1", "--by", "2030-03-31"],
    "export": ["export", "model.xmile", "--scenario", "FILE"],
    "figures to fit": ["calibrate", "--observed", "FILE", "--model", GROWN],
    "parameters to fit": ["calibrate", "--parameters", "FILE", "--model", GROWN],
    "figures to score": ["backtest", "--observed", "FILE", "--model", GROWN],
    "a promise": ["score", "FILE", "--observed", "FILE"],
    "a model": ["levers", "--model", "./FILE"],
}
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pipe(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


def bound(path):
    socket.socket(socket.AF_UNIX).bind(str(path))


def leads_nowhere(path):
    path.symlink_to("nothing")


def leads_to_itself(path):
    path.symlink_to(path)


def huge(path):
    with path.open("wb") as file:
        file.truncate(2_000_000_000)


def of_the_system(path):
    """A file whose content the system makes up while it is read, and that may wait for ever."""
    if not Path("/proc/kmsg").exists():
        pytest.skip("this system has no such file")
    path.symlink_to("/proc/kmsg")


def locked(path):
    path.write_text("name = 'A'\n", encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("whoever runs this may read everything")


KINDS = {
    pipe: "not an ordinary file, but a pipe",
    device: "not an ordinary file, but a device",
    bound: "not an ordinary file, but a socket",
    folder: "is a folder",
    leads_nowhere: "leads nowhere",
    leads_to_itself: "cannot be opened",
    huge: "2000.0 MB (2,000,000,000 bytes)",
    of_the_system: "is empty",
    locked: "Permission denied",
}


@posix
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of the socket
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_that_takes_a_file_refuses_it_in_a_sentence(call, place, option, kind):
    name = "own.py" if option == "a model" else "own.csv" if "figures" in option else "own.toml"
    kind(place / name)
    with in_time():
        said = call(*(word.replace("FILE", name) for word in OPTIONS[option])).refused()
    expected = "ledger.json does not exist" if option == "a promise" else KINDS[kind]
    if (option, kind) == ("a model", leads_nowhere):
        expected = "there is no file own.py"
    assert expected in said or (option == "a model" and "there is no file" in said)
    assert not (place / "out").exists()


READERS = [
    (caresim.read_scenario, ".toml"),
    (lambda path: caresim.read_figures(path, England()), ".csv"),
    (Observed.read, ".csv"),
    (Parameters.read, ".toml"),
]


@posix
@pytest.mark.parametrize("reader", range(len(READERS)))
@pytest.mark.parametrize("kind", [pipe, device, huge], ids=lambda kind: kind.__name__)
def test_so_does_every_reader_in_python(tmp_path, reader, kind):
    reading, ending = READERS[reader]
    kind(tmp_path / f"own{ending}")
    with in_time(), pytest.raises(CaresimError) as caught:
        reading(tmp_path / f"own{ending}")
    assert KINDS[kind] in str(caught.value)


@posix
def test_a_pipe_beside_a_scenario_is_not_what_it_extends(call, place):
    (place / "mine.toml").write_text('name = "M"\nextends = "base"\n', encoding="utf-8")
    os.mkfifo(place / "base.toml")
    with in_time():
        assert "no file base.toml stands there" in call("check", "mine.toml").refused()


@posix
def test_a_process_of_its_own_does_not_wait_for_a_pipe_either(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    assert "a pipe" in spawn("check", tmp_path / "pipe.toml").refused()
    assert stat.S_ISFIFO((tmp_path / "pipe.toml").stat().st_mode)


@pytest.mark.parametrize("path", ["a\0b.toml", "x" * 5000 + ".toml", "a\nb.toml", "\x1b[31m.toml"])
def test_a_path_that_no_system_has_is_shown_on_one_line_and_acts_on_no_terminal(call, place, path):
    said = call("check", path).refused()
    assert "\x1b" not in said
    assert len(said) < 400
