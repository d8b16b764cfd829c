"""The page that teaches the language: every block runs, and prints what stands below it."""

import pytest
from pages import Page

from caresim.language import Parameters

PAGE = Page("language.md")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What each block of code prints, run in order beside the files of the page."""
    return PAGE.run(tmp_path_factory.mktemp("page"))


@pytest.mark.parametrize("i", PAGE.code)
def test_a_block_prints_what_stands_below_it(results, i):
    assert results[i] == PAGE.expected(i), "\n".join(results[i])


def test_the_page_has_code_files_and_results():
    assert {language for language, _ in PAGE.blocks} == {"python", "toml", "text"}


@pytest.mark.parametrize("name", [n for n in PAGE.files if n.endswith(".toml")])
def test_a_file_of_the_page_says_what_it_is(name, tmp_path):
    text = PAGE.files[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert len(Parameters.read(path)) >= text.count("[") - text.count("= [")


@pytest.mark.parametrize(
    "word",
    [
        *("Stock", "Flow", "Aux", "Smooth", "Delay", "table", "Dimension"),
        *("Walk", "Noise", "Events"),
        *("Parameters.read", "sectors", "sector_of"),
    ],
)
def test_the_page_shows_each_building_block_in_code(word):
    assert any(word in text for language, text in PAGE.blocks if language == "python"), word
