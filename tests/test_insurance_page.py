"""The page on insurance: its commands run, its code prints what stands below it."""

import json
import shlex
import sys

import pytest
from pages import Page

from caresim.__main__ import main

PAGE = Page("insurance.md")
COMMANDS = [text for language, text in PAGE.blocks if language == "sh"]


def test_the_code_prints_what_stands_below_it(tmp_path):
    printed = PAGE.run(tmp_path)
    assert printed
    assert printed == {i: PAGE.expected(i) for i in PAGE.code}


@pytest.mark.parametrize("text", COMMANDS)
def test_the_command_runs_and_writes_mixed_results(text, tmp_path, monkeypatch, capsys):
    arguments = shlex.split(text)
    assert arguments[0] == "caresim"
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as leaving:
        main()
    assert not leaving.value.code
    assert "levels are mixed with the damped trend" in capsys.readouterr().out.replace("\n", " ")
    record = json.loads((tmp_path / "insured" / "run.json").read_text(encoding="utf-8"))
    assert {run["mix"] for run in record["runs"]} == {"damped"}
