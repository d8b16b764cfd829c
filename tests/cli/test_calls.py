"""The command line: help, misuse, levers and calibration."""

import re

import numpy as np
import pytest
from calls import COMMANDS, EARLY_HELP, QUICK, spawn

import caresim
from caresim.england import England
from caresim.language.renamed import RENAMED

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


@pytest.mark.filterwarnings("default::FutureWarning")  # which the command line prints as a note
@pytest.mark.parametrize("row", [row for row in RENAMED if row.kind == "command"], ids=str)
def test_an_old_name_of_a_command_does_the_same_and_says_the_new_one(call, row):
    old, new = (call(name, "--until", "2011-03-31") for name in (row.old, row.new))
    assert (old.status, old.out) == (new.status, new.out) == (0, new.out)
    assert (old.err, new.err) == (f"Note: {row}\n", "")
    assert not re.search(rf"^  {row.old} ", call("--help").out, re.MULTILINE)


def test_the_version_is_printed(call):
    answer = call("--version")
    assert (answer.status, answer.out) == (0, f"caresim {caresim.__version__}\n")


DRAWING = {"special", "version"}  # of SciPy: a beta has its quantiles in no smaller library
HEAVY = {"numpy", "scipy", "pandas", "xarray", "matplotlib"}


def loaded(*arguments):
    answer = spawn(*arguments, python=("-X", "importtime"))
    assert answer.status == 0, answer.err[-500:]
    return set(re.findall(r"\| +([\w.]+)$", answer.err, re.MULTILINE))


def test_help_loads_no_heavy_library():
    modules = loaded("--help")
    assert "caresim.cli" in modules, "importtime shows what is loaded"
    assert not modules & (HEAVY | {"caresim.study.scenario.reading", "caresim.england.model"})


def test_checking_a_file_loads_neither_pandas_nor_matplotlib():
    modules = loaded("check", EARLY_HELP)
    assert "caresim.study.scenario.reading" in modules
    assert not modules & (HEAVY - {"numpy"})


@pytest.mark.parametrize("draws", [0, 10])
def test_tables_load_neither_pandas_nor_what_draws_figures(draws, tmp_path):
    options = ("--out", tmp_path / "out", "--draws", draws, "--no-figures")
    modules = loaded("run", EARLY_HELP, *options, "--until", "2030-03-31")
    assert {"numpy", "caresim.views.report.tables"} <= modules
    assert not modules & (HEAVY - {"numpy", "scipy"})
    of_scipy = {name.split(".")[1] for name in modules if name.startswith("scipy.")}
    public = {name for name in of_scipy if not name.startswith("_")}
    assert public <= (DRAWING if draws else set()), (
        "draws load scipy.special, and nothing else does"
    )


def test_tables_of_single_runs_load_neither_other_processes_nor_masked_arrays(tmp_path):
    options = ("--out", tmp_path / "out", *QUICK, "--until", "2030-03-31")
    modules = loaded("run", EARLY_HELP, *options)
    assert not modules & {"concurrent.futures", "multiprocessing", "numpy.ma"}


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


# levers and calibrate


def test_every_lever_is_listed_by_its_full_name(call):
    answer = call("levers")
    assert answer.status == 0
    assert "Money at 2019-20 prices" in answer.out
    for name, entry in England().parameters.items():
        listed = re.search(rf"^  {name}  ", answer.out, re.MULTILINE) is not None
        assert listed == entry.is_open, f"{name}: {'' if listed else 'not '}listed"
    assert "ring-fenced" in answer.out
    assert max(len(line) for line in answer.out.splitlines()) <= 110


@pytest.mark.slow
def test_a_fit_shows_its_errors_and_counts(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = call("calibrate", "--no-score", "--draws", "0")
    assert answer.status == 0, answer.err
    assert re.search(r"looked_after .* 0\.\d\d ", answer.out)
    text = " ".join(answer.out.split())
    counts = re.search(
        r"(\d+) numbers may be estimated from (\d+) figures, (\d+) of them free", text
    )
    assert counts, text[-1500:]
    assert int(counts[1]) == len(England().parameters.estimated())
    assert 0 < int(counts[3]) < int(counts[2]), "England's figures add up"
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
    assert "Out of sample: fitted to 2012-13 … 2018-19" in answer.out
    written = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert set(written) == {
        "fit.csv", "estimates.csv", "correlations.csv", "posterior.csv", "fit.png", "fit.svg",
        "fit.json", "score.csv", "parameters.toml", "fitted.csv", "observed.csv", "given.toml",
        "given.csv", "backtest.csv", "scales.csv", "history.csv", "learned.png",
    }  # fmt: skip
    fitted = {o.series for o in England.observed.observations if o.tolerance}
    assert {path.stem for path in (folder / "figures").iterdir()} == fitted
    shipped = England.vintage.folder
    assert written["fitted.csv"] == (shipped / "fitted.csv").read_bytes()
    # processors differ in the last bit, which may turn the last of six digits
    found, expected = (
        np.loadtxt(place / "posterior.csv", delimiter=",", skiprows=1)
        for place in (folder, shipped)
    )
    size = np.maximum(np.abs(expected), 1e-300)
    last_digit = np.where(expected == 0, 0.0, 10.0 ** (np.floor(np.log10(size)) - 5))
    allowed = np.maximum(1.01 * last_digit, 1e-7 * expected.std(axis=0))
    assert (np.abs(found - expected) <= allowed).all(), "the posterior is not what ships"


@pytest.mark.slow
def test_without_llvmlite_the_same_tables_are_written_and_one_note_says_why(tmp_path):
    hidden = tmp_path / "hidden"
    (hidden / "llvmlite").mkdir(parents=True)
    (hidden / "llvmlite" / "__init__.py").write_text("raise ImportError('hidden')\n")
    found = {}
    for name, path in (("with", ""), ("without", str(hidden))):
        out = tmp_path / name
        asked = ("run", EARLY_HELP, "--until", "2028-03-31", "--out", out, *QUICK)
        answer = spawn(*asked, PYTHONPATH=path)
        assert answer.status == 0, answer.err
        notes = [line for line in answer.err.splitlines() if line.startswith("Note:")]
        found[name] = (notes, (out / "early_help_first_annual.csv").read_text(encoding="utf-8"))
    (notes, table), (said, same) = found["with"], found["without"]
    assert notes == []
    assert len(said) == 1
    assert "runs in readable Python" in said[0]
    assert "pip install llvmlite" in said[0]
    assert same == table


EMPTY = {
    "run": ("run", EARLY_HELP, "--out", ""),
    "calibrate": ("calibrate", "--out", ""),
    "backtest": ("backtest", "--out", " "),
    "effects": ("effects", "--out", ""),
    "freeze": ("freeze", "--years", "2026-27", "--out", ""),
    "score": ("score", "a", "--observed", "b", "--out", ""),
    "export": ("export", ""),
    "document": ("document", "--out", ""),
}


@pytest.mark.parametrize("verb", EMPTY)
def test_a_path_that_is_empty_is_not_the_folder_one_stands_in(verb, call, tmp_path, monkeypatch):
    """As in --out "$UNSET"."""
    monkeypatch.chdir(tmp_path)
    assert "is empty: leave it out, or see that the variable" in call(*EMPTY[verb]).refused()
    assert list(tmp_path.iterdir()) == []
