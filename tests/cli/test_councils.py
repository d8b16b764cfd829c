"""`caresim council` and `caresim councils`: what they write, say and refuse."""

import csv
import html
import io
import json

import numpy as np
import pytest
from calls import EARLY_HELP, FIGURES, INTERVALS, TABLES, contents, scenario, spawn

import caresim as cs
from caresim.england import England
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import CaresimError
from caresim.language.parts import parts_of_model
from caresim.study.parts import every as every_place
from caresim.study.parts.bands import SHARES, quantiles_of
from caresim.study.parts.every import EveryPlace
from caresim.study.parts.kept import read_fitted
from caresim.study.parts.score import read_scores
from caresim.study.pieces import keep_piece, read_piece

LEEDS, RUTLAND = "E08000035", "E06000017"
SERIES = (
    "referrals",
    "children_in_need",
    "section_47_enquiries",
    "protection_plans",
    "looked_after",
)
PROJECTION = {"projection.csv", "projection.png", "projection.svg"}
QUICK = ("--draws", "0", "--no-figures")


def rows_of(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Results of one scenario in Leeds with draws and figures, by a process of its own."""
    folder = tmp_path_factory.mktemp("made") / "leeds"
    answer = spawn("council", "Leeds", EARLY_HELP, "--out", folder, "--draws", "20")
    assert answer.status == 0, answer.err
    return folder, answer


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    """What is written of all councils, without figures."""
    folder = tmp_path_factory.mktemp("made") / "every"
    answer = spawn("councils", "--out", folder, "--no-figures")
    assert answer.status == 0, answer.err
    return folder, answer


# One council


def test_a_council_writes_what_run_writes_and_its_projection(made):
    folder, answer = made
    assert set(contents(folder)) == TABLES | INTERVALS | FIGURES | PROJECTION
    assert answer.out.splitlines()[-1] == f"Results for 1 scenario in Leeds are in {folder}"


def test_the_terminal_says_amounts_notes_and_how_good_it_has_been(made):
    out = made[1].out
    share = "% of England's spending on early help in 2019-20."
    assert "In Leeds: £6.871m a year at 2019-20 prices, 1.4 " + share in out
    for text in cs.council(England(), "Leeds").stands_for.notes:
        assert f"Note: {text}." in out
    assert "spending, £m" in out, "a council's money is in no £bn"


def test_tables_are_those_of_python(made):
    model = cs.council(England(), "Leeds")
    run = cs.run(model, EARLY_HELP)
    rows = rows_of(made[0], "early_help_first_annual.csv")
    found = [float(row["looked_after"]) for row in rows]
    assert found == pytest.approx(run.yearly("looked_after")[:, 0], abs=0.051)


def test_the_projection_is_the_model_without_a_scenario_and_its_figures(made):
    model = cs.council(England(), "Leeds")
    run = cs.run(model)
    rows = rows_of(made[0], "projection.csv")
    assert tuple(dict.fromkeys(row["series"] for row in rows)) == SERIES
    for name in SERIES:
        own = [row for row in rows if row["series"] == name]
        assert [row["financial_year"] for row in own] == list(run.clock.financial_years)
        path = [float(row["projected"]) for row in own]
        assert path == pytest.approx(run.yearly(name)[:, 0], abs=0.051)
        figures = {row["financial_year"]: float(row["figure"]) for row in own if row["figure"]}
        assert figures == pytest.approx(model.observed.points(name))
        assert {row["unit"] for row in own} == {str(model.variable(name).unit)}


def test_bands_are_those_of_the_fitted_spreads_after_the_last_figure_alone(made):
    kept = read_fitted(parts_of_model(England()))[LEEDS]
    for row in rows_of(made[0], "projection.csv"):
        ends = [row[f"{end}_{band}"] for band in (95, 80, 50) for end in ("low", "high")]
        year = year_end(row["financial_year"])
        if year <= 2020:
            assert ends == [""] * 6
            continue
        place, name = kept.years.index(year), row["series"]
        spreads = np.array(kept.loose[name][place]), np.array(kept.noise[name][place])
        wanted = quantiles_of(np.array(float(row["projected"])), *spreads)
        pairs = [wanted[[i, len(SHARES) - 1 - i]] for i in range(3)]
        assert [float(end) for end in ends] == pytest.approx(np.concatenate(pairs), abs=0.3)


def test_the_page_is_the_councils(made):
    page = (made[0] / "summary.html").read_text(encoding="utf-8")
    assert "<title>Leeds, a council of England: projections compared</title>" in page
    assert "In Leeds: £6.871m a year" in page
    assert "Not scored" not in page
    for text in cs.council(England(), "Leeds").stands_for.score:
        assert html.unescape(page).count(f"{text[0].upper()}{text[1:]}") == 1
    assert "Open Government Licence" in page
    assert "money in £m" in page
    assert "nearest ten" not in page, "children of a council are counted one by one"
    assert "They do not show Leeds's own levels" in page
    assert "those of England, not Leeds's" in page
    assert "Number of children aged 0–17 in Leeds" in page


def test_the_record_says_how_good_it_has_been(made):
    record = json.loads((made[0] / "run.json").read_text(encoding="utf-8"))
    assert record["out_of_sample_score"] == list(cs.council(England(), "Leeds").stands_for.score)


def test_without_scenarios_it_is_the_baseline_alone(call, tmp_path):
    answer = call("council", RUTLAND, "--out", tmp_path / "out", *QUICK)
    assert answer.status == 0, answer.err
    assert answer.out.splitlines()[-1].startswith("Results for 1 scenario in Rutland are in ")
    found = set(contents(tmp_path / "out"))
    assert {"policy_of_march_2020_annual.csv", "projection.csv", "summary.html"} <= found
    assert not any(name.endswith(".png") for name in found)


def test_amounts_may_be_the_councils_own(call, tmp_path):
    plan = scenario(tmp_path, "posts", parameter="extra_social_workers", amount="10")
    base = cs.run(cs.council(England(), "Leeds"))

    def more(*options):
        folder = tmp_path / f"out{len(options)}"
        answer = call("council", "Leeds", plan, "--out", folder, *QUICK, *options)
        assert answer.status == 0, answer.err
        rows = rows_of(folder, "a_policy_annual.csv")
        return abs(float(rows[-1]["total_spend"]) - base.yearly("total_spend")[-1, 0]), answer.out

    (small, told), (large, plain) = more(), more("--as-written")
    assert "In Leeds: " in told
    assert "In Leeds: " not in plain
    assert large > 20 * small > 0


def test_bands_end_with_the_fit(call, tmp_path):
    answer = call("council", "Leeds", "--out", tmp_path / "out", "--until", "2038-03-31", *QUICK)
    assert answer.status == 0, answer.err
    rows = rows_of(tmp_path / "out", "projection.csv")
    years = {row["financial_year"] for row in rows if row["low_80"]}
    assert (min(years), max(years)) == ("2020-21", "2034-35")
    assert rows[-1]["financial_year"] == "2037-38"


def test_two_calls_write_the_same_bytes(tmp_path):
    for name, seed in (("one", "1"), ("two", "2")):
        answer = spawn(
            "council", "Rutland", "--out", tmp_path / name, "--draws", "5", PYTHONHASHSEED=seed
        )
        assert answer.status == 0, answer.err
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Leads", "there is no council 'Leads' in England; did you mean 'Leeds'"),
        ("Sussex", "give the whole name, or the code"),
        ("Isles of Scilly", "has no model of its own"),
        ("", "a name or file is empty"),
    ],
)
def test_a_council_that_is_not_there_is_refused_in_a_sentence(call, tmp_path, name, said):
    assert said in call("council", name, "--out", tmp_path / "out").refused()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("verb", [("council", "Leeds"), ("councils",)])
def test_a_model_without_places_is_refused(call, tmp_path, monkeypatch, request, verb):
    monkeypatch.chdir(request.config.rootpath)
    options = ("--model", "tests/cli/grown.py:Grown", "--out", tmp_path / "out")
    assert "Grown declares no places" in call(*verb, *options).refused()


def test_a_folder_that_holds_files_is_not_written_to(call, occupied):
    for verb in (("council", "Leeds"), ("councils",)):
        assert "already holds files" in call(*verb, "--out", occupied).refused()
    assert (occupied / "run.json").read_text(encoding="utf-8") == "old"


# All councils


def test_all_councils_stand_in_one_table(every):
    folder, answer = every
    assert set(contents(folder)) == {"councils.csv", "councils.md", "councils.json"}
    rows = rows_of(folder, "councils.csv")
    assert {row["code"] for row in rows} == set(read_fitted(parts_of_model(England())))
    assert f"{len(rows)} councils of England are projected" in answer.out
    places = [(row["region"], row["name"]) for row in rows]
    assert places == sorted(places)
    assert {row["size"] for row in rows} == {"small", "middle", "large"}
    for row in rows:
        assert float(row["looked_after_2024_25_low_80"]) < float(row["looked_after_2024_25"])
        assert float(row["looked_after_2029_30"]) < float(row["looked_after_2029_30_high_80"])


def test_a_row_of_the_table_is_the_councils_own_projection(every, made):
    (row,) = (row for row in rows_of(every[0], "councils.csv") if row["code"] == LEEDS)
    own = {(r["series"], r["financial_year"]): r for r in rows_of(made[0], "projection.csv")}
    for name in SERIES:
        assert row[f"{name}_last_year"] == "2019-20"
        assert row[f"{name}_last_figure"] == own[name, "2019-20"]["figure"]
        for year in (2025, 2030):
            there, head = own[name, financial_year(year)], f"{name}_{year - 1}_{year % 100}"
            assert row[head] == there["projected"]
            assert row[f"{head}_low_80"] == there["low_80"]
            assert row[f"{head}_high_80"] == there["high_80"]
    scores = read_scores(parts_of_model(England()))
    errors = scores.pooled(series="referrals", group="large", horizon=4).errors
    assert float(row["referrals_error"]) == pytest.approx(errors["model"], abs=0.051)
    told = float(row["referrals_error_of_last_value"])
    assert told == pytest.approx(errors["last_value"], abs=0.051)


def test_the_page_says_where_the_last_value_was_nearer(every):
    folder, answer = every
    page = (folder / "councils.md").read_text(encoding="utf-8")
    scores = read_scores(parts_of_model(England()))
    for name in SERIES:
        label = England.variables[name].label.lower()
        lost = not scores.pooled(series=name, group="small", horizon=4).beats_last
        (line,) = (line for line in page.splitlines() if line.startswith("The last value was"))
        first = line.split(". ")[0]
        assert (label in first.lower()) == lost
    assert "The last value was nearer than the model for" in answer.out
    assert "| Looked-after children | small |" in page
    assert "Not to rank councils" in page
    assert "Open Government Licence" in page


def test_a_fit_that_is_given_up_keeps_what_is_done_and_goes_on(call, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    shipped = parts_of_model(England()).folder
    texts = {
        name: (shipped / name).read_text(encoding="utf-8") for name in ("fitted.csv", "spread.csv")
    }

    def stopped(model, *, parts, progress):
        keep_piece(parts, "places_2014-15", "key", 1)
        raise CaresimError("enough")

    def finished(model, *, parts, progress):
        assert read_piece(parts, "places_2014-15", "key") == 1
        return EveryPlace(texts, {})

    command = ("councils", "--fit", "--no-figures", "--out", folder)
    parts = folder / "unfinished"
    monkeypatch.setattr(every_place, "fit_every", stopped)
    told = call(*command).refused()
    assert f"enough; what is done is kept in {parts}, and the same command goes on" in told
    monkeypatch.setattr(every_place, "fit_every", finished)
    answer = call(*command)
    assert answer.status == 0, answer.err
    assert not parts.exists()
    assert "149 councils of England are projected; not scored." in answer.out
    assert {*texts, "councils.csv", "councils.md", "councils.json"} == set(contents(folder))
    assert json.loads((folder / "councils.json").read_text(encoding="utf-8"))["fitted_anew"]
    assert "Not scored." in (folder / "councils.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_all_are_fitted_anew_and_what_is_done_is_kept_until_then(call, tmp_path):
    """The fit of shipped levels on the machine at hand is theirs, to digits that are kept."""
    folder = tmp_path / "out"
    answer = call("councils", "--fit", "--no-figures", "--out", folder)
    assert answer.status == 0, answer.err
    found = set(contents(folder))
    tables = {"fitted.csv", "spread.csv", "score.csv", "councils.csv", "councils.md"}
    assert found == tables | {"councils.json"}, "pieces are gone"
    shipped = parts_of_model(England()).folder
    new, old = (
        (path / "score.csv").read_text(encoding="utf-8") for path in (folder, shipped.parent)
    )
    pairs = zip(*(csv.DictReader(io.StringIO(text)) for text in (new, old)), strict=True)
    for row, known in pairs:
        assert float(row["model_1"]) == pytest.approx(float(known["model_1"]), rel=0.02)
