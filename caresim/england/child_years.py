"""What a year in care costs at each age, on average and at the margin: what is saved where one child fewer is in care.

Both count care alone, its places and its social work. The two part where foster carers are short: whoever does not come into care
then leaves a foster home to a child who is in a children's home for want of one.
"""

from caresim.england.given import p
from caresim.england.place_prices import (
    foster_price,
    homes_aged,
    homes_shortage,
    residential_price,
    residential_price_asked,
    supported_aged,
    supported_price,
)
from caresim.england.placements import foster_aged, foster_wanted, kinship_share, unmet_sought
from caresim.england.places import looked_after_aged
from caresim.england.prices import work_price
from caresim.language import Aux, share, total, where

other_care_cost = Aux("Cost of a year in care beside the place", p.cost_per_other_care_year * work_price)
"Social work with children in care, allowances and support on leaving: some £19,000 a year for each child, wherever placed."
child_year_cost = Aux(
    "Cost of a year in care by age, on average",
    share(foster_aged, of=looked_after_aged) * foster_price
    + share(homes_aged, of=looked_after_aged) * residential_price
    + share(supported_aged, of=looked_after_aged) * supported_price
    + other_care_cost,
)
"""All that is spent on children in care of an age, for each of them, wherever they live: some £50,000 at 0–9 in 2019-20 and £80,000 at
10–15.
"""
residential_year_cost = Aux(
    "Cost of a year in residential care by age",
    residential_price * (1 - p.supported_share) + supported_price * p.supported_share,
)
"That of a home, or of supported accommodation for those who live there at 16–17."
home_made_dearer = Aux(
    "What a child without a foster home makes all homes dearer by",
    where(
        residential_price_asked < p.residential_price_cap,
        residential_price_asked * share(p.price_sensitivity, of=1 + p.price_sensitivity * homes_shortage),
        0,
    ),
)
"""One more who is there for want of a foster home raises the price of a place for every child in one: together by some £75,000 a year,
by the assumed answer of prices to shortage. Nothing where a cap holds them.
"""
foster_home_missing_cost = Aux(
    "What a missing foster home costs beyond foster care",
    total(share(foster_wanted, of=total(foster_wanted)) * residential_year_cost) - foster_price + home_made_dearer,
)
"A year of residential care instead of foster care for a child of any age, and what that makes all homes dearer by."
child_year_saved = Aux(
    "What one child fewer in care saves in a year by age",
    p.residential_share * residential_year_cost
    + p.foster_share * (foster_price + (1 - kinship_share) * where(unmet_sought > 0, foster_home_missing_cost, 0))
    + other_care_cost,
)
"""As the average while carers suffice. Where they are short, a child fewer for whom a foster home is sought lets another leave a
children's home, and prices of homes ease.
"""
