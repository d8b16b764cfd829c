"""The report is whole, escaped and honest; the tables say the same every time."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from care_toy import LESS, MORE, Clock, Toy, toy_observed, toy_run

from caresim.engine.notices import Notice
from caresim.language.errors import RunError
from caresim.views import plot, report

VOID = {"meta", "img", "br"}
SCORE = [
    {"series": "looked_after", "fitted_to": "2015-16", "model": 2.13, "last_value": 4.46},
    {"series": "protection_plans", "fitted_to": "2015-16", "model": 3.1, "last_value": 2.4},
]


class Page(HTMLParser):
    """Reads a page, checks that tags are balanced, and keeps its texts and cells."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.rows, self.seen = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.words.append(data)
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def row(self, label):
        return next(row for row in self.rows if row and row[0].startswith(label))


@pytest.fixture(scope="module")
def runs():
    return [
        toy_run(),
        toy_run("Early help first", MORE),
        toy_run("Statutory first", LESS),
    ]


@pytest.fixture(scope="module")
def ensembles():
    shifts = {"Current policy": (), "Early help first": MORE, "Statutory first": LESS}
    return {name: toy_run(name, shift, n=40) for name, shift in shifts.items()}


def number(cell):
    return float(cell.replace(",", "").replace("−", "-").replace("+", ""))


def test_page_is_balanced_and_needs_nothing_from_outside(runs, ensembles):
    figures = [plot.caseloads(*runs), plot.costs(*runs)]
    text = report.summary_html(runs, ensembles=ensembles, score=SCORE, figures=figures)
    page = Page(text)
    links = [v for _, attrs in page.seen for k, v in attrs.items() if k in ("src", "href")]
    assert len(links) == 2
    assert all(link.startswith("data:image/svg+xml;base64,") for link in links)
    assert all(attrs["alt"] for tag, attrs in page.seen if tag == "img")
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.seen}
    assert "url(" not in text
    assert "@import" not in text
    assert "size: A4" in text


def test_page_is_the_same_every_time(runs, ensembles):
    def made():
        return report.summary_html(runs, ensembles=ensembles, figures=[plot.caseloads(*runs)])

    assert made() == made()


def test_page_speaks_of_projections_only(runs, ensembles):
    text = Page(report.summary_html(runs, ensembles=ensembles, score=SCORE)).text.lower()
    assert "projection" in text
    assert not re.search(r"forecast|predict", text)


def test_levels_differences_and_shares_are_the_runs_own(runs):
    page = Page(report.summary_html(runs[:2]))
    cells = page.row("Children looked after")
    at = runs[0].clock.financial_years.index("2034-35")
    before, after = (run.yearly("looked_after")[at, 0] for run in runs[:2])
    expected = [before, after, after - before]
    for cell, value, grain in zip(cells[5:8], expected, (1000, 1000, 100), strict=True):
        assert number(cell) == pytest.approx(value, abs=grain / 2)
    assert number(cells[8]) == pytest.approx(100 * (after / before - 1), abs=0.051)
    assert cells[7].startswith("−")


def test_money_is_in_billions_at_the_price_year(runs):
    page = Page(report.summary_html(runs[:2]))
    cells = page.row("Total spend")
    at = runs[0].clock.financial_years.index("2029-30")
    levels = [run.yearly("total_spend")[at, 0] / 1e9 for run in runs[:2]]
    assert [number(c) for c in cells[1:3]] == pytest.approx(levels, abs=0.051)
    assert cells[0] == "Total spend £bn a year"
    assert page.rows[0][0] == "Quantity money in £bn, 2019-20 prices"


def test_years_are_two_or_the_last_where_the_run_is_shorter(runs):
    assert Page(report.summary_html(runs[:2])).rows[0][1:] == ["2029-30", "2034-35"]
    for until, heads in (("2032", ["2029-30", "2031-32"]), ("2028", ["2027-28"])):
        clock = Clock.between("2009-03-31", f"{until}-03-31", 8)
        short = [toy_run(clock=clock), toy_run("Other", LESS, clock=clock)]
        assert Page(report.summary_html(short)).rows[0][1:] == heads


def test_intervals_are_of_paired_differences(runs, ensembles):
    page = Page(report.summary_html(runs, ensembles=ensembles))
    base, run = ensembles["Current policy"], ensembles["Early help first"]
    paired = (run.yearly("looked_after") - base.yearly("looked_after"))[-1]
    low, high = (f"{10 * round(abs(q) / 10):,}" for q in np.quantile(paired, [0.1, 0.9]))
    assert page.row("Children looked after")[7].endswith(f"(−{low} to −{high})")
    assert "middle 80 % of 40 draws" in page.text


def test_without_draws_there_are_no_intervals(runs):
    page = Page(report.summary_html(runs))
    assert "interval" not in page.text
    assert " to −" not in page.text


def test_total_spending_is_added_up_plain_and_discounted(runs):
    text = Page(report.summary_html(runs[:2])).text
    gap = (runs[1].yearly("total_spend") - runs[0].yearly("total_spend"))[18:, 0] / 1e9
    discounted = gap @ 1.035 ** -np.arange(len(gap))
    assert f"from 2027-28 to 2034-35, against Current policy: +£{gap.sum():.1f}bn" in text
    assert f"discounted to 2027-28 at 3.5 % a year: +£{discounted:.1f}bn." in text


def test_a_scenario_that_changes_nothing_says_so(runs):
    text = Page(report.summary_html([runs[0], toy_run("Copy")])).text
    assert "Total spend is the same as under Current policy." in text
    assert "−0.0" not in text
    assert "+0.0" not in text


