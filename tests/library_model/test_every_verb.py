"""Every verb of the command line serves another model, and says no word of England."""

import csv
import json

import pytest
from country import PEOPLE

from caresim.cli import COMMANDS

FITTED = ("--origins", "2015-16,2016-17", "--horizon", "3", "--given", "rule", "--draws", "20")
VERBS = {
    "scenarios": (),
    "levers": (),
    "explain": ("calls",),
    "check": ("calls", "books_back"),
    "check-step": (),
    "needed": ("calls", "--of", "all_members", "--change", "0.01", "--by", "2024-03-31"),
    "sensitivity": ("calls", "all_members", "--draws", "30", "--out", "sensitivity"),
    "run": ("calls", "books_back", "--out", "run", "--draws", "30"),
    "export": ("norland.xmile", "--scenario", "calls"),
    "document": ("--out", "norland.md"),
    "calibrate": ("--out", "fit", "--no-score"),
    "backtest": ("--out", "backtest", *FITTED),
}
TEXTS = {".csv", ".md", ".json", ".html", ".toml", ".xmile"}  # letters in SVG are outlines
# of the sheet of style, and of the schema that hubs are checked against
NO_WORDS = (":first-child", ":nth-child", "th:first", "Europe/London")


@pytest.fixture(scope="module")
def answers(commands, tmp_path_factory):
    """Return a folder in which every verb has written, and what each has printed."""
    folder = tmp_path_factory.mktemp("norland")
    printed = commands([(verb, *arguments) for verb, arguments in VERBS.items()], cwd=folder)
    return folder, dict(zip(VERBS, printed, strict=True))


def country_in(text):
    for word in NO_WORDS:
        text = text.replace(word, "")
    found = PEOPLE.search(text)
    return found and text[max(0, found.start() - 60) : found.end() + 60]


def test_every_verb_is_tried_or_has_a_reason_not_to_be():
    reasons = {
        "freeze": "has no posterior", "effects": "declares none", "score": "needs a promise",
        "council": "is made of no places", "councils": "is made of no places",
    }  # fmt: skip
    assert {c.__name__.replace("_", "-") for c in COMMANDS} == {*VERBS, *reasons}


@pytest.mark.parametrize("verb", VERBS)
def test_what_a_verb_prints_has_no_word_of_england(answers, verb):
    assert not country_in(answers[1][verb])


def test_every_file_that_is_written_has_no_word_of_england(answers):
    files = [path for path in answers[0].rglob("*") if path.suffix in TEXTS]
    assert {path.suffix for path in files} == TEXTS
    found = {str(path): country_in(path.read_text(encoding="utf-8")) for path in files}
    assert not {path: text for path, text in found.items() if text}


def test_a_run_writes_all_that_a_run_of_england_does(answers):
    folder = answers[0] / "run"
    stems = ("as_now", "calls_to_members", "books_back")
    tables = {f"{s}_{kind}.csv" for s in stems for kind in ("annual", "intervals", "spending")}
    figures = {f"{f}.{kind}" for f in ("caseloads", "differences", "costs", "spending")
               for kind in ("png", "svg")}  # fmt: skip
    others = {"hubverse.csv", "columns.csv", "summary.html", "run.json"}
    assert {path.name for path in folder.iterdir()} == tables | figures | others


def test_the_page_says_what_the_model_says_of_itself(answers):
    page = (answers[0] / "run" / "summary.html").read_text(encoding="utf-8")
    assert "<title>Public libraries of Norland: projections compared</title>" in page
    assert "members to the nearest hundred at least" in page
    assert "Norland Bureau of Counts. Free to copy with thanks." in page
    assert "money in £m, 2019-20 prices" in page
    assert "members, 31 March" in page, "several things are counted, so that each is said"
    assert "loans a year" in page
    assert "draws of the parameters from their priors, before the data" in page
    assert "Calls to members costs £" in page, "the break-even of an assumed effect"


def test_the_tables_have_the_location_divisions_and_prices_of_the_model(answers):
    def rows(name):
        with (answers[0] / "run" / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    assert {row["location"] for row in rows("hubverse.csv")} == {"NL-ALL"}
    spent = rows("calls_to_members_spending.csv")
    assert [row["by"] for row in spent] == ["purpose"] * 10 + ["kind"] * 6
    assert {row["price_base"] for row in spent} == {"2019-20 prices", "cash"}
    total = [row for row in spent if row["column"] == "net_cost"]
    assert len(total) == 4, "two divisions, real and in cash"
    annual = rows("calls_to_members_annual.csv")
    assert total[0]["2029-30"] == annual[-1]["net_cost"]


def test_the_hub_of_a_backtest_has_the_location_of_the_model(answers):
    hub = answers[0] / "backtest" / "hub"
    tasks = json.loads((hub / "hub-config" / "tasks.json").read_text(encoding="utf-8"))
    places = tasks["rounds"][0]["model_tasks"][0]["task_ids"]["location"]
    assert places["optional"] == ["NL-ALL"]


def test_a_fit_comes_near_the_numbers_that_made_the_figures(answers):
    with (answers[0] / "fit" / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        found = {row["parameter"]: row for row in csv.DictReader(stream)}
    for name, made in (("lapse_rate", 0.2), ("loans_per_member", 13.0)):
        assert float(found[name]["value"]) == pytest.approx(made, rel=0.1)


def test_help_names_the_default_and_the_option_of_every_verb(helped, command, tmp_path):
    assert "Children's social care in England" in command("--help", cwd=tmp_path, model=None).stdout
    for verb in COMMANDS:
        assert "--model" in helped(verb.__name__.replace("_", "-")), verb.__name__
