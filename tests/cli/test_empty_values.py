"""A value that is empty, as of a variable that is not set, is refused and stands for no default."""

import pytest

from caresim.cli.given import refuse_empty
from caresim.language.errors import CaresimError

CALLS = {
    "--until": ["check-step", "--until", ""],
    "--until, joined": ["check-step", "--until="],
    "--until, spaces": ["check-step", "--until", "  "],
    "--draws": ["run", "early_help_first", "--out", "made", "--draws", ""],
    "--model": ["levers", "--model", ""],
    "--out": ["calibrate", "--out", ""],
    "--origins": ["backtest", "--origins", ""],
    "--years": ["freeze", "--out", "made", "--years="],
    "--prices": ["run", "early_help_first", "--out", "made", "--prices", ""],
}


@pytest.mark.parametrize("case", CALLS)
def test_an_empty_value_is_refused_with_the_option(case, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = call(*CALLS[case])
    assert answer.status == 2
    option = case.partition(",")[0]
    assert f"the value of {option} is empty: leave it out" in answer.err
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


@pytest.mark.parametrize("words", [["check", ""], ["explain", " "], ["run", "a", ""]])
def test_an_empty_name_is_refused(words, call):
    answer = call(*words)
    assert answer.status == 2
    assert "a name or file is empty" in answer.err


@pytest.mark.parametrize("words", [[], ["levers"], ["run", "a=b", "--out", "c="], ["--help"]])
def test_all_else_is_left_to_the_command(words):
    refuse_empty(words)


def test_the_option_before_an_empty_word_is_named():
    with pytest.raises(CaresimError, match=r"^the value of -x is empty"):
        refuse_empty(["run", "-x", ""])