def test_a_baseline_alone_has_a_table_of_levels(runs):
    page = Page(report.summary_html(runs[:1], explanations={"Current policy": "As it is."}))
    assert page.rows[0][1:] == ["2029-30", "2034-35"]
    assert page.row("Referrals")[1] == "648,000"
    assert "As it is." in page.text


def test_texts_from_outside_are_escaped(runs):
    name = '<b>"Early" & help</b>'
    notice = Notice("bounds", "x", "a < b & c")
    wild = replace(runs[1], name=name, warnings=(notice,))
    score = [{"series": "<i>odd</i>", "model": 1.0, "last_value": 2.0, "note": "<hr>"}]
    text = report.summary_html(
        [runs[0], wild], title="<h1>&", explanations={name: "<script>alert(1)</script>"},
        score=score,
    )  # fmt: skip
    page = Page(text)
    assert "<script>" not in text
    assert "<b>" not in text
    assert "<i>" not in text
    assert name in page.text
    assert "A < b & c" in page.text
    assert "<script>alert(1)</script>" in page.text


def test_notices_are_sorted_told_once_and_given_their_runs(runs, ensembles):
    odd = Notice("identical", "Statutory first", "the scenario changes nothing")
    marked = [runs[0], runs[1], replace(runs[2], warnings=(*runs[2].warnings, odd))]
    page = Page(report.summary_html(marked, ensembles=ensembles))
    assumed, warned = page.text.split("Warnings")
    path, _, how = str(runs[0].warnings[0]).partition(" is not known after ")
    assert assumed.count(f"Not known after {how}: {path}") == 1
    assert "The scenario changes nothing (Statutory first)" in warned
    assert "The scenario changes nothing" not in assumed
    assert "Warnings" not in Page(report.summary_html(runs)).text


def test_score_is_shown_as_given_and_never_made_up(runs):
    page = Page(report.summary_html(runs, score=SCORE))
    assert page.row("Series") == ["Series", "Model", "Last value"]
    assert ["Children looked after, 31 March", "2.1", "4.5"] in page.rows
    assert "fitted to 2015-16" in page.text
    assert "Not scored." in Page(report.summary_html(runs)).text


def test_descriptions_are_given_or_missed_openly(runs):
    page = Page(report.summary_html(runs, explanations={"Early help first": "More.\nThen less."}))
    assert "More. Then less." in page.text
    assert page.text.count("No description was given.") == 1


def test_sources_licence_and_versions_are_named(runs):
    text = Page(report.summary_html(runs)).text
    assert Toy.credit_line() in text
    assert f"Toy {runs[0].provenance['equations']}, inputs " in text
    assert f"caresim {runs[0].provenance['caresim']}" in text


def test_runs_that_do_not_match_are_refused(runs):
    with pytest.raises(RunError, match="give both the same draws"):
        report.summary_html([runs[0], toy_run("Draws", LESS, n=5)])
    with pytest.raises(RunError, match="give one or more runs"):
        report.summary_html([])
    with pytest.raises(RunError, match="no run is named"):
        report.summary_html(runs, ensembles={"Nobody": runs[0]})


def rows_of(text):
    assert "\r" not in text
    assert text.endswith("\n")
    return list(csv.reader(io.StringIO(text)))


def test_annual_csv_has_every_published_output_and_fixed_decimals(runs):
    header, *rows = rows_of(report.annual_csv(runs[1]))
    assert header == ["financial_year", *Toy.published_names()]
    assert [row[0] for row in rows] == runs[1].clock.financial_years
    last = dict(zip(header, rows[-1], strict=True))
    assert last["looked_after"] == f"{runs[1].yearly('looked_after')[-1, 0]:.1f}"
    assert last["total_spend"] == f"{runs[1].yearly('total_spend')[-1, 0]:.0f}"


def test_annual_csv_of_an_ensemble_gives_medians(ensembles):
    run = ensembles["Current policy"]
    header, *rows = rows_of(report.annual_csv(run))
    median = np.median(run.yearly("care_starts")[-1])
    assert rows[-1][header.index("care_starts")] == f"{median:.1f}"


def test_intervals_csv_gives_quantiles_in_order(ensembles):
    run = ensembles["Early help first"]
    header, *rows = rows_of(report.intervals_csv(run))
    assert header == ["financial_year", "output", "p10", "p50", "p90"]
    assert len(rows) == 26 * len(Toy.published_names())
    assert all(float(r[2]) <= float(r[3]) <= float(r[4]) for r in rows)
    last = next(r for r in rows if r[:2] == ["2034-35", "looked_after"])
    expected = np.quantile(run.yearly("looked_after")[-1], [0.1, 0.5, 0.9])
    assert last[2:] == [f"{v:.1f}" for v in expected]
    assert rows_of(report.intervals_csv(run, level=0.95))[0][2] == "p2.5"


def test_intervals_csv_refuses_a_single_run(runs):
    with pytest.raises(RunError, match="single run"):
        report.intervals_csv(runs[0])


def test_columns_csv_says_what_each_column_is():
    class Watched(Toy):
        observed = toy_observed()

    header, *rows = rows_of(report.columns_csv(Watched()))
    table = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert list(table) == list(Toy.published_names())
    care = table["looked_after"]
    assert (care["unit"], care["kind"], care["price_base"]) == ("child", "on 31 March", "")
    assert care["definition"] == "Definition of looked_after"
    assert care["source"] == "Toy release"
    spend = table["total_spend"]
    assert (spend["kind"], spend["price_base"]) == ("over the year", "2019-20")
    assert table["reentries"]["source"] == "model; no published figure"


def test_tables_are_the_same_every_time(runs, ensembles):
    assert report.annual_csv(runs[0]) == report.annual_csv(toy_run())
    again = toy_run("Statutory first", LESS, n=40)
    assert report.intervals_csv(ensembles["Statutory first"]) == report.intervals_csv(again)
