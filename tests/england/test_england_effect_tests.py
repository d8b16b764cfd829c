"""Published effects of England: every one has its answer or the mechanism that is missing."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from england_cases import ENGLAND, OBSERVED

import caresim as cs
from caresim.england import England
from caresim.study.effects.reader import read
from caresim.views.report.effects_page import effects_page

ROOT = Path(__file__).parents[2]
COLLECTION = ROOT.parent / "shared" / "evidence" / "effect_tests.csv"
DOCS = ROOT / "docs"
EFFECTS = read(ENGLAND.effects_file)
BY_NAME = {effect.name: effect for effect in EFFECTS}
SINCE = {"not independent": "kept"}  # kept when it was collected; a prior leans on its figures now
AGAIN = {"the same", "as above"}
QUICK = ("poverty_entries", "prevention_16_17", "conference_days", "campaign_yield")
ADVICE = "run `caresim effects --out DIR`; ship its effects.csv, and its page and figure in docs/"


def collected():
    """Return the rows of the collection, each with what it takes from the row above."""
    rows, above = [], {}
    with COLLECTION.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            above = {k: above.get(k, "") if v in AGAIN else v for k, v in row.items()}
            rows.append(above)
    return rows


def plain(text):
    """Return a text with the signs of a keyboard."""
    return text.replace("–", "-").replace("−", "-").replace("£", "GBP ")


def number(text):
    return float(text) if text not in ("", "+", "-") else None


@pytest.mark.skipif(not COLLECTION.is_file(), reason="the collection of evidence is not here")
def test_the_effects_are_those_of_the_collection_in_its_order():
    rows = collected()
    assert [row["id"] for row in rows] == list(BY_NAME)
    for row in rows:
        effect = BY_NAME[row["id"]]
        for key in ("study", "design", "years", "dose", "outcome", "window", "role", "unit"):
            found = SINCE.get(getattr(effect, key), getattr(effect, key))
            assert plain(found) == plain(row[key]), f"{effect.name}: {key}"
        assert plain(effect.caution) == plain(row["caution"]), effect.name
        assert effect.sign == (row["estimate"] if row["estimate"] in ("+", "-") else "")
        found = (effect.estimate, effect.low, effect.high)
        assert found == tuple(number(row[key]) for key in ("estimate", "low", "high")), effect.name


def test_six_of_twenty_two_are_kept():
    counts = Counter(effect.role for effect in EFFECTS)
    assert counts == {"kept": 6, "not independent": 3, "prior": 13}


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_every_effect_has_a_replay_or_says_what_is_missing(effect):
    assert bool(effect.missing) != bool(effect.replay)
    assert effect.address.startswith("http")
    if effect.missing:
        assert effect.missing.endswith("."), "a sentence"
    else:
        assert all(c.source for c in (*effect.replay.changes, *effect.replay.against))


@pytest.mark.parametrize("effect", [e for e in EFFECTS if e.replay], ids=lambda e: e.name)
def test_effects_are_measured_within_the_fitted_years(effect):
    window = effect.replay.window
    ends = [int(year[:4]) + 1 for year in window.years] or [window.ends]
    assert max(ends) <= 2020
    for change in (*effect.replay.changes, *effect.replay.against):
        assert "2009-04-01" <= str(change.begins) < "2020-03-31"


def test_an_effect_of_nothing_has_a_size_below_which_it_counts_as_none():
    for effect in EFFECTS:
        if effect.estimate == 0 and effect.range is None:
            assert effect.trifle > 0, effect.name


def test_one_per_cent_of_preventative_spending_is_taken_in_each_of_four_years():
    for name, year in (
        ("family_support_need_2010_15", 2011),
        ("family_support_need_2015_on", 2015),
    ):
        replay = BY_NAME[name].replay
        (change,) = replay.changes
        assert (change.parameter, change.verb, change.amount) == (
            "early_help_budget",
            "scale",
            0.99,
        )
        assert (change.begins.year, change.until.year) == (year, year + 4)
        assert replay.window.years == tuple(f"{y}-{y - 1999}" for y in range(year, year + 4))


def test_ten_pounds_a_child_come_off_two_lines_in_the_proportions_of_their_year():
    support, young = BY_NAME["prevention_16_17"].replay.changes
    lines = [OBSERVED[name]["2014-15"] for name in ("family_support_spend", "young_people_spend")]
    assert support.amount + young.amount == -56_000_000
    assert support.amount / young.amount == pytest.approx(lines[0] / lines[1], rel=0.005)


def test_programme_money_is_at_the_prices_of_the_model():
    (change,) = BY_NAME["troubled_families_care"].replay.changes
    deflator = ENGLAND.parameters["gdp_deflator"].value.values[6]
    assert change.amount == pytest.approx(80_000 * 2_300 / deflator, rel=1e-3)


def fresh(names):
    """Recompute some answers and compare them with those that ship."""
    found, shipped = cs.effects(ENGLAND, only=names), cs.Effects.shipped(ENGLAND)[-1]
    assert found.drawn == shipped.drawn, ADVICE
    for answer in found.answers:
        kept = shipped[answer.effect.name]
        assert kept.size == pytest.approx(answer.size, rel=1e-3), f"{answer.effect.name}: {ADVICE}"
        assert (kept.meets, kept.sign_right) == (answer.meets, answer.sign_right)


def test_the_shipped_answers_are_of_these_effects():
    shipped = cs.Effects.shipped(England())[-1]
    assert shipped.release == cs.__version__
    assert [answer.effect for answer in shipped.answers] == list(EFFECTS), ADVICE
    for answer in shipped.answers:
        assert (answer.size is None) == bool(answer.effect.missing), answer.effect.name


def test_some_shipped_answers_are_those_of_the_model():
    fresh(QUICK)


@pytest.mark.slow
def test_all_shipped_answers_are_those_of_the_model():
    fresh([effect.name for effect in EFFECTS if effect.replay])


def test_the_page_in_docs_is_that_of_the_shipped_answers():
    page = effects_page(ENGLAND, *cs.Effects.shipped(ENGLAND))
    assert (DOCS / "effects.md").read_text(encoding="utf-8") == page, ADVICE
    assert (DOCS / "effects.png").stat().st_size < 300_000
