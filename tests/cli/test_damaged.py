"""Damaged files and command lines: the work is done, or one sentence says why not."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from calls import SCENARIOS, spawn
from damage import damaged, damaged_words, noted, undamaged

from caresim import run
from caresim.england import England

HERE = Path(__file__).parent
GROWN = f"{HERE / 'grown.py'}:Grown"
QUICK = {"scenarios": 30, "figures": 20, "parameters": 20, "commands": 30}
MANY = {"scenarios": 2000, "figures": 500, "parameters": 500, "commands": 300}
FILES = sorted(SCENARIOS.glob("*.toml"))


def seeds(kind):
    """Return the damages to try, those beyond the first ones only in `make test-all`."""
    few, many = range(QUICK[kind]), range(QUICK[kind], MANY[kind])
    blocks = [many[i : i + 100] for i in range(0, len(many), 100)]
    slow = [pytest.param(block, marks=pytest.mark.slow, id=f"{block[0]}…") for block in blocks]
    return pytest.mark.parametrize("seeds", [pytest.param(few, id="few"), *slow])


def finite(folder):
    """Check that every number of every table is one."""
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    try:
                        number = float(cell)
                    except ValueError:
                        continue
                    assert math.isfinite(number), f"{path.name}: {row}"


@pytest.fixture(scope="module")
def england():
    return England()


def sound(found):
    """Check that a run is finite, loses nobody and owes nobody."""
    lost = [name for name in found.outputs if not np.isfinite(found.values(name)).all()]
    assert not lost, f"no value at some time: {lost}"
    ledger = found.ledger()
    size = ledger.opening.abs() + ledger.inflows.abs() + ledger.outflows.abs()
    assert (ledger.gap.abs() <= 1e-9 * np.maximum(size, 1.0)).all().all()
    children = [stock.name for stock in England.stocks() if str(stock.unit) == "child"]
    assert not [name for name in children if found.values(name).min() < -1e-6]


@seeds("scenarios")
def test_a_damaged_scenario_is_checked_or_refused(call, england, seeds, tmp_path):
    valid = 0
    for seed in seeds:
        content, how = damaged(FILES[seed % len(FILES)].read_bytes(), seed)
        path = tmp_path / "policy.toml"
        path.write_bytes(content)
        with noted(seed, how):
            if undamaged(call("check", path)):
                valid += 1
                sound(run(england, path, until="2036-03-31"))
    assert 0 < valid < len(seeds)


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_a_damaged_scenario_is_run_whole_or_leaves_nothing(call, seed, tmp_path):
    text = (SCENARIOS / "early_help_first.toml").read_text(encoding="utf-8")
    own = text.replace("early_help_budget", "visits").replace("500_000_000", "1")
    content, how = damaged(own.encode(), seed)
    (tmp_path / "policy.toml").write_bytes(content)
    out = tmp_path / "out"
    options = (
        "--out",
        out,
        "--draws",
        3,
        "--no-figures",
        "--model",
        GROWN,
        "--until",
        "2031-03-31",
    )
    with noted(seed, how):
        if undamaged(call("run", tmp_path / "policy.toml", *options, "--model", GROWN), out):
            finite(out)


def fitted(call, option, content, tmp_path, suffix):
    path, out = tmp_path / f"own.{suffix}", tmp_path / "out"
    path.write_bytes(content)
    options = ("--no-score", "--no-figures", "--model", GROWN, "--out", out, "--overwrite")
    if undamaged(call("calibrate", option, path, *options), out):
        finite(out)
        for file in sorted(out.rglob("*"), reverse=True):
            file.unlink()
        out.rmdir()
        return True
    return False


@seeds("figures")
def test_a_fit_to_damaged_figures_is_finite_or_refused(call, seeds, tmp_path):
    figures = (HERE / "grown.csv").read_bytes()
    done = 0
    for seed in seeds:
        content, how = damaged(figures, seed)
        with noted(seed, how):
            done += fitted(call, "--observed", content, tmp_path, "csv")
    assert 0 < done < len(seeds)


@seeds("parameters")
def test_a_fit_with_damaged_parameters_is_finite_or_refused(call, seeds, tmp_path):
    parameters = (HERE / "grown.toml").read_bytes()
    done = 0
    for seed in seeds:
        content, how = damaged(parameters, seed)
        with noted(seed, how):
            done += fitted(call, "--parameters", content, tmp_path, "toml")
    assert 0 < done < len(seeds)


COMMANDS = [
    ["run", "early_help_first", "--out", "out", "--draws", "0", "--no-figures"],
    ["run", "early_help_first", "baseline", "--out", "out", "--until", "2030-03-31", "--draws", "2",
     "--seed", "3", "--prices", "cash", "--no-figures"],
    ["check", "early_help_first", "--until", "2030-03-31"],
    ["explain", "early_help_first", "--model", "caresim.england:England"],
    ["scenarios"],
    ["levers", "--model", GROWN],
    ["calibrate", "--model", GROWN, "--no-score", "--no-figures", "--out", "out", "--starts", "1"],
    ["backtest", "--model", GROWN, "--draws", "0", "--origins", "2014-15", "--horizon", "2"],
    ["export", "out.xmile", "--steps", "4", "--until", "2030-03-31"],
    ["check-step", "--model", GROWN, "--steps", "4"],
    ["needed", "--of", "care", "--change", "-0.1", "--by", "2020-03-31", "--model", GROWN],
    ["document", "--model", GROWN, "--out", "model.md"],
    ["freeze", "--model", GROWN, "--out", "out", "--years", "2019-20", "--draws", "5"],
    ["score", "nothing", "--observed", "none.csv"],
]  # fmt: skip


@seeds("commands")
def test_a_damaged_command_line_is_done_or_refused(call, seeds, tmp_path, monkeypatch):
    for seed in seeds:
        place = tmp_path / str(seed)
        place.mkdir()
        monkeypatch.chdir(place)
        words = damaged_words(COMMANDS[seed % len(COMMANDS)], seed)
        with noted(seed, words):
            if undamaged(call(*words)):
                for folder in (path for path in place.rglob("*") if path.is_dir()):
                    finite(folder)
            else:
                assert not [*place.rglob("*")], "a call that was refused left something"


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_a_damaged_file_is_refused_by_a_process_of_its_own_too(seed, tmp_path):
    (tmp_path / "policy.toml").write_bytes(damaged(FILES[seed].read_bytes(), seed)[0])
    undamaged(spawn("check", tmp_path / "policy.toml"))
