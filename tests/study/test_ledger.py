"""Promises: frozen projections, and how they are scored. Every figure here is made up."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import CaresimError, Model, Observed, Parameters, Stock
from caresim.language.fingerprints import fingerprint
from caresim.language.observed import Observation
from caresim.study.backtest.scores import LEVELS, QUANTILES
from caresim.study.ledger import Frozen, freeze, read_outcomes, score_frozen
from caresim.views.files.claim import claimed
from caresim.views.report.ledger_files import write_frozen, write_scored
from caresim.views.report.ledger_page import frozen_text, score_html, score_markdown, score_text

LEDGER = Path(__file__).parents[2] / "benchmarks" / "ledger"
YEARS = ("2020-21", "2021-22")


@pytest.fixture(scope="module")
def england():
    return England()


@pytest.fixture(scope="module")
def frozen(england):
    return freeze(england, YEARS, draws=20, seed=5)


@pytest.fixture
def folder(frozen, tmp_path):
    with claimed(tmp_path / "promise") as place:
        write_frozen(frozen, place)
    return tmp_path / "promise"


def made_up(frozen, series, year, times=1.0, **others):
    """Return a made-up figure, as a multiple of the projected median."""
    target = frozen.targets[series]
    value = frozen.quantiles[series, year][QUANTILES.index(0.5)] * times
    told = {"unit": target["unit"], "price_base": target["price_base"], **others}
    return Observation(
        series=series, year=year, value=value, kind="", status="made up", release="made up",
        address="", **told,
    )  # fmt: skip


def all_made_up(frozen, seed=1):
    rng = np.random.default_rng(seed)
    return Observed(
        tuple(made_up(frozen, s, y, rng.uniform(0.8, 1.2)) for s, y in frozen.quantiles)
    )


# Freezing


def test_every_published_output_is_promised_in_the_columns_of_the_hubverse(frozen, england):
    rows = list(csv.DictReader(io.StringIO(frozen.projection)))
    assert set(frozen.quantiles) == {(n, y) for n in england.published_names() for y in YEARS}
    assert len(rows) == len(frozen.quantiles) * len(QUANTILES)
    assert {row["origin_date"] for row in rows} == {"2020-03-31"}
    assert {(row["horizon"], row["target_end_date"]) for row in rows} == {
        ("1", "2021-03-31"), ("2", "2022-03-31"),
    }  # fmt: skip
    for quantiles in frozen.quantiles.values():
        assert (np.diff(quantiles) >= 0).all()


def test_a_promise_tells_what_it_rests_on(frozen, england):
    facts = frozen.facts
    assert (facts["version"], facts["vintage"]) == (cs.__version__, "2019-20")
    assert facts["equations"] == fingerprint(England)
    assert (facts["draws"]["runs"], facts["draws"]["seed"]) == (20, 5)
    assert facts["price_year"] == "2019-20"
    known = {told["parameter"]: told["text"] for told in facts["given"]}
    assert "early_help_budget" in known
    target = facts["targets"]["total_spend"]
    assert (target["unit"], target["price_base"]) == ("GBP/year", "2019-20")
    assert target["last"] == {
        "year": "2019-20", "value": england.observed.points("total_spend")["2019-20"],
    }  # fmt: skip
    assert facts["targets"]["home_at_risk"]["last"] is None
    json.dumps(facts)


def test_the_quantiles_are_those_of_the_same_draws(frozen, england):
    sample = cs.draws(england, 20, seed=5, given="posterior")
    run = cs.run(england, draws=sample, until="2022-03-31", outputs=["looked_after"])
    found = np.quantile(run.yearly("looked_after")[-1], QUANTILES)
    assert frozen.quantiles["looked_after", "2021-22"] == pytest.approx(found, rel=5e-6)


def test_the_last_figure_kept_is_frozen_beside_it(frozen, england):
    """Its band is normal in logs with h × the mean square of past changes, from its own year on."""
    points = england.observed.points("care_starts")
    spread = np.sqrt(2 * np.mean(np.diff(np.log(list(points.values()))) ** 2))
    rival = frozen.rival["care_starts", "2021-22"]
    assert rival[QUANTILES.index(0.5)] == points["2019-20"]
    assert np.log(rival[-1] / rival[4]) == pytest.approx(1.959964 * spread, rel=1e-4)
    assert ("home_at_risk", "2020-21") not in frozen.rival


def test_the_same_call_freezes_the_same(frozen, england):
    again = freeze(england, list(reversed(YEARS)), draws=20, seed=5)
    assert again.files == frozen.files
    assert again.digest == frozen.digest
    assert freeze(england, YEARS, draws=20, seed=6).digest != frozen.digest


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (["2019-20"], "a promise is of years after 2019-20, the last with figures, not 2019-20"),
        ([], r"years is a list of financial years, such as \['2020-21'\], not \[\]"),
        ("2020-21", r"years is a list of financial years: write years=\['2020-21'\]"),
        (["2020"], "'2020' is not a financial year"),
    ],
)
def test_years_that_cannot_be_promised_are_refused(england, years, said):
    with pytest.raises(CaresimError, match=said):
        freeze(england, years, draws=2)


def test_a_model_without_figures_is_refused():
    class Bare(Model):
        parameters = Parameters({})
        still = Stock("Still", "child", 0.0)

    with pytest.raises(CaresimError, match="Bare has no figures"):
        freeze(Bare(), YEARS)


# Kept and read back


def test_a_promise_is_read_back_whole_from_its_folder_or_a_file(frozen, folder):
    for path in (folder, folder / "projection.csv", str(folder / "ledger.json")):
        again = Frozen.read(path)
        assert again.files == frozen.files
        assert again.facts == frozen.facts


def test_line_ends_of_another_system_are_no_edit(frozen, folder):
    data = (folder / "projection.csv").read_bytes()
    (folder / "projection.csv").write_bytes(data.replace(b"\n", b"\r\n"))
    assert Frozen.read(folder).files == frozen.files


@pytest.mark.parametrize("name", ["projection.csv", "last_value.csv"])
def test_an_edited_table_is_refused(folder, name):
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(text.replace("7", "8", 1), encoding="utf-8")
    with pytest.raises(CaresimError, match=f"{name} is not what was frozen: its SHA-256 differs"):
        Frozen.read(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"value": 80000.0', '"value": 81000.0'), ('"vintage": "2019-20"', '"vintage": "2024-25"')],
)
def test_an_edited_record_is_refused(folder, old, new):
    text = (folder / "ledger.json").read_text(encoding="utf-8")
    assert old in text
    (folder / "ledger.json").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CaresimError, match=r"ledger\.json is not what was frozen"):
        Frozen.read(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"digests": 1}', "\x00"])
def test_a_record_that_is_none_is_refused(folder, text):
    (folder / "ledger.json").write_text(text, encoding="utf-8")
    with pytest.raises(CaresimError, match=r"ledger\.json.* (no record|empty|a zero byte)"):
        Frozen.read(folder)


@pytest.mark.parametrize("name", ["projection.csv", "ledger.json"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(CaresimError, match=f"{name} does not exist"):
        Frozen.read(folder)


def test_the_shipped_promises_are_as_they_were_frozen():
    folders = [path.parent for path in LEDGER.glob("*/ledger.json")]
    assert LEDGER / "0.1.0" in folders
    for folder in folders:
        shipped = Frozen.read(folder)
        assert shipped.facts["version"] == folder.name
    shipped = Frozen.read(LEDGER / "0.1.0")
    assert (shipped.vintage, shipped.years) == ("2019-20", ("2026-27", "2027-28"))


# Scoring


def test_errors_and_bands_are_those_computed_by_hand(frozen):
    figure = made_up(frozen, "looked_after", "2020-21", 1.25)
    scored = score_frozen(frozen, Observed((figure,)))
    (line,) = scored.lines
    quantiles = frozen.quantiles["looked_after", "2020-21"]
    assert line.error == pytest.approx(-20.0)
    assert line.last_error == pytest.approx(100 * (80_000 / figure.value - 1))
    low, high = quantiles[:4][::-1], quantiles[5:]
    held = [a <= figure.value <= b for a, b in zip(low, high, strict=True)]
    assert list(line.inside) == held == [False] * 4
    assert line.unit == "child"


def test_the_score_is_the_weighted_interval_score_on_logs(frozen):
    figure = made_up(frozen, "total_spend", "2021-22", 1.02)
    (line,) = score_frozen(frozen, Observed((figure,))).lines
    logs, actual = np.log(frozen.quantiles["total_spend", "2021-22"]), np.log(figure.value)
    pinball = [2 * (q - (actual < x)) * (actual - x) for q, x in zip(QUANTILES, logs, strict=True)]
    assert line.score == pytest.approx(np.mean(pinball)), "twice the mean quantile loss"
    assert line.unit == "GBP/year, 2019-20 prices"


def test_the_score_is_that_of_another_library(frozen):
    """Twice the mean quantile loss, of which the weighted interval score is another writing."""
    rules = pytest.importorskip("scoringrules")
    for line in score_frozen(frozen, all_made_up(frozen)).lines:
        logs = np.log(frozen.quantiles[line.series, line.year])
        actual = np.full(len(logs), np.log(line.actual))
        found = rules.quantile_score(actual, logs, np.array(QUANTILES), backend="numpy")
        assert line.score == pytest.approx(2 * np.mean(found))


def test_what_is_out_is_scored_and_the_rest_is_not_yet(frozen):
    figures = Observed(
        (made_up(frozen, "referrals", "2020-21"), made_up(frozen, "caseload", "2020-21", 2.0))
    )
    scored = score_frozen(frozen, figures)
    assert [(line.series, line.year) for line in scored.lines] == [
        ("referrals", "2020-21"), ("caseload", "2020-21"),
    ]  # fmt: skip
    assert len(scored.waiting) == len(frozen.quantiles) - 2
    assert ("referrals", "2021-22") in scored.waiting
    assert scored.error == pytest.approx(25.0)
    assert scored.held()[80] == 1
    assert scored.summary().startswith("2 of 104 promised figures are out.")


def test_model_and_last_figure_are_compared_where_both_can_be(frozen):
    figures = Observed(
        (made_up(frozen, "home_at_risk", "2020-21", 2.0), made_up(frozen, "referrals", "2020-21"))
    )
    scored = score_frozen(frozen, figures)
    model, last = scored.errors_beside
    assert model == pytest.approx(0.0)
    assert last == pytest.approx(abs(scored.lines[1].last_error))
    line = scored.lines[1]
    assert scored.relative == pytest.approx(line.score / line.last_score)
    assert np.isnan(scored.lines[0].last)
    alone = score_frozen(frozen, Observed(figures.observations[:1]))
    assert np.isnan([*alone.errors_beside, alone.relative]).all()
    assert "last figure" not in alone.summary()


def test_other_series_and_years_are_no_matter(frozen):
    known = made_up(frozen, "referrals", "2020-21")
    others = (replace(known, series="unheard_of"), replace(known, year="2019-20"))
    scored = score_frozen(frozen, Observed((known, *others)))
    assert len(scored.lines) == 1


def test_nothing_to_score_is_one_sentence(frozen):
    figure = replace(made_up(frozen, "referrals", "2020-21"), year="2030-31")
    with pytest.raises(CaresimError, match="no figure is of a promised series and year"):
        score_frozen(frozen, Observed((figure,)))


REFUSED = {
    "another unit": (
        "referrals", {"unit": "child"},
        "referrals, 2020-21: the figure is in 'child'; give it in 'child/year'",
    ),
    "other prices": (
        "total_spend", {"price_base": "2024-25"},
        "at 2024-25 prices, and the projection at 2019-20 prices; divide it by the GDP deflator",
    ),
    "no price base": ("total_spend", {"price_base": ""}, "the figure is without a price base"),
    "a price base of children": (
        "referrals", {"price_base": "2019-20"}, "at 2019-20 prices, and the projection not in money"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_figures_in_another_unit_or_at_other_prices_are_refused(frozen, case):
    series, others, said = REFUSED[case]
    with pytest.raises(CaresimError, match=said):
        score_frozen(frozen, Observed((made_up(frozen, series, "2020-21", **others),)))


@pytest.mark.parametrize("value", [0.0, -5.0, float("nan"), float("inf")])
def test_a_figure_that_has_no_logarithm_is_refused(frozen, value):
    figure = replace(made_up(frozen, "referrals", "2020-21"), value=value)
    with pytest.raises(CaresimError, match="scores on logs need a number above 0"):
        score_frozen(frozen, Observed((figure,)))


@pytest.mark.parametrize("data", [None, b"\xff\xfe\x00", b"series,year\n"])
def test_a_file_of_figures_that_is_none_is_named(tmp_path, data):
    path = tmp_path / "figures.csv"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CaresimError, match=r"figures\.csv"):
        read_outcomes(path)


# Shown


def test_the_texts_say_what_came_out_and_what_did_not(frozen):
    scored = score_frozen(frozen, Observed(all_made_up(frozen).observations[:30]))
    for text in (score_text(scored), score_markdown(scored), score_html(scored)):
        flat = " ".join(text.replace("\\", "").split())
        assert "Not yet, 2021-22: " in flat
        assert "52 outputs of England for 2020-21 and 2021-22" in flat
        assert "30 of 104 promised figures are out" in flat
    assert max(map(len, score_text(scored).splitlines())) <= 110
    assert frozen.digest in score_html(scored)
    assert frozen.digest in score_markdown(scored)
    assert frozen.digest in frozen_text(frozen)
    assert "its last value is kept" in score_markdown(scored)


def test_the_scores_are_written_as_table_and_pages(frozen, tmp_path):
    scored = score_frozen(frozen, all_made_up(frozen))
    with claimed(tmp_path) as place:
        write_scored(scored, place)
    assert {p.name for p in tmp_path.iterdir()} == {
        "score.csv", "score.md", "score.html", "score.json",
    }  # fmt: skip
    lines = (tmp_path / "score.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    assert len(rows) == len(scored.lines) == 104
    for row, line in zip(rows, scored.lines, strict=True):
        assert (row["series"], row["year"]) == (line.series, line.year)
        assert float(row["error"]) == pytest.approx(line.error, rel=1e-5)
        assert [row[f"inside_{level}"] == "1" for level in LEVELS] == list(line.inside)
    record = json.loads((tmp_path / "score.json").read_text(encoding="utf-8"))
    assert record["digest"] == frozen.digest
    assert record["not_yet"] == []
