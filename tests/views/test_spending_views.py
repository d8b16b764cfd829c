"""The figure and the table of spending show the runs' own numbers, named where they lie."""

import csv
import io
from itertools import combinations
from typing import ClassVar

import numpy as np
import pytest
from care_toy import CLOCK, MORE, Toy, p, toy_observed

from caresim.engine.execute import execute
from caresim.language import Aux, RunError, elapsed
from caresim.language.observed import Observed
from caresim.study.spending import divided
from caresim.views import plot, report
from caresim.views.plot.stack import _spread
from caresim.views.plot.style import details_of


class Divided(Toy):
    """The toy with its spending divided, and prices half as high again in 2035 as in 2020."""

    price_level, credit, licence = "general_prices", Toy.credit, Toy.licence
    general_prices = Aux(
        "General prices",
        1 + 0.5 * elapsed("2020-03-31", "2035-03-31") / elapsed("1990-03-31", "2005-03-31"),
    )
    care_spend = Aux("Spending on care", Toy.care * p.cost_per_care_year)
    referral_spend = Aux("Spending on referrals", Toy.referrals * p.cost_per_referral)
    new_spend = Aux("Spending on new programmes", p.early_help_budget * 0)
    spending_words: ClassVar = {"line": "line of the accounts"}
    spending_by: ClassVar = {
        "stage": (Toy.early_help_spend, referral_spend, care_spend, new_spend),
        "line": (Toy.statutory_spend, Toy.early_help_spend),
    }


NAMES = ("care_spend", "referral_spend", "early_help_spend")  # from the bottom up


def divided_run(name="Current policy", shifts=(), n=1, model=Divided, **options):
    rates = np.random.default_rng(7).normal(0.13, 0.02, n)
    columns = {"return_rate": rates} if n > 1 else None
    return execute(model(), CLOCK, shifts, columns, name=name, **options)


@pytest.fixture(scope="module")
def run():
    return divided_run()


@pytest.fixture(scope="module")
def ensemble():
    return divided_run(n=30, outputs=[*NAMES, "new_spend", "total_spend"])


def areas(figure):
    """Return the lower and the upper edge of each area in the last year, from the bottom up."""
    stacked = [c for c in figure.axes[0].collections if len(c.get_paths()[0].vertices) > 20]
    edges = [c.get_paths()[0].vertices for c in stacked]
    return [(v[v[:, 0] == 2035, 1].min(), v[v[:, 0] == 2035, 1].max()) for v in edges]


def words(figure):
    return [" ".join(text.get_text().split()) for text in figure.axes[0].texts]


def small_print(figure):
    return " ".join(figure.texts[-1].get_text().replace("\u00a0", " ").split())


def test_areas_stand_on_zero_and_on_each_other_and_are_the_runs_own(run):
    edges = areas(plot.spending(run))
    tops = np.cumsum([run.yearly(name)[-1, 0] / 1e9 for name in NAMES])
    np.testing.assert_allclose([high for _, high in edges], tops)
    np.testing.assert_allclose([low for low, _ in edges], [0, *tops[:-1]], atol=1e-12)


def test_the_line_on_top_is_the_total(run):
    axes = plot.spending(run).axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), run.yearly("total_spend")[:, 0] / 1e9)
    assert axes.get_ylim()[0] == 0


def test_areas_are_named_with_the_numbers_of_the_last_year(run):
    shown = words(plot.spending(run))
    numbers = {name: run.yearly(name)[-1, 0] / 1e9 for name in (*NAMES, "total_spend")}
    assert f"Care {numbers['care_spend']:.1f}" in shown
    assert f"Referrals {numbers['referral_spend']:.1f}" in shown
    assert f"Early-help spend {numbers['early_help_spend']:.1f}" in shown
    assert f"Total in 2034-35: {numbers['total_spend']:.1f}" in shown


def test_what_nothing_is_spent_on_is_told_and_not_drawn(run):
    figure = plot.spending(run)
    assert "Nothing is spent on new programmes." in small_print(figure)
    assert not any("programmes" in text for text in words(figure))


def test_an_amount_too_small_for_its_number_is_not_shown_as_nothing(run):
    small = execute(Divided(cost_per_referral=40.0), CLOCK, name="Small")
    assert "Referrals <0.1" in words(plot.spending(small))


def test_titles_and_axes_say_what_it_is(run):
    figure = plot.spending(run, by="line", prices="cash")
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "Current policy: spending by line of the accounts"
    assert axes.get_ylabel() == "£bn a year, cash"
    assert plot.spending(run).axes[0].get_ylabel() == "£bn a year, 2019-20 prices"
    assert axes.get_xlabel() == "Year ending 31 March"


def test_cash_is_drawn_in_cash(run):
    cash = run.at_prices("cash").yearly("total_spend")[-1, 0] / 1e9
    assert areas(plot.spending(run, prices="cash"))[-1][1] == pytest.approx(cash)


def test_an_ensemble_shows_medians_and_says_how_near_they_add_up(ensemble):
    figure = plot.spending(ensemble)
    heights = [high - low for low, high in areas(figure)]
    medians = [np.median(ensemble.yearly(name)[-1]) / 1e9 for name in NAMES]
    np.testing.assert_allclose(heights, medians)
    assert "Areas are medians of 30 draws" in small_print(figure)
    assert "A single run" in small_print(plot.spending(divided_run()))


def test_the_published_total_is_shown_and_credited(run):
    observed = toy_observed()
    figure = plot.spending(run, observed=observed)
    points = next(x for x in figure.axes[0].lines if x.get_marker() == "o")
    np.testing.assert_allclose(
        points.get_ydata(), np.array(list(observed.points("total_spend").values())) / 1e9
    )
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["Published total"]
    assert Toy.credit_line() in small_print(figure)
    bare = plot.spending(run, observed=Observed(()))
    assert not bare.legends[0].get_texts()
    assert Toy.credit not in small_print(bare)


