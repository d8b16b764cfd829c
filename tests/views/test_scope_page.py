"""What of a review a model answers: its own page, a chapter of the model's, a line of a run's."""

import datetime as dt
import re
from dataclasses import replace

import pytest

import caresim as cs
from caresim.england import England
from caresim.language.errors import CaresimError, ModelError
from caresim.language.proposals import Proposal
from caresim.language.scope import Scope, ScopeCheck, ScopeRow, read_scope
from caresim.study.scope import ScopeAnswer
from caresim.views.document.page import MARK, page_files, write_page
from caresim.views.document.scope import scope_page, scope_table

FIGURE = ScopeCheck("books", "level", {}, figure=1200.0, within="3 %", unit="books")
ROWS = (
    ScopeRow(1, "Books | shelves", "1,200 books.", "in", "Everyone.", "cs.run(model)",
             note="A note.", checks=(FIGURE,)),
    ScopeRow(2, "Readers", "Readers rise.", "partly", "The old.", "caresim run calls",
             partly="Their number is there.", checks=(ScopeCheck("it", "growth", {}, sign="+"),)),
    ScopeRow(3, "Sleep", "They sleep.", "out", "The young.", why="No sleep.", instead="A diary."),
)  # fmt: skip
TEXT = """
review = "the Long Look"
source = "A panel, 2019"
before = "import caresim as cs"
[[row]]
number = 1
name = "Sleep"
says = "They sleep."
status = "out"
ages = "The young."
why = "No sleep."
instead = "A diary."
"""


@pytest.fixture
def scope(tmp_path):
    return Scope("the Long Look", "A panel, 2019", "import caresim as cs", ROWS, tmp_path)


@pytest.fixture
def reviewed(tmp_path):
    """Return a small model that says what it answers of a review."""
    file = tmp_path / "scope.toml"
    file.write_text(TEXT, encoding="utf-8")
    p = cs.language.Parameters.of(rate=(0.5, "1/year"), people=(10.0, "person"))

    class Club(cs.language.Model):
        """A club."""

        parameters = p
        members = cs.language.Stock("Members", "person", p.people)
        left = cs.language.Flow("Left", members >> cs.language.cloud, members * p.rate)
        scope_file = file

    return Club


def answered(check, value):
    return (ScopeAnswer(check, value),)


def page_of(scope, books=1234.5, growth=3.0):
    readers = ROWS[1].checks[0]
    return scope_page(scope, {1: answered(FIGURE, books), 2: answered(readers, growth), 3: ()})


def row_of(page, number):
    return page.split(f'<a id="row-{number}"></a>')[1].split("<a id=")[0]


def test_the_page_counts_the_rows_and_says_how_to_call(scope):
    page = page_of(scope)
    assert "# What the Long Look says, and what the model answers" in page
    assert "**Of 3 statements of the Long Look the model answers 1 in full, 1 in part and" in page
    assert "wants this before it:\n\n```python\nimport caresim as cs\n```" in page


def test_each_row_has_its_call_its_figures_and_its_words(scope):
    page = page_of(scope)
    first, second, third = (row_of(page, number) for number in (1, 2, 3))
    assert "### 1. Books \\| shelves: in" in first
    assert "```python\ncs.run(model)\n```" in first
    assert "| Books | 1,200 (± 3 %) books | 1,234 | meets |" in first
    assert "A note." in first
    assert "```sh\ncaresim run calls\n```" in second
    assert "| It | more | +3 % | meets |" in second
    assert "Their number is there.<br>" in second
    assert "```" not in third
    assert "No sleep.<br>\nWhere else to look: A diary.<br>\nWhom it concerns: The young." in third


def test_what_is_missed_is_said_with_its_reason(scope):
    assert "| 1,300 | misses |" in row_of(page_of(scope, books=1300.0), 1)
    assert "| no change | misses |" in row_of(page_of(scope, growth=0.0), 2)
    short = ScopeCheck("it", "growth", {}, sign="-", falls_short="too many come")
    apart = ScopeCheck("it", "level", {}, figure=3.0, unit="times", not_held="an estimate")
    page = scope_page(scope, {1: answered(short, 2.34567), 2: answered(apart, 2.43), 3: ()})
    assert "| It | less | +2.35 % | misses: too many come |" in page
    assert "| It | 3 times | 2.43 | not held: an estimate |" in page


