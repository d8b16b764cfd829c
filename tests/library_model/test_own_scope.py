"""The model of another country has a review of its own, in its own words, held as England's is."""

import re

import caresim as cs
from caresim.language.scope import scope_of
from caresim.study.scope import answers


def test_each_check_is_met_or_said_to_be_missed(norland):
    scope = scope_of(norland)
    assert scope.counts() == {"in": 1, "partly": 1, "out": 1}
    for row, found in zip(scope.rows, answers(norland, scope).values(), strict=True):
        for one in found:
            assert one.met is not bool(one.check.falls_short), f"{row.name}: {one.value}"


def test_its_calls_run(norland, command, tmp_path):
    python, verb = (row.call for row in scope_of(norland).rows if row.call)
    names = {"cs": cs, "Norland": type(norland)}
    assert eval(python, names)["2018-19"] > 0  # noqa: S307
    words = re.sub(r" --model \S+", "", verb).split()
    done = command(*words[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-500:]
    page = (tmp_path / "run" / "summary.html").read_text(encoding="utf-8")
    assert "Of 3 statements of the Shelf Survey the model answers 1 in full" in page
    assert "<h2>Beside what libraries spend</h2>" in page
    assert "loans, the old against the young: 3 times." in page


def test_its_page_says_its_own_review(command, tmp_path):
    done = command("document", "--out", "norland.md", cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-500:]
    page = (tmp_path / "scope.md").read_text(encoding="utf-8")
    assert "# What the Shelf Survey says, and what the model answers" in page
    assert "| Members, open a tenth longer | more | +2.98 % | meets |" in page
    chapter = (tmp_path / "norland.md").read_text(encoding="utf-8")
    assert "| loans, the old against the young | 3 times |" in chapter
    assert "](scope.md#row-3)" in chapter
