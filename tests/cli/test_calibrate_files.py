"""`caresim calibrate` with files of one's own, and `caresim run` with prices and break-evens."""

import csv
import json
import re
from dataclasses import replace

import pytest
from calls import EARLY_HELP, QUICK, contents

import caresim
from caresim.england import England
from caresim.study.named_model import model_named

SHIPPED = England.vintage.folder


@pytest.fixture
def figures(tmp_path):
    """Return a function that writes the official figures, with a change to each row or none."""

    def write(change=lambda row: row):
        path = tmp_path / "figures.csv"
        with (SHIPPED / "observed.csv").open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = [row for row in map(change, reader) if row]
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, reader.fieldnames)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def before_2015(row):
    return row if row["year"] < "2015" else None


@pytest.mark.slow
def test_figures_of_a_file_are_what_is_fitted(call, figures):
    answer = call("calibrate", "--observed", figures(before_2015), "--no-score", "--draws", "0")
    assert answer.status == 0, answer.err
    assert re.search(r"looked_after +2009-10 to 2014-15 +6 ", answer.out)
    assert "Hardly told apart" in answer.out


MINE = """
[support_0]
meaning = "Children supported at the start"
value = 210_000
unit = "child"
role = "fixed"
source = "made up"
"""


@pytest.mark.slow
def test_some_parameters_of_a_file_are_fitted_with_and_the_fit_is_read_back(call, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE, encoding="utf-8")
    out = tmp_path / "fit"
    options = ("--no-score", "--no-figures", "--draws", "0")
    answer = call("calibrate", "--parameters", mine, *options, "--out", out)
    assert answer.status == 0, answer.err
    assert set(contents(out)) == {
        "fit.csv", "estimates.csv", "correlations.csv", "parameters.toml", "fitted.csv",
        "fit.json", "observed.csv", "given.toml", "given.csv", "scales.csv",
    }  # fmt: skip
    assert json.loads((out / "fit.json").read_text(encoding="utf-8"))["converged"] is True
    found = caresim.with_parameters(England(), out / "parameters.toml").parameters
    estimated = set(England.parameters.estimated()) - {"support_0"}
    assert {name for name in found if found[name] != England.parameters[name]} <= estimated
    assert found["support_closure_rate"].value != England.parameters["support_closure_rate"].value


def misspelt(row):
    return {**row, "series": "loked_after"} if row["series"] == "looked_after" else row


def test_a_misspelt_series_is_refused_before_anything_is_fitted(call, figures, tmp_path):
    out = tmp_path / "fit"
    message = call("calibrate", "--observed", figures(misspelt), "--out", out).refused()
    assert "figures.csv has 11 faults: (1) loked_after 2009-10: " in message
    assert "did you mean 'looked_after'?" in message
    assert not out.exists()


def test_a_score_that_figures_cannot_give_is_refused_before_anything_is_fitted(call, figures):
    few = ("--observed", figures(before_2015), "--fitted-to", "2015-16")
    message = call("calibrate", *few).refused()
    assert "fitted to 2015-16 needs figures up to that year and after it" in message
    assert "(--no-score)" in message
    message = call("calibrate", "--fitted-to", "2015").refused()
    assert "'2015' is not a financial year" in message


@pytest.mark.parametrize("option", ["--observed", "--parameters"])
def test_a_file_that_is_not_there_is_refused(call, tmp_path, option):
    message = call("calibrate", option, tmp_path / "nothing.file", "--no-score").refused()
    assert "nothing.file does not exist" in message


def test_a_parameter_that_the_model_has_not_is_refused(call, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE.replace("support_0", "support_00"), encoding="utf-8")
    message = call("calibrate", "--parameters", mine, "--no-score").refused()
    assert (
        "mine.toml: [support_00] is no parameter of England; did you mean 'support_0'?" in message
    )


# run


def test_prices_are_real_or_cash(call, tmp_path):
    out = tmp_path / "out"
    message = call("run", EARLY_HELP, "--out", out, "--prices", "nominal", *QUICK).refused()
    assert "prices is 'real' or 'cash', not 'nominal'" in message
    assert not out.exists()


def test_cash_is_given_or_the_lack_of_a_price_level_is_told(call, tmp_path):
    answer = call("run", EARLY_HELP, "--out", tmp_path / "out", "--prices", "cash", *QUICK)
    if getattr(England, "price_level", None) is None:
        assert "England has no price level" in answer.refused()
        assert not (tmp_path / "out").exists()
        return
    assert answer.status == 0, answer.err
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert "money in £bn, cash" in page
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert all(run["prices"] == "cash" for run in record["runs"])


