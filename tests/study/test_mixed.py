"""Levels mixed with the damped trend: factors by hand, the same for all, and what is refused."""

import re
from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
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
from caresim.language.errors import RunError
from caresim.language.observed import Observation
from caresim.study.backtest import Backtest, backtest
from caresim.study.mixed import logs_of_mix
from caresim.study.results import project
from caresim.study.workers import InTurn
from caresim.views.plot.notes import changed_note, inputs_print
from caresim.views.report.backtest_tables import sheets
from caresim.views.report.backtest_text import backtest_page

YEARS = ("2009-10", "2010-11", "2011-12", "2012-13", "2013-14")
CARE = (90.0, 95.0, 100.0, 105.0, 110.0)  # the model has 100
LEFT = (24.0, 23.0, 22.0, 21.0, 18.0)  # the model has 20
SUMS = np.array([0.0, 0.8, 1.44, 1.952, 2.3616, 2.68928])  # 0.8 + 0.8² + … by years ahead
LAST = 4  # place of the last figure among the years


class Care(Model):
    """Children who come and leave, at first as many as come."""

    parameters = p = Parameters(
        {
            "rate": Parameter("rate", 0.2, "1/year", role="estimated", bounds=(0.01, 2.0),
                              prior=Prior("lognormal", 0.2, 2)),
            "first": Parameter("first", 100.0, "child"),
            "into": Parameter("into", 20.0, "child/year", role="lever", bounds=(0.0, 100.0)),
        }
    )  # fmt: skip
    start, until = "2009-03-31", "2034-03-31"
    care = Stock("In care", "child", p.first)
    came = Flow("Came", cloud >> care, p.into)
    left = Flow("Left", care >> cloud, care * p.rate)


def figure(name, year, value, **more):
    return Observation(name, year, value, "", "", "", "", "", "", **{"tolerance": 0.02, **more})


def observed(care=CARE, left=LEFT):
    rows = [figure("care", *pair) for pair in zip(YEARS, care, strict=True)]
    return Observed([*rows, *(figure("left", *pair) for pair in zip(YEARS, left, strict=True))])


MODEL = Care().with_figures(observed())
MORE = cs.Scenario("More come", changes=[cs.Change("into", "set", 30.0, "2016-04-01")])
EARLY = cs.Scenario("More came", changes=[cs.Change("into", "set", 30.0, "2011-04-01")])


def factors(name, model=MODEL, scenario=None, **options):
    """Return the yearly factor of the mix from the last figure on, one column a run."""
    mixed = cs.run(model, scenario, mix="damped", **options).yearly(name)
    return (mixed / cs.run(model, scenario, **options).yearly(name))[LAST:]


# The factor, by hand


def test_a_level_is_the_log_mean_of_the_started_model_and_the_damped_trend():
    begun = 100 * (110 / 100) ** (0.5 ** np.arange(6))
    damped = 110 + 5 * SUMS
    found = cs.run(MODEL, mix="damped").yearly("care")[:, 0]
    assert found[LAST : LAST + 6] == pytest.approx(np.sqrt(begun * damped), rel=1e-12)
    assert found[:LAST] == pytest.approx(100.0, rel=1e-12), "before the last figure it is the model"


def test_a_flow_is_mixed_by_financial_year():
    begun = 20 * (18 / 20) ** (0.5 ** np.arange(6))
    damped = 18 - 1.5 * SUMS
    expected = np.sqrt(begun * damped)
    assert cs.run(MODEL, mix="damped").yearly("left")[LAST : LAST + 6, 0] == pytest.approx(expected)
    quarterly = cs.run(MODEL, mix="damped", every="quarter")
    assert quarterly.yearly("left")[LAST : LAST + 6, 0] == pytest.approx(expected)
    quarters = (quarterly.values("left") / cs.run(MODEL, every="quarter").values("left"))[:, 0]
    years = quarters.reshape(-1, 4)
    assert np.ptp(years, axis=1) == pytest.approx(0.0, abs=1e-12), "a year has one factor"


