"""Whatever becomes of the output, no call ends by it, and files are the same."""

import json
import os
import shlex
import subprocess
import sys

import pytest
from calls import QUICK, ROOT, contents, scenario

posix = pytest.mark.skipif(os.name != "posix", reason="asks a shell of POSIX")
full = pytest.mark.skipif(sys.platform != "linux", reason="a disk that is full is /dev/full there")

MODEL = '''
from caresim.language import Flow, Model, Observed, Parameter, Parameters, Prior, Stock, cloud
from caresim.language.observed import Observation


class Gofal(Model):
    """Plant mewn gofal: ŵ 家族 👪."""

    title = "Gofal ŵ 家族"
    parameters = p = Parameters({
        "rate": Parameter("rate", 0.3, "1/year", role="estimated", bounds=(0.01, 2.0),
                          prior=Prior("lognormal", 0.3, 5), source="家 ŵ"),
        "start": Parameter("start", 1000.0, "child", role="lever", bounds=(1, 2000),
                           meaning="Dechrau ŵ 家"),
    })
    start, until = "2009-03-31", "2014-03-31"
    observed = Observed(tuple(
        Observation("care", f"20{y:02d}-{y + 1}", 1e3 * 0.8 ** (y - 8), "child", "stock",
                    *[""] * 4, tolerance=0.01)
        for y in range(9, 14)
    ))
    care = Stock("Mewn gofal ŵ 家", "child", p.start)
    left = Flow("Gadawodd – ŵ", care >> cloud, care * p.rate)
'''
# Several calls in one process, each with its status
PROGRAM = """
import json, sys
from caresim.__main__ import main

for arguments in json.loads(sys.argv[1]):
    sys.argv = ["caresim", *arguments]
    try:
        main()
    except SystemExit as leaving:
        print(leaving.code, file=open("statuses", "a"))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a model and a scenario that no encoding of one region can show."""
    folder = tmp_path_factory.mktemp("console")
    (folder / "gofal.py").write_text(MODEL, encoding="utf-8")
    scenario(folder, "家ŵ", "Cymorth i deuluoedd Gŵyr 家族 👪", parameter="start", amount="900.0")
    text = (folder / "家ŵ.toml").read_text(encoding="utf-8")
    (folder / "家ŵ.toml").write_text(text.replace("2027-04-01", "2012-04-01"), encoding="utf-8")
    (folder / "bad家.toml").write_text('name = "家"\nno = "ŵ"\n', encoding="utf-8")
    return folder


def environment(**more):
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, **more}


def shell(line, folder, **more):
    """Run a line of a shell, in which CARESIM is the command."""
    whole = line.replace("CARESIM", f"{shlex.quote(sys.executable)} -m caresim")
    return subprocess.run(
        ["/bin/bash", "-c", whole],
        cwd=folder, env=environment(**more), capture_output=True, check=False, timeout=120,
    )  # fmt: skip


OWN = ("--model", "gofal.py:Gofal")
VERBS = {
    "check": ("check", "家ŵ.toml"),
    "explain": ("explain", "家ŵ.toml"),
    "levers": ("levers",),
    "scenarios": ("scenarios",),
    "check-step": ("check-step", "家ŵ.toml"),
    "needed": ("needed", "家ŵ.toml", "--of", "care", "--change", "-0.1", "--by", "2014-03-31"),
    "run": ("run", "家ŵ.toml", "--out", "家ŵ {}", "--draws", "5", "--no-figures"),
    "export": ("export", "家ŵ {}.xmile"),
    "document": ("document", "--out", "家ŵ {}.md"),
    "calibrate": ("calibrate", "--no-score", "--no-figures", "--out", "家 {}"),
    "backtest": ("backtest", "--origins", "2012-13", "--no-figures", "--draws", "0"),
    "a fault": ("check", "bad家.toml"),
    "a file that is not there": ("check", "не здесь.toml"),
    "a verb that is none": ("家ŵ",),
}
SMALLER = ("ascii:strict", "cp1252", "latin-1")


@pytest.mark.parametrize("encoding", SMALLER)
def test_every_verb_goes_through_where_the_output_has_few_letters(place, encoding, tmp_path):
    (tmp_path / "statuses").touch()
    for path in place.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    calls = [[part.format(encoding.split(":")[0]) for part in verb] for verb in VERBS.values()]
    calls = [call if call[0] == "家ŵ" else [*call, *OWN] for call in calls]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(calls)],
        cwd=tmp_path, capture_output=True, check=False, timeout=300,
        env=environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    statuses = (tmp_path / "statuses").read_text(encoding="utf-8").split()
    faults = {verb for verb, status in zip(VERBS, statuses, strict=True) if status != "0"}
    assert faults == {"a fault", "a file that is not there", "a verb that is none"}, done.stderr
    assert done.stderr.count(b"\n") == 3, done.stderr
    table = next((tmp_path / f"家ŵ {encoding.split(':')[0]}").glob("*columns.csv"))
    assert "Mewn gofal ŵ 家" in table.read_text(encoding="utf-8")


