"""`caresim run`: what it writes, and what it does not touch."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from calls import (
    EARLY_HELP,
    FIGURES,
    INTERVALS,
    QUICK,
    ROOT,
    SCENARIOS,
    TABLES,
    contents,
    scenario,
    spawn,
)

import caresim
from caresim.england import England
from caresim.study.results import project
from caresim.study.scenario.reading import read_scenario
from caresim.views.files.claim import claimed
from caresim.views.files.names import slug
from caresim.views.report.results import write_results

# run: what it writes


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results of one scenario with draws and figures, made by a process of its own."""
    folder = tmp_path_factory.mktemp("made") / "results"
    answer = spawn("run", EARLY_HELP, "--out", folder, "--draws", "20", PYTHONHASHSEED="1")
    assert answer.status == 0, answer.err
    return folder, answer


def test_run_writes_exactly_these_files_and_says_which(results):
    folder, answer = results
    assert set(contents(folder)) == TABLES | INTERVALS | FIGURES
    listed = {Path(line).name for line in answer.out.splitlines() if line.startswith("  ")}
    assert listed == TABLES | INTERVALS | FIGURES
    score = answer.out.splitlines()[-2]
    assert score.startswith(
        "Out of sample, fitted to 2012-13 … 2018-19 and projected up to 5 years"
    )
    assert "5 headline series missed by 5.2 % on average" in score
    assert answer.out.splitlines()[-1].endswith(f"are in {folder}")
    assert answer.err == ""


def test_tables_of_many_scenarios_are_counted_and_not_listed(call, tmp_path):
    files = [scenario(tmp_path, f"plan{i}", name=f"Plan {i}") for i in range(11)]
    answer = call("run", *files, "--out", tmp_path / "out", *QUICK)
    indented = [line for line in answer.out.splitlines() if line.startswith("  ")]
    listed = [line for line in indented if not line.startswith("  Plan ")]  # told of break-even
    written = contents(tmp_path / "out")
    tables = [name for name in written if name.endswith(("_annual.csv", "_spending.csv"))]
    assert len(tables) == 24
    assert listed[-1].strip() == "24 tables, one a run of each kind (_annual, _spending)"
    assert {Path(line.strip()).name for line in listed[:-1]} == set(written) - set(tables)
    assert answer.out.splitlines()[-1].startswith("Results for 11 scenarios are in ")


def test_nothing_is_left_beside_the_folder(results):
    folder, _ = results
    assert [path.name for path in folder.parent.iterdir()] == ["results"]


