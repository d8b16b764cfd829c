"""caresim backtest: what it prints and writes, that it goes on where it was stopped, and misuse."""

import json

import pytest
from calls import contents, spawn

import caresim as cs
from caresim.england import England

FEW = ("--origins", "2017-18", "--horizon", "1", "--given", "rule", "--draws", "0")


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backtest") / "scores"
    return folder, spawn("backtest", *FEW, "--out", folder)


def test_the_tables_are_printed_for_the_terminal(answer):
    _, said = answer
    assert said.status == 0, said.err
    for text in ("By last fitted year, five series", "By years ahead", "By series", "The fits"):
        assert text in said.out
    assert max(len(line) for line in said.out.splitlines() if not line.startswith("  /")) <= 110


def test_the_whole_table_the_page_and_a_hub_are_written(answer):
    folder, _ = answer
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    top = {name for name in written if "/" not in name}
    drawn = {"backtest_errors.png", "backtest_errors.svg"}  # bands take draws
    assert top == {"backtest.csv", "backtest.md", "backtest.json", *drawn}
    assert "hub/hub-config/tasks.json" in written
    assert not (folder / "unfinished").exists(), "the parts go when the whole is there"
    record = json.loads((folder / "backtest.json").read_text(encoding="utf-8"))
    assert set(record["files"]) == written
    assert record["origins"] == ["2017-18"]


def test_what_is_written_is_what_the_shipped_backtest_holds(answer):
    folder, _ = answer
    england = England()
    fresh = cs.Backtest.read(folder / "backtest.csv", england)
    shipped = cs.Backtest.of(england).only(given="rule", origin="2017-18")
    keep = shipped.columns["horizon"] == 1
    assert fresh.series == shipped.series
    assert fresh.columns["model"] == pytest.approx(shipped.columns["model"][keep], rel=1e-4)
    assert (fresh.columns["actual"] == shipped.columns["actual"][keep]).all()


@pytest.mark.slow
def test_a_backtest_that_was_stopped_goes_on_from_its_parts(call, tmp_path):
    folder = tmp_path / "scores"
    told = {"origins": ["2017-18"], "horizons": [1], "draws": 0, "progress": False}
    cs.backtest(England(), **told, parts=folder / "unfinished")
    (part,) = (folder / "unfinished").iterdir()
    kept = json.loads(part.read_text(encoding="utf-8"))
    kept["value"][0]["model"] = 123456.0
    part.write_text(json.dumps(kept), encoding="utf-8")
    done = call("backtest", *FEW, "--out", folder, "--no-figures")
    assert done.status == 0, done.err
    assert "123456" in (folder / "backtest.csv").read_text(encoding="utf-8"), "not made anew"
    assert not (folder / "unfinished").exists()


def test_other_files_in_the_folder_are_refused_and_kept(call, tmp_path):
    folder = tmp_path / "scores"
    (folder / "unfinished").mkdir(parents=True)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    message = call("backtest", *FEW, "--out", folder).refused()
    assert "already holds files" in message
    assert contents(folder / "unfinished") == {}
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--origins", "2019-20"), "needs figures up to that year and after it"),
        (("--origins", "2012"), "'2012' is not a financial year"),
        (("--origins", "2012-13,,"), "'' is not a financial year"),
        (("--given", "guess"), "'rule', 'actual' or 'both'"),
        (("--horizon", "0"), "--horizon"),
        (("--widen", "0"), "above 0"),
        (("--draws", "-1"), "--draws"),
        (("--observed", "nothing.csv"), "nothing.csv"),
    ],
)
def test_misuse_is_one_sentence(call, tmp_path, options, reason):
    message = call("backtest", *options, "--out", tmp_path / "scores").refused()
    assert reason in message
    assert not (tmp_path / "scores").exists()
