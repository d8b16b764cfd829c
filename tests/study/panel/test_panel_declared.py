"""Declared regressions: read strictly, rows with lags and jumps, answers beside published ones."""

import csv
import io

import numpy as np
import pytest

from caresim.language.errors import ParameterError
from caresim.study.panel.answer import FIELDS, Answer, table
from caresim.study.panel.answers import answered
from caresim.study.panel.declared import Published
from caresim.study.panel.figures import Figures
from caresim.study.panel.judged import judged, judged_table
from caresim.study.panel.reader import read_declared
from caresim.study.panel.rows import sample_of, shifted, term_name

DECLARED = """
[rules]
first = "written before"

[quantity.cases]
label = "Cases, log of the rate"
of = { cases = 1 }
over = { people = 1 }
log = true

[quantity.spent]
label = "Spending a person, log"
of = { spent = 1 }
over = { people = 1 }
money = true
log = true

[specification.plain]
label = "Plain"
effects = "unit and year"
lags = [0, 1]

[specification.lead]
label = "With a lead"
like = "plain"
lags = [-1, 0, 1]

[specification.cut]
label = "Jumps cut"
like = "plain"
outcome_jump = 2

[specification.late]
label = "Late"
like = "plain"
from = "2013-14"
without = ["U03"]

[[regression]]
study = "Ours"
outcomes = ["cases"]
exposures = ["spent"]
specifications = ["plain", "lead", "cut", "late"]
from = "2011-12"
to = "2016-17"
published = { estimate = -0.2, low = -0.4, high = -0.1, of = [0] }
"""
UNITS, YEARS, EFFECT = 30, tuple(range(2011, 2018)), -0.3


def made():
    rng = np.random.default_rng(4)
    shape = UNITS, len(YEARS)
    people = 5000 * np.exp(rng.normal(size=(UNITS, 1))) * np.ones(shape)
    spent = 100 * np.exp(0.3 * rng.normal(size=shape)) * people
    rate = 0.2 * (spent / people) ** EFFECT * np.exp(rng.normal(size=(UNITS, 1)) * 0.2)
    cases = np.round(rate * people)
    values = {"people": people, "spent": spent, "cases": cases}
    hidden = {name: np.zeros(shape, dtype=bool) for name in values}
    return Figures(tuple(f"U{i:02}" for i in range(UNITS)), YEARS, values, hidden)


PRICES = dict.fromkeys(YEARS, 1.0)


@pytest.fixture
def declared(tmp_path):
    return read(tmp_path, DECLARED)


def read(folder, text):
    file = folder / "declared.toml"
    file.write_text(text, encoding="utf-8")
    return read_declared(file)


def sample(declared, name, figures):
    asked, spec = declared.regressions[0], declared.specifications[name]
    return sample_of(asked, "cases", ("spent",), spec, declared, figures, PRICES)


def test_a_file_is_read_with_what_specifications_take_from_others(declared):
    late = declared.specifications["late"]
    assert (late.effects, late.lags, late.since, late.without) == (
        "unit and year", (0, 1), 2014, ("U03",),
    )  # fmt: skip
    assert declared.rules == {"first": "written before"}
    assert declared.regressions[0].published == Published(-0.2, -0.4, -0.1, (0,))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('exposures = ["spent"]', 'exposures = ["spend"]', "'spend' is not declared; did you mean"),
        ('like = "plain"', 'like = "plane"', "is like 'plane', which none above it is"),
        ('effects = "unit and year"', 'effects = "year"', "'year' is not declared"),
        ('effects = "unit and year"', "", "specification 'plain' has no 'effects'"),
        ("money = true", "cash = true", "'quantity spent cash' is no key of this table"),
        ('to = "2016-17"', 'to = "2016"', "'2016' is not a financial year"),
        ("lags = [0, 1]", 'lags = "0"', "lags"),
    ],
)
def test_a_fault_of_the_file_is_said(tmp_path, old, new, said):
    with pytest.raises(ParameterError, match=said) as fault:
        read(tmp_path, DECLARED.replace(old, new, 1))
    assert str(tmp_path) in str(fault.value)


def test_a_folder_is_read_as_one_file_and_what_stands_twice_is_refused(tmp_path):
    at = DECLARED.index("[specification.plain]")
    (tmp_path / "1.toml").write_text(DECLARED[:at], encoding="utf-8")
    (tmp_path / "2.toml").write_text(DECLARED[at:], encoding="utf-8")
    assert set(read_declared(tmp_path).quantities) == {"cases", "spent"}
    (tmp_path / "3.toml").write_text(DECLARED[:at], encoding="utf-8")
    with pytest.raises(ParameterError, match=r"3\.toml: rules 'first' is declared already"):
        read_declared(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="holds no TOML file of regressions"):
        read_declared(tmp_path)


