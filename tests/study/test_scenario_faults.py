"""All faults of a scenario are told at once, and what extends it has an end."""

import pytest
from policy_model import MODEL

from caresim import read_scenario, run
from caresim.language import ScenarioError
from caresim.study.scenario.change import Change
from caresim.study.scenario.reading import MOST_EXTENDED
from caresim.study.scenario.scenario import Scenario

GOOD = {
    "parameter": '"return_rate"', "set": "0.5", "from": "2027-04-01", "why": '"x"', "source": '"y"',
}  # fmt: skip


def change(*without, **keys):
    table = {k: v for k, v in {**GOOD, **keys}.items() if k not in without}
    return "\n".join(["[[change]]", *(f"{key} = {value}" for key, value in table.items()), ""])


@pytest.fixture
def told(tmp_path):
    def telling(text):
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            run(MODEL, path)
        message = str(caught.value)
        assert "\n" not in message
        return message.removeprefix(f"{tmp_path}/")

    return telling


def test_the_faults_of_all_keys_and_changes_are_told(told):
    message = told(
        'name = 3\nsumary = "x"\n'
        + change("set")
        + change(**{"from": "2027"})
        + change()
        + change(over_years="-1", why="3")
    )
    assert message.startswith("policy.toml has 6 faults: (1) unknown key 'sumary'; did you mean")
    for said in (
        "(2) 'name' must be a short text",
        "change 1: says no amount; write exactly one of",
        "change 2: 'from' must be a date",
        "change 4: 'over_years' must be a number of years from 0 to 50, not -1",
        "change 4: 'why' must be",
    ):
        assert said in message
    assert "change 3" not in message


def test_a_key_that_is_missing_is_not_told_beside_the_misspelt_one(told):
    assert told('nam = "A"\n') == "policy.toml: unknown key 'nam'; did you mean 'name'?"


def test_what_the_model_refuses_of_each_change_is_told(told):
    message = told(
        'name = "A"\n'
        + change(parameter='"return_rat"')
        + change(parameter='"place_cost"', set="1e9")
        + change(**{"from": "2150-04-01"})
        + change(parameter='"funding_rule"', set='"neither"')
    )
    assert message.startswith("policy.toml has 4 faults: (1) change 1: 'return_rat' is not a par")
    assert "change 2: 'set' takes 'place_cost' to" in message
    assert "change 3: the change of 'return_rate' begins on 2150-04-01, outside the run" in message
    assert "change 4: 'set' must be 'ring-fenced' or 'residual' for 'funding_rule'" in message


def test_of_many_faults_ten_are_told_and_the_others_counted(told):
    message = told('name = "A"\n' + "".join(change("from") for _ in range(25)))
    assert message.startswith("policy.toml has 25 faults: (1) change 1: 'from' is missing")
    assert message.endswith("; and 15 more")


def test_bounds_are_not_held_against_a_parameter_of_which_a_change_is_refused(told):
    """The change that is left out might have kept the others within them."""
    message = told('name = "A"\n' + change(set="0.1", **{"from": "2150-04-01"}) + change(set="99"))
    assert message.startswith("policy.toml, change 1: the change of 'return_rate' begins on 2150")


def test_the_faults_of_a_scenario_made_in_python_are_told_at_once_too():
    changes = [
        Change("return_rat", "set", 1, "2027-04-01"),
        Change("return_rate", "set", 99, "2027-04-01"),
    ]
    with pytest.raises(ScenarioError) as caught:
        run(MODEL, Scenario("Mine", changes=changes))
    assert str(caught.value).startswith("scenario 'Mine' has 2 faults: (1) change 1")


def chain(folder, length):
    for i in range(length):
        text = f'name = "A"\nextends = "s{i + 1}"\n' if i < length - 1 else 'name = "A"\n'
        (folder / f"s{i}.toml").write_text(text, encoding="utf-8")
    return folder / "s0.toml"


def test_a_chain_of_files_that_extend_one_another_has_an_end(tmp_path):
    assert read_scenario(chain(tmp_path, MOST_EXTENDED)).name == "A"
    with pytest.raises(ScenarioError, match=r"s0.toml: more than 20 files extend one another"):
        read_scenario(chain(tmp_path, 500))


def test_a_circle_is_found_however_long_the_way_round(tmp_path):
    first = chain(tmp_path, 5)
    (tmp_path / "s4.toml").write_text('name = "A"\nextends = "s2"\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="circle, s0 → s1 → s2 → s3 → s4 → s2; break it"):
        read_scenario(first)


def test_a_ramp_of_next_to_nothing_is_run_without_a_warning():
    plan = Scenario("A", changes=[Change("return_rate", "set", 0.5, "2027-04-01", 5e-324)])
    assert 0 < run(MODEL, plan).values("care")[-1] < run(MODEL).values("care")[-1]
