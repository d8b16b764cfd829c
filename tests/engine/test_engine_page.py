"""Pages that show the generated Python: blocks print what stands below, debuggers stop in it."""

import io
import pdb  # noqa: T100  (what the page tells its reader to use)
import re

import pytest
from pages import Page

from caresim.engine.operations import listed

PAGE, CHOOSING = Page("engine.md"), Page("choosing.md")
TEXT = PAGE.path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def names():
    """What the blocks leave behind."""
    return {"__name__": "page"}


@pytest.fixture(scope="module")
def results(tmp_path_factory, names):
    return PAGE.run(tmp_path_factory.mktemp("page"), names)


@pytest.mark.parametrize("i", PAGE.code)
def test_a_block_prints_what_stands_below_it(results, i):
    assert results[i] == PAGE.expected(i), "\n".join(results[i])


def test_what_the_page_on_choices_shows_of_england_is_what_runs(tmp_path):
    printed = CHOOSING.run(tmp_path)
    assert printed
    assert printed == {i: CHOOSING.expected(i) for i in CHOOSING.code}


def test_the_commands_for_the_debugger_stop_where_the_page_says(results, names):
    (commands,) = (text for language, text in PAGE.blocks if language == "pdb")
    call = re.search(r"`pdb\.run\(\"(.+?)\"\)`", TEXT)[1]
    printed = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO(commands + "clear 1\ncontinue\n"), stdout=printed)
    debugger.run(call, names)
    text = printed.getvalue()
    assert "-> crowding = care / places" in text
    assert f"(Pdb) {60_000 / 65_000}\n" in text


def test_the_kinds_of_the_page_are_those_of_the_list():
    kinds = re.findall(r"^\| (\d) \| ([a-z]+)", TEXT, re.MULTILINE)
    known = (listed.ALWAYS, listed.TIME, listed.RUN, listed.MOMENT, listed.STATE)
    first = ("nothing", "time", "parameters", "both", "stocks")
    assert kinds == [(str(kind), word) for kind, word in zip(known, first, strict=True)]