def test_lags_look_back_and_leads_ahead():
    values = np.array([[1.0, 2, 3]])
    assert np.array_equal(shifted(values, 1), [[np.nan, 1, 2]], equal_nan=True)
    assert np.array_equal(shifted(values, -1), [[2, 3, np.nan]], equal_nan=True)
    assert term_name("spent", -1) == "spent, next year"


def test_rows_are_those_with_all_figures_and_the_others_are_counted(declared):
    figures = made()
    figures.values["cases"][0, 3] = np.nan
    figures.values["spent"][1, 2] = 0
    found = sample(declared, "plain", figures)
    assert len(found.outcome) == UNITS * 6 - 1 - 2
    assert found.dropped == {"no outcome": 1, "no spent, lag 0": 1, "no spent, lag 1": 1}
    lead = sample(declared, "lead", made())
    assert lead.dropped == {"no spent, next year": UNITS}  # of the last year


def test_a_jump_of_a_large_count_begins_a_new_level(declared):
    figures = made()
    figures.values["cases"][2, 4:] *= 3
    figures.values["cases"][5] = [10, 40, 10, 40, 10, 40, 10]  # small, so chance
    level = sample(declared, "cut", figures).level
    unit = sample(declared, "cut", figures).unit
    assert len(np.unique(level[unit == 2])) == 2
    assert len(np.unique(level[unit == 5])) == 1


def test_answers_hold_every_lag_their_sum_and_what_is_published(declared):
    answers = answered(declared, made(), PRICES)
    plain = [answer for answer in answers if answer.specification == "plain"]
    assert [answer.lag for answer in plain] == ["0", "1", "sum"]
    assert plain[0].low < EFFECT < plain[0].high
    assert plain[0].inside is True
    assert plain[1].inside is None
    assert plain[0].unit == "% for 1 %"
    lead = [answer for answer in answers if answer.specification == "lead"]
    assert [answer.lag for answer in lead] == ["-1", "0", "1", "sum"]
    assert lead[0].low < 0 < lead[0].high
    late = next(answer for answer in answers if answer.specification == "late")
    assert (late.units, late.years) == (UNITS - 1, "2013-14 to 2016-17")


def answer(estimate, low, high, published):
    return Answer(
        "S", "p", "y", "x", "0", estimate, 0.1, low, high, "1", 9, "", 9, {}, published, ""
    )


@pytest.mark.parametrize(
    ("estimate", "published", "inside"),
    [
        (-0.3, Published(-0.2, -0.4, -0.1), True),
        (-0.5, Published(-0.2, -0.4, -0.1), False),
        (0.1, Published(0), True),  # the study found none, and ours holds zero
        (0.5, Published(0), False),
        (0.5, None, None),
    ],
)
def test_an_answer_agrees_with_a_study_where_it_lies_in_its_interval(estimate, published, inside):
    assert answer(estimate, estimate - 0.2, estimate + 0.2, published).inside is inside


def test_the_table_has_a_row_for_each_answer(declared):
    answers = answered(declared, made(), PRICES)
    rows = list(csv.DictReader(io.StringIO(table(answers))))
    assert (len(rows), tuple(rows[0])) == (len(answers), FIELDS)
    assert rows[0]["inside"] == "yes"
    assert float(rows[0]["estimate"]) == pytest.approx(answers[0].estimate, rel=1e-3)


def test_a_regression_that_cannot_be_made_says_which(tmp_path):
    flat = DECLARED.replace("of = { spent = 1 }\nover = { people = 1 }", "of = { people = 1 }")
    declared = read(tmp_path, flat.replace("money = true\n", ""))
    with pytest.raises(ParameterError, match=r"Ours, plain, cases on spent: .* cannot be told"):
        answered(declared, made(), PRICES)


def test_what_is_judged_adds_error_lead_and_specifications_in_squares(declared):
    answers = answered(declared, made(), PRICES)
    (found,) = judged(answers, "Ours", "plain", "lead", 2)
    sums = [a.estimate for a in answers if a.lag == "sum" and a.specification != "lead"]
    between = np.std(sums, ddof=1)
    assert found.between == pytest.approx(between)
    assert found.sd**2 == pytest.approx(found.error**2 + (2 * found.lead) ** 2 + between**2)
    assert found.told
    assert judged_table([found]).splitlines()[1].endswith("yes")
    with pytest.raises(ParameterError, match=r"no answer of the specification 'ahead' to judge"):
        judged(answers, "Ours", "plain", "ahead", 2)