def test_between_two_31_marches_a_level_moves_by_a_straight_line_in_logarithms():
    mixed, plain = (cs.run(MODEL, mix=mix, every="quarter") for mix in ("damped", None))
    logs = np.log(mixed.values("care") / plain.values("care"))[4 * (LAST + 1) :, 0]
    times = plain.clock.save_times[4 * (LAST + 1) :]
    ends = np.arange(times[0], times[-1] + 1)
    assert logs == pytest.approx(np.interp(times, ends, logs[::4]), abs=1e-12)
    assert abs(logs[2]) > 1e-3


def test_after_five_years_what_remains_of_the_trend_is_halved_every_five():
    logs = np.log(factors("care"))[:, 0]
    assert logs[0] == pytest.approx(0.0, abs=1e-12), "both begin at the last figure"
    assert logs[5] > 0.05
    assert logs[[10, 15, 20]] == pytest.approx(logs[5] / np.array([2, 4, 8]))
    assert (np.diff(logs[5:]) < 0).all(), "without a step"


def test_a_run_that_ends_sooner_has_the_same_factors():
    whole, short = factors("care"), factors("care", until="2017-03-31")
    assert short == pytest.approx(whole[: len(short)], rel=1e-12)
    assert len(short) == 4


def test_a_quantity_without_figures_is_the_model_s():
    mixed, plain = (cs.run(MODEL, mix=mix) for mix in ("damped", None))
    assert np.array_equal(mixed.values("came"), plain.values("came"))
    assert np.array_equal(mixed.ledger(), plain.ledger()), "inside nothing moves"


def test_a_disturbed_figure_is_neither_begun_at_nor_in_the_trend():
    rows = [
        replace(row, cause="An event") if row.year == YEARS[-1] else row
        for row in observed().observations
    ]
    found = factors("care", Care().with_figures(Observed(rows)))[:, 0]
    begun = 100 * (105 / 100) ** (0.5 ** np.arange(5))
    damped = 105 + 5 * SUMS[:5]
    assert found[:4] == pytest.approx(np.sqrt(damped / begun)[1:])


def test_where_the_trend_comes_to_nothing_there_is_no_mean_and_the_model_stays():
    falling = Care().with_figures(observed(care=(170.0, 130.0, 90.0, 50.0, 10.0)))
    assert factors("care", falling)[:, 0] == pytest.approx(1.0, abs=1e-12)
    assert factors("left", falling)[3, 0] < 0.99, "others are mixed"
    assert not logs_of_mix([figure("care", "2009-10", 5.0)], np.array([5.0, 0.0, 5.0])).any()


# The same for all, so that differences are the model's


@pytest.mark.parametrize("scenario", [MORE, EARLY])
@pytest.mark.parametrize("name", ["care", "left"])
def test_a_scenario_over_its_baseline_is_what_it_is_without_the_mix(scenario, name):
    plain, mixed = (
        [cs.run(MODEL, plan, mix=mix).yearly(name) for plan in (None, scenario)]
        for mix in (None, "damped")
    )
    assert mixed[1] / mixed[0] == pytest.approx(plain[1] / plain[0], rel=1e-12)
    assert abs(mixed[1][-1] / plain[1][-1] - 1) > 1e-3


def test_all_draws_and_scenarios_have_one_factor():
    sample = cs.draws(MODEL, 7, seed=3, given="prior")
    one = factors("care")
    many = factors("care", draws=sample)
    assert many.shape == (len(one), 7)
    assert many == pytest.approx(np.repeat(one, 7, axis=1), rel=1e-12)
    assert factors("care", MODEL, MORE) == pytest.approx(one, rel=1e-12)


def test_what_a_caller_sets_leaves_the_factor_that_of_the_fitted_numbers():
    england, mine = England(), England(family_support_time=3.0)
    runs = {
        (model, mix): cs.run(model, until="2028-03-31", mix=mix).yearly("looked_after")
        for model in (england, mine)
        for mix in (None, "damped")
    }
    ratios = [runs[model, "damped"] / runs[model, None] for model in (england, mine)]
    assert ratios[0] == pytest.approx(ratios[1], rel=1e-12)
    assert abs(ratios[0][-1] - 1).max() > 1e-3
    assert not np.allclose(runs[england, None], runs[mine, None])


