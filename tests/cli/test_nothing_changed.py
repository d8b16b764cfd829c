"""A change that changes nothing is told by every command that reads a scenario."""

import pytest

PLAN = """
name = "Idle"

[[change]]
parameter = "total_budget"
scale     = 1.1
from      = 2027-04-01
why       = "A test"
source    = "assumption"
"""
WHOLE = "Note: the scenario 'Idle' changes nothing: it is identical to Policy of March 2020."
REASON = (
    "Note: the change of 'total_budget' from April 2027 changes nothing: nothing follows from it "
    "while 'crowding_out' is 'ring-fenced'; set that to 'residual' too."
)
RESIDUAL = """
[[change]]
parameter = "crowding_out"
set       = "residual"
from      = 2027-04-01
why       = "A test"
source    = "assumption"
"""


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "idle.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["check", "explain"])
def test_a_command_that_reads_a_scenario_says_what_changes_nothing(call, command, plan):
    answer = call(command, plan)
    assert answer.status == 0, answer.err
    assert WHOLE in answer.out.splitlines()
    assert answer.out.splitlines().count(REASON) == 1


def test_a_run_says_it_once_and_so_does_its_page(call, plan, tmp_path):
    out = tmp_path / "out"
    answer = call(
        "run", plan, "--out", out, "--draws", "2", "--no-figures", "--until", "2030-03-31"
    )
    assert answer.status == 0, answer.err
    assert [line for line in answer.out.splitlines() if line.startswith("Note: the")] == [
        WHOLE,
        REASON,
    ]
    assert "set that to" in (out / "summary.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["check", "explain"])
def test_what_lets_it_act_silences_it(call, command, plan):
    plan.write_text(PLAN + RESIDUAL, encoding="utf-8")
    answer = call(command, plan)
    assert answer.status == 0
    assert "changes nothing" not in answer.out


def test_a_check_says_where_the_run_itself_cannot_be_finished(call, tmp_path):
    (tmp_path / "numbers.toml").write_text(NUMBERS, encoding="utf-8")
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    path = tmp_path / "sold.toml"
    path.write_text(PLAN.replace("total_budget", "sold").replace("1.1", "1000"), encoding="utf-8")
    answer = call("check", path, "--model", f"{tmp_path / 'shop.py'}:Shop")
    assert answer.status == 0, answer.err
    assert "Note: a run of 'Idle' cannot be finished: " in answer.out


NUMBERS = """
[sold]
meaning = "Sold a year"
value = 1
unit = "item/year"
role = "lever"
bounds = [0, 1e6]
grade = "assumption"
source = "assumption"

[stock_0]
meaning = "In stock"
value = 100
unit = "item"
role = "fixed"
grade = "assumption"
source = "assumption"
"""
SHOP = """
from pathlib import Path

from caresim.language import Flow, Model, Parameters, Stock, cloud

p = Parameters.read(Path(__file__).with_name("numbers.toml"))


class Shop(Model):
    parameters = p
    stock = Stock("In stock", "item", p.stock_0)
    sales = Flow("Sold", stock >> cloud, p.sold)
"""
