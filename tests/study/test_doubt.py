"""What a band is made of, and the published effects that bear on a scenario."""

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.study.doubt.made_of import made_of
from caresim.study.doubt.tested import effects_on
from caresim.study.question import Question
from caresim.study.results import project
from caresim.study.scenario.reading import read_scenario
from caresim.views.report.doubted import doubt_lines


@pytest.fixture(scope="module")
def england():
    return England()


@pytest.fixture(scope="module")
def results(england):
    return project(england, ["early_help_first"], until="2030-03-31", n_draws=60)


def test_the_band_is_told_with_each_kind_of_chance(england):
    sample = cs.draws(england, 80, seed=1)
    asked = Question.of(england, until="2030-03-31", draws=sample)
    whole = asked.run(["looked_after"]).yearly("looked_after")[-1]
    found = made_of(asked, "looked_after", 80_000.0, whole)
    assert set(found.kinds) == {"rates", "shocks", "givens"}
    assert found.whole == pytest.approx(np.quantile(whole, [0.1, 0.9]).tolist())
    widths = {kind: high - low for kind, (low, high) in found.kinds.items()}
    alone = found.alone[1] - found.alone[0]
    assert all(width > alone for width in widths.values())
    assert found.whole[1] - found.whole[0] > max(widths.values())
    # a loop of its own brings deaths in one structure of four, and none besides
    assert found.events == pytest.approx(0.75 * 0.2, rel=0.5)


def test_events_are_counted_where_nothing_draws_how_many_there_are():
    often = England(shock_rate=0.5)
    sample = cs.draws(often, 100, seed=1, structure="as published")
    asked = Question.of(often, until="2030-03-31", draws=sample)
    assert "shock_rate" not in asked.columns
    found = made_of(asked, "looked_after", 1.0, np.ones(100))
    assert found.events == pytest.approx(0.5, rel=0.1)


def test_without_chance_there_is_nothing_to_tell(england):
    sample = cs.draws(england, 5, seed=1, chance=False)
    asked = Question.of(england, until="2030-03-31", draws=sample)
    assert made_of(asked, "looked_after", 1.0, np.ones(5)) is None


def test_effects_that_bear_on_a_scenario_are_named(england):
    plan = read_scenario("early_help_first", england)
    found = effects_on(england, plan, plan.parent)
    names = {one.effect.name for one in found.answers}
    assert any("family_support" in name for name in names)
    assert "poverty_entries" not in names
    assert len(found.met) + len(found.missed) == len(found.answers)


def test_a_projection_says_all_of_it(results, england):
    lines = doubt_lines(results.doubt, england)
    assert lines[0].startswith("What the band is made of: looked-after children by March 2030 are")
    assert "on the single line, in which nothing comes by chance" in lines[0]
    assert "By structure, looked-after children by March 2030: as published" in lines[1]
    assert "By structure, 'Early help first' changes looked-after children" in lines[2]
    assert "all alike, which is the answer's band" in lines[2]
    assert lines[3].startswith("What drives what 'Early help first' changes of looked-after")
    assert lines[4].startswith("Published effects that bear on 'Early help first'")


def test_the_page_no_longer_says_that_structure_is_left_out(results):
    page = cs.report.summary_html(results.runs, ensembles=results.ensembles, doubt=results.doubt)
    assert "What the band is made of" in page
    assert "of all rival structures alike" in page
    assert "doubt about the model's structure" not in page
    plain = cs.report.summary_html(results.runs, ensembles=results.ensembles)
    assert "doubt about the model's structure" in plain