@pytest.mark.parametrize("target", ["python", "compiled"])
def test_both_ways_of_running_mix_alike(target):
    found = cs.run(MODEL, mix="damped", target=target).yearly("care")
    assert found == pytest.approx(cs.run(MODEL, mix="damped").yearly("care"), rel=1e-12)


def test_a_projection_mixes_lines_and_bands_and_what_is_told_of_them():
    plain, mixed = (
        project(England(), ["early_help_first"], n_draws=8, mix=mix) for mix in (None, "damped")
    )
    before, after = (
        np.hstack([one.yearly("looked_after") for one in (*found.runs, *found.ensembles.values())])
        for found in (plain, mixed)
    )
    ratio = after / before
    assert ratio.shape[1] == 2 + 2 * 8, "two lines, and the draws of both"
    assert ratio == pytest.approx(np.broadcast_to(ratio[:, :1], ratio.shape), rel=1e-12)
    assert abs(ratio - 1).max() > 0.01
    assert mixed.turn.end == mixed.baseline.yearly("looked_after")[-1, 0]
    assert mixed.turn.end != plain.turn.end
    assert inputs_print(mixed.runs) != inputs_print(plain.runs)


# What is said


def test_a_run_says_that_its_levels_are_mixed():
    run = cs.run(MODEL, MORE, mix="damped")
    (notice,) = (one for one in run.warnings if one.kind == "mixed")
    assert str(notice) == (
        "levels are mixed with the damped trend, as insurance against a break that the model has "
        "not seen; differences are the model's as shares"
    )
    assert run.provenance["mix"] == "damped"
    assert {"kind": "mixed", "subject": "damped", "text": str(notice)} in run.provenance["notices"]


def test_a_figure_says_of_which_runs_the_levels_are_mixed():
    plain, mixed = cs.run(MODEL, name="Alone"), cs.run(MODEL, mix="damped", name="Insured")
    said = "levels are mixed with the damped trend, as insurance"
    assert changed_note([mixed, mixed]) == f"Note: {said}."
    assert changed_note([plain, mixed]) == f"Note: Insured: {said}."
    assert changed_note([plain]) == ""
    printed = [text.get_text() for text in cs.plot.caseloads(mixed).texts]
    assert said in " ".join(" ".join(printed).split())


def test_without_it_nothing_is_said_and_nothing_changes():
    run = cs.run(MODEL)
    assert "mix" not in run.provenance
    assert not [one for one in run.warnings if one.kind == "mixed"]
    assert run.yearly("care")[LAST + 1, 0] == pytest.approx(100 * 1.1**0.5)


def test_outputs_that_begin_at_no_figure_are_not_said_to_be_mixed():
    run = cs.run(MODEL, mix="damped", outputs=["came"])
    assert not [one for one in run.warnings if one.kind == "mixed"]
    assert run.start == {}


@pytest.mark.parametrize("word", ["Damped", "", "trend", 1, True, ["damped"]])
def test_another_word_is_refused_in_one_sentence(word):
    with pytest.raises(RunError, match="mix is 'damped', or None for the model alone, not") as said:
        cs.run(MODEL, mix=word)
    assert "\n" not in str(said.value)


def test_there_is_nothing_to_mix_where_no_projection_begins_at_a_figure():
    with pytest.raises(RunError, match="leave from_figures as it is"):
        cs.run(MODEL, mix="damped", from_figures=False)
    said = "goes on from the last figures that a model is fitted to, and Care has none by 2029-30"
    with pytest.raises(RunError, match=said):
        cs.run(Care(), mix="damped", until="2030-03-31")
    with pytest.raises(RunError, match=re.escape("has none by 2011-12")):
        cs.run(MODEL, mix="damped", until="2012-03-31")


