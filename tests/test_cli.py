"""The command line: what it writes, what it prints, and one sentence for whatever goes wrong."""

import csv
import json
import os
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import caresim
from caresim.cli import main
from caresim.england import England
from caresim.study.results import project
from caresim.study.scenario import read_scenario
from caresim.views.output import slug, write_results

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
EARLY_HELP = SCENARIOS / "early_help_first.toml"
COMMANDS = ("run", "check", "explain", "levers", "calibrate")
TABLES = {
    "current_policy_annual.csv", "early_help_first_annual.csv",
    "columns.csv", "summary.html", "run.json",
}  # fmt: skip
INTERVALS = {"current_policy_intervals.csv", "early_help_first_intervals.csv"}
FIGURES = {
    f"{name}.{kind}" for name in ("caseloads", "costs", "differences") for kind in ("png", "svg")
}
QUICK = ("--draws", "0", "--no-figures")


class Answer:
    """What one call left: exit status and both outputs."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def refused(self):
        """Check that the call ended with status 2 and one sentence, and return the sentence."""
        assert self.status == 2, f"status {self.status}\n{self.err[-1500:]}"
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, f"more than one line:\n{self.err}"
        assert self.err.startswith("caresim: "), self.err
        assert "Traceback" not in self.err
        return self.err


@pytest.fixture
def call(monkeypatch, capsys):
    """Return a function that calls the command line within this process."""

    def calling(*arguments):
        monkeypatch.setattr(sys, "argv", ["caresim", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            status = 0
        except SystemExit as leaving:
            status = leaving.code or 0
        except Exception:  # noqa: BLE001
            traceback.print_exc()  # as Python does at the end of a program
            status = 1
        printed = capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    return calling


def spawn(*arguments, cwd=ROOT, python=(), **environment):
    """Run the command line in a process of its own."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, *python, "-m", "caresim", *map(str, arguments)],
        cwd=cwd, env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# Help


def test_help_lists_every_command(call):
    answer = call("--help")
    assert answer.status == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name}  +\w", answer.out, re.MULTILINE), f"no line for {name}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_has_its_help(call, command):
    answer = call(command, "--help")
    assert answer.status == 0
    assert f"caresim {command}" in answer.out
    for option in re.findall(r"^ +(--[a-z-]+.*)$", answer.out, re.MULTILINE):
        assert re.search(r"  \S+ ?\S*", option), f"{option} has no help"


def test_the_version_is_printed(call):
    answer = call("--version")
    assert (answer.status, answer.out) == (0, f"caresim {caresim.__version__}\n")


HEAVY = {"numpy", "scipy", "pandas", "xarray", "matplotlib"}


def loaded(*arguments):
    answer = spawn(*arguments, python=("-X", "importtime"))
    assert answer.status == 0, answer.err[-500:]
    return set(re.findall(r"\| +([\w.]+)$", answer.err, re.MULTILINE))


def test_help_loads_no_heavy_library():
    modules = loaded("--help")
    assert "caresim.cli" in modules, "importtime shows what is loaded"
    assert not modules & (HEAVY | {"caresim.study.scenario_file", "caresim.england"})


def test_checking_a_file_loads_neither_pandas_nor_matplotlib():
    modules = loaded("check", EARLY_HELP)
    assert "caresim.study.scenario_file" in modules
    assert not modules & (HEAVY - {"numpy"})


# Calls that cannot be understood

MISUSES = {
    "an unknown command": (["rum"], "rum"),
    "an unknown option": (["run", "a.toml", "--out", "x", "--bogus"], "--bogus"),
    "an option of another command": (["check", "a.toml", "--draws", "3"], "--draws"),
    "no folder": (["run", "a.toml"], "out"),
    "no file to run": (["run", "--out", "x"], "FILE"),
    "no file to check": (["check"], "FILE"),
    "no file to explain": (["explain"], "FILE"),
    "two files to explain": (["explain", "a.toml", "b.toml"], "b.toml"),
    "draws in words": (["run", "a.toml", "--out", "x", "--draws", "many"], "--draws"),
    "draws below none": (["run", "a.toml", "--out", "x", "--draws", "-1"], "--draws"),
    "draws without end": (["run", "a.toml", "--out", "x", "--draws", "1000000"], "--draws"),
    "a seed below none": (["run", "a.toml", "--out", "x", "--seed", "-5"], "--seed"),
    "an option without its value": (["run", "a.toml", "--out"], "--out"),
    "something to list": (["levers", "all"], "all"),
    "no starts": (["calibrate", "--starts", "0"], "--starts"),
}


