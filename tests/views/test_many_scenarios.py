"""However many scenarios there are, a figure can be read; what does not move is not drawn."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from care_toy import LESS, MORE, Shift, toy_observed, toy_run

from caresim.views import plot
from caresim.views.plot.drawing import Drawing
from caresim.views.plot.style import (
    COLOURS,
    DASHES,
    MOST_LINES,
    NOTE_LINES,
    along_rows,
    details_of,
    small_print,
)

COUNTS = (1, 2, 6, 7, 12, 20, 40)
DEARER = (Shift("cost_per_care_year", "scale", 1.1, 2027.0),)


def made(count, n=1):
    """Return a baseline and so many scenarios, each with another budget for early help."""
    shifts = [(Shift("early_help_budget", "scale", 0.5 + i / 20, 2026.0),) for i in range(count)]
    named = [toy_run(f"Scenario {i + 1}", shift, n=n) for i, shift in enumerate(shifts)]
    return [toy_run(n=n), *named]


def lines(axes):
    return [x for x in axes.lines if x.get_marker() == "None" and len(x.get_xdata()) > 2]


def bars(axes):
    return np.array([bar.get_width() for bar in axes.patches])


@pytest.mark.parametrize("count", COUNTS)
def test_no_panel_has_more_lines_than_can_be_told_apart(count):
    runs = made(count)
    for figure in (plot.caseloads(*runs), plot.differences(*runs), plot.costs(*runs)):
        for axes in figure.axes:
            assert len(lines(axes)) <= MOST_LINES + 1
        texts = [t.get_text() for legend in figure.legends for t in legend.get_texts()]
        assert len(texts) <= MOST_LINES + 3


@pytest.mark.parametrize("count", [7, 12, 40])
def test_many_differences_are_ranked_bars_of_the_last_year(count):
    runs = made(count)
    figure = plot.differences(*runs)
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert sorted(names) == sorted(run.name for run in runs[1:])
    gaps = {
        r.name: (r.yearly("looked_after") - runs[0].yearly("looked_after"))[-1, 0] for r in runs
    }
    expected = np.array([gaps[name] for name in names])
    assert (np.diff(expected) >= 0).all()
    scale = 1e3 if "Thousand" in figure.axes[3].get_xlabel() else 1.0
    np.testing.assert_allclose(bars(figure.axes[3]), expected / scale, atol=1e-9)


def test_the_bands_of_ranked_bars_are_of_paired_draws():
    runs = made(7, n=30)
    figure = plot.differences(*runs)
    first = figure.axes[0].get_yticklabels()[0].get_text()
    run = next(r for r in runs if r.name == first)
    paired = (run.yearly("looked_after") - runs[0].yearly("looked_after"))[-1]
    (ends,) = (c for c in figure.axes[3].collections if len(c.get_segments()) == 7)
    scale = 1e3 if "Thousand" in figure.axes[3].get_xlabel() else 1.0
    np.testing.assert_allclose(
        ends.get_segments()[0][:, 0] * scale, np.quantile(paired, [0.1, 0.9])
    )


def test_many_costs_are_ranked_by_what_they_add_up_to():
    runs = made(9)
    figure = plot.costs(*runs, cumulative=True, discount=0.035)
    *_, total = figure.axes
    assert "added up from 2026-27" in " ".join(total.get_title(loc="left").split())
    assert "discounted at 3.5 %" in " ".join(total.get_xlabel().split())
    assert "← saves  costs →" in total.get_xlabel()
    assert (np.diff(bars(total)) >= -1e-12).all()


def test_many_levels_are_the_range_from_the_lowest_to_the_highest():
    runs = made(12)
    figure = plot.caseloads(*runs)
    rows = np.array([run.yearly("looked_after")[:, 0] for run in runs[1:]]) / 1e3
    low, high = (lines(figure.axes[3])[i].get_ydata() for i in (1, 2))
    np.testing.assert_allclose((low[-1], high[-1]), (rows[:, -1].min(), rows[:, -1].max()))
    told = " ".join(details_of(figure.axes[3]).split())
    assert told == "2034-35: lowest Scenario 12, highest Scenario 1"
    texts = [t.get_text() for t in figure.legends[0].get_texts()]
    assert "From the lowest to the highest of 12 scenarios" in texts


@pytest.mark.parametrize(("count", "width"), [(7, 6.5), (20, 9.0), (40, 6.5)])
def test_nothing_of_a_ranked_figure_is_cut_off_or_meets_another(count, width):
    runs = made(count, n=8)
    for figure in (plot.differences(*runs, width=width), plot.costs(*runs, width=width)):
        renderer = figure.canvas.get_renderer()
        figure.draw(renderer)
        panels = [axes.get_tightbbox(renderer) for axes in figure.axes]
        texts = [*figure.texts, *figure.legends]
        parts = [*panels, *(t.get_window_extent(renderer) for t in texts)]
        for box in parts:
            assert box.x0 > -1
            assert box.y0 > -1
            assert box.x1 < figure.bbox.x1 + 1
            assert box.y1 < figure.bbox.y1 + 1
        for one, other in combinations(parts, 2):
            across = min(one.x1, other.x1) - max(one.x0, other.x0)
            along = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert min(across, along) < 1


# What does not move


def test_a_scenario_that_does_not_move_a_panel_is_named_and_not_drawn():
    runs = [toy_run(), toy_run("More help", MORE), toy_run("Dearer care", DEARER)]
    figure = plot.caseloads(*runs)
    assert all(len(lines(axes)) == 2 for axes in figure.axes)
    assert "Dearer care: no change here" in [t.get_text() for t in figure.legends[0].get_texts()]
    costs = plot.costs(*runs)
    assert [len(lines(axes)) for axes in costs.axes[:3]] == [3, 2, 3]
    assert [details_of(axes) for axes in costs.axes[:3]] == ["", "Dearer care: no change here", ""]
    assert "no change" not in str([t.get_text() for t in costs.legends[0].get_texts()])
    differences = plot.differences(*runs)
    assert all(len(lines(axes)) == 1 for axes in differences.axes)


def test_what_moves_in_its_draws_alone_is_drawn():
    base, many = toy_run(), toy_run(n=12)
    other, moved = toy_run("Other"), toy_run("Other", MORE, n=12)
    figure = plot.caseloads(base, other, bands={base.name: many, "Other": moved})
    assert all(len(lines(axes)) == 2 for axes in figure.axes)


# What a figure says of itself


@pytest.mark.parametrize(("count", "columns"), [(5, 3), (5, 2), (7, 4), (4, 4), (8, 3), (3, 1)])
def test_a_legend_reads_along_its_rows(count, columns):
    order = along_rows(count, columns)
    cells = np.array_split(np.array(order), columns)
    rows = [[column[i] for column in cells if i < len(column)] for i in range(len(cells[0]))]
    assert [i for row in rows for i in row] == list(range(count))


def test_a_drawn_legend_reads_along_its_rows():
    runs = [toy_run(f"A rather long name of scenario {i}", MORE if i else ()) for i in range(5)]
    figure = plot.caseloads(*runs, width=6.5)
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in figure.legends[0].get_texts()]
    read = [text for text, _ in sorted(boxes, key=lambda p: (-round(p[1].y0), p[1].x0))]
    assert [text[-1] for text in read] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("width", [6.5, 9.0, 12.0])
def test_small_print_is_two_lines_at_most_with_version_and_fingerprints(width):
    many = {r.name: toy_run(r.name, s, n=9) for r, s in zip(made(1), ((), MORE), strict=True)}
    runs = [toy_run(), toy_run("Scenario 1", MORE)]
    options = {"bands": many, "width": width}
    for figure in (
        plot.caseloads(*runs, observed=toy_observed(), **options),
        plot.differences(*runs, **options),
        plot.costs(*runs, observed=toy_observed(), **options),
    ):
        told = max((t.get_text() for t in figure.texts), key=len)
        assert told.count("\n") + 1 <= NOTE_LINES
        assert f"caresim {runs[0].provenance['caresim']}" in " ".join(told.split())
        assert runs[0].provenance["equations"] in told
        assert "_" not in told
        assert "inputs" in told


def test_small_print_leaves_out_what_weighs_least_and_keeps_the_stamp():
    notes = ["Owed to somebody.", "Bands are wide.", "x" * 600]
    _, text = small_print(notes, "caresim 1.0", 6.0)
    assert text == "Owed to somebody. Bands are wide. caresim 1.0."
    size, text = small_print(["word " * 60], "caresim 1.0", 6.0)
    assert text.count("\n") == 1
    assert "word… caresim 1.0." in " ".join(text.split())
    assert size < 7.5


def test_the_fingerprint_of_the_inputs_follows_every_input():
    def print_of(*runs):
        (told,) = (t.get_text() for t in plot.caseloads(*runs).texts if "inputs" in t.get_text())
        return told.split("inputs ")[1]

    base = print_of(toy_run())
    assert base == print_of(toy_run())
    assert base != print_of(toy_run(return_rate=0.2))
    assert base != print_of(toy_run(), toy_run("Other", LESS))


@pytest.mark.parametrize("width", [6.5, 9.0])
def test_axes_have_numbers_enough_to_read_a_value(width):
    runs = [toy_run(), toy_run("More help", MORE), toy_run("Less help", LESS)]
    for figure in (
        plot.caseloads(*runs, width=width),
        plot.differences(*runs, width=width),
        plot.costs(*runs, width=width),
    ):
        figure.draw(figure.canvas.get_renderer())
        for axes in figure.axes:
            for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
                inside = [t for t in axis.get_majorticklocs() if low <= t <= high]
                assert 3 <= len(inside) <= 10, axes.get_title(loc="left")


def test_the_sign_of_a_saving_is_said_on_the_axis():
    figure = plot.costs(toy_run(), toy_run("More help", MORE), cumulative=True)
    assert figure.axes[-1].get_ylabel() == "£bn, 2019-20 prices\n← saves  costs →"
    for axes in plot.differences(toy_run(), toy_run("More help", MORE)).axes:
        assert axes.get_ylabel().endswith("← fewer  more →")


# Eyes


def _light(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return np.array(linear)


def test_lines_stand_out_from_white_and_differ_in_more_than_colour():
    assert len(COLOURS) == len(set(COLOURS)) == MOST_LINES + 1
    assert len(set(map(str, DASHES))) == MOST_LINES + 1
    for colour in COLOURS:
        light = float(_light(colour) @ (0.2126, 0.7152, 0.0722))
        assert 1.05 / (light + 0.05) >= 3, colour


# Machado, Oliveira and Fernandes 2009, severity 1: what is seen without one kind of cone
UNSEEN = {
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
}


@pytest.mark.parametrize("kind", UNSEEN)
def test_the_first_three_scenarios_are_apart_to_every_eye(kind):
    seen = [np.cbrt(np.clip(np.array(UNSEEN[kind]) @ _light(c), 0, 1)) for c in COLOURS[:4]]
    for i, one in enumerate(seen):
        for other in seen[i + 1 :]:
            assert np.linalg.norm(one - other) > 0.12


def test_the_words_for_those_who_cannot_see_it_say_what_is_shown():
    figure = plot.differences(toy_run(), toy_run("More help", MORE))
    text = Drawing.of(figure).text
    assert "Children looked after, 31 March against Current policy" in text
    assert "Shown: More help" in text
