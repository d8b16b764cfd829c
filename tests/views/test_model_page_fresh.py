"""The page in docs/ is that of the model as it stands."""

from pathlib import Path

import pytest

from caresim.england import England
from caresim.views.document.page import page_files

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def files():
    return page_files(England())


def test_the_page_in_docs_and_its_figures_are_fresh(files):
    stored = {path.name: path.read_text(encoding="utf-8") for path in map(DOCS.joinpath, files)
              if path.is_file()}  # fmt: skip
    stale = [f"docs/{name}" for name, text in files.items() if stored.get(name) != text]
    assert not stale, "not those of the model; run: caresim document"


def test_every_figure_that_the_page_shows_is_written_with_it(files):
    page = files["model.md"]
    assert [name for name in files if name.endswith(".svg") and f"({name})" not in page] == []
