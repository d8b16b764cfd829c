"""What a calibration writes: whole, the same twice, and nothing left of an earlier one."""

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from caresim.language import (
    Aux,
    CaresimError,
    Flow,
    Model,
    Observed,
    Parameter,
    Parameters,
    Prior,
    Stock,
    cloud,
)
from caresim.language.follows import Follows
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate
from caresim.study.fit.counted import sums_of
from caresim.study.fit.misfit import Misfit, run_observed_years
from caresim.study.fit.table import scale_table
from caresim.study.vintage import with_parameters
from caresim.views.report.fit_draws import Drawn
from caresim.views.report.fit_files import write_fit, write_vintage
from caresim.views.report.listing import fit_text

TABLES = """
[care_0]
meaning = "Children in care at the start"
value = 100
unit = "child"
role = "estimated"
bounds = [1, 1_000]
prior = { lognormal = { median = 100, spread = 2 } }
[leaving_rate]
meaning = "Rate of leaving"
value = 0.2
unit = "1/year"
role = "estimated"
bounds = [0.01, 2]
prior = { lognormal = { median = 0.2, spread = 3 } }
[unseen_rate]
meaning = "A rate that no figure tells of"
value = 0.2
unit = "1/year"
role = "estimated"
bounds = [0.01, 2]
prior = { lognormal = { median = 0.2, spread = 3 } }
"""
TABLES_AND_FIGURES = {
    "fit.csv", "estimates.csv", "correlations.csv", "posterior.csv", "parameters.toml", "fit.json",
    "fitted.csv", "observed.csv", "given.toml", "fit.png", "fit.svg", "figures/care.png",
    "figures/left.png", "scales.csv", "history.csv", "learned.png",
}  # fmt: skip


def observation(series, year, value, unit):
    place = ("read", "Release", "example.org")
    return Observation(series, year, value, unit, "", "", *place, tolerance=0.02)


FIGURES = Observed(
    tuple(
        observation(series, year, value, unit)
        for series, unit, values in (("care", "child", (77, 60, 47)),
                                     ("left", "child/year", (23, 18, 14)))
        for year, value in zip(("2009-10", "2010-11", "2011-12"), values, strict=True)
    )
)  # fmt: skip


def rate(name):
    prior = Prior("lognormal", 0.2, 3)
    return Parameter(name, 0.2, "1/year", role="estimated", bounds=(0.0, 9.0), prior=prior)


class Care(Model):
    """Children who leave care."""

    parameters = p = Parameters(
        {
            "care_0": Parameter("care_0", 100.0, "child"),
            "leaving_rate": rate("leaving_rate"),
            "unseen_rate": rate("unseen_rate"),
        }
    )
    care = Stock("In care", "child", p.care_0)
    left = Flow("Left", care >> cloud, care * p.leaving_rate)
    unseen = Aux("Unseen", care * p.unseen_rate)


def numbers(folder, text=TABLES):
    path = folder / "parameters.toml"
    path.write_text(text, encoding="utf-8")
    return path


def model_of(folder, text=TABLES):
    return with_parameters(Care(), numbers(folder, text))


@pytest.fixture(scope="module")
def fit(tmp_path_factory):
    model = model_of(tmp_path_factory.mktemp("numbers"))
    return calibrate(model, FIGURES, progress=False)


@pytest.fixture(scope="module")
def folder(fit, tmp_path_factory):
    place = tmp_path_factory.mktemp("made") / "fit"
    write_fit(fit, None, place)
    return place


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_tables_record_and_a_figure_of_each_series_are_written(folder):
    assert set(contents(folder)) == TABLES_AND_FIGURES
    assert contents(folder)["figures/care.png"] != contents(folder)["figures/left.png"]


def test_the_paths_returned_are_those_written(fit, tmp_path):
    paths = write_fit(fit, None, tmp_path / "fit", figures=False)
    assert {path.name for path in paths} == set(contents(tmp_path / "fit"))
    assert not (tmp_path / "fit" / "figures").exists()


def test_a_fit_is_written_with_the_same_bytes_twice(fit, folder, tmp_path):
    write_fit(fit, None, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)


def test_the_tables_are_those_of_the_fit(fit, folder):
    table = pd.read_csv(folder / "correlations.csv", index_col="parameter")
    assert list(table.columns) == list(table.index) == list(fit.names)
    expected = fit.correlations()
    pd.testing.assert_frame_equal(table, expected, atol=6e-4, rtol=0)


