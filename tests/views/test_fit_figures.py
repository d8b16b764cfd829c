"""The figure of one fitted series: its points, tolerances, model line, axis and source."""

from dataclasses import replace

import numpy as np
import pytest
from care_toy import Toy, toy_observed, toy_run

from caresim.language.errors import RunError
from caresim.language.observed import Observed
from caresim.views import plot
from caresim.views.plot import charts
from caresim.views.plot.style import details_of


@pytest.fixture(scope="module")
def run():
    return toy_run()


@pytest.fixture(scope="module")
def observed():
    """Figures of which one year of the children looked after is not fitted."""
    rows = [
        replace(o, tolerance=0.0) if (o.series, o.year) == ("looked_after", "2012-13") else o
        for o in toy_observed().observations
    ]
    return Observed(tuple(rows))


def small_print(figure):
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())


def legend_texts(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_points_stand_where_they_were_published_with_bars_of_their_tolerance(run, observed):
    (axes,) = plot.fit_of(run, "looked_after", observed).axes
    (bars,) = axes.containers
    fitted = [o for o in observed.series["looked_after"].values() if o.tolerance]
    values = np.array([o.value for o in fitted])
    np.testing.assert_allclose(bars.lines[0].get_ydata(), values / 1e3)
    ends = np.array([segment[:, 1] for segment in bars.lines[2][0].get_segments()])
    np.testing.assert_allclose(ends[:, 0], values * 0.98 / 1e3)
    np.testing.assert_allclose(ends[:, 1], values * 1.02 / 1e3)


def test_the_line_is_the_model_s_up_to_the_last_figure(run, observed):
    (axes,) = plot.fit_of(run, "looked_after", observed).axes
    line = next(line for line in axes.lines if len(line.get_xdata()) > 10 and line.get_ls() == "-")
    assert line.get_xdata()[-1] == 2020
    np.testing.assert_allclose(line.get_ydata(), run.yearly("looked_after")[:11, 0] / 1e3)


def test_a_figure_that_is_not_fitted_is_a_cross_and_said_so(run, observed):
    figure = plot.fit_of(run, "looked_after", observed)
    (cross,) = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert cross.get_xdata() == [2013]
    assert legend_texts(figure) == [
        "Model", "Published figure and its tolerance", "Published, not fitted",
    ]  # fmt: skip
    whole = plot.fit_of(run, "referrals", observed)
    assert legend_texts(whole) == ["Model", "Published figure and its tolerance"]


def test_definition_and_release_stand_below(run, observed):
    text = small_print(plot.fit_of(run, "referrals", observed))
    assert "Definition of referrals" in text
    assert "Source: Toy release." in text


def test_the_licence_is_that_of_the_model_s_own_figures_only(run, observed):
    class Owning(Toy):
        """The toy with figures of its own."""

        credit, licence = Toy.credit, Toy.licence

    Owning.observed = observed
    own = replace(run, model=Owning())
    licence = "Open Government Licence v3.0"
    assert licence in Toy.credit_line()
    assert licence in small_print(plot.fit_of(own, "referrals"))
    assert licence not in small_print(plot.fit_of(run, "referrals", observed))
    assert "as their file gives them" in small_print(plot.fit(run, observed))
    assert licence in small_print(plot.fit(own))


def test_an_axis_that_does_not_begin_at_zero_says_so(run, observed):
    (axes,) = plot.fit_of(run, "looked_after", observed).axes
    assert axes.get_ylim()[0] > 0
    assert "axis does not begin at zero" in details_of(axes)
    falling = [
        replace(o, value=o.value * (0.1 if o.year == "2019-20" else 1))
        for o in observed.observations
    ]
    (axes,) = plot.fit_of(run, "looked_after", Observed(tuple(falling))).axes
    assert axes.get_ylim()[0] == 0
    assert "zero" not in details_of(axes)


@pytest.mark.parametrize(
    ("name", "share", "label", "scale"),
    [
        ("looked_after", 1, "Thousand on 31 March", 1e3),
        ("looked_after", 0.05, "Children on 31 March", 1),
        ("referrals", 1, "Thousand a year", 1e3),
        ("statutory_spend", 1, "£bn a year, 2019-20 prices", 1e9),
        ("statutory_spend", 0.01, "£m a year, 2019-20 prices", 1e6),
    ],
)
def test_numbers_are_shown_in_units_of_their_size(run, observed, name, share, label, scale):
    small = replace(run, levels={k: v * share for k, v in run.levels.items()},
                    sums={k: v * share for k, v in run.sums.items()})  # fmt: skip
    rows = tuple(replace(o, value=o.value * share) for o in observed.observations)
    (axes,) = plot.fit_of(small, name, Observed(rows)).axes
    assert axes.get_ylabel() == label
    line = max(axes.lines, key=lambda line: len(line.get_xdata()) * (line.get_marker() == "None"))
    assert line.get_ydata()[0] * scale == pytest.approx(small.yearly(name)[0, 0])


def test_the_error_is_that_of_the_overview(run, observed):
    (axes,) = plot.fit_of(run, "referrals", observed).axes
    error = details_of(axes).split("MAPE ")[1].split(" %")[0]
    overview = {
        axes.get_title(loc="left").split("\n")[0]: details_of(axes)
        for axes in plot.fit(run, observed).axes
    }
    assert f"MAPE {error} %" in overview["Referrals"]


def test_nothing_is_cut_off(run, observed):
    few = tuple(replace(o, value=o.value / 20) for o in observed.observations)
    less = replace(run, levels={k: v / 20 for k, v in run.levels.items()})
    for name, shown, figures in (
        ("looked_after", run, observed),
        ("statutory_spend", run, observed),
        ("looked_after", less, Observed(few)),
    ):
        figure = plot.fit_of(shown, name, figures)
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        for text in [*figure.texts, figure.axes[0].yaxis.label, figure.axes[0].title]:
            box = text.get_window_extent(renderer)
            assert box.x0 >= 0, f"{name}: {text.get_text()!r} is cut off on the left"
            assert box.x1 <= figure.bbox.width, f"{name}: {text.get_text()!r} on the right"


def test_a_series_without_figures_is_refused(run, observed):
    with pytest.raises(RunError, match="no figure of 'home_at_risk' lies within"):
        plot.fit_of(run, "home_at_risk", observed)
    with pytest.raises(RunError, match="did you mean 'referrals'"):
        plot.fit_of(run, "referals", observed)
    with pytest.raises(RunError, match=r"lies within '.*'$"):  # of the model, and not published
        plot.fit_of(run, "posts_needed", observed)


def test_quantities_that_are_fitted_and_not_published_are_among_the_names(run, observed):
    rows = [replace(o, series="need") for o in observed.observations if o.series == "looked_after"]
    names = charts.fitted_names(run, Observed((*observed.observations, *rows)))
    assert names[-1] == "need"
    assert "early_help_spend" not in names, "its figures have no tolerance"
    assert names[:-1] == [n for n in Toy.published_names() if n in names]
