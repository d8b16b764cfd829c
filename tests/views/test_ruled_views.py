"""Scenarios under each rule: on the page, in its headlines, in the terminal and as a table."""

import csv
import io
import re
import sys
from pathlib import Path

import pytest

from caresim.study.results import project
from caresim.views.report.results import at_prices, write_results
from caresim.views.report.ruled import ruled_csv, ruled_table, ruled_text
from caresim.views.report.summary import summary_html

sys.path.append(str(Path(__file__).parents[1] / "study"))

from ruled_model import Ruled

CHANGE = (
    '[[change]]\nparameter = "{}"\nset = {}\nfrom = 2011-04-01\n'
    'why = "A test"\nsource = "assumption"\n'
)
DEARER = 'name = "Dearer <b>"\n' + CHANGE.format("price", 20)
FIXED = 'name = "Fixed"\n' + CHANGE.format("who", '"fixed"') + CHANGE.format("price", 20)


@pytest.fixture(scope="module", params=[0, 12], ids=["single", "drawn"])
def results(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    paths = [folder / "dearer.toml", folder / "fixed.toml"]
    for path, text in zip(paths, (DEARER, FIXED), strict=True):
        path.write_text(text, encoding="utf-8")
    return project(Ruled(), paths, n_draws=request.param)


def page_of(results):
    return summary_html(results.runs, ensembles=results.ensembles, ruled=results.ruled)


def test_the_page_shows_each_scenario_under_each_rule_and_its_own_alone(results):
    part = ruled_table(results.ruled, 0.8)
    assert part in page_of(results)
    cells = re.findall(r"<tr><th[^>]*>([^<]*)</th><td>([^<]*)</td>", part)
    assert cells == [
        ("Dearer &lt;b&gt;", "help has its own"),
        ("", "it is shared"),
        ("Fixed", "it sets the rule itself"),
    ]
    assert "go by one rule from the scenario's first change, April 2011, on." in part
    assert "Fixed sets the rule itself, and Current policy does not." in part


def test_a_headline_says_what_holds_where_the_other_rule_does(results):
    heads = re.findall(r'class="headline">([^<]*)<', page_of(results))
    assert ". Where it is shared: in care: " in heads[0]
    assert "Where" not in heads[1], "it sets the rule itself"


def test_each_row_of_the_table_is_a_year_of_the_two_runs(results):
    rows = list(csv.DictReader(io.StringIO(ruled_csv(results.ruled))))
    cases = {(row["scenario"], row["rule"], row["rule_from"]) for row in rows}
    assert cases == {
        ("Dearer <b>", "help has its own", "2011-04-01"),
        ("Dearer <b>", "it is shared", "2011-04-01"),
        ("Fixed", "it sets the rule itself", ""),
    }
    assert len(rows) == 3 * 3 * 5
    one = next(case for case in results.ruled if case.said == "it is shared")
    last = next(
        row for row in reversed(rows) if row["rule"] == one.said and row["column"] == "total_spend"
    )
    apart = one.run.yearly("total_spend")[-1, 0] - one.base.yearly("total_spend")[-1, 0]
    assert float(last["difference"]) == pytest.approx(apart, abs=1)
    assert (last["low"] != "") == bool(results.ensembles)
    before = [row for row in rows if row["financial_year"] < "2011" and row["rule_from"]]
    assert before
    assert {float(row["difference"]) for row in before} == {0.0}


def test_the_terminal_shows_the_same_numbers_line_by_line(results):
    lines = ruled_text(results.ruled).splitlines()
    assert lines[0] == "Who pays? Changes by 2013-14"
    assert all(line.startswith("|") for line in lines[1:])
    assert any("Fixed" in line and "it sets the rule itself" in line for line in lines)


def test_results_are_written_with_a_table_of_rules(results, tmp_path):
    written = write_results(results, tmp_path / "out", figures=False)
    assert "rules.csv" in {path.name for path in written}
    same = at_prices(results, "real").ruled
    assert [one.said for one in same] == [one.said for one in results.ruled]


def test_without_rules_nothing_is_shown():
    assert ruled_table((), 0.8) == ruled_text(()) == ""