def test_the_new_values_can_be_read_back_as_complete_entries(fit, folder):
    values = Parameters.read(folder / "parameters.toml")
    assert dict(values) == {name: fit.model.parameters[name] for name in fit.names}
    assert {name: entry.value for name, entry in values.items()} == fit.values
    again = with_parameters(Care(), folder / "parameters.toml")
    assert again.parameters["leaving_rate"].value == fit.values["leaving_rate"]


def test_the_new_values_alone_are_written_as_a_vintage_keeps_them(fit, folder):
    head, *rows = (folder / "fitted.csv").read_text(encoding="utf-8").splitlines()
    assert head == "name,value"
    pairs = (row.split(",") for row in rows)
    assert {name: float(value) for name, value in pairs} == fit.values


def test_a_fit_of_parameters_that_no_file_holds_gives_them_back_too(fit, tmp_path):
    model = fit.model.with_numbers(Parameters(dict(fit.model.parameters)))
    write_fit(replace(fit, model=model), None, tmp_path / "fit", figures=False)
    assert Parameters.read(tmp_path / "fit" / "parameters.toml")["care_0"].unit == "child"


def test_the_record_says_what_to_know_of_the_fit(fit, folder):
    record = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
    assert set(record["files"]) == TABLES_AND_FIGURES
    assert (record["numbers_that_may_be_estimated"], record["figures_fitted"]) == (3, 6)
    assert [record[f"numbers_{of}"] for of in ("estimated", "at_their_prior", "drawn")] == [2, 1, 0]
    assert record["chi_squared"] == pytest.approx(fit.chi_squared, rel=1e-5)
    assert record["at_bound"] == []
    assert record["set_by_prior"] == ["unseen_rate"]
    assert record["converged"] is True
    assert record["model"] == "Care"


def test_figures_of_an_earlier_fit_go_and_files_of_one_s_own_stay(fit, tmp_path):
    place = tmp_path / "fit"
    write_fit(fit, None, place)
    (place / "figures" / "mine.png").write_bytes(b"mine")
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    fewer = Observed(tuple(o for o in FIGURES.observations if o.series == "care"))
    write_fit(calibrate(fit.model, fewer, progress=False), None, place, overwrite=True)
    left = contents(place)
    assert "figures/left.png" not in left
    assert {"figures/care.png", "figures/mine.png", "notes.txt"} <= set(left)


@pytest.mark.parametrize("name", ["../outside.png", "figures/../../outside.png", "/outside.png"])
def test_a_record_can_make_nothing_outside_its_folder_go(fit, tmp_path, name):
    place, outside = tmp_path / "fit", tmp_path / "outside.png"
    write_fit(fit, None, place, figures=False)
    outside.write_bytes(b"mine")
    listed = str(outside) if name.startswith("/") else name
    (place / "figures").mkdir()
    record = json.loads((place / "fit.json").read_text(encoding="utf-8"))
    record["digests"] = {listed: hashlib.sha256(b"mine").hexdigest()}
    (place / "fit.json").write_text(json.dumps(record), encoding="utf-8")
    write_fit(fit, None, place, figures=False, overwrite=True)
    assert outside.read_bytes() == b"mine"


def test_a_folder_with_files_is_refused(fit, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CaresimError, match="already holds files"):
        write_fit(fit, None, tmp_path)
    assert [path.name for path in Path(tmp_path).iterdir()] == ["notes.txt"]


class Emptied(Model):
    """Beside care a home that no figure tells of, which more than half of a prior empties."""

    parameters = t = Parameters({
        "care_0": Parameter("care_0", 100.0, "child", source="made up"),
        "leaving_rate": rate("leaving_rate"),
        "lost": Parameter("lost", 25.0, "child/year", role="estimated", bounds=(0.0, 90.0),
                          prior=Prior("uniform", 0.0, 80.0)),
    })  # fmt: skip
    care = Stock("In care", "child", t.care_0)
    home = Stock("In the home", "child", t.care_0)
    left = Flow("Left", care >> cloud, care * t.leaving_rate)
    gone = Flow("Gone", home >> cloud, t.lost)


