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
FIRST_FOUR, LAST_FOUR = "1, mean of 2011-12 to 2014-15", "1, mean of 2015-16 to 2018-19"
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


def test_the_shipped_answers_are_those_of_the_figures(declared):
    prices = read_prices(ENGLAND / "vintages" / "2020" / "drivers.csv", "gdp_deflator")
    figures = read_figures(HERE / "figures.csv", pop_0_17_midyear=HERE / "population.csv")
    answers = answered(declared, figures, prices)
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
        if row["lag"] == FIRST_FOUR and row["exposure"] == "help_and_justice"
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
    assert [row["inside"] for row in found] == ["yes"]


def test_no_effect_of_all_early_help_is_told_by_the_rule_written_before():
    with (HERE / "panel_judged.csv").open(encoding="utf-8", newline="") as stream:
        told = [(r["outcome"], r["exposure"]) for r in csv.DictReader(stream) if r["told"] == "yes"]
    assert told == [("referrals", "family_support"), ("referrals", "young_people")]


DOCUMENT = ROOT / "docs" / "councils_early_help.md"
QUOTED = [  # study, specification, outcome, exposure, lag, digits
    ("Webb 2021", "growth_curves", "need", "help_and_justice", "1, in 2011-12", 2),
    ("Webb 2021", "growth_curves", "need", "help_and_justice", "1, in 2012-13", 2),
    ("Webb 2021", "growth_curves", "need", "help_and_justice", "1, in 2013-14", 2),
    ("Webb 2021", "growth_curves", "need", "help_and_justice", "1, in 2014-15", 2),
    ("Webb 2021", "growth_curves", "help_and_justice", "need", "1, in 2018-19", 2),
    ("Webb 2021", "growth_curves", "need", "help_and_justice", FIRST_FOUR, 2),
    ("Webb 2021", "growth_curves", "need", "help_and_justice", LAST_FOUR, 2),
    ("Webb 2021", "growth_curves_in_pence", "need", "help_and_justice", FIRST_FOUR, 2),
    ("Webb 2021", "growth_curves_in_thousands", "need", "help_and_justice", FIRST_FOUR, 2),
    ("Webb 2021", "growth_curves_per_child", "need_per_child", "help_and_justice", FIRST_FOUR, 2),
    ("Webb 2021", "growth_curves_years_out", "need", "help_and_justice", FIRST_FOUR, 2),
    ("Webb 2021", "growth_curves_years_out", "need", "help_and_justice", LAST_FOUR, 2),
    ("Webb 2021", "next_year", "need", "help_and_justice", "1", 2),
    ("Webb 2021", "same_year", "need", "help_and_justice", "0", 2),
    ("Bennett 2021", "within_between_plain", "rate_16", "help_12", "1", 2),
    ("Bennett 2021", "within_between", "rate_16", "help_12", "1", 2),
    ("Bennett 2021", "within_between", "rate_16_all", "help_12", "1", 1),
    ("Bennett 2021", "within_between", "rate_1_4", "help_under_5", "1", 2),
    ("Bennett 2022", "poverty_years", "rate_under_16", "poverty_only", "0", 1),
    ("Bennett 2022", "poverty_plain", "rate_under_16", "poverty_only", "0", 1),
    ("Elasticities", "preferred", "referrals", "all_help", "sum", 2),
    ("Elasticities", "preferred", "referrals", "family_support", "sum", 2),
    ("Elasticities", "preferred", "referrals", "young_people", "sum", 2),
    ("Elasticities", "preferred", "referrals", "under_fives", "sum", 2),
    ("Elasticities", "preferred", "need", "all_help", "sum", 2),
    ("Elasticities", "preferred", "enquiries", "all_help", "sum", 2),
    ("Elasticities", "preferred", "plans", "all_help", "sum", 2),
    ("Elasticities", "counts", "entries", "all_help", "sum", 2),
    ("Elasticities", "counts", "entries_0_9", "under_fives", "sum", 2),
    ("Elasticities", "counts", "entries_10_15", "young_people", "sum", 2),
    ("Elasticities", "counts", "entries_16", "all_help", "sum", 2),
    ("Elasticities", "counts", "entries_16", "family_support", "sum", 2),
    ("Elasticities", "counts", "entries_16", "young_people", "sum", 2),
    ("Elasticities", "trends", "referrals", "all_help", "sum", 2),
    ("Elasticities", "long_change", "referrals", "all_help", "0", 2),
    ("Elasticities", "no_smallest", "referrals", "all_help", "sum", 2),
]


