"""Whatever is wrong with a scenario is told in one sentence that says where and what to do."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_model import FILE, MODEL

from caresim.language import ScenarioError
from caresim.study.scenario.binding import check_scenario
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import read_scenario
from caresim.study.scenario.scenario import Scenario

GOOD = {
    "parameter": '"return_rate"',
    "set": "0.2",
    "from": "2027-04-01",
    "why": '"A reason"',
    "source": '"assumption: …"',
}


def change(*without, **keys):
    """Return the text of a [[change]] table with some keys exchanged or left out."""
    pairs = {key: value for key, value in {**GOOD, **keys}.items() if key not in without}
    return "[[change]]\n" + "".join(f"{key} = {value}\n" for key, value in pairs.items())


def second(*without, **keys):
    """Return a scenario file whose second change is the odd one."""
    return 'name = "S"\n' + change(set="0.15") + change(*without, **keys)


def message_of(verb, *arguments):
    with pytest.raises(ScenarioError) as caught:
        verb(*arguments)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 320
    return message


BROKEN = {
    # the file as a whole
    "an unknown key at the top": ('nam = "S"\n', ["'nam'", "did you mean 'name'?"]),
    "no name": ('summary = "x"\n', ["'name' is missing", "name = "]),
    "a name that is a number": ("name = 3\n", ["'name' must be", "not 3"]),
    "a blank name": ('name = " "\n', ["'name' must be a short text", "not ' '"]),
    "nothing but comments": ("# to do\n", ["'name' is missing"]),
    "a misspelt table": ('name = "S"\n[[chnage]]\n', ["'chnage'", "did you mean 'change'?"]),
    "single brackets": ('name = "S"\n[change]\nset = 1\n', ["'change'", "[[change]]"]),
    "changes that are numbers": ('name = "S"\nchange = [1]\n', ["change 1: must be a table"]),
    "changes that are one number": ('name = "S"\nchange = 1\n', ["'change'", "not 1"]),
    "a key of a change at the top": ('name = "S"\nwhy = "x"\n', ["'why' belongs below"]),
    "a key of the top in a change": (second(summary='"x"'), ["change 2: 'summary' belongs above"]),
    "extends a path": ('name = "S"\nextends = "../x"\n', ["'extends' must be", "same folder"]),
    "extends with its ending": ('name = "S"\nextends = "x.toml"\n', ["'extends'", "take it away"]),
    "extends a missing file": ('name = "S"\nextends = "basline"\n', ["'extends'", "'baseline'?"]),
    "extends itself": ('name = "S"\nextends = "policy"\n', ["circle, policy → policy"]),
    # one key of a change
    "an unknown key": (second(form="3"), ["change 2: unknown key 'form'", "did you mean 'from'?"]),
    "an unknown key far from all": (second(zzz="3"), ["change 2: unknown key 'zzz'", "over_years"]),
    "a misspelt verb": (second("set", sett="3"), ["change 2: unknown key 'sett'", "'set'?"]),
    "no parameter": (second("parameter"), ["change 2: 'parameter' is missing"]),
    "an empty parameter": (second(parameter='""'), ["change 2: 'parameter' must be", "not ''"]),
    "a parameter that is a list": (second(parameter="[1]"), ["change 2: 'parameter'", "not [1]"]),
    "no verb": (second("set"), ["change 2", "exactly one of 'set', 'add' and 'scale'"]),
    "two verbs": (second(scale="2"), ["change 2: 'set' and 'scale' are given together"]),
    "an amount that is true": (second(set="true"), ["change 2: 'set' must be", "not true"]),
    "an amount that is a list": (second(set="[1, 2]"), ["change 2: 'set' must be", "not [1, 2]"]),
    "an amount in quotes": (second("set", add='"0.1"'), ["change 2: 'add'", "away the quotes"]),
    "an amount of words": (second("set", add='"more"'), ["change 2: 'add'", "not 'more'"]),
    "not a number": (second(set="nan"), ["change 2: 'set' must be a finite number", "not nan"]),
    "infinity": (second("set", scale="-inf"), ["change 2: 'scale' must be a finite", "not -inf"]),
    "an enormous integer": (second(set="9" * 400), ["change 2: 'set' must be", "…"]),
    "an enormous hexadecimal": (second(set="0x" + "f" * 5000), ["change 2: 'set'", "thousands"]),
    "no date": (second("from"), ["change 2: 'from' is missing", "from = 2027-04-01"]),
    "a bare year": (second(**{"from": "2027"}), ["change 2: 'from'", "from = 2027-04-01"]),
    "a date that is true": (
        second(**{"from": "true"}),
        ["'from' must be a date such as", "not true"],
    ),
    "a year in quotes": (second(**{"from": '"2027"'}), ["'from'", "from = 2027-04-01"]),
    "a date in quotes": (second(**{"from": '"2027-04-01"'}), ["change 2: 'from'", "the quotes"]),
    "a date with a time": (second(**{"from": "2027-04-01T09:00:00"}), ["'from'", "time of day"]),
    "a time": (second(**{"from": "09:00:00"}), ["change 2: 'from' must be", "not 09:00:00"]),
    "a date long ago": (second(**{"from": "0027-04-01"}), ["change 2: 'from'", "1900 and 2200"]),
    "a last day at the end of time": (second(until="9999-12-31"), ["change 2: 'until'", "2200"]),
    "a bare year as the end": (second(until="2030"), ["'until'", "until = 2030-03-31"]),
    "an end before the beginning": (second(until="2027-03-31"), ["change 2: 'until'", "later"]),
    "an end before the ramp is over": (
        second(over_years="3", until="2029-03-31"),
        ["change 2: 'until' (2029-03-31)", "ramp is over (2030-04-01)", "shorten 'over_years'"],
    ),
    "a ramp into the past": (second(over_years="-1"), ["change 2: 'over_years'", "0 to 50"]),
    "a ramp over generations": (second(over_years="51"), ["change 2: 'over_years'", "not 51"]),
    "a ramp of no number": (second(over_years="nan"), ["change 2: 'over_years'", "not nan"]),
    "a ramp in words": (second(over_years='"three"'), ["change 2: 'over_years'", "'three'"]),
    "no reason": (second("why"), ["change 2: 'why' is missing"]),
    "an empty reason": (second(why='""'), ["change 2: 'why' must be a few words", "not ''"]),
    "no source": (second("source"), ["change 2: 'source' is missing", "assumption: …"]),
    "a long text in the wrong place": (second(source="[" + '"x",' * 99 + "]"), ["'source'", "…"]),
    "a change given twice": (
        second(set="0.15"),
        ["change 2: this change", "policy.toml, change 1"],
    ),
    # not TOML
    "a key given twice": (second() + 'why = "b"\n', ["line 14 (change 2): 'why' is given twice"]),
    "both kinds of brackets": (
        'name = "S"\n[change]\nset = 1\n[[change]]\nset = 1\n',
        ["line 4 (change 1)", "'[[change]]'"],
    ),
    "a text without quotes": ("name = S\n", ["line 1: not TOML at 'name = S'", "need quotes"]),
    "a date with one digit": (second(**{"from": "2027-4-1"}), ["line 11 (change 2)", "2027-04-01"]),
    "a text that does not end": ('name = "S\n', ["line 1: not TOML"]),
    "a deep nest": ("name = " + "[" * 50_000, ["line 1: not TOML", "nested too deeply"]),
    "an endless integer": (f"name = {'1' * 9000}", ["line 1: not TOML"]),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_explained_in_one_sentence(kind, tmp_path):
    text, fragments = BROKEN[kind]
    (tmp_path / "baseline.toml").write_text('name = "Current policy"', encoding="utf-8")
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    message = message_of(read_scenario, path).replace(f"{tmp_path}/", "")
    assert message.startswith("policy.toml")
    for fragment in fragments:
        assert fragment in message
    assert "validation error" not in message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 12), st.text(max_size=6))
def test_no_damage_to_a_file_brings_another_kind_of_error(tmp_path, at, length, instead):
    path = tmp_path / "policy.toml"
    path.write_bytes((FILE[:at] + instead + FILE[at + length :]).encode("utf-8", "surrogatepass"))
    try:
        message = f"policy.toml: {read_scenario(path).name}"
    except ScenarioError as fault:
        message = str(fault)
    assert "policy.toml" in message
    assert "\n" not in message


def test_a_fault_in_an_extended_file_names_that_file(tmp_path):
    (tmp_path / "own.toml").write_text('name = "S"\nextends = "other"', encoding="utf-8")
    (tmp_path / "other.toml").write_text(second("why"), encoding="utf-8")
    message = message_of(read_scenario, tmp_path / "own.toml")
    assert "other.toml, change 2: 'why' is missing" in message


def test_a_change_repeated_from_an_extended_file_is_refused(tmp_path):
    (tmp_path / "own.toml").write_text('extends = "other"\n' + second(), encoding="utf-8")
    (tmp_path / "other.toml").write_text('name = "O"\n' + change(), encoding="utf-8")
    message = message_of(read_scenario, tmp_path / "own.toml")
    assert "own.toml, change 2: this change of 'return_rate' repeats" in message
    assert "other.toml, change 1 in every detail" in message


def test_a_long_circle_is_shown(tmp_path):
    for name, extends in ("ab", "bc", "ca"):
        text = f'name = "{name}"\nextends = "{extends}"\n'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    message = message_of(read_scenario, tmp_path / "a.toml")
    assert "c.toml: 'extends' goes round in a circle, a → b → c → a" in message


# Files that cannot be scenarios at all


def test_a_missing_file_suggests_a_near_name(tmp_path):
    (tmp_path / "early_help_first.toml").write_text("", encoding="utf-8")
    message = message_of(read_scenario, tmp_path / "early_help_frist.toml")
    assert "does not exist; did you mean 'early_help_first.toml'?" in message


def test_a_missing_file_lists_the_others(tmp_path):
    for name in "abcdefg":
        (tmp_path / f"{name}.toml").write_text("", encoding="utf-8")
    message = message_of(read_scenario, tmp_path / "policy.toml")
    assert message.endswith("'a.toml', 'b.toml', 'c.toml', 'd.toml', 'e.toml', …")


def test_a_missing_folder_is_said(tmp_path):
    assert "nor does its folder" in message_of(read_scenario, tmp_path / "no" / "policy.toml")


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "a.toml").write_text("", encoding="utf-8")
    assert "is a folder; name one TOML file in it; there are 'a.toml'" in message_of(
        read_scenario, tmp_path
    )


def test_an_empty_file_says_how_to_begin(tmp_path):
    (tmp_path / "a.toml").write_text("", encoding="utf-8")
    assert "a.toml is empty; begin with name = " in message_of(read_scenario, tmp_path / "a.toml")


def test_a_large_file_says_its_size(tmp_path):
    (tmp_path / "a.toml").write_text("#" * 2_500_000, encoding="utf-8")
    message = message_of(read_scenario, tmp_path / "a.toml")
    assert "2.5 MB (2,500,000 bytes)" in message


def test_another_encoding_is_named_as_such(tmp_path):
    (tmp_path / "a.toml").write_bytes('name = "£"'.encode("latin-1"))
    message = message_of(read_scenario, tmp_path / "a.toml")
    assert "a.toml, line 1: not UTF-8 text at byte 9" in message


@pytest.mark.parametrize("path", ["a\0b.toml", "x" * 5000, 3, None])
def test_an_impossible_path_is_refused(path):
    message_of(read_scenario, path)


# Scenarios made in Python

CHANGES = {
    "an unknown verb": (("return_rate", "raise", 1, "2027-04-01"), "'verb' must be one of"),
    "a nameless parameter": (("", "set", 1, "2027-04-01"), "'parameter' must be"),
    "not a number": (("return_rate", "set", float("nan"), "2027-04-01"), "not nan"),
    "a text to add": (("return_rate", "add", "0.1", "2027-04-01"), "'amount' must be"),
    "true": (("return_rate", "set", True, "2027-04-01"), "'amount' must be a finite number"),
    "a bare year": (("return_rate", "set", 1, 2027), "'begins' must be a date such as"),
    "no date": (("return_rate", "set", 1, "soon"), "'begins' must be a date such as"),
    "a time of day": (("return_rate", "set", 1, dt.datetime(2027, 4, 1, 9)), "'begins'"),  # noqa: DTZ001
    "no reason": (("return_rate", "set", 1, "2027-04-01", 0, None, None), "'why' must be a text"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_that_cannot_be_is_refused_at_once(kind):
    arguments, fragment = CHANGES[kind]
    message = message_of(Change, *arguments)
    assert fragment in message
    assert message.startswith(f"a change of {arguments[0]!r}: ")


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (("",), "needs a name"),
        ((3,), "name must be a text, not 3"),
        (("S", "", Change("return_rate", "set", 1, "2027-04-01")), "takes a list of changes"),
        (("S", "", [{"parameter": "return_rate"}]), "takes a list of changes"),
        (("S", "", [Change("return_rate", "set", 1, "2027-04-01")] * 2), "change 2: this change"),
        (("S", "", (), "", None, "baseline"), "extends=read_scenario("),
    ],
)
def test_a_scenario_that_cannot_be_is_refused_at_once(arguments, fragment):
    assert fragment in message_of(Scenario, *arguments)


def test_a_file_is_named_when_a_model_refuses_its_change(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(second(parameter='"retrn_rate"'), encoding="utf-8")
    message = message_of(check_scenario, read_scenario(path), MODEL)
    assert "policy.toml, change 2: 'retrn_rate' is not a parameter of Policy; did you" in message
