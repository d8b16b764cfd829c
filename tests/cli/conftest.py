"""What the tests of the command line share."""

import sys
import traceback

import pytest
from calls import Answer

from caresim.__main__ import main


@pytest.fixture
def call(monkeypatch, capsys):
    """Return a function that calls the command line within this process."""

    def calling(*arguments):
        monkeypatch.setattr(sys, "argv", ["caresim", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            status = 0
        except SystemExit as leaving:
            status = leaving.code or 0
        except Exception:  # noqa: BLE001
            traceback.print_exc()  # as Python does at the end of a program
            status = 1
        printed = capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    return calling


@pytest.fixture
def occupied(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "run.json").write_text("old", encoding="utf-8")
    return folder
