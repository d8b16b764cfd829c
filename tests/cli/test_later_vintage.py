"""`caresim vintage new`: later figures go from a file to a projection, from the shell.

The later figures are made up: the model's own run with small wiggles of a fixed pattern, and in
2020-21 a tenth off all of them under the cause "made-up pandemic". They tell nothing of England.
"""

import csv
import json
import re

import pytest
from calls import spawn

import caresim as cs
from caresim.england import England
from caresim.language.observed import Observed

# a fit and a backtest of England; tests/library_model/test_own_vintage_whole.py has the same of a
# small model
pytestmark = pytest.mark.slow
CAUSE = "made-up pandemic"
YEARS = ("2020-21", "2021-22", "2022-23", "2023-24", "2024-25")
BUDGET = 1_600_000_000
OWN = England.observed.observations


def counted():
    """Return how many figures there are in all, how many new, of how many series, fitted, odd."""
    series = {row.series for row in OWN if row.tolerance}
    new = len(series) * len(YEARS)
    fitted = new + sum(1 for row in OWN if row.tolerance)
    disturbed = len(series) + sum(1 for row in OWN if row.cause)
    return len(OWN) + new, new, len({row.series for row in OWN}), fitted, disturbed


def made_up():
    """Return five made-up years of every fitted series, the first of them disturbed."""
    england = England()
    run = cs.run(england, until="2025-03-31")
    names = {row.series: None for row in england.observed.observations if row.tolerance}
    rows = []
    for i, name in enumerate(names):
        values = dict(zip(run.clock.financial_years, run.yearly(name)[:, 0], strict=True))
        for k, year in enumerate(YEARS):
            wiggle = 1 + 0.005 * ((7 * i + 3 * k) % 5 - 2)
            value = values[year] * wiggle * (0.9 if k == 0 else 1)
            rows.append((name, year, round(value, 3), CAUSE if k == 0 else ""))
    return rows


