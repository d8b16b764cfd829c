"""A fit of Norland written as a vintage, and loaded whole by class and by command line."""

import csv
import json

import numpy as np
import pytest

import caresim as cs
from caresim.cli import COMMANDS
from caresim.language.published import published
from caresim.study.backtest import Backtest

VERBS = {
    "levers": (),
    "check": ("calls",),
    "explain": ("calls",),
    "check-step": (),
    "run": ("calls", "--out", "run", "--draws", "20"),
    "export": ("norland.xmile",),
    "document": ("--out", "norland.md"),
    "freeze": ("--out", "frozen", "--years", "2020-21", "--draws", "20"),
    "backtest": ("--origins", "2016-17", "--horizon", "1", "--draws", "0"),
    "calibrate": ("--no-score", "--no-figures", "--out", "again"),
}


@pytest.fixture(scope="module")
def other_figures(norland, tmp_path_factory):
    """Return a file of the figures of Norland, a tenth higher."""
    path = tmp_path_factory.mktemp("figures") / "higher.csv"
    rows = [vars(row) for row in norland.observed.observations]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "value": 1.1 * row["value"]} for row in rows)
    return path


@pytest.fixture(scope="module")
def place(command, other_figures, tmp_path_factory):
    """Return a folder with the vintage ``fit``, made by the command line."""
    folder = tmp_path_factory.mktemp("vintage")
    asked = ("calibrate", "--observed", other_figures, "--fitted-to", "2016-17", "--no-figures")
    done = command(*asked, "--out", "fit", cwd=folder)
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.rstrip().endswith("fit is a vintage: caresim run … --vintage fit")
    return folder


@pytest.fixture(scope="module")
def answers(commands, place):
    """Return what each verb prints with the vintage."""
    asked = [(verb, *arguments, "--vintage", "fit") for verb, arguments in VERBS.items()]
    return dict(zip(VERBS, commands(asked, cwd=place), strict=True))


@pytest.fixture(scope="module")
def loaded(norland, place):
    return type(norland)(vintage=place / "fit")


def test_the_folder_holds_the_vintage_beside_the_report(place):
    names = {path.name for path in (place / "fit").iterdir()}
    assert names == {
        "observed.csv", "given.toml", "given.csv", "fitted.csv", "posterior.csv", "backtest.csv",
        "fit.csv", "estimates.csv", "correlations.csv", "parameters.toml", "score.csv", "fit.json",
        "scales.csv", "history.csv",
    }  # fmt: skip


def same(one, other):
    assert one.outputs == other.outputs
    for name in one.outputs:
        np.testing.assert_array_equal(one.values(name), other.values(name), err_msg=name)


def test_the_fit_the_folder_and_the_class_with_it_run_alike_to_the_last_bit(
    norland, loaded, place, tmp_path
):
    fit = cs.calibrate(norland, loaded.observed, progress=False)
    same(cs.run(fit.model), cs.run(loaded))
    cs.write_vintage(fit, tmp_path / "mine", Backtest.of(loaded))
    mine = type(norland)(vintage=tmp_path / "mine")
    same(cs.run(mine), cs.run(loaded))
    for name in ("observed.csv", "given.toml", "given.csv", "fitted.csv", "posterior.csv",
                 "backtest.csv"):  # fmt: skip
        there = (place / "fit" / name).read_text(encoding="utf-8")
        assert (tmp_path / "mine" / name).read_text(encoding="utf-8") == there, name
    assert mine.vintage.fingerprint == loaded.vintage.fingerprint


def test_draws_are_of_its_own_posterior(loaded, norland, place):
    sample = cs.draws(loaded, 1_000, seed=1, given="posterior")
    with (place / "fit" / "posterior.csv").open(encoding="utf-8", newline="") as stream:
        kept = {row["lapse_rate"] for row in csv.DictReader(stream)}
    assert {f"{value:.6g}" for value in sample.columns["lapse_rate"]} == kept
    many = cs.run(loaded, draws=sample)
    middle = np.median(many.yearly("all_members"))
    assert middle == pytest.approx(np.median(cs.run(loaded).yearly("all_members")), rel=0.02)
    higher = (
        cs.run(loaded).yearly("all_members")[5, 0] / cs.run(norland).yearly("all_members")[5, 0]
    )
    assert higher > 1.03, "the figures were a tenth higher"


