"""Placements: foster carers, what their shortage does, and the price of residential care.

Relatives foster a share that grows; other foster care takes as many as there are carers for. Who finds no foster home goes to
residential care, whose price rises while more are sent there. Carers without a child stop sooner.
"""

from caresim.england.given import KINSHIP_FIRST, p
from caresim.england.places import looked_after, looked_after_aged
from caresim.england.prices import work_price
from caresim.language import (
    Aux,
    Check,
    Flow,
    Smooth,
    Stock,
    cloud,
    maximum,
    share,
    smooth_step,
    total,
)

# Who is placed where
foster_carers = Stock("Foster carers who are not relatives", "carer", p.foster_carers_0)
"""Households on a day that foster and are not relatives, assumed 34,000 at first: approvals add to them, those who stop take
away. Nearly 38,000 by 2019.
"""
kinship_share = Aux("Share of foster care by relatives", smooth_step(p.kinship_share_start, p.kinship_share_end, KINSHIP_FIRST))
"Relatives foster about one in seven fostered children to 2014, rising to one in five by 2021, as relatives are considered first."
foster_wanted = Aux("Children for whom a foster home is sought", looked_after_aged * p.foster_share)
"""A foster home is sought for nearly four in five children in care under 16 and for 57 % at 16–17; the others go to
residential care, to their parents, to adopters or live on their own.
"""
kinship_foster_children = Aux("Children fostered by relatives", total(foster_wanted) * kinship_share)
"Relatives take their share of the foster homes sought, 15 to 20 %: 7,200 children on 31 March 2010, 11,580 in 2020."
foster_demand = Aux("Foster homes sought from others than relatives", total(foster_wanted) - kinship_foster_children)
"""Children for whom others than relatives must be found: over four in five of those who need a foster home, nearly 39,000 in
2009 and over 46,000 in 2019.
"""
foster_places = Aux("Children whom other foster carers can take", foster_carers * p.children_per_carer)
"Six children for every five households, an assumption: over 40,000 children, whether or not so many need a home."
unmet_sought = Aux(
    "Share of foster homes sought that carers cannot give",
    share(maximum(foster_demand - foster_places, 0), of=total(foster_wanted)),
)
"Children for whom there are not enough carers, out of all for whom a foster home is sought, on the day: about 2 in 100 in 2019."
unmet = Smooth(
    "Share of children without the foster home sought for them",
    unmet_sought,
    over=p.placement_time,
    initial=0,
    only_while=p.placements_on,
)
"""Those who are in residential care for want of a foster home, out of all for whom one is sought, with relatives or others:
hardly any until 2017, about 2 in 100 in 2019 and 1.5 in 2020.
"""
shortage = Aux("Children for whom there is no foster home", total(foster_wanted) * unmet)
"""Children who need a foster home for whom there are not enough carers; hardly any while carers suffice, as until 2017, some
600 in 2018 and 1,100 in 2019. They go to residential care.
"""
foster_aged = Aux("Children in foster care by age", foster_wanted * (1 - unmet))
"All for whom a foster home is sought but those who find none, a share that is taken to be the same at every age."
residential_aged = Aux(
    "Children in homes, hostels and other residential care by age",
    looked_after_aged * p.residential_share + foster_wanted * unmet,
)
"""Some are placed there whatever foster homes there are, 1.5 % of children in care at 0–9, 14 % at 10–15 and 30 % at 16–17,
and whoever finds no foster home is added.
"""
foster_children = Aux("Children in foster care", total(foster_wanted) - shortage)
"""All for whom a foster home is sought, with relatives or others, less those who find none: nearly three in four children in
care, 47,200 on 31 March 2010, 56,970 in 2020.
"""
residential_children = Aux(
    "Children in homes, hostels and other residential care",
    total(looked_after_aged * p.residential_share) + shortage,
)
"""Children placed there whatever foster homes there are, and those for want of a foster home: one in eight of those in care at
first and one in seven later, 8,170 on 31 March 2010, 12,260 in 2020.
"""
other_placements = Aux(
    "Children placed with parents, for adoption or otherwise", looked_after - foster_children - residential_children
)
"All children in care who are neither fostered nor in residential care, about one in seven."

# Recruitment: more effort under shortage, application, assessment, approval, loss
foster_effort = Aux(
    "Applications to foster under shortage, without = 1", 1 + p.foster_response * share(shortage, of=foster_demand)
)
"""Where foster homes are missing more households apply, as more are sought: for each 1 % of the homes sought that is missing,
about 1.5 % more; 1 while none is missing.
"""
foster_applicants = Stock(
    "Households being assessed as foster carers", "carer", p.foster_applications_start * p.foster_approval_time
)
"""Households on a day whose application is under way, about 7,000: some 12,000 a year, times the seven months from application
to approval.
"""
foster_applications = Flow(
    "Applications to foster",
    cloud >> foster_applicants,
    p.foster_applications_start * p.foster_application_factor * foster_effort,
)
"""About 12,000 households a year apply at present, more where foster homes are missing, and as many times more as a campaign
brings.
"""
foster_approvals = Flow(
    "Foster carers approved",
    foster_applicants >> foster_carers,
    foster_applicants * (p.foster_approval_share / p.foster_approval_time),
)
"Two in five applications end in approval, about seven months after they were made: nearly 5,000 households a year."
foster_withdrawals = Flow(
    "Applications withdrawn or refused",
    foster_applicants >> cloud,
    foster_applicants * ((1 - p.foster_approval_share) / p.foster_approval_time),
)
"The other three in five applications, withdrawn or refused after the same seven months: about 7,000 households a year."
idle = Aux(
    "Foster places for each child, from one to the most that matters",
    maximum(share(foster_places, of=maximum(foster_demand, foster_places / p.idle_most)), 1),
)
"""Foster places for each child who needs one: 1 while they are just enough or too few, more where homes stand empty, and
counted to 3 at most.
"""
foster_losses = Flow("Foster carers who stop", foster_carers >> cloud, foster_carers * p.foster_loss_rate * idle)
"""About one household in eight stops in a year (12 %), some 4,000 to 4,500; more where homes stand empty, since carers without
a child stop sooner.
"""

# The price of residential care: a state that follows shortage, and a growth that a scenario may add
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

placed_beyond_care = Check("More children are fostered and in homes than are looked after, which cannot be", other_placements < 0)
"Says that the shares for foster homes and for residential care are more than all children, so that less than none is left over."