def test_a_mixed_run_is_not_compared_with_one_that_is_not():
    mixed, plain = cs.run(MODEL, MORE, mix="damped"), cs.run(MODEL)
    with pytest.raises(RunError, match=r"'More come' with mix='damped'; give both the same"):
        cs.compare(plain, mixed)
    table = cs.compare(cs.run(MODEL, mix="damped"), mixed)
    shares = cs.compare(plain, cs.run(MODEL, MORE))["percent"]
    assert table["percent"].to_numpy() == pytest.approx(shares.to_numpy(), rel=1e-9)


# One place of the whole


def test_a_council_is_mixed_with_its_own_trend_and_only_where_it_is_asked_for():
    leeds = cs.council(England(), "Leeds")
    plain, mixed = (cs.run(leeds, until="2026-03-31", mix=mix) for mix in (None, "damped"))
    assert "mix" not in plain.provenance
    figures = leeds.observed.series["looked_after"]
    years, values = [int(year[:4]) for year in figures], [row.value for row in figures.values()]
    change = (values[-1] - values[years.index(years[-1] - 5)]) / 5
    at = plain.clock.financial_years.index(f"{years[-1]}-{(years[-1] + 1) % 100:02d}")
    begun = plain.yearly("looked_after")[at : at + 6, 0]
    found = mixed.yearly("looked_after")[at : at + 6, 0]
    assert found == pytest.approx(np.sqrt(begun * (values[-1] + change * SUMS)))
    assert abs(found[-1] / begun[-1] - 1) > 1e-4


# Scored beside the model


@pytest.fixture(scope="module")
def scored():
    truth = cs.run(Care(first=150.0), until="2019-03-31")
    rows = [
        figure(name, year, float(value) * (1 + 0.02 * (k % 3)))
        for name in ("care", "left")
        for k, (year, value) in enumerate(
            zip(truth.clock.financial_years, truth.yearly(name)[:, 0], strict=True)
        )
    ]
    return backtest(
        Care(first=150.0), Observed(rows), origins=["2013-14", "2014-15"], horizons=[1, 3, 5],
        given="actual", draws=0, progress=False, executor=InTurn(),
    )  # fmt: skip


def test_the_mixed_point_is_the_log_mean_of_model_and_damped_trend(scored):
    table = scored.table
    expected = np.sqrt(table["model"] * table["damped_trend"])
    assert table["mixed"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-5)
    assert abs(table["mixed"] / table["model"] - 1).max() > 1e-3
    assert "mixed" in scored.methods
    assert "mixed" in scored.errors().columns


def test_the_tables_and_the_page_of_a_backtest_have_it(scored):
    heads = [sheet.heads for sheet in sheets(scored) if "Median of three" in sheet.heads]
    assert heads
    assert all("Mixed" in row for row in heads)
    assert 'run with `mix="damped"`' in backtest_page(scored)


def test_an_older_table_without_it_goes_on_and_says_nothing_of_it(scored, tmp_path):
    path = tmp_path / "backtest.csv"
    kept = {head: cells for head, cells in scored.columns.items() if head != "mixed"}
    path.write_text(Backtest(kept).text(), encoding="utf-8")
    older = Backtest.read(path)
    assert "mixed" not in older.methods
    page = backtest_page(older)
    assert "Mixed" not in page
    assert "Median of three" in page
    errors = older.errors("horizon")
    assert errors.equals(scored.errors("horizon").drop(columns="mixed"))
    with pytest.raises(CaresimError, match="against is one of"):
        cs.plot.backtest_errors(older, against="mixed")


def test_later_years_of_a_backtest_are_mixed_as_a_run_mixes_them():
    """Over eight years from one origin: the factor of the fifth year, halved by five years."""
    rows = [figure("care", *pair) for pair in zip(YEARS, CARE, strict=True)]
    path = np.linspace(110.0, 130.0, 9)
    logs = logs_of_mix(rows, path)
    assert logs[:6] == pytest.approx(0.5 * np.log((110 + 5 * SUMS) / path[:6]))
    assert logs[6:] == pytest.approx(logs[5] * 0.5 ** (np.arange(1, 4) / 5))
