"""The command that says which numbers drive an answer."""

import csv
import json

import pytest

import caresim as cs
from caresim.england import England

ASKED = ("early_help_first", "looked_after", "--at", "2035-03-31", "--draws", "60")


@pytest.fixture(scope="module")
def found():
    return cs.sensitivity(England(), "early_help_first", "looked_after", at="2035-03-31", n=60)


def test_it_prints_what_python_finds_and_writes_table_page_and_figure(call, found, tmp_path):
    out = tmp_path / "out"
    answer = call("sensitivity", *ASKED, "--out", str(out))
    assert answer.status == 0, answer.err
    assert answer.out.startswith(f"{found}\n")
    names = {"sensitivity.csv", "sensitivity.md", "tornado.png", "sensitivity.json"}
    assert {path.name for path in out.iterdir()} == names
    with (out / "sensitivity.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["name"] for row in rows] == [row.name for row in found.rows]
    assert {"grade", "role", "prior_low", "narrowed", "moves"} <= {*rows[0]}
    assert float(rows[0]["moves"]) == pytest.approx(found.rows[0].moves, rel=1e-5)
    told = json.loads((out / "sensitivity.json").read_text(encoding="utf-8"))
    assert told["summary"] == found.sentence()
    assert (told["financial_year"], told["draws"]["runs"]) == ("2034-35", 60)
    page = (out / "sensitivity.md").read_text(encoding="utf-8")
    assert page.count("\n| ") == 1 + 1 + len(found), "head, rule, a row for each number"
    assert "![A bar for each number](tornado.png)" in page
    assert (out / "tornado.png").read_bytes().startswith(b"\x89PNG")


def test_results_that_exist_stay_unless_told(call, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    answer = call("sensitivity", *ASKED, "--out", str(tmp_path))
    assert "already holds files" in answer.refused()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_cannot_be_computed_leaves_nothing(call, tmp_path):
    out = tmp_path / "out"
    answer = call("sensitivity", "early_help_first", "looked_afte", "--out", str(out))
    assert "did you mean 'looked_after'" in answer.refused()
    assert not out.exists()


def test_indices_are_asked_for_by_a_word_with_a_hyphen(call):
    pytest.importorskip("SALib")
    names = "averted_care_yield,family_support_entry_elasticity"
    answer = call("sensitivity", *ASKED, "--method", "given-data", "--names", names)
    assert answer.status == 0, answer.err
    assert "delta 0." in answer.out
    assert "(averted_care_yield)" in answer.out
    assert "(need_growth_rate)" not in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["early_help_frist", "looked_after"], "did you mean 'early_help_first'"),
        ([*ASKED, "--at", "2035-06-30"], "at must be a 31 March"),
        ([*ASKED, "--method", "morris"], "method is 'tornado', 'given data' or 'sobol'"),
        ([*ASKED, "--others", "fixed"], "others is 'refitted' or 'drawn'"),
        ([*ASKED, "--names", "plan_care_shar"], "did you mean 'plan_care_share'"),
        ([*ASKED, "--draws", "5"], "'--draws'"),
        (["early_help_first"], "Missing argument"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(call, words, said):
    assert said in call("sensitivity", *words).refused()
