"""What figures teach, as figures: bars of learning and the profile of a number."""

from dataclasses import replace

import numpy as np
import pytest
from learning_toy import learned_toy

import caresim as cs
from caresim.language.errors import RunError
from caresim.views.plot import learned_figure
from caresim.views.plot.figure import figure_bytes
from caresim.views.plot.style import COLOURS, details_of


@pytest.fixture(scope="module")
def fit():
    return learned_toy()


@pytest.fixture(scope="module")
def found(fit):
    return fit.profile("growth")


def words(figure):
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())


def labels(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def rows(axes):
    return [text.get_text() for text in axes.get_yticklabels()]


def test_the_toy_has_numbers_of_each_kind(fit):
    assert fit.how == {
        "start": "estimated", "growth": "estimated", "apart_share": "at its prior", "born": "drawn",
    }  # fmt: skip


def test_bars_stand_by_how_a_number_is_learned_the_most_learned_first(fit):
    figure = cs.plot.learned(fit)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Estimated: 2", "At its prior: 1", "Drawn alone: 1"]
    first = sorted(("start", "growth"), key=lambda name: -fit.learned[name])
    assert [rows(axes) for axes in figure.axes] == [first, ["apart_share"], ["born"]]
    assert labels(figure) == ["What the figures leave", "Width of the prior"]


def test_a_bar_is_as_long_as_what_the_figures_leave(fit):
    axes = cs.plot.learned(fit).axes[0]
    whole, left = axes.containers
    assert [bar.get_width() for bar in whole] == [100.0, 100.0]
    for name, bar in zip(rows(axes), left, strict=True):
        assert bar.get_width() == pytest.approx(100 * (1 - fit.learned[name]))


def test_what_is_learned_least_is_counted_below_a_long_list(fit, monkeypatch):
    monkeypatch.setattr(learned_figure, "MOST", 1)
    figure = cs.plot.learned(fit)
    assert [len(rows(axes)) for axes in figure.axes] == [1, 1, 1]
    least = min(fit.learned[name] for name in ("start", "growth"))
    assert f"and 1 more, narrowed by less than {int(100 * least) + 1} %" in words(figure)


def test_a_group_without_a_number_takes_no_room(fit):
    none_left = replace(fit, estimated=fit.names)
    titles = [axes.get_title(loc="left") for axes in cs.plot.learned(none_left).axes]
    assert titles == ["Estimated: 3", "Drawn alone: 1"]


def test_the_small_print_says_what_a_width_is_and_what_the_figure_was_made_with(fit):
    text = words(cs.plot.learned(fit))
    assert "fit to 8 figures, all 4 numbers free" in text
    assert f"caresim {cs.__version__}, Children" in text
    assert "caresim" not in words(cs.plot.learned(fit, notes=False))


def line(figure, label):
    style = learned_line(label)
    return next(
        drawn for drawn in figure.axes[0].lines
        if drawn.get_color() == style["color"] and len(drawn.get_xdata()) > 100
    )  # fmt: skip


def learned_line(label):
    from caresim.views.plot.profile_figure import LINES

    return LINES[label]


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("Figures and priors", "rise"),
        ("Figures alone", "figures"),
        ("Priors of all numbers", "priors"),
        ("Prior of this number", "prior"),
    ],
)
def test_each_curve_passes_through_its_points(found, label, part):
    drawn = line(cs.plot.profile(found), label)
    between = np.interp(found.values, drawn.get_xdata(), drawn.get_ydata())
    assert between == pytest.approx(getattr(found, part), abs=0.02)


def test_the_interval_is_shaded_between_where_the_curve_meets_the_line(found):
    (axes,) = cs.plot.profile(found).axes
    (shade,) = axes.patches
    low, high = shade.get_x(), shade.get_x() + shade.get_width()
    assert (low, high) == pytest.approx(found.interval)
    drawn = line(cs.plot.profile(found), "Figures and priors")
    ends = np.interp(found.interval, drawn.get_xdata(), drawn.get_ydata())
    assert ends == pytest.approx([2.706, 2.706], abs=0.03)


def test_the_profile_says_what_it_is_of(found):
    figure = cs.plot.profile(found)
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "Children more, a year"
    told = " ".join(details_of(axes).split())
    assert told.lower() == found.sentence().lower()
    assert axes.get_xlabel() == "growth, children a year"
    assert f"caresim {cs.__version__}, {found.model}, growth" in words(figure)
    assert "caresim" not in words(cs.plot.profile(found, notes=False))
    assert "Interval that holds 90 %" in labels(figure)


def test_a_share_has_an_axis_in_percent(fit):
    figure = cs.plot.profile(fit.profile("apart_share"))
    figure.canvas.draw()
    shown = [text.get_text() for text in figure.axes[0].get_xticklabels()]
    assert "30 %" in shown


def test_curves_differ_in_lightness_and_in_dashes(found):
    """No pair of curves is told apart by hue alone."""
    from caresim.views.plot.profile_figure import LINES

    assert {style["color"] for style in LINES.values()} >= set(COLOURS[:3])
    assert len({str(style["ls"]) for style in LINES.values()}) == len(LINES)


def test_a_notice_of_the_profile_stands_below_it(found):
    from caresim.engine.notices import Notice

    told = replace(found, notices=(Notice("profile", "growth", "1 of 9 points is left out"),))
    assert "1 of 9 points is left out." in words(cs.plot.profile(told))


def test_both_are_the_same_bytes_twice(fit, found):
    for draw, of in ((cs.plot.learned, fit), (cs.plot.profile, found)):
        first, again = (figure_bytes(draw(of), "png", 60) for _ in range(2))
        assert first == again


def test_nothing_stands_over_the_edge(fit, found):
    for figure in (cs.plot.learned(fit), cs.plot.profile(found)):
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        whole = figure.bbox
        for axes in figure.axes:
            box = axes.get_tightbbox(renderer)
            assert box.x0 >= whole.x0 - 1
            assert box.x1 <= whole.x1 + 1
            assert box.y1 <= whole.y1 + 1


def test_what_is_no_fit_and_no_profile_is_refused(fit):
    with pytest.raises(RunError, match=r"learned draws a fit such as cs\.calibrate\(model\), not"):
        cs.plot.learned(3)
    with pytest.raises(RunError, match=r"profile draws what fit\.profile\(name\) finds, not"):
        cs.plot.profile(fit)
