"""What the tests of the second model share: how it is named, and how the command line is called."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from caresim.cli import app
from caresim.study.named_model import model_named

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAMED = f"{HERE / 'norland.py'}:Norland"


@pytest.fixture(scope="session")
def norland():
    return model_named(NAMED)


@pytest.fixture(scope="session")
def named():
    return NAMED


@pytest.fixture(scope="session")
def command():
    """Return a function that runs a command on the model, in a process and folder of its own."""

    def calling(*arguments, cwd, model=NAMED):
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        asked = [*map(str, arguments), *(["--model", str(model)] if model else [])]
        return subprocess.run(
            [sys.executable, "-m", "caresim", *asked],
            cwd=cwd, env={**os.environ, "PYTHONPATH": path},
            capture_output=True, encoding="utf-8", check=False, timeout=300,
        )  # fmt: skip

    return calling


@pytest.fixture(scope="session")
def commands():
    """Return a function that runs commands on the model, one after the other in one process."""

    def calling(asked, *, cwd):
        lines = [shlex.join(["caresim", *map(str, words), "--model", NAMED]) for words in asked]
        steps = json.dumps([["command", line] for line in lines])
        done = subprocess.run(
            [sys.executable, HERE.parent / "read_through.py", steps],
            cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, encoding="utf-8", check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers = json.loads(done.stdout)
        for line, answer in zip(lines, answers, strict=True):
            assert answer["status"] == 0, f"{line}: {answer['err'][-800:]}"
        return [answer["out"] + answer["err"] for answer in answers]

    return calling


@pytest.fixture(scope="session")
def helped():
    """Return a function that says what ``--help`` prints of a verb, without a new process."""

    def helping(verb):
        answer = CliRunner().invoke(app, [verb, "--help"], env={"COLUMNS": "100"})
        assert answer.exit_code == 0, answer.output
        return answer.output

    return helping
