"""The price of residential care: a state that follows shortage, and a growth that a scenario may add."""

from caresim.england.given import p
from caresim.england.placements import residential_children, shortage
from caresim.england.prices import work_price
from caresim.language import Aux, Flow, Stock, cloud, share

residential_price = Stock("Cost of a year of residential care", "GBP/child/year", p.cost_per_residential_year * work_price)
"""What a year in residential care costs for each child, at 2019-20 prices: some £133,000 from 2009 to 2017 and £144,000 in
2020, as it follows shortage over a few years.
"""
residential_extra = Stock("Residential prices against those of the model", "1", 1)
"What a scenario makes residential prices rise by, beyond shortage and the cost of work: 1 while it adds nothing."
residential_price_sought = Aux(
    "Price that the shortage leads to",
    p.cost_per_residential_year
    * residential_extra
    * work_price
    * (1 + p.price_sensitivity * share(shortage, of=residential_children)),
)
"""Some £130,000 a year at the cost of work of 2013, and dearer the more children are there for want of a foster home: about 10
% dearer where those are a tenth of all in residential care.
"""
price_moves = Flow(
    "Change of the residential price", cloud >> residential_price, (residential_price_sought - residential_price) / p.price_time
)
"""The price closes in on the one that shortage leads to, up or down, over about three years, as contracts are renewed only
every few years.
"""
price_rises = Flow(
    "Rise of residential prices beyond the model", cloud >> residential_extra, residential_extra * p.residential_price_growth
)
"Residential prices grow by the rate that a scenario sets, each year on top of the last; by nothing at present."
