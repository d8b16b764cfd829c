"""The regressions over councils: shipped answers are those of the figures, and what they say."""

import csv
from pathlib import Path

import pytest

import caresim
from caresim.study.panel.answer import FIELDS, table
from caresim.study.panel.answers import answered
from caresim.study.panel.figures import read_figures, read_prices
from caresim.study.panel.judged import judged, judged_table
from caresim.study.panel.reader import read_declared

ROOT = Path(__file__).parents[3]
ENGLAND = Path(caresim.__file__).parent / "england"
HERE = ENGLAND / "councils"
FIGURES = ROOT.parent / "shared" / "data" / "local" / "local_2010_2020.csv"
LAGS = 2  # this year and the last
JUDGED = [  # study, preferred specification, that with next year's spending
    ("Elasticities", "preferred", "with_lead"),
    ("Elasticities", "counts", "counts_lead"),
    ("In the model's own form", "preferred", "with_lead"),
    ("In the model's own form", "counts", "counts_lead"),
]


@pytest.fixture(scope="module")
def declared():
    return read_declared(HERE / "panel")


@pytest.fixture(scope="module")
def rows():
    with (HERE / "panel.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def picked(rows, **asked):
    return [row for row in rows if all(row[key] == value for key, value in asked.items())]


@pytest.mark.skipif(not FIGURES.is_file(), reason="the figures by council are not here")
def test_the_shipped_answers_are_those_of_the_figures(declared):
    prices = read_prices(ENGLAND / "vintages" / "2020" / "drivers.csv", "gdp_deflator")
    answers = answered(declared, read_figures(FIGURES), prices)
    near(table(answers), (HERE / "panel.csv").read_text(encoding="utf-8"))
    found = [row for study, *names in JUDGED for row in judged(answers, study, *names, LAGS)]
    near(judged_table(found), (HERE / "panel_judged.csv").read_text(encoding="utf-8"))


def near(found, shipped):
    """Compare tables cell by cell, numbers to a hundredth of the larger or a ten-thousandth."""
    found, shipped = (list(csv.reader(text.splitlines())) for text in (found, shipped))
    assert len(found) == len(shipped)
    for ours, theirs in zip(found, shipped, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            assert a == b or float(a) == pytest.approx(float(b), rel=0.01, abs=1e-4), (ours, theirs)


def test_every_declared_regression_has_its_answers(declared, rows):
    assert tuple(rows[0]) == FIELDS
    asked = {
        (regression.study, name, outcome, exposure)
        for regression in declared.regressions
        for name in regression.specifications
        for outcome in regression.outcomes
        for exposure in regression.exposures
    }
    keys = ("study", "specification", "outcome", "exposure")
    assert asked <= {tuple(row[key] for key in keys) for row in rows}


def test_no_figure_after_2019_20_is_used(declared, rows):
    assert max(regression.last for regression in declared.regressions) == 2020
    assert max(row["years"][-7:] for row in rows) == "2019-20"


def test_the_growth_curves_of_the_study_are_found_again(rows):
    """All eight effects of spending on need, and of need on spending, lie in its intervals."""
    again = [row for row in picked(rows, specification="growth_curves") if row["published"]]
    assert [row["inside"] for row in again] == ["yes"] * 17


def test_they_hang_on_the_unit_of_money_and_not_once_years_are_taken_out(rows):
    first = {
        row["specification"]: float(row["estimate"])
        for row in rows
        if row["lag"] == "1, mean of 2011-12 to 2014-15" and row["exposure"] == "help_and_justice"
    }
    assert first["growth_curves"] == pytest.approx(-0.103, abs=0.002)
    assert first["growth_curves_in_pence"] < first["growth_curves"] - 0.01
    assert first["growth_curves_in_thousands"] > 0
    assert first["growth_curves_per_child"] > 0
    assert first["growth_curves_years_out"] == pytest.approx(-0.069, abs=0.002)


def test_a_cut_of_10_pounds_goes_with_more_entries_at_16_most_where_nothing_national_is_out(rows):
    found = {
        row["specification"]: float(row["estimate"])
        for row in picked(rows, study="Bennett 2021", outcome="rate_16", lag="1")
    }
    assert found["within_between_plain"] < -0.7
    assert found["within_between_plain"] < found["within_between"] < 0


def test_a_point_of_poverty_goes_with_entries_as_published(rows):
    found = picked(rows, study="Bennett 2022", specification="poverty_years")
    assert [row["inside"] for row in found] == ["yes", "yes"]


def test_no_effect_of_all_early_help_is_told_by_the_rule_written_before():
    with (HERE / "panel_judged.csv").open(encoding="utf-8", newline="") as stream:
        told = [(r["outcome"], r["exposure"]) for r in csv.DictReader(stream) if r["told"] == "yes"]
    assert told == [("referrals", "family_support"), ("referrals", "young_people")]