def test_the_projection_is_marked_over_the_areas(run):
    axes = plot.spending(run, observed=toy_observed(last=2018)).axes[0]
    beneath, veil = axes.patches
    assert [np.ravel(patch.get_xy())[0] for patch in (beneath, veil)] == [2018, 2018]
    assert veil.get_zorder() > axes.collections[0].get_zorder()
    assert axes.get_xlim() == (2010, 2035)
    assert not plot.spending(run, observed=Observed(())).axes[0].patches


def test_since_cuts_the_areas(run):
    assert plot.spending(run, since="2019-20").axes[0].get_xlim() == (2020, 2035)


def test_assumptions_and_score_stand_below(run):
    rows = [{"series": "care_spend", "model": 2.13, "last_value": 4.4},
            {"series": "looked_after", "model": 9.99, "last_value": 9.99}]  # fmt: skip
    told = small_print(plot.spending(run, score=rows))
    assert "Continued by assumption: Child population." in told
    (axes,) = plot.spending(run, score=rows).axes
    assert details_of(axes) == "Care: Out of sample 2.1 % off (last value 4.4 %)"
    assert plot.spending(run, notes=False).texts[-1].get_text() == ""


@pytest.mark.parametrize("width", [6.5, 9.0, 13.0])
@pytest.mark.parametrize("by", ["stage", "line"])
def test_no_label_meets_another_or_leaves_the_figure(run, width, by):
    figure = plot.spending(run, by=by, width=width, observed=toy_observed())
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    parts = [*figure.axes[0].texts, *figure.legends, *figure.texts]
    drawn = [part.get_window_extent(renderer) for part in parts]
    for one, other in combinations(drawn, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        along = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert min(across, along) < 1, words(figure)
    for box in drawn:
        assert -1 < box.x0 < box.x1 < figure.bbox.x1 + 1
        assert -1 < box.y0 < box.y1 < figure.bbox.y1 + 1


def test_labels_of_thin_areas_are_moved_apart_in_their_order_and_kept_below_the_top():
    wanted, heights = np.array([1.0, 1.01, 1.02, 9.9, 10.2]), np.array([1.0, 1.0, 2.0, 1.0, 1.0])
    places = _spread(wanted, heights, 10.0)
    apart = np.diff(places)
    assert (apart >= (heights[1:] + heights[:-1]) / 2 - 1e-12).all(), places
    assert places[-1] <= 9.5
    assert _spread(np.array([2.0, 5.0]), np.array([1.0, 1.0]), 10.0).tolist() == [2.0, 5.0]


def test_one_run_at_a_time_is_drawn(run):
    with pytest.raises(RunError, match=r"spending draws one run; cs\.plot\.costs compares"):
        plot.spending(run, divided_run("Early help first", MORE))
    with pytest.raises(RunError, match="give one or more runs"):
        plot.spending()
    with pytest.raises(RunError, match="Toy does not say how its spending divides"):
        plot.spending(divided_run(model=Toy))


# The table


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_is_a_part_at_real_prices_or_in_cash(run):
    rows = rows_of(report.spending_csv(run))
    heads = [(row["by"], row["price_base"], row["column"]) for row in rows]
    stage = [*(part.name for part in Divided.spending_by["stage"]), "total_spend"]
    line = ["statutory_spend", "early_help_spend", "total_spend"]
    bases = ("2019-20 prices", "cash")
    assert heads == [(by, base, name) for by, names in (("stage", stage), ("line", line))
                     for base in bases for name in names]  # fmt: skip
    assert list(rows[0])[4:] == list(run.clock.financial_years)


def test_the_numbers_of_the_table_are_whole_pounds_of_the_run(run):
    for row in rows_of(report.spending_csv(run)):
        shown = run.at_prices("cash" if row["price_base"] == "cash" else "real")
        (part,) = [q for q in divided(shown, row["by"]) if q.name == row["column"]]
        assert row["meaning"] == part.label
        for year, value in zip(run.clock.financial_years, part.values[:, 0], strict=True):
            assert row[year] == f"{value:.0f}"


def test_cash_stands_alone_for_a_run_in_cash_and_nowhere_without_a_price_level(run):
    class Priceless(Divided):
        price_level = None

    cash = rows_of(report.spending_csv(run.at_prices("cash")))
    assert {row["price_base"] for row in cash} == {"cash"}
    real = rows_of(report.spending_csv(divided_run(model=Priceless)))
    assert {row["price_base"] for row in real} == {"2019-20 prices"}


def test_an_ensemble_gives_medians(ensemble):
    with pytest.raises(RunError, match="did not store 'statutory_spend', which spending by line"):
        report.spending_csv(ensemble)
    full = divided_run(n=30, outputs=[*NAMES, "new_spend", "statutory_spend"])
    row = next(r for r in rows_of(report.spending_csv(full)) if r["column"] == "care_spend")
    assert float(row["2034-35"]) == pytest.approx(
        np.median(full.yearly("care_spend")[-1]), abs=0.51
    )


def test_a_model_without_divisions_has_no_such_table():
    with pytest.raises(RunError, match="does not say how its spending divides"):
        report.spending_csv(divided_run(model=Toy))


def test_the_parts_are_explained_with_the_other_columns():
    columns = [row["column"] for row in rows_of(report.columns_csv(Divided()))]
    assert columns[: len(Toy.published)] == [quantity.name for quantity in Toy.published]
    assert columns[len(Toy.published) :] == ["referral_spend", "care_spend", "new_spend"]
