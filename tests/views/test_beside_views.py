"""What stands beside spending, on the summary of runs and on the page of a model."""

import datetime as dt
import re

import numpy as np
import pytest

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import Aux, Flow, Model, Parameters, Stock, cloud
from caresim.views.report import beside
from caresim.views.report.summary import summary_html

TEXT = """
title = "Beside <spending>"
said = "Never added."
[[part]]
name = "Courts"
said = "They are paid elsewhere."
series = ["cases", "court_cost"]
[[part]]
name = "Groups & all"
said = "Fixed."
[[part.figure]]
what = "old against young"
figure = "3 times"
source = "A panel, 2019"
address = "https://example.org/panel"
"""
DAY = dt.date(2026, 1, 1)


@pytest.fixture
def court(tmp_path):
    file = tmp_path / "beside.toml"
    file.write_text(TEXT, encoding="utf-8")

    class Court(Model):
        """Cases come and cost."""

        parameters = Parameters.of(
            rate=(0.5, "1/year"), cases_0=(400.0, "case"), due=(2e6, "GBP/case")
        )
        cases = Stock("Cases", "case", parameters.cases_0)
        ended = Flow("Ended", cases >> cloud, cases * parameters.rate)
        court_cost = Aux("Cost of courts", ended * parameters.due)
        beside_file = file

    return Court


def runs_of(kind, outputs=None):
    """Return two runs of which the second begins with twice the cases."""
    one, two = (
        execute(kind(cases_0=cases), Clock(2010, 2012, 16), outputs=outputs)
        for cases in (400.0, 800.0)
    )
    return one, two


def test_each_run_has_a_column_and_each_series_a_row(court):
    runs = runs_of(court)
    part = beside.beside_part(runs, {}, "2011-12", 0.8)
    assert "<h2>Beside &lt;spending&gt;</h2>" in part
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', part)
    cells = {label: re.findall(r"<td>(.*?)</td>", cells) for label, cells in rows}
    assert list(cells) == ["Cases", 'Cost of courts <span class="unit">£m a year</span>']
    values = [float(run.yearly("cases")[-1, 0]) for run in runs]
    assert [float(cell) for cell in cells["Cases"]] == pytest.approx(values, rel=0.01)
    assert values[1] == pytest.approx(2 * values[0])


def test_what_is_fixed_stands_in_words_below_and_how_to_take_it_above(court):
    part = beside.beside_part(runs_of(court), {}, "2011-12", 0.8)
    words = part.partition('<p class="small">')[2]
    assert words.startswith("Never added. How to take it, and sources: on the page of the model")
    assert "<b>Groups &amp; all</b>: old against young: 3 times.</p>" in words
    assert "Courts" not in words, "a part with series alone has no words here"


def test_series_that_a_run_did_not_store_are_left_out(court):
    part = beside.beside_part(runs_of(court, outputs=["cases"]), {}, "2011-12", 0.8)
    assert "Cost of courts" not in part
    assert part.count('<th scope="row">') == 1


def test_draws_that_hold_a_series_say_how_finely_it_is_told(court):
    run = runs_of(court)[0]
    due = {"due": np.linspace(1e6, 9e6, 9)}
    held, bare = (
        execute(court(), Clock(2010, 2012, 16), (), due, outputs=["cases", *more])
        for more in (["court_cost"], [])
    )
    held, bare = (
        beside.beside_part([run], {run.name: draws}, "2011-12", 0.8) for draws in (held, bare)
    )
    fine, coarse = (re.findall(r"<td>(.*?)</td>", part)[1] for part in (bare, held))
    assert float(fine) == pytest.approx(float(run.yearly("court_cost")[-1, 0]) / 1e6, rel=0.01)
    assert len(coarse.rstrip("0.")) < len(fine.rstrip("0.")), f"{coarse}, {fine}"


def test_a_model_that_names_no_file_has_no_part_and_no_chapter(court):
    class Without(court):
        beside_file = None

    assert beside.beside_part(runs_of(Without), {}, "2011-12", 0.8) == ""
    assert "spending" not in cs.model_page(Without())


def test_the_page_of_a_model_links_the_series_and_the_sources(court):
    page = cs.model_page(court())
    chapter = page.split("## Beside \\<spending\\>")[1].split("\n## ")[0]
    assert "**Courts.** They are paid elsewhere." in chapter
    assert "- [Cost of courts](#court_cost)" in chapter
    number = re.search(r"\| old against young \| 3 times \| \[(\d+)\]\(#source-\1\) \|", chapter)
    assert number, chapter
    assert f'{number[1]}. <a id="source-{number[1]}"></a>[A panel, 2019]' in page


def test_the_summary_shows_the_part_behind_the_figures(court):
    page = summary_html(list(runs_of(court)), made=DAY)
    assert page.index("Beside &lt;spending&gt;") > page.index("Difference")
    assert page.index("Beside &lt;spending&gt;") < page.index("What is assumed")
