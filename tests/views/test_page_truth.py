"""The summary says first what matters, in numbers that its bands support, and fits a sheet."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from care_toy import LESS, MORE, Clock, Shift, Toy, toy_observed, toy_run
from test_report import Page

from caresim.england import England
from caresim.language.errors import RunError
from caresim.study.results import project
from caresim.study.turning import Turn
from caresim.views import report
from caresim.views.report.known import known_note
from caresim.views.report.results import write_results

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
DAY = dt.date(2026, 11, 29)


class Known(Toy):
    """The toy with its figures."""

    observed = toy_observed()


@pytest.fixture(scope="module")
def runs():
    return [toy_run(), toy_run("More help", MORE), toy_run("Less help", LESS)]


@pytest.fixture(scope="module")
def ensembles():
    shifts = {"Current policy": (), "More help": MORE, "Less help": LESS}
    return {name: toy_run(name, shift, n=40) for name, shift in shifts.items()}


def headlines(text):
    return re.findall(r'<p class="headline">(.*?)</p>', text)


# Years


def heads(text):
    return [cell for row in Page(text).rows for cell in row if re.fullmatch(r"\d{4}-\d\d", cell)]


def clocked(until):
    clock = Clock.between("2009-03-31", f"{until}-03-31", 8)
    return [toy_run(clock=clock), toy_run("Less help", LESS, clock=clock)]


@pytest.mark.parametrize(
    ("until", "shown"),
    [
        (2035, ["2029-30", "2034-35"]), (2030, ["2029-30"]), (2028, ["2027-28"]),
        (2032, ["2029-30", "2031-32"]), (2041, ["2029-30", "2040-41"]),
    ],
)  # fmt: skip
def test_the_last_year_asked_for_is_always_in_the_tables(until, shown):
    assert heads(report.summary_html(clocked(until))) == shown


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (["2027-28", "2034-35"], ["2027-28", "2034-35"]),
        (["2027-28"], ["2027-28", "2034-35"]),
        (["2034-35", "2030-31", "2030-31"], ["2030-31", "2034-35"]),
        (("2026-27", " 2028-29", "2030-31"), ["2026-27", "2028-29", "2030-31", "2034-35"]),
    ],
)
def test_other_years_may_be_asked_for(runs, asked, shown):
    assert heads(report.summary_html(runs[:2], years=asked)) == shown
    assert heads(report.summary_html(runs[:1], years=asked)) == shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["2035-36"], "2035-36 is not among those shown, 2009-10 to 2034-35"),
        (["2008-09"], "2008-09 is not among those shown"),
        (["2027"], "2027"), (["2027-29"], "2027-29"), ([""], "years"), ([], "not empty"),
        ([2027], "not the number 2027|not 2027"), ("2027-28", "years is a list"),
        (2027, "years is a list"),
    ],
)  # fmt: skip
def test_a_year_that_is_none_is_refused_in_a_sentence(runs, asked, said):
    with pytest.raises(RunError, match=said) as fault:
        report.summary_html(runs, years=asked)
    assert "\n" not in str(fault.value)


# What is said first


def test_the_headline_says_what_a_scenario_does_and_costs_by_when_and_how_surely(runs, ensembles):
    (more, less) = headlines(report.summary_html(runs, ensembles=ensembles))
    assert more.startswith("More help, a projection against Current policy: by 2034-35, ")
    care = (runs[1].yearly("looked_after") - runs[0].yearly("looked_after"))[-1, 0]
    found = re.search(r"31 March: ([\d,]+) fewer \(80 % of the draws: ([\d,]+) to ([\d,]+)\)", more)
    middle, low, high = (float(text.replace(",", "")) for text in found.groups())
    assert low < middle < high
    assert middle == pytest.approx(-care, rel=0.05)
    assert re.search(r"total spend: £[\d.]+bn a year higher \(80 %[^)]*\), at 2019-20 prices", more)
    assert "more (80 % of the draws" in less
    assert "higher (80 % of the draws" in less


def test_a_band_on_both_sides_of_nothing_says_both_ways(runs, ensembles):
    base = ensembles["Current policy"]
    other = toy_run("Unsure", MORE, n=40)
    flat = {**other.levels, "looked_after": base.levels["looked_after"].copy()}
    flat["looked_after"][-1] += np.linspace(-3000, 3000, 40)
    unsure = replace(other, levels=flat)
    (text,) = headlines(report.summary_html([base, unsure]))
    assert re.search(r"\(80 % of the draws: [\d,]+ fewer to [\d,]+ more\)", text)


def test_a_scenario_that_changes_nothing_is_the_same(runs):
    (text,) = headlines(report.summary_html([runs[0], toy_run("Copy")]))
    assert "31 March: the same; total spend: the same" in text


def test_a_run_alone_has_a_headline_with_its_band(runs, ensembles):
    text = report.summary_html(runs[:1], ensembles={"Current policy": ensembles["Current policy"]})
    (told,) = headlines(text)
    assert told.startswith("Current policy, a projection for 2034-35: children looked after")
    assert re.search(r"\(80 % of the draws: [\d,]+ to [\d,]+\)", told)


def test_of_many_scenarios_the_first_six_have_headlines():
    many = [toy_run(f"Plan {i}", (Shift("early_help_budget", "scale", 1 + i / 50, 2027.0),))
            for i in range(1, 10)]  # fmt: skip
    told = headlines(report.summary_html([toy_run(), *many]))
    assert len(told) == 7
    assert told[-1] == "3 more scenarios follow below."


def test_the_page_has_a_date_and_the_price_year(runs, monkeypatch):
    assert "Projections of 29 November 2026" in report.summary_html(runs, made=DAY)
    assert "money is at 2019-20 prices" in report.summary_html(runs, made=DAY)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert "Projections of 2 January 1970" in report.summary_html(runs)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert f"{dt.datetime.now(tz=dt.UTC):%B %Y}" in report.summary_html(runs)


def test_the_turn_of_the_baseline_stands_with_the_baseline(runs):
    turn = Turn("Children looked after", "Current policy", "2027-28", "2034-35", 86_000, 84_200,
                "Number of children", dt.date(2024, 6, 30), -0.05, 86_100, 87_400)  # fmt: skip
    page = Page(report.summary_html(runs, turn=turn))
    assert f"Current policy : {turn}" in page.text
    assert page.text.index(str(turn)) < page.text.index("2029-30")


# What was known


def test_the_page_says_after_when_no_figure_was_used_and_what_is_known_later():
    text = known_note(England())
    assert text.startswith(
        "No caseload, workforce, application, place, enquiry, carer or spending figure after March "
        "2020 was used."
    )
    assert "Number of children aged 0–17 in England (to June 2024)" in text
    assert "GDP deflator, as a multiple of that of 2019-20 (to March 2025)" in text
    assert "asylum" not in text
    assert "budget" not in text.lower()


def test_what_is_said_of_figures_follows_the_figures_of_the_model():
    assert known_note(Toy()) == "No published figure was used."
    text = known_note(Known())
    assert text.startswith("No caseload or spending figure after March 2020 was used.")
    assert "Later is given: Child population (to June 2024)." in text

    class Later(Known):
        observed = toy_observed(last=2025)

    told = known_note(Later())
    assert "after March 2025 was used. Nothing later is given." in told


# Numbers


def test_levels_differences_and_bands_are_as_fine_as_their_bands(runs, ensembles):
    kept = {run.name: ensembles[run.name] for run in runs[:2]}
    page = Page(report.summary_html(runs[:2], ensembles=kept))
    cells = page.row("Children looked after")
    base = ensembles["Current policy"].yearly("looked_after")[-1]
    half = float(np.diff(np.quantile(base, [0.1, 0.9]))[0]) / 2
    level = float(cells[5].replace(",", ""))
    step = 10 ** (len(cells[5].replace(",", "")) - len(cells[5].replace(",", "").rstrip("0")))
    assert step > half / 40
    assert level == pytest.approx(runs[0].yearly("looked_after")[-1, 0], abs=step)
    assert "it need not be that of the levels shown" in page.text


def test_without_draws_a_level_has_three_figures_and_a_difference_two(runs):
    cells = Page(report.summary_html(runs[:2])).row("Referrals")
    assert len(cells[5].replace(",", "").rstrip("0")) <= 3
    assert len(cells[7].strip("+−").replace(",", "").rstrip("0")) <= 2


def test_files_keep_the_digits_that_the_page_rounds(runs):
    value = runs[0].yearly("looked_after")[-1, 0]
    assert f"{value:.1f}" in report.annual_csv(runs[0])
    assert f"{value:.1f}" not in report.summary_html(runs)


def test_a_run_shows_itself_in_rounded_numbers(runs, ensembles):
    value = runs[0].yearly("looked_after")[-1, 0]
    page = runs[0]._repr_html_()
    assert f"<td>{float(f'{value:.3g}'):,.0f}</td>" in page
    assert f"{value:,.0f}" not in page
    assert "<td>" in ensembles["More help"]._repr_html_()
    assert "e+" not in page


# Tables for every reader


def test_tables_have_captions_scopes_and_scroll(runs, ensembles):
    rows = [{"series": "looked_after", "model": 2.1, "last_value": 4.4}]
    text = report.summary_html(runs, ensembles=ensembles, score=rows)
    tables = text.count("<table>")
    assert tables == 3
    assert len(re.findall(r"<table><caption>[^<]+</caption>", text)) == tables
    opened = re.findall(
        r'<div class="scrolls" role="region" tabindex="0" aria-label="[^"]+">', text
    )
    assert len(opened) == tables
    assert "overflow-x: auto" in text
    assert 'name="viewport" content="width=device-width' in text
    assert "<th>" not in text
    assert re.search(r'<th scope="row">Children looked after', text)
    assert re.search(r'<th scope="colgroup" colspan="4">2034-35', text)


def test_grey_text_is_dark_enough(runs):
    css = report.summary_html(runs).split("</style>")[0]
    for grey in re.findall(r"[^-]color: #([0-9a-f]{3,6})", css):
        part = int(grey[:2] if len(grey) == 6 else grey[0] * 2, 16) / 255
        light = ((part + 0.055) / 1.055) ** 2.4 if part > 0.04045 else part / 12.92
        assert 1.05 / (light + 0.05) > 7, grey


# Paper


PAIRS = (
    ["best_together", "reinvestment_2_6bn"],
    pytest.param(["early_help_first", "early_help_decline"], marks=pytest.mark.slow),
)


@pytest.mark.slow
@pytest.mark.parametrize("names", PAIRS)
def test_two_scenarios_print_on_one_sheet(names, tmp_path):
    if BROWSER is None:
        pytest.skip("no browser to print with")
    results = project(England(), names, n_draws=20)
    write_results(results, tmp_path / "out")
    subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'browser'}", f"--print-to-pdf={tmp_path / 'page.pdf'}",
         (tmp_path / "out" / "summary.html").as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())
    assert len(pages) == 1
