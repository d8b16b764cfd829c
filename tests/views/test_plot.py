"""Figures show the runs' own numbers, say units and prices, and keep out of their own way."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from care_toy import LESS, MORE, Clock, Toy, toy_observed, toy_run
from matplotlib.figure import Figure

from caresim.engine.notices import Notice
from caresim.language.errors import RunError
from caresim.language.observed import Observed
from caresim.views import plot, series
from caresim.views.plot.style import details_of
from caresim.views.report.summary import summary_html

NAMES = ("Current policy", "Early help first", "Statutory first")
SHIFTS = ((), MORE, LESS)


@pytest.fixture(scope="module")
def runs():
    return [toy_run(name, shifts) for name, shifts in zip(NAMES, SHIFTS, strict=True)]


@pytest.fixture(scope="module")
def ensembles():
    return {name: toy_run(name, shifts, n=40) for name, shifts in zip(NAMES, SHIFTS, strict=True)}


@pytest.fixture(scope="module")
def observed():
    return toy_observed()


@pytest.fixture(scope="module")
def score():
    return [
        {"series": "looked_after", "model": 2.13, "last_value": 4.4},
        {"series": "care_starts", "model": 9.99, "last_value": 9.99},
    ]


def titles(figure):
    return [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes]


def lines(axes):
    """Return the drawn lines of runs, without points, the zero line and the mark of today."""
    return [x for x in axes.lines if x.get_marker() == "None" and len(x.get_xdata()) > 2]


def points(axes):
    return next(x for x in axes.lines if x.get_marker() == "o")


def small_print(figure):
    return "\n".join(text.get_text() for text in figure.texts).replace("\u00a0", " ")


def legend_texts(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_caseloads_draws_the_runs_own_numbers_in_thousands(runs, observed):
    figure = plot.caseloads(*runs, observed=observed)
    for axes, name in zip(figure.axes, Toy.caseload_names(), strict=True):
        for drawn, run in zip(lines(axes), runs, strict=True):
            # a scenario's line begins where it leaves the first run's, which is drawn beneath
            count = len(drawn.get_ydata())
            assert drawn.get_xdata()[-1] == 2035
            assert count == 26 if run is runs[0] else count < 26
            values = run.yearly(name)[:, 0]
            np.testing.assert_array_equal(drawn.get_ydata(), values[-count:] / 1e3)
            base = runs[0].yearly(name)[:, 0]
            np.testing.assert_allclose(values[: 26 - count], base[: 26 - count], rtol=1e-9)
        shown = list(observed.points(name).values())
        np.testing.assert_array_equal(points(axes).get_ydata(), np.array(shown) / 1e3)


def test_since_cuts_lines_and_points(runs, observed):
    figure = plot.caseloads(runs[0], observed=observed, since="2015-16")
    assert lines(figure.axes[0])[0].get_xdata()[0] == 2016
    assert points(figure.axes[0]).get_xdata()[0] == 2016


def test_axes_of_caseloads_say_what_they_count_and_begin_at_zero(runs):
    figure = plot.caseloads(*runs)
    assert titles(figure) == [Toy.variable(name).label for name in Toy.caseload_names()]
    counts = [axes.get_ylabel() for axes in figure.axes]
    assert counts == ["Thousand a year"] * 2 + ["Thousand on 31 March"] * 2
    assert all(axes.get_ylim()[0] == 0 for axes in figure.axes)
    assert [a.get_xlabel() for a in figure.axes] == ["", ""] + ["Year ending 31 March"] * 2


def test_axes_of_costs_say_billions_and_the_price_year(runs):
    figure = plot.costs(*runs)
    *levels, difference = [axes.get_ylabel() for axes in figure.axes]
    assert set(levels) == {"£bn a year, 2019-20 prices"}
    assert difference == "£bn a year, 2019-20 prices\n← saves  costs →"
    for axes, name in zip(figure.axes, Toy.cost_names(), strict=False):
        shown = lines(axes)[1].get_ydata()
        np.testing.assert_array_equal(shown, runs[1].yearly(name)[-len(shown) :, 0] / 1e9)


def test_legend_names_runs_bands_and_published_figures_once(runs, ensembles, observed):
    figure = plot.caseloads(*runs, bands=ensembles, observed=observed)
    assert len(figure.legends) == 1
    assert all(axes.get_legend() is None for axes in figure.axes)
    assert legend_texts(figure) == [*NAMES, "80 % band", "Published figures"]


def test_runs_differ_in_colour_and_in_dashes(runs):
    drawn = lines(plot.caseloads(*runs).axes[0])
    assert len({line.get_color() for line in drawn}) == 3
    assert len({str(line._dash_pattern) for line in drawn}) == 3


def test_an_ensemble_shows_its_median_and_its_own_band(ensembles):
    run = ensembles["Early help first"]
    axes = plot.caseloads(run, level=0.5).axes[3]
    values = run.yearly("looked_after") / 1e3
    np.testing.assert_allclose(lines(axes)[0].get_ydata(), np.median(values, axis=1))
    box = axes.collections[0].get_paths()[0].vertices
    low, high = np.quantile(values[-1], [0.25, 0.75])
    at_end = box[box[:, 0] == 2035, 1]
    assert at_end.min() == pytest.approx(low)
    assert at_end.max() == pytest.approx(high)


def test_bands_go_around_the_single_run(runs, ensembles):
    figure = plot.caseloads(*runs, bands=ensembles)
    values = runs[1].yearly("looked_after")[:, 0] / 1e3
    shown = lines(figure.axes[3])[1].get_ydata()
    np.testing.assert_array_equal(shown, values[-len(shown) :])
    assert "lines are single runs" in small_print(figure)


def test_bands_of_unknown_runs_and_single_runs_are_refused(runs, ensembles):
    with pytest.raises(RunError, match="no run is named 'Early help fist'; did you mean"):
        plot.caseloads(*runs, bands={"Early help fist": ensembles["Early help first"]})
    with pytest.raises(RunError, match="needs an ensemble"):
        plot.caseloads(*runs, bands={"Current policy": runs[0]})


def test_projection_begins_after_the_last_published_year(runs):
    figure = plot.caseloads(*runs, observed=toy_observed(last=2018))
    for axes in figure.axes:
        assert [t.get_text() for t in axes.texts] == ["Projection"]
        assert np.ravel(axes.patches[0].get_xy())[0] == 2018  # a polygon in Matplotlib 3.8
    assert "Projection" not in str(plot.caseloads(*runs, observed=Observed(())).axes[0].texts)


def test_figures_say_where_published_figures_come_from(runs, observed):
    with_points = small_print(plot.caseloads(*runs, observed=observed))
    assert Toy.credit_line() in with_points
    assert Toy.credit not in small_print(plot.caseloads(*runs))


def test_score_is_told_for_the_series_shown_and_never_made_up(runs, score):
    told = [details_of(axes) for axes in plot.caseloads(*runs, score=score).axes]
    assert told == ["", "", "", "Out of sample 2.1 % off (last value 4.4 %)"]
    assert not any(details_of(axes) for axes in plot.caseloads(*runs).axes)


def test_notices_of_the_runs_stand_below_the_figure(runs):
    told = " ".join(small_print(plot.caseloads(runs[0])).split())
    assert runs[0].warnings[0].kind == "assumption"
    assert "Continued by assumption: Child population." in told
    noticed = replace(runs[0], warnings=(Notice("step", "care", "a stock turns over fast"),))
    assert "Note: a stock turns over fast." in small_print(plot.caseloads(noticed))
    assert small_print(plot.caseloads(runs[0], notes=False)) == ""


def test_difference_panel_shows_spending_minus_the_baseline(runs):
    axes = plot.costs(*runs).axes[3]
    gap = (runs[1].yearly("total_spend") - runs[0].yearly("total_spend"))[:, 0] / 1e9
    drawn = lines(axes)[0]
    assert drawn.get_xdata()[[0, -1]].tolist() == [2026, 2035]
    np.testing.assert_allclose(drawn.get_ydata(), [0, *gap[-9:]], atol=1e-12)
    assert axes.get_ylim()[0] < 0 < axes.get_ylim()[1]


@pytest.mark.parametrize("discount", [None, 0.035])
def test_cumulative_differences_are_discounted_to_the_first_year_of_difference(runs, discount):
    figure = plot.costs(runs[0], runs[1], cumulative=True, discount=discount)
    axes = figure.axes[3]
    gap = (runs[1].yearly("total_spend") - runs[0].yearly("total_spend"))[18:, 0] / 1e9
    factors = (1.0 + (discount or 0)) ** -np.arange(len(gap))
    np.testing.assert_allclose(lines(axes)[0].get_ydata(), [0, *np.cumsum(gap * factors)])
    told = " ".join(details_of(axes).split())
    assert ("discounted at 3.5 % a year" in told) == (discount is not None)
    assert "£bn, 2019-20 prices" in axes.get_ylabel()
    assert "added up from 2027-28" in titles(figure)[3]


def test_differences_of_ensembles_are_paired_draw_by_draw(ensembles):
    base, run = ensembles["Current policy"], ensembles["Statutory first"]
    axes = plot.costs(base, run, cumulative=True).axes[3]
    paired = (run.yearly("total_spend") - base.yearly("total_spend"))[17:].sum(axis=0) / 1e9
    assert lines(axes)[0].get_ydata()[-1] == pytest.approx(np.median(paired))
    box = axes.collections[0].get_paths()[0].vertices
    assert box[box[:, 0] == 2035, 1].max() == pytest.approx(np.quantile(paired, 0.9))
    with pytest.raises(RunError, match="give both the same draws"):
        plot.costs(base, toy_run("Other", LESS, n=7))


def test_runs_that_cost_the_same_say_so(runs):
    axes = plot.costs(runs[0], toy_run("Copy")).axes[3]
    assert "No difference" in [text.get_text() for text in axes.texts]


def test_a_single_run_has_three_panels_of_costs(runs):
    assert len(plot.costs(runs[0]).axes) == 3


def test_wrong_requests_are_refused_with_advice(runs, observed):
    with pytest.raises(RunError, match="write cumulative=True"):
        plot.costs(*runs, discount=0.035)
    with pytest.raises(RunError, match=r"0\.035 for 3\.5 %"):
        plot.costs(*runs, cumulative=True, discount=3.5)
    with pytest.raises(RunError, match=r"such as 0\.8"):
        plot.caseloads(*runs, level=80)
    with pytest.raises(RunError, match="give one or more runs"):
        plot.caseloads()
    with pytest.raises(RunError, match="after the last year"):
        plot.caseloads(*runs, since="2040-41")
    with pytest.raises(RunError, match="no published output"):
        plot.fit(runs[0], Observed(()))


ODD = [5, b"x", pd.DataFrame({"looked_after": [1.0]}), object()]
WRONG = {
    "observed": ODD,
    "bands": [*ODD, {"Current policy": 5}],
    "level": [*ODD, "0.8", None],
    "since": [*ODD, None],
    "discount": [*ODD, "0.035"],
    "prices": [*ODD, "nominal"],
}


@pytest.mark.parametrize("odd", [None, *ODD, Toy(), "run"])
@pytest.mark.parametrize(
    "draw",
    [plot.caseloads, plot.differences, plot.costs, plot.spending, plot.fit,
     lambda run: plot.fit_of(run, "looked_after"), lambda run: summary_html([run])],
)  # fmt: skip
def test_what_is_no_run_is_not_drawn(draw, odd):
    with pytest.raises(RunError, match=r"^give one or more runs, .*, not \S.*$"):
        draw(odd)


@pytest.mark.parametrize(
    ("name", "odd"), [(name, odd) for name, values in WRONG.items() for odd in values]
)
def test_a_wrong_option_of_a_figure_is_refused_by_its_name(name, odd, runs):
    options = {"cumulative": True, name: odd}
    with pytest.raises(RunError, match=rf"^{name} \S.*, not \S.*$|^{name} takes a run"):
        plot.costs(*runs, **options)


def test_money_published_at_other_prices_is_refused(runs, observed):
    rows = tuple(
        type(o)(**{**vars(o), "price_base": "2022-23"}) if o.price_base else o
        for o in observed.observations
    )
    with pytest.raises(RunError, match="2022-23 prices"):
        plot.costs(runs[0], observed=Observed(rows))


def test_fit_shows_every_fitted_series_with_its_error(runs, observed):
    figure = plot.fit(runs[0], observed)
    given = ("early_help_spend", "total_spend")
    names = [n for n in Toy.published_names() if n in observed and n not in given]
    assert len(figure.axes) == len(names) == 11
    for axes, name, title in zip(figure.axes, names, titles(figure), strict=True):
        model = runs[0].yearly(name)[:11, 0]
        data = np.array(list(observed.points(name).values()))
        error = 100 * np.mean(np.abs(model / data - 1))
        assert title == Toy.variable(name).label
        assert details_of(axes) == f"MAPE {error:.1f} %"
        assert lines(axes)[0].get_xdata()[-1] == 2020


def test_error_leaves_out_years_without_a_tolerance(runs, observed):
    rows = [type(o)(**{**vars(o), "tolerance": 0.02}) for o in observed.observations]
    first = rows[0]
    odd = type(first)(**{**vars(first), "value": first.value * 9, "tolerance": 0.0})
    kept = series.mape(runs[0], Observed(tuple(rows[1:])), first.series)
    assert series.mape(runs[0], Observed((odd, *rows[1:])), first.series) == kept


def boxes(figure):
    """Return the drawn extents of each panel with its labels, the legend and the small print."""
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    parts = [*figure.axes, *figure.legends, *(t for t in figure.texts if t.get_text())]
    return [
        p.get_tightbbox(renderer) if p in figure.axes else p.get_window_extent(renderer)
        for p in parts
    ]


@pytest.mark.parametrize("width", [6.5, 9.0, 13.0])
def test_nothing_overlaps_and_nothing_is_cut_off(width, runs, ensembles, observed, score):
    kept = {"bands": ensembles, "observed": observed, "score": score, "width": width}
    for figure in (
        plot.caseloads(*runs, **kept),
        plot.costs(*runs, cumulative=True, discount=0.035, **kept),
        plot.costs(runs[0], width=max(width, 9.0)),
        plot.fit(runs[0], observed),
    ):
        drawn = boxes(figure)
        for one, other in combinations(drawn, 2):
            across = min(one.x1, other.x1) - max(one.x0, other.x0)
            along = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert min(across, along) < 1, titles(figure)
        for box in drawn:
            assert box.x0 > -1
            assert box.y0 > -1
            assert box.x1 < figure.bbox.x1 + 1
            assert box.y1 < figure.bbox.y1 + 1


def test_long_odd_and_equal_names_are_shown_as_they_are(ensembles):
    long = "A scenario whose name goes on for rather longer than anyone would wish, at £1bn a year"
    names = (long, "_hidden", "cost $5 or $6", "Twice", "Twice")
    named = [toy_run(name, MORE if i else ()) for i, name in enumerate(names)]
    figure = plot.caseloads(*named, width=6.5)
    texts = [" ".join(text.split()) for text in legend_texts(figure)]
    assert sorted(texts) == sorted([long, "_hidden", "cost $5 or $6", "Twice (4)", "Twice (5)"])
    assert max(box.x1 for box in boxes(figure)) <= figure.bbox.x1


def test_ticks_are_whole_years_and_few(runs):
    for width in (6.5, 9.0):
        figure = plot.caseloads(*runs, width=width)
        boxes(figure)
        shown = [t.get_text() for t in figure.axes[0].get_xticklabels()]
        assert "2020" in shown
        assert len(shown) <= 10


def test_the_readers_matplotlib_settings_are_left_alone_and_do_not_matter(runs, tmp_path):
    plain = plot.save_figure(plot.caseloads(runs[0]), tmp_path / "plain")
    with mpl.rc_context({"font.size": 20, "axes.grid": False, "lines.linewidth": 9}):
        before = dict(mpl.rcParams)
        styled = plot.save_figure(plot.caseloads(runs[0]), tmp_path / "styled")
        assert dict(mpl.rcParams) == before
    for one, other in zip(plain, styled, strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("given", [None, "costs.png", []])
def test_what_is_no_figure_or_path_is_not_saved(given, tmp_path):
    with pytest.raises(RunError, match=r"a figure such as cs\.plot\.costs\(run\), not "):
        plot.save_figure(given, tmp_path / "one")
    assert list(tmp_path.iterdir()) == []


def test_files_are_the_same_bytes_however_often_they_are_saved(runs, ensembles, tmp_path):
    figure = plot.costs(*runs, bands=ensembles, cumulative=True)
    paths = plot.save_figure(figure, tmp_path / "v1.2 costs")
    assert [path.name for path in paths] == ["v1.2 costs.png", "v1.2 costs.svg"]
    again = plot.save_figure(figure, tmp_path / "again")
    anew = plot.costs(*runs, bands=ensembles, cumulative=True)
    fresh = plot.save_figure(anew, str(tmp_path / "fresh"))
    for one, two, three in zip(paths, again, fresh, strict=True):
        assert one.read_bytes() == two.read_bytes() == three.read_bytes()
    assert b"<dc:date>" not in paths[1].read_bytes()


def test_a_figure_is_matplotlibs_own_and_shows_itself(runs):
    figure = plot.caseloads(runs[0])
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_runs_over_different_years_share_one_figure(runs):
    short = toy_run("Short", LESS, clock=Clock.between("2009-03-31", "2030-03-31", 8))
    axes = plot.costs(runs[0], short, cumulative=True).axes[3]
    assert lines(axes)[0].get_xdata()[-1] == 2030


def test_differences_are_those_of_the_runs_and_their_draws(runs, ensembles):
    figure = plot.differences(*runs, bands=ensembles)
    assert legend_texts(figure) == [*NAMES[1:], "80 % band"]
    base, more = runs[0].yearly("looked_after"), runs[1].yearly("looked_after")
    shown = lines(figure.axes[3])[0].get_ydata()
    np.testing.assert_allclose(shown, ((more - base)[-len(shown) :, 0]) / 1e3, atol=1e-12)
    pair = [ensembles[name].yearly("looked_after")[-1] for name in NAMES[:2]]
    low, high = np.quantile(pair[1] - pair[0], [0.1, 0.9]) / 1e3
    box = figure.axes[3].collections[0].get_paths()[0].vertices
    at_end = box[box[:, 0] == 2035, 1]
    assert (at_end.min(), at_end.max()) == pytest.approx((low, high))
    assert points_in(figure) == 0


def test_differences_need_something_to_differ_from(runs):
    with pytest.raises(RunError, match="a baseline and at least one scenario"):
        plot.differences(runs[0])


def points_in(figure):
    return sum(x.get_marker() == "o" for axes in figure.axes for x in axes.lines)
