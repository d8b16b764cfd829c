"""The page and its figures as files: written whole, and nothing of others replaced unasked."""

from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

import caresim as cs
from caresim.__main__ import MODEL
from caresim.cli import app
from caresim.england import England
from caresim.language import CaresimError, Feedback, Flow, Model, Parameters, Stock, cloud
from caresim.views.document.page import MARK, page_files, write_page

p = Parameters.of(rate=(0.5, "1/year"), cut=1.0)


class Plain(Model):
    """Care."""

    parameters = p
    care = Stock("Care", "child", 0)
    left = Flow("Left", care >> cloud, care * p.rate * p.cut)


class Looped(Plain):
    """Care, with the loop that its author names."""

    feedbacks = (
        Feedback("Emptying", "cut", "More leave, fewer stay.", "trial", "Seen.", ("care", "left")),
    )


@pytest.mark.parametrize(
    ("model", "names"),
    [(Plain(), ["page.md", "page.svg"]), (Looped(), ["loops.svg", "page.md", "page.svg"])],
)
def test_a_page_shows_the_figures_that_are_written_with_it(model, names, tmp_path):
    written = write_page(model, tmp_path / "docs" / "page.md")
    assert sorted(path.name for path in written) == names
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == names, "nothing else"
    text = (tmp_path / "docs" / "page.md").read_text(encoding="utf-8")
    for name in set(names) - {"page.md"}:
        assert f"({name})" in text
        ET.parse(tmp_path / "docs" / name)  # noqa: S314
    figures = {"diagram": "page.svg", "loops": "loops.svg" if len(names) > 2 else ""}
    assert text == cs.model_page(model, **figures) == page_files(model, "page")["page.md"]


def test_its_own_page_is_replaced_and_another_is_not(tmp_path):
    path = tmp_path / "page.md"
    write_page(Looped(), path)
    assert path.read_text(encoding="utf-8").startswith(MARK)
    write_page(Plain(), path)
    assert "Feedbacks" not in path.read_text(encoding="utf-8")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(CaresimError, match=r"page\.md is there already; .* --overwrite"):
        write_page(Plain(), path)
    assert path.read_text(encoding="utf-8") == "mine"
    write_page(Plain(), path, overwrite=True)
    assert path.read_text(encoding="utf-8").startswith(MARK)


def test_a_figure_of_someone_else_is_not_replaced(tmp_path):
    (tmp_path / "page.svg").write_text("mine", encoding="utf-8")
    with pytest.raises(CaresimError, match=r"page\.svg is there already"):
        write_page(Plain(), tmp_path / "page.md")
    assert [path.name for path in tmp_path.iterdir()] == ["page.svg"]


def test_a_page_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(CaresimError, match=r"must end in \.md"):
        write_page(Plain(), tmp_path / "page.txt")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CaresimError, match="cannot be written"):
        write_page(Plain(), tmp_path / "file" / "page.md")


@pytest.mark.slow
def test_the_command_writes_the_page_of_england(tmp_path):
    page = tmp_path / "england.md"
    answer = CliRunner().invoke(app, ["document", "--model", MODEL, "--out", str(page)])
    assert answer.exit_code == 0, answer.output
    assert answer.output.split() == [str(page.parent / n) for n in page_files(England(), "england")]
    assert page.read_text(encoding="utf-8") == page_files(England(), "england")["england.md"]