def test_published_policies_stand_in_a_table_of_their_own(scope):
    told = (
        Proposal(1, "Beds | sheets", "A charity", "fully"),
        Proposal(2, "Quiet", "A panel", "not", "Noise."),
    )
    page = page_of(replace(scope, proposals=told))
    assert "of 2 published policies a scenario says 1 fully, 0 in part and 1 not" in page.lower()
    assert "| 1 | Beds \\| sheets | A charity | fully |  |" in page
    assert "| 2 | Quiet | A panel | not | Noise. |" in page
    assert "Published policies" not in page_of(scope), "where none is listed"


def test_a_row_of_the_table_leads_to_its_entry(scope):
    page = page_of(scope)
    entries = set(re.findall(r'<a id="(row-\d+)">', page))
    assert set(re.findall(r"\(#(row-\d+)\)", page)) == entries == {"row-1", "row-2", "row-3"}
    assert "(scope.md#row-2)" in scope_table(scope, "scope.md")
    assert "](" not in scope_table(scope), "without a page there is nothing to lead to"


def test_the_page_of_a_model_has_the_table(reviewed, tmp_path):
    page = cs.model_page(reviewed(), scope="scope.md")
    chapter = page.split("## What the Long Look says")[1]
    assert "answers 0 in full, 0 in part and 1 not at all. Calls, figures" in chapter
    assert "[**Sleep**](scope.md#row-1)<br>They sleep. | **out** | The young. |" in chapter
    assert "scope.md" not in cs.model_page(reviewed()), "no link to a page that nobody wrote"
    other = cs.model_page(reviewed(rate=0.2), scope="scope.md")
    assert "Long Look" not in other, "what was said of other numbers"


def test_the_page_of_the_review_is_written_beside_that_of_the_model(reviewed, tmp_path):
    written = write_page(reviewed(), tmp_path / "docs" / "model.md")
    assert [path.name for path in written] == ["model.md", "scope.md", "model.svg"]
    text = (tmp_path / "docs" / "scope.md").read_text(encoding="utf-8")
    assert text.startswith(MARK)
    assert list(page_files(reviewed(rate=0.2))) == ["model.md", "model.svg"]
    with pytest.raises(ModelError, match=r"scope\.md is the page of the Long Look"):
        write_page(reviewed(), tmp_path / "scope.md")


def test_a_page_of_the_same_name_that_is_someone_elses_stays(reviewed, tmp_path):
    write_page(reviewed(), tmp_path / "model.md")
    (tmp_path / "scope.md").write_text("mine", encoding="utf-8")
    with pytest.raises(CaresimError, match=r"scope\.md is there already; .* --overwrite"):
        write_page(reviewed(), tmp_path / "model.md")
    assert (tmp_path / "scope.md").read_text(encoding="utf-8") == "mine"
    write_page(reviewed(), tmp_path / "model.md", overwrite=True)
    assert (tmp_path / "scope.md").read_text(encoding="utf-8").startswith(MARK)


def test_the_page_of_a_run_says_how_much_is_answered_and_where():
    run = cs.run(England(), until="2022-03-31")
    page = cs.report.summary_html([run], made=dt.date(2026, 1, 1))
    count = read_scope(England().scope_file)
    assert f"<h2>What it answers</h2><p>{count} The table, with a call for each, is" in page
    changed = cs.run(England(family_support_time=3.0), until="2022-03-31")
    assert "What it answers" not in cs.report.summary_html([changed])


def test_a_cell_of_england_is_short_enough_to_be_read_in_a_table():
    rows = read_scope(England().scope_file).rows
    long = {f"row {row.number}": text for row in rows for text in (row.says, row.ages)
            if len(text) > 160}  # fmt: skip
    assert not long, "a cell of the table is a sentence; what is longer goes into note or partly"
