"""Flat prices: the setting of a lever that holds a price, declared by a model or refused."""

import pytest

from caresim.language import (
    Aux,
    FlatPrices,
    Flow,
    Model,
    ModelError,
    Parameter,
    Parameters,
    Stock,
    cloud,
    where,
)

CHOICES = (("rising", 1.0), ("flat", 0.0))
p = Parameters(
    {
        "trend": Parameter("trend", 1.0, "1", "Trend", "lever", (0, 1), choices=CHOICES),
        "growth": Parameter("growth", 0.05, "1/year"),
        "cost": Parameter("cost", 100.0, "GBP/child/year"),
    }
)
index = Stock("Index", "1", 1)
price = Aux("Price", p.cost * index)


def declared(flat):
    rises = Flow("Rise", cloud >> index, where(p.trend, index * p.growth, 0))
    body = {"parameters": p, "index": index, "rises": rises, "price": price, "flat_prices": flat}
    return type("Town", (Model,), body)


def test_a_model_declares_its_flat_prices_and_most_have_none():
    town = declared(FlatPrices("trend", "flat", price))
    assert town.flat_prices.price is town.variables["price"]
    assert Model.flat_prices is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("trends", "flat"), "'trends' is no parameter of it; did you mean 'trend'"),
        (("growth", "flat"), "'growth' is no lever"),
        (("trend", "level"), "'trend' has no setting 'level'"),
        (("trend", 0), "a text of flat prices"),
    ],
)
def test_flat_prices_of_no_lever_or_no_setting_are_refused(given, said):
    with pytest.raises(ModelError, match=said):
        declared(FlatPrices(*given, price))


def test_the_price_is_money_for_one_of_something_a_year_and_of_the_model():
    with pytest.raises(ModelError, match="GBP/child/year, not one in 1"):
        FlatPrices("trend", "flat", index)
    with pytest.raises(ModelError, match="GBP/child/year, not 'price'"):
        FlatPrices("trend", "flat", "price")
    with pytest.raises(ModelError, match="tell 'Elsewhere', which is no quantity of it"):
        declared(FlatPrices("trend", "flat", Aux("Elsewhere", p.cost)))
    with pytest.raises(ModelError, match="'flat_prices' is a FlatPrices or None, not 'flat'"):
        declared("flat")