def test_a_fit_whose_draws_fail_is_written_all_the_same_and_says_so(tmp_path):
    """Most of a prior cannot be run over three years, though the best fit can."""
    fit, place = calibrate(Emptied(), FIGURES, least_learned=0, progress=False), tmp_path / "fit"
    with pytest.warns(UserWarning, match="the fit has no posterior") as told:
        write_fit(fit, None, place, figures=False)
    reason = str(told[0].message).removeprefix("the fit has no posterior: ")
    assert re.match(r"only \d+ of 100 draws could be solved; check bounds", reason)
    assert set(contents(place)) == {
        "fit.csv", "fitted.csv", "parameters.toml", "observed.csv", "given.toml", "fit.json",
        "scales.csv", "estimates.csv", "correlations.csv",
    }  # fmt: skip
    record = json.loads((place / "fit.json").read_text(encoding="utf-8"))
    assert record["left_out"]["posterior"] == reason
    loaded = Emptied(vintage=place)
    assert loaded.posterior_file is None
    assert {n: loaded.parameters[n].value for n in fit.names} == fit.values


def test_a_fit_that_no_vintage_can_hold_is_written_as_a_report(fit, tmp_path):
    started = replace(fit, model=fit.model.with_start(care=90.0))
    with pytest.warns(UserWarning, match="the fit has no vintage: a vintage holds parameters, and"):
        write_fit(started, None, tmp_path / "fit", figures=False)
    assert "fitted.csv" in contents(tmp_path / "fit")
    with pytest.raises(CaresimError, match=r"fit is no vintage: observed\.csv is missing"):
        Care(vintage=tmp_path / "fit")


