"""The out-of-sample score: fitted to early years alone, errors as by hand, and kept as text."""

from dataclasses import replace

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import (
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
from caresim.language.observed import Observation
from caresim.study.backtest import Score, backtest, unseen_model

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2019)]


class Leaving(Model):
    """Children who leave care at a rate to be estimated."""

    parameters = p = Parameters(
        {
            "rate": Parameter("rate", 0.3, "1/year", role="estimated", bounds=(0.01, 2.0),
                              prior=Prior("lognormal", 0.3, 5)),
            "start": Parameter("start", 1000.0, "child"),
            "into": Parameter("into", 100.0, "child/year"),
        }
    )  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)


def truth(rate=0.2):
    run = execute(Leaving(rate=rate), Clock(2009, 2019, 16))
    return {
        name: dict(zip(YEARS, run.yearly(name)[:, 0], strict=True)) for name in ("care", "left")
    }


def figures(values, tolerance=0.01):
    return Observed(
        tuple(
            Observation(name, year, value, "", "", "", "", "", "", tolerance=tolerance)
            for name, points in values.items()
            for year, value in points.items()
        )
    )


def score_of(observed, **options):
    rows = backtest(Leaving(), observed, progress=False, **options).rows
    return {row["series"]: row for row in rows}


def test_a_true_model_projects_its_own_future():
    for name, row in score_of(figures(truth())).items():
        assert row["model"] < 0.1, name


def test_no_change_is_the_last_fitted_figure_kept():
    values = truth()
    rows = score_of(figures(values))
    for name, points in values.items():
        last = points["2015-16"]
        later = np.array([points[year] for year in YEARS[7:]])
        assert rows[name]["no_change"] == pytest.approx(100 * np.mean(np.abs(last / later - 1)))


def test_the_error_is_the_mean_absolute_percentage_of_the_later_years():
    """The later figures are moved by 10 %, which a fit to the early years cannot know."""
    values = truth()
    for year in YEARS[7:]:
        values["care"][year] *= 1.1
    row = score_of(figures(values))["care"]
    assert row["model"] == pytest.approx(100 * (1 - 1 / 1.1), abs=0.1)


def test_later_figures_do_not_reach_the_fit():
    values = truth()
    wild = {
        n: {y: v * (9 if y > "2015-16" else 1) for y, v in p.items()} for n, p in values.items()
    }
    tame_row, wild_row = (score_of(figures(v))["care"] for v in (values, wild))
    # what is projected stays the same, so the error is what nine times the figures make it
    later = np.array([values["care"][year] for year in YEARS[7:]])
    assert tame_row["model"] < 0.1
    assert wild_row["model"] == pytest.approx(
        100 * np.mean(np.abs(later / (9 * later) - 1)), abs=0.1
    )


def test_the_years_of_fit_and_score_are_told():
    row = score_of(figures(truth()), fitted_to="2013-14")["care"]
    told = (row["fitted_to"], row["scored_from"], row["scored_to"], row["points"])
    assert told == ("2013-14", "2014-15", "2018-19", "5")


def test_figures_without_a_tolerance_are_not_scored():
    values = truth()
    plain, kept = (
        figures({"left": values["left"]}, tolerance=0.0),
        figures({"care": values["care"]}),
    )
    assert set(score_of(Observed(plain.observations + kept.observations))) == {"care"}


def test_a_series_without_a_figure_for_the_last_fitted_year_is_not_scored():
    values = truth()
    del values["left"]["2015-16"]
    assert set(score_of(figures(values))) == {"care"}


def test_a_missing_later_year_is_left_out_of_the_mean():
    values = truth()
    del values["care"]["2017-18"]
    row = score_of(figures(values))["care"]
    assert (row["points"], row["scored_to"]) == ("2", "2018-19")


def test_the_model_s_own_figures_are_taken_when_none_are_given():
    class Watched(Leaving):
        observed = figures(truth())

    rows = backtest(Watched(), progress=False).rows
    assert [row["series"] for row in rows] == ["care", "left"]


