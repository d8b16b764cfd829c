"""Backtests: what is known at an origin, errors as by hand, draws, rivals, parts and text."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
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
    smooth_step,
)
from caresim.language.dates import year_end
from caresim.language.observed import Observation
from caresim.language.parameters import Series
from caresim.study.backtest import Backtest, backtest
from caresim.study.backtest.given import continued, model_at
from caresim.study.backtest.rolling import default_origins
from caresim.study.backtest.scores import QUANTILES
from caresim.study.workers import InTurn

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2019)]
INFLOW = Series(
    tuple(float(year) for year in range(2009, 2019)),
    tuple(100.0 + 5 * i for i in range(10)),
    held=True,
)


class Leaving(Model):
    """Children who leave care at a rate to be estimated; a given number comes in each year."""

    parameters = p = Parameters(
        {
            "rate": Parameter("rate", 0.3, "1/year", role="estimated", bounds=(0.01, 2.0),
                              prior=Prior("lognormal", 0.3, 5)),
            "start": Parameter("start", 1000.0, "child"),
            "into": Parameter("into", INFLOW, "child/year"),
        }
    )  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)
    headlines = {"one": (care,)}  # noqa: RUF012


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


def score(observed, **options):
    options = {"given": "actual", "draws": 0, "progress": False, "executor": InTurn(), **options}
    return backtest(Leaving(), observed, **options)


def rows(result, series="care", origin="2013-14"):
    table = result.table
    return table[(table["series"] == series) & (table["origin"] == origin)].set_index("horizon")


# What is scored


def test_a_true_model_projects_its_own_future():
    assert score(figures(truth())).signed_errors["model"].abs().max() < 0.1


def test_origins_leave_four_years_to_fit_and_one_to_score():
    observed = figures(truth())
    assert default_origins(Leaving(), observed) == tuple(YEARS[3:9])
    assert score(observed).origins == tuple(YEARS[3:9])


def test_each_error_is_of_one_series_origin_and_horizon():
    result = score(figures(truth()), horizons=[1, 2, 3])
    counts = result.table.groupby("origin")["horizon"].agg(list)
    assert counts["2012-13"] == [1, 2, 3, 1, 2, 3]
    assert counts["2017-18"] == [1, 1], "later years have no figure"
    assert not result.table.duplicated(["given", "origin", "series", "horizon"]).any()


def test_the_error_is_that_of_later_figures_in_percent():
    """The later figures are moved by 10 %, which a fit to the early years cannot know."""
    values = truth()
    for year in YEARS[5:]:
        values["care"][year] *= 1.1
    errors = score(figures(values), origins=["2013-14"])
    found = errors.signed_errors["model"][errors.table["series"] == "care"]
    assert found.to_numpy() == pytest.approx(100 * (1 / 1.1 - 1), abs=0.1)


def test_pooled_each_error_counts_once_and_the_mean_of_origins_each_origin():
    values = truth()
    for year in YEARS[6:]:
        values["care"][year] *= 1.2
    table = score(figures(values)).only("one").errors("origin")
    by_origin = table.drop(index=["mean of origins", "pooled"])
    weights = [5, 5, 4, 3, 2, 1]
    assert table.loc["mean of origins", "model"] == pytest.approx(by_origin["model"].mean())
    assert table.loc["pooled", "model"] == pytest.approx(
        np.average(by_origin["model"], weights=weights)
    )


def test_rivals_stand_beside_with_every_published_figure():
    """One figure without a tolerance: the model is not fitted to it, the rivals see it."""
    values = truth()
    first = values["care"]["2009-10"] = values["care"]["2010-11"] * 0.5
    observed = figures(values)
    kept = tuple(
        replace(o, tolerance=0.0) if (o.series, o.year) == ("care", "2009-10") else o
        for o in observed.observations
    )
    found = rows(score(Observed(kept), origins=["2013-14"]))
    last = values["care"]["2013-14"]
    assert found["last_value"].to_numpy() == pytest.approx(last)
    change = (last - first) / 4
    assert found.loc[1, "trend"] == pytest.approx(last + change)
    assert found.loc[2, "damped_trend"] == pytest.approx(last + change * (0.8 + 0.64))
    three = found[["model", "damped_trend", "last_value"]].median(axis=1)
    assert found["median"].to_numpy() == pytest.approx(three.to_numpy())


def test_series_that_are_not_fitted_are_scored_only_where_the_model_says_so():
    observed = figures(truth())
    kept = tuple(
        replace(o, tolerance=0.0) if o.series == "left" else o for o in observed.observations
    )

    class Also(Leaving):
        scored = (Leaving.left,)

    assert score(Observed(kept)).series == ("care",)
    also = backtest(Also(), Observed(kept), draws=0, progress=False, origins=["2014-15"])
    assert set(also.series) == {"care", "left"}


def test_a_series_without_a_figure_at_an_origin_is_not_scored_from_it():
    values = truth()
    del values["left"]["2013-14"]
    result = score(figures(values), origins=["2013-14", "2014-15"])
    assert set(result.table[result.table["origin"] == "2013-14"]["series"]) == {"care"}
    assert set(result.table[result.table["origin"] == "2014-15"]["series"]) == {"care", "left"}


# What is known at an origin


@pytest.mark.parametrize("given", ["rule", "actual"])
def test_no_figure_after_an_origin_reaches_its_fit(given):
    """Later figures, and by rule later given values, are poisoned: the same bytes come out."""
    values = truth()
    wild = {
        n: {y: v * (9 if y > "2013-14" else 1) for y, v in p.items()} for n, p in values.items()
    }
    poisoned = Leaving()
    if given == "rule":
        moved = [
            v * (1 if t < 2014 else 50) for t, v in zip(INFLOW.times, INFLOW.values, strict=True)
        ]
        entries = dict(poisoned.parameters.entries)
        entries["into"] = replace(entries["into"], value=Series(INFLOW.times, tuple(moved), True))
        poisoned = poisoned.with_numbers(Parameters(entries))
    told = {"given": given, "draws": 20, "origins": ["2013-14"], "progress": False}
    tame = backtest(Leaving(), figures(values), **told)
    other = backtest(poisoned, figures(wild), **told)
    same = [c for c in tame.table.columns if c != "actual"]
    pd.testing.assert_frame_equal(tame.table[same], other.table[same], check_exact=True)
    assert not np.allclose(tame.table["actual"], other.table["actual"])


def test_a_fit_starts_from_the_priors_and_not_from_the_shipped_values():
    known = model_at(Leaving(rate=1.5), "2013-14")
    assert known.parameters["rate"].value == pytest.approx(0.3)
    widened = model_at(Leaving(), "2013-14", widen=2.0).parameters["rate"].prior
    assert widened.second == pytest.approx(25)


def test_fixed_numbers_take_the_newest_vintage_that_was_known():
    entry = Parameter("share", 0.5, vintages=(("2012-13", 0.1), ("2014-15", 0.3)))
    model = Leaving()
    model.parameters = Parameters({**model.parameters.entries, "share": entry})
    found = {
        year: model_at(model, year).parameters["share"].value
        for year in ("2010-11", "2012-13", "2013-14", "2014-15", "2015-16")
    }
    assert list(found.values()) == [0.1, 0.1, 0.1, 0.3, 0.5]


class Turning(Model):
    """As Leaving, with a rate that changes over years of which figures may know a part."""

    parameters = p = Parameters(
        {
            **Leaving.parameters.entries,
            "known": Parameter("known", 2019.0, "year"),
            "late_end": Parameter("late_end", 1.0, role="estimated", bounds=(0.1, 9.0),
                                  prior=Prior("lognormal", 1.0, 2.0)),
        }
    )  # fmt: skip
    figures_end = "known"
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)
    turned = Aux(
        "What turns late", smooth_step(1, p.late_end, "2013-03-31", "2017-03-31", known_to=p.known)
    )


def test_paths_are_known_to_the_origin_and_no_further():
    ends = {year: model_at(Turning(), year).parameters["known"].value for year in YEARS[1:4]}
    assert ends == {year: float(year_end(year)) for year in YEARS[1:4]}
    own = model_at(Turning(known=2010.5), "2013-14").parameters["known"].value
    assert own == 2010.5, "what the caller set stays"


def test_a_fit_knows_paths_to_its_last_figure_and_carries_on_what_has_run():
    """A path that has run a quarter stays where it is, whatever its end is drawn to be."""
    observed = figures(truth()).until("2013-14")
    fit = cs.calibrate(model_at(Turning(), "2013-14"), observed, progress=False)
    assert fit.model.parameters["known"].value == 2014.0
    moved = fit.model.with_values(late_end=3.0)
    turned = cs.run(moved, until="2019-03-31").values("turned")[:, 0]
    assert turned[-1] == pytest.approx(1 + 2 * (3 / 16 - 2 / 64), rel=1e-12)
    whole = cs.run(moved.with_values(known=2017.0), until="2019-03-31").values("turned")[:, 0]
    assert whole[-1] == pytest.approx(3.0, rel=1e-12)


def test_figures_are_seen_as_first_published():
    observed = figures(truth())
    first = tuple(
        replace(o, first_published=o.value * 0.9) if o.year <= "2012-13" else o
        for o in observed.observations
    )
    seen = score(Observed(first), origins=["2012-13"])
    newest = score(Observed(first), origins=["2012-13"], figures="newest")
    assert seen.table["first_published"].iloc[0] == 8
    assert rows(seen, origin="2012-13")["last"].iloc[0] == pytest.approx(
        0.9 * observed.series["care"]["2012-13"].value
    )
    assert newest.table["model"].iloc[0] == pytest.approx(
        observed.series["care"]["2013-14"].value, rel=1e-3
    )
    assert newest.table["first_published"].iloc[0] == 0, "none was used as such"
    # both start at the last figure that they see, and the lower figures leave it behind
    assert seen.table["model"].iloc[1] > 1.02 * newest.table["model"].iloc[1], "fewer seem to stay"
    assert (seen.table["actual"] == newest.table["actual"]).all(), "what came about is the newest"


@pytest.mark.parametrize(
    ("how", "after"),
    [
        ("level", [120.0, 120.0, 120.0]),
        ("growth", [120 * 1.2 ** (k / 4) for k in (1, 2, 3)]),  # a fifth in four years before
        ("zero", [0.0, 0.0, 0.0]),
    ],
)
def test_given_values_go_on_by_one_rule(how, after):
    known = continued(INFLOW, "2013-14", how)
    found = [np.interp(t, known.times, known.values) for t in (2014.0, 2015.0, 2016.0)]
    assert found == pytest.approx(after)
    assert known.values[:5] == INFLOW.values[:5]


def test_a_dated_path_is_known_to_its_last_day_before_the_origin():
    population = Series((2009.25, 2010.25, 2011.25, 2012.25), (100.0, 102.0, 104.0, 106.0), False)
    known = continued(population, "2011-12", "growth")
    assert known.times[:3] == (2009.25, 2010.25, 2011.25)
    assert known.values[3] == pytest.approx(104 * (104 / 100) ** 0.5)
    assert known.times[3] == 2012.25


def test_a_path_that_begins_after_an_origin_is_level():
    late = Series((2016.5, 2017.5), (5.0, 7.0), False)
    assert continued(late, "2012-13", "growth").values == (5.0,)


def test_by_rule_the_last_value_goes_on_and_as_it_came_about_it_grows():
    observed = figures(truth())
    by_rule, actual = (score(observed, origins=["2013-14"], given=g) for g in ("rule", "actual"))
    assert rows(actual)["model"].to_numpy() == pytest.approx(
        rows(actual)["actual"].to_numpy(), rel=1e-3
    )
    shortfall = rows(by_rule)["model"] / rows(by_rule)["actual"] - 1
    assert (np.diff(shortfall) < 0).all(), "each further year lacks more arrivals"
    both = score(observed, origins=["2013-14"], given="both")
    assert both.given == ("rule", "actual")


# Draws


def test_bands_come_from_draws_and_are_counted():
    result = score(figures(truth(), tolerance=0.05), origins=["2014-15"], draws=60)
    told = result.draws.loc[("actual", "2014-15")]
    assert (told["draws"], told["tried"]) == (60, 60)
    quantiles = result.quantiles()
    assert quantiles.shape == (len(result), len(QUANTILES))
    assert (np.diff(quantiles, axis=1) > 0).all()
    assert result.coverage().loc[95, "inside"] == 100, "a true model with figures of no noise"
    assert result.relative() < 0.5
    assert "80 % bands held 100 %" in result.line()


def test_without_draws_there_are_no_bands_and_a_pair_counts_as_one():
    result = score(figures(truth()), origins=["2014-15"])
    assert np.isnan(result.coverage()["inside"]).all()
    assert result.relative() == 1
    assert "bands" not in result.line()


def test_bands_of_the_last_value_are_normal_in_logs():
    result = score(figures(truth()), origins=["2014-15"])
    quantiles = result.quantiles("last_value")
    table = result.table
    upper = table["last_value"] * np.exp(1.959963985 * table["last_value_spread"])
    np.testing.assert_allclose(quantiles[:, -1], upper)
    assert np.isnan(result.quantiles("trend")).all()


@pytest.mark.parametrize("by", ["series", "origin", "horizon"])
def test_all_scores_of_a_part_are_those_of_its_rows(by):
    values = truth()
    for year in YEARS[6:]:
        values["care"][year] *= 1.1
    result = score(figures(values, tolerance=0.05), draws=40, origins=YEARS[4:7])
    table = result.scores(by)
    pooled = table.loc["pooled"]
    assert pooled["figures"] == len(result) == table["figures"].iloc[:-1].sum()
    weights = table["figures"].iloc[:-1]
    for column in ("error", "bias", "in_50", "in_80", "in_90", "in_95"):
        assert np.average(table[column].iloc[:-1], weights=weights) == pytest.approx(pooled[column])
    ratios = np.log(table["relative"].iloc[:-1])
    assert np.exp(np.average(ratios, weights=weights)) == pytest.approx(pooled["relative"])
    np.testing.assert_allclose(
        table["error"], result.errors(by).drop(index="mean of origins", errors="ignore")["model"]
    )
    assert table["in_95"].loc["pooled"] >= table["in_50"].loc["pooled"]


def test_scores_by_another_word_are_refused():
    with pytest.raises(CaresimError, match="by 'series', 'origin' or 'horizon', not 'year'"):
        score(figures(truth()), origins=["2014-15"]).scores("year")


# Side by side, in parts, as text


def test_processes_give_the_same_as_one_after_the_other():
    observed = figures(truth(), tolerance=0.05)
    alone = score(observed, draws=20)
    together = score(observed, draws=20, executor=None)
    assert alone.text() == together.text()


def test_a_backtest_that_was_stopped_goes_on_from_its_parts(tmp_path):
    observed = figures(truth())
    whole = score(observed, parts=tmp_path)
    parts = sorted(path.name for path in tmp_path.iterdir())
    assert parts == [f"{year}.json" for year in YEARS[3:9]]
    (tmp_path / "2013-14.json").unlink()
    kept = json.loads((tmp_path / "2012-13.json").read_text(encoding="utf-8"))
    kept["value"][0]["model"] = 1.0
    (tmp_path / "2012-13.json").write_text(json.dumps(kept), encoding="utf-8")
    (tmp_path / "actual_2014-15.json").write_text("{half", encoding="utf-8")
    again = score(observed, parts=tmp_path)
    assert again.table["model"].iloc[0] == 1.0, "what is there is not made anew"
    assert again.table["model"].iloc[1:].equals(whole.table["model"].iloc[1:])


def test_parts_of_other_figures_are_not_taken(tmp_path):
    score(figures(truth(0.2)), parts=tmp_path)
    other = score(figures(truth(0.25)), parts=tmp_path)
    assert other.text() == score(figures(truth(0.25))).text()


def test_a_backtest_is_kept_as_text(tmp_path):
    result = score(figures(truth()), draws=20)
    path = tmp_path / "backtest.csv"
    path.write_text(result.text(), encoding="utf-8")
    again = Backtest.read(path, Leaving())
    assert again.text() == result.text()
    assert again.groups == {"one": ("care",)}
    np.testing.assert_allclose(again.errors("series"), result.errors("series"), atol=1e-3)
    assert again.rows()[0]["series"] == "care"


def test_what_is_no_backtest_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("origin,horizon\n2012-13,1\n", encoding="utf-8")
    with pytest.raises(CaresimError, match="column 'given' is missing"):
        Backtest.read(path)


def test_it_shows_itself_in_a_notebook():
    result = score(figures(truth()))
    assert "2012-13" in result._repr_html_()
    assert "1 headline series missed by" in result.line()
    assert repr(result) == "<Backtest of Leaving: 2 series, 6 origins, horizons 1 to 5>"


# What cannot be scored


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"origins": ["2018-19"]}, "needs figures up to that year and after it"),
        ({"origins": ["2008-09"]}, "the figures run from 2009-10 to 2018-19"),
        ({"origins": "2012-13"}, r"write origins=\['2012-13'\]"),
        ({"origins": ["2012"]}, "2012"),
        ({"origins": []}, r"origins is a list of financial years, such as \['2014-15'\], not \[\]"),
        ({"horizons": [0, 1]}, "whole numbers of years from 1"),
        ({"horizons": []}, "whole numbers of years from 1"),
        ({"given": "guess"}, "'rule', 'actual' or 'both'"),
        ({"figures": "oldest"}, "'first published' or 'newest'"),
        ({"widen": 0.0}, "above 0"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_a_sentence(options, reason):
    with pytest.raises(CaresimError, match=reason):
        score(figures(truth()), **options)


def test_a_model_without_figures_is_refused():
    with pytest.raises(CaresimError, match="needs observed figures"):
        backtest(Leaving(), progress=False)


def test_an_unknown_group_is_refused_with_a_near_one():
    result = score(figures(truth()), origins=["2014-15"])
    with pytest.raises(CaresimError, match="no group 'ones'; did you mean 'one'"):
        result.only("ones")


# Disturbed figures


def disturbed(years):
    """Return figures of a known rate, a tenth too low in some years under a cause."""
    rows = [
        replace(row, value=0.9 * row.value, cause="a strike") if row.year in years else row
        for row in figures(truth()).observations
    ]
    return Observed(rows)


def test_nothing_is_scored_against_a_disturbed_figure_and_it_is_counted():
    result = score(disturbed(["2015-16"]), origins=["2013-14", "2014-15"])
    assert rows(result)["year"].tolist() == ["2014-15", "2016-17", "2017-18", "2018-19"]
    assert rows(result, origin="2014-15")["year"].tolist() == ["2016-17", "2017-18", "2018-19"]
    assert result.disturbed == 4, "two series from two origins"
    assert result.line().endswith(
        "of all series, 4 projections of disturbed figures are not scored"
    )
    assert result.pooled() < 0.1, "a true model misses no figure that is scored"


def test_from_a_disturbed_origin_rivals_go_on_from_the_figure_before_it_over_a_year_more():
    usual = score(figures(truth()), origins=["2012-13"], horizons=[2, 3])
    found = score(disturbed(["2013-14"]), origins=["2013-14"], horizons=[1, 2])
    heads = ["last", "last_value", "trend", "damped_trend", "holt_damped_trend", "random_walk",
             "last_value_spread"]  # fmt: skip
    before, after = (rows(one, origin=o)[heads] for one, o in
                     ((usual, "2012-13"), (found, "2013-14")))  # fmt: skip
    assert after.to_numpy() == pytest.approx(before.to_numpy())
    assert found.disturbed == 0


def test_a_disturbed_figure_moves_a_fit_less_than_a_usual_one():
    usual = Observed([replace(o, cause="") for o in disturbed(["2013-14"]).observations])
    far, near = (
        score(figures, origins=["2013-14"], horizons=[2]).pooled()
        for figures in (usual, disturbed(["2013-14"]))
    )
    assert near < far / 2


def test_a_score_of_nothing_but_disturbed_figures_is_refused():
    later = ["2017-18", "2018-19"]
    with pytest.raises(CaresimError, match="2016-17 and a later one that nothing disturbed"):
        score(disturbed(later), origins=["2016-17"])


def test_the_count_is_kept_by_its_file_and_undisturbed_figures_have_none(tmp_path):
    path = tmp_path / "backtest.csv"
    path.write_text(score(disturbed(["2015-16"]), origins=["2013-14"]).text(), encoding="utf-8")
    assert Backtest.read(path).disturbed == 2
    assert "disturbed" not in score(figures(truth()), origins=["2013-14"]).columns
