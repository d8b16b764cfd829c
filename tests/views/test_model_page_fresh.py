"""The page in docs/ is that of the model as it stands."""

from pathlib import Path

import pytest

from caresim.england import England
from caresim.views.document.page import page_files

DOCS = Path(__file__).parents[2] / "docs"
FILES = page_files(England())


@pytest.mark.parametrize("name", FILES)
def test_the_page_in_docs_is_fresh(name):
    path = DOCS / name
    advice = f"docs/{name} is not that of the model; run: caresim document"
    assert path.is_file(), advice
    assert path.read_text(encoding="utf-8") == FILES[name], advice


def test_every_figure_that_the_page_shows_is_written_with_it():
    page = FILES["model.md"]
    assert [name for name in FILES if name.endswith(".svg") and f"({name})" not in page] == []