@pytest.mark.parametrize("fitted_to", ["2018-19", "2030-31"])
def test_nothing_left_to_score_is_refused(fitted_to):
    with pytest.raises(CaresimError, match=f"needs observed years after {fitted_to} to score"):
        backtest(Leaving(), figures(truth()), fitted_to=fitted_to, progress=False)


def test_a_model_without_figures_is_refused():
    with pytest.raises(CaresimError, match="backtest needs observed years after 2015-16"):
        backtest(Leaving(), progress=False)


@pytest.mark.parametrize("fitted_to", ["2015", "2015-17", "2015-03-31"])
def test_a_year_that_is_none_is_refused(fitted_to):
    with pytest.raises(CaresimError, match="is not a financial year; write it as '2019-20'"):
        backtest(Leaving(), figures(truth()), fitted_to=fitted_to, progress=False)


# The score as an object


SCORE = Score(
    (
        {"series": "care", "fitted_to": "2015-16", "scored_from": "2016-17",
         "scored_to": "2018-19", "points": "3", "model": 1.23456, "no_change": 7.0},
    )
)  # fmt: skip


def test_a_score_is_written_with_three_decimals_and_read_back(tmp_path):
    head, row = SCORE.text().splitlines()
    assert head == "series,fitted_to,scored_from,scored_to,points,model,no_change"
    assert row == "care,2015-16,2016-17,2018-19,3,1.235,7.000"
    path = tmp_path / "score.csv"
    path.write_text(SCORE.text(), encoding="utf-8")
    again = Score.read(path)
    assert again.text() == SCORE.text()
    assert again.rows == ({**SCORE.rows[0], "model": 1.235},)


def test_a_score_shows_itself():
    assert SCORE.table().loc["care", "no_change"] == 7.0
    assert "1.2" in SCORE._repr_html_()


def test_a_model_without_a_score_file_has_none(tmp_path):
    class Scored(Leaving):
        score_file = tmp_path / "score.csv"

    Scored.score_file.write_text(SCORE.text(), encoding="utf-8")
    assert Score.of(Leaving()) is None
    assert Score.of(Scored()).rows[0]["series"] == "care"


def with_entries(**entries):
    model = Leaving()
    model.parameters = Parameters({**model.parameters.entries, **entries})
    return model


def errors_of(model, **options):
    rows = backtest(model, figures(truth()), progress=False, **options).rows
    return {row["series"]: row["model"] for row in rows}


def test_the_fit_starts_from_the_prior_and_not_from_what_ships():
    shipped = with_entries(rate=replace(Leaving.parameters["rate"], value=1.7))
    assert unseen_model(shipped, "2015-16").parameters["rate"].value == pytest.approx(0.3)


def test_a_fixed_number_is_set_back_to_its_vintage():
    known_later = replace(Leaving.parameters["into"], vintages=(("2015-16", 140.0),))
    model = with_entries(into=known_later)
    assert unseen_model(model, "2015-16").parameters["into"].value == 140
    assert unseen_model(model, "2014-15").parameters["into"].value == 100, "no such vintage"
    assert model.parameters["into"].value == 100, "the model itself stays as it is"
    spoilt = {
        r["series"]: r["model"] for r in backtest(model, figures(truth()), progress=False).rows
    }
    assert spoilt["care"] > score_of(figures(truth()))["care"]["model"]


def test_wider_priors_pull_less():
    tight = replace(Leaving.parameters["rate"], prior=Prior("lognormal", 0.3, 1.001))
    model = with_entries(rate=tight)
    errors = [
        {
            r["series"]: r["model"]
            for r in backtest(model, figures(truth()), progress=False, widen=w).rows
        }
        for w in (1, 300)
    ]
    assert errors[1]["care"] < errors[0]["care"] / 3


@pytest.mark.parametrize("widen", [0, -1, float("nan")])
def test_a_width_that_is_none_is_refused(widen):
    with pytest.raises(CaresimError, match="widen"):
        backtest(Leaving(), figures(truth()), progress=False, widen=widen)


def test_the_unseen_model_starts_where_the_model_does():
    assert unseen_model(Leaving().with_start(care=5.0), "2015-16").starting == {"care": 5.0}
    assert unseen_model(Leaving(), "2015-16").starting is None
