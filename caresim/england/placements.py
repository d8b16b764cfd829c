"""Placements: foster carers, what their shortage does, and the price of residential care.

Relatives foster a share that grows; other foster care takes as many as there are carers for. Who finds no foster home goes to
residential care, whose price rises while more are sent there. Carers without a child stop sooner.
"""

from caresim.england.given import KINSHIP_FIRST, p
from caresim.england.places import looked_after, looked_after_aged
from caresim.england.prices import work_price
from caresim.language import Aux, Flow, Stock, cloud, maximum, share, smooth_step, total, where

# Who is placed where
foster_carers = Stock("Foster carers who are not relatives", "carer", p.foster_carers_0)
kinship_share = Aux("Share of foster care by relatives", smooth_step(p.kinship_share_start, p.kinship_share_end, KINSHIP_FIRST))
foster_wanted = Aux("Children for whom a foster home is sought", looked_after_aged * p.foster_share)
kinship_foster_children = Aux("Children fostered by relatives", total(foster_wanted) * kinship_share)
foster_demand = Aux("Foster homes sought from others than relatives", total(foster_wanted) - kinship_foster_children)
foster_places = Aux("Children whom other foster carers can take", foster_carers * p.children_per_carer)
shortage = Aux("Children for whom there is no foster home", where(p.placements_on, maximum(foster_demand - foster_places, 0), 0))
unmet = Aux("Share of children without the foster home sought for them", share(shortage, of=total(foster_wanted)))
foster_aged = Aux("Children in foster care by age", foster_wanted * (1 - unmet))
residential_aged = Aux(
    "Children in homes, hostels and other residential care by age",
    looked_after_aged * p.residential_share + foster_wanted * unmet,
)
foster_children = Aux("Children in foster care", total(foster_wanted) - shortage)
residential_children = Aux(
    "Children in homes, hostels and other residential care",
    total(looked_after_aged * p.residential_share) + shortage,
)
other_placements = Aux(
    "Children placed with parents, for adoption or otherwise", looked_after - foster_children - residential_children
)

# Recruitment: more effort under shortage, application, assessment, approval, loss
foster_effort = Aux("Applications under shortage, without = 1", 1 + p.foster_response * share(shortage, of=foster_demand))
foster_applicants = Stock("Households being assessed as foster carers", "carer", p.foster_applications_0 * p.foster_approval_time)
foster_applications = Flow(
    "Applications to foster", cloud >> foster_applicants, p.foster_applications_0 * p.foster_application_factor * foster_effort
)
foster_approvals = Flow(
    "Foster carers approved",
    foster_applicants >> foster_carers,
    foster_applicants * (p.foster_approval_share / p.foster_approval_time),
)
foster_withdrawals = Flow(
    "Applications withdrawn or refused",
    foster_applicants >> cloud,
    foster_applicants * ((1 - p.foster_approval_share) / p.foster_approval_time),
)
idle = Aux(
    "Foster places for each child, from one to the most that matters",
    maximum(share(foster_places, of=maximum(foster_demand, foster_places / p.idle_most)), 1),
)
foster_losses = Flow("Foster carers who stop", foster_carers >> cloud, foster_carers * p.foster_loss_rate * idle)

# The price of residential care: a state that follows shortage, and a growth that a scenario may add
residential_price = Stock("Cost of a year of residential care", "GBP/child/year", p.cost_per_residential_year * work_price)
residential_extra = Stock("Residential prices against those of the model", "1", 1)
residential_price_sought = Aux(
    "Price that the shortage leads to",
    p.cost_per_residential_year
    * residential_extra
    * work_price
    * (1 + p.price_sensitivity * share(shortage, of=residential_children)),
)
price_moves = Flow(
    "Change of the residential price", cloud >> residential_price, (residential_price_sought - residential_price) / p.price_time
)
price_rises = Flow(
    "Rise of residential prices beyond the model", cloud >> residential_extra, residential_extra * p.residential_price_growth
)
