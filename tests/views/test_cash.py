"""Projections in cash: figures, page and tables say so and show the numbers of the runs."""

import csv
import io

import numpy as np
import pytest
from care_toy import CLOCK, MORE, Toy, toy_observed

from caresim.engine.execute import execute
from caresim.language import Aux, RunError, elapsed
from caresim.study.compare import compare
from caresim.views import plot, report
from caresim.views.report.comparison import Pair, sum_sentence

FIFTEEN_YEARS = elapsed("1990-03-31", "2005-03-31")


class Priced(Toy):
    """The toy with prices that are level until 2020 and half as high again in 2035."""

    price_level = "general_prices"
    general_prices = Aux(
        "General prices", 1 + 0.5 * elapsed("2020-03-31", "2035-03-31") / FIFTEEN_YEARS
    )


def priced_run(name="Current policy", shifts=(), n=1):
    rates = np.random.default_rng(7).normal(0.13, 0.005, n)
    return execute(Priced(), CLOCK, shifts, {"return_rate": rates} if n > 1 else None, name=name)


@pytest.fixture(scope="module")
def real():
    return [priced_run(), priced_run("Early help first", MORE)]


@pytest.fixture(scope="module")
def cash(real):
    return [run.at_prices("cash") for run in real]


@pytest.fixture(scope="module")
def ensembles():
    return {name: priced_run(name, shifts, n=20) for name, shifts in
            (("Current policy", ()), ("Early help first", MORE))}  # fmt: skip


def lines(axes):
    return [x for x in axes.lines if x.get_marker() == "None" and len(x.get_xdata()) > 2]


def test_costs_in_cash_are_the_runs_own_and_the_axes_say_so(real, cash, ensembles):
    figure = plot.costs(*real, bands=ensembles, prices="cash")
    assert {axes.get_ylabel().split("\n")[0] for axes in figure.axes} == {"£bn a year, cash"}
    shown = lines(figure.axes[0])[0].get_ydata()
    np.testing.assert_allclose(shown, cash[0].yearly("statutory_spend")[:, 0] / 1e9)
    assert shown[-1] > 1.4 * real[0].yearly("statutory_spend")[-1, 0] / 1e9


def test_runs_that_are_in_cash_already_are_drawn_as_they_are(cash):
    figure = plot.costs(*cash, cumulative=True)
    assert figure.axes[-1].get_ylabel() == "£bn, cash\n← saves  costs →"


def test_published_money_is_brought_to_cash_too(real):
    figures = toy_observed(last=2025)
    axes = plot.costs(*real, observed=figures, prices="cash").axes[0]
    points = next(line for line in axes.lines if line.get_marker() == "o")
    published = figures.points("statutory_spend")["2024-25"]
    mean_level = 1 + 0.5 * (2024.5 - 2020) / 15
    assert points.get_ydata()[-1] == pytest.approx(published * mean_level / 1e9)


def test_caseloads_are_the_same_in_cash(real, cash):
    for before, after in zip(
        plot.caseloads(real[0]).axes, plot.caseloads(cash[0]).axes, strict=True
    ):
        np.testing.assert_array_equal(lines(before)[0].get_ydata(), lines(after)[0].get_ydata())


def test_cash_is_not_discounted_at_a_real_rate(real, cash):
    with pytest.raises(RunError, match="discount is a real rate and money here is in cash"):
        plot.costs(*real, cumulative=True, discount=0.035, prices="cash")
    sentence = sum_sentence(Pair(*cash, None, None, 0.8), "total_spend")
    assert "bn, cash." in sentence
    assert "discounted" not in sentence
    assert "discounted" in sum_sentence(Pair(*real, None, None, 0.8), "total_spend")


def test_real_and_cash_are_not_mixed(real, cash, ensembles):
    with pytest.raises(RunError, match="cannot be compared: 2019-20 prices, cash"):
        plot.costs(real[0], cash[1])
    with pytest.raises(RunError, match="cannot be compared: 2019-20 prices, cash"):
        plot.costs(*cash, bands=ensembles)
    with pytest.raises(RunError, match="has money in 2019-20 prices and 'Early help first' in"):
        compare(real[0], cash[1])


def test_a_fit_is_not_shown_in_cash(cash):
    with pytest.raises(RunError, match="is in cash; take the run that it was made from"):
        plot.fit(cash[0], toy_observed())


def test_comparisons_in_cash_are_those_of_the_runs_in_cash(real, cash):
    table = compare(*real, at=["2030-03-31"], prices="cash")
    row = table.loc["Early help first", "2029-30", "total_spend"]
    assert row["value"] == cash[1].annual().loc["2029-30", "total_spend"]
    assert table.attrs["units"]["total_spend"] == "GBP/year, cash"
    assert table.attrs["units"]["care_starts"] == "child/year"
    same = compare(*cash, at=["2030-03-31"])
    assert same.loc["Early help first", "2029-30", "total_spend"].equals(row)


def test_the_page_is_in_cash_throughout(cash, ensembles):
    bands = {name: run.at_prices("cash") for name, run in ensembles.items()}
    text = report.summary_html(cash, ensembles=bands)
    assert "money in £bn, cash" in text
    assert "2019-20 prices" not in text


def test_tables_in_cash_say_so(cash):
    def bases(text):
        return {row["column"]: row["price_base"] for row in csv.DictReader(io.StringIO(text))}

    told = bases(report.columns_csv(Priced(), cash[0].price_base))
    assert (told["total_spend"], told["looked_after"]) == ("cash", "")
    assert bases(report.columns_csv(Priced()))["total_spend"] == "2019-20"
    last = list(csv.DictReader(io.StringIO(report.annual_csv(cash[0]))))[-1]
    assert float(last["total_spend"]) == pytest.approx(cash[0].yearly("total_spend")[-1, 0], abs=1)


def test_scenarios_side_by_side_are_discounted_to_one_year(real):
    pair = Pair(*real, None, None, 0.8)
    assert "discounted to 2019-20" in sum_sentence(pair, "total_spend", 2020)
    assert "discounted to 2019-20" not in sum_sentence(pair, "total_spend")
