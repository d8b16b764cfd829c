"""Where the command line has to work: odd paths, a read-only install, no network, one processor."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest
from calls import EARLY_HELP, FIGURES, INTERVALS, ROOT, SCENARIOS, TABLES, contents, spawn

pytestmark = pytest.mark.slow  # England many times, by processes of its own
ODD = "Ünser Ordner – 家族 1"
OPTIONS = ("--draws", "40", "--until", "2029-03-31")

# Runs several commands in one process that may reach nobody, and in which our files may be opened
# in a named encoding only: the system's own is not UTF-8 everywhere
PROGRAM = """
import json, runpy, sys, warnings

REACHING = ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr")
REFUSED = {f"socket.{name}" for name in REACHING}

def refuse(event, given):
    if event in REFUSED:
        raise ConnectionError(f"somebody asks for the network: {event} {given}")

def call(*arguments):
    sys.argv = ["caresim", *arguments]
    try:
        runpy.run_module("caresim", run_name="__main__")
    except SystemExit as leaving:
        if leaving.code:
            raise

sys.addaudithook(refuse)
warnings.simplefilter("ignore", EncodingWarning)  # others' files
warnings.filterwarnings("error", category=EncodingWarning, module=r"caresim\\.")
for arguments in json.loads(sys.argv[1]):
    call(*arguments)
