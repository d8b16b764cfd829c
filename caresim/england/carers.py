"""Foster carers: households that foster, and the children whom they can take."""

from caresim.england.given import p
from caresim.language import Aux, Stock

foster_carers = Stock("Foster carers who are not relatives", "carer", p.foster_carers_0)
"""Households on a day that foster and are not relatives, assumed 34,000 at first: approvals add to them, those who stop take
away. Nearly 38,000 by 2019.
"""
foster_applicants = Stock(
    "Households being assessed as foster carers", "carer", p.foster_applications_start * p.foster_approval_time
)
"""Households on a day whose application is under way, about 7,000: some 12,000 a year, times the seven months from application
to approval.
"""
foster_places = Aux("Children whom other foster carers can take", foster_carers * p.children_per_carer)
"Six children for every five households, an assumption: over 40,000 children, whether or not so many need a home."
