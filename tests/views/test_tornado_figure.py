"""The figure of what drives an answer: bars as long as told, ends named, evidence beside them."""

from dataclasses import replace

import numpy as np
import pytest
from driven_answers import MOVED, answer, indices

from caresim.language.errors import RunError
from caresim.views import plot
from caresim.views.report.drivers_files import drivers_page


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_bars_go_from_the_middle_to_both_ends_the_strongest_on_top():
    (axes,) = plot.tornado(answer()).axes
    bars = [(bar.get_y(), *sorted((bar.get_x(), bar.get_x() + bar.get_width())))
            for bar in axes.patches]  # fmt: skip
    exact = [tuple(sorted((-750.0, end))) for row in MOVED for end in (row.at_low, row.at_high)]
    np.testing.assert_allclose([bar[1:] for bar in bars], exact)
    assert axes.yaxis_inverted()
    assert [label.get_text() for label in axes.get_yticklabels()][:3] == [
        "Effect x", "Structure of the model", "Chance in entries",
    ]  # fmt: skip
    assert axes.get_xlabel() == "Difference, children"


def test_both_ends_are_named_and_evidence_stands_beside_each_bar():
    told = texts(plot.tornado(answer()))
    assert {"−1", "1", "plain", "with a loop", "little", "much"} <= set(told)
    assert "ASSUMED, effect\n22 % narrower than its prior" in told
    assert "trial, effect\n92 % narrower than its prior" in told
    assert "chance; its size ASSUMED" in told
    assert "0.20 … 0.40" in told, "both on one side of the middle"


def test_no_two_texts_lie_upon_each_other():
    figure = plot.tornado(answer(rows=MOVED * 3))
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    shown = [text for axes in figure.axes for text in (*axes.texts, *axes.get_yticklabels())]
    boxes = [text.get_window_extent(renderer) for text in shown if text.get_text()]
    laid = [(i, k) for i, a in enumerate(boxes) for k, b in enumerate(boxes[:i]) if a.overlaps(b)]
    assert not laid, [(shown[i].get_text(), shown[k].get_text()) for i, k in laid]
    width = figure.get_size_inches()[0] * figure.dpi
    assert max(box.x1 for box in boxes) <= width
    assert min(box.x0 for box in boxes) >= 0


def test_at_most_fifteen_bars_are_drawn():
    (axes,) = plot.tornado(answer(rows=MOVED * 10)).axes
    assert len(axes.get_yticklabels()) == 15


@pytest.mark.parametrize(
    ("method", "main"), [("sobol", "With all others"), ("given data", "Delta")]
)
def test_indices_are_bars_with_intervals(method, main):
    figure = plot.tornado(indices(method))
    (axes,) = figure.axes
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == [0.6, 0.2, 0.6, 0.2]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [main, "The number alone"]


def test_small_print_says_how_and_of_what():
    small = " ".join(text.get_text() for text in plot.tornado(answer()).texts)
    assert "200 draws from the posterior" in " ".join(small.split())
    assert not [text for text in plot.tornado(answer(), notes=False).texts if text.get_text()]


def test_what_is_no_answer_or_an_empty_one_is_refused():
    with pytest.raises(
        RunError, match=r"tornado draws what cs\.sensitivity or cs\.what_drives finds"
    ):
        plot.tornado("answer")
    with pytest.raises(RunError, match="there is nothing to draw"):
        plot.tornado(answer(rows=()))


def test_money_is_told_in_millions():
    pounds = replace(answer().output, unit="GBP", meaning="Total spending")
    rows = [replace(r, at_low=1e5 * r.at_low, at_high=1e5 * r.at_high) for r in MOVED]
    found = answer(output=pounds, price_year="2019-20", rows=rows, centre=-75e6)
    (axes,) = plot.tornado(found).axes
    assert axes.get_xlabel() == "£m, 2019-20 prices"


def test_an_answer_is_shown_in_notebooks_and_on_a_page():
    shown = answer()._repr_html_()
    assert "Effect x" in shown
    assert "assumed and not measured" in shown
    page = drivers_page(answer())
    assert page.startswith("# What drives it\n")
    assert "| Effect x (`x`) |" in page
    assert "![A bar" not in drivers_page(answer(rows=()))
