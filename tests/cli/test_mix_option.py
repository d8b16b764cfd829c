"""`--mix damped`: levels are mixed, page and terminal say so, and other words are refused."""

import csv
import json

import pytest
from calls import EARLY_HELP, contents

QUICK = ("--draws", "0", "--no-figures", "--until", "2028-03-31")
SAID = "levels are mixed with the damped trend, as insurance against a break"


def annual(folder, ending):
    """Return the last row of the annual table of a run as numbers by column."""
    (name,) = (name for name in contents(folder) if name.endswith(f"{ending}_annual.csv"))
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {key: float(cell) for key, cell in rows[-1].items() if key != "financial_year"}


@pytest.fixture
def both(call, tmp_path):
    """Return what was said and written without and with the mix."""
    plain = call("run", EARLY_HELP, "--out", tmp_path / "plain", *QUICK)
    mixed = call("run", EARLY_HELP, "--out", tmp_path / "mixed", *QUICK, "--mix", "damped")
    assert (plain.status, mixed.status) == (0, 0), plain.err + mixed.err
    return (plain, tmp_path / "plain"), (mixed, tmp_path / "mixed")


def test_a_run_is_written_mixed_and_says_so_once(both):
    (plain, before), (mixed, after) = both
    assert set(contents(before)) == set(contents(after))
    assert mixed.out.count(SAID) == 1
    assert SAID not in plain.out
    page = (after / "summary.html").read_text(encoding="utf-8")
    assert SAID in page.replace("Levels", "levels")
    runs = json.loads((after / "run.json").read_text(encoding="utf-8"))["runs"]
    assert [run["mix"] for run in runs] == ["damped"] * len(runs)


def test_levels_differ_and_shares_between_scenarios_do_not(both):
    plain, mixed = ([annual(folder, "early_help_first"), folder] for _, folder in both)
    assert mixed[0]["looked_after"] != plain[0]["looked_after"]
    assert abs(mixed[0]["looked_after"] / plain[0]["looked_after"] - 1) > 0.01
    shares = []
    for of, folder in (plain, mixed):
        (name,) = (n for n in contents(folder) if n.endswith("_annual.csv") and "early" not in n)
        base = annual(folder, name.removesuffix("_annual.csv"))
        shares.append(of["looked_after"] / base["looked_after"])
    assert shares[0] == pytest.approx(shares[1], rel=1e-5)


@pytest.mark.parametrize("command", [("run", EARLY_HELP), ("council", "Leeds")])
@pytest.mark.parametrize("word", ["dampened", "none"])
def test_another_word_is_refused_before_anything_is_written(call, tmp_path, command, word):
    out = tmp_path / "out"
    answer = call(*command, "--out", out, *QUICK, "--mix", word)
    assert answer.status == 2
    said = [line for line in answer.err.splitlines() if line]
    assert len(said) == 1
    assert f"mix is 'damped', or None for the model alone, not {word!r}" in said[0]
    assert not out.exists()


def test_a_council_is_mixed_too(call, tmp_path):
    answer = call("council", "Leeds", "--out", tmp_path / "out", *QUICK, "--mix", "damped")
    assert answer.status == 0, answer.err
    assert SAID in answer.out