"""
REACHES_OUT = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
FORGETS = "import warnings; warnings.warn('no encoding', EncodingWarning)"


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """A folder whose path has blanks, letters beyond ASCII and signs of another script."""
    folder = tmp_path_factory.mktemp("hard") / ODD
    folder.mkdir()
    shutil.copy(SCENARIOS / "current_policy_2026.toml", folder / "heute so.toml")
    text = EARLY_HELP.read_text(encoding="utf-8")
    assert '"current_policy_2026"' in text
    (folder / "Hilfe früh 早.toml").write_text(
        text.replace('"current_policy_2026"', '"heute so"'), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def installed(odd):
    """A copy of the package in which nobody may write, and what it holds."""
    place = odd / "install"
    shutil.copytree(ROOT / "caresim", place / "caresim", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copytree(ROOT / "scenarios", place / "caresim" / "shipped")  # where a wheel has them
    below = [place, *place.rglob("*")]
    for path in below:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield place, seen(place)
    for path in below:
        path.chmod(0o755)  # so that the folder can be cleared away


def seen(place):
    """Return times and bytes below a folder: who may write anyway, as root may, leaves a trace."""
    return {
        str(path): (path.stat().st_mtime_ns, path.is_file() and digest(path))
        for path in [place, *place.rglob("*")]
    }


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tables_of(files):
    return {name: data for name, data in files.items() if name.endswith(".csv")}


def in_a_hard_place(odd, place, *commands, program=PROGRAM):
    """Call commands in one process there, with the read-only package and a cache of its own."""
    own = {
        "PYTHONPATH": str(place),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CARESIM_CACHE_DIR": str(odd / "Gemerktes 記"),
    }
    given = json.dumps([[str(part) for part in command] for command in commands])
    return subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-c", program, given],
        cwd=odd, env={**os.environ, **own}, capture_output=True, encoding="utf-8",
        check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def done(odd, installed):
    """What several commands leave that are called there, with relative paths."""
    return in_a_hard_place(
        odd,
        installed[0],
        ("run", "Hilfe früh 早.toml", "--out", "Ergebnis 出/Nummer 1", *OPTIONS),
        ("check", odd / "Hilfe früh 早.toml"),
        ("export", "England für 他.xmile", "--scenario", "Hilfe früh 早.toml"),
    )


def test_commands_work_there(done):
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Results for 1 scenario are in Ergebnis 出/Nummer 1" in done.stdout
    assert f"{ODD}/Hilfe früh 早.toml: 'Early help first' is valid" in done.stdout


def test_files_stand_where_odd_paths_say(odd, done):
    assert done.returncode == 0, done.stderr
    found = {path.name for path in (odd / "Ergebnis 出" / "Nummer 1").iterdir()}
    assert found == TABLES | INTERVALS | FIGURES
    assert (odd / "England für 他.xmile").stat().st_size > 100_000
    record = json.loads((odd / "Ergebnis 出/Nummer 1/run.json").read_text(encoding="utf-8"))
    assert [run["file"] for run in record["runs"]] == ["heute so.toml", "Hilfe früh 早.toml"]


def test_machine_code_is_kept_in_an_odd_folder(odd, done):
    assert done.returncode == 0, done.stderr
    pytest.importorskip("llvmlite")
    assert list((odd / "Gemerktes 記").iterdir())


def test_nothing_is_written_where_the_package_is_installed(installed, done):
    assert done.returncode == 0, done.stderr
    place, before = installed
    assert seen(place) == before


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    """What the same run writes in an ordinary place."""
    folder = tmp_path_factory.mktemp("ordinary") / "out"
    answer = spawn("run", EARLY_HELP, "--out", folder, *OPTIONS)
    assert answer.status == 0, answer.err
    return contents(folder)


def test_tables_are_those_of_an_ordinary_place(odd, done, ordinary):
    assert done.returncode == 0, done.stderr
    there = contents(odd / "Ergebnis 出" / "Nummer 1")
    assert tables_of(there) == tables_of(ordinary)


@pytest.mark.parametrize(
    ("deed", "said"),
    [(REACHES_OUT, "somebody asks for the network"), (FORGETS, "EncodingWarning: no encoding")],
    ids=["reaching out", "leaving out an encoding"],
)
def test_the_hard_place_would_notice(odd, installed, deed, said):
    """Else the tests above could not fail."""
    module = odd / "bad" / "caresim"
    module.mkdir(parents=True, exist_ok=True)
    (module / "__init__.py").touch()
    (module / "bad.py").write_text(f"def act():\n    {deed}\n", encoding="utf-8")
    (module / "__main__.py").write_text("from caresim.bad import act; act()", encoding="utf-8")
    told = in_a_hard_place(odd, odd / "bad", ("run",))
    assert told.returncode == 1
    assert said in told.stderr


@pytest.mark.slow
def test_fits_scores_and_pages_work_there_too(odd, installed):
    place, before = installed
    told = in_a_hard_place(
        odd,
        place,
        ("calibrate", "--out", "Anpassung 合", "--draws", "10", "--no-score", "--no-figures"),
        ("backtest", "--out", "Probe 試", "--origins", "2017-18", "--draws", "0", "--no-figures"),
        ("freeze", "--years", "2026-27", "--out", "Versprechen 約"),
        ("document", "--out", "Seite – 頁.md"),
    )
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    assert seen(place) == before
    written = ("Anpassung 合/fit.json", "Probe 試/backtest.csv", "Versprechen 約/ledger.json")
    for path in (*written, "Seite – 頁.md"):
        assert (odd / path).is_file(), told.stdout


def test_a_letter_that_the_terminal_lacks_is_a_question_mark(tmp_path):
    """As on Windows, where what is sent to a file is in the letters of one region."""
    file = tmp_path / "家.toml"
    shutil.copy(SCENARIOS / "baseline.toml", file)
    answer = spawn("check", "家.toml", cwd=tmp_path, PYTHONIOENCODING="cp1252")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == "?.toml: 'Policy of March 2020' is valid, 0 changes\n"


def test_one_processor_writes_the_bytes_that_several_write(call, tmp_path, monkeypatch, ordinary):
    """Where processes cannot fork, tasks are done in turn, as with one processor."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert call("run", EARLY_HELP, "--out", tmp_path / "out", *OPTIONS).status == 0
    alone = contents(tmp_path / "out")
    assert set(alone) == set(ordinary)
    assert [name for name in alone if alone[name] != ordinary[name]] == []


def test_another_way_to_start_processes_changes_nothing(tmp_path, ordinary):
    """Python 3.14 starts processes otherwise than before, and a caller may have chosen."""
    program = (
        "import multiprocessing as m, sys; m.set_start_method('spawn'); "
        "from caresim.__main__ import main; main()"
    )
    command = ["run", str(EARLY_HELP), "--out", str(tmp_path / "out"), *OPTIONS, "--no-figures"]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    told = subprocess.run(
        [sys.executable, "-c", program, *command],
        capture_output=True, encoding="utf-8", check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    found = contents(tmp_path / "out")
    assert set(found) == TABLES | INTERVALS
    assert tables_of(found) == tables_of(ordinary)