def write(path, head, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a vintage of made-up figures, and what the commands said."""
    folder = tmp_path_factory.mktemp("later")
    write(folder / "later.csv", ("series", "year", "value", "cause"), made_up())
    paths = [(name, year, BUDGET * times) for year in ("2019-20", *YEARS)
             for name, times in (("early_help_budget", 1), ("total_budget", 6))]  # fmt: skip
    write(folder / "later_paths.csv", ("series", "year", "value"), paths)
    return folder


@pytest.fixture(scope="module")
def said(place):
    """Return what each command said, in the order in which one calls them."""
    asked = {
        "new": ("vintage", "new", "later", "--observed", "later.csv", "--paths", "later_paths.csv",
                "--draws", "0", "--no-score", "--no-figures"),
        "show": ("vintage", "show", "later"),
        "run": ("run", "early_help_first", "--vintage", "later", "--draws", "0", "--no-figures",
                "--out", "run"),
        "backtest": ("backtest", "--vintage", "later", "--origins", "2020-21", "--draws", "0",
                     "--given", "rule", "--no-figures", "--out", "backtest"),
    }  # fmt: skip
    answers = {}
    for name, words in asked.items():
        answers[name] = spawn(*words, cwd=place)
        assert answers[name].status == 0, answers[name].err
    return {name: answer.out + answer.err for name, answer in answers.items()}


def test_new_says_what_was_added_and_replaced(said):
    every, new, _, _, odd = counted()
    told = f"later.csv: {every} figures: {new} added, 0 replaced, {odd} of all disturbed"
    assert told in said["new"]
    assert "later_paths.csv: 2 given paths: 10 values added, 2 replaced" in said["new"]
    assert "Not known up to the last figure, March 2025: child_population" in said["new"]
    assert f"Disturbed: {CAUSE} (2020-21). 4 times their tolerance" in said["new"]
    assert "Not scored out of sample." in said["new"]
    assert "later is a vintage, not scored: caresim run … --vintage later" in said["new"]


def test_show_says_what_it_is(said):
    every, _, series, fitted, odd = counted()
    estimated = [e for e in England.parameters.entries.values() if e.role == "estimated"]
    assert said["show"].splitlines() == [
        "Vintage later, last figure 2024-25",
        f"{every} figures of {series} series, {fitted} fitted, {odd} disturbed ({CAUSE})",
        f"{len(estimated)} fitted values, without draws of them",
        "not scored",
    ]


def test_it_holds_the_figures_with_what_the_model_says_of_their_series(place, said):
    row = Observed.read(place / "later" / "observed.csv").series["looked_after"]["2020-21"]
    own = England.observed.series["looked_after"]["2019-20"]
    assert (row.unit, row.kind, row.tolerance) == (own.unit, own.kind, own.tolerance)
    assert (row.status, row.release, row.address) == (*["given by the user"] * 2, "later.csv")
    assert row.cause == CAUSE
    england = England(vintage=place / "later")
    assert england.parameters["early_help_budget"].value.dated()["2024-25"] == BUDGET
    assert "later values: later_paths.csv" in england.parameters["early_help_budget"].source


def test_a_projection_begins_at_its_last_figure_and_names_it(place, said):
    page = (place / "run" / "summary.html").read_text(encoding="utf-8")
    text = " ".join(re.sub("<[^>]*>", " ", page).split())
    assert "England, vintage later: projections compared" in text
    assert "figure after March 2025 was used" in text
    assert "2019-20 were used" not in text
    record = json.loads((place / "run" / "run.json").read_text(encoding="utf-8"))
    assert {run["vintage"]["name"] for run in record["runs"]} == {"later"}
    assert {run["vintage"]["last_figure"] for run in record["runs"]} == {"2024-25"}
    run = cs.run(England(vintage=place / "later"))
    shaded = [patch.get_x() for axes in cs.plot.caseloads(run).axes for patch in axes.patches]
    assert set(shaded) == {2025.0}


def test_every_page_of_it_says_that_it_is_not_scored(place, said):
    assert "England, vintage later: not scored." in said["run"]
    page = (place / "run" / "summary.html").read_text(encoding="utf-8")
    assert "Not scored: not England as published (vintage later)." in page
    assert "Out of sample" not in page
    record = json.loads((place / "run" / "run.json").read_text(encoding="utf-8"))
    assert record["out_of_sample_score"] == "not scored"
    run = cs.run(England(vintage=place / "later"))
    described = cs.model_page(run.model)
    assert "shown with figures of its own, not scored" in described
    assert "It knows nothing after March 2025" in described
    assert f"| Vintage | later, last figure 2024-25; {counted()[0]} figures" in described
    for figure in (cs.plot.caseloads(run), cs.plot.costs(run), cs.plot.spending(run)):
        words = " ".join(text.get_text() for text in figure.findobj(match=_is_text))
        assert "ot scored" in words
        assert "Out of sample" not in words
    assert cs.Backtest.of(run.model) is None


def _is_text(artist):
    return hasattr(artist, "get_text") and bool(artist.get_text())


def test_disturbed_figures_stand_apart_in_figures_with_their_cause(place, said):
    run = cs.run(England(vintage=place / "later"), until="2030-03-31")
    observed = run.model.observed
    for figure in (cs.plot.caseloads(run), cs.plot.fit_of(run, "looked_after", observed)):
        words = " ".join(text.get_text() for text in figure.findobj(match=_is_text))
        assert f"Disturbed: {CAUSE}" in words.replace("\n", " ")
        marks = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "D"]
        assert marks
        assert {float(x) for line in marks for x in line.get_xdata()} == {2021.0}


def test_scenarios_are_compared_with_it(place, said):
    england = England(vintage=place / "later")
    base, early = cs.run(england), cs.run(england, "early_help_first")
    table = cs.compare(base, early, at=["2030-03-31"])
    less = table["difference"].xs("looked_after", level="output").iloc[0]
    assert less < 0, "more early help, fewer in care"
    with (place / "run" / "early_help_first_annual.csv").open(encoding="utf-8") as stream:
        rows = {row["financial_year"]: row for row in csv.DictReader(stream)}
    assert float(rows["2029-30"]["looked_after"]) == pytest.approx(
        float(early.annual().loc["2029-30", "looked_after"]), abs=0.1
    )


def test_a_backtest_of_it_names_it_and_goes_on_from_no_disturbed_figure(place, said):
    """Fitted to the disturbed year: last value and trend go on from the year before it."""
    page = (place / "backtest" / "backtest.md").read_text(encoding="utf-8")
    assert "England, vintage later is fitted" in " ".join(page.split())
    found = cs.Backtest.read(place / "backtest" / "backtest.csv")
    rows = found.only(series=["looked_after"]).table
    own = England.observed.as_known("2019-20").points("looked_after")["2019-20"]
    assert rows["last_value"].tolist() == [own] * 4
    assert rows["last"].tolist() == [own] * 4
    assert rows["year"].tolist() == list(YEARS[1:])
    assert found.disturbed == 0, "the disturbed year lies before what is scored"


def test_a_folder_with_results_is_not_overwritten(place, said):
    before = (place / "later" / "fitted.csv").read_bytes()
    answer = spawn("vintage", "new", "later", "--observed", "later.csv", cwd=place)
    assert "--overwrite" in answer.refused()
    assert (place / "later" / "fitted.csv").read_bytes() == before


def test_what_is_wrong_with_both_files_is_told_by_row_and_column(place):
    write(place / "odd.csv", ("series", "year", "value"), [("loked_after", "2020-21", 1)])
    sentence = spawn("vintage", "new", "x", "--observed", "odd.csv", cwd=place).refused()
    assert "odd.csv, row 2, column 'series': England has no quantity" in sentence
    assert "'looked_after'" in sentence
    assert not (place / "x" / "fitted.csv").exists()
