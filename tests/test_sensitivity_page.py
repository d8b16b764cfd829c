"""The page on what drives an answer: its code runs, and prints what stands below it."""

import shlex

import pytest
from pages import Page
from typer.testing import CliRunner

from caresim.cli import app

PAGE = Page("sensitivity.md")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return PAGE.run(tmp_path_factory.mktemp("page"))


@pytest.mark.parametrize("i", PAGE.code)
def test_a_block_prints_what_stands_below_it(results, i):
    assert results[i] == PAGE.expected(i), "\n".join(results[i])


def test_its_command_is_one_of_caresim_and_writes_what_it_says(tmp_path, monkeypatch):
    (line,) = [text for language, text in PAGE.blocks if language == "sh"]
    program, verb, *words = shlex.split(line)
    assert program == "caresim"
    monkeypatch.chdir(tmp_path)
    asked = [verb, *words, "--draws", "40", "--model", "caresim.england:England"]
    answer = CliRunner().invoke(app, asked)
    assert answer.exit_code == 0, answer.output
    written = {path.name for path in (tmp_path / "drivers").iterdir()}
    text = PAGE.path.read_text(encoding="utf-8")
    assert written == {"sensitivity.csv", "sensitivity.md", "sensitivity.json", "tornado.png"}
    assert all(f"`{name}`" in text for name in written - {"sensitivity.json"})
