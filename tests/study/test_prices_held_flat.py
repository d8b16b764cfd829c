"""Prices held flat after the last figure: a payback beside it, and what a place costs, by hand."""

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language import (
    Aux,
    FlatPrices,
    Flow,
    Model,
    Parameter,
    Parameters,
    Prior,
    Stock,
    cloud,
    maximum,
    time,
    total,
    where,
)
from caresim.study.flat_prices import held_flat, priced

GROWTH, PLACES, KEPT = 0.05, 10.0, 2.0
p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("help", 0.0, "GBP/year", "Money for help", "lever", (0, 1e3)),
            Parameter("kept", KEPT / 100, "child/(GBP/year)", "Places that £1 of help saves"),
            Parameter("trend", 1.0, "1", "Trend", "lever", (0, 1),
                      choices=(("rising", 1.0), ("flat", 0.0))),
            Parameter("growth", GROWTH, "1/year", "Growth", prior=Prior("uniform", 0, 0.1)),
            Parameter("cost", 1_000.0, "GBP/child/year", "Price in 2020"),
            Parameter("places", PLACES, "child", "Places without help"),
            Parameter("known", 2022.0, "year", "Last figure"),
        )
    },
    price_year="2019-20",
)  # fmt: skip


class Homes(Model):
    """£100 of help saves two places, whose price grows."""

    parameters, figures_end = p, "known"
    start, until = "2020-03-31", "2030-03-31"
    index = Stock("Price, 2020 = 1", "1", 1)
    beyond = Aux("Years since the last figure", maximum(time - p.known, 0))
    rises = Flow("Rise", cloud >> index, where(p.trend, index * p.growth, 0))
    price = Aux("Cost of a year in a home", p.cost * index)
    children = Aux("Children in homes", p.places - p.kept * p.help)
    help_spend = Aux("Spending on help", p.help * 1)
    homes_spend = Aux("Spending on homes", children * price)
    total_spend = Aux("All spending", total(help_spend, homes_spend))
    spending_total = "total_spend"
    published = (children, help_spend, total_spend)
    flat_prices = FlatPrices("trend", "flat", price)


HOMES = Homes()
PLAN = cs.Scenario("Help", changes=[cs.Change("help", "set", 100.0, "2024-04-01")])


def index_in(first, last, growth=GROWTH):
    """Return the price index added up over some years since 2020."""
    return (np.exp(growth * last) - np.exp(growth * first)) / growth


def test_payback_stands_beside_that_with_prices_held_where_the_last_figure_left_them():
    row = cs.payback(HOMES, PLAN, "help_spend", years=[5], discount=0).loc[5]
    assert row.payback == pytest.approx(KEPT * 1_000 * index_in(4, 9) / 500, rel=1e-6)
    assert row.flat == pytest.approx(KEPT * 1_000 * np.exp(2 * GROWTH) * 5 / 500, rel=1e-6)


def test_of_years_before_the_last_figure_both_are_the_same():
    early = cs.Scenario("Early", changes=[cs.Change("help", "set", 100.0, "2020-04-01")])
    row = cs.payback(HOMES, early, "help_spend", years=[2]).loc[2]
    assert row.flat == row.payback > 0


def test_draws_give_both_their_bands():
    draws = cs.draws(HOMES, 300, seed=1, given="prior")
    row = cs.payback(HOMES, PLAN, "help_spend", years=[5], discount=0, draws=draws).loc[5]
    low, middle, high = np.quantile(draws.columns["growth"], [0.1, 0.5, 0.9])
    for end, growth in (("flat_low", low), ("flat", middle), ("flat_high", high)):
        assert row[end] == pytest.approx(KEPT * 10 * np.exp(2 * growth), rel=1e-3)
    assert row.high - row.low > row.flat_high - row.flat_low


def test_a_model_without_flat_prices_has_no_such_column():
    class Plain(Homes):
        flat_prices = None

    table = cs.payback(Plain(), PLAN, "help_spend", years=[5])
    assert list(table.columns) == ["to", "spent", "saved", "payback"]
    assert priced(Plain()) is None


def test_what_a_place_costs_is_said_with_and_without_the_trend():
    found = priced(HOMES)
    assert (found.year, found.last) == ("2021-22", "2029-30")
    assert found.at == pytest.approx(1_000 * index_in(1, 2))
    assert found.end == pytest.approx(1_000 * index_in(9, 10))
    assert found.flat == pytest.approx(1_000 * np.exp(2 * GROWTH))
    assert str(found) == (
        "Cost of a year in a home: £1,610 in 2029-30 at 2019-20 prices, 49 % more than the £1,080 "
        "of 2021-22; £1,110 with prices held flat from then on."
    )


def test_a_run_that_ends_with_the_last_figure_has_no_later_price():
    assert priced(HOMES, until="2022-03-31") is None
    assert priced(HOMES, until="2023-03-31").last == "2022-23"


def test_what_a_plan_does_to_prices_itself_wins():
    rising = cs.Scenario("Up", changes=[cs.Change("trend", "set", "rising", "2025-04-01")])
    held = held_flat(HOMES, HOMES.flat_prices, rising)
    assert [str(one.begins) for one in held.changes] == ["2022-04-01", "2025-04-01"]
    run = cs.run(HOMES, held)
    assert run["index"].iloc[-1] == pytest.approx(np.exp(GROWTH * (2 + 5)))


def test_a_model_without_a_last_figure_holds_prices_from_its_start():
    class Timeless(Homes):
        figures_end = ""

    held = held_flat(Timeless(), Timeless.flat_prices, None)
    assert [str(change.begins) for change in held.changes] == ["2020-04-01"]
    assert held.name == "Current policy"


def test_england_pays_back_less_where_homes_get_no_dearer():
    found = cs.payback(England(), "more_family_support", "early_help_spend", years=[5, 15])
    assert (found.flat < found.payback).all()
    assert (found.flat > 0.5 * found.payback).all()


def test_england_says_what_a_year_in_a_home_costs():
    said = str(priced(England()))
    assert said.startswith("Cost of a year in a children's home: £")
    assert "in 2034-35 at 2019-20 prices" in said
    assert "of 2019-20; £" in said
