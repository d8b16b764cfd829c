"""What a year in a place costs: in foster care, in a children's home and in supported accommodation.

The price of homes rises by a trend that fades, follows shortage and what a scenario does to it, and is paid as contracts are
renewed. Where it is capped, providers leave.
"""

from caresim.england.given import HOMES_DEARER_FROM, p
from caresim.england.placements import homes_shortage
from caresim.england.prices import extra_price
from caresim.language import (
    Aux,
    Flow,
    Smooth,
    Stock,
    cloud,
    maximum,
    minimum,
    share,
    time,
    where,
)

# The trend
trend_left = Aux("What is left of the trend in prices of homes", 0.5 ** (maximum(time - p.figures_end, 0) / p.trend_half_life))
"All of it to the last figure, a half ten years later, a quarter after twenty."
residential_trend = Aux(
    "Real rise of the price of a place in a home",
    where(time >= HOMES_DEARER_FROM, where(p.figures_end > p.residential_trend_begins, p.residential_trend_rate, 0), 0)
    * trend_left
    + p.earnings_growth * (1 - trend_left),
)
"""Nothing to March 2014, some 5 % a year above prices in the whole economy from then to the last figure, and from there on ever less:
it fades to the growth of earnings, 1 % a year, as most of what a home costs is pay.
"""
residential_index = Stock("Trend in prices of homes, 2014 = 1", "1", 1)
"What the trend has made of prices since March 2014: about 1.32 in March 2020."
price_rises = Flow(
    "Rise of the trend in prices of homes",
    cloud >> residential_index,
    residential_index * (where(p.residential_price_trend, residential_trend, 0) + p.residential_price_growth),
)
"""The trend, each year on top of the last, and what a scenario adds to it; nothing more from the day on that prices are held
flat.
"""

# What a new contract costs, and what is paid
residential_price_asked = Aux(
    "Price that providers of homes ask in a new contract",
    p.cost_per_residential_year
    * residential_index
    * extra_price
    * p.residential_price_level
    * (1 + p.price_sensitivity * homes_shortage),
)
"""The price before 2014 and what the trend made of it, dearer by 0.4 % for each place in a hundred that
is missing.
"""
residential_price_new = Aux(
    "Price of a place in a home in a new contract", minimum(residential_price_asked, p.residential_price_cap)
)
"What is asked, or the cap where a scenario sets one below it."
residential_contracts = Stock(
    "Price of a place in a home under contract", "GBP/child/year", p.cost_per_residential_year * p.residential_price_level
)
"What a year costs by all contracts of the day, old and new."
price_moves = Flow(
    "Change of the price of homes as contracts are renewed",
    cloud >> residential_contracts,
    (residential_price_new - residential_contracts) / p.price_time,
)
"Prices paid close in on those of new contracts, up or down, over about a year and a half."
residential_price = Aux("Cost of a year in a children's home", residential_contracts)
"""By the contracts of the year, as the published unit cost has it: some £190,000 in 2016-17 and £218,000 in 2019-20, both in pounds of
that last year.
"""
providers_staying = Smooth(
    "Places in homes that stay under a cap, as a share",
    share(residential_price_new, of=residential_price_asked) ** p.provider_elasticity,
    over=p.price_time,
    initial=1,
)
"""All, unless a cap is below what is asked: for each 1 % that it takes off, half a percent of places leaves, by assumption, as
contracts end.
"""

# What is not in homes
foster_price = Aux("Cost of a year of foster care", p.cost_per_foster_year * extra_price)
"""Level in real terms, as its published unit cost was to 2019-20 while that of homes rose by 14 %: some £31,000 for each
child, with relatives or others.
"""
supported_price = Aux("Cost of a year in supported accommodation", p.cost_per_supported_year * extra_price)
"£40,000 or so, level in real terms: by assumption, as no published unit cost counts these places."