@pytest.mark.parametrize("kind", MISUSES)
def test_a_call_that_cannot_be_understood_is_refused_in_one_line(call, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, named = MISUSES[kind]
    message = call(*arguments).refused()
    assert named.lower() in message.lower()
    assert not list(tmp_path.iterdir()), "something was written"


def test_a_misspelt_command_is_suggested(call):
    assert "'run'" in call("rum").refused()


def test_without_arguments_the_help_is_shown(call):
    answer = call()
    assert answer.status == 2
    assert "Usage" in answer.out + answer.err
    assert "Traceback" not in answer.err


def test_a_process_ends_with_status_and_sentence_too(tmp_path):
    message = spawn("check", tmp_path / "missing.toml").refused()
    assert "missing.toml does not exist" in message


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
    listed = {Path(line).name for line in answer.out.splitlines()[:-1]}
    assert listed == TABLES | INTERVALS | FIGURES
    assert answer.out.splitlines()[-1].endswith(f"are in {folder}")
    assert answer.err == ""


def test_nothing_is_left_beside_the_folder(results):
    folder, _ = results
    assert [path.name for path in folder.parent.iterdir()] == ["results"]


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


def test_every_column_is_explained(results):
    folder, _ = results
    text = (folder / "columns.csv").read_text(encoding="utf-8")
    for name in England.published_names():
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
    assert (base["name"], base["file"]) == ("Current policy", "baseline.toml")
    assert (early["name"], early["file"]) == ("Early help first", "early_help_first.toml")
    for run in (base, early):
        assert run["caresim"] == caresim.__version__
        assert run["python"].count(".") == 2
        assert run["numpy"]
        assert run["model"] == "England"
        assert (run["start"], run["until"]) == ("2009-03-31", "2035-03-31")
        assert set(run["parameters"]) == set(England().parameters)
    (change,) = early["scenario"]["changes"]
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


def test_a_baseline_without_changes_is_recorded_as_the_scenario_it_is(results):
    record = json.loads((results[0] / "run.json").read_text(encoding="utf-8"))
    base = record["runs"][0]
    assert base["scenario"]["name"] == "Current policy"
    assert base["scenario"]["changes"] == []


# run: its options


def test_without_draws_and_figures_only_tables_are_written(call, tmp_path):
    answer = call("run", EARLY_HELP, "--out", tmp_path / "out", *QUICK)
    assert answer.status == 0, answer.err
    assert set(contents(tmp_path / "out")) == TABLES
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["ensembles"] == []


def test_an_end_is_the_last_row(call, tmp_path):
    call("run", EARLY_HELP, "--out", tmp_path / "out", "--until", "2030-03-31", *QUICK)
    text = (tmp_path / "out" / "early_help_first_annual.csv").read_text(encoding="utf-8")
    assert text.splitlines()[-1].startswith("2029-30,")


def test_a_seed_gives_other_intervals_and_the_same_table(call, tmp_path):
    for seed in (1, 2):
        options = ("--draws", 10, "--seed", seed, "--no-figures", "--until", "2030-03-31")
        assert call("run", EARLY_HELP, "--out", tmp_path / str(seed), *options).status == 0
    one, two = contents(tmp_path / "1"), contents(tmp_path / "2")
    assert one["early_help_first_annual.csv"] == two["early_help_first_annual.csv"]
    assert one["early_help_first_intervals.csv"] != two["early_help_first_intervals.csv"]


def test_several_files_are_compared_with_the_one_that_they_extend(call, tmp_path):
    files = sorted(SCENARIOS.glob("*.toml"))
    answer = call("run", *files, "--out", tmp_path / "out", *QUICK)
    assert answer.status == 0, answer.err
    written = {name for name in contents(tmp_path / "out") if name.endswith("_annual.csv")}
    names = [read_scenario(file).name for file in files]
    assert written == {f"{slug(name)}_annual.csv" for name in names}
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert [run["name"] for run in record["runs"]] == names
    assert names[0] == "Current policy"


def scenario(folder, stem, name="A policy", *, amount="1.1", parameter="return_factor"):
    path = folder / f"{stem}.toml"
    path.write_text(
        f'name = "{name}"\n[[change]]\nparameter = "{parameter}"\nset = {amount}\n'
        'from = 2027-04-01\nwhy = "A test"\nsource = "assumption"\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    "twins",
    [
        pytest.param(("A policy", "A-Policy"), id="names that differ in a hyphen"),
        pytest.param(("政策一", "政策二"), id="names without Latin letters"),
        pytest.param(("Current policy",), id="the name of the baseline"),
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


@pytest.fixture
def occupied(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "run.json").write_text("old", encoding="utf-8")
    return folder


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


def test_overwriting_replaces_results_and_keeps_files_of_one_s_own(call, occupied):
    assert call("run", EARLY_HELP, "--out", occupied, "--overwrite", *QUICK).status == 0
    after = contents(occupied)
    assert set(after) == TABLES | {"notes.txt"}
    assert after["notes.txt"] == b"mine"
    assert json.loads(after["run.json"])["runs"]


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


# check and explain


def test_check_says_of_each_file_that_it_is_valid(call):
    files = sorted(SCENARIOS.glob("*.toml"))
    answer = call("check", *files)
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert len(lines) == len(files)
    for file, line in zip(files, lines, strict=True):
        assert line.startswith(f"{file}: '")
        assert " is valid, " in line
    assert lines[0].endswith("0 changes")
    assert lines[1].endswith("1 change")


def test_check_knows_the_end_of_the_run(call):
    assert "outside the run" in call("check", EARLY_HELP, "--until", "2026-03-31").refused()


def test_explain_says_each_change_in_a_sentence(call):
    answer = call("explain", EARLY_HELP)
    assert answer.status == 0
    name, _summary, blank, first, why = answer.out.splitlines()
    assert (name, blank) == ("Early help first", "")
    assert first == (
        "1. Budget for early help (non-statutory services) rises by £500m a year at 2019-20 "
        "prices, in a straight line from April 2027 to April 2030."
    )
    assert why.strip().startswith("Why: ")


def test_explain_says_of_a_file_without_changes_that_policy_goes_on(call):
    answer = call("explain", SCENARIOS / "baseline.toml")
    assert answer.out.splitlines()[-1] == "No changes: current policy continues."


GOOD = {
    "parameter": '"return_factor"', "set": "1.1", "from": "2027-04-01",
    "why": '"A test"', "source": '"assumption"',
}  # fmt: skip


def a_change(*without, **keys):
    table = {key: value for key, value in {**GOOD, **keys}.items() if key not in without}
    return "".join(["[[change]]\n", *(f"{key} = {value}\n" for key, value in table.items())])


NAMED = 'name = "A policy"\n'
BROKEN = {
    "empty": b"",
    "not TOML": "name = A policy\n",
    "binary": bytes(range(256)),
    "another encoding": 'name = "£"'.encode("latin-1"),
    "large": b"#" * 1_100_000,
    "a table of numbers": b"year,value\n2019-20,80000\n",
    "no name": a_change(),
    "a key too many": NAMED + 'color = "red"\n',
    "single brackets": NAMED + a_change().replace("[[change]]", "[change]"),
    "a misspelt table": NAMED + a_change().replace("[[change]]", "[[chagne]]"),
    "extends a missing file": NAMED + 'extends = "nothing"\n',
    "extends itself": NAMED + 'extends = "broken"\n',
    "a misspelt lever": NAMED + a_change(parameter='"return_facter"'),
    "an estimated number": NAMED + a_change(parameter='"plan_share"'),
    "a fixed number": NAMED + a_change(parameter='"settling_time"'),
    "an output": NAMED + a_change(parameter='"looked_after"'),
    "two verbs": NAMED + a_change(add="0.1"),
    "no verb": NAMED + a_change("set"),
    "no date": NAMED + a_change("from"),
    "a bare year": NAMED + a_change(**{"from": "2027"}),
    "a date in quotes": NAMED + a_change(**{"from": '"2027-04-01"'}),
    "a date that is none": NAMED + a_change(**{"from": "2027-02-30"}),
    "a date after the run": NAMED + a_change(**{"from": "2044-04-01"}),
    "a date before the run": NAMED + a_change(**{"from": "2001-04-01"}),
    "an end before the beginning": NAMED + a_change(until="2026-03-31"),
    "a ramp into the past": NAMED + a_change(over_years="-2"),
    "no reason": NAMED + a_change("why"),
    "no source": NAMED + a_change("source"),
    "an amount in words": NAMED + a_change(set='"more"'),
    "not a number": NAMED + a_change(set="nan"),
    "below the bounds": NAMED + a_change(set="-1"),
    "above the bounds": NAMED + a_change(set="3.5"),
    "above the bounds in the end": NAMED + a_change(set="2.9") + a_change("set", scale="1.5"),
    "a share above one": NAMED + a_change(parameter='"return_support_share"', set="80"),
    "half a switch": NAMED + a_change(parameter='"crowding_out"', set="0.5"),
    "an unknown setting": NAMED + a_change(parameter='"crowding_out"', set='"residue"'),
    "a ramp of a switch": NAMED
    + a_change(parameter='"crowding_out"', set='"residual"', over_years="2"),
    "a change given twice": NAMED + a_change() + a_change(),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_check_names_a_broken_file_in_one_line(call, kind, tmp_path):
    file = tmp_path / "broken.toml"
    content = BROKEN[kind]
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    answer = call("check", file)
    message = answer.refused()
    assert "broken.toml" in message
    assert len(message) < 320 + len(str(tmp_path)), "a sentence, not a lecture"
    assert answer.out == ""


@pytest.mark.parametrize("command", ["check", "explain", "run"])
def test_a_missing_file_and_a_folder_are_named(call, command, tmp_path):
    options = ("--out", tmp_path / "out", *QUICK) if command == "run" else ()
    missing = SCENARIOS / "early_help_frist.toml"
    assert "did you mean 'early_help_first.toml'" in call(command, missing, *options).refused()
    assert "is a folder; name one TOML file" in call(command, SCENARIOS, *options).refused()


def test_check_stops_at_the_first_fault_with_the_status_of_a_fault(call, tmp_path):
    broken = scenario(tmp_path, "broken", amount="99")
    answer = call("check", EARLY_HELP, broken)
    assert "is valid" in answer.out
    assert "broken.toml, change 1" in answer.refused()


# levers and calibrate


def test_every_lever_is_listed_by_its_full_name(call):
    answer = call("levers")
    assert answer.status == 0
    assert "Money at 2019-20 prices" in answer.out
    for name, entry in England().parameters.items():
        listed = re.search(rf"(?<!\w){name}(?!\w)", answer.out) is not None
        assert listed == (entry.role == "lever"), f"{name}: {'' if listed else 'not '}listed"
    assert "ring-fenced" in answer.out
    assert max(len(line) for line in answer.out.splitlines()) <= 120


def test_a_fit_shows_its_errors_and_counts(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = call("calibrate", "--no-score")
    assert answer.status == 0, answer.err
    assert re.search(r"looked_after .* 0\.\d\d ", answer.out)
    counts = re.search(r"(\d+) parameters estimated from (\d+) figures of (\d+) ", answer.out)
    assert int(counts[1]) == len(England().parameters.estimated())
    assert "NOT CONVERGED" not in answer.out
    assert not list(tmp_path.iterdir()), "without --out nothing is written"


def test_a_fit_does_not_begin_when_its_folder_is_taken(call, occupied):
    message = call("calibrate", "--out", occupied).refused()
    assert "already holds files" in message


@pytest.mark.slow
def test_a_fit_writes_what_ships_beside_the_model(call, tmp_path):
    folder = tmp_path / "fit"
    answer = call("calibrate", "--out", folder)
    assert answer.status == 0, answer.err
    assert "Out of sample" in answer.out
    written = contents(folder)
    assert set(written) == {
        "fit.csv", "estimates.csv", "posterior.csv", "fit.png", "fit.svg", "score.csv",
        "parameters.toml",
    }  # fmt: skip
    shipped = Path(caresim.__file__).parent / "england"
    for name in ("parameters.toml", "score.csv", "posterior.csv"):
        assert written[name] == (shipped / name).read_bytes(), f"{name} is not what ships"