@pytest.mark.parametrize("quoted", QUOTED, ids=lambda quoted: " ".join(quoted[1:5]))
def test_the_page_quotes_the_answers(rows, quoted):
    *keys, digits = quoted
    names = ("study", "specification", "outcome", "exposure", "lag")
    every = picked(rows, **dict(zip(names, keys, strict=True)))
    page = DOCUMENT.read_text(encoding="utf-8").replace("**", "")
    told = [" to ".join((ends(row, "low", digits), ends(row, "high", digits))) for row in every]
    said = [f"{ends(row, 'estimate', digits)} ({t})" for row, t in zip(every, told, strict=True)]
    assert any(text in page for text in said), said


def ends(row, key, digits):
    """Return a number as the page writes it."""
    text = f"{round(float(row[key]), digits) + 0.0:.{digits}f}"
    return text.replace("-", "−")


def test_the_page_says_how_many_answers_there_are(rows):
    assert f"{len(rows):,} rows" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("outcome", "exposure", "line"),
    [
        ("referrals", "all_help_level", "0.03 | 0.10 | 0.12"),
        ("referrals", "all_help_england", "0.02 | 0.10 | 0.15"),
        ("entries_0_9", "family_support_england", "0.00 | 0.04 | 0.08"),
        ("entries_10_15", "family_support_england", "−0.03 | 0.04 | 0.04"),
        ("entries_16", "family_support_england", "0.01 | 0.10 | 0.23"),
        ("entries_16", "young_people_england", "0.25 | 0.20 | 0.82"),
        ("entries_10_15", "young_people_england", "0.01 | 0.10 | 0.13"),
        ("entries_0_9", "under_fives_england", "−0.01 | 0.08 | 0.12"),
    ],
)
def test_the_page_gives_the_model_what_is_judged(outcome, exposure, line):
    with (HERE / "panel_judged.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = picked(list(csv.DictReader(stream)), outcome=outcome, exposure=exposure)
    turned = {**row, "estimate": -float(row["estimate"])}
    assert " | ".join(ends(turned, key, 2) for key in ("estimate", "error", "sd")) == line
    assert f"| {line} |" in DOCUMENT.read_text(encoding="utf-8")


SHOWN = [quoted for quoted in QUOTED if quoted[1] in ("preferred", "counts")]


@pytest.mark.parametrize("quoted", SHOWN, ids=lambda quoted: " ".join(quoted[2:4]))
def test_the_page_gives_lead_and_spread_beside_each_elasticity(rows, quoted):
    study, _, outcome, exposure, lag, _ = quoted
    with (HERE / "panel_judged.csv").open(encoding="utf-8", newline="") as stream:
        asked = {"study": study, "outcome": outcome, "exposure": exposure}
        (row,) = picked(list(csv.DictReader(stream)), **asked)
    (answer,) = picked(rows, specification=row["specification"], lag=lag, **asked)
    low, high = ends(answer, "low", 2), ends(answer, "high", 2)
    cells = (
        f"{ends(answer, 'estimate', 2)} ({low} to {high})",
        *(ends(row, key, 2) for key in ("lead", "sd")),
    )
    assert f"| {' | '.join(cells)} |" in DOCUMENT.read_text(encoding="utf-8")