def test_a_break_even_is_told_for_each_assumed_effect_of_a_scenario(call, tmp_path, monkeypatch):
    lever = replace(England.parameters["return_support_share"], effect="return_support_effect")
    monkeypatch.setitem(England.parameters.entries, lever.name, lever)
    file = EARLY_HELP.parent / "fewer_reentries.toml"
    answer = call("run", file, "--out", tmp_path / "out", *QUICK)
    assert answer.status == 0, answer.err
    sentence = next(line for line in answer.out.splitlines() if line.startswith("Against "))
    plan = caresim.read_scenario(file)
    found = caresim.break_even(England(), plan, "return_support_effect")
    assert sentence == str(found)
    assert sentence in (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")


SMALL = '''
from caresim.language import Flow, Model, Observed, Parameter, Parameters, Prior, Stock, cloud
from caresim.language.observed import Observation


class Leaving(Model):
    """Children who leave care at a rate to be estimated."""

    parameters = p = Parameters({
        "rate": Parameter("rate", 0.3, "1/year", role="estimated", bounds=(0.01, 2.0),
                          prior=Prior("lognormal", 0.3, 5)),
        "start": Parameter("start", 1000.0, "child"),
    })
    start, until = "2009-03-31", "2014-03-31"
    observed = Observed(tuple(
        Observation("care", f"20{y:02d}-{y + 1}", 1e3 * 0.8 ** (y - 8), *[""] * 6, tolerance=0.01)
        for y in range(9, 14)
    ))
    care = Stock("In care", "child", p.start)
    left = Flow("Left", care >> cloud, care * p.rate)
'''


def test_a_fit_that_was_stopped_goes_on_where_it_was(call, tmp_path):
    model, out = tmp_path / "small.py", tmp_path / "fit"
    model.write_text(SMALL, encoding="utf-8")
    options = ("--model", f"{model}:Leaving", "--no-figures", "--fitted-to", "2012-13")
    assert call("calibrate", *options, "--out", tmp_path / "whole").status == 0
    made = model_named(f"{model}:Leaving")
    caresim.calibrate(made, progress=False, parts=out / "unfinished")
    (part,) = (out / "unfinished").iterdir()
    kept = json.loads(part.read_text(encoding="utf-8"))
    kept["value"]["steps"] = 77
    part.write_text(json.dumps(kept), encoding="utf-8")
    answer = call("calibrate", *options, "--out", out)
    assert answer.status == 0, answer.err
    assert json.loads((out / "fit.json").read_text(encoding="utf-8"))["steps"] == 77
    assert set(contents(out)) == set(contents(tmp_path / "whole")), "the parts go at the end"


def test_profiles_are_said_without_a_folder_and_one_that_cannot_be_made_ends_nothing(
    call, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.py").write_text(SMALL, encoding="utf-8")
    options = ("--model", "small.py:Leaving", "--no-score", "--draws", "0")
    answer = call("calibrate", *options, "--profile", "rate", "--profile", "start")
    assert answer.status == 0, answer.err
    assert "Profile: the figures narrow rate by 100 %: 90 % from" in answer.out
    assert "No draws: none were asked for. No posterior is written" in answer.out
    assert "Note: 'start' has no profile: it has no prior, and so is certain" in answer.err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["small.py"]


def test_draws_and_profiles_are_written_beside_the_fit_and_said(call, tmp_path):
    model, out = tmp_path / "small.py", tmp_path / "fit"
    model.write_text(SMALL, encoding="utf-8")
    options = ("--model", f"{model}:Leaving", "--no-score", "--draws", "40", "--profile", "rate")
    answer = call("calibrate", *options, "--out", out)
    assert answer.status == 0, answer.err
    assert "Draws meet history: squared misses over 5 free figures" in answer.out
    files = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert {"history.csv", "learned.png", "profiles/rate.csv", "profiles/rate.png"} <= files
    rows = (out / "posterior.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 41


def test_a_profile_of_no_parameter_is_refused_before_the_fit(call, tmp_path):
    model = tmp_path / "small.py"
    model.write_text(SMALL, encoding="utf-8")
    message = call("calibrate", "--model", f"{model}:Leaving", "--profile", "ratte").refused()
    assert "Leaving has no parameter 'ratte' to profile; did you mean 'rate'?" in message