def test_its_own_score_is_shown(loaded, norland):
    assert Backtest.of(norland) is None
    assert Backtest.of(loaded).origins == ("2016-17",)


def test_every_verb_that_serves_a_model_takes_a_vintage(helped):
    without = {"score": "told by its file", "scenarios": "files do not hang on it"}
    for verb in (c.__name__.replace("_", "-") for c in COMMANDS):
        assert ("--vintage" in helped(verb)) == (verb not in without), verb


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_takes_the_vintage(answers, verb):
    assert answers[verb].strip()


def test_what_is_printed_says_the_vintage(answers):
    assert "not Norland as published: vintage fit; shown with figures of its own" in answers["run"]
    assert "Out of sample, fitted to 2016-17" in answers["run"]
    assert "(not as it is published: vintage fit)" in answers["freeze"]
    assert "<Norland; vintage fit:" in answers["export"]


def test_what_is_written_says_the_vintage_and_nothing_of_what_is_published(answers, place):
    page = (place / "run" / "summary.html").read_text(encoding="utf-8")
    assert "<title>Norland, vintage fit: projections compared</title>" in page
    assert "Norland Bureau of Counts. Free" not in page
    assert "Published figures: as their file gives them" in page
    record = json.loads((place / "run" / "run.json").read_text(encoding="utf-8"))
    for run in record["runs"]:
        assert run["vintage"]["name"] == "fit"
        assert run["changes"] == ["vintage fit"]
    assert "NL-ALL" not in (place / "run" / "hubverse.csv").read_text(encoding="utf-8")
    assert (place / "norland.md").read_text(encoding="utf-8").splitlines()[2] == (
        "# Norland, vintage fit"
    )
    assert "Norland, vintage fit" in (place / "norland.xmile").read_text(encoding="utf-8")
    frozen = json.loads((place / "frozen" / "ledger.json").read_text(encoding="utf-8"))
    assert frozen["changes"] == ["vintage fit"]
    assert "NL-ALL" not in (place / "frozen" / "projection.csv").read_text(encoding="utf-8")


def test_a_vintage_fitted_again_is_as_it_was(answers, place):
    first, again = (
        json.loads((place / name / "fit.json").read_text(encoding="utf-8"))
        for name in ("fit", "again")
    )
    assert first["digests"]["observed.csv"] == again["digests"]["observed.csv"]
    assert first["digests"]["given.csv"] == again["digests"]["given.csv"]
    assert again["misfit"] == pytest.approx(first["misfit"], rel=1e-6)
    assert "backtest.csv" not in again["files"]


def test_without_a_score_it_is_loaded_and_has_none_of_its_own(answers, norland, place, command):
    assert "again is a vintage, not scored" in answers["calibrate"]
    model = type(norland)(vintage=place / "again")
    assert Backtest.of(model) is None
    assert published(model).note.endswith("shown with figures of its own, not scored")
    asked = ("run", "calls", "--draws", "0", "--no-figures", "--out", "plain")
    done = command(*asked, "--vintage", "again", cwd=place)
    assert done.returncode == 0, done.stderr
    page = (place / "plain" / "summary.html").read_text(encoding="utf-8")
    assert "Not scored: not Norland as published (vintage again)." in page


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("run", "run is no vintage: observed.csv is missing, and 4 more"),
        ("nowhere", "nowhere is no vintage: it does not exist; name the folder"),
        ("", "the value of --vintage is empty"),
        ("norland.md", "norland.md is no vintage: it is a file; name the folder"),
    ],
)
def test_what_is_no_vintage_is_refused_in_a_sentence(answers, command, place, given, reason):
    assert answers
    done = command("levers", "--vintage", given, cwd=place)
    assert done.returncode == 2
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_vintage_of_another_model_is_refused(command, place):
    done = command("levers", "--vintage", "fit", cwd=place, model=None)
    assert done.returncode == 2
    assert "fit: the vintage was fitted with the equations" in done.stderr
    assert "calibrate England" in done.stderr
