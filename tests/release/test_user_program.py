"""A user's program runs and passes a strict type checker against the installed wheel."""

import shutil
import sys
from pathlib import Path

import pytest
from wheels import ROOT

PROGRAM = Path(__file__).with_name("user")
CACHE = (
    ROOT / ".mypy_cache" / "release"
)  # what a checker knows of other libraries, for the next time
START = """\
import caresim as cs
from caresim.england import England

england = England()
"""
WRONG = {
    "a misspelt name": ("cs.rum(england)", 'has no attribute "rum"'),
    "a misspelt figure": ("cs.plot.caseload(cs.run(england))", 'maybe "caseloads"?'),
    "no scenario": ("cs.run(england, scenario=3)", 'Argument "scenario" to "run"'),
    "an unknown option": ("cs.run(england, seed=1)", 'Unexpected keyword argument "seed"'),
    "no seed": ("cs.draws(england, 10)", 'Missing named argument "seed"'),
    "an unknown verb": ('cs.Change("a", "raise", 1, "2027-04-01")', "Argument 2 to"),
    "another result": ("run: str = cs.run(england)", 'expression has type "Run"'),
    "a model for a run": ("cs.compare(england)", 'Argument 1 to "compare"'),
    "a figure for a number": ("england.with_values(stay=[1])", 'Argument "stay" to "with_values"'),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The program, and the lines that a checker must refuse, outside the checkout."""
    folder = tmp_path_factory.mktemp("user")
    shutil.copytree(PROGRAM, folder, dirs_exist_ok=True)
    lines = [line for line, _ in WRONG.values()]
    (folder / "wrong.py").write_text(START + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def checked(installed, folder):
    """What mypy says, strict and without a configuration, by file and line."""
    done = installed.call(
        sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", CACHE,
        "--python-executable", installed.python, "--hide-error-context", "program.py", "wrong.py",
        folder=folder,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def test_the_program_runs(installed, folder):
    done = installed.call(installed.python, "program.py", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "baseline" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("did you mean 'early_help_first'?")
    assert (folder / "caseloads.png").exists()


def test_the_program_passes_a_strict_type_checker(checked):
    assert checked, "the checker ran"
    assert not [line for line in checked if not line.startswith("wrong.py")]


@pytest.mark.parametrize("kind", WRONG)
def test_a_mistake_is_seen_by_a_type_checker(checked, kind):
    number = START.count("\n") + 1 + list(WRONG).index(kind)
    (said,) = [line for line in checked if line.startswith(f"wrong.py:{number}:")]
    assert WRONG[kind][1] in said
