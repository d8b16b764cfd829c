"""``--model``: what cannot be used is refused in one sentence, and England is the default."""

import pytest
from calls import ROOT

NORLAND = ROOT / "tests" / "library_model" / "norland.py"
LEDGER = ROOT / "benchmarks" / "ledger" / "0.1.0"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nowhere.py", "there is no file nowhere.py to take a model from"),
        (f"{NORLAND}:Norlnd", "has no 'Norlnd'; did you mean 'Norland'?"),
        (f"{NORLAND}:HERE", "'HERE' is no model, a class such as HERE(Model), but "),
        ("caresim.nothing", "there is no module 'caresim.nothing' to take a model from"),
    ],
)
def test_what_is_no_model_is_refused_in_one_sentence(call, named, said):
    assert said in call("levers", "--model", named).refused()


def test_a_file_and_its_class_are_the_same_model(call):
    whole, named = (call("levers", "--model", text) for text in (NORLAND, f"{NORLAND}:Norland"))
    assert whole.status == 0
    assert "What a scenario may change in Norland." in whole.out
    assert whole.out == named.out


def test_a_module_may_be_named(call):
    assert call("levers", "--model", "caresim.england:England").out == call("levers").out


def test_a_shipped_scenario_of_england_is_not_known_to_another_model(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = call("explain", "early_help_first", "--model", NORLAND).refused()
    assert "no scenario of that name is shipped with Norland" in told
    assert "'early_help_first' of caresim is written for another model" in told


def test_the_file_of_another_model_is_refused_at_its_lever(call):
    told = call("check", ROOT / "scenarios" / "more_poverty.toml", "--model", NORLAND).refused()
    assert "'poverty_change' is not a parameter of Norland" in told


def test_a_promise_of_another_model_is_not_scored(call):
    asked = ("score", LEDGER, "--observed", "figures.csv")
    told = call(*asked, "--model", NORLAND).refused()
    assert "the frozen projection is of England, not Norland" in told
    assert "figures.csv" in call(*asked).refused(), "without it any model is scored"
