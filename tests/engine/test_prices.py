"""Money in cash: real money times the mean price level of its financial year, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.prices import price_levels
from caresim.language import (
    Aux,
    Flow,
    Model,
    Parameter,
    Parameters,
    Prior,
    RunError,
    Series,
    Stock,
    cloud,
)

DEFLATOR = np.array([1.0, 1.06, 1.07, 1.10, 1.15])
HELD = Series(tuple(float(year) for year in range(2019, 2024)), tuple(DEFLATOR), held=True)


def parameters(price_year="2019-20", **others):
    entries = {
        "care_0": Parameter("care_0", 100.0, "child"),
        "leaving_rate": Parameter("leaving_rate", 0.1, "1/year", role="lever", bounds=(0, 1)),
        "fee": Parameter("fee", 50.0, "GBP/child/year"),
        "a_year": Parameter("a_year", 1.0, "year"),
        "deflator": Parameter("deflator", HELD),
    }
    return Parameters({**entries, **others}, price_year)


class Paid(Model):
    """Children whose care is paid for; money is counted in several ways."""

    parameters = p = parameters()
    start, until = "2019-03-31", "2024-03-31"
    price_level = "general_prices"
    general_prices = Aux("Price level", p.deflator * 1)
    care = Stock("In care", "child", p.care_0)
    left = Flow("Left", care >> cloud, care * p.leaving_rate)
    spent = Aux("Spent on care", care * p.fee)
    owed = Aux("A year's bill for those in care", care * p.fee * p.a_year)
    bought = Aux("Children for a pound", care / spent)
    published = (care, left, spent, owed, bought)


RUN = cs.run(Paid())
CASH = RUN.at_prices("cash")


def model_with(model=Paid, **entries):
    made = model()
    made.parameters = Parameters({**made.parameters.entries, **entries}, "2019-20")
    return made


# What is multiplied by what


@pytest.mark.parametrize("name", ["spent", "owed"])
def test_money_is_multiplied_by_the_level_of_its_financial_year(name):
    np.testing.assert_allclose(CASH.annual()[name], RUN.annual()[name] * DEFLATOR, rtol=1e-12)


@pytest.mark.parametrize("name", ["care", "left", "bought"])
def test_what_is_no_money_stays_as_it_is(name):
    np.testing.assert_array_equal(CASH.yearly(name), RUN.yearly(name))


def test_a_level_on_a_straight_line_counts_with_its_mean_over_the_year():
    line = Series((2019.0, 2024.0), (1.0, 1.5), held=False)
    model = model_with(deflator=Parameter("deflator", line))
    model.parameters = Parameters(model.parameters.entries, "2018-19")
    run = cs.run(model, until="2021-03-31")
    ratio = run.annual(prices="cash")["spent"] / run.annual()["spent"]
    np.testing.assert_allclose(ratio, [1.05, 1.15], rtol=1e-12)


@pytest.mark.parametrize("every", ["quarter", "step"])
def test_the_year_in_cash_is_the_same_however_often_a_run_was_saved(every):
    run = cs.run(Paid(), every=every).at_prices("cash")
    np.testing.assert_allclose(run.annual()["spent"], CASH.annual()["spent"], rtol=1e-12)
    np.testing.assert_allclose(run.annual()["owed"], CASH.annual()["owed"], rtol=1e-12)


def test_the_first_day_counts_at_the_level_known_of_it():
    assert CASH["owed"].iloc[0] == RUN["owed"].iloc[0] * DEFLATOR[0]


def test_an_ensemble_goes_to_cash_run_by_run():
    rates = {"leaving_rate": np.linspace(0.05, 0.4, 7)}
    many = execute(Paid(), RUN.clock, (), rates)
    cash = many.at_prices("cash")
    expected = many.yearly("spent") * DEFLATOR[:, None]
    np.testing.assert_allclose(cash.yearly("spent"), expected, rtol=1e-12)
    low = many.annual(0.1, prices="cash")["spent"]
    np.testing.assert_allclose(low, many.annual(0.1)["spent"] * DEFLATOR, rtol=1e-12)
    table = many.annual([0.1, 0.9], prices="cash")
    np.testing.assert_allclose(table["spent", 0.1], low, rtol=1e-12)


def test_a_scenario_leaves_the_price_level_alone():
    plan = cs.Scenario("More leave", changes=[cs.Change("leaving_rate", "set", 0.3, "2020-04-01")])
    run = cs.run(Paid(), plan)
    ratio = run.at_prices("cash").yearly("spent") / run.yearly("spent")
    np.testing.assert_allclose(ratio[:, 0], DEFLATOR, rtol=1e-12)


def test_a_quantity_may_itself_be_called_the_price_level():
    class Named(Model):
        """A model whose quantity has the name of the attribute."""

        parameters = q = parameters()
        start, until = "2019-03-31", "2024-03-31"
        price_level = Aux("Price level", q.deflator * 1)
        spent = Aux("Spent", q.care_0 * q.fee * (1 + 0 * q.leaving_rate * q.a_year))

    run = cs.run(Named())
    np.testing.assert_allclose(run.annual(prices="cash")["spent"], 5_000 * DEFLATOR)


# What is said


def test_the_run_says_in_what_its_money_is():
    assert (RUN.prices, RUN.price_base) == ("real", "2019-20 prices")
    assert (CASH.prices, CASH.price_base) == ("cash", "cash")
    assert CASH.provenance["prices"] == "cash"
    assert "Money in £ a year in cash." in CASH._repr_html_()
    assert "Money in £ a year at 2019-20 prices." in RUN._repr_html_()


def test_tables_hold_units_with_the_price_base():
    units = RUN.annual(prices="cash").attrs["units"]
    assert (units["spent"], units["care"]) == ("GBP/year, cash", "child")
    assert RUN.annual().attrs["units"]["spent"] == "GBP/year, 2019-20 prices"


def test_the_dataset_says_so_for_each_quantity():
    data = CASH.dataset
    assert data.attrs["prices"] == "cash"
    assert data["spent"].attrs["price_base"] == "cash"
    assert "price_base" not in data["care"].attrs
    assert RUN.dataset["spent"].attrs["price_base"] == "2019-20 prices"


def test_the_run_that_cash_was_made_from_is_unchanged():
    before = RUN.yearly("spent").copy()
    RUN.at_prices("cash")
    np.testing.assert_array_equal(RUN.yearly("spent"), before)
    assert RUN.at_prices("real") is RUN
    assert CASH.at_prices("cash") is CASH


# What is refused


def fault_of(model, prices="cash"):
    with pytest.raises(RunError) as caught:
        cs.run(model).annual(prices=prices)
    return str(caught.value)


def test_prices_are_real_or_cash():
    assert fault_of(Paid(), "nominal") == "prices is 'real' or 'cash', not 'nominal'"


def test_there_is_no_way_back_from_cash():
    with pytest.raises(RunError, match="take the run that it was made from"):
        CASH.at_prices("real")


def test_a_model_without_a_price_level_is_refused():
    class Without(Paid):
        """The same, without a price level."""

        price_level = None

    assert "Without has no price level to bring money to cash with" in fault_of(Without())


def test_a_model_without_a_price_year_is_refused():
    model = Paid()
    model.parameters = Parameters(model.parameters.entries)
    assert "Paid has no price year" in fault_of(model)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("general_price", "no quantity of it; did you mean 'general_prices'?"),
        ("care", "'care' of Named has the unit child, not 1"),
        ("spent", "has the unit GBP/year, not 1"),
    ],
)
def test_a_price_level_that_is_none_is_refused_with_the_reason(name, reason):
    class Named(Paid):
        """The same, with another price level."""

        price_level = name

    assert reason in fault_of(Named())


@pytest.mark.parametrize(
    "entry",
    [
        Parameter("deflator", 1.0, role="lever", bounds=(0, 2)),
        Parameter("deflator", 1.0, bounds=(0, 2), prior=Prior("normal", 1, 0.1)),
    ],
)
def test_a_level_that_scenarios_or_draws_move_is_refused(entry):
    message = fault_of(model_with(deflator=entry))
    assert "depends on 'deflator', which scenarios or draws may change; make it" in message


def test_a_level_that_stocks_move_is_refused():
    class Moved(Model):
        """Prices that follow a stock."""

        parameters = q = Parameters.of(start=(1.0, "1"), rate=(0.1, "1/year"))
        price_level = "level"
        prices = Stock("Prices", "1", q.start)
        rise = Flow("Rise", cloud >> prices, prices * q.rate)
        level = Aux("Level", prices * 1)

    model = Moved()
    model.parameters = Parameters(model.parameters.entries, "2019-20")
    assert "depends on the stock 'prices'" in fault_of(model)
    Moved.price_level = "prices"
    assert "is a stock" in fault_of(model)


def test_a_level_that_is_not_one_in_the_price_year_is_refused():
    entry = replace(HELD, values=tuple(80 * DEFLATOR))
    message = fault_of(model_with(deflator=Parameter("deflator", entry)))
    assert "'general_prices' is 80 in 2019-20, the price year of the parameters" in message


def test_a_level_at_or_below_zero_is_refused():
    entry = replace(HELD, values=(1.0, 1.0, 0.0, 1.0, 1.0))
    message = fault_of(model_with(deflator=Parameter("deflator", entry)))
    assert "must be above 0, not 0" in message


def test_a_run_that_ends_before_the_price_year_is_not_held_against_it():
    model = Paid()
    model.parameters = Parameters(model.parameters.entries, "2029-30")
    np.testing.assert_allclose(price_levels(model, Clock(2019, 2024, 16)), [1, *DEFLATOR])