def test_a_vintage_alone_is_written_for_the_model_to_load(fit, tmp_path):
    paths = write_vintage(fit, str(tmp_path / "mine"))
    assert {path.name for path in paths} == {
        "observed.csv", "given.toml", "fitted.csv", "posterior.csv", "fit.json",
    }  # fmt: skip
    loaded = Care(vintage=tmp_path / "mine")
    assert dict(loaded.parameters) == dict(fit.model.parameters)
    with pytest.raises(CaresimError, match="already holds files"):
        write_vintage(fit, tmp_path / "mine")
    write_vintage(fit, tmp_path / "mine", overwrite=True)
    with pytest.raises(CaresimError, match="with_start"):
        write_vintage(replace(fit, model=fit.model.with_start(care=9.0)), tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_the_text_says_how_many_numbers_are_learned_and_which_are_not(fit):
    text = fit_text(fit, None)
    lines = " ".join(text.split())
    assert (
        "3 numbers may be estimated from 6 figures of 2 series, of which 2 are (the figures narrow "
        "each by half or contradict its centre), 1 stay at the centre of their prior, and 0 more "
        "are drawn; converged"
    ) in lines
    assert "At a bound: none." in text
    assert "At the centre of their prior: unseen_rate." in text
    assert "Hardly told apart (a correlation beyond ±0.9): none." in text
    told = f"Squared misses over free figures: {fit.chi_squared:.2f} (a report, not a target)."
    assert told in text
    assert max(len(line) for line in text.splitlines()) <= 110


def test_what_is_drawn_alone_is_counted_and_what_moves_no_figure_apart(fit):
    still = replace(fit.model.parameters["care_0"], name="idle_0", role="fixed")
    known = Parameters({**fit.model.parameters, "idle_0": still})
    text = " ".join(fit_text(replace(fit, model=fit.model.with_numbers(known)), None).split())
    assert "and 1 more are drawn (1 of them move no figure); converged" in text


@pytest.fixture(scope="module")
def drawn(fit):
    return Drawn.of(fit, 250)


def test_whether_draws_meet_history_is_printed_and_written(fit, drawn, tmp_path):
    text = " ".join(fit_text(fit, None, drawn).split())
    sentence = drawn.history.sentence()
    assert f"{sentence[:1].upper()}{sentence[1:]}." in text
    write_fit(fit, None, tmp_path / "fit", drawn=drawn, figures=False)
    table = pd.read_csv(tmp_path / "fit" / "history.csv", index_col="series")
    pd.testing.assert_frame_equal(table, drawn.history.table(), atol=6e-4, rtol=0)
    rows = (tmp_path / "fit" / "posterior.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 251, "the draws that were handed in, made once"
    record = json.loads((tmp_path / "fit" / "fit.json").read_text(encoding="utf-8"))
    found = [record["draws_over_figures"][key] for key in ("from", "median", "to")]
    assert found == pytest.approx(drawn.history.quantiles, rel=1e-3)
    assert record["draws_miss"] == []


class Shown(Care):
    """The same with headlines, and with children who left that follow from those in care."""

    headlines = {"both": (Care.care, Care.left)}  # noqa: RUF012  (read, never changed)
    follows = (Follows(Care.left, of=(Care.care,)),)


def test_a_headline_that_half_of_the_draws_miss_is_named(tmp_path):
    """Figures that the model makes at the centres of its priors: a fit errs by nothing."""
    model = with_parameters(Shown(), numbers(tmp_path))
    made = run_observed_years(model, FIGURES, None)
    years = made.clock.financial_years
    exact = tuple(
        replace(row, value=float(made.yearly(row.series)[years.index(row.year), 0]))
        for row in FIGURES.observations
    )
    found = Drawn.of(calibrate(model, Observed(exact), progress=False), 250)
    assert found.missed == ("care", "left")
    lines = " ".join(found.lines())
    assert (
        "miss these headline series by over 1.5 times the error of the best fit: care, left."
        in lines
    )


def test_without_draws_no_posterior_is_written_and_it_is_said(fit, tmp_path):
    none = Drawn.of(fit, 0)
    assert "No draws: none were asked for. No posterior is written" in fit_text(fit, None, none)
    write_fit(fit, None, tmp_path / "fit", drawn=none, figures=False)
    assert not {"posterior.csv", "history.csv"} & set(contents(tmp_path / "fit"))
    record = json.loads((tmp_path / "fit" / "fit.json").read_text(encoding="utf-8"))
    assert record["left_out"] == {"posterior": "none were asked for"}
    assert Care(vintage=tmp_path / "fit").posterior_file is None


def test_estimates_hold_how_each_number_came_about_and_what_was_learned(fit, folder):
    table = pd.read_csv(folder / "estimates.csv", index_col="parameter")
    assert table["how"].to_dict() == fit.how
    assert table["learned"].to_dict() == pytest.approx(fit.learned, rel=1e-4, abs=1e-6)


def test_scales_hold_the_listed_tolerance_and_what_was_made_of_it(fit, folder):
    table = pd.read_csv(folder / "scales.csv", index_col="series")
    assert list(table.columns) == ["tolerance", "scale", "factor", "figures", "free"]
    assert table["tolerance"].to_dict() == {"care": 0.02, "left": 0.02}
    assert table["scale"].to_dict() == pytest.approx(fit.scales, rel=1e-3)
    assert (table["scale"] / table["tolerance"]).to_numpy() == pytest.approx(
        table["factor"].to_numpy(), rel=1e-3
    )
    assert table["figures"].sum() == fit.n_points


def test_sums_among_figures_are_shared_out_among_their_series():
    table = scale_table(Misfit.of(Shown(), FIGURES, ("leaving_rate",)))
    assert table["figures"].to_dict() == {"care": 3, "left": 3}
    assert table["free"].sum() == pytest.approx(6 - len(sums_of(Shown(), FIGURES)))
    assert (table["free"] < 3).all()


def test_profiles_are_written_into_a_folder_of_their_own(fit, drawn, tmp_path):
    found = fit.profile("leaving_rate", points=5)
    options = {"drawn": drawn, "profiles": [found]}
    write_fit(fit, None, tmp_path / "fit", figures=False, **options)
    table = pd.read_csv(tmp_path / "fit" / "profiles" / "leaving_rate.csv", index_col="value")
    assert table["rise"].to_numpy() == pytest.approx(found.rise, rel=1e-4, abs=1e-5)
    assert not (tmp_path / "fit" / "profiles" / "leaving_rate.png").exists()
    write_fit(fit, None, tmp_path / "fit", overwrite=True, **options)
    picture = (tmp_path / "fit" / "profiles" / "leaving_rate.png").read_bytes()
    assert picture.startswith(b"\x89PNG")


def test_a_fit_at_a_bound_is_told_and_how_many_draws_lie_on_it(tmp_path):
    narrow = TABLES.replace("bounds = [0.01, 2]", "bounds = [0.01, 0.21]", 1)
    fit = calibrate(model_of(tmp_path, narrow), FIGURES, progress=False)
    assert "At a bound: leaving_rate." in fit_text(fit, None)
    write_fit(fit, None, tmp_path / "fit", figures=False)
    told = json.loads((tmp_path / "fit" / "fit.json").read_text(encoding="utf-8"))
    assert told["draws_solved"] == "1000 of 1000"
    (notice,) = told["draws_notices"]
    on = int(re.match(r"(\d+) of 1000 draws lie on a parameter's bound: leaving_rate", notice)[1])
    head, *rows = (tmp_path / "fit" / "posterior.csv").read_text(encoding="utf-8").splitlines()
    at = head.split(",").index("leaving_rate")
    assert sum(float(row.split(",")[at]) == 0.21 for row in rows) == on > 500
