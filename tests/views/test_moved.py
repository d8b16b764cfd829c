"""Where a scenario moves none of what is shown first, pages and figures show what it moves."""

import re

import numpy as np
import pytest
from care_toy import Shift, toy_run

import caresim as cs
from caresim.england import England
from caresim.views import plot
from caresim.views.report.summary import summary_html
from caresim.views.series.moved import LEAST, chosen, moved_by, moved_most

CASELOADS = England.caseload_names()


@pytest.fixture(scope="module")
def england():
    return England()


@pytest.fixture(scope="module")
def base(england):
    return cs.run(england, "current_policy_2026")


@pytest.fixture(scope="module")
def homes(england):
    """Children go from homes to families: as many are in care."""
    return cs.run(england, "step_down_from_homes")


@pytest.fixture(scope="module")
def early(england):
    return cs.run(england, "early_help_first")


def at_most(base, run, name):
    """Return what a single run moves a quantity by, as a share, in the year that it does most."""
    before, after = (one.yearly(name)[:, 0] for one in (base, run))
    return (np.abs(after - before) / before).max()


def test_panels_are_those_of_the_model_where_a_scenario_moves_one(base, homes, early):
    assert chosen([base], {}, None) == CASELOADS
    assert chosen([base, early], {}, None) == CASELOADS
    assert chosen([base, homes, early], {}, None) == CASELOADS


def test_they_are_what_it_moves_most_where_it_moves_none(base, homes):
    shown = chosen([base, homes], {}, None)
    assert not set(shown) & set(CASELOADS)
    others = set(base.model.published_names()) - set(shown)
    counted = [n for n in others if not base.model.variable(n).unit.power_of("GBP")]
    sizes = [at_most(base, homes, name) for name in shown]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= max(LEAST, *(at_most(base, homes, name) for name in counted))


@pytest.mark.parametrize("draw", [plot.caseloads, plot.differences])
def test_figures_draw_it_and_say_so(base, homes, draw):
    figure = draw(base, homes)
    labels = {base.model.variable(name).label for name in chosen([base, homes], {}, None)}
    said = " ".join(text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "_text")))
    assert len(figure.axes) == len(labels) == 4
    words = " ".join(said.split())
    assert all(label in words for label in labels)
    assert "No scenario changes what is drawn otherwise, such as 'Looked-after children'" in words


def test_what_passes_again_counts_by_the_year_in_which_it_moves_most():
    half_year = (
        Shift("early_help_budget", "scale", 0.9, 2010.0),
        Shift("early_help_budget", "scale", 1 / 0.9, 2010.5),
    )
    runs = [toy_run(), toy_run("Passing", half_year)]
    names = runs[0].model.caseload_names()
    ends = [abs(runs[1].yearly(n)[-1, 0] / runs[0].yearly(n)[-1, 0] - 1) for n in names]
    assert max(ends) < LEAST, "else nothing has passed"
    assert moved_by(runs, {}, "looked_after") == at_most(*runs, "looked_after") > LEAST
    assert chosen(runs, {}, None) == names


def test_a_scenario_that_moves_money_alone_keeps_the_panels():
    dearer = toy_run("Dearer", (Shift("cost_per_care_year", "scale", 1.1, 2027.0),))
    runs = [toy_run(), dearer]
    assert moved_most(runs, {}, 4) == ()
    assert chosen(runs, {}, None) == runs[0].model.caseload_names()


def test_a_quantity_may_be_asked_for(base, early):
    names = ["foster_children", "care_starts", "foster_children"]
    assert len(plot.caseloads(base, early, names=names).axes) == 2
    assert len(plot.differences(base, early, names=names[:1]).axes) == 1


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("looked_after", "names is a list of quantities: write names=\\['looked_after'\\]"),
        ([], "names is a list of quantities, such as"),
        ([3], "without 3"),
        (["looked_aftr"], "looked_aftr.*looked_after"),
    ],
)
def test_what_cannot_be_drawn_is_named(base, early, names, said):
    with pytest.raises(cs.CaresimError, match=said):
        plot.caseloads(base, early, names=names)


def test_draws_count_where_the_single_run_stays(england):
    """No home for foster children is short in the single run, and in some draws one is."""
    draws = cs.draws(england, 60, seed=4, given="posterior")
    plans = ("current_policy_2026", "foster_campaign")
    runs = [cs.run(england, plan) for plan in plans]
    drawn = {run.name: cs.run(england, plan, draws=draws)
             for plan, run in zip(plans, runs, strict=True)}  # fmt: skip
    base, run = (drawn[run.name] for run in runs)
    levels, others = (one.yearly("residential_children") for one in (base, run))
    by_year = np.abs(others - levels).mean(axis=1) / levels.mean(axis=1)
    assert moved_by(runs, drawn, "residential_children") == pytest.approx(by_year.max())
    assert by_year.max() > 0
    assert moved_by(runs, {}, "residential_children") == 0
    with pytest.raises(cs.CaresimError, match="to_high_risk"):  # which draws do not store
        plot.caseloads(base, run, names=["to_high_risk"])


def test_the_page_has_rows_and_words_of_it_above_money(base, homes, early):
    page = summary_html([base, homes, early])
    tables = re.findall(r"<caption>(.*?)</caption>.*?<tbody>(.*?)</tbody>", page, flags=re.DOTALL)
    rows = {head: re.findall(r"<th[^>]*>(.*?)</th>", body) for head, body in tables}
    own = next(rows[head] for head in rows if head.startswith("Step down"))
    places = next(i for i, row in enumerate(own) if row.startswith("Places in children's homes"))
    money = next(i for i, row in enumerate(own) if row.startswith("Statutory spending"))
    assert len(CASELOADS) == places < money == places + 3
    other = next(rows[head] for head in rows if head.startswith("Early help first"))
    assert not [row for row in other if row.startswith("Places in children's homes")]
    heads = re.findall(r'class="headline">([^<]*)<', page)
    assert re.search(
        r"looked-after children: the same; places in children's homes: [\d,]+ fewer", heads[0]
    )
    assert "places in children's homes" not in heads[1]
