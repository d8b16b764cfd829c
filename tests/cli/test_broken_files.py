"""`caresim check` and `explain`: one sentence for every kind of broken file."""

import pytest
from calls import EARLY_HELP, QUICK, SCENARIOS, scenario, spawn

# check and explain


def test_check_says_of_each_file_that_it_is_valid(call):
    files = sorted(SCENARIOS.glob("*.toml"))
    answer = call("check", *files)
    assert answer.status == 0
    lines = [line for line in answer.out.splitlines() if not line.startswith("Note: ")]
    assert len(lines) == len(files)
    for file, line in zip(files, lines, strict=True):
        assert line.startswith(f"{file}: '")
        assert " is valid, " in line
    said = {file.stem: line for file, line in zip(files, lines, strict=True)}
    assert said["baseline"].endswith("0 changes")
    on_top = "1 change on top of 10 of 'Current policy'"
    assert said["early_help_first"].endswith(on_top)


def test_check_knows_the_end_of_the_run(call):
    assert "outside the run" in call("check", EARLY_HELP, "--until", "2026-03-31").refused()


def test_explain_says_each_change_in_a_sentence(call):
    answer = call("explain", EARLY_HELP)
    assert answer.status == 0
    name, _summary, extends, blank, first, why = answer.out.splitlines()
    assert (name, blank) == ("Early help first", "")
    assert extends == "On top of the 10 changes of 'Current policy':"
    assert first == (
        "1. Budget for early help (non-statutory services) rises by £500m a year at 2019-20 "
        "prices, in a straight line from April 2027 to April 2030."
    )
    assert why.strip().startswith("Why: ")


def test_explain_says_of_a_file_without_changes_that_policy_goes_on(call):
    answer = call("explain", SCENARIOS / "baseline.toml")
    assert answer.out.splitlines()[-1] == "No changes: the model stays as it is."


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
    "an estimated number": NAMED + a_change(parameter='"plan_care_share"'),
    "a fixed number": NAMED + a_change(parameter='"settling_rate"'),
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
    "half a switch": NAMED + a_change(parameter='"placements_on"', set="0.5"),
    "more than a rule can be": NAMED + a_change(parameter='"crowding_out"', set="1.5"),
    "an unknown setting": NAMED + a_change(parameter='"crowding_out"', set='"residue"'),
    "a ramp of a switch": NAMED
    + a_change(parameter='"placements_on"', set='"off"', over_years="2"),
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


@pytest.mark.parametrize("verb", ["set", "add", "scale"])
def test_an_absurd_amount_is_refused_in_one_sentence_and_no_warning_of_a_library(verb, tmp_path):
    path = tmp_path / "absurd.toml"
    path.write_text(
        f'name = "Absurd"\n[[change]]\nparameter = "early_help_budget"\n{verb} = 1e300\n'
        'from = 2027-04-01\nover_years = 3\nwhy = "A test"\nsource = "assumption"\n',
        encoding="utf-8",
    )
    said = spawn("check", path).refused()
    assert f"'{verb}' takes 'early_help_budget' to " in said
    assert "outside its bounds of £0 to £20bn a year" in said
