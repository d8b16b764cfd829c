"""Tables, pages and figures of places of a model."""

from itertools import pairwise

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language.amounts import counted
from caresim.study.parts.projected import projected
from caresim.study.parts.score import Error
from caresim.study.results import project
from caresim.views.plot.every_place import every_place
from caresim.views.plot.places import projection
from caresim.views.report.every_place import every_place_csv, every_shown
from caresim.views.report.every_place_page import every_place_page
from caresim.views.report.places import has_projection, projected_of, projection_csv
from caresim.views.report.results import write_results


@pytest.fixture(scope="module")
def leeds():
    return cs.council(England(), "Leeds")


@pytest.fixture(scope="module")
def found(leeds):
    return projected(leeds)


@pytest.fixture(scope="module")
def base(leeds):
    return cs.run(leeds)


@pytest.fixture(scope="module")
def shown():
    return every_shown(England(), {})


def test_a_panel_a_series_shows_figures_line_bands_and_errors(found, base):
    figure = projection(found, base, {"referrals": Error("large", 4, 23.4, 25.1)})
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [" ".join(title.split()) for title in titles] == [
        base.model.variable(name).label for name in found.names
    ]
    told = [" ".join(t.get_text().split()) for axes in figure.axes for t in axes.texts]
    assert "Large councils: 23 % off 4 years ahead (last value 25 %)" in told
    assert told.count("Not scored") == 4
    for axes, name in zip(figure.axes, found.names, strict=True):
        assert axes.get_ylim()[0] == 0
        line, dots = axes.lines[0], axes.lines[1]
        drawn = found.projected[found.names.index(name)]
        ratio = np.asarray(line.get_ydata()) / drawn
        assert ratio == pytest.approx(np.full(len(drawn), ratio[0])), "but for the scale"
        assert np.isfinite(np.asarray(dots.get_ydata(), dtype=float)).sum() == 11
    assert "Open Government Licence" in " ".join(figure.texts[0].get_text().split())


def test_bands_begin_on_the_line_in_the_year_of_the_last_figure(found, base):
    axes = projection(found, base, {}).axes[-1]
    vertices = axes.collections[0].get_paths()[0].vertices
    first = vertices[vertices[:, 0] == vertices[:, 0].min()]
    assert first[0, 0] == 2020
    at = found.projected[-1][found.years.index(2020)]
    assert first[:, 1] == pytest.approx(np.full(len(first), at))


def test_money_and_children_of_a_place_are_shown_in_smaller_units(leeds):
    whole = leeds.stands_for.whole
    for name in ("total_spend", "looked_after"):
        unit = leeds.variable(name).unit
        assert leeds.shown_divisor(unit, 1.0) == whole.shown_divisor(unit, 1.0) / 1e3
    assert counted(leeds.variable("total_spend").unit) == "GBP"
    assert dict(whole.shown_rounding()) == {"child": 10}
    assert leeds.shown_rounding() == {"child": 1}


def test_numbers_of_a_place_say_in_their_words_that_they_are_its_own(leeds):
    meaning = leeds.parameters["child_population"].meaning
    assert meaning.endswith("in Leeds")
    assert leeds.parameters["local_entries"].meaning.endswith("of Leeds, against England's")


def test_figures_of_a_place_credit_those_whose_they_are(base):
    figure = cs.plot.caseloads(base)
    assert "Department for Education" in figure.texts[0].get_text()


def test_results_of_a_whole_and_of_a_changed_place_have_no_projection(leeds, tmp_path):
    changed = leeds.with_numbers(
        leeds.parameters.with_entries(
            {
                "early_help_floor": leeds.parameters["early_help_floor"].with_value(
                    0.9 * leeds.parameters["early_help_floor"].value
                )
            }
        )
    )
    results = [project(model, [], n_draws=0) for model in (England(), leeds, changed)]
    assert [has_projection(one) for one in results] == [False, True, False]
    assert [projected_of(one) is None for one in results] == [True, False, True]
    written = write_results(results[2], tmp_path / "out", figures=False)
    assert "projection.csv" not in {path.name for path in written}


def test_a_table_has_every_year_of_every_series(found, leeds):
    lines = projection_csv(found, leeds).splitlines()
    assert lines[0] == (
        "series,financial_year,figure,projected,low_50,high_50,low_80,high_80,low_95,high_95,unit"
    )
    assert len(lines) == 1 + len(found.names) * len(found.years)


def test_a_figure_of_all_has_a_panel_each_under_its_region(shown):
    some = [p for p in shown.places if p[0].facts["region"] in ("East Midlands", "Inner London")]
    figure = every_place(some, "looked_after", shown.model, shown.parts, notes=[], stamp="x")
    assert len(figure.axes) == len(some)
    words = [text.get_text() for text in figure.texts]
    assert words[0] == "Looked-after children on 31 March for each 10,000 children, by council"
    counts = {region: sum(a.facts["region"] == region for a, _ in some) for region in
              ("East Midlands", "Inner London")}  # fmt: skip
    assert words[1:3] == [f"{region}: {count}" for region, count in counts.items()]
    tops = {axes.get_ylim() for axes in figure.axes}
    assert len(tops) == 1, "one axis is shared"


def test_a_panel_that_needs_more_says_how_many_times_as_high_its_axis_is(shown):
    figure = every_place(
        shown.places, "looked_after", shown.model, shown.parts, notes=[], stamp="x"
    )
    for axes, (_, one) in zip(figure.axes, shown.places, strict=True):
        rates = 1e4 * one.projected[one.names.index("looked_after")] / one.people
        title = axes.get_title(loc="left").replace("\u00a0", " ")
        times = int(title.split("×")[1]) if "×" in title else 1
        line = np.asarray(axes.lines[0].get_ydata())
        assert line * times == pytest.approx(rates[-len(line) :])
        assert line.max() <= axes.get_ylim()[1]


def test_names_of_panels_do_not_run_into_one_another(shown):
    figure = every_place(
        shown.places, "looked_after", shown.model, shown.parts, notes=[], stamp="x"
    )
    renderer = figure.canvas.get_renderer()
    boxes = [axes._left_title.get_window_extent(renderer) for axes in figure.axes]
    rows = {}
    for box in boxes:
        rows.setdefault(round(box.y0 / 5), []).append(box)
    for row in rows.values():
        ordered = sorted(row, key=lambda box: box.x0)
        for one, other in pairwise(ordered):
            assert one.x1 <= other.x0 + 1


def test_what_was_fitted_is_shown_in_place_of_what_ships(shown):
    folder = shown.parts.folder
    lines = (folder / "fitted.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.startswith(("area,", "E08000035,", "E06000017,"))]
    score = (folder / "score.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [line for line in score if line.startswith(("origin,", "2014-15,"))]
    fitted = {"fitted.csv": "".join(kept), "score.csv": "".join(rows)}
    few = every_shown(England(), fitted)
    assert [found.name for _, found in few.places] == ["Rutland", "Leeds"]
    assert set(few.scores.texts["origin"]) == {"2014-15"}
    table = every_place_csv(few)
    assert table.splitlines()[1].startswith("E06000017,Rutland,East Midlands,unitary,")
    page = every_place_page(few.model, few.parts, few.places, few.scores, {"a.png": "Referrals"})
    assert "what was known in 2014-15 and" in page
    assert "- [Referrals](a.png): a panel for each council." in page
