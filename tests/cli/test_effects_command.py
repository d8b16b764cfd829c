"""`caresim effects`: the table it prints and the files it writes."""

import csv
import json

import caresim as cs
from caresim.england import England

FILES = {"effects.csv", "effects.md", "effects.png", "effects.svg", "effects.json"}


def test_the_table_is_printed_and_nothing_written(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = call("effects", "--draws", "0")
    assert answer.status == 0, answer.err
    assert "Published effects replayed in England" in answer.out
    assert "a single run" in answer.out
    assert "turnover_exits" in answer.out
    assert not list(tmp_path.iterdir())


def test_the_files_hold_what_python_computes(call, tmp_path):
    folder = tmp_path / "out"
    answer = call("effects", "--draws", 20, "--seed", 3, "--out", folder)
    assert answer.status == 0, answer.err
    assert {path.name for path in folder.iterdir()} == FILES
    found = cs.effects(England(), draws=20, seed=3)
    before = [e for e in cs.Effects.shipped(England()) if e.release != found.release]
    assert before, "an earlier release has shipped its answers"
    assert (folder / "effects.csv").read_text(encoding="utf-8") == found.text(*before)
    lines = (folder / "effects.csv").read_text(encoding="utf-8").splitlines()
    rows = [row for row in csv.DictReader(lines) if row["release"] == found.release]
    assert len(rows) == 22
    record = json.loads((folder / "effects.json").read_text(encoding="utf-8"))
    assert record["counts"]["kept"]["effects"] == 6
    assert record["counts"]["not independent"]["effects"] == 3
    assert record["draws"] == "20 draws of the posterior"
    assert set(record["files"]) == FILES
    assert "(effects.png)" in (folder / "effects.md").read_text(encoding="utf-8")


def test_a_folder_that_holds_files_is_kept_unless_told(call, occupied):
    message = call("effects", "--draws", "0", "--out", occupied).refused()
    assert "already holds files" in message
    answer = call("effects", "--draws", "0", "--out", occupied, "--overwrite")
    assert answer.status == 0, answer.err
    assert (occupied / "notes.txt").read_text(encoding="utf-8") == "mine"
