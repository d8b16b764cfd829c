"""Foster carers who are not relatives, and the places that they offer.

Of the places that they are approved for some are not to be had, and of those that stand vacant most fit no child in need of one.
"""

from caresim.england.given import p
from caresim.england.leavers import foster_places_held
from caresim.language import Aux, Smooth, Stock, maximum

foster_applications_unsought = Aux(
    "Applications to foster that come by themselves", p.foster_enquiries_start * p.foster_application_share
)
"About 10,000 households a year, nearly one for every eleven enquiries, before shortage or a campaign brings more."
foster_carers = Stock(
    "Foster carers who are not relatives",
    "carer",
    foster_applications_unsought * p.foster_approval_share / p.foster_loss_rate,
)
"""Households on a day that foster and are not relatives: approvals add to them, those who stop take away. As many are assumed in 2009 as approvals and losses keep up where each place is needed, 42,000; as some are
not, there are 38,000 from 2014 on.
"""
foster_applicants = Stock(
    "Households being assessed as foster carers", "carer", foster_applications_unsought * p.foster_approval_time
)
"""Households on a day whose application is under way, between 6,000 and 7,000: some 10,000 a year, times the eight months from
application to approval.
"""

# Pay: a study counts children in foster care and not households, so that it acts on places, whoever offers them
foster_pay_felt = Smooth("Rise of what carers are paid, as it is felt", p.foster_allowance_rise, over=p.foster_pay_time)
"Households answer to what they are paid over one to two years; nothing while pay is that of today."
foster_pay_places = Aux("Places that carers offer at their pay, at today's = 1", (1 + foster_pay_felt) ** p.foster_pay_elasticity)
"Ten per cent more pay brings 1.4 % more places in the end, whether more households offer them or each takes more children."
foster_carers_approved_for = Aux(
    "Children that carers are approved for",
    foster_carers * (p.foster_places_per_household * p.places_per_household_factor) * foster_pay_places,
)
"About two places in each household that is no relative's: some 77,000 in all, of which nearly three in five hold a child."
foster_offered = Aux(
    "Foster places filled or vacant",
    maximum(foster_carers_approved_for * (1 - p.foster_not_available_share) - foster_places_held, 0),
)
"""Four fifths of the places that carers are approved for; the others are not to be had, as carers rest, the child who is there
cannot share, the place is kept for a sibling, or a young person of 18 has stayed on.
"""
foster_places = Aux("Children whom other foster carers can take", foster_offered * p.foster_matched_share)
"""Four fifths of the places that are offered can hold a child at once: who needs a home is not of the age, the place
or the number of siblings that the rest were offered for.
"""
