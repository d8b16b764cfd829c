"""The page that teaches the language: every block runs, and prints what stands below it."""

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest

from caresim.language import CaresimError, Parameters

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (\S+\.(?:toml|py))\n")
FILES = {found[1]: text for _, text in BLOCKS if (found := FILE.match(text))}
CODE = [i for i, (kind, text) in enumerate(BLOCKS) if kind == "python" and not FILE.match(text)]


def printed_by(code, names):
    """Return what a block prints, or the error that it ends with."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102
        except CaresimError as fault:
            print(f"{type(fault).__name__}: {fault}")  # noqa: T201
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What each block of code prints, run in order beside the files of the page."""
    folder = tmp_path_factory.mktemp("page")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    names = {"__name__": "page"}
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        printed = {i: printed_by(BLOCKS[i][1], names) for i in CODE}
    for name in FILES:
        sys.modules.pop(name.removesuffix(".py"), None)
    return printed


@pytest.mark.parametrize("i", CODE)
def test_a_block_prints_what_stands_below_it(results, i):
    language, text = BLOCKS[i + 1] if i + 1 < len(BLOCKS) else ("", "")
    expected = [line.rstrip() for line in text.splitlines()] if language == "text" else []
    assert results[i] == expected, "\n".join(results[i])


def test_the_page_has_code_files_and_results():
    assert {language for language, _ in BLOCKS} == {"python", "toml", "text"}


@pytest.mark.parametrize("name", [n for n in FILES if n.endswith(".toml")])
def test_a_file_of_the_page_says_what_it_is(name, tmp_path):
    text = FILES[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert len(Parameters.read(path)) >= text.count("[") - text.count("= [")


@pytest.mark.parametrize(
    "word",
    [
        *("Stock", "Flow", "Aux", "Smooth", "Delay", "table", "Dimension"),
        *("Parameters.read", "sectors", "sector_of"),
    ],
)
def test_the_page_shows_each_building_block_in_code(word):
    assert any(word in text for language, text in BLOCKS if language == "python"), word