@pytest.mark.slow
def test_run_again_from_another_folder_writes_the_same_bytes(results, tmp_path):
    folder, _ = results
    (tmp_path / "mine").mkdir()
    for path in SCENARIOS.glob("*.toml"):
        (tmp_path / "mine" / path.name).write_bytes(path.read_bytes())
    answer = spawn(
        "run", "mine/early_help_first.toml", "--out", "other/place", "--draws", "20",
        cwd=tmp_path, PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C.UTF-8",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    first, second = contents(folder), contents(tmp_path / "other" / "place")
    differ = [name for name in first if first[name] != second.get(name)]
    assert set(first) == set(second)
    assert not differ, f"these differ: {differ}"


def test_the_tables_are_those_of_python(results):
    folder, _ = results
    with (folder / "early_help_first_annual.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["financial_year"]: row for row in csv.DictReader(stream)}
    table = caresim.run(England(), EARLY_HELP).annual()
    assert list(rows) == list(table.index)
    for name in table.columns:
        assert float(rows["2029-30"][name]) == pytest.approx(table.loc["2029-30", name], abs=0.51)


def test_spending_is_that_of_python_real_and_in_cash(results):
    folder, _ = results
    with (folder / "early_help_first_spending.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    run = caresim.run(England(), EARLY_HELP)
    for base, prices in (("2019-20 prices", "real"), ("cash", "cash")):
        for by in ("line", "stage"):
            table = caresim.spending(run, by, prices=prices)
            shown = {r["meaning"]: r for r in rows if (r["by"], r["price_base"]) == (by, base)}
            assert list(shown) == list(table.columns)
            for label, row in shown.items():
                assert float(row["2034-35"]) == pytest.approx(table.loc["2034-35", label], abs=0.51)


def test_every_column_is_explained(results):
    folder, _ = results
    text = (folder / "columns.csv").read_text(encoding="utf-8")
    spent = [part.name for parts in England.spending_by.values() for part in parts]
    for name in [*England.published_names(), *spent]:
        assert re.search(rf"^{name},", text, re.MULTILINE), f"no row for {name}"


def test_no_result_names_a_folder_of_this_machine(results, tmp_path_factory):
    folder, _ = results
    roots = [str(ROOT), str(tmp_path_factory.getbasetemp()), str(Path.home()) + os.sep]
    for name, data in contents(folder).items():
        for root in roots:
            assert root.encode() not in data, f"{name} holds {root}"


def test_no_text_of_the_results_holds_a_time_of_day(results):
    folder, _ = results
    clock = re.compile(r"\b([01]\d|2[0-3]):[0-5]\d\b")
    for name, data in contents(folder).items():
        if name.endswith((".csv", ".json")):
            assert not clock.search(data.decode("utf-8")), name


def test_the_record_says_how_the_results_came_about(results):
    record = json.loads((results[0] / "run.json").read_text(encoding="utf-8"))
    base, early = record["runs"]
    assert (base["name"], base["file"]) == ("Current policy", "current_policy_2026.toml")
    assert (early["name"], early["file"]) == ("Early help first", "early_help_first.toml")
    for run in (base, early):
        assert run["caresim"] == caresim.__version__
        assert run["python"].count(".") == 2
        assert run["numpy"]
        assert run["model"] == "England"
        assert (run["start"], run["until"]) == ("2009-03-31", "2035-03-31")
        assert set(run["parameters"]) == set(England().parameters)
    *before, change = early["scenario"]["changes"]
    assert before == base["scenario"]["changes"]
    assert change["parameter"] == "early_help_budget"
    assert change["amount"] == 500_000_000
    assert change["begins"] == "2027-04-01"
    assert change["source"].startswith("assumption")
    kinds = {(notice["kind"], notice["subject"]) for notice in early["notices"]}
    assert ("assumption", "child_population") in kinds
    for ensemble in record["ensembles"]:
        told = ensemble["draws"]
        assert (told["origin"], told["seed"], told["runs"]) == ("posterior", 1, 20)
    assert {row["series"] for row in record["out_of_sample_score"]} >= {"looked_after"}


def test_the_record_and_the_terminal_name_what_is_compared_with(results):
    folder, answer = results
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    told = record["compared_with"]
    assert (told["name"], told["file"]) == ("Current policy", "current_policy_2026.toml")
    assert told["assumes"] == list(read_scenario("current_policy_2026").assumes)
    assert "Compared with Current policy." in answer.out
    page = (folder / "summary.html").read_text(encoding="utf-8")
    assert all(sentence in page for sentence in told["assumes"])
    drawn = (folder / "differences.svg").read_text(encoding="utf-8")
    assert "Current policy" in drawn


def test_another_is_compared_with_where_it_is_asked_for(call, tmp_path):
    out = tmp_path / "out"
    answer = call("run", EARLY_HELP, "--against", "baseline", "--out", out, *QUICK)
    assert answer.status == 0, answer.err
    assert "Compared with Policy of March 2020." in answer.out
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["compared_with"]["name"] == "Policy of March 2020"
    base = record["runs"][0]
    assert base["scenario"]["name"] == "Policy of March 2020"
    assert base["scenario"]["changes"] == []
    assert "policy_of_march_2020_annual.csv" in contents(out)
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert "Early help first, a projection against Policy of March 2020" in page
    assert "On top of the 10 changes of 'Current policy':" in page


def test_what_cannot_be_compared_with_is_refused(call, tmp_path):
    answer = call("run", EARLY_HELP, "--against", "basline", "--out", tmp_path / "out", *QUICK)
    answer.refused()
    assert "did you mean 'baseline'?" in answer.err


# run: its options


def test_without_draws_and_figures_only_tables_are_written(call, tmp_path):
    answer = call("run", EARLY_HELP, "--out", tmp_path / "out", *QUICK)
    assert answer.status == 0, answer.err
    assert set(contents(tmp_path / "out")) == TABLES
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["ensembles"] == []


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        ("2027-28,2034-35", ["2027-28", "2034-35"]),
        (" 2028-29 ,", ["2028-29", "2034-35"]),
        (None, ["2029-30", "2034-35"]),
    ],
)
def test_the_summary_shows_the_years_asked_for_and_the_last(call, tmp_path, years, shown):
    asked = [] if years is None else ["--years", years]
    answer = call("run", EARLY_HELP, "--out", tmp_path / "out", *asked, *QUICK)
    assert answer.status == 0, answer.err
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert re.findall(r'scope="colgroup" colspan="4">([^<]+)<', page) == shown


@pytest.mark.parametrize(
    "years", ["", ",", "2027", "2035-36", "2027-29", "next", "2027-28;2034-35"]
)
def test_years_that_are_none_are_refused_before_anything_is_run(call, tmp_path, years):
    answer = call("run", EARLY_HELP, "--out", tmp_path / "out", "--years", years, *QUICK)
    assert answer.status == 2
    assert "year" in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()


def test_the_record_says_why_the_baseline_turns_and_what_was_given(results):
    folder, _ = results
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    page = (folder / "summary.html").read_text(encoding="utf-8")
    assert "The reason is 'Alarm, caution and inspection'" in record["baseline_turns"]
    assert record["baseline_turns"].split(": ")[1].split(".")[0] in page
    assert f"inputs {record['inputs']}" in page


def test_an_end_is_the_last_row(call, tmp_path):
    call("run", EARLY_HELP, "--out", tmp_path / "out", "--until", "2030-03-31", *QUICK)
    text = (tmp_path / "out" / "early_help_first_annual.csv").read_text(encoding="utf-8")
    assert text.splitlines()[-1].startswith("2029-30,")


def test_spending_is_real_and_in_cash_whatever_the_other_tables_are_in(call, tmp_path):
    texts = []
    for prices in ("real", "cash"):
        options = ("--prices", prices, "--until", "2030-03-31", *QUICK)
        call("run", EARLY_HELP, "--out", tmp_path / prices, *options)
        texts.append((tmp_path / prices / "early_help_first_spending.csv").read_bytes())
    assert texts[0] == texts[1]


def test_a_seed_gives_other_intervals_and_the_same_table(call, tmp_path):
    for seed in (1, 2):
        options = ("--draws", 10, "--seed", seed, "--no-figures", "--until", "2030-03-31")
        assert call("run", EARLY_HELP, "--out", tmp_path / str(seed), *options).status == 0
    one, two = contents(tmp_path / "1"), contents(tmp_path / "2")
    assert one["early_help_first_annual.csv"] == two["early_help_first_annual.csv"]
    assert one["early_help_first_intervals.csv"] != two["early_help_first_intervals.csv"]


@pytest.mark.slow
def test_several_files_are_compared_with_the_one_that_they_extend(call, tmp_path):
    files = sorted(SCENARIOS.glob("*.toml"))
    answer = call("run", *files, "--out", tmp_path / "out", *QUICK)
    assert answer.status == 0, answer.err
    written = {name for name in contents(tmp_path / "out") if name.endswith("_annual.csv")}
    names = [read_scenario(file).name for file in files]
    assert written == {f"{slug(name)}_annual.csv" for name in names}
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    first = sorted(names, key=lambda name: name != "Policy of March 2020")  # what they extend leads
    assert [run["name"] for run in record["runs"]] == first


@pytest.mark.parametrize(
    "twins",
    [
        pytest.param(("A policy", "A-Policy"), id="names that differ in a hyphen"),
        pytest.param(("政策一", "政策二"), id="names without Latin letters"),
        pytest.param(("Policy of March 2020",), id="the name of the baseline"),
    ],
)
def test_no_scenario_takes_the_files_of_another(call, tmp_path, twins):
    files = [scenario(tmp_path, f"s{i}", name) for i, name in enumerate(twins)]
    answer = call("run", *files, "--out", tmp_path / "out", *QUICK)
    if answer.status == 0:
        tables = [name for name in contents(tmp_path / "out") if name.endswith("_annual.csv")]
        assert len(tables) == len(files) + 1, f"baseline and {twins}: {tables}"
    else:
        answer.refused()


def test_a_name_cannot_lead_out_of_the_folder(call, tmp_path):
    file = scenario(tmp_path, "s", "../../escape / me")
    assert call("run", file, "--out", tmp_path / "in" / "out", *QUICK).status == 0
    assert "escape_me_annual.csv" in contents(tmp_path / "in" / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"in", "s.toml"}


# run: what it does not touch


def test_a_folder_with_files_is_refused_and_left_as_it_is(call, occupied):
    before = contents(occupied)
    message = call("run", EARLY_HELP, "--out", occupied, *QUICK).refused()
    assert f"{occupied} already holds files" in message
    assert "--overwrite" in message
    assert contents(occupied) == before


def test_writing_from_python_asks_before_it_replaces_too(occupied):
    before = contents(occupied)
    made = project(England(), [EARLY_HELP], until="2028-03-31", n_draws=0)
    with pytest.raises(caresim.CaresimError, match="already holds files"):
        write_results(made, occupied, figures=False)
    assert contents(occupied) == before


def test_an_empty_folder_is_free(call, tmp_path):
    assert call("run", EARLY_HELP, "--out", tmp_path, *QUICK).status == 0
    assert set(contents(tmp_path)) == TABLES


@pytest.mark.filterwarnings("default:.* keeps what:UserWarning")
def test_overwriting_replaces_results_and_keeps_files_of_one_s_own(call, occupied):
    answer = call("run", EARLY_HELP, "--out", occupied, "--overwrite", *QUICK)
    assert answer.status == 0
    assert "run.json as run.kept1.json" in answer.err
    after = contents(occupied)
    assert set(after) == TABLES | {"notes.txt", "run.kept1.json"}
    assert after["notes.txt"] == b"mine"
    assert after["run.kept1.json"] == b"old"
    assert json.loads(after["run.json"])["runs"]


@pytest.mark.filterwarnings("default:.* keeps what:UserWarning")
def test_overwriting_keeps_the_files_that_another_program_lists(call, tmp_path):
    (tmp_path / "thesis.docx").write_text("three years of work", encoding="utf-8")
    record = {"program": "another one", "files": ["thesis.docx"]}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert call("run", EARLY_HELP, "--out", tmp_path, "--overwrite", *QUICK).status == 0
    assert set(contents(tmp_path)) == TABLES | {"thesis.docx", "run.kept1.json"}


def test_results_of_an_earlier_run_go_when_they_are_overwritten(call, tmp_path):
    options = ("--out", tmp_path, "--overwrite", *QUICK)
    assert call("run", scenario(tmp_path.parent, "first", "First policy"), *options).status == 0
    assert "first_policy_annual.csv" in contents(tmp_path)
    assert call("run", EARLY_HELP, *options).status == 0
    assert set(contents(tmp_path)) == TABLES


@pytest.mark.parametrize("more", [(), ("--overwrite",)], ids=["plain", "overwriting"])
def test_a_folder_that_another_run_writes_to_is_refused_before_anything_is_run(
    call, tmp_path, more, monkeypatch
):
    monkeypatch.setattr("caresim.study.results.project", lambda *_, **__: pytest.fail("was run"))
    with claimed(tmp_path):
        message = call("run", EARLY_HELP, "--out", tmp_path, *more, *QUICK).refused()
        assert f"another run is writing to {tmp_path}" in message
        message = call("calibrate", "--no-score", "--out", tmp_path, *more).refused()
        assert f"another run is writing to {tmp_path}" in message
    assert list(tmp_path.iterdir()) == []


def test_results_that_cannot_be_put_in_place_are_written_elsewhere(call, tmp_path):
    (tmp_path / "out" / "summary.html").mkdir(parents=True)
    message = call("run", EARLY_HELP, "--out", tmp_path / "out", "--overwrite", *QUICK).refused()
    assert "summary.html is a folder where a file is to be written; take it away" in message
    instead = Path(message.rsplit("; the results are in ")[1].removesuffix(" instead\n"))
    assert set(contents(instead)) == TABLES
    assert instead.parent == tmp_path


def test_a_broken_scenario_leaves_the_folder_as_it_is(call, occupied, tmp_path):
    before = contents(occupied)
    broken = scenario(tmp_path, "broken", amount="99")
    message = call("run", EARLY_HELP, broken, "--out", occupied, "--overwrite", *QUICK).refused()
    assert "broken.toml, change 1: 'set' takes 'return_factor' to 99" in message
    assert contents(occupied) == before
    assert {path.name for path in tmp_path.iterdir()} == {"out", "broken.toml"}


def test_a_broken_scenario_makes_no_folder(call, tmp_path):
    broken = scenario(tmp_path, "broken", amount="99")
    call("run", broken, "--out", tmp_path / "new", *QUICK).refused()
    assert not (tmp_path / "new").exists()


def test_a_file_is_no_folder(call, occupied):
    message = call("run", EARLY_HELP, "--out", occupied / "run.json", *QUICK).refused()
    assert "run.json is a file; name a folder for the results" in message


def test_a_folder_below_a_file_is_refused(call, occupied):
    message = call("run", EARLY_HELP, "--out", occupied / "run.json" / "sub", *QUICK).refused()
    assert "run.json" in message
    assert (occupied / "run.json").read_text(encoding="utf-8") == "old"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_the_right_to_write_is_refused(call, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    message = call("run", EARLY_HELP, "--out", locked / "out", *QUICK).refused()
    assert "locked" in message
    assert not list(locked.iterdir())


@pytest.mark.parametrize("day", ["2030-12-31", "2030", "soon", "2009-03-31", "1999-03-31"])
def test_an_end_that_cannot_be_is_refused(call, tmp_path, day):
    message = call("run", EARLY_HELP, "--out", tmp_path / "out", "--until", day, *QUICK).refused()
    assert "until" in message
    assert not (tmp_path / "out").exists()


# Who pays


def test_what_a_scenario_asks_for_that_cannot_be_is_said_on_the_terminal_too(call, tmp_path):
    more = scenario(tmp_path, "more", parameter="extra_under_fives", amount="-900_000_000")
    told = call("run", more, "--out", tmp_path / "out", "--until", "2029-03-31", *QUICK).out
    assert "Note: More is taken from a line of early help" in told
    usual = call("run", EARLY_HELP, "--out", tmp_path / "usual", "--until", "2029-03-31", *QUICK)
    assert "Note:" not in usual.out + usual.err


def test_a_run_says_of_each_scenario_who_pays(call, tmp_path):
    out = tmp_path / "out"
    answer = call("run", "early_help_first", "statutory_first", "--out", out, *QUICK)
    assert answer.status == 0, answer.err
    rows = [line for line in answer.out.splitlines() if line.startswith("|")]
    said = [[cell.strip() for cell in row.strip("|").split("|")][:2] for row in rows[-3:]]
    assert said == [
        ["Early help first", "early help has its own budget"],
        ["", "the total is fixed"],
        ["Statutory first", "it sets the rule itself"],
    ]
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert "Where the total is fixed: looked-after children: " in page
    assert "<h2>Who pays?</h2>" in page
    with (out / "rules.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert {line["column"] for line in lines} == {
        "looked_after", "statutory_spend", "early_help_spend", "total_spend",
    }  # fmt: skip
