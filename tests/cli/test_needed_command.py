"""The command that says what a target would need."""

import pytest

import caresim as cs
from caresim.england import England

TARGET = ("--of", "looked_after", "--change", "-0.2", "--by", "2032-03-31")
GROWN = "tests/cli/grown.py:Grown"


@pytest.fixture
def here(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)


def test_it_prints_what_python_finds(call):
    answer = call("needed", "early_help_first", *TARGET)
    found = cs.needed(England(), "early_help_first", "looked_after", change=-0.2, by="2032-03-31")
    assert answer.status == 0
    assert answer.out == f"{found}\n"


def test_draws_give_ranges_and_are_named(call):
    answer = call("needed", "return_support_everywhere", *TARGET, "--draws", "5", "--seed", "3")
    assert answer.status == 0, answer.err
    assert "(80 % of the draws: " in answer.out
    assert "Ranges: 5 draws from the p" in answer.out
    assert "seed 3." in answer.out


def test_a_baseline_is_named_by_an_option(call):
    answer = call("needed", "best_together", *TARGET, "--against", "early_help_first")
    assert answer.status == 0, answer.err
    assert "than under Early help first:" in " ".join(answer.out.split())
    assert "Budget for early help" not in answer.out, "which both move alike"


def test_without_a_scenario_every_lever_is_moved(call, here):
    more = ("--of", "care", "--change", "-0.1", "--by", "2020-03-31", "--begins", "2012-04-01")
    answer = call("needed", "--model", GROWN, *more)
    assert answer.status == 0, answer.err
    assert "Each lever alone, moved at once on 1 April 2012" in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["early_help_first", "--of", "looked_after", "--by", "2032-03-31"], "'--change'"),
        (["early_help_first", *TARGET, "--change", "-20"], "a share such as -0.2 for a fifth less"),
        (["early_help_frist", *TARGET], "did you mean 'early_help_first'"),
        (["early_help_first", *TARGET, "--of", "looked_afte"], "did you mean 'looked_after'"),
        (["early_help_first", *TARGET, "--by", "2026-03-31"], "take a later 31 March"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(call, words, said):
    assert said in call("needed", *words).refused()
