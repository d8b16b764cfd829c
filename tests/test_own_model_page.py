"""The page on one's own model: its commands run, and print what stands below them."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pages import Page

from caresim.language.shown import Shown

ROOT = Path(__file__).parent.parent
PAGE = Page("own_model.md")
COMMANDS = [i for i, (language, _) in enumerate(PAGE.blocks) if language == "bash"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the files of the page."""
    folder = tmp_path_factory.mktemp("garden")
    for name, text in PAGE.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("i", COMMANDS)
def test_a_command_prints_what_stands_below_it(folder, i):
    program, *arguments = shlex.split(PAGE.blocks[i][1])
    assert program == "caresim"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "caresim", *arguments], cwd=folder,
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, encoding="utf-8",
        check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    assert printed == PAGE.expected(i), done.stdout


def test_the_page_has_a_model_numbers_a_policy_and_commands():
    assert set(PAGE.files) == {"garden.toml", "garden.py", "more_plots.toml"}
    assert len(COMMANDS) == 3


def test_the_table_names_every_declaration():
    table = PAGE.path.read_text(encoding="utf-8").split("## What the model says of itself")[1]
    named = set(re.findall(r"`(\w+)`", table))
    declared = {n for n in Shown.__annotations__ if n not in ("variables", "checked_step")}
    assert declared <= named, f"without a row: {declared - named}"
