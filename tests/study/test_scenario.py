"""Scenarios made in Python and read from files, and what stands beside the code."""

import dataclasses
import datetime as dt
import inspect
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

from policy_model import FILE, MODEL

from caresim.study.scenario.binding import check_scenario
from caresim.study.scenario.change import Change
from caresim.study.scenario.explained import explain
from caresim.study.scenario.keys import CHANGE, SCENARIO
from caresim.study.scenario.reading import read_scenario
from caresim.study.scenario.scenario import Scenario
from caresim.study.scenario.schema import scenario_schema

ROOT = Path(__file__).parents[2]
BUDGET = "early_help_budget"


def test_lists_and_iso_dates_are_welcome_in_python():
    change = Change(BUDGET, "add", 500e6, "2027-04-01", until="2032-03-31")
    scenario = Scenario("Early help first", changes=[change])
    assert scenario.changes == (change,)
    assert (change.begins, change.until) == (dt.date(2027, 4, 1), dt.date(2032, 3, 31))
    assert change == Change(
        BUDGET, "add", 500_000_000, dt.date(2027, 4, 1), 0, dt.date(2032, 3, 31)
    )


def test_a_file_and_python_give_the_same_scenario(tmp_path):
    path = tmp_path / "early.toml"
    path.write_text(FILE, encoding="utf-8")
    source = "assumption: illustrative"
    assert read_scenario(path) == Scenario(
        "Early help first",
        "Grow early help.",
        [
            Change(BUDGET, "add", 5e8, "2027-04-01", 3, why="Roll-out", source=source),
            Change(
                "funding_rule", "set", "residual", "2028-04-01", 0, "2032-03-31", "Trial", source
            ),
        ],
        "Policy team",
    )
    assert read_scenario(str(path)).path == path


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path):
    path = tmp_path / "early.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    assert len(read_scenario(path).changes) == 2


def test_the_changes_of_an_extended_file_come_first(tmp_path):
    change = (
        '[[change]]\nparameter = "{}"\nscale = 1.1\nfrom = 2027-04-01\nwhy = "w"\nsource = "s"\n'
    )
    chain = (("far", None), ("near", "far"), ("own", "near"))
    for name, extends in chain:
        line = f'extends = "{extends}"\n' if extends else ""
        text = f'name = "{name}"\n{line}{change.format(name)}'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    scenario = read_scenario(tmp_path / "own.toml")
    assert [change.parameter for change in scenario.changes] == ["far", "near", "own"]
    assert (scenario.name, scenario.extends) == ("own", "near")
    assert scenario.changes[1].where == f"{tmp_path / 'near.toml'}, change 1"


def test_a_scenario_in_python_extends_another():
    first = Scenario("First", changes=[Change(BUDGET, "scale", 1.1, "2027-04-01")])
    second = Scenario("Second", changes=[Change(BUDGET, "add", 1e6, "2028-04-01")], extends=first)
    assert [change.verb for change in second.changes] == ["scale", "add"]
    assert second.extends == "First"


def test_scenarios_are_values():
    scenario = Scenario("S", changes=[Change(BUDGET, "scale", 1.1, "2027-04-01")])
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301
    assert dataclasses.replace(scenario.changes[0], amount=1.2).amount == 1.2
    assert json.loads(json.dumps(scenario.as_dict())) == scenario.as_dict()
    assert scenario.as_dict()["changes"][0]["begins"] == "2027-04-01"


def test_a_file_is_read_without_pydantic(tmp_path):
    path = tmp_path / "early.toml"
    path.write_text(FILE, encoding="utf-8")
    read = "import sys, caresim as cs; cs.read_scenario(sys.argv[1])"
    code = f"{read}; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code, path], check=False).returncode == 0


def test_files_and_python_have_one_vocabulary():
    arguments = {key.argument or key.name for key in CHANGE}
    assert arguments | {"verb", "where"} == set(inspect.signature(Change).parameters)
    assert {key.argument or key.name for key in SCENARIO} | {"path", "notices"} == set(
        inspect.signature(Scenario).parameters
    )


# What stands beside the code


def test_the_guide_explains_every_key_in_the_order_of_the_table():
    guide = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    keys = guide.partition("## The keys")[2].partition("\n## ")[0]
    explained = re.findall(r"^\| `(\w+)`", keys, re.MULTILINE)
    assert explained == [key.name for key in (*SCENARIO[:-1], *CHANGE)]
    compulsory = re.findall(r"^\| `(\w+)` \| compulsory", keys, re.MULTILINE)
    assert compulsory == [key.name for key in (*SCENARIO, *CHANGE) if key.example]


def test_the_schema_for_editors_is_fresh():
    written = (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == scenario_schema(), (
        "write json.dumps(scenario_schema(), indent=2, ensure_ascii=False) to "
        "scenarios/scenario.schema.json again"
    )


def test_the_schema_knows_the_keys_as_files_write_them():
    change = scenario_schema()["$defs"]["ChangeTable"]
    assert {"from", "set", "add", "scale", "until"} <= set(change["properties"])
    assert change["required"] == ["parameter", "from", "why", "source"]
    assert "null" not in json.dumps(scenario_schema())


def test_the_example_of_the_readme_can_be_read(tmp_path):
    guide = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)[1]
    (tmp_path / "current_policy_2026.toml").write_text('name = "Current policy"', encoding="utf-8")
    path = tmp_path / "early.toml"
    path.write_text(example, encoding="utf-8")
    scenario = read_scenario(path)
    check_scenario(scenario, MODEL)
    assert re.search(r"\*Budget .*?( rises by .*?)\*", guide)[1] in explain(scenario, MODEL)
