"""Pictures of a backtest show its own numbers, say what they are of, and keep out of their way."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from caresim.england import England
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, RunError
from caresim.study.backtest import Backtest
from caresim.study.backtest.scores import QUANTILES
from caresim.study.backtest.table import METHODS
from caresim.views import plot
from caresim.views.plot.backtest_figures import backtest_images
from caresim.views.plot.figure import FILE_DPI, figure_bytes

MODEL = England()
SHIPPED = Backtest.of(MODEL)
RULE = SHIPPED.only(given=SHIPPED.given[0])
FIVE, TEN = MODEL.headlines["five"], MODEL.headlines["ten"]


def made_up(origins=("2012-13",), series=("sheep",), draws=100, horizons=(1, 2), given="actual"):
    """Return a backtest of series that no model knows, without groups."""
    rng, rows = np.random.default_rng(5), []
    for origin in origins:
        for name in series:
            for horizon in horizons:
                centre = 50_000 * rng.lognormal(0, 0.05)
                spread = centre * (0.9 + 0.2 * np.array(QUANTILES)) if draws else np.nan
                quantiles = np.broadcast_to(spread, len(QUANTILES))
                end = year_end(origin) + horizon
                rows.append(
                    dict.fromkeys(METHODS, centre)
                    | {"given": given, "origin": origin, "series": name, "horizon": horizon}
                    | {"year": f"{end - 1}-{end % 100:02d}", "last": 50_000.0, "actual": 51_000.0}
                    | {f"model_q{q:g}": v for q, v in zip(QUANTILES, quantiles, strict=True)}
                    | {"last_value": 50_000.0, "last_value_spread": 0.05}
                    | {"last_value_freedom": np.inf, "random_walk_spread": np.nan}
                    | {"random_walk_freedom": np.inf, "figures": 10, "first_published": 0}
                    | {"parameters": 3, "converged": 1, "draws": draws, "tried": draws}
                )  # fmt: skip
    return Backtest.of_rows(pd.DataFrame(rows).to_dict("records"))


def figures(backtest, model=None, **options):
    return (
        plot.backtest_errors(backtest, model, **options),
        plot.backtest_fans(backtest, model, **options),
        plot.backtest_coverage(backtest, model, **options),
    )


@pytest.fixture(scope="module")
def shipped():
    return figures(SHIPPED, MODEL)


@pytest.fixture(scope="module")
def every():
    return plot.backtest_errors(SHIPPED, MODEL, group="all")


def titles(figure):
    return [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes]


def small_print(figure):
    told = max((text.get_text() for text in figure.texts), key=len)
    return " ".join(told.replace("\u00a0", " ").split())


def cells(axes, rows):
    """Return the numbers written in the cells of a heat map, of shape (rows, columns)."""
    texts = [text.get_text().replace("−", "-") for text in axes.texts]
    return np.array([np.nan if t == "·" else float(t) for t in texts]).reshape(rows, -1)


def test_each_cell_is_the_mean_absolute_error_of_its_series_and_origin(shipped):
    figure = shipped[0]
    errors = RULE.signed_errors.abs()
    shown = cells(figure.axes[0], len(TEN) + 2)
    minus = cells(figure.axes[2], len(TEN) + 2)
    for row, variable in enumerate(TEN):
        for column, origin in enumerate(RULE.origins):
            of = (RULE.table["series"] == variable.name) & (RULE.table["origin"] == origin)
            model, last = errors[of]["model"].mean(), errors[of]["last_value"].mean()
            assert shown[row, column] == pytest.approx(model, abs=0.051)
            assert minus[row, column] == pytest.approx(model - last, abs=0.051)


def test_the_last_rows_and_the_last_column_are_pooled(shipped):
    figure = shipped[0]
    shown = cells(figure.axes[0], len(TEN) + 2)
    for row, group in ((-2, "five"), (-1, "ten")):
        by = RULE.only(group).errors("origin")
        np.testing.assert_allclose(shown[row, :-1], by["model"].loc[[*RULE.origins]], atol=0.051)
        assert shown[row, -1] == pytest.approx(RULE.only(group).pooled("model"), abs=0.051)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == [*(v.label for v in TEN), "Five series, pooled", "Ten series, pooled"]


def test_colours_are_those_of_the_numbers_and_end_where_the_scale_says(shipped):
    figure = shipped[0]
    for axes, ends in ((figure.axes[0], (0, 20)), (figure.axes[2], (-10, 10))):
        mesh = axes.collections[0]
        values = np.round(np.asarray(mesh.get_array(), dtype=float), 1)
        np.testing.assert_allclose(values, cells(axes, len(TEN) + 2), atol=0.001)
        assert (mesh.norm.vmin, mesh.norm.vmax) == ends
    assert "darkest from 20 %" in figure.axes[1].get_xlabel()
    assert "±10" in figure.axes[3].get_xlabel()


def test_bold_numbers_with_a_plus_are_where_the_model_is_worse(shipped):
    axes = shipped[0].axes[2]
    for text in axes.texts:
        assert (text.get_weight() == "bold") == text.get_text().startswith("+")
    assert "orange: the model is worse" in titles(axes.figure)[2]


def test_numbers_are_readable_on_their_cells(every):
    figure = every
    weights = (0.2126, 0.7152, 0.0722)
    for axes in (figure.axes[0], figure.axes[2]):
        mesh = axes.collections[0]
        for text, value in zip(axes.texts, np.ma.ravel(mesh.get_array()), strict=True):
            if np.ma.is_masked(value):
                continue
            light = np.dot(np.power(mesh.cmap(mesh.norm(value))[:3], 2.2), weights)
            ink = 1.0 if text.get_color() == "white" else 0.0
            contrast = (max(light, ink) + 0.05) / (min(light, ink) + 0.05)
            assert contrast > 3, text.get_text()


def test_all_series_come_after_the_headline_ones_and_gaps_are_dots(every):
    shown = cells(every.axes[0], len(RULE.series) + 3)
    table = RULE.table.groupby(["series", "origin"]).size()
    assert np.isnan(shown[:, :-1]).sum() == len(RULE.series) * len(RULE.origins) - len(table)
    assert "A dot: no figure to score." in small_print(every)
    assert shown[-1, -1] == pytest.approx(RULE.pooled("model"), abs=0.051)


def test_another_rival_may_be_named_and_must_be_one():
    figure = plot.backtest_errors(SHIPPED, MODEL, against="damped_trend")
    assert "Model minus damped trend" in titles(figure)[2]
    gap = RULE.only("ten").pooled("model") - RULE.only("ten").pooled("damped_trend")
    assert cells(figure.axes[2], len(TEN) + 2)[-1, -1] == pytest.approx(gap, abs=0.051)
    with pytest.raises(RunError, match="'damped_trend'"):
        plot.backtest_errors(SHIPPED, against="model")


def fan_panels(figure):
    count = len(RULE.origins)
    return [figure.axes[i : i + count] for i in range(0, len(figure.axes), count)]


def test_fans_are_the_quantiles_of_the_draws_and_lines_the_projections(shipped):
    figure = shipped[1]
    for row, variable in zip(fan_panels(figure), FIVE, strict=True):
        for axes, origin in zip(row, RULE.origins, strict=True):
            of = (RULE.table["series"] == variable.name) & (RULE.table["origin"] == origin)
            table = RULE.table[of]
            start = table["last"].iloc[0] / 1e3
            line = next(x for x in axes.lines if x.get_color() == "#003A66")
            np.testing.assert_allclose(line.get_ydata(), [start, *(table["model"] / 1e3)])
            assert line.get_xdata().tolist() == [year_end(origin), *map(year_end, table["year"])]
            for band, ends in zip(axes.collections, (0.025, 0.1, 0.25), strict=True):
                corners = band.get_paths()[0].vertices
                at_end = corners[corners[:, 0] == line.get_xdata()[-1], 1]
                low, high = (table[f"model_q{q:g}"].iloc[-1] / 1e3 for q in (ends, 1 - ends))
                assert (at_end.min(), at_end.max()) == pytest.approx((low, high))


def test_figures_before_an_origin_are_those_known_then_and_later_ones_what_came_about(shipped):
    figure = shipped[1]
    for axes, origin in zip(fan_panels(figure)[0], RULE.origins, strict=True):
        known, came = (next(x for x in axes.lines if x.get_marker() == m) for m in (".", "o"))
        seen = MODEL.observed.as_known(origin).points("referrals")
        np.testing.assert_allclose(known.get_ydata(), np.array(list(seen.values())) / 1e3)
        table = RULE.table[(RULE.table.series == "referrals") & (RULE.table.origin == origin)]
        np.testing.assert_allclose(came.get_ydata(), table["actual"] / 1e3)
        assert known.get_xdata()[-1] == year_end(origin) == came.get_xdata()[0] - 1


def test_panels_of_a_row_share_their_axis_and_those_without_zero_are_named(shipped):
    figure = shipped[1]
    told = small_print(figure).split("Axes not from zero: ")[1].split(".")[0]
    for row, variable in zip(fan_panels(figure), FIVE, strict=True):
        limits = {axes.get_ylim() for axes in row}
        assert len(limits) == 1
        assert (limits.pop()[0] > 0) == (variable.label in told.split("; "))
    units = [" ".join(row[0].get_ylabel().split()) for row in fan_panels(figure)]
    assert units == ["Thousand a year", "Thousand, 31 March"] * 2 + ["Thousand, 31 March"]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_coverage_shows_the_shares_and_their_resampling_intervals(shipped):
    figure = shipped[2]
    for axes, group in zip(figure.axes, ("five", "ten"), strict=True):
        drawn = axes.containers
        methods = ("model", "last_value", "random_walk")
        for container, method in zip(drawn, methods, strict=True):
            table = RULE.only(group).coverage(method)
            line, _, (bars,) = container.lines
            np.testing.assert_allclose(line.get_ydata(), table["inside"])
            ends = np.array([segment[:, 1] for segment in bars.get_segments()])
            np.testing.assert_allclose(ends, table[["low", "high"]])
            np.testing.assert_allclose(line.get_xdata(), table.index, atol=1.5)
        shares = [f"{share:.0f}" for share in RULE.only(group).coverage("model")["inside"]]
        assert [text.get_text() for text in axes.texts] == shares
    assert "Coverage of bands: five series" in titles(figure)[0]


def test_methods_differ_in_marker_as_well_as_colour(shipped):
    lines = [c.lines[0] for c in shipped[2].axes[0].containers]
    assert len({line.get_marker() for line in lines}) == 3
    assert len({line.get_color() for line in lines}) == 3


def test_the_small_print_says_what_the_projections_are_of(shipped):
    for figure in shipped:
        told = small_print(figure)
        assert f"{RULE.origins[0]} to {RULE.origins[-1]} (" in told
        assert "1 to 5 years on" in told
        assert "as first published" in told
        assert "given paths continued by rule" in told
        assert MODEL.credit_line() in told
        assert re.search(r"caresim \S+, England [0-9a-f]{12}, scores [0-9a-f]{8}\.$", told)
    fans, coverage = shipped[1:]
    assert f"({RULE.table['draws'].max()} draws)" in small_print(fans)
    assert "two independent episodes" in small_print(coverage)
    assert "as it came about" in small_print(plot.backtest_coverage(made_up()))
    assert "as they stand today" in small_print(plot.backtest_coverage(made_up()))
    for figure in figures(made_up(), notes=False):
        assert "Fits to" not in small_print(figure)


def test_a_backtest_of_one_series_from_one_origin_without_groups_or_model():
    errors, fans, coverage = figures(made_up())
    assert [t.get_text() for t in errors.axes[0].get_yticklabels()] == [
        "Sheep", "All series, pooled",
    ]  # fmt: skip
    assert len(fans.axes) == 1
    assert fans.axes[0].get_ylabel() == "Thousand"
    assert titles(coverage) == ["Coverage of bands: all series, 2 figures"]
    assert len(coverage.axes[0].containers) == 2, "the random walk has no bands"
    assert "no interval" in small_print(coverage)


def test_without_draws_there_are_errors_and_advice_for_the_rest():
    dry = made_up(draws=0)
    assert list(backtest_images(dry)) == ["backtest_errors.png", "backtest_errors.svg"]
    for verb in (plot.backtest_fans, plot.backtest_coverage):
        with pytest.raises(RunError, match="give it draws, such as draws=250"):
            verb(dry)


def test_an_origin_without_draws_or_a_series_leaves_its_bands_or_its_panel_out():
    wet, dry = made_up(), made_up(("2013-14",), draws=0)
    more = made_up(("2013-14",), ("goats",))
    parts = [wet.table, dry.table, more.table]
    axes = plot.backtest_fans(Backtest.of_rows(pd.concat(parts).to_dict("records"))).axes
    assert [len(a.lines) > 0 for a in axes] == [True, True, False, True]


@pytest.mark.parametrize("verb", [plot.backtest_errors, plot.backtest_fans, plot.backtest_coverage])
@pytest.mark.parametrize("given", [None, [], "backtest.csv", 3.0])
def test_what_is_no_backtest_is_refused(verb, given):
    with pytest.raises(RunError, match=r"takes one, cs\.backtest\(model\), not "):
        verb(given)


def test_what_is_not_there_is_refused():
    with pytest.raises(RunError, match="given 'rule', only 'actual'"):
        plot.backtest_errors(made_up(), given="rule")
    with pytest.raises(RunError, match="no rows"):
        plot.backtest_fans(made_up().only(series=[]))
    with pytest.raises(CaresimError, match="no group 'fife'; did you mean 'five'"):
        plot.backtest_fans(SHIPPED, group="fife")
    with pytest.raises(RunError, match="no rows of the group 'five'"):
        plot.backtest_fans(SHIPPED.only(series=["adoptions"]), group="five")


def boxes(figure):
    """Return the drawn extents of each panel with its labels, of texts, and of the legend."""
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    legends = [x for x in figure.legends if x.get_texts()]
    parts = [*figure.axes, *legends, *(t for t in figure.texts if t.get_text())]
    return [
        p.get_tightbbox(renderer) if p in figure.axes else p.get_window_extent(renderer)
        for p in parts
    ]


ODD = made_up(("2012-13", "2015-16"), ("sheep", "goats_that_have_a_name_that_is_rather_long"))


@pytest.mark.parametrize("width", [6.5, 9.0])
@pytest.mark.parametrize("backtest", [SHIPPED, made_up(), ODD], ids=["shipped", "one", "odd"])
def test_nothing_overlaps_and_nothing_is_cut_off(width, backtest):
    model = MODEL if backtest is SHIPPED else None
    for figure in figures(backtest, model, width=width):
        drawn = boxes(figure)
        for one, other in combinations(drawn, 2):
            across = min(one.x1, other.x1) - max(one.x0, other.x0)
            along = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert min(across, along) < 1, (titles(figure), one, other)
        for box in drawn:
            assert box.x0 > -1
            assert box.y0 > -1
            assert box.x1 < figure.bbox.x1 + 1
            assert box.y1 < figure.bbox.y1 + 1


@pytest.mark.parametrize("width", [6.5, 9.0])
def test_numbers_keep_within_their_cells(width):
    figure = plot.backtest_errors(SHIPPED, MODEL, width=width)
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    for axes in (figure.axes[0], figure.axes[2]):
        cell = axes.bbox.width / (len(RULE.origins) + 1)
        assert max(t.get_window_extent(renderer).width for t in axes.texts) < cell


@pytest.mark.slow
def test_images_are_the_same_bytes_each_time_and_small_enough_for_a_page(shipped):
    files = backtest_images(SHIPPED, MODEL)
    names = ("backtest_errors", "backtest_fans", "backtest_coverage")
    assert list(files) == [f"{name}.{kind}" for name in names for kind in ("png", "svg")]
    for name, figure in zip(names, shipped, strict=True):
        assert files[f"{name}.svg"] == figure_bytes(figure, "svg", FILE_DPI)
        assert files[f"{name}.png"].startswith(b"\x89PNG")
        assert len(files[f"{name}.png"]) <= 300_000
        assert b"<dc:date>" not in files[f"{name}.svg"]
