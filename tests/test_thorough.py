"""What ``make quick`` leaves out is there to be left out, and every folder of tests keeps some."""

import re
from pathlib import Path

import pytest
from thorough import FIRST, REASONS

HERE = Path(__file__).parent
FILES = {path.name: path for path in sorted(HERE.rglob("test_*.py"))}


def test_names_of_files_are_unique():
    """Else an entry would mean two files, and pytest could import only one of them."""
    names = [path.name for path in HERE.rglob("test_*.py")]
    assert sorted(names) == sorted(FILES)


@pytest.mark.parametrize("entry", REASONS)
def test_what_is_left_out_is_there(entry):
    file, _, name = entry.partition("::")
    assert file in FILES, f"tests/thorough.py names {file}, which is not there"
    text = FILES[file].read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\b", text), f"tests/thorough.py names {entry}, which is not there"


def test_what_runs_first_is_there():
    assert set(FIRST) <= set(FILES)


def test_every_folder_of_tests_keeps_some():
    folders = {path.parent for path in FILES.values()}
    left_out = {FILES[entry] for entry in REASONS if "::" not in entry}
    kept = {path.parent for path in FILES.values() if path not in left_out}
    assert kept == folders