def test_files_are_the_same_whatever_the_language_of_the_system(place):
    found = []
    for number, more in enumerate(
        ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    ):
        out = place / f"language{number}"
        call = [sys.executable, "-m", "caresim", "run", "plan.toml", *OWN, "--out", out, *QUICK]
        (place / "plan.toml").write_bytes((place / "家ŵ.toml").read_bytes())
        done = subprocess.run(
            call, cwd=place, env=environment(**more), capture_output=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        found.append(contents(out))
    assert found[0] == found[1]
    assert "家族" in found[0]["run.json"].decode("utf-8")


@posix
def test_a_path_with_half_a_letter_is_read_written_and_said(place):
    odd = b"plan\xff.toml"
    (place / os.fsdecode(odd)).write_bytes((place / "家ŵ.toml").read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "caresim", "run", odd, *OWN, "--out", b"out\xff", *QUICK],
        cwd=place, env=environment(), capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    record = json.loads((place / os.fsdecode(b"out\xff") / "run.json").read_bytes())
    assert record["runs"][1]["file"] == os.fsdecode(odd)


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_an_output_that_is_closed_is_done_without(closed, place):
    out = f"closed {closed.count('-')} {closed[0]}"
    line = f"CARESIM calibrate --no-score --no-figures {' '.join(OWN)} --out '{out}' {closed}"
    done = shell(line, place)
    assert done.returncode == 0, done.stderr
    assert (place / out / "fit.json").read_bytes().startswith(b"{")


@posix
@pytest.mark.parametrize(
    ("verb", "reader"),
    [("levers", "head -1"), ("--help", "true"), ("calibrate --no-figures --out piped", "true")],
)
def test_a_reader_that_wants_no_more_is_no_fault(reader, verb, place):
    model = "" if verb == "--help" else " ".join(OWN)
    done = shell(f"CARESIM {verb} {model} | {reader}; exit ${{PIPESTATUS[0]}}", place)
    assert (done.returncode, done.stderr) == (0, b"")
    if "piped" in verb:
        assert (place / "piped" / "fit.json").is_file(), "and the work is there"


@full
def test_an_output_that_cannot_be_written_is_said_when_the_work_is_done(place):
    line = f"CARESIM run 家ŵ.toml {' '.join(OWN)} {' '.join(QUICK)} --out full > /dev/full"
    done = shell(line, place)
    said = b"caresim: the output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)
    assert (place / "full" / "run.json").is_file()


@full
def test_a_fault_that_cannot_be_said_has_its_status_still(place):
    assert shell("CARESIM check bad家.toml 2> /dev/full", place).returncode == 2
    assert shell("CARESIM check bad家.toml > /dev/full 2>&1", place).returncode == 2


HOSTILE = "x\x1b[31my\u202ez\nw"  # colours, turns and breaks a line that shows it
WRITTEN = "x\\x1b[31my\\u202ez\\nw"
PATHS = {
    "run": ("run", "{0}.toml", "--out", "{0}", *QUICK),
    "check": ("check", "{0}.toml"),
    "calibrate": ("calibrate", "--no-score", "--no-figures", "--out", "{0} fit"),
    "document": ("document", "--out", "{0}.md"),
    "export": ("export", "{0}.xmile", "--scenario", "{0}.toml"),
    "fault": ("check", "{0} that is not there.toml"),
    "no vintage": ("levers", "--vintage", "{0} vintage"),
}


@posix
@pytest.mark.parametrize("verb", PATHS)
def test_a_path_that_acts_on_a_terminal_is_written_out_in_all_that_is_said(verb, place):
    (place / f"{HOSTILE}.toml").write_bytes((place / "家ŵ.toml").read_bytes())
    words = [word.format(HOSTILE) for word in PATHS[verb]]
    done = subprocess.run(
        [sys.executable, "-m", "caresim", *words, *OWN], cwd=place, env=environment(),
        capture_output=True, check=False, timeout=120, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == (2 if verb in ("fault", "no vintage") else 0), done.stderr
    said = done.stdout + done.stderr
    assert not {"\x1b", "\u202e"} & set(said)
    assert WRITTEN in said


@posix
@pytest.mark.parametrize("verb", ["levers", "run early_help_first --out out"])
def test_a_shell_whose_folder_is_gone_is_told_so(verb, place):
    gone = "mkdir gone && cd gone && rmdir ../gone"
    if shell(f"{gone} && {sys.executable} -c pass", place).returncode:
        pytest.skip("Python itself does not start in a folder that is gone")
    done = shell(f"{gone} && CARESIM {verb}", place)
    said = b"caresim: the folder that this shell stands in is gone; go to one that exists\n"
    assert (done.returncode, done.stderr.endswith(said)) == (2, True), done.stderr


def test_a_page_has_a_place_where_none_is_named(place):
    done = subprocess.run(
        [sys.executable, "-m", "caresim", "document", *OWN], cwd=place, env=environment(),
        capture_output=True, check=False, timeout=120, encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (place / "docs" / "model.md").is_file()


@posix
@pytest.mark.parametrize("out", ["~", "~/out", "~somebody/out"])
def test_a_home_folder_that_the_shell_has_not_put_in_makes_no_folder_of_that_name(out, place):
    done = subprocess.run(
        [sys.executable, "-m", "caresim", "calibrate", f"--out={out}", *OWN], cwd=place,
        env=environment(), capture_output=True, check=False, timeout=120, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 2
    assert f"the shell has left '{out}' as it stands; write the home folder out" in done.stderr
    assert not any(place.glob("~*"))
