"""The command line knows shipped scenarios by name, lists them, and says when a file wins."""

import pytest
from calls import EARLY_HELP, QUICK, contents, scenario

import caresim as cs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_list_is_that_of_python(call):
    answer = call("scenarios")
    assert (answer.status, answer.out) == (0, f"{cs.scenarios()!r}\n")


def test_a_name_writes_the_same_bytes_as_its_file(call, folder):
    for out, given in (("named", "early_help_first"), ("filed", EARLY_HELP)):
        answer = call("run", given, "--out", folder / out, "--until", "2030-03-31", *QUICK)
        assert answer.status == 0, answer.err
        assert "Note:" not in answer.out
    assert contents(folder / "named") == contents(folder / "filed")


def test_names_are_checked_and_explained(call, folder):
    answer = call("check", "early_help_first", "baseline")
    assert answer.out.splitlines() == [
        "early_help_first: 'Early help first' is valid, 1 change on top of 10 of 'Current policy'",
        "baseline: 'Policy of March 2020' is valid, 0 changes",
    ]
    assert call("explain", "early_help_first").out == call("explain", EARLY_HELP).out


@pytest.mark.parametrize("command", ["run", "check", "explain"])
def test_a_file_that_wins_over_a_shipped_scenario_is_told_once(call, folder, command):
    scenario(folder, "more_poverty")
    more = ("--out", "out", "--until", "2028-03-31", *QUICK) if command == "run" else ()
    answer = call(command, "more_poverty", *more)
    assert answer.status == 0, answer.err
    assert answer.out.count("Note: 'more_poverty' is the file more_poverty.toml, not") == 1


def test_a_name_that_is_near_is_suggested(call, folder):
    assert "did you mean 'early_help_first'?" in call("explain", "early_help_frist").refused()
    assert "did you mean 'early_help_first'?" in call(
        "run", "early_help_frist", "--out", "out", *QUICK
    ).refused()  # fmt: skip
    assert not list(folder.iterdir())


def test_export_takes_a_name(call, folder):
    assert call("export", "early.xmile", "--scenario", "early_help_first").status == 0
    assert "early_help_budget" in (folder / "early.xmile").read_text(encoding="utf-8")
