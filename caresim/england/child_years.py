"""What a year in care costs at each age, on average and at the margin: what is saved where one child fewer is in care.

Both count care alone, its places and its social work. The two part where places are short: whoever does not come into care then leaves
a foster home to a child for whom there was none, or a place in a home to a young person who gave way.
"""

from caresim.england.given import p
from caresim.england.place_prices import (
    foster_price,
    residential_price,
    residential_price_asked,
    supported_price,
)
from caresim.england.placements import (
    foster_sought_aged,
    foster_spill_aged,
    foster_wanted,
    homes_shortage,
    homes_sought_aged,
    homes_spill,
    homes_usual_aged,
    step_down_aged,
    supported_children,
    unmet,
)
from caresim.england.places import looked_after_aged
from caresim.england.prices import work_price
from caresim.language import Aux, minimum, share, total, where

other_care_cost = Aux("Cost of a year in care beside the place", p.cost_per_other_care_year * work_price)
"Social work with children in care and allowances: some £15,000 a year for each child, wherever placed; care leavers cost apart."
child_year_cost = Aux(
    "Cost of a year in care by age, on average",
    share(foster_wanted - foster_spill_aged + step_down_aged, of=looked_after_aged) * foster_price
    + share(homes_sought_aged - homes_spill * p.is_oldest, of=looked_after_aged) * residential_price
    + share(supported_children * p.is_oldest, of=looked_after_aged) * supported_price
    + other_care_cost,
)
"""All that is spent on children in care of an age, for each of them, wherever they live: some £43,000 at 0–9 in 2019-20 and £75,000 at
10–15.
"""
homes_full = Aux("How far places in homes are missing, from 0 to 1", minimum(homes_shortage / p.margin_shortage_share, 1))
"0 while places suffice, and 1 as soon as one in a hundred is missing: what one child more does begins with the shortage."
home_made_dearer = Aux(
    "What a child more in a children's home makes all homes dearer by",
    homes_full
    * where(
        residential_price_asked < p.residential_price_cap,
        residential_price_asked
        * share(p.price_sensitivity, of=1 + p.price_sensitivity * homes_shortage)
        * (1 - homes_shortage) ** 2,
        0,
    ),
)
"""Where places are missing, one child more for whom a home is sought raises the price for every child in one, by the assumed answer of
prices to shortage. Nothing while places suffice, or where a cap holds prices.
"""
home_year_cost = Aux(
    "What one child more in a children's home costs in a year",
    residential_price + homes_full * (supported_price - residential_price) + home_made_dearer,
)
"""The price of a place while places suffice. Where they are short a young person gives way to supported accommodation, which is cheaper,
and all homes get dearer.
"""
foster_home_missing_cost = Aux(
    "What a missing foster home costs beyond foster care by age",
    minimum(unmet / p.margin_shortage_share, 1)
    * p.foster_spill_share
    * (home_year_cost * (1 - p.is_oldest) + supported_price * p.is_oldest - foster_price),
)
"""Of children without a foster home some go to a children's home or, at 16 and 17, to supported accommodation; the others are squeezed in
with carers and cost what foster care costs.
"""
foster_home_freed = Aux(
    "What a foster home that is free for another child saves by age",
    foster_home_missing_cost * (1 - p.foster_any_age_share)
    + total(share(foster_sought_aged, of=total(foster_sought_aged)) * foster_home_missing_cost) * p.foster_any_age_share,
)
"Half of the places go to a child of the same age, the other half to children of any age, as they are sought for."
child_year_saved = Aux(
    "What one child fewer in care saves in a year by age",
    share(homes_usual_aged, of=looked_after_aged) * home_year_cost
    + share(foster_wanted, of=looked_after_aged) * foster_price
    + share(foster_sought_aged, of=looked_after_aged) * foster_home_freed
    + share((supported_children - foster_spill_aged["16–17"] - homes_spill) * p.is_oldest, of=looked_after_aged) * supported_price
    + other_care_cost,
)
"""As the average while places suffice, with the carers and homes of the day. Where foster homes are short at an age, a child fewer lets
another leave a children's home, and prices of homes ease.
"""
