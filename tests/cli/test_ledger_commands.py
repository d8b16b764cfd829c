"""`caresim freeze` and `caresim score`, on made-up figures."""

import csv
import json

import pytest

from caresim.england import England
from caresim.study.ledger import Frozen, freeze

HEAD = ("series", "year", "value", "unit", "kind", "price_base", "status", "release", "address")
FILES = {"projection.csv", "last_value.csv", "ledger.json"}


@pytest.fixture
def promise(call, tmp_path):
    folder = tmp_path / "promise"
    answer = call("freeze", "--years", "2026-27,2027-28", "--out", folder, "--draws", 10)
    assert answer.status == 0, answer.err
    return folder


def figures(folder, *rows):
    path = folder / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([HEAD, *rows])
    return path


def made_up(series="looked_after", value=77_777, unit="child", base=""):
    return (series, "2026-27", value, unit, "", base, "made up", "made up", "made up")


def test_a_promise_is_frozen_as_python_freezes_it(promise):
    assert {path.name for path in promise.iterdir()} == FILES
    found = Frozen.read(promise)
    assert found.digest == freeze(England(), ["2026-27", "2027-28"], draws=10).digest
    record = json.loads((promise / "ledger.json").read_text(encoding="utf-8"))
    assert set(record["files"]) == FILES


def test_it_is_scored_on_made_up_figures(call, promise, tmp_path):
    given = figures(tmp_path, made_up(), made_up("total_spend", 12_345e6, "GBP/year", "2019-20"))
    for file in (promise, promise / "projection.csv"):
        answer = call("score", file, "--observed", given)
        assert answer.status == 0, answer.err
        assert "77,777" in answer.out
        assert "12,345m" in answer.out
        assert "2 of 104 promised figures are out" in answer.out
        assert "Not yet, 2027-28: " in answer.out
    assert {path.name for path in tmp_path.iterdir()} == {"promise", "figures.csv"}


def test_the_scores_are_written_and_not_over_others_unless_told(call, promise, tmp_path):
    given, out = figures(tmp_path, made_up()), tmp_path / "out"
    arguments = ("score", promise, "--observed", given, "--out", out)
    assert call(*arguments).status == 0
    assert {p.suffix for p in out.iterdir()} == {".csv", ".md", ".html", ".json"}
    assert "already holds files" in call(*arguments).refused()
    assert call(*arguments, "--overwrite").status == 0


def test_an_edited_promise_is_refused(call, promise, tmp_path):
    path = promise / "projection.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.5,", "0.5,9"), encoding="utf-8")
    message = call("score", promise, "--observed", figures(tmp_path, made_up())).refused()
    assert "projection.csv is not what was frozen" in message


WRONG = {
    "no figure that was promised": ([made_up("asylum_seeking_children")], "nothing to score yet"),
    "no figures": ([], "nothing to score yet"),
    "words for a number": ([made_up(value="many")], "figures.csv, row 2"),
    "two of one figure": ([made_up(), made_up()], "figures.csv, row 3"),
    "another unit": ([made_up(unit="worker")], "looked_after, 2026-27"),
    "other prices": ([made_up("total_spend", 1e10, "GBP/year", "2026-27")], "at 2026-27 prices"),
    "less than nothing": ([made_up(value=-1)], "above 0"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_figures_are_refused_in_one_sentence(call, promise, tmp_path, case):
    rows, said = WRONG[case]
    out = tmp_path / "out"
    message = call("score", promise, "--observed", figures(tmp_path, *rows), "--out", out).refused()
    assert said in message
    assert not out.exists()


def test_missing_files_are_named(call, promise, tmp_path):
    message = call("score", promise, "--observed", tmp_path / "none.csv").refused()
    assert "none.csv" in message
    message = call("score", tmp_path, "--observed", figures(tmp_path, made_up())).refused()
    assert "ledger.json does not exist" in message


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ("2019-20", "after 2019-20"),
        ("2026", "'2026' is not a financial year"),
        (",", "not []"),
    ],
)
def test_years_that_cannot_be_promised_are_refused(call, tmp_path, years, said):
    message = call("freeze", "--years", years, "--out", tmp_path / "out").refused()
    assert said in message
    assert not (tmp_path / "out").exists()


def test_a_promise_is_not_frozen_over_another_unless_told(call, promise):
    arguments = ("freeze", "--years", "2026-27", "--out", promise, "--draws", 10)
    assert "already holds files" in call(*arguments).refused()
    assert call(*arguments, "--overwrite").status == 0
    assert Frozen.read(promise).years == ("2026-27",)