@pytest.mark.parametrize(
    ("estimate", "lead", "outside", "told"),
    [(-0.3, 0.1, False, True), (-0.3, 0.2, False, False), (-0.3, 0.1, True, False)],
)
def test_a_large_lead_leaves_nothing_told(estimate, lead, outside, told):
    from caresim.study.panel.judged import Judged

    found = Judged("S", "y", "x", "p", estimate, 0.1, -0.5, -0.1, lead, 0.05, outside, 2, 0.0)
    assert found.told is told


GROWTH = """
[[growth]]
study = "Theirs"
name = "curves"
outcome = "cases"
exposure = "spent"
from = "2010-11"
to = "2016-17"
published = [[-0.3, -9.0, 9.0]]
published_own = [0.0, -1.0, 1.0]
years_out = true
pooled = 2
remark = "as there"
"""


def test_growth_curves_are_answered_year_by_year_and_as_means(tmp_path):
    at = DECLARED.index("[[regression]]")
    answers = answered(read(tmp_path, DECLARED[:at] + GROWTH), grown(), PRICES)
    to = [a for a in answers if (a.outcome, a.exposure) == ("cases", "spent")]
    assert [a.lag for a in to] == [
        *(f"1, in {year}-{year % 100 + 1}" for year in range(2011, 2017)),
        "1, mean of 2011-12 to 2012-13",
        "1, mean of 2013-14 to 2016-17",
    ]
    assert [a.inside for a in to] == [True, *[None] * 7]
    assert (answers[0].outcome, answers[0].exposure, answers[0].lag) == ("cases", "cases", "1")
    assert to[6].estimate == pytest.approx((to[0].estimate + to[1].estimate) / 2)
    assert all(abs(a.estimate) < 4 * a.error for a in to)  # there is no effect here


def grown():
    """Return figures of more units, whose cases and spending have nothing to do with each other."""
    rng = np.random.default_rng(6)
    shape = 200, len(YEARS)
    people = np.full(shape, 5000.0)
    spent = np.exp(0.3 * rng.normal(size=(200, 1)) + 0.2 * rng.normal(size=shape)) * people
    cases = 0.2 * people * np.exp(0.3 * rng.normal(size=(200, 1)) + 0.1 * rng.normal(size=shape))
    values = {"people": people, "spent": spent, "cases": cases}
    hidden = {name: np.zeros(shape, dtype=bool) for name in values}
    return Figures(tuple(f"U{i:03}" for i in range(200)), YEARS, values, hidden)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[-0.3, -9.0, 9.0]]", "[[-0.3, -9.0]]", r"no estimate with low and high"),
        ('exposure = "spent"', 'exposure = "spend"', "'spend' is not declared"),
        ("pooled = 2", "pooled = -1", "growth 0 pooled"),
    ],
)
def test_a_fault_of_growth_curves_is_said(tmp_path, old, new, said):
    with pytest.raises(ParameterError, match=said):
        read(tmp_path, DECLARED + GROWTH.replace(old, new))


def test_a_weighted_regression_leans_on_large_units_and_one_with_its_own_past_has_it(tmp_path):
    more = """
[specification.weighted]
label = "Weighted"
like = "plain"
weighted = true

[specification.past]
label = "With its past"
effects = "unit and trend"
lags = [0]
lagged_outcome = true
controls = ["time"]

"""
    at = DECLARED.index("[[regression]]")
    found = read(tmp_path, DECLARED[:at] + more + DECLARED[at:])
    assert np.array_equal(
        np.unique(sample(found, "weighted", made()).weights),
        np.unique(made().values["people"]),
    )
    assert np.all(sample(found, "plain", made()).weights == 1)
    past = sample(found, "past", made())
    assert past.names == ("spent, lag 0", "cases, lag 1", "time")
    assert np.array_equal(np.unique(past.terms[:, 2]), np.unique(past.year))


def test_figures_left_out_for_being_hidden_are_dropped_and_else_filled(tmp_path):
    more = """
[specification.bare]
label = "Hidden left out"
like = "plain"
hidden_out = true

"""
    text = DECLARED.replace("of = { cases = 1 }", "of = { cases = 1 }\nhidden_as = 3")
    at = text.index("[[regression]]")
    found = read(tmp_path, text[:at] + more + text[at:])
    figures = made()
    figures.values["cases"][4, 3], figures.hidden["cases"][4, 3] = np.nan, True
    filled, bare = sample(found, "plain", figures), sample(found, "bare", figures)
    assert len(filled.outcome) == len(bare.outcome) + 1
    assert bare.dropped == {"no outcome": 1}
