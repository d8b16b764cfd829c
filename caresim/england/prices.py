"""Prices: what a unit of work costs, and prices in the whole economy."""

from caresim.england.given import PAY_FREEZE, PRICE_RISE, p
from caresim.language import Aux, Flow, Stock, cloud, elapsed, exp

extra_price = Stock("Unit costs of work against those of the model", "1", 1)
extra_price_rises = Flow("Rise of unit costs beyond the model", cloud >> extra_price, extra_price * p.extra_price_growth)
price_growth = Aux(
    "Growth of real unit costs since 2013, logarithm",
    p.price_growth_rate * elapsed(PRICE_RISE) + p.pay_freeze_rate * (p.pay_freeze_time - elapsed(PAY_FREEZE)),
)
work_price = Aux("Real cost of a unit of work, 2013 = 1", exp(price_growth) * extra_price)
general_prices = Aux("Prices in the whole economy, 2019-20 = 1", p.gdp_deflator)
