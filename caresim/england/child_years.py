"""What a year in care costs at each age, on average and at the margin: what is saved where one child fewer is in care.

Both count care alone, its places and its social work. The two part where foster carers are short: whoever does not come into care
then leaves a foster home to a child who is in a children's home for want of one.
"""

from caresim.england.given import p
from caresim.england.place_prices import (
    foster_price,
    homes_pressed,
    residential_price,
    residential_price_asked,
    supported_price,
)
from caresim.england.placements import (
    foster_aged,
    foster_wanted,
    homes_aged,
    homes_usual_aged,
    kinship_share,
    semi_independent_more,
    supported_children,
    supported_usual,
    unmet,
)
from caresim.england.places import looked_after_aged
from caresim.england.prices import work_price
from caresim.language import Aux, share, where

other_care_cost = Aux("Cost of a year in care beside the place", p.cost_per_other_care_year * work_price)
"Social work with children in care, allowances and support on leaving: some £19,000 a year for each child, wherever placed."
child_year_cost = Aux(
    "Cost of a year in care by age, on average",
    share(foster_aged, of=looked_after_aged) * foster_price
    + share(homes_aged, of=looked_after_aged) * residential_price
    + share(supported_children, of=looked_after_aged) * p.is_oldest * supported_price
    + other_care_cost,
)
"""All that is spent on children in care of an age, for each of them, wherever they live: some £50,000 at 0–9 in 2019-20 and £80,000 at
10–15.
"""
spill_price = Aux(
    "Cost of a year for a child without a foster home who is not squeezed in, by age",
    residential_price * (1 - p.is_oldest) + supported_price * p.is_oldest,
)
"That of a home, and of supported accommodation at 16–17."
home_made_dearer = Aux(
    "What a child without a foster home makes all homes dearer by",
    where(
        residential_price_asked < p.residential_price_cap,
        residential_price_asked * share(p.price_sensitivity, of=1 + p.price_sensitivity * homes_pressed),
        0,
    ),
)
"""One more who is there for want of a foster home raises the price of a place for every child in one: together by some £75,000 a year,
by the assumed answer of prices to shortage. Nothing where a cap holds them.
"""
foster_home_missing_cost = Aux(
    "What a missing foster home costs beyond foster care, by age",
    where(unmet > 0, p.foster_spill_share * (spill_price - foster_price + home_made_dearer * (1 - p.is_oldest)), 0),
)
"""Nothing while there are carers enough for the age; else a home or supported accommodation for the part that is not squeezed in
with carers, and what that makes all homes dearer by.
"""
child_year_saved = Aux(
    "What one child fewer in care saves in a year by age",
    share(homes_usual_aged, of=looked_after_aged) * residential_price
    + share(supported_usual + semi_independent_more, of=looked_after_aged) * p.is_oldest * supported_price
    + share(foster_wanted, of=looked_after_aged) * (foster_price + (1 - kinship_share) * foster_home_missing_cost)
    + other_care_cost,
)
"""As the average while carers suffice. Where they are short, a child fewer for whom a foster home is sought lets another of that age
leave a children's home, and prices of homes ease.
"""
