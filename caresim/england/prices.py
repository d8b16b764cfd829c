"""Prices: what a unit of work costs, and prices in the whole economy."""

from caresim.england.chance import pay_chance
from caresim.england.given import PAY_FREEZE, PRICE_RISE, p
from caresim.language import Aux, Flow, Stock, cloud, elapsed, exp

extra_price = Stock("Unit costs of work against those of the model", "1", 1)
"What a scenario makes unit costs of work rise by, beyond the path to March 2020: 1 while it adds nothing."
extra_price_rises = Flow("Rise of unit costs beyond the model", cloud >> extra_price, extra_price * p.extra_price_growth)
"""Unit costs grow by the rate that a scenario sets, each year on top of the last; by nothing at present, when they stay level
in real terms.
"""
price_growth = Aux(
    "Real growth of unit costs since 2013, yearly rates added up",
    p.price_growth_rate * elapsed(PRICE_RISE, known_to=p.figures_end)
    + p.pay_freeze_rate * (p.pay_freeze_time - elapsed(PAY_FREEZE, known_to=p.figures_end)),
)
"""Yearly rates added up, so that 2013 is 0: costs fell by about 1 % a year in the pay freeze, March 2009 to 2013, and rise by 2 % a year from March 2014 to 2020. About 0.03 in 2009 and 0.12 in 2020.
"""
work_price = Aux("Real cost of a unit of work, 2013 = 1", exp(price_growth) * extra_price * pay_chance)
"""What the same work costs in real terms, against 2013: about 3 % more in 2009, before the pay freeze, and about 13 % more in 2020.
"""
general_prices = Aux("Prices in the whole economy, 2019-20 = 1", p.gdp_deflator)
"Prices of all goods and services against 2019-20, 0.84 in 2009-10 and 1 in 2019-20: £ at 2019-20 prices times this is cash."
